//! The certificates of a PKCS#7 bundle (RFC 5652, 5.1), as `.p7b` and `.p7c` files are. Nothing of it is signed.

use crate::ber::{INTEGER, Malformed, Reader, SEQUENCE, SET};

/// The DER of each certificate in the order of the bundle; attribute certificates are passed over.
pub(crate) fn certificates(bundle: &[u8]) -> Result<Vec<Vec<u8>>, Malformed> {
    let mut content_info = Reader::new(bundle).sequence()?;
    if content_info.object_id()? != SIGNED_DATA {
        return Err(Malformed);
    }
    let mut signed_data = content_info.within(EXPLICIT_0)?.sequence()?;
    signed_data.tagged(INTEGER)?;
    signed_data.tagged(SET)?;
    signed_data.tagged(SEQUENCE)?;
    let mut found = Vec::new();
    if let Some(set) = signed_data.optional(EXPLICIT_0)? {
        let mut certificates = set.inside()?;
        while !certificates.is_at_end() {
            let element = certificates.element()?;
            if element.tag == SEQUENCE {
                found.push(element.whole.to_vec());
            }
        }
    }
    Ok(found)
}

const EXPLICIT_0: u8 = 0xa0;
const SIGNED_DATA: &str = "1.2.840.113549.1.7.2";
