//! Korean sentences that name what the problem is about. They are chosen by the code and by what the checker quotes.

use domain::policy_document::PolicyProblem;

/// The sentence, or `None` where the quoted words don't fit a known wording.
pub(super) fn sentence(problem: &PolicyProblem) -> Option<String> {
    let arguments: Vec<&str> = problem.parts.arguments.iter().map(String::as_str).collect();
    let element = problem.parts.element.as_deref().unwrap_or_default();
    of_text(&problem.code, &arguments)
        .or_else(|| of_statement(&problem.code, &arguments))
        .or_else(|| of_attribute(&problem.code, element, &arguments))
        .or_else(|| of_value(problem, &arguments))
        .or_else(|| of_expression(&problem.code, &arguments))
        .or_else(|| of_reference(&problem.code, &arguments))
}

/// The text can't be read as XML.
fn of_text(code: &str, arguments: &[&str]) -> Option<String> {
    Some(match (code, arguments) {
        ("duplicate-attribute", [name]) => {
            format!("특성 `{name}`이(가) 두 번 있습니다. 한 번만 사용할 수 있습니다.")
        }
        ("mismatched-end-tag", [inner, line, written]) => {
            format!("{line}행의 `{inner}`이(가) `{written}` 앞에서 닫히지 않았습니다.")
        }
        ("mismatched-end-tag", [written, open]) => {
            format!("`{written}`에 해당하는 시작 태그가 없습니다. 열려 있는 요소는 `{open}`입니다.")
        }
        ("mismatched-end-tag", [written]) => format!("`{written}`에 해당하는 시작 태그가 없습니다."),
        ("unclosed-element", [name]) => format!("요소 `{name}`에 종료 태그가 없습니다."),
        _ => return None,
    })
}

/// A statement isn't right, or stands in the wrong place.
fn of_statement(code: &str, arguments: &[&str]) -> Option<String> {
    Some(match (code, arguments) {
        ("duplicate-base", [name, section, ..]) => {
            format!("`{section}`에 `{name}`이(가) 두 번 있습니다. 한 번만 사용할 수 있습니다.")
        }
        ("duplicate-section" | "duplicate-element", [name]) => {
            format!("`{name}`이(가) 두 번 있습니다. 한 번만 사용할 수 있습니다.")
        }
        ("missing-element", [name]) => format!("`{name}` 요소가 없습니다."),
        ("missing-element", [outer, inner @ ..]) if !inner.iter().any(|one| is_number(one)) => {
            format!("`{outer}`에 필요한 요소가 없습니다: {}.", list(inner))
        }
        ("not-allowed-here", [name, section, allowed @ ..]) if !allowed.is_empty() => {
            format!(
                "`{name}`은(는) `{section}`에 사용할 수 없습니다. 사용할 수 있는 섹션: {}.",
                list(allowed)
            )
        }
        ("not-allowed-here", [name, ..]) => format!("`{name}`은(는) 이 위치에 사용할 수 없습니다."),
        ("overridden", [name, line]) => {
            format!("효과가 없습니다. {line}행의 `{name}`이(가) 대신 적용됩니다.")
        }
        ("unexpected-element", [outer, inner]) => {
            format!("`{outer}`에는 `{inner}`을(를) 사용할 수 없습니다.")
        }
        ("unexpected-element", [outer]) => format!("`{outer}`에는 다른 요소를 사용할 수 없습니다."),
        ("unexpected-element", [outer, inner, expected @ ..]) => format!(
            "`{outer}`에는 `{inner}`을(를) 사용할 수 없습니다. 사용할 수 있는 요소: {}.",
            list(expected)
        ),
        ("unexpected-text", [name]) => format!("`{name}`에는 텍스트를 사용할 수 없습니다."),
        ("unexpected-text", [name, expected @ ..]) => {
            format!("`{name}`에는 텍스트를 사용할 수 없습니다. 사용할 수 있는 요소: {}.", list(expected))
        }
        ("unknown-element", [name]) => format!("정책 또는 요소 `{name}`이(가) 없습니다."),
        ("unsupported-element", [inner, outer]) => {
            format!("`{outer}`의 `{inner}`은(는) 아직 지원하지 않습니다.")
        }
        ("unsupported-policy", [name]) => format!("정책 `{name}`은(는) 아직 지원하지 않습니다."),
        _ => return None,
    })
}

/// An attribute isn't right.
fn of_attribute(code: &str, element: &str, arguments: &[&str]) -> Option<String> {
    Some(match (code, arguments) {
        ("missing-attribute", [name]) if *name == element => {
            format!("`{name}`에는 특성이 하나 이상 필요합니다.")
        }
        ("missing-attribute", [name]) => format!("필수 특성 `{name}`이(가) 없습니다."),
        ("missing-attribute", [_, _, ..]) => format!("다음 특성 중 하나가 필요합니다: {}.", list(arguments)),
        ("refused-header", [name]) => {
            format!("헤더 `{name}`은(는) 변경할 수 없습니다. 게이트웨이가 연결마다 설정합니다.")
        }
        ("undeclared-attribute", [name]) => format!("`{element}`에는 특성 `{name}`이(가) 없습니다."),
        ("unsupported-attribute", [name]) => format!("특성 `{name}`은(는) 아직 지원하지 않습니다."),
        _ => return None,
    })
}

