//! Named values: listed, made, replaced, deleted; what names one is checked again with its new text.

use domain::api::Saved;
use domain::list::{ListPage, ListQuery, SharedSort};
use domain::named_value::{NamedValueDetail, NamedValueName, NamedValueRow, Secrecy, VALUE_LIMIT};
use domain::secret::Secret;
use domain::user::Actor;
use store::named_values::StoredValue;

use crate::Management;
use crate::audit::By;
use crate::authorize::{Act, allow};
use crate::error::{Error, Problem};
use crate::fragments::id_problem;
use crate::recheck::Dependents;
use crate::snapshot::{Shared, Touched};
use crate::surroundings::{bound_to_value, opened};

/// A new text for a name.
pub struct NewValue {
    /// None keeps the one that is there.
    pub text: Option<Secret>,
    pub secrecy: Secrecy,
}

impl Management {
    /// One page of the list; secrets come without their value.
    ///
    /// # Errors
    /// [`Error::NotAllowed`], or when the store can't be read.
    pub fn list_named_values(
        &self,
        actor: &Actor,
        query: &ListQuery<SharedSort>,
    ) -> Result<ListPage<NamedValueRow>, Error> {
        allow(actor, Act::Look)?;
        Ok(self.store.read(|view| view.list_named_values(query))?)
    }

    /// One named value and the documents that name it; a secret comes without its value.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such name.
    pub fn named_value(&self, actor: &Actor, name: &NamedValueName) -> Result<NamedValueDetail, Error> {
        allow(actor, Act::Look)?;
        self.store.read(|view| {
            let (row, revision) = view.named_value(name)?.ok_or(Error::NotFound)?;
            Ok(NamedValueDetail { row, revision, uses: view.named_value_uses(name)? })
        })
    }

    /// A new named value. Nothing can name it yet.
    ///
    /// # Errors
    /// Fields `name` and `value`.
    pub fn create_named_value(
        &self,
        actor: &Actor,
        name: &str,
        new: &NewValue,
    ) -> Result<(NamedValueName, Saved), Error> {
        allow(actor, Act::Publish)?;
        let name: NamedValueName = name.trim().parse().map_err(|error| id_problem("name", &error))?;
        let text = new.text.as_ref().ok_or_else(|| Error::invalid("value", Problem::Missing))?;
        let by = By { actor, now: self.now() };
        let ((), saved) = self.change(|change| {
            if change.view().named_value(&name)?.is_some() {
                return Err(Error::invalid("name", Problem::NameTaken));
            }
            change.insert_named_value(&name, &self.stored(&name, text, new.secrecy)?, by.stamp())?;
            by.record(change, "named-value.create", name.as_str(), kind(new.secrecy))?;
            Ok(((), Touched::default()))
        })?;
        Ok((name, saved))
    }

    /// Another text under the same name. What names it goes by the new one when this answers. A secret stays one.
    ///
    /// # Errors
    /// Field `value`; [`Error::WouldBreak`] with the documents that could not be read with the new text;
    /// [`Error::ChangedMeanwhile`] when `expected` isn't its revision; [`Error::NotFound`].
    pub fn save_named_value(
        &self,
        actor: &Actor,
        name: &NamedValueName,
        new: &NewValue,
        expected: u64,
    ) -> Result<Saved, Error> {
        allow(actor, Act::Publish)?;
        let by = By { actor, now: self.now() };
        let ((), saved) = self.change(|change| {
            let view = change.view();
            let (row, revision) = view.named_value(name)?.ok_or(Error::NotFound)?;
            if revision != expected {
                return Err(Error::ChangedMeanwhile { by: row.changed_by });
            }
            let is_secret = row.value.is_none() || new.secrecy == Secrecy::Secret;
            let secrecy = if is_secret { Secrecy::Secret } else { Secrecy::Open };
            let stored = view.stored_value(name)?.ok_or(Error::NotFound)?;
            let text = match &new.text {
                // What is replaced need not be readable.
                Some(text) => text.clone(),
                None => match opened(&self.vault, name, stored) {
                    Ok(present) => present.text,
                    Err(_) => return Err(Error::invalid("value", Problem::Missing)),
                },
            };
            change.update_named_value(name, &self.stored(name, &text, secrecy)?, by.stamp())?;
            let dependents =
                Dependents { scopes: view.scopes_naming(name)?, fragments: view.fragments_naming(name)? };
            let used = self.check_again(change, by, &dependents)?;
            by.record(change, "named-value.save", name.as_str(), kind(secrecy))?;
            Ok(((), Touched { used, shared: Shared::Changed, ..Touched::default() }))
        })?;
        Ok(saved)
    }

    /// Removes a named value.
    ///
    /// # Errors
    /// [`Error::NamedBy`] with the documents that name it; [`Error::NotFound`].
    pub fn delete_named_value(&self, actor: &Actor, name: &NamedValueName) -> Result<Saved, Error> {
        allow(actor, Act::Publish)?;
        let by = By { actor, now: self.now() };
        let ((), saved) = self.change(|change| {
            change.view().named_value(name)?.ok_or(Error::NotFound)?;
            let uses = change.view().named_value_uses(name)?;
            if !uses.is_empty() {
                return Err(Error::NamedBy(uses));
            }
            change.delete_named_value(name)?;
            by.record(change, "named-value.delete", name.as_str(), "")?;
            Ok(((), Touched { shared: Shared::Changed, ..Touched::default() }))
        })?;
        Ok(saved)
    }

    fn stored(&self, name: &NamedValueName, text: &Secret, secrecy: Secrecy) -> Result<StoredValue, Error> {
        let problem = |problem| Error::invalid("value", problem);
        let plain = text.expose_text().ok_or_else(|| problem(Problem::BadCharacters))?;
        if plain.is_empty() {
            return Err(problem(Problem::Missing));
        }
        if plain.len() > VALUE_LIMIT {
            return Err(problem(Problem::TooLong { limit: VALUE_LIMIT }));
        }
        Ok(match secrecy {
            Secrecy::Open => StoredValue::Open(plain.to_owned()),
            Secrecy::Secret => {
                StoredValue::Sealed(self.vault.seal(text, &bound_to_value(name)).map_err(Error::failed)?)
            }
        })
    }
}

fn kind(secrecy: Secrecy) -> &'static str {
    match secrecy {
        Secrecy::Open => "",
        Secrecy::Secret => "secret",
    }
}
