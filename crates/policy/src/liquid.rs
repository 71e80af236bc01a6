//! Templates of `set-body template="liquid"`: read when the document is checked, filled for each call.

use std::collections::BTreeMap;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use liquid::model::Scalar;

use crate::body_text::{content_type, lossy};
use crate::effect::Target;
use crate::facts::{Address, Reading, Url};
use crate::failure::Failure;
use crate::liquid_block::LOOP;
use crate::liquid_parser::{self, TURN, first_line};
use crate::liquid_value::Thing;
use crate::liquid_weight::Written;
use crate::situation::Situation;

/// A template that was read.
#[derive(Clone)]
pub(crate) struct Template {
    parsed: Arc<liquid::Template>,
    /// The members that it asks for.
    names: Arc<[String]>,
    reads_body: bool,
}

impl Template {
    /// Reads a template; or says why it can't be used.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        if text.contains("..") && has_range(text) {
            return Err("ranges `(a..b)` are not supported".to_owned());
        }
        let text = &renamed(text);
        if let Some(name) = refused(text) {
            return Err(format!("`{name}` is not supported"));
        }
        let parsed = liquid_parser::parse(text)?;
        let names = members(text).into();
        Ok(Self { parsed: Arc::new(parsed), names, reads_body: text.to_ascii_lowercase().contains("body") })
    }

    /// Whether the body of the message must be there to fill it.
    pub(crate) fn reads_body(&self) -> bool {
        self.reads_body
    }

    /// The text, for the body of `target`.
    pub(crate) fn render(&self, target: Target, situation: &Situation<'_>) -> Result<String, Failure> {
        let mut body = if self.reads_body { body(target, situation)? } else { Thing::Nothing };
        body.complete(&self.names);
        let globals = Thing::members([("body", body), ("context", context(situation))]);
        let mut text = Written::default();
        // Filters of the library break down at values that nobody thought of; that is one call's failure.
        let filled = catch_unwind(AssertUnwindSafe(|| self.parsed.render_to(&mut text, &globals)));
        let problem = match filled.map(|outcome| text.finish(outcome)) {
            Ok(Ok(text)) => return Ok(text),
            Ok(Err(error)) => first_line(&error),
            Err(_) => "a filter or a tag can't work with this value".to_owned(),
        };
        let message = format!("The template can't be filled: {problem}");
        Err(Failure::hidden("LiquidTemplateFailure", message, 500))
    }
}

impl fmt::Debug for Template {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Template")
    }
}

/// A body as JSON if it is some, else as text.
fn body(target: Target, situation: &Situation<'_>) -> Result<Thing, Failure> {
    let Some(bytes) = situation.facts.body(target, Reading::Keep) else { return Ok(Thing::Nothing) };
    let content_type = content_type(situation.facts, target);
    let text = lossy(&bytes, content_type.as_deref()).map_err(|problem| problem.failure(target))?;
    Ok(match serde_json::from_str(&text) {
        Ok(json) => Thing::json(&json),
        Err(_) => Thing::text(text),
    })
}

fn context(situation: &Situation<'_>) -> Thing {
    let facts = situation.facts;
    let request = Thing::members([
        ("Method", Thing::text(facts.method())),
        ("Headers", headers(Target::Request, situation)),
        ("IpAddress", Thing::text(facts.caller_ip())),
        ("Url", url(&facts.url(Address::Present))),
        ("OriginalUrl", url(&facts.url(Address::Original))),
        ("MatchedParameters", pairs(facts.matched_parameters())),
    ]);
    let response = match facts.response_status() {
        None => Thing::Nothing,
        Some(status) => Thing::members([
            ("StatusCode", Thing::Scalar(Scalar::new(i64::from(status)))),
            ("StatusReason", Thing::text(facts.response_reason().unwrap_or_default())),
            ("Headers", headers(Target::Response, situation)),
        ]),
    };
    let api = facts.api().map_or(Thing::Nothing, |api| {
        Thing::members([
            ("Id", Thing::text(api.id)),
            ("Name", Thing::text(api.name)),
            ("Path", Thing::text(api.path)),
        ])
    });
    let operation = facts.operation().map_or(Thing::Nothing, |operation| {
        Thing::members([
            ("Id", Thing::text(operation.id)),
            ("Name", Thing::text(operation.name)),
            ("Method", Thing::text(operation.method)),
            ("UrlTemplate", Thing::text(operation.url_template)),
        ])
    });
    let last_error = situation.last_error.map_or(Thing::Nothing, |error| {
        Thing::members([
            ("Source", Thing::text(&error.source)),
            ("Reason", Thing::text(&error.reason)),
            ("Message", Thing::text(&error.message)),
            ("Section", Thing::text(&error.section)),
            ("Path", Thing::text(&error.path)),
        ])
    });
    Thing::members([
        ("Request", request),
        ("Response", response),
        ("Api", api),
        ("Operation", operation),
        ("LastError", last_error),
        ("RequestId", Thing::text(facts.request_id())),
        ("Variables", variables(situation)),
    ])
}

