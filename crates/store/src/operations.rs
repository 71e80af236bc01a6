//! Operations: the methods and URL templates of an API.

use std::collections::HashMap;

use domain::list::{ListPage, ListQuery, OperationSort};
use domain::name::{ApiId, OperationId};
use domain::operation::{OperationDetail, OperationLink, OperationRow, OperationSettings, StoredOperation};
use domain::snapshot::SnapshotOperation;
use rusqlite::types::Value;
use rusqlite::{OptionalExtension, Row, params};

use crate::apis::Stamp;
use crate::certificates::{moment, parse};
use crate::damaged::{Damaged, name, shown};
use crate::documents::bound_to_policy;
use crate::error::Error;
use crate::lists::{Condition, First, Selection};
use crate::transaction::{Change, View};

/// An API's operations, or the first of them that was damaged: without it nobody knows what the others would answer.
pub(crate) type Operations = Result<Vec<SnapshotOperation>, Damaged>;

impl View<'_> {
    /// One page of an API's operations.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn list_operations(
        &self,
        api: &ApiId,
        query: &ListQuery<OperationSort>,
    ) -> Result<ListPage<OperationRow>, Error> {
        let of_api = Value::from(api.as_str().to_owned());
        let condition =
            Condition::within(("api", of_api), &query.search, &["name", "template", "method", "id"]);
        let order = match query.sort {
            OperationSort::Method => "method",
            OperationSort::Name => "name COLLATE NOCASE",
            OperationSort::Template => "template",
        };
        let selection = Selection {
            table: "operations",
            condition,
            order,
            direction: query.direction,
            first: First { column: "id", id: query.first.clone() },
        };
        let sql = "SELECT o.id, o.name, o.method, o.template, p.scope IS NOT NULL FROM operations o
                   LEFT JOIN policies p ON p.scope = 'operation/' || o.api || '/' || o.id WHERE o.number = ?1";
        selection.page(self.connection, query.page, sql, operation_row)
    }

    /// One operation, or `None`.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn operation(&self, api: &ApiId, id: &OperationId) -> Result<Option<OperationDetail>, Error> {
        let sql = "SELECT id, name, method, template, created_at, changed_at, changed_by, revision
                   FROM operations WHERE api = ?1 AND id = ?2";
        self.connection
            .prepare_cached(sql)?
            .query_row([api.as_str(), id.as_str()], |row| Ok(operation_detail(row)))
            .optional()?
            .transpose()
    }

    /// The operation of an API that the same requests match, or `None`.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn operation_at(
        &self,
        api: &ApiId,
        settings: &OperationSettings,
    ) -> Result<Option<OperationLink>, Error> {
        let sql = "SELECT id, name FROM operations WHERE api = ?1 AND method = ?2 AND shape = ?3";
        let values = params![api.as_str(), settings.method.as_str(), settings.template.shape()];
        let link = |row: &Row<'_>| Ok((row.get::<_, String>(0)?, name(&shown(row, 1))));
        let found = self.connection.prepare_cached(sql)?.query_row(values, link).optional()?;
        found.map(|(id, name)| Ok(OperationLink { id: parse(id)?, name })).transpose()
    }

    /// The operations of an API as the gateway needs them, or the first that was damaged.
    pub(crate) fn snapshot_operations(&self, api: &ApiId) -> Result<Operations, Error> {
        let sql = format!("{SNAPSHOT} WHERE o.api = ?1 ORDER BY o.number");
        let mut statement = self.connection.prepare_cached(&sql)?;
        let rows = statement.query_map([api.as_str()], |row| Ok(readable_operation(self, row)))?;
        Ok(rows.collect::<Result<Vec<_>, _>>()?.into_iter().collect())
    }

    /// The operations of all APIs as the gateway needs them, by what stands as the id of the API.
    pub(crate) fn all_snapshot_operations(&self) -> Result<HashMap<String, Operations>, Error> {
        let mut statement = self.connection.prepare(&format!("{SNAPSHOT} ORDER BY o.number"))?;
        let rows = statement.query_map([], |row| Ok((shown(row, 7), readable_operation(self, row))))?;
        let mut all: HashMap<String, Operations> = HashMap::new();
        for row in rows {
            let (api, operation) = row?;
            let of_api = all.entry(api).or_insert_with(|| Ok(Vec::new()));
            match (of_api.as_mut(), operation) {
                (Ok(list), Ok(operation)) => list.push(operation),
                (Ok(_), Err(damaged)) => *of_api = Err(damaged),
                // One is enough to say why.
                (Err(_), _) => {}
            }
        }
        Ok(all)
    }
}

