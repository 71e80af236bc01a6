//! Operations of an API: listed, made, changed, deleted.

use domain::api::Saved;
use domain::list::{ListPage, ListQuery, OperationSort};
use domain::name::{ApiId, OperationId};
use domain::operation::{OperationDetail, OperationRow, OperationSettings, StoredOperation};
use domain::policy_document::Scope;
use domain::user::Actor;
use store::transaction::View;

use crate::Management;
use crate::apis::{RESERVED, name_problem};
use crate::audit::By;
use crate::authorize::{Act, allow};
use crate::error::{Error, FieldProblem, Problem};
use crate::free_id::free_id;
use crate::policies::derive;
use crate::snapshot::Touched;

/// The fields of an operation as a person typed them.
#[derive(Clone, Debug, Default)]
pub struct OperationForm {
    pub name: String,
    pub method: String,
    pub template: String,
}

impl Management {
    /// One page of an API's operations.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such API.
    pub fn list_operations(
        &self,
        actor: &Actor,
        api: &ApiId,
        query: &ListQuery<OperationSort>,
    ) -> Result<ListPage<OperationRow>, Error> {
        allow(actor, Act::Look)?;
        self.store.read(|view| {
            view.api(api)?.ok_or(Error::NotFound)?;
            Ok(view.list_operations(api, query)?)
        })
    }

    /// One operation.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such operation.
    pub fn operation(&self, actor: &Actor, api: &ApiId, id: &OperationId) -> Result<OperationDetail, Error> {
        allow(actor, Act::Look)?;
        self.store.read(|view| view.operation(api, id))?.ok_or(Error::NotFound)
    }

    /// A new operation; the id comes from its name. With an API's first one, whatever matches none gets 404.
    ///
    /// # Errors
    /// Fields `name`, `method` and `template`; [`Error::NotFound`] when there is no such API.
    pub fn create_operation(
        &self,
        actor: &Actor,
        api: &ApiId,
        form: &OperationForm,
    ) -> Result<(OperationId, Saved), Error> {
        allow(actor, Act::Publish)?;
        let settings = settings(form)?;
        let by = By { actor, now: self.now() };
        self.change(|change| {
            let view = change.view();
            view.api(api)?.ok_or(Error::NotFound)?;
            refuse_taken(&view, api, &settings, None)?;
            let id = own_id(&view, api, &settings)?;
            change.insert_operation(api, &id, &settings, by.stamp())?;
            by.record(change, "operation.create", &subject(api, &id), &summary(&stored(&settings)))?;
            Ok((id, Touched { api: Some(api.clone()), ..Touched::default() }))
        })
    }

    /// Saves name, method and template.
    ///
    /// # Errors
    /// Fields as for [`Management::create_operation`]; [`Error::ChangedMeanwhile`] when `expected` isn't its revision.
    pub fn save_operation(
        &self,
        actor: &Actor,
        api: &ApiId,
        id: &OperationId,
        form: &OperationForm,
        expected: u64,
    ) -> Result<Saved, Error> {
        allow(actor, Act::Publish)?;
        let settings = settings(form)?;
        let by = By { actor, now: self.now() };
        let ((), saved) = self.change(|change| {
            let view = change.view();
            let operation = view.operation(api, id)?.ok_or(Error::NotFound)?;
            if operation.revision != expected {
                return Err(Error::ChangedMeanwhile { by: operation.changed_by });
            }
            refuse_taken(&view, api, &settings, Some(id))?;
            change.update_operation(api, id, &settings, by.stamp())?;
            let scope = Scope::Operation(api.clone(), id.clone());
            let used = match view.policy(&scope)? {
                None => Vec::new(),
                Some(policy) => derive(change, &self.vault, by, &scope, &policy.text).map_err(unfit)?,
            };
            by.record(change, "operation.settings", &subject(api, id), &summary(&stored(&settings)))?;
            Ok(((), Touched { api: Some(api.clone()), used, ..Touched::default() }))
        })?;
        Ok(saved)
    }

    /// Removes an operation with its policy; what matched only it gets 404, or with an API's last one is forwarded
    /// again as everything is.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such operation.
    pub fn delete_operation(&self, actor: &Actor, api: &ApiId, id: &OperationId) -> Result<Saved, Error> {
        allow(actor, Act::Publish)?;
        let by = By { actor, now: self.now() };
        let ((), saved) = self.change(|change| {
            let view = change.view();
            let operation = view.operation(api, id)?.ok_or(Error::NotFound)?;
            let used = view.certificates_of(&Scope::Operation(api.clone(), id.clone()))?;
            change.delete_operation(api, id)?;
            by.record(change, "operation.delete", &subject(api, id), &summary(&operation.settings))?;
            Ok(((), Touched { api: Some(api.clone()), used, ..Touched::default() }))
        })?;
        Ok(saved)
    }
}

/// All fields are judged, so that a person hears of everything at once.
fn settings(form: &OperationForm) -> Result<OperationSettings, Error> {
    let mut problems = Vec::new();
    let mut complain = |field, problem| problems.push(FieldProblem { field, problem });
    let name = form.name.parse().map_err(|error| complain("name", name_problem(&error))).ok();
    let method = form.method.parse().map_err(|error| complain("method", Problem::Method(error))).ok();
    let template = form.template.parse().map_err(|error| complain("template", Problem::Template(error))).ok();
    match (name, method, template) {
        (Some(name), Some(method), Some(template)) => Ok(OperationSettings { name, method, template }),
        _ => Err(Error::Invalid(problems)),
    }
}

/// The operation's own policy was right before, so that it is the new template that doesn't fit it.
fn unfit(error: Error) -> Error {
    match error {
        Error::Policy(found) => {
            let line = found.first().map_or(0, |problem| problem.line);
            Error::invalid("template", Problem::ParameterInUse { line })
        }
        other => other,
    }
}

fn refuse_taken(
    view: &View<'_>,
    api: &ApiId,
    settings: &OperationSettings,
    own: Option<&OperationId>,
) -> Result<(), Error> {
    match view.operation_at(api, settings)? {
        Some(operation) if Some(&operation.id) != own => {
            Err(Error::invalid("template", Problem::OperationTaken { api: api.clone(), operation }))
        }
        _ => Ok(()),
    }
}

fn own_id(view: &View<'_>, api: &ApiId, settings: &OperationSettings) -> Result<OperationId, Error> {
    let is_taken = |id: &OperationId| Ok(id.as_str() == RESERVED || view.operation(api, id)?.is_some());
    free_id(&OperationId::suggested_by(settings.name.as_str()), OperationId::numbered, is_taken)
}

fn subject(api: &ApiId, id: &OperationId) -> String {
    format!("{api}/{id}")
}

fn stored(settings: &OperationSettings) -> StoredOperation {
    let OperationSettings { name, method, template } = settings;
    StoredOperation { name: name.clone(), method: method.to_string(), template: template.to_string() }
}

fn summary(settings: &StoredOperation) -> String {
    format!("{}: {} {}", settings.name, settings.method, settings.template)
}
