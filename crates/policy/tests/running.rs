//! The machine: what comes next after each outcome.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::{Call, failed};
use policy::check::compile;
use policy::effect::{Effect, Target};
use policy::program::Program;
use policy::run::{Outcome, Run};

const DOCUMENT: &str = r#"
<policies>
    <inbound>
        <set-header name="i1"><value>x</value></set-header>
        <set-header name="i2"><value>x</value></set-header>
    </inbound>
    <backend>
        <forward-request />
    </backend>
    <outbound>
        <set-header name="o1"><value>x</value></set-header>
        <set-header name="o2"><value>x</value></set-header>
    </outbound>
    <on-error>
        <set-header name="e1"><value>x</value></set-header>
        <set-header name="e2"><value>x</value></set-header>
    </on-error>
</policies>"#;

fn program() -> Program {
    compile(DOCUMENT).unwrap()
}

fn name(effect: Effect<'_>) -> String {
    match effect {
        Effect::SetHeader { header, target: Target::Request } => format!("request {}", header.name),
        Effect::SetHeader { header, target: Target::Response } => format!("response {}", header.name),
        other => format!("{other:?}"),
    }
}

/// The effects when all is done but the one numbered `failing`, from 0.
fn effects(failing: usize) -> Vec<String> {
    let program = program();
    let mut run = Run::new(&program);
    let mut effects = vec![name(run.next(Outcome::Start, &Call::default()))];
    while effects.last().unwrap() != "Answer" {
        let outcome = if effects.len() == failing + 1 { failed() } else { Outcome::Done };
        effects.push(name(run.next(outcome, &Call::default())));
    }
    effects
}

const FORWARD: &str = "Forward { timeout_ms: None, follow_redirects: false, http_version: One, buffer_request_body: false, \
     stream_response: false, fail_on_error_status: false }";

#[test]
fn without_a_failure_on_error_is_not_run() {
    let all = ["request i1", "request i2", FORWARD, "response o1", "response o2", "Answer"];
    assert_eq!(effects(99), all);
}

#[test]
fn a_failure_in_inbound_leads_to_on_error() {
    assert_eq!(effects(0), ["request i1", "response e1", "response e2", "Answer"]);
}

#[test]
fn a_failed_forward_leads_to_on_error() {
    assert_eq!(effects(2), ["request i1", "request i2", FORWARD, "response e1", "response e2", "Answer"]);
}

#[test]
fn a_failure_in_outbound_leads_to_on_error() {
    let all = ["request i1", "request i2", FORWARD, "response o1", "response e1", "response e2", "Answer"];
    assert_eq!(effects(3), all);
}

#[test]
fn a_failure_in_on_error_ends_the_run() {
    let program = program();
    let mut run = Run::new(&program);
    run.next(Outcome::Start, &Call::default());
    assert_eq!(name(run.next(failed(), &Call::default())), "response e1");
    assert_eq!(name(run.next(failed(), &Call::default())), "Answer");
}

#[test]
fn a_call_that_fails_before_the_first_statement_begins_with_on_error() {
    let program = program();
    let mut run = Run::new(&program);
    assert_eq!(name(run.next(failed(), &Call::default())), "response e1");
}

#[test]
fn after_the_answer_there_is_nothing_but_the_answer() {
    let program = compile("<policies />").unwrap();
    let mut run = Run::new(&program);
    for outcome in [Outcome::Start, Outcome::Done, failed(), Outcome::Start] {
        assert_eq!(name(run.next(outcome, &Call::default())), "Answer");
        assert!(run.place().is_none());
    }
}

#[test]
fn without_an_on_error_section_a_failure_answers() {
    let program = compile("<policies><backend><forward-request /></backend></policies>").unwrap();
    let mut run = Run::new(&program);
    assert_eq!(name(run.next(Outcome::Start, &Call::default())), FORWARD);
    assert_eq!(run.place().map(|place| place.element), Some("forward-request"));
    assert_eq!(name(run.next(failed(), &Call::default())), "Answer");
}
