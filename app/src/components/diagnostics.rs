//! What is wrong with a policy, beneath its text.

use leptos::prelude::*;

use domain::policy_document::{PolicyProblem, Severity};

use crate::components::icon::{Icon, Symbol};
use crate::session::language;
use crate::words::diagnostics::{Paragraph, told};

/// All problems of a document, in its order; each leads to the field with this id, which holds the text.
#[component]
pub fn Diagnostics(problems: Vec<PolicyProblem>, field: String) -> impl IntoView {
    let line = move |problem| view! { <Diagnostic problem=problem field=field.clone() /> };
    view! { <ol class="diagnostics">{problems.into_iter().map(line).collect_view()}</ol> }
}

#[component]
fn Diagnostic(problem: PolicyProblem, field: String) -> impl IntoView {
    let l = language();
    let (class, symbol, word) = match problem.severity {
        Severity::Error => ("bad", Symbol::Cross, l.say("Error", "오류")),
        Severity::Warning => ("warning", Symbol::Warning, l.say("Warning", "경고")),
    };
    let told = told(&problem, l);
    let (line, column) = (problem.line, problem.column);
    view! {
        <li class=class>
            <p class="flex flex-wrap items-center gap-x-3 gap-y-1">
                <span class=format!("badge {class}")>
                    <Icon symbol=symbol />
                    {word}
                </span>
                <a class="text-sm text-accent underline" href=format!("#{field}") data-line=line data-column=column>
                    {l.say(format!("line {line}, column {column}"), format!("{line}행 {column}열"))}
                </a>
            </p>
            {told
                .sentences
                .into_iter()
                .enumerate()
                .map(|(number, Paragraph { text, lang })| {
                    // The second one is the checker's own.
                    let class = if number == 0 { "mt-1" } else { "hint mt-1" };
                    view! { <p class=class lang=lang>{text}</p> }
                })
                .collect_view()}
            {(!problem.excerpt.is_empty()).then(|| view! { <pre class="excerpt">{problem.excerpt}</pre> })}
            {told.remedy.map(|Paragraph { text, lang }| view! { <p class="hint" lang=lang>{text}</p> })}
        </li>
    }
}
