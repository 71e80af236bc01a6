//! The text of a named value as its spot in a document needs it.

use crate::blank::trimmed;
use crate::scan_csharp::StringQuoting;
use crate::syntax::View;
use crate::view::CLOSING;

/// Where in a document a named value stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Spot {
    /// Part of a literal attribute.
    Attribute,
    /// All of an attribute: it may be an expression.
    WholeAttribute,
    /// Part of a text.
    Text,
    /// All of a text: it may be an expression.
    WholeText,
    /// A body that isn't looked into.
    Data,
    /// A template, which has its own use for double braces: here for a name that it knows, or for one that it doesn't.
    Liquid { is_known: bool },
    /// The code of an expression.
    Code,
    /// A string in the code of an expression.
    String(StringQuoting, View),
}

impl Spot {
    /// The spot of a value that has nothing beside it.
    pub(crate) fn alone(self) -> Self {
        match self {
            Spot::Attribute => Spot::WholeAttribute,
            Spot::Text => Spot::WholeText,
            other => other,
        }
    }

    /// What `{{name}}` is when there is no such named value; `None` where it can't be anything else.
    pub(crate) fn otherwise(self) -> Option<Otherwise> {
        match self {
            Spot::Liquid { is_known: true } => Some(Otherwise::Variable),
            Spot::Liquid { is_known: false } => Some(Otherwise::Unknown),
            Spot::String(quoting, _) if quoting.has_holes => Some(Otherwise::Braces),
            _ => None,
        }
    }
}

/// What double braces mean beside a named value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Otherwise {
    /// The value of something that a template knows.
    Variable,
    /// The value of something that a template doesn't know.
    Unknown,
    /// Single braces in an interpolated string.
    Braces,
}

/// The text that reads as exactly the value. Code is taken as it is: there the value is a part of the
/// program.
pub(crate) fn fitting(value: &str, spot: Spot) -> String {
    match spot {
        Spot::Code => value.to_owned(),
        Spot::Attribute | Spot::Text => marked(value),
        Spot::WholeAttribute | Spot::WholeText if is_expression(value) => value.to_owned(),
        Spot::WholeAttribute | Spot::WholeText => marked(value),
        // A body ends at its end tag, which the value mustn't be.
        Spot::Data | Spot::Liquid { .. } => value.replace("</set-body", "&lt;/set-body"),
        Spot::String(quoting, view) => quoted(value, quoting, view),
    }
}

/// The same in a `CDATA` section, where nothing but its end has to be written otherwise.
pub(crate) fn fitting_in_cdata(value: &str, spot: Spot) -> String {
    let text = match spot {
        Spot::String(quoting, _) => quoted(value, quoting, View::Raw),
        Spot::Text | Spot::WholeText => value.to_owned(),
        other => fitting(value, other),
    };
    text.replace(CLOSING, "]]]]><![CDATA[>")
}

fn is_expression(value: &str) -> bool {
    let value = trimmed(value);
    value.starts_with("@(") || value.starts_with("@{")
}

/// The characters that would end a value or begin a tag as references.
fn marked(value: &str) -> String {
    let mut marked = String::with_capacity(value.len());
    for character in value.chars() {
        match character {
            '"' => marked.push_str("&quot;"),
            '\'' => marked.push_str("&apos;"),
            '<' => marked.push_str("&lt;"),
            other => marked.push(other),
        }
    }
    marked
}

fn quoted(value: &str, quoting: StringQuoting, view: View) -> String {
    let mut quoted = String::with_capacity(value.len());
    for character in value.chars() {
        match character {
            '"' if quoting.is_verbatim => quoted.push_str("\"\""),
            '"' => quoted.push_str("\\\""),
            '\\' if !quoting.is_verbatim => quoted.push_str("\\\\"),
            '\n' if !quoting.is_verbatim => quoted.push_str("\\n"),
            '\r' if !quoting.is_verbatim => quoted.push_str("\\r"),
            '{' if quoting.has_holes => quoted.push_str("{{"),
            '}' if quoting.has_holes => quoted.push_str("}}"),
            '&' if view != View::Raw => quoted.push_str("&amp;"),
            other => quoted.push(other),
        }
    }
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_in_a_string_stays_in_it() {
        let regular = StringQuoting { is_verbatim: false, has_holes: false };
        let verbatim = StringQuoting { is_verbatim: true, has_holes: false };
        let holes = StringQuoting { is_verbatim: false, has_holes: true };
        let value = "a\"b\\c\nd{e}&lt;";
        let text = |quoting, view| fitting(value, Spot::String(quoting, view));
        assert_eq!(text(regular, View::Raw), "a\\\"b\\\\c\\nd{e}&lt;");
        assert_eq!(text(regular, View::Decoded), "a\\\"b\\\\c\\nd{e}&amp;lt;");
        assert_eq!(text(verbatim, View::Raw), "a\"\"b\\c\nd{e}&lt;");
        assert_eq!(text(holes, View::Raw), "a\\\"b\\\\c\\nd{{e}}&lt;");
    }

    #[test]
    fn a_literal_value_can_not_end_its_attribute() {
        assert_eq!(fitting("a\" b='<c>'", Spot::Attribute), "a&quot; b=&apos;&lt;c>&apos;");
        assert_eq!(fitting("@(context.RequestId)", Spot::WholeAttribute), "@(context.RequestId)");
        assert_eq!(fitting("@(\"<\")", Spot::Attribute), "@(&quot;&lt;&quot;)");
    }
}
