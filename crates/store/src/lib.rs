//! The only place with SQL: saves and loads domain values in SQLite.

pub mod apis;
pub mod audit;
pub mod certificates;
pub mod connect;
pub mod error;
mod lists;
mod migrate;
pub mod operations;
pub mod policies;
pub mod transaction;
pub mod users;
mod uses;
pub mod versions;
