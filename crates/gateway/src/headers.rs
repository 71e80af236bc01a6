//! Which header fields pass the gateway, and which it writes itself.

use domain::identity_fields::{Claim, IdentityFields, is_plain, is_same};
use http::header::{
    AUTHORIZATION, CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, COOKIE, EXPECT, FORWARDED, HOST,
    PROXY_AUTHENTICATE, PROXY_AUTHORIZATION, TE, TRAILER, TRANSFER_ENCODING, UPGRADE,
};
use http::{HeaderMap, HeaderName, HeaderValue, Uri, Version};

use crate::caller::Caller;
use crate::settings::ProxyClaims;

/// Removes from a request what concerns only the caller's connection (RFC 9110, 7.6.1), and what only the gateway,
/// or a trusted proxy whose claims may pass, may say about the caller.
pub(crate) fn clean_request(headers: &mut HeaderMap, identity: &IdentityFields, claims: ProxyClaims) {
    let takes_trailers = names(headers, &TE, "trailers");
    // What a proxy says of a caller is not for the caller to take away.
    let passes =
        |name: &HeaderName| claims == ProxyClaims::Pass && identity.judge(name.as_str()) == Claim::Identity;
    remove_hop_by_hop(headers, passes);
    headers.remove(PROXY_AUTHORIZATION);
    headers.remove(EXPECT);
    headers.remove(HTTP2_SETTINGS);
    remove_all(headers, |headers, name| match identity.judge(name.as_str()) {
        Claim::Forged => true,
        // Of two writings one may be the caller's, and which of them nobody can tell.
        Claim::Identity => claims == ProxyClaims::Remove || twins(headers, name).any(passes),
        Claim::Nothing => !is_plain(name.as_str()) && has_plainer_twin(headers, name),
    });
    if takes_trailers {
        headers.insert(TE, HeaderValue::from_static("trailers"));
    }
}

/// Removes from a request's trailers what may stand in none (RFC 9110, 6.5.1), and all that says who the caller is:
/// proxies say it in the head.
pub(crate) fn clean_trailers(trailers: &mut HeaderMap, identity: &IdentityFields) {
    remove_all(trailers, |_, name| {
        HOP_BY_HOP.contains(name)
            || HEAD_ONLY.contains(name)
            || identity.judge(name.as_str()) != Claim::Nothing
    });
}

/// Removes the fields of a request that a backend may take for this one, though they are spelt in another way.
pub(crate) fn remove_disguised(headers: &mut HeaderMap, name: &HeaderName) {
    remove_all(headers, |_, other| {
        other != name && !is_plain(other.as_str()) && is_same(other.as_str(), name.as_str())
    });
}

/// The other fields of a request that servers which make variables of fields (CGI, WSGI, PHP) take for this one.
fn twins<'h>(headers: &'h HeaderMap, name: &'h HeaderName) -> impl Iterator<Item = &'h HeaderName> {
    headers.keys().filter(move |other| *other != name && is_same(other.as_str(), name.as_str()))
}

/// Whether there is a better spelt one of this name. Policy has looked at that one.
fn has_plainer_twin(headers: &HeaderMap, name: &HeaderName) -> bool {
    twins(headers, name).any(|other| is_plain(other.as_str()) || other.as_str() < name.as_str())
}

/// Removes the fields of which this is true. Nothing is put aside while it is true of none.
fn remove_all(headers: &mut HeaderMap, must_go: impl Fn(&HeaderMap, &HeaderName) -> bool) {
    let gone: Vec<HeaderName> = headers.keys().filter(|name| must_go(headers, name)).cloned().collect();
    for name in gone {
        headers.remove(name);
    }
}

/// Removes from an answer what concerns only the backend's connection.
pub(crate) fn clean_response(headers: &mut HeaderMap) {
    remove_hop_by_hop(headers, |_| false);
    headers.remove(PROXY_AUTHENTICATE);
}

/// Tells the backend who called and what they asked for (RFC 7239 and its forerunners). Whatever callers say about it
/// themselves is gone by now; what trusted proxies say is in `caller`.
pub(crate) fn introduce(headers: &mut HeaderMap, caller: &Caller, host: Option<HeaderValue>) {
    headers.insert(X_FORWARDED_FOR, caller.forwarded_for.clone());
    headers.insert(X_FORWARDED_PROTO, HeaderValue::from_static(caller.scheme));
    let mut forwarded = format!("for={};proto={}", caller.forwarded_node, caller.scheme);
    if let Some(host) = host {
        if let Ok(name) = host.to_str() {
            forwarded.push_str(";host=\"");
            forwarded.push_str(name);
            forwarded.push('"');
        }
        headers.insert(X_FORWARDED_HOST, host);
    }
    if let Ok(forwarded) = HeaderValue::try_from(forwarded) {
        headers.insert(FORWARDED, forwarded);
    }
}

