//! This crate is gateway.
