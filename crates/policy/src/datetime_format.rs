//! The texts of points in time and spans, in .NET's formats.

use crate::datetime::{
    DateTime, TICKS_PER_DAY, TICKS_PER_HOUR, TICKS_PER_MINUTE, TICKS_PER_SECOND, TimeSpan,
};

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
}
