//! The client certificates in use that have expired, expire soon, or aren't valid yet.

use domain::certificate::{EXPIRING_DAYS, EndingCertificate};
use domain::name::ApiId;
use domain::policy_document::Scope;
use domain::user::Actor;
use store::transaction::View;
use time::{Duration, OffsetDateTime};

use crate::Management;
use crate::authorize::{Act, allow};
use crate::error::Error;

impl Management {
    /// The client certificates that requests in this scope are sent with, as far as policies name them, and that
    /// backends refuse now or within [`EXPIRING_DAYS`] days. What ends first comes first.
    ///
    /// # Errors
    /// [`Error::NotAllowed`], or when the store can't be read.
    pub fn ending_certificates(&self, actor: &Actor, scope: &Scope) -> Result<Vec<EndingCertificate>, Error> {
        allow(actor, Act::Look)?;
        let api = match scope {
            Scope::All => None,
            Scope::Api(api) | Scope::Operation(api, _) => Some(api),
        };
        self.store.read(|view| ending_within(view, api, self.now()))
    }
}

/// The same for the policies of an API with those of all APIs, or for the latter.
pub(crate) fn ending_within(
    view: &View<'_>,
    api: Option<&ApiId>,
    now: OffsetDateTime,
) -> Result<Vec<EndingCertificate>, Error> {
    Ok(view.ending_certificates(api, now, now + Duration::days(EXPIRING_DAYS))?)
}
