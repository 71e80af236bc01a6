//! The first half of the form: with which credentials the gateway shows itself to the backend.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use domain::credential::Credential;
use domain::language::Language;

use crate::components::field::{Choice, SelectField, TextField};
use crate::components::icon::{Icon, Symbol};
use crate::components::notice::{Callout, Tone};
use crate::components::thumbprint::last_four;
use crate::error::PageError;
use crate::forms::Refill;
use crate::load::query;
use crate::pages::apis::policies_page;
use crate::pages::apis::security::SecurityAt;
use crate::pages::apis::security::entered::{ANSWER, AS_IN_POLICY, BASIC, CERTIFICATE, Entered, NONE};
use crate::pages::certificates;
use crate::session::language;
use crate::words::credential::choice;

/// The dropdown "With credentials", and what each choice needs.
#[component]
pub fn CredentialFields(refill: Refill, at: SecurityAt) -> impl IntoView {
    let l = language();
    let present = match &at.api.credential {
        Credential::Basic { .. } => BASIC,
        Credential::Certificate(_) | Credential::CertificateByThumbprint(_) => CERTIFICATE,
        // Who searches the certificates wants one of them.
        Credential::None if !query("find").is_empty() => CERTIFICATE,
        Credential::None => NONE,
    };
    let choices = vec![
        Choice::new(NONE, l.say("None", "없음")),
        Choice::new(BASIC, l.say("Basic", "기본 인증")),
        Choice::new(CERTIFICATE, l.say("Client certificates", "클라이언트 인증서")),
    ];
    let policy = policies_page(&at.api.id);
    view! {
        <section class="card" aria-labelledby="security-shown">
            <h2 id="security-shown">{l.say("Credentials for the backend", "백 엔드 자격 증명")}</h2>
            <SelectField
                refill=refill.clone()
                name="credential"
                label=l.say("Credentials", "자격 증명")
                choices=choices
                value=present
            />
            <BasicFields refill=refill.clone() credential=at.api.credential.clone() />
            <CertificateFields refill=refill at=at />
            <p class="hint">
                {l.say(
                    "The setting is part of this API's policy. View or edit it on the ",
                    "이 설정은 이 API의 정책에 포함됩니다. 보기 및 편집: ",
                )} <a href=policy>{l.say("Policies tab", "정책 탭")}</a>
            </p>
        </section>
    }
}

#[component]
fn BasicFields(refill: Refill, credential: Credential) -> impl IntoView {
    let l = language();
    let username = match credential {
        Credential::Basic { username } => username,
        _ => String::new(),
    };
    // A typed password never comes back to the page, so who sees the form again has to know.
    let password_hint = if refill.value("credential", "") == BASIC {
        l.say(
            "The password you entered was not kept. Enter it again before you save, or leave empty to keep the current one.",
            "방금 입력한 암호는 저장되지 않았습니다. 저장하기 전에 다시 입력하거나, 비워 두면 현재 암호를 유지합니다.",
        )
    } else {
        l.say("Leave empty to keep the current one.", "비워 두면 현재 암호를 유지합니다.")
    };
    view! {
        <div class="when-basic grid gap-4 md:grid-cols-2">
            <TextField
                refill=refill.clone()
                name="username"
                label=l.say("User name", "사용자 이름")
                hint=l.say("The user name registered at the backend.", "백 엔드에 등록된 이름입니다.")
                value=username
                longest=256
            />
            <TextField
                refill=refill
                name="password"
                label=l.say("Password", "암호")
                hint=password_hint
                kind="password"
                autocomplete="new-password"
                longest=512
            />
        </div>
    }
}

#[component]
fn CertificateFields(refill: Refill, at: SecurityAt) -> impl IntoView {
    let l = language();
    let plain = address::url::backend(&at.api.settings.backend)
        .is_ok_and(|backend| backend.scheme == address::url::Scheme::Http);
    let chosen = chosen(&at.api.credential);
    let fields = if at.total == 0 {
        view! { <NoCertificates /> }.into_any()
    } else {
        view! {
            <FindCertificates at=at.clone() />
            <SelectField
                refill=refill
                name="certificate"
                label=l.say("Client certificate", "클라이언트 인증서")
                hint=l.say(
                    "Shows the subject, the last four digits of the thumbprint and the expiry date.",
                    "주체, 지문의 마지막 네 자리, 만료일 순으로 표시됩니다.",
                )
                choices=choices(&at, l)
                value=chosen
            />
        }
        .into_any()
    };
    view! {
        <div class="when-certificate flex flex-col gap-4">
            {fields}
            {plain.then(|| view! { <PlainBackend /> })}
        </div>
    }
}

