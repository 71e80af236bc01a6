//! Tokens, good ones and all kinds of bad ones.

use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, encode};
use policy::effect::Hidden;
use policy::jwt::{Jwt, JwtChecks, JwtProblem};
use serde_json::{Value, json};

use super::{Head, Key, describe, part, secret_bytes, signed_claims};

const SECRET: &[u8] = b"a secret of many bytes, for tests only";

fn key(id: Option<&str>, secret: &[u8]) -> Key {
    Key { id: id.map(str::to_owned), key: DecodingKey::from_secret(secret) }
}

fn token(kid: Option<&str>, claims: &Value) -> String {
    let header = Header { kid: kid.map(str::to_owned), ..Header::new(Algorithm::HS256) };
    encode(&header, claims, &EncodingKey::from_secret(SECRET)).unwrap()
}

fn judged(token: &str, keys: &[Key]) -> Result<Jwt, JwtProblem> {
    let head = Head::read(token)?;
    let kid = head.fields.get("kid").and_then(Value::as_str);
    let claims = match head.algorithm {
        Some(algorithm) => signed_claims(token, algorithm, kid, keys)?,
        None => return Err(JwtProblem::NotSigned),
    };
    Ok(describe(&head, &claims))
}

#[test]
fn a_token_that_a_key_signed_says_what_it_says() {
    let claims = json!({"iss": "us", "aud": ["a", "b"], "exp": 2_000_000_000, "level": 7, "jti": "1"});
    let jwt = judged(&token(None, &claims), &[key(None, b"another"), key(None, SECRET)]).unwrap();
    assert_eq!((jwt.issuer.as_str(), jwt.id.as_str(), jwt.algorithm.as_str()), ("us", "1", "HS256"));
    assert_eq!(jwt.audiences, ["a", "b"]);
    assert_eq!(jwt.expires_unix_s, Some(2_000_000_000));
    assert!(jwt.claims.contains(&("level".to_owned(), vec!["7".to_owned()])));
}

#[test]
fn a_key_counts_only_for_tokens_that_name_it_or_none() {
    let claims = json!({"iss": "us"});
    for (kid, id, expected) in [
        (Some("a"), Some("a"), None),
        (Some("a"), None, None),
        (None, Some("a"), None),
        (Some("a"), Some("b"), Some(JwtProblem::KeyNotFound)),
    ] {
        assert_eq!(judged(&token(kid, &claims), &[key(id, SECRET)]).err(), expected, "{kid:?} {id:?}");
    }
    assert_eq!(judged(&token(None, &claims), &[]), Err(JwtProblem::KeyNotFound));
}

#[test]
fn what_was_altered_is_refused() {
    let good = token(None, &json!({"iss": "us"}));
    let [head, claims, signature] = good.split('.').collect::<Vec<_>>().try_into().unwrap();
    let encode = |text: &str| BASE64_URL_SAFE_NO_PAD.encode(text);
    let forged = encode(r#"{"iss":"them"}"#);
    for (altered, expected) in [
        (format!("{head}.{forged}.{signature}"), JwtProblem::SignatureInvalid),
        (format!("{head}.{claims}."), JwtProblem::SignatureInvalid),
        (format!("{}.{claims}.", encode(r#"{"alg":"none"}"#)), JwtProblem::NotSigned),
        (format!("{}.{claims}.{signature}", encode(r#"{"alg":"none"}"#)), JwtProblem::NotSigned),
        (
            format!("{}.{claims}.{signature}", encode(r#"{"alg":"HS256","crit":["x"]}"#)),
            JwtProblem::NotSigned,
        ),
        (format!("{}.{claims}.{signature}", encode(r#"{"typ":"JWT"}"#)), JwtProblem::Malformed),
        (format!("{head}.{claims}"), JwtProblem::Malformed),
        ("a.b.c.d.e".to_owned(), JwtProblem::Malformed),
        (String::new(), JwtProblem::Malformed),
    ] {
        assert_eq!(judged(&altered, &[key(None, SECRET)]), Err(expected), "{altered}");
    }
}

#[test]
fn a_public_key_is_never_taken_for_a_secret() {
    let point = [4; 65];
    let forged =
        encode(&Header::new(Algorithm::HS256), &json!({"iss": "them"}), &EncodingKey::from_secret(&point));
    let public = Key { id: None, key: DecodingKey::from_ec_der(&point) };
    assert_eq!(judged(&forged.unwrap(), &[public]), Err(JwtProblem::KeyNotFound));
}

#[test]
fn a_tokens_time_is_judged_with_the_skew_that_is_allowed() {
    let checks = |skew, require_expiration| JwtChecks {
        token: Hidden(String::new()),
        openid_configs: Vec::new(),
        keys: Vec::new(),
        require_signed: true,
        require_expiration,
        clock_skew_s: skew,
    };
    let times =
        |expires, begins| Jwt { expires_unix_s: expires, not_before_unix_s: begins, ..Jwt::default() };
    assert_eq!(checks(0, true).judge_time(&times(Some(101), None), 100), Ok(()));
    assert_eq!(checks(0, true).judge_time(&times(Some(100), None), 100), Err(JwtProblem::Expired));
    assert_eq!(checks(5, true).judge_time(&times(Some(100), None), 104), Ok(()));
    assert_eq!(checks(0, true).judge_time(&times(None, None), 100), Err(JwtProblem::NoExpiration));
    assert_eq!(checks(0, false).judge_time(&times(None, Some(101)), 100), Err(JwtProblem::NotYetValid));
    assert_eq!(checks(1, false).judge_time(&times(None, Some(101)), 100), Ok(()));
}

#[test]
fn a_time_that_is_no_number_is_never_good() {
    for claims in [json!({"exp": "later"}), json!({"exp": null}), json!({"exp": 1e300})] {
        let head = Head { algorithm: None, fields: serde_json::Map::new() };
        assert_eq!(describe(&head, claims.as_object().unwrap()).expires_unix_s, Some(0), "{claims}");
    }
}

#[test]
fn a_secret_is_read_from_base64_of_either_kind() {
    assert_eq!(secret_bytes(&BASE64_STANDARD.encode([251, 255, 1])), [251, 255, 1]);
    assert_eq!(secret_bytes("-_8B"), [251, 255, 1]);
    assert_eq!(secret_bytes(" +/8B\n"), [251, 255, 1]);
    assert_eq!(secret_bytes("no base64!"), b"nobase64!");
    assert!(part("e30.e30.", 0).is_some() && part("e30", 1).is_none());
}
