// What an expression is made of, as far as it takes to know what may follow its last dot.

export class Types {
  constructor(classes) {
    this.byName = new Map(classes.flatMap((one) => one.names.map((name) => [name, one])));
  }

  /** The class of a type as signatures write it, and what its letters stand for. */
  classOf(type) {
    if (!type) return null;
    const plain = type.trim().replace(/\?$/, '');
    if (plain.endsWith('[]')) return { known: this.byName.get('Array'), arguments: [plain.slice(0, -2)] };
    const [, name, inner] = plain.match(/^([\w.]+)(?:<(.*)>)?$/) ?? [];
    const known = this.byName.get(name?.split('.').pop());
    return known ? { known, arguments: parted(inner ?? '') } : null;
  }

  /** All members of a type, those of what it is as well behind its own; the nearest of a name wins. */
  membersOf(type, seen = new Set()) {
    const found = this.classOf(type);
    if (!found?.known || seen.has(found.known)) return [];
    seen.add(found.known);
    const put = (text) =>
      text.replace(/\b[A-Z]\b/g, (letter) => found.arguments[found.known.parameters.indexOf(letter)] ?? letter);
    const own = found.known.members.map((one) => ({ ...one, gives: put(one.gives), owner: found.known.names[0] }));
    return [...own, ...found.known.bases.flatMap((base) => this.membersOf(put(base), seen))];
  }

  /** The type of the expression that ends where the text does; null if that can't be told. */
  typeOf(text, isStatic = { value: false }) {
    const steps = stepsOf(text);
    if (steps === null) return null;
    const [first, ...rest] = steps;
    let type = this.typeOfFirst(first, isStatic);
    for (const step of rest) {
      const member = this.membersOf(type).find((one) => one.name === step.name);
      type = this.indexed(member?.gives, step);
      isStatic.value = false;
    }
    return type;
  }

  typeOfFirst(first, isStatic) {
    if (first.name === '') {
      const inner = first.groups[0] ?? '';
      const cast = inner.match(/^\(\(([\w.<>,[\]? ]+)\)/) ?? inner.match(/ as ([\w.<>,[\]?]+)\)$/);
      return cast ? cast[1] : inner.startsWith('(') ? this.typeOf(inner.slice(1, -1)) : null;
    }
    if (first.name === '"') return 'string';
    if (first.name === 'context') return 'context';
    if (first.isNew) return first.name;
    isStatic.value = this.byName.has(first.name);
    return isStatic.value ? first.name : null;
  }

  indexed(type, step) {
    const times = step.groups.filter((group) => group.startsWith('[')).length;
    let result = type;
    for (let count = 0; count < times; count += 1) {
      if (result?.endsWith('[]')) result = result.slice(0, -2);
      else result = this.membersOf(result).find((one) => one.kind === 'indexer')?.gives;
    }
    return result ?? null;
  }
}

/** `A<B, C>, D` at its outer commas. */
function parted(list) {
  const parts = [];
  let depth = 0;
  let part = '';
  for (const character of list) {
    if (character === ',' && depth === 0) {
      parts.push(part.trim());
      part = '';
      continue;
    }
    depth += character === '<' ? 1 : character === '>' ? -1 : 0;
    part += character;
  }
  return part.trim() === '' ? parts : [...parts, part.trim()];
}

/** `context.Variables["a"].Trim()` as its steps, each with the brackets behind its name, read from the end. */
function stepsOf(text) {
  const steps = [];
  let at = text.trimEnd().length;
  for (;;) {
    const groups = [];
    while (at > 0 && ')]'.includes(text[at - 1])) {
      const from = opened(text, at - 1);
      if (from < 0) return null;
      groups.unshift(text.slice(from, at));
      at = from;
    }
    const generic = text.slice(0, at).match(/<[\w.<>,[\]? ]*>$/);
    if (generic && groups.length > 0) at -= generic[0].length;
    const word = text.slice(0, at).match(/[A-Za-z_]\w*$/)?.[0] ?? '';
    at -= word.length;
    if (word === '' && groups.length === 0) {
      if (text[at - 1] !== '"') return null;
      steps.unshift({ name: '"', groups });
      return steps;
    }
    steps.unshift({ name: word, groups, isNew: /\bnew\s+$/.test(text.slice(0, at)) });
    const dot = text.slice(0, at).match(/\s*\??\.\s*$/);
    if (!dot) return steps;
    at -= dot[0].length;
  }
}

/** Where the bracket that is closed at this place was opened. */
function opened(text, closed) {
  let depth = 0;
  for (let at = closed; at >= 0; at -= 1) {
    if (text[at] === '"') at = text.lastIndexOf('"', at - 1);
    if (at < 0) return -1;
    if (')]'.includes(text[at])) depth += 1;
    if ('(['.includes(text[at])) depth -= 1;
    if (depth === 0) return at;
  }
  return -1;
}
