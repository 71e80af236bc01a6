//! The names that mean something in a template: what it is filled with, and what it sets itself.

use std::collections::BTreeSet;

use crate::source::Span;

/// What a template knows, and where it looks nothing up.
pub(crate) struct LiquidNames<'t> {
    template: &'t str,
    names: BTreeSet<&'t str>,
    /// Stretches between `{% raw %}` or `{% comment %}` and its end.
    quiet: Vec<Span>,
}

impl<'t> LiquidNames<'t> {
    /// Reads the names in the tags of a template.
    pub(crate) fn of(template: &'t str) -> Self {
        let mut names = BTreeSet::from(GIVEN);
        let mut quiet = Vec::new();
        let mut quiet_start = None;
        let mut at = 0;
        while let Some(start) = template.get(at..).and_then(|rest| rest.find("{%")).map(|step| at + step) {
            let rest = template.get(start..).unwrap_or_default();
            let length = rest.find("%}").map_or(rest.len(), |end| end + "%}".len());
            at = start + length;
            let mut words = words(rest.get(..length).unwrap_or_default());
            match (words.next().unwrap_or_default(), quiet_start) {
                ("raw" | "comment", None) => quiet_start = Some(at),
                ("endraw" | "endcomment", Some(first)) => {
                    quiet.push(Span::new(first, start));
                    quiet_start = None;
                }
                (tag, None) if SETTING.contains(&tag) => names.extend(words.next()),
                _ => {}
            }
        }
        quiet.extend(quiet_start.map(|first| Span::new(first, template.len())));
        Self { template, names, quiet }
    }

    /// Whether the `{{name}}` in a stretch of the template stands for something that it knows, or is never looked up.
    pub(crate) fn knows(&self, span: Span) -> bool {
        let output = self.template.get(span.start..span.end).unwrap_or_default();
        let root = words(output).next().unwrap_or_default();
        let before = self.quiet.partition_point(|stretch| stretch.end <= span.start);
        let is_quiet = self.quiet.get(before).is_some_and(|stretch| stretch.start <= span.start);
        is_quiet || self.names.contains(root) || root.starts_with(|first: char| first.is_ascii_digit())
    }
}

/// The names and numbers of a tag or an output, in their order.
fn words(mark: &str) -> impl Iterator<Item = &str> {
    let is_part = |part: char| part.is_ascii_alphanumeric() || matches!(part, '_' | '-');
    let words = mark.split(move |part| !is_part(part)).map(|word| word.trim_matches('-'));
    words.filter(|word| !word.is_empty())
}

/// What each template is filled with, what loops set, and the words of the language itself.
const GIVEN: [&str; 10] =
    ["body", "context", "forloop", "tablerowloop", "true", "false", "nil", "null", "empty", "blank"];
/// The tags whose first word is a name that they set.
const SETTING: [&str; 6] = ["assign", "capture", "for", "JSONArrayFor", "increment", "decrement"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_knows_what_it_is_filled_with_and_what_it_sets() {
        let template = "{%- assign a = 1 -%}{% for item in body.items %}{% capture 'c' %}{{a}}{{item.x}}{{c}}\
                        {{body.y}}{{context.RequestId}}{{forloop.index}}{{1}}{{nosuch}}{{nosuch.a}}\
                        {% raw %}{{r}}{% endraw %}{% comment %}{{r}}{% endcomment %}{{r}}";
        let names = LiquidNames::of(template);
        let known = |output: &str, number: usize| {
            let (at, _) = template.match_indices(output).nth(number).unwrap();
            names.knows(Span::new(at, at + output.len()))
        };
        for output in [
            "{{a}}",
            "{{item.x}}",
            "{{c}}",
            "{{body.y}}",
            "{{context.RequestId}}",
            "{{forloop.index}}",
            "{{1}}",
        ] {
            assert!(known(output, 0), "{output}");
        }
        assert_eq!([known("{{nosuch}}", 0), known("{{nosuch.a}}", 0)], [false, false]);
        assert_eq!([known("{{r}}", 0), known("{{r}}", 1), known("{{r}}", 2)], [true, true, false]);
    }
}
