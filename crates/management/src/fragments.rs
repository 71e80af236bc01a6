//! Fragments: listed, checked, saved, deleted; the documents that include one are checked again with its new text.

use domain::api::Saved;
use domain::fragment::{FragmentDetail, FragmentId, FragmentRow};
use domain::list::{ListPage, ListQuery, SharedSort};
use domain::name::NameError;
use domain::named_value::NamedValueName;
use domain::policy_document::PolicyProblem;
use domain::user::Actor;
use policy::edit::{mask_password, unmask_password};
use policy::fragment::check_fragment;
use store::transaction::{Change, View};

use crate::Management;
use crate::audit::By;
use crate::authorize::{Act, allow};
use crate::error::{Error, Problem};
use crate::policies::problems;
use crate::recheck::Dependents;
use crate::snapshot::{Shared, Touched};
use crate::surroundings::Surroundings;

impl Management {
    /// One page of the list.
    ///
    /// # Errors
    /// [`Error::NotAllowed`], or when the store can't be read.
    pub fn list_fragments(
        &self,
        actor: &Actor,
        query: &ListQuery<SharedSort>,
    ) -> Result<ListPage<FragmentRow>, Error> {
        allow(actor, Act::Look)?;
        Ok(self.store.read(|view| view.list_fragments(query))?)
    }

    /// One fragment, the password of `authentication-basic` masked, and the documents that include it.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such fragment.
    pub fn fragment(&self, actor: &Actor, id: &FragmentId) -> Result<FragmentDetail, Error> {
        allow(actor, Act::Look)?;
        self.store.read(|view| {
            let stored = view.fragment(id)?.ok_or(Error::NotFound)?;
            Ok(FragmentDetail {
                text: mask_password(&stored.document),
                uses: view.fragment_uses(id)?,
                row: stored.row,
                revision: stored.revision,
            })
        })
    }

    /// What is wrong with a text, were it saved as this fragment; the id may be new.
    ///
    /// # Errors
    /// [`Error::NotAllowed`], or when the store can't be read. What is wrong with the text is no error.
    pub fn check_fragment(&self, actor: &Actor, id: &str, text: &str) -> Result<Vec<PolicyProblem>, Error> {
        allow(actor, Act::Look)?;
        self.store.read(|view| {
            let text = match id.parse() {
                Ok(id) => unmasked(view, &id, text)?,
                Err(_) => text.to_owned(),
            };
            let surroundings = Surroundings::read(view, &self.vault, None)?;
            let (Ok((_, found)) | Err(found)) = check_fragment(&text, &surroundings);
            Ok(problems(&text, &found))
        })
    }

    /// A new fragment.
    ///
    /// # Errors
    /// Field `id`; [`Error::Policy`] with all that is wrong with the text.
    pub fn create_fragment(&self, actor: &Actor, id: &str, text: &str) -> Result<(FragmentId, Saved), Error> {
        allow(actor, Act::Publish)?;
        let id: FragmentId = id.trim().parse().map_err(|error| id_problem("id", &error))?;
        let by = By { actor, now: self.now() };
        let ((), saved) = self.change(|change| {
            if change.view().fragment(&id)?.is_some() {
                return Err(Error::invalid("id", Problem::NameTaken));
            }
            self.put_fragment(change, by, &id, text)?;
            by.record(change, "fragment.create", id.as_str(), "")?;
            Ok(((), Touched { shared: Shared::Changed, ..Touched::default() }))
        })?;
        Ok((id, saved))
    }

    /// Another text under the same id. What includes it goes by the new one when this answers.
    ///
    /// # Errors
    /// [`Error::Policy`] with all that is wrong with the text; [`Error::WouldBreak`] with the documents that could not
    /// include it any more; [`Error::ChangedMeanwhile`] when `expected` isn't its revision; [`Error::NotFound`].
    pub fn save_fragment(
        &self,
        actor: &Actor,
        id: &FragmentId,
        text: &str,
        expected: u64,
    ) -> Result<Saved, Error> {
        allow(actor, Act::Publish)?;
        let by = By { actor, now: self.now() };
        let ((), saved) = self.change(|change| {
            let view = change.view();
            let present = view.fragment(id)?.ok_or(Error::NotFound)?;
            if present.revision != expected {
                return Err(Error::ChangedMeanwhile { by: present.row.changed_by });
            }
            self.put_fragment(change, by, id, &unmask_password(text, &present.document))?;
            let dependents = Dependents { scopes: view.scopes_including(id)?, fragments: Vec::new() };
            let used = self.check_again(change, by, &dependents)?;
            by.record(change, "fragment.save", id.as_str(), "")?;
            Ok(((), Touched { used, shared: Shared::Changed, ..Touched::default() }))
        })?;
        Ok(saved)
    }

    /// Removes a fragment.
    ///
    /// # Errors
    /// [`Error::NamedBy`] with the documents that include it; [`Error::NotFound`].
    pub fn delete_fragment(&self, actor: &Actor, id: &FragmentId) -> Result<Saved, Error> {
        allow(actor, Act::Publish)?;
        let by = By { actor, now: self.now() };
        let ((), saved) = self.change(|change| {
            change.view().fragment(id)?.ok_or(Error::NotFound)?;
            let uses = change.view().fragment_uses(id)?;
            if !uses.is_empty() {
                return Err(Error::NamedBy(uses));
            }
            change.delete_fragment(id)?;
            by.record(change, "fragment.delete", id.as_str(), "")?;
            Ok(((), Touched { shared: Shared::Changed, ..Touched::default() }))
        })?;
        Ok(saved)
    }

    fn put_fragment(
        &self,
        change: &Change<'_>,
        by: By<'_>,
        id: &FragmentId,
        text: &str,
    ) -> Result<(), Error> {
        let names = self.names_in(&change.view(), text)?;
        Ok(change.save_fragment(id, text, &names, by.stamp())?)
    }

    /// The named values that a fragment names, if it has no mistakes.
    pub(crate) fn names_in(&self, view: &View<'_>, text: &str) -> Result<Vec<NamedValueName>, Error> {
        let surroundings = Surroundings::read(view, &self.vault, None)?;
        let (names, _) = check_fragment(text, &surroundings)
            .map_err(|diagnostics| Error::Policy(problems(text, &diagnostics)))?;
        names.named_values.iter().map(|name| name.parse().map_err(Error::failed)).collect()
    }
}

fn unmasked(view: &View<'_>, id: &FragmentId, text: &str) -> Result<String, Error> {
    Ok(match view.fragment(id)? {
        Some(present) => unmask_password(text, &present.document),
        None => text.to_owned(),
    })
}

/// What is wrong with the id of something new, in the field that it was written into.
pub(crate) fn id_problem(field: &'static str, error: &NameError) -> Error {
    Error::invalid(
        field,
        match error {
            NameError::Empty => Problem::Missing,
            NameError::TooLong { limit } => Problem::TooLong { limit: *limit },
            NameError::BadId | NameError::Control => Problem::BadId,
        },
    )
}
