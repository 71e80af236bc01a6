//! Which API a path leads to, and what its backend gets to see of the address.

use http::StatusCode;
use testkit::authority::Authority;
use testkit::gateway::{Configuration, TestGateway};
use testkit::upstream::Upstream;

#[tokio::test]
async fn the_longest_suffix_wins_on_whole_parts_of_the_path() {
    let (one, two) = (Upstream::plain().await, Upstream::plain().await);
    let authority = Authority::new("test");
    let apis = Configuration::trusting(&authority)
        .api("partner", &format!("{}/base", one.url("http")))
        .api("partner/v1", &two.url("http"));
    let gateway = TestGateway::start(authority, &apis);
    let client = gateway.client();
    assert_eq!(client.get("/partner/a?b=c").await.json()["target"], "/base/a?b=c");
    assert_eq!(client.get("/partner/v1/a").await.json()["target"], "/a");
    assert_eq!(client.get("/partner/v12/a").await.json()["target"], "/base/v12/a");
    assert_eq!(client.get("/partner").await.json()["target"], "/base");
    assert_eq!(client.get("/partner/v1").await.json()["target"], "/");
    assert_eq!(client.get("/partnerx").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_comes_behind_the_suffix_is_not_changed_by_a_byte() {
    let upstream = Upstream::plain().await;
    let authority = Authority::new("test");
    let apis = Configuration::trusting(&authority).api("", &upstream.url("http"));
    let gateway = TestGateway::start(authority, &apis);
    for path in ["/a%2Fb/%41//c/./d/../e;x=1?q=%20&&=?", "/", "//", "/?", "/%ff"] {
        assert_eq!(gateway.client().get(path).await.json()["target"], path);
    }
}
