//! This crate is management.
