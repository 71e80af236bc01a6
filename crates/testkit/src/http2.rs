//! HTTP/2 written by hand: frames and header blocks as a test wants them, the wrong ones too.

use std::collections::BTreeMap;

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::client::{Client, Stream};

pub mod hpack;

/// A connection on which a test writes frames itself.
pub struct Wire {
    stream: Box<dyn Stream>,
    responses: BTreeMap<u32, Response>,
    /// Why the server ended the connection, once it has.
    end: Option<String>,
}

/// What became of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A whole response.
    Answered { status: u16, body: String },
    /// `RST_STREAM` with this code before the response's end.
    Reset { code: u32 },
    /// The connection ended first.
    Ended { reason: String },
}

#[derive(Debug, Default)]
struct Response {
    status: u16,
    body: Vec<u8>,
    is_ended: bool,
    reset: Option<u32>,
}

/// A frame's type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Data = 0,
    Headers = 1,
    Priority = 2,
    Reset = 3,
    Settings = 4,
    Ping = 6,
    GoAway = 7,
    WindowUpdate = 8,
    Continuation = 9,
}

/// `PROTOCOL_ERROR`, as streams are reset with.
pub const PROTOCOL_ERROR: u32 = 1;

pub const ACK: u8 = 0x1;
pub const END_STREAM: u8 = 0x1;
pub const END_HEADERS: u8 = 0x4;
pub const PADDED: u8 = 0x8;
pub const PRIORITY: u8 = 0x20;

impl Wire {
    /// Opens a connection. Responses may be of any length, and the server compresses without a table.
    pub async fn open(client: &Client) -> Self {
        let stream = client.clone().http2().stream().await.expect("a connection");
        let mut wire = Self { stream, responses: BTreeMap::new(), end: None };
        let no_table_and_large_windows = [0, 1, 0, 0, 0, 0, 0, 4, 0x3f, 0xff, 0xff, 0xff];
        let mut hello = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec();
        hello.extend(frame(Kind::Settings, 0, 0, &no_table_and_large_windows));
        hello.extend(frame(Kind::WindowUpdate, 0, 0, &[0x3f, 0xff, 0, 0]));
        wire.write(&hello).await;
        wire
    }

    /// Writes bytes as they are. A connection that the server has closed takes them silently.
    pub async fn write(&mut self, bytes: &[u8]) {
        let _ = self.stream.write_all(bytes).await;
        let _ = self.stream.flush().await;
    }

    /// Writes one frame.
    pub async fn send(&mut self, kind: Kind, flags: u8, stream: u32, payload: &[u8]) {
        self.write(&frame(kind, flags, stream, payload)).await;
    }

    /// Reads until it is known what became of the request on a stream.
    pub async fn outcome(&mut self, stream: u32) -> Outcome {
        loop {
            if let Some(response) = self.responses.get(&stream) {
                if response.is_ended {
                    let body = String::from_utf8_lossy(&response.body).into_owned();
                    return Outcome::Answered { status: response.status, body };
                }
                if let Some(code) = response.reset {
                    return Outcome::Reset { code };
                }
            }
            if let Some(reason) = &self.end {
                return Outcome::Ended { reason: reason.clone() };
            }
            self.read().await;
        }
    }

    async fn read(&mut self) {
        let mut head = [0; 9];
        if let Err(error) = self.stream.read_exact(&mut head).await {
            self.end = Some(error.to_string());
            return;
        }
        let [high, middle, low, kind, flags, id @ ..] = head;
        let mut payload = vec![0; usize::from(high) << 16 | usize::from(middle) << 8 | usize::from(low)];
        if let Err(error) = self.stream.read_exact(&mut payload).await {
            self.end = Some(error.to_string());
            return;
        }
        let response = |responses: &mut BTreeMap<u32, Response>, change: &dyn Fn(&mut Response)| {
            let response = responses.entry(u32::from_be_bytes(id)).or_default();
            change(response);
            response.is_ended |= flags & END_STREAM != 0 && kind < 2;
        };
        match kind {
            0 => response(&mut self.responses, &|response| response.body.extend(&payload)),
            1 => response(&mut self.responses, &|response| {
                // Trailers have none.
                response.status = hpack::status(&payload).unwrap_or(response.status);
            }),
            3 => response(&mut self.responses, &|response| {
                response.reset = payload.first_chunk().map(|code| u32::from_be_bytes(*code));
            }),
            4 if flags & ACK == 0 => self.send(Kind::Settings, ACK, 0, &[]).await,
            6 if flags & ACK == 0 => self.send(Kind::Ping, ACK, 0, &payload).await,
            7 => {
                let code = payload
                    .get(4..8)
                    .and_then(|code| code.first_chunk())
                    .map(|code| u32::from_be_bytes(*code));
                self.end = Some(format!("GOAWAY with code {code:?}"));
            }
            _ => {}
        }
    }
}

/// The bytes of a frame.
pub fn frame(kind: Kind, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).expect("a short payload").to_be_bytes();
    let mut bytes = length[1..].to_vec();
    bytes.extend([kind as u8, flags]);
    bytes.extend(stream.to_be_bytes());
    bytes.extend(payload);
    bytes
}
