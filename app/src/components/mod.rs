//! The pieces that pages are made of.

pub mod broken;
pub mod certificate_facts;
pub mod delete_page;
pub mod diagnostics;
pub mod document_link;
pub mod editor;
pub mod faults;
pub mod field;
pub mod file_field;
pub mod file_form;
pub mod form;
pub mod icon;
pub mod listing;
pub mod literal;
pub mod needs_https;
pub mod notice;
pub mod pager;
pub mod record_facts;
pub mod rename;
pub mod statement;
pub mod status;
pub mod table;
pub mod tabs;
pub mod thumbprint;
pub mod when;
