//! Which certificate a backend sees, and that it never sees another, or none.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use base64::Engine;
use domain::uploaded::Uploaded;
use http::{Method, StatusCode};
use rcgen::PKCS_RSA_SHA256;
use testkit::authority::{Authority, Leaf};
use testkit::client::request;
use testkit::gateway::{Configuration, TestGateway, policy};
use testkit::upstream::{Demand, Upstream};

#[tokio::test]
async fn a_backend_that_demands_a_certificate_sees_the_chosen_one() {
    let authority = Authority::new("test");
    let leaf = authority.client("partner");
    let upstream = Upstream::tls(&authority.server(&["localhost"]), Demand::Certificate(&authority)).await;
    let apis = Configuration::trusting(&authority).certificate("partner", &leaf);
    let apis = apis.api_showing("a", &upstream.url("https"), "partner");
    let gateway = TestGateway::start(authority, &apis);
    assert_eq!(gateway.client().get("/a").await.json()["thumbprint"], leaf.thumbprint());
    assert_eq!(gateway.client().http2().get("/a").await.json()["thumbprint"], leaf.thumbprint());
}

#[tokio::test]
async fn a_certificate_can_be_named_by_its_thumbprint() {
    let authority = Authority::new("test");
    let leaf = authority.client("partner");
    let upstream = Upstream::tls(&authority.server(&["localhost"]), Demand::Certificate(&authority)).await;
    let statement =
        format!("<authentication-certificate thumbprint=\"{}\"/>", leaf.thumbprint().to_lowercase());
    let apis = Configuration::trusting(&authority).certificate("partner", &leaf).api_with(
        "a",
        &upstream.url("https"),
        &policy::inbound(&statement),
    );
    let gateway = TestGateway::start(authority, &apis);
    assert_eq!(gateway.client().get("/a").await.json()["thumbprint"], leaf.thumbprint());
}

#[tokio::test]
async fn a_certificate_that_cannot_be_used_gives_500_and_the_backend_sees_no_connection() {
    let authority = Authority::new("test");
    let upstream = Upstream::tls(&authority.server(&["localhost"]), Demand::Ask(&authority)).await;
    let url = upstream.url("https");
    let mut alien = authority.client("a").key_material("alien");
    alien.key = authority.client("b").key_material("b").key;
    let mut broken = authority.client("c").key_material("broken");
    broken.key = domain::secret::Secret::new(b"not a key".to_vec());
    let apis = Configuration::trusting(&authority)
        .unavailable("sealed")
        .material(alien)
        .material(broken)
        .api_showing("sealed", &url, "sealed")
        .api_showing("alien", &url, "alien")
        .api_showing("broken", &url, "broken")
        .api_showing("missing", &url, "nobody")
        .api_showing("plain", &upstream.url("http"), "fine")
        .certificate("fine", &authority.client("fine"));
    let gateway = TestGateway::start(authority, &apis);
    for path in ["/sealed", "/alien", "/broken", "/missing", "/plain"] {
        assert_eq!(gateway.client().get(path).await.status, StatusCode::INTERNAL_SERVER_ERROR, "{path}");
    }
    assert_eq!(upstream.accepted(), 0);
}

