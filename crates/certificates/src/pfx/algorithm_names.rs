//! Names for algorithms that aren't supported, so that a refusal says what to ask the partner to avoid.

/// The name that people know, or the object identifier.
pub(super) fn name(object_id: &str) -> String {
    let known = NAMES.iter().find(|(known, _)| *known == object_id);
    known.map_or_else(|| format!("with the object identifier {object_id}"), |(_, name)| (*name).to_owned())
}

const NAMES: &[(&str, &str)] = &[
    ("1.2.392.200011.61.1.1.1.2", "Camellia-128"),
    ("1.2.392.200011.61.1.1.1.3", "Camellia-192"),
    ("1.2.392.200011.61.1.1.1.4", "Camellia-256"),
    ("1.2.410.200004.1.4", "SEED"),
    ("1.2.410.200046.1.1.2", "ARIA-128"),
    ("1.2.410.200046.1.1.7", "ARIA-192"),
    ("1.2.410.200046.1.1.12", "ARIA-256"),
    ("1.2.643.2.2.21", "GOST 28147-89"),
    ("1.2.643.7.1.1.2.2", "GOST R 34.11-2012 (Streebog-256)"),
    ("1.2.643.7.1.1.2.3", "GOST R 34.11-2012 (Streebog-512)"),
    ("1.2.840.113549.1.5.1", "PBES1 with MD2 and DES"),
    ("1.2.840.113549.1.5.3", "PBES1 with MD5 and DES"),
    ("1.2.840.113549.1.5.4", "PBES1 with MD2 and RC2"),
    ("1.2.840.113549.1.5.6", "PBES1 with MD5 and RC2"),
    ("1.2.840.113549.1.5.10", "PBES1 with SHA-1 and DES"),
    ("1.2.840.113549.1.5.11", "PBES1 with SHA-1 and RC2"),
    ("1.2.840.113549.1.7.2", "(signed data)"),
    ("1.2.840.113549.1.7.3", "(enveloped data)"),
    ("1.2.840.113549.1.7.6", "(encrypted data)"),
    ("1.2.840.113549.2.12", "HMAC with SHA-512/224"),
    ("1.2.840.113549.3.2", "RC2"),
    ("1.2.840.113549.3.9", "RC5"),
    ("1.3.14.3.2.7", "DES"),
    ("1.3.6.1.4.1.11591.4.11", "scrypt"),
    ("2.16.840.1.101.3.4.1.6", "AES-128-GCM"),
    ("2.16.840.1.101.3.4.1.26", "AES-192-GCM"),
    ("2.16.840.1.101.3.4.1.46", "AES-256-GCM"),
    ("2.16.840.1.101.3.4.2.5", "SHA-512/224"),
    ("2.16.840.1.101.3.4.2.7", "SHA3-224"),
    ("2.16.840.1.101.3.4.2.8", "SHA3-256"),
    ("2.16.840.1.101.3.4.2.9", "SHA3-384"),
    ("2.16.840.1.101.3.4.2.10", "SHA3-512"),
    ("2.16.840.1.101.3.4.2.13", "HMAC with SHA3-224"),
    ("2.16.840.1.101.3.4.2.14", "HMAC with SHA3-256"),
    ("2.16.840.1.101.3.4.2.15", "HMAC with SHA3-384"),
    ("2.16.840.1.101.3.4.2.16", "HMAC with SHA3-512"),
];
