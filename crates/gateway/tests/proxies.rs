//! Callers behind a trusted proxy: their certificates and addresses come in fields, from nobody else.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "what can't be set up has failed its test")]

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use gateway::settings::{CertificateField, Proxies};
use http::{Method, StatusCode};
use testkit::authority::{Authority, Leaf};
use testkit::client::{Client, request};
use testkit::gateway::{Configuration, TestGateway, policy};
use testkit::upstream::Upstream;

const FROM_HERE: &str = "127.0.0.0/8";
const FROM_ELSEWHERE: &str = "10.0.0.0/8";

/// A gateway that answers with the caller's thumbprint and address.
fn gateway(trusted: &str, field: Option<CertificateField>) -> TestGateway {
    let authority = Authority::new("test");
    let document = policy::inbound(
        "<return-response><set-body>@((context.Request.Certificate == null ? \"nobody\" : \
         context.Request.Certificate.Thumbprint) + \" \" + context.Request.IpAddress)</set-body></return-response>",
    );
    let apis = Configuration::trusting(&authority).api_with("", "http://localhost:1", &document);
    TestGateway::start_with(authority, &apis, |settings| {
        settings.proxies = Proxies { trusted: vec![trusted.parse().unwrap()], certificate_field: field };
    })
}

/// What a caller who sends these fields is taken for.
async fn taken_for(client: &Client, fields: &[(&str, &str)]) -> Result<String, StatusCode> {
    let mut request = request(Method::GET, "/", "");
    for (name, value) in fields {
        let name: http::HeaderName = name.parse().unwrap();
        request.headers_mut().append(name, value.parse().unwrap());
    }
    let answer = client.send(request).await;
    if answer.status == StatusCode::OK { Ok(answer.text()) } else { Err(answer.status) }
}

fn base64(leaf: &Leaf) -> String {
    BASE64_STANDARD.encode(&leaf.chain[0])
}

fn pem(leaf: &Leaf) -> String {
    let lines = format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", base64(leaf));
    lines.replace('+', "%2B").replace('=', "%3D").replace('\n', "%0A").replace(' ', "%20")
}

/// The way in which each field carries a certificate.
fn written(field: CertificateField, leaf: &Leaf) -> String {
    match field {
        CertificateField::ClientCert => format!(":{}:", base64(leaf)),
        CertificateField::ForwardedClientCert => {
            format!("By=spiffe://us;Hash=00;Subject=\"CN=a;b,c\";Cert=\"{}\"", pem(leaf))
        }
        CertificateField::ArrClientCert => base64(leaf),
        CertificateField::SslClientCert => pem(leaf),
    }
}

#[tokio::test]
async fn a_trusted_proxy_hands_certificates_on_in_each_of_the_four_ways() {
    let partners = Authority::new("partners");
    let (first, second) = (partners.client("first"), partners.client("second"));
    for field in CertificateField::ALL {
        let gateway = gateway(FROM_HERE, Some(field));
        for client in [gateway.plain_client(), gateway.client(), gateway.client().http2()] {
            for leaf in [&first, &first, &second] {
                let sent = [(field.name().as_str(), written(field, leaf))];
                let sent = sent.each_ref().map(|(name, value)| (*name, value.as_str()));
                let expected = format!("{} 127.0.0.1", leaf.thumbprint());
                assert_eq!(taken_for(&client, &sent).await, Ok(expected), "{field:?}");
            }
            assert_eq!(taken_for(&client, &[]).await.unwrap(), "nobody 127.0.0.1", "{field:?}");
        }
    }
}

#[tokio::test]
async fn the_certificate_of_the_proxy_itself_is_nobodys() {
    let gateway = gateway(FROM_HERE, Some(CertificateField::ArrClientCert));
    let proxy = gateway.client().showing(Authority::new("proxies").client("proxy").certified_key());
    assert_eq!(taken_for(&proxy, &[]).await.unwrap(), "nobody 127.0.0.1");
    assert_eq!(taken_for(&proxy, &[("x-arr-clientcert", "")]).await.unwrap(), "nobody 127.0.0.1");
}

