//! What is tried on any bytes: by the fuzzer for as long as one likes, by the tests for a moment.
#![allow(dead_code, reason = "each target uses one of them")]

use std::borrow::Cow;
use std::sync::Arc;

use policy::check::compile;
use policy::effect::{Effect, Target};
use policy::facts::{Address, Certificate, Facts, Reading, Url};
use policy::failure::Failure;
use policy::format::format;
use policy::message::Message;
use policy::parse::parse;
use policy::program::{DEFAULT_GLOBAL, Program};
use policy::run::{Outcome, Run};

/// Reading ends, and what is printed of a document without errors reads the same.
pub(crate) fn lexer(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (document, _) = parse(&text);
    let printed = format(&document);
    if document.is_readable() {
        let (again, _) = parse(&printed);
        assert!(document.same_tree(&again), "what was printed reads otherwise");
    }
}

/// Code is read and checked, in brackets and in braces.
pub(crate) fn expression(bytes: &[u8]) {
    let code = String::from_utf8_lossy(bytes);
    for (open, close) in [("@(", ")"), ("@{", "}")] {
        checked(&in_a_document(&format!("{open}{code}{close}")));
    }
}

/// A document is checked, and every finding lies in it.
pub(crate) fn checker(bytes: &[u8]) {
    checked(&String::from_utf8_lossy(bytes));
}

/// Code or a document runs to its end over a call that is made of the first bytes.
pub(crate) fn evaluator(bytes: &[u8]) {
    let (made_of, rest) = bytes.split_at(bytes.len().min(4));
    let text = String::from_utf8_lossy(rest);
    let call = Call::new(made_of);
    if text.trim_start().starts_with('<') {
        run(&text, &call);
    } else {
        run(&in_a_document(&format!("@({text})")), &call);
        run(&in_a_document(&format!("@{{{text}}}")), &call);
    }
}

/// A template is read, refused with a word or filled, in the body of a call.
pub(crate) fn liquid(bytes: &[u8]) {
    let (made_of, rest) = bytes.split_at(bytes.len().min(4));
    let template = String::from_utf8_lossy(rest).replace("</set-body", "<");
    let text = format!(
        "<policies><inbound><set-variable name=\"v\" value='@(JObject.Parse(\"{{\\\"a\\\":[1,{{}}]}}\"))' />\
         <set-body template=\"liquid\">{template}</set-body></inbound></policies>"
    );
    checked(&text);
    run(&text, &Call::new(made_of));
}

fn in_a_document(expression: &str) -> String {
    format!(
        "<policies><inbound><set-variable name=\"n\" value=\"@(7)\" /><set-variable name=\"t\" value=\"text\" />\
         <set-variable name=\"v\" value='{expression}' /><set-body>{expression}</set-body></inbound></policies>"
    )
}

fn checked(text: &str) {
    match compile(text) {
        Ok(_) => {}
        Err(findings) => {
            assert!(!findings.is_empty(), "refused without a word");
            for finding in findings {
                assert!(
                    finding.span.start <= finding.span.end && finding.span.end <= text.len() + 1,
                    "{finding:?}"
                );
            }
        }
    }
}

fn run(text: &str, call: &Call) {
    let Ok(program) = compile(text) else { return };
    let global = compile(DEFAULT_GLOBAL).expect("the shipped document has no errors");
    let program = Program::compose(&[&global, &program]);
    let mut run = Run::new(&program).watched();
    let mut outcome = Outcome::Start;
    for turn in 0..5_000 {
        outcome = match run.next(outcome, call) {
            Effect::Answer => return,
            Effect::Call(_) if turn % 3 == 0 => Outcome::Answered(None),
            Effect::Call(_) => Outcome::Answered(Some(Arc::new(answer()))),
            Effect::CacheLookup { .. } => Outcome::Cached(None),
            Effect::Fail { failure, .. } => Outcome::Failed(failure),
            _ if turn % 17 == 16 => {
                Outcome::Failed(Failure::hidden("Tried", "the host was told to fail", 500))
            }
            _ => Outcome::Done,
        };
    }
    panic!("the run has no end");
}

