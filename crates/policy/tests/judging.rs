//! Callers' certificates judged by documents of the shapes that publishers paste.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::collections::HashSet;

use common::{Call, THUMBPRINT, certificate};
use policy::check::compile;
use policy::effect::Effect;
use policy::facts::Certificate;
use policy::program::{DEFAULT_GLOBAL, Program};
use policy::run::{Outcome, Run};

const EXPIRED: &str =
    "context.Request.Certificate == null || context.Request.Certificate.NotAfter < DateTime.Now";
const NAMES: &str = "context.Request.Certificate == null || context.Request.Certificate.Issuer != \"CN=Partner CA, C=US\" \
     || context.Request.Certificate.SubjectName != \"CN=partner, O=\\\"Contoso, Inc.\\\", C=US\"";
const PRINT: &str = "context.Request.Certificate == null || context.Request.Certificate.Thumbprint != \
     \"0123456789ABCDEF0123456789ABCDEF01234567\"";
const UPLOADED: &str = "context.Request.Certificate == null || !context.Deployment.Certificates.Any(c => c.Value.Thumbprint \
     == context.Request.Certificate.Thumbprint)";

/// Whether a call is let through; if not, it gets the answer that the document says.
fn is_let_through(condition: &str, call: &Call) -> bool {
    let text = format!(
        "<policies>\n    <inbound>\n        <base />\n        <choose>\n            <when condition=\"@({condition})\" >\n                \
         <return-response>\n                    <set-status code=\"403\" reason=\"Invalid client certificate\" />\n                \
         </return-response>\n            </when>\n        </choose>\n    </inbound>\n</policies>"
    );
    let program = Program::compose(&[&compile(DEFAULT_GLOBAL).unwrap(), &compile(&text).unwrap()]);
    let mut run = Run::new(&program);
    match run.next(Outcome::Start, call) {
        Effect::Forward(_) => true,
        Effect::Return { reply, at } => {
            assert_eq!((reply.status, reply.reason.as_deref()), (403, Some("Invalid client certificate")));
            assert_eq!((&reply.body, at.element, at.line), (&None, "return-response", 6));
            assert!(matches!(run.next(Outcome::Done, call), Effect::Answer));
            false
        }
        other => unreachable!("{other:?}"),
    }
}

fn with(change: impl FnOnce(&mut Certificate)) -> Call {
    let mut certificate = certificate();
    change(&mut certificate);
    Call { certificate: Some(certificate.into()), ..Call::default() }
}

#[test]
fn without_a_certificate_nobody_is_let_through() {
    for condition in [EXPIRED, NAMES, PRINT, UPLOADED] {
        assert!(!is_let_through(condition, &Call::default()), "{condition}");
    }
}

#[test]
fn an_expired_certificate_is_refused_from_the_second_it_expired() {
    let call = Call::with_certificate();
    assert!(is_let_through(EXPIRED, &call));
    let end_ms = certificate().not_after_unix_s * 1000;
    assert!(is_let_through(EXPIRED, &Call { now_unix_ms: end_ms, ..Call::with_certificate() }));
    assert!(!is_let_through(EXPIRED, &Call { now_unix_ms: end_ms + 1, ..Call::with_certificate() }));
}

#[test]
fn a_wrong_issuer_or_subject_is_refused() {
    assert!(is_let_through(NAMES, &Call::with_certificate()));
    assert!(!is_let_through(NAMES, &with(|certificate| certificate.issuer = "CN=Other CA, C=US".into())));
    assert!(!is_let_through(NAMES, &with(|certificate| certificate.subject = "CN=partner".into())));
}

#[test]
fn a_wrong_thumbprint_is_refused() {
    assert!(is_let_through(PRINT, &Call::with_certificate()));
    assert!(!is_let_through(PRINT, &with(|certificate| certificate.thumbprint = "F".repeat(40).into())));
    assert!(!is_let_through(PRINT, &with(|certificate| certificate.thumbprint = "".into())));
}

#[test]
fn a_certificate_that_is_not_uploaded_is_refused() {
    let uploaded = HashSet::from([THUMBPRINT.to_owned()]);
    assert!(is_let_through(UPLOADED, &Call { uploaded: uploaded.clone(), ..Call::with_certificate() }));
    assert!(!is_let_through(UPLOADED, &Call::with_certificate()));
    assert!(!is_let_through(
        UPLOADED,
        &Call { uploaded, ..with(|one| one.thumbprint = "F".repeat(40).into()) }
    ));
}

#[test]
fn every_way_of_writing_the_search_finds_the_same() {
    let searches = [
        "context.Deployment.Certificates.Any(c => c.Value.Thumbprint == X)",
        "context.Deployment.Certificates.Any((c) => X == c.Value.Thumbprint)",
        "context.Deployment.Certificates.Values.Any(c => c.Thumbprint == X)",
        "context.Deployment.Certificates.Any(c => c.Value.Thumbprint.Equals(X))",
        "context.Deployment.Certificates.Any(c => c.Value.Thumbprint.Equals(X, StringComparison.OrdinalIgnoreCase))",
        "context.Deployment.Certificates.Any(c => string.Equals(X, c.Value.Thumbprint, StringComparison.OrdinalIgnoreCase))",
    ];
    for search in searches {
        for written in [
            "context.Request.Certificate.Thumbprint",
            "\"01:23:45:67:89:ab:cd:ef:01:23:45:67:89:ab:cd:ef:01:23:45:67\"",
        ] {
            let condition = format!("!{}", search.replace('X', written));
            let uploaded = HashSet::from([THUMBPRINT.to_owned()]);
            assert!(
                is_let_through(&condition, &Call { uploaded, ..Call::with_certificate() }),
                "{condition}"
            );
            assert!(!is_let_through(&condition, &Call::with_certificate()), "{condition}");
        }
    }
}

#[test]
fn the_plain_checks_allocate_nothing() {
    let call = Call { uploaded: HashSet::from([THUMBPRINT.to_owned()]), ..with(|_| {}) };
    for condition in [EXPIRED, NAMES, PRINT, UPLOADED] {
        let text = format!(
            "<policies><inbound><choose><when condition=\"@({condition})\"><return-response /></when></choose></inbound></policies>"
        );
        let program = compile(&text).unwrap();
        let allocated = allocation_counter::measure(|| {
            let mut run = Run::new(&program);
            assert!(matches!(run.next(Outcome::Start, &call), Effect::Answer));
        });
        assert_eq!(allocated.count_total, 0, "{condition}");
    }
}
