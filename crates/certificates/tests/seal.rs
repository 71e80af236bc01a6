//! Sealed keys open only for the row they belong to, under a master key that is there.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::thread;

use certificates::seal::key_file::{self, KeyFileError};
use certificates::seal::{MasterKey, SealError, Vault};
use domain::secret::Secret;

#[test]
fn a_sealed_secret_opens_for_the_row_it_was_sealed_for() {
    let vault = vault(1);
    let sealed = vault.seal(&secret(), "certificate 7 version 1").unwrap();
    assert_eq!(vault.unseal(&sealed, "certificate 7 version 1"), Ok(secret()));
    assert!(!sealed.windows(6).any(|window| window == b"pkcs#8"));
}

#[test]
fn a_sealed_secret_moved_to_another_row_does_not_open() {
    let vault = vault(1);
    let sealed = vault.seal(&secret(), "certificate 7 version 1").unwrap();
    assert_eq!(vault.unseal(&sealed, "certificate 8 version 1"), Err(SealError::Damaged));
}

#[test]
fn a_sealed_secret_with_any_octet_altered_does_not_open() {
    let vault = vault(1);
    let sealed = vault.seal(&secret(), "row").unwrap();
    for at in 0..sealed.len() {
        let mut altered = sealed.clone();
        altered[at] ^= 1;
        assert!(vault.unseal(&altered, "row").is_err(), "octet {at}");
        assert!(vault.unseal(&sealed[..at], "row").is_err(), "cut at {at}");
    }
}

#[test]
fn sealing_twice_gives_different_bytes() {
    let vault = vault(1);
    assert_ne!(vault.seal(&secret(), "row").unwrap(), vault.seal(&secret(), "row").unwrap());
}

#[test]
fn after_a_rotation_old_rows_open_and_are_told_from_new_ones() {
    let sealed = vault(1).seal(&secret(), "row").unwrap();
    let rotated = Vault::new(key(2), vec![key(1)]);
    assert_eq!(rotated.unseal(&sealed, "row"), Ok(secret()));
    assert!(!rotated.is_current(&sealed));
    let anew = rotated.seal(&secret(), "row").unwrap();
    assert!(rotated.is_current(&anew));
    let id = key(1).id();
    assert_eq!(vault(2).unseal(&sealed, "row"), Err(SealError::UnknownMasterKey { id }));
}

#[test]
fn a_master_key_prints_nothing_of_itself() {
    let key = key(0xab);
    assert_eq!(format!("{key:?}"), "[secret]");
    assert_eq!(key.id().len(), 16);
    assert!(!key.id().contains("abab"));
    assert!(MasterKey::from_hex(&"ab".repeat(31)).is_err());
    assert!(MasterKey::from_hex(&"ab".repeat(33)).is_err());
    assert!(MasterKey::from_hex(&"xy".repeat(32)).is_err());
    assert!(MasterKey::from_hex(&format!(" {}\n", "AB".repeat(32))).unwrap() == key);
}

#[test]
fn the_key_file_is_made_once_and_for_its_owner_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("master.key");
    let made = key_file::read_or_create(&path).unwrap();
    let again = key_file::read_or_create(&path).unwrap();
    assert!(made.current == again.current);
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn programs_that_start_at_once_get_the_same_key() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("master.key");
    let ids: Vec<String> = thread::scope(|scope| {
        let starts: Vec<_> =
            (0..8).map(|_| scope.spawn(|| key_file::read_or_create(&path).unwrap().current.id())).collect();
        starts.into_iter().map(|start| start.join().unwrap()).collect()
    });
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
}

#[test]
fn a_key_file_that_others_can_read_is_refused_with_the_remedy() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("master.key");
    key_file::read_or_create(&path).unwrap();
    fs::set_permissions(&path, Permissions::from_mode(0o640)).unwrap();
    let error = key_file::read_or_create(&path).err().unwrap();
    assert!(matches!(error, KeyFileError::TooOpen { .. }));
    assert!(error.to_string().contains("chmod 600"), "{error}");
}

#[test]
fn a_rotation_keeps_the_old_keys_until_they_are_forgotten() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("master.key");
    let first = key_file::read_or_create(&path).unwrap().current;
    key_file::write_rotated(&path, key(2)).unwrap();
    key_file::write_rotated(&path, key(3)).unwrap();
    let keys = key_file::read_or_create(&path).unwrap();
    assert!(keys.current == key(3));
    assert!(keys.older == [key(2), first]);
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    key_file::forget_older(&path).unwrap();
    let keys = key_file::read_or_create(&path).unwrap();
    assert!(keys.current == key(3) && keys.older.is_empty());
}

#[test]
fn a_damaged_or_empty_key_file_is_not_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("master.key");
    for (text, expected) in [("", "holds no key"), ("# nothing\n", "holds no key"), ("\nabc\n", "line 2")] {
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
        let error = key_file::read_or_create(&path).err().unwrap();
        assert!(error.to_string().contains(expected), "{error}");
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
    }
}

fn vault(octet: u8) -> Vault {
    Vault::new(key(octet), Vec::new())
}

fn key(octet: u8) -> MasterKey {
    MasterKey::from_bytes(&[octet; 32]).unwrap()
}

fn secret() -> Secret {
    Secret::from("pkcs#8 of a key".to_owned())
}
