//! What `validate-client-certificate` asks of its host.

use crate::facts::Revocation;

/// How to judge the certificate of the caller. It is good if all that is asked for holds, and, where
/// there are identities, at least one of them fits.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CertificateChecks {
    /// Whether it was revoked.
    pub revocation: bool,
    /// Whether a chain leads to a trusted certificate.
    pub trust: bool,
    /// Whether it is valid already.
    pub not_before: bool,
    /// Whether it is still valid.
    pub not_after: bool,
    /// Who it may be; empty: anyone.
    pub identities: Vec<Identity>,
}

impl CertificateChecks {
    /// All that can be asked of any certificate: what `Verify()` stands for.
    #[must_use]
    pub fn everything(revocation: Revocation) -> Self {
        let revocation = revocation == Revocation::Check;
        Self { revocation, trust: true, not_before: true, not_after: true, identities: Vec::new() }
    }
}

/// One certificate, or kind of certificate, that is let in: all that is said must fit.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Identity {
    /// The SHA-1 of the certificate: 40 hexadecimal digits, upper case.
    pub thumbprint: Option<String>,
    /// Hexadecimal digits, upper case, as the certificate encodes it.
    pub serial_number: Option<String>,
    /// A common name of the subject.
    pub common_name: Option<String>,
    /// The subject as `x500::parse` reads it, its parts in either order.
    pub subject: Option<String>,
    /// A DNS name among the alternative names; compare without case.
    pub dns_name: Option<String>,
    /// The issuer; compare as the subject.
    pub issuer_subject: Option<String>,
    /// The SHA-1 of the issuer's certificate in the chain that was built.
    pub issuer_thumbprint: Option<String>,
    /// The id of an uploaded certificate that is the issuer's.
    pub issuer_certificate_id: Option<String>,
}

/// Why the certificate of the caller is no good. The checks are made in this order, but for the last.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum CertificateProblem {
    /// The caller has shown none.
    NotFound,
    /// Its time is still to come.
    NotYetValid,
    /// Its time has passed.
    Expired,
    /// No chain leads to a trusted certificate.
    NotTrusted,
    /// It was revoked.
    Revoked,
    /// Whether it was revoked couldn't be found out.
    RevocationUnknown,
    /// It is none of the identities.
    IdentityNotMatched,
}

impl CertificateProblem {
    /// The problem for people, as the end of a sentence.
    #[must_use]
    pub fn in_words(self) -> &'static str {
        match self {
            Self::NotFound => "the client presented none",
            Self::NotYetValid => "it is not yet valid",
            Self::Expired => "it has expired",
            Self::NotTrusted => "its issuer is not trusted",
            Self::Revoked => "it was revoked",
            Self::RevocationUnknown => "its revocation status is unknown",
            Self::IdentityNotMatched => "it matches none of the identities",
        }
    }
}
