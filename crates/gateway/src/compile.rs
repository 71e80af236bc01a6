//! Snapshot → routes, programs, certificates and TLS settings: whatever can be wrong is found here, not in a request.

use std::collections::{HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use address::url::Scheme;
use domain::authority::AuthorityId;
use domain::causes::causes;
use domain::fault::Item;
use domain::name::{ApiId, CertificateId};
use domain::policy_document::Scope;
use domain::snapshot::{Identity, Snapshot, SnapshotApi};
use domain::trust::{ChainCheck, Trust};
use http::HeaderValue;
use policy::diagnostic::Diagnostic;
use policy::program::CertificateSelector;
use thiserror::Error;

use crate::compiled::{BrokenApi, Choice, Compiled, CompiledApi, CompiledIdentity, Difference};
use crate::faults;
use crate::last_used::LastUses;
use crate::operations::Operations;
use crate::programs::{Global, MadeWith, Programs};
use crate::surroundings::{Changes, Surroundings};
use crate::upstream::peer::{Peer, PeerError, PeerKey, Showable};
use crate::upstream::trust::{BackendVerifier, TrustError};

/// Why an API can't be used. It answers 500; everything else is in force.
#[derive(Debug, Error)]
pub(crate) enum CompileError {
    #[error("the policy of `{scope}` has mistakes, first: {}", first(.problems))]
    Policy { scope: Scope, problems: Vec<Diagnostic> },
    #[error("the policy of all APIs can't be used")]
    Global,
    #[error("the CA certificate `{authority}`, which its backend is judged by, can't be used")]
    Authority { authority: AuthorityId },
    #[error("the trust settings can't be used")]
    Trust(#[source] TrustError),
    #[error("the backend can't be called")]
    Peer(#[source] PeerError),
    #[error("the backend's address can't stand in a `Host` header")]
    Address,
    #[error("compiling it ended early, which is a mistake of this program")]
    Panicked,
}

/// What is kept from one compilation to the next.
#[derive(Debug, Default)]
pub(crate) struct Compiler {
    /// When certificates were presented to backends, and when requests reached APIs.
    pub(crate) certificates_used: LastUses<CertificateId>,
    pub(crate) apis_used: LastUses<ApiId>,
}

impl Compiler {
    /// Compiles what is new in `snapshot` and takes the rest over from `before`: it costs a look at each pointer, and
    /// work only for what changed.
    ///
    /// It never fails as a whole. An API that can't be used keeps its paths and answers 500. A certificate that can't
    /// be used, or that doesn't exist, fails only the calls that need it.
    pub(crate) fn compile(&self, snapshot: &Snapshot, before: &Compiled) -> Compiled {
        let identities = before.identities.difference(&snapshot.identities);
        let mut apis = before.apis.difference(&snapshot.apis);
        let surroundings = Surroundings::of(snapshot);
        let changes = surroundings.changes_since(&before.surroundings);
        let (global, global_fault) = global(snapshot, &surroundings, before, &changes);
        let mut run = Run {
            before,
            next: before.clone(),
            global: global.clone(),
            changes,
            verifiers: HashMap::new(),
            apis_used: &self.apis_used,
        };
        run.next.global = global;
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
            if !snapshot.apis.contains_key(&api.id) {
                self.apis_used.forget(&api.id);
            }
        }
        // What couldn't be used is tried again each time: what it lacked may be there by now.
        run.next.forget_broken();
        let touched = touched.iter().map(|api| &api.source);
        for source in apis.new.into_iter().map(|(_, source)| source).chain(touched) {
            match run.unharmed(source) {
                Ok(api) => run.next.add(&Arc::new(api)),
                Err(error) => {
                    let reason = run.next.surroundings.without_secrets(causes(&error));
                    run.next.add_broken(BrokenApi::new(source, reason));
                }
            }
        }
        for damaged in &snapshot.damaged {
            run.next.add_damaged(damaged);
        }
        run.next.faults = Arc::new(faults::found(snapshot, &run.next, global_fault));
        faults::log_new(&run.next, &before.faults);
        run.next
    }

    fn identity(&self, id: &CertificateId, source: &Arc<Identity>) -> Arc<CompiledIdentity> {
        let last_used = self.certificates_used.of(id);
        Arc::new(CompiledIdentity::new(id.clone(), last_used, Arc::clone(source)))
    }
}

/// One compilation under way.
struct Run<'c> {
    before: &'c Compiled,
    next: Compiled,
    /// `None` if it can't be used.
    global: Option<Global>,
    changes: Changes,
    verifiers: HashMap<Trust, Arc<BackendVerifier>>,
    apis_used: &'c LastUses<ApiId>,
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
        if !self.global.as_ref().is_some_and(|global| global.is(self.before.global.as_ref())) {
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

    /// An API, whatever becomes of the attempt.
    fn unharmed(&mut self, source: &Arc<SnapshotApi>) -> Result<CompiledApi, CompileError> {
        // What an attempt leaves behind are verifiers, each of them whole.
        let attempt = AssertUnwindSafe(|| self.api(source));
        catch_unwind(attempt).unwrap_or(Err(CompileError::Panicked))
    }

    fn api(&mut self, source: &Arc<SnapshotApi>) -> Result<CompiledApi, CompileError> {
        let global = self.global.as_ref().ok_or(CompileError::Global)?;
        let before = self.before.apis.find(&source.id).map(Arc::as_ref);
        let made_with = MadeWith {
            global,
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
        let authority =
            HeaderValue::try_from(source.backend.authority()).map_err(|_| CompileError::Address)?;
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
            last_used: self.apis_used.of(&source.id),
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
        if let ChainCheck::Uploaded(ids) = &source.trust.chain
            && let Some(missing) = self.next.authorities.unusable(ids)
        {
            return Err(CompileError::Authority { authority: missing.clone() });
        }
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
        peer.map(Arc::new).map_err(CompileError::Peer)
    }

    fn verifier(&mut self, source: &SnapshotApi) -> Result<Arc<BackendVerifier>, CompileError> {
        if let Some(verifier) = self.verifiers.get(&source.trust) {
            return Ok(Arc::clone(verifier));
        }
        let vouching = self.next.authorities.vouching(&source.trust.chain);
        let verifier = BackendVerifier::new(&source.trust, &vouching).map_err(CompileError::Trust)?;
        let verifier = Arc::new(verifier);
        self.verifiers.insert(source.trust.clone(), Arc::clone(&verifier));
        Ok(verifier)
    }
}

/// The policy of all APIs, or why it can't be used.
fn global(
    snapshot: &Snapshot,
    surroundings: &Surroundings,
    before: &Compiled,
    changes: &Changes,
) -> (Option<Global>, Option<String>) {
    if snapshot.faults.iter().any(|fault| fault.item == Item::AllApis) {
        return (None, None);
    }
    let attempt = AssertUnwindSafe(|| Global::of(snapshot, surroundings, before.global.as_ref(), changes));
    match catch_unwind(attempt).unwrap_or(Err(CompileError::Panicked)) {
        Ok(global) => (Some(global), None),
        Err(error) => (None, Some(surroundings.without_secrets(causes(&error)))),
    }
}

fn first(problems: &[Diagnostic]) -> String {
    problems.first().map(Diagnostic::sentence).unwrap_or_default()
}
