//! Makes a malformed HTTP/2 request an error of its own stream, which the HTTP library doesn't always do.

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
