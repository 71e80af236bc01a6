//! What can go wrong with a page: safe to show, and safe in an address.

use leptos::prelude::*;
use leptos::server_fn::codec::JsonEncoding;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use serde::{Deserialize, Serialize};

use domain::language::Language;

use crate::layout::{Page, Section};
use crate::session::language;

/// Why a page or a form can't be answered. It holds nothing from inside: for plain forms it may end up in an address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PageError {
    /// Something broke; the log has the causes under this number.
    Failed { incident: String },
    /// What was sent isn't what the form sends.
    Invalid,
    /// Not signed in, or the role isn't enough.
    NotAllowed,
    /// There is no such thing (any more).
    NotFound,
    /// The address can't be asked in this way.
    Method,
    /// More was sent than the form may hold.
    TooLarge { limit_bytes: usize },
    /// The form wasn't sent to its end in time.
    TooSlow,
}

impl FromServerFnError for PageError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Args(_)
            | ServerFnErrorErr::Deserialization(_)
            | ServerFnErrorErr::MissingArg(_) => Self::Invalid,
            _ => Self::Failed { incident: String::new() },
        }
    }
}

impl PageError {
    /// What happened, in a few words.
    #[must_use]
    pub fn title(&self, l: Language) -> &'static str {
        match self {
            Self::Failed { .. } => l.say("Something went wrong", "문제가 발생했습니다"),
            Self::Invalid => l.say("The request is not valid", "올바르지 않은 요청입니다"),
            Self::Method => l.say("This address only accepts forms", "양식 전용 주소입니다"),
            Self::NotAllowed => l.say("You don't have permission", "권한이 없습니다"),
            Self::NotFound => l.say("Page not found", "페이지를 찾을 수 없습니다"),
            Self::TooLarge { .. } => l.say("The form is too large", "양식이 너무 큽니다"),
            Self::TooSlow => l.say("The form took too long", "양식 전송 시간이 초과되었습니다"),
        }
    }

    /// What happened and what to do next.
    #[must_use]
    pub fn sentence(&self, l: Language) -> String {
        let text = match self {
            Self::Failed { incident } => {
                return l.say(
                    format!("The server could not complete the request. Try again. If the problem persists, give your administrator this number: {incident}"),
                    format!("서버에서 처리하지 못했습니다. 다시 시도해 보고, 계속되면 관리자에게 이 번호를 알려 주세요: {incident}"),
                );
            }
            Self::TooLarge { limit_bytes } => {
                let limit = limit_bytes >> 10;
                return l.say(
                    format!("A form may hold at most {limit} KiB. Nothing was saved. Go back, shorten the text and send it again."),
                    format!("양식은 최대 {limit}KiB까지 보낼 수 있습니다. 저장하지 않았습니다. 뒤로 가서 내용을 줄인 후 다시 보내세요."),
                );
            }
            Self::Method => l.say(
                "Open the page with the form and send it from there.",
                "양식이 있는 페이지를 열어 거기에서 보내세요.",
            ),
            Self::TooSlow => l.say(
                "Nothing was saved. Check the connection and send the form again.",
                "저장하지 않았습니다. 연결을 확인한 후 양식을 다시 보내세요.",
            ),
            Self::Invalid => l.say(
                "The form was sent incompletely. Go back, reload the page and send it again.",
                "양식이 완전하지 않게 전송되었습니다. 뒤로 가서 페이지를 새로 고친 후 다시 보내세요.",
            ),
            Self::NotAllowed => l.say(
                "Your account doesn't have the right to do this. Ask an administrator.",
                "이 계정에는 필요한 권한이 없습니다. 관리자에게 문의하세요.",
            ),
            Self::NotFound => l.say(
                "It may have been deleted, or the address may be mistyped.",
                "찾는 항목이 삭제되었거나 주소가 잘못되었습니다.",
            ),
        };
        text.to_owned()
    }
}

