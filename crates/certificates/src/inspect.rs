//! What `postern certificate inspect` prints about a PFX: the same reading as an upload, for people and for checks.

use domain::certificate::{CertificateFacts, Thumbprint};
use domain::language::Language;
use domain::pfx::{FoundInstead, Refusal};
use domain::secret::Secret;
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::pfx::{self, Choice, Opened};

/// The result of opening one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inspection {
    pub outcome: Outcome,
    /// One or two English sentences for a person.
    pub message: String,
    /// The certificate of the key, when the file opens.
    pub leaf: Option<CertificateFacts>,
    /// The leaf and its issuers towards the root.
    pub chain: Vec<Thumbprint>,
    /// Certificates of the file that don't belong to the chain.
    pub apart: Vec<Thumbprint>,
}

/// How opening went, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Ok,
    NoKey,
    NoCertificate,
    Mismatch,
    Ambiguous,
    Empty,
    WrongPassword,
    Corrupt,
    NotPfx,
    TooExpensive,
    Unsupported,
}

/// Opens the file and says what came of it.
#[must_use]
pub fn inspect(file: &[u8], password: &Secret) -> Inspection {
    match pfx::open(file, password, Choice::Only) {
        Ok(opened) => Inspection::of_opened(&opened),
        Err(refusal) => Inspection {
            outcome: Outcome::of_refusal(&refusal, file),
            message: refusal_message(&refusal),
            leaf: None,
            chain: Vec::new(),
            apart: Vec::new(),
        },
    }
}

impl Inspection {
    /// Whether the file opens. A key of a kind that TLS refuses opens, too; then the message says so.
    #[must_use]
    pub fn usable(&self) -> bool {
        self.outcome == Outcome::Ok
    }

    /// One object: `outcome`, `message`, `leaf` (null unless the file opens), `chain` (thumbprints, leaf first) and
    /// `apart`.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let digits = |thumbprints: &[Thumbprint]| -> Vec<String> {
            thumbprints.iter().map(Thumbprint::to_string).collect()
        };
        json!({
            "outcome": self.outcome.word(),
            "message": self.message,
            "leaf": self.leaf.as_ref().map(leaf_json),
            "chain": digits(&self.chain),
            "apart": digits(&self.apart),
        })
    }

    fn of_opened(opened: &Opened) -> Self {
        let thumbprint = |(_, facts): &(Vec<u8>, CertificateFacts)| facts.thumbprint.clone();
        let leaf = opened.leaf_facts.thumbprint.clone();
        Self {
            outcome: Outcome::Ok,
            message: opened_message(opened),
            leaf: Some(opened.leaf_facts.clone()),
            chain: std::iter::once(leaf).chain(opened.chain.iter().map(thumbprint)).collect(),
            apart: opened.apart.iter().map(thumbprint).collect(),
        }
    }
}

impl Outcome {
    /// The word in the JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::NoKey => "no-key",
            Self::NoCertificate => "no-cert",
            Self::Mismatch => "mismatch",
            Self::Ambiguous => "ambiguous",
            Self::Empty => "empty",
            Self::WrongPassword => "wrong-password",
            Self::Corrupt => "corrupt",
            Self::NotPfx => "not-pfx",
            Self::TooExpensive => "too-expensive",
            Self::Unsupported => "unsupported",
        }
    }

    fn of_refusal(refusal: &Refusal, file: &[u8]) -> Self {
        match refusal {
            Refusal::Ambiguous { .. } => Self::Ambiguous,
            Refusal::Corrupt => Self::Corrupt,
            Refusal::Empty => Self::Empty,
            Refusal::Mismatch => Self::Mismatch,
            Refusal::NoCertificate => Self::NoCertificate,
            Refusal::NoKey => Self::NoKey,
            Refusal::NotPfx { found } => Self::of_found(*found, file),
            Refusal::TooExpensive { .. } | Refusal::TooLarge { .. } => Self::TooExpensive,
            Refusal::Unsupported { .. } => Self::Unsupported,
            Refusal::WrongPassword => Self::WrongPassword,
        }
    }

    /// `not-pfx` is for files of another known kind. Nothing, noise and an old PFX are a PFX gone bad.
    fn of_found(found: FoundInstead, file: &[u8]) -> Self {
        match found {
            FoundInstead::Empty | FoundInstead::OldPfx => Self::Corrupt,
            FoundInstead::Unknown if is_noise(file) => Self::Corrupt,
            _ => Self::NotPfx,
        }
    }
}

/// Neither text nor DER.
fn is_noise(file: &[u8]) -> bool {
    file.first() != Some(&crate::ber::SEQUENCE) && std::str::from_utf8(file).is_err()
}

fn opened_message(opened: &Opened) -> String {
    let certificates = match opened.chain.len() {
        0 => "The file opens: a private key and its certificate, without a chain.".to_owned(),
        above => format!("The file opens: a private key, its certificate and {above} above it."),
    };
    let apart = match opened.apart.len() {
        0 => String::new(),
        1 => " One certificate doesn't belong to the chain.".to_owned(),
        count => format!(" {count} certificates don't belong to the chain."),
    };
    let use_of_key = match pfx::usable_for_tls(opened) {
        Ok(()) => String::new(),
        Err(refusal) => {
            format!(" But it can't be shown to a backend. {}", refusal.sentence(Language::English))
        }
    };
    format!("{certificates}{apart}{use_of_key}")
}

fn refusal_message(refusal: &Refusal) -> String {
    let mut message = refusal.sentence(Language::English);
    if let Refusal::Ambiguous { leaves, .. } = refusal {
        for leaf in leaves {
            let last_day = leaf.not_after.date();
            message.push_str(&format!(" {}: `{}`, valid until {last_day}.", leaf.thumbprint, leaf.subject));
        }
    }
    message
}

fn leaf_json(facts: &CertificateFacts) -> Value {
    json!({
        "subject": facts.subject,
        "issuer": facts.issuer,
        "thumbprint": facts.thumbprint.as_str(),
        "sha256": facts.sha256.to_ascii_lowercase(),
        "serialNumber": facts.serial_number,
        "notBefore": rfc3339(facts.not_before),
        "notAfter": rfc3339(facts.not_after),
        "keyType": short_key_type(&facts.key_type),
    })
}

/// RFC 3339 in UTC; null for the years above 9999 that it can't write.
fn rfc3339(at: OffsetDateTime) -> Option<String> {
    at.to_offset(time::UtcOffset::UTC).format(&Rfc3339).ok()
}

/// `rsa2048`, `p256`, `ed25519`; kinds without a short word stay as they are.
fn short_key_type(key_type: &str) -> String {
    match key_type.split_once(' ') {
        Some(("EC", "secp256k1")) => "k256".to_owned(),
        Some(("EC", curve)) => curve.replace("P-", "p"),
        Some(("RSA", bits)) => format!("rsa{bits}"),
        Some(("DSA", bits)) => format!("dsa{bits}"),
        None => key_type.to_ascii_lowercase(),
        Some(_) => key_type.to_owned(),
    }
}
