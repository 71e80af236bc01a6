//! `set-backend-service`: another backend than the API's own.

use crate::catalog::Attribute;
use crate::effect::{Effect, Place};
use crate::expression::compiled::Wanted;
use crate::failure::Failure;
use crate::program::Section;
use crate::situation::Situation;
use crate::statements::reader::Reader;
use crate::statements::table::{Read, Statement};
use crate::statements::values::Valued;
use crate::step::{Action, Written};

/// Reads `<set-backend-service base-url="…" />`.
pub(crate) fn read(reader: &mut Reader<'_, '_>) -> Option<Action> {
    if reader.element.attributes.iter().any(|attribute| LATER.contains(&attribute.name.as_str())) {
        // Reported with the shape of the element.
        return None;
    }
    let url = reader.required_value("base-url", Wanted::Text)?;
    if let Valued::Literal(literal) = &url
        && let Err(problem) = address::url::backend(literal.text)
    {
        let message = format!("`base-url` can't be called: {problem}");
        reader.error("invalid-value", literal.span, message);
        return None;
    }
    Some(Action::SetBackend(url.written()))
}

pub(crate) fn effect<'p>(
    url: &Written,
    at: &'p Place,
    situation: &Situation<'_>,
) -> Result<Effect<'p>, Failure> {
    let base_url = situation.line(url)?;
    if let Err(problem) = address::url::backend(&base_url) {
        let message = format!("The backend's address can't be called: {problem}.");
        return Err(Failure::hidden("InvalidBackendUrl", message, 500));
    }
    Ok(Effect::SetBackend { base_url, at })
}

pub(crate) static SET_BACKEND_SERVICE: Statement = Statement {
    sections: &[Section::Inbound, Section::Backend],
    attributes: &[Attribute::valued("base-url").required()],
    later_attributes: LATER,
    ..Statement::new("set-backend-service", "Sends the request to another backend.", Read::Step(read))
};

const LATER: &[&str] = &[
    "dapr-app-id",
    "dapr-method",
    "dapr-namespace",
    "sf-listener-name",
    "sf-partition-key",
    "sf-replica-type",
    "sf-resolve-condition",
    "sf-service-instance-name",
];
