//! Certificates: slots, their versions, and which policies use them.

use domain::certificate::{CertificateChoice, CertificateFacts, CertificateRow, Thumbprint, hex_digits};
use domain::list::{CertificateSort, Counted, ListPage, ListQuery};
use domain::name::{CertificateId, DisplayName};
use rusqlite::{OptionalExtension, Row, params};
use time::OffsetDateTime;

use crate::damaged::{name, shown};
use crate::error::{Error, unreadable};
use crate::lists::{Condition, First, Selection};
use crate::transaction::{Change, View};
use crate::versions::StoredVersion;

/// A slot's own row.
pub struct Slot {
    pub id: CertificateId,
    pub name: DisplayName,
    /// The present version.
    pub version: u32,
    pub last_used: Option<OffsetDateTime>,
}

impl View<'_> {
    /// One page of the list.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn list_certificates(
        &self,
        query: &ListQuery<CertificateSort>,
    ) -> Result<ListPage<CertificateRow>, Error> {
        let sql = format!("{ROW} WHERE number = ?1");
        selection(query).page(self.connection, query.page, &sql, certificate_row)
    }

    /// The first certificates that a search finds, valid ones first, for a dropdown.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn certificate_choices(
        &self,
        search: &str,
        now: OffsetDateTime,
        limit: u32,
    ) -> Result<Vec<CertificateChoice>, Error> {
        let condition = certificate_condition(search);
        let (condition, parameters) = condition.for_page(Counted::Whole);
        let mut parameters = parameters.to_vec();
        parameters.push(now.unix_timestamp().into());
        let at = parameters.len();
        let from = format!("FROM certificates WHERE {condition} AND not_after");
        let sql = format!(
            "{ROW} WHERE number IN (SELECT number {from} >= ?{at} ORDER BY not_after LIMIT {limit})
             OR number IN (SELECT number {from} < ?{at} ORDER BY not_after DESC LIMIT {limit})
             ORDER BY not_after < ?{at}, common_name COLLATE NOCASE, not_after LIMIT {limit}"
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let rows =
            statement.query_map(rusqlite::params_from_iter(&parameters), |row| Ok(certificate_row(row)))?;
        rows.map(|row| Ok(choice(row??))).collect()
    }

    /// One certificate as the dropdown shows it.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn certificate_choice(&self, id: &CertificateId) -> Result<Option<CertificateChoice>, Error> {
        let sql = format!("{ROW} WHERE id = ?1");
        let row =
            self.connection.prepare_cached(&sql)?.query_row([id.as_str()], |row| Ok(certificate_row(row)));
        row.optional()?.transpose().map(|row| row.map(choice))
    }

    /// How many certificates there are.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn count_certificates(&self) -> Result<u64, Error> {
        Ok(self.connection.query_row("SELECT count(*) FROM certificates", [], |row| row.get(0))?)
    }

    /// How many certificates end between two times, the first included.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn count_ending(&self, from: OffsetDateTime, to: OffsetDateTime) -> Result<u64, Error> {
        let sql = "SELECT count(*) FROM certificates WHERE not_after >= ?1 AND not_after < ?2";
        let times = [from.unix_timestamp(), to.unix_timestamp()];
        Ok(self.connection.prepare_cached(sql)?.query_row(times, |row| row.get(0))?)
    }

    /// A slot, or `None`.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn certificate(&self, id: &CertificateId) -> Result<Option<Slot>, Error> {
        let sql = "SELECT id, name, version, last_used FROM certificates WHERE id = ?1";
        let slot = |row: &Row<'_>| {
            let parts: (String, DisplayName, u32, Option<i64>) =
                (row.get(0)?, name(&shown(row, 1)), row.get(2)?, row.get(3)?);
            Ok(parts)
        };
        let Some((id, name, version, last_used)) =
            self.connection.query_row(sql, [id.as_str()], slot).optional()?
        else {
            return Ok(None);
        };
        let last_used = last_used.map(time).transpose()?;
        Ok(Some(Slot { id: parse(id)?, name, version, last_used }))
    }

    /// The slot whose present version has this thumbprint, with its name.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn certificate_holding(
        &self,
        thumbprint: &Thumbprint,
    ) -> Result<Option<(CertificateId, DisplayName)>, Error> {
        let sql = "SELECT id, name FROM certificates WHERE thumbprint = ?1";
        self.one_link(sql, thumbprint.as_str())
    }

    /// The slot that a policy means by a thumbprint: the one that holds it, or the one that held it last. A statement
    /// by thumbprint so moves along when its certificate is renewed.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn certificate_meant_by(&self, thumbprint: &Thumbprint) -> Result<Option<CertificateId>, Error> {
        if let Some((id, _)) = self.certificate_holding(thumbprint)? {
            return Ok(Some(id));
        }
        let sql =
            "SELECT c.id, c.name FROM certificate_versions v JOIN certificates c ON c.id = v.certificate
                   WHERE v.thumbprint = ?1 ORDER BY v.uploaded_at DESC LIMIT 1";
        Ok(self.one_link(sql, thumbprint.as_str())?.map(|(id, _)| id))
    }

    fn one_link(&self, sql: &str, key: &str) -> Result<Option<(CertificateId, DisplayName)>, Error> {
        let link = |row: &Row<'_>| Ok((row.get::<_, String>(0)?, name(&shown(row, 1))));
        let found = self.connection.prepare_cached(sql)?.query_row([key], link).optional()?;
        found.map(|(id, name)| Ok((parse(id)?, name))).transpose()
    }
}

