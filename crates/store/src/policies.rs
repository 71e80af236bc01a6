//! Policy documents, what they were before, and what is derived from them.

use domain::certificate::NamedBy;
use domain::name::CertificateId;
use domain::policy_document::{Changed, PolicyDocument, PolicyVersion, Scope};
use rusqlite::{OptionalExtension, Row, params};

use crate::apis::Stamp;
use crate::certificates::time;
use crate::damaged::Damaged;
use crate::documents::{bound_to_policy, bound_to_version};
use crate::error::Error;
use crate::transaction::{Change, View};

impl View<'_> {
    /// The policy of a scope as it was written, passwords included, or `None`.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn policy(&self, scope: &Scope) -> Result<Option<PolicyDocument>, Error> {
        let sql = "SELECT document, sealed, revision, changed_at, changed_by FROM policies WHERE scope = ?1";
        let scope = scope.to_string();
        let parts = self.connection.prepare_cached(sql)?.query_row([&scope], |row| {
            let text = self.shown_document(row, 0, &bound_to_policy(&scope));
            Ok((text, row.get(2)?, row.get(3)?, row.get(4)?))
        });
        let Some((text, revision, at, by)) = parts.optional()? else { return Ok(None) };
        Ok(Some(PolicyDocument { text, revision, changed: Some(Changed { at: time(at)?, by }) }))
    }

    /// The same text for the gateway, which takes nothing that was damaged.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn policy_text(&self, scope: &Scope) -> Result<Option<Result<String, Damaged>>, Error> {
        let sql = "SELECT scope, document, sealed FROM policies WHERE scope = ?1";
        let scope = scope.to_string();
        let text = |row: &Row<'_>| {
            let text = self.document(row, 1, &bound_to_policy(&scope));
            Ok(text.map_err(|error| Damaged::at(row, 0, &error)))
        };
        Ok(self.connection.prepare_cached(sql)?.query_row([&scope], text).optional()?)
    }

    /// The texts that a scope's policy had and has, the newest first.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn policy_versions(&self, scope: &Scope) -> Result<Vec<PolicyVersion>, Error> {
        let sql = "SELECT revision, saved_at, saved_by FROM policy_versions WHERE scope = ?1 ORDER BY revision DESC";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map([scope.to_string()], |row| Ok(version(row)))?;
        rows.map(|row| row?).collect()
    }

    /// One of these texts as it was written, passwords included, or `None`.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn policy_version(
        &self,
        scope: &Scope,
        revision: u64,
    ) -> Result<Option<(PolicyVersion, String)>, Error> {
        let sql = "SELECT revision, saved_at, saved_by, document, sealed FROM policy_versions
                   WHERE scope = ?1 AND revision = ?2";
        let mut statement = self.connection.prepare_cached(sql)?;
        let scope = scope.to_string();
        let found = statement
            .query_row(params![scope, revision], |row| {
                Ok((version(row), self.shown_document(row, 3, &bound_to_version(&scope, revision))))
            })
            .optional()?;
        found.map(|(version, text)| Ok((version?, text))).transpose()
    }
}

impl Change<'_> {
    /// Saves the policy of a scope and keeps the text as a version; what it names is saved with
    /// [`Change::save_certificate_uses`] and [`Change::save_document_uses`].
    ///
    /// # Errors
    /// [`Error::InUse`] when the API or the operation was deleted in the meantime.
    pub fn save_policy(&self, scope: &Scope, document: &str, stamp: Stamp<'_>) -> Result<(), Error> {
        let sql = "INSERT INTO policies (scope, api, operation, document, sealed, revision, changed_at, changed_by)
                   VALUES (?1, ?2, ?3, '', ?4, ?5, ?6, ?7)
                   ON CONFLICT (scope) DO UPDATE SET document = '', sealed = ?4, revision = ?5, changed_at = ?6, changed_by = ?7";
        let operation = match scope {
            Scope::Operation(_, operation) => Some(operation.as_str()),
            Scope::All | Scope::Api(_) => None,
        };
        let api = scope.api().map(|api| api.as_str());
        let (scope, at) = (scope.to_string(), stamp.at.unix_timestamp());
        self.connection.prepare_cached(sql)?.execute(params![
            scope,
            api,
            operation,
            self.sealed_document(document, &bound_to_policy(&scope))?,
            self.revision()?,
            at,
            stamp.by
        ])?;
        self.keep_version(&scope, document, stamp)
    }

    /// Notes which certificates the document of a scope names, in place of those that it named before.
    ///
    /// # Errors
    /// [`Error::InUse`] when one of the certificates was deleted in the meantime.
    pub fn save_certificate_uses(
        &self,
        scope: &Scope,
        uses: &[(CertificateId, NamedBy)],
    ) -> Result<(), Error> {
        let scope = scope.to_string();
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

    /// Notes whether an expression in the document of a scope says which certificate is needed.
    ///
    /// # Errors
    /// When the store can't be written.
    pub fn save_certificate_choice(&self, scope: &Scope, chooses: bool) -> Result<(), Error> {
        let sql = "UPDATE policies SET chooses_certificate = ?2 WHERE scope = ?1";
        self.connection.prepare_cached(sql)?.execute(params![scope.to_string(), chooses])?;
        Ok(())
    }

    /// One more version, unless the text is that of the newest; of too many the oldest goes.
    fn keep_version(&self, scope: &str, document: &str, stamp: Stamp<'_>) -> Result<(), Error> {
        let sql = "SELECT document, sealed, revision FROM policy_versions WHERE scope = ?1 ORDER BY revision DESC LIMIT 1";
        let newest = self.connection.prepare_cached(sql)?.query_row([scope], |row| {
            Ok(self.view().shown_document(row, 0, &bound_to_version(scope, row.get(2)?)))
        });
        if newest.optional()?.as_deref() == Some(document) {
            return Ok(());
        }
        let sql =
            "INSERT OR REPLACE INTO policy_versions (scope, revision, document, sealed, saved_at, saved_by)
                   VALUES (?1, ?2, '', ?3, ?4, ?5)";
        let (at, revision) = (stamp.at.unix_timestamp(), self.revision()?);
        let sealed = self.sealed_document(document, &bound_to_version(scope, revision))?;
        let values = params![scope, revision, sealed, at, stamp.by];
        self.connection.prepare_cached(sql)?.execute(values)?;
        let sql = "DELETE FROM policy_versions WHERE scope = ?1 AND revision <=
                   (SELECT revision FROM policy_versions WHERE scope = ?1 ORDER BY revision DESC LIMIT 1 OFFSET ?2)";
        self.connection.prepare_cached(sql)?.execute(params![scope, VERSIONS_KEPT])?;
        Ok(())
    }
}

fn version(row: &Row<'_>) -> Result<PolicyVersion, Error> {
    let saved = Changed { at: time(row.get(1)?)?, by: row.get(2)? };
    Ok(PolicyVersion { revision: row.get(0)?, saved })
}

/// Of one scope, the present one among them.
pub const VERSIONS_KEPT: u32 = 100;
