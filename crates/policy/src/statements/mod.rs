//! The statements of the language, one file for each family, and the table that lists them.

pub(crate) mod authentication;
pub(crate) mod choose;
pub(crate) mod forward_request;
pub(crate) mod later;
pub(crate) mod reader;
pub(crate) mod return_response;
pub(crate) mod set_header;
pub(crate) mod set_variable;
pub(crate) mod table;
