//! What an API asks of client certificates: read out of its policy, and written into it.

use std::str::FromStr;

use domain::caller_checks::{AuthorityChecks, CallerChecks, Callers, CheckTemplate};
use domain::certificate::Thumbprint;
use domain::name::ApiId;
use domain::policy_document::Scope;
use domain::user::Actor;
use policy::caller_checks::{self, FoundChecks, Template};
use policy::edit::EditError;
use store::transaction::View;

use crate::Management;
use crate::authorities::chosen_authorities;
use crate::authorize::{Act, allow};
use crate::error::{Error, FieldProblem, Problem};
use crate::policies::{present, unreadable};

/// What a person chose about clients on the Security tab.
#[derive(Clone, Debug)]
pub enum CallersForm {
    Checked(ChecksForm),
    /// What the policy says in its own way stays.
    Keep,
    Unchecked,
}

/// The checks that were ticked, with what was typed.
#[derive(Clone, Debug, Default)]
pub struct ChecksForm {
    pub authorities: Option<AuthoritiesForm>,
    pub not_expired: bool,
    /// Issuer and subject; one of them may be empty.
    pub names: Option<(String, String)>,
    /// One or more, on lines of their own or with commas between them.
    pub thumbprints: Option<String>,
    pub uploaded: bool,
}

/// Which uploaded CA certificates were chosen to vouch for clients.
#[derive(Clone, Debug, Default)]
pub struct AuthoritiesForm {
    /// The ids of those that issue the certificates; `None`: any, also over other certificates in between.
    pub ids: Option<Vec<String>>,
    pub revocation: bool,
}

impl Management {
    /// What the policy of an API says about client certificates.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such API.
    pub fn callers(&self, actor: &Actor, id: &ApiId) -> Result<Callers, Error> {
        allow(actor, Act::Look)?;
        let document = self.store.read(|view| present(view, &Scope::Api(id.clone())))?;
        Ok(callers(&document.text))
    }

    /// A draft with a check put into it; nothing is saved.
    ///
    /// # Errors
    /// [`Error::Policy`] when the draft can't be read.
    pub fn with_template(&self, actor: &Actor, text: &str, template: CheckTemplate) -> Result<String, Error> {
        allow(actor, Act::Look)?;
        let template = match template {
            CheckTemplate::Authority => Template::Authority,
            CheckTemplate::Expired => Template::Expired,
            CheckTemplate::Names => Template::Names,
            CheckTemplate::Thumbprint => Template::Thumbprint,
            CheckTemplate::Uploaded => Template::Uploaded,
        };
        caller_checks::insert_template(text, template).map_err(|error| unreadable(text, error))
    }
}

fn callers(text: &str) -> Callers {
    let Ok(FoundChecks::Known(found)) = caller_checks::caller_checks(text) else { return Callers::Own };
    if found == caller_checks::CallerChecks::default() {
        return Callers::Unchecked;
    }
    // What isn't a thumbprint or an id yet is to be filled in by hand.
    known(found).map_or(Callers::Own, Callers::Checked)
}

fn known(found: caller_checks::CallerChecks) -> Option<CallerChecks> {
    let authorities = match found.authorities {
        None => None,
        Some(found) => Some(AuthorityChecks { ids: parsed(&found.ids)?, revocation: found.revocation }),
    };
    Some(CallerChecks {
        authorities,
        not_expired: found.not_expired,
        issuer: found.issuer,
        subject: found.subject,
        thumbprints: parsed(&found.thumbprints)?,
        uploaded: found.uploaded,
    })
}

/// `None` if one of the texts is something else.
fn parsed<T: FromStr>(texts: &[String]) -> Option<Vec<T>> {
    texts.iter().map(|text| text.parse().ok()).collect()
}

/// The document with what was chosen about clients; the same when that says it already.
pub(crate) fn with_callers(view: &View<'_>, text: &str, form: &CallersForm) -> Result<String, Error> {
    let checks = match form {
        CallersForm::Keep => return Ok(text.to_owned()),
        CallersForm::Unchecked => caller_checks::CallerChecks::default(),
        CallersForm::Checked(form) => checks(view, form)?,
    };
    caller_checks::set_caller_checks(text, &checks).map_err(|error| match error {
        EditError::OwnChecks => Error::invalid("callers", Problem::OwnChecks),
        other => unreadable(text, other),
    })
}

