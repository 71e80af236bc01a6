//! `validate-client-certificate` on real connections: reasons for `on-error` and publishers, 401 for callers.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "what can't be set up has failed its test")]

use domain::failed_call::FailedCall;
use http::{Method, StatusCode};
use rcgen::{DistinguishedName, DnType, PKCS_ECDSA_P256_SHA256, date_time_ymd};
use testkit::authority::{Authority, Leaf};
use testkit::client::{Client, request};
use testkit::gateway::{Configuration, TestGateway, policy};
use testkit::upstream::Upstream;

const ALL: &str = "<validate-client-certificate />";

async fn gateway(statements: &str, trusted: &[(&str, &Authority)]) -> (TestGateway, Configuration, Upstream) {
    let upstream = Upstream::plain().await;
    let authority = Authority::new("test");
    let apis = Configuration::trusting(&authority);
    let apis = apis.api_with("", &upstream.url("http"), &policy::inbound(statements));
    let apis = trusted.iter().fold(apis, |apis, (id, authority)| apis.authority(id, authority.der()));
    (TestGateway::start(authority, &apis), apis, upstream)
}

/// The reason for which this caller is refused; empty if it isn't.
async fn refused(gateway: &TestGateway, leaf: Option<&Leaf>) -> String {
    refusal(gateway, leaf).await.map(|call| call.reason).unwrap_or_default()
}

/// What is recorded of a caller's call if it is refused.
async fn refusal(gateway: &TestGateway, leaf: Option<&Leaf>) -> Option<FailedCall> {
    let client = gateway.client();
    let client = leaf.map_or(client.clone(), |leaf| client.showing(leaf.certified_key()));
    let answer = client.get("/").await;
    if answer.status == StatusCode::OK {
        return None;
    }
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    let message = if leaf.is_some() { "Invalid client certificate" } else { "Client certificate missing" };
    assert_eq!(answer.json()["message"], message);
    gateway.gateway.take_failures().calls.pop()
}

fn dated(authority: &Authority, from: i32, to: i32) -> Leaf {
    authority.leaf("caller", &PKCS_ECDSA_P256_SHA256, |params| {
        params.not_before = date_time_ymd(from, 1, 1);
        params.not_after = date_time_ymd(to, 1, 1);
    })
}

#[tokio::test]
async fn each_kind_of_bad_certificate_is_refused_with_its_reason() {
    let (partners, strangers) = (Authority::new("partners"), Authority::new("strangers"));
    let (gateway, _, upstream) = gateway(ALL, &[("partners", &partners)]).await;
    for (leaf, reason) in [
        (None, "ClientCertificateNotFound"),
        (Some(dated(&partners, 2000, 2001)), "ClientCertificateExpired"),
        (Some(dated(&partners, 3000, 3001)), "ClientCertificateNotYetValid"),
        (Some(strangers.client("caller")), "ClientCertificateNotTrusted"),
        (Some(dated(&strangers, 2000, 2001)), "ClientCertificateExpired"),
    ] {
        assert_eq!(refused(&gateway, leaf.as_ref()).await, reason);
    }
    assert!(upstream.seen().is_empty());
    assert_eq!(refused(&gateway, Some(&partners.client("caller"))).await, "");
}

#[tokio::test]
async fn only_the_identities_that_are_named_are_let_in() {
    let partners = Authority::new("partners");
    let right = partners.client("right");
    let named = |claims: &str| {
        format!(
            "<validate-client-certificate><identities><identity {claims} /></identities></validate-client-certificate>"
        )
    };
    for claims in [
        format!("thumbprint=\"{}\"", right.thumbprint().to_lowercase()),
        "common-name=\"right\"".to_owned(),
        "subject=\"CN=right\" issuer-subject=\"CN=partners\"".to_owned(),
        "common-name=\"right\" issuer-certificate-id=\"partners\"".to_owned(),
    ] {
        let (gateway, ..) = gateway(&named(&claims), &[("partners", &partners)]).await;
        assert_eq!(
            refused(&gateway, Some(&partners.client("wrong"))).await,
            "ClientCertificateIdentityNotMatched"
        );
        let client = gateway.client().showing(right.certified_key());
        // The backend of this gateway is gone: whoever is let in gets an answer from nobody.
        assert_eq!(client.get("/").await.status, StatusCode::BAD_GATEWAY, "{claims}");
    }
}

