//! What the connection test says about backends that can't be spoken to, each in words of its own; and the log, too.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "what can't be set up has failed its test")]

use std::sync::Arc;

use domain::handshake::{HandshakeProblem, Shown, Untrusted};
use domain::language::Language;
use domain::probe::{ProbeReport, ProbeTarget};
use domain::refused_addresses::RefusedAddresses;
use domain::snapshot::Identity;
use domain::trust::{ChainCheck, NameCheck, Trust};
use http::StatusCode;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, ExtendedKeyUsagePurpose, IsCa, KeyPair};
use testkit::authority::{Authority, Leaf};
use testkit::gateway::{Configuration, TestGateway};
use testkit::log::Log;
use testkit::openssl::OpensslServer;
use testkit::upstream::{Demand, Upstream};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// What the test says of this address, whose certificate is judged so.
async fn probed(url: &str, trust: Trust, authorities: &[Vec<u8>], shown: Option<&Leaf>) -> ProbeReport {
    let identity = shown.map(|leaf| Arc::new(Identity::Ready(leaf.key_material("shown"))));
    let backend = url.parse().unwrap();
    let target = ProbeTarget { backend, trust, authorities: authorities.to_vec(), identity };
    gateway::probe::probe(target, RefusedAddresses::none()).await
}

fn trusting(authority: &Authority) -> Trust {
    Trust { chain: ChainCheck::Only(vec![authority.der()]), name: NameCheck::Address }
}

async fn is_called(url: &str, authority: &Authority, expected: HandshakeProblem) {
    let report = probed(url, trusting(authority), &[], None).await;
    assert!(matches!(&report, ProbeReport::TlsFailed { problem, .. } if *problem == expected), "{report:?}");
}

/// Certificates, by the test and by a call whose failure the log tells.
async fn is_untrusted(leaf: &Leaf, trust: Trust, expected: Untrusted) {
    let log = Log::capture();
    let upstream = Upstream::tls(leaf, Demand::Nothing).await;
    let url = upstream.url("https");
    let report = probed(&url, trust.clone(), &[], None).await;
    let problem = HandshakeProblem::Certificate(expected.clone());
    assert!(
        matches!(&report, ProbeReport::TlsFailed { problem: p, presented: Some(_) } if *p == problem),
        "{report:?}"
    );
    let apis = Configuration::default().trust(trust).api("", &url);
    let gateway = TestGateway::start(Authority::new("gateway"), &apis);
    assert_eq!(gateway.client().get("/").await.status, StatusCode::BAD_GATEWAY);
    let sentence = expected.sentence(Language::English);
    log.line(|line| line["fields"]["reason"].as_str().is_some_and(|reason| reason.contains(&sentence))).await;
}

fn localhost() -> Vec<rcgen::SanType> {
    vec![rcgen::SanType::DnsName("localhost".try_into().unwrap())]
}

fn self_signed(is_ca: IsCa) -> Leaf {
    let mut params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    params.is_ca = is_ca;
    let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    Leaf { chain: vec![issuer.der().to_vec()], key: issuer.key().serialize_der() }
}

#[tokio::test]
async fn a_self_signed_certificate_is_told_from_one_of_an_unknown_issuer() {
    let kinds = [IsCa::NoCa, IsCa::ExplicitNoCa, IsCa::Ca(BasicConstraints::Unconstrained)].map(self_signed);
    for leaf in &kinds {
        is_untrusted(leaf, Trust::default(), Untrusted::SelfSigned).await;
        // What the sentence advises helps: uploaded or pasted, it is trusted.
        let upstream = Upstream::tls(leaf, Demand::Nothing).await;
        let pasted = Trust { chain: ChainCheck::Only(leaf.chain.clone()), name: NameCheck::Address };
        for (trust, uploaded) in [(Trust::default(), leaf.chain.clone()), (pasted, Vec::new())] {
            let report = probed(&upstream.url("https"), trust, &uploaded, None).await;
            assert!(matches!(report, ProbeReport::Fine(_)), "{report:?}");
        }
    }
    let stranger = Authority::new("stranger").server(&["localhost"]);
    is_untrusted(&stranger, Trust::default(), Untrusted::UnknownIssuer).await;
}

