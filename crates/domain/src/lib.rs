//! The product's nouns as plain, already valid values; no I/O, no storage, no HTTP.

pub mod address;
pub mod address_range;
pub mod api;
pub mod audit;
pub mod authority;
pub mod authority_file;
pub mod causes;
pub mod certificate;
pub mod clock;
pub mod credential;
pub mod fragment;
pub mod language;
pub mod list;
pub mod name;
pub mod named_value;
pub mod operation;
pub mod overview;
pub mod pfx;
pub mod policy_document;
pub mod probe;
pub mod secret;
pub mod snapshot;
pub mod template;
pub mod trust;
pub mod uploaded;
pub mod user;
