//! Why a call failed, as facts: the portal makes a sentence and a remedy of them, in the reader's language.

use serde::{Deserialize, Serialize};

use crate::handshake::HandshakeProblem;
use crate::name::CertificateId;

/// The kinds of failures: what lists are filtered by, and each of them bounded by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Kind {
    /// A policy refused the request.
    Refused,
    /// A policy couldn't be run to its end, or asks for what can't be done.
    Policy,
    /// The backend's name is unknown, or no connection to it was made.
    Unreachable,
    /// TLS with the backend failed.
    Tls,
    /// Something took longer than its limit.
    Timeout,
    /// The backend's response was broken, or none came.
    Response,
    NoApi,
    NoOperation,
    /// The client's request was malformed, too large or incomplete.
    Request,
    /// The gateway couldn't do what the configuration rightly asks for.
    Gateway,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Problem {
    /// A policy refused the request, or returned an error itself.
    Refused,
    /// A statement failed, such as an expression that can't be evaluated.
    StatementFailed,
    Configuration(Mistake),
    Unreachable(Unreachable),
    Tls(HandshakeProblem),
    Timeout(Overdue),
    Response(BadResponse),
    NoApi,
    NoOperation,
    Request(BadRequest),
    Gateway(Unable),
}

/// What a policy asks for that can't be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Mistake {
    /// It calls an address that isn't one.
    BackendAddress,
    /// A client certificate is chosen, but the backend speaks plain HTTP.
    CertificateWithoutTls,
    ForwardedTwice,
    Header,
    HttpVersion,
    /// An address has no OpenID configuration with keys.
    OpenId,
    /// No connection to this backend can be set up.
    Peer,
    /// A PKCS#12 file in the policy can't be opened.
    PfxFile,
    /// The path or the method can't be sent.
    Target,
    UnknownCertificate,
}

/// Why there was no connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Unreachable {
    NoRoute,
    /// The setting `gateway.refuse-addresses` forbids the address.
    NotPermitted,
    Other,
    /// Nothing listens on the port.
    Refused,
    UnknownHost,
}

/// What took too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Overdue {
    /// The client read nothing of the response.
    Client,
    Connect {
        limit_ms: u64,
    },
    /// Between two parts of the response.
    Idle {
        limit_ms: u64,
    },
    /// Until the response began.
    Response {
        limit_ms: u64,
    },
    /// A policy waits longer than any request may take.
    Wait,
    Whole,
}

/// What was wrong with a backend's response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum BadResponse {
    /// Two readers could take it for two different ones.
    Ambiguous,
    /// It broke off before its end.
    Broke,
    /// The connection broke before it began.
    Closed,
    TooLarge {
        limit_bytes: u64,
    },
    UnaskedUpgrade,
    /// A policy reads its body, which can't be decoded.
    Undecodable,
}

/// What was wrong with a client's request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum BadRequest {
    BodyBroke,
    BodyStalled,
    Malformed,
    Method,
    /// It asks for another host than its connection was opened for.
    Misdirected,
    /// The path leads out of the API.
    PathEscapes,
    TooLarge {
        limit_bytes: u64,
    },
    TransferCoding,
    /// A policy reads its body, which can't be decoded.
    Undecodable,
}

/// What the gateway couldn't do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Unable {
    /// The API can't be used as it is stored.
    Api,
    /// The client certificate for the backend can't be used.
    Certificate(CertificateId),
    /// As many connections to backends are open as may be.
    NoRoom,
    /// A fault in the program.
    Other,
}

impl Problem {
    /// The kind that it belongs to.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::Refused => Kind::Refused,
            Self::StatementFailed | Self::Configuration(_) => Kind::Policy,
            Self::Unreachable(_) => Kind::Unreachable,
            Self::Tls(_) => Kind::Tls,
            Self::Timeout(_) => Kind::Timeout,
            Self::Response(_) => Kind::Response,
            Self::NoApi => Kind::NoApi,
            Self::NoOperation => Kind::NoOperation,
            Self::Request(_) => Kind::Request,
            Self::Gateway(_) => Kind::Gateway,
        }
    }
}

impl Kind {
    /// All of them, in the order in which people look for them.
    pub const ALL: [Self; 10] = [
        Self::Refused,
        Self::Unreachable,
        Self::Tls,
        Self::Timeout,
        Self::Response,
        Self::Policy,
        Self::NoApi,
        Self::NoOperation,
        Self::Request,
        Self::Gateway,
    ];

    /// Its word in addresses and in the store.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::Policy => "policy",
            Self::Unreachable => "unreachable",
            Self::Tls => "tls",
            Self::Timeout => "timeout",
            Self::Response => "response",
            Self::NoApi => "no-api",
            Self::NoOperation => "no-operation",
            Self::Request => "request",
            Self::Gateway => "gateway",
        }
    }

    /// The kind of a word; `None` if it is not one of them.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}
