//! A call as programs see it, for tests.
#![allow(dead_code, reason = "each test file uses its own part")]

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;

use policy::facts::{Address, Certificate, Facts, Url};
use policy::failure::Failure;
use policy::run::Outcome;

/// A call of which everything can be set.
pub(crate) struct Call {
    pub(crate) now_unix_ms: i64,
    pub(crate) certificate: Option<Arc<Certificate>>,
    pub(crate) headers: Vec<(&'static str, &'static str)>,
    pub(crate) uploaded: HashSet<String>,
    pub(crate) ids: HashSet<String>,
}

impl Default for Call {
    fn default() -> Self {
        Self {
            now_unix_ms: NOW_MS,
            certificate: None,
            headers: vec![("X-One", "1"), ("X-Many", "a"), ("X-Many", "b"), ("Authorization", "Basic dTpw")],
            uploaded: HashSet::new(),
            ids: HashSet::from(["partner".to_owned()]),
        }
    }
}

impl Call {
    /// A call with the certificate that the tests' documents accept.
    pub(crate) fn with_certificate() -> Self {
        Self { certificate: Some(Arc::new(certificate())), ..Self::default() }
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
        "GET"
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
