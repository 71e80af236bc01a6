//! Bodies that were compressed on their way: what `Content-Encoding` says is undone, within a limit (RFC 9110 §8.4).

use std::io::{Error as IoError, ErrorKind, Read};

use brotli_decompressor::{BrotliDecoderParameter, Decompressor};
use flate2::bufread::MultiGzDecoder;
use flate2::{Decompress, FlushDecompress, Status};
use thiserror::Error;

use crate::effect::Target;

/// Why a body can't be decoded.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum CodingProblem {
    /// It is coded in a way that isn't known here.
    #[error("its coding `{name}` is not one of `{SUPPORTED}`")]
    Unknown {
        /// The coding as the header names it.
        name: String,
    },
    /// It was coded more often than anybody does.
    #[error("it was coded more than {MOST_CODINGS} times")]
    TooMany,
    /// What it holds isn't what its coding makes.
    #[error("it is damaged: it can't be read as `{name}`")]
    Damaged {
        /// The coding as the header names it.
        name: String,
    },
    /// It is a part of a coded body, which can't be decoded without the rest.
    #[error("it is only a part of a body that was coded with `{name}`")]
    Part {
        /// The codings as the header names them.
        name: String,
    },
    /// It becomes too large.
    #[error("it has more than {limit_bytes} bytes when it is decoded")]
    TooLarge {
        /// How large a body may become.
        limit_bytes: usize,
    },
}

impl CodingProblem {
    /// The status of a call that fails for it, and the sentence for the caller. A request that can't be decoded is the
    /// caller's fault (RFC 9110 §15.5.16), a response the backend's.
    pub fn told(&self, target: Target) -> (u16, &'static str) {
        match (target, self) {
            (Target::Request, Self::TooLarge { .. }) => (413, "The request is too large."),
            (Target::Request, Self::Damaged { .. }) => {
                (400, "The body of the request is not what its Content-Encoding says.")
            }
            (Target::Request, _) => {
                (415, "The Content-Encoding of the request is not supported. Use gzip, deflate, br, or none.")
            }
            (Target::Response, Self::TooLarge { .. }) => (500, "The gateway could not handle the request."),
            (Target::Response, _) => (502, "The body of the backend's response can't be decoded."),
        }
    }

    /// What kind of failure it is, for `context.LastError`.
    pub fn reason(&self, target: Target) -> &'static str {
        match (target, self) {
            (Target::Request, Self::TooLarge { .. }) => "RequestBodyTooLarge",
            (Target::Request, _) => "RequestBodyNotDecoded",
            (Target::Response, Self::TooLarge { .. }) => "ResponseBodyTooLarge",
            (Target::Response, _) => "ResponseBodyNotDecoded",
        }
    }
}

/// The codings of a body, the first that was applied first.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Codings {
    names: Vec<String>,
}

impl Codings {
    /// Those that the values of `Content-Encoding` name; `None` if they name none but `identity`.
    pub fn named<'v>(values: impl IntoIterator<Item = &'v str>) -> Option<Self> {
        let names = values.into_iter().flat_map(|value| value.split(',')).map(str::trim);
        let coded = names.filter(|name| !name.is_empty() && !name.eq_ignore_ascii_case("identity"));
        let names: Vec<String> = coded.map(|name| name.chars().take(LONGEST_NAME).collect()).collect();
        (!names.is_empty()).then_some(Self { names })
    }

    /// The body as it was before it was coded. An empty body has no coding and stays empty.
    ///
    /// # Errors
    /// A coding isn't known, the body is damaged, or it has more than `limit_bytes` after one of the steps.
    pub fn decode(&self, body: &[u8], limit_bytes: usize) -> Result<Vec<u8>, CodingProblem> {
        if self.names.len() > MOST_CODINGS {
            return Err(CodingProblem::TooMany);
        }
        let mut body = body.to_vec();
        for name in self.names.iter().rev().filter(|_| !body.is_empty()).collect::<Vec<_>>() {
            body = decoded(name, &body, limit_bytes)?;
        }
        Ok(body)
    }

    /// The problem of a body that is a part of a whole (RFC 9110 §14.2).
    pub fn of_part(&self) -> CodingProblem {
        CodingProblem::Part { name: self.names.join(", ") }
    }
}

