//! Which certificates are uploaded: an index that costs next to nothing to copy, and to change in a copy.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::certificate::Thumbprint;
use crate::name::CertificateId;

/// What policies may ask about an uploaded certificate, in its present version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UploadedCertificate {
    pub thumbprint: Thumbprint,
    /// Subject and issuer as .NET prints them.
    pub subject: Box<str>,
    pub issuer: Box<str>,
    /// Upper-case hexadecimal digits.
    pub serial_number: Box<str>,
    pub not_before_unix_s: i64,
    pub not_after_unix_s: i64,
}

/// The uploaded certificates by id and by the thumbprint of their present version.
///
/// Copies share everything but what was changed since; a look costs the same for any number of certificates.
#[derive(Clone, Debug)]
pub struct Uploaded {
    by_id: Vec<Arc<HashMap<CertificateId, Arc<UploadedCertificate>>>>,
    thumbprints: Vec<Arc<HashSet<Thumbprint>>>,
}

impl Uploaded {
    /// Whether a certificate has this id.
    #[must_use]
    pub fn has_id(&self, id: &CertificateId) -> bool {
        self.by_id.get(shard_of(id.as_str())).is_some_and(|shard| shard.contains_key(id))
    }

    /// The certificate that has this id.
    #[must_use]
    pub fn find(&self, id: &CertificateId) -> Option<&Arc<UploadedCertificate>> {
        self.by_id.get(shard_of(id.as_str()))?.get(id)
    }

    /// The ids of all certificates, in no order.
    pub fn ids(&self) -> impl Iterator<Item = &CertificateId> {
        self.by_id.iter().flat_map(|shard| shard.keys())
    }

    /// Whether a certificate's present version has this thumbprint.
    #[must_use]
    pub fn has_thumbprint(&self, thumbprint: &Thumbprint) -> bool {
        self.thumbprints.get(shard_of(thumbprint.as_str())).is_some_and(|shard| shard.contains(thumbprint))
    }

    /// Notes the present version of a certificate, in place of the one it had.
    pub fn insert(&mut self, id: CertificateId, certificate: UploadedCertificate) {
        self.remove(&id);
        let thumbprint = &certificate.thumbprint;
        if let Some(shard) = self.thumbprints.get_mut(shard_of(thumbprint.as_str())) {
            Arc::make_mut(shard).insert(thumbprint.clone());
        }
        if let Some(shard) = self.by_id.get_mut(shard_of(id.as_str())) {
            Arc::make_mut(shard).insert(id, Arc::new(certificate));
        }
    }

    /// Forgets a certificate.
    pub fn remove(&mut self, id: &CertificateId) {
        if !self.has_id(id) {
            return;
        }
        let shard = self.by_id.get_mut(shard_of(id.as_str()));
        let Some(removed) = shard.and_then(|shard| Arc::make_mut(shard).remove(id)) else { return };
        let thumbprint = &removed.thumbprint;
        if let Some(shard) = self.thumbprints.get_mut(shard_of(thumbprint.as_str())) {
            Arc::make_mut(shard).remove(thumbprint);
        }
    }
}

impl Default for Uploaded {
    fn default() -> Self {
        Self {
            by_id: (0..SHARDS).map(|_| Arc::default()).collect(),
            thumbprints: (0..SHARDS).map(|_| Arc::default()).collect(),
        }
    }
}

/// FNV-1a: only the maps inside must withstand keys that were chosen to collide.
fn shard_of(key: &str) -> usize {
    let fold = |hash: u32, byte: u8| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    let hash = key.bytes().fold(0x811c_9dc5, fold);
    usize::from((hash ^ (hash >> 16)).to_le_bytes()[0])
}

/// One for each value of a byte.
const SHARDS: usize = 256;

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(number: u32) -> (CertificateId, UploadedCertificate) {
        let certificate = UploadedCertificate {
            thumbprint: format!("{number:040X}").parse().unwrap(),
            subject: format!("CN={number}").into(),
            issuer: "CN=issuer".into(),
            serial_number: "01".into(),
            not_before_unix_s: 0,
            not_after_unix_s: 1,
        };
        (format!("c-{number}").parse().unwrap(), certificate)
    }

    #[test]
    fn a_changed_copy_leaves_the_original_as_it_was() {
        let mut original = Uploaded::default();
        for number in 0..2_000 {
            let (id, thumbprint) = pair(number);
            original.insert(id, thumbprint);
        }
        let mut copy = original.clone();
        let ((first, old), (second, gone), (_, new)) = (pair(1), pair(2), pair(5_000));
        copy.insert(first.clone(), new.clone());
        copy.remove(&second);
        copy.remove(&pair(9_999).0);
        assert!(
            copy.has_id(&first)
                && copy.has_thumbprint(&new.thumbprint)
                && !copy.has_thumbprint(&old.thumbprint)
        );
        assert!(!copy.has_id(&second) && !copy.has_thumbprint(&gone.thumbprint));
        assert!(original.has_thumbprint(&old.thumbprint) && original.has_thumbprint(&gone.thumbprint));
        assert!(!original.has_thumbprint(&new.thumbprint));
        assert_eq!((copy.ids().count(), original.ids().count()), (1_999, 2_000));
        assert_eq!(copy.find(&first).unwrap().subject, new.subject);
    }

    #[test]
    fn a_change_copies_only_a_small_part() {
        let mut original = Uploaded::default();
        for number in 0..2_000 {
            let (id, thumbprint) = pair(number);
            original.insert(id, thumbprint);
        }
        let mut copy = original.clone();
        let (id, thumbprint) = pair(7_000);
        copy.insert(id, thumbprint);
        let shared =
            |(one, two): (&Arc<HashSet<Thumbprint>>, &Arc<HashSet<Thumbprint>>)| Arc::ptr_eq(one, two);
        let kept = original.thumbprints.iter().zip(&copy.thumbprints).filter(|pair| shared(*pair)).count();
        assert_eq!(kept, SHARDS - 1);
    }
}
