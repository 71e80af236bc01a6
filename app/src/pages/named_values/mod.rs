//! Security > Named values: texts that policies name.

use domain::language::Language;
use domain::named_value::NamedValueName;

use crate::layout::Crumb;
use crate::pages::security;

pub mod create;
pub mod delete;
pub mod edit;
pub mod fields;
pub mod list;

/// The address of the list.
pub const LIST: &str = "/security/named-values";
/// The address of the form that makes one. Other pages have one part more, so that any name may be an address.
pub const CREATE: &str = "/security/named-values/new";

/// The address of a named value's page.
#[must_use]
pub fn page(name: &NamedValueName) -> String {
    format!("{LIST}/{name}/edit")
}

/// The way to a page beneath the list.
fn crumbs(l: Language, further: Option<Crumb>) -> Vec<Crumb> {
    let list = Crumb::new(l.say("Named values", "명명된 값"), LIST);
    [security::crumb(l), list].into_iter().chain(further).collect()
}
