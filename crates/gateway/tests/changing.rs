//! Requests and answers that a policy changes: bodies, status, method, path, query, backend.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "what can't be set up has failed its test")]

use http::{Method, StatusCode};
use testkit::authority::Authority;
use testkit::client::{Answer, read_head, request};
use testkit::gateway::{Configuration, TestGateway, policy};
use testkit::upstream::{Demand, Upstream};
use tokio::io::AsyncWriteExt;

async fn gateway(document: &str) -> (TestGateway, Upstream) {
    let upstream = Upstream::plain().await;
    let authority = Authority::new("test");
    let backend = format!("{}/base", upstream.url("http"));
    let apis = Configuration::trusting(&authority).api_with("api", &backend, document);
    (TestGateway::start(authority, &apis), upstream)
}

fn outbound(statements: &str) -> String {
    policy::EMPTY.replace("<outbound><base/>", &format!("<outbound><base/>{statements}"))
}

async fn posted(gateway: &TestGateway, body: &str) -> Answer {
    gateway.client().send(request(Method::POST, "/api/orders", body.to_owned())).await
}

/// What the backend is asked for when a caller asks for `/api/orders/7?a=1&b=2`.
async fn target(statements: &str) -> String {
    let (gateway, upstream) = gateway(&policy::inbound(statements)).await;
    gateway.client().get("/api/orders/7?a=1&b=2").await;
    upstream.seen()[0].target.clone()
}

#[tokio::test]
async fn a_new_body_goes_to_the_backend_with_its_own_length() {
    let (gateway, upstream) = gateway(&policy::inbound("<set-body>new body</set-body>")).await;
    let mut sent = request(Method::POST, "/api/orders", "the old body, which is longer");
    sent.headers_mut().insert("content-encoding", "gzip".parse().unwrap());
    assert_eq!(gateway.client().send(sent).await.json()["body"], "new body");
    let headers = &upstream.seen()[0].headers;
    assert_eq!(headers["content-length"], "8");
    assert!(!headers.contains_key("content-encoding") && !headers.contains_key("transfer-encoding"));
}

#[tokio::test]
async fn a_call_without_a_body_can_get_one() {
    let (gateway, _upstream) = gateway(&policy::inbound("<set-body>made up</set-body>")).await;
    assert_eq!(gateway.client().get("/api/orders").await.json()["body"], "made up");
    assert_eq!(gateway.client().http2().get("/api/orders").await.json()["body"], "made up");
}

