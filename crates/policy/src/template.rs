//! Documents that a deployment tool fills in before they are used: how their marks are found, and what is said of them.

use crate::diagnostic::{Diagnostic, Severity};
use crate::source::{Source, Span};

/// What becomes of a document that is a template.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Templates {
    /// It is said, once: as an error where the marks keep the document from being checked, else as a warning.
    Reported,
    /// All that isn't a mark is checked; the marks themselves count as filled in.
    Accepted,
}

/// What was found in a document, with all that its marks are to blame for brought together in one finding.
pub(crate) fn bring_together(text: &str, found: Vec<Diagnostic>, templates: Templates) -> Vec<Diagnostic> {
    let marks = marks(text);
    let has_lines = marks.iter().any(|mark| mark.kind == Kind::Directive);
    let (blamed, mut rest): (Vec<Diagnostic>, Vec<Diagnostic>) = found.into_iter().partition(|one| {
        one.code == PLACEHOLDER
            || is_of_mark(text, one, &marks)
            || (has_lines && ALTERNATIVES.contains(&one.code))
    });
    let is_error = has_lines || blamed.iter().any(Diagnostic::is_error);
    // A directive is an error of its own; without one there is something to say only where a mark was in the way.
    if templates == Templates::Accepted || (!has_lines && blamed.is_empty()) {
        return rest;
    }
    let first = marks.iter().find(|mark| mark.kind == Kind::Directive).map(|mark| mark.span);
    let span = first.or_else(|| blamed.first().map(|one| one.span)).unwrap_or(Span::empty(0));
    rest.push(finding(text, span, if is_error { Severity::Error } else { Severity::Warning }));
    crate::diagnostic::sort(&mut rest);
    rest
}

fn finding(text: &str, span: Span, severity: Severity) -> Diagnostic {
    let at = Source::new(text).position(span.start);
    let mark = crate::diagnostic::shorten(text.get(span.start..span.end).unwrap_or_default().trim());
    Diagnostic {
        code: "template",
        severity,
        element: None,
        message: format!("this is a template of a deployment tool, which fills in marks such as `{mark}`"),
        span,
        line: at.line,
        column: at.column,
        help: Some("check the filled-in document, or all but the marks with `--template`".to_owned()),
    }
}

/// Whether a finding is about nothing but a mark.
fn is_of_mark(text: &str, one: &Diagnostic, marks: &[Mark]) -> bool {
    if !one.is_error() {
        return false;
    }
    let Span { start, end } = one.span;
    let written = text.get(start..end).unwrap_or_default();
    let is_in = |mark: &&Mark| mark.kind != Kind::Braces && mark.span.start <= start && end <= mark.span.end;
    let touches = |mark: &&Mark| start <= mark.span.start && mark.span.end <= end;
    match one.code {
        _ if start < end && marks.iter().any(|mark| is_in(&mark)) => true,
        "invalid-value" | "invalid-character" | "unsupported-value" => {
            !written.trim_start().starts_with('@') && marks.iter().any(|mark| touches(&mark))
        }
        "unexpected-text" | "no-root" | "two-roots" => {
            let inside = marks.iter().filter(touches);
            let blanked = inside.fold(written.to_owned(), |rest, mark| {
                rest.replacen(text.get(mark.span.start..mark.span.end).unwrap_or_default(), "", 1)
            });
            blanked != written && blanked.trim().is_empty()
        }
        _ => false,
    }
}

struct Mark {
    kind: Kind,
    span: Span,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// `%{ if … }`: what stands between two of them is there or not.
    Directive,
    /// `${name}`, `#{name}#`, `#name#`, `__name__`, `$(name)`.
    Name,
    /// `{name}`, which is text of its own in many places.
    Braces,
}

