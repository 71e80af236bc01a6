//! Snapshot → routes, programs, certificates and TLS settings: whatever can be wrong is found here, not in a request.

use std::collections::HashMap;
use std::sync::atomic::AtomicI64;
use std::sync::{Arc, Mutex, PoisonError};

use domain::address::Scheme;
use domain::name::{ApiId, CertificateId};
use domain::snapshot::{Identity, Snapshot, SnapshotApi};
use domain::trust::Trust;
use http::HeaderValue;
use policy::check;
use policy::diagnostic::Diagnostic;
use policy::program::{CertificateSelector, DEFAULT_GLOBAL, Program};
use thiserror::Error;

use crate::route::RouteTable;
use crate::tls;
use crate::upstream::peer::{ByKey, Peer, PeerError, PeerKey, Showable};
use crate::upstream::trust::{BackendVerifier, TrustError};

/// Why a snapshot can't be used. The one before stays in use.
#[derive(Debug, Error)]
pub enum CompileError {
    #[error("the policy of API `{api}` has mistakes, first: {}", first(.problems))]
    Policy { api: ApiId, problems: Vec<Diagnostic> },
    #[error("the APIs `{api}` and `{other}` have the same URL suffix `{suffix}`")]
    SameSuffix { api: ApiId, other: ApiId, suffix: String },
    #[error("the trust settings of API `{api}` can't be used")]
    Trust { api: ApiId, source: TrustError },
    #[error("the backend of API `{api}` can't be called")]
    Peer { api: ApiId, source: PeerError },
    #[error("the backend address of API `{api}` can't stand in a `Host` header")]
    Address { api: ApiId },
}

/// A snapshot in the form that requests use.
#[derive(Debug, Default)]
pub(crate) struct Compiled {
    pub(crate) revision: u64,
    pub(crate) routes: RouteTable,
    /// Every peer that some API may call: connections with other keys are not kept.
    pub(crate) peers: HashMap<PeerKey, Arc<Peer>, ByKey>,
    apis: HashMap<ApiId, Arc<CompiledApi>>,
    identities: HashMap<CertificateId, Arc<CompiledIdentity>>,
}

/// One API, ready to be called.
#[derive(Debug)]
pub(crate) struct CompiledApi {
    pub(crate) id: ApiId,
    pub(crate) suffix: Arc<str>,
    pub(crate) program: Arc<Program>,
    pub(crate) scheme: Scheme,
    /// The backend's `Host`.
    pub(crate) authority: HeaderValue,
    /// The path in front of whatever a caller asks for; empty or without a slash behind.
    pub(crate) base_path: String,
    /// The backend, called without a certificate.
    pub(crate) plain: Arc<Peer>,
    source: Arc<SnapshotApi>,
    choices: Vec<Choice>,
}

/// A certificate that a policy names, and the backend called with it.
#[derive(Debug)]
pub(crate) struct Choice {
    selector: CertificateSelector,
    /// None if there is no such certificate.
    pub(crate) identity: Option<Arc<CompiledIdentity>>,
    /// None if the certificate can't be used.
    pub(crate) peer: Option<Arc<Peer>>,
}

/// A client certificate, ready to be shown, or the reason why it can't be.
#[derive(Debug)]
pub(crate) struct CompiledIdentity {
    pub(crate) id: CertificateId,
    pub(crate) showable: Result<Showable, String>,
    /// Unix seconds of the newest call with it; 0 for never.
    pub(crate) last_used: Arc<AtomicI64>,
    source: Arc<Identity>,
}

/// What is kept from one compilation to the next.
#[derive(Debug)]
pub(crate) struct Compiler {
    global: Program,
    last_used: Mutex<HashMap<CertificateId, Arc<AtomicI64>>>,
}

impl Compiler {
    pub(crate) fn new() -> Self {
        // The program's own policy for all APIs compiles; if it ever didn't, no call would be forwarded.
        Self { global: check::compile(DEFAULT_GLOBAL).unwrap_or_default(), last_used: Mutex::default() }
    }

