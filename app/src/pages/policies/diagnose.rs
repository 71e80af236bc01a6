//! What the policy editor asks while a person types. Both answer scripts alone; forms have functions of their own.

use leptos::prelude::*;
use leptos::server_fn::codec::{GetUrl, Json, PostUrl};
use serde::{Deserialize, Serialize};

use domain::policy_document::Severity;
use domain::policy_language::PolicyLanguage;

use crate::error::PageError;
use crate::words::diagnostics::Paragraph;

/// What is wrong with a draft, for the editor to underline.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Diagnosis {
    pub severity: Severity,
    pub line: u32,
    /// In characters, from 1.
    pub column: u32,
    /// The text that is meant.
    pub excerpt: String,
    /// What is wrong, then what to do about it.
    pub paragraphs: Vec<Paragraph>,
}

/// Checks a draft as saving would; nothing is saved.
///
/// # Errors
/// Nobody has signed in, there is no such API or operation, or the store can't be read.
#[server(endpoint = "policies/diagnose", input = PostUrl, output = Json)]
pub async fn diagnose_policy(
    #[server(default)] scope: String,
    #[server(default)] text: String,
) -> Result<Vec<Diagnosis>, PageError> {
    use crate::words::diagnostics::{Told, told};

    let scope: domain::policy_document::Scope = scope.parse().map_err(|_| crate::context::not_found())?;
    let text = crate::post::with_plain_line_ends(&text);
    let found = crate::context::look(move |management, actor| management.check_policy(actor, &scope, &text));
    let l = crate::session::language();
    let diagnosis = |problem: domain::policy_document::PolicyProblem| {
        let Told { mut sentences, remedy } = told(&problem, l);
        sentences.extend(remedy);
        Diagnosis {
            severity: problem.severity,
            line: problem.line,
            column: problem.column,
            excerpt: problem.excerpt,
            paragraphs: sentences,
        }
    };
    Ok(found.await?.into_iter().map(diagnosis).collect())
}

/// The language, for completion.
///
/// # Errors
/// Nobody has signed in.
#[server(endpoint = "policies/language", input = GetUrl, output = Json)]
pub async fn show_policy_language() -> Result<PolicyLanguage, PageError> {
    crate::context::look(|management, actor| management.policy_language(actor)).await
}
