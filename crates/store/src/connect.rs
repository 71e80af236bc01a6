//! Opens the store: one connection that writes, a few that read.

use std::fs::{self, OpenOptions};
use std::io;
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use crate::documents::DocumentSeal;
use crate::error::Error;
use crate::migrate;

/// An open store. Reads run side by side; writes take turns.
pub struct Store {
    path: PathBuf,
    writer: Mutex<Connection>,
    readers: Mutex<Vec<Connection>>,
    pub(crate) seal: OnceLock<DocumentSeal>,
}

impl Store {
    /// Opens the file, makes it when it isn't there, and brings its schema up to date.
    ///
    /// # Errors
    /// When the file can't be opened or written, or was written by a newer program.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let in_file = |source| Error::File { path: path.display().to_string(), source };
        keep_private(path)
            .map_err(|source| Error::Permissions { path: path.display().to_string(), source })?;
        let mut writer = Connection::open(path).map_err(in_file)?;
        configure(&writer).map_err(in_file)?;
        migrate::migrate(&mut writer)?;
        Ok(Self {
            path: path.to_owned(),
            writer: Mutex::new(writer),
            readers: Mutex::new(Vec::new()),
            seal: OnceLock::new(),
        })
    }

    pub(crate) fn writer(&self) -> MutexGuard<'_, Connection> {
        // A panic while writing rolled its transaction back, so the connection is still good.
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn take_reader(&self) -> Result<Connection, Error> {
        let idle = self.readers.lock().unwrap_or_else(PoisonError::into_inner).pop();
        match idle {
            Some(connection) => Ok(connection),
            None => {
                let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
                let connection = Connection::open_with_flags(&self.path, flags)?;
                configure(&connection)?;
                Ok(connection)
            }
        }
    }

    pub(crate) fn give_back(&self, connection: Connection) {
        let mut readers = self.readers.lock().unwrap_or_else(PoisonError::into_inner);
        if readers.len() < READERS_KEPT {
            readers.push(connection);
        }
    }
}

/// Makes the file if it isn't there, and takes from group and others what they may do with it and with the files that
/// SQLite keeps beside it, which get the rights of this one.
fn keep_private(path: &Path) -> io::Result<()> {
    OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path)?;
    for beside in ["", "-wal", "-shm", "-journal"] {
        let mut name = path.as_os_str().to_owned();
        name.push(beside);
        match fs::metadata(&name) {
            Ok(facts) if facts.permissions().mode() & 0o077 != 0 => {
                fs::set_permissions(&name, fs::Permissions::from_mode(0o600))?;
            }
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// `FULL` makes each commit reach the disk before it is answered: a crash at any moment loses nothing answered.
fn configure(connection: &Connection) -> Result<(), rusqlite::Error> {
    connection.busy_timeout(Duration::from_secs(10))?;
    if !connection.is_readonly("main")? {
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        // What is deleted or written anew is overwritten, not only forgotten.
        connection.pragma_update(None, "secure_delete", true)?;
    }
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(())
}

const READERS_KEPT: usize = 8;
const CACHE_KIB: i64 = 8192;
