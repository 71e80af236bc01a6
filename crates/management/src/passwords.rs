//! Passwords are kept as argon2id hashes (RFC 9106).

use argon2::password_hash::{PasswordHash, PasswordHasher as _, PasswordVerifier as _, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use domain::secret::Secret;

use crate::error::Error;

/// The hash to store, with a fresh salt in it.
pub(crate) fn hash(password: &Secret) -> Result<String, Error> {
    let mut salt = [0_u8; 16];
    getrandom::fill(&mut salt).map_err(Error::failed)?;
    let salt = SaltString::encode_b64(&salt).map_err(broken)?;
    Ok(argon2()?.hash_password(password.expose(), &salt).map_err(broken)?.to_string())
}

/// Whether this is the password of the hash.
pub(crate) fn matches(password: &Secret, hash: &str) -> Result<bool, Error> {
    let hash = PasswordHash::new(hash).map_err(broken)?;
    Ok(argon2()?.verify_password(password.expose(), &hash).is_ok())
}

/// Takes as long as [`matches()`], for names that don't exist: the time of an answer tells nobody which names do.
pub(crate) fn pretend_to_match(password: &Secret) {
    if let Ok(argon2) = argon2() {
        let mut out = [0_u8; 32];
        let _ = argon2.hash_password_into(password.expose(), b"postern-no-such-user", &mut out);
    }
}

/// OWASP's first choice of parameters: 19 MiB, two passes, one lane.
fn argon2() -> Result<Argon2<'static>, Error> {
    let params = Params::new(19 * 1024, 2, 1, None).map_err(broken)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn broken(error: impl std::fmt::Display) -> Error {
    Error::failed(std::io::Error::other(format!("password hashing failed: {error}")))
}

#[cfg(test)]
mod tests {
    use domain::secret::Secret;

    use super::{hash, matches};

    #[test]
    fn a_password_is_recognised_by_its_hash_and_only_it() {
        let password = Secret::from("correct horse".to_owned());
        let hash = hash(&password).unwrap();
        assert!(hash.starts_with("$argon2id$"));
        assert!(matches(&password, &hash).unwrap());
        assert!(!matches(&Secret::from("correct house".to_owned()), &hash).unwrap());
    }
}
