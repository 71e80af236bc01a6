//! Judges JSON web tokens: who signed them, and whether their time is now. What they claim is the policy's to judge.

use std::sync::Arc;

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use domain::name::CertificateId;
use domain::snapshot::Identity;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, AlgorithmFamily, DecodingKey, Validation, decode};
use policy::jwt::{JudgedJwt, Jwt, JwtChecks, JwtKey, JwtKeyMaterial, JwtProblem};
use serde_json::{Map, Value};
use x509_parser::prelude::{FromDer, X509Certificate};
use x509_parser::public_key::PublicKey;

use crate::compiled::Compiled;
use crate::effects::openid;
use crate::exchange::Exchange;

#[cfg(test)]
mod tests;

/// A key that may have signed a token, and the name that tokens call it by.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    pub(crate) id: Option<String>,
    pub(crate) key: DecodingKey,
}

/// The parts of a token that say how it is signed.
#[derive(Debug)]
struct Head {
    /// None for a token without a signature.
    algorithm: Option<Algorithm>,
    fields: Map<String, Value>,
}

/// Judges a token.
///
/// # Errors
/// What is wrong with it, the signature before the time.
pub(crate) async fn judge(exchange: &Exchange, checks: &JwtChecks) -> Result<Arc<JudgedJwt>, JwtProblem> {
    let token = checks.token.reveal().trim();
    let head = Head::read(token)?;
    let kid = head.fields.get("kid").and_then(Value::as_str);
    let (mut keys, mut issuers) = (own_keys(exchange, &checks.keys), Vec::new());
    for url in &checks.openid_configs {
        let found = openid::configuration(exchange, url, kid).await.ok_or(JwtProblem::KeysUnavailable)?;
        keys.extend(found.keys.iter().cloned());
        issuers.extend(found.issuer.clone());
    }
    let claims = match head.algorithm {
        Some(algorithm) => signed_claims(token, algorithm, kid, &keys)?,
        None if checks.require_signed => return Err(JwtProblem::NotSigned),
        None => part(token, 1).ok_or(JwtProblem::Malformed)?,
    };
    let jwt = describe(&head, &claims);
    checks.judge_time(&jwt, exchange.connection.worker.shared.clock.now().unix_timestamp())?;
    Ok(Arc::new(JudgedJwt { jwt, issuers }))
}

impl Head {
    fn read(token: &str) -> Result<Self, JwtProblem> {
        if token.split('.').count() != 3 {
            return Err(JwtProblem::Malformed);
        }
        let fields = part(token, 0).ok_or(JwtProblem::Malformed)?;
        // An extension that must be understood (RFC 7515, 4.1.11): none is.
        if fields.contains_key("crit") {
            return Err(JwtProblem::NotSigned);
        }
        let algorithm = match fields.get("alg").and_then(Value::as_str) {
            None => return Err(JwtProblem::Malformed),
            Some("none") if token.ends_with('.') => None,
            Some(name) => Some(name.parse().map_err(|_| JwtProblem::NotSigned)?),
        };
        Ok(Self { algorithm, fields })
    }
}

/// The claims of a token that one of the keys signed. A key is only tried with the algorithms of its kind: a public
/// key is never taken for a secret.
fn signed_claims(
    token: &str,
    algorithm: Algorithm,
    kid: Option<&str>,
    keys: &[Key],
) -> Result<Map<String, Value>, JwtProblem> {
    let mut validation = Validation::new(algorithm);
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.validate_aud = false;
    let names = |key: &&Key| key.id.is_none() || kid.is_none() || key.id.as_deref() == kid;
    let fitting = keys.iter().filter(|key| key.key.family() == algorithm.family()).filter(names);
    let mut problem = JwtProblem::KeyNotFound;
    for key in fitting {
        match decode::<Map<String, Value>>(token, &key.key, &validation) {
            Ok(token) => return Ok(token.claims),
            Err(error) => {
                problem = match error.kind() {
                    ErrorKind::InvalidSignature | ErrorKind::InvalidRsaKey(_) => JwtProblem::SignatureInvalid,
                    ErrorKind::Json(_) | ErrorKind::Utf8(_) => JwtProblem::Malformed,
                    _ => JwtProblem::SignatureInvalid,
                };
            }
        }
    }
    Err(problem)
}