    /// Compiles what is new in `snapshot` and takes the rest over from `before`.
    ///
    /// A certificate that can't be used, or that doesn't exist, fails only the calls that need it.
    ///
    /// # Errors
    /// Something that saving should have refused: a policy with mistakes, two equal suffixes.
    pub(crate) fn compile(&self, snapshot: &Snapshot, before: &Compiled) -> Result<Compiled, CompileError> {
        let mut run = Run {
            compiler: self,
            before,
            identities: HashMap::with_capacity(snapshot.identities.len()),
            peers: HashMap::with_capacity_and_hasher(before.peers.len(), ByKey),
            verifiers: HashMap::new(),
        };
        for (id, identity) in &snapshot.identities {
            let identity = run.identity(id, identity);
            run.identities.insert(id.clone(), identity);
        }
        let mut routes = RouteTable::with_capacity(snapshot.apis.len());
        let mut apis = HashMap::with_capacity(snapshot.apis.len());
        for (id, source) in &snapshot.apis {
            let api = run.api(snapshot, source)?;
            if let Some(other) = routes.add(&api) {
                let (api, other) = (id.clone(), other.id.clone());
                return Err(CompileError::SameSuffix { api, other, suffix: source.suffix.to_string() });
            }
            apis.insert(id.clone(), api);
        }
        let (peers, identities) = (run.peers, run.identities);
        Ok(Compiled { revision: snapshot.revision, routes, peers, apis, identities })
    }

    /// Unix seconds of the newest call with this certificate.
    pub(crate) fn last_used(&self, id: &CertificateId) -> Option<i64> {
        let used = self.last_used.lock().unwrap_or_else(PoisonError::into_inner);
        let at = used.get(id)?.load(std::sync::atomic::Ordering::Relaxed);
        (at != 0).then_some(at)
    }
}

impl CompiledApi {
    /// What the policy means by `selector`; none only for selectors of other policies.
    pub(crate) fn choice(&self, selector: &CertificateSelector) -> Option<&Choice> {
        self.choices.iter().find(|choice| choice.selector == *selector)
    }
}

/// One compilation under way.
struct Run<'c> {
    compiler: &'c Compiler,
    before: &'c Compiled,
    identities: HashMap<CertificateId, Arc<CompiledIdentity>>,
    peers: HashMap<PeerKey, Arc<Peer>, ByKey>,
    verifiers: HashMap<Trust, Arc<BackendVerifier>>,
}

