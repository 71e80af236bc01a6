//! Failed calls and traces: who may see them, who may begin one, and what is kept how long.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

mod common;

use common::{House, MOST_FAILURES, P256, WHO};
use domain::failed_call::{FailedCall, FailedFilter, Missed};
use domain::handshake::{HandshakeProblem, Untrusted};
use domain::name::ApiId;
use domain::problem::{Kind, Problem, Unreachable};
use domain::traffic::{Call, Caller, CallerCertificate};
use domain::user::{Actor, Role};
use management::error::Error;
use time::macros::datetime;
use time::{Duration, OffsetDateTime};

const NOON: OffsetDateTime = datetime!(2030-01-01 12:00 UTC);

fn viewer() -> Actor {
    Actor::User { id: 1, name: "vera".parse().unwrap(), role: Role::Viewer }
}

/// A call that failed at noon, its request id the same as its path.
fn failed(api: Option<&ApiId>, path: &str, problem: Problem) -> FailedCall {
    FailedCall {
        at: NOON,
        request_id: path.to_owned(),
        call: Call {
            api: api.cloned(),
            operation: None,
            method: "GET".to_owned(),
            path: format!("/orders/{path}"),
        },
        status: 502,
        reason: "BackendConnectionFailure".to_owned(),
        problem,
        detail: "Connection refused (os error 111)".to_owned(),
        statement: None,
        caller: Caller { address: "192.0.2.7".to_owned(), certificate: None },
        backend: Some("backend.test:443".to_owned()),
        shown: None,
    }
}

fn unreachable(api: Option<&ApiId>, path: &str) -> FailedCall {
    failed(api, path, Problem::Unreachable(Unreachable::Refused))
}

impl House {
    fn fail(&self, calls: Vec<FailedCall>) {
        self.failures.lock().unwrap().calls.extend(calls);
    }

    fn miss(&self, kind: Kind, api: Option<&ApiId>, count: u64) {
        self.failures.lock().unwrap().missed.push(Missed { kind, api: api.cloned(), count });
    }

    /// The request ids of what a filter finds, the newest first.
    fn found(&self, filter: &FailedFilter) -> Vec<String> {
        let found = self.management.failed_calls(&viewer(), filter, None).unwrap();
        found.calls.into_iter().map(|recorded| recorded.call.request_id).collect()
    }
}

#[test]
fn a_viewer_sees_failed_calls_and_begins_no_trace() {
    let house = House::new();
    let api = house.api("orders");
    assert!(house.found(&FailedFilter::default()).is_empty());
    assert!(matches!(house.management.start_trace(&viewer(), &api), Err(Error::NotAllowed)));
    assert_eq!(house.management.start_trace(&WHO, &api).unwrap().api, api);
}

#[test]
fn what_is_not_there_is_not_traced() {
    let house = House::new();
    let missing: ApiId = "missing".parse().unwrap();
    assert!(matches!(house.management.start_trace(&WHO, &missing), Err(Error::NotFound)));
    assert!(matches!(house.management.trace(&viewer(), "0123"), Err(Error::NotFound)));
}

#[test]
fn a_failed_call_is_there_at_once_and_after_a_restart_with_everything_that_is_known_of_it() {
    let house = House::new();
    let api = house.api("orders");
    let untrusted = Problem::Tls(HandshakeProblem::Certificate(Untrusted::UnknownIssuer));
    let certificate = CallerCertificate {
        subject: "CN=caller".to_owned(),
        issuer: "CN=partners".to_owned(),
        thumbprint: "AB".repeat(20),
        serial_number: "01".to_owned(),
        not_before: Some(NOON),
        not_after: None,
        pem: "-----BEGIN CERTIFICATE-----".to_owned(),
    };
    let caller = Caller { address: "192.0.2.7".to_owned(), certificate: Some(certificate) };
    let call = FailedCall { caller, ..failed(Some(&api), "1", untrusted) };
    house.fail(vec![call.clone()]);
    assert_eq!(house.management.failed_call(&viewer(), "1").unwrap(), call);
    let house = house.again();
    assert_eq!(house.management.failed_call(&viewer(), "1").unwrap(), call);
    assert_eq!(house.management.failing_apis(&viewer()).unwrap()[0].id, api);
    assert_eq!(house.management.overview(&viewer()).unwrap().failed_last_hour, 1);
    assert!(matches!(house.management.failed_call(&viewer(), "2"), Err(Error::NotFound)));
}

