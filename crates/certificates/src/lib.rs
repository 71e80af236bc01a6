//! This crate is certificates.
