//! APIs: their addresses, trust settings and what their policy says about credentials.

use domain::api::{ApiDetail, ApiLink, ApiRow, ApiSettings, StoredSettings};
use domain::causes::causes;
use domain::credential::Credential;
use domain::fault::DamagedApi;
use domain::list::{ApiSort, ListPage, ListQuery};
use domain::name::ApiId;
use domain::snapshot::{SnapshotApi, SnapshotOperation};
use domain::timeouts::ApiTimeouts;
use domain::trust::Trust;
use rusqlite::{OptionalExtension, Row, params};
use time::OffsetDateTime;

use crate::certificates::{moment, parse, used};
use crate::damaged::{Damaged, name, shown};
use crate::documents::bound_to_policy;
use crate::error::{Error, unreadable};
use crate::lists::{Condition, First, Selection};
use crate::transaction::{Change, View};

/// Who changes something, and when.
#[derive(Clone, Copy)]
pub struct Stamp<'a> {
    pub by: &'a str,
    pub at: OffsetDateTime,
}

impl View<'_> {
    /// One page of the list.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn list_apis(&self, query: &ListQuery<ApiSort>) -> Result<ListPage<ApiRow>, Error> {
        let condition = Condition::text(&query.search, "apis_search", &["name", "suffix", "backend", "id"]);
        let order = match query.sort {
            ApiSort::Backend => "backend",
            ApiSort::Name => "name COLLATE NOCASE",
            ApiSort::Suffix => "suffix",
        };
        let selection = Selection {
            table: "apis",
            condition,
            order,
            direction: query.direction,
            first: First { column: "id", id: query.first.clone() },
        };
        let sql = "SELECT id, name, suffix, backend, credential, last_used FROM apis WHERE number = ?1";
        selection.page(self.connection, query.page, sql, api_row)
    }

    /// How many APIs there are.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn count_apis(&self) -> Result<u64, Error> {
        Ok(self.connection.query_row("SELECT count(*) FROM apis", [], |row| row.get(0))?)
    }

    /// One API, or `None`.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn api(&self, id: &ApiId) -> Result<Option<ApiDetail>, Error> {
        let sql = "SELECT id, name, suffix, backend, credential, last_used, trust, created_at, changed_at, changed_by, revision, timeouts
                   FROM apis WHERE id = ?1";
        self.connection
            .prepare_cached(sql)?
            .query_row([id.as_str()], |row| Ok(api_detail(row)))
            .optional()?
            .transpose()
    }

    /// The API with this URL suffix, or `None`.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn api_at(&self, suffix: &str) -> Result<Option<ApiLink>, Error> {
        let link = |row: &Row<'_>| Ok((row.get::<_, String>(0)?, shown(row, 1)));
        let found = self
            .connection
            .query_row("SELECT id, name FROM apis WHERE suffix = ?1", [suffix], link)
            .optional()?;
        found.map(|(id, text)| Ok(ApiLink { id: parse(id)?, name: name(&text) })).transpose()
    }

    /// One API as the gateway needs it, or what is left of one that was damaged; `None` if there is none.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn snapshot_api(&self, id: &ApiId) -> Result<Option<Result<SnapshotApi, DamagedApi>>, Error> {
        let sql = format!("{SNAPSHOT} WHERE a.id = ?1");
        let mut statement = self.connection.prepare_cached(&sql)?;
        let operations = self.snapshot_operations(id)?;
        let api = statement.query_row([id.as_str()], |row| Ok(readable_api(self, row, operations)));
        Ok(api.optional()?)
    }

    /// All APIs as the gateway needs them; of those that were damaged what is left.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn snapshot_apis(&self) -> Result<Vec<Result<SnapshotApi, DamagedApi>>, Error> {
        let mut operations = self.all_snapshot_operations()?;
        let mut statement = self.connection.prepare(SNAPSHOT)?;
        let mut all = Vec::new();
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let own = operations.remove(&shown(row, 0)).unwrap_or_else(|| Ok(Vec::new()));
            all.push(readable_api(self, row, own));
        }
        Ok(all)
    }
}

