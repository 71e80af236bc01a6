//! `return-response`: ends the call with an answer of the document's own.

use crate::diagnostic::shorten;
use crate::effect::{Body, Reply, SetHeader};
use crate::expression::compiled::Wanted;
use crate::program::{Action, HeaderPlan, ReplyPlan, Written};
use crate::statements::reader::{Given, Literal, Reader, Valued};
use crate::statements::set_header::{self, is_field_text};
use crate::statements::table::{Read, Statement, statement};
use crate::syntax::Element;

/// Reads `<return-response>` with `set-status`, `set-header` and `set-body` in any order.
pub(crate) fn read(reader: &mut Reader<'_, '_>) -> Option<Action> {
    let mut plan = ReplyPlan { status: OK, reason: None, headers: Vec::new(), body: None };
    let mut complete = true;
    let (mut statuses, mut bodies) = (0, 0);
    for child in reader.element.elements() {
        let mut part = reader.child(child);
        let read = match child.name.as_str() {
            "set-status" => {
                statuses += 1;
                read_status(&mut part, statuses, &mut plan)
            }
            "set-header" => read_header(&mut part, &mut plan),
            "set-body" => {
                bodies += 1;
                read_body(&mut part, bodies, &mut plan)
            }
            // Reported with the shape of the element.
            _ => None,
        };
        complete &= read.is_some();
    }
    complete.then(|| finished(plan))
}

/// A plan without any expression is an answer already.
fn finished(plan: ReplyPlan) -> Action {
    let literal_header = |header: &HeaderPlan| {
        let values = header.values.iter().map(literal).collect::<Option<Vec<String>>>()?;
        Some(SetHeader { name: header.name.clone(), action: header.action, values })
    };
    let headers = plan.headers.iter().map(literal_header).collect::<Option<Vec<SetHeader>>>();
    let reason = plan.reason.as_ref().map_or(Some(None), |reason| literal(reason).map(Some));
    let body = plan.body.as_ref().map_or(Some(None), |body| literal(body).map(Some));
    match (headers, reason, body) {
        (Some(headers), Some(reason), Some(body)) => Action::Return(Reply {
            status: plan.status,
            reason,
            headers,
            body: body.as_deref().map(Body::from),
        }),
        _ => Action::ReturnFrom(Box::new(plan)),
    }
}

fn literal(written: &Written) -> Option<String> {
    match written {
        Written::Literal(text) => Some(text.clone()),
        Written::Expression(_) => None,
    }
}

fn read_status(part: &mut Reader<'_, '_>, count: usize, plan: &mut ReplyPlan) -> Option<()> {
    part.check_shape(&SET_STATUS);
    refuse_second(part, count)?;
    let code = part.required("code").and_then(|code| read_code(code, part));
    let reason = match part.value("reason", Wanted::Text) {
        None => Some(None),
        Some(None) => None,
        Some(Some(Valued::Expression(compiled))) => Some(Some(Written::Expression(compiled))),
        Some(Some(Valued::Literal(reason))) => read_reason(reason, part).map(Some),
    };
    (plan.status, plan.reason) = (code?, reason?);
    Some(())
}

fn read_code(code: Literal<'_>, part: &mut Reader<'_, '_>) -> Option<u16> {
    let digits = code.text.trim();
    let number = digits.parse().ok().filter(|_| digits.bytes().all(|digit| digit.is_ascii_digit()));
    let number = number.filter(|number| (OK..=599).contains(number));
    if number.is_none() {
        let message = format!("`{}` is no status of an answer: a number from 200 to 599", shorten(code.text));
        part.error("invalid-value", code.span, message);
    }
    number
}

fn read_reason(reason: Literal<'_>, part: &mut Reader<'_, '_>) -> Option<Written> {
    if !reason.text.chars().all(is_field_text) {
        let message = "the reason holds a line break or another control character";
        part.error("invalid-value", reason.span, message);
        return None;
    }
    Some(Written::Literal(reason.text.trim().to_owned()))
}

fn read_header(part: &mut Reader<'_, '_>, plan: &mut ReplyPlan) -> Option<()> {
    if let Some(known) = statement("set-header") {
        part.check_shape(known);
    }
    plan.headers.push(set_header::read_plan(part)?);
    Some(())
}

fn read_body(part: &mut Reader<'_, '_>, count: usize, plan: &mut ReplyPlan) -> Option<()> {
    part.check_shape(&SET_BODY);
    refuse_second(part, count)?;
    let template = match part.attribute("template") {
        Given::Absent | Given::Literal(Literal { text: "none", .. }) => Some(()),
        Given::Refused => None,
        Given::Literal(Literal { text: "liquid", span }) => {
            part.error("unsupported-value", span, "templates in `liquid` are not supported yet");
            None
        }
        Given::Literal(literal) => {
            part.error("invalid-value", literal.span, "the value must be `none` or `liquid`");
            None
        }
    };
    let body = part.data_of(part.element)?;
    template?;
    plan.body = Some(body);
    Some(())
}

fn refuse_second(part: &mut Reader<'_, '_>, count: usize) -> Option<()> {
    if count > 1 {
        let Element { name, name_span, .. } = part.element;
        part.error("duplicate-element", *name_span, format!("`{name}` is there twice; it can be there once"));
        return None;
    }
    Some(())
}

static SET_STATUS: Statement = Statement {
    name: "set-status",
    sections: &[],
    attributes: &["code", "reason"],
    later_attributes: &[],
    children: &[],
    read: Read::Part,
};

/// Its text is data, whatever stands in it.
static SET_BODY: Statement = Statement {
    name: "set-body",
    sections: &[],
    attributes: &["template"],
    later_attributes: &["xsi-nil", "parse-date"],
    children: &["#text"],
    read: Read::Part,
};

const OK: u16 = 200;
