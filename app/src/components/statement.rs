//! Where a statement stands: its element, with a link to its line in the document that holds it.

use leptos::prelude::*;

use domain::policy_document::Scope;
use domain::traffic::Statement;

use crate::pages::fragments;
use crate::pages::policies::line_of;
use crate::pages::policies::place::scope_name;
use crate::session::language;

/// The statement; without a link where its document isn't known.
#[component]
pub fn StatementAnchor(statement: Statement, scope: Option<Scope>) -> impl IntoView {
    let l = language();
    let line = statement.line;
    let fragment = statement.fragment.as_deref().and_then(|id| id.parse().ok());
    let place = match (fragment, scope) {
        (Some(id), _) => {
            let text = l.say(format!("fragment {id}, line {line}"), format!("정책 조각 {id} {line}행"));
            view! { <a class="text-accent underline" href=fragments::page(&id)>{text}</a> }.into_any()
        }
        (None, Some(scope)) => {
            let name = scope_name(&scope, l);
            let text = l.say(format!("{name}, line {line}"), format!("{name} 문서 {line}행"));
            view! { <a class="text-accent underline" href=line_of(&scope, line)>{text}</a> }.into_any()
        }
        (None, None) => {
            view! { <span>{l.say(format!("line {line}"), format!("{line}행"))}</span> }.into_any()
        }
    };
    view! {
        <span class="inline-flex flex-wrap items-baseline gap-x-2">
            <code class="font-mono text-sm">{statement.element}</code>
            <span class="text-sm">{place}</span>
        </span>
    }
}
