//! Operations: which requests an API takes, and which policy judges them.

use std::time::Duration;

use http::{Method, StatusCode};
use testkit::authority::Authority;
use testkit::client::request;
use testkit::gateway::{Configuration, TestGateway, policy};
use testkit::processor::processor_time;
use testkit::upstream::Upstream;

/// The inherited policy, and an answer's header that says which scope it was written in.
fn marked(scope: &str) -> String {
    let header = format!("<set-header name=\"x-{scope}\"><value>here</value></set-header>");
    policy::EMPTY.replace("<outbound><base/>", &format!("<outbound><base/>{header}"))
}

#[tokio::test]
async fn an_api_without_operations_takes_everything_and_one_with_them_only_what_matches() {
    let upstream = Upstream::plain().await;
    let authority = Authority::new("test");
    let apis = Configuration::trusting(&authority).api("shop", &upstream.url("http"));
    let gateway = TestGateway::start(authority, &apis);
    assert_eq!(gateway.client().get("/shop/anything").await.status, StatusCode::OK);

    let apis = apis.next().operation("shop", "show", "GET /orders/{id}").operation("shop", "look", "HEAD /*");
    gateway.publish(&apis);
    let client = gateway.client();
    assert_eq!(client.get("/shop/orders/7?x=1").await.json()["target"], "/orders/7?x=1");
    let refused = client.get("/shop/anything").await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);
    assert_eq!(refused.json()["message"], "No operation of this API matches the method and the path.");
    let mut connection = client.connect().await.unwrap();
    for (method, status) in [(Method::HEAD, 200), (Method::OPTIONS, 404), (Method::POST, 404)] {
        let answer = connection.send(request(method.clone(), "/shop/orders/7", "")).await.unwrap();
        assert_eq!(answer.status.as_u16(), status, "{method}");
    }
}

#[tokio::test]
async fn each_scope_has_its_say_and_an_operation_without_a_policy_has_that_of_its_api() {
    let upstream = Upstream::plain().await;
    let authority = Authority::new("test");
    let global = marked("all").replace("<backend><base/>", "<backend><forward-request/>");
    let apis = Configuration::trusting(&authority)
        .global(&global)
        .api_with("shop", &upstream.url("http"), &marked("api"))
        .operation("shop", "plain", "GET /plain")
        .operation_with("shop", "special", "GET /special", &marked("operation"))
        .operation_with("shop", "narrow", "GET /narrow", "<policies><outbound/></policies>");
    let gateway = TestGateway::start(authority, &apis);
    for (path, headers) in [
        ("/shop/plain", vec!["x-all", "x-api"]),
        ("/shop/special", vec!["x-all", "x-api", "x-operation"]),
        ("/shop/narrow", vec![]),
    ] {
        let answer = gateway.client().get(path).await;
        let found: Vec<&str> = ["x-all", "x-api", "x-operation"]
            .into_iter()
            .filter(|name| answer.headers.contains_key(*name))
            .collect();
        assert_eq!((answer.status, found), (StatusCode::OK, headers), "{path}");
    }
}

#[tokio::test]
async fn a_new_policy_of_all_apis_holds_for_every_operation_at_once() {
    let upstream = Upstream::plain().await;
    let authority = Authority::new("test");
    let apis = Configuration::trusting(&authority)
        .api("one", &upstream.url("http"))
        .api("two", &upstream.url("http"))
        .operation_with("two", "all", "* /*", &marked("operation"));
    let gateway = TestGateway::start(authority, &apis);
    let refusing = "<policies><inbound><return-response><set-status code=\"403\"/></return-response></inbound><backend><forward-request/></backend></policies>";
    for (configuration, status) in [
        (apis.clone().next().global(refusing), StatusCode::FORBIDDEN),
        (apis.clone().next().next(), StatusCode::OK),
    ] {
        gateway.publish(&configuration);
        for path in ["/one/x", "/two/x"] {
            assert_eq!(gateway.client().get(path).await.status, status, "{path}");
        }
    }
}

