//! A browser in which somebody has signed in before: its cookie is sealed under the master key, and good for one user,
//! one password and half a year.

use ::certificates::seal::Vault;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::secret::Secret;
use domain::user::User;
use sha2::{Digest as _, Sha256};
use time::{Duration, OffsetDateTime};

use crate::error::Error;

/// How long a browser is known after the last sign-in.
pub const KNOWN_FOR: Duration = Duration::days(180);

/// The cookie for a browser in which `user`, whose password has this hash, signed in at `now`.
pub(crate) fn issue(
    vault: &Vault,
    user: &User,
    password_hash: &str,
    now: OffsetDateTime,
) -> Result<Secret, Error> {
    let time = Secret::from(now.unix_timestamp().to_string());
    let sealed = vault.seal(&time, &bound_to(user, password_hash)).map_err(Error::failed)?;
    Ok(Secret::from(URL_SAFE_NO_PAD.encode(sealed)))
}

/// Whether `cookie` was issued to this user with the present password, and not too long ago.
pub(crate) fn is_known(
    vault: &Vault,
    cookie: &Secret,
    user: &User,
    password_hash: &str,
    now: OffsetDateTime,
) -> bool {
    let opened = URL_SAFE_NO_PAD
        .decode(cookie.expose())
        .ok()
        .and_then(|sealed| vault.unseal(&sealed, &bound_to(user, password_hash)).ok());
    let issued = opened.as_ref().and_then(Secret::expose_text).and_then(|text| text.parse::<i64>().ok());
    issued.is_some_and(|at| (0..KNOWN_FOR.whole_seconds()).contains(&(now.unix_timestamp() - at)))
}

fn bound_to(user: &User, password_hash: &str) -> String {
    let digest = Sha256::digest(password_hash);
    format!("known browser of user {} with {}", user.id, URL_SAFE_NO_PAD.encode(digest))
}
