//! On HTTP/2 a malformed request is an error of its own stream (RFC 9113, 8.1.1): the connection and its other
//! streams go on, and no backend hears of it.

use testkit::authority::Authority;
use testkit::gateway::{Configuration, TestGateway};
use testkit::http2::hpack::{self, Indexing, Spelling};
use testkit::http2::{END_HEADERS, END_STREAM, Kind, Outcome, PADDED, PRIORITY, PROTOCOL_ERROR, Wire, frame};
use testkit::upstream::Upstream;

type Field<'a> = (&'a [u8], &'a [u8]);

const METHOD: Field<'_> = (b":method", b"GET");
const SCHEME: Field<'_> = (b":scheme", b"https");
const PATH: Field<'_> = (b":path", b"/bad");
const AUTHORITY: Field<'_> = (b":authority", b"localhost");
const PUT: Field<'_> = (b":method", b"PUT");

/// Fields that are wrong behind those of a proper request.
const BEHIND: &[(&str, &[Field<'_>])] = &[
    ("an upper-case letter in a name", &[(b"X-Upper", b"1")]),
    ("an upper-case letter within a name", &[(b"x-uPper", b"1")]),
    ("an empty name", &[(b"", b"1")]),
    ("a name of nothing but a colon", &[(b":", b"1")]),
    ("a blank in a name", &[(b"x a", b"1")]),
    ("a blank at the end of a name", &[(b"x-a ", b"1")]),
    ("a colon in a name", &[(b"x:a", b"1")]),
    ("a line break in a name", &[(b"x-a\r\nx-b", b"1")]),
    ("NUL in a name", &[(b"x\0a", b"1")]),
    ("DEL in a name", &[(b"x\x7fa", b"1")]),
    ("a letter beyond ASCII in a name", &[(b"x-\xc3\xa9", b"1")]),
    ("a bracket in a name", &[(b"x(a)", b"1")]),
    ("NUL in a value", &[(b"x-a", b"a\0b")]),
    ("a carriage return in a value", &[(b"x-a", b"a\rb")]),
    ("a line feed in a value", &[(b"x-a", b"a\nb")]),
    ("a whole field in a value", &[(b"x-a", b"a\r\nx-b: c")]),
    ("a control character in a value", &[(b"x-a", b"a\x01b")]),
    ("DEL in a value", &[(b"x-a", b"a\x7fb")]),
    ("NUL in a cookie", &[(b"cookie", b"a=\0")]),
    ("a blank before a value", &[(b"x-a", b" a")]),
    ("a blank behind a value", &[(b"x-a", b"a ")]),
    ("a tab before a value", &[(b"x-a", b"\ta")]),
    ("a tab behind a value", &[(b"x-a", b"a\t")]),
    ("a value of one blank", &[(b"x-a", b" ")]),
    ("a pseudo field nobody knows", &[(b":secret", b"1")]),
    ("an upper-case pseudo field", &[(b":Path", b"/")]),
    ("a status", &[(b":status", b"200")]),
    ("a status that is none", &[(b":status", b"abc")]),
    ("an empty status", &[(b":status", b"")]),
    ("a protocol", &[(b":protocol", b"websocket")]),
    ("a protocol that is none", &[(b":protocol", b"\xff")]),
    ("a second path", &[(b":path", b"/other")]),
    ("a second method", &[(b":method", b"POST")]),
    ("a second scheme", &[(b":scheme", b"http")]),
    ("a second authority", &[(b":authority", b"localhost")]),
    ("connection", &[(b"connection", b"close")]),
    ("connection that names a field", &[(b"connection", b"x-a"), (b"x-a", b"1")]),
    ("keep-alive", &[(b"keep-alive", b"timeout=5")]),
    ("proxy-connection", &[(b"proxy-connection", b"keep-alive")]),
    ("transfer-encoding", &[(b"transfer-encoding", b"chunked")]),
    ("upgrade", &[(b"upgrade", b"h2c")]),
    ("te with a coding", &[(b"te", b"gzip")]),
    ("te with trailers and a coding", &[(b"te", b"trailers, gzip")]),
    ("an empty te", &[(b"te", b"")]),
    ("the same length twice", &[(b"content-length", b"0"), (b"content-length", b"0")]),
    ("two lengths", &[(b"content-length", b"0"), (b"content-length", b"1")]),
    ("a list of lengths", &[(b"content-length", b"0, 0")]),
    ("a signed length", &[(b"content-length", b"+0")]),
    ("a negative length", &[(b"content-length", b"-1")]),
    ("a hexadecimal length", &[(b"content-length", b"0x0")]),
    ("an empty length", &[(b"content-length", b"")]),
    ("a length beyond all numbers", &[(b"content-length", b"99999999999999999999999")]),
    ("a length without a body", &[(b"content-length", b"5")]),
    ("another host", &[(b"host", b"other")]),
    ("the same host twice", &[(b"host", b"localhost"), (b"host", b"localhost")]),
    ("an empty host", &[(b"host", b"")]),
    ("a host with a user name", &[(b"host", b"a@localhost")]),
    ("a host with a bad port", &[(b"host", b"localhost:99999")]),
];

/// Requests that are wrong in their pseudo fields.
const WHOLE: &[(&str, &[Field<'_>])] = &[
    ("nothing at all", &[]),
    ("no method", &[SCHEME, AUTHORITY, PATH]),
    ("no scheme", &[METHOD, AUTHORITY, PATH]),
    ("no path", &[METHOD, SCHEME, AUTHORITY]),
    ("neither authority nor host", &[METHOD, SCHEME, PATH]),
    ("a field before a pseudo field", &[METHOD, SCHEME, AUTHORITY, (b"x-a", b"1"), PATH]),
    ("an empty method", &[(b":method", b""), SCHEME, AUTHORITY, PATH]),
    ("a method that is none", &[(b":method", b"G T"), SCHEME, AUTHORITY, PATH]),
    ("a method with a line break", &[(b":method", b"GET / HTTP/1.1\r\n"), SCHEME, AUTHORITY, PATH]),
    ("an empty scheme", &[METHOD, (b":scheme", b""), AUTHORITY, PATH]),
    ("a scheme that begins with a digit", &[METHOD, (b":scheme", b"1a"), AUTHORITY, PATH]),
    ("a scheme with its colon", &[METHOD, (b":scheme", b"https:"), AUTHORITY, PATH]),
    ("a scheme that is an address", &[METHOD, (b":scheme", b"https://a/b?"), AUTHORITY, PATH]),
    ("a scheme with a blank", &[METHOD, (b":scheme", b"ht tp"), AUTHORITY, PATH]),
    ("a scheme with NUL", &[METHOD, (b":scheme", b"http\0"), AUTHORITY, PATH]),
    ("a scheme that is no text", &[METHOD, (b":scheme", b"\xff\xfe"), AUTHORITY, PATH]),
    ("an empty scheme and no authority", &[METHOD, (b":scheme", b""), PATH, (b"host", b"localhost")]),
    ("an empty path", &[METHOD, SCHEME, AUTHORITY, (b":path", b"")]),
    ("a path without a slash", &[METHOD, SCHEME, AUTHORITY, (b":path", b"bad")]),
    ("a path of an asterisk", &[METHOD, SCHEME, AUTHORITY, (b":path", b"*")]),
    ("a path that is an address", &[METHOD, SCHEME, AUTHORITY, (b":path", b"https://localhost/bad")]),
    ("a path with a blank", &[METHOD, SCHEME, AUTHORITY, (b":path", b"/bad HTTP/1.1")]),
    ("a path with a line break", &[METHOD, SCHEME, AUTHORITY, (b":path", b"/bad\r\nx: y")]),
    ("a path with NUL", &[METHOD, SCHEME, AUTHORITY, (b":path", b"/bad\0")]),
    ("a path that is no text", &[METHOD, SCHEME, AUTHORITY, (b":path", b"/bad\xff\xfe")]),
    ("a path with a fragment", &[METHOD, SCHEME, AUTHORITY, (b":path", b"/bad#part")]),
    ("a query without a path", &[METHOD, SCHEME, AUTHORITY, (b":path", b"?bad")]),
    ("an empty authority", &[METHOD, SCHEME, (b":authority", b""), PATH]),
    ("an authority with a user name", &[METHOD, SCHEME, (b":authority", b"me@localhost"), PATH]),
    ("an authority with a password", &[METHOD, SCHEME, (b":authority", b"me:pw@localhost"), PATH]),
    ("an authority with an empty port", &[METHOD, SCHEME, (b":authority", b"localhost:"), PATH]),
    ("an authority with port 0", &[METHOD, SCHEME, (b":authority", b"localhost:0"), PATH]),
    ("an authority with port 65536", &[METHOD, SCHEME, (b":authority", b"localhost:65536"), PATH]),
    ("an authority with port 99999", &[METHOD, SCHEME, (b":authority", b"localhost:99999"), PATH]),
    ("an authority with a port of letters", &[METHOD, SCHEME, (b":authority", b"localhost:abc"), PATH]),
    ("an authority with a signed port", &[METHOD, SCHEME, (b":authority", b"localhost:+80"), PATH]),
    ("an authority with two ports", &[METHOD, SCHEME, (b":authority", b"localhost:80:80"), PATH]),
    ("an authority of nothing but a port", &[METHOD, SCHEME, (b":authority", b":443"), PATH]),
    ("an authority with a path", &[METHOD, SCHEME, (b":authority", b"localhost/x"), PATH]),
    ("an authority with a blank", &[METHOD, SCHEME, (b":authority", b"local host"), PATH]),
    ("an authority that is no text", &[METHOD, SCHEME, (b":authority", b"\xff"), PATH]),
    ("an open bracket", &[METHOD, SCHEME, (b":authority", b"[::1"), PATH]),
    ("a host alone with a bad port", &[METHOD, SCHEME, PATH, (b"host", b"localhost:")]),
    ("a tunnel", &[(b":method", b"CONNECT"), (b":authority", b"localhost:443")]),
    ("a tunnel with a path", &[(b":method", b"CONNECT"), SCHEME, AUTHORITY, PATH]),
    ("a tunnel without a target", &[(b":method", b"CONNECT")]),
    (
        "a tunnel of another protocol",
        &[(b":method", b"CONNECT"), (b":protocol", b"websocket"), SCHEME, AUTHORITY, PATH],
    ),
    ("an echo in lower case", &[(b":method", b"trace"), SCHEME, AUTHORITY, PATH]),
    ("an echo of the request", &[(b":method", b"TRACE"), SCHEME, AUTHORITY, PATH]),
];

/// A gateway with a backend.
struct Stage {
    gateway: TestGateway,
    upstream: Upstream,
}

/// A connection on which stream 1 uploads.
struct Scene<'s> {
    upstream: &'s Upstream,
    wire: Wire,
}

impl Stage {
    async fn set() -> Self {
        let upstream = Upstream::plain().await;
        let authority = Authority::new("test");
        let apis = Configuration::trusting(&authority).api("", &upstream.url("http"));
        Self { gateway: TestGateway::start(authority, &apis), upstream }
    }

    async fn scene(&self) -> Scene<'_> {
        let mut wire = Wire::open(&self.gateway.client()).await;
        let upload = hpack::block(&[PUT, SCHEME, AUTHORITY, (b":path", b"/body")]);
        wire.send(Kind::Headers, END_HEADERS, 1, &upload).await;
        wire.send(Kind::Data, 0, 1, b"first, ").await;
        Scene { upstream: &self.upstream, wire }
    }
}

impl Scene<'_> {
    /// Ends the upload and makes one more request, on stream 101; both must be answered.
    async fn end(mut self, shape: &str) {
        self.wire.send(Kind::Data, END_STREAM, 1, b"last").await;
        let answered = Outcome::Answered { status: 200, body: "first, last".to_owned() };
        assert_eq!(self.wire.outcome(1).await, answered, "{shape}: the other stream");
        let next = hpack::block(&[METHOD, SCHEME, AUTHORITY, (b":path", b"/next")]);
        self.wire.send(Kind::Headers, END_HEADERS | END_STREAM, 101, &next).await;
        let next = self.wire.outcome(101).await;
        assert!(matches!(next, Outcome::Answered { status: 200, .. }), "{shape}: the next request: {next:?}");
    }

    fn assert_unheard(&self, shape: &str) {
        let seen = self.upstream.seen();
        let targets: Vec<_> = seen.iter().map(|seen| seen.target.as_str()).collect();
        assert!(targets.iter().all(|target| ["/body", "/next"].contains(target)), "{shape}: {targets:?}");
    }
}

fn assert_refused(outcome: &Outcome, shape: &str) {
    let is_refused = match outcome {
        Outcome::Reset { code } => *code == PROTOCOL_ERROR,
        Outcome::Answered { status, .. } => [400, 405, 431].contains(status),
        Outcome::Ended { .. } => false,
    };
    assert!(is_refused, "{shape}: {outcome:?}");
}

/// Sends a request with this block, which must be refused, and nothing else of the connection.
async fn refused(stage: &Stage, shape: &str, block: &[u8]) {
    let mut scene = stage.scene().await;
    scene.wire.send(Kind::Headers, END_HEADERS | END_STREAM, 3, block).await;
    let outcome = scene.wire.outcome(3).await;
    assert_refused(&outcome, shape);
    scene.assert_unheard(shape);
    scene.end(shape).await;
}

#[tokio::test]
async fn a_malformed_field_is_an_error_of_its_stream() {
    let stage = Stage::set().await;
    for (shape, fields) in BEHIND {
        let fields = [&[METHOD, SCHEME, AUTHORITY, PATH], *fields].concat();
        for (spelling, indexing) in SPELLINGS {
            let mut block = Vec::new();
            for (name, value) in &fields {
                hpack::literal(&mut block, indexing, spelling, name, value);
            }
            refused(&stage, &format!("{shape}, {spelling:?}, {indexing:?}"), &block).await;
        }
    }
}

#[tokio::test]
async fn malformed_pseudo_fields_are_an_error_of_their_stream() {
    let stage = Stage::set().await;
    for (shape, fields) in WHOLE {
        for (spelling, indexing) in SPELLINGS {
            let mut block = Vec::new();
            for (name, value) in *fields {
                hpack::literal(&mut block, indexing, spelling, name, value);
            }
            refused(&stage, &format!("{shape}, {spelling:?}, {indexing:?}"), &block).await;
        }
    }
}

const SPELLINGS: [(Spelling, Indexing); 3] = [
    (Spelling::Plain, Indexing::Omitted),
    (Spelling::Huffman, Indexing::Never),
    (Spelling::Huffman, Indexing::Added),
];

/// Fields that are wrong in trailers.
const TRAILERS: &[(&str, &[Field<'_>])] = &[
    ("a path", &[(b":path", b"/bad")]),
    ("a method", &[(b":method", b"GET")]),
    ("a status", &[(b":status", b"200")]),
    ("a pseudo field behind another", &[(b"x-a", b"1"), (b":authority", b"localhost")]),
    ("a pseudo field nobody knows", &[(b":secret", b"1")]),
    ("an upper-case letter in a name", &[(b"X-Upper", b"1")]),
    ("an empty name", &[(b"", b"1")]),
    ("NUL in a value", &[(b"x-a", b"a\0b")]),
    ("a line break in a value", &[(b"x-a", b"a\r\nb")]),
    ("a blank behind a value", &[(b"x-a", b"a ")]),
    ("connection", &[(b"connection", b"close")]),
    ("transfer-encoding", &[(b"transfer-encoding", b"chunked")]),
    ("a length", &[(b"content-length", b"1")]),
];

#[tokio::test]
async fn malformed_trailers_are_an_error_of_their_stream() {
    let stage = Stage::set().await;
    for (shape, fields) in TRAILERS {
        let mut scene = stage.scene().await;
        let head = hpack::block(&[PUT, SCHEME, AUTHORITY, (b":path", b"/body")]);
        scene.wire.send(Kind::Headers, END_HEADERS, 3, &head).await;
        scene.wire.send(Kind::Data, 0, 3, b"a").await;
        scene.wire.send(Kind::Headers, END_HEADERS | END_STREAM, 3, &hpack::block(fields)).await;
        assert_refused(&scene.wire.outcome(3).await, shape);
        scene.end(shape).await;
    }
}

#[tokio::test]
async fn trailers_that_do_not_end_the_request_are_an_error_of_their_stream() {
    let stage = Stage::set().await;
    let mut scene = stage.scene().await;
    let head = hpack::block(&[PUT, SCHEME, AUTHORITY, (b":path", b"/body")]);
    scene.wire.send(Kind::Headers, END_HEADERS, 3, &head).await;
    scene.wire.send(Kind::Headers, END_HEADERS, 3, &hpack::block(&[(b"x-a", b"1")])).await;
    assert_refused(&scene.wire.outcome(3).await, "no end");
    scene.end("no end").await;
}

/// Heads of requests whose bodies don't fit to them, and the bodies.
const BODIES: &[(&str, &[Field<'_>], &[u8])] = &[
    (
        "less than the length says",
        &[PUT, SCHEME, AUTHORITY, (b":path", b"/body"), (b"content-length", b"5")],
        b"abc",
    ),
    (
        "more than the length says",
        &[PUT, SCHEME, AUTHORITY, (b":path", b"/body"), (b"content-length", b"2")],
        b"abc",
    ),
    (
        "a body where the length says none",
        &[PUT, SCHEME, AUTHORITY, (b":path", b"/body"), (b"content-length", b"0")],
        b"abc",
    ),
    (
        "the same length twice",
        &[PUT, SCHEME, AUTHORITY, (b":path", b"/body"), (b"content-length", b"3"), (b"content-length", b"3")],
        b"abc",
    ),
    (
        "a tunnel with a body",
        &[(b":method", b"CONNECT"), (b":authority", b"localhost:443"), (b"content-length", b"3")],
        b"abc",
    ),
    ("a tunnel with data", &[(b":method", b"CONNECT"), (b":authority", b"localhost:443")], b"abc"),
    ("a malformed field", &[PUT, SCHEME, AUTHORITY, (b":path", b"/body"), (b"X-Upper", b"1")], b"abc"),
    ("an unknown pseudo field", &[PUT, SCHEME, AUTHORITY, (b":path", b"/body"), (b":secret", b"1")], b"abc"),
];

#[tokio::test]
async fn a_body_that_does_not_fit_its_head_is_an_error_of_its_stream() {
    let stage = Stage::set().await;
    for (shape, head, body) in BODIES {
        let mut scene = stage.scene().await;
        scene.wire.send(Kind::Headers, END_HEADERS, 3, &hpack::block(head)).await;
        scene.wire.send(Kind::Data, END_STREAM, 3, body).await;
        assert_refused(&scene.wire.outcome(3).await, shape);
        scene.end(shape).await;
    }
}

#[tokio::test]
async fn frames_behind_the_end_of_a_request_are_an_error_of_their_stream() {
    let stage = Stage::set().await;
    for (kind, payload) in [(Kind::Data, b"more".to_vec()), (Kind::Headers, hpack::block(&[(b"x-a", b"1")]))]
    {
        let mut scene = stage.scene().await;
        let head = hpack::block(&[METHOD, SCHEME, AUTHORITY, (b":path", b"/wait")]);
        scene.wire.send(Kind::Headers, END_HEADERS | END_STREAM, 3, &head).await;
        scene.wire.send(kind, END_HEADERS | END_STREAM, 3, &payload).await;
        assert_refused(&scene.wire.outcome(3).await, &format!("{kind:?}"));
        scene.end(&format!("{kind:?}")).await;
    }
}

#[tokio::test]
async fn frames_behind_a_reset_are_an_error_of_their_stream() {
    let stage = Stage::set().await;
    for kind in [Kind::Data, Kind::Headers] {
        let mut scene = stage.scene().await;
        let head = hpack::block(&[PUT, SCHEME, AUTHORITY, (b":path", b"/body")]);
        scene.wire.send(Kind::Headers, END_HEADERS, 3, &head).await;
        scene.wire.send(Kind::Reset, 0, 3, &[0, 0, 0, 8]).await;
        scene.wire.send(kind, END_HEADERS | END_STREAM, 3, &hpack::block(&[(b"x-a", b"1")])).await;
        scene.end(&format!("{kind:?}")).await;
    }
}

#[tokio::test]
async fn a_wrong_window_or_priority_is_an_error_of_its_stream() {
    let stage = Stage::set().await;
    for (kind, payload) in
        [(Kind::WindowUpdate, &[0; 4][..]), (Kind::WindowUpdate, &[0x80, 0, 0, 0]), (Kind::Priority, &[0; 4])]
    {
        let mut scene = stage.scene().await;
        let head = hpack::block(&[METHOD, SCHEME, AUTHORITY, (b":path", b"/wait")]);
        scene.wire.send(Kind::Headers, END_HEADERS | END_STREAM, 3, &head).await;
        scene.wire.send(kind, 0, 3, payload).await;
        assert_refused(&scene.wire.outcome(3).await, &format!("{kind:?}"));
        scene.end(&format!("{kind:?}")).await;
    }
}

#[tokio::test]
async fn a_malformed_block_in_several_frames_is_an_error_of_its_stream() {
    let stage = Stage::set().await;
    for (shape, fields) in BEHIND {
        let mut fields = [&[METHOD, SCHEME, AUTHORITY, PATH], *fields].concat();
        // What is cut off is a field that nobody minds.
        fields.push((b"x-last", b"last"));
        let block = hpack::block(&fields);
        for cut in [0, 12, block.len() - 12, block.len() - 1] {
            let mut scene = stage.scene().await;
            let (first, rest) = block.split_at(cut);
            let bytes = [
                frame(Kind::Headers, END_STREAM, 3, first),
                frame(Kind::Continuation, 0, 3, &[]),
                frame(Kind::Continuation, END_HEADERS, 3, rest),
            ];
            scene.wire.write(&bytes.concat()).await;
            assert_refused(&scene.wire.outcome(3).await, shape);
            scene.assert_unheard(shape);
            scene.end(shape).await;
        }
    }
}

#[tokio::test]
async fn padding_and_priority_change_nothing() {
    let stage = Stage::set().await;
    let good = hpack::block(&[METHOD, SCHEME, AUTHORITY, PATH]);
    let bad = hpack::block(&[METHOD, SCHEME, AUTHORITY, PATH, (b"X-Upper", b"1")]);
    let mut scene = stage.scene().await;
    let surrounded = |block: &[u8], depends_on: u8| [&[3, 0, 0, 0, depends_on, 7], block, &[0; 3]].concat();
    let flags = END_HEADERS | END_STREAM | PADDED | PRIORITY;
    scene.wire.send(Kind::Headers, flags, 3, &surrounded(&good, 1)).await;
    assert!(matches!(scene.wire.outcome(3).await, Outcome::Answered { status: 200, .. }));
    scene.wire.send(Kind::Headers, flags, 5, &surrounded(&bad, 1)).await;
    assert_refused(&scene.wire.outcome(5).await, "padded");
    scene.wire.send(Kind::Headers, flags, 7, &surrounded(&good, 7)).await;
    assert_refused(&scene.wire.outcome(7).await, "a stream that depends on itself");
    scene.end("padded").await;
}

/// The blocks of requests with too many fields, each in a way of its own.
fn large() -> Vec<(&'static str, Vec<u8>)> {
    let good = [METHOD, SCHEME, AUTHORITY, PATH];
    let (long, value) = (vec![b'a'; 70_000], vec![b'b'; 1000]);
    let many = |indexing| {
        let mut block = hpack::block(&good);
        (0..150).for_each(|n| {
            hpack::literal(&mut block, indexing, Spelling::Plain, format!("x-{n}").as_bytes(), &value)
        });
        block
    };
    let mut one = hpack::block(&good);
    hpack::literal(&mut one, Indexing::Omitted, Spelling::Huffman, b"x-long", &long);
    let mut bomb = hpack::block(&good);
    hpack::literal(&mut bomb, Indexing::Added, Spelling::Plain, b"x-bomb", &[b'b'; 4000]);
    (0..10_000).for_each(|_| hpack::indexed(&mut bomb, 62));
    let path = [b"/bad?".to_vec(), long].concat();
    let path = hpack::block(&[METHOD, SCHEME, AUTHORITY, (b":path", &path)]);
    vec![
        ("many fields", many(Indexing::Omitted)),
        ("many fields for the table", many(Indexing::Added)),
        ("one long field", one),
        ("a long path", path),
        ("one field ten thousand times", bomb),
    ]
}

#[tokio::test]
async fn too_many_fields_are_refused_on_their_stream() {
    let stage = Stage::set().await;
    for (shape, block) in large() {
        let mut scene = stage.scene().await;
        let parts: Vec<_> = block.chunks(16_384).collect();
        let mut bytes = Vec::new();
        for (n, part) in parts.iter().enumerate() {
            let end = if n + 1 == parts.len() { END_HEADERS } else { 0 };
            let (kind, flags) = if n == 0 { (Kind::Headers, END_STREAM) } else { (Kind::Continuation, 0) };
            bytes.extend(frame(kind, flags | end, 3, part));
        }
        scene.wire.write(&bytes).await;
        let outcome = scene.wire.outcome(3).await;
        let is_431 = matches!(outcome, Outcome::Answered { status: 431, .. });
        assert!(
            is_431 || shape == "a long path" && outcome == Outcome::Reset { code: PROTOCOL_ERROR },
            "{shape}: {outcome:?}"
        );
        scene.assert_unheard(shape);
        scene.end(shape).await;
    }
}

#[tokio::test]
async fn trailers_are_passed_on_whole_or_not_at_all() {
    let stage = Stage::set().await;
    let mut scene = stage.scene().await;
    let head = hpack::block(&[PUT, SCHEME, AUTHORITY, (b":path", b"/body")]);
    scene.wire.send(Kind::Headers, END_HEADERS, 3, &head).await;
    let mut trailers = Vec::new();
    hpack::literal(&mut trailers, Indexing::Added, Spelling::Plain, b"x-long", &[b'a'; 4000]);
    (0..100).for_each(|_| hpack::indexed(&mut trailers, 62));
    scene.wire.send(Kind::Headers, END_HEADERS | END_STREAM, 3, &trailers).await;
    assert_refused(&scene.wire.outcome(3).await, "trailers that are too large");
    scene.end("trailers that are too large").await;
}

#[tokio::test]
async fn what_was_compressed_before_is_read_after_a_refused_request() {
    let stage = Stage::set().await;
    let good = hpack::block(&[METHOD, SCHEME, AUTHORITY]);
    let mut wrong = vec![
        ("a bad name", vec![(b"X-Bad".to_vec(), b"1".to_vec())]),
        ("a bad value", vec![(b"x-bad".to_vec(), b"\0".to_vec())]),
        ("a pseudo field", vec![(b":status".to_vec(), b"none".to_vec())]),
        ("an empty method", vec![(b":method".to_vec(), Vec::new())]),
        ("too many fields", (0..200).map(|n| (format!("x-{n}").into_bytes(), vec![b'b'; 400])).collect()),
        (
            "nothing but fields",
            vec![(b"connection".to_vec(), b"x".to_vec()), (b"x-b".to_vec(), b"2".to_vec())],
        ),
    ];
    for (shape, fields) in &mut wrong {
        let mut scene = stage.scene().await;
        let mut first = good.clone();
        hpack::named(&mut first, Indexing::Omitted, Spelling::Plain, 4, b"/body");
        hpack::literal(&mut first, Indexing::Added, Spelling::Huffman, b"x-kept", b"one");
        scene.wire.send(Kind::Headers, END_HEADERS | END_STREAM, 3, &first).await;
        assert!(matches!(scene.wire.outcome(3).await, Outcome::Answered { status: 200, .. }), "{shape}");

        fields.push((b"x-more".to_vec(), b"two".to_vec()));
        let mut bad = good.clone();
        hpack::named(&mut bad, Indexing::Omitted, Spelling::Plain, 4, b"/bad");
        for (name, value) in fields.iter() {
            hpack::literal(&mut bad, Indexing::Added, Spelling::Huffman, name, value);
        }
        let bytes: Vec<_> = bad.chunks(16_000).map(<[u8]>::to_vec).collect();
        let (last, first) = bytes.split_last().map_or((&[][..], &[][..]), |(last, first)| (&last[..], first));
        let mut kind = Kind::Headers;
        for part in first {
            scene.wire.send(kind, END_STREAM * u8::from(kind == Kind::Headers), 5, part).await;
            kind = Kind::Continuation;
        }
        let end = if kind == Kind::Headers { END_STREAM | END_HEADERS } else { END_HEADERS };
        scene.wire.send(kind, end, 5, last).await;
        assert_refused(&scene.wire.outcome(5).await, shape);

        let mut next = good.clone();
        hpack::named(&mut next, Indexing::Omitted, Spelling::Plain, 4, b"/next");
        hpack::indexed(&mut next, 62);
        if fields.len() < 10 {
            hpack::indexed(&mut next, 62 + fields.len());
        }
        scene.wire.send(Kind::Headers, END_HEADERS | END_STREAM, 7, &next).await;
        let Outcome::Answered { status: 200, body } = scene.wire.outcome(7).await else { panic!("{shape}") };
        assert!(body.contains("[\"x-more\",\"two\"]"), "{shape}: {body}");
        assert!(fields.len() >= 10 || body.contains("[\"x-kept\",\"one\"]"), "{shape}: {body}");

        // What was wrong stays wrong when the table is asked for it.
        if fields.len() < 10 {
            hpack::indexed(&mut next, 61 + fields.len());
            scene.wire.send(Kind::Headers, END_HEADERS | END_STREAM, 9, &next).await;
            assert_refused(&scene.wire.outcome(9).await, shape);
        }
        scene.end(shape).await;
    }
}

#[tokio::test]
async fn a_good_name_may_be_used_again_with_another_value() {
    let stage = Stage::set().await;
    let mut scene = stage.scene().await;
    let good = hpack::block(&[METHOD, SCHEME, AUTHORITY, PATH]);
    let mut bad = good.clone();
    hpack::literal(&mut bad, Indexing::Added, Spelling::Plain, b"x-name", b"\0");
    scene.wire.send(Kind::Headers, END_HEADERS | END_STREAM, 3, &bad).await;
    assert_refused(&scene.wire.outcome(3).await, "NUL");
    let mut again = good.clone();
    hpack::named(&mut again, Indexing::Omitted, Spelling::Plain, 62, b"fine");
    scene.wire.send(Kind::Headers, END_HEADERS | END_STREAM, 5, &again).await;
    let Outcome::Answered { status: 200, body } = scene.wire.outcome(5).await else { panic!("refused") };
    assert!(body.contains("[\"x-name\",\"fine\"]"), "{body}");
}

/// What may end the connection, and must not reach a backend.
#[tokio::test]
async fn a_connection_whose_compression_is_broken_ends() {
    let stage = Stage::set().await;
    let good = hpack::block(&[METHOD, SCHEME, AUTHORITY, PATH]);
    let broken: [(&str, &[u8]); 8] = [
        ("the field with index 0", &[0x80]),
        ("a field that isn't there", &[0x80 | 62]),
        ("an endless integer", &[0xff, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01]),
        ("a string longer than the block", &[0x00, 0x7f, 0xff, 0x01]),
        ("a field that isn't all there", &[0x00, 0x01, b'a']),
        ("a Huffman code that stands for nothing", &[0x00, 0x01, b'a', 0x84, 0xff, 0xff, 0xff, 0xff]),
        ("a change of size behind a field", &[0x20]),
        ("a table larger than allowed", &[0x3f, 0xe2, 0x7f]),
    ];
    for (shape, bytes) in broken {
        let mut scene = stage.scene().await;
        let block = [&good[..], bytes].concat();
        scene.wire.send(Kind::Headers, END_HEADERS | END_STREAM, 3, &block).await;
        assert!(matches!(scene.wire.outcome(3).await, Outcome::Ended { .. }), "{shape}");
        scene.assert_unheard(shape);
    }
}

#[tokio::test]
async fn a_block_that_never_ends_ends_its_connection() {
    let stage = Stage::set().await;
    for part in [&[][..], &hpack::block(&[(b"x-a", &[b'a'; 16_000])])] {
        let mut scene = stage.scene().await;
        let good = hpack::block(&[METHOD, SCHEME, AUTHORITY, PATH]);
        scene.wire.send(Kind::Headers, END_STREAM, 3, &good).await;
        for _ in 0..400 {
            scene.wire.send(Kind::Continuation, 0, 3, part).await;
        }
        assert!(matches!(scene.wire.outcome(3).await, Outcome::Ended { .. }));
        scene.assert_unheard("no end");
    }
}

#[tokio::test]
async fn frames_between_the_parts_of_a_block_end_their_connection() {
    let stage = Stage::set().await;
    for (kind, stream) in [(Kind::Data, 1), (Kind::Ping, 0), (Kind::Headers, 5), (Kind::Continuation, 1)] {
        let mut scene = stage.scene().await;
        let good = hpack::block(&[METHOD, SCHEME, AUTHORITY, PATH]);
        scene.wire.send(Kind::Headers, END_STREAM, 3, &good).await;
        scene.wire.send(kind, 0, stream, &[0; 8]).await;
        scene.wire.send(Kind::Continuation, END_HEADERS, 3, &[]).await;
        assert!(matches!(scene.wire.outcome(3).await, Outcome::Ended { .. }), "{kind:?}");
        scene.assert_unheard("between");
    }
}
