//! Says what a PEM file holds; in one of its blocks that may be a PFX.

use domain::pfx::FoundInstead;
use zeroize::Zeroizing;

use super::foreign::{Shape, shape};
use super::text::Found;
use crate::pem_blocks::{self, Block};

/// The PFX of one of the blocks, whatever its label – GnuTLS writes `PKCS12`, `certutil -encode` writes `CERTIFICATE`
/// around any file – or what the labels say.
pub(super) fn find(text: &str) -> Found {
    let mut blocks = pem_blocks::blocks(text);
    let is_pfx =
        |block: &Block<'_>| block.octets.as_deref().is_some_and(|octets| shape(octets) == Some(Shape::Pfx));
    if let Some(at) = blocks.iter().position(is_pfx) {
        let octets = blocks.swap_remove(at).octets.unwrap_or_default();
        return Found::Pfx(Zeroizing::new(octets));
    }
    let found = by_labels(&blocks);
    match blocks.into_iter().find(|block| is_pfx_label(block.label)).map(|block| block.octets) {
        // Damaged inside, which is called so where it is opened.
        Some(Some(octets)) if octets.first() == Some(&crate::ber::SEQUENCE) => {
            Found::Pfx(Zeroizing::new(octets))
        }
        Some(_) => Found::Other(FoundInstead::Base64),
        None => Found::Other(found),
    }
}

fn by_labels(blocks: &[Block<'_>]) -> FoundInstead {
    let has = |is: fn(&str) -> bool| blocks.iter().any(|block| is(block.label));
    let has_certificate = has(|label| label.ends_with("CERTIFICATE"));
    let is_encrypted = has(|label| label == "ENCRYPTED PRIVATE KEY")
        || blocks.iter().any(|block| block.label.ends_with("PRIVATE KEY") && block.is_encrypted);
    if has(|label| label.starts_with("PGP ")) {
        FoundInstead::Pgp
    } else if has(|label| label == "OPENSSH PRIVATE KEY") {
        FoundInstead::SshKey
    } else if has(|label| label.ends_with("PRIVATE KEY")) {
        match (has_certificate, is_encrypted) {
            (true, _) => FoundInstead::Pem,
            (false, true) => FoundInstead::EncryptedKey,
            (false, false) => FoundInstead::Key,
        }
    } else if has_certificate {
        FoundInstead::Certificate
    } else if has(|label| label.ends_with("CERTIFICATE REQUEST")) {
        FoundInstead::Request
    } else if has(|label| label == "X509 CRL") {
        FoundInstead::RevocationList
    } else if has(|label| matches!(label, "PKCS7" | "CMS" | "PKCS #7 SIGNED DATA")) {
        FoundInstead::Pkcs7
    } else if has(|label| label.ends_with("PUBLIC KEY")) {
        FoundInstead::PublicKey
    } else {
        FoundInstead::Pem
    }
}

fn is_pfx_label(label: &str) -> bool {
    matches!(label, "PKCS12" | "PKCS #12" | "PFX")
}
