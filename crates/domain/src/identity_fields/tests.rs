//! What counts as a claim of identity, in which writing, and what doesn't.

use super::{Claim, FieldPattern, IdentityFields, PatternError, known};

fn judged(name: &str) -> Claim {
    IdentityFields::default().judge(name)
}

/// The same name as servers would take it for, though it is spelt in other ways.
fn disguises(name: &str) -> Vec<String> {
    let odd = ["_", ".", "~", "$", "!"].map(|other| name.replace('-', other)).into_iter();
    let cgi = ["HTTP_", "http-", "Http.", "Grpc-Metadata-"].map(|prefix| format!("{prefix}{name}"));
    odd.filter(|odd| odd != name).chain(cgi).collect()
}

#[test]
fn known_fields_of_proxies_and_servers_are_claims_in_every_writing() {
    for name in [
        "Client-Cert",
        "X-Forwarded-Tls-Client-Cert",
        "X-Forwarded-Tls-Client-Cert-Info",
        "X-Amzn-Mtls-Clientcert-Leaf",
        "X-Amzn-Oidc-Data",
        "CF-Client-Cert-Der-Base64",
        "Cf-Cert-Verified",
        "CF-Connecting-IPv6",
        "True-Client-IP",
        "Fastly-Client-IP",
        "CloudFront-Viewer-Cert-Pem",
        "X-SSL-Client-S-DN",
        "X-Client-Cert-Spiffe",
        "X-Client-Verify",
        "X-Envoy-External-Address",
        "X-Azure-ClientIP",
        "X-MS-CLIENT-PRINCIPAL-ID",
        "WL-Proxy-Client-IP",
        "Proxy-Client-IP",
        "X-Remote-Group",
        "X-Remote-Extra-Scopes",
        "X-Auth-Request-Email",
        "X-Goog-Authenticated-User-Email",
        "X-Goog-IAP-JWT-Assertion",
        "X-Apigateway-Api-Userinfo",
        "X-Original-Forwarded-For",
        "X-Nobody-Knows-Client-Cert-Chain",
        "X-Original-URL",
        "Front-End-Https",
        "l5d-client-id",
        "MS-ASPNETCORE-CLIENTCERT",
    ] {
        assert_eq!(judged(name), Claim::Identity, "{name}");
        assert_eq!(judged(&name.to_ascii_lowercase()), Claim::Identity, "{name}");
        for disguise in disguises(name) {
            assert_eq!(judged(&disguise), Claim::Forged, "{disguise}");
        }
    }
}

#[test]
fn fields_that_are_written_with_underscores_and_dollars_may_be_written_so() {
    for name in
        ["SSL_CLIENT_CERT", "ssl-client-cert", "$WSCC", "Remote-User", "REMOTE_USER", "OIDC_CLAIM_sub"]
    {
        assert_eq!(judged(name), Claim::Identity, "{name}");
    }
}

#[test]
fn what_the_gateway_says_itself_is_nobody_elses_in_any_writing() {
    for name in ["X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Request-Id", "Postern-Trace"]
    {
        assert_eq!(judged(name), Claim::Forged, "{name}");
        for disguise in disguises(name) {
            assert_eq!(judged(&disguise), Claim::Forged, "{disguise}");
        }
    }
    assert_eq!(judged("Forwarded"), Claim::Forged);
}

#[test]
fn framing_in_disguise_is_forged_and_without_it_is_nobodys_claim() {
    for name in ["Content-Length", "Content-Type", "Transfer-Encoding", "Host"] {
        assert_eq!(judged(name), Claim::Nothing, "{name}");
        for disguise in disguises(name) {
            assert_eq!(judged(&disguise), Claim::Forged, "{disguise}");
        }
    }
}

