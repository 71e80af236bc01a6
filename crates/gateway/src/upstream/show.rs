//! Shows a client certificate to a backend that asks for one, and remembers what came of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use rustls::SignatureScheme;
use rustls::client::ResolvesClientCert;
use rustls::sign::CertifiedKey;

/// What TLS asks when a backend wants a client certificate: one certificate, or none.
#[derive(Debug)]
pub(crate) struct Show {
    certified: Option<Arc<CertifiedKey>>,
    asked: AtomicU8,
}

/// How the newest full handshake went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// The backend didn't ask for a certificate, or there was no full handshake yet.
    No,
    /// It asked, and there is one for it, or none was to be shown.
    Yes,
    /// It asked, but takes no signature that the key can make: TLS would go on without a certificate.
    Unfit,
}

impl Show {
    /// Shows `certified` where a certificate is asked for.
    pub(crate) fn new(certified: Option<Arc<CertifiedKey>>) -> Self {
        Self { certified, asked: AtomicU8::new(NO) }
    }

    /// Whether there is a certificate to show.
    pub(crate) fn has_certificate(&self) -> bool {
        self.certified.is_some()
    }

    /// What came of the newest handshake.
    pub(crate) fn asked(&self) -> Asked {
        match self.asked.load(Ordering::Relaxed) {
            UNFIT => Asked::Unfit,
            YES => Asked::Yes,
            _ => Asked::No,
        }
    }
}

impl ResolvesClientCert for Show {
    fn resolve(&self, _hints: &[&[u8]], schemes: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        let unfit = self.certified.as_ref().is_some_and(|one| one.key.choose_scheme(schemes).is_none());
        self.asked.store(if unfit { UNFIT } else { YES }, Ordering::Relaxed);
        self.certified.clone()
    }

    fn has_certs(&self) -> bool {
        self.certified.is_some()
    }
}

const NO: u8 = 0;
const YES: u8 = 1;
const UNFIT: u8 = 2;
