//! A call that nobody made: what the policies of an API would do with it.

use serde::{Deserialize, Serialize};

use crate::certificate::Thumbprint;
use crate::name::CertificateId;
use crate::operation::OperationLink;
use crate::policy_document::Scope;
use crate::traffic::Statement;

/// Who makes a call that nobody makes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum PlayedBy {
    /// Somebody without a certificate.
    #[default]
    Nobody,
    /// Whoever holds the certificate in this PEM text; what follows it is the rest of its chain.
    Pem(String),
    /// Whoever holds an uploaded certificate.
    Uploaded(CertificateId),
    /// Whoever holds the uploaded certificate that this thumbprint, as a person wrote it, means.
    Thumbprint(String),
    /// The client of the failed request with this id.
    Failed(String),
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Played {
    /// The operation that takes it; none where the API has none, or none of them does.
    pub operation: Option<OperationLink>,
    pub caller: Option<PlayedCaller>,
    /// The headers that were entered, but that the gateway takes from no caller like this.
    pub removed: Vec<String>,
    /// What each statement came to, in the order in which they ran.
    pub steps: Vec<PlayedStep>,
    /// Where it would have been sent, if it got so far.
    pub forwarded: Option<Forwarded>,
    pub ending: Ending,
}

/// The certificate that was judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlayedCaller {
    pub subject: String,
    pub issuer: String,
    pub thumbprint: Thumbprint,
}

/// What one statement came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlayedStep {
    pub statement: Statement,
    /// The scope whose document holds it.
    pub scope: Scope,
    /// In words, named values that are secret blotted out.
    pub what: String,
}

/// The request that would go to the backend.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forwarded {
    pub method: String,
    /// The whole address.
    pub url: String,
    pub headers: Vec<(String, String)>,
    pub credential: PlayedCredential,
}

/// How it would show itself to the backend.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PlayedCredential {
    None,
    Basic {
        username: String,
    },
    Certificate {
        id: CertificateId,
        name: String,
        thumbprint: Thumbprint,
    },
    /// One that an expression brought along.
    Pfx,
}

/// How the call ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ending {
    /// The caller gets this. After a call that was forwarded, what the backend says is put in front of it.
    Answered(PlayedAnswer),
    /// No operation of the API matches: the gateway itself answers with 404.
    NoOperation,
    /// It went on and on, and was stopped.
    TooLong,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlayedAnswer {
    pub status: u16,
    /// The words after the status, where a document gave some.
    pub reason: String,
    pub headers: Vec<(String, String)>,
    /// What a document wrote; as text.
    pub body: String,
    /// Why the call failed, in one word and a sentence, if it did.
    pub failure: Option<(String, String)>,
}
