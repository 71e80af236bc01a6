//! How large, deep and costly a file may be.

/// Largest PFX or certificate file, in bytes. The largest honest PFX seen had 25 KiB.
pub const MAX_FILE_BYTES: usize = 256 << 10;

/// Largest revocation list, in bytes: about a quarter of a million certificates taken back.
pub const MAX_LIST_BYTES: usize = 10 << 20;

/// Most certificates of a caller's chain that are looked at.
pub const MAX_CHAIN: usize = 16;

/// Longest password of a PFX, in characters.
pub const MAX_PASSWORD_CHARS: usize = 1024;

/// Most rounds of one key derivation. GnuTLS and NSS write 600,000 unasked.
pub const MAX_ROUNDS: u64 = 1_000_000;

/// Most rounds of all key derivations of one file together.
pub const MAX_ROUNDS_IN_ALL: u64 = 5_000_000;

/// Most safes and bags in one PFX, and most certificates in one PEM file.
pub const MAX_PIECES: usize = 100;

/// Longest salt of a key derivation, in bytes.
pub const MAX_SALT_BYTES: usize = 8 << 10;

/// Most levels of elements inside elements.
pub(crate) const MAX_DEPTH: u8 = 24;