#[tokio::test]
async fn what_is_wrong_with_a_certificate_is_said_as_it_is() {
    let authority = Authority::new("authority");
    let leaf = |change: fn(&mut CertificateParams)| {
        authority.leaf("localhost", &rcgen::PKCS_ECDSA_P256_SHA256, change)
    };
    is_untrusted(&leaf(|_| {}), trusting(&authority), Untrusted::NoNames).await;
    let for_clients = leaf(|params| {
        params.subject_alt_names = localhost();
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    });
    is_untrusted(&for_clients, trusting(&authority), Untrusted::WrongPurpose).await;
    let sub_authority = leaf(|params| {
        params.subject_alt_names = localhost();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    });
    is_untrusted(&sub_authority, trusting(&authority), Untrusted::Authority).await;
    let other = authority.server(&["partner.example"]);
    is_untrusted(&other, trusting(&authority), Untrusted::WrongName).await;
}

#[tokio::test]
async fn a_backend_that_speaks_only_old_tls_is_called_too_old() {
    let authority = Authority::new("authority");
    let leaf = authority.server(&["localhost"]);
    for version in ["-tls1", "-tls1_1"] {
        let server = OpensslServer::start(&leaf, &[version, "-cipher", "ALL:@SECLEVEL=0"]);
        is_called(&server.url("localhost"), &authority, HandshakeProblem::TooOld).await;
    }
}

#[tokio::test]
async fn a_backend_with_other_cipher_suites_or_groups_has_nothing_in_common() {
    let authority = Authority::new("authority");
    let leaf = authority.server(&["localhost"]);
    for arguments in [&["-tls1_2", "-cipher", "ECDHE-ECDSA-CAMELLIA256-SHA384"][..], &["-groups", "X448"]] {
        let server = OpensslServer::start(&leaf, arguments);
        is_called(&server.url("localhost"), &authority, HandshakeProblem::NothingInCommon).await;
    }
}

#[tokio::test]
async fn a_backend_that_does_not_know_the_name_is_told_which() {
    let authority = Authority::new("authority");
    let leaf = authority.server(&["localhost"]);
    let folder = tempfile::tempdir().unwrap();
    let (certificate, key) = (folder.path().join("leaf.der"), folder.path().join("key.der"));
    std::fs::write(&certificate, &leaf.chain[0]).unwrap();
    std::fs::write(&key, &leaf.key).unwrap();
    let (certificate, key) = (certificate.to_str().unwrap(), key.to_str().unwrap());
    let arguments =
        ["-servername", "partner.example", "-servername_fatal", "-cert2", certificate, "-key2", key];
    let server = OpensslServer::start(&leaf, &arguments);
    let name = Some("localhost".to_owned());
    is_called(&server.url("localhost"), &authority, HandshakeProblem::UnknownName { name }).await;
}

#[tokio::test]
async fn what_does_not_speak_tls_is_told_from_what_closes() {
    let authority = Authority::new("authority");
    let saying = async |bytes: &'static [u8]| {
        Upstream::raw(move |mut stream, _| async move {
            let _ = stream.write_all(bytes).await;
            let _ = stream.read(&mut [0; 1024]).await;
        })
        .await
    };
    let plain = saying(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n").await;
    is_called(&plain.url("https"), &authority, HandshakeProblem::PlainHttp).await;
    let shell = saying(b"SSH-2.0-OpenSSH_9.2\r\n").await;
    is_called(&shell.url("https"), &authority, HandshakeProblem::NotTls).await;
    let silent = saying(b"").await;
    is_called(&silent.url("https"), &authority, HandshakeProblem::Closed).await;
}

#[tokio::test]
async fn a_certificate_that_nobody_asked_for_is_noticed() {
    let authority = Authority::new("authority");
    let upstream = Upstream::tls(&authority.server(&["localhost"]), Demand::Nothing).await;
    let ours = authority.client("ours");
    let report = probed(&upstream.url("https"), trusting(&authority), &[], Some(&ours)).await;
    assert!(
        matches!(&report, ProbeReport::Fine(facts) if facts.shown == Shown::ChosenNotAsked),
        "{report:?}"
    );
}

#[tokio::test]
async fn a_backend_that_does_not_know_our_issuer_is_quoted_in_words() {
    let authority = Authority::new("authority");
    let strange = Authority::new("stranger").client("strange");
    for version in [&rustls::version::TLS12, &rustls::version::TLS13] {
        let leaf = authority.server(&["localhost"]);
        let upstream = Upstream::tls_speaking(&leaf, Demand::Certificate(&authority), &[version]).await;
        let report = probed(&upstream.url("https"), trusting(&authority), &[], Some(&strange)).await;
        let ProbeReport::TlsFailed { problem, .. } = report else { panic!("{report:?}") };
        let alert = "unknown CA".to_owned();
        assert_eq!(problem, HandshakeProblem::CertificateRefused { alert, shown: Shown::AskedAndShown });
        assert!(problem.sentence(Language::English).contains("(unknown CA)"));
        assert!(problem.sentence(Language::Korean).contains("(알 수 없는 CA)"));
    }
}
