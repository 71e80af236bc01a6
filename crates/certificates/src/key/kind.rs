//! The kinds of keys, by their AlgorithmIdentifier.

use std::fmt;

use crate::ber::{INTEGER, Malformed, OBJECT_ID, Reader, SEQUENCE, without_leading_zeros};

/// The kind of a key, with its size. Prints as `RSA 2048`, `EC P-256`, `Ed25519`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    Rsa {
        bits: usize,
    },
    /// An RSA key that may only sign with PSS (id-RSASSA-PSS, RFC 4055).
    RsaPss {
        bits: usize,
    },
    Dsa {
        bits: usize,
    },
    /// On a curve, by the curve's name.
    Ec {
        curve: String,
    },
    Ed25519,
    Ed448,
    /// Another one, by its object identifier in dotted digits.
    Other {
        object_id: String,
    },
}

/// An AlgorithmIdentifier of a key.
pub(super) struct Algorithm<'a> {
    pub(super) object_id: String,
    parameters: Reader<'a>,
}

impl Kind {
    /// Whether a TLS client can sign with such a key in the gateway. The key itself may still be broken.
    #[must_use]
    pub fn is_usable_for_tls(&self) -> bool {
        match self {
            Self::Rsa { bits } => (2048..=8192).contains(bits),
            Self::Ec { curve } => matches!(curve.as_str(), "P-256" | "P-384" | "P-521"),
            Self::Ed25519 => true,
            Self::RsaPss { .. } | Self::Dsa { .. } | Self::Ed448 | Self::Other { .. } => false,
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rsa { bits } => write!(f, "RSA {bits}"),
            Self::RsaPss { bits } => write!(f, "RSA-PSS {bits}"),
            Self::Dsa { bits } => write!(f, "DSA {bits}"),
            Self::Ec { curve } => write!(f, "EC {curve}"),
            Self::Ed25519 => f.write_str("Ed25519"),
            Self::Ed448 => f.write_str("Ed448"),
            Self::Other { object_id } => write!(f, "OID {object_id}"),
        }
    }
}

impl<'a> Algorithm<'a> {
    pub(super) fn read(mut identifier: Reader<'a>) -> Result<Self, Malformed> {
        let object_id = identifier.object_id()?;
        Ok(Self { object_id, parameters: identifier })
    }

    pub(super) fn is_rsa(&self) -> bool {
        matches!(self.object_id.as_str(), RSA | RSA_PSS)
    }

    /// The kind; `modulus` is that of an RSA key.
    pub(super) fn kind(&self, modulus: &[u8]) -> Result<Kind, Malformed> {
        let bits = bits(modulus);
        Ok(match self.object_id.as_str() {
            RSA => Kind::Rsa { bits },
            RSA_PSS => Kind::RsaPss { bits },
            DSA => Kind::Dsa { bits: self.prime_bits()? },
            EC => Kind::Ec { curve: self.curve()? },
            ED25519 => Kind::Ed25519,
            ED448 => Kind::Ed448,
            _ => Kind::Other { object_id: self.object_id.clone() },
        })
    }

    fn prime_bits(&self) -> Result<usize, Malformed> {
        let mut parameters = self.parameters;
        // The parameters of a DSA key may stand in its issuer's certificate instead (RFC 3279, 2.3.2).
        if parameters.peek() != Some(SEQUENCE) {
            return Ok(0);
        }
        let prime = parameters.sequence()?.tagged(INTEGER)?.body;
        Ok(bits(without_leading_zeros(prime)))
    }

    pub(super) fn curve(&self) -> Result<String, Malformed> {
        let mut parameters = self.parameters;
        if parameters.peek() != Some(OBJECT_ID) {
            return Ok("with its own parameters".to_owned());
        }
        let object_id = parameters.object_id()?;
        let name = CURVES.iter().find(|(known, _)| *known == object_id).map(|(_, name)| (*name).to_owned());
        Ok(name.unwrap_or(object_id))
    }
}

fn bits(number: &[u8]) -> usize {
    let unused = number.first().map_or(0, |first| first.leading_zeros() as usize);
    number.len() * 8 - unused
}

const DSA: &str = "1.2.840.10040.4.1";
pub(super) const EC: &str = "1.2.840.10045.2.1";
pub(super) const ED25519: &str = "1.3.101.112";
const ED448: &str = "1.3.101.113";
const RSA: &str = "1.2.840.113549.1.1.1";
const RSA_PSS: &str = "1.2.840.113549.1.1.10";

const CURVES: &[(&str, &str)] = &[
    ("1.2.840.10045.3.1.7", "P-256"),
    ("1.3.132.0.34", "P-384"),
    ("1.3.132.0.35", "P-521"),
    ("1.3.132.0.33", "P-224"),
    ("1.2.840.10045.3.1.1", "P-192"),
    ("1.3.132.0.10", "secp256k1"),
    ("1.3.36.3.3.2.8.1.1.7", "brainpoolP256r1"),
    ("1.3.36.3.3.2.8.1.1.11", "brainpoolP384r1"),
    ("1.3.36.3.3.2.8.1.1.13", "brainpoolP512r1"),
];
