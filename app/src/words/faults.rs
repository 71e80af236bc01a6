//! What can't be used, in words.

use domain::fault::{Fault, Item};
use domain::language::Language;

/// What it is and what that means, without the reason.
#[must_use]
pub fn sentence(item: &Item, l: Language) -> String {
    match item {
        Item::AllApis => l.say(
            "The policy of all APIs can't be used: all requests get 500.".to_owned(),
            "모든 API의 정책을 사용할 수 없어 모든 API가 500으로 응답합니다.".to_owned(),
        ),
        Item::Api { name, .. } | Item::UnknownApi { name, .. } => l.say(
            format!("The API \u{201c}{name}\u{201d} can't be used: its requests get 500."),
            format!("API ‘{name}’을(를) 사용할 수 없어 500으로 응답합니다."),
        ),
        Item::Authority(id) => l.say(
            format!("The CA certificate \u{201c}{id}\u{201d} can't be used: certificates issued by this CA are not trusted."),
            format!("CA 인증서 ‘{id}’을(를) 사용할 수 없어 이 CA가 발급한 인증서를 신뢰하지 않습니다."),
        ),
        Item::Certificate(id) => l.say(
            format!(
                "The client certificate \u{201c}{id}\u{201d} can't be used: requests that need it get 500."
            ),
            format!("클라이언트 인증서 ‘{id}’을(를) 사용할 수 없어 필요한 요청에 500으로 응답합니다."),
        ),
        Item::Fragment(id) => l.say(
            format!(
                "The policy fragment \u{201c}{id}\u{201d} can't be used, nor can policies that include it."
            ),
            format!("정책 조각 ‘{id}’와(과) 이를 포함하는 정책을 사용할 수 없습니다."),
        ),
        Item::NamedValue(name) => l.say(
            format!("The named value \u{201c}{name}\u{201d} can't be used, nor can policies that use it."),
            format!("명명된 값 ‘{name}’와(과) 이를 사용하는 정책을 사용할 수 없습니다."),
        ),
    }
}

/// The same of several, with their reasons, for a notice.
#[must_use]
pub fn all(faults: &[Fault], l: Language) -> String {
    let one = |fault: &Fault| format!("{} ({})", sentence(&fault.item, l), fault.reason);
    let mut shown: Vec<String> = faults.iter().take(SHOWN).map(one).collect();
    if let Some(more) = faults.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        shown.push(l.say(format!("And {more} more."), format!("그 외 {more}개.")));
    }
    shown.join(" ")
}

const SHOWN: usize = 3;
