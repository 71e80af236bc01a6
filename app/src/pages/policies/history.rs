//! The earlier documents of a scope: listed, compared with the present one, brought back.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use serde::{Deserialize, Serialize};

use domain::policy_document::{Comparison, DiffLine, PolicyVersion, Scope};

use crate::components::diagnostics::Diagnostics;
use crate::components::form::{Form, Hidden};
use crate::components::table::Empty;
use crate::components::when::Moment;
use crate::error::PageError;
use crate::forms::{Detail, Refill, refill};
use crate::load::{loaded, query};
use crate::pages::apis::api::Revision;
use crate::pages::policies::history_page;
use crate::pages::policies::place::{Place, PolicyPage, PolicyView, scope_here};
use crate::session::language;

/// Everything that the page shows.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct HistoryAt {
    pub place: Place,
    /// The newest first, which is the present one.
    pub versions: Vec<PolicyVersion>,
    /// The one that the address asks for.
    pub compared: Option<Comparison>,
    /// The revision of the present document.
    pub revision: u64,
}

/// The page: `…/policies/history`. `version` in the address compares one with the present document.
#[component]
pub fn PolicyHistoryPage() -> impl IntoView {
    loaded(history(scope_here(), query("version")), |at: HistoryAt| {
        let content = if at.versions.is_empty() {
            view! { <NoVersions /> }.into_any()
        } else {
            view! { <Versions at=at.clone() /> }.into_any()
        };
        view! {
            <PolicyPage place=at.place.clone() shown=PolicyView::History>
                {content}
            </PolicyPage>
        }
        .into_any()
    })
}

#[component]
fn NoVersions() -> impl IntoView {
    let l = language();
    view! {
        <Empty title=l.say("Nothing has been saved yet", "아직 저장된 문서가 없습니다")>
            <p>
                {l.say(
                    "Saved documents are kept so that you can compare and restore them.",
                    "저장한 문서는 모두 보관되어 비교하고 복원할 수 있습니다.",
                )}
            </p>
        </Empty>
    }
}

