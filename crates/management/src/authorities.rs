//! CA certificates: uploaded, listed, looked at, renamed, deleted.

use ::certificates::authority;
use domain::api::Saved;
use domain::authority::{AuthorityChoice, AuthorityDetail, AuthorityId, AuthorityRow};
use domain::list::{AuthoritySort, ListPage, ListQuery};
use domain::name::DisplayName;
use domain::secret::Secret;
use domain::user::Actor;
use serde::{Deserialize, Serialize};
use store::authorities::{NewAuthority, StoredAuthority};
use store::transaction::View;

use crate::Management;
use crate::apis::name_problem;
use crate::audit::By;
use crate::authorize::{Act, allow};
use crate::error::{Error, Problem};
use crate::free_id::free_id;
use crate::snapshot::Touched;

/// What was uploaded. A file may hold a private key, by mistake, so it is treated as one.
pub struct AuthorityUpload {
    pub file: Secret,
    /// What to call it; empty for the common name. Not read when the file holds several certificates.
    pub name: String,
}

/// What an upload brought.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UploadedAuthorities {
    pub added: Vec<AuthorityLink>,
    /// Those that were there already.
    pub known: Vec<AuthorityLink>,
}

/// An authority by its id and name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorityLink {
    pub id: AuthorityId,
    pub name: DisplayName,
}

impl Management {
    /// One page of the list.
    ///
    /// # Errors
    /// [`Error::NotAllowed`], or when the store can't be read.
    pub fn list_authorities(
        &self,
        actor: &Actor,
        query: &ListQuery<AuthoritySort>,
    ) -> Result<ListPage<AuthorityRow>, Error> {
        allow(actor, Act::Look)?;
        Ok(self.store.read(|view| view.list_authorities(query))?)
    }

    /// The authorities that a backend can be judged by.
    ///
    /// # Errors
    /// [`Error::NotAllowed`], or when the store can't be read.
    pub fn authority_choices(&self, actor: &Actor) -> Result<Vec<AuthorityChoice>, Error> {
        allow(actor, Act::Look)?;
        Ok(self.store.read(|view| view.authority_choices())?)
    }

    /// One authority with everything that is known of it.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such authority.
    pub fn authority(&self, actor: &Actor, id: &AuthorityId) -> Result<AuthorityDetail, Error> {
        allow(actor, Act::Look)?;
        self.store.read(|view| {
            let stored = view.authority(id)?.ok_or(Error::NotFound)?;
            Ok(AuthorityDetail {
                id: stored.id,
                name: stored.name,
                facts: stored.facts,
                signs: stored.signs,
                uploaded_at: stored.uploaded_at,
                uploaded_by: stored.uploaded_by,
                revocation: view.revocation(id)?,
                uses: view.authority_uses(id)?,
            })
        })
    }

    /// Reads a file and stores each certificate of it that isn't there yet. Callers and backends are judged by them
    /// when this answers.
    ///
    /// # Errors
    /// [`Error::FileRefused`] with what is wrong with the file; [`Error::AuthorityKnown`] when nothing of it is new;
    /// field `name`.
    pub fn upload_authorities(
        &self,
        actor: &Actor,
        upload: &AuthorityUpload,
    ) -> Result<(UploadedAuthorities, Saved), Error> {
        allow(actor, Act::Publish)?;
        let given = given_name(&upload.name)?;
        let found = authority::read(upload.file.expose()).map_err(Error::FileRefused)?;
        let given = given.filter(|_| found.len() == 1);
        let by = By { actor, now: self.now() };
        self.change(|change| {
            let view = change.view();
            let mut uploaded = UploadedAuthorities::default();
            for one in &found {
                if let Some(known) = holding(&view, one)? {
                    uploaded.known.push(known);
                    continue;
                }
                let name = given.clone().unwrap_or_else(|| suggested_name(one));
                let id = own_id(&view, &name)?;
                let (facts, signs, certificate) = (&one.facts, one.signs, one.der.as_slice());
                let new = NewAuthority { id: &id, name: &name, facts, signs, certificate };
                change.insert_authority(&new, by.stamp())?;
                by.record(change, "authority.upload", id.as_str(), facts.thumbprint.as_str())?;
                uploaded.added.push(AuthorityLink { id, name });
            }
            if let (true, Some(known)) = (uploaded.added.is_empty(), uploaded.known.first()) {
                return Err(Error::AuthorityKnown(known.clone()));
            }
            let authorities = uploaded.added.iter().map(|link| link.id.clone()).collect();
            Ok((uploaded, Touched { authorities, ..Touched::default() }))
        })
    }

