//! `System.Uri`: an absolute address, or a relative one.

use std::sync::Arc;

use crate::expression::encoding::unescape;

/// The parts of an address (RFC 3986 §3).
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Uri {
    text: Arc<str>,
    pub(crate) scheme: String,
    pub(crate) user: String,
    pub(crate) host: String,
    /// None if none is written.
    port: Option<u16>,
    pub(crate) path: String,
    /// With the `?`.
    pub(crate) query: String,
    /// With the `#`.
    pub(crate) fragment: String,
}

impl Uri {
    /// An absolute address; none if the text is none.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (scheme, rest) = text.split_once(':')?;
        let known = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
            && scheme.chars().all(|part| part.is_ascii_alphanumeric() || matches!(part, '+' | '-' | '.'));
        if !known {
            return None;
        }
        let scheme = scheme.to_ascii_lowercase();
        let (rest, fragment) = cut(rest, '#');
        let (rest, query) = cut(rest, '?');
        let Some(rest) = rest.strip_prefix("//") else {
            let (user, host, port) = (String::new(), String::new(), None);
            let path = rest.to_owned();
            return Some(Self { text: text.into(), scheme, user, host, port, path, query, fragment });
        };
        let (authority, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
        let (user, host) = authority.rsplit_once('@').unwrap_or(("", authority));
        let (host, port) = match host.rsplit_once(':') {
            Some((host, port)) if !port.contains(']') => (host, Some(port.parse::<u16>().ok()?)),
            _ => (host, None),
        };
        if host.is_empty() || host.contains([' ', '\\', '<', '>', '"']) {
            return None;
        }
        let path = if path.is_empty() { "/" } else { path }.to_owned();
        let (user, host) = (user.to_owned(), host.to_ascii_lowercase());
        let port = port.filter(|port| Some(*port) != default_port(&scheme));
        let shown = port.map_or(String::new(), |port| format!(":{port}"));
        let at = if user.is_empty() { String::new() } else { format!("{user}@") };
        let text = format!("{scheme}://{at}{host}{shown}{path}{query}{fragment}").into();
        Some(Self { text, scheme, user, host, port, path, query, fragment })
    }

    /// An address below another.
    pub(crate) fn join(&self, relative: &str) -> Option<Self> {
        if let Some(absolute) = Uri::parse(relative).filter(|uri| !uri.host.is_empty()) {
            return Some(absolute);
        }
        let root = format!("{}://{}", self.scheme, self.authority());
        if relative.starts_with('/') {
            return Uri::parse(&format!("{root}{relative}"));
        }
        if relative.starts_with('?') {
            return Uri::parse(&format!("{root}{}{relative}", self.path));
        }
        let folder = self.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        Uri::parse(&format!("{root}{folder}/{relative}"))
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn port(&self) -> Option<u16> {
        self.port.or_else(|| default_port(&self.scheme))
    }

    pub(crate) fn is_default_port(&self) -> bool {
        self.port.is_none()
    }

    /// Host, and the port unless it is the scheme's own.
    pub(crate) fn authority(&self) -> String {
        self.port.map_or_else(|| self.host.clone(), |port| format!("{}:{port}", self.host))
    }

    /// The parts of the path, each with the `/` behind it.
    pub(crate) fn segments(&self) -> Vec<String> {
        self.path.split_inclusive('/').map(str::to_owned).collect()
    }
}

/// The names and values of a query or a form (WHATWG URL, `application/x-www-form-urlencoded`).
pub(crate) fn query_pairs(query: &str) -> Vec<(String, String)> {
    let parts = query.split('&').filter(|part| !part.is_empty());
    parts
        .map(|part| {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            (unescape(name, true), unescape(value, true))
        })
        .collect()
}

fn cut(text: &str, mark: char) -> (&str, String) {
    text.find(mark).map_or((text, String::new()), |at| {
        let (before, after) = text.split_at(at);
        (before, after.to_owned())
    })
}

fn default_port(scheme: &str) -> Option<u16> {
    match scheme {
        "https" | "wss" => Some(443),
        "http" | "ws" => Some(80),
        "ftp" => Some(21),
        _ => None,
    }
}
