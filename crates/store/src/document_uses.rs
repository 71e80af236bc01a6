//! What policy documents name besides client certificates: named values, fragments, CA certificates.

use domain::authority::AuthorityId;
use domain::fragment::FragmentId;
use domain::named_value::NamedValueName;
use domain::policy_document::{Scope, ScopeLink};
use rusqlite::{OptionalExtension, params};

use crate::certificates::parse;
use crate::error::Error;
use crate::transaction::{Change, View};
use crate::uses::scope_link;

impl View<'_> {
    /// The scopes whose documents name a value, also through fragments that they include.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn scopes_naming(&self, name: &NamedValueName) -> Result<Vec<Scope>, Error> {
        self.all(
            "SELECT scope FROM named_value_uses WHERE named_value = ?1 AND scope NOT NULL",
            name.as_str(),
        )
    }

    /// The fragments that name a value.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn fragments_naming(&self, name: &NamedValueName) -> Result<Vec<FragmentId>, Error> {
        self.all(
            "SELECT fragment FROM named_value_uses WHERE named_value = ?1 AND fragment NOT NULL",
            name.as_str(),
        )
    }

    /// The scopes whose documents include a fragment.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn scopes_including(&self, id: &FragmentId) -> Result<Vec<Scope>, Error> {
        self.all("SELECT scope FROM fragment_uses WHERE fragment = ?1", id.as_str())
    }

    /// A scope that has a document, with the names that people know it by.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn scope_link(&self, scope: &Scope) -> Result<Option<ScopeLink>, Error> {
        let sql = "SELECT a.id, a.name, o.id, o.name FROM policies p
                   LEFT JOIN apis a ON a.id = p.api
                   LEFT JOIN operations o ON o.api = p.api AND o.id = p.operation WHERE p.scope = ?1";
        let mut statement = self.connection.prepare_cached(sql)?;
        statement.query_row([scope.to_string()], |row| Ok(scope_link(row, 0))).optional()?.transpose()
    }

    /// The first column of all rows.
    pub(crate) fn all<T: TryFrom<String>>(&self, sql: &str, key: &str) -> Result<Vec<T>, Error>
    where
        T::Error: std::fmt::Display,
    {
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map([key], |row| row.get::<_, String>(0))?;
        rows.map(|row| parse(row?)).collect()
    }
}

impl Change<'_> {
    /// Notes what the document of a scope names, in place of what it named before.
    ///
    /// # Errors
    /// [`Error::InUse`] when one of them was deleted in the meantime.
    pub fn save_document_uses(
        &self,
        scope: &Scope,
        named_values: &[NamedValueName],
        fragments: &[FragmentId],
        authorities: &[AuthorityId],
    ) -> Result<(), Error> {
        let scope = scope.to_string();
        let tables = [
            (
                "named_value_uses",
                "named_value",
                named_values.iter().map(NamedValueName::as_str).collect::<Vec<_>>(),
            ),
            ("fragment_uses", "fragment", fragments.iter().map(FragmentId::as_str).collect()),
            ("authority_uses", "authority", authorities.iter().map(AuthorityId::as_str).collect()),
        ];
        for (table, column, names) in tables {
            self.connection
                .prepare_cached(&format!("DELETE FROM {table} WHERE scope = ?1"))?
                .execute([&scope])?;
            let sql = format!("INSERT OR IGNORE INTO {table} ({column}, scope) VALUES (?1, ?2)");
            let mut statement = self.connection.prepare_cached(&sql)?;
            for name in names {
                statement.execute(params![name, scope])?;
            }
        }
        Ok(())
    }
}
