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
        Status::Expired => {
            let on = dates::date(one.not_after);
            l.say(
                format!("The client certificate \u{201c}{name}\u{201d} expired on {on} (UTC). Backends refuse it. Replace it with a renewed one."),
                format!("클라이언트 인증서 ‘{name}’이(가) {on}(UTC)에 만료되어 백 엔드에서 거부됩니다. 갱신된 인증서로 교체하세요."),
            )
        }
        Status::NotYetValid => {
            let on = dates::date_time(one.not_before);
            l.say(
                format!("The client certificate \u{201c}{name}\u{201d} is not valid before {on} UTC. Until then backends refuse it."),
                format!("클라이언트 인증서 ‘{name}’은(는) {on}(UTC)부터 유효합니다. 그 전에는 백 엔드에서 거부됩니다."),
            )
        }
        Status::Expiring | Status::Valid => {
            let (on, left) = (dates::date(one.not_after), dates::distance(now, one.not_after, l));
            l.say(
                format!("The client certificate \u{201c}{name}\u{201d} expires on {on} (UTC), {left}. Replace it before then."),
                format!("클라이언트 인증서 ‘{name}’이(가) {on}(UTC)에 만료됩니다({left}). 그 전에 교체하세요."),
            )
        }
    }
}

/// The sentences of all, as one text.
#[must_use]
pub fn all(found: &[EndingCertificate], now: OffsetDateTime, l: Language) -> String {
    found.iter().map(|one| sentence(one, now, l)).collect::<Vec<_>>().join(" ")
}
