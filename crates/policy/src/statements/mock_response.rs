//! `mock-response`: an answer without a backend.

use crate::catalog::Attribute;
use crate::effect::{HeaderAction, Reply, SetHeader};
use crate::program::Section;
use crate::statements::reader::{Given, Reader};
use crate::statements::set_header::is_field_text;
use crate::statements::set_status::OK;
use crate::statements::table::{Read, Statement};
use crate::step::Action;

/// Reads `<mock-response status-code="…" content-type="…" />`. The body is empty: operations have no
/// examples.
pub(crate) fn read(reader: &mut Reader<'_, '_>) -> Option<Action> {
    let status = reader.plain_number("status-code", 200..=599)?;
    let status = status.and_then(|status| u16::try_from(status).ok()).unwrap_or(OK);
    let headers = match reader.attribute("content-type") {
        Given::Absent => Vec::new(),
        Given::Refused => return None,
        Given::Literal(kind) if !kind.text.chars().all(is_field_text) => {
            reader.error("invalid-value", kind.span, "`content-type` holds a control character");
            return None;
        }
        Given::Literal(kind) => vec![SetHeader {
            name: "Content-Type".to_owned(),
            action: HeaderAction::Override,
            values: vec![kind.word().to_owned()],
        }],
    };
    reader.plain_number("index", 0..=1_000_000)?;
    Some(Action::Return(Reply { status, reason: None, headers, body: None }))
}

pub(crate) static MOCK_RESPONSE: Statement = Statement {
    sections: &[Section::Inbound, Section::Outbound, Section::OnError],
    attributes: &[Attribute::new("status-code"), Attribute::new("content-type"), Attribute::new("index")],
    ..Statement::new("mock-response", "Answers without calling the backend.", Read::Step(read))
};
