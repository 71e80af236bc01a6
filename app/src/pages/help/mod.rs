//! The guide for publishers: the texts of `docs/guide`, as pages of the portal.

pub mod page;
pub mod topic;
