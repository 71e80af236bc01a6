//! Points in time and spans as .NET counts them: ticks of 100 nanoseconds from the year 1.

/// A point in time, `TICKS_PER_SECOND` ticks a second since 0001-01-01 00:00.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct DateTime(pub(crate) i64);

/// A length of time in ticks.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct TimeSpan(pub(crate) i64);

/// Year, month, day; the month from 1.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Date {
    pub(crate) year: i64,
    pub(crate) month: i64,
    pub(crate) day: i64,
}

impl DateTime {
    pub(crate) const MIN: Self = Self(0);
    /// The last tick of the year 9999.
    pub(crate) const MAX: Self = Self(3_155_378_975_999_999_999);

    /// A time beyond what .NET can say becomes the first or last it can.
    pub(crate) fn from_unix_ms(ms: i64) -> Self {
        Self(ms.saturating_mul(TICKS_PER_MS).saturating_add(UNIX_EPOCH)).clamped()
    }

    /// Since 1970.
    pub(crate) fn unix_ticks(self) -> i64 {
        self.0 - UNIX_EPOCH
    }

    pub(crate) fn from_unix_s(seconds: i64) -> Self {
        Self::from_unix_ms(seconds.saturating_mul(1000))
    }

    /// None if the sum is before the year 1 or after 9999.
    pub(crate) fn plus(self, ticks: i64) -> Option<Self> {
        let sum = Self(self.0.checked_add(ticks)?);
        (sum == sum.clamped()).then_some(sum)
    }

    /// A day that the month doesn't have becomes its last.
    pub(crate) fn plus_months(self, months: i64) -> Option<Self> {
        let date = self.date();
        let count = date.year.checked_mul(12)?.checked_add(date.month - 1)?.checked_add(months)?;
        let (year, month) = (count.div_euclid(12), count.rem_euclid(12) + 1);
        if !(1..=9999).contains(&year) {
            return None;
        }
        let day = date.day.min(days_in_month(year, month));
        Some(Self(day_number(Date { year, month, day }) * TICKS_PER_DAY + self.time_of_day().0))
    }

    pub(crate) fn of_day(date: Date) -> Option<Self> {
        let known = (1..=9999).contains(&date.year)
            && (1..=12).contains(&date.month)
            && (1..=days_in_month(date.year, date.month)).contains(&date.day);
        known.then(|| Self(day_number(date) * TICKS_PER_DAY))
    }

    pub(crate) fn midnight(self) -> Self {
        Self(self.0 - self.0.rem_euclid(TICKS_PER_DAY))
    }

    pub(crate) fn time_of_day(self) -> TimeSpan {
        TimeSpan(self.0.rem_euclid(TICKS_PER_DAY))
    }

    /// 0 is Sunday.
    pub(crate) fn day_of_week(self) -> i64 {
        (self.0.div_euclid(TICKS_PER_DAY) + 1).rem_euclid(7)
    }

    /// From 1.
    pub(crate) fn day_of_year(self) -> i64 {
        let first = Date { year: self.date().year, month: 1, day: 1 };
        self.0.div_euclid(TICKS_PER_DAY) - day_number(first) + 1
    }

    /// By way of years that begin in March, so that the leap day is the last.
    pub(crate) fn date(self) -> Date {
        let days = self.0.div_euclid(TICKS_PER_DAY) + DAYS_FROM_MARCH;
        let era = days.div_euclid(DAYS_PER_ERA);
        let day_of_era = days.rem_euclid(DAYS_PER_ERA);
        let leaps = day_of_era / 1460 - day_of_era / 36_524 + day_of_era / 146_096;
        let year_of_era = (day_of_era - leaps) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * shifted + 2) / 5 + 1;
        let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        Date { year, month, day }
    }

    fn clamped(self) -> Self {
        self.clamp(Self::MIN, Self::MAX)
    }
}

impl TimeSpan {
    /// One part of the span, such as its minutes without the whole hours.
    pub(crate) fn part(self, unit: i64, of: i64) -> i64 {
        (self.0 / unit) % of
    }

    #[expect(clippy::cast_precision_loss, reason = "as .NET does")]
    pub(crate) fn total(self, unit: i64) -> f64 {
        self.0 as f64 / unit as f64
    }

