//! What happens to CA certificates and their revocation lists: upload, use, renewal, removal.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may panic")]

mod common;

use common::{House, WHO};
use domain::authority::{AuthorityId, AuthorityUse, Signs, Unlisted};
use domain::authority_file::{FetchProblem, FileRefusal, ListRefusal};
use domain::credential::NewCredential;
use domain::list::ListQuery;
use domain::policy_document::ScopeLink;
use domain::secret::Secret;
use domain::trust::ChainCheck;
use management::authorities::AuthorityUpload;
use management::callers::CallersForm;
use management::error::{Error, Problem};
use management::revocation::{Fetched, RevocationForm};
use management::security::{ChainForm, NameForm, SecurityForm};
use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, CertifiedIssuer, DnType, IsCa,
    KeyIdMethod, KeyPair, RevokedCertParams, SerialNumber,
};
use time::Duration;

type Issuer = CertifiedIssuer<'static, KeyPair>;

fn issuer(name: &str) -> Issuer {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

fn list(house: &House, issuer: &Issuer, days_old: i64, revoked: u64) -> Vec<u8> {
    let now = house.management.now();
    let entry = |serial| RevokedCertParams {
        serial_number: SerialNumber::from(serial),
        revocation_time: now,
        reason_code: None,
        invalidity_date: None,
    };
    let list = CertificateRevocationListParams {
        this_update: now - Duration::days(days_old),
        next_update: now + Duration::days(7 - days_old),
        crl_number: SerialNumber::from(1),
        issuing_distribution_point: None,
        revoked_certs: (1..=revoked).map(entry).collect(),
        key_identifier_method: KeyIdMethod::Sha256,
    };
    list.signed_by(issuer).unwrap().der().to_vec()
}

fn upload(house: &House, file: &[u8]) -> Result<AuthorityId, Error> {
    let upload = AuthorityUpload { file: Secret::new(file.to_vec()), name: String::new() };
    Ok(house.management.upload_authorities(&WHO, &upload)?.0.added[0].id.clone())
}

#[test]
fn every_certificate_of_a_file_is_stored_once_and_reaches_the_gateway() {
    let house = House::new();
    let (one, two) = (issuer("One CA"), issuer("Two CA"));
    let file = [one.pem(), two.pem(), one.pem()].concat();
    let upload = AuthorityUpload { file: Secret::from(file), name: "ignored".to_owned() };
    let uploaded = house.management.upload_authorities(&WHO, &upload).unwrap().0;
    assert_eq!((uploaded.added.len(), uploaded.known.len()), (2, 0));
    assert_eq!(uploaded.added[0].id.as_str(), "one-ca");
    let live = house.live();
    assert_eq!(live.authorities[&uploaded.added[1].id].certificate, two.der().to_vec());
    let rows = house.management.list_authorities(&WHO, &ListQuery::default()).unwrap().rows;
    assert_eq!((rows.len(), rows[0].signs, rows[0].unlisted), (2, Signs::Others, Unlisted::Refuse));
    let Err(Error::AuthorityKnown(known)) = house.management.upload_authorities(&WHO, &upload) else {
        panic!("it was taken twice")
    };
    assert_eq!(known.name.as_str(), "One CA");
}

#[test]
fn a_file_with_a_private_key_is_refused() {
    let house = House::new();
    let one = issuer("One CA");
    let file = format!("{}{}", one.pem(), one.key().serialize_pem());
    let refused = upload(&house, file.as_bytes());
    assert!(matches!(refused, Err(Error::FileRefused(FileRefusal::PrivateKey))), "{refused:?}");
}

#[test]
fn an_authority_that_a_backend_goes_by_is_not_deleted() {
    let house = House::new();
    let id = upload(&house, issuer("One CA").der()).unwrap();
    let api = house.api("orders");
    let secure = |chain| {
        let form = SecurityForm {
            credential: NewCredential::Keep,
            callers: CallersForm::Keep,
            chain,
            name: NameForm::Address,
        };
        let expected = house.management.api(&WHO, &api).unwrap().revision;
        house.management.save_security(&WHO, &api, &form, expected)
    };
    let unknown = secure(ChainForm::Uploaded(vec!["nobody".to_owned()]));
    let Err(Error::Invalid(found)) = unknown else { panic!("{unknown:?}") };
    assert_eq!((found[0].field, &found[0].problem), ("uploaded", &Problem::NoSuchAuthority));
    secure(ChainForm::Uploaded(vec![id.to_string()])).unwrap();
    assert_eq!(house.live().apis[&api].trust.chain, ChainCheck::Uploaded(vec![id.clone()]));
    let Err(Error::AuthorityInUse(uses)) = house.management.delete_authority(&WHO, &id) else {
        panic!("it was deleted")
    };
    assert!(matches!(&uses[..], [AuthorityUse::Backend(link)] if link.id == api));
    assert_eq!(house.management.authority(&WHO, &id).unwrap().uses, uses);
    secure(ChainForm::System).unwrap();
    house.management.delete_authority(&WHO, &id).unwrap();
    assert!(house.live().authorities.is_empty());
}

#[test]
fn an_api_that_goes_takes_its_use_of_an_authority_along() {
    let house = House::new();
    let id = upload(&house, issuer("One CA").der()).unwrap();
    let api = house.api("orders");
    let chain = ChainForm::Uploaded(vec![id.to_string()]);
    let form = SecurityForm {
        credential: NewCredential::None,
        callers: CallersForm::Keep,
        chain,
        name: NameForm::Address,
    };
    let expected = house.management.api(&WHO, &api).unwrap().revision;
    house.management.save_security(&WHO, &api, &form, expected).unwrap();
    house.management.delete_api(&WHO, &api).unwrap();
    assert!(house.management.delete_authority(&WHO, &id).is_ok());
}

#[test]
fn an_uploaded_list_reaches_the_gateway_and_an_older_one_does_not_replace_it() {
    let house = House::new();
    let (one, other) = (issuer("One CA"), issuer("Other CA"));
    let id = upload(&house, one.der()).unwrap();
    let newer = list(&house, &one, 1, 3);
    house.management.upload_list(&WHO, &id, &newer).unwrap();
    assert_eq!(house.live().authorities[&id].list.as_deref(), Some(&newer));
    let facts = house.management.authority(&WHO, &id).unwrap().revocation.list.unwrap();
    assert_eq!((facts.revoked, facts.received_by.as_deref()), (3, Some(WHO.name())));
    let refused = |file: &[u8]| match house.management.upload_list(&WHO, &id, file) {
        Err(Error::ListRefused(refusal)) => refusal,
        other => panic!("{other:?}"),
    };
    assert!(matches!(refused(&list(&house, &one, 2, 0)), ListRefusal::Older { .. }));
    assert!(matches!(refused(&list(&house, &other, 0, 0)), ListRefusal::OtherIssuer { .. }));
    house.management.delete_list(&WHO, &id).unwrap();
    assert_eq!(house.live().authorities[&id].list, None);
}

#[test]
fn a_list_is_fetched_in_time_and_a_failure_is_noted_and_tried_again() {
    let house = House::new();
    let one = issuer("One CA");
    let id = upload(&house, one.der()).unwrap();
    let form = RevocationForm { unlisted: Unlisted::Pass, address: "http://pki.example/one.crl".to_owned() };
    house.management.save_revocation(&WHO, &id, &form).unwrap();
    assert_eq!(house.live().authorities[&id].unlisted, Unlisted::Pass);
    let due = || house.management.lists_due(&WHO).unwrap().len();
    assert_eq!(due(), 1);
    let problem = house.management.take_fetched(&WHO, &id, Err(FetchProblem::Status(503))).unwrap();
    assert_eq!(problem, Fetched::Failed(FetchProblem::Status(503)));
    let failure = house.management.authority(&WHO, &id).unwrap().revocation.failure.unwrap();
    assert_eq!((failure.at, failure.problem), (house.management.now(), FetchProblem::Status(503)));
    assert_eq!(due(), 0);
    house.pass(Duration::minutes(6));
    assert_eq!(due(), 1);
    let fetched = list(&house, &one, 0, 1);
    let taken = house.management.take_fetched(&WHO, &id, Ok(fetched.clone())).unwrap();
    assert!(matches!(taken, Fetched::New(_)), "{taken:?}");
    assert_eq!(house.live().authorities[&id].list.as_deref(), Some(&fetched));
    let revision = house.live().revision;
    house.pass(Duration::hours(25));
    assert_eq!(due(), 1);
    house.management.take_fetched(&WHO, &id, Ok(fetched)).unwrap();
    assert_eq!((due(), house.live().revision), (0, revision));
    assert_eq!(house.management.authority(&WHO, &id).unwrap().revocation.failure, None);
}

#[test]
fn an_address_that_is_no_http_address_is_refused() {
    let house = House::new();
    let id = upload(&house, issuer("One CA").der()).unwrap();
    let form = RevocationForm { unlisted: Unlisted::Refuse, address: "ldap://pki.example/cn=x".to_owned() };
    let refused = house.management.save_revocation(&WHO, &id, &form);
    let Err(Error::Invalid(found)) = refused else { panic!("{refused:?}") };
    assert_eq!(found[0].field, "address");
}

#[test]
fn an_authority_that_a_policy_names_is_not_deleted_and_an_unknown_one_is_refused() {
    let house = House::new();
    let api = house.api("orders");
    let policy = |id: &str| {
        format!(
            "<policies><inbound><base /><validate-client-certificate><identities><identity issuer-certificate-id=\"{id}\" /></identities></validate-client-certificate></inbound></policies>"
        )
    };
    let Err(Error::Policy(found)) = house.save_policy(&api, &policy("one-ca")) else {
        panic!("it was saved")
    };
    assert!(
        found[0].sentence.contains("no uploaded CA certificate has the id `one-ca`"),
        "{}",
        found[0].sentence
    );
    let id = upload(&house, issuer("One CA").der()).unwrap();
    house.save_policy(&api, &policy("one-ca")).unwrap();
    let uses = house.management.authority(&WHO, &id).unwrap().uses;
    assert!(matches!(&uses[..], [AuthorityUse::Policy(ScopeLink::Api(link))] if link.id == api), "{uses:?}");
    assert!(matches!(house.management.delete_authority(&WHO, &id), Err(Error::AuthorityInUse(_))));
    assert!(house.live().identities.is_empty());
}
