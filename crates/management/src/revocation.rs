//! Revocation lists of authorities: uploaded, fetched in time, and what becomes of callers without one.

use ::certificates::revocation::{self, RevocationList};
use domain::api::Saved;
use domain::authority::{AuthorityId, ListAddress, ListFacts, ListFailure, Unlisted};
use domain::authority_file::{FetchProblem, ListRefusal};
use domain::user::Actor;
use store::transaction::{Change, View};
use time::{Duration, OffsetDateTime};

use crate::Management;
use crate::audit::By;
use crate::authorize::{Act, allow};
use crate::error::{Error, Problem};
use crate::snapshot::Touched;

/// What a person chose for an authority's revocations.
#[derive(Clone, Debug)]
pub struct RevocationForm {
    pub unlisted: Unlisted,
    /// Empty for none.
    pub address: String,
}

/// What came of fetching a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fetched {
    New(Saved),
    /// What is here already.
    Same,
    Failed(FetchProblem),
}

impl Management {
    /// Saves where the list comes from and what becomes of callers without one; it holds when this answers.
    ///
    /// # Errors
    /// Field `address`; [`Error::NotFound`].
    pub fn save_revocation(
        &self,
        actor: &Actor,
        id: &AuthorityId,
        form: &RevocationForm,
    ) -> Result<Saved, Error> {
        allow(actor, Act::Publish)?;
        let address = match form.address.trim() {
            "" => None,
            text => Some(
                text.parse::<ListAddress>()
                    .map_err(|error| Error::invalid("address", Problem::Backend(error)))?,
            ),
        };
        let by = By { actor, now: self.now() };
        let ((), saved) = self.change(|change| {
            change.view().authority(id)?.ok_or(Error::NotFound)?;
            change.save_revocation(id, form.unlisted, address.as_ref(), by.now)?;
            by.record(change, "authority.revocation", id.as_str(), &summary(form))?;
            Ok(((), touching(id)))
        })?;
        Ok(saved)
    }

    /// Takes a list that somebody uploaded.
    ///
    /// # Errors
    /// [`Error::ListRefused`] with what is wrong with it; [`Error::NotFound`].
    pub fn upload_list(&self, actor: &Actor, id: &AuthorityId, file: &[u8]) -> Result<Saved, Error> {
        allow(actor, Act::Publish)?;
        let by = By { actor, now: self.now() };
        let list = self.checked_list(id, file)?;
        let ((), saved) = self.change(|change| {
            take(change, id, &list, Some(actor.name()), by.now)?;
            by.record(change, "authority.list", id.as_str(), &format!("{} revoked", list.count()))?;
            Ok(((), touching(id)))
        })?;
        Ok(saved)
    }

