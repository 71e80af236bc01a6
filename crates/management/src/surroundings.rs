//! What documents may refer to, as the store has it at the moment: named values, fragments, the operation's address.

use std::collections::HashMap;

use ::certificates::seal::Vault;
use domain::fragment::FragmentId;
use domain::named_value::{NamedValueName, Secrecy};
use domain::policy_document::Scope;
use domain::secret::Secret;
use domain::snapshot::SnapshotValue;
use domain::template::{TemplatePart, UrlTemplate};
use policy::environment::{Environment, NamedValue};
use store::named_values::StoredValue;
use store::transaction::View;

use crate::error::Error;

/// Everything that a document of one scope may refer to, read once.
pub(crate) struct Surroundings {
    values: HashMap<NamedValueName, SnapshotValue>,
    fragments: HashMap<FragmentId, String>,
    /// None if the document isn't an operation's.
    parameters: Option<Vec<String>>,
}

impl Surroundings {
    /// Reads them; `scope` is none for a fragment, which any operation may include.
    ///
    /// # Errors
    /// When the store can't be read.
    pub(crate) fn read(view: &View<'_>, vault: &Vault, scope: Option<&Scope>) -> Result<Self, Error> {
        // What can't be read isn't there for documents that name it, and no concern of the others.
        let values = view.stored_values()?.into_iter().flatten().filter_map(|(name, stored)| {
            let value = opened(vault, &name, stored).ok()?;
            Some((name, value))
        });
        Ok(Self {
            values: values.collect(),
            fragments: view.fragment_texts()?.into_iter().flatten().collect(),
            parameters: parameters(view, scope)?,
        })
    }
}

impl Environment for Surroundings {
    fn named_value(&self, name: &str) -> Option<NamedValue> {
        let value = self.values.get(&name.parse().ok()?)?;
        let text = value.text.expose_text()?.to_owned();
        Some(NamedValue { value: text, is_secret: value.secrecy == Secrecy::Secret })
    }

    fn named_value_names(&self) -> Vec<String> {
        self.values.keys().map(ToString::to_string).collect()
    }

    fn fragment(&self, id: &str) -> Option<String> {
        self.fragments.get(&id.parse().ok()?).cloned()
    }

    fn url_parameters(&self) -> Option<Vec<String>> {
        self.parameters.clone()
    }
}

/// A value as it is used, unsealed if it is a secret.
///
/// # Errors
/// It can't be unsealed.
pub(crate) fn opened(
    vault: &Vault,
    name: &NamedValueName,
    stored: StoredValue,
) -> Result<SnapshotValue, Error> {
    Ok(match stored {
        StoredValue::Open(text) => SnapshotValue { text: Secret::from(text), secrecy: Secrecy::Open },
        StoredValue::Sealed(octets) => {
            let text = vault.unseal(&octets, &bound_to_value(name)).map_err(Error::failed)?;
            SnapshotValue { text, secrecy: Secrecy::Secret }
        }
    })
}

/// What a sealed value is bound to: moved to another name it doesn't open.
pub(crate) fn bound_to_value(name: &NamedValueName) -> String {
    format!("named-value/{name}")
}

fn parameters(view: &View<'_>, scope: Option<&Scope>) -> Result<Option<Vec<String>>, Error> {
    let Some(Scope::Operation(api, id)) = scope else { return Ok(None) };
    let Some(operation) = view.operation(api, id)? else { return Ok(None) };
    let Ok(template) = operation.settings.template.parse::<UrlTemplate>() else {
        return Ok(Some(Vec::new()));
    };
    let named = template.parts().iter().filter_map(|part| match part {
        TemplatePart::Literal(_) => None,
        TemplatePart::Parameter(name) => Some(name.clone()),
        TemplatePart::Rest(name) => name.clone(),
    });
    Ok(Some(named.collect()))
}
