//! When certificates and APIs were last used: the gateway knows it at once, the store from time to time.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use domain::name::{ApiId, CertificateId};
use time::OffsetDateTime;

use crate::Management;
use crate::error::Error;

impl Management {
    /// Writes down what was used since the last time; called now and then and at the end.
    ///
    /// # Errors
    /// When the store can't be written.
    pub fn keep_last_used(&self) -> Result<(), Error> {
        let now = self.now().unix_timestamp();
        let since = self.uses_kept_until.load(Ordering::Relaxed) - SLACK_S;
        let snapshot = Arc::clone(&crate::lock(&self.published).snapshot);
        let certificates = used_since(snapshot.identities.keys(), since, |id| self.certificate_used(id));
        let apis = used_since(snapshot.apis.keys(), since, |id| self.api_used(id));
        if !certificates.is_empty() || !apis.is_empty() {
            self.store.write(|change| {
                certificates.iter().try_for_each(|(id, at)| change.touch_certificate(id, *at))?;
                apis.iter().try_for_each(|(id, at)| change.touch_api(id, *at))?;
                Ok::<_, Error>(())
            })?;
        }
        self.uses_kept_until.store(now, Ordering::Relaxed);
        Ok(())
    }

    pub(crate) fn certificate_used(&self, id: &CertificateId) -> Option<OffsetDateTime> {
        moment((self.plane.certificate_used)(id)?)
    }

    pub(crate) fn api_used(&self, id: &ApiId) -> Option<OffsetDateTime> {
        moment((self.plane.api_used)(id)?)
    }
}

fn used_since<'k, K: Clone + 'k>(
    ids: impl Iterator<Item = &'k K>,
    since_s: i64,
    used: impl Fn(&K) -> Option<OffsetDateTime>,
) -> Vec<(K, OffsetDateTime)> {
    let used = ids.filter_map(|id| Some((id.clone(), used(id)?)));
    used.filter(|(_, at)| at.unix_timestamp() >= since_s).collect()
}

fn moment(unix_s: i64) -> Option<OffsetDateTime> {
    OffsetDateTime::from_unix_timestamp(unix_s).ok()
}

/// The gateway's seconds are coarse: what was used around the last time is written once more.
const SLACK_S: i64 = 5;
