//! Checks as `choose` statements: a condition in C#, and the refusal.

use crate::blank::is_blank;
use crate::caller_checks::CallerChecks;
use crate::expression::code::Code;
use crate::layout::Line;
use crate::syntax::{Content, Document, Element, Expression, ExpressionForm, Node};

/// The check that an element makes, if it is written as [`statements`] writes it.
pub(super) fn check(document: &Document, element: &Element) -> Option<CallerChecks> {
    condition(document, element).and_then(|condition| one_check(&condition))
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
pub(super) fn statements(checks: &CallerChecks) -> Vec<Line> {
    conditions(checks).iter().flat_map(|condition| statement(condition)).collect()
}

fn conditions(checks: &CallerChecks) -> Vec<String> {
    let differs = |member: &str, text: &str| format!("{CERTIFICATE}.{member} != {}", literal(text));
    let mut conditions = Vec::new();
    if checks.not_expired {
        conditions.push(format!("{CERTIFICATE}.NotAfter < DateTime.Now"));
    }
    if checks.name_anybody() {
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