#[component]
fn Versions(at: HistoryAt) -> impl IntoView {
    let l = language();
    let HistoryAt { place, versions, compared, revision } = at;
    let scope = place.scope();
    let shown = compared.as_ref().map(|compared| compared.version.revision);
    let newest = versions.first().map(|version| version.revision);
    let address = history_page(&scope);
    let row = move |version: PolicyVersion| {
        let (is_present, is_shown) = (newest == Some(version.revision), shown == Some(version.revision));
        view! { <Row version=version address=address.clone() is_present=is_present is_shown=is_shown /> }
    };
    view! {
        {compared.map(|compared| view! { <Compared compared=compared scope=scope revision=revision /> })}
        <div class="table-box">
            <table class="table">
                <caption class="sr-only">{l.say("Saved documents, newest first", "저장된 문서, 최신순")}</caption>
                <thead>
                    <tr>
                        <th scope="col">{l.say("Revision", "리비전")}</th>
                        <th scope="col">{l.say("Saved", "저장 시각")}</th>
                        <th scope="col">{l.say("Saved by", "저장한 사람")}</th>
                        <th scope="col">
                            <span class="sr-only">{l.say("Actions", "관리")}</span>
                        </th>
                    </tr>
                </thead>
                <tbody>{versions.into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
        <p class="hint">
            {l.say(
                "The last 100 documents are kept. Passwords are shown as dots and are restored with the document.",
                "최근 문서 100개를 보관합니다. 암호는 점으로 표시되며 문서를 복원하면 함께 돌아옵니다.",
            )}
        </p>
    }
}

#[component]
fn Row(version: PolicyVersion, address: String, is_present: bool, is_shown: bool) -> impl IntoView {
    let l = language();
    let PolicyVersion { revision, saved } = version;
    let compare = format!("{address}?version={revision}");
    let label = l.say(format!("Compare revision {revision}"), format!("리비전 {revision} 비교"));
    let link = if is_present {
        view! { <span class="badge good">{l.say("current", "현재")}</span> }.into_any()
    } else {
        view! {
            <a class="button quiet" href=compare aria-label=label aria-current=is_shown.then_some("true")>
                {l.say("Compare", "비교")}
            </a>
        }
        .into_any()
    };
    view! {
        <tr>
            <th scope="row">{revision.to_string()}</th>
            <td data-label=l.say("Saved", "저장 시각")>
                <Moment at=saved.at />
            </td>
            <td data-label=l.say("Saved by", "저장한 사람")>{saved.by}</td>
            <td>{link}</td>
        </tr>
    }
}

/// What differs, and the button that brings the old text back.
#[component]
fn Compared(compared: Comparison, scope: Scope, revision: u64) -> impl IntoView {
    let l = language();
    let form = refill(FORM);
    let Comparison { version, hunks } = compared;
    let number = version.revision;
    let same = hunks.is_empty();
    let content = if same {
        let none = l.say(
            "The text shown is the same as in the current document.",
            "표시되는 내용에는 현재 문서와 다른 점이 없습니다.",
        );
        view! { <p class="text-muted">{none}</p> }.into_any()
    } else {
        hunks.into_iter().map(|lines| view! { <Hunk lines=lines /> }).collect_view().into_any()
    };
    view! {
        <section class="card" id=COMPARED aria-labelledby="compared-title">
            <h2 id="compared-title">
                {l.say(
                    format!("Changes from revision {number} to the current document"),
                    format!("리비전 {number}에서 현재 문서로 바뀐 내용"),
                )}
            </h2>
            {content}
            <Form refill=form.clone() action=RestorePolicy::PATH>
                <Hidden name="scope" value=scope.to_string() />
                <Hidden name="version" value=number.to_string() />
                <Revision refill=form.clone() present=revision />
                <Found refill=form />
                <div class="actions">
                    <button class="button primary">
                        {l.say(format!("Restore revision {number}"), format!("리비전 {number} 복원"))}
                    </button>
                    <a class="button" href=history_page(&scope)>
                        {l.say("Close", "닫기")}
                    </a>
                </div>
            </Form>
        </section>
    }
}

#[component]
fn Hunk(lines: Vec<DiffLine>) -> impl IntoView {
    view! {
        <pre class="diff">{lines.into_iter().map(|line| view! { <Line line=line /> }).collect_view()}</pre>
    }
}

/// A line as people know them from `diff`: its sign says what became of it, and the colour says it again.
#[component]
fn Line(line: DiffLine) -> impl IntoView {
    match line {
        DiffLine::Before(number, text) => {
            view! { <del>{format!("{number:>4}      - {text}\n")}</del> }.into_any()
        }
        DiffLine::Now(number, text) => {
            view! { <ins>{format!("     {number:>4} + {text}\n")}</ins> }.into_any()
        }
        DiffLine::Both(before, now, text) => {
            view! { <span>{format!("{before:>4} {now:>4}   {text}\n")}</span> }.into_any()
        }
    }
}

/// Why the old text can't be saved today.
#[component]
fn Found(refill: Refill) -> impl IntoView {
    let Detail::Policy(problems) = refill.detail else { return ().into_any() };
    view! { <Diagnostics problems=problems field=COMPARED.to_owned() /> }.into_any()
}

/// What the page shows.
///
/// # Errors
/// Nobody has signed in, there is no such API, operation or version, or the store can't be read.
#[server(endpoint = "policies/history")]
pub async fn history(
    #[server(default)] scope: String,
    #[server(default)] version: String,
) -> Result<HistoryAt, PageError> {
    let scope: Scope = scope.parse().map_err(|_| crate::context::not_found())?;
    let asked = match version.as_str() {
        "" => None,
        number => Some(number.parse().map_err(|_| crate::context::not_found())?),
    };
    crate::context::look(move |management, actor| {
        let compare = |revision| management.compare_policy(actor, &scope, revision);
        Ok(HistoryAt {
            place: Place::of(&scope, management, actor)?,
            versions: management.policy_versions(actor, &scope)?,
            compared: asked.map(compare).transpose()?,
            revision: management.policy(actor, &scope)?.revision,
        })
    })
    .await
}

/// Saves an earlier document once more; it is in force at once.
///
/// # Errors
/// Only towards scripts; a person is led back to the comparison.
#[server(endpoint = "policies/restore")]
pub async fn restore_policy(
    #[server(default)] scope: String,
    #[server(default)] version: String,
    #[server(default)] revision: String,
) -> Result<(), PageError> {
    use crate::post::{Next, Posted, changed};

    let scope: Scope = scope.parse().map_err(|_| crate::context::not_found())?;
    let restored: u64 = version.parse().map_err(|_| crate::context::not_found())?;
    let expected = revision.parse().unwrap_or(u64::MAX);
    let address = crate::pages::policies::page(&scope);
    Posted::on(format!("{}?version={restored}", history_page(&scope)), FORM)
        .with("revision", &revision)
        .run(
            move |management, actor| management.restore_policy(actor, &scope, restored, expected),
            move |saved, l| {
                let done = l.say(
                    format!("Revision {restored} was restored."),
                    format!("리비전 {restored}을(를) 복원했습니다."),
                );
                Next::to(address).saying(changed(&done, &saved, l))
            },
        )
        .await
}

const FORM: &str = "restore";
const COMPARED: &str = "compared";
