//! APIs: the list, and the pages of one API.

use domain::name::ApiId;

pub mod api;
pub mod create;
pub mod delete;
pub mod fields;
pub mod list;
pub mod security;
pub mod settings;
pub mod test;
pub mod timeouts;

/// The address of the list.
pub const LIST: &str = "/apis";
/// The address of the form for a new API.
pub const CREATE: &str = "/apis/new";

/// The address of an API's Settings tab.
#[must_use]
pub fn page(id: &ApiId) -> String {
    format!("{LIST}/{id}")
}

/// The address of an API's Security tab.
#[must_use]
pub fn security_page(id: &ApiId) -> String {
    format!("{LIST}/{id}/security")
}

/// The address of an API's Operations tab.
#[must_use]
pub fn operations_page(id: &ApiId) -> String {
    format!("{LIST}/{id}/operations")
}

/// The address of an API's Test tab.
#[must_use]
pub fn test_page(id: &ApiId) -> String {
    format!("{LIST}/{id}/test")
}

/// The address of an API's Policies tab.
#[must_use]
pub fn policies_page(id: &ApiId) -> String {
    format!("{LIST}/{id}/policies")
}
