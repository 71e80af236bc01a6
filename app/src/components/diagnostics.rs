//! What is wrong with a policy, beneath its text.

use leptos::prelude::*;

use domain::policy_document::{PolicyProblem, Severity};

use crate::components::icon::{Icon, Symbol};
use crate::session::language;

/// All problems of a document, in its order.
#[component]
pub fn Diagnostics(problems: Vec<PolicyProblem>) -> impl IntoView {
    view! { <ol class="diagnostics">{problems.into_iter().map(|problem| view! { <Diagnostic problem=problem /> }).collect_view()}</ol> }
}

#[component]
fn Diagnostic(problem: PolicyProblem) -> impl IntoView {
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
                <span class="font-mono text-sm text-muted">
                    {l.say(format!("line {line}, column {column}"), format!("{line}행 {column}열"))}
                </span>
            </p>
            <p class="mt-1">{problem.sentence}</p>
            {(!problem.excerpt.is_empty()).then(|| view! { <pre class="excerpt">{problem.excerpt}</pre> })}
            {problem.help.map(|help| view! { <p class="hint">{help}</p> })}
        </li>
    }
}
