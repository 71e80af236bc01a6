//! What a call shows to its backend: an uploaded certificate, or one that the policy brings along.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use aws_lc_rs::digest::{Context, SHA256};
use certificates::pfx::{self, Choice};
use domain::causes::causes;
use domain::language::Language;
use domain::secret::Secret;
use policy::effect::{Pfx, Place};
use policy::program::CertificateSelector;

use crate::compiled::CompiledApi;
use crate::error::{Cause, Error};
use crate::exchange::{Credential, Exchange};
use crate::tls;
use crate::upstream::peer::Showable;
use crate::upstream::pick;

/// The PKCS#12 files that policies brought along, opened: deriving a key takes long. Found by the digest of file and
/// password; when there are too many all are forgotten.
#[derive(Debug, Default)]
pub(crate) struct OpenedFiles(Mutex<HashMap<[u8; 32], Arc<Showable>>>);

/// Shows an uploaded certificate.
///
/// # Errors
/// There is none, or it can't be used.
pub(crate) fn use_certificate(
    exchange: &mut Exchange,
    api: &CompiledApi,
    selector: &CertificateSelector,
    at: &Place,
) -> Result<(), Error> {
    let credential = {
        let live = exchange.connection.worker.shared.live.current();
        pick::certificate(&live, api, selector, at)?
    };
    exchange.credential = credential;
    Ok(())
}

/// Shows the certificate of a file.
///
/// # Errors
/// The file can't be opened, or its key is none that TLS uses.
pub(crate) async fn use_pfx(exchange: &mut Exchange, pfx: Pfx, at: &Place) -> Result<(), Error> {
    let showable = opened(&exchange.connection.worker.shared.opened_files, pfx, at).await?;
    exchange.credential = Credential::Pfx(showable);
    Ok(())
}

/// The certificate of a file, opened on a thread that may take its time.
///
/// # Errors
/// As of [`use_pfx`].
pub(crate) async fn opened(files: &OpenedFiles, pfx: Pfx, at: &Place) -> Result<Arc<Showable>, Error> {
    let digest = digest(&pfx);
    if let Some(showable) = files.lock().get(&digest) {
        return Ok(Arc::clone(showable));
    }
    let failed = |reason| Error::policy(Cause::Pfx { line: at.line, reason });
    let opening = tokio::task::spawn_blocking(move || open(&pfx));
    let showable = opening.await.map_err(|_| failed("opening it ended early".to_owned()))?.map_err(failed)?;
    let showable = Arc::new(showable);
    let mut files = files.lock();
    if files.len() >= MOST_FILES {
        files.clear();
    }
    files.insert(digest, Arc::clone(&showable));
    Ok(showable)
}

impl OpenedFiles {
    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<[u8; 32], Arc<Showable>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn open(pfx: &Pfx) -> Result<Showable, String> {
    let password = pfx.password.as_ref().map_or("", |password| password.reveal());
    let opened = pfx::open(&pfx.bytes, &Secret::from(password.to_owned()), Choice::Only)
        .map_err(|refusal| refusal.sentence(Language::English))?;
    let chain: Vec<Vec<u8>> =
        std::iter::once(opened.leaf).chain(opened.chain.into_iter().map(|(der, _)| der)).collect();
    let certified = tls::certified_key(&chain, &opened.key).map_err(|error| causes(&error))?;
    Ok(Showable::new(certified, &chain, &opened.key))
}

fn digest(pfx: &Pfx) -> [u8; 32] {
    let mut digest = Context::new(&SHA256);
    digest.update(&pfx.bytes.len().to_be_bytes());
    digest.update(&pfx.bytes);
    if let Some(password) = &pfx.password {
        digest.update(password.reveal().as_bytes());
    }
    digest.finish().as_ref().first_chunk().copied().unwrap_or_default()
}

const MOST_FILES: usize = 64;
