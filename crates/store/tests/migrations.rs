//! A store that an earlier version filled, opened by this one.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use domain::policy_document::Scope;
use rusqlite::Connection;
use store::connect::Store;

#[test]
fn the_policies_of_the_first_schema_keep_their_texts_and_what_they_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.sqlite");
    let old = Connection::open(&path).unwrap();
    old.execute_batch(include_str!("../migrations/sqlite/0001_first.sql")).unwrap();
    old.execute_batch(FILLED).unwrap();
    old.pragma_update(None, "user_version", 1).unwrap();
    drop(old);

    let store = Store::open(&path).unwrap();
    let api = Scope::Api("orders".parse().unwrap());
    let certificate = "partner".parse().unwrap();
    let (document, versions, uses) = store
        .read(|view| {
            let uses = view.certificate_uses(&certificate)?;
            Ok::<_, store::error::Error>((view.policy(&api)?, view.policy_versions(&api)?, uses))
        })
        .unwrap();
    assert_eq!((document.unwrap().text.as_str(), versions.len(), uses.len()), ("<policies/>", 1, 1));

    let chosen = store.read(|view| view.is_certificate_chosen());
    assert!(chosen.unwrap(), "an expression chooses in one of them");

    // What keeps a certificate in use from being deleted holds on, and so does the count of uses.
    let present = Connection::open(&path).unwrap();
    present.pragma_update(None, "foreign_keys", true).unwrap();
    assert!(present.execute("DELETE FROM certificates", []).is_err());
    let count =
        || present.query_row("SELECT uses FROM certificates", [], |row| row.get::<_, u32>(0)).unwrap();
    assert_eq!(count(), 1);
    present.execute("DELETE FROM apis", []).unwrap();
    assert_eq!(count(), 0);
    let left: u32 = present.query_row("SELECT count(*) FROM policy_versions", [], |row| row.get(0)).unwrap();
    assert_eq!(left, 0);
}

const FILLED: &str = "
INSERT INTO certificates (id, name, version, subject, common_name, issuer, serial_number, thumbprint, sha256, not_before, not_after, revision)
    VALUES ('partner', 'Partner', 1, 'CN=a', 'a', 'CN=a', '01', '00', '00', 0, 0, 1);
INSERT INTO apis (id, name, suffix, backend, trust, credential, created_at, changed_at, changed_by, revision)
    VALUES ('orders', 'Orders', 'orders', 'https://a', '{}', '\"None\"', 0, 0, 'admin', 1);
INSERT INTO policies VALUES ('api/orders', 'orders', '<policies/>', 1, 0, 'admin');
INSERT INTO apis (id, name, suffix, backend, trust, credential, created_at, changed_at, changed_by, revision)
    VALUES ('stock', 'Stock', 'stock', 'https://a', '{}', '\"None\"', 0, 0, 'admin', 1);
INSERT INTO policies VALUES
    ('api/stock', 'stock', '<authentication-certificate certificate-id=\"@(context.Api.Id)\" />', 1, 0, 'admin');
INSERT INTO certificate_uses VALUES ('partner', 'api/orders', 'id');";
