//! This crate is store.
