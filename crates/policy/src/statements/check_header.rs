//! `check-header`: lets only calls pass that have a header, or one of its values.

use crate::catalog::{Attribute, YES_NO};
use crate::expression::compiled::Wanted;
use crate::failure::Failure;
use crate::program::Section;
use crate::situation::Situation;
use crate::statements::reader::Reader;
use crate::statements::set_header::{is_token, read_values};
use crate::statements::table::{Read, Statement};
use crate::step::{Action, Setting, Written};

#[derive(Clone, Debug)]
pub(crate) struct HeaderCheck {
    name: Written,
    status: Setting<u64>,
    message: Option<Written>,
    ignore_case: Setting<bool>,
    values: Vec<Written>,
}

/// Reads `<check-header name="…" …>` with the values that are let through; none: any.
pub(crate) fn read(reader: &mut Reader<'_, '_>) -> Option<Action> {
    let name = reader.required_text("name").filter(|name| is_name(name, reader));
    let status = match reader.value("failed-check-httpcode", Wanted::Number) {
        None => Some(Setting::Fixed(FORBIDDEN)),
        Some(value) => value.and_then(|value| reader.number_of("failed-check-httpcode", value, 400..=599)),
    };
    let message = reader.text("failed-check-error-message");
    let ignore_case = reader.flag("ignore-case", true);
    let values = read_values(reader);
    Some(Action::CheckHeader(Box::new(HeaderCheck {
        name: name?,
        status: status?,
        message: message?,
        ignore_case: ignore_case?,
        values: values?,
    })))
}

fn is_name(name: &Written, reader: &mut Reader<'_, '_>) -> bool {
    let is_right = name.literal().is_none_or(|name| !name.is_empty() && name.chars().all(is_token));
    if !is_right {
        let span = reader.element.attribute("name").map_or(reader.element.name_span, |name| name.value_span);
        let help = "a header's name is made of letters, digits and ``!#$%&'*+-.^_`|~``";
        reader.error("invalid-value", span, "`name` is not a valid header name").set_help(help);
    }
    is_right
}

impl HeaderCheck {
    pub(crate) fn judge(&self, situation: &Situation<'_>) -> Result<(), Failure> {
        let name = situation.text(&self.name)?;
        let found = situation.facts.header(&name);
        if found.is_empty() {
            let message = format!("Header {name} was not found in the request. Access denied.");
            return Err(self.refusal("HeaderNotFound", message, situation)?);
        }
        let wanted = self.values.iter().map(|value| situation.text(value)).collect::<Result<Vec<_>, _>>()?;
        let ignore_case = situation.flag(&self.ignore_case)?;
        let is_same = |one: &str, two: &str| match ignore_case {
            true => one.to_lowercase() == two.to_lowercase(),
            false => one == two,
        };
        let fits = |value: &str| wanted.iter().any(|wanted| is_same(wanted, value.trim()));
        if wanted.is_empty() || found.iter().any(|value| fits(value)) || fits(&found.join(",")) {
            return Ok(());
        }
        let message = format!("Header {name} value of {} is not allowed. Access denied.", found.join(","));
        // That may be a token or a password.
        let noted = Some(format!("Header {name} value is not allowed. Access denied.").into());
        Err(Failure { noted, ..self.refusal("HeaderValueNotAllowed", message, situation)? })
    }

    fn refusal(
        &self,
        reason: &'static str,
        message: String,
        situation: &Situation<'_>,
    ) -> Result<Failure, Failure> {
        let status = refusing_status(situation.number(&self.status)?)?;
        let told = match &self.message {
            Some(told) => situation.text(told)?,
            None => message.clone(),
        };
        Ok(Failure { told: Some(told.into()), ..Failure::hidden(reason, message, status) })
    }
}

/// A status for a call that is refused.
pub(crate) fn refusing_status(number: u64) -> Result<u16, Failure> {
    let status = u16::try_from(number).ok().filter(|status| (400..=599).contains(status));
    status.ok_or_else(|| Failure::hidden("InvalidStatus", "The status is none from 400 to 599.", 500))
}

pub(crate) static CHECK_HEADER: Statement = Statement {
    sections: &[Section::Inbound],
    attributes: &[
        Attribute::valued("name").required(),
        Attribute::valued("failed-check-httpcode"),
        Attribute::valued("failed-check-error-message"),
        Attribute::valued("ignore-case").one_of(YES_NO),
    ],
    children: &["value"],
    ..Statement::new("check-header", "Refuses calls without a header or one of its values.", Read::Step(read))
};

const FORBIDDEN: u64 = 403;
