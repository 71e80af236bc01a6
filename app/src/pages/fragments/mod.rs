//! Policies > Fragments: pieces of policy that several documents take in.

use domain::fragment::FragmentId;
use domain::language::Language;

use crate::layout::Crumb;
use crate::pages::policies;

pub mod create;
pub mod delete;
pub mod edit;
pub mod list;

/// The address of the list.
pub const LIST: &str = "/policies/fragments";
/// The address of the form that makes one. Other pages have one part more, so that any id may be an address.
pub const CREATE: &str = "/policies/fragments/new";

/// The address of a fragment's page.
#[must_use]
pub fn page(id: &FragmentId) -> String {
    format!("{LIST}/{id}/edit")
}

/// The way to a page beneath the list.
fn crumbs(l: Language, further: Option<Crumb>) -> Vec<Crumb> {
    let list = Crumb::new(l.say("Fragments", "정책 조각"), LIST);
    [policies::crumb(l), list].into_iter().chain(further).collect()
}
