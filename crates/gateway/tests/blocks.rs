//! Thousands of header blocks by a seed, good and bad, spelled in every way that HPACK has: the good ones reach the
//! backend unchanged, the bad ones are errors of their streams, and no connection ends.

#![expect(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "it is a test")]

use testkit::authority::Authority;
use testkit::gateway::{Configuration, TestGateway};
use testkit::http2::hpack::{self, Indexing, Spelling};
use testkit::http2::{END_HEADERS, END_STREAM, Kind, Outcome, PADDED, PROTOCOL_ERROR, Wire, frame};
use testkit::upstream::Upstream;

type Field = (Vec<u8>, Vec<u8>);

/// Numbers by a seed (splitmix64).
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % u64::try_from(limit).unwrap()).unwrap()
    }

    fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }
}

/// The caller's own table, written down once more as the specification has it.
#[derive(Default)]
struct Table {
    fields: Vec<Field>,
    limit: usize,
}

impl Table {
    fn fit(&mut self) {
        while self.fields.iter().map(size).sum::<usize>() > self.limit {
            self.fields.pop();
        }
    }

    fn write(&mut self, chance: &mut Chance, block: &mut Vec<u8>, field: &Field) {
        let known = self.fields.iter().position(|known| known == field);
        if let Some(at) = known.filter(|_| !chance.one_in(4)) {
            hpack::indexed(block, at + 62);
            return;
        }
        let spelling = if chance.one_in(2) { Spelling::Plain } else { Spelling::Huffman };
        let indexing =
            [Indexing::Added, Indexing::Added, Indexing::Omitted, Indexing::Never][chance.below(4)];
        let name = self.fields.iter().position(|(name, _)| *name == field.0);
        match name.filter(|_| !chance.one_in(4)) {
            Some(at) => hpack::named(block, indexing, spelling, at + 62, &field.1),
            None => hpack::literal(block, indexing, spelling, &field.0, &field.1),
        }
        if indexing == Indexing::Added {
            self.fields.insert(0, field.clone());
            self.fit();
        }
    }
}

fn size((name, value): &Field) -> usize {
    name.len() + value.len() + 32
}

fn field(name: &str, value: &[u8]) -> Field {
    (name.as_bytes().to_vec(), value.to_vec())
}

/// What makes a request malformed, wherever it stands.
fn wrong(chance: &mut Chance) -> Field {
    let (name, value): (&[u8], &[u8]) = [
        (&b"X-Upper"[..], &b"1"[..]),
        (b"", b"nameless"),
        (b"x y", b"1"),
        (b"x-a", b"\0"),
        (b"x-b", b"a\r\nb"),
        (b"x-c", b" a"),
        (b"x-d", b"a\t"),
        (b":secret", b""),
        (b":status", b"200"),
        (b":status", b"no"),
        (b":method", b"G T"),
        (b":scheme", b""),
        (b":path", b"\xff"),
        (b":authority", b"\xff"),
        (b"connection", b"close"),
        (b"upgrade", b"x"),
        (b"te", b"gzip"),
        (b"content-length", b"+1"),
        (b"content-length", b""),
        (b"\xff\xfe", b"\xff"),
    ][chance.below(20)];
    (name.to_vec(), value.to_vec())
}

