//! What `<base />` stands for when documents of several scopes apply to a call.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::Call;
use policy::check::compile;
use policy::effect::Effect;
use policy::parse::parse;
use policy::program::{CertificateSelector, CredentialSummary, DEFAULT_GLOBAL, EMPTY_API, Program, Section};
use policy::run::{Outcome, Run};

/// The names of the headers that a run of the composed documents sets, and `forward`.
fn steps(documents: &[&str]) -> Vec<String> {
    let programs: Vec<Program> = documents.iter().map(|text| compile(text).unwrap()).collect();
    let composed = Program::compose(&programs.iter().collect::<Vec<_>>());
    let mut run = Run::new(&composed);
    let mut steps = Vec::new();
    let mut outcome = Outcome::Start;
    loop {
        match run.next(outcome, &Call::default()) {
            Effect::SetHeader { header, .. } => steps.push(header.name.clone()),
            Effect::Forward(forward) => steps.push(match forward.timeout_ms {
                Some(timeout_ms) => format!("forward within {timeout_ms}"),
                None => "forward".to_owned(),
            }),
            Effect::UseCertificate { .. } | Effect::UseBasic { .. } => steps.push("credential".to_owned()),
            Effect::Return { reply, .. } => steps.push(format!("return {}", reply.status)),
            Effect::Fail { failure, .. } => steps.push(format!("fail {}", failure.message)),
            Effect::Answer => return steps,
            other => unreachable!("{other:?}"),
        }
        outcome = Outcome::Done;
    }
}

/// A document whose `inbound` holds these: a header's name, or `base`.
fn inbound(content: &[&str]) -> String {
    let statement = |name: &&str| match *name {
        "base" => "<base />".to_owned(),
        name => format!("<set-header name=\"{name}\"><value>x</value></set-header>"),
    };
    let content: String = content.iter().map(statement).collect();
    format!("<policies><inbound>{content}</inbound></policies>")
}

#[test]
fn base_stands_where_the_broader_scope_goes() {
    let global = inbound(&["g"]);
    let (first, last) = (inbound(&["base", "a"]), inbound(&["a", "base"]));
    assert_eq!(steps(&[&global, &first]), ["g", "a"]);
    assert_eq!(steps(&[&global, &last]), ["a", "g"]);
    assert_eq!(steps(&[&global, &inbound(&["a", "base", "b"])]), ["a", "g", "b"]);
}

#[test]
fn three_scopes_nest() {
    let (global, api) = (inbound(&["g"]), inbound(&["a1", "base", "a2"]));
    let operation = inbound(&["o1", "base", "o2"]);
    assert_eq!(steps(&[&global, &api, &operation]), ["o1", "a1", "g", "a2", "o2"]);
}

#[test]
fn a_section_without_base_cuts_the_broader_scopes_off() {
    let global = inbound(&["g"]);
    assert_eq!(steps(&[&global, &inbound(&["a"])]), ["a"]);
    assert!(steps(&[&global, "<policies><inbound /></policies>"]).is_empty());
    assert_eq!(steps(&[&global, "<policies><inbound /></policies>", &inbound(&["base", "o"])]), ["o"]);
}

#[test]
fn a_section_that_is_absent_is_inherited() {
    let global = inbound(&["g"]);
    assert_eq!(steps(&[&global, "<policies />"]), ["g"]);
    assert_eq!(steps(&[&global, "<policies><outbound /></policies>", &inbound(&["base", "o"])]), ["g", "o"]);
}

#[test]
fn base_of_the_broadest_scope_is_nothing() {
    assert_eq!(steps(&[&inbound(&["base", "g", "base"][..2])]), ["g"]);
    assert!(steps(&[]).is_empty());
}

#[test]
fn the_shipped_documents_forward_once() {
    assert_eq!(steps(&[DEFAULT_GLOBAL]), ["forward"]);
    assert_eq!(steps(&[DEFAULT_GLOBAL, EMPTY_API]), ["forward"]);
    assert!(compile(DEFAULT_GLOBAL).unwrap().warnings().is_empty());
    assert!(compile(EMPTY_API).unwrap().warnings().is_empty());
}

#[test]
fn the_narrowest_forward_request_is_the_one_carried_out() {
    for order in ["<base /><forward-request timeout=\"5\" />", "<forward-request timeout=\"5\" /><base />"] {
        let api = format!("<policies><backend>{order}</backend></policies>");
        assert_eq!(steps(&[DEFAULT_GLOBAL, &api]), ["forward within 5000"]);
    }
}

#[test]
fn a_step_remembers_its_scope_and_section() {
    let global = compile(&inbound(&["g"])).unwrap();
    let api = compile(&inbound(&["base", "a"])).unwrap();
    let composed = Program::compose(&[&global, &api]);
    let mut run = Run::new(&composed);
    let mut places = Vec::new();
    let mut outcome = Outcome::Start;
    while !matches!(run.next(outcome, &Call::default()), Effect::Answer) {
        let place = run.place().unwrap();
        places.push((place.scope, place.section, place.column));
        outcome = Outcome::Done;
    }
    assert_eq!(places, [(0, Section::Inbound, 21), (1, Section::Inbound, 29)]);
}

#[test]
fn the_credential_and_the_references_of_a_composed_program_are_the_effective_ones() {
    let certificate = |id: &str, base: &str| {
        let statement = format!("<authentication-certificate certificate-id=\"{id}\" />");
        compile(&format!("<policies><inbound>{statement}{base}</inbound></policies>")).unwrap()
    };
    let (global, api) = (certificate("broad", ""), certificate("narrow", "<base />"));
    let ids = |program: &Program| -> Vec<CertificateSelector> {
        program.references().iter().map(|reference| reference.selector.clone()).collect()
    };
    let (broad, narrow) =
        (CertificateSelector::Id("broad".to_owned()), CertificateSelector::Id("narrow".to_owned()));
    assert_eq!(api.credential(), CredentialSummary::Certificate(narrow.clone()));

    let composed = Program::compose(&[&global, &api]);
    assert_eq!(ids(&composed), [narrow.clone(), broad.clone()]);
    assert_eq!(composed.credential(), CredentialSummary::Certificate(broad));

    let cut = Program::compose(&[&global, &certificate("narrow", "")]);
    assert_eq!(ids(&cut), [narrow]);
}

#[test]
fn no_debug_output_shows_a_password() {
    let text =
        r#"<policies><inbound><authentication-basic username="u" password="hunter2" /></inbound></policies>"#;
    assert!(!format!("{:?}", parse(text)).contains("hunter2"));
    let program = compile(text).unwrap();
    assert!(!format!("{program:?}").contains("hunter2"));
    let effect = Run::new(&program).next(Outcome::Start, &Call::default());
    assert!(!format!("{effect:?}").contains("hunter2"));
    assert!(matches!(effect, Effect::UseBasic { password, .. } if password == "hunter2"));
}
