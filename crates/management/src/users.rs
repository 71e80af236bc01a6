//! Signing in, sessions, and users.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::secret::Secret;
use domain::user::{Actor, Role, User, UserName, check_password};
use sha2::{Digest as _, Sha256};
use time::Duration;

use crate::attempts::Against;
use crate::audit::By;
use crate::error::{Error, FieldProblem, Problem};
use crate::slots::Slots;
use crate::{Management, known_browser, lock, passwords};

/// How long sessions last.
#[derive(Clone, Copy, Debug)]
pub struct SessionLimits {
    /// A session that isn't used for so long is over.
    pub idle: Duration,
    /// A session is over so long after it began, used or not.
    pub absolute: Duration,
}

/// A new session's token, for the cookie.
pub struct SessionToken {
    pub token: Secret,
    /// How long it can last at most.
    pub seconds: i64,
    /// For the cookie by which the browser is known at the next sign-in, see [`crate::known_browser`].
    pub browser: Secret,
}

/// Where an attempt to sign in comes from.
#[derive(Clone, Copy, Debug)]
pub struct Origin<'a> {
    /// The client's address.
    pub address: &'a str,
    /// The cookie of a known browser, if it sent one.
    pub browser: Option<&'a Secret>,
}

impl Management {
    /// Whether there is no user yet, and the one-time link must be used.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn needs_setup(&self) -> Result<bool, Error> {
        self.store.read(|view| Ok(view.count_users()? == 0))
    }

    /// Makes the first administrator and signs in. The token is the one of the link, and works once.
    ///
    /// # Errors
    /// [`Error::NotAllowed`] when the token is wrong or there is a user already; fields `name` and `password`.
    pub fn setup(
        &self,
        token: &Secret,
        name: &str,
        password: &Secret,
        from: Origin<'_>,
    ) -> Result<SessionToken, Error> {
        let mut setup = lock(&self.setup);
        let right = setup.as_ref().is_some_and(|kept| hashed(kept) == hashed(token));
        if !right || !self.needs_setup()? {
            self.attempts.begin(&[Against::setup(from.address)], self.now())?;
            return Err(Error::NotAllowed);
        }
        self.add_user(&Actor::System, name, Role::Administrator, password)?;
        *setup = None;
        self.sign_in(name, password, from)
    }

    /// A new session for who knows the password. What others failed at, under the same name or from the same address,
    /// keeps nobody waiting whose browser is known.
    ///
    /// # Errors
    /// [`Error::WrongCredentials`], the same for an unknown name; [`Error::TooManyAttempts`] after several.
    pub fn sign_in(&self, name: &str, password: &Secret, from: Origin<'_>) -> Result<SessionToken, Error> {
        let found = self.user_named(name)?;
        let cookie = from.browser.filter(|cookie| self.is_known(cookie, found.as_ref()));
        let (against, places) = match cookie {
            Some(cookie) => (vec![Against::Browser(hashed(cookie))], &self.hashing_known),
            None => (against_stranger(name, from.address), &self.hashing),
        };
        let wait_seconds = self.attempts.begin(&against, self.now())?;
        let Some((user, hash)) = self.looked_at(&against, recognise(places, found, password))? else {
            return Err(Error::WrongCredentials { wait_seconds });
        };
        self.attempts.succeeded(&against);
        self.begin_session(&user, &hash)
    }

    /// Who has this token; nobody when it is unknown or its time is over.
    ///
    /// # Errors
    /// When the store can't be used.
    pub fn authenticate(&self, token: &Secret) -> Result<Actor, Error> {
        let hash = hashed(token);
        let now = self.now();
        let Some(session) = self.store.read(|view| view.session(&hash))? else { return Ok(Actor::Anonymous) };
        let over =
            now - session.created_at > self.limits.absolute || now - session.seen_at > self.limits.idle;
        if over {
            self.store.write(|change| change.delete_session(&hash))?;
            return Ok(Actor::Anonymous);
        }
        if now - session.seen_at >= SEEN_EVERY {
            self.store.write(|change| change.touch_session(&hash, now))?;
        }
        let User { id, name, role, .. } = session.user;
        Ok(Actor::User { id, name, role })
    }

    /// Ends the session of this token.
    ///
    /// # Errors
    /// When the store can't be written.
    pub fn sign_out(&self, token: &Secret) -> Result<(), Error> {
        Ok(self.store.write(|change| change.delete_session(&hashed(token)))?)
    }

    /// Ends all sessions of the one who asks.
    ///
    /// # Errors
    /// [`Error::NotAllowed`] when nobody is signed in.
    pub fn sign_out_everywhere(&self, actor: &Actor) -> Result<(), Error> {
        let Actor::User { id, name, .. } = actor else { return Err(Error::NotAllowed) };
        let by = By { actor, now: self.now() };
        self.store.write(|change| {
            change.delete_sessions_of(*id)?;
            by.record(change, "user.sign-out-everywhere", name.as_str(), "")
        })
    }

    /// A new password for the one who asks; ends all sessions and begins a new one.
    ///
    /// # Errors
    /// Fields `old` and `new`.
    pub fn change_password(&self, actor: &Actor, old: &Secret, new: &Secret) -> Result<SessionToken, Error> {
        let Actor::User { id, name, .. } = actor else { return Err(Error::NotAllowed) };
        let against = [Against::Password(*id)];
        self.attempts.begin(&against, self.now())?;
        let found = self.user_named(name.as_str())?;
        let Some((user, _)) = self.looked_at(&against, recognise(&self.hashing_known, found, old))? else {
            return Err(Error::invalid("old", Problem::WrongPassword));
        };
        self.attempts.succeeded(&against);
        let hash = self.put_password(actor, &user, "new", new)?;
        self.begin_session(&user, &hash)
    }

    /// A new user. For the command line and the first administrator.
    ///
    /// # Errors
    /// Fields `name` and `password`.
    pub fn add_user(&self, actor: &Actor, name: &str, role: Role, password: &Secret) -> Result<(), Error> {
        if *actor != Actor::System {
            return Err(Error::NotAllowed);
        }
        let name: UserName = name.parse().map_err(|_| Error::invalid("name", Problem::BadName))?;
        let hash = self.new_hash(&name, "password", password)?;
        let by = By { actor, now: self.now() };
        self.store.write(|change| {
            change.insert_user(&name, role, &hash, by.now).map_err(|error| match error {
                store::error::Error::Taken { .. } => Error::invalid("name", Problem::NameTaken),
                other => other.into(),
            })?;
            by.record(change, "user.add", name.as_str(), role.as_str())
        })
    }

    /// A new password for somebody; ends all their sessions. For the command line.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such user; field `password`.
    pub fn reset_password(&self, actor: &Actor, name: &str, password: &Secret) -> Result<(), Error> {
        if *actor != Actor::System {
            return Err(Error::NotAllowed);
        }
        let name: UserName = name.parse().map_err(|_| Error::NotFound)?;
        let (user, _) = self.store.read(|view| view.user(&name))?.ok_or(Error::NotFound)?;
        self.put_password(actor, &user, "password", password).map(|_| ())
    }

    /// All users by name. For the command line.
    ///
    /// # Errors
    /// [`Error::NotAllowed`] for anybody else.
    pub fn users(&self, actor: &Actor) -> Result<Vec<User>, Error> {
        if *actor != Actor::System {
            return Err(Error::NotAllowed);
        }
        Ok(self.store.read(|view| view.users())?)
    }

    fn put_password(
        &self,
        actor: &Actor,
        user: &User,
        field: &'static str,
        password: &Secret,
    ) -> Result<String, Error> {
        let hash = self.new_hash(&user.name, field, password)?;
        let by = By { actor, now: self.now() };
        self.store.write(|change| {
            change.update_password(user.id, &hash)?;
            change.delete_sessions_of(user.id)?;
            by.record(change, "user.password", user.name.as_str(), "")
        })?;
        Ok(hash)
    }

    fn new_hash(&self, name: &UserName, field: &'static str, password: &Secret) -> Result<String, Error> {
        let text = password.expose_text().ok_or_else(|| Error::invalid(field, Problem::BadCharacters))?;
        let weak =
            |problem| Error::Invalid(vec![FieldProblem { field, problem: Problem::WeakPassword(problem) }]);
        check_password(name, text).map_err(weak)?;
        let _place = self.hashing.take()?;
        passwords::hash(password)
    }

    /// What came of an attempt; one that couldn't be looked at doesn't count.
    fn looked_at<T>(&self, against: &[Against], came: Result<T, Error>) -> Result<T, Error> {
        came.inspect_err(|_| self.attempts.withdrawn(against))
    }

    /// The user with this name and the hash of the password.
    fn user_named(&self, name: &str) -> Result<Option<(User, String)>, Error> {
        match name.parse::<UserName>() {
            Ok(name) => Ok(self.store.read(|view| view.user(&name))?),
            Err(_) => Ok(None),
        }
    }

    fn is_known(&self, cookie: &Secret, found: Option<&(User, String)>) -> bool {
        found.is_some_and(|(user, hash)| known_browser::is_known(&self.vault, cookie, user, hash, self.now()))
    }

    fn begin_session(&self, user: &User, password_hash: &str) -> Result<SessionToken, Error> {
        let token = random_token()?;
        let now = self.now();
        self.store.write(|change| {
            change.delete_old_sessions(now - self.limits.absolute, now - self.limits.idle)?;
            change.insert_session(&hashed(&token), user.id, now)
        })?;
        let browser = known_browser::issue(&self.vault, user, password_hash, now)?;
        Ok(SessionToken { token, seconds: self.limits.absolute.whole_seconds(), browser })
    }
}

/// The user, when this is the password.
fn recognise(
    places: &Slots,
    found: Option<(User, String)>,
    password: &Secret,
) -> Result<Option<(User, String)>, Error> {
    let _place = places.take()?;
    match found {
        Some((user, hash)) => Ok(passwords::matches(password, &hash)?.then_some((user, hash))),
        None => {
            passwords::pretend_to_match(password);
            Ok(None)
        }
    }
}

/// What an attempt from an unknown browser counts against. What can't be a name isn't kept.
fn against_stranger(name: &str, address: &str) -> Vec<Against> {
    let name = name.parse::<UserName>().ok().map(|name| Against::Name(name.as_str().to_lowercase()));
    name.into_iter().chain([Against::address(address)]).collect()
}

/// 256 random bits as text, for sessions and one-time links.
///
/// # Errors
/// When the machine gives no random numbers.
pub fn random_token() -> Result<Secret, Error> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(Error::failed)?;
    Ok(Secret::from(URL_SAFE_NO_PAD.encode(bytes)))
}

fn hashed(token: &Secret) -> [u8; 32] {
    Sha256::digest(token.expose()).into()
}

const SEEN_EVERY: Duration = Duration::seconds(60);
