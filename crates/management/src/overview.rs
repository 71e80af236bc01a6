//! The figures of the portal's first page.

use domain::certificate::CertificateRow;
use domain::fault::Fault;
use domain::list::{CertificateSort, ListQuery};
use domain::overview::{EndingRow, Overview};
use domain::user::Actor;
use time::{Duration, OffsetDateTime};

use crate::Management;
use crate::authorize::{Act, allow};
use crate::error::Error;

impl Management {
    /// What of the configuration that is served can't be used.
    ///
    /// # Errors
    /// [`Error::NotAllowed`].
    pub fn faults(&self, actor: &Actor) -> Result<Vec<Fault>, Error> {
        allow(actor, Act::Look)?;
        Ok((self.plane.faults)().to_vec())
    }

    /// How many of what there is, and which certificates run out.
    ///
    /// # Errors
    /// [`Error::NotAllowed`], or when the store can't be read.
    pub fn overview(&self, actor: &Actor) -> Result<Overview, Error> {
        allow(actor, Act::Look)?;
        let now = self.now();
        self.keep_failures_before_reading();
        self.store.read(|view| {
            let within = |days| view.count_ending(now, now + Duration::days(days));
            let rows = view.list_certificates(&ListQuery::<CertificateSort>::default())?.rows;
            let ending = |certificate: CertificateRow| {
                let uses = view.first_certificate_uses(&certificate.id, USES)?;
                Ok(EndingRow { certificate, uses })
            };
            let soonest = rows.into_iter().take(5).map(ending).collect::<Result<_, Error>>()?;
            Ok(Overview {
                apis: view.count_apis()?,
                certificates: view.count_certificates()?,
                expired: view.count_ending(OffsetDateTime::UNIX_EPOCH - Duration::days(365 * 1000), now)?,
                expiring: [within(30)?, within(14)?, within(7)?, within(1)?],
                soonest,
                revision: view.revision()?,
                served: (self.plane.served)(),
                failed_last_hour: view.count_failed_since(now - Duration::hours(1))?,
                faults: (self.plane.faults)().to_vec(),
            })
        })
    }
}

/// How many of the policies that name a certificate are shown at most; its page shows them all.
const USES: u32 = 5;
