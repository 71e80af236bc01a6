//! Which backend a call goes to, and what it is shown: decided here and nowhere else.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use domain::address::Scheme;
use policy::effect::Place;
use policy::program::CertificateSelector;

use crate::compiled::CompiledApi;
use crate::error::{Cause, Error, Step};
use crate::exchange::{Credential, Exchange};
use crate::upstream::peer::Peer;

/// The certificate that a policy chose for this call.
///
/// # Errors
/// There is no such certificate, or it can't be used. The call ends there: a backend that is to see a certificate
/// is never called without it.
pub(crate) fn certificate(
    api: &CompiledApi,
    selector: &CertificateSelector,
    at: &Place,
) -> Result<Credential, Error> {
    let name = match selector {
        CertificateSelector::Id(name) | CertificateSelector::Thumbprint(name) => name,
    };
    let line = at.line;
    let unknown = || Error::policy(Cause::UnknownCertificate { name: name.clone(), line });
    let choice = api.choice(selector);
    let Some(identity) = choice.and_then(|choice| choice.identity.as_ref()) else {
        return Err(unknown());
    };
    match (&identity.showable, choice.and_then(|choice| choice.peer.as_ref())) {
        (Ok(_), Some(_)) if api.scheme == Scheme::Http => Err(Error::policy(Cause::CertificateWithoutTls)),
        (Ok(_), Some(peer)) => {
            Ok(Credential::Certificate { identity: Arc::clone(identity), peer: Arc::clone(peer) })
        }
        (Ok(_), None) => Err(unknown()),
        (Err(reason), _) => {
            let cause =
                Cause::CertificateUnavailable { id: identity.id.clone(), line, reason: reason.clone() };
            Err(Error::gateway(Step::Pick, cause))
        }
    }
}

/// The peer for this call: the API's backend, shown the chosen certificate or none.
pub(crate) fn peer(exchange: &Exchange, api: &CompiledApi) -> Arc<Peer> {
    match &exchange.credential {
        Credential::None => Arc::clone(&api.plain),
        Credential::Certificate { identity, peer } => {
            let now = exchange.connection.worker.shared.clock.now().unix_timestamp();
            identity.last_used.store(now, Ordering::Relaxed);
            Arc::clone(peer)
        }
    }
}
