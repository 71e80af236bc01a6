//! Which fields pass, both ways.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "what can't be set up has failed its test")]

use std::collections::BTreeMap;

use bytes::Bytes;
use domain::identity_fields::IdentityFields;
use http::{HeaderMap, HeaderName, Method, Request};
use http_body_util::{BodyExt, Full};
use hyper_util::rt::{TokioExecutor, TokioIo};
use serde_json::Value;
use testkit::authority::Authority;
use testkit::client::{Client, Connection, request};
use testkit::gateway::{Configuration, TestGateway, policy};
use testkit::upstream::{Seen, Upstream};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

async fn gateway(policy: &str) -> (TestGateway, Upstream) {
    let upstream = Upstream::plain().await;
    let authority = Authority::new("test");
    let apis = Configuration::trusting(&authority).api_with("", &upstream.url("http"), policy);
    (TestGateway::start(authority, &apis), upstream)
}

/// The fields of this name that the backend sees when a caller sends these.
async fn seen(client: &Client, sent: &[(&'static str, &'static str)], name: &str) -> Vec<String> {
    let mut request: Request<Full<_>> = request(Method::GET, "/", "");
    for (name, value) in sent {
        request.headers_mut().append(*name, value.parse().unwrap());
    }
    let headers = client.send(request).await.json()["headers"].clone();
    let headers = headers.as_array().unwrap().iter();
    headers.filter(|field| field[0] == name).map(|field| field[1].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_backend_learns_who_called_and_nobody_can_lie_about_it() {
    let (gateway, _upstream) = gateway(policy::EMPTY).await;
    let lies = [
        ("x-forwarded-for", "6.6.6.6"),
        ("x-forwarded-proto", "gopher"),
        ("x-forwarded-host", "evil"),
        ("forwarded", "for=6.6.6.6"),
        ("x-request-id", "mine"),
    ];
    for client in [gateway.client(), gateway.client().http2()] {
        assert_eq!(seen(&client, &lies, "x-forwarded-for").await, ["127.0.0.1"]);
        assert_eq!(seen(&client, &lies, "x-forwarded-proto").await, ["https"]);
        assert_eq!(seen(&client, &lies, "x-forwarded-host").await, ["localhost"]);
        let forwarded = seen(&client, &lies, "forwarded").await;
        assert_eq!(forwarded, ["for=127.0.0.1;proto=https;host=\"localhost\""]);
        let ids = seen(&client, &lies, "x-request-id").await;
        assert!(ids.len() == 1 && ids[0].len() == 32, "{ids:?}");
    }
    assert_eq!(seen(&gateway.plain_client(), &lies, "x-forwarded-proto").await, ["http"]);
}

/// Fields in which proxies and servers hand on who calls, as they write them.
const IDENTITY: &[&str] = &[
    "Client-Cert",
    "Client-Cert-Chain",
    "X-Client-Cert",
    "X-Client-Certificate",
    "X-Client-Verify",
    "X-Client-DN",
    "X-ARR-ClientCert",
    "X-Forwarded-Client-Cert",
    "X-Forwarded-Tls-Client-Cert",
    "X-Forwarded-Tls-Client-Cert-Info",
    "X-SSL-Cert",
    "X-SSL-Client-Cert",
    "X-SSL-Client-Verify",
    "X-SSL-Client-S-DN",
    "X-SSL-Client-SHA1",
    "SSL-Client-Cert",
    "SSL-Client-Verify",
    "SSL-Client-Subject-DN",
    "SSL_CLIENT_S_DN_CN",
    "X-Tls-Client-Subject",
    "X-Amzn-Mtls-Clientcert",
    "X-Amzn-Mtls-Clientcert-Serial-Number",
    "X-Amzn-Oidc-Data",
    "X-Amzn-Oidc-Identity",
    "X-Client-Cert-Present",
    "X-Client-Cert-Chain-Verified",
    "CloudFront-Viewer-Cert-Pem",
    "CloudFront-Viewer-Address",
    "Cf-Client-Cert-Der-Base64",
    "Cf-Cert-Verified",
    "CF-Connecting-IP",
    "CF-Visitor",
    "True-Client-IP",
    "Fastly-Client-IP",
    "Fastly-SSL",
    "X-Azure-ClientIP",
    "X-Azure-SocketIP",
    "X-MS-CLIENT-PRINCIPAL",
    "X-AppService-Proto",
    "X-ARR-SSL",
    "X-Original-Host",
    "X-Original-URL",
    "X-Rewrite-URL",
    "X-Original-Forwarded-For",
    "X-Real-IP",
    "X-Client-IP",
    "Client-IP",
    "X-Cluster-Client-IP",
    "X-Originating-IP",
    "X-Remote-Addr",
    "X-Remote-User",
    "X-Remote-Group",
    "X-Remote-Extra-Scopes",
    "Remote-User",
    "X-Forwarded-User",
    "X-Forwarded-Email",
    "X-Auth-Request-User",
    "X-Forwarded-Port",
    "X-Forwarded-Prefix",
    "X-Forwarded-Scheme",
    "X-Forwarded-Ssl",
    "X-Forwarded-Server",
    "Forwarded-For",
    "X-Url-Scheme",
    "X-Scheme",
    "X-HTTPS",
    "Front-End-Https",
    "WL-Proxy-Client-IP",
    "WL-Proxy-Client-Cert",
    "Proxy-Client-IP",
    "Proxy",
    "$WSCC",
    "$WSRA",
    "X-Envoy-External-Address",
    "X-Envoy-Internal",
    "X-Spiffe-Id",
    "X-Consumer-Username",
    "L5d-Client-Id",
    "X-Goog-Authenticated-User-Email",
    "X-Goog-IAP-JWT-Assertion",
];

/// What the gateway writes itself, or a backend takes for framing.
const HIDDEN: &[&str] = &[
    "X-Forwarded-For",
    "X-Forwarded-Host",
    "X-Forwarded-Proto",
    "X-Request-Id",
    "Postern-Trace",
    "Content-Length",
    "Transfer-Encoding",
    "Content-Type",
    "Keep-Alive",
    "Proxy-Connection",
];

/// A name in the ways that servers which make variables of fields take for the same.
fn disguises(name: &str) -> Vec<String> {
    let odd = ["_", ".", "~", "!", "$"].map(|other| name.replace('-', other));
    let odd = odd.into_iter().filter(|odd| odd != name);
    odd.chain([format!("HTTP_{}", name.replace('-', "_")), format!("Http-{name}")]).collect()
}

/// The variables that CGI, WSGI and PHP make of a request.
fn variables(seen: &Seen) -> BTreeMap<String, Vec<String>> {
    let mut variables: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, value) in &seen.headers {
        let letters = name.as_str().bytes().map(|byte| match byte {
            _ if byte.is_ascii_alphanumeric() => char::from(byte.to_ascii_uppercase()),
            _ => '_',
        });
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        variables.entry(format!("HTTP_{}", letters.collect::<String>())).or_default().push(value);
    }
    variables
}

/// What the backend sees of one request with these fields, all of which say `forged`.
async fn forge(connection: &mut Connection, upstream: &Upstream, names: &[String]) -> Seen {
    let mut request: Request<Full<_>> = request(Method::POST, "/", "body");
    for name in names {
        let name: HeaderName = name.parse().unwrap();
        request.headers_mut().append(name, "forged".parse().unwrap());
    }
    assert_eq!(connection.send(request).await.unwrap().status, 200, "{names:?}");
    upstream.seen().pop().unwrap()
}

#[tokio::test]
async fn nothing_that_callers_claim_of_themselves_reaches_a_backend_in_any_writing() {
    let (gateway, upstream) = gateway(policy::EMPTY).await;
    let plain = IDENTITY.iter().map(|name| (*name).to_owned());
    let disguised = IDENTITY.iter().chain(HIDDEN).flat_map(|name| disguises(name));
    let names: Vec<String> = plain.chain(disguised).collect();
    for client in [gateway.plain_client(), gateway.client(), gateway.client().http2()] {
        let mut connection = client.connect().await.unwrap();
        for names in names.chunks(80) {
            let seen = forge(&mut connection, &upstream, names).await;
            let variables = variables(&seen);
            let forged = variables.iter().find(|(_, values)| values.iter().any(|value| value == "forged"));
            assert_eq!(forged, None);
            assert_eq!(variables["HTTP_X_FORWARDED_FOR"], ["127.0.0.1"]);
            assert_eq!(variables["HTTP_X_FORWARDED_HOST"], ["localhost"]);
            assert_eq!(variables["HTTP_CONTENT_LENGTH"], ["4"]);
        }
    }
}

#[tokio::test]
async fn what_ordinary_clients_send_reaches_the_backend() {
    let (gateway, upstream) = gateway(policy::EMPTY).await;
    let names = [
        "x-api-key",
        "ocp-apim-subscription-key",
        "x-requested-with",
        "x-correlation-id",
        "x-amzn-trace-id",
        "traceparent",
        "x-user-id",
        "x-client-id",
        "client_id",
        "client_secret",
        "x-auth-token",
        "x-access-token",
        "http-referer",
        "idempotency-key",
        "x-http-method-override",
        "via",
    ];
    let names = names.map(str::to_owned);
    for client in [gateway.plain_client(), gateway.client().http2()] {
        let seen = forge(&mut client.connect().await.unwrap(), &upstream, &names).await;
        for name in &names {
            assert_eq!(seen.headers.get(name).unwrap(), "forged", "{name}");
        }
    }
}

#[tokio::test]
async fn fields_that_an_operator_adds_are_removed_like_the_known_ones() {
    let upstream = Upstream::plain().await;
    let authority = Authority::new("test");
    let apis = Configuration::trusting(&authority).api("", &upstream.url("http"));
    let gateway = TestGateway::start_with(authority, &apis, |settings| {
        let added = ["x-corp-user", "x-corp-cert-*"].map(|text| text.parse().unwrap());
        settings.proxies.identity_fields = IdentityFields::with(added);
    });
    let names =
        ["X-Corp-User", "X_Corp_User", "X-Corp-Cert-DN", "x.corp.cert.dn", "X-Real-IP", "X-Corp-Order"];
    let mut connection = gateway.client().http2().connect().await.unwrap();
    let seen = forge(&mut connection, &upstream, &names.map(str::to_owned)).await;
    let forged = seen.headers.iter().filter(|(_, value)| *value == "forged").map(|(name, _)| name.as_str());
    assert_eq!(forged.collect::<Vec<_>>(), ["x-corp-order"]);
}

#[tokio::test]
async fn connection_does_not_take_away_what_the_gateway_says() {
    let (gateway, upstream) = gateway(policy::EMPTY).await;
    for list in ["x-forwarded-for, forwarded, x-request-id", "close, X-Forwarded-For", "X_Forwarded_For"] {
        let sent = [("connection", list), ("x-forwarded-for", "forged"), ("x_forwarded_for", "forged")];
        seen(&gateway.plain_client(), &sent, "host").await;
        let variables = variables(&upstream.seen().pop().unwrap());
        assert_eq!(variables["HTTP_X_FORWARDED_FOR"], ["127.0.0.1"], "{list}");
        assert!(variables.contains_key("HTTP_FORWARDED") && variables.contains_key("HTTP_X_REQUEST_ID"));
        assert!(!variables.contains_key("HTTP_CONNECTION"), "{list}");
    }
}

#[tokio::test]
async fn of_two_fields_that_a_backend_takes_for_one_the_plainer_is_left() {
    let (gateway, upstream) = gateway(policy::EMPTY).await;
    let sent = [("x_tenant", "b"), ("x-tenant", "a"), ("x.role", "c"), ("x_role", "d"), ("x_alone", "e")];
    for client in [gateway.plain_client(), gateway.client().http2()] {
        seen(&client, &sent, "host").await;
        let variables = variables(&upstream.seen().pop().unwrap());
        assert_eq!(variables["HTTP_X_TENANT"], ["a"]);
        assert_eq!(variables["HTTP_X_ROLE"].len(), 1);
        assert_eq!(variables["HTTP_X_ALONE"], ["e"]);
    }
}

#[tokio::test]
async fn what_policy_replaces_or_deletes_is_gone_in_every_writing() {
    let document = policy::inbound(
        "<set-header name=\"X-Tenant\" exists-action=\"override\"><value>ours</value></set-header>\
         <set-header name=\"X-Role\" exists-action=\"delete\"/>\
         <set-header name=\"x_plan\" exists-action=\"delete\"/>",
    );
    let (gateway, upstream) = gateway(&document).await;
    let sent = [("x_tenant", "b"), ("x_role", "c"), ("x.role", "d"), ("x-plan", "e"), ("x.plan", "f")];
    seen(&gateway.plain_client(), &sent, "host").await;
    let variables = variables(&upstream.seen().pop().unwrap());
    assert_eq!(variables["HTTP_X_TENANT"], ["ours"]);
    assert!(!variables.contains_key("HTTP_X_ROLE"));
    assert_eq!(variables["HTTP_X_PLAN"], ["e"], "a name without an underscore is nobody's disguise");
}

const TRAILERS: [(&str, &str); 12] = [
    ("x-checksum", "1"),
    ("x-forwarded-for", "forged"),
    ("x_forwarded_for", "forged"),
    ("forwarded", "forged"),
    ("client-cert", "forged"),
    ("x-arr-clientcert", "forged"),
    ("x_request_id", "forged"),
    ("remote-user", "forged"),
    ("cookie", "forged"),
    ("content_length", "9"),
    ("http_host", "forged"),
    ("connection", "close"),
];

#[tokio::test]
async fn trailers_hand_on_no_identity() {
    let (gateway, _upstream) = gateway(policy::EMPTY).await;
    let announced = TRAILERS.map(|(name, _)| name).join(", ");
    let lines: Vec<String> = TRAILERS.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let sent = format!(
        "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nTrailer: {announced}\r\n\
         Connection: close\r\n\r\n1\r\na\r\n0\r\n{}\r\n",
        lines.concat()
    );
    for client in [gateway.client(), gateway.plain_client()] {
        let mut stream = client.stream().await.unwrap();
        stream.write_all(sent.as_bytes()).await.unwrap();
        let mut answer = String::new();
        let _ = stream.read_to_string(&mut answer).await;
        let (_, body) = answer.split_once("\r\n\r\n").unwrap();
        let described: Value = serde_json::from_str(body).unwrap();
        assert_eq!(described["trailers"], serde_json::json!([["x-checksum", "1"]]));
    }
}

#[tokio::test]
async fn trailers_of_http2_hand_on_no_identity() {
    let (gateway, _upstream) = gateway(policy::EMPTY).await;
    let stream = TokioIo::new(gateway.client().http2().stream().await.unwrap());
    let (mut sender, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), stream).await.unwrap();
    let connection = tokio::spawn(connection);
    let mut trailers = HeaderMap::new();
    // HTTP/2 has no field of a connection.
    for (name, value) in TRAILERS.iter().filter(|(name, _)| *name != "connection") {
        trailers.insert(*name, value.parse().unwrap());
    }
    // A mapped body doesn't say how long it is: with a length, HTTP/1 has no trailers.
    let body = Full::new(Bytes::from("a"))
        .map_frame(|frame| frame)
        .with_trailers(std::future::ready(Some(Ok(trailers))));
    let announced = TRAILERS.map(|(name, _)| name).join(", ");
    let request = Request::post("https://localhost/").header("trailer", announced).body(body).unwrap();
    let answer = sender.send_request(request).await.unwrap();
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    let described: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(described["trailers"], serde_json::json!([["x-checksum", "1"]]));
    connection.abort();
}

