//! The only place with SQL: saves and loads domain values in SQLite.

pub mod apis;
pub mod audit;
pub mod authorities;
pub mod certificates;
pub mod connect;
pub mod damaged;
pub mod document_uses;
pub mod documents;
pub mod error;
pub mod failed_calls;
mod failed_filter;
pub mod fragments;
mod lists;
mod migrate;
pub mod named_values;
pub mod operations;
pub mod policies;
mod replacements;
pub mod revocation;
pub mod transaction;
pub mod users;
mod uses;
pub mod versions;