    /// Calls an authority something else; its id stays.
    ///
    /// # Errors
    /// Field `name`; [`Error::NotFound`].
    pub fn rename_authority(&self, actor: &Actor, id: &AuthorityId, name: &str) -> Result<Saved, Error> {
        allow(actor, Act::Publish)?;
        let name = name.parse().map_err(|error| Error::invalid("name", name_problem(&error)))?;
        let by = By { actor, now: self.now() };
        let ((), saved) = self.change(|change| {
            change.view().authority(id)?.ok_or(Error::NotFound)?;
            change.rename_authority(id, &name)?;
            by.record(change, "authority.rename", id.as_str(), name.as_str())?;
            Ok(((), Touched::default()))
        })?;
        Ok(saved)
    }

    /// Removes an authority with its revocation list. Whomever it vouched for isn't trusted any more when this answers.
    ///
    /// # Errors
    /// [`Error::AuthorityInUse`] with the places that name it; [`Error::NotFound`].
    pub fn delete_authority(&self, actor: &Actor, id: &AuthorityId) -> Result<Saved, Error> {
        allow(actor, Act::Publish)?;
        let by = By { actor, now: self.now() };
        let ((), saved) = self.change(|change| {
            let stored = change.view().authority(id)?.ok_or(Error::NotFound)?;
            let uses = change.view().authority_uses(id)?;
            if !uses.is_empty() {
                return Err(Error::AuthorityInUse(uses));
            }
            change.delete_authority(id)?;
            by.record(change, "authority.delete", id.as_str(), stored.name.as_str())?;
            Ok(((), Touched { authorities: vec![id.clone()], ..Touched::default() }))
        })?;
        Ok(saved)
    }
}

/// The uploaded CA certificates with these ids, each once; at least one must be chosen.
pub(crate) fn chosen_authorities(
    view: &View<'_>,
    ids: &[String],
    field: &'static str,
) -> Result<Vec<StoredAuthority>, Error> {
    let unknown = || Error::invalid(field, Problem::NoSuchAuthority);
    let mut chosen: Vec<StoredAuthority> = Vec::new();
    for id in ids {
        let id = id.parse().map_err(|_| unknown())?;
        let stored = view.authority(&id)?.ok_or_else(unknown)?;
        if chosen.iter().all(|other| other.id != stored.id) {
            chosen.push(stored);
        }
    }
    if chosen.is_empty() { Err(Error::invalid(field, Problem::Missing)) } else { Ok(chosen) }
}

fn holding(view: &View<'_>, found: &authority::Found) -> Result<Option<AuthorityLink>, Error> {
    let Some(id) = view.authority_holding(&found.facts.thumbprint)? else { return Ok(None) };
    Ok(view.authority(&id)?.map(|stored| AuthorityLink { id: stored.id, name: stored.name }))
}

fn given_name(text: &str) -> Result<Option<DisplayName>, Error> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|error| Error::invalid("name", name_problem(&error)))
}

fn suggested_name(found: &authority::Found) -> DisplayName {
    let short: String = found.facts.common_name.chars().take(NAME_CHARS).collect();
    short.parse().unwrap_or_else(|_| DisplayName::of(&found.facts.thumbprint))
}

fn own_id(view: &View<'_>, name: &DisplayName) -> Result<AuthorityId, Error> {
    let is_taken = |id: &AuthorityId| Ok(id.as_str() == RESERVED || view.authority(id)?.is_some());
    free_id(&AuthorityId::suggested_by(name.as_str()), AuthorityId::numbered, is_taken)
}

const NAME_CHARS: usize = 100;
/// No authority's id: in the portal's addresses it stands for the form that uploads one.
const RESERVED: &str = "upload";