impl Change<'_> {
    /// A new operation.
    ///
    /// # Errors
    /// [`Error::Taken`] when its id, or its method and template, are taken.
    pub fn insert_operation(
        &self,
        api: &ApiId,
        id: &OperationId,
        settings: &OperationSettings,
        stamp: Stamp<'_>,
    ) -> Result<(), Error> {
        let sql = "INSERT INTO operations (api, id, name, method, template, shape, created_at, changed_at, changed_by, revision)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, ?8, ?9)";
        self.connection.prepare_cached(sql)?.execute(params![
            api.as_str(),
            id.as_str(),
            settings.name.as_str(),
            settings.method.as_str(),
            settings.template.as_str(),
            settings.template.shape(),
            stamp.at.unix_timestamp(),
            stamp.by,
            self.revision()?,
        ])?;
        Ok(())
    }

    /// Name, method and template.
    ///
    /// # Errors
    /// [`Error::Taken`] when another operation has the same method and template.
    pub fn update_operation(
        &self,
        api: &ApiId,
        id: &OperationId,
        settings: &OperationSettings,
        stamp: Stamp<'_>,
    ) -> Result<(), Error> {
        let sql = "UPDATE operations SET name = ?3, method = ?4, template = ?5, shape = ?6, changed_at = ?7, changed_by = ?8, revision = ?9
                   WHERE api = ?1 AND id = ?2";
        self.connection.prepare_cached(sql)?.execute(params![
            api.as_str(),
            id.as_str(),
            settings.name.as_str(),
            settings.method.as_str(),
            settings.template.as_str(),
            settings.template.shape(),
            stamp.at.unix_timestamp(),
            stamp.by,
            self.revision()?,
        ])?;
        Ok(())
    }

    /// Removes an operation with its policy.
    ///
    /// # Errors
    /// When the store can't be written.
    pub fn delete_operation(&self, api: &ApiId, id: &OperationId) -> Result<(), Error> {
        let sql = "DELETE FROM operations WHERE api = ?1 AND id = ?2";
        self.connection.execute(sql, [api.as_str(), id.as_str()])?;
        self.revision()?;
        Ok(())
    }
}

/// For people: what was damaged is shown as it stands, so that it can be mended.
fn stored(row: &Row<'_>) -> StoredOperation {
    StoredOperation { name: name(&shown(row, 1)), method: shown(row, 2), template: shown(row, 3) }
}

fn settings(row: &Row<'_>) -> Result<OperationSettings, Error> {
    Ok(OperationSettings {
        name: parse(row.get::<_, String>(1)?)?,
        method: parse(row.get::<_, String>(2)?)?,
        template: parse(row.get::<_, String>(3)?)?,
    })
}

fn operation_row(row: &Row<'_>) -> Result<OperationRow, Error> {
    Ok(OperationRow { id: parse(row.get::<_, String>(0)?)?, settings: stored(row), has_policy: row.get(4)? })
}

fn operation_detail(row: &Row<'_>) -> Result<OperationDetail, Error> {
    Ok(OperationDetail {
        id: parse(row.get::<_, String>(0)?)?,
        settings: stored(row),
        created_at: moment(row, 4),
        changed_at: moment(row, 5),
        changed_by: shown(row, 6),
        revision: row.get(7).unwrap_or_default(),
    })
}

fn readable_operation(view: &View<'_>, row: &Row<'_>) -> Result<SnapshotOperation, Damaged> {
    snapshot_operation(view, row).map_err(|error| Damaged::at(row, 0, &error))
}

fn snapshot_operation(view: &View<'_>, row: &Row<'_>) -> Result<SnapshotOperation, Error> {
    let OperationSettings { name, method, template } = settings(row)?;
    let policy = match row.get::<_, Option<String>>(6)? {
        Some(scope) => Some(view.document(row, 4, &bound_to_policy(&scope))?),
        None => None,
    };
    Ok(SnapshotOperation { id: parse(row.get::<_, String>(0)?)?, name, method, template, policy })
}

const SNAPSHOT: &str =
    "SELECT o.id, o.name, o.method, o.template, p.document, p.sealed, p.scope, o.api FROM operations o
                        LEFT JOIN policies p ON p.scope = 'operation/' || o.api || '/' || o.id";
