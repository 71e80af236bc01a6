//! A PFX comes in: opened, judged, sealed, stored.

use ::certificates::pfx::{self, Choice, Opened};
use domain::api::Saved;
use domain::certificate::{CertificateFacts, Thumbprint};
use domain::name::{CertificateId, DisplayName};
use domain::secret::Secret;
use domain::user::Actor;
use store::transaction::View;
use store::versions::{StoredVersion, VersionFacts};

use crate::Management;
use crate::apis::name_problem;
use crate::attempts::Against;
use crate::audit::By;
use crate::authorize::{Act, allow};
use crate::error::{CertificateLink, Error};
use crate::free_id::free_id;
use crate::snapshot::{Touched, bound_to};

/// What was uploaded.
pub struct Upload {
    pub file: Secret,
    /// May be empty.
    pub password: Secret,
    /// What to call the slot; empty for the name in the file or the subject. Not read when a slot is replaced.
    pub name: String,
    pub expired: ExpiredIs,
    /// Which certificate, when the file holds several with their keys.
    pub choice: Option<Thumbprint>,
}

/// What is to be done with an expired certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExpiredIs {
    /// The person knows and wants it all the same.
    Confirmed,
    Refused,
}

impl Management {
    /// Opens a PFX and stores it in a new slot.
    ///
    /// # Errors
    /// [`Error::Refused`] with what is wrong with the file, [`Error::AlreadyUploaded`], [`Error::Expired`],
    /// [`Error::Busy`], [`Error::TooManyAttempts`]; field `name`.
    pub fn import_pfx(&self, actor: &Actor, upload: &Upload) -> Result<(CertificateLink, Saved), Error> {
        allow(actor, Act::Publish)?;
        let given = given_name(&upload.name)?;
        let opened = self.opened(actor, upload)?;
        let by = By { actor, now: self.now() };
        self.change(|change| {
            let view = change.view();
            refuse_uploaded(&view, &opened.leaf_facts, None)?;
            let name = given.clone().unwrap_or_else(|| suggested_name(&opened));
            let id = own_id(&view, &name)?;
            change.insert_certificate(&id, &name, &self.version(by, &id, 1, &opened)?)?;
            by.record(change, "certificate.upload", id.as_str(), opened.leaf_facts.thumbprint.as_str())?;
            let touched = Touched { replaced: Some(id.clone()), ..Touched::default() };
            Ok((CertificateLink { id, name }, touched))
        })
    }

    /// Opens a PFX and puts it into a slot that is there: every API that uses it shows the new certificate when this
    /// answers. The version before stays and can be brought back.
    ///
    /// # Errors
    /// As [`Management::import_pfx`], and [`Error::NotFound`].
    pub fn replace_certificate(
        &self,
        actor: &Actor,
        id: &CertificateId,
        upload: &Upload,
    ) -> Result<Saved, Error> {
        allow(actor, Act::Publish)?;
        let opened = self.opened(actor, upload)?;
        let by = By { actor, now: self.now() };
        let ((), saved) = self.change(|change| {
            let view = change.view();
            view.certificate(id)?.ok_or(Error::NotFound)?;
            refuse_uploaded(&view, &opened.leaf_facts, None)?;
            let version = self.version(by, id, view.newest_version(id)? + 1, &opened)?;
            change.insert_version(id, &version)?;
            change.present_version(id, version.version, &version.facts.leaf)?;
            // It waited for the number that this one has now.
            change.drop_replacement(id)?;
            by.record(change, "certificate.replace", id.as_str(), opened.leaf_facts.thumbprint.as_str())?;
            Ok(((), Touched { replaced: Some(id.clone()), ..Touched::default() }))
        })?;
        Ok(saved)
    }

