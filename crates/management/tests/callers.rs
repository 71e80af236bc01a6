//! What is asked of client certificates: written into the policy of an API, and read back.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may panic")]

mod common;

use common::{House, WHO};
use domain::authority::AuthorityId;
use domain::caller_checks::{AuthorityChecks, CallerChecks, Callers};
use domain::credential::NewCredential;
use domain::name::ApiId;
use domain::secret::Secret;
use management::authorities::AuthorityUpload;
use management::callers::{AuthoritiesForm, CallersForm, ChecksForm};
use management::error::{Error, Problem};
use management::security::{ChainForm, NameForm, SecurityForm};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType, IsCa, KeyPair};

/// The Security tab with this said about clients.
fn save_callers(house: &House, id: &ApiId, callers: CallersForm) -> Result<(), Error> {
    let (credential, chain, name) = (NewCredential::None, ChainForm::System, NameForm::Address);
    let form = SecurityForm { credential, callers, chain, name };
    let expected = house.management.api(&WHO, id)?.revision;
    house.management.save_security(&WHO, id, &form, expected).map(|_| ())
}

#[test]
fn checks_of_callers_are_written_into_the_policy_and_read_back() {
    let house = House::new();
    let id = house.api("orders");
    let callers = || house.management.callers(&WHO, &id).unwrap();
    assert_eq!(callers(), Callers::Unchecked);
    let form = ChecksForm {
        authorities: None,
        not_expired: true,
        names: Some((" /O=Partner, Inc./CN=Partner CA ".to_owned(), "CN=a,O=b\\, c".to_owned())),
        thumbprints: Some(format!("{}\n\n{}, {0}", "aa:".repeat(20), "BB ".repeat(20))),
        uploaded: true,
    };
    save_callers(&house, &id, CallersForm::Checked(form)).unwrap();
    let wanted = CallerChecks {
        authorities: None,
        not_expired: true,
        issuer: Some("CN=Partner CA, O=\"Partner, Inc.\"".to_owned()),
        subject: Some("CN=a, O=\"b, c\"".to_owned()),
        thumbprints: vec!["AA".repeat(20).parse().unwrap(), "BB".repeat(20).parse().unwrap()],
        uploaded: true,
    };
    assert_eq!(callers(), Callers::Checked(wanted));
    assert!(house.live().apis[&id].policy.contains("Invalid client certificate"));
    save_callers(&house, &id, CallersForm::Unchecked).unwrap();
    assert_eq!(house.policy(&id), policy::program::EMPTY_API);
}

#[test]
fn a_check_that_a_person_changed_is_theirs() {
    let house = House::new();
    let id = house.api("orders");
    let form = ChecksForm { uploaded: true, ..ChecksForm::default() };
    save_callers(&house, &id, CallersForm::Checked(form)).unwrap();
    let own = house.policy(&id).replace("403", "401");
    house.save_policy(&id, &own).unwrap();
    assert_eq!(house.management.callers(&WHO, &id).unwrap(), Callers::Own);
    save_callers(&house, &id, CallersForm::Keep).unwrap();
    assert_eq!(house.policy(&id), own);
    let Err(Error::Invalid(problems)) = save_callers(&house, &id, CallersForm::Unchecked) else {
        panic!("it was overwritten");
    };
    assert_eq!(problems[0].problem, Problem::OwnChecks);
}

#[test]
fn what_is_wrong_with_the_checks_is_said_beside_each_field() {
    let house = House::new();
    let id = house.api("orders");
    let fields = |form| match save_callers(&house, &id, CallersForm::Checked(form)) {
        Err(Error::Invalid(problems)) => problems.iter().map(|one| one.field).collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    assert_eq!(fields(ChecksForm::default()), ["callers"]);
    let typed = ChecksForm {
        names: Some((String::new(), " ".to_owned())),
        thumbprints: Some("C0DE".to_owned()),
        ..ChecksForm::default()
    };
    assert_eq!(fields(typed), ["issuer", "thumbprints"]);
    let names = ("O=Partner, Inc.".to_owned(), "partner".to_owned());
    assert_eq!(fields(ChecksForm { names: Some(names), ..ChecksForm::default() }), ["issuer", "subject"]);
}

/// An uploaded CA certificate called `CN={name}, O=Contoso`.
fn authority(house: &House, name: &str) -> AuthorityId {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::OrganizationName, "Contoso");
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let upload = AuthorityUpload { file: Secret::from(issuer.pem()), name: String::new() };
    house.management.upload_authorities(&WHO, &upload).unwrap().0.added[0].id.clone()
}

fn vouched(ids: &[&str], names: Option<(&str, &str)>) -> CallersForm {
    let ids = Some(ids.iter().map(|id| (*id).to_owned()).collect());
    CallersForm::Checked(ChecksForm {
        authorities: Some(AuthoritiesForm { ids, revocation: false }),
        names: names.map(|(issuer, subject)| (issuer.to_owned(), subject.to_owned())),
        ..ChecksForm::default()
    })
}

#[test]
fn ca_certificates_vouch_for_clients_and_cannot_be_deleted_meanwhile() {
    let house = House::new();
    let id = house.api("orders");
    let (one, two) = (authority(&house, "One CA"), authority(&house, "Two CA"));
    save_callers(&house, &id, vouched(&["one-ca", "two-ca", "one-ca"], Some(("", "O=b, CN=a")))).unwrap();
    let wanted = CallerChecks {
        authorities: Some(AuthorityChecks { ids: vec![one.clone(), two], revocation: false }),
        subject: Some("O=b, CN=a".to_owned()),
        ..CallerChecks::default()
    };
    assert_eq!(house.management.callers(&WHO, &id).unwrap(), Callers::Checked(wanted));
    let Err(Error::AuthorityInUse(_)) = house.management.delete_authority(&WHO, &one) else {
        panic!("it was deleted")
    };
    let any = CallersForm::Checked(ChecksForm {
        authorities: Some(AuthoritiesForm { ids: None, revocation: true }),
        ..ChecksForm::default()
    });
    save_callers(&house, &id, any).unwrap();
    let wanted = AuthorityChecks { ids: Vec::new(), revocation: true };
    let Callers::Checked(checks) = house.management.callers(&WHO, &id).unwrap() else { panic!("unknown") };
    assert_eq!(checks.authorities, Some(wanted));
    house.management.delete_authority(&WHO, &one).unwrap();
}

#[test]
fn an_issuer_beside_chosen_ca_certificates_is_one_of_their_names() {
    let house = House::new();
    let id = house.api("orders");
    let (one, _) = (authority(&house, "One CA"), authority(&house, "Two CA"));
    save_callers(&house, &id, vouched(&["one-ca", "two-ca"], Some(("/O=Contoso/CN=One CA", "")))).unwrap();
    let Callers::Checked(checks) = house.management.callers(&WHO, &id).unwrap() else { panic!("unknown") };
    assert_eq!(checks.authorities.unwrap().ids, [one]);
    assert_eq!(checks.issuer, None);
    for (form, wanted) in [
        (vouched(&["one-ca"], Some(("CN=Two CA, O=Contoso", ""))), ("issuer", Problem::OtherIssuer)),
        (vouched(&[], None), ("issuers", Problem::Missing)),
        (vouched(&["gone"], None), ("issuers", Problem::NoSuchAuthority)),
        (vouched(&["not an id"], None), ("issuers", Problem::NoSuchAuthority)),
    ] {
        let Err(Error::Invalid(found)) = save_callers(&house, &id, form) else { panic!("it was taken") };
        assert_eq!((found[0].field, found[0].problem.clone()), wanted);
    }
}
