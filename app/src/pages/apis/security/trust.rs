//! The second half of the form: how the backend's own certificate is checked.

use leptos::prelude::*;

use domain::authority::AuthorityChoice;
use domain::certificate::CertificateFacts;
use domain::trust::{ChainCheck, NameCheck};

use crate::components::field::{Choice, SelectField, TextArea, TextField};
use crate::components::notice::{Callout, Tone};
use crate::components::thumbprint::last_four;
use crate::components::when::Day;
use crate::forms::Refill;
use crate::pages::apis::security::SecurityAt;
use crate::pages::apis::security::authority_boxes::AuthorityBoxes;
use crate::pages::apis::security::entered::{ADDRESS, NAMED, OFF, ONLY, SYSTEM, UPLOADED};
use crate::session::language;

/// Chain and name of the backend's certificate.
#[component]
pub fn TrustFields(refill: Refill, at: SecurityAt) -> impl IntoView {
    let l = language();
    let host =
        address::url::backend(&at.api.settings.backend).map(|backend| backend.host).unwrap_or_default();
    let title = l.say("Backend certificate validation", "백 엔드 인증서 확인 방법");
    view! {
        <section class="card" aria-labelledby="security-trust">
            <h2 id="security-trust">{title}</h2>
            <ChainFields
                refill=refill.clone()
                chain=at.api.trust.chain
                authorities=at.authorities
                uploaded=at.uploaded
            />
            <NameFields refill=refill name=at.api.trust.name host=host />
        </section>
    }
}

#[component]
fn ChainFields(
    refill: Refill,
    chain: ChainCheck,
    authorities: Vec<CertificateFacts>,
    uploaded: Vec<AuthorityChoice>,
) -> impl IntoView {
    let l = language();
    let present = match &chain {
        ChainCheck::Uploaded(_) => UPLOADED,
        ChainCheck::Only(_) => ONLY,
        ChainCheck::Off => OFF,
        ChainCheck::System => SYSTEM,
    };
    let chosen = match chain {
        ChainCheck::Uploaded(ids) => ids,
        _ => Vec::new(),
    };
    let choices = vec![
        Choice::new(
            SYSTEM,
            l.say("System CAs and uploaded CA certificates", "시스템 CA와 업로드된 CA 인증서"),
        ),
        Choice::new(UPLOADED, l.say("Only these uploaded CA certificates", "선택한 업로드된 CA 인증서만")),
        Choice::new(ONLY, l.say("Only these pasted certificates", "붙여 넣은 인증서만")),
        Choice::new(OFF, l.say("Don't check the chain", "체인을 확인하지 않음")),
    ];
    view! {
        <SelectField
            refill=refill.clone()
            name="chain"
            label=l.say("Check the chain against", "체인 확인 기준")
            choices=choices
            value=present
        />
        <div class="when-uploaded">
            <AuthorityBoxes
                refill=refill.clone()
                name="uploaded"
                label=l.say("CA certificates", "CA 인증서")
                chosen=chosen
                choices=uploaded
            />
        </div>
        <div class="when-only flex flex-col gap-3">
            <PresentAuthorities authorities=authorities />
            <TextArea
                refill=refill
                name="authorities"
                label=l.say("CA certificates (PEM)", "CA 인증서(PEM)")
                hint=l.say(
                    "One or more certificates, each from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----. They replace the current ones. Leave empty to keep the current ones.",
                    "하나 이상을 -----BEGIN CERTIFICATE----- 부터 -----END CERTIFICATE----- 까지 붙여 넣으세요. 현재 인증서를 대체하며, 비워 두면 현재 인증서를 유지합니다.",
                )
                rows=6
            />
        </div>
        <div class="when-chain-off">
            <Callout tone=Tone::Warning>
                <p>
                    {l.say(
                        "Without this check, an attacker on the network can impersonate the backend and read the requests. Use it only for self-signed backends. It is safer to paste the backend's certificate under \u{201c}Only these pasted certificates\u{201d}.",
                        "체인을 확인하지 않으면 네트워크의 공격자가 백 엔드를 사칭하여 요청 내용을 볼 수 있습니다. 자체 서명된 백 엔드에만 사용하세요. ‘붙여 넣은 인증서만’에 백 엔드의 인증서를 붙여 넣는 것이 더 안전합니다.",
                    )}
                </p>
            </Callout>
        </div>
    }
}

/// The CA certificates that count now, each with what tells it from others.
#[component]
fn PresentAuthorities(authorities: Vec<CertificateFacts>) -> impl IntoView {
    let l = language();
    let authority = move |one: CertificateFacts| {
        view! {
            <li>
                {one.subject} " " <span class="font-mono text-sm">{format!("({})", last_four(&one.thumbprint))}</span>
                <span class="text-muted">{l.say(", expires ", ", 만료: ")} <Day at=one.not_after /></span>
            </li>
        }
    };
    (!authorities.is_empty()).then(|| {
        view! {
            <div>
                <p class="font-medium">{l.say("Current certificates", "현재 인증서")}</p>
                <ul class="list-disc ps-5">{authorities.into_iter().map(authority).collect_view()}</ul>
            </div>
        }
    })
}

#[component]
fn NameFields(refill: Refill, name: NameCheck, host: String) -> impl IntoView {
    let l = language();
    let (present, server_name) = match name {
        NameCheck::Address => (ADDRESS, String::new()),
        NameCheck::Named(name) => (NAMED, name),
        NameCheck::Off => (OFF, String::new()),
    };
    let of_address =
        l.say(format!("The host of the address ({host})"), format!("백 엔드 주소의 호스트({host})"));
    let choices = vec![
        Choice::new(ADDRESS, of_address),
        Choice::new(NAMED, l.say("This name", "다음 이름")),
        Choice::new(OFF, l.say("Don't check the name", "이름을 확인하지 않음")),
    ];
    view! {
        <SelectField
            refill=refill.clone()
            name="name"
            label=l.say("Check the name against", "이름 확인 기준")
            choices=choices
            value=present
        />
        <div class="when-named">
            <TextField
                refill=refill
                name="server_name"
                label=l.say("Name in the backend's certificate", "백 엔드 인증서에 있는 이름")
                hint=l.say(
                    "A host name, such as partner.example. The gateway also sends it to the backend (SNI).",
                    "호스트 이름입니다(예: partner.example). 게이트웨이가 백 엔드에 보내는 SNI로도 사용됩니다.",
                )
                value=server_name
                longest=253
                monospace=true
            />
        </div>
        <div class="when-name-off">
            <Callout tone=Tone::Warning>
                <p>
                    {l.say(
                        "Without this check, any certificate that passes the chain check is accepted, regardless of the name it is issued for.",
                        "이름을 확인하지 않으면 체인 확인을 통과한 모든 인증서가 발급 대상 이름과 관계없이 허용됩니다.",
                    )}
                </p>
            </Callout>
        </div>
    }
}
