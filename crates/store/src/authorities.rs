//! CA certificates, and what names them.

use domain::authority::{AuthorityChoice, AuthorityId, AuthorityRow, AuthorityUse, Signs, Unlisted};
use domain::certificate::{CertificateFacts, Thumbprint, hex_digits};
use domain::list::{AuthoritySort, ListPage, ListQuery};
use domain::name::{ApiId, DisplayName};
use domain::policy_document::ScopeLink;
use domain::trust::{ChainCheck, Trust};
use rusqlite::{OptionalExtension, Row, params};
use time::OffsetDateTime;

use crate::apis::Stamp;
use crate::certificates::{parse, time};
use crate::damaged::{name, shown};
use crate::error::{Error, unreadable};
use crate::lists::{Condition, First, Selection};
use crate::transaction::{Change, View};
use crate::uses::scope_link;

/// An authority as it is stored, its revocation list apart.
pub struct StoredAuthority {
    pub id: AuthorityId,
    pub name: DisplayName,
    pub facts: CertificateFacts,
    pub signs: Signs,
    pub uploaded_at: OffsetDateTime,
    pub uploaded_by: String,
}

/// A CA certificate that comes in.
pub struct NewAuthority<'a> {
    pub id: &'a AuthorityId,
    pub name: &'a DisplayName,
    pub facts: &'a CertificateFacts,
    pub signs: Signs,
    /// DER.
    pub certificate: &'a [u8],
}

impl View<'_> {
    /// One page of the list.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn list_authorities(
        &self,
        query: &ListQuery<AuthoritySort>,
    ) -> Result<ListPage<AuthorityRow>, Error> {
        selection(query).page(self.connection, query.page, ROW, authority_row)
    }

    /// The authorities to choose from, by name.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn authority_choices(&self) -> Result<Vec<AuthorityChoice>, Error> {
        let sql = "SELECT a.id, a.name, a.thumbprint, a.not_after, a.unlisted, l.next_update
                   FROM authorities a LEFT JOIN revocation_lists l ON l.authority = a.id
                   ORDER BY a.name COLLATE NOCASE, a.id";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map([], |row| Ok(authority_choice(row)))?;
        rows.map(|row| row?).collect()
    }

    /// One authority, or `None`.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn authority(&self, id: &AuthorityId) -> Result<Option<StoredAuthority>, Error> {
        let sql = "SELECT id, name, facts, signs, uploaded_at, uploaded_by FROM authorities WHERE id = ?1";
        let mut statement = self.connection.prepare_cached(sql)?;
        let found = statement.query_row([id.as_str()], |row| Ok(stored_authority(row)));
        found.optional()?.transpose()
    }

    /// The certificate of an authority (DER), or `None`.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn authority_certificate(&self, id: &AuthorityId) -> Result<Option<Vec<u8>>, Error> {
        let sql = "SELECT certificate FROM authorities WHERE id = ?1";
        Ok(self.connection.query_row(sql, [id.as_str()], |row| row.get(0)).optional()?)
    }

    /// The authority with this certificate, or `None`.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn authority_holding(&self, thumbprint: &Thumbprint) -> Result<Option<AuthorityId>, Error> {
        let sql = "SELECT id FROM authorities WHERE thumbprint = ?1";
        let found = self.connection.query_row(sql, [thumbprint.as_str()], |row| row.get::<_, String>(0));
        found.optional()?.map(parse).transpose()
    }

    /// What names an authority: policies first, then backends, each by the names of their APIs.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn authority_uses(&self, id: &AuthorityId) -> Result<Vec<AuthorityUse>, Error> {
        let sql = "SELECT u.backend_of IS NOT NULL, a.id, a.name, o.id, o.name FROM authority_uses u
                   LEFT JOIN policies p ON p.scope = u.scope
                   LEFT JOIN apis a ON a.id = coalesce(u.backend_of, p.api)
                   LEFT JOIN operations o ON o.api = p.api AND o.id = p.operation
                   WHERE u.authority = ?1
                   ORDER BY u.backend_of IS NOT NULL, a.name COLLATE NOCASE, a.id, o.name COLLATE NOCASE, o.id";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map([id.as_str()], |row| Ok(authority_use(row)))?;
        rows.map(|row| row?).collect()
    }
}

