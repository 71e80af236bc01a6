//! A new master key: every sealed key is sealed again.

use ::certificates::seal::Vault;
use store::connect::Store;

use crate::error::Error;
use crate::snapshot::bound_to;

/// Seals every stored key again with the vault's current master key, in one transaction; gives how many there were.
/// No gateway may be running on the store meanwhile.
///
/// # Errors
/// When a key can't be unsealed with any of the vault's master keys: nothing is changed then.
pub fn reseal_all(store: &Store, vault: &Vault) -> Result<usize, Error> {
    store.write(|change| {
        let sealed = change.view().sealed_keys()?;
        for (id, version, bytes) in &sealed {
            let row = bound_to(id, *version);
            let key = vault.unseal(bytes, &row).map_err(Error::failed)?;
            change.reseal(id, *version, &vault.seal(&key, &row).map_err(Error::failed)?)?;
        }
        Ok(sealed.len())
    })
}

/// How many private keys are sealed in the store, earlier versions included.
///
/// # Errors
/// When the store can't be read.
pub fn sealed(store: &Store) -> Result<u64, Error> {
    Ok(store.read(|view| view.count_versions())?)
}