    pub(crate) fn opened(&self, actor: &Actor, upload: &Upload) -> Result<Opened, Error> {
        let against = [Against::Upload(actor.name().to_owned())];
        self.attempts.begin(&against, self.now())?;
        let choice = upload.choice.as_ref().map_or(Choice::ValidAt(self.now()), Choice::Thumbprint);
        let opened = {
            let _place = self.uploads.take().inspect_err(|_| self.attempts.withdrawn(&against))?;
            pfx::open(upload.file.expose(), &upload.password, choice)
        };
        let opened =
            opened.and_then(|opened| pfx::usable_for_tls(&opened).map(|()| opened)).map_err(|refusal| {
                if refusal != domain::pfx::Refusal::WrongPassword {
                    self.attempts.withdrawn(&against);
                }
                Error::Refused(refusal)
            })?;
        self.attempts.succeeded(&against);
        let not_after = opened.leaf_facts.not_after;
        if not_after < self.now() && upload.expired == ExpiredIs::Refused {
            return Err(Error::Expired { not_after });
        }
        Ok(opened)
    }

    pub(crate) fn version(
        &self,
        by: By<'_>,
        id: &CertificateId,
        version: u32,
        opened: &Opened,
    ) -> Result<StoredVersion, Error> {
        let ders = |list: &[(Vec<u8>, CertificateFacts)]| {
            list.iter().map(|(der, _)| der.clone()).collect::<Vec<_>>()
        };
        let facts =
            |list: &[(Vec<u8>, CertificateFacts)]| list.iter().map(|(_, f)| f.clone()).collect::<Vec<_>>();
        let mut chain = vec![opened.leaf.clone()];
        chain.extend(ders(&opened.chain));
        Ok(StoredVersion {
            version,
            facts: VersionFacts {
                leaf: opened.leaf_facts.clone(),
                chain: facts(&opened.chain),
                apart: facts(&opened.apart),
            },
            chain,
            apart: ders(&opened.apart),
            sealed_key: self.vault.seal(&opened.key, &bound_to(id, version)).map_err(Error::failed)?,
            uploaded_at: by.now,
            uploaded_by: by.actor.name().to_owned(),
        })
    }
}

/// Refuses a certificate that a slot holds at present.
pub(crate) fn refuse_uploaded(
    view: &View<'_>,
    leaf: &CertificateFacts,
    own: Option<&CertificateId>,
) -> Result<(), Error> {
    match view.certificate_holding(&leaf.thumbprint)? {
        Some((id, name)) if Some(&id) != own => Err(Error::AlreadyUploaded(CertificateLink { id, name })),
        _ => Ok(()),
    }
}

fn given_name(text: &str) -> Result<Option<DisplayName>, Error> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|error| Error::invalid("name", name_problem(&error)))
}

/// The name that the file carries, unless it is one that a machine made up; else the common name.
fn suggested_name(opened: &Opened) -> DisplayName {
    let chosen_by_a_person = |name: &&String| {
        !name.starts_with('{') && !name.starts_with("le-") && !name.starts_with("te-") && !name.contains('=')
    };
    let friendly = opened.friendly_name.as_ref().filter(chosen_by_a_person);
    let candidates = [friendly, Some(&opened.leaf_facts.common_name), Some(&opened.leaf_facts.sha256)];
    let clean = |text: &String| text.chars().filter(|c| !c.is_control()).take(100).collect::<String>();
    let parsed = candidates.into_iter().flatten().find_map(|text| clean(text).parse().ok());
    parsed.unwrap_or_else(|| DisplayName::of(&opened.leaf_facts.thumbprint))
}

fn own_id(view: &View<'_>, name: &DisplayName) -> Result<CertificateId, Error> {
    let is_taken = |id: &CertificateId| Ok(id.as_str() == RESERVED || view.certificate(id)?.is_some());
    free_id(&CertificateId::suggested_by(name.as_str()), CertificateId::numbered, is_taken)
}

/// No certificate's id: in the portal's addresses it stands for the upload form.
const RESERVED: &str = "upload";
