//! Calls that fail are recorded with the reason, as facts that the portal makes sentences of; without queries, bodies and
//! headers.

#![expect(clippy::unwrap_used, reason = "what can't be set up has failed its test")]

use domain::failed_call::FailedCall;
use domain::handshake::{HandshakeProblem, Shown, Untrusted};
use domain::problem::{BadRequest, BadResponse, Kind, Mistake, Overdue, Problem, Unable, Unreachable};
use domain::refused_addresses::RefusedAddresses;
use domain::timeouts::ApiTimeouts;
use gateway::settings::FailureRecords;
use http::{Method, StatusCode};
use testkit::authority::Authority;
use testkit::client::request;
use testkit::gateway::{Configuration, TestGateway, policy};
use testkit::upstream::{Demand, Upstream};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// The one call that failed.
fn failed(gateway: &TestGateway) -> FailedCall {
    let [call] = gateway.gateway.take_failures().calls.try_into().unwrap();
    call
}

/// What is recorded of a request to the API `orders` with this backend.
async fn failure_of(backend: &str, status: StatusCode) -> FailedCall {
    let authority = Authority::new("test");
    let apis = Configuration::trusting(&authority).api("orders", backend);
    let gateway = TestGateway::start(authority, &apis);
    assert_eq!(gateway.client().get("/orders/7?key=hunter2").await.status, status);
    let call = failed(&gateway);
    assert_eq!((call.call.path.as_str(), call.status), ("/orders/7", status.as_u16()));
    assert_eq!(call.call.api.as_ref().unwrap().as_str(), "orders");
    assert!(!format!("{call:?}").contains("hunter"), "{call:?}");
    call
}

/// An address of this machine where nobody listens.
async fn nobody() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    format!("127.0.0.1:{}", listener.local_addr().unwrap().port())
}

/// A backend that reads what comes first and sends these bytes back.
async fn sending(bytes: &'static str) -> Upstream {
    Upstream::raw(move |mut stream, _| async move {
        let _ = stream.read(&mut [0; 4096]).await;
        let _ = stream.write_all(bytes.as_bytes()).await;
    })
    .await
}

#[tokio::test]
async fn a_backend_where_nobody_listens_is_unreachable() {
    let address = nobody().await;
    let call = failure_of(&format!("http://{address}"), StatusCode::BAD_GATEWAY).await;
    assert_eq!(call.problem, Problem::Unreachable(Unreachable::Refused));
    assert_eq!((call.reason.as_str(), call.backend), ("BackendConnectionFailure", Some(address)));
    assert!(call.detail.contains("refused"), "{}", call.detail);
    assert_eq!(call.statement, None, "nothing is wrong with `forward-request`");
}

#[tokio::test]
async fn a_name_that_nobody_knows_is_told_from_an_address_that_the_settings_forbid() {
    let call = failure_of("http://backend.invalid", StatusCode::BAD_GATEWAY).await;
    assert_eq!(call.problem, Problem::Unreachable(Unreachable::UnknownHost));
    let authority = Authority::new("test");
    let apis = Configuration::trusting(&authority).api("orders", &format!("http://{}", nobody().await));
    let gateway = TestGateway::start_with(authority, &apis, |settings| {
        settings.refused_addresses = RefusedAddresses::of(vec!["loopback".parse().unwrap()]);
    });
    gateway.client().get("/orders/7").await;
    assert_eq!(failed(&gateway).problem, Problem::Unreachable(Unreachable::NotPermitted));
}

#[tokio::test]
async fn tls_that_failed_is_recorded_in_the_words_of_the_connection_test() {
    let stranger = Authority::new("strangers").server(&["localhost"]);
    let upstream = Upstream::tls(&stranger, Demand::Nothing).await;
    let call = failure_of(&upstream.url("https"), StatusCode::BAD_GATEWAY).await;
    assert_eq!(call.problem, Problem::Tls(HandshakeProblem::Certificate(Untrusted::UnknownIssuer)));
    let plain = Upstream::plain().await;
    let call = failure_of(&plain.url("https"), StatusCode::BAD_GATEWAY).await;
    assert_eq!(call.problem, Problem::Tls(HandshakeProblem::PlainHttp));
}

