//! What holds for the calls of a scope: the documents of all scopes put together.

use domain::policy_document::{EffectiveSection, EffectiveStatement, Scope};
use domain::user::Actor;
use policy::edit::mask_password;
use policy::effective::{Statement, effective};

use crate::Management;
use crate::authorize::{Act, allow};
use crate::error::Error;
use crate::policies::present;

impl Management {
    /// The statements of each section in the order they are run, each with the scope and the line it stands in;
    /// passwords masked.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such API or operation.
    pub fn effective_policy(&self, actor: &Actor, scope: &Scope) -> Result<Vec<EffectiveSection>, Error> {
        allow(actor, Act::Look)?;
        let scopes = scope.with_broader();
        let texts = self.store.read(|view| {
            scopes
                .iter()
                .map(|scope| Ok(mask_password(&present(view, scope)?.text)))
                .collect::<Result<Vec<_>, Error>>()
        })?;
        let statement = |found: Statement| {
            let scope = scopes.get(found.scope)?.clone();
            Some(EffectiveStatement { scope, line: found.line, text: found.text })
        };
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let sections = effective(&texts).into_iter().map(|(section, statements)| EffectiveSection {
            name: section.name().to_owned(),
            statements: statements.into_iter().filter_map(statement).collect(),
        });
        Ok(sections.collect())
    }
}
