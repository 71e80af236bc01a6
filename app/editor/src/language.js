// Policy documents for CodeMirror: XML whose attributes and texts may hold C#, with bare quotes and `<` in it.
import { StreamLanguage, StringStream } from '@codemirror/language';

const KEYWORDS =
  /^(?:as|bool|break|byte|case|catch|char|continue|decimal|default|double|else|false|finally|float|for|foreach|if|in|int|is|long|new|null|object|out|return|string|switch|throw|true|try|typeof|var|while)$/;
const OPENING = '([{';
const CLOSING = ')]}';

function start() {
  return {
    // Names of the elements that are open.
    open: [],
    // The tag that is being read: `{ name, closing }`.
    tag: null,
    // The attribute whose value is being read, and the quote around it.
    attribute: null,
    quote: null,
    // How many brackets of an expression are open; 0 is none.
    depth: 0,
    // What goes on to the next line inside of an expression.
    inside: null,
    comment: null,
  };
}

function copy(state) {
  return { ...state, open: [...state.open], tag: state.tag && { ...state.tag } };
}

function token(stream, state) {
  if (state.comment) return until(stream, state, state.comment, 'comment');
  if (state.depth > 0) return code(stream, state);
  if (state.quote) return value(stream, state);
  return state.tag ? tag(stream, state) : text(stream, state);
}

function until(stream, state, end, style) {
  if (stream.skipTo(end)) {
    stream.match(end);
    state.comment = null;
  } else {
    stream.skipToEnd();
  }
  return style;
}

function begins(stream, state) {
  if (!stream.match(/^@[({]/)) return false;
  state.depth = 1;
  return true;
}

function text(stream, state) {
  if (stream.match('<!--')) {
    state.comment = '-->';
    return 'comment';
  }
  if (stream.match('<![CDATA[') || stream.match(']]>')) return 'meta';
  const begun = stream.match(/^<(\/?)([\w.-]*)/);
  if (begun) {
    state.tag = { closing: begun[1] !== '', name: begun[2], attributes: [] };
    return 'tagName';
  }
  if (begins(stream, state)) return 'meta';
  if (stream.match(/^\{\{[^}]*\}\}/)) return 'atom';
  if (stream.match(/^&[#\w]+;/)) return 'character';
  stream.next();
  stream.eatWhile(/[^<&@{\]]/);
  return null;
}

function tag(stream, state) {
  if (stream.eatSpace()) return null;
  const ended = stream.match(/^(\/?)>/);
  if (ended) {
    if (state.tag.closing) {
      const at = state.open.lastIndexOf(state.tag.name);
      if (at >= 0) state.open.length = at;
    } else if (ended[1] === '') {
      state.open.push(state.tag.name);
    }
    state.tag = null;
    return 'tagName';
  }
  // The next tag begins although this one has no end yet.
  if (stream.peek() === '<') {
    state.tag = null;
    return text(stream, state);
  }
  const quote = stream.match(/^["']/);
  if (quote) {
    state.quote = quote[0];
    return 'string';
  }
  const name = stream.match(/^[\w.:-]+/);
  if (name) {
    state.attribute = name[0];
    state.tag.attributes.push(name[0]);
    return 'attributeName';
  }
  stream.next();
  return null;
}

function value(stream, state) {
  if (begins(stream, state)) return 'meta';
  if (stream.match(/^\{\{[^}]*\}\}/)) return 'atom';
  if (stream.match(/^&[#\w]+;/)) return 'character';
  if (stream.eat(state.quote)) {
    state.quote = null;
    state.attribute = null;
    return 'string';
  }
  stream.next();
  stream.eatWhile((character) => !'@{&'.includes(character) && character !== state.quote);
  return 'string';
}

function code(stream, state) {
  if (state.inside === '*/') return inside(stream, state, '*/', 'comment');
  if (state.inside === '"') return verbatim(stream, state);
  if (stream.eatSpace()) return null;
  if (stream.match('//')) {
    stream.skipToEnd();
    return 'comment';
  }
  if (stream.match('/*')) return inside(stream, state, '*/', 'comment');
  if (stream.match(/^(?:@\$?|\$@)"/)) return verbatim(stream, state);
  if (stream.match(/^\$?"(?:[^"\\]|\\.)*"?/) || stream.match(/^&quot;.*?&quot;/) || stream.match(/^'(?:[^'\\]|\\.)*'/)) {
    return 'string';
  }
  if (stream.match(/^&[#\w]+;/)) return 'character';
  if (stream.match(/^\d[\w.]*/)) return 'number';
  const word = stream.match(/^[A-Za-z_]\w*/);
  if (word) return KEYWORDS.test(word[0]) ? 'keyword' : 'variableName';
  const character = stream.next();
  if (OPENING.includes(character)) state.depth += 1;
  if (CLOSING.includes(character)) {
    state.depth -= 1;
    if (state.depth === 0) return 'meta';
  }
  return 'operator';
}

function inside(stream, state, end, style) {
  state.inside = stream.skipTo(end) ? null : end;
  if (state.inside) stream.skipToEnd();
  else stream.match(end);
  return style;
}

function verbatim(stream, state) {
  state.inside = stream.match(/^(?:[^"]|"")*"/) ? null : '"';
  if (state.inside) stream.skipToEnd();
  return 'string';
}

export const policyLanguage = StreamLanguage.define({
  name: 'policy',
  startState: start,
  copyState: copy,
  token,
  languageData: {
    closeBrackets: { brackets: ['(', '[', '{', '"'] },
    commentTokens: { block: { open: '<!--', close: '-->' } },
  },
});

/** What the text is in the middle of at a position. */
export function stateAt(document, position) {
  const state = start();
  const last = document.lineAt(position);
  for (let number = 1; number <= last.number; number += 1) {
    const line = document.line(number);
    const stream = new StringStream(number === last.number ? line.text.slice(0, position - line.from) : line.text, 4, 4);
    while (!stream.eol()) {
      stream.start = stream.pos;
      token(stream, state);
    }
  }
  return state;
}