    /// As .NET's `c`: `[-][d.]hh:mm:ss[.fffffff]`.
    pub(crate) fn text(self) -> String {
        let ticks = self.0.unsigned_abs();
        let unit = |ticks_of_unit: i64| ticks / ticks_of_unit.unsigned_abs();
        let sign = if self.0 < 0 { "-" } else { "" };
        let days = match unit(TICKS_PER_DAY) {
            0 => String::new(),
            days => format!("{days}."),
        };
        let fraction = match ticks % TICKS_PER_SECOND.unsigned_abs() {
            0 => String::new(),
            ticks => format!(".{ticks:07}"),
        };
        let (hours, minutes) = (unit(TICKS_PER_HOUR) % 24, unit(TICKS_PER_MINUTE) % 60);
        format!("{sign}{days}{hours:02}:{minutes:02}:{:02}{fraction}", unit(TICKS_PER_SECOND) % 60)
    }
}

impl TimeSpan {
    /// The text in a format of .NET: `c`, `g`, `G` or a pattern such as `hh\:mm`; none if the format is none.
    pub(crate) fn format(self, format: &str) -> Option<String> {
        if matches!(format, "c" | "t" | "T") {
            return Some(self.text());
        }
        if matches!(format, "g" | "G") {
            let (hours, minutes) =
                (self.part(TICKS_PER_HOUR, 24).abs(), self.part(TICKS_PER_MINUTE, 60).abs());
            let seconds = self.part(TICKS_PER_SECOND, 60).abs();
            let (sign, days) = (if self.0 < 0 { "-" } else { "" }, self.part(TICKS_PER_DAY, i64::MAX).abs());
            return Some(match (format, days) {
                ("g", 0) => format!("{sign}{hours}:{minutes:02}:{seconds:02}"),
                ("g", days) => format!("{sign}{days}:{hours}:{minutes:02}:{seconds:02}"),
                (_, days) => {
                    format!(
                        "{sign}{days}:{hours:02}:{minutes:02}:{seconds:02}.{:07}",
                        self.0.abs() % TICKS_PER_SECOND
                    )
                }
            });
        }
        let mut text = String::new();
        let mut rest = format;
        while let Some(first) = rest.chars().next() {
            let run = rest.len() - rest.trim_start_matches(first).len();
            let mut taken = run;
            let number = match first {
                'd' => Some(self.part(TICKS_PER_DAY, i64::MAX)),
                'h' => Some(self.part(TICKS_PER_HOUR, 24)),
                'm' => Some(self.part(TICKS_PER_MINUTE, 60)),
                's' => Some(self.part(TICKS_PER_SECOND, 60)),
                _ => None,
            };
            match (first, number) {
                (_, Some(number)) => text.push_str(&format!("{:01$}", number.abs(), run.min(20))),
                ('f', None) => push_fraction(&mut text, self.0.abs() % TICKS_PER_SECOND, 'f', run)?,
                ('\\', None) => {
                    let escaped = rest.get(1..)?.chars().next()?;
                    text.push(escaped);
                    taken = 1 + escaped.len_utf8();
                }
                ('\'', None) => {
                    let end = rest.get(1..)?.find('\'')?;
                    text.push_str(rest.get(1..=end)?);
                    taken = end + 2;
                }
                _ => return None,
            }
            rest = rest.get(taken..)?;
        }
        Some(text)
    }
}

/// The text of a time in a format of .NET (invariant culture, UTC); none if the format is none.
pub(crate) fn format(time: DateTime, format: &str) -> Option<String> {
    format_with(time, format, None)
}

/// As `format`, of a time that is ahead of UTC.
pub(crate) fn format_with(time: DateTime, format: &str, ahead: Option<TimeSpan>) -> Option<String> {
    let mut letters = format.chars();
    let pattern = match (letters.next(), letters.next()) {
        (None, _) => "MM/dd/yyyy HH:mm:ss",
        (Some(letter), None) => standard(letter)?,
        _ => format,
    };
    custom(time, pattern, ahead)
}

