//! Policies: the document of all APIs, of an API, of an operation.

use domain::language::Language;
use domain::policy_document::{Scope, ScopeLink};

use crate::layout::Crumb;
use crate::pages::{apis, operations};

pub mod diagnose;
pub mod edit;
pub mod effective;
pub mod history;
pub mod place;
pub mod played;
pub mod playground;
pub mod tabs;
pub mod template;

/// The address of the document of all APIs.
pub const ALL: &str = "/policies";

/// The first step of the way to a page of the section.
#[must_use]
pub fn crumb(l: Language) -> Crumb {
    Crumb::new(l.say("Policies", "정책"), ALL)
}

/// The address of a scope's document.
#[must_use]
pub fn page(scope: &Scope) -> String {
    match scope {
        Scope::All => ALL.to_owned(),
        Scope::Api(api) => apis::policies_page(api),
        Scope::Operation(api, operation) => format!("{}/policies", operations::page(api, operation)),
    }
}

/// The address of what holds for a scope in the end.
#[must_use]
pub fn effective_page(scope: &Scope) -> String {
    format!("{}/effective", page(scope))
}

/// The address of the playground for calls of a scope.
#[must_use]
pub fn playground_page(scope: &Scope) -> String {
    format!("{}/playground", page(scope))
}

/// The address of a line of a scope's document.
#[must_use]
pub fn line_of(scope: &Scope, line: u32) -> String {
    format!("{}#line-{line}", page(scope))
}

/// The address of a scope's earlier documents.
#[must_use]
pub fn history_page(scope: &Scope) -> String {
    format!("{}/history", page(scope))
}

/// The scope that a link names.
#[must_use]
pub fn scope_of(link: &ScopeLink) -> Scope {
    match link {
        ScopeLink::All => Scope::All,
        ScopeLink::Api(api) => Scope::Api(api.id.clone()),
        ScopeLink::Operation(api, operation) => Scope::Operation(api.id.clone(), operation.id.clone()),
    }
}
