//! `validate-client-certificate`: lets only callers pass whose certificate is good.

use crate::catalog::{Attribute, YES_NO};
use crate::client_certificate::{CertificateChecks, CertificateProblem, Identity};
use crate::failure::Failure;
use crate::names_alone::CertificateUse;
use crate::program::{CertificateSelector, Section};
use crate::statements::authentication::read_thumbprint;
use crate::statements::reader::{Given, Literal, Reader};
use crate::statements::table::{Read, Statement};
use crate::step::Action;

#[derive(Clone, Debug)]
pub(crate) struct CertificatePlan {
    pub(crate) checks: CertificateChecks,
    ignore_error: bool,
}

/// Reads `<validate-client-certificate …>` with its identities.
pub(crate) fn read(reader: &mut Reader<'_, '_>) -> Option<Action> {
    let revocation = reader.plain_flag("validate-revocation", true);
    let trust = reader.plain_flag("validate-trust", true);
    let not_before = reader.plain_flag("validate-not-before", true);
    let not_after = reader.plain_flag("validate-not-after", true);
    let ignore_error = reader.plain_flag("ignore-error", false);
    let identities = read_identities(reader);
    let checks = CertificateChecks {
        revocation: revocation?,
        trust: trust?,
        not_before: not_before?,
        not_after: not_after?,
        identities: identities?,
    };
    let ignore_error = ignore_error?;
    if !ignore_error {
        let at = reader.children("identities").next().map_or(reader.element.name_span, |list| list.name_span);
        reader.notes.certificates.add(CertificateUse::of_checks(&checks, at));
    }
    Some(Action::ValidateCertificate(Box::new(CertificatePlan { checks, ignore_error })))
}

fn read_identities(reader: &mut Reader<'_, '_>) -> Option<Vec<Identity>> {
    let Some(element) = reader.only_child("identities") else { return Some(Vec::new()) };
    let mut part = reader.child(element);
    part.check_shape(&IDENTITIES);
    let children: Vec<_> = part.children("identity").collect();
    if !(1..=MOST_IDENTITIES).contains(&children.len()) {
        let message = format!("`identities` holds 1 to {MOST_IDENTITIES} `identity`");
        part.error("missing-element", element.name_span, message);
        return None;
    }
    let identities: Vec<_> =
        children.into_iter().map(|child| read_identity(&mut part.child(child))).collect();
    identities.into_iter().collect()
}

fn read_identity(part: &mut Reader<'_, '_>) -> Option<Identity> {
    part.check_shape(&IDENTITY);
    let issuers = ["issuer-subject", "issuer-thumbprint", "issuer-certificate-id"];
    let given = issuers.into_iter().filter(|name| part.element.attribute(name).is_some()).count();
    if given == issuers.len() || (given > 1 && part.element.attribute("issuer-certificate-id").is_some()) {
        let message = "`issuer-certificate-id` can't stand beside another `issuer-` attribute";
        part.error("conflicting-attributes", part.element.name_span, message);
        return None;
    }
    let thumbprint = thumbprint(part, "thumbprint");
    let serial_number = match part.attribute("serial-number") {
        Given::Absent => Some(None),
        Given::Refused => None,
        Given::Literal(literal) => read_serial(literal, part).map(Some),
    };
    let common_name = claim(part, "common-name");
    let subject = name(part, "subject");
    let dns_name = claim(part, "dns-name");
    let issuer_subject = name(part, "issuer-subject");
    let issuer_thumbprint = self::thumbprint(part, "issuer-thumbprint");
    let issuer_certificate_id = claim(part, "issuer-certificate-id");
    if let Some(Some(id)) = &issuer_certificate_id
        && let Some(attribute) = part.element.attribute("issuer-certificate-id")
    {
        part.refer(&CertificateSelector::Authority(id.clone()), attribute.value_span);
    }
    let identity = Identity {
        thumbprint: thumbprint?,
        serial_number: serial_number?,
        common_name: common_name?,
        subject: subject?,
        dns_name: dns_name?,
        issuer_subject: issuer_subject?,
        issuer_thumbprint: issuer_thumbprint?,
        issuer_certificate_id: issuer_certificate_id?,
    };
    if identity == Identity::default() {
        // It would let any certificate in.
        let message = "`identity` says nothing; give it at least one attribute";
        part.error("missing-attribute", part.element.name_span, message);
        return None;
    }
    Some(identity)
}

