//! The keys of `validate-jwt`.

use base64::Engine;
use base64::alphabet::URL_SAFE;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::STANDARD;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};

use crate::blank::trimmed;
use crate::edit::PLACEHOLDER;
use crate::effect::Hidden;
use crate::expression::compiled::Wanted;
use crate::failure::Failure;
use crate::jwt::{JwtKey, JwtKeyMaterial};
use crate::program::CertificateSelector;
use crate::situation::Situation;
use crate::statements::reader::Reader;
use crate::statements::table::Statement;
use crate::statements::validate_jwt::{ISSUER_SIGNING_KEYS, KEY};
use crate::statements::values::{expression_in, inside};
use crate::step::{Setting, Written};

#[derive(Clone, Debug)]
pub(crate) struct KeyPlan {
    id: Option<String>,
    material: Material,
}

#[derive(Clone, Debug)]
enum Material {
    Secret(Setting<Hidden>),
    Rsa { modulus: Written, exponent: Written },
    Certificate(String),
}

/// Reads `<issuer-signing-keys>`; none if one of the keys is wrong.
pub(crate) fn read(reader: &mut Reader<'_, '_>) -> Option<Vec<KeyPlan>> {
    let list: &'static Statement = &ISSUER_SIGNING_KEYS;
    let Some(element) = reader.only_child(list.name) else { return Some(Vec::new()) };
    let mut part = reader.child(element);
    part.check_shape(list);
    let children: Vec<_> = part.children("key").collect();
    children.into_iter().map(|child| read_key(&mut part.child(child))).collect()
}

fn read_key(part: &mut Reader<'_, '_>) -> Option<KeyPlan> {
    part.check_shape(&KEY);
    let id = part.literal("id")?;
    let has = |name| part.element.attribute(name).is_some();
    let material = if has("certificate-id") {
        let name = part.required("certificate-id")?;
        part.refer(&CertificateSelector::Id(name.text.to_owned()), name.span);
        Material::Certificate(name.text.to_owned())
    } else if has("n") || has("e") {
        let (modulus, exponent) = (part.required_text("n"), part.required_text("e"));
        let (modulus, exponent) = (modulus?, exponent?);
        for number in [&modulus, &exponent] {
            if number.literal().is_some_and(|text| url_bytes(text).is_none()) {
                part.error("invalid-value", part.element.name_span, "`n` and `e` are written in base64url");
                return None;
            }
        }
        Material::Rsa { modulus, exponent }
    } else {
        read_secret(part)?
    };
    Some(KeyPlan { id, material })
}

fn read_secret(part: &mut Reader<'_, '_>) -> Option<Material> {
    if let Some(expression) = expression_in(part.element) {
        let compiled = part.expression(&expression, Wanted::Text)?;
        return Some(Material::Secret(Setting::Expression(compiled)));
    }
    let text = trimmed(&part.text_of(part.element)?).to_owned();
    if text == PLACEHOLDER {
        let message = "the key stands hidden here, and there is none to put in its place";
        part.error("masked-password", inside(part.element), message).set_help("write the key");
        return None;
    }
    if text.is_empty() || STANDARD.decode(&text).is_err() {
        // What stands here is a secret: it isn't repeated.
        part.error("invalid-value", inside(part.element), "a key is written in base64");
        return None;
    }
    Some(Material::Secret(Setting::Fixed(Hidden(text))))
}

impl KeyPlan {
    pub(crate) fn key(&self, situation: &Situation<'_>) -> Result<JwtKey, Failure> {
        let material = match &self.material {
            Material::Secret(secret) => JwtKeyMaterial::Secret(situation.hidden(secret)?),
            Material::Certificate(id) => JwtKeyMaterial::Certificate(id.clone()),
            Material::Rsa { modulus, exponent } => JwtKeyMaterial::Rsa {
                modulus: url_bytes(&situation.text(modulus)?).ok_or_else(no_number)?,
                exponent: url_bytes(&situation.text(exponent)?).ok_or_else(no_number)?,
            },
        };
        Ok(JwtKey { id: self.id.clone(), material })
    }
}

fn url_bytes(text: &str) -> Option<Vec<u8>> {
    let config = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let bytes = GeneralPurpose::new(&URL_SAFE, config).decode(trimmed(text)).ok()?;
    (!bytes.is_empty()).then_some(bytes)
}

fn no_number() -> Failure {
    Failure::hidden("InvalidKey", "A number of the key is not written in base64url.", 500)
}
