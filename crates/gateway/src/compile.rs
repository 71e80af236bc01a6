//! Snapshot → routes, programs, certificates and TLS settings: whatever can be wrong is found here, not in a request.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use domain::address::Scheme;
use domain::name::{ApiId, CertificateId};
use domain::policy_document::Scope;
use domain::snapshot::{Identity, Snapshot, SnapshotApi};
use domain::trust::Trust;
use http::HeaderValue;
use policy::diagnostic::Diagnostic;
use policy::program::CertificateSelector;
use thiserror::Error;

use crate::compiled::{Choice, Compiled, CompiledApi, CompiledIdentity, Difference};
use crate::operations::Operations;
use crate::programs::{Global, MadeWith, Programs};
use crate::surroundings::{Changes, Surroundings};
use crate::upstream::peer::{Peer, PeerError, PeerKey, Showable};
use crate::upstream::trust::{BackendVerifier, TrustError};

/// Why a snapshot can't be used. The one before stays in use.
#[derive(Debug, Error)]
pub enum CompileError {
    #[error("the policy of `{scope}` has mistakes, first: {}", first(.problems))]
    Policy { scope: Scope, problems: Vec<Diagnostic> },
    #[error("the APIs `{api}` and `{other}` have the same URL suffix `{suffix}`")]
    SameSuffix { api: ApiId, other: ApiId, suffix: String },
    #[error("the trust settings of API `{api}` can't be used")]
    Trust { api: ApiId, source: TrustError },
    #[error("the backend of API `{api}` can't be called")]
    Peer { api: ApiId, source: PeerError },
    #[error("the backend address of API `{api}` can't stand in a `Host` header")]
    Address { api: ApiId },
}

/// What is kept from one compilation to the next.
#[derive(Debug, Default)]
pub(crate) struct Compiler {
    last_used: Mutex<HashMap<CertificateId, Arc<AtomicI64>>>,
}

impl Compiler {
    /// Compiles what is new in `snapshot` and takes the rest over from `before`: it costs a look at each pointer, and
    /// work only for what changed.
    ///
    /// A certificate that can't be used, or that doesn't exist, fails only the calls that need it.
    ///
    /// # Errors
    /// Something that saving should have refused: a policy with mistakes, two equal suffixes.
    pub(crate) fn compile(&self, snapshot: &Snapshot, before: &Compiled) -> Result<Compiled, CompileError> {
        let identities = before.identities.difference(&snapshot.identities);
        let mut apis = before.apis.difference(&snapshot.apis);
        let surroundings = Surroundings::of(snapshot);
        let changes = surroundings.changes_since(&before.surroundings);
        let global = Global::of(snapshot, &surroundings, before.global.as_ref(), &changes)?;
        let mut run =
            Run { before, next: before.clone(), global: global.clone(), changes, verifiers: HashMap::new() };
        run.next.global = Some(global);
        run.next.surroundings = surroundings;
        run.next.revision = snapshot.revision;
        run.next.thumbprints = Arc::clone(&snapshot.thumbprints);
        run.next.uploaded = snapshot.uploaded.clone();
        run.next.authorities = before.authorities.next(&snapshot.authorities);
        for identity in &identities.gone {
            run.next.identities.remove(&identity.id, &identity.source);
        }
        for (id, source) in &identities.new {
            let identity = self.identity(id, source);
            run.next.identities.insert(id, source, identity);
        }
        let touched = run.touched(&identities, &apis.gone);
        apis.gone.extend(touched.iter().map(|api| Arc::clone(api)));
        for api in &apis.gone {
            run.next.remove(api);
        }
        let touched = touched.iter().map(|api| &api.source);
        for source in apis.new.into_iter().map(|(_, source)| source).chain(touched) {
            let api = Arc::new(run.api(source)?);
            if let Some(other) = run.next.add(&api) {
                let (api, other) = (source.id.clone(), other.id.clone());
                return Err(CompileError::SameSuffix { api, other, suffix: source.suffix.to_string() });
            }
        }
        Ok(run.next)
    }

    /// Unix seconds of the newest call with this certificate.
    pub(crate) fn last_used(&self, id: &CertificateId) -> Option<i64> {
        let used = self.last_used.lock().unwrap_or_else(PoisonError::into_inner);
        let at = used.get(id)?.load(Ordering::Relaxed);
        (at != 0).then_some(at)
    }

    fn identity(&self, id: &CertificateId, source: &Arc<Identity>) -> Arc<CompiledIdentity> {
        let mut last_used = self.last_used.lock().unwrap_or_else(PoisonError::into_inner);
        let last_used = Arc::clone(last_used.entry(id.clone()).or_default());
        Arc::new(CompiledIdentity::new(id.clone(), last_used, Arc::clone(source)))
    }
}

/// One compilation under way.
struct Run<'c> {
    before: &'c Compiled,
    next: Compiled,
    global: Global,
    changes: Changes,
    verifiers: HashMap<Trust, Arc<BackendVerifier>>,
}

