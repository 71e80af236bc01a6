//! What to do about a problem of a policy, in Korean.

use domain::policy_document::PolicyProblem;

use super::with_names::list;

/// The remedy; `None` if the checker has none, or one whose Korean wording is missing.
pub(super) fn korean(problem: &PolicyProblem) -> Option<String> {
    problem.help.as_ref()?;
    if let Some(name) = &problem.parts.suggestion {
        return Some(format!("`{name}`을(를) 입력하려 했나요?"));
    }
    let arguments: Vec<&str> = problem.parts.help_arguments.iter().map(String::as_str).collect();
    let element = problem.parts.element.as_deref().unwrap_or_default();
    with_names(&problem.code, element, &arguments)
        .or_else(|| plain(&problem.code, element).map(str::to_owned))
}

/// Remedies that quote something.
fn with_names(code: &str, element: &str, arguments: &[&str]) -> Option<String> {
    Some(match (code, arguments) {
        ("expression-syntax", [_, _]) => "`.Where(…)`와 `.Select(…)`를 사용하세요.".to_owned(),
        ("invisible-character" | "subject-name" | "thumbprint-literal", [written]) => {
            format!("`{written}`(으)로 작성하세요.")
        }
        ("invalid-value", [command]) if command.starts_with("openssl ") => {
            format!("인증서의 페이지나 `{command}`의 출력에서 복사하세요.")
        }
        ("missing-element", [example]) if element == "emit-metric" => format!("예: `{example}`"),
        ("name-literal", [written]) => format!("`{written}`(으)로 작성하세요."),
        ("not-constant", [_, _]) => "`if`와 `==`를 사용하세요.".to_owned(),
        ("not-constant", [word]) => format!("`{word}`를 빼세요."),
        ("template", _) => {
            "자리 표시자를 채운 문서를 검사하거나, `--template`을 지정해 나머지를 검사하세요.".to_owned()
        }
        ("wrong-type", [types @ .., "byte[]"]) if !types.is_empty() => {
            format!("다음 형식으로 읽으세요: {}.", list(arguments))
        }
        ("missing-element", [mode]) => format!("요청의 주소는 `{mode}`인 경우에만 사용됩니다."),
        ("missing-element", [empty, delete]) => {
            format!("빈 값은 `{empty}`(으)로, 헤더 제거는 `{delete}`(으)로 작성하세요.")
        }
        ("stray-quote", [escape]) => format!("값 안의 따옴표는 `{escape}`(으)로 작성하세요."),
        ("unclosed-expression", [verbatim]) => {
            format!("여러 줄의 문자열은 `{verbatim}`(으)로 작성하세요.")
        }
        ("undeclared-attribute", [_, ..]) => {
            format!("`{element}`에 사용할 수 있는 특성: {}.", list(arguments))
        }
        ("unknown-element" | "not-allowed-here", [_, ..]) => {
            format!("사용할 수 있는 섹션: {}.", list(arguments))
        }
        ("wrong-type", [cast]) => format!("캐스트를 사용하세요: `{cast}`"),
        _ => return None,
    })
}

/// Remedies that are the same for every problem with the code.
fn plain(code: &str, element: &str) -> Option<&'static str> {
    Some(match code {
        "bare-less-than" => "`<` 문자는 `&lt;`로 작성하세요.",
        "expression-in-text" => "값 전체를 하나의 식으로 작성하세요: `@(\"text \" + …)`",
        "expression-syntax" | "unclosed-expression" => "텍스트는 큰따옴표로 묶으세요.",
        "duplicate-policy" => "하나로 합치거나, `choose`에서 함께 실행되지 않는 분기에 두세요.",
        "empty-range" => "`from`과 `to`를 확인하세요. IPv4와 IPv6 범위는 따로 작성하세요.",
        "invalid-path" | "invalid-pattern" => "여기까지 온 요청은 오류로 끝납니다. 수정하세요.",
        "unassigned-local" => "선언할 때 값을 할당하세요.",
        "unknown-named-value" => "명명된 값에서 만들거나 이름을 수정하세요.",
        "expression-too-deep" => "여러 문으로 나누세요: `@{ var part = …; return …; }`",
        "forwards-twice" => "`base` 또는 `forward-request` 중 하나를 제거하세요.",
        "invalid-value" if matches!(element, "set-header" | "check-header") => {
            "헤더 이름에는 문자, 숫자와 ``!#$%&'*+-.^_`|~``만 사용할 수 있습니다."
        }
        "invalid-value" if matches!(element, "authentication-certificate" | "identity") => {
            "SHA-256 지문으로 보입니다. SHA-1 지문을 사용하세요."
        }
        "masked-password" => "암호 또는 키를 입력하세요.",
        "names-alone" => "`validate-client-certificate`를 추가하거나 지문을 비교하세요.",
        "no-root" => "정책 문서는 `<policies>`로 시작해야 합니다.",
        "stray-quote" | "text-after-expression" => "식은 값 전체여야 합니다.",
        "too-deep" => "단계를 줄이세요. 조건을 `&&`로 합치거나 일부를 정책 조각으로 옮기세요.",
        "unclosed-attribute" => "값 안의 `<` 문자는 `&lt;`로 작성하세요.",
        "unknown-certificate" if element == "identity" => {
            "보안 > CA 인증서에서 업로드하거나 업로드된 인증서를 지정하세요."
        }
        "unknown-certificate" => "보안 > 클라이언트 인증서에서 업로드하거나 업로드된 인증서를 지정하세요.",
        "unsupported-backend" => "백 엔드의 주소를 작성하세요: `base-url=\"https://…\"`",
        "unsupported-policy" => "이 정책을 제거하세요. 지원하지 않는 정책을 건너뛰고 실행하지 않습니다.",
        _ => return None,
    })
}