#[tokio::test]
async fn a_backend_that_refuses_our_certificate_after_the_handshake_is_told_from_one_that_broke() {
    for version in rustls::ALL_VERSIONS {
        let authority = Authority::new("test");
        let demand = Demand::Certificate(&authority);
        let upstream = Upstream::tls_speaking(&authority.server(&["localhost"]), demand, &[version]).await;
        let stranger = Authority::new("strangers").client("stranger");
        let apis = Configuration::trusting(&authority)
            .certificate("stranger", &stranger)
            .api("none", &upstream.url("https"))
            .api_showing("wrong", &upstream.url("https"), "stranger");
        let gateway = TestGateway::start(authority, &apis);
        for (path, shown, chosen) in
            [("/none", Shown::AskedAndNotShown, None), ("/wrong", Shown::AskedAndShown, Some("stranger"))]
        {
            assert_eq!(gateway.client().get(path).await.status, StatusCode::BAD_GATEWAY);
            let call = failed(&gateway);
            let Problem::Tls(HandshakeProblem::CertificateRefused { shown: seen, .. }) = call.problem else {
                panic!("{path} over {version:?}: {:?}", call.problem);
            };
            assert_eq!((seen, call.shown.as_ref().map(|id| id.as_str())), (shown, chosen));
        }
    }
}

#[tokio::test]
async fn what_took_too_long_is_recorded_with_the_limit() {
    let upstream = Upstream::plain().await;
    let authority = Authority::new("test");
    let timeouts = ApiTimeouts { first_byte_s: Some(1), ..ApiTimeouts::default() };
    let apis = Configuration::trusting(&authority).timeouts(timeouts).api("orders", &upstream.url("http"));
    let gateway = TestGateway::start(authority, &apis);
    assert_eq!(gateway.client().get("/orders/wait").await.status, StatusCode::GATEWAY_TIMEOUT);
    let call = failed(&gateway);
    assert_eq!(call.problem, Problem::Timeout(Overdue::Response { limit_ms: 1000 }));
    assert_eq!((call.reason.as_str(), call.status), ("Timeout", 504));
}

#[tokio::test]
async fn a_response_that_is_none_or_that_two_could_read_in_two_ways_is_recorded() {
    let upstream = sending("").await;
    let call = failure_of(&upstream.url("http"), StatusCode::BAD_GATEWAY).await;
    assert_eq!(call.problem, Problem::Response(BadResponse::Closed));
    let upstream =
        sending("HTTP/1.1 200 OK\r\ncontent-length: 0\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n").await;
    let call = failure_of(&upstream.url("http"), StatusCode::BAD_GATEWAY).await;
    assert_eq!(call.problem, Problem::Response(BadResponse::Ambiguous));
}

#[tokio::test]
async fn unknown_apis_and_operations_malformed_requests_and_apis_that_cannot_be_used_are_kinds_of_their_own()
{
    let upstream = Upstream::plain().await;
    let authority = Authority::new("test");
    let apis = Configuration::trusting(&authority)
        .api("orders", &upstream.url("http"))
        .operation("orders", "one", "GET /orders/{id}")
        .api("other", &upstream.url("http"))
        .damaged("broken", "broken");
    let gateway = TestGateway::start(authority, &apis);
    for (method, path, problem, api) in [
        (Method::GET, "/nowhere", Problem::NoApi, None),
        (Method::PUT, "/orders/orders/7", Problem::NoOperation, Some("orders")),
        (Method::TRACE, "/other", Problem::Request(BadRequest::Method), None),
        (Method::GET, "/other/%2e%2e/%2e%2e/x", Problem::Request(BadRequest::PathEscapes), Some("other")),
        (Method::GET, "/broken", Problem::Gateway(Unable::Api), Some("broken")),
    ] {
        gateway.client().send(request(method, path, "")).await;
        let call = failed(&gateway);
        assert_eq!(call.problem, problem, "{path}");
        assert_eq!(call.call.api.as_ref().map(|id| id.as_str()), api, "{path}");
    }
}

#[tokio::test]
async fn what_a_policy_asks_for_and_cannot_be_done_is_recorded_with_the_statement() {
    let upstream = Upstream::plain().await;
    let authority = Authority::new("test");
    let statement = "<authentication-certificate certificate-id=\"missing\" />";
    let apis = Configuration::trusting(&authority).api_with(
        "orders",
        &upstream.url("http"),
        &policy::inbound(statement),
    );
    let gateway = TestGateway::start(authority, &apis);
    assert_eq!(gateway.client().get("/orders").await.status, StatusCode::INTERNAL_SERVER_ERROR);
    let call = failed(&gateway);
    assert_eq!(call.problem, Problem::Configuration(Mistake::UnknownCertificate));
    assert_eq!(call.problem.kind(), Kind::Policy);
    assert_eq!(call.statement.unwrap().element, "authentication-certificate");
}

