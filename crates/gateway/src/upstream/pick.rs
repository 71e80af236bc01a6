//! Which backend a call goes to, and what it is shown: decided here and nowhere else.

use std::sync::Arc;

use address::url::Scheme;
use domain::name::CertificateId;
use policy::effect::Place;
use policy::program::CertificateSelector;

use crate::compiled::{Compiled, CompiledApi, CompiledIdentity};
use crate::error::{Cause, Error, Step};
use crate::exchange::{Credential, Exchange};
use crate::upstream::peer::{Peer, Showable};

/// The certificate that a policy chose for this call.
///
/// # Errors
/// There is no such certificate, or it can't be used. The call ends there: a backend that is to see a certificate
/// is never called without it.
pub(crate) fn certificate(
    live: &Compiled,
    api: &CompiledApi,
    selector: &CertificateSelector,
    at: &Place,
) -> Result<Credential, Error> {
    let name = match selector {
        CertificateSelector::Id(name)
        | CertificateSelector::Thumbprint(name)
        | CertificateSelector::Authority(name) => name,
    };
    let line = at.line;
    let unknown = || Error::policy(Cause::UnknownCertificate { name: name.clone(), line });
    let choice = api.choice(selector);
    let identity = match choice {
        Some(choice) => choice.identity.as_ref(),
        // An expression chose it.
        None => named(live, selector),
    };
    let Some(identity) = identity else { return Err(unknown()) };
    if let Err(reason) = identity.showable() {
        let cause = Cause::CertificateUnavailable { id: identity.id.clone(), line, reason: reason.clone() };
        return Err(Error::gateway(Step::Pick, cause));
    }
    let peer = choice.and_then(|choice| choice.peer.clone());
    Ok(Credential::Certificate { identity: Arc::clone(identity), peer })
}

/// The peer for this call: the API's backend or another, shown the chosen certificate or none.
///
/// # Errors
/// A certificate is to be shown where there is no TLS, or no connection can be set up.
pub(crate) fn peer(exchange: &Exchange, api: &CompiledApi) -> Result<Arc<Peer>, Error> {
    let address = exchange.backend_address().unwrap_or(&api.source.backend);
    let worker = &exchange.connection.worker;
    if !matches!(exchange.credential, Credential::None) && address.scheme() == Scheme::Http {
        return Err(Error::policy(Cause::CertificateWithoutTls));
    }
    exchange.credential.mark_used(worker.now_s.get());
    match (&exchange.credential, &exchange.backend) {
        (Credential::None, None) => Ok(Arc::clone(&api.plain)),
        (Credential::Certificate { peer: Some(peer), .. }, None) => Ok(Arc::clone(peer)),
        (credential, _) => {
            let live = worker.shared.live.current();
            worker.made.peer(&live, address, &api.source.trust, credential.showable()?)
        }
    }
}

impl Credential {
    /// What a backend is shown; none if nothing is to be shown.
    ///
    /// # Errors
    /// Something is to be shown, but can't be.
    pub(crate) fn showable(&self) -> Result<Option<&Showable>, Error> {
        match self {
            Self::None => Ok(None),
            Self::Pfx(showable) => Ok(Some(showable)),
            Self::Certificate { identity, .. } => {
                let unable = |reason: &String| Error::policy(Cause::Peer { reason: reason.clone() });
                identity.showable().map(Some).map_err(unable)
            }
        }
    }

    /// The uploaded certificate that is shown, if it is one.
    pub(crate) fn uploaded(&self) -> Option<&CertificateId> {
        match self {
            Self::Certificate { identity, .. } => Some(&identity.id),
            Self::None | Self::Pfx(_) => None,
        }
    }

    /// Notes when an uploaded certificate was shown, in Unix seconds.
    pub(crate) fn mark_used(&self, now_s: i64) {
        if let Self::Certificate { identity, .. } = self {
            identity.last_used.mark(now_s);
        }
    }
}

fn named<'c>(live: &'c Compiled, selector: &CertificateSelector) -> Option<&'c Arc<CompiledIdentity>> {
    match selector {
        CertificateSelector::Id(id) => live.identities.find(&id.parse().ok()?),
        // It has no key here that could be shown.
        CertificateSelector::Authority(_) => None,
        CertificateSelector::Thumbprint(digits) => live.identity_by_thumbprint(digits),
    }
}
