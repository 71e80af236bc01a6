//! `set-status` and `set-method`: the first words of the answer, the first word of the request.

use crate::catalog::Attribute;
use crate::effect::Effect;
use crate::expression::compiled::Wanted;
use crate::failure::Failure;
use crate::program::Section;
use crate::situation::Situation;
use crate::statements::reader::{Literal, Reader};
use crate::statements::set_header::{is_field_text, is_token};
use crate::statements::table::{Read, Statement};
use crate::statements::values::{Valued, inside};
use crate::step::{Action, Setting, Written};

#[derive(Clone, Debug)]
pub(crate) struct StatusPlan {
    pub(crate) code: Setting<u64>,
    pub(crate) reason: Option<Written>,
}

/// Reads `<set-status code="…" reason="…" />`.
pub(crate) fn read(reader: &mut Reader<'_, '_>) -> Option<Action> {
    read_plan(reader).map(Action::SetStatus)
}

/// The same, as a part of another statement.
pub(crate) fn read_plan(reader: &mut Reader<'_, '_>) -> Option<StatusPlan> {
    let code = reader.required_value("code", Wanted::Number).and_then(|code| match code {
        Valued::Expression(compiled) => Some(Setting::Expression(compiled)),
        Valued::Literal(code) => read_code(code, reader).map(Setting::Fixed),
    });
    let reason = match reader.value("reason", Wanted::Text) {
        None => Some(None),
        Some(None) => None,
        Some(Some(Valued::Expression(compiled))) => Some(Some(Written::Expression(compiled))),
        Some(Some(Valued::Literal(reason))) => read_reason(reason, reader).map(Some),
    };
    Some(StatusPlan { code: code?, reason: reason? })
}

/// Reads `<set-method>…</set-method>`.
pub(crate) fn read_method(reader: &mut Reader<'_, '_>) -> Option<Action> {
    read_method_text(reader).map(Action::SetMethod)
}

/// The same, as a part of another statement.
pub(crate) fn read_method_text(reader: &mut Reader<'_, '_>) -> Option<Written> {
    let written = reader.word_in(reader.element)?;
    let problem = match written.literal() {
        Some(method) if !is_method(method) => "a method is one word, such as `GET`",
        Some(method) if method.eq_ignore_ascii_case("CONNECT") => {
            "`CONNECT` can't be forwarded: it asks for a tunnel, not for a response"
        }
        Some(_) | None => return Some(written),
    };
    reader.error("invalid-value", inside(reader.element), problem);
    None
}

/// The method that an element gives.
pub(crate) fn method(written: &Written, situation: &Situation<'_>) -> Result<String, Failure> {
    let method = situation.line(written)?;
    if !is_method(&method) {
        return Err(Failure::hidden("InvalidMethod", "The method is not one word.", 500));
    }
    Ok(method.to_ascii_uppercase())
}

impl StatusPlan {
    pub(crate) fn effect<'p>(&self, situation: &Situation<'_>) -> Result<Effect<'p>, Failure> {
        Ok(Effect::SetStatus { code: self.code(situation)?, reason: self.reason(situation)? })
    }

    pub(crate) fn code(&self, situation: &Situation<'_>) -> Result<u16, Failure> {
        let number = situation.number(&self.code)?;
        let code = u16::try_from(number).ok().filter(|code| (OK..=LAST).contains(code));
        code.ok_or_else(|| Failure::hidden("InvalidStatus", "The status is none from 200 to 599.", 500))
    }

    pub(crate) fn reason(&self, situation: &Situation<'_>) -> Result<Option<String>, Failure> {
        self.reason.as_ref().map(|reason| situation.line(reason)).transpose()
    }
}

fn read_code(code: Literal<'_>, reader: &mut Reader<'_, '_>) -> Option<u64> {
    let digits = code.word();
    let number = digits.parse().ok().filter(|_| digits.bytes().all(|digit| digit.is_ascii_digit()));
    let number = number.filter(|number| (u64::from(OK)..=u64::from(LAST)).contains(number));
    if number.is_none() {
        let shown = crate::diagnostic::shorten(code.text);
        let message = format!("`{shown}` is no status of an answer: a number from 200 to 599");
        reader.error("invalid-value", code.span, message);
    }
    number
}

fn read_reason(reason: Literal<'_>, reader: &mut Reader<'_, '_>) -> Option<Written> {
    if !reason.text.chars().all(is_field_text) {
        let message = "the reason holds a line break or another control character";
        reader.error("invalid-value", reason.span, message);
        return None;
    }
    Some(Written::Literal(reason.word().to_owned()))
}

fn is_method(text: &str) -> bool {
    !text.is_empty() && text.chars().all(is_token)
}

pub(crate) static SET_STATUS: Statement = Statement {
    sections: &Section::ALL,
    attributes: &[Attribute::valued("code").required(), Attribute::valued("reason")],
    ..Statement::new("set-status", "Sets the status of the answer.", Read::Step(read))
};

pub(crate) static SET_METHOD: Statement = Statement {
    sections: &[Section::Inbound, Section::OnError],
    children: &["#text"],
    ..Statement::new("set-method", "Sets the method of the request.", Read::Step(read_method))
};

pub(crate) const OK: u16 = 200;
const LAST: u16 = 599;
