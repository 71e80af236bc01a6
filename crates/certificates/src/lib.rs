//! Opens PFX and PEM files, says what is inside, and keeps private keys sealed at rest.

pub mod authority;
pub mod inspect;
pub mod judge;
pub mod key;
pub mod limits;
pub mod names;
pub mod pem;
pub mod pfx;
pub mod revocation;
pub mod seal;
pub mod x509;

mod ber;
mod chain;
mod member;
mod pem_blocks;
mod pkcs7;
mod signature;
