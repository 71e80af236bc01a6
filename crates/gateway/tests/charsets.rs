//! Bodies in other charsets than UTF-8: read as the text they are, sent on in UTF-8 where they were changed.

#![expect(clippy::unwrap_used, reason = "what can't be set up has failed its test")]

use http::{Method, StatusCode};
use testkit::authority::Authority;
use testkit::client::{Answer, request};
use testkit::gateway::{Configuration, TestGateway, policy};
use testkit::upstream::{Upstream, read_request};
use tokio::io::AsyncWriteExt;

const EUC_KR: &[u8] = b"\xb0\xa1 old";
const REPLACING: &str = "<find-and-replace from=\"old\" to=\"new\" />";

fn gateway_to(upstream: &Upstream, document: &str) -> TestGateway {
    let authority = Authority::new("test");
    let apis = Configuration::trusting(&authority).api_with("api", &upstream.url("http"), document);
    TestGateway::start(authority, &apis)
}

/// What becomes of a response with this body.
async fn answered(content_type: &str, body: &[u8], statements: &str) -> Answer {
    let head =
        format!("HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\n\r\n", body.len());
    let response = [head.as_bytes(), body].concat();
    let upstream = Upstream::raw(move |mut stream, _| {
        let response = response.clone();
        async move {
            while read_request(&mut stream).await.is_some() {
                stream.write_all(&response).await.unwrap();
            }
        }
    })
    .await;
    let document = policy::EMPTY.replace("<outbound><base/>", &format!("<outbound><base/>{statements}"));
    gateway_to(&upstream, &document).client().get("/api/x").await
}

/// What becomes of a request with this body.
async fn posted(content_type: &str, body: &[u8], statements: &str) -> (Answer, Upstream) {
    let upstream = Upstream::plain().await;
    let gateway = gateway_to(&upstream, &policy::inbound(statements));
    let mut sent = request(Method::POST, "/api/x", body.to_vec());
    sent.headers_mut().insert("content-type", content_type.parse().unwrap());
    (gateway.client().send(sent).await, upstream)
}

#[tokio::test]
async fn a_body_in_another_charset_is_changed_and_sent_in_utf_8() {
    let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    for (content_type, body, text) in [
        ("text/plain; charset=euc-kr", EUC_KR.to_vec(), "가 new"),
        ("text/plain; Charset=\"ISO-8859-1\"", b"\xe9 old".to_vec(), "é new"),
        ("text/plain; charset=utf-16", utf16("가 old"), "가 new"),
        ("text/plain; charset=utf-16", [&b"\xff\xfe"[..], &utf16("가 old")].concat(), "가 new"),
        ("text/plain; charset=UTF-8", "가 old".as_bytes().to_vec(), "가 new"),
    ] {
        let answer = answered(content_type, &body, REPLACING).await;
        assert_eq!(answer.text(), text, "{content_type}");
        let said = answer.headers["content-type"].to_str().unwrap().to_ascii_lowercase();
        assert_eq!(said, "text/plain; charset=utf-8", "{content_type}");
        let (answer, upstream) = posted(content_type, &body, REPLACING).await;
        assert_eq!(answer.json()["body"], text, "{content_type}");
        let said = upstream.seen()[0].headers["content-type"].to_str().unwrap().to_ascii_lowercase();
        assert_eq!(said, "text/plain; charset=utf-8", "{content_type}");
    }
}

#[tokio::test]
async fn a_body_in_another_charset_that_is_not_changed_passes_as_it_came() {
    for statements in [
        "<find-and-replace from=\"nosuch\" to=\"x\" />",
        "<set-header name=\"X-Read\"><value>@(context.Response.Body.As<string>(true).Length.ToString())</value></set-header>",
    ] {
        let answer = answered("text/plain; charset=euc-kr", EUC_KR, statements).await;
        assert_eq!((answer.status, answer.body.as_ref()), (StatusCode::OK, EUC_KR), "{statements}");
        assert_eq!(answer.headers["content-type"], "text/plain; charset=euc-kr");
    }
    let picture = b"\xff\xd8\xff\x00old";
    let answer = answered("image/jpeg", picture, REPLACING).await;
    assert_eq!((answer.status, answer.body.as_ref()), (StatusCode::OK, &picture[..]));
}

#[tokio::test]
async fn text_json_and_xml_are_read_in_the_charset_of_the_body() {
    let json = b"{\"a\": \"\xb0\xa1\"}";
    let xml = b"<?xml version=\"1.0\" encoding=\"euc-kr\"?><r><a>\xb0\xa1</a></r>";
    for (content_type, body, statements, text) in [
        (
            "text/plain; charset=euc-kr",
            &b"\xb0\xa1"[..],
            "<set-body>@(context.Request.Body.As<string>() + \"!\")</set-body>",
            "가!",
        ),
        (
            "application/json; charset=euc-kr",
            json,
            "<set-body>@((string)context.Request.Body.As<JObject>()[\"a\"])</set-body>",
            "가",
        ),
        (
            "application/json; charset=euc-kr",
            json,
            "<set-body template=\"liquid\">{{body.a}}</set-body>",
            "가",
        ),
        ("application/xml", xml, "<set-body>@(context.Request.Body.As<XElement>().Value)</set-body>", "가"),
        (
            "text/xml",
            xml,
            "<xml-to-json kind=\"direct\" apply=\"always\" consider-accept-header=\"false\" /><find-and-replace from=\"가\" to=\"나\" />",
            "나",
        ),
        (
            "text/plain; charset=euc-kr",
            b"\xb0\xa1",
            "<set-body>@(context.Request.Body.As<byte[]>().Length + \"\")</set-body>",
            "2",
        ),
        (
            "text/plain; charset=euc-kr",
            b"\xb0\xa1",
            "<set-body>@(context.Request.Body.As<byte[]>())</set-body>",
            "\u{fffd}\u{fffd}",
        ),
    ] {
        let (answer, upstream) = posted(content_type, body, statements).await;
        let seen = answer.json()["body"].as_str().unwrap().to_owned();
        assert!(seen.contains(text), "{content_type} {statements}: {seen}");
        let said = upstream.seen()[0].headers["content-type"].to_str().unwrap().to_owned();
        assert_eq!(said.contains("euc-kr"), text == "\u{fffd}\u{fffd}", "{statements}: {said}");
    }
    let (answer, _upstream) =
        posted("application/xml", xml, "<find-and-replace from=\"가\" to=\"나\" />").await;
    assert_eq!(answer.json()["body"], "<?xml version=\"1.0\" encoding=\"utf-8\"?><r><a>나</a></r>");
}

#[tokio::test]
async fn a_charset_that_is_not_known_is_an_error_that_says_so() {
    let (refused, upstream) = posted("text/plain; charset=nosuch", b"old", REPLACING).await;
    assert_eq!(refused.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert!(refused.text().contains("its charset `nosuch` is not known"), "{}", refused.text());
    assert!(upstream.seen().is_empty());
    let refused = answered("text/plain; charset=nosuch", b"old", REPLACING).await;
    assert_eq!(refused.status, StatusCode::INTERNAL_SERVER_ERROR);
    let reading =
        "<set-header name=\"X\"><value>@(context.Response.Body.As<string>(true))</value></set-header>";
    assert_eq!(
        answered("text/plain; charset=nosuch", b"old", reading).await.status,
        StatusCode::INTERNAL_SERVER_ERROR
    );
    assert_eq!(answered("text/plain; charset=nosuch", b"old", "").await.text(), "old");
}
