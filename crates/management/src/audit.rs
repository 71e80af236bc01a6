//! What goes into the audit log, in the transaction of the change itself.

use domain::audit::AuditEntry;
use domain::user::Actor;
use store::transaction::Change;
use time::OffsetDateTime;

use crate::error::Error;

/// Who does something, and when: the part of an entry that is the same for a whole use case.
#[derive(Clone, Copy)]
pub(crate) struct By<'a> {
    pub(crate) actor: &'a Actor,
    pub(crate) now: OffsetDateTime,
}

impl<'a> By<'a> {
    pub(crate) fn stamp(self) -> store::apis::Stamp<'a> {
        store::apis::Stamp { by: self.actor.name(), at: self.now }
    }

    /// Writes one entry; `detail` holds no secret.
    pub(crate) fn record(
        self,
        change: &Change<'_>,
        action: &str,
        subject: &str,
        detail: &str,
    ) -> Result<(), Error> {
        let (action, subject, detail) = (action.to_owned(), subject.to_owned(), detail.to_owned());
        let entry = AuditEntry { at: self.now, actor: self.actor.name().to_owned(), action, subject, detail };
        Ok(change.record(&entry)?)
    }
}