    /// Forgets the list of an authority.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn delete_list(&self, actor: &Actor, id: &AuthorityId) -> Result<Saved, Error> {
        allow(actor, Act::Publish)?;
        let by = By { actor, now: self.now() };
        let ((), saved) = self.change(|change| {
            change.view().authority(id)?.ok_or(Error::NotFound)?;
            change.delete_list(id)?;
            by.record(change, "authority.list-delete", id.as_str(), "")?;
            Ok(((), touching(id)))
        })?;
        Ok(saved)
    }

    /// Where the list of an authority is fetched from.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such authority, or no address. Only who may change something may make the
    /// gateway fetch.
    pub fn list_address(&self, actor: &Actor, id: &AuthorityId) -> Result<ListAddress, Error> {
        allow(actor, Act::Publish)?;
        self.store.read(|view| view.revocation(id))?.address.ok_or(Error::NotFound)
    }

    /// The lists that are to be fetched by now, and where from.
    ///
    /// # Errors
    /// [`Error::NotAllowed`], or when the store can't be read.
    pub fn lists_due(&self, actor: &Actor) -> Result<Vec<(AuthorityId, ListAddress)>, Error> {
        allow(actor, Act::Publish)?;
        Ok(self.store.read(|view| view.lists_due(self.now()))?)
    }

    /// Fetches what stands at an address; [`Management::take_fetched`] judges it.
    pub async fn fetch(&self, address: ListAddress) -> Result<Vec<u8>, FetchProblem> {
        (self.plane.fetch_list)(address).await
    }

    /// Takes a list that was fetched, or notes with its authority why there is none.
    ///
    /// # Errors
    /// [`Error::NotAllowed`], or when the store can't be written.
    pub fn take_fetched(
        &self,
        actor: &Actor,
        id: &AuthorityId,
        fetched: Result<Vec<u8>, FetchProblem>,
    ) -> Result<Fetched, Error> {
        allow(actor, Act::Publish)?;
        let now = self.now();
        let failed = |problem| self.note_failure(id, problem, now).map(Fetched::Failed);
        let taken = match fetched {
            Ok(file) => self.take_new(id, &file, now),
            Err(problem) => return failed(problem),
        };
        match taken {
            Ok(Some(saved)) => Ok(Fetched::New(saved)),
            Ok(None) => Ok(Fetched::Same),
            Err(Error::ListRefused(refusal)) => failed(FetchProblem::Refused(refusal)),
            // The authority was deleted meanwhile.
            Err(Error::NotFound) => Ok(Fetched::Same),
            Err(other) => Err(other),
        }
    }

    fn take_new(&self, id: &AuthorityId, file: &[u8], now: OffsetDateTime) -> Result<Option<Saved>, Error> {
        let list = self.checked_list(id, file)?;
        let present = self.store.read(|view| view.snapshot_authority(id))?.ok_or(Error::NotFound)?;
        if present.is_ok_and(|present| present.list.is_some_and(|present| *present == list.der)) {
            // Most fetches bring nothing new; no gateway has to hear of them.
            let due = next_fetch(&list, now);
            self.store.write(|change| change.note_fetched(id, due))?;
            return Ok(None);
        }
        let ((), saved) = self.change(|change| {
            take(change, id, &list, None, now)?;
            Ok(((), touching(id)))
        })?;
        Ok(Some(saved))
    }

    fn note_failure(
        &self,
        id: &AuthorityId,
        problem: FetchProblem,
        now: OffsetDateTime,
    ) -> Result<FetchProblem, Error> {
        tracing::warn!(authority = id.as_str(), ?problem, "a revocation list couldn't be fetched");
        let failure = ListFailure { at: now, problem };
        self.store.write(|change| change.note_fetch_failed(id, &failure, now + RETRY))?;
        Ok(failure.problem)
    }

    fn checked_list(&self, id: &AuthorityId, file: &[u8]) -> Result<RevocationList, Error> {
        let certificate = self.store.read(|view| view.authority_certificate(id))?.ok_or(Error::NotFound)?;
        revocation::read(file, &certificate).map_err(Error::ListRefused)
    }
}

fn take(
    change: &Change<'_>,
    id: &AuthorityId,
    list: &RevocationList,
    received_by: Option<&str>,
    now: OffsetDateTime,
) -> Result<(), Error> {
    let view = change.view();
    view.authority(id)?.ok_or(Error::NotFound)?;
    refuse_older(&view, id, list)?;
    let facts = ListFacts {
        this_update: list.this_update,
        next_update: list.next_update,
        revoked: list.count() as u64,
        received_at: now,
        received_by: received_by.map(str::to_owned),
    };
    Ok(change.put_list(id, &list.der, &facts, next_fetch(list, now))?)
}

/// An old list is well signed, too: whoever sends it again could bring a revoked certificate back.
fn refuse_older(view: &View<'_>, id: &AuthorityId, list: &RevocationList) -> Result<(), Error> {
    match view.revocation(id)?.list {
        Some(present) if present.this_update > list.this_update => {
            Err(Error::ListRefused(ListRefusal::Older { this_update: list.this_update }))
        }
        _ => Ok(()),
    }
}

/// Half way to when the next one is due, so that there is time to try again.
fn next_fetch(list: &RevocationList, now: OffsetDateTime) -> OffsetDateTime {
    let half: Duration = (list.next_update - now) / 2;
    now + half.clamp(RETRY, LONGEST_WAIT)
}

fn touching(id: &AuthorityId) -> Touched {
    Touched { authorities: vec![id.clone()], ..Touched::default() }
}

fn summary(form: &RevocationForm) -> String {
    let unlisted = match form.unlisted {
        Unlisted::Pass => "callers pass without a list",
        Unlisted::Refuse => "callers are refused without a list",
    };
    match form.address.trim() {
        "" => unlisted.to_owned(),
        address => format!("{unlisted}; list from {address}"),
    }
}

const RETRY: Duration = Duration::minutes(5);
const LONGEST_WAIT: Duration = Duration::hours(24);