impl Change<'_> {
    /// A new authority.
    ///
    /// # Errors
    /// [`Error::Taken`] when id or thumbprint is taken.
    pub fn insert_authority(&self, new: &NewAuthority<'_>, stamp: Stamp<'_>) -> Result<(), Error> {
        let sql =
            "INSERT INTO authorities (id, name, subject, common_name, issuer, serial_number, thumbprint,
                     not_before, not_after, facts, signs, certificate, uploaded_at, uploaded_by, revision)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)";
        let facts = new.facts;
        let signs = match new.signs {
            Signs::Others => "others",
            Signs::OnlyItself => "itself",
        };
        self.connection.prepare_cached(sql)?.execute(params![
            new.id.as_str(),
            new.name.as_str(),
            facts.subject,
            facts.common_name,
            facts.issuer,
            facts.serial_number,
            facts.thumbprint.as_str(),
            facts.not_before.unix_timestamp(),
            facts.not_after.unix_timestamp(),
            serde_json::to_string(facts).map_err(unreadable)?,
            signs,
            new.certificate,
            stamp.at.unix_timestamp(),
            stamp.by,
            self.revision()?,
        ])?;
        self.index_authority(new.id)
    }

    /// A new display name.
    ///
    /// # Errors
    /// When the store can't be written.
    pub fn rename_authority(&self, id: &AuthorityId, name: &DisplayName) -> Result<(), Error> {
        let sql = "UPDATE authorities SET name = ?2, revision = ?3 WHERE id = ?1";
        self.connection.execute(sql, params![id.as_str(), name.as_str(), self.revision()?])?;
        self.index_authority(id)
    }

    /// Removes an authority with its revocation list.
    ///
    /// # Errors
    /// [`Error::InUse`] when a policy or a backend names it; the database itself refuses.
    pub fn delete_authority(&self, id: &AuthorityId) -> Result<(), Error> {
        let sql =
            "DELETE FROM authorities_search WHERE rowid = (SELECT number FROM authorities WHERE id = ?1)";
        self.connection.execute(sql, [id.as_str()])?;
        self.connection.execute("DELETE FROM authorities WHERE id = ?1", [id.as_str()])?;
        self.revision()?;
        Ok(())
    }

    /// Notes which authorities the backend of an API is judged by.
    pub(crate) fn save_backend_authorities(&self, api: &ApiId, trust: &Trust) -> Result<(), Error> {
        self.connection.execute("DELETE FROM authority_uses WHERE backend_of = ?1", [api.as_str()])?;
        let ChainCheck::Uploaded(authorities) = &trust.chain else { return Ok(()) };
        let sql = "INSERT OR IGNORE INTO authority_uses (authority, backend_of) VALUES (?1, ?2)";
        let mut statement = self.connection.prepare_cached(sql)?;
        for authority in authorities {
            statement.execute([authority.as_str(), api.as_str()])?;
        }
        Ok(())
    }

    fn index_authority(&self, id: &AuthorityId) -> Result<(), Error> {
        let sql = "INSERT OR REPLACE INTO authorities_search (rowid, text)
                   SELECT number, name || char(10) || id || char(10) || subject || char(10) || issuer || char(10) ||
                          thumbprint || char(10) || serial_number FROM authorities WHERE id = ?1";
        self.connection.prepare_cached(sql)?.execute([id.as_str()])?;
        Ok(())
    }
}

fn selection(query: &ListQuery<AuthoritySort>) -> Selection {
    let order = match query.sort {
        AuthoritySort::Expires => "not_after",
        AuthoritySort::Name => "name COLLATE NOCASE",
        AuthoritySort::Subject => "common_name COLLATE NOCASE",
        AuthoritySort::Uses => "uses",
    };
    // A fingerprint or serial number is found in any writing.
    let digits = hex_digits(&query.search).filter(|digits| digits.len() >= 8);
    let search = digits.as_deref().unwrap_or(&query.search);
    let condition = Condition::text(search, "authorities_search", COLUMNS);
    Selection {
        table: "authorities",
        condition,
        order,
        direction: query.direction,
        first: First { column: "id", id: query.first.clone() },
    }
}

fn authority_row(row: &Row<'_>) -> Result<AuthorityRow, Error> {
    Ok(AuthorityRow {
        id: parse(row.get::<_, String>(0)?)?,
        name: name(&shown(row, 1)),
        subject: row.get(2)?,
        common_name: row.get(3)?,
        thumbprint: parse(row.get::<_, String>(4)?)?,
        not_before: time(row.get(5)?)?,
        not_after: time(row.get(6)?)?,
        signs: signs(&row.get::<_, String>(7)?),
        unlisted: unlisted(&row.get::<_, String>(8)?),
        uses: row.get(9)?,
        next_update: row.get::<_, Option<i64>>(10)?.map(time).transpose()?,
    })
}

fn authority_choice(row: &Row<'_>) -> Result<AuthorityChoice, Error> {
    Ok(AuthorityChoice {
        id: parse(row.get::<_, String>(0)?)?,
        name: name(&shown(row, 1)),
        thumbprint: parse(row.get::<_, String>(2)?)?,
        not_after: time(row.get(3)?)?,
        unlisted: unlisted(&row.get::<_, String>(4)?),
        next_update: row.get::<_, Option<i64>>(5)?.map(time).transpose()?,
    })
}

fn stored_authority(row: &Row<'_>) -> Result<StoredAuthority, Error> {
    Ok(StoredAuthority {
        id: parse(row.get::<_, String>(0)?)?,
        name: name(&shown(row, 1)),
        facts: serde_json::from_str(&row.get::<_, String>(2)?).map_err(unreadable)?,
        signs: signs(&row.get::<_, String>(3)?),
        uploaded_at: time(row.get(4)?)?,
        uploaded_by: row.get(5)?,
    })
}

fn authority_use(row: &Row<'_>) -> Result<AuthorityUse, Error> {
    Ok(match (row.get::<_, bool>(0)?, scope_link(row, 1)?) {
        (true, ScopeLink::Api(api)) => AuthorityUse::Backend(api),
        (_, scope) => AuthorityUse::Policy(scope),
    })
}

fn signs(word: &str) -> Signs {
    if word == "others" { Signs::Others } else { Signs::OnlyItself }
}

pub(crate) fn unlisted(word: &str) -> Unlisted {
    if word == "pass" { Unlisted::Pass } else { Unlisted::Refuse }
}

const ROW: &str =
    "SELECT a.id, a.name, a.subject, a.common_name, a.thumbprint, a.not_before, a.not_after, a.signs,
                          a.unlisted, a.uses, l.next_update
                   FROM authorities a LEFT JOIN revocation_lists l ON l.authority = a.id WHERE a.number = ?1";
const COLUMNS: &[&str] = &["name", "subject", "issuer", "thumbprint", "serial_number", "id"];
