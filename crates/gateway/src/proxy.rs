//! Who calls through a trusted proxy: what it says of the caller is believed, what anybody else says is not.

use std::cell::RefCell;
use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;

use domain::identity_fields::Claim;
use http::{HeaderMap, HeaderValue};

use crate::caller::{Caller, CallerCertificate};
use crate::error::Error;
use crate::exchange::Exchange;
use crate::headers::{X_FORWARDED_FOR, X_FORWARDED_PROTO};
use crate::proxy_certificate;
use crate::settings::{CertificateField, Proxies, ProxyClaims};

/// The certificate that came last over a connection, with the field it was read from: a proxy often sends many
/// requests of one caller in a row.
#[derive(Debug, Default)]
pub(crate) struct LastCertificate(RefCell<Option<(HeaderValue, Rc<CallerCertificate>)>>);

/// Finds out who calls. Over a connection from a trusted proxy it is whom the proxy names; the proxy's own address
/// and certificate are then nobody's.
///
/// # Errors
/// The proxy's field holds something else than one certificate.
pub(crate) fn identify(exchange: &mut Exchange) -> Result<(), Error> {
    let connection = &exchange.connection;
    let proxies = &connection.worker.shared.settings.proxies;
    if !is_trusted(proxies, connection.caller.ip) {
        return Ok(());
    }
    let headers = &exchange.head.headers;
    let (ip, path) = origin(headers, proxies, connection.caller.ip);
    let certificate = match proxies.certificate_field {
        None => connection.caller.certificate.clone(),
        Some(field) => certificate(headers, field, &connection.last_certificate)?,
    };
    let caller = Caller::new(ip, scheme(headers).unwrap_or(connection.caller.scheme), certificate);
    let forwarded_for = HeaderValue::try_from(path).unwrap_or_else(|_| caller.forwarded_for.clone());
    exchange.call_by(Rc::new(Caller { forwarded_for, ..caller }));
    Ok(())
}

/// What becomes of what a request from this address says of its caller in fields that hand on identity.
pub(crate) fn claims(proxies: &Proxies, peer: IpAddr) -> ProxyClaims {
    match proxies.claims {
        ProxyClaims::Pass if is_trusted(proxies, peer) => ProxyClaims::Pass,
        ProxyClaims::Pass | ProxyClaims::Remove => ProxyClaims::Remove,
    }
}

/// Whether a field passes that comes from this address.
pub(crate) fn passes(proxies: &Proxies, name: &str, peer: IpAddr) -> bool {
    match proxies.identity_fields.judge(name) {
        Claim::Nothing => true,
        Claim::Identity => claims(proxies, peer) == ProxyClaims::Pass,
        Claim::Forged => false,
    }
}

/// Whether an address is a trusted proxy's.
pub(crate) fn is_trusted(proxies: &Proxies, address: IpAddr) -> bool {
    proxies.trusted.iter().any(|range| range.contains(address))
}

fn certificate(
    headers: &HeaderMap,
    field: CertificateField,
    last: &LastCertificate,
) -> Result<Option<Rc<CallerCertificate>>, Error> {
    let value = headers.get(field.name());
    // A chain in a field of its own makes every request different.
    let is_alone = field != CertificateField::ClientCert && headers.get_all(field.name()).iter().count() == 1;
    if let (Some(value), Some((seen, certificate))) = (value, last.0.borrow().as_ref())
        && is_alone
        && value == seen
    {
        return Ok(Some(Rc::clone(certificate)));
    }
    let chain = proxy_certificate::chain(headers, field).map_err(Error::malformed)?;
    let certificate = CallerCertificate::read(chain).map(Rc::new);
    if let (Some(value), Some(certificate), true) = (value, &certificate, is_alone) {
        last.0.replace(Some((value.clone(), Rc::clone(certificate))));
    }
    Ok(certificate)
}

/// The caller's address: the nearest in `X-Forwarded-For` that isn't a trusted proxy's. With it, the way from there
/// to us for the backend; what stands before it is anybody's claim and is left out.
fn origin(headers: &HeaderMap, proxies: &Proxies, peer: IpAddr) -> (IpAddr, String) {
    let (mut origin, mut path) = (peer, peer.to_string());
    let values = headers.get_all(X_FORWARDED_FOR).iter().map(|value| value.to_str().unwrap_or_default());
    let values: Vec<&str> = values.flat_map(|value| value.split(',')).map(str::trim).collect();
    for value in values.iter().rev() {
        let Some(address) = address(value).filter(|_| is_trusted(proxies, origin)) else { break };
        origin = address;
        path = format!("{address}, {path}");
    }
    (origin, path)
}

/// An address as proxies write it: alone, or with a port.
fn address(text: &str) -> Option<IpAddr> {
    let ip = text.parse().or_else(|_| text.trim_matches(['[', ']']).parse());
    let ip = ip.or_else(|_| text.parse::<SocketAddr>().map(|address| address.ip()));
    ip.ok().map(|ip: IpAddr| ip.to_canonical())
}

fn scheme(headers: &HeaderMap) -> Option<&'static str> {
    let nearest = headers.get_all(X_FORWARDED_PROTO).iter().next_back()?.to_str().ok()?;
    match nearest.rsplit(',').next()?.trim() {
        "https" => Some("https"),
        "http" => Some("http"),
        _ => None,
    }
}
