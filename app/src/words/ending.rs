//! What is said of a certificate in use that backends refuse now or soon.

use domain::certificate::{EndingCertificate, Status};
use domain::language::Language;
use time::OffsetDateTime;

use crate::words::dates;

/// What happens, and what to do.
#[must_use]
pub fn sentence(one: &EndingCertificate, now: OffsetDateTime, l: Language) -> String {
    let name = &one.name;
    match one.status(now) {
        Status::Expired => l.say(
            format!("The client certificate \u{201c}{name}\u{201d} has expired. Backends refuse it. Replace it with a renewed one."),
            format!("클라이언트 인증서 ‘{name}’이(가) 만료되어 백 엔드에서 거부됩니다. 갱신된 인증서로 교체하세요."),
        ),
        Status::NotYetValid => {
            let wait = dates::distance(now, one.not_before, l);
            l.say(
                format!("The client certificate \u{201c}{name}\u{201d} is not valid yet: its validity begins {wait}. Until then backends refuse it."),
                format!("클라이언트 인증서 ‘{name}’의 유효 기간이 아직 시작되지 않았습니다({wait} 시작). 그 전에는 백 엔드에서 거부됩니다."),
            )
        }
        Status::Expiring | Status::Valid => {
            let left = dates::distance(now, one.not_after, l);
            l.say(
                format!("The client certificate \u{201c}{name}\u{201d} expires {left}. Replace it before then."),
                format!("클라이언트 인증서 ‘{name}’이(가) {left} 만료됩니다. 그 전에 교체하세요."),
            )
        }
    }
}

/// The sentences of all, as one text.
#[must_use]
pub fn all(found: &[EndingCertificate], now: OffsetDateTime, l: Language) -> String {
    found.iter().map(|one| sentence(one, now, l)).collect::<Vec<_>>().join(" ")
}