impl Run<'_> {
    fn identity(&self, id: &CertificateId, source: &Arc<Identity>) -> Arc<CompiledIdentity> {
        if let Some(before) = self.before.identities.get(id)
            && Arc::ptr_eq(&before.source, source)
        {
            return Arc::clone(before);
        }
        let showable = match source.as_ref() {
            Identity::Unavailable { reason, .. } => Err(reason.clone()),
            Identity::Ready(material) => tls::certified_key(&material.chain, &material.key)
                .map(|certified| Showable::new(certified, material))
                .map_err(|error| domain::causes::causes(&error)),
        };
        let mut last_used = self.compiler.last_used.lock().unwrap_or_else(PoisonError::into_inner);
        let last_used = Arc::clone(last_used.entry(id.clone()).or_default());
        Arc::new(CompiledIdentity { id: id.clone(), showable, last_used, source: Arc::clone(source) })
    }

    fn api(
        &mut self,
        snapshot: &Snapshot,
        source: &Arc<SnapshotApi>,
    ) -> Result<Arc<CompiledApi>, CompileError> {
        let before = self.before.apis.get(&source.id);
        let before = before.filter(|api| Arc::ptr_eq(&api.source, source) || api.source == *source);
        if let Some(before) = before
            && before.choices.iter().all(|choice| self.is_unchanged(snapshot, choice))
        {
            self.keep_peers(before);
            return Ok(Arc::clone(before));
        }
        let program = match before {
            Some(before) => Arc::clone(&before.program),
            None => self.program(source)?,
        };
        let mut choices: Vec<Choice> = Vec::new();
        for reference in program.references() {
            if choices.iter().all(|choice| choice.selector != reference.selector) {
                choices.push(self.choice(snapshot, source, &reference.selector)?);
            }
        }
        let authority = HeaderValue::try_from(source.backend.authority())
            .map_err(|_| CompileError::Address { api: source.id.clone() })?;
        Ok(Arc::new(CompiledApi {
            id: source.id.clone(),
            suffix: Arc::from(source.suffix.as_str()),
            program,
            scheme: source.backend.scheme(),
            authority,
            base_path: source.backend.path().to_owned(),
            plain: self.peer(source, None)?,
            source: Arc::clone(source),
            choices,
        }))
    }

    fn program(&self, source: &SnapshotApi) -> Result<Arc<Program>, CompileError> {
        let own = check::compile(&source.policy)
            .map_err(|problems| CompileError::Policy { api: source.id.clone(), problems })?;
        Ok(Arc::new(Program::compose(&[&self.compiler.global, &own])))
    }

    fn choice(
        &mut self,
        snapshot: &Snapshot,
        source: &SnapshotApi,
        selector: &CertificateSelector,
    ) -> Result<Choice, CompileError> {
        let identity = self.named(snapshot, selector).cloned();
        let peer = match identity.as_ref().map(|identity| &identity.showable) {
            Some(Ok(showable)) => Some(self.peer(source, Some(showable))?),
            Some(Err(_)) | None => None,
        };
        Ok(Choice { selector: selector.clone(), identity, peer })
    }

    fn is_unchanged(&self, snapshot: &Snapshot, choice: &Choice) -> bool {
        match (self.named(snapshot, &choice.selector), &choice.identity) {
            (Some(now), Some(before)) => Arc::ptr_eq(now, before),
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        }
    }

    fn named(&self, snapshot: &Snapshot, selector: &CertificateSelector) -> Option<&Arc<CompiledIdentity>> {
        let by_id;
        let id = match selector {
            CertificateSelector::Id(id) => {
                by_id = id.parse().ok()?;
                &by_id
            }
            CertificateSelector::Thumbprint(digits) => snapshot.thumbprints.get(&digits.parse().ok()?)?,
        };
        self.identities.get(id)
    }

    fn keep_peers(&mut self, api: &CompiledApi) {
        for peer in api.choices.iter().filter_map(|choice| choice.peer.as_ref()).chain([&api.plain]) {
            self.peers.insert(peer.key, Arc::clone(peer));
        }
    }

    /// The peer with the same key that exists already, or a new one: its TLS session tickets stay with its key.
    fn peer(&mut self, source: &SnapshotApi, showable: Option<&Showable>) -> Result<Arc<Peer>, CompileError> {
        let key = PeerKey::new(&source.backend, &source.trust, showable);
        if let Some(peer) = self.peers.get(&key).or_else(|| self.before.peers.get(&key)) {
            let peer = Arc::clone(peer);
            self.peers.insert(key, Arc::clone(&peer));
            return Ok(peer);
        }
        let verifier = match source.backend.scheme() {
            Scheme::Http => None,
            Scheme::Https => Some(self.verifier(source)?),
        };
        let peer = Peer::new(key, &source.backend, &source.trust, verifier, showable)
            .map_err(|error| CompileError::Peer { api: source.id.clone(), source: error })?;
        let peer = Arc::new(peer);
        self.peers.insert(key, Arc::clone(&peer));
        Ok(peer)
    }

    fn verifier(&mut self, source: &SnapshotApi) -> Result<Arc<BackendVerifier>, CompileError> {
        if let Some(verifier) = self.verifiers.get(&source.trust) {
            return Ok(Arc::clone(verifier));
        }
        let verifier = BackendVerifier::new(&source.trust)
            .map_err(|error| CompileError::Trust { api: source.id.clone(), source: error })?;
        let verifier = Arc::new(verifier);
        self.verifiers.insert(source.trust.clone(), Arc::clone(&verifier));
        Ok(verifier)
    }
}

fn first(problems: &[Diagnostic]) -> String {
    problems.first().map(Diagnostic::sentence).unwrap_or_default()
}
