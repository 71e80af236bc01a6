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