fn standard(letter: char) -> Option<&'static str> {
    Some(match letter {
        'd' => "MM/dd/yyyy",
        'D' => "dddd, dd MMMM yyyy",
        'g' => "MM/dd/yyyy HH:mm",
        'G' => "MM/dd/yyyy HH:mm:ss",
        'o' | 'O' => "yyyy-MM-ddTHH:mm:ss.fffffffK",
        'r' | 'R' => "ddd, dd MMM yyyy HH:mm:ss 'GMT'",
        's' => "yyyy-MM-ddTHH:mm:ss",
        'f' => "dddd, dd MMMM yyyy HH:mm",
        'F' => "dddd, dd MMMM yyyy HH:mm:ss",
        'm' | 'M' => "MMMM dd",
        'y' | 'Y' => "yyyy MMMM",
        't' => "HH:mm",
        'T' => "HH:mm:ss",
        'u' => "yyyy-MM-dd HH:mm:ss'Z'",
        _ => return None,
    })
}

fn custom(time: DateTime, pattern: &str, ahead: Option<TimeSpan>) -> Option<String> {
    let mut text = String::with_capacity(pattern.len() + 8);
    let mut rest = pattern;
    while let Some(first) = rest.chars().next() {
        let run = rest.len() - rest.trim_start_matches(first).len();
        let count = run / first.len_utf8();
        let taken = match first {
            '\'' | '"' => {
                let inner = rest.get(1..)?;
                let end = inner.find(first)?;
                text.push_str(inner.get(..end)?);
                end + 2
            }
            '\\' => {
                let escaped = rest.get(1..)?.chars().next()?;
                text.push(escaped);
                1 + escaped.len_utf8()
            }
            '%' => 1,
            'z' | 'K' => {
                push_zone(&mut text, first, count, ahead)?;
                run
            }
            _ if push_part(&mut text, time, first, count)? => run,
            _ => {
                text.push(first);
                first.len_utf8()
            }
        };
        rest = rest.get(taken..)?;
    }
    Some(text)
}

/// Writes what `count` times the letter stands for; false if it stands for itself.
fn push_part(text: &mut String, time: DateTime, letter: char, count: usize) -> Option<bool> {
    let date = time.date();
    let of_day = time.time_of_day();
    let hour = of_day.part(TICKS_PER_HOUR, 24);
    let number = match letter {
        'y' if count <= 2 => date.year % 100,
        'y' => date.year,
        'M' if count >= 3 => {
            text.push_str(named(&MONTHS, date.month - 1, count));
            return Some(true);
        }
        'M' => date.month,
        'd' if count >= 3 => {
            text.push_str(named(&DAYS, time.day_of_week(), count));
            return Some(true);
        }
        'd' => date.day,
        'H' => hour,
        'h' => (hour + 11) % 12 + 1,
        'm' => of_day.part(TICKS_PER_MINUTE, 60),
        's' => of_day.part(TICKS_PER_SECOND, 60),
        'f' | 'F' => {
            push_fraction(text, of_day.0 % TICKS_PER_SECOND, letter, count)?;
            return Some(true);
        }
        't' => {
            let name = if hour < 12 { "AM" } else { "PM" };
            text.push_str(name.get(..count.min(2))?);
            return Some(true);
        }
        _ => return Some(false),
    };
    let width = count.min(20);
    text.push_str(&format!("{number:0width$}"));
    Some(true)
}

fn push_zone(text: &mut String, letter: char, count: usize, ahead: Option<TimeSpan>) -> Option<()> {
    let Some(ahead) = ahead else {
        let zone = if letter == 'K' { "Z" } else { ["+0", "+00", "+00:00"].get(count.min(3) - 1)? };
        text.push_str(zone);
        return Some(());
    };
    let sign = if ahead.0 < 0 { '-' } else { '+' };
    let minutes = ahead.0.abs() / TICKS_PER_MINUTE;
    let (hours, minutes) = (minutes / 60, minutes % 60);
    match (letter, count) {
        ('z', 1) => text.push_str(&format!("{sign}{hours}")),
        ('z', 2) => text.push_str(&format!("{sign}{hours:02}")),
        _ => text.push_str(&format!("{sign}{hours:02}:{minutes:02}")),
    }
    Some(())
}

fn push_fraction(text: &mut String, ticks: i64, letter: char, count: usize) -> Option<()> {
    let all = format!("{ticks:07}");
    let digits = all.get(..count)?;
    match letter {
        'f' => text.push_str(digits),
        _ => {
            let digits = digits.trim_end_matches('0');
            if digits.is_empty() && text.ends_with('.') {
                text.pop();
            }
            text.push_str(digits);
        }
    }
    Some(())
}

