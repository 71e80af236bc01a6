//! What publishers look up: the calls that were refused, and the trace of one call.

#![expect(clippy::unwrap_used, reason = "what can't be set up has failed its test")]

use domain::failed_call::FailedCall;
use domain::problem::Problem;
use domain::traffic::TRACE_HEADER;
use http::{Method, StatusCode};
use testkit::authority::Authority;
use testkit::client::{Answer, Client, request};
use testkit::gateway::{Configuration, TestGateway, policy};
use testkit::log::Log;
use testkit::upstream::Upstream;

const REFUSING: &str = "<choose>\n<when condition=\"@(context.Request.Certificate == null || \
    context.Request.Certificate.Issuer != \"CN=partners\")\">\n<return-response>\
    <set-status code=\"403\" reason=\"Invalid client certificate\" /></return-response></when></choose>";

async fn gateway(statements: &str) -> (TestGateway, Upstream) {
    let upstream = Upstream::plain().await;
    let authority = Authority::new("test");
    let apis = Configuration::trusting(&authority);
    let apis = apis.api_with("orders", &upstream.url("http"), &policy::inbound(statements));
    (TestGateway::start(authority, &apis.api("other", &upstream.url("http"))), upstream)
}

/// The one call that failed.
fn refused(gateway: &TestGateway) -> FailedCall {
    let [call] = gateway.gateway.take_failures().calls.try_into().unwrap();
    call
}

async fn traced(client: &Client, path: &str, token: &str) -> Answer {
    let mut request = request(Method::GET, path, "");
    request.headers_mut().insert(TRACE_HEADER, token.parse().unwrap());
    request.headers_mut().insert("authorization", "Bearer hunter2".parse().unwrap());
    client.send(request).await
}

#[tokio::test]
async fn a_refused_call_is_kept_with_its_statement_and_its_callers_certificate() {
    let (gateway, _upstream) = gateway(REFUSING).await;
    let stranger = Authority::new("strangers").client("caller");
    let client = gateway.client().showing(stranger.certified_key());
    assert_eq!(client.get("/orders/7?token=hunter2").await.status, StatusCode::FORBIDDEN);
    let call = refused(&gateway);
    assert_eq!((call.status, call.reason.as_str()), (403, "Invalid client certificate"));
    assert_eq!((call.call.method.as_str(), call.call.path.as_str()), ("GET", "/orders/7"));
    assert_eq!(call.call.api.as_ref().unwrap().as_str(), "orders");
    let statement = call.statement.as_ref().unwrap();
    assert_eq!((statement.element.as_str(), statement.line), ("return-response", 3));
    assert_eq!((statement.scope.as_str(), statement.section.as_str()), ("api", "inbound"));
    let shown = call.caller.certificate.as_ref().unwrap();
    assert_eq!((shown.subject.as_str(), shown.issuer.as_str()), ("CN=caller", "CN=strangers"));
    assert_eq!(shown.thumbprint, stranger.thumbprint());
    let read = certificates::pem::certificates(shown.pem.as_bytes()).unwrap();
    assert_eq!(read, stranger.chain);
    assert!(!format!("{call:?}").contains("hunter"));
}

#[tokio::test]
async fn only_calls_that_failed_are_recorded_and_each_is_handed_over_once() {
    let (gateway, _upstream) = gateway(REFUSING).await;
    let partner = Authority::new("partners").client("caller");
    let client = gateway.client().showing(partner.certified_key());
    assert_eq!(client.get("/orders/1").await.status, StatusCode::OK);
    assert!(gateway.gateway.take_failures().is_empty());
    for path in ["/orders/2", "/orders/3"] {
        gateway.client().get(path).await;
    }
    let calls = gateway.gateway.take_failures().calls;
    let paths: Vec<&str> = calls.iter().map(|call| call.call.path.as_str()).collect();
    assert_eq!(paths, ["/orders/2", "/orders/3"]);
    assert!(calls.iter().all(|call| call.problem == Problem::Refused));
    assert!(gateway.gateway.take_failures().is_empty());
}

#[tokio::test]
async fn a_failed_expression_is_kept_with_what_it_says() {
    let (gateway, _upstream) =
        gateway("<set-variable name=\"s\" value=\"@(context.Request.Certificate.Subject)\" />").await;
    assert_eq!(gateway.client().get("/orders/1").await.status, StatusCode::INTERNAL_SERVER_ERROR);
    let call = refused(&gateway);
    assert_eq!((call.status, call.reason.as_str()), (500, "ExpressionValueEvaluationFailure"));
    assert_eq!(call.problem, Problem::StatementFailed);
    assert!(call.detail.contains("Object reference not set"), "{}", call.detail);
}

#[tokio::test]
async fn a_call_with_a_token_is_traced_statement_by_statement() {
    let statements = format!("{REFUSING}<set-header name=\"X-Key\"><value>hunter3</value></set-header>");
    let (gateway, upstream) = gateway(&statements).await;
    let token = gateway.gateway.start_trace("orders".parse().unwrap()).token;
    let partner = Authority::new("partners").client("caller");
    let client = gateway.client().showing(partner.certified_key());
    let answer = traced(&client, "/orders/7?key=hunter4", &token).await;
    assert_eq!(answer.status, StatusCode::OK);
    let seen = &upstream.seen()[0];
    assert!(!seen.headers.contains_key(TRACE_HEADER));
    let id = seen.headers["x-request-id"].to_str().unwrap();
    assert_eq!(answer.headers["x-request-id"], id);
    let trace = gateway.gateway.trace(id).unwrap();
    assert_eq!((trace.status, trace.call.path.as_str()), (200, "/orders/7"));
    let steps: Vec<String> = trace.steps.iter().map(|step| step.what.clone()).collect();
    for expected in
        ["the condition is false", "sets the header X-Key of the request", "sends the request to the backend"]
    {
        assert!(steps.iter().any(|step| step == expected), "{expected}: {steps:?}");
    }
    assert!(trace.steps.is_sorted_by_key(|step| step.after_us));
    assert!(!format!("{trace:?}").contains("hunter"), "{trace:?}");
}

