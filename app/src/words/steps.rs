//! What a statement did and why a request was refused, in Korean. Gateway and playground write English; a sentence
//! that is not known here stays English.

use leptos::prelude::*;

use domain::language::Language;

use crate::session::language;

/// A sentence of the gateway, in the reader's language where that is known.
#[component]
pub fn StepText(what: String) -> impl IntoView {
    let korean = (language() == Language::Korean).then(|| in_korean(&what)).flatten();
    match korean {
        Some(korean) => view! { <span>{korean}</span> }.into_any(),
        None => view! { <span lang="en">{what}</span> }.into_any(),
    }
}

/// The sentence in Korean; `None` if it is not a known one.
fn in_korean(what: &str) -> Option<String> {
    if let Some((cause, korean)) =
        WITH_CAUSE.iter().find_map(|(before, korean)| Some((what.strip_prefix(before)?, korean)))
    {
        return Some(format!("{korean}: {}", in_korean(cause)?));
    }
    STEPS.iter().chain(&REFUSALS).chain(&CERTIFICATES).find_map(|(before, after, korean)| {
        let middle = what.strip_prefix(before)?.strip_suffix(after)?;
        // Without a place for it there must be nothing in between.
        (korean.contains("{}") || middle.is_empty()).then(|| korean.replace("{}", middle))
    })
}

/// What stands before a cause, which is a sentence itself.
const WITH_CAUSE: [(&str, &str); 4] = [
    ("failed: ", "실패"),
    ("failed, which is ignored: ", "실패(무시됨)"),
    ("the certificate is not trusted: ", "신뢰할 수 없는 인증서입니다"),
    ("the revocation check failed: ", "해지 확인에 실패했습니다"),
];

