//! Security > CA certificates: what callers and backends are judged by.

use domain::authority::AuthorityId;
use domain::language::Language;

use crate::layout::Crumb;
use crate::pages::security;

pub mod delete;
pub mod detail;
pub mod list;
#[cfg(feature = "ssr")]
pub mod receive;
pub mod rename;
pub mod revocation;
pub mod upload;
pub mod uses;

/// The address of the list.
pub const LIST: &str = "/security/authorities";
/// The address of the upload form, and of what receives it.
pub const UPLOAD: &str = "/security/authorities/upload";

/// The address of an authority's page.
#[must_use]
pub fn page(id: &AuthorityId) -> String {
    format!("{LIST}/{id}")
}

/// The way to a page beneath the list.
fn crumbs(l: Language, further: Option<Crumb>) -> Vec<Crumb> {
    let list = Crumb::new(l.say("CA certificates", "CA 인증서"), LIST);
    [security::crumb(l), list].into_iter().chain(further).collect()
}