/// The keys that the document gives itself. One that isn't there, or can't be used, signs nothing.
fn own_keys(exchange: &Exchange, keys: &[JwtKey]) -> Vec<Key> {
    let live = exchange.connection.worker.shared.live.current();
    let usable = keys.iter().filter_map(|key| {
        let found = match &key.material {
            JwtKeyMaterial::Secret(secret) => DecodingKey::from_secret(&secret_bytes(secret.reveal())),
            JwtKeyMaterial::Rsa { modulus, exponent } => {
                DecodingKey::from_rsa_raw_components(modulus, exponent)
            }
            JwtKeyMaterial::Certificate(id) => certified_key(&live, &id.parse().ok()?)?,
        };
        Some(Key { id: key.id.clone(), key: found })
    });
    usable.collect()
}

/// A secret is written in base64; one that isn't is taken as it is.
fn secret_bytes(text: &str) -> Vec<u8> {
    let text: String = text.chars().filter(|part| !part.is_whitespace()).collect();
    let url_safe = text.contains(['-', '_']);
    let engine = if url_safe { &ANY_PADDING_URL } else { &ANY_PADDING };
    engine.decode(&text).unwrap_or_else(|_| text.into_bytes())
}

/// The public key of an uploaded certificate.
fn certified_key(live: &Compiled, id: &CertificateId) -> Option<DecodingKey> {
    let Identity::Ready(material) = live.identities.find(id)?.source.as_ref() else { return None };
    let (_, certificate) = X509Certificate::from_der(material.chain.first()?).ok()?;
    let key = certificate.public_key();
    match key.parsed().ok()? {
        PublicKey::RSA(_) => Some(DecodingKey::from_rsa_der(&key.subject_public_key.data)),
        PublicKey::EC(point) => Some(DecodingKey::from_ec_der(point.data())),
        _ => None,
    }
}

fn describe(head: &Head, claims: &Map<String, Value>) -> Jwt {
    let text = |from: &Map<String, Value>, name: &str| {
        from.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    Jwt {
        id: text(claims, "jti"),
        algorithm: text(&head.fields, "alg"),
        issuer: text(claims, "iss"),
        subject: text(claims, "sub"),
        kind: text(&head.fields, "typ"),
        audiences: claims.get("aud").map(texts).unwrap_or_default(),
        claims: claims.iter().map(|(name, value)| (name.clone(), texts(value))).collect(),
        expires_unix_s: seconds(claims, "exp"),
        not_before_unix_s: seconds(claims, "nbf"),
        issued_unix_s: seconds(claims, "iat"),
    }
}

/// A claim as texts: one for each item of a list.
fn texts(value: &Value) -> Vec<String> {
    let one = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match value {
        Value::Array(items) => items.iter().map(one).collect(),
        value => vec![one(value)],
    }
}

/// A moment in whole seconds; one that is no number has long passed.
fn seconds(claims: &Map<String, Value>, name: &str) -> Option<i64> {
    let value = claims.get(name)?;
    let floored = || {
        let seconds = value.as_f64().filter(|seconds| seconds.abs() < 1e15)?;
        format!("{:.0}", seconds.floor()).parse().ok()
    };
    Some(value.as_i64().or_else(floored).unwrap_or(if name == "nbf" { i64::MAX } else { 0 }))
}

fn part(token: &str, number: usize) -> Option<Map<String, Value>> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(token.split('.').nth(number)?).ok()?;
    serde_json::from_slice(&bytes).ok()
}

/// Whether a key from elsewhere may be used: nobody publishes secrets.
pub(crate) fn is_public(key: &DecodingKey) -> bool {
    key.family() != AlgorithmFamily::Hmac
}

const LENIENT: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
static ANY_PADDING: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
static ANY_PADDING_URL: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT);
