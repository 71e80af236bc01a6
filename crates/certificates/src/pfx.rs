//! Opens a PFX (PKCS#12, RFC 7292): the private key, its certificate and the chain above it.

use domain::certificate::{CertificateFacts, Thumbprint};
use domain::pfx::Refusal;
use domain::secret::Secret;
use time::OffsetDateTime;
use zeroize::Zeroizing;

use crate::ber::Malformed;
use crate::chain;
use crate::key::{Kind, PrivateKey};
use crate::x509::{self, Certificate};

use self::bags::{Bags, KeyBag, KeyContent};
use self::budget::Budget;
use self::pair::{LabelledCertificate, LabelledKey};
use self::password::Passwords;
use self::safes::{Outer, Safe};

mod algorithm_names;
mod bags;
mod budget;
mod cipher;
mod derive;
pub(crate) mod foreign;
mod mac;
mod pair;
mod password;
mod pem;
mod recipe;
mod safes;
mod text;

#[cfg(test)]
mod tests;

/// What a PFX holds, in the order in which TLS sends it.
#[derive(Debug)]
pub struct Opened {
    /// The certificate of the key, DER.
    pub leaf: Vec<u8>,
    pub leaf_facts: CertificateFacts,
    /// After the leaf, in order towards the root, each signing the one before it.
    pub chain: Vec<(Vec<u8>, CertificateFacts)>,
    /// Certificates that don't belong to the chain.
    pub apart: Vec<(Vec<u8>, CertificateFacts)>,
    /// PKCS#8 DER, version 1, without attributes.
    pub key: Secret,
    /// The name that the writer of the file gave the certificate or the key.
    pub friendly_name: Option<String>,
}

/// Which of several keys is meant.
#[derive(Clone, Copy, Debug)]
pub enum Choice<'a> {
    /// The only one; [`Refusal::Ambiguous`] when there are more. Of several certificates of one key it is the one that
    /// is valid longest.
    Only,
    /// The only one; of several certificates of one key the only one that is valid at this moment, or else the one that
    /// the file notes beside its key. [`Refusal::Ambiguous`] when that leaves several.
    ValidAt(OffsetDateTime),
    /// That of the certificate with this thumbprint.
    Thumbprint(&'a Thumbprint),
}

/// Opens the file. Blocks for the key derivations, at most [`crate::limits::MAX_ROUNDS_IN_ALL`] rounds (about a
/// second); a file that asks for more is refused before the first of them.
///
/// # Errors
/// Why the file can't be used. Whether TLS takes the key is not asked here, but by [`usable_for_tls`].
pub fn open(file: &[u8], password: &Secret, choice: Choice<'_>) -> Result<Opened, Refusal> {
    let contents = read(file, password, &mut Budget::default())?;
    let pair = pair::pair(contents.keys, contents.certificates, choice)?;
    let arranged = chain::arrange(&pair.leaf, pair.others);
    let owned = |certificate: Certificate| (certificate.der, certificate.facts);
    Ok(Opened {
        leaf: pair.leaf.der,
        leaf_facts: pair.leaf.facts,
        chain: arranged.chain.into_iter().map(owned).collect(),
        apart: arranged.apart.into_iter().map(owned).collect(),
        key: pair.key.into_pkcs8(),
        friendly_name: pair.friendly_name,
    })
}

/// Whether the gateway can show the certificate to a backend.
///
/// # Errors
/// [`Refusal::Unsupported`] for a kind of key that TLS libraries refuse, with what to ask the partner for;
/// [`Refusal::Corrupt`] when the key is of a good kind but its numbers are wrong.
pub fn usable_for_tls(opened: &Opened) -> Result<(), Refusal> {
    let key = PrivateKey::read(opened.key.expose()).map_err(|_| Refusal::Corrupt)?;
    let leaf = Certificate::read(opened.leaf.clone()).map_err(|_| Refusal::Corrupt)?;
    for kind in [leaf.public_key.kind(), key.kind()] {
        if !kind.is_usable_for_tls() {
            return Err(unusable(kind));
        }
    }
    if key.can_be_loaded() { Ok(()) } else { Err(Refusal::Corrupt) }
}

