//! Path → API: the longest URL suffix that the path begins with, on whole parts.

use std::collections::BTreeSet;
use std::sync::Arc;

use domain::name::ApiId;
use domain::path_reading;
use http::header::{ACCESS_CONTROL_REQUEST_METHOD, ORIGIN};
use http::request::Parts;
use http::{Method, Uri};

use crate::compiled::{BrokenApi, CompiledApi};
use crate::error::{Cause, Error, Step};
use crate::exchange::Exchange;
use crate::operations::{Asked, Matched};
use crate::sharded::Sharded;

/// All suffixes. Finding one costs a hash lookup for each leading part of the path, and no more of them than the
/// longest suffix has.
#[derive(Clone, Debug, Default)]
pub(crate) struct RouteTable {
    by_suffix: Sharded<Arc<str>, Slot>,
    most_parts: usize,
    /// The suffixes that more than one API has.
    crowded: BTreeSet<Arc<str>>,
}

/// Where a path leads.
#[derive(Clone, Debug)]
pub(crate) enum Routed {
    Ready(Arc<CompiledApi>),
    /// An API that can't be used keeps its paths: another one must not answer them.
    Broken(Arc<BrokenApi>),
}

/// What has a suffix.
#[derive(Clone, Debug)]
struct Slot {
    serving: Routed,
    /// All that have it, if these are more than one: then nobody knows which is meant, and none is called.
    crowd: Vec<Routed>,
}

impl RouteTable {
    /// Adds an API.
    pub(crate) fn add(&mut self, api: Routed) {
        let suffix = Arc::clone(api.suffix());
        self.most_parts = self.most_parts.max(suffix.split('/').count());
        let mut all = self.all_at(&suffix);
        all.push(api);
        self.put(suffix, all);
    }

    /// Removes an API.
    pub(crate) fn remove(&mut self, id: &ApiId, suffix: &Arc<str>) {
        let mut all = self.all_at(suffix);
        all.retain(|api| api.id() != id);
        self.put(Arc::clone(suffix), all);
    }

    /// The API for a path, and what of the path is left behind its suffix.
    pub(crate) fn find<'p>(&self, path: &'p str) -> Option<(&Routed, &'p str)> {
        let parts = path.strip_prefix('/')?;
        let mut found = self.by_suffix.get("").map(|slot| (&slot.serving, path));
        let mut ends = parts.match_indices('/').map(|(at, _)| at).chain([parts.len()]);
        for end in ends.by_ref().take(self.most_parts) {
            let (suffix, rest) = parts.split_at(end);
            if let Some(slot) = self.by_suffix.get(suffix).filter(|_| !suffix.is_empty()) {
                found = Some((&slot.serving, rest));
            }
        }
        found
    }

    /// Whether a path that leads to one API leads to another one as the most generous backend reads it: then the policy
    /// of the one would judge what belongs to the other.
    fn is_anothers(&self, path: &str, api: &Routed) -> bool {
        if self.most_parts == 0 || !path_reading::is_ambiguous(path) {
            return false;
        }
        let path = format!("/{}", path_reading::parts(path).join("/"));
        self.find(&path).is_some_and(|(other, _)| other.id() != api.id())
    }

    /// The APIs that aren't called because another one has the same suffix, and why.
    pub(crate) fn crowds(&self) -> impl Iterator<Item = (&Routed, &str)> {
        let slots = self.crowded.iter().filter_map(|suffix| self.by_suffix.get(suffix));
        slots.flat_map(|slot| {
            let reason = match &slot.serving {
                Routed::Broken(broken) => broken.reason.as_str(),
                Routed::Ready(_) => "",
            };
            slot.crowd.iter().map(move |api| (api, reason))
        })
    }

    fn all_at(&self, suffix: &Arc<str>) -> Vec<Routed> {
        match self.by_suffix.get(suffix) {
            None => Vec::new(),
            Some(slot) if slot.crowd.is_empty() => vec![slot.serving.clone()],
            Some(slot) => slot.crowd.clone(),
        }
    }

    fn put(&mut self, suffix: Arc<str>, mut all: Vec<Routed>) {
        all.sort_by(|one, other| one.id().cmp(other.id()));
        let slot = match all.as_slice() {
            [] => None,
            [only] => Some(Slot { serving: only.clone(), crowd: Vec::new() }),
            [first, ..] => {
                let (id, suffix) = (first.id().clone(), Arc::clone(&suffix));
                let names: Vec<String> = all.iter().map(|api| format!("`{}`", api.id())).collect();
                let reason = format!("the APIs {} have the same URL suffix `{suffix}`", names.join(" and "));
                let broken = Arc::new(BrokenApi { id, name: String::new(), suffix, reason });
                Some(Slot { serving: Routed::Broken(broken), crowd: all })
            }
        };
        match slot {
            None => {
                self.crowded.remove(&suffix);
                self.by_suffix.remove(&*suffix);
            }
            Some(slot) if slot.crowd.is_empty() => {
                self.crowded.remove(&suffix);
                self.by_suffix.insert(suffix, slot);
            }
            Some(slot) => {
                self.crowded.insert(Arc::clone(&suffix));
                self.by_suffix.insert(suffix, slot);
            }
        }
    }
}

impl Routed {
    pub(crate) fn id(&self) -> &ApiId {
        match self {
            Self::Ready(api) => &api.id,
            Self::Broken(api) => &api.id,
        }
    }

    fn suffix(&self) -> &Arc<str> {
        match self {
            Self::Ready(api) => &api.suffix,
            Self::Broken(api) => &api.suffix,
        }
    }
}

/// Finds the API of an exchange and writes the backend's path into its head: base path, what is left of the caller's
/// path, query – otherwise unchanged.
///
/// # Errors
/// No API has this path, the one that has it can't be used, it leads out of the API in one of its readings, or the API has
/// operations and none matches.
pub(crate) fn choose(exchange: &mut Exchange) -> Result<Arc<CompiledApi>, Error> {
    let live = exchange.connection.worker.shared.live.current();
    let asked = exchange.asked.path();
    let no_api = || Error::client(Step::Route, Cause::NoApi);
    let (routed, rest) = live.routes.find(asked).ok_or_else(no_api)?;
    exchange.entry.route(routed);
    let api = match routed {
        Routed::Ready(api) => api,
        Routed::Broken(broken) => {
            return Err(Error::gateway(Step::Route, Cause::BrokenApi(Arc::clone(broken))));
        }
    };
    api.last_used.mark(exchange.connection.worker.now_s.get());
    exchange.api = Some(Arc::clone(api));
    if escapes(rest) || live.routes.is_anothers(asked, routed) {
        return Err(Error::client(Step::Route, Cause::PathEscapes));
    }
    if !api.operations.is_empty() {
        let matched = operation(api, &exchange.head, rest);
        let matched = matched.ok_or_else(|| Error::client(Step::Route, Cause::NoOperation))?;
        exchange.entry.operate(&matched.operation);
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
