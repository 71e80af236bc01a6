//! Policies > Fragments: pieces of policy that several documents take in.

use domain::fragment::FragmentId;

/// The address of the list.
pub const LIST: &str = "/policies/fragments";

/// The address of a fragment's page.
#[must_use]
pub fn page(id: &FragmentId) -> String {
    format!("{LIST}/{id}/edit")
}
