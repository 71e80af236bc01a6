//! The Security tab of an API: what the gateway shows the backend, and how it judges the backend.

use ::certificates::{authority, pem, x509};
use domain::api::Saved;
use domain::authority::AuthorityId;
use domain::certificate::CertificateFacts;
use domain::credential::NewCredential;
use domain::name::{ApiId, CertificateId};
use domain::policy_document::Scope;
use domain::probe::{ProbeReport, ProbeTarget};
use domain::secret::Secret;
use domain::snapshot::{Identity, SnapshotAuthority};
use domain::trust::{ChainCheck, NameCheck, Trust};
use domain::user::Actor;
use policy::edit::{self, EditError, set_credential};
use store::transaction::View;

use crate::Management;
use crate::apis::expect_revision;
use crate::audit::By;
use crate::authorities::chosen_authorities;
use crate::authorize::{Act, allow};
use crate::callers::{CallersForm, with_callers};
use crate::certificates::selected_id;
use crate::error::{Error, Problem};
use crate::policies::{present, put_policy, unreadable};
use crate::snapshot::{Touched, identity};

/// What a person chose on the Security tab.
#[derive(Clone, Debug)]
pub struct SecurityForm {
    pub credential: NewCredential,
    pub callers: CallersForm,
    pub chain: ChainForm,
    pub name: NameForm,
}

/// Which chain the backend's certificate must have.
#[derive(Clone, Debug)]
pub enum ChainForm {
    /// The list of certificates that is stored already.
    Keep,
    Off,
    /// PEM text with one or more CA certificates.
    Only(String),
    /// The uploaded CA certificates with these ids.
    Uploaded(Vec<String>),
    System,
}

/// Which name the backend's certificate must carry.
#[derive(Clone, Debug)]
pub enum NameForm {
    Address,
    Named(String),
    Off,
}

impl Management {
    /// Saves credential, checks of callers and trust settings; the first two become statements of the API's policy.
    /// They hold for new requests when this answers.
    ///
    /// # Errors
    /// Fields `username`, `password`, `certificate`, `authorities`, `uploaded`, `server_name`, and those of the checks;
    /// [`Error::ChangedMeanwhile`].
    pub fn save_security(
        &self,
        actor: &Actor,
        id: &ApiId,
        form: &SecurityForm,
        expected: u64,
    ) -> Result<Saved, Error> {
        allow(actor, Act::Publish)?;
        let by = By { actor, now: self.now() };
        let ((), saved) = self.change(|change| {
            let api = expect_revision(change, id, expected)?;
            let trust = trust(&change.view(), form, &api.trust)?;
            // Also when it is the same: what is stored may be damaged, and is shown as the default then.
            change.update_api_trust(id, &trust, by.stamp())?;
            let scope = Scope::Api(id.clone());
            let policy = present(&change.view(), &scope)?;
            let credential = written(&change.view(), form)?;
            let kept = credential.is_none() && matches!(form.callers, CallersForm::Keep);
            let touched = if kept {
                Touched { api: Some(id.clone()), ..Touched::default() }
            } else {
                let text = match credential {
                    None => policy.text,
                    Some(credential) => set_credential(&policy.text, &credential)
                        .map_err(|error| edit_problem(&policy.text, error))?,
                };
                let text = with_callers(&change.view(), &text, &form.callers)?;
                put_policy(change, &self.vault, by, &scope, &text)?
            };
            by.record(change, "api.security", id.as_str(), &summary(form))?;
            Ok(((), touched))
        })?;
        Ok(saved)
    }

    /// The CA certificates that an API's backend is judged by, when it is not the machine's own.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such API.
    pub fn security_authorities(&self, actor: &Actor, id: &ApiId) -> Result<Vec<CertificateFacts>, Error> {
        let api = self.api(actor, id)?;
        let ChainCheck::Only(authorities) = api.trust.chain else { return Ok(Vec::new()) };
        // One that is none can't be shown; the page says why the API can't be used.
        Ok(authorities.iter().filter_map(|der| x509::facts(der).ok()).collect())
    }

    /// What a probe of these settings connects to, whether they are saved or not.
    ///
    /// # Errors
    /// Fields as for [`Management::save_security`]. Only who may save may probe: it makes the gateway connect.
    pub fn probe_target(&self, actor: &Actor, id: &ApiId, form: &SecurityForm) -> Result<ProbeTarget, Error> {
        allow(actor, Act::Publish)?;
        self.store.read(|view| {
            let api = view.api(id)?.ok_or(Error::NotFound)?;
            let trust = trust(view, form, &api.trust)?;
            let shown = match &form.credential {
                NewCredential::Certificate(certificate) => Some(known(view, certificate)?),
                NewCredential::Keep => selected_id(view, &api.credential)?,
                NewCredential::Basic { .. } | NewCredential::None => None,
            };
            let identity = shown.map(|id| identity(view, &self.vault, &id));
            let authorities = vouching(view, &trust)?;
            let backend = api.settings.backend.parse();
            let backend = backend.map_err(|error| Error::invalid("backend", Problem::Backend(error)))?;
            let identity = identity.map(Identity::into);
            Ok(ProbeTarget { backend, trust, authorities, identity })
        })
    }

