//! `authentication-certificate` and `authentication-basic`: how the gateway shows itself to a backend.

use crate::edit::PLACEHOLDER;
use crate::effect::Hidden;
use crate::facts::{INVISIBLE, THUMBPRINT_DIGITS, is_decoration};
use crate::program::{Action, CertificateReference, CertificateSelector};
use crate::statements::reader::{Given, Literal, Reader};

/// Reads `<authentication-certificate certificate-id="…"/>` or `thumbprint="…"`.
pub(crate) fn read_certificate(reader: &mut Reader<'_, '_>) -> Option<Action> {
    let (selector, literal) = match (reader.attribute("certificate-id"), reader.attribute("thumbprint")) {
        (Given::Literal(id), Given::Absent) => (read_id(id, reader)?, id),
        (Given::Absent, Given::Literal(thumbprint)) => (read_thumbprint(thumbprint, reader)?, thumbprint),
        (Given::Absent, Given::Absent) => {
            let message = "one of the attributes `certificate-id` and `thumbprint` is required";
            reader.error("missing-attribute", reader.element.name_span, message);
            return None;
        }
        (Given::Refused, Given::Absent) | (Given::Absent, Given::Refused) => return None,
        _ => {
            let message = "only one of the attributes `certificate-id` and `thumbprint` can be given";
            reader.error("conflicting-attributes", reader.element.name_span, message);
            return None;
        }
    };
    let at = reader.position(literal.span);
    let (line, column) = (at.line, at.column);
    Some(Action::UseCertificate(CertificateReference { selector, span: literal.span, line, column }))
}

/// Reads `<authentication-basic username="…" password="…"/>`.
pub(crate) fn read_basic(reader: &mut Reader<'_, '_>) -> Option<Action> {
    let username = reader.required("username").and_then(|name| check_username(name, reader));
    let password = reader.required("password").and_then(|password| check_password(password, reader));
    Some(Action::UseBasic { username: username?.to_owned(), password: Hidden(password?.to_owned()) })
}

fn read_id(id: Literal<'_>, reader: &mut Reader<'_, '_>) -> Option<CertificateSelector> {
    if id.text.trim().is_empty() {
        reader.error("invalid-value", id.span, "the `certificate-id` attribute is empty");
        return None;
    }
    Some(CertificateSelector::Id(id.text.to_owned()))
}

/// Thumbprints come out of certificate dialogs with blanks, colons, in lower case, and often with an
/// invisible mark at the start.
fn read_thumbprint(written: Literal<'_>, reader: &mut Reader<'_, '_>) -> Option<CertificateSelector> {
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
    if written.text.contains(INVISIBLE) {
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

const SHA256_DIGITS: usize = 64;
