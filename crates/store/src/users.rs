//! Users and their sessions.

use domain::user::{Role, User, UserName};
use rusqlite::{OptionalExtension, Row, params};
use time::OffsetDateTime;

use crate::certificates::{parse, time};
use crate::error::{Error, unreadable};
use crate::transaction::{Change, View};

/// A session as it is stored, with the user whose it is.
pub struct Session {
    pub user: User,
    pub created_at: OffsetDateTime,
    pub seen_at: OffsetDateTime,
}

impl View<'_> {
    /// How many users there are.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn count_users(&self) -> Result<u64, Error> {
        Ok(self.connection.query_row("SELECT count(*) FROM users", [], |row| row.get(0))?)
    }

    /// A user with the hash of the password, by name without regard to case.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn user(&self, name: &UserName) -> Result<Option<(User, String)>, Error> {
        let sql = "SELECT id, name, role, created_at, password_hash FROM users WHERE name = ?1";
        let found = self.connection.query_row(sql, [name.as_str()], |row| {
            let hash: String = row.get(4)?;
            Ok(user(row).map(|user| (user, hash)))
        });
        found.optional()?.transpose()
    }

    /// All users by name.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn users(&self) -> Result<Vec<User>, Error> {
        let mut statement =
            self.connection.prepare("SELECT id, name, role, created_at FROM users ORDER BY name")?;
        statement.query_map([], |row| Ok(user(row)))?.map(|row| row?).collect()
    }

    /// The session whose token has this hash.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn session(&self, token_hash: &[u8]) -> Result<Option<Session>, Error> {
        let sql = "SELECT u.id, u.name, u.role, u.created_at, s.created_at, s.seen_at
                   FROM sessions s JOIN users u ON u.id = s.user WHERE s.token_hash = ?1";
        let found = self.connection.prepare_cached(sql)?.query_row([token_hash], |row| {
            let times: (i64, i64) = (row.get(4)?, row.get(5)?);
            Ok(user(row)
                .and_then(|user| Ok(Session { user, created_at: time(times.0)?, seen_at: time(times.1)? })))
        });
        found.optional()?.transpose()
    }
}

impl Change<'_> {
    /// A new user; gives the id.
    ///
    /// # Errors
    /// [`Error::Taken`] when the name is taken.
    pub fn insert_user(
        &self,
        name: &UserName,
        role: Role,
        hash: &str,
        now: OffsetDateTime,
    ) -> Result<i64, Error> {
        let sql = "INSERT INTO users (name, role, password_hash, created_at) VALUES (?1, ?2, ?3, ?4)";
        self.connection.execute(sql, params![name.as_str(), role.as_str(), hash, now.unix_timestamp()])?;
        Ok(self.connection.last_insert_rowid())
    }

    /// A new password.
    ///
    /// # Errors
    /// When the store can't be written.
    pub fn update_password(&self, user: i64, hash: &str) -> Result<(), Error> {
        self.connection.execute("UPDATE users SET password_hash = ?2 WHERE id = ?1", params![user, hash])?;
        Ok(())
    }

    /// A new session.
    ///
    /// # Errors
    /// When the store can't be written.
    pub fn insert_session(&self, token_hash: &[u8], user: i64, now: OffsetDateTime) -> Result<(), Error> {
        let sql = "INSERT INTO sessions (token_hash, user, created_at, seen_at) VALUES (?1, ?2, ?3, ?3)";
        self.connection.execute(sql, params![token_hash, user, now.unix_timestamp()])?;
        Ok(())
    }

    /// Remembers that a session was used.
    ///
    /// # Errors
    /// When the store can't be written.
    pub fn touch_session(&self, token_hash: &[u8], now: OffsetDateTime) -> Result<(), Error> {
        let sql = "UPDATE sessions SET seen_at = ?2 WHERE token_hash = ?1";
        self.connection.execute(sql, params![token_hash, now.unix_timestamp()])?;
        Ok(())
    }

    /// Ends one session.
    ///
    /// # Errors
    /// When the store can't be written.
    pub fn delete_session(&self, token_hash: &[u8]) -> Result<(), Error> {
        self.connection.execute("DELETE FROM sessions WHERE token_hash = ?1", [token_hash])?;
        Ok(())
    }

    /// Ends all sessions of a user.
    ///
    /// # Errors
    /// When the store can't be written.
    pub fn delete_sessions_of(&self, user: i64) -> Result<(), Error> {
        self.connection.execute("DELETE FROM sessions WHERE user = ?1", [user])?;
        Ok(())
    }

    /// Removes sessions that began or were last seen before these times.
    ///
    /// # Errors
    /// When the store can't be written.
    pub fn delete_old_sessions(&self, began: OffsetDateTime, seen: OffsetDateTime) -> Result<(), Error> {
        let sql = "DELETE FROM sessions WHERE created_at < ?1 OR seen_at < ?2";
        self.connection.execute(sql, [began.unix_timestamp(), seen.unix_timestamp()])?;
        Ok(())
    }
}

fn user(row: &Row<'_>) -> Result<User, Error> {
    let role: String = row.get(2)?;
    Ok(User {
        id: row.get(0)?,
        name: parse(row.get::<_, String>(1)?)?,
        role: Role::from_word(&role).ok_or_else(|| unreadable(format!("role `{role}`")))?,
        created_at: time(row.get(3)?)?,
    })
}
