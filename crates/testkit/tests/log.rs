//! A test reads its own log, whatever runs beside it in the same process.

#![expect(clippy::indexing_slicing, reason = "a line without the field is not the one")]

use http::StatusCode;
use testkit::authority::Authority;
use testkit::gateway::{Configuration, TestGateway};
use testkit::log::Log;

/// A request for a path that no API has, to a gateway of its own; what was logged of it until its answer came.
async fn log_of_a_request(path: &str) -> String {
    let authority = Authority::new("test");
    let nothing = Configuration::trusting(&authority);
    let gateway = TestGateway::start(authority, &nothing);
    let log = Log::capture();
    assert_eq!(gateway.client().get(path).await.status, StatusCode::NOT_FOUND);
    log.line(|line| line["fields"]["path"] == path).await;
    log.text()
}

#[tokio::test]
async fn a_log_holds_only_what_the_gateways_of_its_own_test_did() {
    let other = std::thread::spawn(|| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(log_of_a_request("/by-the-other"))
    });
    let ours = log_of_a_request("/by-this-one").await;
    let others = other.join().unwrap();
    assert!(ours.contains("/by-this-one") && !ours.contains("/by-the-other"), "{ours}");
    assert!(others.contains("/by-the-other") && !others.contains("/by-this-one"), "{others}");
}

#[tokio::test]
async fn a_log_begins_when_it_is_captured() {
    log_of_a_request("/before").await;
    let later = log_of_a_request("/after").await;
    assert!(later.contains("/after") && !later.contains("/before"), "{later}");
}
