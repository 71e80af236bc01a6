// The editor of policy documents: takes the place of a textarea, which stays the field that the form sends.
import { acceptCompletion, autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentLess, insertTab } from '@codemirror/commands';
import { bracketMatching, indentUnit } from '@codemirror/language';
import { lintGutter, lintKeymap, linter } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import {
  EditorView,
  drawSelection,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from '@codemirror/view';

import { completions } from './complete.js';
import { policyLanguage } from './language.js';
import { look } from './look.js';
import { korean } from './words.js';

const field = document.querySelector('textarea[data-editor]');
if (field) mount(field);

function mount(field) {
  const height = field.offsetHeight;
  // Whoever is writing already goes on where they are.
  const wasFocused = document.activeElement === field;
  const selection = wasFocused ? { anchor: field.selectionStart, head: field.selectionEnd } : undefined;
  const view = new EditorView({
    state: EditorState.create({ doc: field.value, selection, extensions: extensions(field) }),
  });
  field.after(view.dom);
  // The same room as before, so that nothing moves.
  view.dom.style.height = `${height}px`;
  field.classList.add('replaced');
  field.tabIndex = -1;
  field.setAttribute('aria-hidden', 'true');
  follow(field, view);
  if (wasFocused) view.focus();
  goTo(view, location.hash.match(/^#line-(\d+)$/)?.[1]);
}

function extensions(field) {
  const name = field.labels[0]?.textContent ?? '';
  const described = field.getAttribute('aria-describedby');
  const attributes = { 'aria-label': name, tabindex: '0', ...(described ? { 'aria-describedby': described } : {}) };
  return [
    EditorView.cspNonce.of(document.querySelector('script[data-editor-nonce]')?.nonce ?? ''),
    document.documentElement.lang === 'ko' ? EditorState.phrases.of(korean) : [],
    field.getAttribute('aria-invalid') ? EditorView.editorAttributes.of({ class: 'refused' }) : [],
    lineNumbers(),
    highlightActiveLineGutter(),
    highlightActiveLine(),
    highlightSpecialChars(),
    history(),
    drawSelection(),
    bracketMatching(),
    closeBrackets(),
    indentUnit.of('    '),
    EditorState.tabSize.of(4),
    policyLanguage,
    autocompletion({ override: [completion()], icons: false, interactionDelay: 0 }),
    linter((view) => problemsOf(view, field), { delay: 500 }),
    lintGutter(),
    // Tab indents; after Escape it leaves the editor, as CodeMirror's own key bindings have it.
    keymap.of([
      ...completionKeymap,
      { key: 'Tab', run: acceptCompletion },
      { key: 'Tab', run: insertTab, shift: indentLess },
      ...closeBracketsKeymap,
      ...lintKeymap,
      ...defaultKeymap,
      ...historyKeymap,
    ]),
    EditorView.contentAttributes.of(attributes),
    look,
    EditorView.updateListener.of((update) => {
      if (update.docChanged && field.value !== update.state.doc.toString()) field.value = update.state.doc.toString();
    }),
  ];
}

/** What happens to the field from outside happens to the editor. */
function follow(field, view) {
  field.addEventListener('input', () => {
    const insert = field.value;
    if (view.state.doc.toString() !== insert) view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert } });
  });
  field.labels[0]?.addEventListener('click', (event) => {
    event.preventDefault();
    view.focus();
  });
  document.addEventListener('click', (event) => {
    const link = event.target.closest?.(`a[href="#${CSS.escape(field.id)}"]`);
    if (!link) return;
    event.preventDefault();
    goTo(view, link.dataset.line, link.dataset.column);
    view.focus();
  });
}

/** Puts the cursor there and shows it in the middle. */
function goTo(view, line, column = '1') {
  const number = Number(line);
  if (!Number.isInteger(number) || number < 1 || number > view.state.doc.lines) return;
  const at = positionOf(view.state.doc, number, Number(column));
  view.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, { y: 'center' }) });
}

/** The checker counts characters, the editor the units of UTF-16. */
function positionOf(document, line, column) {
  const { from, to, text } = document.line(Math.min(Math.max(line, 1), document.lines));
  const before = [...text].slice(0, Math.max(column - 1, 0)).join('');
  return Math.min(from + before.length, to);
}

/** What completes, once the server's tables of the language are there; without them nothing does. */
function completion() {
  const loaded = fetch('/api/policies/language', { headers: { Accept: 'application/json' } })
    .then((answer) => (answer.ok ? answer.json() : Promise.reject(answer.status)))
    .then(completions)
    .catch(() => () => null);
  return async (context) => (await loaded)(context);
}

/** What the checker that guards saving finds wrong with the text. */
async function problemsOf(view, field) {
  const text = view.state.doc.toString();
  const scope = field.form.elements.namedItem('scope').value;
  const answer = await fetch('/api/policies/diagnose', {
    method: 'POST',
    headers: { Accept: 'application/json' },
    body: new URLSearchParams({ scope, text }),
  }).catch(() => null);
  if (!answer?.ok) return [];
  return (await answer.json()).map((problem) => diagnostic(view.state.doc, problem));
}

function diagnostic(document, { line, column, excerpt, severity, paragraphs: said }) {
  const from = positionOf(document, line, column);
  const rest = document.lineAt(from).to;
  const to = Math.min(Math.max(from + excerpt.length, from + 1), rest);
  const paragraphs = () => {
    const box = window.document.createElement('div');
    box.append(...said.map(({ text, lang }) => Object.assign(window.document.createElement('p'), { textContent: text, lang })));
    return box;
  };
  const message = said.map(({ text }) => text).join(' ');
  return { from, to, severity: severity.toLowerCase(), message, renderMessage: paragraphs };
}
