//! The way to a backend: which one, over which connection, how often.

pub(crate) mod body;
pub(crate) mod codings;
pub(crate) mod connect;
pub(crate) mod ending;
pub(crate) mod handshake;
pub(crate) mod line;
pub(crate) mod made;
pub(crate) mod opening;
pub mod peer;
pub(crate) mod pick;
pub(crate) mod pool;
pub(crate) mod redirect;
pub(crate) mod retry;
pub(crate) mod send;
pub(crate) mod show;
pub mod trust;
pub(crate) mod tunnel;
pub(crate) mod upgrade;
