//! Lines, indentation and replacements in a document's text, for edits that leave the rest as it is.

use crate::source::Span;
use crate::syntax::Element;

/// Puts `text` in place of what stands in `span`.
pub(crate) struct Change {
    pub(crate) span: Span,
    pub(crate) text: String,
}

/// One line of a block that is put in, and how much deeper it stands than the block.
pub(crate) struct Line {
    pub(crate) depth: usize,
    pub(crate) text: String,
}

/// The text with all changes made. They must be in the order of the text and not overlap.
pub(crate) fn apply(text: &str, changes: &[Change]) -> String {
    let mut changed = String::with_capacity(text.len());
    let mut at = 0;
    for change in changes {
        changed.push_str(text.get(at..change.span.start).unwrap_or_default());
        changed.push_str(&change.text);
        at = change.span.end;
    }
    changed.push_str(text.get(at..).unwrap_or_default());
    changed
}

/// The line end that the text uses.
pub(crate) fn newline(text: &str) -> &'static str {
    match text.find('\n').map(|at| text.get(..at).unwrap_or_default().ends_with('\r')) {
        Some(true) => "\r\n",
        _ => "\n",
    }
}

/// The blanks at the start of the line that holds byte `at`.
pub(crate) fn indentation(text: &str, at: usize) -> &str {
    let line = text.get(line_start(text, at)..).unwrap_or_default();
    let blanks = line.len() - line.trim_start_matches([' ', '\t']).len();
    line.get(..blanks).unwrap_or_default()
}

/// Whether only blanks stand before byte `at` on its line.
pub(crate) fn is_first_on_line(text: &str, at: usize) -> bool {
    let before = text.get(line_start(text, at)..at).unwrap_or_default();
    before.trim_start_matches('\u{feff}').trim_matches([' ', '\t']).is_empty()
}

/// The start of the next line, if only blanks stand between byte `at` and the end of this one.
pub(crate) fn next_line_if_blank(text: &str, at: usize) -> Option<usize> {
    let rest = text.get(at..)?;
    let length = rest.find('\n')?;
    rest.get(..length)?.trim_matches([' ', '\t', '\r']).is_empty().then_some(at + length + 1)
}

/// The stretch with its whole lines, if nothing else stands on them; else the stretch itself.
pub(crate) fn with_its_lines(text: &str, span: Span) -> Span {
    match next_line_if_blank(text, span.end).filter(|_| is_first_on_line(text, span.start)) {
        Some(end) => Span::new(line_start(text, span.start), end),
        None => span,
    }
}

/// Puts a block into `parent` behind byte `after`, or at its start: on lines of its own where the
/// text is laid out in lines, else without any blanks.
///
/// `parent` must be an element of `text`; `unit` is one step of indentation.
pub(crate) fn insert_into(
    text: &str,
    parent: &Element,
    after: Option<usize>,
    block: &[Line],
    unit: &str,
) -> Change {
    let own = indentation(text, parent.span.start);
    let inline: String = block.iter().map(|line| line.text.as_str()).collect();
    let content = parent.content.map(|content| text.get(content.start..content.end).unwrap_or_default());
    let is_empty = content.is_none_or(|content| content.trim_matches([' ', '\t']).is_empty());
    if !is_empty {
        let at = after.unwrap_or(parent.start_tag.end);
        return match next_line_if_blank(text, at) {
            Some(next_line) => {
                let lines = laid_out(block, &child_indentation(text, parent, unit), unit, newline(text));
                Change { span: Span::empty(next_line), text: lines }
            }
            None => Change { span: Span::empty(at), text: inline },
        };
    }
    let start_tag = text.get(parent.start_tag.start..parent.start_tag.end).unwrap_or_default();
    let start_tag = start_tag.trim_end_matches('>').trim_end_matches('/').trim_end();
    let name = &parent.name;
    let text = if is_first_on_line(text, parent.span.start) {
        let newline = newline(text);
        let lines = laid_out(block, &child_indentation(text, parent, unit), unit, newline);
        format!("{start_tag}>{newline}{lines}{own}</{name}>")
    } else {
        format!("{start_tag}>{inline}</{name}>")
    };
    Change { span: parent.span, text }
}

/// The indentation of what stands in `parent`: as its first child's line, else one step deeper.
fn child_indentation(text: &str, parent: &Element, unit: &str) -> String {
    let first = parent.elements().find(|child| is_first_on_line(text, child.span.start));
    match first {
        Some(child) => indentation(text, child.span.start).to_owned(),
        None => format!("{}{unit}", indentation(text, parent.span.start)),
    }
}

fn laid_out(block: &[Line], indentation: &str, unit: &str, newline: &str) -> String {
    let line = |line: &Line| format!("{indentation}{}{}{newline}", unit.repeat(line.depth), line.text);
    block.iter().map(line).collect()
}

fn line_start(text: &str, at: usize) -> usize {
    text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |newline| newline + 1)
}
