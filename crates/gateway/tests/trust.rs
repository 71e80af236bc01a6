//! How a backend's own certificate is judged, by calls and by the probe.

#![expect(clippy::panic, clippy::unwrap_used, reason = "what can't be set up has failed its test")]

use domain::handshake::{HandshakeProblem, Shown, Untrusted};
use domain::probe::{ProbeReport, ProbeTarget};
use domain::refused_addresses::RefusedAddresses;
use domain::snapshot::Identity;
use domain::trust::{ChainCheck, NameCheck, Trust};
use http::StatusCode;
use rcgen::{BasicConstraints, IsCa, date_time_ymd};
use std::sync::Arc;
use testkit::authority::{Authority, Leaf, certificate_id};
use testkit::gateway::{Configuration, TestGateway};
use testkit::upstream::{Demand, Upstream};
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;

/// Whether calls reach a backend that presents `leaf`, and what the probe says about it.
async fn judged(leaf: &Leaf, chain: ChainCheck, name: NameCheck) -> (StatusCode, ProbeReport) {
    judged_with(&[], leaf, chain, name).await
}

/// The same where these authorities are uploaded as `a`, `b`, ….
async fn judged_with(
    uploaded: &[Vec<u8>],
    leaf: &Leaf,
    chain: ChainCheck,
    name: NameCheck,
) -> (StatusCode, ProbeReport) {
    let upstream = Upstream::tls(leaf, Demand::Nothing).await;
    let trust = Trust { chain, name };
    let mut apis = Configuration::default().trust(trust.clone()).api("", &upstream.url("https"));
    for (id, der) in ["a", "b"].iter().zip(uploaded) {
        apis = apis.authority(id, der.clone());
    }
    let gateway = TestGateway::start(Authority::new("gateway"), &apis);
    let status = gateway.client().get("/").await.status;
    let authorities = match &trust.chain {
        ChainCheck::Uploaded(ids) => {
            let chosen =
                ["a", "b"].iter().zip(uploaded).filter(|(id, _)| ids.iter().any(|one| one.as_str() == **id));
            chosen.map(|(_, der)| der.clone()).collect()
        }
        _ => uploaded.to_vec(),
    };
    let backend = upstream.url("https").parse().unwrap();
    (status, gateway.gateway.probe(ProbeTarget { backend, trust, authorities, identity: None }).await)
}

async fn is_trusted(leaf: &Leaf, chain: ChainCheck, name: NameCheck) {
    let (status, report) = judged(leaf, chain, name).await;
    assert_eq!(status, StatusCode::OK);
    assert!(matches!(report, ProbeReport::Fine(_)), "{report:?}");
}

async fn is_refused(leaf: &Leaf, chain: ChainCheck, name: NameCheck, expected: Untrusted) {
    let (status, report) = judged(leaf, chain, name).await;
    assert_eq!(status, StatusCode::BAD_GATEWAY);
    let ProbeReport::TlsFailed { problem: HandshakeProblem::Certificate(reason), presented: Some(presented) } =
        report
    else {
        panic!("{report:?}");
    };
    assert_eq!(reason, expected);
    assert!(presented.issuer.contains("CN=authority"), "{presented:?}");
}

fn only(authority: &Authority) -> ChainCheck {
    ChainCheck::Only(vec![authority.der()])
}

#[tokio::test]
async fn a_certificate_of_the_right_authority_and_name_is_trusted() {
    let authority = Authority::new("authority");
    is_trusted(&authority.server(&["localhost"]), only(&authority), NameCheck::Address).await;
}

#[tokio::test]
async fn uploaded_authorities_vouch_beside_those_of_the_machine_or_instead() {
    let (one, two) = (Authority::new("authority"), Authority::new("authority two"));
    let leaf = one.server(&["localhost"]);
    let chosen = |id: &str| ChainCheck::Uploaded(vec![id.parse().unwrap()]);
    let uploaded = [one.der(), two.der()];
    for chain in [ChainCheck::System, chosen("a")] {
        let (status, report) = judged_with(&uploaded, &leaf, chain, NameCheck::Address).await;
        assert!(status == StatusCode::OK && matches!(report, ProbeReport::Fine(_)), "{status} {report:?}");
    }
    let (status, report) = judged_with(&uploaded, &leaf, chosen("b"), NameCheck::Address).await;
    assert_eq!(status, StatusCode::BAD_GATEWAY);
    let unknown = HandshakeProblem::Certificate(Untrusted::UnknownIssuer);
    assert!(matches!(&report, ProbeReport::TlsFailed { problem, .. } if *problem == unknown), "{report:?}");
}

