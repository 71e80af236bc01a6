//! `validate-jwt` on real connections: keys of the document, of certificates, and of an OpenID provider.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "what can't be set up has failed its test")]

use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use http::{Method, StatusCode};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};
use testkit::authority::{Authority, Leaf};
use testkit::client::request;
use testkit::gateway::{Configuration, TestGateway, policy};
use testkit::upstream::{Upstream, read_request};
use tokio::io::AsyncWriteExt;

const SECRET: &[u8] = b"a secret of many bytes, for tests only";

fn validating(children: &str) -> String {
    policy::inbound(&format!(
        "<validate-jwt header-name=\"Authorization\" require-scheme=\"Bearer\">{children}</validate-jwt>"
    ))
}

async fn gateway(children: &str, signer: Option<&Leaf>) -> (TestGateway, Upstream) {
    let upstream = Upstream::plain().await;
    let authority = Authority::new("test");
    let apis = Configuration::trusting(&authority).api_with("", &upstream.url("http"), &validating(children));
    let apis = signer.map_or(apis.clone(), |leaf| apis.certificate("signer", leaf));
    (TestGateway::start(authority, &apis), upstream)
}

fn signed(algorithm: Algorithm, kid: Option<&str>, key: &EncodingKey, claims: &Value) -> String {
    let header = Header { kid: kid.map(str::to_owned), ..Header::new(algorithm) };
    encode(&header, claims, key).unwrap()
}

fn claims() -> Value {
    json!({"iss": "us", "aud": "orders", "exp": 4_000_000_000_u64})
}

async fn status(gateway: &TestGateway, token: &str) -> u16 {
    let mut sent = request(Method::GET, "/", "");
    sent.headers_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
    gateway.client().send(sent).await.status.as_u16()
}

#[tokio::test]
async fn a_secret_of_the_document_lets_its_tokens_in() {
    let key =
        format!("<issuer-signing-keys><key>{}</key></issuer-signing-keys>", BASE64_STANDARD.encode(SECRET));
    let (gateway, upstream) = gateway(&key, None).await;
    let good = EncodingKey::from_secret(SECRET);
    assert_eq!(status(&gateway, &signed(Algorithm::HS256, None, &good, &claims())).await, 200);
    let other = EncodingKey::from_secret(b"another");
    assert_eq!(status(&gateway, &signed(Algorithm::HS256, None, &other, &claims())).await, 401);
    let expired = json!({"exp": 1_000_000_000});
    assert_eq!(status(&gateway, &signed(Algorithm::HS256, None, &good, &expired)).await, 401);
    assert_eq!(gateway.client().get("/").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(upstream.seen().len(), 1);
}

#[tokio::test]
async fn audiences_and_issuers_are_the_documents_to_say() {
    let children = format!(
        "<issuer-signing-keys><key>{}</key></issuer-signing-keys><audiences><audience>orders</audience></audiences>\
         <issuers><issuer>us</issuer></issuers>",
        BASE64_STANDARD.encode(SECRET)
    );
    let (gateway, _upstream) = gateway(&children, None).await;
    let key = EncodingKey::from_secret(SECRET);
    assert_eq!(status(&gateway, &signed(Algorithm::HS256, None, &key, &claims())).await, 200);
    for changed in [("aud", "bills"), ("iss", "them")] {
        let mut claims = claims();
        claims[changed.0] = changed.1.into();
        assert_eq!(
            status(&gateway, &signed(Algorithm::HS256, None, &key, &claims)).await,
            401,
            "{changed:?}"
        );
    }
}

#[tokio::test]
async fn an_uploaded_certificate_lets_the_tokens_of_its_key_in() {
    let authority = Authority::new("issuers");
    for (kind, algorithm) in
        [(&rcgen::PKCS_ECDSA_P256_SHA256, Algorithm::ES256), (&rcgen::PKCS_RSA_SHA256, Algorithm::RS256)]
    {
        let (signer, other) = (authority.leaf("signer", kind, |_| {}), authority.leaf("other", kind, |_| {}));
        let key = "<issuer-signing-keys><key certificate-id=\"signer\" /></issuer-signing-keys>";
        let (gateway, _upstream) = gateway(key, Some(&signer)).await;
        assert_eq!(
            status(&gateway, &signed(algorithm, None, &private(&signer, algorithm), &claims())).await,
            200
        );
        assert_eq!(
            status(&gateway, &signed(algorithm, None, &private(&other, algorithm), &claims())).await,
            401
        );
    }
}

/// The library wants RSA keys as PKCS#1: that is what stands inside of PKCS#8.
fn private(leaf: &Leaf, algorithm: Algorithm) -> EncodingKey {
    if algorithm == Algorithm::ES256 {
        return EncodingKey::from_ec_der(&leaf.key);
    }
    let pattern = [0x30, 0x82];
    let at = leaf.key.windows(2).enumerate().skip(1).find(|(_, window)| *window == pattern).unwrap().0;
    EncodingKey::from_rsa_der(&leaf.key[at..])
}

/// A provider with this key.
async fn provider(kid: &'static str, leaf: &Leaf) -> Upstream {
    use x509_parser::prelude::{FromDer, X509Certificate};
    let (_, certificate) = X509Certificate::from_der(&leaf.chain[0]).unwrap();
    let point = certificate.public_key().subject_public_key.data.to_vec();
    let [x, y] = [&point[1..33], &point[33..65]].map(|part| BASE64_URL_SAFE_NO_PAD.encode(part));
    let keys = json!({"keys": [
        {"kty": "strange", "kid": "other"},
        {"kty": "EC", "crv": "P-256", "kid": kid, "use": "sig", "x": x, "y": y},
    ]});
    Upstream::raw(move |mut stream, _| {
        let keys = keys.to_string();
        async move {
            let port = stream.local_addr().unwrap().port();
            let document =
                json!({"issuer": "us", "jwks_uri": format!("http://localhost:{port}/keys")}).to_string();
            while let Some(head) = read_request(&mut stream).await {
                let body = if head.starts_with("GET /keys ") { &keys } else { &document };
                let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len());
                stream.write_all(answer.as_bytes()).await.unwrap();
            }
        }
    })
    .await
}

