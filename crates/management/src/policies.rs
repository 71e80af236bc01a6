//! Policy documents: shown, checked, saved. The document is the one truth; what names which certificate is derived
//! from it in the transaction that saves it.

use domain::api::Saved;
use domain::certificate::{CertificateChoice, NamedBy};
use domain::credential::Credential;
use domain::name::{ApiId, CertificateId};
use domain::policy_document::{PolicyDocument, PolicyProblem, Severity};
use domain::user::Actor;
use policy::check::compile;
use policy::diagnostic::Diagnostic;
use policy::edit::{mask_password, unmask_password};
use policy::program::{CertificateReference, CertificateSelector, CredentialSummary, Program};
use store::transaction::{Change, View};

use crate::Management;
use crate::audit::By;
use crate::authorize::{Act, allow};
use crate::error::Error;
use crate::snapshot::Touched;

impl Management {
    /// The policy of an API, the password of `authentication-basic` masked.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such API.
    pub fn api_policy(&self, actor: &Actor, id: &ApiId) -> Result<PolicyDocument, Error> {
        allow(actor, Act::Look)?;
        let document = self.store.read(|view| view.api_policy(id))?.ok_or(Error::NotFound)?;
        Ok(PolicyDocument { text: mask_password(&document.text), ..document })
    }

    /// The certificates that the policy of an API names.
    ///
    /// # Errors
    /// [`Error::NotAllowed`], or when the store can't be read.
    pub fn certificates_named(&self, actor: &Actor, id: &ApiId) -> Result<Vec<CertificateChoice>, Error> {
        allow(actor, Act::Look)?;
        self.store.read(|view| {
            let mut named = Vec::new();
            for certificate in view.certificates_of(id)? {
                named.extend(view.certificate_choice(&certificate)?);
            }
            Ok(named)
        })
    }

    /// What is wrong with a text, were it saved as the policy of an API.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such API. What is wrong with the text is no error.
    pub fn check_policy(&self, actor: &Actor, id: &ApiId, text: &str) -> Result<Vec<PolicyProblem>, Error> {
        allow(actor, Act::Look)?;
        self.store.read(|view| {
            let present = view.api_policy(id)?.ok_or(Error::NotFound)?;
            let text = unmask_password(text, &present.text);
            match checked(view, &text) {
                Ok(checked) => Ok(problems(&text, checked.program.warnings())),
                Err(Error::Policy(problems)) => Ok(problems),
                Err(other) => Err(other),
            }
        })
    }

    /// Saves the policy of an API; it is in force when this answers.
    ///
    /// # Errors
    /// [`Error::Policy`] with all that is wrong; [`Error::ChangedMeanwhile`] when `expected` isn't its revision.
    pub fn save_api_policy(
        &self,
        actor: &Actor,
        id: &ApiId,
        text: &str,
        expected: u64,
    ) -> Result<Saved, Error> {
        allow(actor, Act::Publish)?;
        let by = By { actor, now: self.now() };
        let ((), saved) = self.change(|change| {
            let present = change.view().api_policy(id)?.ok_or(Error::NotFound)?;
            if present.revision != expected {
                return Err(Error::ChangedMeanwhile { by: present.changed_by });
            }
            let touched = put_policy(change, by, id, &unmask_password(text, &present.text))?;
            by.record(change, "policy.save", id.as_str(), "")?;
            Ok(((), touched))
        })?;
        Ok(saved)
    }
}

/// Checks a document and saves it with all that is derived from it.
pub(crate) fn put_policy(change: &Change<'_>, by: By<'_>, id: &ApiId, text: &str) -> Result<Touched, Error> {
    let view = change.view();
    let checked = checked(&view, text)?;
    let mut used = view.certificates_of(id)?;
    used.extend(checked.uses.iter().map(|(certificate, _)| certificate.clone()));
    change.save_api_policy(id, text, &checked.uses, by.stamp())?;
    change.update_api_credential(id, &checked.credential, by.stamp())?;
    Ok(Touched { api: Some(id.clone()), used, replaced: None })
}