/// What stands before and after the part that differs, and the Korean sentence with a place for it.
type Form = (&'static str, &'static str, &'static str);

/// What statements do. Longer forms come before shorter ones that fit the same sentences.
const STEPS: [Form; 55] = [
    ("the condition is true", "", "조건이 참입니다"),
    ("the condition is false", "", "조건이 거짓입니다"),
    ("`", "` is set", "변수 `{}` 설정"),
    ("tries again after ", " ms", "{}밀리초 후 다시 시도"),
    ("waits for ", " ms", "{}밀리초 대기"),
    ("the response has status ", "", "응답 상태: {}"),
    ("there is no response", "", "응답이 없습니다"),
    ("found", "", "찾았습니다"),
    ("not found", "", "찾지 못했습니다"),
    ("the token is valid", "", "토큰이 유효합니다"),
    ("the certificate is valid", "", "인증서가 유효합니다"),
    ("the certificate is not valid: the client presented none", "", "인증서가 제시되지 않았습니다"),
    (
        "the certificate is not valid: it is not yet valid",
        "",
        "인증서의 유효 기간이 아직 시작되지 않았습니다",
    ),
    ("the certificate is not valid: it has expired", "", "인증서가 만료되었습니다"),
    ("the certificate is not valid: its issuer is not trusted", "", "신뢰할 수 없는 인증서입니다"),
    ("the certificate is not valid: it was revoked", "", "해지된 인증서입니다"),
    (
        "the certificate is not valid: its revocation status is unknown",
        "",
        "인증서의 해지 여부를 확인할 수 없습니다",
    ),
    (
        "the certificate is not valid: it matches none of the identities",
        "",
        "허용된 인증서와 일치하지 않습니다",
    ),
    ("the client presented no certificate", "", "클라이언트가 인증서를 제시하지 않았습니다"),
    ("this certificate does not exist", "", "존재하지 않는 인증서입니다"),
    ("", " more requests are allowed", "요청을 {}번 더 할 수 있습니다"),
    ("returns status ", "", "상태 {}(으)로 응답"),
    ("sets the header ", " of the request if it is missing", "요청 헤더 {}이(가) 없으면 설정"),
    ("sets the header ", " of the response if it is missing", "응답 헤더 {}이(가) 없으면 설정"),
    ("sets the header ", " of the request", "요청 헤더 {} 설정"),
    ("sets the header ", " of the response", "응답 헤더 {} 설정"),
    ("adds to the header ", " of the request", "요청 헤더 {}에 추가"),
    ("adds to the header ", " of the response", "응답 헤더 {}에 추가"),
    ("removes the header ", " of the request", "요청 헤더 {} 제거"),
    ("removes the header ", " of the response", "응답 헤더 {} 제거"),
    ("sets the body of the request: ", " bytes", "요청 본문 설정: {}바이트"),
    ("sets the body of the response: ", " bytes", "응답 본문 설정: {}바이트"),
    ("reads the body of the request", "", "요청 본문 읽기"),
    ("reads the body of the response", "", "응답 본문 읽기"),
    ("sets the status to ", "", "상태를 {}(으)로 설정"),
    ("sets the method to ", "", "메서드를 {}(으)로 설정"),
    ("rewrites the path to ", "", "경로를 {}(으)로 변경"),
    ("changes the query parameter ", "", "쿼리 매개 변수 {} 변경"),
    ("sets the backend to ", "", "백 엔드를 {}(으)로 설정"),
    ("uses the certificate with thumbprint ", "", "지문이 {}인 인증서 사용"),
    ("uses the certificate ", "", "인증서 {} 사용"),
    ("uses a certificate from an expression", "", "식에서 가져온 인증서 사용"),
    ("uses basic authentication as ", "", "기본 인증 사용: {}"),
    ("sends the request to the backend", "", "요청을 백 엔드로 전달"),
    ("sends a request to the address of the request", "", "요청의 주소로 요청 보내기"),
    ("sends a request to ", "", "{}에 요청 보내기"),
    ("stores a value in the cache for ", " s", "캐시에 값을 {}초 동안 저장"),
    ("removes a value from the cache", "", "캐시에서 값 제거"),
    ("adds to the metric ", "", "메트릭 {}에 추가"),
    (
        "would send the request to the backend; continues as if the response were 200 with an empty body",
        "",
        "실제로는 요청을 백 엔드로 전달합니다. 여기서는 빈 본문의 200 응답을 받은 것으로 계속합니다",
    ),
    (
        "would send a request to ",
        "; continues as if the response were 200 with an empty body",
        "실제로는 {}에 요청을 보냅니다. 여기서는 빈 본문의 200 응답을 받은 것으로 계속합니다",
    ),
    (
        "would count the request; here it is the first one",
        "",
        "실제로는 요청 수를 셉니다. 여기서는 첫 요청입니다",
    ),
    (
        "continues as if a trusted key had signed the token",
        "",
        "신뢰하는 키로 서명된 토큰인 것으로 계속합니다",
    ),
    ("would wait for ", " ms", "실제로는 {}밀리초 기다립니다"),
    ("the backend returned status ", "", "백 엔드가 상태 {}(으)로 응답"),
];

/// Why requests were refused.
const REFUSALS: [Form; 16] = [
    ("Header ", " was not found in the request. Access denied.", "요청에 헤더 {}이(가) 없어 거부했습니다."),
    ("Header ", " value is not allowed. Access denied.", "헤더 {}의 값이 허용되지 않아 거부했습니다."),
    ("Caller IP address ", " is not allowed. Access denied.", "IP 주소 {}이(가) 허용되지 않아 거부했습니다."),
    ("Caller IP address is blocked. Access denied.", "", "차단된 IP 주소여서 거부했습니다."),
    ("Rate limit is exceeded.", "", "요청 횟수 제한을 초과했습니다."),
    ("JWT not present.", "", "JWT가 없습니다."),
    ("The audience is not allowed.", "", "허용되지 않는 대상 그룹입니다."),
    ("The issuer is not allowed.", "", "허용되지 않는 발급자입니다."),
    ("The claim `", "` is missing.", "클레임 `{}`이(가) 없습니다."),
    ("The claim `", "` has a value that is not allowed.", "클레임 `{}`의 값이 허용되지 않습니다."),
    ("The token is not signed.", "", "서명되지 않은 토큰입니다."),
    ("No key was found that may have signed the token.", "", "토큰 서명에 사용된 키를 찾지 못했습니다."),
    ("The signature is not valid.", "", "서명이 올바르지 않습니다."),
    ("The token has expired.", "", "토큰이 만료되었습니다."),
    ("The token has no expiration time.", "", "토큰에 만료 시각이 없습니다."),
    ("The token is not valid yet.", "", "토큰의 유효 기간이 아직 시작되지 않았습니다."),
];

/// Why a client's certificate was refused.
const CERTIFICATES: [Form; 14] = [
    ("the certificate is not valid before ", "", "{}부터 유효한 인증서입니다"),
    ("the certificate expired on ", "", "{}에 만료된 인증서입니다"),
    ("the certificate matches none of the identities", "", "허용된 인증서와 일치하지 않습니다"),
    ("it can't be read", "", "인증서를 읽을 수 없습니다"),
    (
        "its issuer `",
        "` is not uploaded, and the client sent no chain to an uploaded one",
        "발급자 `{}`이(가) 업로드되지 않았고, 클라이언트가 업로드된 CA로 이어지는 체인을 보내지 않았습니다",
    ),
    (
        "a CA certificate in the chain has expired or is not yet valid",
        "",
        "체인의 CA 인증서가 만료되었거나 아직 유효하지 않습니다",
    ),
    (
        "a signature in the chain is invalid or uses an algorithm that is no longer accepted",
        "",
        "체인의 서명이 올바르지 않거나 더 이상 허용되지 않는 알고리즘을 사용합니다",
    ),
    (
        "its extended key usage doesn't allow client authentication",
        "",
        "확장 키 사용에서 클라이언트 인증을 허용하지 않습니다",
    ),
    (
        "a certificate in the chain may not sign other certificates, these names, or this many",
        "",
        "체인의 인증서가 다른 인증서, 이 이름 또는 이 개수의 인증서에 서명할 수 없습니다",
    ),
    (
        "it is a CA certificate, which can't be used as a client certificate",
        "",
        "CA 인증서는 클라이언트 인증서로 사용할 수 없습니다",
    ),
    ("it is revoked in the list of `", "`", "`{}`의 해지 목록에서 해지된 인증서입니다"),
    ("the revocation list of `", "` can't be read", "`{}`의 해지 목록을 읽을 수 없습니다"),
    ("there is no revocation list of `", "`", "`{}`의 해지 목록이 없습니다"),
    ("its issuer `", "` is unknown", "발급자 `{}`을(를) 알 수 없습니다"),
];

#[cfg(test)]
mod tests {
    use super::in_korean;

    #[test]
    fn known_sentences_are_korean_with_names_and_numbers_in_their_places() {
        let said = |what| in_korean(what).unwrap_or_default();
        assert_eq!(said("the condition is true"), "조건이 참입니다");
        assert_eq!(said("returns status 403"), "상태 403(으)로 응답");
        assert_eq!(said("sets the header X of the response"), "응답 헤더 X 설정");
        assert_eq!(
            said("sets the header X of the request if it is missing"),
            "요청 헤더 X이(가) 없으면 설정"
        );
        assert_eq!(said("3 more requests are allowed"), "요청을 3번 더 할 수 있습니다");
        assert_eq!(said("uses the certificate contoso-partner"), "인증서 contoso-partner 사용");
        assert_eq!(
            said("the revocation check failed: there is no revocation list of `CN=A`"),
            "해지 확인에 실패했습니다: `CN=A`의 해지 목록이 없습니다"
        );
        assert_eq!(said("failed: The token has expired."), "실패: 토큰이 만료되었습니다.");
    }

    #[test]
    fn unknown_sentences_stay_english() {
        for what in ["found out something else", "failed: of an unknown cause"] {
            assert_eq!(in_korean(what), None, "{what}");
        }
    }
}
