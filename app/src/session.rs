//! Who is looking at a page, in which language and theme, and the cookies that remember it.

use leptos::prelude::use_context;

use domain::language::Language;
use domain::secret::Secret;
use domain::user::{Actor, UserName};

/// The person (or program) behind one request. The server makes it; pages only read it.
#[derive(Clone, Debug)]
pub struct Visitor {
    pub actor: Actor,
    pub language: Language,
    pub theme: Theme,
    /// The session's token as it came in the cookie, for signing out.
    pub token: Option<Secret>,
    /// The cookie of a known browser, for signing in.
    pub browser: Option<Secret>,
    /// Whose session ended in this browser; `None` while somebody is signed in, and where nobody ever was.
    pub former: Option<UserName>,
    /// Whether the browser keeps the session's cookie.
    pub reached: Reached,
    /// Under what a refused form is kept until the next page: the cookie `postern_visit`, if there is one yet.
    pub visit: Option<String>,
    /// The address the request came from, for slowing down failed sign-ins.
    pub peer: String,
    /// Path and query of the request.
    pub address: String,
}

/// Light or dark, by the system or by choice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

/// How the browser reaches the portal. It keeps and sends the session's cookie, which is `Secure`, over https and on the
/// machine that the portal runs on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reached {
    #[default]
    Safely,
    /// Over plain http from another machine: nobody can sign in there.
    Plainly,
}

impl Visitor {
    /// Whether nobody has signed in.
    #[must_use]
    pub fn is_anonymous(&self) -> bool {
        matches!(self.actor, Actor::Anonymous)
    }

    /// Whose messages and forms are kept for this browser: of the person who is signed in, or whose session ended here.
    #[must_use]
    pub fn person(&self) -> &str {
        self.former.as_ref().map_or(self.actor.name(), UserName::as_str)
    }

    /// The path of the request, without its query.
    #[must_use]
    pub fn path(&self) -> &str {
        crate::address::path(&self.address)
    }
}

impl Default for Visitor {
    fn default() -> Self {
        Self {
            actor: Actor::Anonymous,
            language: Language::English,
            theme: Theme::System,
            token: None,
            browser: None,
            former: None,
            reached: Reached::Safely,
            visit: None,
            peer: String::new(),
            address: "/".to_owned(),
        }
    }
}

impl Theme {
    /// The word in the cookie and in the attribute `data-theme`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The theme of a word; anything else follows the system.
    #[must_use]
    pub fn from_word(word: &str) -> Self {
        match word {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::System,
        }
    }
}

/// The visitor of this request; nobody, in English, where there is no request.
#[must_use]
pub fn visitor() -> Visitor {
    use_context::<Visitor>().unwrap_or_default()
}

/// The language of this request.
#[must_use]
pub fn language() -> Language {
    visitor().language
}

#[cfg(feature = "ssr")]
impl Visitor {
    /// Reads language, theme and address from the head of a request; `actor` and `token` come from whoever checked
    /// the session, `peer` is the client's IP address. Whose session ended and how the browser reaches the portal are
    /// for the server to fill in.
    #[must_use]
    pub fn of(parts: &axum::http::request::Parts, actor: Actor, token: Option<Secret>, peer: String) -> Self {
        use axum::http::header::ACCEPT_LANGUAGE;

        let chosen = cookie(&parts.headers, LANGUAGE_COOKIE).and_then(|tag| Language::from_tag(&tag));
        let asked = || {
            let header = parts.headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
            Language::from_accept_language(header.unwrap_or_default())
        };
        let theme = cookie(&parts.headers, THEME_COOKIE).unwrap_or_default();
        Self {
            actor,
            language: chosen.unwrap_or_else(asked),
            theme: Theme::from_word(&theme),
            token,
            browser: cookie(&parts.headers, BROWSER_COOKIE)
                .filter(|text| text.len() <= 512)
                .map(Secret::from),
            former: None,
            reached: Reached::Safely,
            visit: cookie(&parts.headers, VISIT_COOKIE).filter(|visit| visit.len() <= 64),
            peer,
            address: parts.uri.path_and_query().map_or("/", |both| both.as_str()).to_owned(),
        }
    }
}

/// The value of a request's cookie (RFC 6265, 5.4).
#[cfg(feature = "ssr")]
#[must_use]
pub fn cookie(headers: &axum::http::HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(axum::http::header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.to_owned())
}

