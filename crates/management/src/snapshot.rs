//! Store → domain snapshot: whole at the start, afterwards only what changed.

use std::collections::HashMap;
use std::sync::Arc;

use ::certificates::seal::Vault;
use domain::authority::AuthorityId;
use domain::causes::causes;
use domain::fault::{DamagedApi, Fault, Item};
use domain::name::{ApiId, CertificateId};
use domain::named_value::NamedValueName;
use domain::policy_document::Scope;
use domain::snapshot::{Held, Identity, KeyMaterial, Snapshot, SnapshotApi};
use store::connect::Store;
use store::damaged::Damaged;
use store::named_values::StoredValue;
use store::revocation::ReadableAuthority;
use store::transaction::View;
use store::versions::{ReadableCertificate, StoredVersion};

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

impl Touched {
    /// Whether something that can't be used is what was changed, or may be because of that.
    pub(crate) fn is_about(&self, fault: &Fault, next: &Snapshot) -> bool {
        let is_there = |id: &ApiId| {
            next.apis.contains_key(id) || next.damaged.iter().any(|damaged| damaged.id == id.as_str())
        };
        match &fault.item {
            Item::Certificate(id) => self.replaced.as_ref().is_some_and(|one| one.as_str() == id),
            Item::Authority(id) => self.authorities.iter().any(|one| one.as_str() == id),
            Item::Fragment(_) | Item::NamedValue(_) => self.shared == Shared::Changed,
            Item::AllApis | Item::Api { .. } | Item::UnknownApi { .. } => {
                self.global == Global::Changed
                    || self.shared == Shared::Changed
                    || self.api.as_ref().is_some_and(|id| fault.stops(id) && is_there(id))
            }
        }
    }
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
/// When the store can't be read. What is damaged in it is no error: it is one item's fault, and whatever needs it
/// can't be used.
pub fn load(store: &Store, vault: &Vault) -> Result<Snapshot, Error> {
    store.read(|view| {
        let mut snapshot = Snapshot { revision: view.revision()?, ..Snapshot::default() };
        put_global(&mut snapshot, view)?;
        put_values(&mut snapshot, view, vault)?;
        put_fragments(&mut snapshot, view)?;
        for api in view.snapshot_apis()? {
            put_api(&mut snapshot, api);
        }
        for authority in view.snapshot_authorities()? {
            put_authority(&mut snapshot, authority);
        }
        for certificate in view.uploaded_certificates()? {
            put_uploaded(&mut snapshot, certificate);
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
            put_global(&mut next, view)?;
        }
        if let Some(id) = &touched.api {
            next.apis.remove(id);
            next.damaged.retain(|damaged| damaged.id != id.as_str());
            if let Some(api) = view.snapshot_api(id)? {
                put_api(&mut next, api);
            }
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
            next.authorities.remove(id);
            forget(&mut next, |item| *item == Item::Authority(id.to_string()));
            if let Some(authority) = view.snapshot_authority(id)? {
                put_authority(&mut next, authority);
            }
        }
        if let Some(id) = &touched.replaced {
            next.uploaded.remove(id);
            forget(&mut next, |item| *item == Item::Certificate(id.to_string()));
            if let Some(certificate) = view.uploaded_certificate(id)? {
                put_uploaded(&mut next, certificate);
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

fn put_global(next: &mut Snapshot, view: &View<'_>) -> Result<(), Error> {
    forget(next, |item| *item == Item::AllApis);
    next.policy = None;
    match view.policy_text(&Scope::All)? {
        None => {}
        Some(Ok(text)) => next.policy = Some(text.into()),
        Some(Err(damaged)) => next.faults.push(Fault { item: Item::AllApis, reason: damaged.reason }),
    }
    Ok(())
}

fn put_api(next: &mut Snapshot, api: Result<SnapshotApi, DamagedApi>) {
    match api {
        Ok(api) => {
            next.apis.insert(api.id.clone(), Arc::new(api));
        }
        Err(damaged) => next.damaged.push(Arc::new(damaged)),
    }
}

fn put_authority(next: &mut Snapshot, authority: ReadableAuthority) {
    match authority {
        Ok(authority) => {
            next.authorities.insert(authority.id.clone(), Arc::new(authority));
        }
        Err(damaged) => next.faults.push(fault(damaged, Item::Authority)),
    }
}

fn put_uploaded(next: &mut Snapshot, certificate: ReadableCertificate) {
    match certificate {
        Ok((id, certificate)) => next.uploaded.insert(id, certificate),
        Err(damaged) => next.faults.push(fault(damaged, Item::Certificate)),
    }
}

fn fault(damaged: Damaged, item: impl FnOnce(String) -> Item) -> Fault {
    Fault { item: item(damaged.id), reason: damaged.reason }
}

fn forget(next: &mut Snapshot, is_meant: impl Fn(&Item) -> bool) {
    next.faults.retain(|fault| !is_meant(&fault.item));
}

/// The named values that documents name; what is the same stays the very same.
fn put_values(next: &mut Snapshot, view: &View<'_>, vault: &Vault) -> Result<(), Error> {
    let open = |(name, stored): (NamedValueName, StoredValue)| match opened(vault, &name, stored) {
        Ok(value) => Ok((name, value)),
        Err(error) => Err(Fault { item: Item::NamedValue(name.to_string()), reason: causes(&error) }),
    };
    let mut values = HashMap::new();
    forget(next, |item| matches!(item, Item::NamedValue(_)));
    for stored in view.values_in_use()? {
        let (name, value) = match stored.map_err(|damaged| fault(damaged, Item::NamedValue)).and_then(open) {
            Ok(opened) => opened,
            // Documents that name it find nothing there.
            Err(fault) => {
                next.faults.push(fault);
                continue;
            }
        };
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
    forget(next, |item| matches!(item, Item::Fragment(_)));
    for stored in view.fragment_texts()? {
        let (id, text) = match stored {
            Ok(fragment) => fragment,
            Err(damaged) => {
                next.faults.push(fault(damaged, Item::Fragment));
                continue;
            }
        };
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
        // One that can't be read is wanted all the same, and said to be of no use.
        Held::All => view.certificate(id).map_or(true, |slot| slot.is_some()),
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
    let identity = Arc::new(identity(view, vault, id));
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
pub(crate) fn identity(view: &View<'_>, vault: &Vault, id: &CertificateId) -> Identity {
    let unavailable = |reason: String| Identity::Unavailable { id: id.clone(), reason };
    let slot = match view.certificate(id) {
        Ok(Some(slot)) => slot,
        Ok(None) => return unavailable("it was deleted".to_owned()),
        Err(error) => return unavailable(causes(&error)),
    };
    let version = match view.certificate_version(id, slot.version) {
        Ok(Some(version)) => version,
        Ok(None) => return unavailable(format!("version {} is missing", slot.version)),
        Err(error) => return unavailable(causes(&error)),
    };
    identity_of(vault, id, version)
}

/// The certificate of one version as it is shown to a backend, or why it can't be.
pub(crate) fn identity_of(vault: &Vault, id: &CertificateId, version: StoredVersion) -> Identity {
    match vault.unseal(&version.sealed_key, &bound_to(id, version.version)) {
        Ok(key) => Identity::Ready(KeyMaterial {
            id: id.clone(),
            thumbprint: version.facts.leaf.thumbprint,
            chain: version.chain,
            key,
        }),
        Err(error) => {
            Identity::Unavailable { id: id.clone(), reason: format!("its key can't be unsealed: {error}") }
        }
    }
}

/// What a sealed key is bound to: moved to another row it doesn't open.
pub(crate) fn bound_to(id: &CertificateId, version: u32) -> String {
    format!("certificate/{id}/{version}")
}