/// A request's fields, those that the backend must get, and whether it is malformed.
fn request(chance: &mut Chance, number: usize) -> (Vec<Field>, Vec<Field>, bool) {
    let mut fields = vec![
        field(":method", [&b"GET"[..], b"PUT", b"PATCH"][chance.below(3)]),
        field(":scheme", [&b"https"[..], b"http"][chance.below(2)]),
        field(":authority", b"localhost"),
        field(":path", format!("/{}", chance.below(20)).as_bytes()),
    ];
    let shift = chance.below(4);
    fields.rotate_left(shift);
    let own: Vec<Field> = (0..chance.below(8))
        .map(|n| {
            let letters = [&b"a"[..], "é".as_bytes(), b"~", b"\\", b"0", b" x", b"%"][chance.below(7)];
            let value = [b"v", &letters.repeat(chance.below(100))[..], b"."].concat();
            // Some come again, some don't.
            let value = if chance.one_in(2) { format!("v{}", chance.below(5)).into_bytes() } else { value };
            field(&format!("x-own-{n}{}", "long".repeat(chance.below(5))), &value)
        })
        .collect();
    fields.extend(own.clone());
    let is_wrong = number % 3 == 1;
    if is_wrong {
        let at = chance.below(fields.len() + 1);
        let wrong = wrong(chance);
        fields.insert(at, wrong);
    }
    (fields, own, is_wrong)
}

/// The frames of a block, cut and padded anyhow.
fn frames(chance: &mut Chance, stream: u32, block: &[u8]) -> Vec<u8> {
    if !chance.one_in(4) {
        return frame(Kind::Headers, END_HEADERS | END_STREAM, stream, block);
    }
    let (first, rest) = block.split_at(chance.below(block.len() + 1));
    let padded = [&[4], first, &[0; 4]].concat();
    let first = frame(Kind::Headers, END_STREAM | PADDED, stream, &padded);
    let (second, third) = rest.split_at(chance.below(rest.len() + 1));
    let second = frame(Kind::Continuation, 0, stream, second);
    [first, second, frame(Kind::Continuation, END_HEADERS, stream, third)].concat()
}

/// One connection with this many requests, some of them at once.
async fn converse(gateway: &TestGateway, seed: u64, count: usize) {
    let mut chance = Chance(seed);
    let mut wire = Wire::open(&gateway.client()).await;
    let mut table = Table { fields: Vec::new(), limit: 4096 };
    let mut number = 0;
    while number < count {
        let mut bytes = Vec::new();
        let mut asked = Vec::new();
        for _ in 0..=chance.below(20) {
            let mut block = Vec::new();
            if chance.one_in(20) {
                table.limit = [0, 100, 1000, 4096][chance.below(4)];
                hpack::size_update(&mut block, table.limit);
                table.fit();
            }
            let (fields, own, is_wrong) = request(&mut chance, number);
            fields.iter().for_each(|field| table.write(&mut chance, &mut block, field));
            let stream = u32::try_from(number * 2 + 1).unwrap();
            bytes.extend(frames(&mut chance, stream, &block));
            asked.push((stream, own, is_wrong));
            number += 1;
        }
        wire.write(&bytes).await;
        for (stream, own, is_wrong) in asked {
            let outcome = wire.outcome(stream).await;
            assert_fits(&outcome, &own, is_wrong, &format!("SEED={seed}, stream {stream}"));
        }
    }
}

fn assert_fits(outcome: &Outcome, own: &[Field], is_wrong: bool, place: &str) {
    match outcome {
        Outcome::Reset { code: PROTOCOL_ERROR } if is_wrong => {}
        Outcome::Answered { status: 200, body } if !is_wrong => {
            let seen: serde_json::Value = serde_json::from_str(body).unwrap();
            for (name, value) in own {
                let expected =
                    serde_json::json!([String::from_utf8_lossy(name), String::from_utf8_lossy(value)]);
                assert!(
                    seen["headers"].as_array().unwrap().contains(&expected),
                    "{place}: {expected} in {body}"
                );
            }
        }
        outcome => panic!("{place}, malformed: {is_wrong}: {outcome:?}"),
    }
}

#[tokio::test]
async fn good_blocks_arrive_and_bad_ones_end_nothing_but_their_streams() {
    let upstream = Upstream::plain().await;
    let authority = Authority::new("test");
    let apis = Configuration::trusting(&authority).api("", &upstream.url("http"));
    let gateway = TestGateway::start(authority, &apis);
    for seed in 0..6 {
        converse(&gateway, seed, 400).await;
    }
}
