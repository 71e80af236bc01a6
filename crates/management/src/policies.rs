//! Policy documents: shown, checked, saved. The document is the one truth; what names which certificate is derived
//! from it in the transaction that saves it.

use std::str::FromStr;

use ::certificates::seal::Vault;
use domain::api::Saved;
use domain::authority::AuthorityId;
use domain::certificate::{CertificateChoice, NamedBy};
use domain::credential::Credential;
use domain::fragment::FragmentId;
use domain::name::{CertificateId, NameError};
use domain::named_value::NamedValueName;
use domain::policy_document::{PolicyDocument, PolicyProblem, ProblemParts, Scope, Severity};
use domain::user::Actor;
use policy::check::{compile, compile_in};
use policy::diagnostic::Diagnostic;
use policy::edit::{EditError, mask_password, unmask_password};
use policy::program::{CertificateReference, CertificateSelector, CredentialSummary, Program};
use store::transaction::{Change, View};

use crate::Management;
use crate::audit::By;
use crate::authorize::{Act, allow};
use crate::error::Error;
use crate::snapshot::{Global, Touched};
use crate::surroundings::Surroundings;

impl Management {
    /// The policy of a scope, the password of `authentication-basic` masked. While nobody saved one for all APIs, or
    /// for an operation, it is the text that changes nothing.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such API or operation.
    pub fn policy(&self, actor: &Actor, scope: &Scope) -> Result<PolicyDocument, Error> {
        allow(actor, Act::Look)?;
        let document = self.store.read(|view| present(view, scope))?;
        Ok(PolicyDocument { text: mask_password(&document.text), ..document })
    }

    /// The certificates that the policy of a scope names.
    ///
    /// # Errors
    /// [`Error::NotAllowed`], or when the store can't be read.
    pub fn certificates_named(&self, actor: &Actor, scope: &Scope) -> Result<Vec<CertificateChoice>, Error> {
        allow(actor, Act::Look)?;
        self.store.read(|view| {
            let mut named = Vec::new();
            for certificate in view.certificates_of(scope)? {
                named.extend(view.certificate_choice(&certificate)?);
            }
            Ok(named)
        })
    }

    /// What is wrong with a text, were it saved as the policy of a scope.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such API or operation. What is wrong with the text is no error.
    pub fn check_policy(
        &self,
        actor: &Actor,
        scope: &Scope,
        text: &str,
    ) -> Result<Vec<PolicyProblem>, Error> {
        allow(actor, Act::Look)?;
        self.store.read(|view| {
            let present = present(view, scope)?;
            let text = unmask_password(text, &present.text);
            match checked(view, &self.vault, scope, &text) {
                Ok(checked) => Ok(problems(&text, checked.program.warnings())),
                Err(Error::Policy(problems)) => Ok(problems),
                Err(other) => Err(other),
            }
        })
    }

    /// Saves the policy of a scope; it is in force when this answers.
    ///
    /// # Errors
    /// [`Error::Policy`] with all that is wrong; [`Error::ChangedMeanwhile`] when `expected` isn't its revision.
    pub fn save_policy(
        &self,
        actor: &Actor,
        scope: &Scope,
        text: &str,
        expected: u64,
    ) -> Result<Saved, Error> {
        allow(actor, Act::Publish)?;
        let by = By { actor, now: self.now() };
        let ((), saved) = self.change(|change| {
            let present = expect_policy(change, scope, expected)?;
            let touched = put_policy(change, &self.vault, by, scope, &unmask_password(text, &present.text))?;
            by.record(change, "policy.save", &scope.to_string(), "")?;
            Ok(((), touched))
        })?;
        Ok(saved)
    }
}

/// The policy of a scope as it is written, or what stands for it while nobody saved one.
pub(crate) fn present(view: &View<'_>, scope: &Scope) -> Result<PolicyDocument, Error> {
    if let Some(document) = view.policy(scope)? {
        return Ok(document);
    }
    let text = match scope {
        Scope::All => policy::program::DEFAULT_GLOBAL.to_owned(),
        Scope::Operation(api, id) if view.operation(api, id)?.is_some() => {
            policy::program::EMPTY_API.to_owned()
        }
        // Every API has one from the beginning; one that was lost is begun anew.
        Scope::Api(api) if view.api(api)?.is_some() => policy::program::EMPTY_API.to_owned(),
        Scope::Api(_) | Scope::Operation(..) => return Err(Error::NotFound),
    };
    Ok(PolicyDocument { text, revision: 0, changed: None })
}

