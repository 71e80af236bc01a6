//! Bodies that are compressed on their way: decoded where a policy reads them, and passed as they come where none does.

#![expect(clippy::unwrap_used, reason = "what can't be set up has failed its test")]

use std::io::Write as _;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
use http::{Method, StatusCode};
use http_body_util::BodyExt;
use testkit::authority::Authority;
use testkit::client::{Answer, request};
use testkit::gateway::{Configuration, TestGateway, policy};
use testkit::upstream::{Upstream, read_request};
use tokio::io::AsyncWriteExt;

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

fn zlib(text: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

fn raw_deflate(text: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

fn brotli(text: &[u8]) -> Vec<u8> {
    let mut coded = Vec::new();
    brotli::CompressorWriter::new(&mut coded, 4096, 5, 22).write_all(text).unwrap();
    coded
}

/// A text in each coding, with the header that says so.
fn codings(text: &[u8]) -> [(&'static str, Vec<u8>); 7] {
    let (start, end) = text.split_at(text.len() / 2);
    [
        ("gzip", gzip(text)),
        ("X-Gzip", gzip(text)),
        ("gzip", [gzip(start), gzip(end)].concat()),
        ("deflate", zlib(text)),
        ("deflate", raw_deflate(text)),
        ("identity, br", brotli(text)),
        ("deflate, gzip", gzip(&zlib(text))),
    ]
}

fn gateway_to(upstream: &Upstream, document: &str) -> TestGateway {
    let authority = Authority::new("test");
    let apis = Configuration::trusting(&authority).api_with("api", &upstream.url("http"), document);
    TestGateway::start(authority, &apis)
}

/// A gateway with this policy before a backend that answers every request with this head and body.
async fn answering(status: &str, fields: &str, body: &[u8], document: &str) -> (TestGateway, Upstream) {
    let head = format!("HTTP/1.1 {status}\r\n{fields}\r\n\r\n").into_bytes();
    let response = [&head, body].concat();
    let upstream = Upstream::raw(move |mut stream, _| {
        let response = response.clone();
        async move {
            while read_request(&mut stream).await.is_some() {
                stream.write_all(&response).await.unwrap();
            }
        }
    })
    .await;
    (gateway_to(&upstream, document), upstream)
}

/// What becomes of a response with this coding.
async fn answered(coding: &str, fields: &str, body: &[u8], statements: &str) -> Answer {
    let fields = format!("Content-Encoding: {coding}\r\n{fields}Content-Length: {}", body.len());
    let (gateway, _upstream) = answering("200 OK", &fields, body, &outbound(statements)).await;
    gateway.client().get("/api/x").await
}

/// What becomes of a request with this coding, and of what the backend saw.
async fn posted(coding: &str, body: Vec<u8>, statements: &str) -> (Answer, Upstream) {
    let upstream = Upstream::plain().await;
    let gateway = gateway_to(&upstream, &policy::inbound(statements));
    let mut sent = request(Method::POST, "/api/x", body);
    sent.headers_mut().insert("content-encoding", coding.parse().unwrap());
    sent.headers_mut().insert("content-md5", "x".parse().unwrap());
    (gateway.client().send(sent).await, upstream)
}

fn outbound(statements: &str) -> String {
    policy::EMPTY.replace("<outbound><base/>", &format!("<outbound><base/>{statements}"))
}

const REPLACING: &str = "<find-and-replace from=\"old\" to=\"brand new\" />";
const READING: &str = "<set-header name=\"X-Read\"><value>@((string)context.Response.Body.As<JObject>(true)[\"a\"])</value></set-header>";

#[tokio::test]
async fn a_coded_response_is_changed_and_sent_on_without_its_coding() {
    for (coding, body) in codings(b"an old text") {
        let fields = "ETag: \"1\"\r\nVary: Accept-Encoding\r\nContent-MD5: x\r\nDigest: x\r\n\
                      Repr-Digest: x\r\nAccept-Ranges: bytes\r\n";
        let answer = answered(coding, fields, &body, REPLACING).await;
        assert_eq!(
            (answer.status, answer.text().as_str()),
            (StatusCode::OK, "an brand new text"),
            "{coding}"
        );
        assert_eq!(answer.headers["content-length"], "17", "{coding}");
        assert_eq!(
            (&answer.headers["etag"], &answer.headers["vary"]),
            (&"W/\"1\"".parse().unwrap(), &"Accept-Encoding".parse().unwrap())
        );
        for gone in ["content-encoding", "content-md5", "digest", "repr-digest", "accept-ranges"] {
            assert!(!answer.headers.contains_key(gone), "{coding}: {gone}");
        }
    }
}

#[tokio::test]
async fn a_coded_response_is_read_as_what_it_is() {
    for (coding, body) in codings(b"{\"a\": \"b\"}") {
        let answer = answered(coding, "", &body, READING).await;
        assert_eq!(
            (answer.status, &answer.headers["x-read"]),
            (StatusCode::OK, &"b".parse().unwrap()),
            "{coding}"
        );
        assert_eq!(answer.text(), "{\"a\": \"b\"}", "{coding}");
        assert!(!answer.headers.contains_key("content-encoding"), "{coding}");
    }
}

#[tokio::test]
async fn a_coded_request_is_read_and_sent_on_as_what_it_is() {
    for (coding, body) in codings(b"{\"a\": \"old\"}") {
        let reading = "<set-header name=\"X-Read\"><value>@((string)context.Request.Body.As<JObject>(true)[\"a\"])</value></set-header>";
        let (answer, upstream) = posted(coding, body.clone(), &format!("{reading}{REPLACING}")).await;
        assert_eq!(answer.json()["body"], "{\"a\": \"brand new\"}", "{coding}");
        let seen = &upstream.seen()[0].headers;
        assert_eq!(
            (&seen["x-read"], &seen["content-length"]),
            (&"old".parse().unwrap(), &"18".parse().unwrap())
        );
        assert!(!seen.contains_key("content-encoding") && !seen.contains_key("content-md5"), "{coding}");
        let (answer, upstream) = posted(coding, body, reading).await;
        assert_eq!(answer.json()["body"], "{\"a\": \"old\"}", "{coding}");
        assert_eq!(upstream.seen()[0].headers["content-length"], "12");
    }
    let liquid = "<set-body template=\"liquid\">{{body.a}}!</set-body>";
    assert_eq!(posted("gzip", gzip(b"{\"a\": \"old\"}"), liquid).await.0.json()["body"], "old!");
    let converting = "<json-to-xml apply=\"always\" consider-accept-header=\"false\" />";
    assert_eq!(posted("br", brotli(b"{\"a\": 1}"), converting).await.0.json()["body"], "<a>1</a>");
    let bytes = "<set-body>@(context.Request.Body.As<byte[]>().Length.ToString())</set-body>";
    assert_eq!(posted("gzip", gzip(&[0xff; 1000]), bytes).await.0.json()["body"], "1000");
}

#[tokio::test]
async fn a_coded_body_that_no_policy_reads_passes_byte_for_byte_as_it_comes() {
    let coded = gzip(b"an old text");
    let (answer, upstream) = posted("gzip", coded.clone(), "").await;
    assert_eq!(answer.json()["body"], String::from_utf8_lossy(&coded).as_ref());
    assert_eq!(upstream.seen()[0].headers["content-encoding"], "gzip");

    let (go_on, waiting) = tokio::sync::watch::channel(false);
    let sent = coded.clone();
    let upstream = Upstream::raw(move |mut stream, _| {
        let (mut waiting, sent) = (waiting.clone(), sent.clone());
        async move {
            read_request(&mut stream).await;
            let head = format!(
                "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nETag: \"1\"\r\nContent-Length: {}\r\n\r\n",
                sent.len()
            );
            stream.write_all(&[head.as_bytes(), &sent[..5]].concat()).await.unwrap();
            waiting.wait_for(|go_on| *go_on).await.unwrap();
            stream.write_all(&sent[5..]).await.unwrap();
        }
    })
    .await;
    let gateway = gateway_to(&upstream, policy::EMPTY);
    let mut connection = gateway.client().connect().await.unwrap();
    let mut response = connection.begin(request(Method::GET, "/api/x", "")).await.unwrap();
    assert_eq!(
        (&response.headers()["content-encoding"], &response.headers()["etag"]),
        (&"gzip".parse().unwrap(), &"\"1\"".parse().unwrap())
    );
    let first = response.frame().await.unwrap().unwrap().into_data().unwrap();
    assert_eq!(first, coded[..5]);
    go_on.send_replace(true);
    assert_eq!(response.collect().await.unwrap().to_bytes(), coded[5..]);
}

#[tokio::test]
async fn a_coding_that_is_not_known_is_an_error_that_says_so() {
    for coding in ["zstd", "compress", "gzip, zstd", "br,br,br,br,br"] {
        let (refused, upstream) = posted(coding, gzip(b"old"), REPLACING).await;
        assert_eq!(refused.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{coding}");
        assert!(refused.text().contains("Content-Encoding"), "{}", refused.text());
        assert_eq!(refused.headers["accept-encoding"], "gzip, deflate, br");
        assert!(upstream.seen().is_empty());
        let refused = answered(coding, "", &gzip(b"old"), REPLACING).await;
        assert_eq!(refused.status, StatusCode::BAD_GATEWAY, "{coding}");
        assert!(refused.text().contains("can't be decoded"), "{}", refused.text());
        let passed = answered(coding, "", &gzip(b"old"), "").await;
        assert_eq!((passed.status, passed.body.as_ref()), (StatusCode::OK, &gzip(b"old")[..]), "{coding}");
    }
}

#[tokio::test]
async fn on_error_hears_why_a_response_can_not_be_decoded() {
    let document = outbound(REPLACING).replace(
        "<on-error><base/>",
        "<on-error><base/><set-status code=\"503\" reason=\"x\" /><set-body>@(context.LastError.Reason + \": \" + context.LastError.Message)</set-body>",
    );
    let (gateway, _upstream) =
        answering("200 OK", "Content-Encoding: zstd\r\nContent-Length: 3", b"abc", &document).await;
    let answer = gateway.client().get("/api/x").await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(
        answer.text(),
        "ResponseBodyNotDecoded: the policy reads the body of the response, which can't be decoded: \
         its coding `zstd` is not one of `gzip, deflate, br`"
    );
}

#[tokio::test]
async fn a_damaged_body_is_an_error() {
    for (coding, body) in codings(b"an old text") {
        for damaged in [&body[..body.len() - 1], b"an old text"] {
            let (refused, upstream) = posted(coding, damaged.to_vec(), REPLACING).await;
            assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{coding}");
            assert!(upstream.seen().is_empty());
            assert_eq!(
                answered(coding, "", damaged, REPLACING).await.status,
                StatusCode::BAD_GATEWAY,
                "{coding}"
            );
        }
    }
}

#[tokio::test]
async fn a_small_body_that_becomes_too_large_is_refused_at_the_limit() {
    let large = vec![b'0'; 32 << 20];
    for (coding, bomb) in [("gzip", gzip(&large)), ("deflate", zlib(&large)), ("br", brotli(&large))] {
        assert!(bomb.len() < 1 << 20, "{coding}");
        let started = Instant::now();
        let (refused, upstream) = posted(coding, bomb.clone(), REPLACING).await;
        assert_eq!(refused.status, StatusCode::PAYLOAD_TOO_LARGE, "{coding}");
        assert!(upstream.seen().is_empty());
        let refused = answered(coding, "", &bomb, REPLACING).await;
        assert_eq!(refused.status, StatusCode::INTERNAL_SERVER_ERROR, "{coding}");
        assert!(started.elapsed() < Duration::from_secs(20), "{coding}: {:?}", started.elapsed());
    }
}

#[tokio::test]
async fn a_response_without_a_body_keeps_its_coding() {
    for (status, method) in
        [("200 OK", Method::HEAD), ("204 No Content", Method::GET), ("304 Not Modified", Method::GET)]
    {
        let length = if status.starts_with("204") { "X-A: b" } else { "Content-Length: 20" };
        let fields = format!("Content-Encoding: gzip\r\nETag: \"1\"\r\n{length}");
        let (gateway, _upstream) = answering(status, &fields, b"", &outbound(REPLACING)).await;
        let answer = gateway.client().send(request(method, "/api/x", "")).await;
        assert_eq!((answer.status.as_u16(), answer.body.len()), (status[..3].parse().unwrap(), 0));
        assert_eq!(
            (&answer.headers["content-encoding"], &answer.headers["etag"]),
            (&"gzip".parse().unwrap(), &"\"1\"".parse().unwrap()),
            "{status}"
        );
    }
    let empty = answered("gzip", "", b"", REPLACING).await;
    assert_eq!(
        (empty.status, &empty.headers["content-encoding"]),
        (StatusCode::OK, &"gzip".parse().unwrap())
    );
    let (answer, upstream) = posted("gzip", Vec::new(), REPLACING).await;
    assert_eq!(answer.json()["body"], "");
    assert_eq!(upstream.seen()[0].headers["content-encoding"], "gzip");
}

#[tokio::test]
async fn a_part_of_a_coded_response_can_not_be_read() {
    let part = &gzip(b"an old text")[3..9];
    let fields = "Content-Encoding: gzip\r\nContent-Range: bytes 3-8/31\r\nContent-Length: 6";
    let (gateway, _upstream) = answering("206 Partial Content", fields, part, &outbound(REPLACING)).await;
    assert_eq!(gateway.client().get("/api/x").await.status, StatusCode::BAD_GATEWAY);
    let (gateway, _upstream) = answering("206 Partial Content", fields, part, policy::EMPTY).await;
    assert_eq!(gateway.client().get("/api/x").await.body, part);
    let plain = "Content-Range: bytes 3-8/31\r\nContent-Length: 6";
    let (gateway, _upstream) = answering("206 Partial Content", plain, b"an old", &outbound(REPLACING)).await;
    assert_eq!(gateway.client().get("/api/x").await.text(), "an brand new");
}

#[tokio::test]
async fn the_response_to_a_call_of_the_policy_is_decoded_where_it_is_read() {
    let other = |coding: &'static str, body: Vec<u8>| async move {
        Upstream::raw(move |mut stream, _| {
            let head = format!(
                "HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\nContent-Length: {}\r\n\r\n",
                body.len()
            );
            let response = [head.as_bytes(), &body].concat();
            async move {
                while read_request(&mut stream).await.is_some() {
                    stream.write_all(&response).await.unwrap();
                }
            }
        })
        .await
    };
    let called = |upstream: &Upstream, statements: &str| {
        let url = upstream.url("http");
        policy::inbound(&format!(
            "<send-request response-variable-name=\"r\"><set-url>{url}/</set-url></send-request>{statements}"
        ))
    };
    let reading = "<return-response><set-body>@((string)((IResponse)context.Variables[\"r\"]).Body.As<JObject>()[\"a\"])</set-body></return-response>";
    let passing = "<return-response response-variable-name=\"r\" />";
    let replacing =
        "<return-response response-variable-name=\"r\"><set-body>other</set-body></return-response>";
    let keeping = "<cache-store-value key=\"k\" value=\"@((IResponse)context.Variables[\"r\"])\" duration=\"60\" />\
        <cache-lookup-value key=\"k\" variable-name=\"r\" />";

    let coded = gzip(b"{\"a\": \"b\"}");
    let upstream = other("gzip", coded.clone()).await;
    for document in [reading.to_owned(), format!("{keeping}{reading}")] {
        let gateway = gateway_to(&upstream, &called(&upstream, &document));
        assert_eq!(gateway.client().get("/api/x").await.text(), "b");
    }
    let gateway = gateway_to(&upstream, &called(&upstream, passing));
    let passed = gateway.client().get("/api/x").await;
    assert_eq!(
        (passed.body.as_ref(), &passed.headers["content-encoding"]),
        (&coded[..], &"gzip".parse().unwrap())
    );
    let gateway = gateway_to(&upstream, &called(&upstream, replacing));
    let replaced = gateway.client().get("/api/x").await;
    assert_eq!(replaced.text(), "other");
    assert!(!replaced.headers.contains_key("content-encoding"));

    let upstream = other("zstd", coded).await;
    let gateway = gateway_to(&upstream, &called(&upstream, reading));
    assert_eq!(gateway.client().get("/api/x").await.status, StatusCode::INTERNAL_SERVER_ERROR);
}

#[tokio::test]
async fn a_backend_is_asked_for_codings_that_the_policy_can_read() {
    for (statements, wanted, asked) in [
        (REPLACING, Some("gzip, deflate, br, zstd"), Some("gzip, deflate, br")),
        (REPLACING, Some("zstd;q=1, GZIP;q=0.5, *;q=0"), Some("GZIP;q=0.5, *;q=0")),
        (REPLACING, Some("zstd"), Some("identity")),
        (REPLACING, Some("*"), Some("gzip, deflate, br")),
        (REPLACING, None, None),
        ("", Some("gzip, deflate, br, zstd"), Some("gzip, deflate, br, zstd")),
    ] {
        let upstream = Upstream::plain().await;
        let gateway = gateway_to(&upstream, &outbound(statements));
        let mut sent = request(Method::GET, "/api/x", "");
        if let Some(wanted) = wanted {
            sent.headers_mut().insert("accept-encoding", wanted.parse().unwrap());
        }
        assert_eq!(gateway.client().send(sent).await.status, StatusCode::OK);
        let seen =
            upstream.seen()[0].headers.get("accept-encoding").map(|value| value.to_str().unwrap().to_owned());
        assert_eq!(seen.as_deref(), asked, "{statements} {wanted:?}");
    }
}