#[tokio::test]
async fn without_a_good_token_nothing_is_traced() {
    let (gateway, upstream) = gateway(REFUSING).await;
    let token = gateway.gateway.start_trace("other".parse().unwrap()).token;
    let partner = Authority::new("partners").client("caller");
    let client = gateway.client().showing(partner.certified_key());
    for wrong in ["", "0123456789abcdef0123456789abcdef", token.as_str()] {
        assert_eq!(traced(&client, "/orders/7", wrong).await.status, StatusCode::OK);
    }
    for seen in upstream.seen() {
        assert!(!seen.headers.contains_key(TRACE_HEADER));
        assert!(gateway.gateway.trace(seen.headers["x-request-id"].to_str().unwrap()).is_none());
    }
}

#[tokio::test]
async fn what_a_header_held_is_in_no_record_of_its_check() {
    let check = "<check-header name=\"Authorization\" failed-check-httpcode=\"401\" \
                 failed-check-error-message=\"Not authorized\" ignore-case=\"false\"><value>Bearer right</value></check-header>";
    let (gateway, upstream) = gateway(check).await;
    let token = gateway.gateway.start_trace("orders".parse().unwrap()).token;
    let answer = traced(&gateway.client(), "/orders/7", &token).await;
    assert_eq!((answer.status, upstream.seen().len()), (StatusCode::UNAUTHORIZED, 0));
    let call = refused(&gateway);
    assert_eq!(call.reason, "HeaderValueNotAllowed");
    assert_eq!(call.detail, "Header Authorization value is not allowed. Access denied.");
    let trace = gateway.gateway.trace(&call.request_id).unwrap();
    assert!(
        trace.steps.iter().any(|step| step.what.starts_with("failed: Header Authorization")),
        "{trace:?}"
    );
    assert!(!format!("{call:?} {trace:?}").contains("hunter"));
}

#[tokio::test]
async fn what_a_header_held_is_in_no_log_whatever_the_status() {
    let check = "<check-header name=\"Authorization\" failed-check-httpcode=\"500\" \
                 failed-check-error-message=\"Not authorized\" ignore-case=\"false\"><value>Bearer right</value></check-header>";
    let (gateway, _upstream) = gateway(check).await;
    let log = Log::capture();
    let mut request = request(Method::GET, "/orders/7", "");
    request.headers_mut().insert("authorization", "Bearer hunter2".parse().unwrap());
    assert_eq!(gateway.client().send(request).await.status, StatusCode::INTERNAL_SERVER_ERROR);
    let line = log.line(|line| line["fields"]["reason"] == "HeaderValueNotAllowed").await;
    assert_eq!(line["fields"]["message"], "Header Authorization value is not allowed. Access denied.");
    assert!(!log.text().contains("hunter2"));
}

#[tokio::test]
async fn secrets_are_blotted_out_whole_however_long_the_text_and_alike_their_beginnings() {
    let upstream = Upstream::plain().await;
    let authority = Authority::new("test");
    let statements = "<trace source=\"a\" severity=\"verbose\"><message>{{long}}</message></trace>\
                      <trace source=\"b\" severity=\"verbose\"><message>@(\"x\".PadLeft(494) + \"{{long}}\")</message></trace>";
    for names in [["short", "long"], ["other", "long"], ["third", "long"]] {
        let apis = Configuration::trusting(&authority)
            .named_value(names[0], "hunter2")
            .named_value(names[1], "hunter2-and-more-of-it")
            .api_with("orders", &upstream.url("http"), &policy::inbound(statements));
        let gateway = TestGateway::start(Authority::new("test"), &apis);
        let token = gateway.gateway.start_trace("orders".parse().unwrap()).token;
        traced(&gateway.client(), "/orders/7", &token).await;
        let id = upstream.seen().last().unwrap().headers["x-request-id"].to_str().unwrap().to_owned();
        let trace = format!("{:?}", gateway.gateway.trace(&id).unwrap());
        assert!(!trace.contains("hun") && !trace.contains("more-of-it"), "{trace}");
    }
}

#[tokio::test]
async fn secret_named_values_are_in_no_trace() {
    let upstream = Upstream::plain().await;
    let authority = Authority::new("test");
    let statements = "<trace source=\"{{key}}\" severity=\"verbose\"><message>the key is {{key}}</message></trace>\
                      <rewrite-uri template=\"/{{key}}/orders\" />";
    let apis = Configuration::trusting(&authority).named_value("key", "hunter2").api_with(
        "orders",
        &upstream.url("http"),
        &policy::inbound(statements),
    );
    let gateway = TestGateway::start(authority, &apis);
    let token = gateway.gateway.start_trace("orders".parse().unwrap()).token;
    traced(&gateway.client(), "/orders/7", &token).await;
    let seen = &upstream.seen()[0];
    assert_eq!(seen.target, "/hunter2/orders");
    let trace = gateway.gateway.trace(seen.headers["x-request-id"].to_str().unwrap()).unwrap();
    let steps: Vec<&str> = trace.steps.iter().map(|step| step.what.as_str()).collect();
    assert!(steps.contains(&"rewrites the path to /[secret]/orders"), "{steps:?}");
    assert!(!format!("{trace:?}").contains("hunter"), "{trace:?}");
}
