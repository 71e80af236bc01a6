//! The parts of a page that come alive in the browser. Each one is an addition to something that works without.

pub mod browser;
pub mod copy;
pub mod delete;
pub mod draft;
pub mod fields;
pub mod renew;
pub mod search;
pub mod time;
pub mod upload;