#[test]
fn each_filter_finds_its_calls_and_no_others() {
    let house = House::new();
    let (orders, stock) = (house.api("orders"), house.api("stock"));
    let shown = house.upload(P256).unwrap();
    let partner = house.management.certificate(&WHO, &shown).unwrap();
    let certificate = CallerCertificate {
        subject: "CN=caller 100%".to_owned(),
        issuer: String::new(),
        thumbprint: "AB".repeat(20),
        serial_number: String::new(),
        not_before: None,
        not_after: None,
        pem: String::new(),
    };
    let caller = Caller { address: "198.51.100.1".to_owned(), certificate: Some(certificate) };
    let refused = Problem::Refused;
    house.fail(vec![
        unreachable(Some(&orders), "one"),
        FailedCall { caller, status: 403, ..failed(Some(&stock), "two", refused) },
        FailedCall { at: NOON - Duration::days(2), shown: Some(shown), ..unreachable(None, "three") },
    ]);
    let filter = FailedFilter::default;
    assert_eq!(house.found(&filter()), ["three", "two", "one"]);
    assert_eq!(house.found(&FailedFilter { api: Some(stock), ..filter() }), ["two"]);
    assert_eq!(house.found(&FailedFilter { kind: Some(Kind::Unreachable), ..filter() }), ["three", "one"]);
    for (statuses, expected) in [("403", &["two"][..]), ("5xx", &["three", "one"]), ("404", &[])] {
        let statuses = Some(statuses.parse().unwrap());
        assert_eq!(house.found(&FailedFilter { statuses, ..filter() }), expected);
    }
    let since = Some(NOON - Duration::HOUR);
    assert_eq!(house.found(&FailedFilter { since, ..filter() }), ["two", "one"]);
    let thumbprint = ["ab"; 20].join(":");
    for (certificate, expected) in [
        (thumbprint.as_str(), &["two"][..]),
        ("CALLER 100%", &["two"]),
        ("100_", &[]),
        (partner.name.as_str(), &["three"]),
        (partner.leaf.thumbprint.as_str(), &["three"]),
    ] {
        let certificate = certificate.to_owned();
        assert_eq!(
            house.found(&FailedFilter { certificate: certificate.clone(), ..filter() }),
            expected,
            "{certificate}"
        );
    }
    let caller = "198.51".to_owned();
    assert_eq!(house.found(&FailedFilter { caller, ..filter() }), ["two"]);
    for (text, expected) in [
        ("get /orders/TWO", &["two"][..]),
        ("os error 111", &["three", "two", "one"]),
        ("backend.test", &["three", "two", "one"]),
        ("nothing", &[]),
    ] {
        assert_eq!(house.found(&FailedFilter { text: text.to_owned(), ..filter() }), expected, "{text}");
    }
}

#[test]
fn pages_go_on_where_the_one_before_ended_whatever_has_failed_since() {
    let house = House::new();
    let api = house.api("orders");
    house.fail((0..60).map(|number| unreachable(Some(&api), &number.to_string())).collect());
    let filter = FailedFilter::default();
    let first = house.management.failed_calls(&WHO, &filter, None).unwrap();
    assert_eq!((first.calls.len(), first.calls[49].call.request_id.as_str()), (50, "10"));
    house.fail(vec![unreachable(Some(&api), "later")]);
    let second = house.management.failed_calls(&WHO, &filter, first.older).unwrap();
    assert_eq!((second.calls.len(), second.calls[0].call.request_id.as_str()), (10, "9"));
    assert_eq!(second.older, None);
}

