//! What the language costs: compiling a document, running the checks of callers, searching the uploaded certificates.
//! `cargo bench --package policy --bench language`
#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a benchmark prints, and ends when something is wrong"
)]

use std::hint::black_box;
use std::time::{Duration, Instant};

use policy::check::compile;
use policy::effect::Effect;
use policy::program::{DEFAULT_GLOBAL, Program};
use policy::run::{Outcome, Run};

#[path = "../tests/common/mod.rs"]
mod common;

use common::{Call, THUMBPRINT};

const EXPIRED: &str =
    "context.Request.Certificate == null || context.Request.Certificate.NotAfter < DateTime.Now";
const NAMES: &str = "context.Request.Certificate == null || context.Request.Certificate.Issuer != \"CN=Partner CA, C=US\" || context.Request.Certificate.SubjectName.Name != \"CN=partner, O=\\\"Contoso, Inc.\\\", C=US\"";
const PRINT: &str = "context.Request.Certificate == null || context.Request.Certificate.Thumbprint != \"0123456789ABCDEF0123456789ABCDEF01234567\"";
const UPLOADED: &str = "context.Request.Certificate == null || !context.Deployment.Certificates.Any(c => c.Value.Thumbprint == context.Request.Certificate.Thumbprint)";

fn main() {
    println!("| what | each | allocations |");
    println!("|---|---|---|");
    for (name, condition) in [
        ("missing or expired", EXPIRED),
        ("issuer and subject", NAMES),
        ("thumbprint", PRINT),
        ("uploaded", UPLOADED),
    ] {
        let text = document(condition);
        line(&format!("compile: {name}"), 2_000, || drop(black_box(compile(black_box(&text)))));
        let program = composed(&text);
        let call = Call::with_certificate().uploading([THUMBPRINT.to_owned()]);
        line(&format!("run: {name}"), 200_000, || pass(&program, &call));
    }
    let elements: String = (0..10_000).map(|number| format!("<set-heder{number}/>")).collect();
    let unknown = format!("<policies><inbound>{elements}</inbound></policies>");
    line("check: 10,000 unknown elements", 70, || drop(black_box(compile(black_box(&unknown)))));
    let attributes: String = (0..10_000).map(|_| "<base nam=\"a\"/>").collect();
    let undeclared = format!("<policies><inbound>{attributes}</inbound></policies>");
    line("check: 10,000 unknown attributes", 70, || drop(black_box(compile(black_box(&undeclared)))));
    let program = composed(&document(UPLOADED));
    for count in [10_u32, 1_000, 100_000] {
        let others = (1..count).map(|number| format!("{number:040X}"));
        let call = Call::with_certificate().uploading(others.chain([THUMBPRINT.to_owned()]));
        line(&format!("run: uploaded, one of {count}"), 200_000, || pass(&program, &call));
    }
}

fn document(condition: &str) -> String {
    format!(
        "<policies><inbound><base /><choose><when condition=\"@({condition})\"><return-response>\
         <set-status code=\"403\" reason=\"Invalid client certificate\" /></return-response></when></choose></inbound></policies>"
    )
}

fn composed(text: &str) -> Program {
    let global = compile(DEFAULT_GLOBAL).expect("the shipped document has no errors");
    let api = compile(text).expect("the benchmark's neither");
    Program::compose(&[&global, &api])
}

/// One call up to where it would be forwarded.
fn pass(program: &Program, call: &Call) {
    let mut run = Run::new(program);
    assert!(matches!(run.next(Outcome::Start, call), Effect::Forward(_)), "the caller is let through");
}

fn line(what: &str, times: u32, mut one: impl FnMut()) {
    let allocations = allocation_counter::measure(&mut one).count_total;
    let rounds = (0..7).map(|_| {
        let began = Instant::now();
        for _ in 0..times / 7 {
            one();
        }
        began.elapsed() / (times / 7)
    });
    let best = rounds.min().unwrap_or(Duration::ZERO);
    println!("| {what} | {best:?} | {allocations} |");
}
