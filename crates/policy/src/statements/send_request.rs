//! `send-request` and `send-one-way-request`: a call of the document's own.

use crate::call_out::{CallCredential, CallOut};
use crate::catalog::{Attribute, YES_NO};
use crate::effect::{BodyForm, Place, Target};
use crate::failure::Failure;
use crate::program::Section;
use crate::situation::Situation;
use crate::statements::authentication::{self, CERTIFICATE, CredentialPlan};
use crate::statements::reader::Reader;
use crate::statements::return_response::read_headers;
use crate::statements::set_body::{self, BodyPlan, SET_BODY};
use crate::statements::set_status::{self, SET_METHOD};
use crate::statements::set_variable::read_name;
use crate::statements::table::{Read, Statement};
use crate::statements::values::{LONGEST_S, inside};
use crate::step::{Action, HeaderPlan, Setting, Written};

#[derive(Clone, Debug)]
pub(crate) struct CallPlan {
    /// Whether nobody waits for the answer.
    pub(crate) one_way: bool,
    /// The variable for the answer; none: nobody asks what it was.
    pub(crate) variable: Option<String>,
    pub(crate) ignore_error: bool,
    mode: Setting<Mode>,
    timeout_s: Setting<u64>,
    url: Option<Written>,
    method: Option<Written>,
    headers: Vec<HeaderPlan>,
    body: Option<BodyPlan>,
    credential: Option<CredentialPlan>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Mode {
    New,
    Copy,
}

/// Reads `<send-request response-variable-name="…" … >`.
pub(crate) fn read(reader: &mut Reader<'_, '_>) -> Option<Action> {
    let has_variable = reader.element.attribute("response-variable-name").is_some();
    let variable =
        if has_variable { read_name("response-variable-name", reader).map(Some) } else { Some(None) };
    let ignore_error = reader.plain_flag("ignore-error", false);
    let plan = read_plan(reader);
    let (variable, ignore_error) = (variable?, ignore_error?);
    Some(Action::Call(Box::new(CallPlan { one_way: false, variable, ignore_error, ..plan? })))
}

/// Reads `<send-one-way-request … >`.
pub(crate) fn read_one_way(reader: &mut Reader<'_, '_>) -> Option<Action> {
    read_plan(reader).map(|plan| Action::Call(Box::new(plan)))
}

fn read_plan(reader: &mut Reader<'_, '_>) -> Option<CallPlan> {
    let mode = reader.setting("mode", &MODES, Mode::New);
    let timeout_s = reader.number("timeout", 1..=LONGEST_S);
    let url = read_part(reader, &SET_URL, read_url);
    let method = read_part(reader, &SET_METHOD, set_status::read_method_text);
    let headers = read_headers(reader);
    let body = read_part(reader, &SET_BODY, set_body::read_plan);
    let credential = read_part(reader, &CERTIFICATE, authentication::read_credential);
    let (mode, url) = (mode?, url?);
    // A copy is of the request with its body.
    reader.notes.reads_request |= !matches!(mode, Setting::Fixed(Mode::New));
    let is_old = reader.children("url").next().is_some();
    if url.is_none() && !is_old && matches!(mode, Setting::Fixed(Mode::New)) {
        let message = "`set-url` is missing";
        reader
            .error("missing-element", reader.element.name_span, message)
            .set_help("only with `mode=\"copy\"` the address of the request is taken");
        return None;
    }
    Some(CallPlan {
        one_way: true,
        variable: None,
        ignore_error: true,
        mode,
        timeout_s: timeout_s?.unwrap_or(Setting::Fixed(DEFAULT_S)),
        url,
        method: method?,
        headers: headers?,
        body: body?,
        credential: credential?,
    })
}

/// A part that may be left out; none if it can't be used, inside none if it isn't there.
fn read_part<'d, T>(
    reader: &mut Reader<'d, '_>,
    part: &'static Statement,
    read: fn(&mut Reader<'d, '_>) -> Option<T>,
) -> Option<Option<T>> {
    let Some(element) = reader.only_child(part.name) else { return Some(None) };
    let mut child = reader.child(element);
    child.check_shape(part);
    read(&mut child).map(Some)
}

fn read_url(part: &mut Reader<'_, '_>) -> Option<Written> {
    let url = part.word_in(part.element)?;
    if let Some(Err(problem)) = url.literal().map(address::url::url) {
        let message = format!("`set-url` can't be called: {problem}");
        part.error("invalid-value", inside(part.element), message);
        return None;
    }
    Some(url)
}

impl CallPlan {
    pub(crate) fn call<'p>(
        &'p self,
        at: &'p Place,
        situation: &Situation<'_>,
    ) -> Result<CallOut<'p>, Failure> {
        let url = self.url.as_ref().map(|url| situation.line(url)).transpose()?;
        if let Some(Err(problem)) = url.as_deref().map(address::url::url) {
            let message = format!("The address can't be called: {problem}.");
            return Err(Failure::hidden("InvalidUrl", message, 500));
        }
        let copy = situation.choice(&self.mode, &MODES)? == Mode::Copy;
        if url.is_none() && !copy {
            return Err(Failure::hidden("InvalidUrl", "There is no address to call.", 500));
        }
        let body = self.body.as_ref().map(|body| body.body(Target::Request, situation)).transpose()?;
        let (body, form) = body.map_or((None, BodyForm::Text), |(body, form)| (Some(body), form));
        let headers = self.headers.iter().map(|header| header.header(situation)).collect::<Result<_, _>>()?;
        Ok(CallOut {
            url,
            method: self.method.as_ref().map(|method| set_status::method(method, situation)).transpose()?,
            copy,
            headers,
            body,
            form,
            timeout_ms: situation.number(&self.timeout_s)?.clamp(1, LONGEST_S) * 1000,
            credential: match &self.credential {
                Some(plan) => plan.credential(situation)?,
                None => CallCredential::None,
            },
            one_way: self.one_way,
            ignore_error: self.ignore_error,
            at,
        })
    }
}

pub(crate) static SEND_REQUEST: Statement = Statement {
    sections: &Section::ALL,
    attributes: &[
        Attribute::valued("mode").one_of(&["new", "copy"]),
        Attribute::new("response-variable-name"),
        Attribute::valued("timeout"),
        Attribute::new("ignore-error").one_of(YES_NO),
    ],
    children: PARTS,
    later_children: LATER,
    ..Statement::new("send-request", "Calls an address and keeps the answer in a variable.", Read::Step(read))
};

pub(crate) static SEND_ONE_WAY_REQUEST: Statement = Statement {
    sections: &Section::ALL,
    attributes: &[Attribute::valued("mode").one_of(&["new", "copy"]), Attribute::valued("timeout")],
    children: PARTS,
    later_children: LATER,
    ..Statement::new(
        "send-one-way-request",
        "Calls an address without waiting for the answer.",
        Read::Step(read_one_way),
    )
};

pub(crate) static SET_URL: Statement =
    Statement { children: &["#text"], ..Statement::new("set-url", "The address to call.", Read::Part) };

const PARTS: &[&str] = &["set-url", "set-method", "set-header", "set-body", "authentication-certificate"];
/// The last four are how documents were written before 2017.
const LATER: &[&str] = &["authentication-managed-identity", "proxy", "url", "method", "header", "body"];
const MODES: [(&str, Mode); 2] = [("new", Mode::New), ("copy", Mode::Copy)];
const DEFAULT_S: u64 = 60;