/// `C=US, O="Fabrikam, Inc.", emailAddress=ops@example.com, CN=fabrikam`, in the order of the certificate.
fn fabrikam(authority: &Authority) -> Leaf {
    authority.leaf("fabrikam", &PKCS_ECDSA_P256_SHA256, |params| {
        params.distinguished_name = DistinguishedName::new();
        params.distinguished_name.push(DnType::CountryName, "US");
        params.distinguished_name.push(DnType::OrganizationName, "Fabrikam, Inc.");
        params
            .distinguished_name
            .push(DnType::CustomDnType(vec![1, 2, 840, 113_549, 1, 9, 1]), "ops@example.com");
        params.distinguished_name.push(DnType::CommonName, "fabrikam");
    })
}

#[tokio::test]
async fn a_subject_with_a_comma_is_the_same_in_every_usual_form() {
    let partners = Authority::new("partners");
    let caller = fabrikam(&partners);
    for (subject, reason) in [
        (r#"CN=fabrikam, E=ops@example.com, O="Fabrikam, Inc.", C=US"#, ""),
        (r"CN=fabrikam,emailAddress=ops@example.com,O=Fabrikam\, Inc.,C=US", ""),
        (r"CN=fabrikam,emailAddress=ops@example.com,O=Fabrikam\2C Inc.,C=US", ""),
        (r#"C = US, O = "Fabrikam, Inc.", emailAddress = ops@example.com, CN = fabrikam"#, ""),
        ("subject=/C=US/O=Fabrikam, Inc./emailAddress=ops@example.com/CN=fabrikam", ""),
        (
            "countryName = US\norganizationName = Fabrikam, Inc.\nemailAddress = ops@example.com\ncommonName = fabrikam",
            "",
        ),
        (r"CN=fabrikam,E=ops@example.com,O=Fabrikam\; Inc.,C=US", "ClientCertificateIdentityNotMatched"),
        (r"CN=fabrikam,O=Fabrikam\, Inc.,C=US", "ClientCertificateIdentityNotMatched"),
    ] {
        let statement = format!(
            "<validate-client-certificate><identities><identity subject='{subject}' /></identities></validate-client-certificate>"
        );
        let (gateway, _, _upstream) = gateway(&statement, &[("partners", &partners)]).await;
        assert_eq!(refused(&gateway, Some(&caller)).await, reason, "{subject}");
    }
}

#[tokio::test]
async fn what_is_turned_off_is_not_checked() {
    let strangers = Authority::new("strangers");
    let (gateway, _, _upstream) = gateway(
        "<validate-client-certificate validate-trust=\"false\" validate-revocation=\"false\" />",
        &[],
    )
    .await;
    assert_eq!(refused(&gateway, Some(&strangers.client("caller"))).await, "");
    assert_eq!(refused(&gateway, Some(&dated(&strangers, 2000, 2001))).await, "ClientCertificateExpired");
    let (gateway, _, _upstream) =
        self::gateway("<validate-client-certificate ignore-error=\"true\" />", &[]).await;
    assert_eq!(refused(&gateway, None).await, "");
}

async fn status(client: &mut testkit::client::Connection) -> StatusCode {
    client.send(request(Method::GET, "/", "")).await.unwrap().status
}

#[tokio::test]
async fn a_verdict_is_forgotten_when_the_authorities_change() {
    let (partners, others) = (Authority::new("partners"), Authority::new("others"));
    let (gateway, apis, _upstream) = gateway(ALL, &[("others", &others)]).await;
    let client: Client = gateway.client().showing(partners.client("caller").certified_key());
    for client in [client.clone(), client.http2()] {
        gateway.publish(&apis.clone().next());
        let mut connection = client.connect().await.unwrap();
        assert_eq!(status(&mut connection).await, StatusCode::UNAUTHORIZED);
        gateway.publish(&apis.clone().authority("partners", partners.der()).next());
        assert_eq!(status(&mut connection).await, StatusCode::OK, "on the connection of before");
    }
}

#[tokio::test]
async fn publishers_hear_more_than_callers() {
    let partners = Authority::new("partners");
    let (gateway, _, _upstream) = gateway(ALL, &[("partners", &partners)]).await;
    let call = refusal(&gateway, Some(&dated(&partners, 2000, 2001))).await.unwrap();
    assert!(call.detail.contains("expired on 2001-01-01"), "{}", call.detail);
    assert_eq!(call.statement.as_ref().unwrap().element, "validate-client-certificate");
}
