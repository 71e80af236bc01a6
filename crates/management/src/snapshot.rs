//! Store → domain snapshot: whole at the start, afterwards only what changed.

use std::collections::HashMap;
use std::sync::Arc;

use ::certificates::seal::Vault;
use domain::authority::AuthorityId;
use domain::name::{ApiId, CertificateId};
use domain::policy_document::Scope;
use domain::snapshot::{Held, Identity, KeyMaterial, Snapshot};
use store::connect::Store;
use store::transaction::View;

use crate::error::Error;
use crate::surroundings::opened;

/// What a write touched and the gateway must hear of.
#[derive(Default)]
pub(crate) struct Touched {
    /// The API that is new, gone or changed, its operations and policies included.
    pub(crate) api: Option<ApiId>,
    pub(crate) global: Global,
    /// Certificates that may have come into use, or gone out of it.
    pub(crate) used: Vec<CertificateId>,
    /// The certificate that is new, gone, or has another content now.
    pub(crate) replaced: Option<CertificateId>,
    /// The CA certificates that are new, gone, or have another list now.
    pub(crate) authorities: Vec<AuthorityId>,
    pub(crate) shared: Shared,
}

/// Whether a named value or a fragment was saved or deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Shared {
    Changed,
    #[default]
    Same,
}

/// Whether the policy of all APIs was saved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Global {
    Changed,
    #[default]
    Same,
}

/// Everything, as the gateway needs it at its start.
///
/// # Errors
/// When the store can't be read. A key that can't be unsealed is no error: the APIs that need it answer 500.
pub fn load(store: &Store, vault: &Vault) -> Result<Snapshot, Error> {
    store.read(|view| {
        let mut snapshot = Snapshot { revision: view.revision()?, ..Snapshot::default() };
        snapshot.policy = global(view)?;
        put_values(&mut snapshot, view, vault)?;
        put_fragments(&mut snapshot, view)?;
        for api in view.snapshot_apis()? {
            snapshot.apis.insert(api.id.clone(), Arc::new(api));
        }
        for authority in view.snapshot_authorities()? {
            snapshot.authorities.insert(authority.id.clone(), Arc::new(authority));
        }
        for (id, certificate) in view.uploaded_certificates()? {
            snapshot.uploaded.insert(id, certificate);
        }
        hold(&mut snapshot, view, vault)?;
        Ok(snapshot)
    })
}

/// The next snapshot: what wasn't touched is shared with the last.
pub(crate) fn refreshed(
    last: &Snapshot,
    store: &Store,
    vault: &Vault,
    revision: u64,
    touched: &Touched,
) -> Result<Snapshot, Error> {
    store.read(|view| {
        let mut next = last.clone();
        next.revision = revision;
        if touched.global == Global::Changed {
            next.policy = global(view)?;
        }
        if let Some(id) = &touched.api {
            match view.snapshot_api(id)? {
                Some(api) => next.apis.insert(id.clone(), Arc::new(api)),
                None => next.apis.remove(id),
            };
        }
        // Saving a document can bring a value into use, or take it out.
        let saved = touched.api.is_some() || touched.global == Global::Changed;
        if saved || touched.shared == Shared::Changed {
            put_values(&mut next, view, vault)?;
        }
        if touched.shared == Shared::Changed {
            put_fragments(&mut next, view)?;
        }
        for id in &touched.authorities {
            match view.snapshot_authority(id)? {
                Some(authority) => next.authorities.insert(id.clone(), Arc::new(authority)),
                None => next.authorities.remove(id),
            };
        }
        if let Some(id) = &touched.replaced {
            match view.uploaded_certificate(id)? {
                Some(certificate) => next.uploaded.insert(id.clone(), certificate),
                None => next.uploaded.remove(id),
            }
        }
        if held(view)? != next.held {
            hold(&mut next, view, vault)?;
        }
        for id in touched.used.iter().chain(&touched.replaced) {
            if touched.replaced.as_ref() == Some(id) || !is_wanted(&next, view, id)? {
                remove_identity(&mut next, id);
            }
            if !next.identities.contains_key(id) && is_wanted(&next, view, id)? {
                add_identity(&mut next, view, vault, id)?;
            }
        }
        Ok(next)
    })
}

