//! Whether a certificate or a revocation list was signed by a key: the algorithms that TLS takes, and no weaker ones.

use rustls_pki_types::SignatureVerificationAlgorithm;
use webpki::ALL_VERIFICATION_ALGS;

use crate::ber::{BIT_STRING, Malformed, Reader, SEQUENCE};

/// Whether `signed` (DER: contents, algorithm, signature; RFC 5280, 4.1.1 and 5.1.1) was signed by the key of this
/// SubjectPublicKeyInfo.
pub(crate) fn is_by(signed: &[u8], public_key_info: &[u8]) -> bool {
    verify(signed, public_key_info).unwrap_or(false)
}

fn verify(signed: &[u8], public_key_info: &[u8]) -> Result<bool, Malformed> {
    let mut outer = Reader::new(signed).sequence()?;
    let message = outer.element()?.whole;
    let algorithm = outer.tagged(SEQUENCE)?.body;
    let signature = outer.tagged(BIT_STRING)?.body.strip_prefix(&[0]).ok_or(Malformed)?;
    let mut info = Reader::new(public_key_info).sequence()?;
    let key_algorithm = info.tagged(SEQUENCE)?.body;
    let key = info.tagged(BIT_STRING)?.body.strip_prefix(&[0]).ok_or(Malformed)?;
    let fits = |one: &&&dyn SignatureVerificationAlgorithm| {
        one.signature_alg_id().as_ref() == algorithm && one.public_key_alg_id().as_ref() == key_algorithm
    };
    // One pair of identifiers stands for several sizes of keys.
    let mut fitting = ALL_VERIFICATION_ALGS.iter().filter(fits);
    Ok(fitting.any(|one| one.verify_signature(key, message, signature).is_ok()))
}
