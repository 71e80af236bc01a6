//! An uploaded CA certificate: what callers' and backends' certificates are judged by, and its revocation list.

use std::str::FromStr;

use ::address::url::UrlProblem;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::address::BackendAddress;
use crate::api::ApiLink;
use crate::authority_file::FetchProblem;
use crate::certificate::{CertificateFacts, Thumbprint};
use crate::name::{DisplayName, checked_id, identifier, slug};
use crate::policy_document::ScopeLink;

/// What an authority is called in policies (`issuer-certificate-id`): letters, digits, `-`, `_`, `.`, never changed.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AuthorityId(String);
identifier!(AuthorityId, checked_id);

/// Whom a certificate can vouch for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Signs {
    /// Those that it signed: it says that it is a CA certificate.
    Others,
    /// Nobody but itself: a certificate is trusted if it is this very one.
    OnlyItself,
}

/// What becomes of a caller when no current revocation list of the issuer is at hand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Unlisted {
    /// The caller passes; only who stands in a list is refused.
    Pass,
    /// The caller is refused: nobody knows whether the certificate was taken back.
    #[default]
    Refuse,
}

/// One line of the list of authorities.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorityRow {
    pub id: AuthorityId,
    pub name: DisplayName,
    pub subject: String,
    pub common_name: String,
    pub thumbprint: Thumbprint,
    pub not_before: OffsetDateTime,
    pub not_after: OffsetDateTime,
    pub signs: Signs,
    pub unlisted: Unlisted,
    /// When the next revocation list is due; none where there is no list.
    pub next_update: Option<OffsetDateTime>,
    /// How many policies and backends name it.
    pub uses: u32,
}

/// Everything that the page of one authority shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorityDetail {
    pub id: AuthorityId,
    pub name: DisplayName,
    pub facts: CertificateFacts,
    pub signs: Signs,
    pub uploaded_at: OffsetDateTime,
    pub uploaded_by: String,
    pub revocation: Revocation,
    pub uses: Vec<AuthorityUse>,
}

/// How an authority's revocation list comes here, and what becomes of callers without one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revocation {
    pub unlisted: Unlisted,
    /// Where the gateway fetches the list from.
    pub address: Option<ListAddress>,
    pub list: Option<ListFacts>,
    /// Why the last fetch brought nothing; none when it did.
    pub failure: Option<ListFailure>,
}

/// Where a revocation list is fetched from: `http://` or `https://`, a host, a path, perhaps a query.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ListAddress(String);

/// A revocation list that was taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListFacts {
    pub this_update: OffsetDateTime,
    pub next_update: OffsetDateTime,
    /// How many certificates it takes back.
    pub revoked: u64,
    pub received_at: OffsetDateTime,
    /// Who uploaded it; none when it was fetched.
    pub received_by: Option<String>,
}

/// A fetch that brought no list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListFailure {
    pub at: OffsetDateTime,
    pub problem: FetchProblem,
}

/// What names an authority.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AuthorityUse {
    /// The trust settings of an API's backend.
    Backend(ApiLink),
    /// A policy, by `issuer-certificate-id`.
    Policy(ScopeLink),
}

/// An entry to choose an authority by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorityChoice {
    pub id: AuthorityId,
    pub name: DisplayName,
    pub thumbprint: Thumbprint,
    pub not_after: OffsetDateTime,
    pub unlisted: Unlisted,
    /// When the next revocation list is due; `None` where there is no list.
    pub next_update: Option<OffsetDateTime>,
}

impl AuthorityChoice {
    /// Whether a policy that checks revocation refuses all its clients, since no current list says who is revoked.
    #[must_use]
    pub fn refuses_unlisted(&self, now: OffsetDateTime) -> bool {
        self.unlisted == Unlisted::Refuse && self.next_update.is_none_or(|due| due < now)
    }
}

impl ListAddress {
    /// The address as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ListAddress {
    type Err = UrlProblem;
    fn from_str(text: &str) -> Result<Self, UrlProblem> {
        let text = text.trim();
        let (base, query) = text.split_once('?').unwrap_or((text, ""));
        base.parse::<BackendAddress>()?;
        if query.len() > QUERY_LIMIT || !query.bytes().all(|b| b.is_ascii_graphic() && b != b'#') {
            return Err(UrlProblem::Query);
        }
        Ok(Self(text.to_owned()))
    }
}

impl TryFrom<String> for ListAddress {
    type Error = UrlProblem;
    fn try_from(text: String) -> Result<Self, UrlProblem> {
        text.parse()
    }
}

impl From<ListAddress> for String {
    fn from(address: ListAddress) -> Self {
        address.0
    }
}

impl AuthorityId {
    /// The id that a name suggests: lower case, blanks to dashes; `authority` where nothing is left.
    #[must_use]
    pub fn suggested_by(name: &str) -> Self {
        Self(slug(name, "authority"))
    }

    /// This id with `-2`, `-3`, … behind it, for when it is taken.
    #[must_use]
    pub fn numbered(&self, number: u32) -> Self {
        Self(format!("{}-{number}", self.0))
    }
}

const QUERY_LIMIT: usize = 1_000;

#[cfg(test)]
mod tests {
    use super::ListAddress;

    #[test]
    fn a_list_is_fetched_over_http_from_any_path() {
        for good in
            ["http://pki.example/root.crl", "https://pki.example:8443/l?ca=1&x=%20", " http://10.0.0.1/ "]
        {
            assert!(good.parse::<ListAddress>().is_ok(), "{good}");
        }
        for bad in
            ["ldap://pki.example/cn=x", "file:///etc/passwd", "http://u:p@pki.example/", "http://a/b?c d", ""]
        {
            assert!(bad.parse::<ListAddress>().is_err(), "{bad}");
        }
    }
}
