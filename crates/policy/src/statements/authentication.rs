//! `authentication-certificate` and `authentication-basic`: how the gateway shows itself to a backend.

use std::borrow::Cow;
use std::sync::Arc;

use crate::blank::is_invisible;
use crate::call_out::CallCredential;
use crate::catalog::Attribute;
use crate::edit::PLACEHOLDER;
use crate::effect::{Effect, Hidden, Pfx, Place};
use crate::expression::compiled::Compiled;
use crate::expression::compiled::Wanted;
use crate::facts::{THUMBPRINT_DIGITS, clean_thumbprint, is_decoration};
use crate::failure::Failure;
use crate::program::{CertificateSelector, Section};
use crate::situation::Situation;
use crate::statements::reader::{Literal, Reader};
use crate::statements::table::{Read, Statement};
use crate::statements::values::Valued;
use crate::step::{Action, Setting, Written};

/// Which certificate to show.
#[derive(Clone, Debug)]
pub(crate) enum CredentialPlan {
    Fixed(CertificateSelector),
    Id(Compiled),
    Thumbprint(Compiled),
    Pfx { body: Compiled, password: Option<Setting<Hidden>> },
}

#[derive(Clone, Debug)]
pub(crate) struct BasicPlan {
    pub(crate) username: Written,
    password: Setting<Hidden>,
}

/// Reads `<authentication-certificate certificate-id="…"/>`, `thumbprint="…"` or `body="…"`.
pub(crate) fn read_certificate(reader: &mut Reader<'_, '_>) -> Option<Action> {
    read_credential(reader).map(Action::UseCredential)
}

/// The same, as a part of another statement.
pub(crate) fn read_credential(reader: &mut Reader<'_, '_>) -> Option<CredentialPlan> {
    let ways = ["certificate-id", "thumbprint", "body"];
    let given: Vec<&str> = ways.into_iter().filter(|name| reader.element.attribute(name).is_some()).collect();
    if given.len() != 1 {
        let (code, message) = match given.as_slice() {
            [] => (
                "missing-attribute",
                "one of the attributes `certificate-id`, `thumbprint` and `body` is required",
            ),
            _ => (
                "conflicting-attributes",
                "only one of the attributes `certificate-id`, `thumbprint` and `body` can be given",
            ),
        };
        reader.error(code, reader.element.name_span, message);
        return None;
    }
    let is_body = given == ["body"];
    if let Some(password) = reader.element.attribute("password").filter(|_| !is_body) {
        reader.error("conflicting-attributes", password.name_span, "`password` belongs to `body`");
        return None;
    }
    if is_body {
        return read_pfx(reader);
    }
    let name = given.first().copied()?;
    let value = reader.required_value(name, Wanted::Text)?;
    reader.notes.chooses_certificate |= matches!(value, Valued::Expression(_));
    let selector = match (name, value) {
        ("certificate-id", Valued::Expression(id)) => return Some(CredentialPlan::Id(id)),
        (_, Valued::Expression(thumbprint)) => return Some(CredentialPlan::Thumbprint(thumbprint)),
        ("certificate-id", Valued::Literal(id)) => (read_id(id, reader)?, id.span),
        (_, Valued::Literal(thumbprint)) => (read_thumbprint(thumbprint, reader)?, thumbprint.span),
    };
    reader.refer(&selector.0, selector.1);
    Some(CredentialPlan::Fixed(selector.0))
}

fn read_pfx(reader: &mut Reader<'_, '_>) -> Option<CredentialPlan> {
    let body = match reader.required_value("body", Wanted::Bytes)? {
        Valued::Expression(body) => body,
        Valued::Literal(literal) => {
            let message = "`body` is an expression that gives the bytes of a PFX file";
            reader.error("invalid-value", literal.span, message);
            return None;
        }
    };
    let password = match reader.value("password", Wanted::Text) {
        None => None,
        Some(password) => Some(read_password(password?, reader)?),
    };
    Some(CredentialPlan::Pfx { body, password })
}

/// Reads `<authentication-basic username="…" password="…"/>`.
pub(crate) fn read_basic(reader: &mut Reader<'_, '_>) -> Option<Action> {
    let username = reader.required_value("username", Wanted::Text).and_then(|name| match name {
        Valued::Literal(name) => check_username(name, reader).map(|name| Written::Literal(name.to_owned())),
        Valued::Expression(compiled) => Some(Written::Expression(compiled)),
    });
    let password =
        reader.required_value("password", Wanted::Text).and_then(|password| read_password(password, reader));
    Some(Action::UseBasic(BasicPlan { username: username?, password: password? }))
}

fn read_password(password: Valued<'_>, reader: &mut Reader<'_, '_>) -> Option<Setting<Hidden>> {
    match password {
        Valued::Expression(compiled) => Some(Setting::Expression(compiled)),
        Valued::Literal(literal) => {
            check_password(literal, reader).map(|text| Setting::Fixed(Hidden(text.to_owned())))
        }
    }
}

