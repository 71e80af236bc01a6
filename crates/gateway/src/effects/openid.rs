//! OpenID configurations: the issuer and the keys that an address publishes, fetched and kept for a while.

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::causes::causes;
use domain::trust::Trust;
use http::header::{ACCEPT, HOST};
use http::{HeaderValue, Request};
use jsonwebtoken::DecodingKey;
use jsonwebtoken::jwk::Jwk;
use serde_json::Value;
use tokio::time::Instant;

use crate::effects::call::{self, Ready, take_apart};
use crate::effects::jwt::{Key, is_public};
use crate::error::{Cause, Error};
use crate::exchange::Exchange;
use crate::upstream::body::RequestBody;

/// What an address publishes.
#[derive(Debug)]
pub(crate) struct Configuration {
    pub(crate) issuer: Option<String>,
    pub(crate) keys: Vec<Key>,
}

/// The configurations of a gateway, by their addresses.
#[derive(Debug, Default)]
pub(crate) struct Configurations(Mutex<HashMap<String, Fetched>>);

#[derive(Clone, Debug)]
struct Fetched {
    configuration: Arc<Configuration>,
    at: Instant,
}

/// The configuration at an address, from memory if it is fresh, and has the key that a token names. An old one is
/// better than none for a day; none if there isn't even that.
pub(crate) async fn configuration(
    exchange: &Exchange,
    url: &str,
    kid: Option<&str>,
) -> Option<Arc<Configuration>> {
    let shared = Arc::clone(&exchange.connection.worker.shared);
    let known = shared.openid.lock().get(url).cloned();
    if let Some(fetched) = &known {
        let age = fetched.at.elapsed();
        // Who invents key ids must not make us ask each time.
        if age < NEWEST || (age < FRESH && fetched.configuration.has(kid)) {
            return Some(Arc::clone(&fetched.configuration));
        }
    }
    match fetch(exchange, url).await {
        Ok(configuration) => {
            let configuration = Arc::new(configuration);
            let fetched = Fetched { configuration: Arc::clone(&configuration), at: Instant::now() };
            let mut all = shared.openid.lock();
            if all.len() >= MOST && !all.contains_key(url) {
                all.clear();
            }
            all.insert(url.to_owned(), fetched);
            Some(configuration)
        }
        Err(error) => {
            let reason = causes(&error);
            tracing::warn!(request.id = exchange.id.as_str(), url, reason, "no OpenID configuration came");
            known.filter(|fetched| fetched.at.elapsed() < OLDEST).map(|fetched| fetched.configuration)
        }
    }
}

impl Configuration {
    fn has(&self, kid: Option<&str>) -> bool {
        kid.is_none() || self.keys.iter().any(|key| key.id.as_deref() == kid)
    }
}

impl Configurations {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, Fetched>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn fetch(exchange: &Exchange, url: &str) -> Result<Configuration, Error> {
    let document = json(exchange, url).await?;
    let issuer = document.get("issuer").and_then(Value::as_str).map(str::to_owned);
    let keys_url = document.get("jwks_uri").and_then(Value::as_str).ok_or_else(unusable)?;
    let set = json(exchange, keys_url).await?;
    let all = set.get("keys").and_then(Value::as_array).ok_or_else(unusable)?;
    // A key of a kind that isn't known is no reason to do without the others.
    let keys = all.iter().filter(|key| key.get("use").is_none_or(|kind| kind == "sig")).filter_map(|key| {
        let id = key.get("kid").and_then(Value::as_str).map(str::to_owned);
        let key = DecodingKey::from_jwk(&serde_json::from_value::<Jwk>(key.clone()).ok()?).ok()?;
        is_public(&key).then_some(Key { id, key })
    });
    Ok(Configuration { issuer, keys: keys.collect() })
}

async fn json(exchange: &Exchange, url: &str) -> Result<Value, Error> {
    let (address, target) = take_apart(url).ok_or_else(unusable)?;
    let worker = Rc::clone(&exchange.connection.worker);
    let peer = worker.made.peer(&worker.shared.live.current(), &address, &Trust::default(), None)?;
    let mut request = Request::new(RequestBody::none());
    *request.uri_mut() = target;
    let host = HeaderValue::try_from(address.authority()).map_err(|_| unusable())?;
    request.headers_mut().insert(HOST, host);
    request.headers_mut().insert(ACCEPT, HeaderValue::from_static("application/json"));
    let end = exchange.started + worker.shared.settings.timeouts.whole;
    let answer = call::send(Ready { worker, peer, request, limit: LIMIT, end }).await?;
    if answer.status != 200 {
        return Err(unusable());
    }
    serde_json::from_slice(&answer.body).map_err(|_| unusable())
}

fn unusable() -> Error {
    Error::policy(Cause::OpenId)
}

const LIMIT: Duration = Duration::from_secs(10);
/// How long a configuration is used without a question.
const FRESH: Duration = Duration::from_secs(60 * 60);
/// How long it is used even if it lacks a key.
const NEWEST: Duration = Duration::from_secs(60);
/// How long it is used if no newer one comes.
const OLDEST: Duration = Duration::from_secs(24 * 60 * 60);
const MOST: usize = 64;
