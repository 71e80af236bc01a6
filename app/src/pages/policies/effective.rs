//! The effective policy of a scope: what is run for its calls, each statement with the place it is written in.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use domain::language::Language;
use domain::policy_document::{EffectiveSection, EffectiveStatement, Scope};

use crate::components::tabs::Here;
use crate::error::PageError;
use crate::load::loaded;
use crate::pages::policies::line_of;
use crate::pages::policies::place::{Place, PolicyPage, PolicyView, scope_here, scope_name};
use crate::session::language;

/// Everything that the page shows.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EffectiveAt {
    pub place: Place,
    pub sections: Vec<EffectiveSection>,
}

/// The page: `…/policies/effective`.
#[component]
pub fn EffectivePolicyPage() -> impl IntoView {
    loaded(effective_policy(scope_here()), |at: EffectiveAt| {
        let l = language();
        let own = at.place.scope();
        let section = move |section| view! { <SectionPart section=section own=own.clone() /> };
        view! {
            <PolicyPage place=at.place shown=PolicyView::Effective>
                <p class="max-w-prose text-muted">
                    {l.say(
                        "The statements that run for a request, from top to bottom, combined from the documents of all scopes. Each statement links to the document that contains it.",
                        "요청에 대해 위에서 아래로 실행되는 정책 문이며, 모든 범위의 문서를 합친 것입니다. 각 정책 문은 해당 문서로 연결됩니다.",
                    )}
                </p>
                {at.sections.into_iter().map(section).collect_view()}
            </PolicyPage>
        }
        .into_any()
    })
}

#[component]
fn SectionPart(section: EffectiveSection, own: Scope) -> impl IntoView {
    let l = language();
    let EffectiveSection { name, statements } = section;
    let id = format!("effective-{name}");
    let title = id.clone();
    let statement = move |one| view! { <StatementLine statement=one own=own.clone() /> };
    let content = if statements.is_empty() {
        view! { <p class="text-muted">{nothing(&name, l)}</p> }.into_any()
    } else {
        view! { <ol class="flex flex-col gap-3">{statements.into_iter().map(statement).collect_view()}</ol> }
            .into_any()
    };
    view! {
        <section class="card" aria-labelledby=id>
            <h2 id=title>
                <code class="font-mono">{name}</code>
            </h2>
            {content}
        </section>
    }
}

#[component]
fn StatementLine(statement: EffectiveStatement, own: Scope) -> impl IntoView {
    let l = language();
    let EffectiveStatement { scope, line, text } = statement;
    let here = Here::when(&scope, &own) == Here::Yes;
    let badge = if here { "badge info" } else { "badge border border-line" };
    let name = scope_name(&scope, l);
    view! {
        <li class="min-w-0">
            <p class="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
                <span class=badge>{name}</span>
                <a class="text-accent underline" href=line_of(&scope, line)>
                    {l.say(format!("{name}, line {line}"), format!("{name} 문서 {line}행"))}
                </a>
            </p>
            <pre class="excerpt whitespace-pre-wrap">{text}</pre>
        </li>
    }
}

fn nothing(section: &str, l: Language) -> &'static str {
    match section {
        "backend" => l.say(
            "Nothing. Requests are not forwarded to the backend.",
            "없음. 요청을 백 엔드로 전달하지 않습니다.",
        ),
        _ => l.say("Nothing.", "없음"),
    }
}

/// What the page shows.
///
/// # Errors
/// Nobody has signed in, there is no such API or operation, or the store can't be read.
#[server(endpoint = "policies/effective")]
pub async fn effective_policy(#[server(default)] scope: String) -> Result<EffectiveAt, PageError> {
    let scope = scope.parse().map_err(|_| crate::context::not_found())?;
    crate::context::look(move |management, actor| {
        let place = Place::of(&scope, management, actor)?;
        Ok(EffectiveAt { place, sections: management.effective_policy(actor, &scope)? })
    })
    .await
}
