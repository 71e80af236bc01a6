//! What can't be used stays by itself: it answers 500 at its own paths, is named with its reason, and can be mended.

#![expect(clippy::unwrap_used, reason = "what can't be set up has failed its test")]

use domain::fault::Item;
use domain::trust::{ChainCheck, NameCheck, Trust};
use http::StatusCode;
use testkit::authority::Authority;
use testkit::gateway::{Configuration, TestGateway, policy};
use testkit::upstream::Upstream;

const NONSENSE: &str = "<policies><nonsense/></policies>";

async fn status(gateway: &TestGateway, path: &str) -> u16 {
    gateway.client().get(path).await.status.as_u16()
}

fn faults(gateway: &TestGateway) -> Vec<(Item, String)> {
    gateway.gateway.faults().iter().map(|fault| (fault.item.clone(), fault.reason.clone())).collect()
}

fn api(id: &str) -> Item {
    Item::Api { id: id.parse().unwrap(), name: id.to_owned() }
}

/// Trust settings that no certificate stands in.
fn no_trust() -> Trust {
    Trust { chain: ChainCheck::Only(vec![b"nothing".to_vec()]), ..Trust::default() }
}

#[tokio::test]
async fn a_bad_api_answers_500_and_everything_else_goes_live() {
    let upstream = Upstream::plain().await;
    let (url, secure) = (upstream.url("http"), upstream.url("https"));
    let authority = Authority::new("test");
    let good = Configuration::trusting(&authority).api("good", &url);
    let gateway = TestGateway::start(authority, &good);
    let named = |name: &str| Trust { chain: ChainCheck::Off, name: NameCheck::Named(name.to_owned()) };
    let bad = good
        .clone()
        .next()
        .api("new", &url)
        .api_with("policy", &url, NONSENSE)
        .api("operation", &url)
        .operation_with("operation", "one", "GET /one", NONSENSE)
        .trust(no_trust())
        .api("trust", &secure)
        .trust(named("10.0.0"))
        .api("name", &secure)
        .trust(Trust { chain: ChainCheck::Uploaded(vec!["gone".parse().unwrap()]), ..Trust::default() })
        .api("authority", &secure)
        .damaged("damaged", "damaged//it self/");
    gateway.publish(&bad);
    assert_eq!(gateway.gateway.revision(), 1);
    for path in ["/good", "/new"] {
        assert_eq!(status(&gateway, path).await, 200, "{path}");
    }
    let seen = upstream.seen().len();
    for path in ["/policy", "/operation/one", "/operation/other", "/trust", "/name", "/authority/x"] {
        assert_eq!(status(&gateway, path).await, 500, "{path}");
    }
    assert_eq!(upstream.seen().len(), seen);
    let found = faults(&gateway);
    let items: Vec<&Item> = found.iter().map(|(item, _)| item).collect();
    let expected = ["authority", "damaged", "name", "operation", "policy", "trust"].map(api);
    assert_eq!(items, expected.iter().collect::<Vec<_>>());
    for (number, part) in
        ["CA certificate `gone`", "row is damaged", "`10.0.0`", "operation", "nonsense", "trust settings"]
            .iter()
            .enumerate()
    {
        assert!(found[number].1.contains(part), "{part}: {}", found[number].1);
    }
}

#[tokio::test]
async fn the_gateway_starts_with_whatever_is_stored_and_is_mended_by_publishing() {
    let upstream = Upstream::plain().await;
    let url = upstream.url("http");
    let authority = Authority::new("test");
    let bad = Configuration::trusting(&authority).api("good", &url).api_with("bad", &url, NONSENSE);
    let gateway = TestGateway::start(authority, &bad);
    assert_eq!((status(&gateway, "/good").await, status(&gateway, "/bad").await), (200, 500));
    let mended = bad.clone().next().api("bad", &url);
    gateway.publish(&mended);
    assert_eq!((status(&gateway, "/good").await, status(&gateway, "/bad").await), (200, 200));
    assert!(faults(&gateway).is_empty());
    gateway.publish(&bad.clone().next());
    assert_eq!((status(&gateway, "/good").await, status(&gateway, "/bad").await), (200, 500));
    gateway.publish(&bad.without("bad").next());
    assert_eq!((status(&gateway, "/good").await, status(&gateway, "/bad").await), (200, 404));
    assert!(faults(&gateway).is_empty());
}

#[tokio::test]
async fn requests_for_a_bad_api_reach_no_other_one() {
    let upstream = Upstream::plain().await;
    let url = upstream.url("http");
    let authority = Authority::new("test");
    let apis = Configuration::trusting(&authority)
        .api("", &url)
        .api("partner", &url)
        .api_with("partner/v1", &url, NONSENSE)
        .damaged("odd", "partner//v2")
        .damaged("other", "/spaced/");
    let gateway = TestGateway::start(authority, &apis);
    for (path, expected) in [
        ("/", 200),
        ("/partner", 200),
        ("/partner/v1", 500),
        ("/partner/v1/orders", 500),
        ("/partner/v10", 200),
        ("/partner//v2/orders", 500),
        ("/spaced/x", 500),
    ] {
        assert_eq!(status(&gateway, path).await, expected, "{path}");
    }
}

