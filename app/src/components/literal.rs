//! Text in the elements whose text HTML reads by rules of its own: `<textarea>` and `<title>`. Leptos writes their
//! text as it is; nothing else may write these elements (`tests/markup.rs` looks).

use leptos::prelude::*;
use leptos_meta::Title;

/// The title of the page in the browser's tab, with the product's name behind it.
#[component]
pub fn PageTitle(#[prop(into)] text: String) -> impl IntoView {
    view! { <Title text=escaped(&format!("{text} \u{b7} Postern")) /> }
}

/// HTML of our own as it is, never of what somebody entered.
#[component]
pub fn LiteralArticle(html: String) -> impl IntoView {
    view! { <article class="prose" inner_html=html></article> }
}

/// Loads the page once more after a second, where no script does it better.
#[component]
pub fn RefreshWithoutScripts() -> impl IntoView {
    view! {
        <noscript>
            <meta http-equiv="refresh" content="1" />
        </noscript>
    }
}

/// A text area that shows exactly this text, and sends it unchanged unless somebody edits it.
#[component]
pub fn LiteralTextArea(
    id: String,
    name: &'static str,
    text: String,
    rows: u32,
    /// Whether the policy editor takes its place where scripts run.
    editor: bool,
    /// The id of the box that makes the text a secret; empty if the text is never a secret.
    secret_if: String,
    /// Whether it isn't what is saved.
    unsaved: bool,
    invalid: bool,
    described: Option<String>,
    autofocus: bool,
) -> impl IntoView {
    // A browser without scripts keeps the text for when one goes back, but not one that may become a secret.
    let autocomplete = (!secret_if.is_empty()).then_some("off");
    let secret_if = (!secret_if.is_empty()).then_some(secret_if);
    // HTML drops a line break right after the tag; one more keeps a text that begins with one as it is.
    let text = format!("\n{}", escaped(&text));
    view! {
        <textarea
            class="input code"
            id=id
            name=name
            rows=rows
            spellcheck="false"
            autocomplete=autocomplete
            autocapitalize="off"
            wrap="off"
            data-editor=editor
            data-secret-if=secret_if
            data-unsaved=unsaved
            aria-invalid=invalid.then_some("true")
            aria-describedby=described
            autofocus=autofocus
        >
            {text}
        </textarea>
    }
}

/// The text as such an element must hold it: what could begin a character reference or a tag as a reference itself,
/// and a carriage return, which would otherwise be read as a line feed (HTML, 13.2.3.5).
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\r' => out.push_str("&#13;"),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn nothing_in_a_text_ends_its_element_or_is_read_as_a_reference() {
        assert_eq!(escaped("</title><meta>"), "&lt;/title&gt;&lt;meta&gt;");
        assert_eq!(escaped("&amp;lt;"), "&amp;amp;lt;");
        assert_eq!(escaped("a\r\nb"), "a&#13;\nb");
    }
}
