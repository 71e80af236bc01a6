//! Path → API: the longest URL suffix that the path begins with, on whole parts.

use std::sync::Arc;

use http::header::{ACCESS_CONTROL_REQUEST_METHOD, ORIGIN};
use http::request::Parts;
use http::{Method, Uri};

use crate::compiled::CompiledApi;
use crate::error::{Cause, Error, Step};
use crate::exchange::Exchange;
use crate::operations::{Asked, Matched};
use crate::sharded::Sharded;

/// All suffixes. Finding one costs a hash lookup for each leading part of the path, and no more of them than the
/// longest suffix has.
#[derive(Clone, Debug, Default)]
pub(crate) struct RouteTable {
    by_suffix: Sharded<Arc<str>, Arc<CompiledApi>>,
    most_parts: usize,
}

impl RouteTable {
    /// Adds an API and gives back the one that has the same suffix already, if there is one.
    pub(crate) fn add(&mut self, api: &Arc<CompiledApi>) -> Option<Arc<CompiledApi>> {
        self.most_parts = self.most_parts.max(api.suffix.split('/').count());
        self.by_suffix.insert(Arc::clone(&api.suffix), Arc::clone(api))
    }

    /// Removes an API.
    pub(crate) fn remove(&mut self, api: &CompiledApi) {
        self.by_suffix.remove(&*api.suffix);
    }

    /// The API for a path, and what of the path is left behind its suffix.
    pub(crate) fn find<'p>(&self, path: &'p str) -> Option<(&Arc<CompiledApi>, &'p str)> {
        let parts = path.strip_prefix('/')?;
        let mut found = self.by_suffix.get("").map(|api| (api, path));
        let mut ends = parts.match_indices('/').map(|(at, _)| at).chain([parts.len()]);
        for end in ends.by_ref().take(self.most_parts) {
            let (suffix, rest) = parts.split_at(end);
            if let Some(api) = self.by_suffix.get(suffix).filter(|_| !suffix.is_empty()) {
                found = Some((api, rest));
            }
        }
        found
    }
}

/// Finds the API of an exchange and writes the backend's path into its head: base path, what is left of the caller's
/// path, query – otherwise unchanged.
///
/// # Errors
/// No API has this path, what is left of it leads out of the API, or the API has operations and none matches.
pub(crate) fn choose(exchange: &mut Exchange) -> Result<Arc<CompiledApi>, Error> {
    let live = exchange.connection.worker.shared.live.current();
    let asked = exchange.asked.path();
    let no_api = || Error::client(Step::Route, Cause::NoApi);
    let (api, rest) = live.routes.find(asked).ok_or_else(no_api)?;
    exchange.entry.route(api);
    exchange.api = Some(Arc::clone(api));
    if escapes(rest) {
        return Err(Error::client(Step::Route, Cause::PathEscapes));
    }
    if !api.operations.is_empty() {
        let matched = operation(api, &exchange.head, rest);
        let matched = matched.ok_or_else(|| Error::client(Step::Route, Cause::NoOperation))?;
        exchange.entry.operate(&matched.operation.id);
        exchange.matched = Some(matched);
    }
    let target = target(&api.base_path, rest, exchange.asked.query());
    exchange.head.uri =
        Uri::try_from(target).map_err(|_| Error::malformed("its path can't be sent to a backend"))?;
    Ok(Arc::clone(api))
}

/// The operation for a request; for a browser's preflight that has none (Fetch, 4.9) the one it asks about, whose policy
/// may hold `cors`.
fn operation(api: &CompiledApi, head: &Parts, rest: &str) -> Option<Matched> {
    let own = api.operations.find(head.method.as_str(), rest, Asked::Call);
    own.or_else(|| {
        let wanted =
            head.headers.get(ACCESS_CONTROL_REQUEST_METHOD).filter(|_| head.method == Method::OPTIONS);
        let wanted = wanted.filter(|_| head.headers.contains_key(ORIGIN))?.to_str().ok()?;
        api.operations.find(wanted.trim(), rest, Asked::Preflight)
    })
}

fn target(base: &str, rest: &str, query: Option<&str>) -> String {
    let mut target =
        String::with_capacity(base.len() + rest.len() + query.map_or(1, |query| query.len() + 1));
    target.push_str(base);
    target.push_str(rest);
    if target.is_empty() {
        target.push('/');
    }
    if let Some(query) = query {
        target.push('?');
        target.push_str(query);
    }
    target
}

/// Whether the dot parts of `rest` climb above its start, for any way in which a backend may read it: with `%2e` for
/// a dot, `%2f`, `%5c` or `\` for a slash, empty parts dropped, and parameters (`..;x`) ignored.
pub(crate) fn escapes(rest: &str) -> bool {
    if !rest.contains("..") && !rest.contains("%2") {
        return false;
    }
    let plain = rest.split('/');
    let lower = rest.to_ascii_lowercase();
    let unescaped = lower.replace("%2f", "/").replace("%5c", "/").replace('\\', "/");
    climbs(plain) || climbs(unescaped.split('/'))
}

fn climbs<'p>(parts: impl Iterator<Item = &'p str>) -> bool {
    let mut depth: i32 = 0;
    for part in parts {
        let name = part.split(';').next().unwrap_or_default();
        if name.is_empty() || is_dots(name, 1) {
            continue;
        }
        depth += if is_dots(name, 2) { -1 } else { 1 };
        if depth < 0 {
            return true;
        }
    }
    false
}

fn is_dots(name: &str, count: usize) -> bool {
    let mut rest = name;
    for _ in 0..count {
        let next =
            rest.strip_prefix('.').or_else(|| rest.strip_prefix("%2e")).or_else(|| rest.strip_prefix("%2E"));
        match next {
            Some(next) => rest = next,
            None => return false,
        }
    }
    rest.is_empty()
}

#[cfg(test)]
mod tests {
    use super::escapes;

    #[test]
    fn dots_that_stay_inside_are_left_alone() {
        for path in ["", "/", "/a/b", "/a/../b", "/a/./b", "/a..b/..c", "/a/b/../..", "/%2", "/file.tar..gz"]
        {
            assert!(!escapes(path), "{path}");
        }
    }

    #[test]
    fn dots_that_lead_out_are_seen_in_every_disguise() {
        let disguises = [
            "/..",
            "/../x",
            "/a/../../x",
            "/%2e%2e/x",
            "/.%2e/x",
            "/%2E./x",
            "/..%2fx",
            "/a%2f../../../x",
            "/a/..%5c..%5cx",
            "/..\\x",
            "/..;/x",
            "/..;v=1/x",
            "//../x",
            "/./../x",
            "/a%2fb/../../../../x",
        ];
        for path in disguises {
            assert!(escapes(path), "{path}");
        }
    }

    #[test]
    fn an_encoded_slash_does_not_hide_a_climb_from_those_who_do_not_decode_it() {
        assert!(escapes("/a%2fb/../../x"));
    }
}
