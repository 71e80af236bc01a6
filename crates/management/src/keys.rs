//! The master key and the store: whether they belong together, and a new key, with which everything is sealed again.

use ::certificates::seal::{SealError, Vault};
use domain::secret::Secret;
use store::connect::Store;
use store::documents::DocumentSeal;
use store::named_values::StoredValue;
use store::transaction::Change;

use crate::error::Error;
use crate::snapshot::bound_to;
use crate::surroundings::bound_to_value;

/// Seals every stored key, secret value and document again with the vault's current master key, in one
/// transaction; gives how many keys and values there were. [`take_over`] comes before.
/// No gateway may be running on the store meanwhile.
///
/// # Errors
/// When a key can't be unsealed with any of the vault's master keys: nothing is changed then.
pub fn reseal_all(store: &Store, vault: &Vault) -> Result<usize, Error> {
    store.write(|change| {
        let mut count = 0;
        for stored in change.view().sealed_keys()? {
            let (id, version, bytes) = stored.map_err(|damaged| Error::Failed(damaged.reason.into()))?;
            let row = bound_to(&id, version);
            let key = vault.unseal(&bytes, &row).map_err(Error::failed)?;
            change.reseal(&id, version, &vault.seal(&key, &row).map_err(Error::failed)?)?;
            count += 1;
        }
        for (name, value) in change.view().stored_values()?.into_iter().flatten() {
            let StoredValue::Sealed(bytes) = value else { continue };
            let row = bound_to_value(&name);
            let text = vault.unseal(&bytes, &row).map_err(Error::failed)?;
            change.reseal_value(&name, &vault.seal(&text, &row).map_err(Error::failed)?)?;
            count += 1;
        }
        change.reseal_documents()?;
        // What isn't in force yet is uploaded again.
        change.drop_replacements()?;
        save_check(change, vault)?;
        Ok(count)
    })
}

/// Takes the vault's key for this store's: checks that it is, and reads and writes policy documents with it from now
/// on. Documents that an earlier version wrote in clear are sealed.
///
/// # Errors
/// [`KeyError::Foreign`] for the key of another store; when the store can't be read or written. One damaged row is
/// none of these.
pub fn take_over(store: &Store, vault: &Vault) -> Result<(), KeyError> {
    refuse_foreign(store, vault)?;
    store.use_seal(document_seal(vault));
    store.seal_clear_documents().map_err(Error::from)?;
    Ok(())
}

/// Why a master key can't be used with a store.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    #[error(
        "the master key is not the one that this store is sealed with (key {id}); bring back the key that belongs to the store, or the store that belongs to the key"
    )]
    Foreign { id: String },
    #[error("could not check the master key against the store")]
    Failed(#[from] Error),
}

/// Checks that the vault's key is this store's. One thing that opens shows that it is, and what doesn't is damaged. If
/// nothing opens, and something names another key, it is the wrong one.
///
/// # Errors
/// As [`take_over`].
pub fn refuse_foreign(store: &Store, vault: &Vault) -> Result<(), KeyError> {
    let check = store.read(|view| view.master_key_check()).map_err(Error::from)?;
    let is_sound = check.as_ref().is_some_and(|(_, sealed)| vault.unseal(sealed, CHECK).is_ok());
    if is_sound {
        return Ok(());
    }
    let named = check.map(|(id, _)| id);
    if !named.as_ref().is_some_and(|id| vault.has_key(id))
        && let Some(id) = foreign_key(&sealed_rows(store)?, vault, named)
    {
        return Err(KeyError::Foreign { id });
    }
    Ok(store.write(|change| save_check(change, vault))?)
}

/// The key that the rows name, unless one of them opens with a key of ours.
fn foreign_key(rows: &[(String, Vec<u8>)], vault: &Vault, named: Option<String>) -> Option<String> {
    let mut foreign = named;
    for (bound_to, sealed) in rows {
        match vault.unseal(sealed, bound_to) {
            Ok(_) => return None,
            Err(SealError::UnknownMasterKey { id }) => foreign = foreign.or(Some(id)),
            Err(_) => {}
        }
    }
    foreign
}

fn save_check(change: &Change<'_>, vault: &Vault) -> Result<(), Error> {
    let sealed = vault.seal(&Secret::from(CHECK.to_owned()), CHECK).map_err(Error::failed)?;
    Ok(change.save_master_key_check(&vault.key_id(), &sealed)?)
}

/// Everything that is sealed in the store but the check value, with what it is bound to.
fn sealed_rows(store: &Store) -> Result<Vec<(String, Vec<u8>)>, Error> {
    store.read(|view| {
        let keys = view.sealed_keys()?.into_iter().flatten();
        let mut rows: Vec<_> = keys.map(|(id, version, bytes)| (bound_to(&id, version), bytes)).collect();
        for (name, value) in view.stored_values()?.into_iter().flatten() {
            if let StoredValue::Sealed(bytes) = value {
                rows.push((bound_to_value(&name), bytes));
            }
        }
        rows.extend(view.sealed_documents()?);
        Ok(rows)
    })
}

fn document_seal(vault: &Vault) -> DocumentSeal {
    let (sealing, unsealing) = (vault.clone(), vault.clone());
    DocumentSeal {
        seal: Box::new(move |text, bound_to| sealing.seal(&Secret::from(text.to_owned()), bound_to).ok()),
        unseal: Box::new(move |sealed, bound_to| {
            unsealing.unseal(sealed, bound_to).ok()?.expose_text().map(str::to_owned)
        }),
    }
}

/// How many private keys, earlier versions included, secret values and documents are sealed in the store, with the
/// check value of the first start.
///
/// # Errors
/// When the store can't be read.
pub fn sealed(store: &Store) -> Result<u64, Error> {
    store.read(|view| {
        let check = u64::from(view.master_key_check()?.is_some());
        Ok::<_, Error>(view.count_versions()? + view.count_sealed_values()? + check)
    })
}

const CHECK: &str = "postern master key check";
