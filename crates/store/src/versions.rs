//! The versions of certificate slots: what each holds and held.

use domain::certificate::{CertificateFacts, CertificateVersion, Thumbprint};
use domain::name::CertificateId;
use domain::uploaded::UploadedCertificate;
use rusqlite::{OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::certificates::{Slot, parse, time};
use crate::damaged::{Damaged, shown};
use crate::error::{Error, unreadable};
use crate::transaction::{Change, View};

/// What one version of a slot holds, the sealed key apart.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct VersionFacts {
    pub leaf: CertificateFacts,
    pub chain: Vec<CertificateFacts>,
    pub apart: Vec<CertificateFacts>,
}

/// One version as it is stored.
pub struct StoredVersion {
    pub version: u32,
    pub facts: VersionFacts,
    /// DER, leaf first.
    pub chain: Vec<Vec<u8>>,
    /// DER of the certificates that don't belong to the chain.
    pub apart: Vec<Vec<u8>>,
    pub sealed_key: Vec<u8>,
    pub uploaded_at: OffsetDateTime,
    pub uploaded_by: String,
}

/// What policies may ask about an uploaded certificate, or that it can't be read.
pub type ReadableCertificate = Result<(CertificateId, UploadedCertificate), Damaged>;

/// A version's sealed key with whose it is, or that it can't be read.
pub type ReadableKey = Result<(CertificateId, u32, Vec<u8>), Damaged>;

impl View<'_> {
    /// One version of a slot with its sealed key, or `None`.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn certificate_version(
        &self,
        id: &CertificateId,
        version: u32,
    ) -> Result<Option<StoredVersion>, Error> {
        let sql = "SELECT version, facts, chain, apart, sealed_key, uploaded_at, uploaded_by
                   FROM certificate_versions WHERE certificate = ?1 AND version = ?2";
        let found = self
            .connection
            .prepare_cached(sql)?
            .query_row(params![id.as_str(), version], |row| Ok(stored_version(row)));
        found.optional()?.transpose()
    }

    /// The versions of a slot, newest first, the present one left out.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn previous_versions(&self, slot: &Slot) -> Result<Vec<CertificateVersion>, Error> {
        let sql = "SELECT version, facts, uploaded_at, uploaded_by FROM certificate_versions
                   WHERE certificate = ?1 AND version <> ?2 ORDER BY version DESC";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map(params![slot.id.as_str(), slot.version], |row| {
            Ok((row.get(0)?, row.get::<_, String>(1)?, row.get(2)?, row.get(3)?))
        })?;
        rows.map(|row| {
            let (version, facts, at, uploaded_by) = row?;
            let facts: VersionFacts = serde_json::from_str(&facts).map_err(unreadable)?;
            let leaf = facts.leaf;
            Ok(CertificateVersion {
                version,
                subject: leaf.subject,
                thumbprint: leaf.thumbprint,
                not_before: leaf.not_before,
                not_after: leaf.not_after,
                uploaded_at: time(at)?,
                uploaded_by,
            })
        })
        .collect()
    }

    /// The highest version number that a slot ever had.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn newest_version(&self, id: &CertificateId) -> Result<u32, Error> {
        let sql = "SELECT coalesce(max(version), 0) FROM certificate_versions WHERE certificate = ?1";
        Ok(self.connection.query_row(sql, [id.as_str()], |row| row.get(0))?)
    }

    /// Every slot with what policies may ask about its present version.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn uploaded_certificates(&self) -> Result<Vec<ReadableCertificate>, Error> {
        let sql =
            "SELECT id, thumbprint, subject, issuer, serial_number, not_before, not_after FROM certificates";
        let read = |row: &Row<'_>| Ok(uploaded(row).map_err(|error| Damaged::at(row, 0, &error)));
        Ok(self.connection.prepare_cached(sql)?.query_map([], read)?.collect::<Result<_, _>>()?)
    }

    /// The same of one slot; none if there is no such slot.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn uploaded_certificate(&self, id: &CertificateId) -> Result<Option<ReadableCertificate>, Error> {
        let sql =
            "SELECT id, thumbprint, subject, issuer, serial_number, not_before, not_after FROM certificates
            WHERE id = ?1";
        let mut statement = self.connection.prepare_cached(sql)?;
        let read = |row: &Row<'_>| Ok(uploaded(row).map_err(|error| Damaged::at(row, 0, &error)));
        Ok(statement.query_row([id.as_str()], read).optional()?)
    }

    /// Every thumbprint that a slot holds or held.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn thumbprints_of(&self, id: &CertificateId) -> Result<Vec<Thumbprint>, Error> {
        let sql = "SELECT DISTINCT thumbprint FROM certificate_versions WHERE certificate = ?1";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map([id.as_str()], |row| Ok(shown(row, 0)))?;
        // One that is none names nothing.
        Ok(rows.collect::<Result<Vec<_>, _>>()?.into_iter().filter_map(|text| text.parse().ok()).collect())
    }

    /// How many versions all slots have.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn count_versions(&self) -> Result<u64, Error> {
        Ok(self.connection.query_row("SELECT count(*) FROM certificate_versions", [], |row| row.get(0))?)
    }

    /// Every version's owner, number and sealed key, for a change of the master key and the check of one.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn sealed_keys(&self) -> Result<Vec<ReadableKey>, Error> {
        let sql = "SELECT certificate, version, sealed_key FROM certificate_versions";
        let readable = |row: &Row<'_>| -> Result<_, Error> {
            Ok((parse(row.get::<_, String>(0)?)?, row.get(1)?, row.get(2)?))
        };
        let read = |row: &Row<'_>| Ok(readable(row).map_err(|error| Damaged::at(row, 0, &error)));
        Ok(self.connection.prepare(sql)?.query_map([], read)?.collect::<Result<_, _>>()?)
    }
}

