//! Kinds of keys, and whether a private key belongs to a certificate.

use aws_lc_rs::rsa::KeyPair as RsaKeyPair;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P256K1_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1_SIGNING,
    ECDSA_P521_SHA512_ASN1_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm, Ed25519KeyPair, KeyPair as _,
};
use domain::secret::Secret;

use crate::ber::{BIT_STRING, INTEGER, Malformed, OCTET_STRING, Reader, without_leading_zeros};

use self::kind::{Algorithm, EC, ED25519};

pub use self::kind::Kind;

mod der;
mod kind;

/// Whether a private key and a certificate belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit {
    Same,
    Different,
    /// The public half of the private key can't be computed here (DSA, Ed448, unusual curves).
    Unknown,
}

/// A public key, taken apart so that two of them can be compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey {
    kind: Kind,
    value: PublicValue,
    octets: Vec<u8>,
}

/// A private key with what can be said of it.
pub struct PrivateKey {
    kind: Kind,
    public: Option<PublicValue>,
    pkcs8: Secret,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum PublicValue {
    Rsa {
        modulus: Vec<u8>,
        exponent: Vec<u8>,
    },
    /// A point as SEC 1 writes it, or the bytes of the key.
    Octets(Vec<u8>),
}

impl PublicValue {
    /// That of an RSA key; nothing for others.
    fn modulus(&self) -> &[u8] {
        match self {
            Self::Rsa { modulus, .. } => modulus,
            Self::Octets(_) => &[],
        }
    }
}

impl PublicKey {
    /// Reads a SubjectPublicKeyInfo (RFC 5280, 4.1.2.7).
    ///
    /// # Errors
    /// [`NotAKey`] when it isn't one.
    pub fn read(public_key_info: &[u8]) -> Result<Self, NotAKey> {
        let mut info = Reader::new(public_key_info).sequence()?;
        let algorithm = Algorithm::read(info.sequence()?)?;
        // The first octet counts unused bits, of which a key has none.
        let octets = info.tagged(BIT_STRING)?.body.strip_prefix(&[0]).ok_or(NotAKey)?;
        let value =
            if algorithm.is_rsa() { rsa_public(octets)? } else { PublicValue::Octets(octets.to_vec()) };
        Ok(Self { kind: algorithm.kind(value.modulus())?, value, octets: octets.to_vec() })
    }

    /// The kind of the key.
    #[must_use]
    pub fn kind(&self) -> &Kind {
        &self.kind
    }

    /// The key alone, as its algorithm encodes it.
    pub(crate) fn octets(&self) -> &[u8] {
        &self.octets
    }
}

impl PrivateKey {
    /// Reads a PKCS#8 key (RFC 5958), also in BER and with attributes.
    ///
    /// # Errors
    /// [`NotAKey`] when it isn't one.
    pub fn read(pkcs8: &[u8]) -> Result<Self, NotAKey> {
        let mut info = Reader::new(pkcs8).sequence()?;
        info.unsigned()?;
        let encoded_algorithm = info.element()?;
        let algorithm = Algorithm::read(encoded_algorithm.inside()?)?;
        let key = info.octets(OCTET_STRING)?;
        let pkcs8 = der::private_key_info(encoded_algorithm, &key)?;
        let public = match algorithm.object_id.as_str() {
            _ if algorithm.is_rsa() => Some(rsa_public_of_private(&key)?),
            EC => ec_public(&algorithm, &pkcs8, &key)?,
            ED25519 => ed25519_public(&pkcs8),
            _ => None,
        };
        Ok(Self { kind: algorithm.kind(public.as_ref().map_or(&[], PublicValue::modulus))?, public, pkcs8 })
    }

    /// The kind of the key.
    #[must_use]
    pub fn kind(&self) -> &Kind {
        &self.kind
    }

    /// The key as DER of PKCS#8 version 1 without attributes, which every library reads.
    #[must_use]
    pub fn pkcs8(&self) -> &Secret {
        &self.pkcs8
    }

    pub(crate) fn into_pkcs8(self) -> Secret {
        self.pkcs8
    }

    /// Whether this key is the private half of `public`.
    #[must_use]
    pub fn fit(&self, public: &PublicKey) -> Fit {
        let is_same = match (&self.kind, &public.kind, &self.public) {
            // The same numbers may be written as a key for PSS only here and as any RSA key there.
            (Kind::Rsa { .. } | Kind::RsaPss { .. }, _, Some(own)) => *own == public.value,
            // The same curve may be named here and spelt out there.
            (Kind::Ec { .. }, Kind::Ec { .. }, Some(own)) => is_same_point(own, &public.value),
            (own, other, _) if own != other => false,
            (_, _, Some(own)) => *own == public.value,
            (_, _, None) => return Fit::Unknown,
        };
        if is_same { Fit::Same } else { Fit::Different }
    }

