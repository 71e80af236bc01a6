//! How long a change takes to be live among ten thousand APIs: `cargo bench -p gateway --bench publish`.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a benchmark stops where it can't go on, and its result is for a person to read"
)]

use std::time::{Duration, Instant};

use gateway::Gateway;
use testkit::authority::Authority;
use testkit::gateway::{Configuration, settings};

fn main() {
    let authority = Authority::new("bench");
    let mut apis = Configuration::trusting(&authority);
    for number in 0..APIS {
        let certificate = format!("certificate-{}", number % CERTIFICATES);
        let backend = format!("https://backend-{number}.example/base");
        apis = apis.api_showing(&format!("team-{}/api-{number}", number % 50), &backend, &certificate);
    }
    for number in 0..CERTIFICATES {
        let id = format!("certificate-{number}");
        apis = apis.certificate(&id, &authority.client(&id));
    }
    let snapshot = apis.snapshot();
    let begun = Instant::now();
    let gateway = Gateway::start(settings(&authority), snapshot).expect("a gateway");
    println!("start with {APIS} APIs and {CERTIFICATES} certificates: {:?}", begun.elapsed());

    let changes: [(&str, Change); 4] = [
        ("nothing", |apis, _, _| apis),
        ("one API", |apis, _, round| apis.api("team-7/api-7", &format!("https://other-{round}.example"))),
        ("one certificate, used by 100 APIs", |apis, authority, round| {
            apis.certificate("certificate-7", &authority.client(&format!("version {round}")))
        }),
        ("the policy of all APIs", |apis, _, round| apis.global(&global(round))),
    ];
    for (name, change) in changes {
        let mut times: Vec<Duration> = Vec::new();
        for round in 0..ROUNDS {
            apis = change(apis.next(), &authority, round);
            let snapshot = apis.snapshot();
            let begun = Instant::now();
            gateway.publish(snapshot);
            times.push(begun.elapsed());
        }
        times.sort();
        println!("publish, changed {name}: median {:?}, longest {:?}", times[ROUNDS / 2], times[ROUNDS - 1]);
    }
}

/// A policy of all APIs as people write them: a few headers, and the check of callers.
fn global(round: usize) -> String {
    let check = "<choose><when condition=\"@(context.Request.Certificate == null || context.Request.Certificate.NotAfter < DateTime.Now)\"><return-response><set-status code=\"403\" reason=\"Invalid client certificate\" /></return-response></when></choose>";
    let header = format!("<set-header name=\"x-round\"><value>{round}</value></set-header>");
    format!("<policies><inbound>{header}{check}</inbound><backend><forward-request/></backend></policies>")
}

type Change = fn(Configuration, &Authority, usize) -> Configuration;

const APIS: usize = 10_000;
const CERTIFICATES: usize = 100;
const ROUNDS: usize = 31;