/// The month, from 1, of a name or its first three letters.
pub(crate) fn month_named(name: &str) -> Option<i64> {
    let is_it = |month: &&str| {
        name.eq_ignore_ascii_case(month)
            || month.get(..3).is_some_and(|short| name.eq_ignore_ascii_case(short))
    };
    MONTHS.iter().position(is_it).and_then(|at| i64::try_from(at + 1).ok())
}

fn named<'n>(names: &[&'n str], number: i64, count: usize) -> &'n str {
    let name = usize::try_from(number).ok().and_then(|number| names.get(number)).copied().unwrap_or_default();
    if count == 3 { name.get(..3).unwrap_or(name) } else { name }
}

fn day_number(date: Date) -> i64 {
    let year = date.year - i64::from(date.month <= 2);
    let shifted = (date.month + 9) % 12;
    let day_of_year = (153 * shifted + 2) / 5 + date.day - 1;
    365 * year + year / 4 - year / 100 + year / 400 + day_of_year - DAYS_FROM_MARCH
}

pub(crate) fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

pub(crate) const TICKS_PER_MS: i64 = 10_000;
pub(crate) const TICKS_PER_SECOND: i64 = 1000 * TICKS_PER_MS;
pub(crate) const TICKS_PER_MINUTE: i64 = 60 * TICKS_PER_SECOND;
pub(crate) const TICKS_PER_HOUR: i64 = 60 * TICKS_PER_MINUTE;
pub(crate) const TICKS_PER_DAY: i64 = 24 * TICKS_PER_HOUR;
/// 1970-01-01.
const UNIX_EPOCH: i64 = 719_162 * TICKS_PER_DAY;
const DAYS_PER_ERA: i64 = 146_097;
/// From 1 March of the year 0 to 1 January of the year 1.
const DAYS_FROM_MARCH: i64 = 306;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_four_centuries_has_its_date() {
        let mut date = Date { year: 1, month: 1, day: 1 };
        for number in 0..(400 * 366) {
            let time = DateTime(number * TICKS_PER_DAY + 17);
            assert_eq!((time.date(), day_number(date)), (date, number));
            date.day += 1;
            if date.day > days_in_month(date.year, date.month) {
                date = Date { day: 1, month: date.month + 1, ..date };
            }
            if date.month > 12 {
                date = Date { year: date.year + 1, month: 1, day: 1 };
            }
        }
    }

    #[test]
    fn times_print_as_net_prints_them() {
        let time = DateTime::from_unix_ms(1_488_549_906_045);
        for (pattern, text) in [
            ("", "03/03/2017 14:05:06"),
            ("o", "2017-03-03T14:05:06.0450000Z"),
            ("r", "Fri, 03 Mar 2017 14:05:06 GMT"),
            ("yyyy-MM-dd'T'HH:mm", "2017-03-03T14:05"),
            ("d/M/yy h:m:s.fff tt", "3/3/17 2:5:6.045 PM"),
            ("dddd, MMMM", "Friday, March"),
            ("HH\\h ss.FFF", "14h 06.045"),
        ] {
            assert_eq!(format(time, pattern).as_deref(), Some(text));
        }
        assert_eq!(format(time, "q"), None);
        assert_eq!(format(time, "ffffffff"), None);
    }

    #[test]
    fn the_ends_of_time_are_kept() {
        assert_eq!(DateTime::MAX.date(), Date { year: 9999, month: 12, day: 31 });
        assert_eq!(DateTime::MAX.plus(1), None);
        assert_eq!(DateTime::MIN.plus(-1), None);
        assert_eq!(DateTime::from_unix_s(i64::MAX), DateTime::MAX);
        assert_eq!(DateTime::from_unix_s(i64::MIN), DateTime::MIN);
    }

    #[test]
    fn spans_print_as_net_prints_them() {
        assert_eq!(TimeSpan(TICKS_PER_DAY + TICKS_PER_SECOND / 2).text(), "1.00:00:00.5000000");
        assert_eq!(TimeSpan(-TICKS_PER_MINUTE * 61).text(), "-01:01:00");
        assert_eq!(TimeSpan(i64::MIN).text(), "-10675199.02:48:05.4775808");
    }
}