    /// Tries the connection and tells what happened.
    pub async fn probe(&self, target: ProbeTarget) -> ProbeReport {
        (self.plane.probe)(target).await
    }
}

fn trust(view: &View<'_>, form: &SecurityForm, present: &Trust) -> Result<Trust, Error> {
    let chain = match &form.chain {
        ChainForm::System => ChainCheck::System,
        ChainForm::Off => ChainCheck::Off,
        ChainForm::Keep => match &present.chain {
            ChainCheck::Only(_) => present.chain.clone(),
            ChainCheck::Off | ChainCheck::System | ChainCheck::Uploaded(_) => {
                return Err(Error::invalid("authorities", Problem::Missing));
            }
        },
        ChainForm::Only(text) if text.trim().is_empty() => {
            return Err(Error::invalid("authorities", Problem::Missing));
        }
        ChainForm::Only(text) => ChainCheck::Only(pasted(text)?),
        ChainForm::Uploaded(ids) => {
            let mut ids: Vec<AuthorityId> =
                chosen_authorities(view, ids, "uploaded")?.into_iter().map(|chosen| chosen.id).collect();
            ids.sort_unstable();
            ChainCheck::Uploaded(ids)
        }
    };
    let name = match &form.name {
        NameForm::Address => NameCheck::Address,
        NameForm::Off => NameCheck::Off,
        NameForm::Named(name) => NameCheck::Named(server_name(name)?),
    };
    Ok(Trust { chain, name })
}

/// Pasted certificates, each of which the gateway can read.
fn pasted(text: &str) -> Result<Vec<Vec<u8>>, Error> {
    let unusable = || Error::invalid("authorities", Problem::Pem);
    let found = pem::certificates(text.as_bytes()).map_err(|_| unusable())?;
    if found.iter().all(|der| authority::signs(der).is_ok()) { Ok(found) } else { Err(unusable()) }
}

/// The uploaded certificates that a backend is judged by beside those of the machine, or instead of them.
pub(crate) fn vouching(view: &View<'_>, trust: &Trust) -> Result<Vec<Vec<u8>>, Error> {
    let all = match &trust.chain {
        ChainCheck::Off | ChainCheck::Only(_) => return Ok(Vec::new()),
        ChainCheck::System | ChainCheck::Uploaded(_) => view.snapshot_authorities()?.into_iter().flatten(),
    };
    let counts = |authority: &SnapshotAuthority| match &trust.chain {
        ChainCheck::Uploaded(ids) => ids.contains(&authority.id),
        _ => true,
    };
    Ok(all.filter(counts).map(|authority| authority.certificate).collect())
}

/// What the backend's certificate is to name.
fn server_name(text: &str) -> Result<String, Error> {
    let name = text.trim();
    if name.is_empty() {
        return Err(Error::invalid("server_name", Problem::Missing));
    }
    address::host::server_name(name)
        .map_err(|problem| Error::invalid("server_name", Problem::HostName(problem)))
}

/// The statement to write, or `None` when the one that stands is kept.
fn written(view: &View<'_>, form: &SecurityForm) -> Result<Option<edit::Credential>, Error> {
    Ok(Some(match &form.credential {
        NewCredential::Keep => return Ok(None),
        NewCredential::None => edit::Credential::None,
        NewCredential::Certificate(id) => {
            edit::Credential::Certificate { id: known(view, id)?.as_str().to_owned() }
        }
        NewCredential::Basic { username, .. } if username.trim().is_empty() => {
            return Err(Error::invalid("username", Problem::Missing));
        }
        // RFC 7617, 2: a colon would end the user name, and control characters are allowed in neither.
        NewCredential::Basic { username, .. } if username.contains(|c: char| c == ':' || c.is_control()) => {
            return Err(Error::invalid("username", Problem::BadCharacters));
        }
        NewCredential::Basic { username, password } => {
            let password = password.as_ref().map(typed_password).transpose()?;
            edit::Credential::Basic { username: username.trim().to_owned(), password }
        }
    }))
}

fn typed_password(password: &Secret) -> Result<String, Error> {
    match password.expose_text() {
        Some(text) if !text.contains(char::is_control) => Ok(text.to_owned()),
        _ => Err(Error::invalid("password", Problem::BadCharacters)),
    }
}

fn known(view: &View<'_>, id: &CertificateId) -> Result<CertificateId, Error> {
    match view.certificate(id)? {
        Some(slot) => Ok(slot.id),
        None => Err(Error::invalid("certificate", Problem::NoSuchCertificate)),
    }
}

fn edit_problem(text: &str, error: EditError) -> Error {
    match error {
        EditError::NoPassword => Error::invalid("password", Problem::PasswordMissing),
        other => unreadable(text, other),
    }
}

fn summary(form: &SecurityForm) -> String {
    match &form.credential {
        NewCredential::Basic { .. } => "basic".to_owned(),
        NewCredential::Certificate(id) => format!("certificate {id}"),
        NewCredential::Keep => "credential unchanged".to_owned(),
        NewCredential::None => "no credential".to_owned(),
    }
}
