//! Operations: the list of an API's, and the pages of one.

use domain::name::{ApiId, OperationId};

use crate::pages::apis::operations_page;

pub mod create;
pub mod delete;
pub mod fields;
pub mod list;
pub mod operation;
pub mod settings;

/// The address of the form for a new operation.
#[must_use]
pub fn create_page(api: &ApiId) -> String {
    format!("{}/new", operations_page(api))
}

/// The address of an operation's Settings tab.
#[must_use]
pub fn page(api: &ApiId, id: &OperationId) -> String {
    format!("{}/{id}", operations_page(api))
}
