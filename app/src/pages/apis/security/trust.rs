//! The second half of the form: how the backend's own certificate is checked.

use leptos::prelude::*;

use domain::certificate::CertificateFacts;
use domain::trust::{ChainCheck, NameCheck};

use crate::components::field::{Choice, SelectField, TextArea, TextField};
use crate::components::notice::{Callout, Tone};
use crate::components::thumbprint::last_four;
use crate::components::when::Day;
use crate::forms::Refill;
use crate::pages::apis::security::SecurityAt;
use crate::pages::apis::security::entered::{ADDRESS, NAMED, OFF, ONLY, SYSTEM};
use crate::session::language;

/// Chain and name of the backend's certificate.
#[component]
pub fn TrustFields(refill: Refill, at: SecurityAt) -> impl IntoView {
    let l = language();
    let host = at.api.settings.backend.host().to_owned();
    let title = l.say("How the backend's own certificate is checked", "백 엔드 인증서 확인 방법");
    view! {
        <section class="card" aria-labelledby="security-trust">
            <h2 id="security-trust">{title}</h2>
            <ChainFields refill=refill.clone() chain=at.api.trust.chain authorities=at.authorities />
            <NameFields refill=refill name=at.api.trust.name host=host />
        </section>
    }
}

#[component]
fn ChainFields(refill: Refill, chain: ChainCheck, authorities: Vec<CertificateFacts>) -> impl IntoView {
    let l = language();
    let present = match chain {
        ChainCheck::Only(_) => ONLY,
        ChainCheck::Off => OFF,
        ChainCheck::System => SYSTEM,
    };
    let choices = vec![
        Choice::new(SYSTEM, l.say("System CAs", "시스템 CA")),
        Choice::new(ONLY, l.say("Only these CA certificates", "지정한 CA 인증서만")),
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
        <div class="when-only flex flex-col gap-3">
            <PresentAuthorities authorities=authorities />
            <TextArea
                refill=refill
                name="authorities"
                label=l.say("CA certificates (PEM)", "CA 인증서(PEM)")
                hint=l.say(
                    "One or more, each from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----. They replace those there now; empty keeps them.",
                    "하나 이상을 -----BEGIN CERTIFICATE----- 부터 -----END CERTIFICATE----- 까지 붙여 넣으세요. 현재 인증서를 대체하며, 비워 두면 현재 인증서를 유지합니다.",
                )
                rows=6
            />
        </div>
        <div class="when-chain-off">
            <Callout tone=Tone::Warning>
                <p>
                    {l.say(
                        "Without this check anybody on the way can pose as the backend and read the calls. It is meant for self-signed backends; pasting the backend's certificate under \u{201c}Only these CA certificates\u{201d} is safer.",
                        "체인을 확인하지 않으면 중간에서 백 엔드를 사칭하여 호출 내용을 볼 수 있습니다. 자체 서명된 백 엔드를 위한 설정이며, ‘지정한 CA 인증서만’에 백 엔드의 인증서를 붙여 넣는 것이 더 안전합니다.",
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
                <p class="font-medium">{l.say("There now", "현재 인증서")}</p>
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
                    "A host name such as partner.example. It is also what the gateway asks the backend for (SNI).",
                    "partner.example 같은 호스트 이름입니다. 게이트웨이가 백 엔드에 요청하는 이름(SNI)으로도 사용됩니다.",
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
                        "Without this check any certificate that passes the chain check is taken, whoever it was made out to.",
                        "이름을 확인하지 않으면 체인 확인을 통과하는 인증서는 누구에게 발급되었든 모두 받아들입니다.",
                    )}
                </p>
            </Callout>
        </div>
    }
}
