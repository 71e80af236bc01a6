//! What the store's files hold of policy documents: nothing that one could read, and for their owner alone.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use domain::policy_document::Scope;
use rusqlite::Connection;
use store::apis::Stamp;
use store::connect::Store;
use store::documents::DocumentSeal;
use store::error::Error;
use time::OffsetDateTime;

const PASSWORD: &str = "correct horse battery staple";
const BY: Stamp<'_> = Stamp { by: "test", at: OffsetDateTime::UNIX_EPOCH };

/// Not a secret, but nothing that could be found by searching either. What it is bound to comes first.
fn seal() -> DocumentSeal {
    let turned = |bytes: &[u8]| bytes.iter().map(|byte| byte ^ 0x5a).collect::<Vec<u8>>();
    DocumentSeal {
        seal: Box::new(move |text, row| Some(turned(format!("{row}\n{text}").as_bytes()))),
        unseal: Box::new(move |sealed, row| {
            let text = String::from_utf8(turned(sealed)).ok()?;
            text.strip_prefix(row)?.strip_prefix('\n').map(str::to_owned)
        }),
    }
}

fn document(number: usize) -> String {
    format!(
        "<policies><!-- {number} --><authentication-basic username='u' password='{PASSWORD}'/></policies>"
    )
}

fn opened(path: &Path) -> Store {
    let store = Store::open(path).unwrap();
    store.use_seal(seal());
    store.write(|change| change.save_master_key_check("key", b"check")).unwrap();
    store.seal_clear_documents().unwrap();
    store
}

fn assert_nowhere(folder: &Path) {
    let mut looked_at = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let bytes = fs::read(&path).unwrap();
        for word in [PASSWORD, "authentication-basic"] {
            let found = bytes.windows(word.len()).any(|window| window == word.as_bytes());
            assert!(!found, "`{word}` is in {}", path.display());
        }
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{} can be read by others: {mode:o}", path.display());
        looked_at += 1;
    }
    assert!(looked_at > 0);
}

#[test]
fn a_password_in_a_policy_or_a_fragment_is_in_none_of_the_files() {
    let folder = tempfile::tempdir().unwrap();
    let store = opened(&folder.path().join("store.sqlite"));
    let fragment = "login".parse().unwrap();
    for number in 0..20 {
        store
            .write(|change| {
                change.save_policy(&Scope::All, &document(number), BY)?;
                change.save_fragment(&fragment, &document(number), &[], BY)
            })
            .unwrap();
        assert_nowhere(folder.path());
    }
    let (present, versions, first, texts) = store
        .read(|view| {
            let versions = view.policy_versions(&Scope::All)?;
            let first = view.policy_version(&Scope::All, versions[19].revision)?;
            Ok::<_, Error>((view.policy(&Scope::All)?, versions, first, view.fragment_texts()?))
        })
        .unwrap();
    assert_eq!((present.unwrap().text, versions.len()), (document(19), 20));
    assert_eq!((first.unwrap().1, texts[0].clone().unwrap().1), (document(0), document(19)));
    store.write(|change| change.save_policy(&Scope::All, &document(19), BY)).unwrap();
    assert_eq!(
        store.read(|view| view.policy_versions(&Scope::All)).unwrap().len(),
        20,
        "it is the same text"
    );
    store.write(|change| change.delete_fragment(&fragment)).unwrap();
    drop(store);
    assert_nowhere(folder.path());
}

#[test]
fn what_an_earlier_version_wrote_in_clear_is_sealed_and_swept_at_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.sqlite");
    drop(Store::open(&path).unwrap());
    let old = Connection::open(&path).unwrap();
    for number in 0..50 {
        let filler = document(number).repeat(20);
        old.execute("INSERT INTO policies (scope, document, revision, changed_at, changed_by) VALUES ('all', ?1, ?2, 0, 'a')
                     ON CONFLICT (scope) DO UPDATE SET document = ?1", (&filler, number))
            .unwrap();
        old.execute("INSERT INTO policy_versions (scope, revision, document, saved_at, saved_by) VALUES ('all', ?1, ?2, 0, 'a')", (number, &filler))
            .unwrap();
    }
    old.execute("DELETE FROM policy_versions WHERE revision > 9", []).unwrap();
    drop(old);
    for beside in ["store.sqlite", "store.sqlite-wal", "store.sqlite-shm"] {
        let path = folder.path().join(beside);
        if path.exists() {
            fs::set_permissions(path, fs::Permissions::from_mode(0o644)).unwrap();
        }
    }

    let store = opened(&path);
    assert_nowhere(folder.path());
    let text = store.read(|view| view.policy(&Scope::All)).unwrap().unwrap().text;
    assert_eq!(text, document(49).repeat(20));
    assert_eq!(store.read(|view| view.policy_versions(&Scope::All)).unwrap().len(), 10);
}