/// The value of an attribute isn't right.
fn of_value(problem: &PolicyProblem, arguments: &[&str]) -> Option<String> {
    if problem.code != "invalid-value" {
        return None;
    }
    // What is quoted is either the attribute or its value, which is what is underlined.
    let is_value = |text: &str| problem.excerpt.contains(text);
    Some(match arguments {
        [name, "true", "false"] => format!("`{name}`의 값은 `true` 또는 `false`여야 합니다."),
        [value, from, to] if is_number(from) && is_number(to) && is_value(value) => {
            format!("`{value}`은(는) 올바른 값이 아닙니다. {from}~{to} 사이의 정수를 입력하세요.")
        }
        [name, from, to] if is_number(from) && is_number(to) => {
            format!("`{name}`의 값은 {from}~{to} 사이의 정수여야 합니다.")
        }
        [digits, found] if is_number(digits) && is_number(found) => {
            format!("지문은 16진수 {digits}자리여야 하지만 {found}자리입니다.")
        }
        [digits, wrong] if is_number(digits) => {
            format!("지문은 16진수 {digits}자리입니다. `{wrong}`은(는) 사용할 수 없습니다.")
        }
        [name, value, _, ..] if is_value(value) => {
            let values = list(arguments.get(2..).unwrap_or_default());
            format!("`{name}`에 `{value}`을(를) 사용할 수 없습니다. 사용할 수 있는 값: {values}.")
        }
        [value] if is_value(value) => format!("`{value}`은(는) 올바른 값이 아닙니다."),
        _ => return None,
    })
}

/// An expression isn't right.
fn of_expression(code: &str, arguments: &[&str]) -> Option<String> {
    Some(match (code, arguments) {
        ("duplicate-name", [name]) => format!("`{name}`이(가) 이미 선언되어 있습니다."),
        ("expression-syntax", ["}", "}}"]) => {
            "보간된 문자열에서 `}` 문자는 `}}`로 작성해야 합니다.".to_owned()
        }
        ("expression-syntax", [expected, found]) => {
            format!("`{expected}`이(가) 필요한 위치에 `{found}`이(가) 있습니다.")
        }
        ("read-only", [name]) => format!("`{name}`에는 값을 대입할 수 없습니다."),
        ("unclosed-expression", []) => {
            "여기서 시작하는 문자열, 문자 또는 주석이 닫히지 않았습니다.".to_owned()
        }
        ("unclosed-expression", [bracket]) => {
            format!("식이 끝나지 않았습니다. 여는 괄호 `{bracket}`이(가) 닫히지 않았습니다.")
        }
        ("unclosed-expression", [found, expected]) => {
            format!("식에서 `{expected}`이(가) 필요한 위치에 `{found}`이(가) 있습니다.")
        }
        ("unknown-member", [class, name]) => format!("형식 `{class}`에 멤버 `{name}`이(가) 없습니다."),
        ("unknown-name", [name]) => format!("`{name}`은(는) 선언되지 않은 이름입니다."),
        ("unknown-type", [name]) => format!("형식 `{name}`은(는) 정책 식에서 사용할 수 없습니다."),
        ("unsupported-expression", [what]) => format!("`{what}`은(는) 식에서 아직 지원하지 않습니다."),
        ("wrong-argument-count", [name, count]) if is_number(count) => {
            format!("`{name}`은(는) 인수 {count}개로 호출할 수 없습니다.")
        }
        ("wrong-argument-count", [name, argument]) => format!("`{name}`에 인수 `{argument}`이(가) 없습니다."),
        ("wrong-argument-count", [count]) if is_number(count) => format!("인수 {count}개가 필요합니다."),
        ("wrong-type", [operator, operands @ ..]) if is_operator(operator) && !operands.is_empty() => {
            format!("연산자 `{operator}`은(는) {}에 적용할 수 없습니다.", list(operands))
        }
        _ => return None,
    })
}

/// Something is named that isn't there.
fn of_reference(code: &str, arguments: &[&str]) -> Option<String> {
    Some(match (code, arguments) {
        ("unknown-certificate", [name]) => format!("업로드된 인증서 중에 `{name}`이(가) 없습니다."),
        ("unknown-fragment", [id]) => format!("정책 조각 `{id}`이(가) 없습니다."),
        ("unknown-named-value", [name]) => format!("명명된 값 `{name}`이(가) 없습니다."),
        ("unknown-parameter", [name]) => {
            format!(
                "매개 변수 `{name}`은(는) 작업의 URL 템플릿에 없습니다. 템플릿의 매개 변수만 사용할 수 있습니다."
            )
        }
        _ => return None,
    })
}

/// Names one after the other, each as code.
pub(super) fn list(names: &[&str]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_operator(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_punctuation())
}