/// All fields are judged, so that a person hears of everything at once.
fn checks(view: &View<'_>, form: &ChecksForm) -> Result<caller_checks::CallerChecks, Error> {
    let mut problems = Vec::new();
    let mut complain = |field, problem| problems.push(FieldProblem { field, problem });
    let mut checks = caller_checks::CallerChecks {
        not_expired: form.not_expired,
        uploaded: form.uploaded,
        ..caller_checks::CallerChecks::default()
    };
    if let Some((issuer, subject)) = &form.names {
        checks.issuer = name(issuer).unwrap_or_else(|problem| {
            complain("issuer", problem);
            None
        });
        checks.subject = name(subject).unwrap_or_else(|problem| {
            complain("subject", problem);
            None
        });
        if issuer.trim().is_empty() && subject.trim().is_empty() {
            complain("issuer", Problem::Missing);
        }
    }
    match form.thumbprints.as_deref().map(thumbprints) {
        None => {}
        Some(Ok(found)) => checks.thumbprints = found,
        Some(Err(problem)) => complain("thumbprints", problem),
    }
    let vouched = form.authorities.is_some() || form.uploaded || form.thumbprints.is_some();
    if !vouched && !form.not_expired && form.names.is_none() {
        complain("callers", Problem::NoCheck);
    }
    if let Some(form) = &form.authorities {
        match ids(view, form, &mut checks.issuer) {
            Ok(ids) => {
                let revocation = form.revocation;
                checks.authorities = Some(caller_checks::AuthorityChecks { ids, revocation });
            }
            Err(Error::Invalid(found)) => problems.extend(found),
            Err(other) => return Err(other),
        }
    }
    if problems.is_empty() { Ok(checks) } else { Err(Error::Invalid(problems)) }
}

/// The ids of the CA certificates that were chosen, empty when any will do. Chosen ones say who the issuer is, so that
/// its name can only be one of theirs and isn't written beside them.
fn ids(view: &View<'_>, form: &AuthoritiesForm, issuer: &mut Option<String>) -> Result<Vec<String>, Error> {
    let Some(ids) = &form.ids else { return Ok(Vec::new()) };
    let mut chosen = chosen_authorities(view, ids, "issuers")?;
    if chosen.len() > caller_checks::MOST_ISSUERS {
        let problem = Problem::TooMany { limit: caller_checks::MOST_ISSUERS };
        return Err(Error::invalid("issuers", problem));
    }
    if let Some(name) = issuer.take() {
        chosen.retain(|authority| is_same_name(&authority.facts.subject, &name));
        if chosen.is_empty() {
            return Err(Error::invalid("issuer", Problem::OtherIssuer));
        }
    }
    Ok(chosen.into_iter().map(|authority| authority.id.to_string()).collect())
}

fn is_same_name(one: &str, other: &str) -> bool {
    match (x500::parse(one), x500::parse(other)) {
        (Ok(one), Ok(other)) => one.is_same_as(&other),
        _ => one == other,
    }
}

fn name(text: &str) -> Result<Option<String>, Problem> {
    let text = text.trim();
    if text.chars().count() > NAME_LIMIT {
        return Err(Problem::TooLong { limit: NAME_LIMIT });
    }
    if text.chars().any(char::is_control) {
        return Err(Problem::BadCharacters);
    }
    if text.is_empty() {
        return Ok(None);
    }
    // One form for all, as a certificate's page shows it.
    x500::parse(text).map(|written| Some(written.dotnet())).map_err(Problem::Name)
}

fn thumbprints(text: &str) -> Result<Vec<String>, Problem> {
    let mut found: Vec<String> = Vec::new();
    let lines = text.split(['\n', ',', ';']).map(str::trim);
    for line in lines.filter(|line| !line.is_empty()) {
        let thumbprint: Thumbprint =
            line.parse().map_err(|_| Problem::Thumbprint { written: line.chars().take(80).collect() })?;
        if !found.iter().any(|other| other == thumbprint.as_str()) {
            found.push(thumbprint.as_str().to_owned());
        }
    }
    match found.len() {
        0 => Err(Problem::Missing),
        count if count > THUMBPRINTS_LIMIT => Err(Problem::TooMany { limit: THUMBPRINTS_LIMIT }),
        _ => Ok(found),
    }
}

const NAME_LIMIT: usize = 1_000;
const THUMBPRINTS_LIMIT: usize = 100;