#[test]
fn of_each_kind_so_many_are_kept_and_one_api_does_not_push_out_the_others() {
    let house = House::new();
    let (orders, stock) = (house.api("orders"), house.api("stock"));
    house.fail(vec![unreachable(Some(&stock), "rare"), failed(None, "other kind", Problem::NoApi)]);
    let most = MOST_FAILURES as usize;
    for number in 0..most + 50 {
        house.fail(vec![unreachable(Some(&orders), &format!("frequent {number}"))]);
    }
    house.fail((0..most).map(|number| failed(None, &format!("scan {number}"), Problem::NoApi)).collect());
    house.management.keep_failures().unwrap();
    let count = |filter: FailedFilter| {
        let mut before = None;
        let mut count = 0;
        loop {
            let page = house.management.failed_calls(&WHO, &filter, before).unwrap();
            count += page.calls.len();
            match page.older {
                Some(older) => before = Some(older),
                None => return count,
            }
        }
    };
    assert_eq!(count(FailedFilter { kind: Some(Kind::Unreachable), ..FailedFilter::default() }), most);
    assert_eq!(count(FailedFilter { kind: Some(Kind::NoApi), ..FailedFilter::default() }), most);
    assert!(house.management.failed_call(&WHO, "rare").is_ok());
    assert!(matches!(house.management.failed_call(&WHO, "frequent 50"), Err(Error::NotFound)));
    assert!(house.management.failed_call(&WHO, "frequent 51").is_ok());
}

#[test]
fn what_is_too_old_is_forgotten() {
    let house = House::new();
    house.fail(vec![unreachable(None, "1")]);
    house.management.keep_failures().unwrap();
    house.pass(Duration::days(30));
    house.management.forget_old_failures().unwrap();
    assert!(house.management.failed_call(&WHO, "1").is_ok());
    house.pass(Duration::SECOND);
    house.management.forget_old_failures().unwrap();
    assert!(matches!(house.management.failed_call(&WHO, "1"), Err(Error::NotFound)));
}

#[test]
fn calls_that_were_too_many_are_counted_with_the_newest_one_like_them() {
    let house = House::new();
    let api = house.api("orders");
    house.fail(vec![unreachable(Some(&api), "1"), unreachable(Some(&api), "2"), unreachable(None, "3")]);
    house.miss(Kind::Unreachable, Some(&api), 1000);
    house.management.keep_failures().unwrap();
    house.miss(Kind::Unreachable, Some(&api), 204);
    let found = house.management.failed_calls(&WHO, &FailedFilter::default(), None).unwrap().calls;
    let missed: Vec<u64> = found.iter().map(|recorded| recorded.missed).collect();
    assert_eq!(missed, [0, 1204, 0]);
    assert_eq!(house.management.overview(&WHO).unwrap().failed_last_hour, 1207);
}

#[test]
fn what_a_damaged_record_holds_hides_no_other() {
    let house = House::new();
    house.fail(vec![unreachable(None, "1"), unreachable(None, "2")]);
    house.management.keep_failures().unwrap();
    house.damage("UPDATE failed_calls SET facts = '{' WHERE request_id = '2'");
    assert_eq!(house.found(&FailedFilter::default()), ["1"]);
}

#[test]
fn when_an_api_and_a_certificate_were_last_used_is_known_at_once_and_after_a_restart() {
    let house = House::new();
    let (api, certificate) = (house.api("orders"), house.upload(P256).unwrap());
    house.save_policy(&api, &common::showing(&format!("certificate-id=\"{certificate}\""))).unwrap();
    let used = |house: &House| {
        let (apis, certificates) = (Default::default(), Default::default());
        [
            house.management.api(&WHO, &api).unwrap().last_used,
            house.management.list_apis(&WHO, &apis).unwrap().rows[0].last_used,
            house.management.certificate(&WHO, &certificate).unwrap().last_used,
            house.management.list_certificates(&WHO, &certificates).unwrap().rows[0].last_used,
        ]
    };
    assert_eq!(used(&house), [None; 4]);
    *house.used.lock().unwrap() = Some(NOON.unix_timestamp());
    assert_eq!(used(&house), [Some(NOON); 4]);
    house.management.keep_last_used().unwrap();
    let house = house.again();
    assert_eq!(used(&house), [Some(NOON); 4]);
}