fn answer() -> Message {
    Message {
        status: 200,
        reason: "OK".to_owned(),
        headers: vec![("Content-Type".to_owned(), "application/json".to_owned())],
        body: Arc::from(&b"{\"token\":\"t\",\"list\":[1,2,{\"a\":null}]}"[..]),
    }
}

/// A call with everything in it that an expression may ask for, some of it by the first bytes.
struct Call {
    has_certificate: bool,
    certificate: Arc<Certificate>,
    seed: u8,
    body: Option<Arc<[u8]>>,
}

impl Call {
    fn new(made_of: &[u8]) -> Self {
        let byte = |at: usize| made_of.get(at).copied().unwrap_or_default();
        let certificate = Certificate {
            subject: "CN=partner, O=\"Contoso, Inc.\", C=US".into(),
            issuer: "CN=Partner CA, C=US".into(),
            thumbprint: "0123456789ABCDEF0123456789ABCDEF01234567".into(),
            serial_number: "00A1B2".into(),
            not_before_unix_s: i64::from(byte(1)) * 40_000_000_000 - 62_135_596_801,
            not_after_unix_s: i64::from(byte(2)) * 40_000_000_000,
            version: 3,
            ..Certificate::default()
        };
        let body: Option<&[u8]> = match byte(3) % 4 {
            0 => None,
            1 => Some(b"{\"a\":[1,2.5,\"x\",null,true],\"b\":{\"c\":\"d\"}}"),
            2 => Some(b"a=1&b=%41&b=c"),
            _ => Some(b"\xff\xfe not json"),
        };
        let has_certificate = byte(0) % 2 == 1;
        Self { has_certificate, certificate: Arc::new(certificate), seed: byte(0), body: body.map(Arc::from) }
    }
}

impl Facts for Call {
    fn now_unix_ms(&self) -> i64 {
        1_714_979_289_123
    }

    fn request_id(&self) -> &str {
        "00112233445566778899aabbccddeeff"
    }

    fn method(&self) -> &str {
        "POST"
    }

    fn url(&self, _: Address) -> Url<'_> {
        Url {
            scheme: "https".into(),
            host: "api.example.com".into(),
            port: 8443,
            path: "/v1/7".into(),
            query: "a=1&b=x%20y&a=2".into(),
        }
    }

    fn header(&self, name: &str) -> Vec<Cow<'_, str>> {
        let all = self.headers(Target::Request).into_iter();
        all.filter(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value).collect()
    }

    fn headers(&self, _: Target) -> Vec<(Cow<'_, str>, Cow<'_, str>)> {
        [("X-One", "1"), ("X-Many", "a"), ("X-Many", "b"), ("Authorization", "Basic dTpw")]
            .map(|(name, value)| (name.into(), value.into()))
            .to_vec()
    }

    fn caller_ip(&self) -> Cow<'_, str> {
        "192.0.2.1".into()
    }

    fn caller_certificate(&self) -> Option<&Arc<Certificate>> {
        self.has_certificate.then_some(&self.certificate)
    }

    fn has_thumbprint(&self, _: &str) -> bool {
        self.seed.is_multiple_of(3)
    }

    fn has_certificate(&self, id: &str) -> bool {
        id == "partner"
    }

    fn uploaded_certificate(&self, id: &str) -> Option<Arc<Certificate>> {
        (id == "partner").then(|| Arc::clone(&self.certificate))
    }

    fn uploaded_ids(&self) -> Vec<String> {
        vec!["partner".to_owned()]
    }

    fn matched_parameters(&self) -> Vec<(Cow<'_, str>, Cow<'_, str>)> {
        vec![("id".into(), "7".into())]
    }

    fn response_status(&self) -> Option<u16> {
        self.seed.is_multiple_of(5).then_some(200)
    }

    fn body(&self, _: Target, _: Reading) -> Option<Arc<[u8]>> {
        self.body.clone()
    }

    fn random(&self, bytes: &mut [u8]) {
        bytes.fill(self.seed);
    }
}
