//! Policy documents, and what is derived from them.

use domain::certificate::NamedBy;
use domain::name::{ApiId, CertificateId};
use domain::policy_document::PolicyDocument;
use rusqlite::{OptionalExtension, params};

use crate::apis::Stamp;
use crate::certificates::time;
use crate::error::Error;
use crate::transaction::{Change, View};

impl View<'_> {
    /// The policy of an API as it was written, passwords included, or `None`.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn api_policy(&self, id: &ApiId) -> Result<Option<PolicyDocument>, Error> {
        let sql = "SELECT document, revision, changed_at, changed_by FROM policies WHERE scope = ?1";
        let parts = self
            .connection
            .prepare_cached(sql)?
            .query_row([scope(id)], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)));
        let Some((text, revision, at, changed_by)) = parts.optional()? else { return Ok(None) };
        Ok(Some(PolicyDocument { text, revision, changed_at: time(at)?, changed_by }))
    }
}

impl Change<'_> {
    /// Saves the policy of an API together with the certificates that it names.
    ///
    /// # Errors
    /// [`Error::InUse`] when one of the certificates was deleted in the meantime.
    pub fn save_api_policy(
        &self,
        id: &ApiId,
        document: &str,
        uses: &[(CertificateId, NamedBy)],
        stamp: Stamp<'_>,
    ) -> Result<(), Error> {
        let sql = "INSERT INTO policies (scope, api, document, revision, changed_at, changed_by)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                   ON CONFLICT (scope) DO UPDATE SET document = ?3, revision = ?4, changed_at = ?5, changed_by = ?6";
        let scope = scope(id);
        let at = stamp.at.unix_timestamp();
        self.connection.prepare_cached(sql)?.execute(params![
            scope,
            id.as_str(),
            document,
            self.revision()?,
            at,
            stamp.by
        ])?;
        self.connection.prepare_cached("DELETE FROM certificate_uses WHERE scope = ?1")?.execute([&scope])?;
        let sql = "INSERT OR IGNORE INTO certificate_uses (certificate, scope, named_by) VALUES (?1, ?2, ?3)";
        let mut statement = self.connection.prepare_cached(sql)?;
        for (certificate, named_by) in uses {
            let named_by = match named_by {
                NamedBy::Id => "id",
                NamedBy::Thumbprint => "thumbprint",
            };
            statement.execute(params![certificate.as_str(), scope, named_by])?;
        }
        Ok(())
    }
}

pub(crate) fn scope(id: &ApiId) -> String {
    format!("api/{id}")
}
