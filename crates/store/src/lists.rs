//! Searching, ordering and paging, the same for every list.

use domain::list::{COUNT_LIMIT, Direction, PAGE_ROWS};
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use crate::error::Error;

/// Which rows of a table a list holds, and in which order.
pub(crate) struct Selection {
    pub(crate) table: &'static str,
    /// An SQL condition with numbered parameters, or `1`.
    pub(crate) condition: String,
    pub(crate) parameters: Vec<Value>,
    /// `column COLLATE x`, made of constants only.
    pub(crate) order: &'static str,
    pub(crate) direction: Direction,
}

/// The numbers of the rows on a page, the page they are on, and how many rows all pages have.
pub(crate) struct Found {
    pub(crate) numbers: Vec<i64>,
    pub(crate) page: u32,
    pub(crate) total: u64,
}

impl Selection {
    /// Walks the index only as far as the page; the rows themselves are read afterwards, fifty of them.
    pub(crate) fn find(&self, connection: &Connection, page: u32) -> Result<Found, Error> {
        let total = self.count(connection)?;
        let last = u32::try_from(total.div_ceil(u64::from(PAGE_ROWS)).max(1)).unwrap_or(u32::MAX);
        let page = page.clamp(1, last);
        let direction = match self.direction {
            Direction::Ascending => "ASC",
            Direction::Descending => "DESC",
        };
        let sql = format!(
            "SELECT number FROM {} WHERE {} ORDER BY {} {direction}, number {direction} LIMIT {PAGE_ROWS} OFFSET {}",
            self.table,
            self.condition,
            self.order,
            u64::from(page - 1) * u64::from(PAGE_ROWS),
        );
        let mut statement = connection.prepare_cached(&sql)?;
        let rows = statement.query_map(params_from_iter(&self.parameters), |row| row.get(0))?;
        Ok(Found { numbers: rows.collect::<Result<_, _>>()?, page, total })
    }

    fn count(&self, connection: &Connection) -> Result<u64, Error> {
        let sql = if self.condition == ALL {
            format!("SELECT count(*) FROM {}", self.table)
        } else {
            format!(
                "SELECT count(*) FROM (SELECT 1 FROM {} WHERE {} LIMIT {COUNT_LIMIT})",
                self.table, self.condition
            )
        };
        Ok(connection
            .prepare_cached(&sql)?
            .query_row(params_from_iter(&self.parameters), |row| row.get(0))?)
    }
}

/// The condition that finds everything.
pub(crate) const ALL: &str = "1";

/// A condition for a text anywhere in a row. The trigram index needs three characters; fewer are looked for in
/// `columns`, one by one.
pub(crate) fn contains(search: &str, index: &str, columns: &[&str]) -> (String, Vec<Value>) {
    let search = search.trim();
    if search.is_empty() {
        return (ALL.to_owned(), Vec::new());
    }
    if search.chars().count() >= 3 {
        let phrase = format!("\"{}\"", search.replace('"', "\"\""));
        return (
            format!("number IN (SELECT rowid FROM {index} WHERE {index} MATCH ?1)"),
            vec![phrase.into()],
        );
    }
    let escaped = search.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    let each = columns.iter().map(|column| format!("{column} LIKE ?1 ESCAPE '\\'")).collect::<Vec<_>>();
    (format!("({})", each.join(" OR ")), vec![format!("%{escaped}%").into()])
}
