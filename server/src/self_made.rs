//! The gateway's own certificate: from files, or made at the first start.

use std::fs::File;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use domain::secret::Secret;
use gateway::settings::ServerIdentity;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// Reads certificate, chain and key from PEM files.
pub(crate) fn from_files(certificate: &Path, key: &Path) -> anyhow::Result<ServerIdentity> {
    let in_file = |path: &Path| format!("could not read `{}`", path.display());
    let chain = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .with_context(|| in_file(certificate))?;
    if chain.is_empty() {
        bail!("`{}` holds no certificate; it must be a PEM file", certificate.display());
    }
    let key = PrivateKeyDer::from_pem_file(key).with_context(|| in_file(key))?;
    Ok(ServerIdentity {
        chain: chain.into_iter().map(|der| der.to_vec()).collect(),
        key: Secret::new(key.secret_der().to_vec()),
    })
}

/// The certificate in the data folder; made at the first start, for this machine's loopback names.
pub(crate) fn read_or_make(data: &Path) -> anyhow::Result<ServerIdentity> {
    let (certificate, key) = (data.join("gateway.pem"), data.join("gateway.key"));
    if !certificate.exists() || !key.exists() {
        make(&certificate, &key)?;
        tracing::info!(path = %certificate.display(), "made a certificate for the gateway; set `gateway.certificate` to use another");
    }
    from_files(&certificate, &key)
}

fn make(certificate: &Path, key: &Path) -> anyhow::Result<()> {
    let names = ["localhost", "127.0.0.1", "::1"].map(str::to_owned);
    let made = rcgen::generate_simple_self_signed(names).context("could not make a certificate")?;
    // One that was alone doesn't belong to the new key.
    match std::fs::remove_file(certificate) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            return Err(error).with_context(|| format!("could not remove `{}`", certificate.display()));
        }
        _ => {}
    }
    write_private(key, made.signing_key.serialize_pem().as_bytes())?;
    write_whole(certificate, made.cert.pem().as_bytes(), 0o644)
}

/// Writes a file that only its owner can read.
pub(crate) fn write_private(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    write_whole(path, bytes, 0o600)
}

/// Writes a file so that it is there whole or not at all, whenever the program ends.
fn write_whole(path: &Path, bytes: &[u8], mode: u32) -> anyhow::Result<()> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut name = path.as_os_str().to_owned();
    name.push(".new");
    let beside = PathBuf::from(name);
    let write = || {
        // One that was left behind may have another mode.
        let _ = std::fs::remove_file(&beside);
        let mut file = File::options().write(true).create_new(true).mode(mode).open(&beside)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        std::fs::rename(&beside, path)
    };
    write().with_context(|| format!("could not write `{}`", path.display()))
}
