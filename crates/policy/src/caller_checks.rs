//! The checks of client certificates that publishers make: put into a document, found in one, changed in place.

use crate::edit::{EditError, inbound, policies, readable, with_lines};
use crate::layout::{Change, Line, apply, with_its_lines};
use crate::source::Span;
use crate::statements::validate_certificate::MOST_IDENTITIES;
use crate::syntax::{Document, Element};

mod conditions;
mod validation;

/// What a client certificate must be. Authorities and names are one `validate-client-certificate`, which refuses with
/// 401; each of the others is a `choose` of its own, which refuses with `403 Invalid client certificate`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct CallerChecks {
    /// It is signed by an uploaded CA certificate.
    pub authorities: Option<AuthorityChecks>,
    /// It isn't expired.
    pub not_expired: bool,
    /// Its issuer has this distinguished name. `None` where ids of authorities say who the issuer is.
    pub issuer: Option<String>,
    /// Its subject has this distinguished name.
    pub subject: Option<String>,
    /// Its thumbprint is one of these, 40 digits each, upper case; none: any.
    pub thumbprints: Vec<String>,
    /// A certificate with its thumbprint is uploaded.
    pub uploaded: bool,
}

/// Which uploaded CA certificates vouch for clients.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct AuthorityChecks {
    /// The ids of those that issue the client certificates themselves. Empty: any, also over other certificates that
    /// the client sends along.
    pub ids: Vec<String>,
    /// Whether revoked certificates are refused, and those of which nobody knows it.
    pub revocation: bool,
}

/// How many ids `AuthorityChecks` can have at most.
pub const MOST_ISSUERS: usize = MOST_IDENTITIES;

/// What a document says about client certificates.
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
    /// The uploaded CA certificate that issued it.
    Authority,
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
        Template::Authority => {
            checks.not_expired = true;
            let ids = vec!["ca-certificate-id".to_owned()];
            checks.authorities = Some(AuthorityChecks { ids, revocation: false });
            return with_lines(text, validation::statement(&checks));
        }
        Template::Expired => checks.not_expired = true,
        Template::Names => {
            checks.issuer = Some("trusted-issuer".to_owned());
            checks.subject = Some("expected-subject-name".to_owned());
        }
        Template::Thumbprint => checks.thumbprints.push("desired-thumbprint".to_owned()),
        Template::Uploaded => checks.uploaded = true,
    }
    // In the way in which publishers know it.
    with_lines(text, conditions::statements(&checks))
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
        match validation::check(element).or_else(|| conditions::check(document, element)) {
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

/// The statements, one after the other.
fn statements(checks: &CallerChecks) -> Vec<Line> {
    if !validation::is_needed(checks) {
        return conditions::statements(checks);
    }
    let mut lines = validation::statement(checks);
    let rest = CallerChecks { not_expired: false, issuer: None, subject: None, ..checks.clone() };
    lines.extend(conditions::statements(&rest));
    lines
}

fn is_about_callers(document: &Document, element: &Element) -> bool {
    let text = document.source().slice(element.span);
    text.contains("Request.Certificate") || text.contains("validate-client-certificate")
}

impl CallerChecks {
    /// Adds a single check, unless there is one of its kind.
    fn add(&mut self, other: CallerChecks) -> Option<()> {
        let twice = (self.authorities.is_some() && other.authorities.is_some())
            || (self.not_expired && other.not_expired)
            || (self.name_anybody() && other.name_anybody())
            || (!self.thumbprints.is_empty() && !other.thumbprints.is_empty())
            || (self.uploaded && other.uploaded);
        if twice {
            return None;
        }
        self.authorities = self.authorities.take().or(other.authorities);
        self.not_expired |= other.not_expired;
        self.uploaded |= other.uploaded;
        self.issuer = self.issuer.take().or(other.issuer);
        self.subject = self.subject.take().or(other.subject);
        self.thumbprints.extend(other.thumbprints);
        Some(())
    }

    fn name_anybody(&self) -> bool {
        self.issuer.is_some() || self.subject.is_some()
    }
}
