//! The sample's certificates: an authority, the backend's own, and two PFX files to upload.

use std::path::Path;

use anyhow::Context as _;
use p12_keystore::{Certificate, KeyStore, KeyStoreEntry, PrivateKeyChain};
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer,
    KeyPair, KeyUsagePurpose,
};

use crate::self_made::write_private;

/// What the sample backend and the sample API are made of. It protects nothing: its password is printed.
pub(crate) struct Material {
    /// Signs the backend's certificate and the callers' certificates that the backend takes.
    pub(crate) authority_pem: String,
    pub(crate) backend_pem: String,
    pub(crate) backend_key_pem: String,
}

impl Material {
    /// Reads the files in the folder, or makes them.
    pub(crate) fn read_or_make(folder: &Path) -> anyhow::Result<Self> {
        let path = |name: &str| folder.join(name);
        if !path("partner-renewed.pfx").exists() {
            std::fs::create_dir_all(folder)
                .with_context(|| format!("could not make `{}`", folder.display()))?;
            make(folder)?;
        }
        let read = |name: &str| {
            std::fs::read_to_string(path(name))
                .with_context(|| format!("could not read `{}`", path(name).display()))
        };
        Ok(Self {
            authority_pem: read("authority.pem")?,
            backend_pem: read("backend.pem")?,
            backend_key_pem: read("backend.key")?,
        })
    }
}

fn make(folder: &Path) -> anyhow::Result<()> {
    let key = KeyPair::generate()?;
    let mut params = named("Sample Authority")?;
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let authority = params.self_signed(&key)?;
    let issuer = Issuer::new(params, key);
    std::fs::write(folder.join("authority.pem"), authority.pem())?;

    let mut params = named("Sample Backend")?;
    params.subject_alt_names =
        CertificateParams::new(["localhost".to_owned(), "127.0.0.1".to_owned()])?.subject_alt_names;
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let key = KeyPair::generate()?;
    std::fs::write(folder.join("backend.pem"), params.signed_by(&key, &issuer)?.pem())?;
    write_private(&folder.join("backend.key"), key.serialize_pem().as_bytes())?;

    // The second one is the renewal of the first: same subject, other key and dates.
    for (file, year) in [("partner.pfx", 2030), ("partner-renewed.pfx", 2032)] {
        let mut params = named("Sample Partner")?;
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        params.not_after = rcgen::date_time_ymd(year, 6, 30);
        let key = KeyPair::generate()?;
        let leaf = params.signed_by(&key, &issuer)?;
        let pfx = pfx(&key.serialize_der(), &[leaf.der(), authority.der()])?;
        write_private(&folder.join(file), &pfx)?;
    }
    Ok(())
}

fn named(common_name: &str) -> anyhow::Result<CertificateParams> {
    let mut params = CertificateParams::new(Vec::<String>::new())?;
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::OrganizationName, "Postern Sample");
    params.distinguished_name.push(DnType::CommonName, common_name);
    params.not_before = rcgen::date_time_ymd(2024, 1, 1);
    params.not_after = rcgen::date_time_ymd(2040, 1, 1);
    params.use_authority_key_identifier_extension = true;
    Ok(params)
}

fn pfx(key: &[u8], chain: &[&[u8]]) -> anyhow::Result<Vec<u8>> {
    let certificates = chain.iter().map(|der| Certificate::from_der(der)).collect::<Result<Vec<_>, _>>()?;
    let mut store = KeyStore::new();
    store.add_entry(
        "sample partner",
        KeyStoreEntry::PrivateKeyChain(PrivateKeyChain::new(key, [1_u8], certificates)),
    );
    Ok(store.writer(PASSWORD).write()?)
}

/// The password of both PFX files.
pub(crate) const PASSWORD: &str = "sample-password";
