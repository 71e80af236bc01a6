//! What an API asks of its callers' certificates: read out of its policy, and written into it.

use domain::caller_checks::{CallerChecks, Callers, CheckTemplate};
use domain::certificate::Thumbprint;
use domain::name::ApiId;
use domain::policy_document::Scope;
use domain::user::Actor;
use policy::caller_checks::{self, FoundChecks, Template};
use policy::edit::EditError;

use crate::Management;
use crate::authorize::{Act, allow};
use crate::error::{Error, FieldProblem, Problem};
use crate::policies::{present, unreadable};

/// What a person chose about callers on the Security tab.
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
    pub not_expired: bool,
    /// Issuer and subject; one of them may be empty.
    pub names: Option<(String, String)>,
    /// One or more, on lines of their own or with commas between them.
    pub thumbprints: Option<String>,
    pub uploaded: bool,
}

impl Management {
    /// What the policy of an API says about callers' certificates.
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
    // What isn't a thumbprint yet is to be filled in by hand.
    match found.thumbprints.iter().map(|one| one.parse::<Thumbprint>()).collect::<Result<_, _>>() {
        Err(_) => Callers::Own,
        Ok(thumbprints) => Callers::Checked(CallerChecks {
            not_expired: found.not_expired,
            issuer: found.issuer,
            subject: found.subject,
            thumbprints,
            uploaded: found.uploaded,
        }),
    }
}

/// The document with what was chosen about callers; the same when that says it already.
pub(crate) fn with_callers(text: &str, form: &CallersForm) -> Result<String, Error> {
    let checks = match form {
        CallersForm::Keep => return Ok(text.to_owned()),
        CallersForm::Unchecked => caller_checks::CallerChecks::default(),
        CallersForm::Checked(form) => checks(form)?,
    };
    caller_checks::set_caller_checks(text, &checks).map_err(|error| match error {
        EditError::OwnChecks => Error::invalid("callers", Problem::OwnChecks),
        other => unreadable(text, other),
    })
}

/// All fields are judged, so that a person hears of everything at once.
fn checks(form: &ChecksForm) -> Result<caller_checks::CallerChecks, Error> {
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
    if !form.not_expired && !form.uploaded && form.names.is_none() && form.thumbprints.is_none() {
        complain("callers", Problem::NoCheck);
    }
    if problems.is_empty() { Ok(checks) } else { Err(Error::Invalid(problems)) }
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
    // The document compares texts: written in another form, the name would fit no certificate.
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