/// The variables: JSON with its members, anything else as it prints.
fn variables(situation: &Situation<'_>) -> Thing {
    let printed = situation.variables.iter().filter_map(|(name, value)| {
        let json = value.as_json_text().and_then(|text| serde_json::from_str(&text).ok());
        let thing = match json {
            Some(json) => Thing::json(&json),
            None => Thing::text(&*value.print().ok()?),
        };
        Some((name.to_owned(), thing))
    });
    Thing::Members(printed.collect())
}

fn headers(target: Target, situation: &Situation<'_>) -> Thing {
    let mut joined: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, value) in situation.facts.headers(target) {
        joined.entry(name.into_owned()).or_default().push(value.into_owned());
    }
    Thing::Members(joined.into_iter().map(|(name, values)| (name, Thing::text(values.join(",")))).collect())
}

fn pairs<T: Into<String> + Clone>(list: Vec<(T, T)>) -> Thing {
    Thing::Members(list.into_iter().map(|(name, value)| (name.into(), Thing::text(value))).collect())
}

fn url(url: &Url<'_>) -> Thing {
    let query = if url.query.is_empty() { String::new() } else { format!("?{}", url.query) };
    Thing::members([
        ("Scheme", Thing::text(url.scheme.as_ref())),
        ("Host", Thing::text(url.host.as_ref())),
        ("Port", Thing::Scalar(Scalar::new(i64::from(url.port)))),
        ("Path", Thing::text(url.path.as_ref())),
        ("QueryString", Thing::text(query)),
    ])
}

/// The template in the spelling of the library: filters of .NET in lower case with underscores, and
/// the loop that puts commas between its turns as a plain loop.
fn renamed(text: &str) -> String {
    let mut renamed = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(['{']) {
        let (before, from) = rest.split_at(start);
        renamed.push_str(before);
        let end = if from.starts_with("{{") {
            from.find("}}")
        } else if from.starts_with("{%") {
            from.find("%}")
        } else {
            None
        };
        let Some(end) = end else {
            renamed.push('{');
            rest = from.get(1..).unwrap_or_default();
            continue;
        };
        let (mark, behind) = from.split_at(end + 2);
        renamed.push_str(&renamed_mark(mark));
        rest = behind;
        if tag_name(mark) == "raw" {
            let (raw, after) = behind.split_at(end_of_raw(behind));
            renamed.push_str(raw);
            rest = after;
        }
    }
    renamed.push_str(rest);
    renamed
}

/// Where the text behind `{% raw %}` ends: at its end tag, or never.
fn end_of_raw(text: &str) -> usize {
    let mut tags = text
        .match_indices("{%")
        .filter(|(at, _)| text.get(*at..).is_some_and(|rest| tag_name(rest) == "endraw"));
    tags.next().map_or(text.len(), |(at, _)| at)
}

/// The name of the tag that begins here; empty for anything else.
fn tag_name(mark: &str) -> &str {
    let Some(inside) = mark.strip_prefix("{%") else { return "" };
    let inside = inside.strip_prefix('-').unwrap_or(inside).trim_start();
    let end = inside.find(|part: char| !part.is_ascii_alphanumeric() && part != '_').unwrap_or(inside.len());
    inside.get(..end).unwrap_or_default()
}