fn decoded(name: &str, body: &[u8], limit_bytes: usize) -> Result<Vec<u8>, CodingProblem> {
    let damaged = || CodingProblem::Damaged { name: name.to_owned() };
    let read = match name.to_ascii_lowercase().as_str() {
        "gzip" | "x-gzip" => all(MultiGzDecoder::new(body), limit_bytes),
        "deflate" => inflated(body, limit_bytes),
        "br" => all(unbrotli(body), limit_bytes),
        _ => return Err(CodingProblem::Unknown { name: name.to_owned() }),
    };
    read.map_err(|_| damaged())?.ok_or(CodingProblem::TooLarge { limit_bytes })
}

/// All that a decoder makes; inside `None` if that is more than the limit, at which reading ends.
fn all(decoder: impl Read, limit_bytes: usize) -> Result<Option<Vec<u8>>, IoError> {
    let mut decoded = Vec::new();
    let most = u64::try_from(limit_bytes).unwrap_or(u64::MAX).saturating_add(1);
    decoder.take(most).read_to_end(&mut decoded)?;
    Ok(Some(decoded).filter(|decoded| decoded.len() <= limit_bytes))
}

/// RFC 7932: windows of at most 16 MiB, not those of the later "large window" extension.
fn unbrotli(body: &[u8]) -> impl Read {
    let mut decoder = Decompressor::new(body, 0);
    decoder.set_parameter(BrotliDecoderParameter::BROTLI_DECODER_PARAM_LARGE_WINDOW, 0);
    decoder
}

