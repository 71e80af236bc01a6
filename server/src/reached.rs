//! How a browser reaches the portal: whether it keeps cookies that are for safe connections only.

use std::net::IpAddr;

use app::session::Reached;
use axum::http::HeaderMap;
use axum::http::header::HOST;

use crate::client::TrustedProxies;

/// By what the browser says, then a trusted proxy, then the host that was asked for. Browsers send Fetch Metadata over
/// https and to the machine that they run on, and never over plain http to another one (Fetch Metadata, 2).
pub(crate) fn reached(headers: &HeaderMap, proxies: &TrustedProxies, connected: IpAddr) -> Reached {
    if headers.contains_key("sec-fetch-site") {
        return Reached::Safely;
    }
    let is_safe = match proxies.scheme(headers, connected) {
        Some(scheme) => scheme.eq_ignore_ascii_case("https"),
        None => headers.get(HOST).and_then(|host| host.to_str().ok()).is_none_or(is_this_machine),
    };
    if is_safe { Reached::Safely } else { Reached::Plainly }
}

/// Whether a host, with or without port, is what browsers take for their own machine (Secure Contexts, 3.1).
fn is_this_machine(host: &str) -> bool {
    let name = match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, _)) => address,
        None => host.split(':').next().unwrap_or_default(),
    };
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let is_loopback = name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    is_loopback || name == "localhost" || name.ends_with(".localhost")
}

#[cfg(test)]
mod tests {
    use app::session::Reached;
    use axum::http::HeaderMap;

    use super::reached;
    use crate::client::TrustedProxies;

    fn by(connected: &str, pairs: &[(&'static str, &str)]) -> Reached {
        let headers: HeaderMap =
            pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
        let proxies = TrustedProxies::new(vec!["10.0.0.0/8".parse().unwrap()]);
        reached(&headers, &proxies, connected.parse().unwrap())
    }

    #[test]
    fn the_machine_itself_is_reached_safely_and_another_one_is_not() {
        for host in
            ["localhost:8080", "127.0.0.1:8080", "127.8.9.1", "[::1]:8080", "portal.localhost", "LOCALHOST."]
        {
            assert_eq!(by("127.0.0.1", &[("host", host)]), Reached::Safely, "{host}");
        }
        for host in
            ["portal.example:8080", "192.168.0.7", "[fe80::1]", "localhost.example", "127.0.0.1.example"]
        {
            assert_eq!(by("127.0.0.1", &[("host", host)]), Reached::Plainly, "{host}");
        }
    }

    #[test]
    fn a_browser_over_https_says_so_itself() {
        let fields = [("host", "portal.example"), ("sec-fetch-site", "none")];
        assert_eq!(by("192.168.0.7", &fields), Reached::Safely);
    }

    #[test]
    fn only_a_trusted_proxy_says_how_it_was_asked() {
        let over = |scheme| [("host", "portal.example"), ("x-forwarded-proto", scheme)];
        assert_eq!(by("10.0.0.1", &over("https")), Reached::Safely);
        assert_eq!(by("10.0.0.1", &over("http")), Reached::Plainly);
        assert_eq!(by("192.168.0.7", &over("https")), Reached::Plainly);
        // The host is what the proxy wrote, when it isn't handed on.
        assert_eq!(by("10.0.0.1", &[("host", "127.0.0.1"), ("x-forwarded-proto", "http")]), Reached::Plainly);
    }
}
