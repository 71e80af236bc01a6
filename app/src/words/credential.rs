//! What a gateway shows to a backend, in words.

use time::OffsetDateTime;

use domain::certificate::{CertificateChoice, Status};
use domain::credential::Credential;
use domain::language::Language;

use crate::components::thumbprint::last_four;
use crate::words::dates;

/// The kind of credential, as the dropdown "With credentials" calls it.
#[must_use]
pub fn kind(credential: &Credential, l: Language) -> &'static str {
    match credential {
        Credential::Basic { .. } => l.say("Basic", "기본 인증"),
        Credential::Certificate(_) | Credential::CertificateByThumbprint(_) => {
            l.say("Client certificates", "클라이언트 인증서")
        }
        Credential::None => l.say("None", "없음"),
    }
}

/// A certificate as one line of a dropdown: `partner (…C0DE), expires 2027-03-01 UTC`.
#[must_use]
pub fn choice(choice: &CertificateChoice, now: OffsetDateTime, l: Language) -> String {
    let name = format!("{} ({})", choice.common_name, last_four(&choice.thumbprint));
    let day = dates::day(choice.not_after);
    match Status::at(now, choice.not_before, choice.not_after) {
        Status::Expired => l.say(format!("{name}, expired {day}"), format!("{name}, {day} 만료됨")),
        Status::Expiring => {
            let left = dates::distance(now, choice.not_after, l);
            l.say(format!("{name}, expires {day} ({left})"), format!("{name}, {day} 만료 예정({left})"))
        }
        Status::NotYetValid => {
            let from = dates::day(choice.not_before);
            l.say(
                format!("{name}, not valid before {from}, expires {day}"),
                format!("{name}, {from}부터 유효, {day} 만료"),
            )
        }
        Status::Valid => l.say(format!("{name}, expires {day}"), format!("{name}, {day} 만료")),
    }
}

#[cfg(test)]
mod tests {
    use time::OffsetDateTime;
    use time::macros::datetime;

    use super::choice;
    use domain::certificate::CertificateChoice;
    use domain::language::Language;

    #[test]
    fn a_line_says_the_name_the_last_four_digits_and_the_end_of_the_validity() {
        let now = datetime!(2030-01-01 0:00 UTC);
        let line = |from: OffsetDateTime, to: OffsetDateTime, l| {
            let certificate = CertificateChoice {
                id: "partner".parse().unwrap(),
                name: "Partner".parse().unwrap(),
                common_name: "partner.example".to_owned(),
                thumbprint: "A909502DD82AE41433E6F83886B00D427732C0DE".parse().unwrap(),
                not_before: from,
                not_after: to,
            };
            choice(&certificate, now, l)
        };
        let (early, late) = (datetime!(2029-01-01 0:00 UTC), datetime!(2031-01-01 0:00 UTC));
        let said = |from, to| line(from, to, Language::English);
        assert_eq!(said(early, late), "partner.example (…C0DE), expires 2031-01-01 UTC");
        assert_eq!(
            said(early, datetime!(2029-06-01 0:00 UTC)),
            "partner.example (…C0DE), expired 2029-06-01 UTC"
        );
        assert_eq!(
            said(early, datetime!(2030-01-13 0:00 UTC)),
            "partner.example (…C0DE), expires 2030-01-13 UTC (in 12 days)"
        );
        assert_eq!(
            said(datetime!(2030-02-01 0:00 UTC), late),
            "partner.example (…C0DE), not valid before 2030-02-01 UTC, expires 2031-01-01 UTC"
        );
        assert_eq!(
            line(early, datetime!(2029-06-01 0:00 UTC), Language::Korean),
            "partner.example (…C0DE), 2029-06-01 UTC 만료됨"
        );
    }
}
