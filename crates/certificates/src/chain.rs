//! Puts certificates in order from the leaf to the root, by signature and not only by name.

use aws_lc_rs::signature::{
    self, ECDSA_P256_SHA1_ASN1, ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA384_ASN1, ECDSA_P256_SHA512_ASN1,
    ECDSA_P256K1_SHA256_ASN1, ECDSA_P384_SHA256_ASN1, ECDSA_P384_SHA384_ASN1, ECDSA_P384_SHA512_ASN1,
    ECDSA_P521_SHA1_ASN1, ECDSA_P521_SHA256_ASN1, ECDSA_P521_SHA384_ASN1, ECDSA_P521_SHA512_ASN1, ED25519,
    RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY, RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY,
    RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY, RSA_PKCS1_2048_8192_SHA384, UnparsedPublicKey,
    VerificationAlgorithm,
};

use crate::ber::{BIT_STRING, Reader};
use crate::key::Kind;
use crate::x509::Certificate;

/// Certificates beside a leaf, sorted.
pub(crate) struct Arranged {
    /// The leaf's issuer, that one's issuer, and so on.
    pub(crate) chain: Vec<Certificate>,
    /// Those that don't belong to the chain, in the order they came.
    pub(crate) apart: Vec<Certificate>,
}

/// Whether a certificate was signed by another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Signature {
    Good,
    Bad,
    /// Made with an algorithm that can't be checked here.
    Unchecked,
}

/// Follows the issuers from the leaf upwards as far as `others` go.
pub(crate) fn arrange(leaf: &Certificate, mut others: Vec<Certificate>) -> Arranged {
    let mut chain: Vec<Certificate> = Vec::new();
    while let Some(at) = issuer_of(chain.last().unwrap_or(leaf), &others) {
        chain.push(others.remove(at));
    }
    Arranged { chain, apart: others }
}

/// Whether some certificate names one of the others as its issuer but was not signed by it. Then one of the two
/// was altered, which is how damage shows in a PFX without a MAC.
pub(crate) fn is_altered(certificates: &[&Certificate]) -> bool {
    certificates.iter().any(|certificate| {
        let mut signatures = certificates
            .iter()
            .filter(|issuer| is_named_issuer(certificate, issuer))
            .map(|issuer| check(certificate, issuer))
            .peekable();
        signatures.peek().is_some() && signatures.all(|signature| signature == Signature::Bad)
    })
}

fn issuer_of(certificate: &Certificate, others: &[Certificate]) -> Option<usize> {
    if certificate.subject == certificate.issuer {
        return None;
    }
    let signatures: Vec<Signature> = others
        .iter()
        .map(|other| match is_named_issuer(certificate, other) {
            true => check(certificate, other),
            false => Signature::Bad,
        })
        .collect();
    let find = |wanted: Signature| signatures.iter().position(|signature| *signature == wanted);
    find(Signature::Good).or_else(|| find(Signature::Unchecked))
}

fn is_named_issuer(certificate: &Certificate, issuer: &Certificate) -> bool {
    // Two authorities may have the same name and differ by their key.
    let is_same_key = match (&certificate.issuer_key_id, &issuer.subject_key_id) {
        (Some(wanted), Some(present)) => wanted == present,
        _ => true,
    };
    certificate.issuer == issuer.subject && is_same_key
}

fn check(certificate: &Certificate, issuer: &Certificate) -> Signature {
    let Some(parts) = SignedParts::read(&certificate.der) else { return Signature::Bad };
    let Some(algorithm) = verification(&parts.algorithm, issuer.public_key.kind()) else {
        return Signature::Unchecked;
    };
    let public_key = UnparsedPublicKey::new(algorithm, issuer.public_key.octets());
    match public_key.verify(parts.signed, parts.signature) {
        Ok(()) => Signature::Good,
        Err(_) => Signature::Bad,
    }
}

/// The outer parts of a certificate (RFC 5280, 4.1.1).
struct SignedParts<'a> {
    signed: &'a [u8],
    algorithm: String,
    signature: &'a [u8],
}

impl<'a> SignedParts<'a> {
    fn read(der: &'a [u8]) -> Option<Self> {
        let mut certificate = Reader::new(der).sequence().ok()?;
        let signed = certificate.element().ok()?.whole;
        let algorithm = certificate.sequence().ok()?.object_id().ok()?;
        let signature = certificate.tagged(BIT_STRING).ok()?.body.strip_prefix(&[0])?;
        Some(Self { signed, algorithm, signature })
    }
}

/// The check for a signature algorithm under a kind of key. PSS isn't among them: its settings vary too much to
/// call a failed check damage.
fn verification(object_id: &str, kind: &Kind) -> Option<&'static dyn VerificationAlgorithm> {
    let digest = DIGESTS.iter().find(|(known, _)| *known == object_id).map(|(_, digest)| *digest)?;
    Some(match (kind, digest) {
        (Kind::Rsa { bits: 1024..=8192 }, "RSA SHA-1") => &RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY,
        (Kind::Rsa { bits: 1024..=8192 }, "RSA SHA-256") => &RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY,
        (Kind::Rsa { bits: 2048..=8192 }, "RSA SHA-384") => &RSA_PKCS1_2048_8192_SHA384,
        (Kind::Rsa { bits: 1024..=8192 }, "RSA SHA-512") => &RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY,
        (Kind::Ec { curve }, _) => return ecdsa(curve, digest),
        (Kind::Ed25519, "Ed25519") => &ED25519,
        _ => return None,
    })
}

fn ecdsa(curve: &str, digest: &str) -> Option<&'static dyn VerificationAlgorithm> {
    let algorithm: &'static signature::EcdsaVerificationAlgorithm = match (curve, digest) {
        ("P-256", "EC SHA-1") => &ECDSA_P256_SHA1_ASN1,
        ("P-256", "EC SHA-256") => &ECDSA_P256_SHA256_ASN1,
        ("P-256", "EC SHA-384") => &ECDSA_P256_SHA384_ASN1,
        ("P-256", "EC SHA-512") => &ECDSA_P256_SHA512_ASN1,
        ("P-384", "EC SHA-256") => &ECDSA_P384_SHA256_ASN1,
        ("P-384", "EC SHA-384") => &ECDSA_P384_SHA384_ASN1,
        ("P-384", "EC SHA-512") => &ECDSA_P384_SHA512_ASN1,
        ("P-521", "EC SHA-1") => &ECDSA_P521_SHA1_ASN1,
        ("P-521", "EC SHA-256") => &ECDSA_P521_SHA256_ASN1,
        ("P-521", "EC SHA-384") => &ECDSA_P521_SHA384_ASN1,
        ("P-521", "EC SHA-512") => &ECDSA_P521_SHA512_ASN1,
        ("secp256k1", "EC SHA-256") => &ECDSA_P256K1_SHA256_ASN1,
        _ => return None,
    };
    Some(algorithm)
}

const DIGESTS: &[(&str, &str)] = &[
    ("1.2.840.113549.1.1.5", "RSA SHA-1"),
    ("1.2.840.113549.1.1.11", "RSA SHA-256"),
    ("1.2.840.113549.1.1.12", "RSA SHA-384"),
    ("1.2.840.113549.1.1.13", "RSA SHA-512"),
    ("1.2.840.10045.4.1", "EC SHA-1"),
    ("1.2.840.10045.4.3.2", "EC SHA-256"),
    ("1.2.840.10045.4.3.3", "EC SHA-384"),
    ("1.2.840.10045.4.3.4", "EC SHA-512"),
    ("1.3.101.112", "Ed25519"),
];
