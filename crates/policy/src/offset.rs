//! `DateTimeOffset`: a time of some place on earth, and reading times from text.

use crate::datetime::{
    self, Date, DateTime, TICKS_PER_DAY, TICKS_PER_HOUR, TICKS_PER_MINUTE, TICKS_PER_SECOND, TimeSpan,
};
use crate::datetime_format;

/// A time as clocks show it somewhere, and by how much they are ahead of UTC.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Offset {
    pub(crate) local: DateTime,
    pub(crate) ahead: TimeSpan,
}

impl Offset {
    pub(crate) fn utc_of(time: DateTime) -> Self {
        Self { local: time, ahead: TimeSpan(0) }
    }

    /// The same moment in UTC; at the ends of time, the nearest there is.
    pub(crate) fn utc(self) -> DateTime {
        self.local.plus(self.ahead.0.saturating_neg()).unwrap_or(self.local)
    }

    pub(crate) fn plus(self, ticks: i64) -> Option<Self> {
        Some(Self { local: self.local.plus(ticks)?, ..self })
    }

    pub(crate) fn unix_ms(self) -> i64 {
        self.utc().unix_ticks().div_euclid(datetime::TICKS_PER_MS)
    }

    /// The text in a format of .NET; none if the format is none.
    pub(crate) fn format(self, format: &str) -> Option<String> {
        if matches!(format, "r" | "R" | "u") {
            return datetime_format::format(self.utc(), format);
        }
        let pattern = if format.is_empty() { "MM/dd/yyyy HH:mm:ss zzz" } else { format };
        datetime_format::format_with(self.local, pattern, Some(self.ahead))
    }
}

/// A time as `DateTime.Parse` reads it: ISO 8601, RFC 9110 dates and `month/day/year`; the offset if one is written.
pub(crate) fn parse(text: &str) -> Option<(DateTime, Option<TimeSpan>)> {
    let text = text.trim();
    internet_date(text).or_else(|| numeric(text))
}

/// `Fri, 03 Mar 2017 14:05:06 GMT`.
fn internet_date(text: &str) -> Option<(DateTime, Option<TimeSpan>)> {
    let (_, rest) = text.split_once(',')?;
    let mut words = rest.split_whitespace();
    let day = words.next()?.parse().ok()?;
    let month = datetime_format::month_named(words.next()?)?;
    let year = words.next()?.parse().ok()?;
    let time = words.next().map_or(Some(0), clock)?;
    let zone = words.next().map(zone).map_or(Some(None), |zone| zone.map(Some))?;
    Some((DateTime::of_day(Date { year, month, day })?.plus(time)?, zone))
}

fn numeric(text: &str) -> Option<(DateTime, Option<TimeSpan>)> {
    let end = text.find(['T', 't', ' ']).unwrap_or(text.len());
    let (date, rest) = (text.get(..end)?, text.get(end..)?.trim_start_matches(['T', 't', ' ']));
    let date = date_of(date)?;
    let (rest, afternoon) = match rest.rsplit_once(' ') {
        Some((rest, "PM" | "pm")) => (rest, Some(true)),
        Some((rest, "AM" | "am")) => (rest, Some(false)),
        _ => (rest, None),
    };
    let mark = rest.find(['Z', 'z', '+', '-']).unwrap_or(rest.len());
    let (time, zone_text) = (rest.get(..mark)?.trim(), rest.get(mark..)?);
    let mut ticks = if time.is_empty() { 0 } else { clock(time)? };
    match afternoon {
        Some(true) if ticks < 12 * TICKS_PER_HOUR => ticks += 12 * TICKS_PER_HOUR,
        Some(false) if ticks >= 12 * TICKS_PER_HOUR => ticks -= 12 * TICKS_PER_HOUR,
        _ => {}
    }
    let offset = if zone_text.is_empty() { None } else { Some(zone(zone_text)?) };
    Some((DateTime::of_day(date)?.plus(ticks)?, offset))
}

