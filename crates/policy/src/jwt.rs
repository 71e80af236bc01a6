//! JSON web tokens: what `validate-jwt` asks of its host, and what it gets to know.

use crate::effect::Hidden;
use crate::expression::members::read_jwt;

/// A token that was read; `validate-jwt` keeps one that was judged, `AsJwt()` makes one that wasn't.
///
/// `Debug` shows nothing of what it says.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Jwt {
    /// `jti`.
    pub id: String,
    /// `alg` of the header.
    pub algorithm: String,
    /// `iss`.
    pub issuer: String,
    /// `sub`.
    pub subject: String,
    /// `typ` of the header.
    pub kind: String,
    /// `aud`, one or several.
    pub audiences: Vec<String>,
    /// All claims in their order; a claim that is a list has one text for each item, what is no text
    /// is given as JSON writes it.
    pub claims: Vec<(String, Vec<String>)>,
    /// `exp`, in seconds since 1970-01-01 UTC.
    pub expires_unix_s: Option<i64>,
    /// `nbf`, likewise.
    pub not_before_unix_s: Option<i64>,
    /// `iat`, likewise.
    pub issued_unix_s: Option<i64>,
}

/// What a host finds out about a token: whether it can be read, who signed it, whether its time is
/// now. Audiences, issuers and claims are the program's to judge.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct JwtChecks {
    /// The token, without a scheme in front. Never log it.
    pub token: Hidden,
    /// Addresses of OpenID configurations, whose keys and issuer are good too.
    pub openid_configs: Vec<String>,
    /// The keys that may have signed it.
    pub keys: Vec<JwtKey>,
    /// Whether a token without a signature is refused.
    pub require_signed: bool,
    /// Whether a token without `exp` is refused.
    pub require_expiration: bool,
    /// How far clocks may be apart.
    pub clock_skew_s: u64,
}

/// A key that may have signed a token.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct JwtKey {
    /// The `kid` that tokens name it by.
    pub id: Option<String>,
    /// The key.
    pub material: JwtKeyMaterial,
}

/// How a document gives a key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum JwtKeyMaterial {
    /// A secret for HMAC, in base64.
    Secret(Hidden),
    /// An RSA key as in JWK (RFC 7518 §6.3.1): both big-endian.
    Rsa {
        /// The modulus.
        modulus: Vec<u8>,
        /// The exponent.
        exponent: Vec<u8>,
    },
    /// The public key of an uploaded certificate, by its id.
    Certificate(String),
}

/// A token that was found good, and the issuers that its OpenID configurations name.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct JudgedJwt {
    /// The token.
    pub jwt: Jwt,
    /// The `issuer` of each OpenID configuration.
    pub issuers: Vec<String>,
}

/// Why a host finds a token no good.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum JwtProblem {
    /// It is none, or says something that can't be.
    Malformed,
    /// It has no signature, or one of a kind that isn't accepted.
    NotSigned,
    /// No key was found that may have signed it.
    KeyNotFound,
    /// The signature isn't that of a key.
    SignatureInvalid,
    /// `exp` has passed.
    Expired,
    /// `exp` is missing.
    NoExpiration,
    /// `nbf` is still to come.
    NotYetValid,
    /// An OpenID configuration or its keys couldn't be fetched.
    KeysUnavailable,
}

impl Jwt {
    /// What a token says, whoever signed it; none if it is none (RFC 7519 §7.2).
    #[must_use]
    pub fn unverified(token: &str) -> Option<Self> {
        read_jwt(token)
    }
}

impl JwtChecks {
    /// Whether now is within the time of a token (RFC 7519 §4.1.4 and §4.1.5).
    ///
    /// # Errors
    /// It has expired, isn't valid yet, or doesn't say until when it is and should.
    pub fn judge_time(&self, jwt: &Jwt, now_unix_s: i64) -> Result<(), JwtProblem> {
        let skew = i64::try_from(self.clock_skew_s).unwrap_or(i64::MAX);
        match jwt.expires_unix_s {
            None if self.require_expiration => return Err(JwtProblem::NoExpiration),
            Some(expires) if now_unix_s >= expires.saturating_add(skew) => return Err(JwtProblem::Expired),
            _ => {}
        }
        match jwt.not_before_unix_s {
            Some(begins) if now_unix_s.saturating_add(skew) < begins => Err(JwtProblem::NotYetValid),
            _ => Ok(()),
        }
    }
}

impl std::fmt::Debug for Jwt {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Jwt({} claims)", self.claims.len())
    }
}
