//! Peers that policies make while they run: other backends than the API's, certificates that expressions choose.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::sync::Arc;

use address::url::Scheme;
use domain::address::BackendAddress;
use domain::causes::causes;
use domain::trust::Trust;
use tokio::time::Instant;

use crate::compiled::Compiled;
use crate::error::{Cause, Error};
use crate::upstream::peer::{Peer, PeerKey, Showable};
use crate::upstream::trust::BackendVerifier;

/// One thread's made peers, the least used forgotten when there are too many. All are forgotten with each change of
/// the configuration: what they show may have been deleted.
#[derive(Debug, Default)]
pub(crate) struct MadePeers(RefCell<HashMap<PeerKey, Made>>);

#[derive(Debug)]
struct Made {
    peer: Arc<Peer>,
    used: Cell<Instant>,
}

impl MadePeers {
    /// The peer for this backend, judged by `trust` and shown `showable`: an API's, one made before, or a new one.
    ///
    /// # Errors
    /// No connection to it can be set up.
    pub(crate) fn peer(
        &self,
        live: &Compiled,
        address: &BackendAddress,
        trust: &Trust,
        showable: Option<&Showable>,
    ) -> Result<Arc<Peer>, Error> {
        let uploaded = live.authorities.vouching(&trust.chain);
        let key = PeerKey::new(address, trust, &uploaded, showable);
        if let Some(peer) = live.peer(&key) {
            return Ok(Arc::clone(peer));
        }
        let mut made = self.0.borrow_mut();
        if let Some(found) = made.get(&key) {
            found.used.set(Instant::now());
            return Ok(Arc::clone(&found.peer));
        }
        let peer = Arc::new(make(key, address, (trust, &uploaded), showable)?);
        if made.len() >= MOST {
            let oldest = made.iter().min_by_key(|(_, made)| made.used.get()).map(|(key, _)| *key);
            oldest.map(|key| made.remove(&key));
        }
        made.insert(key, Made { peer: Arc::clone(&peer), used: Cell::new(Instant::now()) });
        Ok(peer)
    }

    /// Whether there is a peer with this key.
    pub(crate) fn contains(&self, key: &PeerKey) -> bool {
        self.0.borrow().contains_key(key)
    }

    /// Forgets all of them.
    pub(crate) fn clear(&self) {
        self.0.borrow_mut().clear();
    }
}

fn make(
    key: PeerKey,
    address: &BackendAddress,
    (trust, uploaded): (&Trust, &[Vec<u8>]),
    showable: Option<&Showable>,
) -> Result<Peer, Error> {
    let failed =
        |error: &(dyn std::error::Error + 'static)| Error::policy(Cause::Peer { reason: causes(error) });
    let verifier = match address.scheme() {
        Scheme::Http => None,
        Scheme::Https => {
            Some(Arc::new(BackendVerifier::new(trust, uploaded).map_err(|error| failed(&error))?))
        }
    };
    Peer::new(key, address, trust, verifier, showable).map_err(|error| failed(&error))
}

/// The most peers that one thread keeps.
const MOST: usize = 256;
