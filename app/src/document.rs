//! The HTML document around every page.

use std::collections::BTreeMap;
use std::sync::Arc;

use leptos::config::LeptosOptions;
use leptos::hydration::HydrationScripts;
use leptos::prelude::*;
use leptos_meta::MetaTags;

use crate::App;
use crate::session::{Theme, visitor};

/// Under which address the server gives out each file: name (`portal.css`) to address. It goes into the context.
#[derive(Clone, Debug, Default)]
pub struct Assets(Arc<BTreeMap<String, String>>);

impl Assets {
    /// From pairs of name and address.
    #[must_use]
    pub fn new(files: impl IntoIterator<Item = (String, String)>) -> Self {
        Self(Arc::new(files.into_iter().collect()))
    }

    /// The address of a file; `/assets/name` when the server doesn't know it.
    #[must_use]
    pub fn address(&self, name: &str) -> String {
        self.0.get(name).cloned().unwrap_or_else(|| format!("/assets/{name}"))
    }

    /// The folder, without slashes at its ends, where `postern.js` and `postern_bg.wasm` lie side by side, or `None`
    /// when the browser library wasn't built. Their own names must be as they are: the script asks for the other one.
    #[must_use]
    pub fn browser_library(&self) -> Option<String> {
        let folder = self.0.get("postern.js")?.strip_suffix("/postern.js")?;
        let same = self.0.get("postern_bg.wasm")?.strip_suffix("/postern_bg.wasm")? == folder;
        same.then(|| folder.trim_matches('/').to_owned())
    }
}

/// The address of a file of the portal, from the context.
#[must_use]
pub fn asset(name: &str) -> String {
    use_context::<Assets>().unwrap_or_default().address(name)
}

/// Whether islands will wake on this page, for those that would otherwise take up room for nothing.
#[must_use]
pub fn browser_library_is_built() -> bool {
    use_context::<Assets>().unwrap_or_default().browser_library().is_some()
}

/// The document with the application in it.
pub fn document() -> impl IntoView {
    #[cfg(feature = "ssr")]
    set_security_policy();
    let visitor = visitor();
    let theme = (visitor.theme != Theme::System).then(|| visitor.theme.word());
    view! {
        <!DOCTYPE html>
        <html lang=visitor.language.tag() data-theme=theme>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <link rel="stylesheet" href=asset("portal.css") />
                <link rel="icon" type="image/svg+xml" href=asset("favicon.svg") />
                {islands()}
                <MetaTags />
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}

/// The scripts that wake the islands, when there is a browser library.
fn islands() -> Option<impl IntoView> {
    let folder = use_context::<Assets>()?.browser_library()?;
    let options = LeptosOptions::builder().output_name("postern").site_pkg_dir(folder).build();
    Some(view! { <HydrationScripts options=options islands=true /> })
}

/// No script and no style but the portal's own files, the one script that carries this page's nonce, and the style
/// sheet that the policy editor makes with it.
#[cfg(feature = "ssr")]
fn set_security_policy() {
    let nonce = leptos::nonce::use_nonce().map(|nonce| format!(" 'nonce-{nonce}'")).unwrap_or_default();
    let policy = format!(
        "default-src 'none'; script-src 'self'{nonce} 'wasm-unsafe-eval'; style-src 'self'{nonce}; img-src 'self' data:; \
         connect-src 'self'; font-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    );
    crate::answer::set_header(axum::http::header::CONTENT_SECURITY_POLICY, &policy);
}

#[cfg(test)]
mod tests {
    use super::Assets;

    fn assets(files: &[(&str, &str)]) -> Assets {
        Assets::new(files.iter().map(|(name, address)| ((*name).to_owned(), (*address).to_owned())))
    }

    #[test]
    fn islands_wake_only_when_both_files_of_the_library_lie_side_by_side() {
        let both = assets(&[
            ("postern.js", "/assets/1f/postern.js"),
            ("postern_bg.wasm", "/assets/1f/postern_bg.wasm"),
        ]);
        assert_eq!(both.browser_library().as_deref(), Some("assets/1f"));
        assert_eq!(assets(&[("postern.js", "/assets/postern.js")]).browser_library(), None);
        assert_eq!(assets(&[]).address("portal.css"), "/assets/portal.css");
    }
}
