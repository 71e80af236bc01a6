//! Stylesheet, icon and browser library: inside the program, in a folder named by their content.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse as _, Response};
use rust_embed::RustEmbed;
use sha2::{Digest as _, Sha256};

/// What is served as it is.
#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../public"]
struct Public;

/// The browser library, where it was built; without it every page works by plain forms.
#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../target/site/pkg"]
#[allow_missing = true]
struct BrowserLibrary;

/// All files, in one folder that is named by their content.
pub(crate) struct Files {
    folder: String,
    by_name: BTreeMap<String, Cow<'static, [u8]>>,
}

impl Files {
    /// Reads everything once.
    pub(crate) fn load() -> Arc<Self> {
        let public = Public::iter().map(|name| (Public::get(&name), name));
        let library = BrowserLibrary::iter().map(|name| (BrowserLibrary::get(&name), name));
        let files = public.chain(library).filter_map(|(file, name)| Some((name.into_owned(), file?.data)));
        let by_name: BTreeMap<_, _> = files.collect();
        if !by_name.contains_key("postern.js") {
            tracing::info!("the browser library wasn't built: pages work by plain forms alone");
        }
        let mut hash = Sha256::new();
        by_name.values().for_each(|data| hash.update(data));
        let folder = hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        Arc::new(Self { folder, by_name })
    }

    /// Each file's name and address.
    pub(crate) fn addresses(&self) -> impl Iterator<Item = (String, String)> + '_ {
        self.by_name.keys().map(|name| (name.clone(), format!("/assets/{}/{name}", self.folder)))
    }
}

/// One file. Its folder changes with its content, so browsers may keep it.
pub(crate) async fn serve(
    State(files): State<Arc<Files>>,
    Path((folder, name)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    let Some(data) = files.by_name.get(&name).filter(|_| folder == files.folder) else {
        return crate::error::not_found().into_response();
    };
    let about = [
        (CONTENT_TYPE, HeaderValue::from_static(content_type(&name))),
        (CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable")),
        (VARY, HeaderValue::from_static("accept-encoding")),
    ];
    match files.by_name.get(&format!("{name}.br")).filter(|_| takes_brotli(&headers)) {
        Some(packed) => {
            let encoding = [(CONTENT_ENCODING, HeaderValue::from_static("br"))];
            (about, encoding, packed.clone().into_owned()).into_response()
        }
        None => (about, data.clone().into_owned()).into_response(),
    }
}

/// Whether the browser lists brotli (RFC 9110, 12.5.3) without weighing it at nothing.
fn takes_brotli(headers: &HeaderMap) -> bool {
    let listed = headers.get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    listed.split(',').any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        parts.next() == Some("br") && parts.next() != Some("q=0")
    })
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("wasm") => "application/wasm",
        Some("png") => "image/png",
        _ => "application/octet-stream",
    }
}