impl Change<'_> {
    /// A further version of a slot; [`Change::present_version`] makes it the one in force.
    ///
    /// # Errors
    /// When the store can't be written.
    pub fn insert_version(&self, id: &CertificateId, version: &StoredVersion) -> Result<(), Error> {
        self.write_version("INSERT INTO certificate_versions", id, version)
    }

    /// Writes a version into a table with these columns; `insert` is the beginning of the statement.
    pub(crate) fn write_version(
        &self,
        insert: &'static str,
        id: &CertificateId,
        version: &StoredVersion,
    ) -> Result<(), Error> {
        let sql = format!(
            "{insert} (certificate, version, thumbprint, facts, chain, apart, sealed_key, uploaded_at, uploaded_by)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"
        );
        let facts = serde_json::to_string(&version.facts).map_err(unreadable)?;
        self.connection.prepare_cached(&sql)?.execute(params![
            id.as_str(),
            version.version,
            version.facts.leaf.thumbprint.as_str(),
            facts,
            joined(&version.chain),
            joined(&version.apart),
            version.sealed_key,
            version.uploaded_at.unix_timestamp(),
            version.uploaded_by,
        ])?;
        Ok(())
    }

    /// Replaces a version's sealed key, when the master key changes.
    ///
    /// # Errors
    /// When the store can't be written.
    pub fn reseal(&self, id: &CertificateId, version: u32, sealed_key: &[u8]) -> Result<(), Error> {
        let sql = "UPDATE certificate_versions SET sealed_key = ?3 WHERE certificate = ?1 AND version = ?2";
        self.connection.prepare_cached(sql)?.execute(params![id.as_str(), version, sealed_key])?;
        Ok(())
    }
}

fn uploaded(row: &Row<'_>) -> Result<(CertificateId, UploadedCertificate), Error> {
    let text = |column| row.get::<_, String>(column).map(String::into_boxed_str);
    let certificate = UploadedCertificate {
        thumbprint: parse(row.get(1)?)?,
        subject: text(2)?,
        issuer: text(3)?,
        serial_number: text(4)?,
        not_before_unix_s: row.get(5)?,
        not_after_unix_s: row.get(6)?,
    };
    Ok((parse(row.get(0)?)?, certificate))
}

pub(crate) fn stored_version(row: &Row<'_>) -> Result<StoredVersion, Error> {
    Ok(StoredVersion {
        version: row.get(0)?,
        facts: serde_json::from_str(&row.get::<_, String>(1)?).map_err(unreadable)?,
        chain: split(row.get_ref(2)?.as_blob().map_err(unreadable)?)?,
        apart: split(row.get_ref(3)?.as_blob().map_err(unreadable)?)?,
        sealed_key: row.get(4)?,
        uploaded_at: time(row.get(5)?)?,
        uploaded_by: row.get(6)?,
    })
}

/// Each part with its length in front, four octets, most significant first.
fn joined(parts: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for part in parts {
        bytes.extend_from_slice(&u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes());
        bytes.extend_from_slice(part);
    }
    bytes
}

fn split(mut bytes: &[u8]) -> Result<Vec<Vec<u8>>, Error> {
    let mut parts = Vec::new();
    while let Some((length, rest)) = bytes.split_first_chunk::<4>() {
        let length = u32::from_be_bytes(*length) as usize;
        let (part, rest) =
            rest.split_at_checked(length).ok_or_else(|| unreadable("a chain that ends too early"))?;
        parts.push(part.to_vec());
        bytes = rest;
    }
    if bytes.is_empty() { Ok(parts) } else { Err(unreadable("a chain with something behind it")) }
}