#[test]
fn what_callers_need_is_nobodys_claim() {
    for name in known::NEEDED.iter().chain(&[
        "X-Api-Key",
        "Ocp-Apim-Subscription-Key",
        "X-Access-Token",
        "X-Auth-Token",
        "X-Auth-User",
        "X-Requested-With",
        "X-Request-Start",
        "X-Correlation-Id",
        "X-Amzn-Trace-Id",
        "X-Amz-Date",
        "X-Amz-Security-Token",
        "X-Goog-Api-Key",
        "traceparent",
        "tracestate",
        "baggage",
        "X-B3-TraceId",
        "X-User-Id",
        "X-Client-Id",
        "X-Client-Version",
        "client_id",
        "client_secret",
        "api_key",
        "content_id",
        "host_name",
        "X-Device-Id",
        "X-Tenant",
        "X-CSRF-Token",
        "X-HTTP-Method-Override",
        "X-RapidAPI-Host",
        "HTTP-Referer",
        "Idempotency-Key",
        "If-Modified-Since",
        "Accept-Charset",
        "Sec-Fetch-Site",
        "Sec-WebSocket-Key",
        "Upgrade-Insecure-Requests",
        "SOAPAction",
        "Via",
        "DNT",
        "Range-Unit",
        "X-Wap-Profile",
        "Save-Data",
        "Priority",
        "",
        "-",
        "_",
        "http-",
    ]) {
        assert_eq!(judged(name), Claim::Nothing, "{name}");
    }
}

#[test]
fn operators_add_names_and_families() {
    let added = ["x-corp-user", "x_corp_cert_*"].map(|text| text.parse::<FieldPattern>().unwrap());
    let fields = IdentityFields::with(added);
    for (name, claim) in [
        ("X-Corp-User", Claim::Identity),
        ("X_Corp_User", Claim::Forged),
        ("X-Corp-Username", Claim::Nothing),
        ("X-Corp-Cert-Serial", Claim::Identity),
        ("x_corp_cert_serial", Claim::Identity),
        ("x-corp-cert", Claim::Nothing),
        ("x-ssl-client-cert", Claim::Identity),
    ] {
        assert_eq!(fields.judge(name), claim, "{name}");
    }
}

#[test]
fn a_family_that_covers_known_ones_takes_nothing_from_them() {
    let fields = IdentityFields::with(["x-*".parse().unwrap()]);
    for name in ["x-anything", "x-real-ip", "x-zzz", "client-cert", "wl-proxy-ssl"] {
        assert_eq!(fields.judge(name), Claim::Identity, "{name}");
    }
    assert_eq!(fields.judge("x-forwarded-for"), Claim::Forged);
    assert_eq!(fields.judge("accept"), Claim::Nothing);
}

#[test]
fn what_is_no_name_or_would_take_away_what_requests_need_is_refused() {
    for text in ["", "x corp", "x-corp:", "x-c\u{f6}rp", "x,y"] {
        assert_eq!(text.parse::<FieldPattern>(), Err(PatternError::Name(text.to_owned())));
    }
    for text in ["*-user", "x-*-user", "**"] {
        assert_eq!(text.parse::<FieldPattern>(), Err(PatternError::Star(text.to_owned())));
    }
    for (text, needed) in [("*", "accept"), ("Cookie", "cookie"), ("content_*", "content-encoding")] {
        let pattern = text.to_owned();
        assert_eq!(text.parse::<FieldPattern>(), Err(PatternError::Needed { pattern, needed }));
    }
}

#[test]
fn no_known_name_stands_in_a_known_family() {
    let patterns: Vec<&str> = known::KNOWN.iter().flat_map(|names| names.split_whitespace()).collect();
    assert_eq!(IdentityFields::default().patterns.len(), patterns.len(), "some are covered by others");
    let of_parts = |name: &&&str| known::ANYWHERE.iter().any(|part| name.contains(part));
    assert_eq!(patterns.iter().find(of_parts), None);
}

#[test]
fn the_page_about_them_names_them_all() {
    let page = include_str!("../../../../docs/identity-fields.md");
    let known = known::KNOWN.iter().flat_map(|names| names.split_whitespace());
    let parts = known::ANYWHERE.iter().chain(known::ENDINGS).copied();
    let missing: Vec<&str> = known.chain(parts).filter(|name| !page.contains(&format!("`{name}`"))).collect();
    assert!(missing.is_empty(), "docs/identity-fields.md lacks {missing:?}");
}
