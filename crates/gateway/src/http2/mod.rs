//! What HTTP/2 asks for beyond the HTTP library: a malformed request is an error of its own stream.

mod block;
mod ended;
mod fields;
mod frame;
mod guard;
pub(crate) mod guarded;
mod huffman;
mod message;
mod stand_in;
mod table;

#[cfg(test)]
mod tests;
