//! Which policies name which certificates.

use domain::api::ApiLink;
use domain::certificate::{CertificateUse, NamedBy};
use domain::name::{ApiId, CertificateId};

use crate::certificates::parse;
use crate::error::Error;
use crate::policies::scope;
use crate::transaction::View;

impl View<'_> {
    /// The policies that name a certificate, by the names of their APIs.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn certificate_uses(&self, id: &CertificateId) -> Result<Vec<CertificateUse>, Error> {
        let sql = "SELECT a.id, a.name, u.named_by FROM certificate_uses u
                   JOIN policies p ON p.scope = u.scope JOIN apis a ON a.id = p.api
                   WHERE u.certificate = ?1 ORDER BY a.name COLLATE NOCASE, a.id, u.named_by";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map([id.as_str()], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?))
        })?;
        rows.map(|row| {
            let (id, name, named_by) = row?;
            let named_by = if named_by == "id" { NamedBy::Id } else { NamedBy::Thumbprint };
            Ok(CertificateUse { api: ApiLink { id: parse(id)?, name: parse(name)? }, named_by })
        })
        .collect()
    }

    /// The ids of all certificates that policies name.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn certificates_in_use(&self) -> Result<Vec<CertificateId>, Error> {
        let mut statement =
            self.connection.prepare_cached("SELECT DISTINCT certificate FROM certificate_uses")?;
        let rows = statement.query_map([], |row| row.get::<_, String>(0))?;
        rows.map(|row| parse(row?)).collect()
    }

    /// The certificates that the policy of an API names.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn certificates_of(&self, id: &ApiId) -> Result<Vec<CertificateId>, Error> {
        let sql = "SELECT DISTINCT certificate FROM certificate_uses WHERE scope = ?1";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map([scope(id)], |row| row.get::<_, String>(0))?;
        rows.map(|row| parse(row?)).collect()
    }
}