impl Change<'_> {
    /// A new API.
    ///
    /// # Errors
    /// [`Error::Taken`] when id or suffix is taken.
    pub fn insert_api(
        &self,
        id: &ApiId,
        settings: &ApiSettings,
        trust: &Trust,
        stamp: Stamp<'_>,
    ) -> Result<(), Error> {
        let sql = "INSERT INTO apis (id, name, suffix, backend, trust, credential, created_at, changed_at, changed_by, revision)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, ?8, ?9)";
        self.connection.prepare_cached(sql)?.execute(params![
            id.as_str(),
            settings.name.as_str(),
            settings.suffix.as_str(),
            settings.backend.to_string(),
            json(trust)?,
            json(&Credential::None)?,
            stamp.at.unix_timestamp(),
            stamp.by,
            self.revision()?,
        ])?;
        self.index_api(id)
    }

    /// Name, suffix and backend.
    ///
    /// # Errors
    /// [`Error::Taken`] when the suffix is taken.
    pub fn update_api_settings(
        &self,
        id: &ApiId,
        settings: &ApiSettings,
        stamp: Stamp<'_>,
    ) -> Result<(), Error> {
        let sql = "UPDATE apis SET name = ?2, suffix = ?3, backend = ?4, changed_at = ?5, changed_by = ?6, revision = ?7
                   WHERE id = ?1";
        self.connection.execute(
            sql,
            params![
                id.as_str(),
                settings.name.as_str(),
                settings.suffix.as_str(),
                settings.backend.to_string(),
                stamp.at.unix_timestamp(),
                stamp.by,
                self.revision()?,
            ],
        )?;
        self.index_api(id)
    }

    /// How the backend's certificate is judged.
    ///
    /// # Errors
    /// When the store can't be written.
    pub fn update_api_trust(&self, id: &ApiId, trust: &Trust, stamp: Stamp<'_>) -> Result<(), Error> {
        let sql = "UPDATE apis SET trust = ?2, changed_at = ?3, changed_by = ?4, revision = ?5 WHERE id = ?1";
        let values =
            params![id.as_str(), json(trust)?, stamp.at.unix_timestamp(), stamp.by, self.revision()?];
        self.connection.execute(sql, values)?;
        self.save_backend_authorities(id, trust)
    }

    /// How long the backend may take.
    ///
    /// # Errors
    /// When the store can't be written.
    pub fn update_api_timeouts(
        &self,
        id: &ApiId,
        timeouts: ApiTimeouts,
        stamp: Stamp<'_>,
    ) -> Result<(), Error> {
        let sql =
            "UPDATE apis SET timeouts = ?2, changed_at = ?3, changed_by = ?4, revision = ?5 WHERE id = ?1";
        let values =
            params![id.as_str(), json(&timeouts)?, stamp.at.unix_timestamp(), stamp.by, self.revision()?];
        self.connection.execute(sql, values)?;
        Ok(())
    }

    /// What the policy says about credentials, written by whoever saves the policy.
    ///
    /// # Errors
    /// When the store can't be written.
    pub fn update_api_credential(
        &self,
        id: &ApiId,
        credential: &Credential,
        stamp: Stamp<'_>,
    ) -> Result<(), Error> {
        let sql =
            "UPDATE apis SET credential = ?2, changed_at = ?3, changed_by = ?4, revision = ?5 WHERE id = ?1";
        let values =
            params![id.as_str(), json(credential)?, stamp.at.unix_timestamp(), stamp.by, self.revision()?];
        self.connection.prepare_cached(sql)?.execute(values)?;
        Ok(())
    }

    /// Remembers when the last request reached an API; never moves back.
    ///
    /// # Errors
    /// When the store can't be written.
    pub fn touch_api(&self, id: &ApiId, used: OffsetDateTime) -> Result<(), Error> {
        let sql = "UPDATE apis SET last_used = max(coalesce(last_used, 0), ?2) WHERE id = ?1";
        self.connection.prepare_cached(sql)?.execute(params![id.as_str(), used.unix_timestamp()])?;
        Ok(())
    }

    /// Removes an API with its operations and all their policies.
    ///
    /// # Errors
    /// When the store can't be written.
    pub fn delete_api(&self, id: &ApiId) -> Result<(), Error> {
        let sql = "DELETE FROM apis_search WHERE rowid = (SELECT number FROM apis WHERE id = ?1)";
        self.connection.execute(sql, [id.as_str()])?;
        self.connection.execute("DELETE FROM apis WHERE id = ?1", [id.as_str()])?;
        self.revision()?;
        Ok(())
    }

    fn index_api(&self, id: &ApiId) -> Result<(), Error> {
        let sql = "INSERT OR REPLACE INTO apis_search (rowid, text)
                   SELECT number, name || char(10) || id || char(10) || suffix || char(10) || backend FROM apis WHERE id = ?1";
        self.connection.prepare_cached(sql)?.execute([id.as_str()])?;
        Ok(())
    }
}

