//! `set-header`: changes one header of the request or of the answer.

use crate::catalog::Attribute;
use crate::diagnostic::shorten;
use crate::effect::{HeaderAction, SetHeader};
use crate::expression::compiled::Wanted;
use crate::failure::Failure;
use crate::program::Section;
use crate::situation::Situation;
use crate::source::Span;
use crate::statements::reader::{Literal, Reader};
use crate::statements::table::{Read, Statement};
use crate::statements::values::{Valued, inside};
use crate::step::{Action, HeaderPlan, Setting, Written};

/// Reads `<set-header name="…" exists-action="…"><value>…</value></set-header>`.
pub(crate) fn read(reader: &mut Reader<'_, '_>) -> Option<Action> {
    let plan = read_plan(reader)?;
    Some(match plan.fixed() {
        Some(header) => Action::SetHeader(header),
        None => Action::SetHeaderFrom(plan),
    })
}

/// The same, as a part of another statement.
pub(crate) fn read_plan(reader: &mut Reader<'_, '_>) -> Option<HeaderPlan> {
    let name = reader.required_value("name", Wanted::Text).and_then(|name| match name {
        Valued::Literal(name) => read_name(name, reader).map(Written::Literal),
        Valued::Expression(compiled) => Some(Written::Expression(compiled)),
    });
    let action = reader.setting("exists-action", &ACTIONS, HeaderAction::Override);
    let values = read_values(reader);
    let (name, action, values) = (name?, action?, values?);
    check_count(&action, values.len(), reader)?;
    Some(HeaderPlan { name, action, values })
}

impl HeaderPlan {
    /// The change, if nothing of it is yet to be worked out.
    pub(crate) fn fixed(&self) -> Option<SetHeader> {
        let Setting::Fixed(action) = self.action else { return None };
        let values = self.values.iter().map(|value| value.literal().map(str::to_owned));
        let values = values.collect::<Option<Vec<_>>>()?;
        Some(SetHeader { name: self.name.literal()?.to_owned(), action, values })
    }

    pub(crate) fn header(&self, situation: &Situation<'_>) -> Result<SetHeader, Failure> {
        let name = situation.line(&self.name)?;
        if self.name.literal().is_none() {
            check_name(&name)?;
        }
        let action = situation.choice(&self.action, &ACTIONS)?;
        let values = self.values.iter().map(|value| situation.line(value)).collect::<Result<Vec<_>, _>>()?;
        let values = match action {
            HeaderAction::Delete => Vec::new(),
            _ if values.is_empty() => vec![String::new()],
            _ => values,
        };
        Ok(SetHeader { name, action, values })
    }
}

/// A name that an expression gave.
fn check_name(name: &str) -> Result<(), Failure> {
    let problem = if name.is_empty() || !name.chars().all(is_token) {
        "The name of the header isn't valid."
    } else if is_of_the_gateway(name) {
        "The header can't be changed: the gateway sets it for each connection."
    } else {
        return Ok(());
    };
    Err(Failure::hidden("InvalidHeaderName", problem, 500))
}

pub(crate) fn read_name(name: Literal<'_>, reader: &mut Reader<'_, '_>) -> Option<String> {
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
    if is_of_the_gateway(name.text) {
        let message =
            format!("the header `{}` can't be changed: the gateway sets it for each connection", name.text);
        reader.error("refused-header", name.span, message);
        return None;
    }
    Some(name.text.to_owned())
}

/// The values in order; none if one of them is wrong.
pub(crate) fn read_values(reader: &mut Reader<'_, '_>) -> Option<Vec<Written>> {
    let mut values = Vec::new();
    let mut complete = true;
    for child in reader.children("value") {
        reader.refuse_attributes(child);
        match reader.written_in(child) {
            Some(Written::Literal(value)) if !value.chars().all(is_field_text) => {
                let message = "the value holds a line break or another control character";
                reader.error("invalid-value", inside(child), message);
                complete = false;
            }
            Some(value) => values.push(value),
            None => complete = false,
        }
    }
    complete.then_some(values)
}

pub(crate) fn check_count(
    action: &Setting<HeaderAction>,
    values: usize,
    reader: &mut Reader<'_, '_>,
) -> Option<()> {
    let first_value = reader.element.elements().next().map_or(Span::default(), |child| child.name_span);
    match (action, values) {
        (Setting::Fixed(HeaderAction::Delete), 0) | (Setting::Expression(_), _) => Some(()),
        (Setting::Fixed(HeaderAction::Delete), _) => {
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

fn is_of_the_gateway(name: &str) -> bool {
    OF_THE_GATEWAY.iter().any(|refused| refused.eq_ignore_ascii_case(name))
}

/// RFC 9110 §5.6.2.
pub(crate) fn is_token(part: char) -> bool {
    part.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(part)
}

/// RFC 9110 §5.5: no control characters but tab.
pub(crate) fn is_field_text(part: char) -> bool {
    part == '\t' || !part.is_ascii_control()
}

pub(crate) static SET_HEADER: Statement = Statement {
    sections: &Section::ALL,
    attributes: &[
        Attribute::valued("name").required(),
        Attribute::valued("exists-action").one_of(&["override", "skip", "append", "delete"]),
    ],
    children: &["value"],
    ..Statement::new("set-header", "Sets, adds to or removes a header.", Read::Step(read))
};

pub(crate) static VALUE: Statement =
    Statement { children: &["#text"], ..Statement::new("value", "One of the values.", Read::Part) };

pub(crate) const ACTIONS: [(&str, HeaderAction); 4] = [
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
