//! `rewrite-uri`: another path and query for the backend.

use crate::blank::trimmed;
use crate::catalog::{Attribute, YES_NO};
use crate::effect::Effect;
use crate::expression::compiled::Wanted;
use crate::facts::Facts;
use crate::failure::Failure;
use crate::program::Section;
use crate::situation::Situation;
use crate::source::Span;
use crate::statements::reader::Reader;
use crate::statements::table::{Read, Statement};
use crate::statements::values::Valued;
use crate::step::{Action, Setting, Written};

#[derive(Clone, Debug)]
pub(crate) struct RewritePlan {
    pub(crate) template: Written,
    copy_unmatched: Setting<bool>,
    /// Where the template stands, if it is a literal: its parameters are checked against the operation's.
    pub(crate) span: Option<Span>,
}

/// Reads `<rewrite-uri template="…" copy-unmatched-params="…" />`.
pub(crate) fn read(reader: &mut Reader<'_, '_>) -> Option<Action> {
    let template = reader.required_value("template", Wanted::Text);
    let copy_unmatched = reader.flag("copy-unmatched-params", true);
    let (template, copy_unmatched) = (template?, copy_unmatched?);
    let span = match &template {
        Valued::Literal(literal) => {
            if literal.text.chars().any(|part| part.is_control() || part == '#') {
                let message = "a template is a path, perhaps with a query, on one line";
                reader.error("invalid-value", literal.span, message);
                return None;
            }
            Some(literal.span)
        }
        Valued::Expression(_) => None,
    };
    Some(Action::RewriteUri(RewritePlan { template: template.written(), copy_unmatched, span }))
}

impl RewritePlan {
    pub(crate) fn effect<'p>(&self, situation: &Situation<'_>) -> Result<Effect<'p>, Failure> {
        let template = situation.line(&self.template)?;
        let filled = filled(trimmed(&template), situation.facts);
        if filled.contains(['\r', '\n', '#', ' ']) {
            let message = "The template doesn't give a path.";
            return Err(Failure::hidden("InvalidRewriteTemplate", message, 500));
        }
        let to = if filled.starts_with('/') { filled } else { format!("/{filled}") };
        Ok(Effect::RewriteUri { to, copy_unmatched: situation.flag(&self.copy_unmatched)? })
    }
}

/// The names in braces.
pub(crate) fn parameters(template: &str) -> impl Iterator<Item = &str> {
    template.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
}

/// The template with what its parameters stand for; one that the call doesn't have stays.
fn filled(template: &str, facts: &dyn Facts) -> String {
    if !template.contains('{') {
        return encoded(template, is_of_address);
    }
    let matched = facts.matched_parameters();
    let mut filled = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(&encoded(before, is_of_address));
        let Some((name, behind)) = after.split_once('}') else { break };
        let value = matched.iter().find(|(known, _)| known == name.trim_start_matches('*'));
        match value {
            Some((_, value)) => filled.push_str(&encoded(value, is_of_value)),
            None => filled.push_str(&format!("%7B{}%7D", encoded(name, is_of_value))),
        }
        rest = behind;
    }
    filled.push_str(&encoded(rest, is_of_address));
    filled
}

/// What can't stand in an address is written in hexadecimal (RFC 3986 §2.1).
fn encoded(text: &str, is_kept: fn(u8) -> bool) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match is_kept(byte) {
            true => encoded.push(char::from(byte)),
            false => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

/// The characters of a path with a query (RFC 3986 §3), and `%`, since the author may have encoded.
fn is_of_address(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/?%".contains(&byte)
}

/// The characters that stay themselves in a part of a path, and `/` for a parameter of several parts.
fn is_of_value(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~!$'()*,;:@/".contains(&byte)
}

pub(crate) static REWRITE_URI: Statement = Statement {
    sections: &[Section::Inbound],
    attributes: &[
        Attribute::valued("template").required(),
        Attribute::valued("copy-unmatched-params").one_of(YES_NO),
    ],
    ..Statement::new("rewrite-uri", "Calls another path of the backend.", Read::Step(read))
};