/// `deflate` is zlib's format (RFC 1950) by the letter, and the bare one (RFC 1951) of many senders.
fn inflated(body: &[u8], limit_bytes: usize) -> Result<Option<Vec<u8>>, IoError> {
    inflate(body, Wrapping::Zlib, limit_bytes).or_else(|_| inflate(body, Wrapping::None, limit_bytes))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Wrapping {
    Zlib,
    None,
}

/// The library's readers take a stream that breaks off for one that ends: here the end must have come.
fn inflate(body: &[u8], wrapping: Wrapping, limit_bytes: usize) -> Result<Option<Vec<u8>>, IoError> {
    let mut decoder = Decompress::new(wrapping == Wrapping::Zlib);
    let mut decoded = Vec::new();
    loop {
        if decoded.len() > limit_bytes {
            return Ok(None);
        }
        let room = decoded.len().clamp(LEAST_ROOM, MOST_ROOM).min(limit_bytes + 1 - decoded.len());
        decoded.reserve(room);
        let done = usize::try_from(decoder.total_in()).unwrap_or(usize::MAX);
        let before = (done, decoded.len());
        let rest = body.get(done..).unwrap_or_default();
        let status = decoder.decompress_vec(rest, &mut decoded, FlushDecompress::None)?;
        let done = usize::try_from(decoder.total_in()).unwrap_or(usize::MAX);
        match status {
            Status::StreamEnd if decoded.len() > limit_bytes => return Ok(None),
            Status::StreamEnd if done == body.len() => return Ok(Some(decoded)),
            Status::StreamEnd => return Err(ErrorKind::InvalidData.into()),
            Status::Ok | Status::BufError if before == (done, decoded.len()) => {
                return Err(ErrorKind::UnexpectedEof.into());
            }
            Status::Ok | Status::BufError => {}
        }
    }
}

/// The codings that can be undone, as `Accept-Encoding` names them.
pub const SUPPORTED: &str = "gzip, deflate, br";
/// Fields about the coded bytes of a body, which are wrong once it is decoded or another: its coding, digests
/// (RFC 9530, RFC 3230, RFC 1864), and the offer of parts of it.
pub const OF_CODED: [&str; 6] =
    ["content-encoding", "content-digest", "repr-digest", "digest", "content-md5", "accept-ranges"];
/// Senders code once; each more is work for a small body that becomes large again and again.
const MOST_CODINGS: usize = 4;
const LONGEST_NAME: usize = 40;
const LEAST_ROOM: usize = 4 * 1024;
const MOST_ROOM: usize = 1024 * 1024;

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

    use super::*;

    fn gzip(body: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(body).unwrap();
        encoder.finish().unwrap()
    }

    fn zlib(body: &[u8]) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(body).unwrap();
        encoder.finish().unwrap()
    }

    fn deflate(body: &[u8]) -> Vec<u8> {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(body).unwrap();
        encoder.finish().unwrap()
    }

    fn brotli(body: &[u8]) -> Vec<u8> {
        let mut coded = Vec::new();
        let mut encoder = ::brotli::CompressorWriter::new(&mut coded, 4096, 5, 22);
        encoder.write_all(body).unwrap();
        drop(encoder);
        coded
    }

    fn decode(names: &str, body: &[u8]) -> Result<Vec<u8>, CodingProblem> {
        Codings::named([names]).unwrap().decode(body, LIMIT)
    }

    const LIMIT: usize = 1 << 20;
    const TEXT: &[u8] = b"a text, a text, a text";

    #[test]
    fn each_coding_is_undone_and_several_in_reverse() {
        for (names, coded) in [
            ("gzip", gzip(TEXT)),
            ("X-GZIP", gzip(TEXT)),
            ("gzip", [gzip(b"a text, "), gzip(b"a text, a text")].concat()),
            ("deflate", zlib(TEXT)),
            ("deflate", deflate(TEXT)),
            ("br", brotli(TEXT)),
            ("identity, br, identity", brotli(TEXT)),
            ("deflate,gzip , br", brotli(&gzip(&zlib(TEXT)))),
        ] {
            assert_eq!(decode(names, &coded).as_deref(), Ok(TEXT), "{names}");
        }
        assert_eq!(Codings::named(["identity", "", ", "]), None);
        assert_eq!(decode("gzip", b""), Ok(Vec::new()));
        let large = vec![7; LIMIT];
        for (names, coded) in [("gzip", gzip(&large)), ("deflate", zlib(&large)), ("br", brotli(&large))] {
            assert!(decode(names, &coded) == Ok(large.clone()), "{names}");
        }
    }

    #[test]
    fn what_is_damaged_or_breaks_off_is_refused() {
        for (name, coded) in
            [("gzip", gzip(TEXT)), ("deflate", zlib(TEXT)), ("deflate", deflate(TEXT)), ("br", brotli(TEXT))]
        {
            let problem = Err(CodingProblem::Damaged { name: name.to_owned() });
            for length in 1..coded.len() {
                assert_eq!(decode(name, &coded[..length]), problem, "{name} {length}");
            }
            assert_eq!(decode(name, TEXT), problem, "{name}");
        }
        let mut wrong = gzip(TEXT);
        let last = wrong.len() - 6;
        wrong[last] ^= 1;
        assert!(decode("gzip", &wrong).is_err(), "the checksum is looked at");
    }

    #[test]
    fn what_is_not_known_is_refused_by_its_name() {
        for name in ["zstd", "compress", "dcb", "gzip;q=1"] {
            assert_eq!(decode(name, TEXT), Err(CodingProblem::Unknown { name: name.to_owned() }));
        }
        assert_eq!(decode("br,br,br,br,br", TEXT), Err(CodingProblem::TooMany));
    }

    #[test]
    fn a_bomb_is_refused_at_the_limit() {
        let bomb = vec![0; 64 << 20];
        let problem = Err(CodingProblem::TooLarge { limit_bytes: LIMIT });
        for (name, coded) in [
            ("gzip", gzip(&bomb)),
            ("deflate", zlib(&bomb)),
            ("deflate", deflate(&bomb)),
            ("br", brotli(&bomb)),
        ] {
            let used = allocation_counter::measure(|| assert_eq!(decode(name, &coded), problem, "{name}"));
            assert!(used.bytes_max < 24 << 20, "{name}: {}", used.bytes_max);
        }
    }
}