    /// Whether the key can be loaded for signing, as the gateway will do.
    #[must_use]
    pub fn can_be_loaded(&self) -> bool {
        let pkcs8 = self.pkcs8.expose();
        match &self.kind {
            Kind::Rsa { .. } => RsaKeyPair::from_pkcs8(pkcs8).is_ok(),
            Kind::Ec { curve } => {
                signing(curve).is_some_and(|algorithm| EcdsaKeyPair::from_pkcs8(algorithm, pkcs8).is_ok())
            }
            Kind::Ed25519 => Ed25519KeyPair::from_pkcs8_maybe_unchecked(pkcs8).is_ok(),
            _ => false,
        }
    }
}

/// The bytes aren't a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the bytes are not a key")]
pub struct NotAKey;

impl From<Malformed> for NotAKey {
    fn from(_: Malformed) -> Self {
        Self
    }
}

fn rsa_public(encoded: &[u8]) -> Result<PublicValue, Malformed> {
    let mut numbers = Reader::new(encoded).sequence()?;
    rsa_numbers(&mut numbers)
}

fn rsa_public_of_private(key: &[u8]) -> Result<PublicValue, Malformed> {
    let mut numbers = Reader::new(key).sequence()?;
    numbers.unsigned()?;
    rsa_numbers(&mut numbers)
}

fn rsa_numbers(numbers: &mut Reader<'_>) -> Result<PublicValue, Malformed> {
    let modulus = without_leading_zeros(numbers.tagged(INTEGER)?.body).to_vec();
    let exponent = without_leading_zeros(numbers.tagged(INTEGER)?.body).to_vec();
    Ok(PublicValue::Rsa { modulus, exponent })
}

fn ec_public(
    algorithm: &Algorithm<'_>,
    pkcs8: &Secret,
    key: &[u8],
) -> Result<Option<PublicValue>, Malformed> {
    let curve = algorithm.curve()?;
    let loaded = signing(&curve).and_then(|signing| EcdsaKeyPair::from_pkcs8(signing, pkcs8.expose()).ok());
    if let Some(pair) = loaded {
        return Ok(Some(PublicValue::Octets(pair.public_key().as_ref().to_vec())));
    }
    // An unusual curve: most writers put the public key beside the private one (RFC 5915).
    let mut inside = Reader::new(key).sequence()?;
    inside.unsigned()?;
    inside.tagged(OCTET_STRING)?;
    inside.optional(EXPLICIT_0)?;
    let Some(public) = inside.optional(EXPLICIT_1)? else { return Ok(None) };
    let octets = public.inside()?.tagged(BIT_STRING)?.body.strip_prefix(&[0]).ok_or(Malformed)?;
    Ok(Some(PublicValue::Octets(octets.to_vec())))
}

fn ed25519_public(pkcs8: &Secret) -> Option<PublicValue> {
    let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(pkcs8.expose()).ok()?;
    Some(PublicValue::Octets(pair.public_key().as_ref().to_vec()))
}

/// Compares points, one or both of which may be compressed (SEC 1, 2.3.3).
fn is_same_point(one: &PublicValue, other: &PublicValue) -> bool {
    match (one, other) {
        (PublicValue::Octets(one), PublicValue::Octets(other)) if one.len() != other.len() => {
            compressed(one) == compressed(other)
        }
        _ => one == other,
    }
}

fn compressed(point: &[u8]) -> Vec<u8> {
    match point {
        [4, coordinates @ ..] => {
            let (x, y) = coordinates.split_at(coordinates.len() / 2);
            let sign = 2 + (y.last().copied().unwrap_or_default() & 1);
            [&[sign], x].concat()
        }
        _ => point.to_vec(),
    }
}

fn signing(curve: &str) -> Option<&'static EcdsaSigningAlgorithm> {
    Some(match curve {
        "P-256" => &ECDSA_P256_SHA256_ASN1_SIGNING,
        "P-384" => &ECDSA_P384_SHA384_ASN1_SIGNING,
        "P-521" => &ECDSA_P521_SHA512_ASN1_SIGNING,
        "secp256k1" => &ECDSA_P256K1_SHA256_ASN1_SIGNING,
        _ => return None,
    })
}

const EXPLICIT_0: u8 = 0xa0;
const EXPLICIT_1: u8 = 0xa1;
