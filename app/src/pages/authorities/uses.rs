//! Where a CA certificate is named, each place with the way to it.

use leptos::prelude::*;

use domain::authority::AuthorityUse;
use domain::fragment::DocumentLink;

use crate::components::document_link::DocumentAnchor;
use crate::pages::apis;
use crate::session::language;

/// The part of an authority's page that says where it is named.
#[component]
pub fn Uses(uses: Vec<AuthorityUse>) -> impl IntoView {
    let l = language();
    let places = if uses.is_empty() {
        let none = l.say(
            "Not referenced by name. It is still trusted wherever all uploaded CA certificates are: for clients that a policy validates, and for backends checked against system and uploaded CAs.",
            "이름으로 참조되지 않습니다. 그래도 업로드된 모든 CA 인증서를 사용하는 곳, 즉 정책이 검증하는 호출자와 시스템 CA 및 업로드된 CA로 확인하는 백 엔드에는 적용됩니다.",
        );
        view! { <p class="text-muted">{none}</p> }.into_any()
    } else {
        view! { <UseList uses=uses /> }.into_any()
    };
    view! {
        <section class="card" id="uses">
            <h2>{l.say("Referenced by", "참조하는 곳")}</h2>
            {places}
        </section>
    }
}

/// The places as a list of links.
#[component]
pub fn UseList(uses: Vec<AuthorityUse>) -> impl IntoView {
    let l = language();
    let place = move |place: AuthorityUse| {
        let (place, how) = match place {
            AuthorityUse::Backend(api) => (
                view! { <a href=apis::security_page(&api.id)>{api.name.to_string()}</a> }.into_any(),
                l.say("validates its backend with it", "백 엔드 확인에 사용"),
            ),
            AuthorityUse::Policy(scope) => (
                view! { <DocumentAnchor link=DocumentLink::Policy(scope) /> }.into_any(),
                l.say("references it by ID", "ID로 참조"),
            ),
        };
        view! {
            <li>
                {place}
                <span class="ms-2 text-sm text-muted">{how}</span>
            </li>
        }
    };
    view! { <ul class="flex list-disc flex-col gap-1.5 ps-5">{uses.into_iter().map(place).collect_view()}</ul> }
}
