//! This crate is testkit.