struct Contents {
    keys: Vec<LabelledKey>,
    certificates: Vec<LabelledCertificate>,
}

/// Reads everything that is in clear, and so all that says how much work the rest is, before the first key is
/// derived; then checks the integrity, and only then decrypts.
fn read(file: &[u8], password: &Secret, budget: &mut Budget) -> Result<Contents, Refusal> {
    let file = foreign::unwrapped(file)?;
    let mut passwords = Passwords::of(password)?;
    let outer = Outer::read(&file, budget)?;
    let (clear, sealed) = by_protection(Safe::read_all(&outer.safes, budget)?);
    let mut bags = Bags::default();
    for safe in &clear {
        bags.read(safe, budget)?;
    }
    let damage = match &outer.mac {
        Some(mac) => {
            mac.check(&outer.safes, &mut passwords, budget)?;
            Refusal::Corrupt
        }
        // Nothing but the contents themselves can show that the password is right.
        None => Refusal::WrongPassword,
    };
    for safe in sealed {
        let plain = safe.open(&passwords, budget)?.ok_or_else(|| damage.clone())?;
        bags.read(&plain, budget)
            .map_err(|refusal| if refusal == Refusal::Corrupt { damage.clone() } else { refusal })?;
    }
    let keys = read_keys(bags.keys, &passwords, budget, &damage)?;
    let certificates = read_certificates(bags.certificates, &damage)?;
    Ok(Contents { keys, certificates })
}

fn by_protection(safes: Vec<Safe>) -> (Vec<Zeroizing<Vec<u8>>>, Vec<recipe::Sealed>) {
    let (mut clear, mut sealed) = (Vec::new(), Vec::new());
    for safe in safes {
        match safe {
            Safe::Clear(octets) => clear.push(octets),
            Safe::Sealed(octets) => sealed.push(octets),
        }
    }
    (clear, sealed)
}

fn read_keys(
    bags: Vec<KeyBag>,
    passwords: &Passwords,
    budget: &mut Budget,
    damage: &Refusal,
) -> Result<Vec<LabelledKey>, Refusal> {
    let mut keys = Vec::new();
    for bag in bags {
        let key = match bag.content {
            KeyContent::Clear(pkcs8) => PrivateKey::read(&pkcs8).map_err(|_| Refusal::Corrupt)?,
            KeyContent::Shrouded(sealed) => {
                let pkcs8 = sealed.open(passwords, budget)?.ok_or_else(|| damage.clone())?;
                PrivateKey::read(&pkcs8).map_err(|_| damage.clone())?
            }
        };
        keys.push(LabelledKey { key, label: bag.label });
    }
    Ok(keys)
}

fn read_certificates(
    bags: Vec<bags::CertificateBag>,
    damage: &Refusal,
) -> Result<Vec<LabelledCertificate>, Refusal> {
    let mut certificates = Vec::new();
    for bag in bags {
        let certificate = Certificate::read(bag.der).map_err(|_: x509::Error| Refusal::Corrupt)?;
        certificates.push(LabelledCertificate { certificate, label: bag.label });
    }
    // Without a MAC only the signatures can show that a certificate was altered.
    let read: Vec<&Certificate> = certificates.iter().map(|labelled| &labelled.certificate).collect();
    if *damage == Refusal::WrongPassword && chain::is_altered(&read) {
        return Err(Refusal::Corrupt);
    }
    Ok(certificates)
}

impl From<Malformed> for Refusal {
    fn from(_: Malformed) -> Self {
        Self::Corrupt
    }
}

/// What isn't supported, by its name where it has a known one.
fn unsupported(what: &str, object_id: &str) -> Refusal {
    Refusal::Unsupported { what: format!("{what} {}", algorithm_names::name(object_id)) }
}

fn unusable(kind: &Kind) -> Refusal {
    let remedy = "ask for a certificate with an RSA key of 2048 to 4096 bits or an EC key on P-256";
    Refusal::Unsupported { what: format!("a key of kind {kind}, which TLS libraries don't take; {remedy}") }
}
