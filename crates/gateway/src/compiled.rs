//! A snapshot in the form that requests use. It is never changed; the next one is a copy with changes.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, OnceLock};

use address::url::Scheme;
use domain::certificate::Thumbprint;
use domain::fault::{DamagedApi, Fault};
use domain::name::{ApiId, CertificateId};
use domain::snapshot::{Identity, SnapshotApi, SnapshotOperation};
use domain::trust::ChainCheck;
use domain::uploaded::Uploaded;
use http::HeaderValue;
use policy::program::{CertificateSelector, Program};

use crate::authorities::Authorities;
use crate::last_used::LastUsed;
use crate::operations::{CompiledOperation, Operations};
use crate::programs::Global;
use crate::route::{RouteTable, Routed};
use crate::sharded::Sharded;
use crate::surroundings::Surroundings;
use crate::tls;
use crate::upstream::peer::{Peer, PeerKey, Showable};

/// All that requests need, at one revision.
#[derive(Clone, Debug, Default)]
pub(crate) struct Compiled {
    pub(crate) revision: u64,
    /// The policy of all APIs; `None` before the first snapshot, and while it can't be used.
    pub(crate) global: Option<Global>,
    pub(crate) routes: RouteTable,
    pub(crate) apis: Table<ApiId, Arc<CompiledApi>>,
    pub(crate) identities: Table<CertificateId, Arc<CompiledIdentity>>,
    /// The ids of those, by the thumbprints of all their versions.
    pub(crate) thumbprints: Arc<HashMap<Thumbprint, CertificateId>>,
    pub(crate) authorities: Arc<Authorities>,
    pub(crate) surroundings: Surroundings,
    /// What policies look a caller's thumbprint up in.
    pub(crate) uploaded: Uploaded,
    /// The APIs that can't be used.
    pub(crate) broken: Vec<Arc<BrokenApi>>,
    /// All that can't be used, for publishers.
    pub(crate) faults: Arc<Vec<Fault>>,
    /// Every peer that some API may call, and how many times they name it.
    peers: Sharded<PeerKey, (Arc<Peer>, usize)>,
}

/// One API, ready to be called.
#[derive(Debug)]
pub(crate) struct CompiledApi {
    pub(crate) id: ApiId,
    pub(crate) suffix: Arc<str>,
    /// Its own document.
    pub(crate) own: Arc<Program>,
    /// What is run when it has no operations: its own document and that of all APIs.
    pub(crate) program: Arc<Program>,
    pub(crate) operations: Operations,
    /// The backend's `Host`.
    pub(crate) authority: HeaderValue,
    /// The path in front of whatever a caller asks for; empty or without a slash behind.
    pub(crate) base_path: String,
    /// The backend, called without a certificate.
    pub(crate) plain: Arc<Peer>,
    pub(crate) source: Arc<SnapshotApi>,
    pub(crate) choices: Vec<Choice>,
    pub(crate) last_used: Arc<LastUsed>,
}

/// An API that can't be used. Its paths stay its own.
#[derive(Debug)]
pub(crate) struct BrokenApi {
    pub(crate) id: ApiId,
    pub(crate) name: String,
    pub(crate) suffix: Arc<str>,
    pub(crate) reason: String,
}

/// A certificate that a policy names, and the backend called with it.
#[derive(Debug)]
pub(crate) struct Choice {
    pub(crate) selector: CertificateSelector,
    /// None if there is no such certificate.
    pub(crate) identity: Option<Arc<CompiledIdentity>>,
    /// None if the certificate can't be used.
    pub(crate) peer: Option<Arc<Peer>>,
}

/// A client certificate with its key.
#[derive(Debug)]
pub(crate) struct CompiledIdentity {
    pub(crate) id: CertificateId,
    showable: OnceLock<Result<Showable, String>>,
    pub(crate) last_used: Arc<LastUsed>,
    pub(crate) source: Arc<Identity>,
}

/// Compiled things by their id and by what they were compiled from.
#[derive(Clone, Debug)]
pub(crate) struct Table<K, C> {
    by_id: Sharded<K, C>,
    /// By the address of the source, which the compiled thing keeps alive: equal addresses are the same source.
    by_source: Sharded<usize, C>,
}

/// What a set of sources has that a table hasn't, and the other way round.
pub(crate) struct Difference<'s, K, S, C> {
    pub(crate) new: Vec<(&'s K, &'s Arc<S>)>,
    pub(crate) gone: Vec<C>,
}

impl Compiled {
    /// The certificate of the slot that holds or held this thumbprint.
    pub(crate) fn identity_by_thumbprint(&self, digits: &str) -> Option<&Arc<CompiledIdentity>> {
        self.identities.find(self.thumbprints.get(&digits.parse().ok()?)?)
    }

    /// The peer with this key.
    pub(crate) fn peer(&self, key: &PeerKey) -> Option<&Arc<Peer>> {
        self.peers.get(key).map(|(peer, _)| peer)
    }

    /// Adds an API.
    pub(crate) fn add(&mut self, api: &Arc<CompiledApi>) {
        for peer in api.peers() {
            let times = self.peers.get(&peer.key).map_or(0, |(_, times)| *times);
            self.peers.insert(peer.key, (Arc::clone(peer), times + 1));
        }
        self.apis.insert(&api.id, &api.source, Arc::clone(api));
        self.routes.add(Routed::Ready(Arc::clone(api)));
    }

    /// Removes an API, and the peers that no other names.
    pub(crate) fn remove(&mut self, api: &CompiledApi) {
        for peer in api.peers() {
            if let Some((kept, times)) = self.peers.remove(&peer.key)
                && times > 1
            {
                self.peers.insert(peer.key, (kept, times - 1));
            }
        }
        self.apis.remove(&api.id, &api.source);
        self.routes.remove(&api.id, &api.suffix);
    }

