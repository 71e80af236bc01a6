//! Replacing a certificate in two steps: the renewed one is uploaded and tried, then put in force.

use std::sync::Arc;

use domain::api::{ApiLink, ApiRow, Saved};
use domain::certificate::CertificateUse;
use domain::list::ListQuery;
use domain::name::{ApiId, CertificateId};
use domain::policy_document::ScopeLink;
use domain::probe::{ProbeReport, ProbeTarget};
use domain::replacement::{MOST_TRIALS, Replacement};
use domain::snapshot::Identity;
use domain::user::Actor;
use store::transaction::View;
use time::Duration;

use crate::Management;
use crate::audit::By;
use crate::authorize::{Act, allow};
use crate::error::Error;
use crate::security::vouching;
use crate::snapshot::{Touched, identity_of};
use crate::upload::{Upload, refuse_uploaded};

/// Tests of connections that are to be run: with each target, which API it is.
#[derive(Debug)]
pub struct Tests {
    pub id: CertificateId,
    pub version: u32,
    pub targets: Vec<(ApiId, ProbeTarget)>,
}

impl Management {
    /// Opens a PFX and keeps it beside the certificate in a slot, which stays in force. What waited before is dropped.
    /// Gives the version that it becomes.
    ///
    /// # Errors
    /// As [`Management::import_pfx`], and [`Error::NotFound`].
    pub fn upload_replacement(
        &self,
        actor: &Actor,
        id: &CertificateId,
        upload: &Upload,
    ) -> Result<u32, Error> {
        allow(actor, Act::Publish)?;
        let opened = self.opened(actor, upload)?;
        let by = By { actor, now: self.now() };
        self.store.write(|change| {
            let view = change.view();
            view.certificate(id)?.ok_or(Error::NotFound)?;
            refuse_uploaded(&view, &opened.leaf_facts, None)?;
            let version = view.newest_version(id)? + 1;
            change.drop_old_replacements(by.now - KEPT)?;
            change.keep_replacement(id, &self.version(by, id, version, &opened)?)?;
            by.record(
                change,
                "certificate.replacement.upload",
                id.as_str(),
                opened.leaf_facts.thumbprint.as_str(),
            )?;
            Ok(version)
        })
    }

    /// What waits for a slot, with the tests that were run.
    ///
    /// # Errors
    /// [`Error::NotFound`] when nothing waits.
    pub fn replacement(&self, actor: &Actor, id: &CertificateId) -> Result<Replacement, Error> {
        allow(actor, Act::Look)?;
        self.store.read(|view| {
            let slot = view.certificate(id)?.ok_or(Error::NotFound)?;
            let waiting = view.waiting_replacement(id)?.ok_or(Error::NotFound)?;
            let present = view.certificate_version(id, slot.version)?.ok_or(Error::NotFound)?;
            let trials = self.trials.of(id, waiting.version).unwrap_or_default();
            Ok(Replacement {
                id: slot.id,
                name: slot.name,
                version: waiting.version,
                present: present.facts.leaf,
                waiting: waiting.facts.leaf,
                uploaded_at: waiting.uploaded_at,
                uploaded_by: waiting.uploaded_by,
                trials,
            })
        })
    }

    /// The connection tests to run with what waits for a slot: of every API that uses it, up to [`MOST_TRIALS`].
    ///
    /// # Errors
    /// [`Error::NotFound`] when nothing waits. Only who may save may probe: it makes the gateway connect.
    pub fn begin_tests(&self, actor: &Actor, id: &CertificateId) -> Result<Tests, Error> {
        allow(actor, Act::Publish)?;
        self.store.read(|view| {
            let waiting = view.waiting_replacement(id)?.ok_or(Error::NotFound)?;
            let version = waiting.version;
            let identity = Arc::new(identity_of(&self.vault, id, waiting));
            let (apis, total) = apis_using(view, id)?;
            let mut targets = Vec::with_capacity(apis.len());
            for api in &apis {
                targets.extend(target(view, &api.id, &identity)?.map(|target| (api.id.clone(), target)));
            }
            let tried = apis.into_iter().filter(|api| targets.iter().any(|(id, _)| *id == api.id)).collect();
            self.trials.begin(id, version, tried, total);
            Ok(Tests { id: id.clone(), version, targets })
        })
    }

