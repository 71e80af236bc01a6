//! What is wrong with an operation's method or URL template.

use domain::language::Language;
use domain::template::{MethodError, TemplateError};

/// What is wrong with a method.
#[must_use]
pub fn method(error: &MethodError, l: Language) -> &'static str {
    match error {
        MethodError::BadCharacter => l.say(
            "A method is one word without spaces, such as GET or M-SEARCH. Enter * for any method.",
            "메서드는 GET, M-SEARCH처럼 공백 없는 한 단어입니다. 모든 메서드는 *로 입력하세요.",
        ),
        MethodError::Empty => {
            l.say("Enter a method, or * for any.", "메서드를 입력하세요. 모든 메서드는 *로 입력합니다.")
        }
        MethodError::TooLong => l.say("A method has at most 40 characters.", "메서드는 최대 40자입니다."),
    }
}

/// What is wrong with a URL template.
#[must_use]
pub fn template(error: &TemplateError, l: Language) -> String {
    let text = match error {
        TemplateError::BadCharacter { part } => {
            return l.say(
                format!("The path segment \u{201c}{part}\u{201d} is not valid. Percent-encode spaces and special characters, and remove encoded slashes."),
                format!("경로에 ‘{part}’을(를) 사용할 수 없습니다. 공백과 특수 문자는 퍼센트 인코딩하고, 인코딩된 슬래시는 제거하세요."),
            );
        }
        TemplateError::BadName { name } => {
            return l.say(
                format!("\u{201c}{name}\u{201d} is not a valid parameter name. Begin with a letter and use letters, digits, _ and -."),
                format!("‘{name}’은(는) 매개 변수 이름으로 쓸 수 없습니다. 이름은 문자로 시작하고 문자, 숫자, _, -로 이루어집니다."),
            );
        }
        TemplateError::PartOfAPart { part } => {
            return l.say(
                format!("A parameter must be a whole path segment, as in /orders/{{id}}. In \u{201c}{part}\u{201d} it is only a part of one."),
                format!("매개 변수는 /orders/{{id}}처럼 세그먼트 전체여야 합니다. ‘{part}’에서는 일부입니다."),
            );
        }
        TemplateError::Twice { name } => {
            return l.say(
                format!("The parameter \u{201c}{name}\u{201d} is used twice. Use different names."),
                format!("매개 변수 ‘{name}’이(가) 두 번 있습니다. 서로 다른 이름을 사용하세요."),
            );
        }
        TemplateError::Dots => {
            l.say("A URL template can't contain the segments . and .. .", "URL 템플릿에 . 또는 .. 세그먼트를 사용할 수 없습니다.")
        }
        TemplateError::EmptyPart => {
            l.say("Remove one of the two consecutive slashes.", "슬래시가 연속으로 있습니다. 하나를 제거하세요.")
        }
        TemplateError::Query => l.say(
            "A URL template is only a path. Remove everything from ? or # on. Requests with a query match too.",
            "URL 템플릿은 경로만 나타냅니다. ? 또는 # 이후 부분을 제거하세요. 쿼리가 있는 요청도 일치합니다.",
        ),
        TemplateError::TooLong => {
            l.say("A URL template has at most 400 characters.", "URL 템플릿은 최대 400자입니다.")
        }
        TemplateError::TooManyParts => {
            l.say("A URL template has at most 32 segments.", "URL 템플릿에는 세그먼트를 최대 32개까지 사용할 수 있습니다.")
        }
        TemplateError::WildcardNotLast => l.say(
            "* and {*name} match the rest of the path, so they must be the last segment.",
            "*와 {*name}은 경로의 나머지 전체와 일치하므로 마지막 세그먼트에만 사용할 수 있습니다.",
        ),
    };
    text.to_owned()
}