impl Change<'_> {
    /// A new slot with its first version.
    ///
    /// # Errors
    /// [`Error::Taken`] when id or thumbprint is taken.
    pub fn insert_certificate(
        &self,
        id: &CertificateId,
        name: &DisplayName,
        version: &StoredVersion,
    ) -> Result<(), Error> {
        let leaf = &version.facts.leaf;
        let sql = "INSERT INTO certificates (id, name, version, subject, common_name, issuer, serial_number,
                     thumbprint, sha256, not_before, not_after, revision)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";
        self.connection.prepare_cached(sql)?.execute(params![
            id.as_str(),
            name.as_str(),
            version.version,
            leaf.subject,
            leaf.common_name,
            leaf.issuer,
            leaf.serial_number,
            leaf.thumbprint.as_str(),
            leaf.sha256,
            leaf.not_before.unix_timestamp(),
            leaf.not_after.unix_timestamp(),
            self.revision()?,
        ])?;
        self.insert_version(id, version)?;
        self.index_certificate(id)
    }

    /// Puts a stored version in force.
    ///
    /// # Errors
    /// [`Error::Taken`] when another slot holds the same certificate.
    pub fn present_version(
        &self,
        id: &CertificateId,
        version: u32,
        leaf: &CertificateFacts,
    ) -> Result<(), Error> {
        let sql = "UPDATE certificates SET version = ?2, subject = ?3, common_name = ?4, issuer = ?5,
                     serial_number = ?6, thumbprint = ?7, sha256 = ?8, not_before = ?9, not_after = ?10, revision = ?11
                   WHERE id = ?1";
        self.connection.prepare_cached(sql)?.execute(params![
            id.as_str(),
            version,
            leaf.subject,
            leaf.common_name,
            leaf.issuer,
            leaf.serial_number,
            leaf.thumbprint.as_str(),
            leaf.sha256,
            leaf.not_before.unix_timestamp(),
            leaf.not_after.unix_timestamp(),
            self.revision()?,
        ])?;
        self.index_certificate(id)
    }

    /// A new display name.
    ///
    /// # Errors
    /// When the store can't be written.
    pub fn rename_certificate(&self, id: &CertificateId, name: &DisplayName) -> Result<(), Error> {
        let sql = "UPDATE certificates SET name = ?2, revision = ?3 WHERE id = ?1";
        self.connection.execute(sql, params![id.as_str(), name.as_str(), self.revision()?])?;
        self.index_certificate(id)
    }

    /// Removes a slot with all its versions.
    ///
    /// # Errors
    /// [`Error::InUse`] when a policy names it; the database itself refuses.
    pub fn delete_certificate(&self, id: &CertificateId) -> Result<(), Error> {
        let sql =
            "DELETE FROM certificates_search WHERE rowid = (SELECT number FROM certificates WHERE id = ?1)";
        self.connection.execute(sql, [id.as_str()])?;
        self.connection.execute("DELETE FROM certificates WHERE id = ?1", [id.as_str()])?;
        self.revision()?;
        Ok(())
    }

    /// Remembers when the gateway last showed a certificate; never moves back.
    ///
    /// # Errors
    /// When the store can't be written.
    pub fn touch_certificate(&self, id: &CertificateId, used: OffsetDateTime) -> Result<(), Error> {
        let sql = "UPDATE certificates SET last_used = max(coalesce(last_used, 0), ?2) WHERE id = ?1";
        self.connection.prepare_cached(sql)?.execute(params![id.as_str(), used.unix_timestamp()])?;
        Ok(())
    }

    fn index_certificate(&self, id: &CertificateId) -> Result<(), Error> {
        let sql = "INSERT OR REPLACE INTO certificates_search (rowid, text)
                   SELECT number, name || char(10) || id || char(10) || subject || char(10) || issuer || char(10) ||
                          thumbprint || char(10) || serial_number FROM certificates WHERE id = ?1";
        self.connection.prepare_cached(sql)?.execute([id.as_str()])?;
        Ok(())
    }
}

