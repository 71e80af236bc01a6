//! Who vouches for a client certificate: an uploaded CA certificate, a thumbprint, or that it is uploaded itself.

use leptos::prelude::*;
use time::OffsetDateTime;

use domain::authority::{AuthorityChoice, AuthorityId};
use domain::caller_checks::{AuthorityChecks, CallerChecks};

use crate::components::field::{CheckField, Choice, SelectField, TextArea};
use crate::components::notice::{Callout, Tone};
use crate::forms::Refill;
use crate::pages::apis::security::authority_boxes::AuthorityBoxes;
use crate::pages::apis::security::entered::{ANY, CHECKED, OFF, THESE, YES};
use crate::session::language;

/// The boxes, and what each of them needs.
#[component]
pub fn VoucherFields(
    refill: Refill,
    /// What the policy says; `None` while it says nothing.
    saved: Option<CallerChecks>,
    uploaded: Vec<AuthorityChoice>,
    now: OffsetDateTime,
) -> impl IntoView {
    let l = language();
    let any = saved.as_ref().and_then(|saved| saved.authorities.as_ref()).is_some_and(|of| of.ids.is_empty());
    let present = saved.unwrap_or_else(|| beginning(&uploaded, now));
    let thumbprints: Vec<String> = present.thumbprints.iter().map(ToString::to_string).collect();
    view! {
        <fieldset class="flex flex-col gap-3">
            <legend class="label">{l.say("Who vouches for the certificate", "인증서를 보증하는 방법")}</legend>
            <CheckField
                refill=refill.clone()
                name="check_authorities"
                value=YES
                present=present.authorities.is_some()
                label=l.say("it is signed by an uploaded CA certificate", "업로드된 CA 인증서로 서명됨")
            />
            <AuthorityFields
                refill=refill.clone()
                present=present.authorities.unwrap_or_default()
                scope=if any { ANY } else { THESE }
                uploaded=uploaded
                now=now
            />
            <CheckField
                refill=refill.clone()
                name="check_thumbprints"
                value=YES
                present=!thumbprints.is_empty()
                label=l.say("it has one of these thumbprints", "지문이 다음 중 하나임")
            />
            <div class="when-thumbprints ps-7">
                <TextArea
                    refill=refill.clone()
                    name="thumbprints"
                    label=l.say("Thumbprints", "지문")
                    hint=l.say(
                        "One per line, with or without spaces and colons.",
                        "한 줄에 하나씩 입력합니다. 공백이나 콜론이 있어도 됩니다.",
                    )
                    value=thumbprints.join("\n")
                    rows=4
                />
            </div>
            <CheckField
                refill=refill
                name="check_uploaded"
                value=YES
                present=present.uploaded
                label=l.say("it is one of the uploaded client certificates", "업로드된 클라이언트 인증서 중 하나임")
            />
            <div class="when-unvouched">
                <Unvouched />
            </div>
        </fieldset>
    }
}

#[component]
fn AuthorityFields(
    refill: Refill,
    present: AuthorityChecks,
    scope: &'static str,
    uploaded: Vec<AuthorityChoice>,
    now: OffsetDateTime,
) -> impl IntoView {
    let l = language();
    let unlisted: Vec<AuthorityId> =
        uploaded.iter().filter(|one| one.refuses_unlisted(now)).map(|one| one.id.clone()).collect();
    let scopes = vec![
        Choice::new(THESE, l.say("The selected CA certificates", "선택한 CA 인증서")),
        Choice::new(ANY, l.say("Any uploaded CA certificate", "업로드된 모든 CA 인증서")),
    ];
    let revocation = vec![
        Choice::new(OFF, l.say("Not checked", "확인하지 않음")),
        Choice::new(CHECKED, l.say("Refuse revoked certificates", "해지된 인증서 거부")),
    ];
    view! {
        <div class="when-authorities flex flex-col gap-4 ps-7">
            <SelectField
                refill=refill.clone()
                name="issued_by"
                label=l.say("Signed by", "서명한 CA")
                choices=scopes
                value=scope
            />
            <div class="when-issuers">
                <AuthorityBoxes
                    refill=refill.clone()
                    name="issuers"
                    label=l.say("Issuing CA certificates", "발급 CA 인증서")
                    hint=l.say(
                        "Select the CA that issues the client certificates directly, not a root CA above it.",
                        "상위 루트 CA가 아니라 클라이언트 인증서를 직접 발급하는 CA를 선택하세요.",
                    )
                    chosen=present.ids
                    choices=uploaded
                    unlisted=unlisted
                />
            </div>
            <SelectField
                refill=refill
                name="revocation"
                label=l.say("Revocation", "해지 확인")
                hint=l.say(
                    "With this check, all clients of a CA without a current revocation list are refused, unless the CA's page says otherwise.",
                    "해지를 확인하면 최신 해지 목록이 없는 CA의 클라이언트는 모두 거부됩니다. CA 페이지에서 다르게 설정할 수 있습니다.",
                )
                choices=revocation
                value=if present.revocation { CHECKED } else { OFF }
            />
        </div>
    }
}

#[component]
fn Unvouched() -> impl IntoView {
    view! {
        <Callout tone=Tone::Warning>
            <p>{unvouched()}</p>
        </Callout>
    }
}

/// Why names and dates alone let anyone in.
#[must_use]
pub fn unvouched() -> &'static str {
    language().say(
        "Anyone can make a certificate with the same names and dates. Without one of the checks above, such a certificate is let in.",
        "이름과 날짜가 같은 인증서는 누구나 만들 수 있습니다. 위의 검사 중 하나를 선택하지 않으면 그런 인증서도 통과합니다.",
    )
}

/// What the builder begins with where nothing is checked yet: what lets in nobody by mistake.
#[must_use]
pub fn beginning(uploaded: &[AuthorityChoice], now: OffsetDateTime) -> CallerChecks {
    let ids = match uploaded {
        [only] => vec![only.id.clone()],
        _ => Vec::new(),
    };
    let revocation = !uploaded.is_empty() && uploaded.iter().all(|one| !one.refuses_unlisted(now));
    let authorities = Some(AuthorityChecks { ids, revocation });
    CallerChecks { authorities, not_expired: true, ..CallerChecks::default() }
}