/// The row for people: what was damaged in it is shown as it stands, so that it can be mended.
fn api_row(row: &Row<'_>) -> Result<ApiRow, Error> {
    let settings =
        StoredSettings { name: name(&shown(row, 1)), suffix: shown(row, 2), backend: shown(row, 3) };
    let credential = from_json(row, 4).unwrap_or(Credential::None);
    let last_used = used(row, 5);
    Ok(ApiRow { id: parse(row.get::<_, String>(0)?)?, settings, credential, last_used, ending: None })
}

fn api_detail(row: &Row<'_>) -> Result<ApiDetail, Error> {
    let ApiRow { id, settings, credential, last_used, .. } = api_row(row)?;
    Ok(ApiDetail {
        id,
        settings,
        trust: from_json(row, 6).unwrap_or_default(),
        credential,
        created_at: moment(row, 7),
        changed_at: moment(row, 8),
        changed_by: shown(row, 9),
        revision: row.get(10).unwrap_or_default(),
        // Damaged ones are named with the API; here they stand as not set.
        timeouts: from_json(row, 11).unwrap_or_default(),
        last_used,
    })
}

/// An API, or what is left of one that was damaged.
fn readable_api(
    view: &View<'_>,
    row: &Row<'_>,
    operations: Result<Vec<SnapshotOperation>, Damaged>,
) -> Result<SnapshotApi, DamagedApi> {
    let damaged = |reason: String| DamagedApi {
        id: shown(row, 0),
        name: shown(row, 4),
        suffix: Some(shown(row, 1)),
        reason,
    };
    let api = snapshot_api(view, row).map_err(|error| damaged(causes(&error)))?;
    let in_operation = |found: Damaged| damaged(format!("its operation `{}`: {}", found.id, found.reason));
    Ok(SnapshotApi { operations: operations.map_err(in_operation)?, ..api })
}

fn snapshot_api(view: &View<'_>, row: &Row<'_>) -> Result<SnapshotApi, Error> {
    let scope: Option<String> = row.get(6)?;
    let scope = scope.ok_or_else(|| unreadable("its policy is missing"))?;
    Ok(SnapshotApi {
        id: parse(row.get::<_, String>(0)?)?,
        suffix: parse(row.get::<_, String>(1)?)?,
        backend: parse(row.get::<_, String>(2)?)?,
        trust: from_json(row, 3)?,
        name: parse(row.get::<_, String>(4)?)?,
        timeouts: from_json(row, 5)?,
        policy: view.document(row, 7, &bound_to_policy(&scope))?,
        operations: Vec::new(),
    })
}

fn json<T: serde::Serialize>(value: &T) -> Result<String, Error> {
    serde_json::to_string(value).map_err(unreadable)
}

fn from_json<T: serde::de::DeserializeOwned>(row: &Row<'_>, column: usize) -> Result<T, Error> {
    serde_json::from_str(&row.get::<_, String>(column)?).map_err(unreadable)
}

const SNAPSHOT: &str =
    "SELECT a.id, a.suffix, a.backend, a.trust, a.name, a.timeouts, p.scope, p.document, p.sealed
                        FROM apis a LEFT JOIN policies p ON p.scope = 'api/' || a.id";