fn date_of(text: &str) -> Option<Date> {
    let (separator, is_iso) = if text.contains('-') { ('-', true) } else { ('/', false) };
    let mut parts = text.split(separator);
    let (one, two, three) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let number =
        |text: &str| text.parse::<i64>().ok().filter(|_| text.bytes().all(|digit| digit.is_ascii_digit()));
    match (is_iso, one.len() == 4) {
        (true, _) | (false, true) => {
            Some(Date { year: number(one)?, month: number(two)?, day: number(three)? })
        }
        (false, false) => Some(Date { year: number(three)?, month: number(one)?, day: number(two)? }),
    }
}

/// `hh:mm[:ss[.fffffff]]` in ticks.
fn clock(text: &str) -> Option<i64> {
    let mut parts = text.split(':');
    let hours: i64 = parts.next()?.parse().ok()?;
    let minutes: i64 = parts.next()?.parse().ok()?;
    let seconds = parts.next().unwrap_or("0");
    let (seconds, fraction) = seconds.split_once('.').unwrap_or((seconds, "0"));
    let seconds: i64 = seconds.parse().ok()?;
    let fraction: i64 = format!("{fraction:0<7}").get(..7)?.parse().ok()?;
    let known = (0..24).contains(&hours) && (0..60).contains(&minutes) && (0..60).contains(&seconds);
    (known && parts.next().is_none())
        .then(|| hours * TICKS_PER_HOUR + minutes * TICKS_PER_MINUTE + seconds * TICKS_PER_SECOND + fraction)
}

fn zone(text: &str) -> Option<TimeSpan> {
    if matches!(text, "Z" | "z" | "GMT" | "UTC") {
        return Some(TimeSpan(0));
    }
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+')?),
    };
    let digits: String = rest.chars().filter(char::is_ascii_digit).collect();
    let hours: i64 = digits.get(..2)?.parse().ok()?;
    let minutes: i64 =
        digits.get(2..).filter(|rest| !rest.is_empty()).map_or(Some(0), |rest| rest.parse().ok())?;
    (hours <= 14 && minutes < 60)
        .then(|| TimeSpan(sign * (hours * TICKS_PER_HOUR + minutes * TICKS_PER_MINUTE)))
}

/// `[-][d.]hh:mm[:ss[.fffffff]]`, or whole days.
pub(crate) fn parse_span(text: &str) -> Option<TimeSpan> {
    let text = text.trim();
    let (sign, text) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let Some((first, _)) = text.split_once(':') else {
        let days: i64 = text.parse().ok()?;
        return days.checked_mul(TICKS_PER_DAY).map(|ticks| TimeSpan(sign * ticks));
    };
    let (days, time) = match first.split_once('.') {
        Some((days, _)) => (days.parse::<i64>().ok()?, text.get(days.len() + 1..)?),
        None => (0, text),
    };
    let ticks = days.checked_mul(TICKS_PER_DAY)?.checked_add(clock(time)?)?;
    Some(TimeSpan(sign * ticks))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_in_the_forms_that_stand_in_messages() {
        for (text, printed) in [
            ("2017-03-03T14:05:06Z", "2017-03-03T14:05:06.0000000Z"),
            ("2017-03-03T14:05:06.123+02:00", "2017-03-03T12:05:06.1230000Z"),
            ("2017-03-03", "2017-03-03T00:00:00.0000000Z"),
            ("03/04/2017 2:05:06 PM", "2017-03-04T14:05:06.0000000Z"),
            ("Fri, 03 Mar 2017 14:05:06 GMT", "2017-03-03T14:05:06.0000000Z"),
        ] {
            let (local, ahead) = parse(text).unwrap_or_else(|| panic!("{text}"));
            let utc = Offset { local, ahead: ahead.unwrap_or(TimeSpan(0)) }.utc();
            assert_eq!(datetime_format::format(utc, "o").as_deref(), Some(printed), "{text}");
        }
        for wrong in ["", "x", "2017-13-01", "2017-02-30", "12:61", "2017-01-01T25:00"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn spans_are_read_as_they_are_printed() {
        for text in ["00:00:05", "1.02:03:04.5000000", "-00:30:00"] {
            assert_eq!(parse_span(text).map(TimeSpan::text).as_deref(), Some(text));
        }
        assert_eq!(parse_span("2").map(TimeSpan::text).as_deref(), Some("2.00:00:00"));
        assert_eq!(parse_span("soon"), None);
    }
}
