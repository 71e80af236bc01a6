//! Failed calls: written in batches, looked up newest first, bounded by count and age.

use domain::api::ApiLink;
use domain::failed_call::{FailedCall, FailedCalls, FailedFilter, Failures, Missed, RecordedCall};
use domain::list::PAGE_ROWS;
use domain::name::ApiId;
use domain::problem::{Kind, Problem};
use domain::traffic::{Call, Caller, CallerCertificate, Statement};
use rusqlite::{OptionalExtension, Row, params, params_from_iter};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::certificates::{moment, parse};
use crate::damaged::name;
use crate::error::{Error, unreadable};
use crate::failed_filter::Conditions;
use crate::transaction::{Change, View};

/// What a record holds besides its columns.
#[derive(Serialize, Deserialize)]
struct Facts {
    problem: Problem,
    statement: Option<Statement>,
    certificate: Option<CallerCertificate>,
}

impl View<'_> {
    /// The calls that are meant, the newest first, beginning below `before`. Records that can't be read are left out:
    /// nobody can mend them.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn failed_calls(&self, filter: &FailedFilter, before: Option<i64>) -> Result<FailedCalls, Error> {
        let mut conditions = Conditions::of(filter);
        if let Some(before) = before {
            conditions.add("number < ?#", before);
        }
        let (condition, values) = conditions.into_sql();
        // One more than is shown says whether there are more.
        let sql = format!("{ROW} WHERE {condition} ORDER BY number DESC LIMIT {}", PAGE_ROWS + 1);
        let mut statement = self.connection.prepare_cached(&sql)?;
        let found = statement.query_map(params_from_iter(values), |row| Ok((row.get(0)?, recorded(row))))?;
        let mut found: Vec<(i64, Result<RecordedCall, Error>)> = found.collect::<Result<_, _>>()?;
        let is_more = found.len() > PAGE_ROWS as usize;
        found.truncate(PAGE_ROWS as usize);
        let older = found.last().map(|(number, _)| *number).filter(|_| is_more);
        let calls = found.into_iter().filter_map(|(_, call)| call.ok()).collect();
        Ok(FailedCalls { calls, older })
    }

    /// The call with this request id, or `None`.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn failed_call(&self, request_id: &str) -> Result<Option<RecordedCall>, Error> {
        let sql = format!("{ROW} WHERE request_id = ?1 ORDER BY number DESC");
        let mut statement = self.connection.prepare_cached(&sql)?;
        statement.query_row([request_id], |row| Ok(recorded(row))).optional()?.transpose()
    }

    /// The APIs that have failed calls, by name; deleted ones left out.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn failing_apis(&self) -> Result<Vec<ApiLink>, Error> {
        let sql = "SELECT id, name FROM apis WHERE id IN (SELECT DISTINCT api FROM failed_calls)
                   ORDER BY name COLLATE NOCASE, id";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let link = |(id, text): (String, String)| Ok(ApiLink { id: parse(id)?, name: name(&text) });
        rows.map(|row| link(row?)).collect()
    }

    /// How many calls have failed since then, those that were not recorded included.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn count_failed_since(&self, since: OffsetDateTime) -> Result<u64, Error> {
        let sql = "SELECT coalesce(sum(1 + missed), 0) FROM failed_calls WHERE at >= ?1";
        Ok(self.connection.query_row(sql, [since.unix_timestamp()], |row| row.get(0))?)
    }
}

