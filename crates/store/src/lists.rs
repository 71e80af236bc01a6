//! Searching, ordering and paging, the same for every list.

use domain::list::{Counted, Direction, ListPage, PAGE_ROWS, SEARCH_LIMIT};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Row, params_from_iter};

use crate::error::Error;

/// Which rows of a table a list holds, and in which order.
pub(crate) struct Selection {
    pub(crate) table: &'static str,
    pub(crate) condition: Condition,
    /// `column COLLATE x`, made of constants only.
    pub(crate) order: &'static str,
    pub(crate) direction: Direction,
    /// The row that stands first on the first page.
    pub(crate) first: First,
}

/// A row by its id; an empty one is none.
pub(crate) struct First {
    pub(crate) column: &'static str,
    pub(crate) id: String,
}

/// Which rows are meant.
pub(crate) enum Condition {
    All,
    /// By an index: an SQL condition with numbered parameters.
    Rows(String, Vec<Value>),
    /// A text anywhere in a row: found by an index, or by looking at row after row.
    Text {
        indexed: (String, Vec<Value>),
        row_by_row: (String, Vec<Value>),
    },
}

/// The numbers of the rows on a page, the page they are on, and how many rows all pages have.
struct Found {
    numbers: Vec<i64>,
    page: u32,
    total: u64,
    counted: Counted,
}

impl Selection {
    /// A page. `sql` selects the row with a number, `read` reads it.
    pub(crate) fn page<T>(
        &self,
        connection: &Connection,
        page: u32,
        sql: &str,
        read: impl Fn(&Row<'_>) -> Result<T, Error>,
    ) -> Result<ListPage<T>, Error> {
        let Found { numbers, page, total, counted } = self.find(connection, page)?;
        let mut statement = connection.prepare_cached(sql)?;
        let mut rows = Vec::with_capacity(numbers.len());
        let mut unreadable = 0;
        for number in numbers {
            match statement.query_row([number], |row| Ok(read(row)))? {
                Ok(row) => rows.push(row),
                // One row's fault doesn't hide the others.
                Err(_) => unreadable += 1,
            }
        }
        Ok(ListPage { rows, page, total, counted, unreadable })
    }

    /// Walks the index of the order only as far as the page; the rows themselves are read afterwards, fifty of them.
    fn find(&self, connection: &Connection, page: u32) -> Result<Found, Error> {
        let (total, counted) = self.count(connection)?;
        let last = u32::try_from(total.div_ceil(u64::from(PAGE_ROWS)).max(1)).unwrap_or(u32::MAX);
        let page = page.clamp(1, last);
        let direction = match self.direction {
            Direction::Ascending => "ASC",
            Direction::Descending => "DESC",
        };
        let (condition, parameters) = self.condition.for_page(counted);
        let sql = format!(
            "SELECT number FROM {} WHERE {condition} ORDER BY {} {direction}, number {direction} LIMIT {PAGE_ROWS} OFFSET {}",
            self.table,
            self.order,
            u64::from(page - 1) * u64::from(PAGE_ROWS),
        );
        let mut statement = connection.prepare_cached(&sql)?;
        let rows = statement.query_map(params_from_iter(parameters), |row| row.get(0))?;
        let mut numbers: Vec<i64> = rows.collect::<Result<_, _>>()?;
        if let Some(first) = self.first(connection, page)? {
            numbers.retain(|number| *number != first);
            numbers.insert(0, first);
        }
        Ok(Found { numbers, page, total, counted })
    }

    fn first(&self, connection: &Connection, page: u32) -> Result<Option<i64>, Error> {
        let First { column, id } = &self.first;
        if page > 1 || id.is_empty() {
            return Ok(None);
        }
        let sql = format!("SELECT number FROM {} WHERE {column} = ?1", self.table);
        Ok(connection.prepare_cached(&sql)?.query_row([id], |row| row.get(0)).optional()?)
    }

    fn count(&self, connection: &Connection) -> Result<(u64, Counted), Error> {
        let table = self.table;
        let (condition, parameters) = self.condition.for_page(Counted::Whole);
        let sql = match self.condition {
            Condition::All => format!("SELECT count(*) FROM {table}"),
            _ => {
                format!("SELECT count(*) FROM (SELECT 1 FROM {table} WHERE {condition} LIMIT {SEARCH_LIMIT})")
            }
        };
        let mut statement = connection.prepare_cached(&sql)?;
        let total = statement.query_row(params_from_iter(parameters), |row| row.get(0))?;
        let is_cut = !matches!(self.condition, Condition::All) && total >= SEARCH_LIMIT;
        Ok((total, if is_cut { Counted::UpToLimit } else { Counted::Whole }))
    }
}

impl Condition {
    /// For a text anywhere in a row. The trigram index needs three characters; fewer are looked for row by row.
    pub(crate) fn text(search: &str, index: &str, columns: &[&str]) -> Self {
        let search = search.trim();
        if search.is_empty() {
            return Self::All;
        }
        let row_by_row = like(search, columns);
        if search.chars().count() < 3 {
            return Self::Rows(row_by_row.0, row_by_row.1);
        }
        let phrase = format!("\"{}\"", search.replace('"', "\"\""));
        // Limited: a search that finds much is counted no further, and paged through row by row.
        let found = format!("SELECT rowid FROM {index} WHERE {index} MATCH ?1 LIMIT {SEARCH_LIMIT}");
        Self::Text { indexed: (format!("number IN ({found})"), vec![phrase.into()]), row_by_row }
    }

    /// For a text anywhere in those rows that have a value in a column: few enough to look at one by one.
    pub(crate) fn within((column, value): (&str, Value), search: &str, columns: &[&str]) -> Self {
        let search = search.trim();
        if search.is_empty() {
            return Self::Rows(format!("{column} = ?1"), vec![value]);
        }
        let (text, mut parameters) = like(search, columns);
        parameters.push(value);
        Self::Rows(format!("{column} = ?2 AND {text}"), parameters)
    }

    /// What finds the rows of a page: where the index found too many to sort, nearly every row matches, and walking
    /// the order's own index until the page is full costs least.
    pub(crate) fn for_page(&self, counted: Counted) -> (&str, &[Value]) {
        let (sql, parameters) = match self {
            Self::All => return ("1", &[]),
            Self::Rows(sql, parameters) => (sql, parameters),
            Self::Text { row_by_row, .. } if counted == Counted::UpToLimit => (&row_by_row.0, &row_by_row.1),
            Self::Text { indexed, .. } => (&indexed.0, &indexed.1),
        };
        (sql, parameters)
    }
}

/// The pattern of `LIKE … ESCAPE '\'` for a text anywhere.
pub(crate) fn anywhere(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{escaped}%")
}

fn like(search: &str, columns: &[&str]) -> (String, Vec<Value>) {
    let each = columns.iter().map(|column| format!("{column} LIKE ?1 ESCAPE '\\'")).collect::<Vec<_>>();
    (format!("({})", each.join(" OR ")), vec![anywhere(search).into()])
}
