//! What a policy's expressions may ask about an exchange.

use std::borrow::Cow;

use domain::address::Scheme;
use http::header::HOST;
use http::uri::Authority;
use policy::facts::{Address, Certificate, Facts, Url};

use crate::exchange::Exchange;

impl Facts for Exchange {
    fn now_unix_ms(&self) -> i64 {
        let now = self.connection.worker.shared.clock.now();
        i64::try_from(now.unix_timestamp_nanos() / 1_000_000).unwrap_or(i64::MAX)
    }

    fn request_id(&self) -> &str {
        self.id.as_str()
    }

    fn method(&self) -> &str {
        self.head.method.as_str()
    }

    fn url(&self, which: Address) -> Url<'_> {
        let (uri, scheme, authority) = match which {
            Address::Original => (&self.asked, self.caller.scheme, self.host.as_ref()),
            Address::Present => {
                let api = self.api.as_ref();
                (&self.head.uri, api.map_or("", |api| scheme_name(api.scheme)), api.map(|api| &api.authority))
            }
        };
        let authority = authority.and_then(|authority| Authority::try_from(authority.as_bytes()).ok());
        let port = if scheme == "http" { 80 } else { 443 };
        Url {
            scheme: Cow::Borrowed(scheme),
            host: authority
                .as_ref()
                .map_or(Cow::Borrowed(""), |authority| authority.host().to_owned().into()),
            port: authority.as_ref().and_then(Authority::port_u16).unwrap_or(port),
            path: Cow::Borrowed(uri.path()),
            query: Cow::Borrowed(uri.query().unwrap_or_default()),
        }
    }

    fn header(&self, name: &str) -> Vec<Cow<'_, str>> {
        if name.eq_ignore_ascii_case(HOST.as_str()) {
            // The head has the backend's already; a policy is about the caller's.
            return self.host.iter().map(|host| String::from_utf8_lossy(host.as_bytes())).collect();
        }
        let values = self.head.headers.get_all(name).iter();
        values.map(|value| String::from_utf8_lossy(value.as_bytes())).collect()
    }

    fn caller_ip(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.caller.address)
    }

    fn caller_certificate(&self) -> Option<&Certificate> {
        self.caller.certificate.as_ref().map(|certificate| &certificate.facts)
    }

    fn has_thumbprint(&self, thumbprint: &str) -> bool {
        let live = self.connection.worker.shared.live.current();
        thumbprint.parse().is_ok_and(|thumbprint| live.uploaded.has_thumbprint(&thumbprint))
    }

    fn has_certificate(&self, id: &str) -> bool {
        let live = self.connection.worker.shared.live.current();
        id.parse().is_ok_and(|id| live.uploaded.has_id(&id))
    }
}

fn scheme_name(scheme: Scheme) -> &'static str {
    match scheme {
        Scheme::Http => "http",
        Scheme::Https => "https",
    }
}
