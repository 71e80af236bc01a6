//! Whether a certificate is one of those that a policy names.

use domain::certificate::{Thumbprint, hex_digits};

use super::Judge;
use super::path::Path;
use crate::member::Member;
use crate::names::{common_name, x500_name};
use crate::x509::thumbprint;

/// Who a caller may be: everything that is said here must be so. An identity that says nothing fits nobody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    /// SHA-1, in any writing.
    pub thumbprint: Option<String>,
    /// Hex digits, in any writing.
    pub serial_number: Option<String>,
    pub common_name: Option<String>,
    pub subject: Option<String>,
    /// A DNS name beside the subject; letters in any case.
    pub dns_name: Option<String>,
    pub issuer_subject: Option<String>,
    pub issuer_thumbprint: Option<String>,
    /// The id of the uploaded authority that signed it.
    pub issuer_certificate_id: Option<String>,
}

impl Judge {
    pub(super) fn is_of(&self, identity: &Identity, leaf: &Member, path: Option<&Path<'_>>) -> bool {
        if *identity == Identity::default() {
            return false;
        }
        let issuer = path.map(|path| path.issuer(leaf));
        claim(&identity.thumbprint, |text| is_thumbprint(text, leaf))
            && claim(&identity.serial_number, |text| is_serial(text, leaf))
            && claim(&identity.common_name, |text| common_name(&leaf.subject).as_deref() == Some(text))
            && claim(&identity.subject, |text| is_name(text, &leaf.subject))
            && claim(&identity.dns_name, |text| {
                leaf.dns_names.iter().any(|name| name.eq_ignore_ascii_case(text))
            })
            && claim(&identity.issuer_subject, |text| is_name(text, &leaf.issuer))
            && claim(&identity.issuer_thumbprint, |text| {
                issuer.is_some_and(|issuer| self.has_thumbprint(text, issuer))
            })
            && claim(&identity.issuer_certificate_id, |text| {
                let is_it = |issuer| self.of_signer(issuer).any(|one| one.source.id.as_str() == text);
                issuer.is_some_and(is_it)
            })
    }

    /// Two certificates of one signer, as cross-signing makes them, vouch for the same leaf.
    fn has_thumbprint(&self, text: &str, issuer: &Member) -> bool {
        is_thumbprint(text, issuer) || self.of_signer(issuer).any(|one| is_thumbprint(text, &one.member))
    }
}

/// What isn't claimed holds.
fn claim(claimed: &Option<String>, holds: impl FnOnce(&str) -> bool) -> bool {
    claimed.as_deref().is_none_or(|text| holds(text.trim()))
}

fn is_thumbprint(text: &str, certificate: &Member) -> bool {
    text.parse::<Thumbprint>().is_ok_and(|wanted| wanted == thumbprint(&certificate.der))
}

fn is_serial(text: &str, certificate: &Member) -> bool {
    let digits = hex_digits(text).unwrap_or_default();
    let wanted = digits.trim_start_matches('0');
    let present = crate::names::hex(&certificate.serial);
    !digits.is_empty() && wanted == present.trim_start_matches('0')
}

fn is_name(text: &str, name: &[u8]) -> bool {
    match (x500::parse(text), x500_name(name)) {
        (Ok(wanted), Some(present)) => wanted.is(&present),
        _ => false,
    }
}
