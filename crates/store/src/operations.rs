//! Operations: the methods and URL templates of an API.

use std::collections::HashMap;

use domain::list::{ListPage, ListQuery, OperationSort};
use domain::name::{ApiId, OperationId};
use domain::operation::{OperationDetail, OperationLink, OperationRow, OperationSettings};
use domain::snapshot::SnapshotOperation;
use rusqlite::types::Value;
use rusqlite::{OptionalExtension, Row, params};

use crate::apis::Stamp;
use crate::certificates::{parse, time};
use crate::error::Error;
use crate::lists::{Condition, Selection};
use crate::transaction::{Change, View};

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
        let selection = Selection { table: "operations", condition, order, direction: query.direction };
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
        let link = |row: &Row<'_>| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?));
        let found = self.connection.prepare_cached(sql)?.query_row(values, link).optional()?;
        found.map(|(id, name)| Ok(OperationLink { id: parse(id)?, name: parse(name)? })).transpose()
    }

    /// The operations of an API as the gateway needs them.
    pub(crate) fn snapshot_operations(&self, api: &ApiId) -> Result<Vec<SnapshotOperation>, Error> {
        let sql = format!("{SNAPSHOT} WHERE o.api = ?1 ORDER BY o.number");
        let mut statement = self.connection.prepare_cached(&sql)?;
        let rows = statement.query_map([api.as_str()], |row| Ok(snapshot_operation(row)))?;
        rows.map(|row| row?).collect()
    }

    /// The operations of all APIs as the gateway needs them.
    pub(crate) fn all_snapshot_operations(&self) -> Result<HashMap<ApiId, Vec<SnapshotOperation>>, Error> {
        let mut statement = self.connection.prepare(&format!("{SNAPSHOT} ORDER BY o.number"))?;
        let rows = statement.query_map([], |row| Ok((row.get::<_, String>(5)?, snapshot_operation(row))))?;
        let mut all: HashMap<ApiId, Vec<SnapshotOperation>> = HashMap::new();
        for row in rows {
            let (api, operation) = row?;
            all.entry(parse(api)?).or_default().push(operation?);
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

fn settings(row: &Row<'_>) -> Result<OperationSettings, Error> {
    Ok(OperationSettings {
        name: parse(row.get::<_, String>(1)?)?,
        method: parse(row.get::<_, String>(2)?)?,
        template: parse(row.get::<_, String>(3)?)?,
    })
}

fn operation_row(row: &Row<'_>) -> Result<OperationRow, Error> {
    Ok(OperationRow {
        id: parse(row.get::<_, String>(0)?)?,
        settings: settings(row)?,
        has_policy: row.get(4)?,
    })
}

fn operation_detail(row: &Row<'_>) -> Result<OperationDetail, Error> {
    Ok(OperationDetail {
        id: parse(row.get::<_, String>(0)?)?,
        settings: settings(row)?,
        created_at: time(row.get(4)?)?,
        changed_at: time(row.get(5)?)?,
        changed_by: row.get(6)?,
        revision: row.get(7)?,
    })
}

fn snapshot_operation(row: &Row<'_>) -> Result<SnapshotOperation, Error> {
    let OperationSettings { name, method, template } = settings(row)?;
    Ok(SnapshotOperation {
        id: parse(row.get::<_, String>(0)?)?,
        name,
        method,
        template,
        policy: row.get(4)?,
    })
}

const SNAPSHOT: &str = "SELECT o.id, o.name, o.method, o.template, p.document, o.api FROM operations o
                        LEFT JOIN policies p ON p.scope = 'operation/' || o.api || '/' || o.id";
