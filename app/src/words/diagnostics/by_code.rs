//! Korean sentences for problems of a policy by their code alone, without the names that are meant.

/// What a problem with this code means.
pub(super) fn sentence(code: &str) -> &'static str {
    let parts = [of_text, of_attributes, of_statements, of_expressions];
    parts.into_iter().find_map(|sentence| sentence(code)).unwrap_or(OTHER)
}

/// Whether the sentence says all that the checker's own sentence does.
pub(super) fn is_whole(code: &str) -> bool {
    WHOLE.contains(&code)
}

/// The text can't be read as XML.
fn of_text(code: &str) -> Option<&'static str> {
    Some(match code {
        "bad-comment" => "주석은 `<!-- … -->`로 작성해야 합니다.",
        "bad-tag" => "태그를 올바르게 작성하지 않았습니다.",
        "bare-less-than" => "텍스트의 `<` 문자는 `&lt;`로 작성해야 합니다.",
        "doctype" => "정책 문서에는 DOCTYPE을 사용할 수 없습니다.",
        "expression-in-text" => "텍스트 안의 식은 실행되지 않고 텍스트 그대로 사용됩니다.",
        "invalid-character" => "사용할 수 없는 문자가 있습니다.",
        "invisible-character" => "보이지 않는 문자가 있습니다. 지우고 다시 입력하세요.",
        "mismatched-end-tag" => "종료 태그가 시작 태그와 일치하지 않습니다.",
        "no-root" => "문서에 최상위 요소가 없습니다.",
        "stray-quote" => "짝이 맞지 않는 따옴표가 있습니다.",
        "text-after-expression" => "식 뒤에 다른 텍스트를 사용할 수 없습니다.",
        "too-deep" => "요소는 100단계까지만 중첩할 수 있습니다.",
        "too-large" => "문서가 너무 큽니다.",
        "too-many-problems" => "문제가 너무 많아 나머지는 표시하지 않습니다.",
        "template" => "배포 도구가 채워야 하는 자리 표시자가 있는 템플릿입니다.",
        "two-roots" => "최상위 요소는 하나만 있어야 합니다.",
        "unclosed-attribute" => "특성 값의 닫는 따옴표가 없습니다.",
        "unclosed-comment" => "주석 또는 CDATA가 닫히지 않았습니다.",
        "unclosed-element" => "요소의 종료 태그가 없습니다.",
        "unclosed-expression" => "식이 닫히지 않았습니다.",
        "unclosed-tag" => "태그가 닫히지 않았습니다.",
        "unreadable" => "문서를 읽을 수 없습니다.",
        _ => return None,
    })
}

/// An attribute or its value isn't right.
fn of_attributes(code: &str) -> Option<&'static str> {
    Some(match code {
        "bad-attribute" => "특성을 올바르게 작성하지 않았습니다.",
        "conflicting-attributes" => "함께 사용할 수 없는 특성이 있습니다.",
        "duplicate-attribute" => "같은 특성이 두 번 있습니다.",
        "invalid-value" => "사용할 수 없는 값입니다.",
        "masked-password" => "가려진 암호에 해당하는 저장된 암호가 없습니다. 암호를 입력하세요.",
        "missing-attribute" => "필수 특성이 없습니다.",
        "missing-space" => "특성 사이에 공백이 필요합니다.",
        "refused-header" => "정책에서 바꿀 수 없는 헤더입니다.",
        "too-many-attributes" => "특성이 너무 많습니다.",
        "undeclared-attribute" => "이 요소에 없는 특성입니다.",
        "unknown-certificate" => "업로드된 인증서 중에 일치하는 것이 없습니다.",
        "unsupported-attribute" => "아직 지원하지 않는 특성입니다.",
        "unsupported-expression" => "아직 지원하지 않는 식입니다.",
        "unknown-named-value" => "존재하지 않는 명명된 값입니다.",
        "empty-range" => "이 범위에 속하는 주소가 없습니다.",
        "placeholder" => "다른 도구가 먼저 채워야 하는 자리 표시자로 보입니다.",
        "unknown-parameter" => "작업의 URL 템플릿에 있는 매개 변수만 사용할 수 있습니다.",
        "unsupported-value" => "아직 지원하지 않는 값입니다.",
        _ => return None,
    })
}

