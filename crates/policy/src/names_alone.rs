//! The lint for documents that judge client certificates by names alone, which anyone can put into a certificate.

use crate::check::Checker;
use crate::client_certificate::CertificateChecks;
use crate::entity::decode;
use crate::source::Span;
use crate::step::{Action, Step, Written};
use crate::syntax::Element;

/// What a statement goes by in certificates.
#[derive(Clone, Debug, Default)]
pub(crate) struct CertificateUse {
    /// Where it first reads what anyone can write into a certificate of their own.
    name: Option<Span>,
    /// Whether it asks for what nobody can make up: a thumbprint, a key, or a trusted chain.
    vouches: bool,
}

impl CertificateUse {
    /// Notes that a member of a certificate is read.
    pub(crate) fn take(&mut self, member: &str, at: Span) {
        self.vouches |= PROOFS.contains(&member);
        if NAMES.contains(&member) {
            self.name.get_or_insert(at);
        }
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.name = self.name.or(other.name);
        self.vouches |= other.vouches;
    }

    /// The same with its place in other coordinates.
    pub(crate) fn placed(self, place: impl Fn(Span) -> Span) -> Self {
        Self { name: self.name.map(place), ..self }
    }

    /// What `validate-client-certificate` goes by, whose identities stand in `at`.
    pub(crate) fn of_checks(checks: &CertificateChecks, at: Span) -> Self {
        // Claims about the issuer's certificate only fit where a trusted chain was built.
        let is_proven = checks.identities.iter().all(|identity| {
            identity.thumbprint.is_some()
                || identity.issuer_thumbprint.is_some()
                || identity.issuer_certificate_id.is_some()
        });
        let has_identities = !checks.identities.is_empty();
        let vouches = checks.trust || (has_identities && is_proven);
        Self { name: (has_identities && !vouches).then_some(at), vouches }
    }
}

impl Checker<'_> {
    /// Warns of a document in which names decide who is let in, and nothing says that they are true.
    pub(crate) fn warn_of_names_alone(&mut self, steps: &[Step]) {
        if steps.iter().any(|step| step.notes.certificates.vouches) {
            return;
        }
        let decides =
            |step: &&Step| matches!(step.action, Action::When { .. } | Action::ValidateCertificate(_));
        let Some(span) = steps.iter().filter(decides).find_map(|step| step.notes.certificates.name) else {
            return;
        };
        self.findings
            .warning("names-alone", None, span, "anyone can make a certificate with these names")
            .set_help("add `validate-client-certificate`, or compare the thumbprint too");
    }

    /// Remembers a variable that keeps a name.
    pub(crate) fn note_variable(&mut self, action: &Action, certificates: &CertificateUse) {
        if let Action::SetVariable { name, value: Written::Expression(_) } = action
            && certificates.name.is_some()
            && self.name_variables.len() < MOST_VARIABLES
        {
            self.name_variables.push(format!("\"{name}\""));
        }
    }

    /// A condition that reads a variable in which a name was kept goes by that name.
    pub(crate) fn note_kept_name(&mut self, when: &Element) {
        let Some(attribute) = when.attribute("condition").filter(|_| !self.name_variables.is_empty()) else {
            return;
        };
        let code = decode(self.document.source().slice(attribute.value_span));
        if self.name_variables.iter().any(|quoted| code.contains(quoted.as_str())) {
            let name = Some(attribute.value_span);
            self.notes.certificates.add(CertificateUse { name, vouches: false });
        }
    }
}

/// How many variables are remembered at most: each is looked for in every condition.
const MOST_VARIABLES: usize = 100;
const NAMES: [&str; 8] = [
    "Subject",
    "Issuer",
    "SubjectName",
    "IssuerName",
    "FriendlyName",
    "GetNameInfo",
    "SerialNumber",
    "GetSerialNumberString",
];
const PROOFS: [&str; 10] = [
    "Thumbprint",
    "GetCertHash",
    "GetCertHashString",
    "Verify",
    "VerifyNoRevocation",
    "RawData",
    "GetRawCertData",
    "GetRawCertDataString",
    "Export",
    "GetRSAPublicKey",
];