    /// Remembers how the test of an API went, for as long as the program runs.
    pub fn note_test(&self, id: &CertificateId, version: u32, api: &ApiId, report: ProbeReport) {
        self.trials.note(id, version, api, report);
    }

    /// Puts what waits in force: every API that uses the slot shows the new certificate when this answers. The version
    /// before stays and can be brought back.
    ///
    /// # Errors
    /// [`Error::NotFound`] when nothing waits, [`Error::ChangedMeanwhile`] when it isn't this version,
    /// [`Error::AlreadyUploaded`].
    pub fn put_in_force(&self, actor: &Actor, id: &CertificateId, version: u32) -> Result<Saved, Error> {
        allow(actor, Act::Publish)?;
        let by = By { actor, now: self.now() };
        let ((), saved) = self.change(|change| {
            let view = change.view();
            let mut waiting = view.waiting_replacement(id)?.ok_or(Error::NotFound)?;
            if waiting.version != version {
                return Err(Error::ChangedMeanwhile { by: waiting.uploaded_by });
            }
            refuse_uploaded(&view, &waiting.facts.leaf, None)?;
            waiting.uploaded_at = by.now;
            change.insert_version(id, &waiting)?;
            change.present_version(id, version, &waiting.facts.leaf)?;
            change.drop_replacement(id)?;
            by.record(change, "certificate.replace", id.as_str(), waiting.facts.leaf.thumbprint.as_str())?;
            Ok(((), Touched { replaced: Some(id.clone()), ..Touched::default() }))
        })?;
        Ok(saved)
    }

    /// Drops what waits for a slot.
    ///
    /// # Errors
    /// When the store can't be written.
    pub fn discard_replacement(&self, actor: &Actor, id: &CertificateId) -> Result<(), Error> {
        allow(actor, Act::Publish)?;
        let by = By { actor, now: self.now() };
        self.store.write(|change| {
            change.drop_replacement(id)?;
            by.record(change, "certificate.replacement.discard", id.as_str(), "")
        })
    }
}

/// The first APIs whose requests are sent with a certificate, and how many there are.
fn apis_using(view: &View<'_>, id: &CertificateId) -> Result<(Vec<ApiLink>, u64), Error> {
    let uses = view.certificate_uses(id)?;
    if uses.iter().any(|one| one.scope == ScopeLink::All) {
        let all = view.list_apis(&ListQuery::default())?;
        let link = |row: ApiRow| ApiLink { id: row.id, name: row.settings.name };
        return Ok((all.rows.into_iter().take(MOST_TRIALS).map(link).collect(), all.total));
    }
    let api = |one: CertificateUse| match one.scope {
        ScopeLink::All => None,
        ScopeLink::Api(api) | ScopeLink::Operation(api, _) => Some(api),
    };
    let mut apis: Vec<ApiLink> = uses.into_iter().filter_map(api).collect();
    apis.dedup();
    let total = u64::try_from(apis.len()).unwrap_or(u64::MAX);
    apis.truncate(MOST_TRIALS);
    Ok((apis, total))
}

/// `None` for an API whose backend address is damaged, which its own page says.
fn target(view: &View<'_>, id: &ApiId, identity: &Arc<Identity>) -> Result<Option<ProbeTarget>, Error> {
    let Some(api) = view.api(id)? else { return Ok(None) };
    let Ok(backend) = api.settings.backend.parse() else { return Ok(None) };
    let authorities = vouching(view, &api.trust)?;
    let identity = Some(Arc::clone(identity));
    Ok(Some(ProbeTarget { backend, trust: api.trust, authorities, identity }))
}

/// What was never put in force is dropped after this time.
const KEPT: Duration = Duration::days(7);
