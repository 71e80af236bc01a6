//! Writings of a protected path: however a backend may read them, the policy of that path has judged them before.

#![expect(clippy::unwrap_used, reason = "what can't be set up has failed its test")]

use domain::path_reading;
use testkit::authority::Authority;
use testkit::client::Stream;
use testkit::gateway::{Configuration, TestGateway, policy};
use testkit::upstream::Upstream;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

const REFUSE: &str = "<return-response><set-status code=\"403\"/></return-response>";

/// Request targets that mean `/shop/admin` to some server, or come near it.
const WRITINGS: &[&str] = &[
    "/shop/admin",
    "/shop/admin/",
    "/shop/admin/x",
    "/shop/admin?x",
    "/shop/admin?",
    "/shop/admin??",
    "/shop/admin?/../open",
    "/shop/admin#x",
    "/shop/admin%23x",
    "/shop/admin%3fx",
    "/shop/%61dmin",
    "/shop/%61%64%6d%69%6e",
    "/shop/%41dmin",
    "/shop/%2561dmin",
    "/%73hop/admin",
    "/%73hop/%61dmin",
    "/shop%2fadmin",
    "/shop%2Fadmin",
    "/shop%252fadmin",
    "/shop%5cadmin",
    "/shop%5Cadmin",
    "/shop\\admin",
    "/shop/\\admin",
    "\\shop\\admin",
    "//shop/admin",
    "///shop/admin",
    "/shop//admin",
    "/shop///admin",
    "/./shop/admin",
    "/shop/./admin",
    "/shop/%2e/admin",
    "/shop/.%2fadmin",
    "/shop/.//admin",
    "/shop/x/../admin",
    "/shop/x/%2e%2e/admin",
    "/shop/x/%2E./admin",
    "/shop/x/..%2fadmin",
    "/shop/x%2f../admin",
    "/shop/x%2f..%2fadmin",
    "/shop/x/..%5cadmin",
    "/shop/x\\..\\admin",
    "/shop/x/..;/admin",
    "/shop/x/..;v=1/admin",
    "/shop/x/..%3b/admin",
    "/shop/x/y/../../admin",
    "/shop/open/../admin",
    "/open/../shop/admin",
    "/open/%2e%2e/shop/admin",
    "/open/..%2fshop%2fadmin",
    "/open/..;/shop/admin",
    "/x/../shop/admin",
    "/shop;x/admin",
    "/shop/;x/admin",
    "/shop/;/admin",
    "/shop/admin;",
    "/shop/admin;x=1",
    "/shop/admin;x=1/y",
    "/shop/admin%3bx",
    "/shop/admin%00",
    "/shop/admin%00.txt",
    "/shop/%00/admin",
    "/shop/admin%2f",
    "/shop/admin/.",
    "/shop/admin/..;/admin",
    "/shop/admin/x/..",
    "/shop%c0%afadmin",
    "/shop%e0%80%afadmin",
    "/shop/x/%c0%ae%c0%ae/admin",
    "/shop/x%c1%9c..%c1%9cadmin",
    "/shop/%c1%a1dmin",
    "/shop/x%ff/../admin",
    "/shop/x%/../admin",
    "/shop/admin.",
    "/shop/admin%2e",
    "/shop/admin%20",
    "/shop/admin%09",
    "/shop/Admin",
    "/SHOP/admin",
    "/shop/adm%C4%B1n",
    "shop/admin",
    "?/shop/admin",
    "*",
    "https://localhost/shop/admin",
    "https://localhost/shop/%61dmin",
    "https://localhost//shop/admin",
    "https://localhost/shop/x/../admin",
    "https://localhost?/shop/admin",
    "https://localhost#/shop/admin",
    "https:///shop/admin",
    "https:/shop/admin",
    "HTTPS://LOCALHOST/shop/%61dmin",
    "https://localhost\\shop\\admin",
];

async fn status(stream: &mut Box<dyn Stream>, target: &str) -> String {
    let request = format!("GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).split(' ').nth(1).unwrap_or_default().to_owned()
}

/// Tries every writing on this gateway, whose backend must never see what means the protected path to it.
async fn none_gets_through(gateway: &TestGateway, upstream: &Upstream) {
    let mut through = 0;
    for target in WRITINGS {
        let mut statuses = Vec::new();
        for client in [gateway.client(), gateway.plain_client()] {
            statuses.push(status(&mut client.stream().await.unwrap(), target).await);
        }
        let seen = upstream.seen().split_off(through);
        through += seen.len();
        for seen in seen {
            let path = seen.target.split('?').next().unwrap_or_default();
            let read = path_reading::parts(path);
            let is_protected = read.starts_with(&["shop".to_owned(), "admin".to_owned()]);
            assert!(!is_protected, "{target} reached the backend as {}: {statuses:?}", seen.target);
        }
        assert!(statuses.iter().all(|status| !status.starts_with('5')), "{target}: {statuses:?}");
    }
    assert!(through > 0, "what is no disguise gets through");
}

#[tokio::test]
async fn no_writing_of_an_apis_path_leads_past_its_policy() {
    let upstream = Upstream::plain().await;
    let authority = Authority::new("test");
    let url = upstream.url("http");
    let apis = Configuration::trusting(&authority)
        .api("", &url)
        .api("shop", &format!("{url}/shop"))
        .api("open", &format!("{url}/open"))
        .api_with("shop/admin", &format!("{url}/shop/admin"), &policy::inbound(REFUSE));
    none_gets_through(&TestGateway::start(authority, &apis), &upstream).await;
}

#[tokio::test]
async fn no_writing_of_an_operations_path_leads_past_its_policy() {
    let upstream = Upstream::plain().await;
    let authority = Authority::new("test");
    let apis = Configuration::trusting(&authority)
        .api("", &upstream.url("http"))
        .operation("everything", "other", "* /*")
        .operation("everything", "item", "GET /shop/{id}")
        .operation("everything", "open", "GET /open/*")
        .operation_with("everything", "admin", "* /shop/admin", &policy::inbound(REFUSE))
        .operation_with("everything", "inside", "* /shop/admin/*", &policy::inbound(REFUSE));
    none_gets_through(&TestGateway::start(authority, &apis), &upstream).await;
}

#[tokio::test]
async fn a_path_with_two_readings_within_one_api_passes_unchanged() {
    let upstream = Upstream::plain().await;
    let authority = Authority::new("test");
    let url = upstream.url("http");
    let apis = Configuration::trusting(&authority).api("shop", &url).api("shop/admin", &url);
    let gateway = TestGateway::start(authority, &apis);
    for rest in ["/a%2Fb/%41//c/./d/../e;x=1?q=%20&&=?", "/x/..", "//", "/%ff", "/%", "/b%00", "/admin/../x"]
    {
        let answer = gateway.client().get(&format!("/shop{rest}")).await;
        let is_admins = rest.starts_with("/admin");
        if is_admins {
            assert_eq!(answer.status, 400, "{rest}");
        } else {
            assert_eq!(answer.json()["target"], rest, "{rest}");
        }
    }
}
