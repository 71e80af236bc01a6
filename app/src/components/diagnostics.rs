//! What is wrong with a policy, beneath its text.

use leptos::prelude::*;

use domain::policy_document::{PolicyProblem, Severity};

use crate::components::icon::{Icon, Symbol};
use crate::session::language;

/// All problems of a document, in its order; each leads to the field with this id, which holds the text.
#[component]
pub fn Diagnostics(problems: Vec<PolicyProblem>, field: String) -> impl IntoView {
    let line = move |problem| view! { <Diagnostic problem=problem field=field.clone() /> };
    view! { <ol class="diagnostics">{problems.into_iter().map(line).collect_view()}</ol> }
}

#[component]
fn Diagnostic(problem: PolicyProblem, field: String) -> impl IntoView {
    let l = language();
    let (class, word) = match problem.severity {
        Severity::Error => ("bad", l.say("Error", "오류")),
        Severity::Warning => ("warning", l.say("Warning", "경고")),
    };
    let (line, column) = (problem.line, problem.column);
    view! {
        <li class=class>
            <p class="flex flex-wrap items-center gap-x-3 gap-y-1">
                <span class=format!("badge {class}")>
                    <Icon symbol=Symbol::Warning />
                    {word}
                </span>
                <a class="text-sm text-accent underline" href=format!("#{field}")>
                    {l.say(format!("line {line}, column {column}"), format!("{line}행 {column}열"))}
                </a>
            </p>
            <p class="mt-1">{problem.sentence}</p>
            {(!problem.excerpt.is_empty()).then(|| view! { <pre class="excerpt">{problem.excerpt}</pre> })}
            {problem.help.map(|help| view! { <p class="hint">{help}</p> })}
        </li>
    }
}
