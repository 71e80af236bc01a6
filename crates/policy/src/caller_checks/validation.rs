//! Checks as one `validate-client-certificate`: who vouches for the certificate, and the names that narrow it down.

use crate::caller_checks::{AuthorityChecks, CallerChecks};
use crate::entity::encode_attribute;
use crate::layout::Line;
use crate::syntax::{Content, Element, Node};

/// Whether the checks are written as this statement. Names are part of it even where nobody vouches for them, since it
/// compares them whatever the order and the form in which they are written.
pub(super) fn is_needed(checks: &CallerChecks) -> bool {
    checks.authorities.is_some() || checks.name_anybody()
}

/// The checks that an element makes, if it says nothing but what [`statement`] writes.
pub(super) fn check(element: &Element) -> Option<CallerChecks> {
    if element.name != "validate-client-certificate" || !has_only(element, &FLAGS) {
        return None;
    }
    let [revocation, trust, not_before, not_after] = FLAGS.map(|name| flag(element, name));
    let (revocation, trust, not_expired) = (revocation?, trust?, not_after?);
    let claims = claims(element)?;
    if not_before? != not_expired || (!trust && (revocation || !claims.ids.is_empty())) {
        return None;
    }
    let authorities = trust.then_some(AuthorityChecks { ids: claims.ids, revocation });
    let checks = CallerChecks {
        authorities,
        not_expired,
        issuer: claims.issuer,
        subject: claims.subject,
        ..CallerChecks::default()
    };
    is_needed(&checks).then_some(checks)
}

/// The statement with its identities.
pub(super) fn statement(checks: &CallerChecks) -> Vec<Line> {
    let trust = checks.authorities.is_some();
    let revocation = checks.authorities.as_ref().is_some_and(|authorities| authorities.revocation);
    let flags = [revocation, trust, checks.not_expired, checks.not_expired];
    let flags: Vec<String> =
        FLAGS.iter().zip(flags).map(|(name, value)| format!("{name}=\"{value}\"")).collect();
    let opening = format!("<validate-client-certificate {}", flags.join(" "));
    let line = |depth, text: &str| Line { depth, text: text.to_owned() };
    let identities = identities(checks);
    if identities.is_empty() {
        return vec![Line { depth: 0, text: format!("{opening} />") }];
    }
    let mut lines = vec![Line { depth: 0, text: format!("{opening}>") }, line(1, "<identities>")];
    lines.extend(identities.into_iter().map(|text| Line { depth: 2, text }));
    lines.extend([line(1, "</identities>"), line(0, "</validate-client-certificate>")]);
    lines
}

fn identities(checks: &CallerChecks) -> Vec<String> {
    let claim = |name: &str, value: &str| format!(" {name}=\"{}\"", encode_attribute(value));
    let subject = checks.subject.as_deref().map(|name| claim("subject", name)).unwrap_or_default();
    let issuer = checks.issuer.as_deref().map(|name| claim("issuer-subject", name)).unwrap_or_default();
    let ids = checks.authorities.iter().flat_map(|authorities| &authorities.ids);
    let identities: Vec<String> =
        ids.map(|id| format!("<identity{}{subject} />", claim("issuer-certificate-id", id))).collect();
    if identities.is_empty() && checks.name_anybody() {
        return vec![format!("<identity{issuer}{subject} />")];
    }
    identities
}

/// What all identities claim alike, and the authorities that each of them names.
#[derive(Default)]
struct Claims {
    ids: Vec<String>,
    issuer: Option<String>,
    subject: Option<String>,
}

/// `None` if they claim something else, or not all the same of the subject.
fn claims(element: &Element) -> Option<Claims> {
    let list = match element.children.as_slice() {
        [] => return Some(Claims::default()),
        [Node::Element(list)] if list.name == "identities" && list.attributes.is_empty() => list,
        _ => return None,
    };
    let mut claims = Claims::default();
    for (number, node) in list.children.iter().enumerate() {
        let identity = node.as_element().filter(|one| one.name == "identity" && one.children.is_empty())?;
        let [id, issuer, subject] = CLAIMS.map(|name| literal(identity, name));
        if !has_only(identity, &CLAIMS) || (number > 0 && subject != claims.subject) {
            return None;
        }
        claims.subject = subject;
        match (id, issuer) {
            (Some(id), None) if claims.ids.len() == number => claims.ids.push(id),
            (None, issuer) if number == 0 => claims.issuer = issuer,
            _ => return None,
        }
    }
    let is_one_kind = claims.ids.is_empty() || claims.ids.len() == list.children.len();
    (is_one_kind && !list.children.is_empty()).then_some(claims)
}

fn has_only(element: &Element, names: &[&str]) -> bool {
    let is_known = |name: &String| names.contains(&name.as_str());
    element
        .attributes
        .iter()
        .all(|attribute| is_known(&attribute.name) && matches!(attribute.content, Content::Literal(_)))
}

fn literal(element: &Element, name: &str) -> Option<String> {
    match &element.attribute(name)?.content {
        Content::Literal(text) => Some(text.clone()),
        Content::Expression(_) | Content::Broken => None,
    }
}

/// What is said, or `true`, which every one of them means when it isn't there.
fn flag(element: &Element, name: &str) -> Option<bool> {
    match element.attribute(name) {
        None => Some(true),
        Some(_) => literal(element, name)?.trim().to_ascii_lowercase().parse().ok(),
    }
}

const FLAGS: [&str; 4] =
    ["validate-revocation", "validate-trust", "validate-not-before", "validate-not-after"];
const CLAIMS: [&str; 3] = ["issuer-certificate-id", "issuer-subject", "subject"];