/// A document that can be saved.
struct Checked {
    program: Program,
    uses: Vec<(CertificateId, NamedBy)>,
    credential: Credential,
}

fn checked(view: &View<'_>, text: &str) -> Result<Checked, Error> {
    let program = compile(text).map_err(|diagnostics| Error::Policy(problems(text, &diagnostics)))?;
    let mut uses = Vec::new();
    let mut unknown = Vec::new();
    for reference in program.references() {
        match named(view, &reference.selector)? {
            Some(named) => uses.push(named),
            None => unknown.push(unknown_certificate(text, reference)),
        }
    }
    if !unknown.is_empty() {
        return Err(Error::Policy(unknown));
    }
    let credential = credential(&program)?;
    Ok(Checked { program, uses, credential })
}

fn named(view: &View<'_>, selector: &CertificateSelector) -> Result<Option<(CertificateId, NamedBy)>, Error> {
    match selector {
        CertificateSelector::Id(id) => {
            let Ok(id) = id.parse::<CertificateId>() else { return Ok(None) };
            Ok(view.certificate(&id)?.map(|slot| (slot.id, NamedBy::Id)))
        }
        CertificateSelector::Thumbprint(thumbprint) => {
            let Ok(thumbprint) = thumbprint.parse() else { return Ok(None) };
            Ok(view.certificate_meant_by(&thumbprint)?.map(|id| (id, NamedBy::Thumbprint)))
        }
    }
}

fn credential(program: &Program) -> Result<Credential, Error> {
    Ok(match program.credential() {
        CredentialSummary::None => Credential::None,
        CredentialSummary::Basic { username } => Credential::Basic { username },
        CredentialSummary::Certificate(CertificateSelector::Id(id)) => {
            Credential::Certificate(id.parse().map_err(Error::failed)?)
        }
        CredentialSummary::Certificate(CertificateSelector::Thumbprint(thumbprint)) => {
            Credential::CertificateByThumbprint(thumbprint.parse().map_err(Error::failed)?)
        }
    })
}

fn unknown_certificate(text: &str, reference: &CertificateReference) -> PolicyProblem {
    let what = match &reference.selector {
        CertificateSelector::Id(id) => format!("no uploaded certificate has the id `{id}`"),
        CertificateSelector::Thumbprint(thumbprint) => {
            format!("no uploaded certificate has the thumbprint `{thumbprint}`")
        }
    };
    let (line, column) = (reference.line, reference.column);
    PolicyProblem {
        code: "unknown-certificate".to_owned(),
        severity: Severity::Error,
        sentence: format!(
            "Error in element 'authentication-certificate' on line {line}, column {column}: {what}"
        ),
        line,
        column,
        excerpt: excerpt(text, reference.span.start, reference.span.end),
        help: Some("upload it under Security > Client certificates, or name one that is there".to_owned()),
    }
}

fn problems(text: &str, diagnostics: &[Diagnostic]) -> Vec<PolicyProblem> {
    let problem = |diagnostic: &Diagnostic| PolicyProblem {
        code: diagnostic.code.to_owned(),
        severity: match diagnostic.severity {
            policy::diagnostic::Severity::Error => Severity::Error,
            policy::diagnostic::Severity::Warning => Severity::Warning,
        },
        sentence: diagnostic.sentence(),
        line: diagnostic.line,
        column: diagnostic.column,
        excerpt: excerpt(text, diagnostic.span.start, diagnostic.span.end),
        help: diagnostic.help.clone(),
    };
    diagnostics.iter().map(problem).collect()
}

/// The text that a problem is about, one line of it, the password in it masked.
fn excerpt(text: &str, start: usize, end: usize) -> String {
    let part = text.get(start..end).unwrap_or_default();
    let line = part.lines().next().unwrap_or_default();
    if line.contains("password") { String::new() } else { line.chars().take(EXCERPT_LIMIT).collect() }
}

const EXCERPT_LIMIT: usize = 120;
