//! Signing in, sessions, and users.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::secret::Secret;
use domain::user::{Actor, Role, User, UserName, check_password};
use sha2::{Digest as _, Sha256};
use time::Duration;

use crate::audit::By;
use crate::error::{Error, FieldProblem, Problem};
use crate::{Management, lock, passwords};

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
        from: &str,
    ) -> Result<SessionToken, Error> {
        let keys = [format!("setup from {from}")];
        self.attempts.check(&keys, self.now())?;
        let mut setup = lock(&self.setup);
        let right = setup.as_ref().is_some_and(|kept| hashed(kept) == hashed(token));
        if !right || !self.needs_setup()? {
            self.attempts.failed(&keys, self.now());
            return Err(Error::NotAllowed);
        }
        self.add_user(&Actor::System, name, Role::Administrator, password)?;
        *setup = None;
        self.sign_in(name, password, from)
    }

    /// A new session for who knows the password.
    ///
    /// # Errors
    /// [`Error::WrongCredentials`], the same for an unknown name; [`Error::TooManyAttempts`] after several.
    pub fn sign_in(&self, name: &str, password: &Secret, from: &str) -> Result<SessionToken, Error> {
        let by_name = format!("name {}", name.trim().to_lowercase());
        let keys = [by_name.clone(), format!("from {from}")];
        self.attempts.check(&keys, self.now())?;
        let Some(user) = self.recognise(name, password)? else {
            self.attempts.failed(&keys, self.now());
            return Err(Error::WrongCredentials);
        };
        self.attempts.succeeded(&by_name);
        self.begin_session(&user)
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
        let Actor::User { name, .. } = actor else { return Err(Error::NotAllowed) };
        let keys = [format!("name {}", name.as_str().to_lowercase())];
        self.attempts.check(&keys, self.now())?;
        let Some(user) = self.recognise(name.as_str(), old)? else {
            self.attempts.failed(&keys, self.now());
            return Err(Error::invalid("old", Problem::WrongPassword));
        };
        self.put_password(actor, &user, "new", new)?;
        self.begin_session(&user)
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
        self.put_password(actor, &user, "password", password)
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
    ) -> Result<(), Error> {
        let hash = self.new_hash(&user.name, field, password)?;
        let by = By { actor, now: self.now() };
        self.store.write(|change| {
            change.update_password(user.id, &hash)?;
            change.delete_sessions_of(user.id)?;
            by.record(change, "user.password", user.name.as_str(), "")
        })
    }

    fn new_hash(&self, name: &UserName, field: &'static str, password: &Secret) -> Result<String, Error> {
        let text = password.expose_text().ok_or_else(|| Error::invalid(field, Problem::BadCharacters))?;
        let weak =
            |problem| Error::Invalid(vec![FieldProblem { field, problem: Problem::WeakPassword(problem) }]);
        check_password(name, text).map_err(weak)?;
        let _place = self.hashing.take()?;
        passwords::hash(password)
    }

    fn recognise(&self, name: &str, password: &Secret) -> Result<Option<User>, Error> {
        let found = match name.parse::<UserName>() {
            Ok(name) => self.store.read(|view| view.user(&name))?,
            Err(_) => None,
        };
        let _place = self.hashing.take()?;
        match found {
            Some((user, hash)) => Ok(passwords::matches(password, &hash)?.then_some(user)),
            None => {
                passwords::pretend_to_match(password);
                Ok(None)
            }
        }
    }

    fn begin_session(&self, user: &User) -> Result<SessionToken, Error> {
        let token = random_token()?;
        let now = self.now();
        self.store.write(|change| {
            change.delete_old_sessions(now - self.limits.absolute, now - self.limits.idle)?;
            change.insert_session(&hashed(&token), user.id, now)
        })?;
        Ok(SessionToken { token, seconds: self.limits.absolute.whole_seconds() })
    }
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
