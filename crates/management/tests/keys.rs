//! The master key and the store: whether they belong together is seen at the start, whatever is sealed, and one damaged
//! row isn't a wrong key.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

use certificates::seal::{MasterKey, Vault};
use domain::policy_document::Scope;
use management::keys::{KeyError, reseal_all, take_over};
use store::apis::Stamp;
use store::connect::Store;
use store::error::Error;
use store::named_values::StoredValue;
use time::OffsetDateTime;

const BY: Stamp<'_> = Stamp { by: "test", at: OffsetDateTime::UNIX_EPOCH };

fn key() -> MasterKey {
    MasterKey::generate().unwrap()
}

fn vault(key: &MasterKey) -> Vault {
    Vault::new(key.clone(), Vec::new())
}

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn store(&self) -> Store {
        Store::open(&self.0.path().join("store.sqlite")).unwrap()
    }

    /// Starts with a key, as the program does.
    fn start(&self, vault: &Vault) -> Result<Store, KeyError> {
        let store = self.store();
        take_over(&store, vault).map(|()| store)
    }
}

fn save(store: &Store, text: &str) {
    store.write(|change| change.save_policy(&Scope::All, text, BY)).unwrap();
}

fn text(store: &Store) -> String {
    store.read(|view| view.policy(&Scope::All)).unwrap().unwrap().text
}

#[test]
fn the_key_of_another_store_is_refused_before_anything_is_sealed() {
    let (folder, own) = (Folder::new(), key());
    folder.start(&vault(&own)).unwrap();
    let refused = folder.start(&vault(&key())).err().unwrap();
    assert!(matches!(&refused, KeyError::Foreign { id } if *id == own.id()), "{refused}");
    assert!(refused.to_string().contains("bring back the key"), "{refused}");
    assert!(folder.start(&vault(&own)).is_ok(), "the refusal changed nothing");
}

#[test]
fn the_key_of_another_store_is_refused_whatever_is_sealed_in_one_that_an_earlier_version_wrote() {
    let name = "secret".parse().unwrap();
    let (folder, own) = (Folder::new(), key());
    let sealed =
        vault(&own).seal(&domain::secret::Secret::from("x".to_owned()), "named-value/secret").unwrap();
    folder
        .store()
        .write(|change| change.insert_named_value(&name, &StoredValue::Sealed(sealed), BY))
        .unwrap();
    assert!(matches!(folder.start(&vault(&key())), Err(KeyError::Foreign { .. })));
    assert!(folder.start(&vault(&own)).is_ok());
}

#[test]
fn a_damaged_row_does_not_stop_the_start() {
    let (folder, own) = (Folder::new(), key());
    let store = folder.start(&vault(&own)).unwrap();
    save(&store, "<policies/>");
    let name = "secret".parse().unwrap();
    store
        .write(|change| {
            change.insert_named_value(&name, &StoredValue::Sealed(b"damaged".to_vec()), BY)?;
            change.save_master_key_check(&own.id(), b"damaged")
        })
        .unwrap();
    drop(store);
    let store = folder.start(&vault(&own)).unwrap();
    assert_eq!(text(&store), "<policies/>");
    // The check value was mended on the way, and still tells another key.
    store.write(|change| change.save_master_key_check("0000000000000000", b"damaged")).unwrap();
    drop(store);
    assert!(folder.start(&vault(&own)).is_ok(), "what it sealed opens, so the key is right");
    assert!(matches!(folder.start(&vault(&key())), Err(KeyError::Foreign { .. })));
}

#[test]
fn a_rotation_takes_documents_and_their_history_along_and_the_old_key_is_foreign_afterwards() {
    let (folder, old, new) = (Folder::new(), key(), key());
    let fragment = "login".parse().unwrap();
    let store = folder.start(&vault(&old)).unwrap();
    save(&store, "<policies><!-- 1 --></policies>");
    save(&store, "<policies><!-- 2 --></policies>");
    store.write(|change| change.save_fragment(&fragment, "<fragment/>", &[], BY)).unwrap();
    drop(store);

    let both = Vault::new(new.clone(), vec![old.clone()]);
    let store = folder.start(&both).unwrap();
    reseal_all(&store, &both).unwrap();
    drop(store);
    assert!(matches!(folder.start(&vault(&old)), Err(KeyError::Foreign { .. })));
    let store = folder.start(&vault(&new)).unwrap();
    assert_eq!(text(&store), "<policies><!-- 2 --></policies>");
    let (first, fragments) = store
        .read(|view| {
            let versions = view.policy_versions(&Scope::All)?;
            let oldest = versions.last().unwrap().revision;
            Ok::<_, Error>((view.policy_version(&Scope::All, oldest)?, view.fragment_texts()?))
        })
        .unwrap();
    assert_eq!(first.unwrap().1, "<policies><!-- 1 --></policies>");
    assert_eq!(fragments[0].as_ref().unwrap().1, "<fragment/>");
}