/// The policy of a scope, when it is still as it was when the save was begun.
pub(crate) fn expect_policy(
    change: &Change<'_>,
    scope: &Scope,
    expected: u64,
) -> Result<PolicyDocument, Error> {
    let present = present(&change.view(), scope)?;
    if present.revision != expected {
        let by = present.changed.map(|changed| changed.by).unwrap_or_default();
        return Err(Error::ChangedMeanwhile { by });
    }
    Ok(present)
}

/// Checks a document and saves it with all that is derived from it.
pub(crate) fn put_policy(
    change: &Change<'_>,
    vault: &Vault,
    by: By<'_>,
    scope: &Scope,
    text: &str,
) -> Result<Touched, Error> {
    let checked = checked(&change.view(), vault, scope, text)?;
    change.save_policy(scope, text, by.stamp())?;
    let used = save_derived(change, by, scope, &checked)?;
    let global = if *scope == Scope::All { Global::Changed } else { Global::Same };
    Ok(Touched { api: scope.api().cloned(), global, used, ..Touched::default() })
}

/// Checks a document that is saved already, since something changed that it names. Gives the certificates that may have
/// come into use, or gone out of it.
pub(crate) fn derive(
    change: &Change<'_>,
    vault: &Vault,
    by: By<'_>,
    scope: &Scope,
    text: &str,
) -> Result<Vec<CertificateId>, Error> {
    let checked = checked(&change.view(), vault, scope, text)?;
    save_derived(change, by, scope, &checked)
}

fn save_derived(
    change: &Change<'_>,
    by: By<'_>,
    scope: &Scope,
    checked: &Checked,
) -> Result<Vec<CertificateId>, Error> {
    let mut used = change.view().certificates_of(scope)?;
    used.extend(checked.uses.iter().map(|(certificate, _)| certificate.clone()));
    change.save_certificate_uses(scope, &checked.uses)?;
    change.save_certificate_choice(scope, checked.program.chooses_certificate())?;
    change.save_document_uses(scope, &checked.named_values, &checked.fragments, &checked.authorities)?;
    if let Scope::Api(id) = scope {
        change.update_api_credential(id, &checked.credential, by.stamp())?;
    }
    Ok(used)
}

/// Whether a document that is saved has mistakes as things are.
pub(crate) fn is_broken(view: &View<'_>, vault: &Vault, scope: &Scope, text: &str) -> bool {
    matches!(checked(view, vault, scope, text), Err(Error::Policy(_)))
}

/// A document that can be saved, and what it names.
struct Checked {
    program: Program,
    uses: Vec<(CertificateId, NamedBy)>,
    authorities: Vec<AuthorityId>,
    named_values: Vec<NamedValueName>,
    fragments: Vec<FragmentId>,
    credential: Credential,
}

/// What a reference names.
enum Named {
    Authority(AuthorityId),
    Certificate(CertificateId, NamedBy),
}

fn checked(view: &View<'_>, vault: &Vault, scope: &Scope, text: &str) -> Result<Checked, Error> {
    let surroundings = Surroundings::read(view, vault, Some(scope))?;
    let program =
        compile_in(text, &surroundings).map_err(|diagnostics| Error::Policy(problems(text, &diagnostics)))?;
    let (mut uses, mut authorities, mut unknown) = (Vec::new(), Vec::new(), Vec::new());
    for reference in program.references() {
        match named(view, &reference.selector)? {
            Some(Named::Certificate(id, named_by)) => uses.push((id, named_by)),
            Some(Named::Authority(id)) => authorities.push(id),
            None => unknown.push(unknown_certificate(text, reference)),
        }
    }
    if !unknown.is_empty() {
        return Err(Error::Policy(unknown));
    }
    let names = program.names();
    Ok(Checked {
        named_values: parsed(&names.named_values)?,
        fragments: parsed(&names.fragments)?,
        credential: credential(&program)?,
        program,
        uses,
        authorities,
    })
}

