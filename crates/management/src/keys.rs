//! A new master key: every sealed key and secret value is sealed again.

use ::certificates::seal::Vault;
use store::connect::Store;
use store::named_values::StoredValue;

use crate::error::Error;
use crate::snapshot::bound_to;
use crate::surroundings::bound_to_value;

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
        let mut count = sealed.len();
        for (name, value) in change.view().stored_values()?.into_iter().flatten() {
            let StoredValue::Sealed(bytes) = value else { continue };
            let row = bound_to_value(&name);
            let text = vault.unseal(&bytes, &row).map_err(Error::failed)?;
            change.reseal_value(&name, &vault.seal(&text, &row).map_err(Error::failed)?)?;
            count += 1;
        }
        Ok(count)
    })
}

/// How many private keys, earlier versions included, and secret values are sealed in the store.
///
/// # Errors
/// When the store can't be read.
pub fn sealed(store: &Store) -> Result<u64, Error> {
    store.read(|view| Ok::<_, Error>(view.count_versions()? + view.count_sealed_values()?))
}
