//! Refused calls and traces: who may see them, and who may begin one.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use common::{House, WHO};
use domain::name::ApiId;
use domain::traffic::RefusedFilter;
use domain::user::{Actor, Role};
use management::error::Error;

fn viewer() -> Actor {
    Actor::User { id: 1, name: "vera".parse().unwrap(), role: Role::Viewer }
}

#[test]
fn a_viewer_sees_refused_calls_and_begins_no_trace() {
    let house = House::new();
    let api = house.api("orders");
    let filter = RefusedFilter::default();
    assert!(house.management.refused_calls(&viewer(), &filter).unwrap().is_empty());
    assert!(matches!(house.management.refused_calls(&Actor::Anonymous, &filter), Err(Error::NotAllowed)));
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
