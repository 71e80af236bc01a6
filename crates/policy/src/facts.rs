//! What a program may ask about the call it is run for.

use std::borrow::Cow;
use std::sync::Arc;

use crate::blank::is_blank;
use crate::effect::Target;
use crate::rsa::{FileKey, FileProblem, KeyHalf, RsaScheme};

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
    fn caller_certificate(&self) -> Option<&Arc<Certificate>>;
    /// Whether a certificate with this thumbprint is uploaded; 40 digits, upper case. Must cost the
    /// same for any number of certificates.
    fn has_thumbprint(&self, thumbprint: &str) -> bool;
    /// Whether a certificate is uploaded under this id.
    fn has_certificate(&self, id: &str) -> bool;

    /// The uploaded certificate of this id.
    fn uploaded_certificate(&self, _id: &str) -> Option<Arc<Certificate>> {
        None
    }
    /// The ids of all uploaded certificates, in any order.
    fn uploaded_ids(&self) -> Vec<String> {
        Vec::new()
    }
    /// Whether a certificate is within its time and trusted, and, if asked, not revoked. Only the
    /// caller's can be: no other comes with the chain that it is judged by.
    fn verify_certificate(&self, _certificate: &Certificate, _revocation: Revocation) -> bool {
        false
    }
    /// The certificate in a file: DER or PEM, or PFX (RFC 7292) where there is a password.
    ///
    /// # Errors
    /// There is none in it, or the password is wrong.
    fn read_certificate(
        &self,
        _file: &[u8],
        _password: Option<&str>,
    ) -> Result<Arc<Certificate>, FileProblem> {
        Err(FileProblem::Unreadable)
    }
    /// The bits of a certificate's RSA key; none if it is of another kind, or if its private half isn't here.
    fn rsa_bits(&self, _certificate: &Certificate, _half: KeyHalf) -> Option<u32> {
        None
    }
    /// Signs with the RSA key of a certificate; none if it can't.
    fn sign(&self, _certificate: &Certificate, _scheme: RsaScheme, _data: &[u8]) -> Option<Vec<u8>> {
        None
    }
    /// Whether this is the signature of whoever holds the RSA key of a certificate; none if the host can't tell.
    fn has_signed(
        &self,
        _certificate: &Certificate,
        _scheme: RsaScheme,
        _data: &[u8],
        _signature: &[u8],
    ) -> Option<bool> {
        None
    }
    /// The API that was called.
    fn api(&self) -> Option<Api<'_>> {
        None
    }
    /// The operation that was called.
    fn operation(&self) -> Option<Operation<'_>> {
        None
    }
    /// What the parameters of the operation's address stand for in this call, by name.
    fn matched_parameters(&self) -> Vec<(Cow<'_, str>, Cow<'_, str>)> {
        Vec::new()
    }
    /// All headers of a message, in their order; a name once for each of its values.
    fn headers(&self, _target: Target) -> Vec<(Cow<'_, str>, Cow<'_, str>)> {
        Vec::new()
    }
    /// The values of a header of the answer, as `header` gives those of the request.
    fn response_header(&self, name: &str) -> Vec<Cow<'_, str>> {
        let all = self.headers(Target::Response).into_iter();
        all.filter(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value).collect()
    }
    /// The status of the answer; none as long as there is no answer.
    fn response_status(&self) -> Option<u16> {
        None
    }
    /// The words after the status of the answer.
    fn response_reason(&self) -> Option<Cow<'_, str>> {
        None
    }
    /// The whole body of a message, which `Effect::Buffer` has made the host read before; none if there
    /// is none or if it was taken.
    fn body(&self, _target: Target, _reading: Reading) -> Option<Arc<[u8]>> {
        None
    }
    /// How many bytes a body may have that is read whole, also after it was decoded.
    fn most_body_bytes(&self) -> usize {
        2 * 1024 * 1024
    }
    /// Milliseconds since the call began.
    fn elapsed_ms(&self) -> i64 {
        0
    }
    /// Where the gateway runs.
    fn deployment(&self) -> Deployment<'_> {
        Deployment::default()
    }
    /// Whether the call is traced.
    fn is_tracing(&self) -> bool {
        false
    }
    /// Writes into the trace of the call.
    fn trace(&self, _message: &str) {}
    /// Fills the bytes with what nobody can guess.
    fn random(&self, _bytes: &mut [u8]) {}
}

/// Whether to find out if a certificate was revoked.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Revocation {
    /// Find out.
    Check,
    /// Don't.
    Ignore,
}

/// What becomes of a body that is read.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Reading {
    /// It stays as it is.
    Keep,
    /// It is gone afterwards: neither read again nor sent on.
    Take,
}

/// What a program sees of an API.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Api<'f> {
    /// Its id.
    pub id: Cow<'f, str>,
    /// Its name.
    pub name: Cow<'f, str>,
    /// Its URL suffix.
    pub path: Cow<'f, str>,
    /// The backend that it is set up with.
    pub service_url: Url<'f>,
}

/// What a program sees of an operation.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Operation<'f> {
    /// Its id.
    pub id: Cow<'f, str>,
    /// Its name.
    pub name: Cow<'f, str>,
    /// Its method.
    pub method: Cow<'f, str>,
    /// Its address, with `{parameters}`.
    pub url_template: Cow<'f, str>,
}

/// Where a gateway runs.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Deployment<'f> {
    /// The region that its settings name.
    pub region: Cow<'f, str>,
    /// The name of the service that its settings name.
    pub service_name: Cow<'f, str>,
    /// The gateway's own id.
    pub gateway_id: Cow<'f, str>,
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
    /// The id it was uploaded under; empty for any other.
    pub id: Arc<str>,
    /// The key that came with it when an expression read it from a file.
    pub key: Option<FileKey>,
    /// The subject as .NET prints it, most specific part first.
    pub subject: Arc<str>,
    /// The issuer, likewise.
    pub issuer: Arc<str>,
    /// The SHA-1 of the DER: 40 hexadecimal digits, upper case.
    pub thumbprint: Arc<str>,
    /// Upper-case hexadecimal digits, leading zeros as encoded.
    pub serial_number: Arc<str>,
    /// Seconds since 1970-01-01 UTC.
    pub not_before_unix_s: i64,
    /// Seconds since 1970-01-01 UTC; the certificate is good up to and with this second.
    pub not_after_unix_s: i64,
    /// The name it was uploaded under; empty for a caller's.
    pub friendly_name: Arc<str>,
    /// Whether its private key is here: for uploaded ones.
    pub has_private_key: bool,
    /// The version of its format (RFC 5280 §4.1.2.1), from 1.
    pub version: i32,
    /// The whole certificate, DER; empty if the host doesn't keep it.
    pub der: Arc<[u8]>,
    /// Names beside the subject, as `GetNameInfo` asks for them.
    pub alternative: AlternativeNames,
}

/// The alternative names of the subject (RFC 5280 §4.2.1.6), the first of each kind.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct AlternativeNames {
    /// An `rfc822Name`.
    pub email: Option<String>,
    /// A `dNSName`.
    pub dns: Option<String>,
    /// A `uniformResourceIdentifier`.
    pub url: Option<String>,
    /// A user principal name (`otherName` 1.3.6.1.4.1.311.20.2.3).
    pub upn: Option<String>,
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
    is_blank(part) || part == ':'
}

pub(crate) const THUMBPRINT_DIGITS: usize = 40;
