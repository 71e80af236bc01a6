//! OpenID configurations: the issuer and the keys that an address publishes, fetched and kept for a while.

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};
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
pub(crate) struct Configurations(Mutex<HashMap<String, Arc<Slot>>>);

/// What is known of one address.
#[derive(Debug, Default)]
struct Slot {
    state: Mutex<State>,
    /// Held by the one call that asks the provider; the others wait for what it gets.
    turn: tokio::sync::Mutex<()>,
}

#[derive(Clone, Debug, Default)]
struct State {
    fetched: Option<Fetched>,
    failed: Option<Instant>,
}

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
    let slot = exchange.connection.worker.shared.openid.slot(url);
    if let Some(fresh) = slot.state().fresh(kid) {
        return Some(fresh);
    }
    let _turn = match slot.turn.try_lock() {
        Ok(turn) => turn,
        Err(_) => match slot.state().usable().filter(|old| old.has(kid)) {
            Some(old) => return Some(old),
            None => slot.turn.lock().await,
        },
    };
    let state = slot.state();
    if let Some(fresh) = state.fresh(kid) {
        return Some(fresh);
    }
    if state.failed.is_none_or(|failed| failed.elapsed() >= RETRY) {
        slot.learn(fetch(exchange, url).await, exchange, url);
    }
    slot.state().usable()
}

impl State {
    /// What can be used without a question.
    fn fresh(&self, kid: Option<&str>) -> Option<Arc<Configuration>> {
        let fetched = self.fetched.as_ref()?;
        let age = fetched.at.elapsed();
        // Who invents key ids must not make us ask each time.
        let is_fresh = age < NEWEST || (age < FRESH && fetched.configuration.has(kid));
        is_fresh.then(|| Arc::clone(&fetched.configuration))
    }

    /// What can be used if no newer one comes.
    fn usable(&self) -> Option<Arc<Configuration>> {
        let fetched = self.fetched.as_ref().filter(|fetched| fetched.at.elapsed() < OLDEST)?;
        Some(Arc::clone(&fetched.configuration))
    }
}

impl Slot {
    fn state(&self) -> State {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn learn(&self, got: Result<Configuration, Error>, exchange: &Exchange, url: &str) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match got {
            Ok(configuration) => {
                let configuration = Arc::new(configuration);
                *state = State { fetched: Some(Fetched { configuration, at: Instant::now() }), failed: None };
            }
            Err(error) => {
                state.failed = Some(Instant::now());
                let reason = causes(&error);
                tracing::warn!(
                    request.id = exchange.id.as_str(),
                    url,
                    reason,
                    "no OpenID configuration came"
                );
            }
        }
    }
}

impl Configuration {
    fn has(&self, kid: Option<&str>) -> bool {
        kid.is_none() || self.keys.iter().any(|key| key.id.as_deref() == kid)
    }
}

impl Configurations {
    /// The place of an address. There are as many as documents name, or callers, where a document makes the address of
    /// what they send.
    fn slot(&self, url: &str) -> Arc<Slot> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(slot) = all.get(url) {
            return Arc::clone(slot);
        }
        if all.len() >= MOST {
            all.clear();
        }
        Arc::clone(all.entry(url.to_owned()).or_default())
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
    let end = exchange.patience().end;
    let answer = call::send(Ready { worker, peer, request, limit: LIMIT, end }).await?.message;
    if answer.status != 200 {
        return Err(unusable());
    }
    let limit_bytes = exchange.connection.worker.shared.settings.limits.max_whole_body_bytes;
    let body = answer.decoded(limit_bytes).map_err(|_| unusable())?;
    serde_json::from_slice(&body).map_err(|_| unusable())
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
/// How long a provider that gave none isn't asked again.
const RETRY: Duration = Duration::from_secs(5);
const MOST: usize = 64;