fn renamed_mark(mark: &str) -> String {
    if mark.starts_with("{%") && mark.contains("endJSONArrayFor") {
        return "{% unless forloop.last %},{% endunless %}{% endfor %}".to_owned();
    }
    let mark = mark.replacen("JSONArrayFor", "for", 1);
    let mut parts = mark.split('|');
    let mut renamed = parts.next().unwrap_or_default().to_owned();
    for filter in parts {
        let name = filter.trim_start();
        let blanks = filter.len() - name.len();
        let length =
            name.find(|part: char| !part.is_ascii_alphanumeric() && part != '_').unwrap_or(name.len());
        renamed.push('|');
        renamed.push_str(filter.get(..blanks).unwrap_or_default());
        renamed.push_str(&snake_case(name.get(..length).unwrap_or_default()));
        renamed.push_str(name.get(length..).unwrap_or_default());
    }
    if tag_name(&renamed) == "for" {
        // Loops over what a caller sent, each in another, would turn for ever, and each copies what it loops over.
        let copied = renamed.replacen("for", LOOP, 1);
        // The blanks behind `-%}` go, with the mark in between too.
        let end = if renamed.ends_with("-%}") { "-%}" } else { "%}" };
        renamed = format!("{copied}{renamed}{{% {TURN} {end}");
    }
    renamed
}

fn snake_case(name: &str) -> String {
    let mut snake = String::with_capacity(name.len() + 4);
    for (at, letter) in name.chars().enumerate() {
        if letter.is_ascii_uppercase() && at > 0 {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}

/// A filter or a tag of the library that breaks down for some numbers, which callers could send.
fn refused(text: &str) -> Option<&'static str> {
    if text.contains(TABLE_ROW) {
        return Some(TABLE_ROW);
    }
    let mut filters = text.split('|').skip(1).map(str::trim_start);
    filters.find_map(|filter| {
        let end =
            filter.find(|part: char| !part.is_ascii_alphanumeric() && part != '_').unwrap_or(filter.len());
        let name = filter.get(..end).unwrap_or_default();
        REFUSED.into_iter().find(|refused| *refused == name)
    })
}

/// The names behind dots, each once, but for those that the library knows itself.
fn members(text: &str) -> Vec<String> {
    let is_part = |part: char| part.is_ascii_alphanumeric() || matches!(part, '_' | '-');
    let behind = text.split('.').skip(1);
    let names = behind.map(|rest| rest.split(|part| !is_part(part)).next().unwrap_or_default());
    let mut names: Vec<String> =
        names.filter(|name| !name.is_empty() && !OWN_MEMBERS.contains(name)).map(str::to_owned).collect();
    names.sort();
    names.dedup();
    names.truncate(MOST_MEMBERS);
    names
}

/// Whether a tag of the template counts through numbers: nobody would stop it.
fn has_range(text: &str) -> bool {
    let tags = text.split("{%").skip(1).filter_map(|rest| rest.split_once("%}"));
    tags.into_iter().any(|(tag, _)| tag.contains('(') && tag.contains(".."))
}

const TABLE_ROW: &str = "tablerow";
/// They overflow: `abs` of the lowest number, or that divided by -1.
const REFUSED: [&str; 7] = ["abs", "divided_by", "minus", "modulo", "plus", "slice", "times"];
const OWN_MEMBERS: [&str; 3] = ["first", "last", "size"];
const MOST_MEMBERS: usize = 200;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_of_dotnet_get_the_names_of_the_library() {
        assert_eq!(
            renamed("{{ a | Upcase | ReplaceFirst: 'A', 'b' }} | X"),
            "{{ a | upcase | replace_first: 'A', 'b' }} | X"
        );
        assert_eq!(renamed("{\"a\": {{body.b}}}"), "{\"a\": {{body.b}}}");
    }

    #[test]
    fn the_loop_with_commas_is_a_loop() {
        assert_eq!(
            renamed("[{% JSONArrayFor x in body.l %}{{x}}{% endJSONArrayFor %}]"),
            "[{% _loop x in body.l %}{% for x in body.l %}{% _turn %}{{x}}{% unless forloop.last %},{% endunless %}{% endfor %}]"
        );
    }

    #[test]
    fn what_can_not_be_used_says_why() {
        assert!(Template::parse("{% nosuch %}").is_err());
        assert!(Template::parse("{% for i in (1..1000000000) %}x{% endfor %}").is_err());
        assert!(Template::parse("{{ a").is_err());
        assert!(Template::parse("{{ a | DividedBy: b }}").is_err());
        assert!(Template::parse("{{ \"}}\" |\n times: 2 }}").is_err());
        assert!(Template::parse("{% tablerow x in body cols:0 %}{% endtablerow %}").is_err());
        assert!(Template::parse("{{ a.b | upcase }}").is_ok());
    }
}
