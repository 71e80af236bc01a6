//! Replacing a certificate, after its upload: what changes, how the backends take it, and what came of it.

pub mod comparison;
pub mod decide;
pub mod replaced;
pub mod review;
pub mod trials;
