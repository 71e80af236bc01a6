//! Which failed calls a filter means, in SQL.

use domain::certificate::hex_digits;
use domain::failed_call::FailedFilter;
use rusqlite::types::Value;

/// Conditions that must all be met, with the values of their numbered parameters.
#[derive(Debug, Default)]
pub(crate) struct Conditions {
    texts: Vec<String>,
    values: Vec<Value>,
}

impl Conditions {
    pub(crate) fn of(filter: &FailedFilter) -> Self {
        let mut all = Self::default();
        if let Some(api) = &filter.api {
            all.add("api = ?#", api.as_str().to_owned());
        }
        if let Some(kind) = filter.kind {
            all.add("kind = ?#", kind.word().to_owned());
        }
        if let Some(statuses) = filter.statuses {
            all.add("status >= ?#", i64::from(statuses.from));
            all.add("status <= ?#", i64::from(statuses.to));
        }
        if let Some(since) = filter.since {
            all.add("at >= ?#", since.unix_timestamp());
        }
        all.add_text(CERTIFICATE, &without_colons(&filter.certificate));
        all.add_text("caller LIKE ?# ESCAPE '\\'", &filter.caller);
        all.add_text(TEXT, &filter.text);
        all
    }

    /// One more; `?#` in it stands for the value.
    pub(crate) fn add(&mut self, condition: &str, value: impl Into<Value>) {
        self.values.push(value.into());
        self.texts.push(condition.replace("?#", &format!("?{}", self.values.len())));
    }

    /// All of them as one condition.
    pub(crate) fn into_sql(self) -> (String, Vec<Value>) {
        if self.texts.is_empty() {
            return ("1".to_owned(), self.values);
        }
        (self.texts.join(" AND "), self.values)
    }

    /// A text that must occur somewhere, unless it is empty.
    fn add_text(&mut self, condition: &str, text: &str) {
        let text = text.trim();
        if !text.is_empty() {
            self.add(condition, crate::lists::anywhere(text));
        }
    }
}

/// A thumbprint in any format as it is stored; any other text as it is.
fn without_colons(text: &str) -> String {
    hex_digits(text).filter(|digits| digits.len() == 40).unwrap_or_else(|| text.to_owned())
}

const CERTIFICATE: &str = "(subject LIKE ?# ESCAPE '\\' OR thumbprint LIKE ?# ESCAPE '\\' OR shown IN (
    SELECT id FROM certificates
    WHERE id LIKE ?# ESCAPE '\\' OR name LIKE ?# ESCAPE '\\' OR thumbprint LIKE ?# ESCAPE '\\'))";
const TEXT: &str = "(method || ' ' || path LIKE ?# ESCAPE '\\' OR reason LIKE ?# ESCAPE '\\' OR
    detail LIKE ?# ESCAPE '\\' OR request_id LIKE ?# ESCAPE '\\' OR backend LIKE ?# ESCAPE '\\')";
