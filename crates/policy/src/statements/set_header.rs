//! `set-header`: changes one header of the request or of the answer.

use crate::diagnostic::shorten;
use crate::effect::{HeaderAction, SetHeader};
use crate::nearest::nearest;
use crate::program::{Action, HeaderPlan, Written};
use crate::source::Span;
use crate::statements::reader::{Given, Literal, Reader};

/// Reads `<set-header name="…" exists-action="…"><value>…</value></set-header>`.
pub(crate) fn read(reader: &mut Reader<'_, '_>) -> Option<Action> {
    let plan = read_plan(reader)?;
    let literal = |value: &Written| match value {
        Written::Literal(text) => Some(text.clone()),
        Written::Expression(_) => None,
    };
    Some(match plan.values.iter().map(literal).collect() {
        Some(values) => Action::SetHeader(SetHeader { name: plan.name, action: plan.action, values }),
        None => Action::SetHeaderFrom(plan),
    })
}

/// The same, as a part of another statement.
pub(crate) fn read_plan(reader: &mut Reader<'_, '_>) -> Option<HeaderPlan> {
    let name = reader.required("name").and_then(|name| read_name(name, reader));
    let action = read_action(reader);
    let values = read_values(reader);
    let (name, action, values) = (name?, action?, values?);
    check_count(action, values.len(), reader)?;
    Some(HeaderPlan { name, action, values })
}

fn read_name(name: Literal<'_>, reader: &mut Reader<'_, '_>) -> Option<String> {
    if name.text.is_empty() {
        reader.error("invalid-value", name.span, "the header's name is empty");
        return None;
    }
    if !name.text.chars().all(is_token) {
        let message = format!("`{}` is not a valid header name", shorten(name.text));
        let diagnostic = reader.error("invalid-value", name.span, message);
        diagnostic.set_help("a header's name is made of letters, digits and ``!#$%&'*+-.^_`|~``");
        return None;
    }
    if OF_THE_GATEWAY.iter().any(|refused| refused.eq_ignore_ascii_case(name.text)) {
        let message =
            format!("the header `{}` can't be changed: the gateway sets it for each connection", name.text);
        reader.error("refused-header", name.span, message);
        return None;
    }
    Some(name.text.to_owned())
}

fn read_action(reader: &mut Reader<'_, '_>) -> Option<HeaderAction> {
    let literal = match reader.attribute("exists-action") {
        Given::Absent => return Some(HeaderAction::Override),
        Given::Refused => return None,
        Given::Literal(literal) => literal,
    };
    let known = ACTIONS.iter().find(|(name, _)| *name == literal.text);
    if known.is_none() {
        let message = format!(
            "`exists-action` can't be `{}`; it is one of `override`, `skip`, `append`, `delete`",
            shorten(literal.text)
        );
        let meant = nearest(literal.text, ACTIONS.iter().map(|(name, _)| *name));
        let diagnostic = reader.error("invalid-value", literal.span, message);
        if let Some(meant) = meant {
            diagnostic.set_help(format!("did you mean `{meant}`?"));
        }
    }
    known.map(|(_, action)| *action)
}

/// The values in order; none if one of them is wrong.
fn read_values(reader: &mut Reader<'_, '_>) -> Option<Vec<Written>> {
    let element = reader.element;
    let children = element.elements().filter(|child| child.name == "value");
    let mut values = Vec::new();
    let mut complete = true;
    for child in children {
        reader.refuse_attributes(child);
        match reader.written_in(child) {
            Some(Written::Literal(value)) if !value.chars().all(is_field_text) => {
                let message = "the value holds a line break or another control character";
                reader.error("invalid-value", child.content.unwrap_or(child.name_span), message);
                complete = false;
            }
            Some(value) => values.push(value),
            None => complete = false,
        }
    }
    complete.then_some(values)
}

fn check_count(action: HeaderAction, values: usize, reader: &mut Reader<'_, '_>) -> Option<()> {
    let first_value = reader.element.elements().next().map_or(Span::default(), |child| child.name_span);
    match (action, values) {
        (HeaderAction::Delete, 0) => Some(()),
        (HeaderAction::Delete, _) => {
            reader.error("unexpected-element", first_value, "`exists-action=\"delete\"` takes no `value`");
            None
        }
        (_, 0) => {
            let message = "`value` is missing";
            reader.error("missing-element", reader.element.name_span, message).set_help(
                "write `<value></value>` for an empty value, `exists-action=\"delete\"` to remove the header",
            );
            None
        }
        _ => Some(()),
    }
}

/// RFC 9110 §5.6.2.
fn is_token(part: char) -> bool {
    part.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(part)
}

/// RFC 9110 §5.5: no control characters but tab.
pub(crate) fn is_field_text(part: char) -> bool {
    part == '\t' || !part.is_ascii_control()
}

const ACTIONS: [(&str, HeaderAction); 4] = [
    ("override", HeaderAction::Override),
    ("skip", HeaderAction::Skip),
    ("append", HeaderAction::Append),
    ("delete", HeaderAction::Delete),
];

/// Headers about one connection or about where a message ends (RFC 9110 §7.6.1, RFC 9112 §6): a
/// document that could set them could make the two sides disagree about that.
const OF_THE_GATEWAY: [&str; 9] = [
    "Connection",
    "Content-Length",
    "HTTP2-Settings",
    "Keep-Alive",
    "Proxy-Connection",
    "TE",
    "Trailer",
    "Transfer-Encoding",
    "Upgrade",
];
