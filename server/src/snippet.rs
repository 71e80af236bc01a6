//! A finding about a document with the line it is about, as compilers show it.

use std::path::Path;

use policy::diagnostic::Diagnostic;

use crate::printed;

/// Several lines: what is wrong, where, the line itself with its place underlined, and help.
pub(crate) fn snippet(diagnostic: &Diagnostic, text: &str, path: &Path) -> String {
    let Diagnostic { code, message, line, column, .. } = diagnostic;
    let kind = if diagnostic.is_error() { "error" } else { "warning" };
    let gutter = " ".repeat(line.to_string().len());
    let message = printed::line(message);
    let mut said = format!("{kind}[{code}]: {message}\n{gutter}--> {}:{line}:{column}\n", shown(path));
    if let Some(source) = line_of(text, *line) {
        let before: usize = usize::try_from(*column).unwrap_or(1).saturating_sub(1);
        let at = source.char_indices().nth(before).map_or(source.len(), |(at, _)| at);
        let (ahead, rest) = source.split_at(at);
        let indentation: String = printed::lines(ahead).chars().map(blank).collect();
        let marks = underlined(diagnostic, text, rest);
        let source = printed::lines(source);
        said.push_str(&format!("{gutter} |\n{line} | {source}\n{gutter} | {indentation}{marks}\n"));
    }
    if let Some(help) = &diagnostic.help {
        said.push_str(&format!("{gutter} = help: {}\n", printed::line(help)));
    }
    said
}

/// A file's name, which may hold anything, on one line.
pub(crate) fn shown(path: &Path) -> String {
    printed::line(&path.to_string_lossy()).into_owned()
}

fn line_of(text: &str, line: u32) -> Option<&str> {
    let at = usize::try_from(line).ok()?.checked_sub(1)?;
    text.trim_start_matches('\u{feff}').lines().nth(at)
}

/// A mark below each character of the finding that stands on its first line.
fn underlined(diagnostic: &Diagnostic, text: &str, rest: &str) -> String {
    let span = diagnostic.span;
    let marked = text.get(span.start..span.end).unwrap_or_default();
    let length = marked.lines().next().unwrap_or_default().chars().count().min(rest.chars().count());
    let marked: String = rest.chars().take(length.min(MOST_MARKS)).collect();
    let marked = printed::lines(&marked);
    let marks: String =
        marked.chars().flat_map(|character| std::iter::repeat_n('^', width(character))).collect();
    if marks.is_empty() { "^".to_owned() } else { marks }
}

/// As wide as the character, and nothing to see.
fn blank(character: char) -> String {
    if character == '\t' { "\t".to_owned() } else { " ".repeat(width(character)) }
}

/// How many columns of a terminal a character takes: two for those of East Asia.
fn width(character: char) -> usize {
    let wide = matches!(
        u32::from(character),
        0x1100..=0x115f | 0x2e80..=0xa4cf | 0xac00..=0xd7a3 | 0xf900..=0xfaff | 0xfe30..=0xfe6f | 0xff00..=0xff60
    );
    if wide { 2 } else { 1 }
}

const MOST_MARKS: usize = 120;

#[cfg(test)]
mod tests {
    use policy::review::review;

    use super::*;

    #[test]
    fn the_place_stands_below_its_line() {
        let text = "<policies>\n\t<inbound>\n\t\t<set-heder name=\"발급자\" />\n\t</inbound>\n</policies>\n";
        let found = review(text);
        let expected = "error[unknown-element]: there is no policy `set-heder`\n --> a.xml:3:4\n  |\n\
                        3 | \t\t<set-heder name=\"발급자\" />\n  | \t\t ^^^^^^^^^\n  = help: did you mean `set-header`?\n";
        assert_eq!(snippet(found.first().unwrap(), text, Path::new("a.xml")), expected);
    }

    #[test]
    fn a_wide_character_is_two_columns() {
        let text = "<policies><inbound><set-header name=\"발급자\"/></inbound></policies>";
        let found = review(text);
        let shown = snippet(found.first().unwrap(), text, Path::new("a.xml"));
        assert!(shown.lines().any(|line| line.trim_end().ends_with("  ^^^^^^")), "{shown}");
    }
}