#[tokio::test]
async fn on_error_that_returns_an_error_leaves_the_reason_and_one_that_mends_it_leaves_no_record() {
    let backend = format!("http://{}", nobody().await);
    let authority = Authority::new("test");
    let on_error = |status: &str| {
        let returning = format!("<return-response><set-status code=\"{status}\" /></return-response>");
        policy::EMPTY.replace("<on-error>", &format!("<on-error>{returning}"))
    };
    let apis = Configuration::trusting(&authority).api_with("told", &backend, &on_error("503")).api_with(
        "mended",
        &backend,
        &on_error("200"),
    );
    let gateway = TestGateway::start(authority, &apis);
    assert_eq!(gateway.client().get("/told").await.status, StatusCode::SERVICE_UNAVAILABLE);
    let call = failed(&gateway);
    assert_eq!((call.problem, call.status), (Problem::Unreachable(Unreachable::Refused), 503));
    assert_eq!(gateway.client().get("/mended").await.status, StatusCode::OK);
    assert!(gateway.gateway.take_failures().is_empty());
}

#[tokio::test]
async fn a_flood_of_failures_is_recorded_in_part_and_counted_whole() {
    let authority = Authority::new("test");
    let gateway = TestGateway::start(authority, &Configuration::default());
    let mut connection = gateway.client().connect().await.unwrap();
    for _ in 0..200 {
        connection.send(request(Method::GET, "/scan", "")).await.unwrap();
    }
    let failures = gateway.gateway.take_failures();
    let missed: u64 = failures.missed.iter().map(|missed| missed.count).sum();
    assert_eq!(failures.calls.len() as u64 + missed, 200);
    assert!(failures.calls.len() < 200, "all were recorded");
}

#[tokio::test]
async fn where_records_are_off_nothing_is_recorded() {
    let authority = Authority::new("test");
    let off = |settings: &mut gateway::settings::Settings| settings.failure_records = FailureRecords::Off;
    let gateway = TestGateway::start_with(authority, &Configuration::default(), off);
    assert_eq!(gateway.client().get("/nowhere").await.status, StatusCode::NOT_FOUND);
    assert!(gateway.gateway.take_failures().is_empty());
}

#[tokio::test]
async fn long_texts_of_clients_are_cut_in_records() {
    let gateway = TestGateway::start(Authority::new("test"), &Configuration::default());
    gateway.client().get(&format!("/{}", "a".repeat(10_000))).await;
    let path = failed(&gateway).call.path;
    assert!(path.len() < 2_100 && path.ends_with('\u{2026}'), "{path}");
}

#[tokio::test]
async fn what_still_fails_while_the_gateway_ends_is_handed_over() {
    let gateway = TestGateway::start(Authority::new("test"), &Configuration::default());
    gateway.client().get("/nowhere").await;
    let gateway = gateway.gateway;
    let failures = tokio::task::spawn_blocking(move || gateway.shutdown()).await.unwrap();
    assert_eq!(failures.calls.len(), 1);
}

#[tokio::test]
async fn an_api_is_used_by_every_request_that_reaches_it_and_by_no_other() {
    let upstream = Upstream::plain().await;
    let authority = Authority::new("test");
    let apis = Configuration::trusting(&authority)
        .api("orders", &upstream.url("http"))
        .api("other", &upstream.url("http"));
    let gateway = TestGateway::start(authority, &apis);
    let [orders, other] = ["orders", "other"].map(|id| id.parse().unwrap());
    assert_eq!(gateway.gateway.api_used(&orders), None);
    gateway.client().get("/orders/7").await;
    let used = gateway.gateway.api_used(&orders);
    assert!(used.is_some());
    assert_eq!(gateway.gateway.api_used(&other), None);
    // What was known stays known when the API is compiled anew, but another API with its id was never used.
    gateway.publish(&apis.clone().api("orders", &upstream.url("http")).next());
    assert_eq!(gateway.gateway.api_used(&orders), used);
    gateway.publish(&apis.clone().without("orders").next().next());
    gateway.publish(&apis.next().next().next());
    assert_eq!(gateway.gateway.api_used(&orders), None);
}
