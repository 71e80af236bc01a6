//! The checks of callers' certificates that publishers make: put into a document, found in one, changed in place.

use crate::blank::is_blank;
use crate::edit::{EditError, inbound, policies, readable, with_lines};
use crate::expression::code::Code;
use crate::layout::{Change, Line, apply, with_its_lines};
use crate::source::Span;
use crate::syntax::{Content, Document, Element, Expression, ExpressionForm, Node};

/// What a caller's certificate must be, each check a statement of its own that answers
/// `403 Invalid client certificate`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct CallerChecks {
    /// It isn't expired.
    pub not_expired: bool,
    /// Its issuer has this distinguished name.
    pub issuer: Option<String>,
    /// Its subject has this distinguished name.
    pub subject: Option<String>,
    /// Its thumbprint is one of these, 40 digits each, upper case; none: any.
    pub thumbprints: Vec<String>,
    /// A certificate with its thumbprint is uploaded.
    pub uploaded: bool,
}

/// What a document says about callers' certificates.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FoundChecks {
    /// Nothing but these, none of them perhaps.
    Known(CallerChecks),
    /// Something that a person wrote in their own way.
    Own,
}

/// A check to begin with, to be filled in by hand.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Template {
    /// Missing or expired.
    Expired,
    /// Issuer and subject.
    Names,
    /// One thumbprint.
    Thumbprint,
    /// One of the uploaded certificates.
    Uploaded,
}

/// Puts a template behind `<base />` of `inbound`. All else stays byte for byte.
///
/// # Errors
/// When the document can't be read.
pub fn insert_template(text: &str, template: Template) -> Result<String, EditError> {
    let mut checks = CallerChecks::default();
    match template {
        Template::Expired => checks.not_expired = true,
        Template::Names => {
            checks.issuer = Some("trusted-issuer".to_owned());
            checks.subject = Some("expected-subject-name".to_owned());
        }
        Template::Thumbprint => checks.thumbprints.push("desired-thumbprint".to_owned()),
        Template::Uploaded => checks.uploaded = true,
    }
    with_lines(text, statements(&checks))
}

/// What `inbound` says about callers' certificates.
///
/// # Errors
/// When the document can't be read.
pub fn caller_checks(text: &str) -> Result<FoundChecks, EditError> {
    let document = readable(text)?;
    Ok(found(&document, inbound(policies(&document)?)?)
        .map_or(FoundChecks::Own, |found| FoundChecks::Known(found.checks)))
}

/// Puts these checks in the place of those that are there, behind `<base />`. All else stays byte for byte, and
/// everything does when they are there already.
///
/// # Errors
/// When the document can't be read, or a person wrote checks in their own way.
pub fn set_caller_checks(text: &str, checks: &CallerChecks) -> Result<String, EditError> {
    let document = readable(text)?;
    let present = found(&document, inbound(policies(&document)?)?).ok_or(EditError::OwnChecks)?;
    if present.checks == *checks {
        return Ok(text.to_owned());
    }
    let take_out = |at: &Span| Change { span: with_its_lines(text, *at), text: String::new() };
    let without = apply(text, &present.places.iter().map(take_out).collect::<Vec<_>>());
    let lines = statements(checks);
    if lines.is_empty() { Ok(without) } else { with_lines(&without, lines) }
}

/// Checks that are known, and where their statements stand.
#[derive(Default)]
struct Found {
    checks: CallerChecks,
    places: Vec<Span>,
}

/// None where anything else is said about callers' certificates, or the same twice.
fn found(document: &Document, inbound: Option<&Element>) -> Option<Found> {
    let mut found = Found::default();
    let Some(inbound) = inbound else { return Some(found) };
    for element in inbound.elements() {
        match condition(document, element).and_then(|condition| one_check(&condition)) {
            Some(check) => {
                found.checks.add(check)?;
                found.places.push(element.span);
            }
            None if is_about_callers(document, element) => return None,
            None => {}
        }
    }
    Some(found)
}

fn is_about_callers(document: &Document, element: &Element) -> bool {
    let text = document.source().slice(element.span);
    text.contains("Request.Certificate") || text.contains("validate-client-certificate")
}

impl CallerChecks {
    /// Adds a single check, unless there is one of its kind.
    fn add(&mut self, other: CallerChecks) -> Option<()> {
        let twice = (self.not_expired && other.not_expired)
            || (self.names_anybody() && other.names_anybody())
            || (!self.thumbprints.is_empty() && !other.thumbprints.is_empty())
            || (self.uploaded && other.uploaded);
        if twice {
            return None;
        }
        self.not_expired |= other.not_expired;
        self.uploaded |= other.uploaded;
        self.issuer = self.issuer.take().or(other.issuer);
        self.subject = self.subject.take().or(other.subject);
        self.thumbprints.extend(other.thumbprints);
        Some(())
    }

    fn names_anybody(&self) -> bool {
        self.issuer.is_some() || self.subject.is_some()
    }
}

/// The condition of a statement that is `choose`, one `when`, and the refusal; none of any other.
fn condition(document: &Document, choose: &Element) -> Option<String> {
    let when = only_child(choose).filter(|when| choose.name == "choose" && when.name == "when")?;
    let [attribute] = when.attributes.as_slice() else { return None };
    let reply = only_child(when).filter(|reply| reply.name == "return-response")?;
    let status =
        only_child(reply).filter(|status| status.name == "set-status" && status.children.is_empty())?;
    let says = |name: &str, value: &str| {
        status.attribute(name).is_some_and(|found| found.content == Content::Literal(value.to_owned()))
    };
    let plain = choose.attributes.is_empty() && reply.attributes.is_empty() && status.attributes.len() == 2;
    match &attribute.content {
        Content::Expression(expression) if plain && says("code", CODE) && says("reason", REASON) => {
            (attribute.name == "condition").then(|| code(document, *expression)).flatten()
        }
        _ => None,
    }
}