impl Change<'_> {
    /// Adds records, of each kind no more than `most` in all.
    ///
    /// # Errors
    /// When the store can't be written.
    pub fn add_failures(&self, failures: &Failures, most: u32) -> Result<(), Error> {
        for call in &failures.calls {
            self.add_failed_call(call)?;
        }
        for Missed { kind, api, count } in &failures.missed {
            let sql = "UPDATE failed_calls SET missed = missed + ?3
                       WHERE number = (SELECT max(number) FROM failed_calls WHERE kind = ?1 AND api IS ?2)";
            let values = params![kind.word(), api.as_ref().map(ApiId::as_str), count];
            self.connection.prepare_cached(sql)?.execute(values)?;
        }
        Kind::ALL.into_iter().try_for_each(|kind| self.bound_failed_calls(kind, most))
    }

    /// Forgets the calls from before a moment, and of each kind the oldest beyond `most`.
    ///
    /// # Errors
    /// When the store can't be written.
    pub fn forget_failed_calls(&self, before: Option<OffsetDateTime>, most: u32) -> Result<(), Error> {
        if let Some(before) = before {
            let sql = "DELETE FROM failed_calls WHERE at < ?1";
            self.connection.execute(sql, [before.unix_timestamp()])?;
        }
        Kind::ALL.into_iter().try_for_each(|kind| self.bound_failed_calls(kind, most))
    }

    fn add_failed_call(&self, call: &FailedCall) -> Result<(), Error> {
        let sql = "INSERT INTO failed_calls (at, request_id, kind, api, operation, method, path, status, reason, detail,
                                             caller, subject, thumbprint, backend, shown, facts)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)";
        let certificate = call.caller.certificate.as_ref();
        let facts = Facts {
            problem: call.problem.clone(),
            statement: call.statement.clone(),
            certificate: certificate.cloned(),
        };
        self.connection.prepare_cached(sql)?.execute(params![
            call.at.unix_timestamp(),
            call.request_id,
            call.problem.kind().word(),
            call.call.api.as_ref().map(ApiId::as_str),
            call.call.operation,
            call.call.method,
            call.call.path,
            call.status,
            call.reason,
            call.detail,
            call.caller.address,
            certificate.map(|shown| &shown.subject),
            certificate.map(|shown| &shown.thumbprint),
            call.backend,
            call.shown.as_ref().map(|id| id.as_str()),
            serde_json::to_string(&facts).map_err(unreadable)?,
        ])?;
        Ok(())
    }

    /// Forgets the oldest calls of a kind beyond `most`. They are those of the API that has the most: one that fails all
    /// the time doesn't push out what others have.
    fn bound_failed_calls(&self, kind: Kind, most: u32) -> Result<(), Error> {
        loop {
            let sql = "SELECT count(*) FROM failed_calls WHERE kind = ?1";
            let count: u32 =
                self.connection.prepare_cached(sql)?.query_row([kind.word()], |row| row.get(0))?;
            if count <= most {
                return Ok(());
            }
            let sql =
                "SELECT api FROM failed_calls WHERE kind = ?1 GROUP BY api ORDER BY count(*) DESC LIMIT 1";
            let largest: Option<String> =
                self.connection.prepare_cached(sql)?.query_row([kind.word()], |row| row.get(0))?;
            let sql = "DELETE FROM failed_calls WHERE number IN (
                           SELECT number FROM failed_calls WHERE kind = ?1 AND api IS ?2 ORDER BY number LIMIT ?3)";
            self.connection.prepare_cached(sql)?.execute(params![kind.word(), largest, count - most])?;
        }
    }
}

fn recorded(row: &Row<'_>) -> Result<RecordedCall, Error> {
    let facts: Facts = serde_json::from_str(&row.get::<_, String>(13)?).map_err(unreadable)?;
    let call = FailedCall {
        at: moment(row, 1),
        request_id: row.get(2)?,
        call: Call {
            api: row.get::<_, Option<String>>(3)?.map(parse).transpose()?,
            operation: row.get(4)?,
            method: row.get(5)?,
            path: row.get(6)?,
        },
        status: row.get(7)?,
        reason: row.get(8)?,
        problem: facts.problem,
        detail: row.get(9)?,
        statement: facts.statement,
        caller: Caller { address: row.get(10)?, certificate: facts.certificate },
        backend: row.get(11)?,
        shown: row.get::<_, Option<String>>(12)?.map(parse).transpose()?,
    };
    Ok(RecordedCall { number: row.get(0)?, call, missed: row.get(14)? })
}

const ROW: &str = "SELECT number, at, request_id, api, operation, method, path, status, reason, detail, caller, backend, \
                   shown, facts, missed FROM failed_calls";
