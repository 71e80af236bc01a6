//! Named values and fragments: what documents share, changed while calls go on.

#![expect(clippy::unwrap_used, reason = "what can't be set up has failed its test")]

use http::StatusCode;
use testkit::authority::Authority;
use testkit::gateway::{Configuration, TestGateway, policy};
use testkit::upstream::Upstream;

const NAMING: &str =
    r#"<set-header name="X-Key" exists-action="override"><value>{{key}}</value></set-header>"#;
const INCLUDING: &str = r#"<include-fragment fragment-id="headers" />"#;

fn fragment(value: &str) -> String {
    format!(
        r#"<fragment><set-header name="X-Key" exists-action="override"><value>{value}</value></set-header></fragment>"#
    )
}

/// The key that the backend saw last.
fn key(upstream: &Upstream) -> String {
    let seen = upstream.seen();
    seen.last().unwrap().headers.get("x-key").unwrap().to_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_changed_value_holds_for_the_next_call_and_touches_no_other_document() {
    let upstream = Upstream::plain().await;
    let first = Configuration::default()
        .named_value("key", "one")
        .api_with("named", &upstream.url("http"), &policy::inbound(NAMING))
        .api("other", &upstream.url("http"));
    let gateway = TestGateway::start(Authority::new("gateway"), &first);
    assert_eq!(gateway.client().get("/named").await.status, StatusCode::OK);
    assert_eq!(key(&upstream), "one");
    gateway.publish(&first.clone().named_value("key", "two").next());
    gateway.client().get("/named").await;
    assert_eq!(key(&upstream), "two");
    assert_eq!(gateway.client().get("/other").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_changed_fragment_holds_for_the_next_call_also_in_the_document_of_an_operation() {
    let upstream = Upstream::plain().await;
    let first = Configuration::default()
        .named_value("key", "one")
        .fragment("headers", &fragment("{{key}}"))
        .api_with("orders", &upstream.url("http"), &policy::inbound(INCLUDING));
    let gateway = TestGateway::start(Authority::new("gateway"), &first);
    gateway.client().get("/orders").await;
    assert_eq!(key(&upstream), "one");
    let second = first.named_value("key", "two").next();
    gateway.publish(&second);
    gateway.client().get("/orders").await;
    assert_eq!(key(&upstream), "two");
    gateway.publish(&second.fragment("headers", &fragment("three")).next());
    gateway.client().get("/orders").await;
    assert_eq!(key(&upstream), "three");
}

#[tokio::test]
async fn an_api_that_lacks_a_named_value_answers_500_until_it_is_there() {
    let upstream = Upstream::plain().await;
    let without = Configuration::default().api_with("named", &upstream.url("http"), &policy::inbound(NAMING));
    let with = without.clone().named_value("key", "one");
    let gateway = TestGateway::start(Authority::new("gateway"), &with);
    gateway.publish(&without.next());
    assert_eq!(gateway.client().get("/named").await.status.as_u16(), 500);
    gateway.publish(&with.next());
    gateway.client().get("/named").await;
    assert_eq!(key(&upstream), "one");
}
