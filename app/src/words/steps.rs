//! What a statement came to, in Korean. Gateway and playground speak English; what isn't known here stays so.

use leptos::prelude::*;

use domain::language::Language;

use crate::session::language;

/// What a statement came to, in the reader's language where that is known.
#[component]
pub fn StepText(what: String) -> impl IntoView {
    let korean = (language() == Language::Korean).then(|| in_korean(&what)).flatten();
    match korean {
        Some(korean) => view! { <span>{korean}</span> }.into_any(),
        None => view! { <span lang="en">{what}</span> }.into_any(),
    }
}

/// The sentence in Korean; none where it isn't one that is known.
fn in_korean(what: &str) -> Option<String> {
    FORMS.iter().find_map(|(before, after, korean)| {
        let middle = what.strip_prefix(before)?.strip_suffix(after)?;
        // Without a place for it there must be nothing in between.
        (korean.contains("{}") || middle.is_empty()).then(|| korean.replace("{}", middle))
    })
}

/// What stands before and after the part that differs, and the sentence with its place. The longer ones come first.
const FORMS: [(&str, &str, &str); 45] = [
    ("the condition is true", "", "조건이 참입니다"),
    ("the condition is false", "", "조건이 거짓입니다"),
    ("`", "` is set", "변수 `{}` 설정"),
    ("tries again after ", " ms", "{}밀리초 후 다시 시도"),
    ("the answer has the status ", "", "응답 상태 {}"),
    ("there is no answer", "", "응답이 없습니다"),
    ("found", "", "찾았습니다"),
    ("not found", "", "찾지 못했습니다"),
    ("the token is good", "", "토큰이 유효합니다"),
    ("the certificate is good", "", "인증서가 유효합니다"),
    ("the certificate is no good: NotFound", "", "인증서가 제시되지 않았습니다"),
    ("the certificate is no good: NotYetValid", "", "인증서의 유효 기간이 아직 시작되지 않았습니다"),
    ("the certificate is no good: Expired", "", "인증서가 만료되었습니다"),
    ("the certificate is no good: NotTrusted", "", "신뢰할 수 없는 인증서입니다"),
    ("the certificate is no good: Revoked", "", "해지된 인증서입니다"),
    ("the certificate is no good: RevocationUnknown", "", "인증서의 해지 여부를 확인할 수 없습니다"),
    ("the certificate is no good: IdentityNotMatched", "", "허용된 인증서와 일치하지 않습니다"),
    ("the caller showed no certificate", "", "호출자가 인증서를 제시하지 않았습니다"),
    ("", " more calls are allowed", "호출을 {}번 더 할 수 있습니다"),
    ("answers with status ", "", "상태 {}(으)로 응답"),
    ("sets the header ", " of the request", "요청 헤더 {} 설정"),
    ("sets the header ", " of the answer", "응답 헤더 {} 설정"),
    ("sets, if there is none, the header ", " of the request", "요청 헤더 {}이(가) 없으면 설정"),
    ("sets, if there is none, the header ", " of the answer", "응답 헤더 {}이(가) 없으면 설정"),
    ("adds to the header ", " of the request", "요청 헤더 {}에 추가"),
    ("adds to the header ", " of the answer", "응답 헤더 {}에 추가"),
    ("removes the header ", " of the request", "요청 헤더 {} 제거"),
    ("removes the header ", " of the answer", "응답 헤더 {} 제거"),
    ("sets the body of the request: ", " bytes", "요청 본문 설정: {}바이트"),
    ("sets the body of the answer: ", " bytes", "응답 본문 설정: {}바이트"),
    ("reads the body of the request", "", "요청 본문 읽기"),
    ("reads the body of the answer", "", "응답 본문 읽기"),
    ("sets the status to ", "", "상태를 {}(으)로 설정"),
    ("sets the method to ", "", "메서드를 {}(으)로 설정"),
    ("rewrites the path to ", "", "경로를 {}(으)로 변경"),
    ("changes the query parameter ", "", "쿼리 매개 변수 {} 변경"),
    ("sets the backend to ", "", "백 엔드를 {}(으)로 설정"),
    ("chooses the certificate ", "", "인증서 선택: {}"),
    ("chooses basic authentication as ", "", "기본 인증 선택: {}"),
    ("calls the backend", "", "백 엔드 호출"),
    (
        "would call the backend; it goes on as if that had answered 200 with an empty body",
        "",
        "실제로는 백 엔드를 호출합니다. 여기서는 빈 본문으로 200을 받은 것처럼 계속합니다",
    ),
    (
        "would count the call; here it is the first one",
        "",
        "실제로는 호출 수를 셉니다. 여기서는 첫 호출입니다",
    ),
    ("would have the gateway judge a token", "", "실제로는 게이트웨이가 토큰을 검사합니다"),
    ("would wait for ", " ms", "실제로는 {}밀리초 기다립니다"),
    ("the backend answered with status ", "", "백 엔드가 상태 {}(으)로 응답"),
];

#[cfg(test)]
mod tests {
    use super::in_korean;

    #[test]
    fn what_is_known_is_said_in_korean_with_what_differs_in_its_place() {
        assert_eq!(in_korean("the condition is true").as_deref(), Some("조건이 참입니다"));
        assert_eq!(in_korean("answers with status 403").as_deref(), Some("상태 403(으)로 응답"));
        assert_eq!(in_korean("sets the header X of the answer").as_deref(), Some("응답 헤더 X 설정"));
        assert_eq!(in_korean("3 more calls are allowed").as_deref(), Some("호출을 3번 더 할 수 있습니다"));
        assert_eq!(in_korean("found out something else"), None);
    }
}
