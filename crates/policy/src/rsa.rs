//! RSA as expressions use it: what is signed and how; the keys themselves stay with the host.

/// How a digest is made into a signature (RFC 8017 §8).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct RsaScheme {
    /// The digest.
    pub digest: RsaDigest,
    /// What is put around it.
    pub padding: RsaPadding,
}

/// The digest of a signature.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum RsaDigest {
    /// SHA-1: a host may verify with it, but nothing new is signed with it.
    Sha1,
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

/// The padding of a signature.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum RsaPadding {
    /// RSASSA-PKCS1-v1_5.
    Pkcs1,
    /// RSASSA-PSS, the salt as long as the digest.
    Pss,
}

/// Which key of a certificate.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum KeyHalf {
    /// The one that signs.
    Private,
    /// The one in the certificate.
    Public,
}

/// A key that came with a certificate that an expression read: PKCS#8 DER (RFC 5208). `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct FileKey(pub std::sync::Arc<[u8]>);

impl std::fmt::Debug for FileKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("FileKey(…)")
    }
}

/// Why no certificate could be read.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum FileProblem {
    /// It is none, or of a form that isn't known.
    Unreadable,
    /// The password is wrong.
    Password,
}
