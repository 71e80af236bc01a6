//! The bags of a safe: keys, certificates, and what is passed over (RFC 7292, 4.2).

use domain::pfx::Refusal;
use zeroize::Zeroizing;

use super::budget::Budget;
use super::recipe::{Recipe, Sealed};
use super::safes::EXPLICIT_0;
use crate::ber::{Malformed, OCTET_STRING, Reader, SET};
use crate::names::utf16;

/// What was found in all safes read so far.
#[derive(Default)]
pub(super) struct Bags {
    pub(super) keys: Vec<KeyBag>,
    pub(super) certificates: Vec<CertificateBag>,
}

/// A private key as the file has it.
pub(super) struct KeyBag {
    pub(super) content: KeyContent,
    pub(super) label: Label,
}

/// The PKCS#8 of a key, in clear or encrypted.
pub(super) enum KeyContent {
    Clear(Zeroizing<Vec<u8>>),
    Shrouded(Sealed),
}

/// An X.509 certificate as the file has it.
pub(super) struct CertificateBag {
    pub(super) der: Vec<u8>,
    pub(super) label: Label,
}

/// What the writer noted beside a bag.
#[derive(Default)]
pub(super) struct Label {
    pub(super) friendly_name: Option<String>,
    pub(super) local_key_id: Option<Vec<u8>>,
}

impl Bags {
    /// Adds the bags of one safe; the key derivations of shrouded keys are taken into the plan.
    pub(super) fn read(&mut self, safe: &[u8], budget: &mut Budget) -> Result<(), Refusal> {
        self.read_list(Reader::new(safe).sequence()?, budget)
    }

    fn read_list(&mut self, mut list: Reader<'_>, budget: &mut Budget) -> Result<(), Refusal> {
        while !list.is_at_end() {
            budget.count_piece()?;
            self.read_bag(list.sequence()?, budget)?;
        }
        Ok(())
    }

    fn read_bag(&mut self, mut bag: Reader<'_>, budget: &mut Budget) -> Result<(), Refusal> {
        let kind = bag.object_id()?;
        let mut value = bag.within(EXPLICIT_0)?;
        let label = match bag.optional(SET)? {
            // A label that can't be read is no reason to refuse the key or certificate it is on.
            Some(attributes) => attributes.inside().and_then(Label::read).unwrap_or_default(),
            None => Label::default(),
        };
        match kind.as_str() {
            KEY_BAG => {
                let content = KeyContent::Clear(Zeroizing::new(value.element()?.whole.to_vec()));
                self.keys.push(KeyBag { content, label });
            }
            SHROUDED_KEY_BAG => {
                let mut shrouded = value.sequence()?;
                let recipe = Recipe::read(&mut shrouded, budget)?;
                let ciphertext = shrouded.octets(OCTET_STRING)?;
                let content = KeyContent::Shrouded(Sealed { recipe, ciphertext });
                self.keys.push(KeyBag { content, label });
            }
            CERTIFICATE_BAG => {
                let mut certificate = value.sequence()?;
                if certificate.object_id()? == X509_CERTIFICATE {
                    let der = certificate.within(EXPLICIT_0)?.octets(OCTET_STRING)?.to_vec();
                    self.certificates.push(CertificateBag { der, label });
                }
            }
            SAFE_CONTENTS_BAG => self.read_list(value.sequence()?, budget)?,
            // Revocation lists, Java's secret keys and whatever else there is.
            _ => {}
        }
        Ok(())
    }
}

impl Label {
    fn read(mut attributes: Reader<'_>) -> Result<Self, Malformed> {
        let mut label = Self::default();
        while !attributes.is_at_end() {
            let mut attribute = attributes.sequence()?;
            let kind = attribute.object_id()?;
            let mut values = attribute.within(SET)?;
            if values.is_at_end() {
                continue;
            }
            match kind.as_str() {
                FRIENDLY_NAME => label.friendly_name = friendly_name(values).unwrap_or_default(),
                LOCAL_KEY_ID => {
                    label.local_key_id = values.octets(OCTET_STRING).ok().map(|octets| octets.to_vec());
                }
                _ => {}
            }
        }
        Ok(label)
    }
}

fn friendly_name(mut values: Reader<'_>) -> Result<Option<String>, Malformed> {
    let value = values.element()?;
    let text = match value.tag {
        BMP_STRING => utf16(value.body)?,
        UTF8_STRING => String::from_utf8_lossy(value.body).into_owned(),
        _ => return Ok(None),
    };
    let name = text.trim_matches(|c: char| c.is_whitespace() || c.is_control());
    Ok((!name.is_empty()).then(|| name.to_owned()))
}

const BMP_STRING: u8 = 0x1e;
const UTF8_STRING: u8 = 0x0c;

const KEY_BAG: &str = "1.2.840.113549.1.12.10.1.1";
const SHROUDED_KEY_BAG: &str = "1.2.840.113549.1.12.10.1.2";
const CERTIFICATE_BAG: &str = "1.2.840.113549.1.12.10.1.3";
const SAFE_CONTENTS_BAG: &str = "1.2.840.113549.1.12.10.1.6";

const X509_CERTIFICATE: &str = "1.2.840.113549.1.9.22.1";
const FRIENDLY_NAME: &str = "1.2.840.113549.1.9.20";
const LOCAL_KEY_ID: &str = "1.2.840.113549.1.9.21";
