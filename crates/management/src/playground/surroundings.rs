//! What documents refer to, as it is in force.

use domain::named_value::Secrecy;
use domain::snapshot::{Snapshot, SnapshotOperation};
use domain::template::TemplatePart;
use policy::environment::{Environment, NamedValue};

/// A snapshot as documents see it.
pub(crate) struct InForce<'s> {
    pub(crate) snapshot: &'s Snapshot,
    /// The operation whose document is read.
    pub(crate) operation: Option<&'s SnapshotOperation>,
}

impl Environment for InForce<'_> {
    fn named_value(&self, name: &str) -> Option<NamedValue> {
        let value = self.snapshot.named_values.get(&name.parse().ok()?)?;
        let text = value.text.expose_text()?.to_owned();
        Some(NamedValue { value: text, is_secret: value.secrecy == Secrecy::Secret })
    }

    fn named_value_names(&self) -> Vec<String> {
        self.snapshot.named_values.keys().map(ToString::to_string).collect()
    }

    fn fragment(&self, id: &str) -> Option<String> {
        self.snapshot.fragments.get(&id.parse().ok()?).map(|text| text.to_string())
    }

    fn url_parameters(&self) -> Option<Vec<String>> {
        let parts = self.operation?.template.parts().iter();
        let named = parts.filter_map(|part| match part {
            TemplatePart::Literal(_) => None,
            TemplatePart::Parameter(name) => Some(name.clone()),
            TemplatePart::Rest(name) => name.clone(),
        });
        Some(named.collect())
    }
}