/// All marks of a text, in their order.
fn marks(text: &str) -> Vec<Mark> {
    let mut marks = Vec::new();
    let mut at = 0;
    while let Some(found) = text.get(at..).and_then(|rest| rest.find(['%', '$', '#', '_', '{'])) {
        let start = at + found;
        let rest = text.get(start..).unwrap_or_default();
        let mark =
            mark_at(rest).filter(|_| !text.get(..start).is_some_and(|before| before.ends_with(['{', '&'])));
        match mark {
            Some((kind, length)) => {
                marks.push(Mark { kind, span: Span::new(start, start + length) });
                at = start + length;
            }
            None => at = start + 1,
        }
    }
    marks
}

/// The mark at the start of a text, and how long it is.
fn mark_at(rest: &str) -> Option<(Kind, usize)> {
    if rest.starts_with("%{") {
        let words = rest.get(2..)?.trim_start_matches('~').trim_start();
        let is_directive = DIRECTIVES.iter().any(|word| {
            words.strip_prefix(word).is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric()))
        });
        return closed(rest, 2, "}").filter(|_| is_directive).map(|length| (Kind::Directive, length));
    }
    if rest.starts_with("${") {
        return closed(rest, 2, "}").map(|length| (Kind::Name, length));
    }
    for (open, close) in [("#{", "}#"), ("#{", "}"), ("#", "#"), ("__", "__"), ("$(", ")")] {
        if let Some(length) = named(rest, open, close) {
            return Some((Kind::Name, length));
        }
    }
    // Two braces are a named value.
    named(rest, "{", "}")
        .filter(|length| !rest.get(*length..).is_some_and(|behind| behind.starts_with('}')))
        .map(|length| (Kind::Braces, length))
}

/// How long `open`, a name and `close` are together.
fn named(rest: &str, open: &str, close: &str) -> Option<usize> {
    let inner = rest.strip_prefix(open)?;
    let is_part = |part: char| part.is_ascii_alphanumeric() || matches!(part, '_' | '.' | '-');
    let mut length = inner.find(|part| !is_part(part)).unwrap_or(inner.len());
    if close == "__" {
        length = inner.get(..length)?.find("__")?;
    }
    let name = inner.get(..length)?;
    let begins = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
    let closes = inner.get(length..)?.starts_with(close);
    (begins && closes).then_some(open.len() + length + close.len())
}

/// How long it is up to `close` on the same line, with nothing nested.
fn closed(rest: &str, open: usize, close: &str) -> Option<usize> {
    let inner = rest.get(open..)?;
    let end = inner.find(close)?;
    let is_plain = !inner.get(..end)?.contains(['\n', '{', '<', '>']);
    (is_plain && end > 0).then_some(open + end + close.len())
}

/// The finding of `named_values` for a `${name}` that stands for a value.
const PLACEHOLDER: &str = "placeholder";
const DIRECTIVES: [&str; 5] = ["if", "else", "endif", "for", "endfor"];
/// What two alternatives that stand one after the other look like.
const ALTERNATIVES: [&str; 6] = [
    "duplicate-policy",
    "duplicate-base",
    "duplicate-section",
    "duplicate-element",
    "duplicate-attribute",
    "too-many-in-backend",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        marks(text).iter().map(|mark| &text[mark.span.start..mark.span.end]).collect()
    }

    #[test]
    fn the_marks_of_deployment_tools_are_found() {
        assert_eq!(
            found("a ${x} b #{y}# #z# __w__ $(v) {u}"),
            ["${x}", "#{y}#", "#z#", "__w__", "$(v)", "{u}"]
        );
        assert_eq!(
            found("%{ if a == \"b\" ~}x%{~ else }y%{endif}"),
            ["%{ if a == \"b\" ~}", "%{~ else }", "%{endif}"]
        );
        assert_eq!(found("${var.host}/#{Octopus.Name}"), ["${var.host}", "#{Octopus.Name}"]);
    }

    #[test]
    fn what_only_looks_like_a_mark_is_none() {
        for text in
            ["{{name}}", "&#169;", "a # b #", "%{ }", "100%", "${}", "$", "__", "a__b", "{ }", "$\"{{x}}\""]
        {
            assert_eq!(found(text), [""; 0], "{text}");
        }
    }
}
