//! The gateway's own certificate: from files, or made at the first start.

use std::path::Path;

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
    write_private(key, made.signing_key.serialize_pem().as_bytes())?;
    std::fs::write(certificate, made.cert.pem())
        .with_context(|| format!("could not write `{}`", certificate.display()))
}

/// Writes a file that only its owner can read.
pub(crate) fn write_private(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)
        .with_context(|| format!("could not write `{}`", path.display()))?;
    file.write_all(bytes).with_context(|| format!("could not write `{}`", path.display()))
}