#[tokio::test]
async fn an_uploaded_leaf_vouches_for_itself_and_for_nobody_that_it_signed() {
    let mut params = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    params.distinguished_name.push(rcgen::DnType::CommonName, "authority");
    let leaf_that_signs =
        rcgen::CertifiedIssuer::self_signed(params, rcgen::KeyPair::generate().unwrap()).unwrap();
    let itself =
        Leaf { chain: vec![leaf_that_signs.der().to_vec()], key: leaf_that_signs.key().serialize_der() };
    let uploaded = [leaf_that_signs.der().to_vec()];
    let (status, _) = judged_with(&uploaded, &itself, ChainCheck::System, NameCheck::Address).await;
    assert_eq!(status, StatusCode::OK);
    let key = rcgen::KeyPair::generate().unwrap();
    let params = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let signed = params.signed_by(&key, &leaf_that_signs).unwrap();
    let signed = Leaf { chain: vec![signed.der().to_vec()], key: key.serialize_der() };
    let (status, _) = judged_with(&uploaded, &signed, ChainCheck::System, NameCheck::Address).await;
    assert_eq!(status, StatusCode::BAD_GATEWAY);
}

#[tokio::test]
async fn a_deleted_authority_vouches_for_no_call_that_begins_after() {
    let authority = Authority::new("authority");
    let upstream = Upstream::tls(&authority.server(&["localhost"]), Demand::Nothing).await;
    let trust = Trust { chain: ChainCheck::System, name: NameCheck::Address };
    let without = Configuration::default().trust(trust).api("", &upstream.url("https"));
    let with = without.clone().authority("a", authority.der());
    let gateway = TestGateway::start(Authority::new("gateway"), &with);
    assert_eq!(gateway.client().get("/").await.status, StatusCode::OK);
    gateway.publish(&without.next());
    assert_eq!(gateway.client().get("/").await.status, StatusCode::BAD_GATEWAY);
}

#[tokio::test]
async fn a_certificate_of_another_authority_is_refused() {
    let authority = Authority::new("authority");
    let leaf = authority.server(&["localhost"]);
    is_refused(&leaf, only(&Authority::new("other")), NameCheck::Address, Untrusted::UnknownIssuer).await;
    is_refused(&leaf, ChainCheck::System, NameCheck::Address, Untrusted::UnknownIssuer).await;
    is_refused(&leaf, ChainCheck::System, NameCheck::Off, Untrusted::UnknownIssuer).await;
}

#[tokio::test]
async fn a_certificate_for_another_name_is_refused_unless_the_check_is_off() {
    let authority = Authority::new("authority");
    let leaf = authority.server(&["partner.example"]);
    is_refused(&leaf, only(&authority), NameCheck::Address, Untrusted::WrongName).await;
    is_refused(&leaf, ChainCheck::Off, NameCheck::Address, Untrusted::WrongName).await;
    is_trusted(&leaf, only(&authority), NameCheck::Off).await;
    is_trusted(&leaf, only(&authority), NameCheck::Named("partner.example".to_owned())).await;
}

#[tokio::test]
async fn a_certificate_outside_its_dates_is_refused() {
    let authority = Authority::new("authority");
    let dated = |from, to| {
        authority.leaf("localhost", &rcgen::PKCS_ECDSA_P256_SHA256, |params| {
            params.subject_alt_names = vec![rcgen::SanType::DnsName("localhost".try_into().unwrap())];
            (params.not_before, params.not_after) = (date_time_ymd(from, 1, 1), date_time_ymd(to, 1, 1));
        })
    };
    is_refused(&dated(1990, 2001), only(&authority), NameCheck::Address, Untrusted::Expired).await;
    is_refused(&dated(3000, 3001), only(&authority), NameCheck::Address, Untrusted::NotYetValid).await;
    is_trusted(&dated(1990, 2001), ChainCheck::Off, NameCheck::Address).await;
}

#[tokio::test]
async fn with_the_chain_check_off_anything_goes_that_holds_its_key() {
    let authority = Authority::new("authority");
    is_trusted(&authority.server(&["localhost"]), ChainCheck::Off, NameCheck::Off).await;
    is_trusted(&authority.version_one("old"), ChainCheck::Off, NameCheck::Off).await;
}

#[tokio::test]
async fn with_everything_off_a_stolen_certificate_is_still_refused() {
    let authority = Authority::new("authority");
    let mut stolen = authority.server(&["localhost"]);
    stolen.key = authority.server(&["localhost"]).key;
    for version in [&rustls::version::TLS12, &rustls::version::TLS13] {
        let upstream = Upstream::tls_stolen(&stolen, version).await;
        let trust = Trust { chain: ChainCheck::Off, name: NameCheck::Off };
        let apis = Configuration::default().trust(trust).api("", &upstream.url("https"));
        let gateway = TestGateway::start(Authority::new("gateway"), &apis);
        assert_eq!(gateway.client().get("/").await.status, StatusCode::BAD_GATEWAY);
        assert!(upstream.seen().is_empty());
    }
}

