//! What policies wish for, done: one file for each kind of wish.

pub(crate) mod address;
pub(crate) mod call;
pub(crate) mod caller_certificate;
pub(crate) mod credential;
pub(crate) mod jwt;
pub(crate) mod message;
pub(crate) mod openid;