#[test]
fn a_document_that_was_moved_to_another_row_or_damaged_is_told_in_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.sqlite");
    let store = opened(&path);
    let fragment = "login".parse().unwrap();
    store
        .write(|change| {
            change.save_policy(&Scope::All, &document(1), BY)?;
            change.save_fragment(&fragment, "<fragment/>", &[], BY)
        })
        .unwrap();
    let other = Connection::open(&path).unwrap();
    other.execute("UPDATE policies SET sealed = (SELECT sealed FROM fragments)", []).unwrap();
    other.execute("UPDATE fragments SET sealed = x'00'", []).unwrap();
    let (shown, given, fragments, opened) = store
        .read(|view| {
            let given = view.policy_text(&Scope::All)?.unwrap();
            let shown = view.policy(&Scope::All)?.unwrap().text;
            Ok::<_, Error>((
                shown,
                given,
                view.fragment_texts()?,
                view.fragment(&fragment)?.unwrap().document,
            ))
        })
        .unwrap();
    for text in [shown, opened] {
        assert!(text.contains("can't be read") && !text.contains("<fragment"), "{text}");
    }
    let (policy, fragment) = (given.unwrap_err(), fragments[0].clone().unwrap_err());
    assert_eq!((policy.id.as_str(), fragment.id.as_str()), ("all", "login"));
    for reason in [policy.reason, fragment.reason] {
        assert!(reason.contains("can't be unsealed"), "{reason}");
    }
    // Sealing everything again leaves such a row as it is.
    store.write(|change| change.reseal_documents()).unwrap();
    store.write(|change| change.save_policy(&Scope::All, "<policies/>", BY)).unwrap();
    assert_eq!(store.read(|view| view.policy(&Scope::All)).unwrap().unwrap().text, "<policies/>");
}

#[test]
fn a_text_of_before_that_is_damaged_keeps_no_other_from_being_sealed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.sqlite");
    let store = opened(&path);
    let save = |id: &str| {
        let id = id.parse().unwrap();
        store.write(|change| change.save_fragment(&id, "<fragment/>", &[], BY)).unwrap();
    };
    save("bad");
    save("good");
    drop(store);
    let other = Connection::open(&path).unwrap();
    other
        .execute("UPDATE fragments SET sealed = NULL, document = CAST(x'ff3c' AS TEXT) WHERE id = 'bad'", [])
        .unwrap();
    other
        .execute(
            "UPDATE fragments SET sealed = NULL, document = '<fragment></fragment>' WHERE id = 'good'",
            [],
        )
        .unwrap();
    let store = opened(&path);
    let texts = store.read(|view| view.fragment_texts()).unwrap();
    let (bad, good): (Vec<_>, Vec<_>) = texts.into_iter().partition(Result::is_err);
    assert_eq!(good[0].as_ref().unwrap().1, "<fragment></fragment>");
    assert!(bad[0].as_ref().unwrap_err().reason.contains("utf-8"), "{bad:?}");
    let clear = "SELECT count(*) FROM fragments WHERE sealed IS NULL";
    assert_eq!(other.query_row(clear, [], |row| row.get::<_, u32>(0)).unwrap(), 1);
}

#[test]
fn nothing_is_written_in_clear_when_nobody_said_how_to_seal() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("store.sqlite")).unwrap();
    let saved = store.write(|change| change.save_policy(&Scope::All, &document(1), BY));
    assert!(matches!(saved, Err(Error::NotSealed)));
}
