//! What a list is asked for and what it answers: a search, an order, a page.

use serde::{Deserialize, Serialize};

/// What a page of a list is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListQuery<S> {
    /// What is searched for; empty finds everything.
    pub search: String,
    pub sort: S,
    pub direction: Direction,
    /// From 1.
    pub page: u32,
    /// The id of a row that stands first on the first page, whatever the order: a new one. Empty: none.
    pub first: String,
}

/// Which end of the order comes first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Direction {
    #[default]
    Ascending,
    Descending,
}

/// The columns that the list of certificates can be sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum CertificateSort {
    /// Expired and expiring ones first.
    #[default]
    Expires,
    Name,
    Subject,
    Thumbprint,
    Uses,
}

/// The columns that the list of APIs can be sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum ApiSort {
    Backend,
    #[default]
    Name,
    Suffix,
}

/// The columns that the operations of an API can be sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum OperationSort {
    Method,
    Name,
    #[default]
    Template,
}

/// The columns that the list of CA certificates can be sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum AuthoritySort {
    /// Expired and expiring ones first.
    #[default]
    Expires,
    Name,
    Subject,
    Uses,
}

/// The columns that lists of named values and of fragments can be sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum SharedSort {
    Changed,
    #[default]
    Name,
    Uses,
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListPage<T> {
    pub rows: Vec<T>,
    /// From 1; the last one when a later one was asked for.
    pub page: u32,
    /// How many rows all pages have.
    pub total: u64,
    pub counted: Counted,
    /// How many rows of the page can't be read. The overview says what they are.
    pub unreadable: u64,
}

/// Whether a list was counted to its end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Counted {
    #[default]
    Whole,
    /// A search found at least [`SEARCH_LIMIT`] rows; only these can be paged through.
    UpToLimit,
}

impl<T> ListPage<T> {
    /// How many pages there are, at least one.
    #[must_use]
    pub fn pages(&self) -> u32 {
        u32::try_from(self.total.div_ceil(u64::from(PAGE_ROWS)).max(1)).unwrap_or(u32::MAX)
    }
}

/// Rows on a page.
pub const PAGE_ROWS: u32 = 50;
/// Counting what a search finds stops here, so that a page costs the same however large the store is.
pub const SEARCH_LIMIT: u64 = 1_000;
