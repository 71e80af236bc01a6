//! Calls that failed: what the gateway records of them, and how publishers look for them. No record holds a secret: no
//! query, no body, no value of a header.

use std::str::FromStr;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::name::{ApiId, CertificateId};
use crate::problem::{Kind, Problem};
use crate::traffic::{Call, Caller, Statement};

/// A call that was refused or failed, or whose response was cut off before its end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailedCall {
    pub at: OffsetDateTime,
    pub request_id: String,
    pub call: Call,
    /// What the client got; of a response that was cut off, what had been sent.
    pub status: u16,
    /// One word, such as `ClientCertificateExpired`, or the words that a document put after its status.
    pub reason: String,
    pub problem: Problem,
    /// What the policy, the TLS library or the system says, in English; may be empty.
    pub detail: String,
    /// The statement at which it happened. `None` if it happened outside policies or in forwarding.
    pub statement: Option<Statement>,
    pub caller: Caller,
    /// Host and port of the backend that was called, as far as the call got.
    pub backend: Option<String>,
    /// The uploaded client certificate that was chosen for the backend.
    pub shown: Option<CertificateId>,
}

/// What a gateway hands over to be stored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Failures {
    /// The oldest first.
    pub calls: Vec<FailedCall>,
    pub missed: Vec<Missed>,
}

/// Calls that were too many to be recorded: the newest recorded one like them stands for them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missed {
    pub kind: Kind,
    pub api: Option<ApiId>,
    pub count: u64,
}

/// Which failed calls are meant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FailedFilter {
    pub api: Option<ApiId>,
    pub kind: Option<Kind>,
    pub statuses: Option<Statuses>,
    pub since: Option<OffsetDateTime>,
    /// A part of the client's subject or thumbprint, or of id, name or thumbprint of the certificate chosen for the
    /// backend, in any case; empty for all.
    pub certificate: String,
    /// A part of the client's address; empty for all.
    pub caller: String,
    /// What must occur in path, reason, detail, request id or backend, in any case; empty for all.
    pub text: String,
}

/// A status, or all of a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Statuses {
    pub from: u16,
    pub to: u16,
}

/// A text that means no statuses.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("a status is a number such as 502, or a class such as 5xx")]
pub struct NotStatuses;

/// A failed call as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordedCall {
    /// Its place in the order, from which the list goes on.
    pub number: i64,
    pub call: FailedCall,
    /// How many more of its kind and API came right after it and were not recorded.
    pub missed: u64,
}

/// One page of the list, the newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailedCalls {
    pub calls: Vec<RecordedCall>,
    /// Where older ones begin; `None` if there are no more.
    pub older: Option<i64>,
}

impl Failures {
    /// Whether there is nothing to store.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.calls.is_empty() && self.missed.is_empty()
    }
}

impl FromStr for Statuses {
    type Err = NotStatuses;

    /// Reads `502` and `5xx`.
    fn from_str(text: &str) -> Result<Self, NotStatuses> {
        let text = text.trim().to_ascii_lowercase();
        let (from, to) = match text.strip_suffix("xx") {
            Some(class) => {
                let class: u16 = class.parse().map_err(|_| NotStatuses)?;
                let from = class.checked_mul(100).ok_or(NotStatuses)?;
                (from, from.saturating_add(99))
            }
            None => {
                let status = text.parse().map_err(|_| NotStatuses)?;
                (status, status)
            }
        };
        Ok(Self { from, to })
    }
}

#[cfg(test)]
mod tests {
    use super::{NotStatuses, Statuses};

    #[test]
    fn statuses_are_one_or_a_class() {
        assert_eq!("502".parse(), Ok(Statuses { from: 502, to: 502 }));
        assert_eq!(" 5XX ".parse(), Ok(Statuses { from: 500, to: 599 }));
        for wrong in ["", "xx", "five", "5x", "99999xx", "-1"] {
            assert_eq!(wrong.parse::<Statuses>(), Err(NotStatuses), "{wrong}");
        }
    }
}