fn global(view: &View<'_>) -> Result<Option<Arc<str>>, Error> {
    Ok(view.policy(&Scope::All)?.map(|document| document.text.into()))
}

/// The named values that documents name; what is the same stays the very same.
fn put_values(next: &mut Snapshot, view: &View<'_>, vault: &Vault) -> Result<(), Error> {
    let mut values = HashMap::new();
    for (name, stored) in view.values_in_use()? {
        let value = opened(vault, &name, stored)?;
        let same = next.named_values.get(&name).filter(|before| ***before == value);
        let value = same.cloned().unwrap_or_else(|| Arc::new(value));
        values.insert(name, value);
    }
    next.named_values = values;
    Ok(())
}

/// All fragments; what is the same stays the very same.
fn put_fragments(next: &mut Snapshot, view: &View<'_>) -> Result<(), Error> {
    let mut fragments = HashMap::new();
    for (id, text) in view.fragment_texts()? {
        let same = next.fragments.get(&id).filter(|before| ***before == text);
        let text = same.cloned().unwrap_or_else(|| text.into());
        fragments.insert(id, text);
    }
    next.fragments = fragments;
    Ok(())
}

fn held(view: &View<'_>) -> Result<Held, Error> {
    Ok(if view.is_certificate_chosen()? { Held::All } else { Held::Named })
}

/// The certificates that the documents may need, no more and no less.
fn hold(next: &mut Snapshot, view: &View<'_>, vault: &Vault) -> Result<(), Error> {
    next.held = held(view)?;
    let wanted = match next.held {
        Held::Named => view.certificates_in_use()?,
        Held::All => view.certificate_ids()?,
    };
    let before = std::mem::take(&mut next.identities);
    next.thumbprints = Arc::default();
    for id in wanted {
        match before.get(&id) {
            Some(same) => put_identity(next, view, &id, Arc::clone(same))?,
            None => add_identity(next, view, vault, &id)?,
        }
    }
    Ok(())
}

/// Whether a document may need the key of a certificate.
fn is_wanted(next: &Snapshot, view: &View<'_>, id: &CertificateId) -> Result<bool, Error> {
    Ok(match next.held {
        Held::Named => !view.certificate_uses(id)?.is_empty(),
        Held::All => view.certificate(id)?.is_some(),
    })
}

fn remove_identity(next: &mut Snapshot, id: &CertificateId) {
    if next.identities.remove(id).is_some() {
        Arc::make_mut(&mut next.thumbprints).retain(|_, named| named != id);
    }
}

fn add_identity(
    next: &mut Snapshot,
    view: &View<'_>,
    vault: &Vault,
    id: &CertificateId,
) -> Result<(), Error> {
    let identity = Arc::new(identity(view, vault, id)?);
    put_identity(next, view, id, identity)
}

fn put_identity(
    next: &mut Snapshot,
    view: &View<'_>,
    id: &CertificateId,
    identity: Arc<Identity>,
) -> Result<(), Error> {
    next.identities.insert(id.clone(), identity);
    let thumbprints = Arc::make_mut(&mut next.thumbprints);
    for thumbprint in view.thumbprints_of(id)? {
        thumbprints.insert(thumbprint, id.clone());
    }
    Ok(())
}

/// The certificate as it is shown to a backend, or why it can't be.
pub(crate) fn identity(view: &View<'_>, vault: &Vault, id: &CertificateId) -> Result<Identity, Error> {
    let unavailable = |reason: String| Identity::Unavailable { id: id.clone(), reason };
    let Some(slot) = view.certificate(id)? else { return Ok(unavailable("it was deleted".to_owned())) };
    let Some(version) = view.certificate_version(id, slot.version)? else {
        return Ok(unavailable(format!("version {} is missing", slot.version)));
    };
    match vault.unseal(&version.sealed_key, &bound_to(id, version.version)) {
        Ok(key) => Ok(Identity::Ready(KeyMaterial {
            id: id.clone(),
            thumbprint: version.facts.leaf.thumbprint,
            chain: version.chain,
            key,
        })),
        Err(error) => Ok(unavailable(format!("its key can't be unsealed: {error}"))),
    }
}

/// What a sealed key is bound to: moved to another row it doesn't open.
pub(crate) fn bound_to(id: &CertificateId, version: u32) -> String {
    format!("certificate/{id}/{version}")
}