/// What the caller calls the gateway: `Host`, or `:authority` in HTTP/2.
pub(crate) fn asked_host(headers: &HeaderMap, uri: &Uri) -> Option<HeaderValue> {
    match uri.authority() {
        Some(authority) => HeaderValue::try_from(authority.as_str()).ok(),
        None => headers.get(HOST).cloned(),
    }
}

/// Makes one `Cookie` of several, which HTTP/2 may send (RFC 9113, 8.2.3).
pub(crate) fn join_cookies(headers: &mut HeaderMap, version: Version) {
    if version != Version::HTTP_2 || headers.get_all(COOKIE).iter().nth(1).is_none() {
        return;
    }
    let parts: Vec<&[u8]> = headers.get_all(COOKIE).iter().map(HeaderValue::as_bytes).collect();
    if let Ok(joined) = HeaderValue::from_bytes(&parts.join(&b"; "[..])) {
        headers.insert(COOKIE, joined);
    }
}

/// Whether one of a field's comma-separated parts is `word`, in any case.
pub(crate) fn names(headers: &HeaderMap, field: &HeaderName, word: &str) -> bool {
    let parts = headers.get_all(field).iter().filter_map(|value| value.to_str().ok());
    parts.flat_map(|value| value.split(',')).any(|part| part.trim().eq_ignore_ascii_case(word))
}

fn remove_hop_by_hop(headers: &mut HeaderMap, is_kept: impl Fn(&HeaderName) -> bool) {
    if headers.contains_key(CONNECTION) {
        let named: Vec<HeaderName> = headers
            .get_all(CONNECTION)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .filter_map(|name| HeaderName::try_from(name.trim()).ok())
            .collect();
        for name in named.iter().filter(|name| !KEPT.contains(name) && !is_kept(name)) {
            headers.remove(name);
        }
    }
    for name in &HOP_BY_HOP {
        headers.remove(name);
    }
}

static HOP_BY_HOP: [HeaderName; 6] = [
    CONNECTION,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    TE,
    TRANSFER_ENCODING,
    UPGRADE,
];

/// What `Connection` can't take away: it decides where a request goes, how long it is and who may send it.
static KEPT: [HeaderName; 4] = [AUTHORIZATION, CONTENT_LENGTH, COOKIE, HOST];

/// What no trailer may say besides: where a message goes, how long it is, what it holds and who may send it.
static HEAD_ONLY: [HeaderName; 9] = [
    AUTHORIZATION,
    CONTENT_LENGTH,
    CONTENT_TYPE,
    COOKIE,
    EXPECT,
    HOST,
    HTTP2_SETTINGS,
    PROXY_AUTHORIZATION,
    TRAILER,
];

const HTTP2_SETTINGS: HeaderName = HeaderName::from_static("http2-settings");
pub(crate) const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const X_FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
pub(crate) const X_FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

#[cfg(test)]
mod tests {
    use domain::identity_fields::IdentityFields;
    use http::{HeaderMap, HeaderValue, Version};

    use super::join_cookies;
    use crate::settings::ProxyClaims;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        pairs.iter().for_each(|(name, value)| {
            headers.append(*name, HeaderValue::from_static(value));
        });
        headers
    }

    fn clean_request(headers: &mut HeaderMap) {
        super::clean_request(headers, &IdentityFields::default(), ProxyClaims::Remove);
    }

    #[test]
    fn fields_named_in_connection_stay_behind() {
        let mut headers =
            headers(&[("connection", "close, X-Private"), ("x-private", "1"), ("x-public", "2")]);
        clean_request(&mut headers);
        assert_eq!(headers.keys().map(|name| name.as_str()).collect::<Vec<_>>(), ["x-public"]);
    }

    #[test]
    fn connection_cannot_take_away_who_the_caller_is_or_how_long_the_body_is() {
        let mut headers = headers(&[
            ("connection", "authorization, content-length, host"),
            ("authorization", "Bearer t"),
            ("content-length", "3"),
            ("host", "a"),
        ]);
        clean_request(&mut headers);
        assert_eq!(headers.len(), 3);
    }

    #[test]
    fn only_trailers_is_left_of_te() {
        let mut headers = headers(&[("te", "gzip, trailers")]);
        clean_request(&mut headers);
        assert_eq!(headers.get("te").unwrap(), "trailers");
    }

    #[test]
    fn cookies_of_http2_become_one() {
        let mut headers = headers(&[("cookie", "a=1"), ("cookie", "b=2")]);
        join_cookies(&mut headers, Version::HTTP_2);
        assert_eq!(headers.get_all("cookie").iter().collect::<Vec<_>>(), ["a=1; b=2"]);
    }
}
