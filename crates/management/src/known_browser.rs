//! A browser in which somebody has signed in before. Its cookie has two parts, both sealed under the master key: who
//! signed in there last, and what makes the browser known, which is good for one user, one password and half a year.

use ::certificates::seal::Vault;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::secret::Secret;
use domain::user::{User, UserName};
use sha2::{Digest as _, Sha256};
use time::{Duration, OffsetDateTime};

use crate::Management;
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
    let sealed = |text: String, bound_to: &str| {
        let sealed = vault.seal(&Secret::from(text), bound_to).map_err(Error::failed)?;
        Ok::<_, Error>(URL_SAFE_NO_PAD.encode(sealed))
    };
    let user_part = sealed(user.name.as_str().to_owned(), LAST_USER)?;
    let known_part = sealed(now.unix_timestamp().to_string(), &bound_to(user, password_hash))?;
    Ok(Secret::from(format!("{user_part}.{known_part}")))
}

/// Whether `cookie` was issued to this user with the present password, and not too long ago.
pub(crate) fn is_known(
    vault: &Vault,
    cookie: &Secret,
    user: &User,
    password_hash: &str,
    now: OffsetDateTime,
) -> bool {
    let opened = parts(cookie).and_then(|(_, known)| unsealed(vault, known, &bound_to(user, password_hash)));
    let issued = opened.as_ref().and_then(Secret::expose_text).and_then(|text| text.parse::<i64>().ok());
    issued.is_some_and(|at| (0..KNOWN_FOR.whole_seconds()).contains(&(now.unix_timestamp() - at)))
}

impl Management {
    /// Who signed in last in the browser with this cookie. `None` if the cookie isn't one that this program issued. It
    /// proves no session: only that there was one.
    #[must_use]
    pub fn last_user(&self, cookie: &Secret) -> Option<UserName> {
        let (user, _) = parts(cookie)?;
        unsealed(&self.vault, user, LAST_USER)?.expose_text()?.parse().ok()
    }
}

fn parts(cookie: &Secret) -> Option<(&str, &str)> {
    cookie.expose_text()?.split_once('.')
}

fn unsealed(vault: &Vault, part: &str, bound_to: &str) -> Option<Secret> {
    vault.unseal(&URL_SAFE_NO_PAD.decode(part).ok()?, bound_to).ok()
}

fn bound_to(user: &User, password_hash: &str) -> String {
    let digest = Sha256::digest(password_hash);
    format!("known browser of user {} with {}", user.id, URL_SAFE_NO_PAD.encode(digest))
}

const LAST_USER: &str = "last user of a browser";
