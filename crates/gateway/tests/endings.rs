//! Backends that close TCP without TLS's `close_notify`: responses of unknown length pass, others that end early don't.

#![expect(clippy::unwrap_used, reason = "what can't be set up has failed its test")]

use std::sync::Arc;

use domain::handshake::Shown;
use domain::probe::{ProbeReport, ProbeTarget};
use domain::refused_addresses::RefusedAddresses;
use domain::snapshot::Identity;
use domain::trust::{ChainCheck, NameCheck, Trust};
use http::{HeaderName, HeaderValue, Method, StatusCode};
use http_body_util::BodyExt;
use rustls::server::WebPkiClientVerifier;
use testkit::authority::Authority;
use testkit::client::request;
use testkit::gateway::{Configuration, TestGateway, policy};
use testkit::log::Log;
use testkit::upstream::Upstream;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// A TLS backend that asks for a certificate of the authority, sends these bytes to each request, and then closes TCP
/// at once.
async fn closing(authority: &Authority, bytes: &'static [u8]) -> Upstream {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut roots = rustls::RootCertStore::empty();
    roots.add(authority.der().into()).unwrap();
    let asking = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider));
    let leaf = authority.server(&["localhost"]);
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_client_cert_verifier(asking.allow_unauthenticated().build().unwrap())
        .with_single_cert(leaf.certificates(), leaf.private_key())
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    Upstream::raw(move |stream, _| {
        let acceptor = acceptor.clone();
        async move {
            let mut stream: TlsStream<TcpStream> = acceptor.accept(stream).await.unwrap();
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                head.push(stream.read_u8().await.unwrap());
            }
            stream.write_all(bytes).await.unwrap();
            stream.flush().await.unwrap();
            // Dropped without a shutdown: no `close_notify` is sent.
        }
    })
    .await
}

async fn gateway(bytes: &'static [u8], statements: &str) -> (TestGateway, Upstream) {
    let authority = Authority::new("test");
    let upstream = closing(&authority, bytes).await;
    let apis = Configuration::default()
        .trust(Trust { chain: ChainCheck::System, name: NameCheck::Address })
        .authority("a", authority.der())
        .api_with("api", &upstream.url("https"), statements);
    (TestGateway::start(authority, &apis), upstream)
}

/// The status and the body that a client gets, or the body's error.
async fn body(gateway: &TestGateway) -> (StatusCode, Result<String, String>) {
    let mut connection = gateway.client().connect().await.unwrap();
    let response = connection.begin(request(Method::GET, "/api/", "")).await.unwrap();
    let status = response.status();
    let body = response.into_body().collect().await;
    let text = body.map(|body| String::from_utf8_lossy(&body.to_bytes()).into_owned());
    (status, text.map_err(|error| error.to_string()))
}

#[tokio::test]
async fn a_response_that_only_the_connection_ends_is_passed_on() {
    for bytes in [
        &b"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nthe whole text"[..],
        b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nthe whole text",
    ] {
        let (gateway, _upstream) = gateway(bytes, &policy::inbound("")).await;
        assert_eq!(body(&gateway).await, (StatusCode::OK, Ok("the whole text".to_owned())));
    }
}

#[tokio::test]
async fn one_whose_length_is_known_passes_if_it_is_complete_and_breaks_off_if_not() {
    let complete = [
        &b"HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nwhole"[..],
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwhole",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nwhole\r\n0\r\n\r\n",
    ];
    for bytes in complete {
        let (gateway, _upstream) = gateway(bytes, &policy::inbound("")).await;
        assert_eq!(body(&gateway).await, (StatusCode::OK, Ok("whole".to_owned())));
    }
    let cut = [
        &b"HTTP/1.0 200 OK\r\nContent-Length: 9\r\n\r\nwhole"[..],
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nwhole",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nwhole\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nwhole",
    ];
    for bytes in cut {
        let (gateway, _upstream) = gateway(bytes, &policy::inbound("")).await;
        let (status, text) = body(&gateway).await;
        assert!(status == StatusCode::OK && text.is_err(), "{}: {text:?}", bytes.escape_ascii());
    }
}

