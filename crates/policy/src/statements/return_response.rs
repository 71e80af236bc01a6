//! `return-response`: ends the call with an answer of the document's own.

use crate::body_text::content_type_in_utf8;
use crate::catalog::Attribute;
use crate::coded_body::OF_CODED;
use crate::effect::{Body, BodyForm, HeaderAction, Reply, SetHeader, Target};
use crate::failure::Failure;
use crate::program::Section;
use crate::situation::Situation;
use crate::statements::reader::Reader;
use crate::statements::set_body::{self, BodyPlan, SET_BODY};
use crate::statements::set_header::{self, SET_HEADER, is_field_text};
use crate::statements::set_status::{self, OK, SET_STATUS, StatusPlan};
use crate::statements::table::{Read, Statement};
use crate::step::{Action, HeaderPlan, Setting, Written};

/// A `Reply` of which a part is yet to be worked out.
#[derive(Clone, Debug)]
pub(crate) struct ReplyPlan {
    /// The variable with the answer to begin with.
    variable: Option<String>,
    status: Option<StatusPlan>,
    headers: Vec<HeaderPlan>,
    body: Option<BodyPlan>,
}

/// Reads `<return-response>` with `set-status`, `set-header` and `set-body` in any order.
pub(crate) fn read(reader: &mut Reader<'_, '_>) -> Option<Action> {
    let variable = reader.literal("response-variable-name");
    let status = match reader.only_child("set-status") {
        None => Some(None),
        Some(child) => {
            let mut part = reader.child(child);
            part.check_shape(&SET_STATUS);
            set_status::read_plan(&mut part).map(Some)
        }
    };
    let headers = read_headers(reader);
    let body = match reader.only_child("set-body") {
        None => Some(None),
        Some(child) => {
            let mut part = reader.child(child);
            part.check_shape(&SET_BODY);
            set_body::read_plan(&mut part).map(Some)
        }
    };
    let plan = ReplyPlan { variable: variable?, status: status?, headers: headers?, body: body? };
    Some(match plan.fixed() {
        Some(reply) => Action::Return(reply),
        None => Action::ReturnFrom(Box::new(plan)),
    })
}

/// All `set-header` in an element; none if one of them is wrong.
pub(crate) fn read_headers(reader: &mut Reader<'_, '_>) -> Option<Vec<HeaderPlan>> {
    let mut complete = true;
    let mut headers = Vec::new();
    for child in reader.children("set-header") {
        let mut part = reader.child(child);
        part.check_shape(&SET_HEADER);
        match set_header::read_plan(&mut part) {
            Some(plan) => headers.push(plan),
            None => complete = false,
        }
    }
    complete.then_some(headers)
}

impl ReplyPlan {
    /// The answer, if nothing of it is yet to be worked out.
    fn fixed(&self) -> Option<Reply> {
        if self.variable.is_some() {
            return None;
        }
        let (status, reason) = match &self.status {
            None => (u64::from(OK), None),
            Some(StatusPlan { code: Setting::Fixed(code), reason: None }) => (*code, None),
            Some(StatusPlan { code: Setting::Fixed(code), reason: Some(Written::Literal(reason)) }) => {
                (*code, Some(reason.clone()))
            }
            Some(_) => return None,
        };
        let body = match &self.body {
            None => None,
            Some(BodyPlan::Written(Written::Literal(text))) => Some(Body::from(text.as_str())),
            Some(_) => return None,
        };
        let headers = self.headers.iter().map(HeaderPlan::fixed).collect::<Option<Vec<_>>>()?;
        Some(Reply { status: u16::try_from(status).ok()?, reason, headers, body })
    }

    pub(crate) fn reply(&self, situation: &Situation<'_>) -> Result<Reply, Failure> {
        let mut reply = match &self.variable {
            None => Reply { status: OK, reason: None, headers: Vec::new(), body: None },
            Some(name) => kept_reply(name, situation)?,
        };
        if let Some(body) = &self.body {
            let (body, form) = body.body(Target::Response, situation)?;
            fit(&mut reply.headers, form);
            reply.body = Some(body);
        }
        if let Some(status) = &self.status {
            reply.status = status.code(situation)?;
            reply.reason = status.reason(situation)?;
        }
        for header in &self.headers {
            reply.headers.push(header.header(situation)?);
        }
        Ok(reply)
    }
}

/// Makes the headers of an answer that was kept fit another body.
fn fit(headers: &mut Vec<SetHeader>, form: BodyForm) {
    headers.retain(|header| !OF_CODED.iter().any(|name| name.eq_ignore_ascii_case(&header.name)));
    let types = headers.iter_mut().filter(|header| header.name.eq_ignore_ascii_case("content-type"));
    for value in types.flat_map(|header| &mut header.values).filter(|_| form == BodyForm::Text) {
        if let Some(changed) = content_type_in_utf8(value) {
            *value = changed;
        }
    }
}

/// The answer that a variable holds, without what was about its own connection.
fn kept_reply(name: &str, situation: &Situation<'_>) -> Result<Reply, Failure> {
    let message = situation.message(name)?;
    let of_connection = |name: &str| OF_CONNECTION.iter().any(|other| other.eq_ignore_ascii_case(name));
    let headers = message.headers.iter().filter(|(name, _)| !of_connection(name));
    let headers = headers.filter(|(_, value)| value.chars().all(is_field_text));
    let append = |(name, value): &(String, String)| SetHeader {
        name: name.clone(),
        action: HeaderAction::Append,
        values: vec![value.clone()],
    };
    Ok(Reply {
        status: message.status.max(OK),
        reason: Some(message.reason.clone()).filter(|reason| !reason.is_empty()),
        headers: headers.map(append).collect(),
        body: Some(Body(message.body.to_vec())),
    })
}

pub(crate) static RETURN_RESPONSE: Statement = Statement {
    sections: &Section::ALL,
    attributes: &[Attribute::new("response-variable-name")],
    children: &["set-status", "set-header", "set-body"],
    ..Statement::new("return-response", "Ends the call with this answer.", Read::Step(read))
};

/// Headers about one connection or one way of sending a body (RFC 9110 §7.6.1).
const OF_CONNECTION: [&str; 7] = [
    "Connection",
    "Content-Length",
    "Keep-Alive",
    "Proxy-Connection",
    "Trailer",
    "Transfer-Encoding",
    "Upgrade",
];