/// A text that isn't empty; an empty one would fit nothing, or anything.
fn claim(part: &mut Reader<'_, '_>, name: &str) -> Option<Option<String>> {
    match part.attribute(name) {
        Given::Absent => Some(None),
        Given::Refused => None,
        Given::Literal(literal) if literal.word().is_empty() => {
            part.error("invalid-value", literal.span, format!("the `{name}` attribute is empty"));
            None
        }
        Given::Literal(literal) => Some(Some(literal.word().to_owned())),
    }
}

/// A distinguished name in any of the usual forms.
fn name(part: &mut Reader<'_, '_>, attribute: &str) -> Option<Option<String>> {
    let claimed = claim(part, attribute)?;
    if let Some(text) = &claimed
        && let Err(problem) = x500::parse(text)
    {
        let span = part.element.attribute(attribute).map_or(part.element.name_span, |name| name.value_span);
        let message = format!("`{attribute}` is not a distinguished name: {problem}");
        part.error("invalid-value", span, message)
            .set_help("copy it from the certificate's page, or from `openssl x509 -noout -subject -in FILE`");
        return None;
    }
    Some(claimed)
}

fn thumbprint(part: &mut Reader<'_, '_>, name: &str) -> Option<Option<String>> {
    match part.attribute(name) {
        Given::Absent => Some(None),
        Given::Refused => None,
        Given::Literal(literal) => match read_thumbprint(literal, part)? {
            CertificateSelector::Thumbprint(digits)
            | CertificateSelector::Id(digits)
            | CertificateSelector::Authority(digits) => Some(Some(digits)),
        },
    }
}

fn read_serial(literal: Literal<'_>, part: &mut Reader<'_, '_>) -> Option<String> {
    let kept = literal.text.chars().filter(|part| !crate::facts::is_decoration(*part));
    let digits: String = kept.map(|digit| digit.to_ascii_uppercase()).collect();
    if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        part.error("invalid-value", literal.span, "a serial number is made of hexadecimal digits");
        return None;
    }
    Some(digits)
}

impl CertificatePlan {
    pub(crate) fn judge(&self, judged: Result<(), CertificateProblem>) -> Result<(), Failure> {
        let problem = match judged {
            Err(problem) if !self.ignore_error => problem,
            _ => return Ok(()),
        };
        let reason = match problem {
            CertificateProblem::NotFound => "ClientCertificateNotFound",
            CertificateProblem::NotYetValid => "ClientCertificateNotYetValid",
            CertificateProblem::Expired => "ClientCertificateExpired",
            CertificateProblem::NotTrusted => "ClientCertificateNotTrusted",
            CertificateProblem::Revoked | CertificateProblem::RevocationUnknown => "ClientCertificateRevoked",
            CertificateProblem::IdentityNotMatched => "ClientCertificateIdentityNotMatched",
        };
        let told = match problem {
            CertificateProblem::NotFound => "Client certificate missing",
            _ => "Invalid client certificate",
        };
        Err(Failure::told(reason, told, UNAUTHORIZED))
    }
}

pub(crate) static VALIDATE_CLIENT_CERTIFICATE: Statement = Statement {
    sections: &[Section::Inbound],
    attributes: &[
        Attribute::new("validate-revocation").one_of(YES_NO),
        Attribute::new("validate-trust").one_of(YES_NO),
        Attribute::new("validate-not-before").one_of(YES_NO),
        Attribute::new("validate-not-after").one_of(YES_NO),
        Attribute::new("ignore-error").one_of(YES_NO),
    ],
    children: &["identities"],
    ..Statement::new(
        "validate-client-certificate",
        "Refuses callers whose certificate isn't good.",
        Read::Step(read),
    )
};

pub(crate) static IDENTITIES: Statement = Statement {
    children: &["identity"],
    ..Statement::new("identities", "Who is let in; one of them must fit.", Read::Part)
};

pub(crate) static IDENTITY: Statement = Statement {
    attributes: &[
        Attribute::new("thumbprint"),
        Attribute::new("serial-number"),
        Attribute::new("common-name"),
        Attribute::new("subject"),
        Attribute::new("dns-name"),
        Attribute::new("issuer-subject"),
        Attribute::new("issuer-thumbprint"),
        Attribute::new("issuer-certificate-id"),
    ],
    ..Statement::new("identity", "One kind of certificate; all that is said must fit.", Read::Part)
};

pub(crate) const MOST_IDENTITIES: usize = 10;
const UNAUTHORIZED: u16 = 401;
