//! A certificate authority for tests: leaves of every kind that callers and backends show.

use certificates::x509;
use domain::name::CertificateId;
use domain::secret::Secret;
use domain::snapshot::KeyMaterial;
use domain::uploaded::UploadedCertificate;
use gateway::settings::ServerIdentity;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose, PKCS_ECDSA_P256_SHA256, SignatureAlgorithm, SigningKey,
};
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::sign::CertifiedKey;

/// An authority with a key of its own. What it signs is valid from 1975 to 4096.
pub struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
}

/// A certificate and its key.
#[derive(Clone, Debug)]
pub struct Leaf {
    /// DER, leaf first; the authority is left out.
    pub chain: Vec<Vec<u8>>,
    /// PKCS#8 DER.
    pub key: Vec<u8>,
}

impl Authority {
    /// A new authority with this common name.
    pub fn new(name: &str) -> Self {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let key = KeyPair::generate().expect("a key");
        Self { issuer: CertifiedIssuer::self_signed(params, key).expect("a certificate") }
    }

    /// Its certificate, DER.
    pub fn der(&self) -> Vec<u8> {
        self.issuer.der().to_vec()
    }

    /// A server certificate for these host names and addresses.
    pub fn server(&self, names: &[&str]) -> Leaf {
        self.leaf(names.first().unwrap_or(&"server"), &PKCS_ECDSA_P256_SHA256, |params| {
            let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
            params.subject_alt_names = CertificateParams::new(names).expect("names").subject_alt_names;
            params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        })
    }

    /// A client certificate with this common name.
    pub fn client(&self, name: &str) -> Leaf {
        self.leaf(name, &PKCS_ECDSA_P256_SHA256, |params| {
            params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        })
    }

    /// A certificate of any other kind: with this kind of key, changed in any way.
    pub fn leaf(
        &self,
        name: &str,
        algorithm: &'static SignatureAlgorithm,
        change: impl FnOnce(&mut CertificateParams),
    ) -> Leaf {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        change(&mut params);
        let key = KeyPair::generate_for(algorithm).expect("a key");
        let certificate = params.signed_by(&key, &self.issuer).expect("a certificate");
        Leaf { chain: vec![certificate.der().to_vec()], key: key.serialize_der() }
    }

    /// A client certificate of X.509 version 1, without any extension.
    pub fn version_one(&self, name: &str) -> Leaf {
        let mut leaf = self.client(name);
        let modern = leaf.chain.remove(0);
        let certificate = Tlv::children(Tlv::read(&modern).0.content);
        let to_be_signed = Tlv::children(certificate[0].content);
        // Version and extensions stand in brackets with numbers; the rest is what version 1 has.
        let fields: Vec<u8> = to_be_signed
            .iter()
            .filter(|field| field.tag & 0xe0 != 0xa0)
            .flat_map(|f| f.raw.to_vec())
            .collect();
        let to_be_signed = sequence(&fields);
        let signature = self.issuer.key().sign(&to_be_signed).expect("a signature");
        let signature = tagged(0x03, &[&[0], signature.as_slice()].concat());
        leaf.chain = vec![sequence(&[to_be_signed, certificate[1].raw.to_vec(), signature].concat())];
        leaf
    }
}

impl Leaf {
    /// SHA-1 over the certificate, 40 upper-case digits.
    pub fn thumbprint(&self) -> String {
        x509::thumbprint(&self.chain[0]).as_str().to_owned()
    }

    /// What policies may ask about it once it is uploaded.
    pub fn uploaded(&self) -> UploadedCertificate {
        let facts = x509::facts(&self.chain[0]).expect("a certificate");
        UploadedCertificate {
            thumbprint: facts.thumbprint,
            subject: facts.subject.into(),
            issuer: facts.issuer.into(),
            serial_number: facts.serial_number.into(),
            not_before_unix_s: facts.not_before.unix_timestamp(),
            not_after_unix_s: facts.not_after.unix_timestamp(),
        }
    }

    /// The leaf as a snapshot holds it, in the slot `id`.
    pub fn key_material(&self, id: &str) -> KeyMaterial {
        KeyMaterial {
            id: certificate_id(id),
            thumbprint: x509::thumbprint(&self.chain[0]),
            chain: self.chain.clone(),
            key: Secret::new(self.key.clone()),
        }
    }

    /// The leaf as a gateway's own identity.
    pub fn server_identity(&self) -> ServerIdentity {
        ServerIdentity { chain: self.chain.clone(), key: Secret::new(self.key.clone()) }
    }

    /// The leaf as TLS uses it.
    pub fn certified_key(&self) -> CertifiedKey {
        let key = aws_lc_rs::sign::any_supported_type(&self.private_key()).expect("a key that TLS uses");
        CertifiedKey::new(self.certificates(), key)
    }

    /// The chain as TLS uses it.
    pub fn certificates(&self) -> Vec<CertificateDer<'static>> {
        self.chain.iter().cloned().map(CertificateDer::from).collect()
    }

    /// The key as TLS uses it.
    pub fn private_key(&self) -> PrivateKeyDer<'static> {
        PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(self.key.clone()))
    }

    /// The leaf as a PFX file that this password opens.
    pub fn pfx(&self, password: &str) -> Vec<u8> {
        use p12_keystore::{Certificate, KeyStore, KeyStoreEntry, PrivateKeyChain};
        let chain = self.chain.iter().map(|der| Certificate::from_der(der).expect("a certificate"));
        let chain: Vec<Certificate> = chain.collect();
        let entry = PrivateKeyChain::new(self.key.clone(), [1], chain);
        let mut store = KeyStore::new();
        store.add_entry("test", KeyStoreEntry::PrivateKeyChain(entry));
        store.writer(password).encryption_iterations(2_000).mac_iterations(2_000).write().expect("a PFX")
    }
}

/// An id that is known to be well written.
pub fn certificate_id(id: &str) -> CertificateId {
    id.parse().expect("a certificate id")
}

/// One element of DER: tag, length, content (X.690, 8.1).
struct Tlv<'d> {
    tag: u8,
    content: &'d [u8],
    raw: &'d [u8],
}

impl<'d> Tlv<'d> {
    fn read(der: &'d [u8]) -> (Self, &'d [u8]) {
        let (header, length) = match der[1] {
            short @ 0..0x80 => (2, usize::from(short)),
            long => {
                let count = usize::from(long & 0x7f);
                let length =
                    der[2..2 + count].iter().fold(0, |length, byte| length << 8 | usize::from(*byte));
                (2 + count, length)
            }
        };
        let (raw, rest) = der.split_at(header + length);
        (Self { tag: der[0], content: &raw[header..], raw }, rest)
    }

    fn children(mut content: &'d [u8]) -> Vec<Self> {
        let mut children = Vec::new();
        while !content.is_empty() {
            let (child, rest) = Self::read(content);
            children.push(child);
            content = rest;
        }
        children
    }
}

fn sequence(content: &[u8]) -> Vec<u8> {
    tagged(0x30, content)
}

fn tagged(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).expect("a short element");
    [&[tag, 0x82], length.to_be_bytes().as_slice(), content].concat()
}
