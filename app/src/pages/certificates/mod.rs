//! Security > Client certificates.

use domain::language::Language;
use domain::name::CertificateId;

use crate::layout::Crumb;
use crate::pages::security;

pub mod chain;
pub mod delete;
pub mod detail;
pub mod list;
pub mod previous;
#[cfg(feature = "ssr")]
pub mod receive;
pub mod rename;
pub mod replace;
pub mod replacement;
pub mod upload;
pub mod uses;

/// The address of the list.
pub const LIST: &str = "/security/certificates";
/// The address of the upload form, and of what receives it.
pub const UPLOAD: &str = "/security/certificates/upload";

/// The address of a certificate's page.
#[must_use]
pub fn page(id: &CertificateId) -> String {
    format!("{LIST}/{id}")
}

/// The address of the page on which a new certificate is looked at before it replaces the one in its slot.
#[must_use]
pub fn review_page(id: &CertificateId) -> String {
    format!("{}/replace/review", page(id))
}

/// The way to a page beneath the list.
fn crumbs(l: Language, further: Option<Crumb>) -> Vec<Crumb> {
    let list = Crumb::new(l.say("Client certificates", "클라이언트 인증서"), LIST);
    [security::crumb(l), list].into_iter().chain(further).collect()
}
