//! Callers' certificates: any is taken, none without its key, and the log says whose it was.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "what can't be set up has failed its test")]

use http::StatusCode;
use rcgen::{CustomExtension, date_time_ymd};
use rustls::sign::CertifiedKey;
use testkit::authority::{Authority, Leaf};
use testkit::client::Client;
use testkit::gateway::{Configuration, TestGateway};
use testkit::log::Log;
use testkit::upstream::Upstream;

const VERSIONS: [&rustls::SupportedProtocolVersion; 2] = [&rustls::version::TLS12, &rustls::version::TLS13];

async fn gateway() -> (TestGateway, Upstream) {
    let upstream = Upstream::plain().await;
    let authority = Authority::new("test");
    let apis = Configuration::trusting(&authority).api("", &upstream.url("http"));
    (TestGateway::start(authority, &apis), upstream)
}

/// The thumbprint that the gateway logs for a call by `client`.
async fn logged_thumbprint(client: &Client) -> serde_json::Value {
    let log = Log::capture();
    let answer = client.get("/").await;
    assert_eq!(answer.status, StatusCode::OK);
    let headers = answer.json()["headers"].clone();
    let id =
        headers.as_array().unwrap().iter().find(|header| header[0] == "x-request-id").unwrap()[1].clone();
    log.access(id.as_str().unwrap()).await["caller.thumbprint"].clone()
}

async fn is_taken(leaf: &Leaf) {
    let (gateway, _upstream) = gateway().await;
    for version in VERSIONS {
        let client = gateway.client().speaking(gateway.authority.der(), version);
        let client = client.showing(leaf.certified_key());
        assert_eq!(logged_thumbprint(&client).await, leaf.thumbprint(), "{version:?}");
    }
}

#[tokio::test]
async fn a_caller_without_a_certificate_is_served() {
    let (gateway, _upstream) = gateway().await;
    assert!(logged_thumbprint(&gateway.client()).await.is_null());
    assert!(logged_thumbprint(&gateway.client().http2()).await.is_null());
}

#[tokio::test]
async fn a_certificate_of_a_stranger_is_taken() {
    is_taken(&Authority::new("stranger").client("caller")).await;
}

#[tokio::test]
async fn a_certificate_of_version_one_is_taken() {
    is_taken(&Authority::new("old").version_one("caller")).await;
}

#[tokio::test]
async fn an_expired_certificate_is_taken() {
    let expired = Authority::new("test").leaf("caller", &rcgen::PKCS_ECDSA_P256_SHA256, |params| {
        params.not_after = date_time_ymd(2001, 1, 1);
    });
    is_taken(&expired).await;
}

#[tokio::test]
async fn a_certificate_with_an_unknown_critical_extension_is_taken() {
    let strange = Authority::new("test").leaf("caller", &rcgen::PKCS_ECDSA_P256_SHA256, |params| {
        let mut extension = CustomExtension::from_oid_content(&[1, 3, 6, 1, 4, 1, 55555, 1], vec![5, 0]);
        extension.set_criticality(true);
        params.custom_extensions.push(extension);
    });
    is_taken(&strange).await;
}

#[tokio::test]
async fn a_server_certificate_is_taken_from_a_caller() {
    is_taken(&Authority::new("test").server(&["caller"])).await;
}

#[tokio::test]
async fn every_usual_kind_of_key_is_taken() {
    let kinds = [
        &rcgen::PKCS_ED25519,
        &rcgen::PKCS_ECDSA_P384_SHA384,
        &rcgen::PKCS_ECDSA_P521_SHA512,
        &rcgen::PKCS_RSA_SHA256,
    ];
    for kind in kinds {
        is_taken(&Authority::new("test").leaf("caller", kind, |_| {})).await;
    }
}

#[tokio::test]
async fn a_stolen_certificate_is_refused() {
    let (gateway, upstream) = gateway().await;
    let authority = Authority::new("test");
    let (victim, thief) = (authority.client("victim"), authority.client("thief"));
    for version in VERSIONS {
        let stolen = CertifiedKey::new(victim.certificates(), thief.certified_key().key);
        let client = gateway.client().speaking(gateway.authority.der(), version).showing(stolen);
        let answered = match client.connect().await {
            Ok(mut connection) => {
                connection.send(testkit::client::request(http::Method::GET, "/", "")).await.is_ok()
            }
            Err(_) => false,
        };
        assert!(!answered, "{version:?}");
    }
    assert!(upstream.seen().is_empty());
}

#[tokio::test]
async fn a_resumed_session_has_the_certificate_of_its_first_handshake() {
    let (gateway, _upstream) = gateway().await;
    let leaf = Authority::new("test").client("caller");
    for version in VERSIONS {
        let client = gateway.client().speaking(gateway.authority.der(), version);
        let client = client.showing(leaf.certified_key());
        for _ in 0..3 {
            assert_eq!(logged_thumbprint(&client).await, leaf.thumbprint());
        }
        assert!(client.resumed() > 0, "{version:?}");
    }
}

#[tokio::test]
async fn the_log_holds_no_query_and_no_credentials() {
    let (gateway, _upstream) = gateway().await;
    let log = Log::capture();
    let mut request = testkit::client::request(http::Method::GET, "/only-here?token=hunter2", "");
    request.headers_mut().insert("authorization", "Bearer hunter3".parse().unwrap());
    assert_eq!(gateway.client().send(request).await.status, StatusCode::OK);
    let line = log.line(|line| line["fields"]["path"] == "/only-here").await;
    assert_eq!(line["fields"]["status"], 200);
    assert_eq!(line["fields"]["api.id"], "everything");
    assert_eq!(line["fields"]["method"], "GET");
    assert!(line["fields"]["duration_us"].as_u64().is_some());
    let ours: String =
        log.text().lines().filter(|line| line.contains("\"gateway") || line.contains("access")).collect();
    assert!(!ours.contains("hunter"));
}
