//! The switches of the top bar: language and theme, kept in a cookie.

use leptos::prelude::*;

use crate::error::PageError;

/// Remembers the language and goes back to the page.
///
/// # Errors
/// A language that the portal doesn't speak.
#[server(endpoint = "language")]
pub async fn choose_language(
    #[server(default)] tag: String,
    #[server(default)] back: String,
) -> Result<(), PageError> {
    use crate::session::{LANGUAGE_COOKIE, choice_cookie};
    let language = domain::language::Language::from_tag(&tag).ok_or(PageError::Invalid)?;
    crate::answer::set_cookie(&choice_cookie(LANGUAGE_COOKIE, language.tag()));
    crate::answer::see_other(crate::address::local(&back));
    Ok(())
}

/// Remembers the theme and goes back to the page.
///
/// # Errors
/// None; a word that isn't known follows the system.
#[server(endpoint = "theme")]
pub async fn choose_theme(
    #[server(default)] theme: String,
    #[server(default)] back: String,
) -> Result<(), PageError> {
    use crate::session::{THEME_COOKIE, Theme, choice_cookie};
    crate::answer::set_cookie(&choice_cookie(THEME_COOKIE, Theme::from_word(&theme).word()));
    crate::answer::see_other(crate::address::local(&back));
    Ok(())
}