#[tokio::test]
async fn what_concerns_one_connection_only_stays_behind() {
    let (gateway, _upstream) = gateway(policy::EMPTY).await;
    let sent = [("connection", "x-mine"), ("x-mine", "1"), ("keep-alive", "5"), ("te", "gzip, trailers")];
    let client = gateway.client();
    for name in ["connection", "x-mine", "keep-alive"] {
        assert!(seen(&client, &sent, name).await.is_empty(), "{name}");
    }
    assert_eq!(seen(&client, &sent, "te").await, ["trailers"]);
}

#[tokio::test]
async fn authorization_and_cookies_pass_and_the_host_is_the_backends() {
    let (gateway, upstream) = gateway(policy::EMPTY).await;
    let sent = [("authorization", "Bearer t"), ("cookie", "a=1")];
    for client in [gateway.client(), gateway.client().http2()] {
        assert_eq!(seen(&client, &sent, "authorization").await, ["Bearer t"]);
        assert_eq!(seen(&client, &sent, "cookie").await, ["a=1"]);
        let host = format!("localhost:{}", upstream.address().port());
        assert_eq!(seen(&client, &sent, "host").await, [host]);
    }
}

#[tokio::test]
async fn policy_sets_fields_of_requests_and_answers() {
    let document = policy::inbound(
        "<set-header name=\"X-In\" exists-action=\"override\"><value>1</value></set-header>\
         <set-header name=\"Cookie\" exists-action=\"delete\"/>\
         <set-header name=\"X-Kept\" exists-action=\"skip\"><value>other</value></set-header>\
         <set-header name=\"X-More\" exists-action=\"append\"><value>b</value></set-header>\
         <authentication-basic username=\"us\" password=\"pw\"/>",
    );
    let document = document.replace(
        "<outbound><base/>",
        "<outbound><base/><set-header name=\"X-Out\"><value>2</value></set-header>\
         <set-header name=\"X-Backend\" exists-action=\"delete\"/>",
    );
    let (gateway, _upstream) = gateway(&document).await;
    let client = gateway.client();
    let sent =
        [("x-in", "0"), ("cookie", "a"), ("x-kept", "own"), ("x-more", "a"), ("authorization", "Bearer t")];
    assert_eq!(seen(&client, &sent, "x-in").await, ["1"]);
    assert!(seen(&client, &sent, "cookie").await.is_empty());
    assert_eq!(seen(&client, &sent, "x-kept").await, ["own"]);
    assert_eq!(seen(&client, &sent, "x-more").await, ["a", "b"]);
    assert_eq!(seen(&client, &sent, "authorization").await, ["Basic dXM6cHc="]);
    let answer = client.get("/").await;
    assert_eq!(answer.headers["x-out"], "2");
    assert!(!answer.headers.contains_key("x-backend"));
}

#[tokio::test]
async fn on_error_still_changes_the_answer_of_a_call_that_failed() {
    let document = policy::inbound("<authentication-certificate certificate-id=\"nobody\"/>").replace(
        "<on-error><base/>",
        "<on-error><base/><set-header name=\"X-Sorry\"><value>yes</value></set-header>",
    );
    let (gateway, upstream) = gateway(&document).await;
    let answer = gateway.client().get("/").await;
    assert_eq!((answer.status.as_u16(), answer.headers["x-sorry"].to_str().unwrap()), (500, "yes"));
    assert_eq!(answer.json()["message"], Value::from("The gateway could not handle the request."));
    assert_eq!(upstream.accepted(), 0);
}

#[tokio::test]
async fn a_policy_that_does_not_forward_calls_no_backend() {
    let document = policy::backend("").replace("<backend><base/>", "<backend>");
    let (gateway, upstream) = gateway(&document).await;
    let answer = gateway.client().get("/").await;
    assert_eq!((answer.status.as_u16(), answer.body.len()), (200, 0));
    assert_eq!(upstream.accepted(), 0);
}