#[tokio::test]
async fn an_api_whose_certificate_is_missing_leaves_the_others_alone() {
    let authority = Authority::new("test");
    let upstream = Upstream::plain().await;
    let apis = Configuration::trusting(&authority)
        .api_showing("broken", &upstream.url("http"), "nobody")
        .api("fine", &upstream.url("http"));
    let gateway = TestGateway::start(authority, &apis);
    assert_eq!(gateway.client().get("/broken").await.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(gateway.client().get("/fine").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_connection_is_never_shared_between_two_certificates_at_the_same_backend() {
    let authority = Authority::new("test");
    let (one, two) = (authority.client("one"), authority.client("two"));
    let upstream = Upstream::tls(&authority.server(&["localhost"]), Demand::Ask(&authority)).await;
    let apis = Configuration::trusting(&authority)
        .certificate("one", &one)
        .certificate("two", &two)
        .api_showing("one", &upstream.url("https"), "one")
        .api_showing("two", &upstream.url("https"), "two")
        .api("none", &upstream.url("https"));
    let gateway = TestGateway::start_with(authority, &apis, |settings| settings.threads = 1);
    let mut connection = gateway.client().connect().await.unwrap();
    for _ in 0..3 {
        for (path, thumbprint) in
            [("/one", Some(one.thumbprint())), ("/two", Some(two.thumbprint())), ("/none", None)]
        {
            let answer = connection.send(request(Method::GET, path, "")).await.unwrap();
            assert_eq!(answer.json()["thumbprint"], serde_json::json!(thumbprint), "{path}");
        }
    }
    assert_eq!(upstream.accepted(), 3, "each has one connection of its own, and keeps it");
}

#[tokio::test]
async fn an_old_connection_is_closed_when_its_certificate_is_replaced() {
    let authority = Authority::new("test");
    let upstream = Upstream::tls(&authority.server(&["localhost"]), Demand::Certificate(&authority)).await;
    let (old, new) = (authority.client("old"), authority.client("new"));
    let apis = Configuration::trusting(&authority).certificate("partner", &old);
    let apis = apis.api_showing("a", &upstream.url("https"), "partner");
    let gateway = TestGateway::start(authority, &apis);
    assert_eq!(gateway.client().get("/a").await.json()["thumbprint"], old.thumbprint());
    assert_eq!(upstream.open(), 1);
    gateway.publish(&apis.next().certificate("partner", &new));
    upstream.until_open(0).await;
    assert_eq!(gateway.client().get("/a").await.json()["thumbprint"], new.thumbprint());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_request_fails_or_shows_the_old_certificate_when_it_is_replaced_under_load() {
    let authority = Authority::new("test");
    let upstream = Upstream::tls(&authority.server(&["localhost"]), Demand::Certificate(&authority)).await;
    let leaves: Vec<_> = (0..6).map(|number| authority.client(&format!("version {number}"))).collect();
    let thumbprints: Arc<Vec<String>> = Arc::new(leaves.iter().map(|leaf| leaf.thumbprint()).collect());
    let mut apis = Configuration::trusting(&authority).certificate("partner", &leaves[0]).api_showing(
        "a",
        &upstream.url("https"),
        "partner",
    );
    let gateway = TestGateway::start(authority, &apis);

    let published = Arc::new(AtomicUsize::new(0));
    let (served, done) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
    let mut callers = Vec::new();
    for _ in 0..64 {
        let mut connection = gateway.client().connect().await.unwrap();
        let (published, served) = (Arc::clone(&published), Arc::clone(&served));
        let (thumbprints, done) = (Arc::clone(&thumbprints), Arc::clone(&done));
        callers.push(tokio::spawn(async move {
            while !done.load(Ordering::SeqCst) {
                let oldest = published.load(Ordering::SeqCst);
                let answer = connection.send(request(Method::GET, "/a", "")).await.expect("no request fails");
                assert_eq!(answer.status, StatusCode::OK);
                let shown = answer.json()["thumbprint"].as_str().expect("a thumbprint").to_owned();
                let version = thumbprints.iter().position(|one| *one == shown).expect("one of ours");
                assert!(version >= oldest, "version {version} was shown after {oldest} was published");
                served.fetch_add(1, Ordering::SeqCst);
            }
        }));
    }
    for (version, leaf) in leaves.iter().enumerate().skip(1) {
        let before = served.load(Ordering::SeqCst);
        while served.load(Ordering::SeqCst) < before + 200 {
            tokio::task::yield_now().await;
        }
        apis = apis.next().certificate("partner", leaf);
        gateway.publish(&apis);
        published.store(version, Ordering::SeqCst);
    }
    let before = served.load(Ordering::SeqCst);
    while served.load(Ordering::SeqCst) < before + 200 {
        tokio::task::yield_now().await;
    }
    done.store(true, Ordering::SeqCst);
    for caller in callers {
        caller.await.expect("no caller was disappointed");
    }
}

#[tokio::test]
async fn a_session_is_never_resumed_with_another_certificate() {
    let authority = Authority::new("test");
    let upstream = Upstream::tls(&authority.server(&["localhost"]), Demand::Certificate(&authority)).await;
    let (one, two) = (authority.client("one"), authority.client("two"));
    let mut apis = Configuration::trusting(&authority)
        .certificate("one", &one)
        .certificate("two", &two)
        .api_showing("one/close", &upstream.url("https"), "one")
        .api_showing("two/close", &upstream.url("https"), "two");
    let gateway = TestGateway::start_with(authority, &apis, |settings| settings.threads = 1);
    // Each answer closes its connection, so that each request makes a handshake, with tickets from the one before.
    for _ in 0..3 {
        assert_eq!(gateway.client().get("/one/close/close").await.json()["thumbprint"], one.thumbprint());
        assert_eq!(gateway.client().get("/two/close/close").await.json()["thumbprint"], two.thumbprint());
        apis = apis.next();
        gateway.publish(&apis);
    }
    assert!(upstream.resumed() > 0, "sessions are resumed at all");
}

#[tokio::test]
async fn the_time_of_the_last_use_is_known() {
    let authority = Authority::new("test");
    let upstream = Upstream::tls(&authority.server(&["localhost"]), Demand::Ask(&authority)).await;
    let apis = Configuration::trusting(&authority)
        .certificate("used", &authority.client("used"))
        .certificate("unused", &authority.client("unused"))
        .api_showing("a", &upstream.url("https"), "used");
    let gateway = TestGateway::start(authority, &apis);
    let id = testkit::authority::certificate_id;
    assert_eq!(gateway.gateway.certificate_used(&id("used")), None);
    gateway.client().get("/a").await;
    assert!(gateway.gateway.certificate_used(&id("used")).is_some());
    assert_eq!(gateway.gateway.certificate_used(&id("unused")), None);
}

#[tokio::test]
async fn a_key_that_the_backend_takes_no_signature_of_is_not_passed_over_in_silence() {
    let authority = Authority::new("test");
    let upstream = Upstream::tls(&authority.server(&["localhost"]), Demand::AskForRsa(&authority)).await;
    let apis = Configuration::trusting(&authority)
        .certificate("elliptic", &authority.client("elliptic"))
        .api_showing("a", &upstream.url("https"), "elliptic");
    let gateway = TestGateway::start(authority, &apis);
    assert_eq!(gateway.client().get("/a").await.status, StatusCode::BAD_GATEWAY);
    assert!(upstream.seen().is_empty(), "no request came over a connection without the certificate");
}

#[tokio::test]
async fn an_expression_chooses_among_certificates_that_no_document_names() {
    let authority = Authority::new("test");
    let leaf = authority.client("partner");
    let upstream = Upstream::tls(&authority.server(&["localhost"]), Demand::Certificate(&authority)).await;
    let by_id = r#"<authentication-certificate certificate-id="@(context.Request.Headers.GetValueOrDefault("X-Partner"))"/>"#;
    let by_thumbprint = r#"<authentication-certificate thumbprint="@(context.Request.Headers.GetValueOrDefault("X-Partner"))"/>"#;
    let apis = Configuration::trusting(&authority)
        .certificate("partner", &leaf)
        .unavailable("sealed")
        .api_with("id", &upstream.url("https"), &policy::inbound(by_id))
        .api_with("thumbprint", &upstream.url("https"), &policy::inbound(by_thumbprint));
    let renewed = authority.client("partner");
    let later = apis.clone().certificate("partner", &renewed).next();
    let gateway = TestGateway::start(authority, &apis);
    let ask = async |path: &str, partner: &str| {
        let mut asked = request(Method::GET, path, "");
        asked.headers_mut().insert("X-Partner", partner.parse().unwrap());
        gateway.client().send(asked).await
    };
    assert_eq!(ask("/id", "partner").await.json()["thumbprint"], leaf.thumbprint());
    let written = leaf.thumbprint().to_lowercase();
    assert_eq!(ask("/thumbprint", &written).await.json()["thumbprint"], leaf.thumbprint());

    let calls = upstream.accepted();
    let nobody = "0123456789ABCDEF0123456789ABCDEF01234567";
    for (path, partner) in [("/id", "nobody"), ("/id", "sealed"), ("/thumbprint", nobody)] {
        assert_eq!(ask(path, partner).await.status, StatusCode::INTERNAL_SERVER_ERROR, "{path} {partner}");
    }
    assert_eq!(upstream.accepted(), calls, "no backend is called without the certificate");

    // The thumbprint of the version before means the slot, and so what is in it now.
    gateway.publish(&later);
    assert_eq!(ask("/id", "partner").await.json()["thumbprint"], renewed.thumbprint());
    assert_eq!(ask("/thumbprint", &written).await.json()["thumbprint"], renewed.thumbprint());
}

#[tokio::test]
async fn an_uploaded_key_signs_and_what_it_signed_is_verified() {
    let authority = Authority::new("test");
    let (leaf, elliptic) = (rsa(&authority), authority.client("elliptic"));
    let document = r#"<return-response><set-body>@{
        var certificate = context.Deployment.Certificates["partner"];
        var data = Encoding.UTF8.GetBytes("header.payload");
        var sha256 = HashAlgorithmName.SHA256;
        using (var rsa = certificate.GetRSAPrivateKey()) {
            var signed = rsa.SignData(data, sha256, RSASignaturePadding.Pkcs1);
            var pss = RSACertificateExtensions.GetRSAPrivateKey(certificate)
                .SignData(data, HashAlgorithmName.SHA512, RSASignaturePadding.Pss);
            var own = certificate.GetRSAPublicKey();
            var other = new X509Certificate2(certificate.RawData);
            var elliptic = context.Deployment.Certificates["elliptic"];
            return new JObject(
                new JProperty("bits", rsa.KeySize),
                new JProperty("bytes", signed.Length),
                new JProperty("own", own.VerifyData(data, signed, sha256, RSASignaturePadding.Pkcs1)),
                new JProperty("pss", own.VerifyData(data, pss, HashAlgorithmName.SHA512, RSASignaturePadding.Pss)),
                new JProperty("mixed", own.VerifyData(data, pss, sha256, RSASignaturePadding.Pss)),
                new JProperty("tampered", own.VerifyData(new byte[3], signed, sha256, RSASignaturePadding.Pkcs1)),
                new JProperty("read", other.Thumbprint == certificate.Thumbprint),
                new JProperty("keyless", other.GetRSAPrivateKey() == null),
                new JProperty("elliptic", elliptic.GetRSAPrivateKey() == null)).ToString();
        } }</set-body></return-response>"#;
    let mut uploaded = Uploaded::default();
    uploaded.insert("partner".parse().unwrap(), leaf.uploaded());
    uploaded.insert("elliptic".parse().unwrap(), elliptic.uploaded());
    let apis = Configuration::trusting(&authority)
        .certificate("partner", &leaf)
        .certificate("elliptic", &elliptic)
        .uploaded(uploaded)
        .api_with("a", "http://127.0.0.1:9", &policy::inbound(document));
    let gateway = TestGateway::start(authority, &apis);
    let said = gateway.client().get("/a").await.json();
    assert_eq!((&said["bits"], &said["bytes"]), (&2048.into(), &256.into()));
    for holds in ["own", "pss", "read", "keyless", "elliptic"] {
        assert_eq!(said[holds], true, "{holds}: {said}");
    }
    for fails in ["mixed", "tampered"] {
        assert_eq!(said[fails], false, "{fails}: {said}");
    }
}

#[tokio::test]
async fn an_expression_reads_certificates_as_der_pem_and_pfx_and_signs_with_the_key_in_the_file() {
    let authority = Authority::new("test");
    let leaf = rsa(&authority);
    let encoded = |bytes: &[u8]| base64::prelude::BASE64_STANDARD.encode(bytes);
    let der = encoded(&leaf.certificates()[0]);
    let pem = encoded(format!("-----BEGIN CERTIFICATE-----\n{der}\n-----END CERTIFICATE-----\n").as_bytes());
    let pfx = encoded(&leaf.pfx("pw"));
    let read = |arguments: &str| {
        let document = format!(
            r#"<set-variable name="c" value="@(new X509Certificate2(Convert.FromBase64String({arguments}))" />
            <return-response><set-body>@{{
                var certificate = (X509Certificate2)context.Variables["c"];
                var key = certificate.GetRSAPrivateKey();
                if (key == null) {{ return certificate.Thumbprint; }}
                var data = new byte[] {{ 1, 2, 3 }};
                var signed = key.SignData(data, HashAlgorithmName.SHA384, RSASignaturePadding.Pkcs1);
                var public_half = new X509Certificate2(certificate.RawData).GetRSAPublicKey();
                return certificate.Thumbprint
                    + public_half.VerifyData(data, signed, HashAlgorithmName.SHA384, RSASignaturePadding.Pkcs1);
            }}</set-body></return-response>"#
        );
        policy::inbound(&document)
    };
    let backend = "http://127.0.0.1:9";
    let apis = Configuration::trusting(&authority)
        .api_with("der", backend, &read(&format!("\"{der}\")")))
        .api_with("pem", backend, &read(&format!("\"{pem}\")")))
        .api_with("pfx", backend, &read(&format!("\"{pfx}\"), \"pw\"")))
        .api_with("wrong", backend, &read(&format!("\"{pfx}\"), \"no\"")))
        .api_with("nothing", backend, &read("\"AAAA\")"));
    let gateway = TestGateway::start(authority, &apis);
    let thumbprint = leaf.thumbprint();
    for (path, said) in
        [("/der", thumbprint.clone()), ("/pem", thumbprint.clone()), ("/pfx", format!("{thumbprint}True"))]
    {
        assert_eq!(gateway.client().get(path).await.text(), said, "{path}");
    }
    for path in ["/wrong", "/nothing"] {
        assert_eq!(gateway.client().get(path).await.status, StatusCode::INTERNAL_SERVER_ERROR, "{path}");
    }
}

fn rsa(authority: &Authority) -> Leaf {
    authority.leaf("partner", &PKCS_RSA_SHA256, |_| {})
}
