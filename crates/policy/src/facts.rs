//! What a program may ask about the call it is run for.

use std::borrow::Cow;

/// The host's knowledge of one call. Everything is asked anew on each use, so that no judgement
/// outlives the facts it was made on; the host keeps ready what is dear to work out.
pub trait Facts {
    /// The time, in milliseconds since 1970-01-01 UTC.
    fn now_unix_ms(&self) -> i64;
    /// The id under which the call is logged.
    fn request_id(&self) -> &str;
    /// The method, upper case as it was sent.
    fn method(&self) -> &str;
    /// The address: as the caller wrote it, or as it goes to the backend.
    fn url(&self, which: Address) -> Url<'_>;
    /// The values of a request header in their order, none if it isn't there. `name` is compared
    /// without case.
    fn header(&self, name: &str) -> Vec<Cow<'_, str>>;
    /// The caller's address, without a port.
    fn caller_ip(&self) -> Cow<'_, str>;
    /// The certificate whose key the caller proved to hold on this connection.
    fn caller_certificate(&self) -> Option<&Certificate>;
    /// Whether a certificate with this thumbprint is uploaded; 40 digits, upper case. Must cost the
    /// same for any number of certificates.
    fn has_thumbprint(&self, thumbprint: &str) -> bool;
    /// Whether a certificate is uploaded under this id.
    fn has_certificate(&self, id: &str) -> bool;
}

/// Which of the two addresses of a call.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Address {
    /// As the caller wrote it.
    Original,
    /// As it goes to the backend.
    Present,
}

/// The parts of an address, as they were sent (RFC 3986 §3).
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Url<'f> {
    /// `https` or `http`.
    pub scheme: Cow<'f, str>,
    /// Without the port.
    pub host: Cow<'f, str>,
    /// The port, also if it is the scheme's own.
    pub port: u16,
    /// Begins with `/`.
    pub path: Cow<'f, str>,
    /// Without the `?`; empty if there is none.
    pub query: Cow<'f, str>,
}

/// What a program sees of a certificate, in the words of .NET.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Certificate {
    /// The subject as .NET prints it, most specific part first.
    pub subject: String,
    /// The issuer, likewise.
    pub issuer: String,
    /// The SHA-1 of the DER: 40 hexadecimal digits, upper case.
    pub thumbprint: String,
    /// Upper-case hexadecimal digits, leading zeros as encoded.
    pub serial_number: String,
    /// Seconds since 1970-01-01 UTC.
    pub not_before_unix_s: i64,
    /// Seconds since 1970-01-01 UTC; the certificate is good up to and with this second.
    pub not_after_unix_s: i64,
}

/// The 40 digits of a thumbprint without what certificate dialogs put around and between them:
/// blanks, colons, invisible marks; upper case. None if it is no thumbprint.
pub(crate) fn clean_thumbprint(written: &str) -> Option<[u8; THUMBPRINT_DIGITS]> {
    let mut clean = [0; THUMBPRINT_DIGITS];
    let mut digits = written.chars().filter(|part| !is_decoration(*part));
    for slot in &mut clean {
        let digit = digits.next().filter(char::is_ascii_hexdigit)?;
        *slot = u8::try_from(digit.to_ascii_uppercase()).ok()?;
    }
    digits.next().is_none().then_some(clean)
}

pub(crate) fn is_decoration(part: char) -> bool {
    part.is_whitespace() || part == ':' || INVISIBLE.contains(&part)
}

pub(crate) const THUMBPRINT_DIGITS: usize = 40;
/// Left-to-right mark, right-to-left mark, zero-width blank, byte order mark.
pub(crate) const INVISIBLE: [char; 4] = ['\u{200e}', '\u{200f}', '\u{200b}', '\u{feff}'];