#[tokio::test]
async fn the_keys_of_an_openid_provider_are_fetched_once() {
    let leaf = Authority::new("issuers").client("provider");
    let provider = provider("k1", &leaf).await;
    let config =
        format!("<openid-config url=\"{}/.well-known/openid-configuration\" />", provider.url("http"));
    let (gateway, _upstream) = gateway(&config, None).await;
    let key = private(&leaf, Algorithm::ES256);
    for _ in 0..5 {
        assert_eq!(status(&gateway, &signed(Algorithm::ES256, Some("k1"), &key, &claims())).await, 200);
    }
    assert_eq!(status(&gateway, &signed(Algorithm::ES256, Some("k2"), &key, &claims())).await, 401);
    let mut foreign = claims();
    foreign["iss"] = "them".into();
    assert_eq!(status(&gateway, &signed(Algorithm::ES256, Some("k1"), &key, &foreign)).await, 401);
    assert!(provider.accepted() <= 2, "{} connections", provider.accepted());
}

#[tokio::test]
async fn without_its_provider_a_token_is_not_believed() {
    let config = "<openid-config url=\"http://localhost:1/.well-known/openid-configuration\" />";
    let (gateway, upstream) = gateway(config, None).await;
    let token = signed(Algorithm::HS256, None, &EncodingKey::from_secret(SECRET), &claims());
    assert!(status(&gateway, &token).await >= 400);
    assert!(upstream.seen().is_empty());
}

#[tokio::test]
async fn many_calls_at_once_ask_the_provider_once() {
    let leaf = Authority::new("issuers").client("provider");
    let provider = provider("k1", &leaf).await;
    let config = format!(
        "<openid-config url=\"@(&quot;{}/&quot; + context.Request.Headers.GetValueOrDefault(&quot;Tenant&quot;, &quot;shared&quot;))\" />",
        provider.url("http")
    );
    let (gateway, _upstream) = gateway(&config, None).await;
    let token = signed(Algorithm::ES256, Some("k1"), &private(&leaf, Algorithm::ES256), &claims());
    let call = || status(&gateway, &token);
    let all = tokio::join!(call(), call(), call(), call(), call(), call(), call(), call());
    assert_eq!(all, (200, 200, 200, 200, 200, 200, 200, 200));
    assert!(provider.accepted() <= 2, "{} connections", provider.accepted());
}

#[tokio::test]
async fn a_provider_that_is_away_is_not_asked_for_each_call() {
    let provider = Upstream::raw(|stream, _| async move { drop(stream) }).await;
    let config = format!("<openid-config url=\"{}/config\" />", provider.url("http"));
    let (gateway, _upstream) = gateway(&config, None).await;
    let token = signed(Algorithm::HS256, None, &EncodingKey::from_secret(SECRET), &claims());
    let mut all = Vec::new();
    for _ in 0..10 {
        all.push(status(&gateway, &token).await);
    }
    assert!(all.iter().all(|status| *status >= 400), "{all:?}");
    assert!(provider.accepted() <= 2, "{} connections", provider.accepted());
}
