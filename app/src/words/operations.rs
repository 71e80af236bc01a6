//! What is wrong with an operation's method or URL template.

use domain::language::Language;
use domain::template::{MethodError, TemplateError};

/// What is wrong with a method.
#[must_use]
pub fn method(error: &MethodError, l: Language) -> &'static str {
    match error {
        MethodError::BadCharacter => l.say(
            "A method is one word, such as GET or M-SEARCH, without blanks. For any method enter *.",
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
                format!("A path can't have the part \u{201c}{part}\u{201d}. Percent-encode blanks and other characters; leave out encoded slashes."),
                format!("경로에 ‘{part}’ 부분을 쓸 수 없습니다. 공백과 특수 문자는 퍼센트 인코딩하고, 인코딩한 슬래시는 빼세요."),
            );
        }
        TemplateError::BadName { name } => {
            return l.say(
                format!("\u{201c}{name}\u{201d} can't be a parameter's name: it begins with a letter and has letters, digits, _ and -."),
                format!("‘{name}’은(는) 매개 변수 이름으로 쓸 수 없습니다. 이름은 문자로 시작하고 문자, 숫자, _, -로 이루어집니다."),
            );
        }
        TemplateError::PartOfAPart { part } => {
            return l.say(
                format!("A parameter takes a whole part between slashes, as in /orders/{{id}}; here it is only a piece of \u{201c}{part}\u{201d}."),
                format!("매개 변수는 /orders/{{id}}처럼 슬래시 사이 전체를 차지해야 합니다. ‘{part}’에서는 일부일 뿐입니다."),
            );
        }
        TemplateError::Twice { name } => {
            return l.say(
                format!("The parameter \u{201c}{name}\u{201d} is there twice. Give each its own name."),
                format!("매개 변수 ‘{name}’이(가) 두 번 있습니다. 서로 다른 이름을 쓰세요."),
            );
        }
        TemplateError::Dots => {
            l.say("The parts . and .. can't be in a URL template.", "URL 템플릿에 . 이나 .. 부분을 쓸 수 없습니다.")
        }
        TemplateError::EmptyPart => {
            l.say("Two slashes follow each other. Leave one out.", "슬래시가 연달아 있습니다. 하나를 빼세요.")
        }
        TemplateError::Query => l.say(
            "A URL template is only a path: leave out everything from ? or # on. Calls with a query match all the same.",
            "URL 템플릿은 경로만 나타냅니다. ? 또는 # 이후 부분은 빼세요. 쿼리가 있는 호출도 일치합니다.",
        ),
        TemplateError::TooLong => {
            l.say("A URL template has at most 400 characters.", "URL 템플릿은 최대 400자입니다.")
        }
        TemplateError::TooManyParts => {
            l.say("A URL template has at most 32 parts.", "URL 템플릿은 최대 32개 부분으로 이루어집니다.")
        }
        TemplateError::WildcardNotLast => l.say(
            "* and {*name} take the rest of a path, so they can only be the last part.",
            "*와 {*name}은 경로의 나머지 전체와 일치하므로 마지막 부분에만 쓸 수 있습니다.",
        ),
    };
    text.to_owned()
}
