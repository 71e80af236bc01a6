//! What of a snapshot can't be used: told to publishers, and logged once.

use std::sync::Arc;

use domain::fault::{Fault, Item};
use domain::snapshot::{Identity, Snapshot};

use crate::compiled::{BrokenApi, Compiled};
use crate::route::Routed;

/// All that can't be used, in the order of what it is. `global` is why the policy of all APIs can't be.
pub(crate) fn found(snapshot: &Snapshot, compiled: &Compiled, global: Option<String>) -> Vec<Fault> {
    let mut found = snapshot.faults.clone();
    found.extend(global.map(|reason| Fault { item: Item::AllApis, reason }));
    let stored = |api: &Arc<_>| {
        let api: &domain::fault::DamagedApi = api;
        Fault { item: api.item(), reason: api.reason.clone() }
    };
    found.extend(snapshot.damaged.iter().map(stored));
    if compiled.global.is_some() {
        // Otherwise it is one reason for all of them.
        let is_compiled = |api: &&Arc<BrokenApi>| snapshot.apis.contains_key(&api.id);
        found.extend(compiled.broken.iter().filter(is_compiled).map(|api| fault(api)));
    }
    found.extend(compiled.routes.crowds().map(crowded));
    found.extend(
        compiled
            .authorities
            .unreadable()
            .map(|(id, reason)| Fault { item: Item::Authority(id.to_string()), reason: reason.to_owned() }),
    );
    let unavailable = snapshot.identities.values().filter_map(|identity| match identity.as_ref() {
        Identity::Ready(_) => None,
        Identity::Unavailable { id, reason } => {
            Some(Fault { item: Item::Certificate(id.to_string()), reason: reason.clone() })
        }
    });
    found.extend(unavailable);
    found.sort_by(|one, other| one.item.cmp(&other.item));
    found
}

/// Logs what couldn't be used before this snapshot.
pub(crate) fn log_new(compiled: &Compiled, before: &[Fault]) {
    for fault in compiled.faults.iter().filter(|fault| !before.contains(fault)) {
        let (revision, reason) = (compiled.revision, &fault.reason);
        match &fault.item {
            Item::AllApis => tracing::error!(revision, reason, "no API can be used: all answer 500"),
            Item::Api { id, .. } => {
                tracing::error!(revision, api.id = %id, reason, "an API can't be used: it answers 500");
            }
            Item::UnknownApi { id, .. } => {
                tracing::error!(revision, api.id = ?id, reason, "an API can't be used: it answers 500");
            }
            Item::Authority(id) => {
                tracing::error!(revision, authority.id = ?id, reason, "a CA certificate can't be used");
            }
            Item::Certificate(id) => {
                tracing::error!(revision, certificate.id = ?id, reason, "a client certificate can't be used");
            }
            Item::Fragment(id) => {
                tracing::error!(revision, fragment.id = ?id, reason, "a fragment can't be used");
            }
            Item::NamedValue(name) => {
                tracing::error!(revision, named_value.name = ?name, reason, "a named value can't be used");
            }
        }
    }
}

fn fault(api: &BrokenApi) -> Fault {
    Fault { item: Item::Api { id: api.id.clone(), name: api.name.clone() }, reason: api.reason.clone() }
}

fn crowded((api, reason): (&Routed, &str)) -> Fault {
    let name = match api {
        Routed::Ready(api) => api.source.name.to_string(),
        Routed::Broken(api) => api.name.clone(),
    };
    Fault { item: Item::Api { id: api.id().clone(), name }, reason: reason.to_owned() }
}