impl<'c> Run<'c> {
    /// The APIs that must be made anew although nothing of their own changed; those that are `gone` anyway left out.
    fn touched(
        &self,
        identities: &Difference<'_, CertificateId, Identity, Arc<CompiledIdentity>>,
        gone: &[Arc<CompiledApi>],
    ) -> Vec<&'c Arc<CompiledApi>> {
        let all = self.before.apis.values();
        let gone: HashSet<&ApiId> = gone.iter().map(|api| &api.id).collect();
        if !self.global.is(self.before.global.as_ref()) {
            return all.filter(|api| !gone.contains(&api.id)).collect();
        }
        let others_vouch = !self.next.authorities.vouch_like(&self.before.authorities);
        if !others_vouch && self.changes.is_empty() && identities.gone.is_empty() && identities.new.is_empty()
        {
            return Vec::new();
        }
        let is_touched = |api: &CompiledApi| {
            (others_vouch && api.goes_by_uploaded_authorities())
                || api.documents().any(|program| self.changes.touch(program))
                || self.is_touched(api, &identities.gone)
        };
        all.filter(|api| is_touched(api) && !gone.contains(&api.id)).collect()
    }

    /// Whether an API's policy names a certificate that is another one now.
    fn is_touched(&self, api: &CompiledApi, gone: &[Arc<CompiledIdentity>]) -> bool {
        api.choices.iter().any(|choice| match &choice.identity {
            Some(identity) => gone.iter().any(|gone| Arc::ptr_eq(gone, identity)),
            None => self.named(&choice.selector).is_some(),
        })
    }

    fn api(&mut self, source: &Arc<SnapshotApi>) -> Result<CompiledApi, CompileError> {
        let before = self.before.apis.find(&source.id).map(Arc::as_ref);
        let made_with = MadeWith {
            global: &self.global,
            before_global: self.before.global.as_ref(),
            surroundings: &self.next.surroundings,
            changes: &self.changes,
        };
        let programs = Programs::of(source, before, &made_with)?;
        let Programs { own, program, operations } = programs;
        let mut choices: Vec<Choice> = Vec::new();
        let narrower = operations.iter().filter(|operation| operation.own.is_some());
        let run = narrower.map(|operation| &operation.program).chain([&program]);
        for reference in run.flat_map(|program| program.references()) {
            if choices.iter().all(|choice| choice.selector != reference.selector) {
                choices.push(self.choice(source, &reference.selector)?);
            }
        }
        let authority = HeaderValue::try_from(source.backend.authority())
            .map_err(|_| CompileError::Address { api: source.id.clone() })?;
        Ok(CompiledApi {
            id: source.id.clone(),
            suffix: Arc::from(source.suffix.as_str()),
            own,
            operations: Operations::new(operations),
            program: Arc::clone(&program),
            authority,
            base_path: source.backend.path().to_owned(),
            plain: self.peer(source, None)?,
            source: Arc::clone(source),
            choices,
        })
    }

    fn choice(
        &mut self,
        source: &SnapshotApi,
        selector: &CertificateSelector,
    ) -> Result<Choice, CompileError> {
        let identity = self.named(selector).cloned();
        let peer = match identity.as_ref().map(|identity| identity.showable()) {
            Some(Ok(showable)) => Some(self.peer(source, Some(showable))?),
            Some(Err(_)) | None => None,
        };
        Ok(Choice { selector: selector.clone(), identity, peer })
    }

    fn named(&self, selector: &CertificateSelector) -> Option<&Arc<CompiledIdentity>> {
        match selector {
            CertificateSelector::Id(id) => self.next.identities.find(&id.parse().ok()?),
            // It is asked of callers, and never shown to a backend.
            CertificateSelector::Authority(_) => None,
            CertificateSelector::Thumbprint(digits) => self.next.identity_by_thumbprint(digits),
        }
    }

    /// The peer with the same key that exists already, or a new one: its TLS session tickets stay with its key.
    fn peer(&mut self, source: &SnapshotApi, showable: Option<&Showable>) -> Result<Arc<Peer>, CompileError> {
        let vouching = self.next.authorities.vouching(&source.trust.chain);
        let key = PeerKey::new(&source.backend, &source.trust, &vouching, showable);
        if let Some(peer) = self.next.peer(&key).or_else(|| self.before.peer(&key)) {
            return Ok(Arc::clone(peer));
        }
        let verifier = match source.backend.scheme() {
            Scheme::Http => None,
            Scheme::Https => Some(self.verifier(source)?),
        };
        let peer = Peer::new(key, &source.backend, &source.trust, verifier, showable);
        peer.map(Arc::new).map_err(|error| CompileError::Peer { api: source.id.clone(), source: error })
    }

    fn verifier(&mut self, source: &SnapshotApi) -> Result<Arc<BackendVerifier>, CompileError> {
        if let Some(verifier) = self.verifiers.get(&source.trust) {
            return Ok(Arc::clone(verifier));
        }
        let vouching = self.next.authorities.vouching(&source.trust.chain);
        let verifier = BackendVerifier::new(&source.trust, &vouching)
            .map_err(|error| CompileError::Trust { api: source.id.clone(), source: error })?;
        let verifier = Arc::new(verifier);
        self.verifiers.insert(source.trust.clone(), Arc::clone(&verifier));
        Ok(verifier)
    }
}

fn first(problems: &[Diagnostic]) -> String {
    problems.first().map(Diagnostic::sentence).unwrap_or_default()
}
