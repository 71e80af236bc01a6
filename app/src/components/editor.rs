//! What turns the textarea of a policy into an editor where scripts run: the script, and a word on its keys.

use leptos::prelude::*;

use crate::document::asset;
use crate::session::language;

/// Stands beneath the textarea that is marked with `data-editor`. Its sources lie in `app/editor/`.
#[component]
pub fn Editor() -> impl IntoView {
    view! {
        <p class="hint scripted">
            {language()
                .say(
                    "Tab indents; press Escape and then Tab to leave the text. Ctrl+Space completes, F8 goes to the next mistake.",
                    "탭 키는 들여쓰기입니다. 텍스트에서 나가려면 Esc를 누른 다음 탭 키를 누르세요. Ctrl+스페이스는 자동 완성, F8은 다음 오류로 이동합니다.",
                )}
        </p>
        <script type="module" src=asset("editor.js") nonce=nonce() data-editor-nonce></script>
    }
}

/// What the editor's own style sheet needs in order to be taken by the browser.
fn nonce() -> Option<String> {
    #[cfg(feature = "ssr")]
    return leptos::nonce::use_nonce().map(|nonce| nonce.to_string());
    #[cfg(not(feature = "ssr"))]
    None
}