    /// Adds an API that can't be used.
    pub(crate) fn add_broken(&mut self, api: BrokenApi) {
        let api = Arc::new(api);
        self.routes.add(Routed::Broken(Arc::clone(&api)));
        self.broken.push(api);
    }

    /// Adds an API that can't even be read, as far as its paths are known.
    pub(crate) fn add_damaged(&mut self, api: &DamagedApi) {
        let Some(suffix) = api.route() else { return };
        // It is a name for logs: the one that is stored may be none.
        let id = api.id.parse().unwrap_or_else(|_| ApiId::suggested_by(&api.id));
        let (name, reason) = (api.name.clone(), api.reason.clone());
        self.add_broken(BrokenApi { id, name, suffix: suffix.into(), reason });
    }

    /// Forgets the APIs that couldn't be used.
    pub(crate) fn forget_broken(&mut self) {
        for api in std::mem::take(&mut self.broken) {
            self.routes.remove(&api.id, &api.suffix);
        }
    }
}

impl CompiledIdentity {
    pub(crate) fn new(id: CertificateId, last_used: Arc<LastUsed>, source: Arc<Identity>) -> Self {
        Self { id, showable: OnceLock::new(), last_used, source }
    }

    /// Ready to be shown, or the reason why it can't be. The key is read when it is first needed: of all that
    /// an expression might choose few are.
    pub(crate) fn showable(&self) -> Result<&Showable, &String> {
        self.showable.get_or_init(|| self.read()).as_ref()
    }

    fn read(&self) -> Result<Showable, String> {
        match self.source.as_ref() {
            Identity::Unavailable { reason, .. } => Err(reason.clone()),
            Identity::Ready(material) => tls::certified_key(&material.chain, &material.key)
                .map(|certified| Showable::new(certified, &material.chain, &material.key))
                .map_err(|error| domain::causes::causes(&error)),
        }
    }
}

impl BrokenApi {
    pub(crate) fn new(source: &SnapshotApi, reason: String) -> Self {
        Self {
            id: source.id.clone(),
            name: source.name.to_string(),
            suffix: source.suffix.as_str().into(),
            reason,
        }
    }
}

impl CompiledApi {
    /// What the policy means by `selector`; none only for selectors of other policies.
    pub(crate) fn choice(&self, selector: &CertificateSelector) -> Option<&Choice> {
        self.choices.iter().find(|choice| choice.selector == *selector)
    }

    /// The operation of this id, if its document was the same as that of `source` is.
    pub(crate) fn operation_before(&self, source: &SnapshotOperation) -> Option<&Arc<CompiledOperation>> {
        let before = self.source.operations.iter().find(|before| before.id == source.id)?;
        if before.policy != source.policy {
            return None;
        }
        self.operations.iter().find(|operation| operation.id == source.id)
    }

    /// The programs of its own documents, and of its operations'.
    pub(crate) fn documents(&self) -> impl Iterator<Item = &Program> {
        let narrow = self.operations.iter().filter_map(|operation| operation.own.as_deref());
        narrow.chain([&*self.own])
    }

    /// Whether its backend is called over TLS and judged by the uploaded authorities.
    pub(crate) fn goes_by_uploaded_authorities(&self) -> bool {
        let chain = &self.source.trust.chain;
        self.source.backend.scheme() == Scheme::Https
            && matches!(chain, ChainCheck::System | ChainCheck::Uploaded(_))
    }

    fn peers(&self) -> impl Iterator<Item = &Arc<Peer>> {
        self.choices.iter().filter_map(|choice| choice.peer.as_ref()).chain([&self.plain])
    }
}

impl<K: Hash + Eq + Clone, C: Clone> Table<K, C> {
    /// The thing with this id.
    pub(crate) fn find(&self, id: &K) -> Option<&C> {
        self.by_id.get(id)
    }

    /// All of them, in no order.
    pub(crate) fn values(&self) -> impl Iterator<Item = &C> {
        self.by_id.entries().map(|(_, compiled)| compiled)
    }

    /// Compares with what the table would be made of now.
    pub(crate) fn difference<'s, S>(&self, sources: &'s HashMap<K, Arc<S>>) -> Difference<'s, K, S, C> {
        let is_new = |source| self.by_source.get(&address(source)).is_none();
        let new: Vec<_> = sources.iter().filter(|(_, source)| is_new(source)).collect();
        let mut gone: Vec<_> = new.iter().filter_map(|(id, _)| self.by_id.get(*id).cloned()).collect();
        // Whatever is neither the same nor replaced was removed; mostly there is no such thing.
        let same = sources.len() - new.len();
        if same + gone.len() < self.by_id.len() {
            let removed = self.by_id.entries().filter(|(id, _)| !sources.contains_key(id));
            gone.extend(removed.map(|(_, compiled)| compiled.clone()));
        }
        Difference { new, gone }
    }

    /// Adds a thing made from `source`.
    pub(crate) fn insert<S>(&mut self, id: &K, source: &Arc<S>, compiled: C) {
        self.by_id.insert(id.clone(), compiled.clone());
        self.by_source.insert(address(source), compiled);
    }

    /// Removes what was made from `source`.
    pub(crate) fn remove<S>(&mut self, id: &K, source: &Arc<S>) {
        self.by_id.remove(id);
        self.by_source.remove(&address(source));
    }
}

impl<K, C> Default for Table<K, C> {
    fn default() -> Self {
        Self { by_id: Sharded::default(), by_source: Sharded::default() }
    }
}

fn address<S>(source: &Arc<S>) -> usize {
    Arc::as_ptr(source).addr()
}
