//! Where a call that nobody makes would go, and how statements change that.

use std::borrow::Cow;

use domain::address::BackendAddress;
use policy::effect::HeaderAction;
use policy::facts::Url;

/// The backend's address with the path and query of the request.
pub(crate) struct Target {
    backend: BackendAddress,
    /// With the backend's own path in front.
    path: String,
    query: String,
}

impl Target {
    /// What stands behind the API's suffix, at its backend.
    pub(crate) fn new(backend: &BackendAddress, rest: &str, query: &str) -> Self {
        let path = format!("{}{rest}", backend.path());
        Self { backend: backend.clone(), path: rooted(path), query: query.to_owned() }
    }

    /// The parts for expressions.
    pub(crate) fn url(&self) -> Url<'_> {
        Url {
            scheme: Cow::Borrowed(self.backend.scheme().as_str()),
            host: Cow::Borrowed(self.backend.host()),
            port: self.backend.port(),
            path: Cow::Borrowed(&self.path),
            query: Cow::Borrowed(&self.query),
        }
    }

    /// The whole address.
    pub(crate) fn text(&self) -> String {
        let mark = if self.query.is_empty() { "" } else { "?" };
        let (scheme, authority) = (self.backend.scheme().as_str(), self.backend.authority());
        format!("{scheme}://{authority}{}{mark}{}", self.path, self.query)
    }

    /// Another backend; what stands behind the address of the one before stays.
    ///
    /// # Errors
    /// It isn't an address.
    pub(crate) fn set_backend(&mut self, base_url: &str) -> Result<(), String> {
        let backend: BackendAddress =
            base_url.parse().map_err(|_| format!("`{base_url}` isn't a backend's address"))?;
        let rest = self.path.strip_prefix(self.backend.path()).unwrap_or(&self.path);
        self.path = rooted(format!("{}{rest}", backend.path()));
        self.backend = backend;
        Ok(())
    }

    /// Another path behind the backend's address, with the query that it brings; `copy_unmatched` keeps what else is
    /// there.
    ///
    /// # Errors
    /// It leads out of the backend's address.
    pub(crate) fn rewrite(&mut self, to: &str, copy_unmatched: bool) -> Result<(), String> {
        let (path, query) = to.split_once('?').unwrap_or((to, ""));
        if path.split('/').any(|part| part == "..") {
            return Err(format!("`{path}` leads out of the backend's address"));
        }
        let is_new = |pair: &&str| !pairs(query).any(|own| name_of(own) == name_of(pair));
        let kept = pairs(&self.query).filter(|pair| copy_unmatched && is_new(pair));
        let all: Vec<&str> = pairs(query).chain(kept).collect();
        let query = all.join("&");
        self.path = rooted(format!("{}{path}", self.backend.path()));
        self.query = query;
        Ok(())
    }

    /// A change of one parameter of the query.
    pub(crate) fn set_parameter(&mut self, name: &str, action: HeaderAction, values: &[String]) {
        let is_meant = |pair: &&str| name_of(pair) == escaped(name);
        let keeps = match action {
            HeaderAction::Skip if pairs(&self.query).any(|pair| is_meant(&pair)) => return,
            HeaderAction::Skip | HeaderAction::Append => true,
            HeaderAction::Override | HeaderAction::Delete => false,
        };
        let kept = pairs(&self.query).filter(|pair| keeps || !is_meant(pair)).map(str::to_owned);
        let added = values.iter().filter(|_| action != HeaderAction::Delete);
        let added = added.map(|value| format!("{}={}", escaped(name), escaped(value)));
        let all: Vec<String> = kept.chain(added).collect();
        self.query = all.join("&");
    }
}

fn rooted(path: String) -> String {
    if path.is_empty() { "/".to_owned() } else { path }
}

fn pairs(query: &str) -> impl Iterator<Item = &str> {
    query.split('&').filter(|pair| !pair.is_empty())
}

fn name_of(pair: &str) -> &str {
    pair.split('=').next().unwrap_or_default()
}

/// A text as one part of a query (RFC 3986, 2.3).
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use policy::effect::HeaderAction;

    use super::Target;

    #[test]
    fn path_query_and_backend_change_as_at_the_gateway() {
        let mut target = Target::new(&"https://one.test/base".parse().unwrap(), "/a", "x=1&y=2");
        assert_eq!(target.text(), "https://one.test/base/a?x=1&y=2");
        target.rewrite("/b?x=3", true).unwrap();
        assert_eq!(target.text(), "https://one.test/base/b?x=3&y=2");
        target.set_backend("http://two.test:81").unwrap();
        target.set_parameter("y", HeaderAction::Override, &["a b".to_owned()]);
        assert_eq!(target.text(), "http://two.test:81/b?x=3&y=a%20b");
        assert!(target.rewrite("/../c", false).is_err() && target.set_backend("nonsense").is_err());
    }
}