#[tokio::test]
async fn nobody_else_is_believed() {
    let leaf = Authority::new("partners").client("victim");
    let caller = Authority::new("partners").client("caller");
    for field in CertificateField::ALL {
        let gateway = gateway(FROM_ELSEWHERE, Some(field));
        let value = written(field, &leaf);
        let sent = [(field.name().as_str(), value.as_str()), ("x-forwarded-for", "6.6.6.6")];
        assert_eq!(taken_for(&gateway.client(), &sent).await.unwrap(), "nobody 127.0.0.1");
        let own = gateway.client().showing(caller.certified_key());
        assert_eq!(taken_for(&own, &sent).await.unwrap(), format!("{} 127.0.0.1", caller.thumbprint()));
    }
}

#[tokio::test]
async fn only_the_field_that_was_chosen_is_read() {
    let leaf = Authority::new("partners").client("victim");
    let gateway = gateway(FROM_HERE, Some(CertificateField::ClientCert));
    let value = written(CertificateField::ArrClientCert, &leaf);
    let taken = taken_for(&gateway.plain_client(), &[("x-arr-clientcert", &value)]).await;
    assert_eq!(taken.unwrap(), "nobody 127.0.0.1");
}

#[tokio::test]
async fn a_field_that_holds_anything_but_one_certificate_is_refused() {
    let partners = Authority::new("partners");
    let (one, other) = (partners.client("one"), partners.client("other"));
    for field in CertificateField::ALL {
        let gateway = gateway(FROM_HERE, Some(field));
        let good = written(field, &one);
        let both = format!("{good},{}", written(field, &other));
        let two_pems = format!("{}{}", pem(&one), pem(&other));
        let halved = &good[..good.len() / 2];
        let nothing = BASE64_STANDARD.encode("not a certificate");
        for bad in
            [&both, &two_pems, halved, "(null)", "MIIB", "%", "Hash=00", &nothing, &format!(":{nothing}:")]
        {
            let taken = taken_for(&gateway.plain_client(), &[(field.name().as_str(), bad)]).await;
            assert_eq!(taken, Err(StatusCode::BAD_REQUEST), "{field:?}: {bad}");
        }
        let name = field.name().as_str();
        for second in [good.as_str(), ""] {
            let taken = taken_for(&gateway.plain_client(), &[(name, &good), (name, second)]).await;
            assert_eq!(taken, Err(StatusCode::BAD_REQUEST), "{field:?} twice");
        }
    }
}

#[tokio::test]
async fn the_nearest_address_that_is_no_proxys_is_the_callers() {
    let gateway = gateway(FROM_HERE, None);
    let client = gateway.plain_client();
    for (sent, expected) in [
        ("203.0.113.9", "203.0.113.9"),
        ("6.6.6.6, 203.0.113.9", "203.0.113.9"),
        ("6.6.6.6, 203.0.113.9, 127.0.0.7", "203.0.113.9"),
        ("203.0.113.9:4711", "203.0.113.9"),
        ("[2001:db8::1]:4711", "2001:db8::1"),
        ("6.6.6.6, unknown", "127.0.0.1"),
        ("", "127.0.0.1"),
    ] {
        let taken = taken_for(&client, &[("x-forwarded-for", sent)]).await.unwrap();
        assert_eq!(taken, format!("nobody {expected}"), "{sent}");
    }
}

#[tokio::test]
async fn a_backend_hears_what_the_proxy_said_of_the_caller() {
    let upstream = Upstream::plain().await;
    let authority = Authority::new("test");
    let apis = Configuration::trusting(&authority).api("", &upstream.url("http"));
    let gateway = TestGateway::start_with(authority, &apis, |settings| {
        settings.proxies.trusted = vec![FROM_HERE.parse().unwrap()];
    });
    let sent = [("x-forwarded-for", "6.6.6.6, 203.0.113.9, 127.0.0.7"), ("x-forwarded-proto", "https")];
    taken_for(&gateway.plain_client(), &sent).await.unwrap();
    let seen = upstream.seen();
    let headers = &seen.first().unwrap().headers;
    assert_eq!(headers.get("x-forwarded-for").unwrap(), "203.0.113.9, 127.0.0.7, 127.0.0.1");
    assert_eq!(headers.get("x-forwarded-proto").unwrap(), "https");
    assert_eq!(headers.get("forwarded").unwrap(), "for=203.0.113.9;proto=https;host=\"localhost\"");
}