/// The session's token in a request's cookie, if there is one.
#[cfg(feature = "ssr")]
#[must_use]
pub fn session_token(headers: &axum::http::HeaderMap) -> Option<Secret> {
    cookie(headers, SESSION_COOKIE).filter(|token| !token.is_empty()).map(Secret::from)
}

/// Gives the browser its session's cookie with this answer, and the one by which it is known from now on.
#[cfg(feature = "ssr")]
pub fn begin(session: &management::users::SessionToken) {
    if let Some(token) = session.token.expose_text() {
        crate::answer::set_cookie(&session_cookie(token, session.seconds));
    }
    if let Some(cookie) = session.browser.expose_text() {
        let seconds = management::known_browser::KNOWN_FOR.whole_seconds();
        crate::answer::set_cookie(&browser_cookie(cookie, seconds));
    }
}

/// Takes the session's cookie back with this answer.
#[cfg(feature = "ssr")]
pub fn end() {
    crate::answer::set_cookie(&ended_session_cookie());
}

/// The `Set-Cookie` line that signs somebody in for so many seconds.
#[must_use]
pub fn session_cookie(token: &str, seconds: i64) -> String {
    format!("{SESSION_COOKIE}={token}; Path=/; Max-Age={seconds}; Secure; HttpOnly; SameSite=Lax")
}

/// The `Set-Cookie` line by which a browser is known at the next sign-in. Signing out leaves it.
#[must_use]
pub fn browser_cookie(cookie: &str, seconds: i64) -> String {
    format!("{BROWSER_COOKIE}={cookie}; Path=/; Max-Age={seconds}; Secure; HttpOnly; SameSite=Lax")
}

/// The `Set-Cookie` line that signs out.
#[must_use]
pub fn ended_session_cookie() -> String {
    format!("{SESSION_COOKIE}=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax")
}

/// The `Set-Cookie` line that remembers a choice of language or theme for a year.
#[must_use]
pub fn choice_cookie(name: &str, word: &str) -> String {
    format!("{name}={word}; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax")
}

/// The `Set-Cookie` line that ties a refused form to this browser until the next page.
#[must_use]
pub fn visit_cookie(visit: &str) -> String {
    format!("{VISIT_COOKIE}={visit}; Path=/; HttpOnly; SameSite=Lax")
}

/// The cookie with the session's token. The prefix keeps other hosts and paths from setting it (RFC 6265bis, 4.1.3.2).
pub const SESSION_COOKIE: &str = "__Host-postern";
/// The cookie of a browser in which somebody has signed in before.
pub const BROWSER_COOKIE: &str = "__Host-postern-browser";
/// The cookie with the chosen language: `en` or `ko`.
pub const LANGUAGE_COOKIE: &str = "postern_language";
/// The cookie with the chosen theme: `system`, `light` or `dark`.
pub const THEME_COOKIE: &str = "postern_theme";
/// The cookie that ties a refused form to a browser.
pub const VISIT_COOKIE: &str = "postern_visit";

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use axum::http::Request;

    use super::{Theme, Visitor, session_token};
    use domain::language::Language;
    use domain::user::Actor;

    #[test]
    fn language_and_theme_come_from_cookies_before_the_header() {
        let request = Request::builder()
            .uri("/apis?page=2")
            .header("accept-language", "en-US,en")
            .header("cookie", "postern_language=ko; postern_theme=dark; __Host-postern=abc")
            .body(())
            .unwrap();
        let (parts, ()) = request.into_parts();
        let visitor = Visitor::of(&parts, Actor::Anonymous, session_token(&parts.headers), String::new());
        assert_eq!((visitor.language, visitor.theme), (Language::Korean, Theme::Dark));
        assert_eq!((visitor.path(), visitor.address.as_str()), ("/apis", "/apis?page=2"));
        assert_eq!(visitor.token.unwrap().expose_text(), Some("abc"));
    }

    #[test]
    fn without_cookies_the_browser_says_which_language() {
        let request = Request::builder().header("accept-language", "ko-KR,ko;q=0.9").body(()).unwrap();
        let visitor = Visitor::of(&request.into_parts().0, Actor::Anonymous, None, String::new());
        assert_eq!((visitor.language, visitor.theme), (Language::Korean, Theme::System));
    }
}
