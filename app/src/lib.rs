//! This crate is app.