#[tokio::test]
async fn an_answer_gets_another_body_and_status() {
    let document = outbound("<set-status code=\"418\" reason=\"Short and stout\" /><set-body>tea</set-body>");
    let (gateway, _upstream) = gateway(&document).await;
    let answer = gateway.client().get("/api/orders").await;
    assert_eq!((answer.status, answer.text().as_str()), (StatusCode::IM_A_TEAPOT, "tea"));
    assert_eq!(answer.headers["content-length"], "3");
    let mut stream = gateway.client().stream().await.unwrap();
    stream.write_all(b"HEAD /api/x HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
    let head = read_head(&mut stream).await;
    assert!(head.starts_with("HTTP/1.1 418 Short and stout\r\n"), "{head}");
}

#[tokio::test]
async fn texts_are_replaced_in_bodies_both_ways() {
    let replacing = "<find-and-replace from=\"old\" to=\"new\" />";
    let (gateway, _upstream) = gateway(&policy::inbound(replacing)).await;
    assert_eq!(posted(&gateway, "an old and older body").await.json()["body"], "an new and newer body");
    let (gateway, _upstream) = self::gateway(&outbound(replacing)).await;
    assert_eq!(posted(&gateway, "an old body").await.json()["body"], "an new body");
}

#[tokio::test]
async fn a_body_that_is_too_large_to_look_into_is_refused_and_passes_otherwise() {
    let large = "x".repeat(3 << 20);
    let replacing = "<find-and-replace from=\"old\" to=\"new\" />";
    let (gateway, upstream) = gateway(&policy::inbound(replacing)).await;
    let mut stream = gateway.client().stream().await.unwrap();
    let head = format!("POST /api/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n\r\n", large.len());
    stream.write_all(head.as_bytes()).await.unwrap();
    assert!(read_head(&mut stream).await.starts_with("HTTP/1.1 413 "), "before any of it is sent");
    assert!(upstream.seen().is_empty());
    let (gateway, _upstream) = self::gateway(policy::EMPTY).await;
    assert_eq!(posted(&gateway, &large).await.status, StatusCode::OK);
    let (gateway, _upstream) = self::gateway(&outbound(replacing)).await;
    assert_eq!(posted(&gateway, &large).await.status, StatusCode::INTERNAL_SERVER_ERROR);
}

#[tokio::test]
async fn a_body_of_xml_becomes_json_and_back_and_says_so() {
    let both = "<json-to-xml apply=\"content-type-json\" consider-accept-header=\"false\" />";
    let (gateway, upstream) = gateway(&policy::inbound(both)).await;
    let mut sent = request(Method::POST, "/api/orders", "{\"order\": {\"line\": [1, 2]}}");
    sent.headers_mut().insert("content-type", "application/json".parse().unwrap());
    let sent = gateway.client().send(sent).await;
    assert_eq!(sent.json()["body"], "<order><line>1</line><line>2</line></order>");
    assert_eq!(upstream.seen()[0].headers["content-type"], "application/xml");

    let answer = "<set-header name=\"Content-Type\"><value>text/xml; charset=utf-8</value></set-header>\
                  <set-body><order><line no=\"1\">bread</line></order></set-body>\
                  <xml-to-json kind=\"direct\" apply=\"content-type-xml\" />";
    let (gateway, _upstream) = self::gateway(&outbound(answer)).await;
    let mut asked = request(Method::GET, "/api/orders", "");
    asked.headers_mut().insert("accept", "application/json".parse().unwrap());
    let converted = gateway.client().send(asked).await;
    assert_eq!(converted.text(), r##"{"order":{"line":{"@no":"1","#text":"bread"}}}"##);
    assert_eq!(converted.headers["content-type"], "application/json");
    let kept = gateway.client().get("/api/orders").await;
    assert_eq!(kept.text(), "<order><line no=\"1\">bread</line></order>", "nobody asked for JSON");
}

#[tokio::test]
async fn a_body_that_is_no_xml_is_the_callers_fault_or_a_hidden_one_of_the_backend() {
    let converting = "<xml-to-json kind=\"direct\" apply=\"always\" consider-accept-header=\"false\" />";
    let (gateway, upstream) = gateway(&policy::inbound(converting)).await;
    let refused = posted(&gateway, "<order><line></order>").await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    assert!(refused.text().contains("The body of the request can't be read as XML."), "{}", refused.text());
    assert!(upstream.seen().is_empty());
    let (gateway, _upstream) = self::gateway(&outbound(converting)).await;
    let refused = posted(&gateway, "not xml").await;
    assert_eq!(refused.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(!refused.text().contains("XML"), "{}", refused.text());
}

#[tokio::test]
async fn a_large_body_of_another_kind_passes_a_conversion_unread() {
    let converting =
        "<xml-to-json kind=\"direct\" apply=\"content-type-xml\" consider-accept-header=\"false\" />";
    let (gateway, upstream) = gateway(&policy::inbound(converting)).await;
    assert_eq!(posted(&gateway, &"x".repeat(3 << 20)).await.status, StatusCode::OK);
    assert_eq!(upstream.seen()[0].headers["content-length"], (3 << 20).to_string().as_str());
}

#[tokio::test]
async fn a_message_without_a_body_stays_without_one_when_it_is_looked_into() {
    let replacing = "<find-and-replace from=\"old\" to=\"new\" />";
    let (gateway, upstream) = gateway(&policy::inbound(replacing)).await;
    gateway.client().get("/api/x").await;
    assert!(!upstream.seen()[0].headers.contains_key("content-length"));
    let empty = Upstream::raw(|mut stream, _| async move {
        while testkit::upstream::read_request(&mut stream).await.is_some() {
            stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await.unwrap();
        }
    })
    .await;
    let authority = Authority::new("test");
    let apis = Configuration::trusting(&authority).api_with("", &empty.url("http"), &outbound(replacing));
    let answer = TestGateway::start(authority, &apis).client().get("/x").await;
    assert_eq!((answer.status, answer.headers.get("content-length")), (StatusCode::NO_CONTENT, None));
}

#[tokio::test]
async fn a_method_is_changed() {
    let (gateway, upstream) = gateway(&policy::inbound("<set-method>PUT</set-method>")).await;
    assert_eq!(posted(&gateway, "body").await.json()["method"], "PUT");
    assert_eq!(upstream.seen()[0].method, Method::PUT);
}

#[tokio::test]
async fn a_rewritten_path_stands_behind_the_backends_and_keeps_the_query() {
    let rewrite = |rest: &str| format!("<rewrite-uri template=\"{rest} />");
    assert_eq!(target(&rewrite("/v2/things\"")).await, "/base/v2/things?a=1&b=2");
    assert_eq!(target(&rewrite("/v2?b=9&c=3\"")).await, "/base/v2?b=9&c=3&a=1");
    assert_eq!(target(&rewrite("/v2?c=3\" copy-unmatched-params=\"false\"")).await, "/base/v2?c=3");
    assert_eq!(target(&rewrite("/\" copy-unmatched-params=\"false\"")).await, "/base/");
    assert_eq!(target(&rewrite("/with blank\" copy-unmatched-params=\"false\"")).await, "/base/with%20blank");
}

#[tokio::test]
async fn a_rewritten_path_does_not_lead_out_of_the_backends() {
    let statements = "<rewrite-uri template=\"@(context.Request.Headers.GetValueOrDefault(&quot;X-To&quot;, &quot;/&quot;))\" />";
    let (gateway, upstream) = gateway(&policy::inbound(statements)).await;
    for to in ["/../admin", "/%2e%2e/admin", "/a/../../admin"] {
        let mut sent = request(Method::GET, "/api/x", "");
        sent.headers_mut().insert("x-to", to.parse().unwrap());
        assert_eq!(gateway.client().send(sent).await.status, StatusCode::BAD_REQUEST, "{to}");
    }
    assert!(upstream.seen().is_empty());
}

#[tokio::test]
async fn parameters_of_the_query_are_set_kept_added_and_removed() {
    let parameter = |action: &str, name: &str, value: &str| {
        let value = if value.is_empty() { String::new() } else { format!("<value>{value}</value>") };
        format!(
            "<set-query-parameter name=\"{name}\" exists-action=\"{action}\">{value}</set-query-parameter>"
        )
    };
    for (action, name, value, expected) in [
        ("override", "a", "x y", "/base/orders/7?b=2&a=x%20y"),
        ("override", "c", "3", "/base/orders/7?a=1&b=2&c=3"),
        ("skip", "a", "9", "/base/orders/7?a=1&b=2"),
        ("skip", "c", "9", "/base/orders/7?a=1&b=2&c=9"),
        ("append", "a", "9", "/base/orders/7?a=1&b=2&a=9"),
        ("delete", "a", "", "/base/orders/7?b=2"),
    ] {
        assert_eq!(target(&parameter(action, name, value)).await, expected, "{action} {name}");
    }
}

#[tokio::test]
async fn another_backend_gets_the_call_with_its_own_host_and_base_path() {
    let (other, unused) = (Upstream::plain().await, Upstream::plain().await);
    let authority = Authority::new("test");
    let statements = format!("<set-backend-service base-url=\"{}/other\" />", other.url("http"));
    let document = policy::inbound(&statements);
    let apis = Configuration::trusting(&authority).api_with("api", &unused.url("http"), &document);
    let gateway = TestGateway::start(authority, &apis);
    for _ in 0..3 {
        assert_eq!(gateway.client().get("/api/orders/7?a=1").await.status, StatusCode::OK);
    }
    let seen = &other.seen()[0];
    assert_eq!(seen.target, "/other/orders/7?a=1");
    assert_eq!(seen.headers["host"], format!("localhost:{}", other.address().port()));
    assert!(unused.seen().is_empty());
    assert!(other.accepted() <= 2, "one connection a thread is used again and again");
}

#[tokio::test]
async fn another_backend_is_shown_the_chosen_certificate_and_the_new_one_after_a_change() {
    let (authority, partners) = (Authority::new("test"), Authority::new("partners"));
    let (first, second) = (partners.client("first"), partners.client("second"));
    let other = Upstream::tls(&authority.server(&["localhost"]), Demand::Certificate(&partners)).await;
    let statements = format!(
        "<authentication-certificate certificate-id=\"ours\" /><set-backend-service base-url=\"{}\" />",
        other.url("https")
    );
    let apis = Configuration::trusting(&authority)
        .api_with("api", "http://localhost:1", &policy::inbound(&statements))
        .certificate("ours", &first);
    let gateway = TestGateway::start(authority, &apis);
    assert_eq!(gateway.client().get("/api/x").await.status, StatusCode::OK);
    gateway.publish(&apis.certificate("ours", &second).next());
    assert_eq!(gateway.client().get("/api/x").await.status, StatusCode::OK);
    let shown: Vec<_> = other.seen().into_iter().filter_map(|seen| seen.thumbprint).collect();
    assert_eq!(shown, [first.thumbprint(), second.thumbprint()]);
}

#[tokio::test]
async fn a_certificate_is_never_left_out_because_the_other_backend_speaks_plain_http() {
    let (authority, other) = (Authority::new("test"), Upstream::plain().await);
    let statements = format!(
        "<authentication-certificate certificate-id=\"ours\" /><set-backend-service base-url=\"{}\" />",
        other.url("http")
    );
    let apis = Configuration::trusting(&authority)
        .api_with("api", "https://localhost:1", &policy::inbound(&statements))
        .certificate("ours", &Authority::new("partners").client("first"));
    let gateway = TestGateway::start(authority, &apis);
    assert_eq!(gateway.client().get("/api/x").await.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(other.accepted(), 0);
}

#[tokio::test]
async fn a_backend_that_cannot_be_reached_is_a_failure_that_on_error_may_answer() {
    let document = policy::EMPTY.replace(
        "<on-error><base/>",
        "<on-error><base/><set-header name=\"X-Failed\"><value>@(context.LastError.Source + \" \" + \
         context.LastError.Reason + \" \" + context.Response.StatusCode)</value></set-header>",
    );
    let authority = Authority::new("test");
    let apis = Configuration::trusting(&authority).api_with("api", "http://localhost:1", &document);
    let gateway = TestGateway::start(authority, &apis);
    let answer = gateway.client().get("/api/x").await;
    assert_eq!(answer.status, StatusCode::BAD_GATEWAY);
    assert_eq!(answer.headers["x-failed"], "forward-request BackendConnectionFailure 502");
    assert_eq!(answer.json()["statusCode"], 502);
}

#[tokio::test]
async fn an_error_status_counts_as_a_failure_where_the_policy_says_so() {
    let upstream = Upstream::raw(|mut stream, _| async move {
        while testkit::upstream::read_request(&mut stream).await.is_some() {
            let answer = b"HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\nbusy";
            stream.write_all(answer).await.unwrap();
        }
    })
    .await;
    let document = policy::backend("<forward-request fail-on-error-status-code=\"true\" />").replace(
        "<on-error><base/>",
        "<on-error><base/><set-header name=\"X-Failed\"><value>yes</value></set-header>",
    );
    let authority = Authority::new("test");
    let apis = Configuration::trusting(&authority).api_with("api", &upstream.url("http"), &document);
    let answer = TestGateway::start(authority, &apis).client().get("/api/x").await;
    assert_eq!((answer.status.as_u16(), answer.text().as_str()), (503, "busy"));
    assert_eq!(answer.headers["x-failed"], "yes");
}

/// A backend that points from `/a` to `to`.
async fn pointing(status: &'static str, to: String) -> Upstream {
    Upstream::raw(move |mut stream, _| {
        let to = to.clone();
        async move {
            while let Some(head) = testkit::upstream::read_request(&mut stream).await {
                let line = head.lines().next().unwrap_or_default().to_owned();
                let has_key = head.to_ascii_lowercase().contains("authorization");
                let has_body = line.starts_with("GET") && head.contains("content-length: 4");
                let (status, body) = match line.split(' ').nth(1) {
                    Some("/a") => (status, String::new()),
                    _ => {
                        ("200 OK", format!("{line} {has_key}{}", if has_body { " with a body" } else { "" }))
                    }
                };
                let length = body.len();
                let answer =
                    format!("HTTP/1.1 {status}\r\nLocation: {to}\r\nContent-Length: {length}\r\n\r\n{body}");
                stream.write_all(answer.as_bytes()).await.unwrap();
            }
        }
    })
    .await
}

async fn followed(backend: &Upstream, method: Method, attributes: &str) -> Answer {
    let authority = Authority::new("test");
    let document = policy::backend(&format!("<forward-request {attributes} />"));
    let apis = Configuration::trusting(&authority).api_with("", &backend.url("http"), &document);
    let mut sent = request(method, "/a", "body");
    sent.headers_mut().insert("authorization", "Bearer t".parse().unwrap());
    TestGateway::start(authority, &apis).client().send(sent).await
}

#[tokio::test]
async fn a_backend_that_points_elsewhere_is_followed_only_where_the_policy_says_so() {
    let backend = pointing("302 Found", "/b".to_owned()).await;
    assert_eq!(followed(&backend, Method::GET, "").await.status, StatusCode::FOUND);
    let follow = "follow-redirects=\"true\"";
    assert_eq!(followed(&backend, Method::PUT, follow).await.text(), "PUT /b HTTP/1.1 true");
    assert_eq!(followed(&backend, Method::POST, follow).await.text(), "GET /b HTTP/1.1 true");
    let backend = pointing("307 Temporary Redirect", "/a".to_owned()).await;
    assert_eq!(followed(&backend, Method::POST, follow).await.status, StatusCode::TEMPORARY_REDIRECT);
}

#[tokio::test]
async fn a_body_that_was_left_behind_stays_there() {
    let last = pointing("200 OK", String::new()).await;
    let second = pointing("307 Temporary Redirect", format!("{}/c", last.url("http"))).await;
    let first = pointing("303 See Other", format!("{}/a", second.url("http"))).await;
    let answer = followed(&first, Method::POST, "follow-redirects=\"true\"").await;
    assert_eq!(answer.text(), "GET /c HTTP/1.1 false");
}

#[tokio::test]
async fn an_address_in_the_query_of_a_destination_is_none() {
    let backend = pointing("302 Found", "/b?return=https://example.com/".to_owned()).await;
    let answer = followed(&backend, Method::PUT, "follow-redirects=\"true\"").await;
    assert_eq!(answer.text(), "PUT /b?return=https://example.com/ HTTP/1.1 true");
}

#[tokio::test]
async fn who_is_pointed_to_elsewhere_sees_no_credentials() {
    let elsewhere = pointing("200 OK", String::new()).await;
    let to = format!("{}/c", elsewhere.url("http"));
    let backend = pointing("308 Permanent Redirect", to).await;
    let answer = followed(&backend, Method::POST, "follow-redirects=\"true\"").await;
    assert_eq!(answer.text(), "POST /c HTTP/1.1 false");
}

#[tokio::test]
async fn a_call_that_no_operation_matches_still_meets_on_error() {
    let document = policy::EMPTY.replace(
        "<on-error><base/>",
        "<on-error><base/><set-header name=\"X-Failed\"><value>@(context.LastError.Source + \" \" + \
         context.LastError.Reason)</value></set-header>",
    );
    let authority = Authority::new("test");
    let apis = Configuration::trusting(&authority).api_with("api", "http://localhost:1", &document);
    let apis = apis.operation("api", "list", "GET /orders");
    let answer = TestGateway::start(authority, &apis).client().get("/api/bills").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert_eq!(answer.headers["x-failed"], "configuration OperationNotFound");
}

#[tokio::test]
async fn expressions_read_bodies_and_send_on_what_they_keep() {
    let reading = |keeping: &str| {
        policy::inbound(&format!(
            "<set-header name=\"X-Length\"><value>@(context.Request.Body.As<string>({keeping}).Length.ToString())</value>\
             </set-header>"
        ))
    };
    let (gateway, upstream) = gateway(&reading("preserveContent: true")).await;
    assert_eq!(posted(&gateway, "the body").await.json()["body"], "the body");
    assert_eq!(upstream.seen()[0].headers["x-length"], "8");
    let (gateway, upstream) = self::gateway(&reading("")).await;
    assert_eq!(
        posted(&gateway, "the body").await.json()["body"],
        "",
        "used up, as where the language comes from"
    );
    assert_eq!(upstream.seen()[0].headers["content-length"], "0");
}

#[tokio::test]
async fn an_answers_body_is_read_by_expressions() {
    let document = outbound(
        "<set-header name=\"X-Method\"><value>@((string)context.Response.Body.As<JObject>(true)[\"method\"])</value>\
         </set-header>",
    );
    let (gateway, _upstream) = gateway(&document).await;
    let answer = gateway.client().get("/api/x").await;
    assert_eq!(
        (answer.headers["x-method"].to_str().unwrap(), &answer.json()["method"]),
        ("GET", &"GET".into())
    );
}

#[tokio::test]
async fn a_certificate_that_the_policy_brings_along_is_shown() {
    use base64::Engine;
    let (authority, partners) = (Authority::new("test"), Authority::new("partners"));
    let leaf = partners.client("ours");
    let backend = Upstream::tls(&authority.server(&["localhost"]), Demand::Certificate(&partners)).await;
    let file = base64::prelude::BASE64_STANDARD.encode(leaf.pfx("pw"));
    let document = |password: &str| {
        policy::inbound(&format!(
            "<authentication-certificate body=\"@(Convert.FromBase64String(&quot;{file}&quot;))\" \
             password=\"{password}\" />"
        ))
    };
    let apis = Configuration::trusting(&authority)
        .api_with("good", &backend.url("https"), &document("pw"))
        .api_with("bad", &backend.url("https"), &document("wrong"));
    let gateway = TestGateway::start(authority, &apis);
    for _ in 0..2 {
        assert_eq!(gateway.client().get("/good/x").await.status, StatusCode::OK);
    }
    assert_eq!(backend.seen()[1].thumbprint, Some(leaf.thumbprint()));
    assert_eq!(gateway.client().get("/bad/x").await.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(backend.seen().len(), 2);
}
