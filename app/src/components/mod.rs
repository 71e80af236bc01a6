//! The pieces that pages are made of.

pub mod diagnostics;
pub mod field;
pub mod form;
pub mod icon;
pub mod notice;
pub mod pager;
pub mod status;
pub mod table;
pub mod tabs;
pub mod thumbprint;
pub mod when;
