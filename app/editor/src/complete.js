// What is offered while typing: elements, attributes and their values; in expressions what may follow a dot.
import { snippetCompletion } from '@codemirror/autocomplete';

import { stateAt } from './language.js';
import { Types } from './types.js';

const SECTIONS = ['inbound', 'backend', 'outbound', 'on-error'];
const WORDS = ['true', 'false', 'null', 'new', 'var', 'return', 'if', 'else', 'foreach', 'typeof', 'as', 'is'];

/** Completes by the tables that the server has of the language. */
export function completions({ elements, classes }) {
  const byName = new Map(elements.map((one) => [one.name, one]));
  const types = new Types(classes);
  return (context) => {
    const state = stateAt(context.state.doc, context.pos);
    if (state.comment) return null;
    if (state.depth > 0) return state.inside ? null : inCode(context, types);
    if (state.quote) return inValue(context, byName.get(state.tag?.name), state.attribute);
    if (state.tag) return inTag(context, state, byName, elements);
    return context.explicit ? { from: context.pos, options: children(state.open, byName, elements, '<') } : null;
  };
}

function inCode(context, types) {
  const before = context.state.sliceDoc(Math.max(0, context.pos - 2000), context.pos);
  const word = before.match(/\w*$/)[0];
  const from = context.pos - word.length;
  const dotted = before.slice(0, before.length - word.length).match(/^([^]*?)\??\.\s*$/);
  if (dotted) {
    const isStatic = { value: false };
    const type = types.typeOf(dotted[1], isStatic);
    if (type === null) return null;
    const fit = types.membersOf(type).filter((one) => one.kind !== 'indexer' && one.is_static === isStatic.value);
    return { from, options: merged(fit), validFor: /^\w*$/ };
  }
  if (word === '' && !context.explicit) return null;
  const options = [{ label: 'context', type: 'variable', boost: 10 }];
  for (const [name, known] of types.byName) {
    if (name !== 'context' && known.members.some((one) => one.is_static)) options.push({ label: name, type: 'class' });
  }
  return { from, options: [...options, ...WORDS.map((label) => ({ label, type: 'keyword' }))], validFor: /^\w*$/ };
}

/** One entry for each name, with all its overloads. */
function merged(members) {
  const byName = new Map();
  for (const one of members) {
    const known = byName.get(one.name);
    if (known) known.signatures.push(one.signature);
    else byName.set(one.name, { ...one, signatures: [one.signature] });
  }
  return [...byName.values()].map(({ name, kind, gives, signatures }) => ({
    label: name,
    type: kind,
    detail: gives,
    info: kind === 'method' ? () => english('pre', signatures.join('\n')) : undefined,
    apply: kind === 'method' && !signatures.some((one) => one.startsWith(`${name}()`)) ? `${name}(` : undefined,
  }));
}

function inValue(context, element, attribute) {
  const known = element?.attributes.find((one) => one.name === attribute);
  if (!known) return null;
  const word = context.matchBefore(/[^"'\s]*/);
  const options = known.values.map((label) => ({ label, type: 'constant' }));
  if (known.takes_expression) options.push(snippetCompletion('@(${})', { label: '@(…)', type: 'keyword' }));
  return { from: word.from, options };
}

function inTag(context, state, byName, elements) {
  const word = context.matchBefore(/<\/?[\w.-]*$/);
  if (word && state.tag.closing) {
    const open = state.open.at(-1);
    return open ? { from: word.from, options: [{ label: `</${open}>`, type: 'type' }] } : null;
  }
  if (word) return { from: word.from, options: children(state.open, byName, elements, '<'), validFor: /^<[\w.-]*$/ };
  const element = byName.get(state.tag.name);
  const name = context.matchBefore(/[\w-]*/);
  const isApart = /\s$/.test(context.state.sliceDoc(name.from - 1, name.from));
  if (!element || !isApart || state.tag.closing) return null;
  const taken = state.tag.attributes.filter((one) => one !== name.text);
  const options = element.attributes.filter((one) => !taken.includes(one.name)).map(attribute);
  return { from: name.from, options, validFor: /^[\w-]*$/ };
}

function attribute({ name, is_required }) {
  return snippetCompletion(`${name}="\${}"`, { label: name, type: 'property', boost: is_required ? 5 : 0 });
}

/** The elements that may stand where these are open. */
function children(open, byName, elements, mark) {
  const parent = open.at(-1);
  if (parent === undefined) return [entry({ name: 'policies', children: SECTIONS }, mark)];
  if (parent === 'policies') return SECTIONS.map((name) => entry({ name, children: ['#policies'] }, mark));
  const section = open.find((name) => SECTIONS.includes(name));
  const statements = elements.filter((one) => (section ? one.sections.includes(section) : one.sections.length > 0));
  const inside = SECTIONS.includes(parent) || parent === 'fragment' ? ['base', '#policies'] : (byName.get(parent)?.children ?? []);
  const parts = inside.filter((name) => !name.startsWith('#')).map((name) => byName.get(name) ?? { name, children: [] });
  const all = inside.includes('#policies') ? [...parts, ...statements] : parts;
  return all.map((one) => entry(one, mark));
}

/** An element with the attributes that it must have, and an end where something stands in it. */
function entry({ name, sentence, children = [], attributes = [] }, mark) {
  const needed = attributes.filter((one) => one.is_required).map((one) => ` ${one.name}="\${}"`);
  const rest = children.length > 0 ? `>\${}</${name}>` : ' />';
  return snippetCompletion(`${mark}${name}${needed.join('')}${rest}`, {
    label: `${mark}${name}`,
    displayLabel: name,
    type: 'type',
    info: sentence ? () => english('p', sentence) : undefined,
  });
}

/** What the language says of itself is English on every page. */
function english(kind, text) {
  const element = document.createElement(kind);
  element.lang = 'en';
  element.textContent = text;
  return element;
}
