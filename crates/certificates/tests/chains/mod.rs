//! Authorities, leaves and revocation lists for tests of judging.
#![allow(dead_code, clippy::unwrap_used, reason = "each test uses a part, and a test may panic")]

use std::sync::Arc;

use certificates::judge::{Demands, Identity, Judge, Presented, Problem};
use domain::authority::Unlisted;
use domain::snapshot::SnapshotAuthority;
use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, CertifiedIssuer, DnType, IsCa,
    KeyIdMethod, KeyPair, KeyUsagePurpose, RevokedCertParams, SerialNumber,
};
use time::macros::datetime;
use time::{Duration, OffsetDateTime};

pub(crate) type Issuer = CertifiedIssuer<'static, KeyPair>;

/// The time of all these tests.
pub(crate) const NOW: OffsetDateTime = datetime!(2030-06-01 12:00 UTC);

pub(crate) fn params(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    params.not_before = NOW - Duration::days(100);
    params.not_after = NOW + Duration::days(100);
    params
}

pub(crate) fn ca_params(name: &str) -> CertificateParams {
    let mut params = params(name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

pub(crate) fn root(name: &str) -> Issuer {
    CertifiedIssuer::self_signed(ca_params(name), KeyPair::generate().unwrap()).unwrap()
}

pub(crate) fn beneath(issuer: &Issuer, params: CertificateParams) -> Issuer {
    CertifiedIssuer::signed_by(params, KeyPair::generate().unwrap(), issuer).unwrap()
}

pub(crate) fn leaf(issuer: &Issuer, params: CertificateParams) -> Vec<u8> {
    params.signed_by(&KeyPair::generate().unwrap(), issuer).unwrap().der().to_vec()
}

pub(crate) fn numbered(mut params: CertificateParams, serial: u64) -> CertificateParams {
    params.serial_number = Some(SerialNumber::from(serial));
    params
}

pub(crate) fn der(issuer: &Issuer) -> Vec<u8> {
    issuer.der().to_vec()
}

/// A list that takes these serial numbers back, due to be renewed in a week.
pub(crate) fn list_params(revoked: &[u64]) -> CertificateRevocationListParams {
    let revoked = revoked.iter().map(|serial| RevokedCertParams {
        serial_number: SerialNumber::from(*serial),
        revocation_time: NOW - Duration::days(2),
        reason_code: None,
        invalidity_date: None,
    });
    CertificateRevocationListParams {
        this_update: NOW - Duration::days(1),
        next_update: NOW + Duration::days(7),
        crl_number: SerialNumber::from(1),
        issuing_distribution_point: None,
        revoked_certs: revoked.collect(),
        key_identifier_method: KeyIdMethod::Sha256,
    }
}

pub(crate) fn list(issuer: &Issuer, revoked: &[u64]) -> Vec<u8> {
    signed(issuer, list_params(revoked))
}

pub(crate) fn signed(issuer: &Issuer, list: CertificateRevocationListParams) -> Vec<u8> {
    list.signed_by(issuer).unwrap().der().to_vec()
}

pub(crate) fn uploaded(id: &str, certificate: Vec<u8>) -> SnapshotAuthority {
    SnapshotAuthority { id: id.parse().unwrap(), certificate, list: None, unlisted: Unlisted::Refuse }
}

pub(crate) fn judge(authorities: Vec<SnapshotAuthority>) -> Judge {
    let authorities: Vec<_> = authorities.into_iter().map(Arc::new).collect();
    Judge::default().next(authorities.iter())
}

/// All but revocation and identities.
pub(crate) fn trust() -> Demands {
    Demands { revocation: false, ..Demands::default() }
}

pub(crate) fn identified(identity: Identity) -> Demands {
    Demands { identities: vec![identity], ..trust() }
}

/// Judges a chain, leaf first.
pub(crate) fn outcome(judge: &Judge, chain: &[Vec<u8>], demands: &Demands) -> Result<(), Problem> {
    judge.judge(&Presented::read(chain), demands, NOW)
}
