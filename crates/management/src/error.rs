//! Why something asked for wasn't done, by what the person who asked can do about it.

use address::host::HostProblem;
use address::url::UrlProblem;
use domain::address::SuffixError;
use domain::api::ApiLink;
use domain::authority::AuthorityUse;
use domain::authority_file::{FileRefusal, ListRefusal};
use domain::certificate::CertificateUse;
use domain::fragment::DocumentLink;
use domain::name::{ApiId, CertificateId, DisplayName};
use domain::operation::OperationLink;
use domain::pfx::Refusal;
use domain::policy_document::PolicyProblem;
use domain::template::{MethodError, TemplateError};
use domain::user::WeakPassword;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use time::OffsetDateTime;
use x500::NameProblem;

use crate::authorities::AuthorityLink;

/// Why a use case ended without doing what was asked.
#[derive(Debug, Error)]
pub enum Error {
    #[error("the certificate is uploaded already")]
    AlreadyUploaded(CertificateLink),
    #[error("policies or backends name the CA certificate")]
    AuthorityInUse(Vec<AuthorityUse>),
    #[error("the CA certificate is uploaded already")]
    AuthorityKnown(AuthorityLink),
    /// Every slot for work of this kind is taken; trying again soon helps.
    #[error("too much of this is going on at the moment")]
    Busy,
    /// The save was begun on an older revision; `by` made the newer one.
    #[error("it was changed in the meantime")]
    ChangedMeanwhile { by: String },
    #[error("the certificate is expired")]
    Expired { not_after: OffsetDateTime },
    #[error("could not finish what was asked")]
    Failed(#[source] Box<dyn std::error::Error + Send + Sync>),
    #[error("the file of CA certificates can't be used")]
    FileRefused(FileRefusal),
    #[error("policies name the certificate")]
    InUse(Vec<CertificateUse>),
    #[error("fields of the form are not valid")]
    Invalid(Vec<FieldProblem>),
    #[error("the revocation list can't be used")]
    ListRefused(ListRefusal),
    /// What was to be deleted is named by these documents.
    #[error("documents name it")]
    NamedBy(Vec<DocumentLink>),
    /// Nobody is signed in, or the role isn't enough.
    #[error("not allowed")]
    NotAllowed,
    #[error("there is no such thing")]
    NotFound,
    #[error("the policy has errors")]
    Policy(Vec<PolicyProblem>),
    #[error("the PFX can't be used")]
    Refused(Refusal),
    #[error("too many attempts")]
    TooManyAttempts { wait_seconds: u64 },
    /// The gateway can't use the API, and answers 500 in its place.
    #[error("the API can't be used: {reason}")]
    Unusable { reason: String },
    /// With it these documents would have mistakes.
    #[error("documents that name it could not be read any more")]
    WouldBreak(Vec<Broken>),
    /// With what the next attempt has to wait, if it has to.
    #[error("user name or password is wrong")]
    WrongCredentials { wait_seconds: u64 },
}

/// A document that a change elsewhere would break, and the first mistake that it would have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Broken {
    pub document: DocumentLink,
    pub problem: PolicyProblem,
}

/// A slot by its id and name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateLink {
    pub id: CertificateId,
    pub name: DisplayName,
}

/// What is wrong with one field of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldProblem {
    /// The field's name in the form.
    pub field: &'static str,
    pub problem: Problem,
}

/// What can be wrong with a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    Backend(UrlProblem),
    BadCharacters,
    /// Not made of the letters that ids are made of.
    BadId,
    BadName,
    /// This line isn't `Name: value`.
    HeaderLine {
        line: usize,
    },
    HostName(HostProblem),
    IpAddress,
    Missing,
    Method(MethodError),
    NameTaken,
    /// Callers are to be checked, but no check is chosen.
    NoCheck,
    NoSuchAuthority,
    /// The call isn't kept any more.
    NoSuchCall,
    NoSuchCertificate,
    /// This operation of the same API has the same method and template.
    OperationTaken {
        api: ApiId,
        operation: OperationLink,
    },
    /// None of the CA certificates that were chosen has this name.
    OtherIssuer,
    /// The policy checks callers in a way that only a person understands.
    OwnChecks,
    /// The operation's policy names, in this line, a parameter that the template doesn't have.
    ParameterInUse {
        line: u32,
    },
    PasswordMissing,
    /// Not a path that a call can have.
    Path,
    /// The text holds no certificate that can be read.
    Pem,
    /// Not a number of seconds from 1 to `most`.
    Seconds {
        most: u32,
    },
    Suffix(SuffixError),
    SuffixTaken(ApiLink),
    Template(TemplateError),
    /// This isn't a distinguished name.
    Name(NameProblem),
    /// This isn't a thumbprint.
    Thumbprint {
        written: String,
    },
    TooLong {
        limit: usize,
    },
    TooMany {
        limit: usize,
    },
    WeakPassword(WeakPassword),
    WrongPassword,
}

impl Error {
    /// One field that isn't valid.
    #[must_use]
    pub fn invalid(field: &'static str, problem: Problem) -> Self {
        Self::Invalid(vec![FieldProblem { field, problem }])
    }

    pub(crate) fn failed(error: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Failed(Box::new(error))
    }
}

impl From<store::error::Error> for Error {
    fn from(error: store::error::Error) -> Self {
        Self::failed(error)
    }
}
