// How the editor looks: the colours of the page's own tokens, so that light and dark follow it.
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

const colours = HighlightStyle.define([
  { tag: tags.tagName, color: 'var(--color-accent)' },
  { tag: tags.attributeName, color: 'var(--color-info)' },
  { tag: [tags.string, tags.character], color: 'var(--color-good)' },
  { tag: tags.comment, color: 'var(--color-muted)', fontStyle: 'italic' },
  { tag: [tags.keyword, tags.meta], color: 'var(--color-warning)', fontWeight: '600' },
  { tag: [tags.number, tags.atom], color: 'var(--color-bad)' },
  { tag: [tags.variableName, tags.operator], color: 'var(--color-ink)' },
]);

const theme = EditorView.theme({
  '&': {
    color: 'var(--color-ink)',
    backgroundColor: 'var(--color-card)',
    border: '1px solid var(--color-edge)',
    borderRadius: '0.375rem',
    fontSize: '0.875rem',
  },
  '&.cm-focused': { outline: '2px solid var(--color-accent)', outlineOffset: '2px' },
  '&.refused': { borderColor: 'var(--color-bad)', boxShadow: 'inset 3px 0 0 var(--color-bad)' },
  '.cm-scroller': { fontFamily: 'var(--font-mono)', lineHeight: '1.5rem' },
  '.cm-content': { caretColor: 'var(--color-ink)', padding: '0.375rem 0' },
  '.cm-cursor': { borderLeftColor: 'var(--color-ink)' },
  '.cm-gutters': { backgroundColor: 'var(--color-raised)', color: 'var(--color-muted)', border: 'none' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'color-mix(in srgb, var(--color-accent) 8%, transparent)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'color-mix(in srgb, var(--color-accent) 30%, transparent)',
  },
  '.cm-matchingBracket, &.cm-focused .cm-matchingBracket': { backgroundColor: 'var(--color-accent-soft)' },
  '.cm-tooltip': {
    backgroundColor: 'var(--color-card)',
    color: 'var(--color-ink)',
    border: '1px solid var(--color-edge)',
    borderRadius: '0.375rem',
    maxWidth: 'min(36rem, 80vw)',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': { fontFamily: 'var(--font-mono)', maxHeight: '16rem' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: '0.125rem 0.5rem' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    backgroundColor: 'var(--color-accent)',
    color: 'var(--color-on-accent)',
  },
  '.cm-completionDetail': { color: 'inherit' },
  '.cm-tooltip.cm-completionInfo': { padding: '0.5rem 0.75rem' },
  '.cm-completionInfo pre': { whiteSpace: 'pre-wrap', fontFamily: 'var(--font-mono)' },
  '.cm-diagnostic': { padding: '0.5rem 0.75rem', whiteSpace: 'normal' },
  '.cm-diagnostic p + p': { marginTop: '0.25rem', color: 'var(--color-muted)' },
  '.cm-diagnostic-error': { borderLeft: '4px solid var(--color-bad)' },
  '.cm-diagnostic-warning': { borderLeft: '4px solid var(--color-warning)' },
  '.cm-lintRange': {
    backgroundImage: 'none',
    textDecorationLine: 'underline',
    textDecorationStyle: 'wavy',
    textDecorationSkipInk: 'none',
    textUnderlineOffset: '3px',
  },
  '.cm-lintRange-error': { textDecorationColor: 'var(--color-bad)' },
  '.cm-lintRange-warning': { textDecorationColor: 'var(--color-warning)' },
  '.cm-lintRange-active': { backgroundColor: 'var(--color-raised)' },
  '.cm-panels': { backgroundColor: 'var(--color-raised)', color: 'var(--color-ink)', borderColor: 'var(--color-line)' },
  '.cm-panel.cm-panel-lint ul': { maxHeight: '10rem' },
  '.cm-panel.cm-panel-lint ul [aria-selected], .cm-panel.cm-panel-lint ul:focus [aria-selected]': {
    backgroundColor: 'var(--color-accent-soft)',
    color: 'var(--color-ink)',
  },
  '.cm-panel.cm-panel-lint [name=close]': { color: 'var(--color-ink)' },
});

export const look = [theme, syntaxHighlighting(colours)];
