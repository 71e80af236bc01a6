//! Client certificates: listed, looked at, renamed, brought back, deleted.

use domain::api::Saved;
use domain::certificate::{CertificateChoice, CertificateDetail, CertificateRow};
use domain::credential::Credential;
use domain::list::{CertificateSort, ListPage, ListQuery};
use domain::name::CertificateId;
use domain::user::Actor;
use store::transaction::View;

use crate::Management;
use crate::apis::name_problem;
use crate::audit::By;
use crate::authorize::{Act, allow};
use crate::error::Error;
use crate::snapshot::Touched;
use crate::upload::refuse_uploaded;

/// The entries of a dropdown.
#[derive(Clone, Debug)]
pub struct Choices {
    /// What the search found, at most [`CHOICES`], and the one that is chosen already.
    pub choices: Vec<CertificateChoice>,
    /// How many certificates there are in all.
    pub total: u64,
}

impl Management {
    /// One page of the list.
    ///
    /// # Errors
    /// [`Error::NotAllowed`], or when the store can't be read.
    pub fn list_certificates(
        &self,
        actor: &Actor,
        query: &ListQuery<CertificateSort>,
    ) -> Result<ListPage<CertificateRow>, Error> {
        allow(actor, Act::Look)?;
        let mut page = self.store.read(|view| view.list_certificates(query))?;
        for row in &mut page.rows {
            row.last_used = self.certificate_used(&row.id).or(row.last_used);
        }
        Ok(page)
    }

    /// One certificate with everything that is known of it.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such certificate.
    pub fn certificate(&self, actor: &Actor, id: &CertificateId) -> Result<CertificateDetail, Error> {
        allow(actor, Act::Look)?;
        self.store.read(|view| {
            let slot = view.certificate(id)?.ok_or(Error::NotFound)?;
            let version = view.certificate_version(id, slot.version)?.ok_or(Error::NotFound)?;
            let previous = view.previous_versions(&slot)?;
            Ok(CertificateDetail {
                version: slot.version,
                leaf: version.facts.leaf,
                chain: version.facts.chain,
                apart: version.facts.apart,
                uploaded_at: version.uploaded_at,
                uploaded_by: version.uploaded_by,
                uses: view.certificate_uses(id)?,
                previous,
                last_used: self.certificate_used(id).or(slot.last_used),
                id: slot.id,
                name: slot.name,
            })
        })
    }

    /// The certificates for the dropdown of the Security tab.
    ///
    /// # Errors
    /// [`Error::NotAllowed`], or when the store can't be read.
    pub fn certificate_choices(
        &self,
        actor: &Actor,
        search: &str,
        selected: Option<&Credential>,
    ) -> Result<Choices, Error> {
        allow(actor, Act::Look)?;
        self.store.read(|view| {
            let mut choices = view.certificate_choices(search, self.now(), CHOICES)?;
            if let Some(selected) = selected.map(|s| selected_id(view, s)).transpose()?.flatten()
                && !choices.iter().any(|choice| choice.id == selected)
            {
                choices.splice(0..0, view.certificate_choice(&selected)?);
            }
            Ok(Choices { choices, total: view.count_certificates()? })
        })
    }

    /// Calls a certificate something else; its id stays.
    ///
    /// # Errors
    /// Field `name`; [`Error::NotFound`].
    pub fn rename_certificate(&self, actor: &Actor, id: &CertificateId, name: &str) -> Result<Saved, Error> {
        allow(actor, Act::Publish)?;
        let name = name.parse().map_err(|error| Error::invalid("name", name_problem(&error)))?;
        let by = By { actor, now: self.now() };
        let ((), saved) = self.change(|change| {
            change.view().certificate(id)?.ok_or(Error::NotFound)?;
            change.rename_certificate(id, &name)?;
            by.record(change, "certificate.rename", id.as_str(), name.as_str())?;
            Ok(((), Touched::default()))
        })?;
        Ok(saved)
    }

    /// Puts an earlier version of a slot back in force.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::AlreadyUploaded`] when another slot holds it now.
    pub fn restore_certificate(
        &self,
        actor: &Actor,
        id: &CertificateId,
        version: u32,
    ) -> Result<Saved, Error> {
        allow(actor, Act::Publish)?;
        let by = By { actor, now: self.now() };
        let ((), saved) = self.change(|change| {
            let view = change.view();
            let earlier = view.certificate_version(id, version)?.ok_or(Error::NotFound)?;
            refuse_uploaded(&view, &earlier.facts.leaf, Some(id))?;
            change.present_version(id, version, &earlier.facts.leaf)?;
            by.record(change, "certificate.restore", id.as_str(), earlier.facts.leaf.thumbprint.as_str())?;
            Ok(((), Touched { replaced: Some(id.clone()), ..Touched::default() }))
        })?;
        Ok(saved)
    }

    /// Removes a certificate and its key.
    ///
    /// # Errors
    /// [`Error::InUse`] with the places that name it; [`Error::NotFound`].
    pub fn delete_certificate(&self, actor: &Actor, id: &CertificateId) -> Result<Saved, Error> {
        allow(actor, Act::Publish)?;
        let by = By { actor, now: self.now() };
        let ((), saved) = self.change(|change| {
            let slot = change.view().certificate(id)?.ok_or(Error::NotFound)?;
            let uses = change.view().certificate_uses(id)?;
            if !uses.is_empty() {
                return Err(Error::InUse(uses));
            }
            change.delete_certificate(id)?;
            by.record(change, "certificate.delete", id.as_str(), slot.name.as_str())?;
            Ok(((), Touched { replaced: Some(id.clone()), ..Touched::default() }))
        })?;
        Ok(saved)
    }
}

/// The slot that a credential means.
pub(crate) fn selected_id(view: &View<'_>, credential: &Credential) -> Result<Option<CertificateId>, Error> {
    Ok(match credential {
        Credential::Certificate(id) => Some(id.clone()),
        Credential::CertificateByThumbprint(thumbprint) => view.certificate_meant_by(thumbprint)?,
        Credential::Basic { .. } | Credential::None => None,
    })
}

/// Entries of a dropdown before a search is needed.
pub const CHOICES: u32 = 20;
