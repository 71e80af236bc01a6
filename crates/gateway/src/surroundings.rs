//! What documents refer to: the named values and fragments of a snapshot.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;
use std::sync::Arc;

use domain::fragment::FragmentId;
use domain::named_value::{NamedValueName, Secrecy};
use domain::snapshot::{Snapshot, SnapshotValue, without_secrets};
use policy::environment::{Environment, NamedValue, Names};
use policy::program::Program;

/// The named values and fragments that documents are compiled with.
#[derive(Clone, Debug, Default)]
pub(crate) struct Surroundings {
    values: HashMap<NamedValueName, Arc<SnapshotValue>>,
    fragments: HashMap<FragmentId, Arc<str>>,
}

/// The names that stand for something else than before.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    values: HashSet<String>,
    fragments: HashSet<String>,
}

impl Surroundings {
    /// Those of a snapshot.
    pub(crate) fn of(snapshot: &Snapshot) -> Self {
        Self { values: snapshot.named_values.clone(), fragments: snapshot.fragments.clone() }
    }

    /// A text with secret named values blotted out, for what publishers may look up.
    pub(crate) fn without_secrets(&self, text: String) -> String {
        without_secrets(self.values.values().map(|value| &**value), text)
    }

    /// What is another here than there.
    pub(crate) fn changes_since(&self, before: &Self) -> Changes {
        Changes {
            values: changed(&self.values, &before.values),
            fragments: changed(&self.fragments, &before.fragments),
        }
    }
}

impl Changes {
    /// Whether a document's program was made with something that is another now.
    pub(crate) fn touch(&self, program: &Program) -> bool {
        let Names { named_values, fragments } = program.names();
        named_values.iter().any(|name| self.values.contains(name))
            || fragments.iter().any(|id| self.fragments.contains(id))
    }

    /// Whether nothing changed.
    pub(crate) fn is_empty(&self) -> bool {
        self.values.is_empty() && self.fragments.is_empty()
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
        self.fragments.get(&id.parse().ok()?).map(|text| text.to_string())
    }
}

/// The names on which two maps differ. What is the same is the very same.
fn changed<K: Hash + Eq + ToString, V: ?Sized>(
    now: &HashMap<K, Arc<V>>,
    before: &HashMap<K, Arc<V>>,
) -> HashSet<String> {
    let differs = |one: Option<&Arc<V>>, other: &Arc<V>| !one.is_some_and(|one| Arc::ptr_eq(one, other));
    let new = now.iter().filter(|(name, value)| differs(before.get(name), value)).map(|(name, _)| name);
    let gone = before.keys().filter(|name| !now.contains_key(name));
    new.chain(gone).map(ToString::to_string).collect()
}