#[tokio::test]
async fn a_self_signed_certificate_can_be_uploaded_itself() {
    let authority = Authority::new("authority");
    let itself = authority.leaf("localhost", &rcgen::PKCS_ECDSA_P256_SHA256, |params| {
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.subject_alt_names = vec![rcgen::SanType::DnsName("localhost".try_into().unwrap())];
    });
    is_trusted(&itself, ChainCheck::Only(vec![itself.chain[0].clone()]), NameCheck::Address).await;
}

/// What the probe says about a backend that wants a certificate, when it is shown this one.
async fn probed(
    demand: Demand<'_>,
    authority: &Authority,
    shown: Option<&Leaf>,
    version: &'static rustls::SupportedProtocolVersion,
) -> ProbeReport {
    let upstream = Upstream::tls_speaking(&authority.server(&["localhost"]), demand, &[version]).await;
    let trust = Trust { chain: only(authority), name: NameCheck::Address };
    let identity = shown.map(|leaf| Arc::new(Identity::Ready(leaf.key_material("shown"))));
    gateway::probe::probe(
        ProbeTarget {
            backend: upstream.url("https").parse().unwrap(),
            trust,
            authorities: Vec::new(),
            identity,
        },
        RefusedAddresses::none(),
    )
    .await
}

#[tokio::test]
async fn the_probe_tells_whether_a_certificate_was_asked_for_shown_and_taken() {
    let authority = Authority::new("authority");
    let (ours, strange) = (authority.client("ours"), Authority::new("stranger").client("strange"));
    for (version, name) in [(&rustls::version::TLS12, "TLS 1.2"), (&rustls::version::TLS13, "TLS 1.3")] {
        let demand = Demand::Certificate(&authority);
        for (demand, leaf, expected) in [
            (demand, Some(&ours), Shown::AskedAndShown),
            (Demand::Ask(&authority), None, Shown::AskedAndNotShown),
            (Demand::Nothing, Some(&ours), Shown::ChosenNotAsked),
            (Demand::Nothing, None, Shown::NotAsked),
        ] {
            let ProbeReport::Fine(facts) = probed(demand, &authority, leaf, version).await else {
                panic!("{expected:?} with {name}");
            };
            assert_eq!((facts.shown, facts.version.as_str()), (expected, name));
            assert_eq!(facts.presented.unwrap().names, ["DNS:localhost"]);
        }
        for (leaf, expected) in [(None, Shown::AskedAndNotShown), (Some(&strange), Shown::AskedAndShown)] {
            let ProbeReport::TlsFailed {
                problem: HandshakeProblem::CertificateRefused { alert, shown }, ..
            } = probed(demand, &authority, leaf, version).await
            else {
                panic!("{expected:?} with {name}");
            };
            assert_eq!(shown, expected);
            assert!(!alert.is_empty());
        }
    }
}

#[tokio::test]
async fn the_probe_tells_what_else_can_go_wrong() {
    let probe = async |url: &str, identity| {
        let target = ProbeTarget {
            backend: url.parse().unwrap(),
            trust: Trust::default(),
            authorities: Vec::new(),
            identity,
        };
        gateway::probe::probe(target, RefusedAddresses::none()).await
    };
    let plain = Upstream::plain().await;
    assert_eq!(probe(&plain.url("http"), None).await, ProbeReport::Plain);
    assert!(matches!(probe(&plain.url("https"), None).await, ProbeReport::TlsFailed { .. }));
    let (url, gone) = (plain.url("http"), plain);
    drop(gone);
    assert!(matches!(probe(&url, None).await, ProbeReport::Unreachable { .. }));
    assert!(matches!(probe("http://nowhere.invalid", None).await, ProbeReport::Unreachable { .. }));
    let unavailable = Identity::Unavailable { id: certificate_id("sealed"), reason: "sealed".to_owned() };
    assert_eq!(probe(&url, Some(Arc::new(unavailable))).await, ProbeReport::IdentityUnavailable);
    let deaf = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://localhost:{}", deaf.local_addr().unwrap().port());
    assert_eq!(probe(&url, None).await, ProbeReport::TimedOut { limit_ms: 5000 });
}

#[tokio::test]
async fn the_probe_gives_up_on_a_backend_that_closes_at_once() {
    let closing = Upstream::raw(|mut stream, _| async move {
        let _ = stream.read(&mut [0; 1024]).await;
    })
    .await;
    let backend = closing.url("https").parse().unwrap();
    let report = gateway::probe::probe(
        ProbeTarget { backend, trust: Trust::default(), authorities: Vec::new(), identity: None },
        RefusedAddresses::none(),
    )
    .await;
    assert!(matches!(report, ProbeReport::TlsFailed { .. }), "{report:?}");
}