/// The element in another that holds nothing else.
fn only_child(element: &Element) -> Option<&Element> {
    match element.children.as_slice() {
        [Node::Element(child)] => Some(child),
        _ => None,
    }
}

fn code(document: &Document, expression: Expression) -> Option<String> {
    let is_inline = expression.form == ExpressionForm::Inline;
    is_inline.then(|| Code::new(document.source().text(), &expression).text.into_owned())
}

/// The check that a condition makes, if it is written as `statements` writes it, blanks apart.
fn one_check(code: &str) -> Option<CallerChecks> {
    let (shape, mut texts) = shape(code)?;
    let rest = shape.strip_prefix(&format!("{CERTIFICATE}==null||"))?;
    let mut checks = CallerChecks::default();
    let is = |member: &str| format!("{CERTIFICATE}.{member}!=\u{0}");
    if rest == format!("{CERTIFICATE}.NotAfter<DateTime.Now") {
        checks.not_expired = true;
        return Some(checks);
    }
    if rest == shape_of_uploaded() {
        checks.uploaded = true;
        return Some(checks);
    }
    let (issuer, subjects) = (is("Issuer"), [is("SubjectName"), is("SubjectName.Name"), is("Subject")]);
    let (head, tail) = rest.split_once("||").map_or((rest, None), |(head, tail)| (head, Some(tail)));
    match (head == issuer, tail) {
        (true, None) => checks.issuer = texts.pop(),
        (true, Some(tail)) if subjects.iter().any(|one| one == tail) => {
            checks.subject = texts.pop();
            checks.issuer = texts.pop();
        }
        (false, None) if subjects.iter().any(|one| one == head) => checks.subject = texts.pop(),
        (false, None) => {
            let one = is("Thumbprint");
            let inner = head.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')).unwrap_or(head);
            if !inner.split("&&").all(|part| part == one) {
                return None;
            }
            checks.thumbprints = texts;
        }
        _ => return None,
    }
    Some(checks)
}

/// The code without blanks, each string replaced by a NUL, and what the strings say.
fn shape(code: &str) -> Option<(String, Vec<String>)> {
    let (mut shape, mut texts) = (String::new(), Vec::new());
    let mut characters = code.chars();
    while let Some(character) = characters.next() {
        match character {
            '"' => {
                texts.push(string(&mut characters)?);
                shape.push('\0');
            }
            '@' | '$' | '\'' | '\0' => return None,
            blank if is_blank(blank) => {}
            other => shape.push(other),
        }
    }
    Some((shape, texts))
}

/// What a string says whose opening quote was just passed.
fn string(characters: &mut std::str::Chars<'_>) -> Option<String> {
    let mut text = String::new();
    loop {
        match characters.next()? {
            '"' => return Some(text),
            '\\' => match characters.next()? {
                same @ ('"' | '\\') => text.push(same),
                'u' => {
                    let digits: String = characters.by_ref().take(4).collect();
                    text.push(u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32)?);
                }
                _ => return None,
            },
            other => text.push(other),
        }
    }
}

/// The statements, one after the other.
fn statements(checks: &CallerChecks) -> Vec<Line> {
    conditions(checks).iter().flat_map(|condition| statement(condition)).collect()
}

fn conditions(checks: &CallerChecks) -> Vec<String> {
    let differs = |member: &str, text: &str| format!("{CERTIFICATE}.{member} != {}", literal(text));
    let mut conditions = Vec::new();
    if checks.not_expired {
        conditions.push(format!("{CERTIFICATE}.NotAfter < DateTime.Now"));
    }
    if checks.names_anybody() {
        let issuer = checks.issuer.iter().map(|issuer| differs("Issuer", issuer));
        let subject = checks.subject.iter().map(|subject| differs("SubjectName.Name", subject));
        conditions.push(issuer.chain(subject).collect::<Vec<_>>().join(" || "));
    }
    match checks.thumbprints.as_slice() {
        [] => {}
        [one] => conditions.push(differs("Thumbprint", one)),
        many => {
            let each: Vec<String> = many.iter().map(|one| differs("Thumbprint", one)).collect();
            conditions.push(format!("({})", each.join(" && ")));
        }
    }
    if checks.uploaded {
        conditions.push(UPLOADED.to_owned());
    }
    conditions
}

fn statement(condition: &str) -> [Line; 7] {
    let when = format!("<when condition=\"@({CERTIFICATE} == null || {condition})\">");
    let status = format!("<set-status code=\"{CODE}\" reason=\"{REASON}\" />");
    [
        (0, "<choose>".to_owned()),
        (1, when),
        (2, "<return-response>".to_owned()),
        (3, status),
        (2, "</return-response>".to_owned()),
        (1, "</when>".to_owned()),
        (0, "</choose>".to_owned()),
    ]
    .map(|(depth, text)| Line { depth, text })
}

/// A string of C#, fit for an attribute. Two braces in a row would be a named value.
fn literal(text: &str) -> String {
    let text =
        text.replace('\\', "\\\\").replace('"', "\\\"").replace("{{", "{\\u007b").replace('&', "&amp;");
    format!("\"{text}\"")
}

fn shape_of_uploaded() -> String {
    UPLOADED.split_whitespace().collect()
}

const CERTIFICATE: &str = "context.Request.Certificate";
const UPLOADED: &str =
    "!context.Deployment.Certificates.Any(c => c.Value.Thumbprint == context.Request.Certificate.Thumbprint)";
const CODE: &str = "403";
const REASON: &str = "Invalid client certificate";