/// A whole page that says what went wrong, with the matching status.
#[component]
pub fn ErrorPage(error: PageError) -> impl IntoView {
    let l = language();
    #[cfg(feature = "ssr")]
    crate::answer::set_status(status(&error));
    view! {
        <Page title=error.title(l).to_owned() section=Section::None>
            <p class="max-w-prose" data-not-taken>{error.sentence(l)}</p>
            <p class="mt-6">
                <a class="button" href="/">
                    {l.say("Go to Overview", "개요로 이동")}
                </a>
            </p>
        </Page>
    }
}

/// The status that a page answers with. The only place in the portal where one is chosen.
#[cfg(feature = "ssr")]
#[must_use]
pub fn status(error: &PageError) -> axum::http::StatusCode {
    status_for(error, &crate::session::visitor())
}

/// The same for this visitor, where there is no Leptos around.
#[cfg(feature = "ssr")]
#[must_use]
pub fn status_for(error: &PageError, visitor: &crate::session::Visitor) -> axum::http::StatusCode {
    use axum::http::StatusCode;
    match error {
        PageError::Failed { .. } => StatusCode::INTERNAL_SERVER_ERROR,
        PageError::Invalid => StatusCode::BAD_REQUEST,
        PageError::Method => StatusCode::METHOD_NOT_ALLOWED,
        PageError::NotAllowed if visitor.is_anonymous() => StatusCode::UNAUTHORIZED,
        PageError::NotAllowed => StatusCode::FORBIDDEN,
        PageError::NotFound => StatusCode::NOT_FOUND,
        PageError::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
        PageError::TooSlow => StatusCode::REQUEST_TIMEOUT,
    }
}

/// The status that sends a browser on with a GET after a form was posted (RFC 9110, 15.4.4).
#[cfg(feature = "ssr")]
pub const ONWARD: axum::http::StatusCode = axum::http::StatusCode::SEE_OTHER;

/// The status of the pages where nobody can sign in over plain http.
#[cfg(feature = "ssr")]
pub const NEEDS_HTTPS: axum::http::StatusCode = axum::http::StatusCode::FORBIDDEN;

/// The status of a receiver that was sent to nothing.
#[cfg(feature = "ssr")]
pub const NOWHERE: axum::http::StatusCode = axum::http::StatusCode::NOT_FOUND;

/// The status of a receiver that nobody may use who hasn't signed in.
#[cfg(feature = "ssr")]
pub const NOT_SIGNED_IN: axum::http::StatusCode = axum::http::StatusCode::UNAUTHORIZED;

/// A number for a failure, to look it up by.
#[cfg(feature = "ssr")]
#[must_use]
pub fn incident_number() -> String {
    let mut bytes = [0u8; 6];
    // A number that isn't random is still a number: the log line stands beside it.
    let _ = getrandom::fill(&mut bytes);
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Gives a failure a number, writes it with its causes to the log, and leaves only the number for the page. A fault
/// that the log has already keeps its number.
#[cfg(feature = "ssr")]
#[must_use]
pub fn incident(cause: &(dyn std::error::Error + 'static)) -> PageError {
    let mut chain = std::iter::successors(Some(cause), |cause| cause.source());
    if let Some(fault) = chain.find_map(|cause| cause.downcast_ref::<crate::panics::Panicked>()) {
        return PageError::Failed { incident: fault.incident.clone() };
    }
    let incident = incident_number();
    tracing::error!(incident, error = domain::causes::causes(cause), "a page could not be rendered");
    PageError::Failed { incident }
}

#[cfg(feature = "ssr")]
impl From<management::error::Error> for PageError {
    fn from(error: management::error::Error) -> Self {
        use management::error::Error;
        match error {
            Error::NotAllowed => Self::NotAllowed,
            Error::NotFound => Self::NotFound,
            Error::Failed(_) => incident(&error),
            _ => Self::Invalid,
        }
    }
}

#[cfg(test)]
mod tests {
    use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};

    use super::PageError;

    #[test]
    fn what_leptos_says_about_a_bad_form_stays_inside() {
        let error = PageError::from_server_fn_error(ServerFnErrorErr::Args("secret=hunter2".to_owned()));
        assert_eq!(error, PageError::Invalid);
        assert!(!String::from_utf8(error.ser().to_vec()).unwrap().contains("hunter2"));
    }
}