#[tokio::test]
async fn a_response_without_a_whole_head_is_502() {
    for bytes in [&b""[..], b"HTTP/1.1 200 OK\r\nContent-Ty"] {
        let (gateway, _upstream) = gateway(bytes, &policy::inbound("")).await;
        assert_eq!(body(&gateway).await.0, StatusCode::BAD_GATEWAY, "{}", bytes.escape_ascii());
    }
}

#[tokio::test]
async fn its_trace_and_the_log_say_that_it_may_be_incomplete() {
    let log = Log::capture();
    let bytes = b"HTTP/1.1 200 OK\r\n\r\nthe text";
    let reading = "<policies><inbound /><backend><forward-request /></backend><outbound>\
         <set-body>@(context.Response.Body.As&lt;string&gt;() + \", read\")</set-body></outbound></policies>";
    for (document, expected) in [(&*policy::inbound(""), "the text"), (reading, "the text, read")] {
        let (gateway, _upstream) = gateway(bytes, document).await;
        let token = gateway.gateway.start_trace("api".parse().unwrap()).token;
        let mut call = request(Method::GET, "/api/", "");
        call.headers_mut()
            .insert(HeaderName::from_static("postern-trace"), HeaderValue::from_str(&token).unwrap());
        let answer = gateway.client().send(call).await;
        assert_eq!(answer.text(), expected);
        let id = answer.headers["x-request-id"].to_str().unwrap();
        log.access(id).await;
        let trace = gateway.gateway.trace(id).unwrap();
        let noted =
            trace.steps.iter().filter(|step| step.what.contains("without a TLS close_notify")).count();
        assert_eq!(noted, 1, "{trace:?}");
        let line = log
            .line(|line| line["fields"]["request.id"] == id && line["fields"]["reason"] == "UnannouncedEnd");
        assert_eq!(line.await["level"], "INFO");
    }
}

#[tokio::test]
async fn a_call_of_the_policy_reads_such_a_response_too() {
    let authority = Authority::new("test");
    for (bytes, expected) in [
        (&b"HTTP/1.0 200 OK\r\n\r\nthe text"[..], "the text"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nthe", "none"),
    ] {
        let other = closing(&authority, bytes).await;
        let url = other.url("https");
        let statements = format!(
            "<send-request mode=\"new\" response-variable-name=\"answer\" ignore-error=\"true\">\
             <set-url>{url}/</set-url><set-method>GET</set-method></send-request>\
             <return-response><set-body>@(context.Variables[\"answer\"] == null ? \"none\" : \
             ((IResponse)context.Variables[\"answer\"]).Body.As&lt;string&gt;())</set-body></return-response>"
        );
        let apis = Configuration::default()
            .trust(Trust { chain: ChainCheck::System, name: NameCheck::Address })
            .authority("a", authority.der())
            .api_with("api", &url, &policy::inbound(&statements));
        let gateway = TestGateway::start(Authority::new("gateway"), &apis);
        assert_eq!(gateway.client().get("/api/").await.text(), expected);
    }
}

#[tokio::test]
async fn the_connection_test_takes_such_a_backend_for_content_with_the_certificate() {
    let authority = Authority::new("test");
    let upstream = closing(&authority, b"HTTP/1.0 200 OK\r\n\r\n").await;
    let target = ProbeTarget {
        backend: upstream.url("https").parse().unwrap(),
        trust: Trust { chain: ChainCheck::System, name: NameCheck::Address },
        authorities: vec![authority.der()],
        identity: Some(Arc::new(Identity::Ready(authority.client("ours").key_material("shown")))),
    };
    let report = gateway::probe::probe(target, RefusedAddresses::none()).await;
    assert!(matches!(&report, ProbeReport::Fine(facts) if facts.shown == Shown::AskedAndShown), "{report:?}");
}