/// The search, when there are more certificates than the dropdown has entries. Its button sends the whole form, so
/// that nothing else that was chosen is lost.
#[component]
fn FindCertificates(at: SecurityAt) -> impl IntoView {
    let l = language();
    let find = query("find");
    (at.total > SHOWN as u64 || at.found.is_some()).then(|| {
        view! {
            <div class="field">
                <label class="label" for="security-find">
                    {l.say("Find a certificate", "인증서 찾기")}
                </label>
                <p class="hint" id="security-find-hint">
                    {l.say(
                        format!("There are {} certificates. Enter part of a subject or name, or a thumbprint, to change the list below.", at.total),
                        format!("인증서가 {}개 있습니다. 주체나 이름의 일부 또는 지문을 입력하여 아래 목록을 바꾸세요.", at.total),
                    )}
                </p>
                <div class="search">
                    <input
                        class="input"
                        type="search"
                        id="security-find"
                        name="find"
                        value=find
                        maxlength="200"
                        autocomplete="off"
                        spellcheck="false"
                        aria-describedby="security-find-hint"
                    />
                    <button class="button" formaction=FindCertificate::PATH>
                        <Icon symbol=Symbol::Search />
                        {l.say("Find", "찾기")}
                    </button>
                </div>
                {at.found.map(|count| view! { <Found count=count /> })}
            </div>
        }
    })
}

#[component]
fn Found(count: usize) -> impl IntoView {
    let l = language();
    let found = match count {
        0 => l.say("No results.", "검색 결과가 없습니다.").to_owned(),
        count if count >= SHOWN => l.say(
            format!("The list below shows the first {SHOWN} results."),
            format!("아래 목록에 검색 결과 중 처음 {SHOWN}개가 표시됩니다."),
        ),
        count => l.say(
            format!("The list below shows the results ({count})."),
            format!("아래 목록에 검색 결과 {count}개가 표시됩니다."),
        ),
    };
    view! {
        <p class="mt-1 font-medium" role="status" id=ANSWER tabindex="-1">
            {found}
            {l.say(" Nothing has been saved yet.", " 아직 저장되지 않았습니다.")}
        </p>
    }
}

#[component]
fn NoCertificates() -> impl IntoView {
    let l = language();
    view! {
        <Callout tone=Tone::Info>
            <p>
                {l.say("No client certificates uploaded yet. ", "아직 업로드된 클라이언트 인증서가 없습니다. ")}
                <a href=certificates::UPLOAD>{l.say("Upload certificate", "인증서 업로드")}</a>
            </p>
        </Callout>
    }
}

#[component]
fn PlainBackend() -> impl IntoView {
    view! {
        <Callout tone=Tone::Warning>
            <p>
                {language()
                    .say(
                        "The backend address begins with http://, so no certificate can be presented. Change it to https:// on the Settings tab.",
                        "백 엔드 주소가 http:// 로 시작하므로 인증서를 제시할 수 없습니다. 설정 탭에서 https:// 주소로 변경하세요.",
                    )}
            </p>
        </Callout>
    }
}

/// What the dropdown of certificates has chosen while nothing was entered.
fn chosen(credential: &Credential) -> String {
    match credential {
        Credential::Certificate(id) => id.to_string(),
        Credential::CertificateByThumbprint(_) => AS_IN_POLICY.to_owned(),
        Credential::Basic { .. } | Credential::None => String::new(),
    }
}

fn choices(at: &SecurityAt, l: Language) -> Vec<Choice> {
    let nothing = Choice::new("", l.say("Choose a certificate", "인증서를 선택하세요"));
    let named = match &at.api.credential {
        Credential::CertificateByThumbprint(thumbprint) => {
            let known = at.choices.iter().find(|one| one.thumbprint == *thumbprint);
            let which = known.map_or_else(|| last_four(thumbprint), |one| choice(one, at.now, l));
            let times: Vec<_> = known.into_iter().flat_map(|one| [one.not_before, one.not_after]).collect();
            let text = l.say(
                format!("referenced by thumbprint in the policy: {which}"),
                format!("정책에 지문으로 지정됨: {which}"),
            );
            Some(Choice::new(AS_IN_POLICY, text).at(&times))
        }
        _ => None,
    };
    let uploaded = at
        .choices
        .iter()
        .map(|one| Choice::new(one.id.as_str(), choice(one, at.now, l)).at(&[one.not_before, one.not_after]));
    std::iter::once(nothing).chain(named).chain(uploaded).collect()
}

/// Searches the certificates and comes back with everything that was chosen.
///
/// # Errors
/// Only towards scripts; a person is led back to the form.
#[server(endpoint = "apis/security/find")]
pub async fn find_certificate(
    #[server(default)] id: String,
    #[server(flatten)] entered: Entered,
) -> Result<(), PageError> {
    if entered.credential != CERTIFICATE {
        // Enter in any field presses the form's first button, which is this search even while it isn't shown.
        return super::save_security(id, entered).await;
    }
    let id: domain::name::ApiId = id.parse().map_err(|_| crate::context::not_found())?;
    let form = entered.posted(&crate::pages::apis::security_page(&id));
    match crate::context::ask(move |management, actor| management.api(actor, &id)).await {
        Ok(_) => form.answer(crate::forms::Detail::Nothing),
        Err(error) => form.refuse(&error),
    }
}

/// The entries of the dropdown; the search is offered when there are more certificates.
const SHOWN: usize = 20;