/// An expression isn't right.
fn of_expressions(code: &str) -> Option<&'static str> {
    Some(match code {
        "constant-out-of-range" => "0으로 나누거나 형식의 범위를 벗어나는 상수식입니다.",
        "duplicate-case" => "같은 값의 `case`가 이미 있습니다.",
        "invalid-path" => "올바른 JSONPath가 아닙니다.",
        "invalid-pattern" => "올바른 정규식이 아닙니다.",
        "name-literal" => "인증서 이름은 글자 그대로 비교되므로 이 텍스트와 같은 이름은 없습니다.",
        "names-alone" => "이름이 같은 인증서는 누구나 만들 수 있습니다.",
        "not-constant" => "상수가 필요합니다.",
        "unassigned-local" => "값이 할당되기 전에 읽힐 수 있는 변수입니다.",
        "unreachable-catch" => "앞의 `catch`가 이미 모두 처리하는 예외입니다.",
        "duplicate-name" => "같은 이름이 이미 선언되어 있습니다.",
        "expression-syntax" => "식의 구문이 올바르지 않습니다.",
        "expression-too-deep" => {
            "식은 60단계까지 중첩하고, 연산자와 멤버는 250개까지 이어서 사용할 수 있습니다."
        }
        "missing-return" => "값을 반환하지 않는 경로가 있습니다. return 문을 추가하세요.",
        "newer-csharp" => "C# 7 이후의 구문은 정책 식에서 사용할 수 없습니다.",
        "read-only" => "이 멤버에는 값을 대입할 수 없습니다.",
        "subject-name" => "SubjectName은 이름(.Name)으로 비교됩니다.",
        "thumbprint-literal" => "지문은 공백, 콜론, 보이지 않는 문자 없이 대문자로 작성해야 비교됩니다.",
        "unknown-member" => "이 형식에 없는 멤버입니다.",
        "unknown-name" => "선언되지 않은 이름입니다.",
        "unknown-type" => "정책 식에서 사용할 수 없는 형식입니다.",
        "wrong-argument-count" => "인수의 개수가 맞지 않습니다.",
        "wrong-type" => "형식이 맞지 않습니다.",
        _ => return None,
    })
}

/// A statement isn't right, or stands in the wrong place.
fn of_statements(code: &str) -> Option<&'static str> {
    Some(match code {
        "duplicate-policy" => "한 섹션에서 한 번만 사용할 수 있는 정책입니다.",
        "duplicate-base" => "한 섹션에 base가 두 번 있습니다.",
        "duplicate-section" => "같은 섹션이 두 번 있습니다.",
        "forwards-twice" => "`base`에서도 요청을 전달할 수 있지만 이 `forward-request`만 실행됩니다.",
        "missing-element" => "필수 요소가 없습니다.",
        "not-allowed-here" => "이 위치에는 사용할 수 없습니다.",
        "not-policies" => "정책 문서는 policies 요소로 시작해야 합니다.",
        "overridden" => "뒤에 오는 같은 정책이 대체하므로 효과가 없습니다.",
        "too-many-in-backend" => "backend에는 base 외에 정책을 하나만 둘 수 있습니다.",
        "unexpected-element" => "이 요소 안에 있을 수 없는 요소입니다.",
        "unexpected-text" => "여기에는 텍스트를 사용할 수 없습니다.",
        "unknown-element" => "존재하지 않는 정책 또는 요소입니다.",
        "duplicate-element" => "같은 요소가 두 번 있습니다.",
        "fragment-problem" => "포함한 정책 조각에 문제가 있습니다.",
        "not-fragment" => "정책 조각은 fragment 요소로 시작해야 합니다.",
        "unknown-fragment" => "존재하지 않는 정책 조각입니다.",
        "unsupported-backend" => "아직 백 엔드를 ID로 지정할 수 없습니다.",
        "unsupported-element" => "아직 지원하지 않는 요소입니다.",
        "unsupported-liquid" => "이 Liquid 템플릿은 사용할 수 없습니다.",
        "unsupported-policy" => "아직 지원하지 않는 정책입니다.",
        _ => return None,
    })
}

const OTHER: &str = "문서의 이 부분을 확인하세요.";

/// Codes whose findings differ in nothing but the place.
const WHOLE: [&str; 27] = [
    "bad-comment",
    "bare-less-than",
    "doctype",
    "duplicate-base",
    "expression-in-text",
    "expression-too-deep",
    "forwards-twice",
    "invalid-character",
    "invisible-character",
    "masked-password",
    "missing-return",
    "missing-space",
    "newer-csharp",
    "no-root",
    "not-fragment",
    "not-policies",
    "placeholder",
    "stray-quote",
    "subject-name",
    "text-after-expression",
    "thumbprint-literal",
    "too-deep",
    "too-many-in-backend",
    "two-roots",
    "unclosed-attribute",
    "unclosed-comment",
    "unsupported-backend",
];