#[tokio::test]
async fn a_certificate_that_only_an_operation_names_is_shown_there_and_nowhere_else() {
    let authority = Authority::new("test");
    let leaf = authority.client("partner");
    let demand = testkit::upstream::Demand::Certificate(&authority);
    let upstream = Upstream::tls(&authority.server(&["localhost"]), demand).await;
    let apis = Configuration::trusting(&authority)
        .certificate("partner", &leaf)
        .api("shop", &upstream.url("https"))
        .operation_with("shop", "with", "GET /with", &policy::showing("partner"))
        .operation("shop", "without", "GET /without");
    let gateway = TestGateway::start(authority, &apis);
    assert_eq!(gateway.client().get("/shop/with").await.status, StatusCode::OK);
    assert_eq!(gateway.client().get("/shop/without").await.status, StatusCode::BAD_GATEWAY);
}

#[tokio::test]
async fn a_policy_with_mistakes_stops_its_api_and_says_why() {
    let upstream = Upstream::plain().await;
    let authority = Authority::new("test");
    let apis = Configuration::trusting(&authority).api("shop", &upstream.url("http"));
    let gateway = TestGateway::start(authority, &apis);
    let wrong = apis.clone().next().operation_with("shop", "all", "* /*", "<policies><nonsense/></policies>");
    let reason = |gateway: &TestGateway| gateway.gateway.faults()[0].reason.clone();
    gateway.publish(&wrong);
    assert!(reason(&gateway).starts_with("the policy of `operation/shop/all` has mistakes"));
    gateway.publish(&apis.next().global("<nonsense/>"));
    assert!(reason(&gateway).starts_with("the policy of `all` has mistakes"));
    assert_eq!(gateway.client().get("/shop/x").await.status, StatusCode::INTERNAL_SERVER_ERROR);
}

#[tokio::test]
async fn a_browsers_preflight_is_answered_by_policy_and_never_reaches_the_backend() {
    let upstream = Upstream::plain().await;
    let authority = Authority::new("test");
    let cors = "<cors><allowed-origins><origin>https://app.example</origin></allowed-origins></cors>";
    let apis = Configuration::trusting(&authority)
        .api_with("open", &upstream.url("http"), &policy::inbound(cors))
        .operation("open", "show", "GET /orders/{id}")
        .api("closed", &upstream.url("http"))
        .operation("closed", "show", "GET /orders/{id}");
    let gateway = TestGateway::start(authority, &apis);
    let mut connection = gateway.client().connect().await.unwrap();
    for (path, method, status, allowed) in [
        ("/open/orders/7", "GET", 200, true),
        ("/open/orders/7", "PUT", 404, false),
        ("/closed/orders/7", "GET", 404, false),
    ] {
        let mut preflight = request(Method::OPTIONS, path, "");
        let headers = preflight.headers_mut();
        headers.insert("origin", "https://app.example".parse().unwrap());
        headers.insert("access-control-request-method", method.parse().unwrap());
        let answer = connection.send(preflight).await.unwrap();
        assert_eq!(answer.status.as_u16(), status, "{path} {method}");
        assert_eq!(answer.headers.contains_key("access-control-allow-origin"), allowed, "{path} {method}");
    }
    assert!(upstream.seen().is_empty());
}

#[tokio::test]
async fn a_new_policy_of_all_apis_reaches_ten_thousand_of_them_in_no_time() {
    let authority = Authority::new("test");
    let mut apis = Configuration::trusting(&authority);
    for number in 0..10_000 {
        apis = apis.api(&format!("api-{number}"), "https://backend.example");
    }
    let gateway = TestGateway::start(authority, &apis);
    let global = policy::EMPTY.replace("<backend><base/>", "<backend><forward-request/>");
    let snapshot = apis.next().global(&global).snapshot();
    let took = processor_time(|| gateway.gateway.publish(snapshot));
    // Unoptimised; `cargo bench` has the true figure.
    assert!(took < Duration::from_secs(2), "{took:?}");
}
