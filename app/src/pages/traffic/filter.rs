//! Which failed requests the list shows: what its address says, and the form that makes such an address.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use domain::api::ApiLink;
use domain::language::Language;
use domain::problem::Kind;

use crate::address::with_query;
use crate::components::form;
use crate::components::icon::{Icon, Symbol};
use crate::load::query;
use crate::pages::traffic::LIST;
use crate::session::language;
use crate::words::failures;

/// What the list is asked for, as it stands in its address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Asked {
    pub api: String,
    pub kind: String,
    pub status: String,
    /// `hour`, `day`, `week`, or empty for all.
    pub time: String,
    pub certificate: String,
    pub client: String,
    pub search: String,
    /// The number from which older ones are shown; empty for the newest.
    pub before: String,
}

impl Asked {
    /// What the present address asks for.
    #[must_use]
    pub fn here() -> Self {
        Self {
            api: query("api"),
            kind: query("kind"),
            status: query("status"),
            time: query("time"),
            certificate: query("certificate"),
            client: query("client"),
            search: query("search"),
            before: query("before"),
        }
    }

    /// The address of the list.
    #[must_use]
    pub fn address(&self) -> String {
        with_query(
            LIST,
            &[
                ("api", &self.api),
                ("kind", &self.kind),
                ("status", &self.status),
                ("time", &self.time),
                ("certificate", &self.certificate),
                ("client", &self.client),
                ("search", &self.search),
                ("before", &self.before),
            ],
        )
    }

    /// Whether it asks for everything, from the newest on.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        *self == Self::default()
    }

    /// What is looked for in the store; `None` if the status is not one, which no request has.
    #[cfg(feature = "ssr")]
    pub(crate) fn filter(&self, now: time::OffsetDateTime) -> Option<domain::failed_call::FailedFilter> {
        use time::Duration;

        let longest = match self.time.as_str() {
            "hour" => Some(Duration::HOUR),
            "day" => Some(Duration::DAY),
            "week" => Some(Duration::WEEK),
            _ => None,
        };
        let status = Some(self.status.trim()).filter(|status| !status.is_empty());
        Some(domain::failed_call::FailedFilter {
            api: self.api.parse().ok(),
            kind: Kind::from_word(&self.kind),
            statuses: status.map(str::parse).transpose().ok()?,
            since: longest.map(|longest| now - longest),
            certificate: self.certificate.clone(),
            caller: self.client.clone(),
            text: self.search.clone(),
        })
    }
}

/// The form.
#[component]
pub fn Filter(asked: Asked, apis: Vec<ApiLink>) -> impl IntoView {
    let l = language();
    let all = |text: &str| vec![(String::new(), text.to_owned())];
    let mut api_choices = all(l.say("All APIs", "모든 API"));
    api_choices.extend(apis.into_iter().map(|api| (api.id.to_string(), api.name.to_string())));
    let mut kinds = all(l.say("All kinds", "모든 유형"));
    kinds.extend(Kind::ALL.map(|kind| (kind.word().to_owned(), failures::kind(kind, l).to_owned())));
    let is_everything = asked.is_everything();
    view! {
        <form class="card" method="get" action=LIST role="search">
            <div class="grid grid-cols-2 gap-3 lg:grid-cols-4">
                <Select name="api" label=l.say("API", "API") choices=api_choices value=asked.api />
                <Select name="kind" label=l.say("Kind", "유형") choices=kinds value=asked.kind />
                <Select name="time" label=l.say("Time", "시간") choices=times(l) value=asked.time />
                <Text
                    name="status"
                    label=l.say("Status", "상태 코드")
                    value=asked.status
                    example=l.say("502 or 5xx", "502 또는 5xx")
                    pattern="[1-5]([0-9][0-9]|[xX][xX])"
                />
                <Text
                    name="certificate"
                    label=l.say("Certificate", "인증서")
                    value=asked.certificate
                    example=l.say("Subject, name or thumbprint", "주체, 이름 또는 지문")
                />
                <Text
                    name="client"
                    label=l.say("Client address", "호출자 주소")
                    value=asked.client
                    example="192.0.2.7"
                />
                <Text
                    name="search"
                    label=l.say("Text", "텍스트")
                    value=asked.search
                    example=l.say("Path, reason or request ID", "경로, 이유 또는 요청 ID")
                />
            </div>
            <div class="actions">
                <button class="button">
                    <Icon symbol=Symbol::Search />
                    {l.say("Filter", "필터")}
                </button>
                {(!is_everything)
                    .then(|| {
                        view! {
                            <a class="button quiet" href=LIST>
                                {l.say("Show all", "전체 보기")}
                            </a>
                        }
                    })}
            </div>
        </form>
    }
}

fn times(l: Language) -> Vec<(String, String)> {
    [
        ("", l.say("Any time", "전체 기간")),
        ("hour", l.say("Last hour", "최근 1시간")),
        ("day", l.say("Last 24 hours", "최근 24시간")),
        ("week", l.say("Last 7 days", "최근 7일")),
    ]
    .map(|(word, text)| (word.to_owned(), text.to_owned()))
    .to_vec()
}

#[component]
fn Select(
    name: &'static str,
    label: &'static str,
    /// Values with their texts.
    choices: Vec<(String, String)>,
    value: String,
) -> impl IntoView {
    let option = move |(choice, text): (String, String)| {
        let selected = choice == value;
        view! {
            <option value=choice selected=selected>
                {text}
            </option>
        }
    };
    view! {
        <div class="field">
            <label class="label" for=field_id(name)>
                {label}
            </label>
            <select class="input" id=field_id(name) name=name>
                {choices.into_iter().map(option).collect_view()}
            </select>
        </div>
    }
}

#[component]
fn Text(
    name: &'static str,
    label: &'static str,
    value: String,
    example: &'static str,
    #[prop(optional)] pattern: Option<&'static str>,
) -> impl IntoView {
    view! {
        <div class="field">
            <label class="label" for=field_id(name)>
                {label}
            </label>
            <input
                class="input"
                id=field_id(name)
                name=name
                value=value
                placeholder=example
                pattern=pattern
                maxlength="200"
                autocomplete="off"
                spellcheck="false"
            />
        </div>
    }
}

fn field_id(name: &str) -> String {
    form::field_id("traffic", name)
}

#[cfg(test)]
mod tests {
    use super::Asked;

    #[test]
    fn an_address_holds_only_what_is_asked_for() {
        assert_eq!(Asked::default().address(), "/traffic");
        assert!(Asked::default().is_everything());
        let asked = Asked { kind: "tls".to_owned(), search: "a b".to_owned(), ..Asked::default() };
        assert_eq!(asked.address(), "/traffic?kind=tls&search=a%20b");
        assert!(!asked.is_everything());
    }
}
