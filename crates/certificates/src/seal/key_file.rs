//! The file with the master key: one key a line in hex digits, the current one first, readable by its owner alone.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::{MasterKey, NotAMasterKey, SealError, Vault};

/// What a key file holds.
pub struct Keys {
    pub current: MasterKey,
    /// Those of before the last rotations, newest first.
    pub older: Vec<MasterKey>,
}

/// Why the key file can't be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    #[error("the key file `{path}` can't be read")]
    Unreadable { path: PathBuf, source: io::Error },
    #[error("the key file `{path}` can't be written")]
    Unwritable { path: PathBuf, source: io::Error },
    #[error("the key file `{path}` can be read by others than its owner; run `chmod 600 {path}`")]
    TooOpen { path: PathBuf },
    #[error("line {line} of the key file `{path}` is no key")]
    NotAKey { path: PathBuf, line: usize, source: NotAMasterKey },
    #[error(
        "the key file `{path}` holds no key; bring back its backup, for without it no sealed key can be opened"
    )]
    NoKey { path: PathBuf },
    #[error("no master key could be made")]
    NotMade(#[source] SealError),
}

impl Keys {
    /// A vault with these keys.
    #[must_use]
    pub fn into_vault(self) -> Vault {
        Vault::new(self.current, self.older)
    }
}

/// Reads the key file, or makes one with a fresh key when there is none. Of two programs that start at once both get
/// the same key.
///
/// # Errors
/// See [`KeyFileError`]. A file that group or others may read is refused.
pub fn read_or_create(path: &Path) -> Result<Keys, KeyFileError> {
    if !path.try_exists().map_err(|source| unreadable(path, source))? {
        let key = MasterKey::generate().map_err(KeyFileError::NotMade)?;
        create(path, &key)?;
    }
    read(path)
}

/// Puts `new` in front of the keys that the file holds, which are kept, and gives all of them back. Either the whole
/// file is replaced or nothing.
///
/// # Errors
/// See [`KeyFileError`].
pub fn write_rotated(path: &Path, new: MasterKey) -> Result<Keys, KeyFileError> {
    let present = read(path)?;
    let older: Vec<MasterKey> = std::iter::once(present.current).chain(present.older).collect();
    replace(path, std::iter::once(&new).chain(&older))?;
    Ok(Keys { current: new, older })
}

/// Leaves only the current key in the file, once everything is sealed under it.
///
/// # Errors
/// See [`KeyFileError`].
pub fn forget_older(path: &Path) -> Result<Keys, KeyFileError> {
    let present = read(path)?;
    replace(path, std::iter::once(&present.current))?;
    Ok(Keys { current: present.current, older: Vec::new() })
}

fn read(path: &Path) -> Result<Keys, KeyFileError> {
    let mut file = File::open(path).map_err(|source| unreadable(path, source))?;
    let facts = file.metadata().map_err(|source| unreadable(path, source))?;
    if facts.permissions().mode() & 0o077 != 0 {
        return Err(KeyFileError::TooOpen { path: path.to_owned() });
    }
    let mut text =
        Zeroizing::new(String::with_capacity(usize::try_from(facts.len()).unwrap_or_default() + 1));
    file.read_to_string(&mut text).map_err(|source| unreadable(path, source))?;
    let mut keys = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let line = line.trim();
        if !line.is_empty() && !line.starts_with('#') {
            let key = MasterKey::from_hex(line);
            keys.push(key.map_err(|source| KeyFileError::NotAKey {
                path: path.to_owned(),
                line: at + 1,
                source,
            })?);
        }
    }
    let mut keys = keys.into_iter();
    let current = keys.next().ok_or_else(|| KeyFileError::NoKey { path: path.to_owned() })?;
    Ok(Keys { current, older: keys.collect() })
}

/// Links the finished file to its place, which fails when another program was faster; then its key counts.
fn create(path: &Path, key: &MasterKey) -> Result<(), KeyFileError> {
    let written = write_beside(path, std::iter::once(key))?;
    let linked = fs::hard_link(&written, path);
    let removed = fs::remove_file(&written);
    match linked {
        Err(source) if source.kind() != io::ErrorKind::AlreadyExists => Err(unwritable(path, source)),
        _ => removed.and_then(|()| sync_folder(path)).map_err(|source| unwritable(path, source)),
    }
}

fn replace<'a>(path: &Path, keys: impl Iterator<Item = &'a MasterKey>) -> Result<(), KeyFileError> {
    let written = write_beside(path, keys)?;
    if let Err(source) = fs::rename(&written, path) {
        remove_unused(&written);
        return Err(unwritable(path, source));
    }
    sync_folder(path).map_err(|source| unwritable(path, source))
}

/// Writes the keys to a new file in the same folder, which no one else may read at any moment.
fn write_beside<'a>(path: &Path, keys: impl Iterator<Item = &'a MasterKey>) -> Result<PathBuf, KeyFileError> {
    let mut mark = [0; 8];
    getrandom::fill(&mut mark).map_err(|_| KeyFileError::NotMade(SealError::NoRandomness))?;
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{}.new", crate::names::hex(&mark)));
    let beside = PathBuf::from(name);
    let write = || {
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&beside)?;
        file.write_all(HEADER.as_bytes())?;
        for key in keys {
            file.write_all(key.to_hex().as_bytes())?;
            file.write_all(b"\n")?;
        }
        file.sync_all()
    };
    if let Err(source) = write() {
        remove_unused(&beside);
        return Err(unwritable(path, source));
    }
    Ok(beside)
}

/// The failure before this one is the one to tell of; a key file nobody uses is as well kept as the used one.
fn remove_unused(path: &Path) {
    let _ = fs::remove_file(path);
}

/// A new name in a folder lasts through a crash only when the folder is written, too.
fn sync_folder(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => File::open(folder)?.sync_all(),
        _ => File::open(".")?.sync_all(),
    }
}

fn unreadable(path: &Path, source: io::Error) -> KeyFileError {
    KeyFileError::Unreadable { path: path.to_owned(), source }
}

fn unwritable(path: &Path, source: io::Error) -> KeyFileError {
    KeyFileError::Unwritable { path: path.to_owned(), source }
}

const HEADER: &str = "# Postern's master key. Whoever has it and the database has all private keys.\n\
                      # Keep a copy in a safe place: without it no sealed key can be opened again.\n";
