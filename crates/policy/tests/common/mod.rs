//! A call as programs see it, for tests.
#![allow(dead_code, reason = "each test file uses its own part")]

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use policy::effect::{Effect, Target};
use policy::environment::{Environment, NamedValue};
use policy::facts::{Address, Certificate, Facts, Reading, Url};
use policy::failure::Failure;
use policy::jwt::{JudgedJwt, Jwt};
use policy::message::Message;
use policy::run::{Counted, Outcome};

/// Times the work of this thread: what others do beside it doesn't count, where the system tells (Linux).
pub(crate) struct Stopwatch {
    began: Instant,
    busy: Option<Duration>,
}

impl Stopwatch {
    pub(crate) fn start() -> Self {
        Self { began: Instant::now(), busy: busy() }
    }

    pub(crate) fn elapsed(&self) -> Duration {
        match (self.busy, busy()) {
            (Some(before), Some(now)) => now.saturating_sub(before),
            _ => self.began.elapsed(),
        }
    }
}

/// How long this thread has run on a processor so far.
fn busy() -> Option<Duration> {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    told.split(' ').next()?.parse().ok().map(Duration::from_nanos)
}

/// A call of which everything can be set.
pub(crate) struct Call {
    pub(crate) now_unix_ms: i64,
    pub(crate) certificate: Option<Arc<Certificate>>,
    pub(crate) headers: Vec<(&'static str, &'static str)>,
    pub(crate) uploaded: HashSet<String>,
    pub(crate) ids: HashSet<String>,
    pub(crate) method: &'static str,
    pub(crate) request_body: Option<&'static str>,
    pub(crate) response: Option<u16>,
    pub(crate) response_body: Option<&'static str>,
}

impl Default for Call {
    fn default() -> Self {
        Self {
            now_unix_ms: NOW_MS,
            certificate: None,
            headers: vec![("X-One", "1"), ("X-Many", "a"), ("X-Many", "b"), ("Authorization", "Basic dTpw")],
            uploaded: HashSet::new(),
            ids: HashSet::from(["partner".to_owned()]),
            method: "GET",
            request_body: None,
            response: None,
            response_body: None,
        }
    }
}

impl Call {
    /// The same call, at a gateway that has certificates with these thumbprints.
    pub(crate) fn uploading(self, thumbprints: impl IntoIterator<Item = String>) -> Self {
        Self { uploaded: thumbprints.into_iter().collect(), ..self }
    }

    /// A call with the certificate that the tests' documents accept.
    pub(crate) fn with_certificate() -> Self {
        Self { certificate: Some(Arc::new(certificate())), ..Self::default() }
    }
}

/// What a host says when an effect went as well as it can.
pub(crate) fn fitting(effect: &Effect<'_>) -> Outcome {
    match effect {
        Effect::Call(call) if !call.one_way => Outcome::Answered(Some(Arc::new(message()))),
        Effect::CacheLookup { .. } => Outcome::Cached(None),
        Effect::Count(_) => Outcome::Counted(Counted { allowed: true, remaining: 7, retry_after_s: 0 }),
        Effect::ValidateJwt(_) => Outcome::Jwt(Ok(Arc::new(JudgedJwt { jwt: jwt(), issuers: Vec::new() }))),
        Effect::ValidateCertificate(_) => Outcome::Judged(Ok(())),
        _ => Outcome::Done,
    }
}

/// What calls of documents' own are answered.
pub(crate) fn message() -> Message {
    Message {
        status: 201,
        reason: "Made".to_owned(),
        headers: vec![
            ("X-From".to_owned(), "there".to_owned()),
            ("Connection".to_owned(), "close".to_owned()),
        ],
        body: Arc::from(&b"{\"access_token\":\"t\"}"[..]),
    }
}

/// A token that says what the tests' documents ask for.
pub(crate) fn jwt() -> Jwt {
    Jwt {
        issuer: "https://login.example.com/".to_owned(),
        subject: "someone".to_owned(),
        audiences: vec!["orders".to_owned()],
        claims: vec![("roles".to_owned(), vec!["writer reader".to_owned()])],
        ..Jwt::default()
    }
}

/// What a host says when an effect couldn't be done.
pub(crate) fn failed() -> Outcome {
    Outcome::Failed(Failure::hidden("Timeout", "it took too long", 500))
}

pub(crate) fn certificate() -> Certificate {
    Certificate {
        subject: "CN=partner, O=\"Contoso, Inc.\", C=US".into(),
        issuer: "CN=Partner CA, C=US".into(),
        thumbprint: THUMBPRINT.into(),
        serial_number: "00A1B2".into(),
        not_before_unix_s: NOW_MS / 1000 - 3600,
        not_after_unix_s: NOW_MS / 1000 + 3600,
        version: 3,
        ..Certificate::default()
    }
}

impl Facts for Call {
    fn now_unix_ms(&self) -> i64 {
        self.now_unix_ms
    }

    fn request_id(&self) -> &str {
        "0123"
    }

    fn method(&self) -> &str {
        self.method
    }

    fn url(&self, which: Address) -> Url<'_> {
        let path = if which == Address::Original { "/orders/7" } else { "/v1/7" };
        Url {
            scheme: "https".into(),
            host: "api.example.com".into(),
            port: 8443,
            path: path.into(),
            query: "a=1&b=x%20y&a=2".into(),
        }
    }

    fn header(&self, name: &str) -> Vec<Cow<'_, str>> {
        let named = self.headers.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name));
        named.map(|(_, value)| Cow::Borrowed(*value)).collect()
    }

    fn response_status(&self) -> Option<u16> {
        self.response
    }

    fn headers(&self, target: Target) -> Vec<(Cow<'_, str>, Cow<'_, str>)> {
        match target {
            Target::Request => {
                self.headers.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect()
            }
            Target::Response => Vec::new(),
        }
    }

    fn matched_parameters(&self) -> Vec<(Cow<'_, str>, Cow<'_, str>)> {
        vec![("id".into(), "7 a/ä".into())]
    }

    fn body(&self, target: Target, _: Reading) -> Option<Arc<[u8]>> {
        let body = if target == Target::Request { self.request_body } else { self.response_body };
        body.map(|body| Arc::from(body.as_bytes()))
    }

    fn caller_ip(&self) -> Cow<'_, str> {
        Cow::Borrowed("192.0.2.1")
    }

    fn caller_certificate(&self) -> Option<&Arc<Certificate>> {
        self.certificate.as_ref()
    }

    fn has_thumbprint(&self, thumbprint: &str) -> bool {
        self.uploaded.contains(thumbprint)
    }

    fn has_certificate(&self, id: &str) -> bool {
        self.ids.contains(id)
    }
}

/// 2024-05-06 07:08:09.123 UTC.
pub(crate) const NOW_MS: i64 = 1_714_979_289_123;
pub(crate) const THUMBPRINT: &str = "0123456789ABCDEF0123456789ABCDEF01234567";

/// Surroundings in which every name means something, and mostly something bad.
pub(crate) struct Anything;

impl Environment for Anything {
    fn named_value(&self, name: &str) -> Option<NamedValue> {
        let value = if name == "a" { "\"<'&@({{a}}\\\n".to_owned() } else { format!("@({name})") };
        Some(NamedValue { value, is_secret: true })
    }

    fn fragment(&self, id: &str) -> Option<String> {
        Some(format!("<fragment><set-header name=\"{id}\"><value>{{{{a}}}}</value></set-header>"))
    }
}
