//! Times and distances in words: the one place where a time becomes text.

use time::format_description::well_known::Rfc3339;
use time::macros::format_description;
use time::{OffsetDateTime, UtcOffset};

use domain::language::Language;

/// `2027-03-01 UTC`. Where it stands on a page, [`crate::components::when`] or [`crate::components::field::Choice::at`]
/// puts the reader's own zone in its place.
#[must_use]
pub fn day(at: OffsetDateTime) -> String {
    at.to_offset(UtcOffset::UTC).format(format_description!("[year]-[month]-[day] UTC")).unwrap_or_default()
}

/// `2027-03-01 09:30 UTC`, otherwise as [`day`].
#[must_use]
pub fn moment(at: OffsetDateTime) -> String {
    at.to_offset(UtcOffset::UTC)
        .format(format_description!("[year]-[month]-[day] [hour]:[minute] UTC"))
        .unwrap_or_default()
}

/// The machine's writing for the attribute `datetime` (RFC 3339).
#[must_use]
pub fn machine(at: OffsetDateTime) -> String {
    at.replace_nanosecond(0).unwrap_or(at).format(&Rfc3339).unwrap_or_default()
}

/// How far away a time is: `in 12 days`, `3 hours ago`.
#[must_use]
pub fn distance(now: OffsetDateTime, at: OffsetDateTime, l: Language) -> String {
    let (days, hours, minutes) = {
        let apart = (at - now).abs();
        (apart.whole_days(), apart.whole_hours(), apart.whole_minutes())
    };
    let amount = if days >= 730 {
        l.say(format!("{} years", days / 365), format!("{}년", days / 365))
    } else if days >= 1 {
        l.say(counted(days, "day"), format!("{days}일"))
    } else if hours >= 1 {
        l.say(counted(hours, "hour"), format!("{hours}시간"))
    } else if minutes >= 1 {
        l.say(counted(minutes, "minute"), format!("{minutes}분"))
    } else {
        return l.say("now", "방금").to_owned();
    };
    if at > now {
        l.say(format!("in {amount}"), format!("{amount} 후"))
    } else {
        l.say(format!("{amount} ago"), format!("{amount} 전"))
    }
}

/// `1 day`, `2 days`.
#[must_use]
pub fn counted(count: i64, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

/// `1,204`.
#[must_use]
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::{day, distance, grouped, machine, moment};
    use domain::language::Language;

    #[test]
    fn distances_are_said_in_the_largest_unit_that_fits() {
        let now = datetime!(2030-01-01 12:00 UTC);
        let said = |at| (distance(now, at, Language::English), distance(now, at, Language::Korean));
        assert_eq!(said(datetime!(2030-01-13 12:00 UTC)), ("in 12 days".into(), "12일 후".into()));
        assert_eq!(said(datetime!(2030-01-01 11:00 UTC)), ("1 hour ago".into(), "1시간 전".into()));
        assert_eq!(said(datetime!(2040-01-01 12:00 UTC)), ("in 10 years".into(), "10년 후".into()));
        assert_eq!(said(now), ("now".into(), "방금".into()));
    }

    #[test]
    fn long_numbers_are_grouped_by_thousands() {
        assert_eq!([0, 999, 1204, 1_000_000].map(grouped), ["0", "999", "1,204", "1,000,000"]);
    }

    #[test]
    fn times_are_written_in_utc_for_people_and_for_machines() {
        let at = datetime!(2027-03-01 9:30:05.25 UTC);
        assert_eq!((day(at).as_str(), machine(at).as_str()), ("2027-03-01 UTC", "2027-03-01T09:30:05Z"));
        assert_eq!(moment(at), "2027-03-01 09:30 UTC");
        assert_eq!(moment(datetime!(2027-03-02 2:30 +9)), "2027-03-01 17:30 UTC");
    }
}