fn selection(query: &ListQuery<CertificateSort>) -> Selection {
    let condition = certificate_condition(&query.search);
    let order = match query.sort {
        CertificateSort::Expires => "not_after",
        CertificateSort::Name => "name COLLATE NOCASE",
        CertificateSort::Subject => "common_name COLLATE NOCASE",
        CertificateSort::Thumbprint => "thumbprint",
        CertificateSort::Uses => "uses",
    };
    Selection {
        table: "certificates",
        condition,
        order,
        direction: query.direction,
        first: First { column: "id", id: query.first.clone() },
    }
}

/// A pasted fingerprint, in any writing, is looked up whole; anything else is looked for anywhere.
fn certificate_condition(search: &str) -> Condition {
    match hex_digits(search) {
        Some(digits) if digits.len() == 40 => {
            Condition::Rows("(thumbprint = ?1 OR serial_number = ?1)".to_owned(), vec![digits.into()])
        }
        Some(digits) if digits.len() == 64 => Condition::Rows("sha256 = ?1".to_owned(), vec![digits.into()]),
        // A serial number or part of a thumbprint, copied with colons or blanks.
        Some(digits) if digits.len() >= 4 && search.contains([':', ' ', '\u{200e}']) => {
            Condition::text(&digits, INDEX, COLUMNS)
        }
        _ => Condition::text(search, INDEX, COLUMNS),
    }
}

fn certificate_row(row: &Row<'_>) -> Result<CertificateRow, Error> {
    Ok(CertificateRow {
        id: parse(row.get::<_, String>(0)?)?,
        name: name(&shown(row, 1)),
        subject: row.get(2)?,
        common_name: row.get(3)?,
        thumbprint: parse(row.get::<_, String>(4)?)?,
        not_before: time(row.get(5)?)?,
        not_after: time(row.get(6)?)?,
        uses: row.get(7)?,
        last_used: used(row, 8),
    })
}

fn choice(row: CertificateRow) -> CertificateChoice {
    let CertificateRow { id, name, common_name, thumbprint, not_before, not_after, .. } = row;
    CertificateChoice { id, name, common_name, thumbprint, not_before, not_after }
}

/// A value that was valid when it was written.
pub(crate) fn parse<T: TryFrom<String>>(text: String) -> Result<T, Error>
where
    T::Error: std::fmt::Display,
{
    T::try_from(text).map_err(unreadable)
}

pub(crate) fn time(seconds: i64) -> Result<OffsetDateTime, Error> {
    OffsetDateTime::from_unix_timestamp(seconds).map_err(unreadable)
}

/// When something was last used; `None` if it wasn't, or if what stands there is no time.
pub(crate) fn used(row: &Row<'_>, column: usize) -> Option<OffsetDateTime> {
    time(row.get(column).ok()?).ok()
}

/// A time for people: one that is none is shown as the beginning of time.
pub(crate) fn moment(row: &Row<'_>, column: usize) -> OffsetDateTime {
    let seconds = row.get(column).unwrap_or_default();
    time(seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

const ROW: &str = "SELECT id, name, subject, common_name, thumbprint, not_before, not_after, uses, last_used FROM certificates";
const INDEX: &str = "certificates_search";
const COLUMNS: &[&str] = &["name", "subject", "issuer", "thumbprint", "serial_number", "id"];
