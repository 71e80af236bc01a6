//! A call of the program's own to some address: `send-request` and `send-one-way-request`.

use std::borrow::Cow;
use std::fmt;

use crate::effect::{Body, BodyForm, Pfx, Place, SetHeader};
use crate::program::CertificateSelector;

/// One call. `Debug` shows no password.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CallOut<'p> {
    /// Where to: an absolute address; none only with `copy`, which then means the request's.
    pub url: Option<String>,
    /// The method; none: `GET`, or with `copy` the request's.
    pub method: Option<String>,
    /// Whether to begin with the headers and the body of the request. The body was buffered before.
    pub copy: bool,
    /// Changes of the headers in order.
    pub headers: Vec<SetHeader>,
    /// The body; none: no body, or with `copy` the request's.
    pub body: Option<Body>,
    /// What the bytes of that body are.
    pub form: BodyForm,
    /// The longest wait for the whole answer.
    pub timeout_ms: u64,
    /// What to show to the other side.
    pub credential: CallCredential<'p>,
    /// Whether nobody waits for the answer: the host goes on at once.
    pub one_way: bool,
    /// Whether a call that fails is answered with `Outcome::Answered(None)` instead of `Outcome::Failed`.
    pub ignore_error: bool,
    /// The statement that says so.
    pub at: &'p Place,
}

/// What a call shows to the other side.
#[derive(Clone, PartialEq, Eq)]
pub enum CallCredential<'p> {
    /// Nothing.
    None,
    /// An uploaded certificate.
    Certificate(Cow<'p, CertificateSelector>),
    /// The certificate of a PKCS#12 file.
    Pfx(Pfx),
}

impl fmt::Debug for CallCredential<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CallCredential::None => formatter.write_str("None"),
            CallCredential::Certificate(selector) => write!(formatter, "{selector:?}"),
            CallCredential::Pfx(pfx) => write!(formatter, "{pfx:?}"),
        }
    }
}