impl CredentialPlan {
    pub(crate) fn effect<'p>(
        &'p self,
        at: &'p Place,
        situation: &Situation<'_>,
    ) -> Result<Effect<'p>, Failure> {
        Ok(match self.credential(situation)? {
            CallCredential::Certificate(selector) => Effect::UseCertificate { selector, at },
            CallCredential::Pfx(pfx) => Effect::UsePfx { pfx, at },
            // Invariant: a plan always names a certificate.
            CallCredential::None => return Err(unknown()),
        })
    }

    pub(crate) fn credential<'p>(&'p self, situation: &Situation<'_>) -> Result<CallCredential<'p>, Failure> {
        let made = |selector| CallCredential::Certificate(Cow::Owned(selector));
        Ok(match self {
            CredentialPlan::Fixed(selector) => CallCredential::Certificate(Cow::Borrowed(selector)),
            CredentialPlan::Id(id) => made(CertificateSelector::Id(situation.printed(id)?)),
            CredentialPlan::Thumbprint(thumbprint) => {
                let clean = clean_thumbprint(&situation.printed(thumbprint)?).ok_or_else(unknown)?;
                made(CertificateSelector::Thumbprint(String::from_utf8_lossy(&clean).into_owned()))
            }
            CredentialPlan::Pfx { body, password } => {
                let bytes: Arc<[u8]> = situation.only_bytes(body)?;
                let password = password.as_ref().map(|password| situation.hidden(password)).transpose()?;
                CallCredential::Pfx(Pfx { bytes, password })
            }
        })
    }
}

impl BasicPlan {
    pub(crate) fn effect<'p>(&'p self, situation: &Situation<'_>) -> Result<Effect<'p>, Failure> {
        let username = match &self.username {
            Written::Literal(name) => Cow::Borrowed(name.as_str()),
            written => {
                let name = situation.line(written)?;
                if name.contains(':') {
                    return Err(colon());
                }
                Cow::Owned(name)
            }
        };
        let password = match &self.password {
            Setting::Fixed(password) => Cow::Borrowed(password.reveal()),
            worked => Cow::Owned(situation.hidden(worked)?.0),
        };
        Ok(Effect::UseBasic { username, password })
    }
}

fn unknown() -> Failure {
    Failure::hidden("CertificateNotFound", "The thumbprint of the client certificate is none.", 500)
}

fn colon() -> Failure {
    Failure::hidden("InvalidCredentials", "A user name can't hold a colon.", 500)
}

fn read_id(id: Literal<'_>, reader: &mut Reader<'_, '_>) -> Option<CertificateSelector> {
    if id.word().is_empty() {
        reader.error("invalid-value", id.span, "the `certificate-id` attribute is empty");
        return None;
    }
    Some(CertificateSelector::Id(id.text.to_owned()))
}

/// Thumbprints come out of certificate dialogs with blanks, colons, in lower case, and often with an
/// invisible mark at the start.
pub(crate) fn read_thumbprint(
    written: Literal<'_>,
    reader: &mut Reader<'_, '_>,
) -> Option<CertificateSelector> {
    let kept = written.text.chars().filter(|part| !is_decoration(*part));
    if let Some(wrong) = kept.clone().find(|digit| !digit.is_ascii_hexdigit()) {
        let wrong = wrong.escape_debug();
        let message = format!("a thumbprint has {THUMBPRINT_DIGITS} hexadecimal digits; `{wrong}` is none");
        reader.error("invalid-value", written.span, message);
        return None;
    }
    let digits: String = kept.map(|digit| digit.to_ascii_uppercase()).collect();
    if digits.len() != THUMBPRINT_DIGITS {
        let message =
            format!("a thumbprint has {THUMBPRINT_DIGITS} hexadecimal digits; this one has {}", digits.len());
        let diagnostic = reader.error("invalid-value", written.span, message);
        if digits.len() == SHA256_DIGITS {
            diagnostic.set_help("this looks like a SHA-256 fingerprint; the thumbprint is the SHA-1");
        }
        return None;
    }
    if written.text.contains(is_invisible) {
        reader
            .warning("invisible-character", written.span, "the thumbprint holds an invisible character")
            .set_help(format!("write `{digits}`"));
    }
    Some(CertificateSelector::Thumbprint(digits))
}

/// RFC 7617 §2: no colon in the user name, no control characters in either.
fn check_username<'d>(name: Literal<'d>, reader: &mut Reader<'_, '_>) -> Option<&'d str> {
    if name.text.contains(':') {
        reader.error("invalid-value", name.span, "a user name can't hold a colon");
        return None;
    }
    refuse_control_characters(name, "username", reader)
}

fn check_password<'d>(password: Literal<'d>, reader: &mut Reader<'_, '_>) -> Option<&'d str> {
    if password.text == PLACEHOLDER {
        let message = "the password stands hidden here, and there is none to put in its place";
        reader.error("masked-password", password.span, message).set_help("type the password");
        return None;
    }
    refuse_control_characters(password, "password", reader)
}

fn refuse_control_characters<'d>(
    value: Literal<'d>,
    name: &str,
    reader: &mut Reader<'_, '_>,
) -> Option<&'d str> {
    if value.text.contains(char::is_control) {
        let message = format!("the `{name}` attribute can't hold a control character");
        reader.error("invalid-value", value.span, message);
        return None;
    }
    Some(value.text)
}

pub(crate) static BASIC: Statement = Statement {
    sections: &[Section::Inbound],
    attributes: &[Attribute::valued("username").required(), Attribute::valued("password").required()],
    ..Statement::new(
        "authentication-basic",
        "Sends user name and password to the backend.",
        Read::Step(read_basic),
    )
};

pub(crate) static CERTIFICATE: Statement = Statement {
    sections: &[Section::Inbound],
    attributes: &[
        Attribute::valued("certificate-id"),
        Attribute::valued("thumbprint"),
        Attribute::valued("body"),
        Attribute::valued("password"),
    ],
    ..Statement::new(
        "authentication-certificate",
        "Shows a client certificate to the backend.",
        Read::Step(read_certificate),
    )
};

const SHA256_DIGITS: usize = 64;
