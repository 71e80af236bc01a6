//! The uploaded CA certificates with a box each.

use leptos::prelude::*;

use domain::authority::{AuthorityChoice, AuthorityId};

use crate::components::field::{MistakeLine, described_by};
use crate::components::form::field_id;
use crate::components::thumbprint::last_four;
use crate::components::when::Day;
use crate::forms::Refill;
use crate::pages::authorities;
use crate::session::language;

/// A group of boxes that sends the ids of those that are ticked.
#[component]
pub fn AuthorityBoxes(
    refill: Refill,
    name: &'static str,
    #[prop(into)] label: String,
    #[prop(optional, into)] hint: String,
    /// What is ticked while nothing was entered.
    chosen: Vec<AuthorityId>,
    choices: Vec<AuthorityChoice>,
    /// Said of those that have no current revocation list.
    #[prop(optional)]
    unlisted: Vec<AuthorityId>,
) -> impl IntoView {
    let l = language();
    let chosen: Vec<String> = chosen.iter().map(ToString::to_string).collect();
    let chosen = refill.value(name, &chosen.join(" "));
    let group = field_id(&refill.form, name);
    let described = described_by(&refill, name, &hint);
    let hint_id = format!("{group}-hint");
    let none = choices.is_empty().then(|| {
        view! {
            <p class="hint">
                {l.say("None uploaded yet. ", "업로드된 CA 인증서가 없습니다. ")}
                <a href=authorities::UPLOAD>{l.say("Upload a CA certificate", "CA 인증서 업로드")}</a>
            </p>
        }
    });
    let entry = move |(number, one): (usize, AuthorityChoice)| {
        let checked = chosen.split(' ').any(|id| id == one.id.as_str());
        let without_list = unlisted.contains(&one.id).then(|| {
            view! {
                <span class="text-warn">{l.say(", no current revocation list", ", 최신 해지 목록 없음")}</span>
            }
        });
        view! {
            <li>
                <label class="check">
                    <input
                        type="checkbox"
                        name=format!("{name}[{number}]")
                        value=one.id.to_string()
                        checked=checked
                    />
                    <span>
                        {one.name.to_string()} " "
                        <span class="font-mono text-sm">{format!("({})", last_four(&one.thumbprint))}</span>
                        <span class="text-muted">{l.say(", expires ", ", 만료: ")} <Day at=one.not_after /></span>
                        {without_list}
                    </span>
                </label>
            </li>
        }
    };
    view! {
        <fieldset class="field" id=group tabindex="-1" aria-describedby=described>
            <legend class="label">{label}</legend>
            {(!hint.is_empty()).then(|| view! { <p class="hint" id=hint_id>{hint}</p> })}
            {none}
            <ul class="flex flex-col gap-1.5">{choices.into_iter().enumerate().map(entry).collect_view()}</ul>
            <MistakeLine refill=refill name=name />
        </fieldset>
    }
}
