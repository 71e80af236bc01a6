//! Which policies name which certificates.

use domain::api::ApiLink;
use domain::certificate::{CertificateUse, EndingCertificate, NamedBy};
use domain::name::{ApiId, CertificateId};
use domain::operation::OperationLink;
use domain::policy_document::{Scope, ScopeLink};
use rusqlite::types::ValueRef;
use rusqlite::{Row, params};
use time::OffsetDateTime;

use crate::certificates::{moment, parse};
use crate::damaged::{name, shown};
use crate::error::Error;
use crate::transaction::View;

impl View<'_> {
    /// The policies that name a certificate: that of all APIs first, then by the names of APIs and operations.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn certificate_uses(&self, id: &CertificateId) -> Result<Vec<CertificateUse>, Error> {
        self.first_certificate_uses(id, u32::MAX)
    }

    /// The first `most` of them.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn first_certificate_uses(
        &self,
        id: &CertificateId,
        most: u32,
    ) -> Result<Vec<CertificateUse>, Error> {
        let sql = "SELECT u.named_by, a.id, a.name, o.id, o.name FROM certificate_uses u
                   JOIN policies p ON p.scope = u.scope
                   LEFT JOIN apis a ON a.id = p.api
                   LEFT JOIN operations o ON o.api = p.api AND o.id = p.operation
                   WHERE u.certificate = ?1
                   ORDER BY a.name COLLATE NOCASE, a.id, o.name COLLATE NOCASE, o.id, u.named_by LIMIT ?2";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map(params![id.as_str(), most], |row| Ok(certificate_use(row)))?;
        rows.map(|row| row?).collect()
    }

    /// The certificates that are not valid at `now` or end before `by`, among those that are named by the policies of an
    /// API, of its operations and of all APIs; without an API by the latter only. What ends first comes first.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn ending_certificates(
        &self,
        api: Option<&ApiId>,
        now: OffsetDateTime,
        by: OffsetDateTime,
    ) -> Result<Vec<EndingCertificate>, Error> {
        let sql = "SELECT DISTINCT c.id, c.name, c.not_before, c.not_after FROM policies p
                   JOIN certificate_uses u ON u.scope = p.scope
                   JOIN certificates c ON c.id = u.certificate
                   WHERE (p.api = ?1 OR p.api IS NULL) AND (c.not_after < ?3 OR c.not_before > ?2)
                   ORDER BY c.not_after, c.id";
        let mut statement = self.connection.prepare_cached(sql)?;
        let values = params![api.map(ApiId::as_str), now.unix_timestamp(), by.unix_timestamp()];
        let rows = statement.query_map(values, |row| Ok(ending_certificate(row)))?;
        rows.map(|row| row?).collect()
    }

    /// The ids of all certificates that policies name.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn certificates_in_use(&self) -> Result<Vec<CertificateId>, Error> {
        self.ids("SELECT DISTINCT certificate FROM certificate_uses")
    }

    /// Whether an expression of some document says which certificate is needed, so that it can be any.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn is_certificate_chosen(&self) -> Result<bool, Error> {
        let sql = "SELECT EXISTS (SELECT 1 FROM policies WHERE chooses_certificate)";
        Ok(self.connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
    }

    /// The ids of all uploaded certificates.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn certificate_ids(&self) -> Result<Vec<CertificateId>, Error> {
        self.ids("SELECT id FROM certificates")
    }

    fn ids(&self, sql: &str) -> Result<Vec<CertificateId>, Error> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map([], |row| Ok(shown(row, 0)))?;
        // One that is none can't be named by a document.
        Ok(rows.collect::<Result<Vec<_>, _>>()?.into_iter().filter_map(|text| text.parse().ok()).collect())
    }

    /// The certificates that the policy of a scope names.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn certificates_of(&self, scope: &Scope) -> Result<Vec<CertificateId>, Error> {
        let sql = "SELECT DISTINCT certificate FROM certificate_uses WHERE scope = ?1";
        self.all(sql, &scope.to_string())
    }

    /// The certificates that the policies of an API and of its operations name.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn certificates_within(&self, api: &ApiId) -> Result<Vec<CertificateId>, Error> {
        let sql = "SELECT DISTINCT u.certificate FROM policies p JOIN certificate_uses u ON u.scope = p.scope
                   WHERE p.api = ?1";
        self.all(sql, api.as_str())
    }
}

fn ending_certificate(row: &Row<'_>) -> Result<EndingCertificate, Error> {
    Ok(EndingCertificate {
        id: parse(row.get::<_, String>(0)?)?,
        name: name(&shown(row, 1)),
        not_before: moment(row, 2),
        not_after: moment(row, 3),
    })
}

fn certificate_use(row: &Row<'_>) -> Result<CertificateUse, Error> {
    let named_by = if row.get::<_, String>(0)? == "id" { NamedBy::Id } else { NamedBy::Thumbprint };
    Ok(CertificateUse { scope: scope_link(row, 1)?, named_by })
}

/// A scope by the ids and names of its API and operation, in four columns from `first` on.
pub(crate) fn scope_link(row: &Row<'_>, first: usize) -> Result<ScopeLink, Error> {
    let text = |column: usize| row.get::<_, Option<String>>(first + column);
    // Whatever stands there as a name is better than no link.
    let label = |column: usize| {
        let is_there = !matches!(row.get_ref(first + column), Ok(ValueRef::Null) | Err(_));
        is_there.then(|| name(&shown(row, first + column)))
    };
    Ok(match (text(0)?.zip(label(1)), text(2)?.zip(label(3))) {
        (None, _) => ScopeLink::All,
        (Some((id, name)), operation) => {
            let api = ApiLink { id: parse(id)?, name };
            match operation {
                None => ScopeLink::Api(api),
                Some((id, name)) => ScopeLink::Operation(api, OperationLink { id: parse(id)?, name }),
            }
        }
    })
}
