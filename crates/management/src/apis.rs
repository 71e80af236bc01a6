//! APIs: listed, made, changed, deleted.

use domain::api::{ApiDetail, ApiRow, ApiSettings, Saved};
use domain::list::{ApiSort, ListPage, ListQuery};
use domain::name::{ApiId, DisplayName, NameError};
use domain::policy_document::Scope;
use domain::trust::Trust;
use domain::user::Actor;
use store::transaction::{Change, View};

use crate::Management;
use crate::audit::By;
use crate::authorize::{Act, allow};
use crate::ending::ending_within;
use crate::error::{Error, FieldProblem, Problem};
use crate::free_id::free_id;
use crate::policies::put_policy;
use crate::snapshot::Touched;

/// The fields of an API as a person typed them.
#[derive(Clone, Debug, Default)]
pub struct ApiForm {
    pub name: String,
    pub suffix: String,
    pub backend: String,
}

impl Management {
    /// One page of the list.
    ///
    /// # Errors
    /// [`Error::NotAllowed`], or when the store can't be read.
    pub fn list_apis(&self, actor: &Actor, query: &ListQuery<ApiSort>) -> Result<ListPage<ApiRow>, Error> {
        allow(actor, Act::Look)?;
        self.store.read(|view| {
            let mut found = view.list_apis(query)?;
            for row in &mut found.rows {
                row.ending = ending_within(view, Some(&row.id), self.now())?.into_iter().next();
                row.last_used = self.api_used(&row.id).or(row.last_used);
            }
            Ok(found)
        })
    }

    /// One API.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such API.
    pub fn api(&self, actor: &Actor, id: &ApiId) -> Result<ApiDetail, Error> {
        allow(actor, Act::Look)?;
        let api = self.store.read(|view| view.api(id))?.ok_or(Error::NotFound)?;
        Ok(ApiDetail { last_used: self.api_used(id).or(api.last_used), ..api })
    }

    /// A new API; the id comes from its name. Callers reach it when this answers.
    ///
    /// # Errors
    /// Fields `name`, `suffix` and `backend`.
    pub fn create_api(&self, actor: &Actor, form: &ApiForm) -> Result<(ApiId, Saved), Error> {
        allow(actor, Act::Publish)?;
        let settings = settings(form)?;
        let by = By { actor, now: self.now() };
        self.change(|change| {
            let view = change.view();
            refuse_taken_suffix(&view, &settings, None)?;
            let id = own_id(&view, &settings)?;
            change.insert_api(&id, &settings, &Trust::default(), by.stamp())?;
            let touched =
                put_policy(change, &self.vault, by, &Scope::Api(id.clone()), policy::program::EMPTY_API)?;
            by.record(
                change,
                "api.create",
                id.as_str(),
                &summary(&settings.name, settings.suffix.as_str(), &settings.backend),
            )?;
            Ok((id, touched))
        })
    }

    /// Saves name, suffix and backend.
    ///
    /// # Errors
    /// Fields as for [`Management::create_api`]; [`Error::ChangedMeanwhile`] when `expected` isn't its revision.
    pub fn save_api(&self, actor: &Actor, id: &ApiId, form: &ApiForm, expected: u64) -> Result<Saved, Error> {
        allow(actor, Act::Publish)?;
        let settings = settings(form)?;
        let by = By { actor, now: self.now() };
        let ((), saved) = self.change(|change| {
            expect_revision(change, id, expected)?;
            refuse_taken_suffix(&change.view(), &settings, Some(id))?;
            change.update_api_settings(id, &settings, by.stamp())?;
            by.record(
                change,
                "api.settings",
                id.as_str(),
                &summary(&settings.name, settings.suffix.as_str(), &settings.backend),
            )?;
            Ok(((), Touched { api: Some(id.clone()), ..Touched::default() }))
        })?;
        Ok(saved)
    }

    /// Removes an API with its operations and policies; its suffix answers 404 from then on.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such API.
    pub fn delete_api(&self, actor: &Actor, id: &ApiId) -> Result<Saved, Error> {
        allow(actor, Act::Publish)?;
        let by = By { actor, now: self.now() };
        let ((), saved) = self.change(|change| {
            let api = change.view().api(id)?.ok_or(Error::NotFound)?;
            let stored = api.settings;
            let used = change.view().certificates_within(id)?;
            change.delete_api(id)?;
            by.record(
                change,
                "api.delete",
                id.as_str(),
                &summary(&stored.name, &stored.suffix, &stored.backend),
            )?;
            Ok(((), Touched { api: Some(id.clone()), used, ..Touched::default() }))
        })?;
        Ok(saved)
    }
}

/// The API, when it is still as it was when the save was begun.
pub(crate) fn expect_revision(change: &Change<'_>, id: &ApiId, expected: u64) -> Result<ApiDetail, Error> {
    let api = change.view().api(id)?.ok_or(Error::NotFound)?;
    if api.revision != expected {
        return Err(Error::ChangedMeanwhile { by: api.changed_by });
    }
    Ok(api)
}

pub(crate) fn name_problem(error: &NameError) -> Problem {
    match error {
        NameError::Empty => Problem::Missing,
        NameError::TooLong { limit } => Problem::TooLong { limit: *limit },
        NameError::BadId | NameError::Control => Problem::BadCharacters,
    }
}

/// All fields are judged, so that a person hears of everything at once.
fn settings(form: &ApiForm) -> Result<ApiSettings, Error> {
    let mut problems = Vec::new();
    let mut complain = |field, problem| problems.push(FieldProblem { field, problem });
    let name = form.name.parse().map_err(|error| complain("name", name_problem(&error))).ok();
    let suffix = form.suffix.parse().map_err(|error| complain("suffix", Problem::Suffix(error))).ok();
    let backend = if form.backend.trim().is_empty() {
        complain("backend", Problem::Missing);
        None
    } else {
        form.backend.parse().map_err(|error| complain("backend", Problem::Backend(error))).ok()
    };
    match (name, suffix, backend) {
        (Some(name), Some(suffix), Some(backend)) => Ok(ApiSettings { name, suffix, backend }),
        _ => Err(Error::Invalid(problems)),
    }
}

fn refuse_taken_suffix(view: &View<'_>, settings: &ApiSettings, own: Option<&ApiId>) -> Result<(), Error> {
    match view.api_at(settings.suffix.as_str())? {
        Some(other) if Some(&other.id) != own => Err(Error::invalid("suffix", Problem::SuffixTaken(other))),
        _ => Ok(()),
    }
}

fn own_id(view: &View<'_>, settings: &ApiSettings) -> Result<ApiId, Error> {
    let is_taken = |id: &ApiId| Ok(id.as_str() == RESERVED || view.api(id)?.is_some());
    free_id(&ApiId::suggested_by(settings.name.as_str()), ApiId::numbered, is_taken)
}

fn summary(name: &DisplayName, suffix: &str, backend: &impl std::fmt::Display) -> String {
    format!("{name} at /{suffix} to {backend}")
}

/// Nobody's id: in the portal's addresses it stands for the form that makes one.
pub(crate) const RESERVED: &str = "new";
