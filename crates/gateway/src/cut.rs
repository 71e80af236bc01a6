//! Why a response ended before its end.

use crate::answer::BodyError;

/// What cut a response off after it had begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cut {
    /// The backend's connection broke.
    BackendBroke,
    /// The backend sent nothing for so long.
    BackendIdle { limit_ms: u128 },
    /// The exchange as a whole took longer than it may.
    TooLong,
    /// The caller took nothing for too long.
    CallerIdle,
    /// The caller closed the connection, or reset the stream.
    CallerGone,
}

impl Cut {
    pub(crate) fn of(error: &BodyError) -> Self {
        match error {
            BodyError::Broken(_) | BodyError::Abandoned => Self::BackendBroke,
            BodyError::Stalled { limit_ms } => Self::BackendIdle { limit_ms: *limit_ms },
            BodyError::TooLong => Self::TooLong,
        }
    }

    /// One word for it.
    pub(crate) fn reason(self) -> &'static str {
        match self {
            Self::BackendBroke => "ResponseBroke",
            Self::BackendIdle { .. } => "ResponseIdleTimeout",
            Self::TooLong => "ExchangeTimeout",
            Self::CallerIdle => "ClientIdleTimeout",
            Self::CallerGone => "ClientGone",
        }
    }

    /// What the log says, with the setting that would help; `None` if it is nobody's fault but the client's.
    pub(crate) fn message(self) -> Option<String> {
        match self {
            Self::BackendBroke => Some("The backend broke the connection in the middle of its response.".into()),
            Self::BackendIdle { limit_ms } => Some(format!(
                "The backend sent nothing for {} s in the middle of its response. The limit is `Between parts of a \
                 response` in the settings of the API.",
                limit_ms / 1000
            )),
            Self::TooLong => Some(
                "The response took longer than the limit for a whole request. It is `Whole request` in the settings of \
                 the API."
                    .into(),
            ),
            Self::CallerIdle => Some("The client read nothing of the response for too long.".into()),
            Self::CallerGone => None,
        }
    }
}