/// Names that the document could name, since they are there.
fn parsed<T: FromStr<Err = NameError>>(names: &[String]) -> Result<Vec<T>, Error> {
    names.iter().map(|name| name.parse().map_err(Error::failed)).collect()
}

fn named(view: &View<'_>, selector: &CertificateSelector) -> Result<Option<Named>, Error> {
    Ok(match selector {
        CertificateSelector::Id(id) => {
            let Ok(id) = id.parse::<CertificateId>() else { return Ok(None) };
            view.certificate(&id)?.map(|slot| Named::Certificate(slot.id, NamedBy::Id))
        }
        CertificateSelector::Thumbprint(thumbprint) => {
            let Ok(thumbprint) = thumbprint.parse() else { return Ok(None) };
            view.certificate_meant_by(&thumbprint)?.map(|id| Named::Certificate(id, NamedBy::Thumbprint))
        }
        CertificateSelector::Authority(id) => {
            let Ok(id) = id.parse::<AuthorityId>() else { return Ok(None) };
            view.authority(&id)?.map(|stored| Named::Authority(stored.id))
        }
    })
}

fn credential(program: &Program) -> Result<Credential, Error> {
    Ok(match program.credential() {
        CredentialSummary::None => Credential::None,
        CredentialSummary::Basic { username } => Credential::Basic { username },
        CredentialSummary::Certificate(CertificateSelector::Id(id)) => {
            Credential::Certificate(id.parse().map_err(Error::failed)?)
        }
        // No statement shows an authority to a backend.
        CredentialSummary::Certificate(CertificateSelector::Authority(_)) => Credential::None,
        CredentialSummary::Certificate(CertificateSelector::Thumbprint(thumbprint)) => {
            Credential::CertificateByThumbprint(thumbprint.parse().map_err(Error::failed)?)
        }
    })
}

fn unknown_certificate(text: &str, reference: &CertificateReference) -> PolicyProblem {
    let (name, what) = match &reference.selector {
        CertificateSelector::Id(id) => (id, format!("no uploaded certificate has the id `{id}`")),
        CertificateSelector::Thumbprint(thumbprint) => {
            (thumbprint, format!("no uploaded certificate has the thumbprint `{thumbprint}`"))
        }
        CertificateSelector::Authority(id) => (id, format!("no uploaded CA certificate has the id `{id}`")),
    };
    let (element, place) = match &reference.selector {
        CertificateSelector::Authority(_) => ("identity", "Security > CA certificates"),
        CertificateSelector::Id(_) | CertificateSelector::Thumbprint(_) => {
            ("authentication-certificate", "Security > Client certificates")
        }
    };
    let (line, column) = (reference.line, reference.column);
    PolicyProblem {
        code: "unknown-certificate".to_owned(),
        severity: Severity::Error,
        sentence: format!("Error in element '{element}' on line {line}, column {column}: {what}"),
        line,
        column,
        excerpt: excerpt(text, reference.span.start, reference.span.end),
        help: Some(format!("upload it under {place}, or name one that is there")),
        parts: ProblemParts {
            element: Some(element.to_owned()),
            arguments: vec![name.clone()],
            ..ProblemParts::default()
        },
    }
}

/// Why a text couldn't be edited from outside.
pub(crate) fn unreadable(text: &str, error: EditError) -> Error {
    match error {
        EditError::Unreadable(diagnostics) => Error::Policy(problems(text, &diagnostics)),
        // Neither is there any finding to show, nor anything that could be edited.
        EditError::NotPolicies | EditError::TwoInbound => match compile(text) {
            Err(diagnostics) => Error::Policy(problems(text, &diagnostics)),
            Ok(_) => Error::failed(error),
        },
        other => Error::failed(other),
    }
}

pub(crate) fn problems(text: &str, diagnostics: &[Diagnostic]) -> Vec<PolicyProblem> {
    let owned = |words: Vec<&str>| words.into_iter().map(str::to_owned).collect();
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
        parts: ProblemParts {
            element: diagnostic.element.clone(),
            arguments: owned(diagnostic.arguments()),
            help_arguments: owned(diagnostic.help_arguments()),
            suggestion: diagnostic.suggestion().map(str::to_owned),
        },
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