#[tokio::test]
async fn a_bad_policy_of_all_apis_stops_them_all_until_it_is_mended() {
    let upstream = Upstream::plain().await;
    let url = upstream.url("http");
    let authority = Authority::new("test");
    let good = Configuration::trusting(&authority).api("a", &url).api("b", &url);
    let gateway = TestGateway::start(authority, &good.clone().global(NONSENSE));
    assert_eq!((status(&gateway, "/a").await, status(&gateway, "/b").await), (500, 500));
    let found = faults(&gateway);
    assert!(
        matches!(found.as_slice(), [(Item::AllApis, reason)] if reason.contains("nonsense")),
        "{found:?}"
    );
    gateway.publish(&good.clone().next());
    assert_eq!((status(&gateway, "/a").await, status(&gateway, "/b").await), (200, 200));
    gateway.publish(&good.clone().next().global(NONSENSE));
    assert_eq!((status(&gateway, "/a").await, status(&gateway, "/none").await), (500, 404));
    gateway.publish(&good.next());
    assert_eq!(status(&gateway, "/a").await, 200);
}

#[tokio::test]
async fn two_apis_with_one_suffix_are_both_stopped_until_one_moves() {
    let upstream = Upstream::plain().await;
    let url = upstream.url("http");
    let authority = Authority::new("test");
    let one = Configuration::trusting(&authority).api("a", &url);
    let both = one.clone().renamed("a", "other").api("a", &url);
    let gateway = TestGateway::start(authority, &both);
    assert_eq!(status(&gateway, "/a").await, 500);
    let found = faults(&gateway);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found.iter().all(|(_, reason)| reason.contains("`a` and `other`")), "{found:?}");
    gateway.publish(&one.next());
    assert_eq!(status(&gateway, "/a").await, 200);
    assert!(faults(&gateway).is_empty());
}

#[tokio::test]
async fn what_a_bad_api_lacked_brings_it_back_when_it_is_there() {
    let upstream = Upstream::plain().await;
    let url = upstream.url("http");
    let authority = Authority::new("test");
    let value = policy::inbound("<set-header name=\"x\"><value>{{lacking}}</value></set-header>");
    let fragment = policy::inbound("<include-fragment fragment-id=\"lacking\"/>");
    let lacking = Configuration::trusting(&authority)
        .api("good", &url)
        .api_with("value", &url, &value)
        .api_with("fragment", &url, &fragment);
    let gateway = TestGateway::start(authority, &lacking);
    for path in ["/value", "/fragment"] {
        assert_eq!(status(&gateway, path).await, 500, "{path}");
    }
    let whole = lacking.named_value("lacking", "here").fragment("lacking", "<fragment/>");
    gateway.publish(&whole.next());
    for path in ["/good", "/value", "/fragment"] {
        assert_eq!(status(&gateway, path).await, 200, "{path}");
    }
}

#[tokio::test]
async fn a_reason_holds_no_secret() {
    let upstream = Upstream::plain().await;
    let authority = Authority::new("test");
    let policy = policy::inbound("<set-status code=\"{{secret}}\"/>");
    let apis = Configuration::trusting(&authority).named_value("secret", "hunter2hunter2").api_with(
        "bad",
        &upstream.url("http"),
        &policy,
    );
    let gateway = TestGateway::start(authority, &apis);
    let found = faults(&gateway);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(!found[0].1.contains("hunter2"), "{found:?}");
}

#[tokio::test]
async fn a_damaged_ca_certificate_or_revocation_list_lets_nobody_pass() {
    let upstream = Upstream::plain().await;
    let authority = Authority::new("test");
    let leaf = authority.client("partner");
    let checked = policy::inbound("<validate-client-certificate/>");
    let good = Configuration::trusting(&authority)
        .api_with("checked", &upstream.url("http"), &checked)
        .api("open", &upstream.url("http"))
        .authority("root", authority.der());
    let gateway = TestGateway::start(authority, &good);
    let showing = gateway.client().showing(leaf.certified_key());
    assert_eq!(showing.get("/checked").await.status, StatusCode::OK);
    let named = [(Item::Authority("root".to_owned()), "its revocation list can't be read".to_owned())];
    gateway.publish(&good.clone().next().list("root", b"nothing"));
    assert_eq!(faults(&gateway), named);
    assert_ne!(gateway.client().showing(leaf.certified_key()).get("/checked").await.status, StatusCode::OK);
    gateway.publish(&good.clone().next().authority("root", b"nothing".to_vec()));
    assert_eq!(faults(&gateway).len(), 1);
    assert_ne!(gateway.client().showing(leaf.certified_key()).get("/checked").await.status, StatusCode::OK);
    assert_eq!(status(&gateway, "/open").await, 200);
    gateway.publish(&good.next());
    assert_eq!(gateway.client().showing(leaf.certified_key()).get("/checked").await.status, StatusCode::OK);
}
