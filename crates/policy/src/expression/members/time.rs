//! `DateTime` and `TimeSpan`.

use crate::datetime::{
    Date, DateTime, TICKS_PER_DAY, TICKS_PER_HOUR, TICKS_PER_MINUTE, TICKS_PER_MS, TICKS_PER_SECOND,
    TimeSpan, days_in_month,
};
use crate::error::EvaluationError;
use crate::expression::arguments::{at, int, long, real};
use crate::expression::class::{Class, Member, enumeration, member, plain};
use crate::expression::convert::enumeration_of;
use crate::expression::evaluate::{Machine, Step};
use crate::expression::members::object::{parsed, tried};
use crate::offset::Offset;
use crate::value::Value;

pub(crate) static CLASSES: &[Class] = &[
    Class { is_value: true, bases: &["object"], ..plain("DateTime", DATE_TIME) },
    Class { is_value: true, bases: &["object"], ..plain("TimeSpan", TIME_SPAN) },
    enumeration("DateTimeKind", &[("Unspecified", 0), ("Utc", 1), ("Local", 2)]),
    enumeration(
        "DateTimeStyles",
        &[
            ("None", 0),
            ("AssumeUniversal", 64),
            ("AdjustToUniversal", 16),
            ("RoundtripKind", 128),
            ("AssumeLocal", 32),
        ],
    ),
    enumeration(
        "DayOfWeek",
        &[
            ("Sunday", 0),
            ("Monday", 1),
            ("Tuesday", 2),
            ("Wednesday", 3),
            ("Thursday", 4),
            ("Friday", 5),
            ("Saturday", 6),
        ],
    ),
    Class { aliases: &["TimeZone"], bases: &["object"], ..plain("TimeZoneInfo", TIME_ZONE) },
];

const DATE_TIME: &[Member] = &[
    member(
        &[
            "new(int year, int month, int day)",
            "new(int year, int month, int day, int hour, int minute, int second)",
            "new(int year, int month, int day, int hour, int minute, int second, DateTimeKind kind)",
            "new(int year, int month, int day, int hour, int minute, int second, int millisecond)",
            "new(int year, int month, int day, int hour, int minute, int second, int millisecond, DateTimeKind kind)",
            "new(long ticks)",
            "new(long ticks, DateTimeKind kind)",
        ],
        new_date,
    ),
    member(&["static Now: DateTime", "static UtcNow: DateTime"], |machine, _| {
        Ok(Value::DateTime(now(machine)))
    }),
    member(&["static Today: DateTime"], |machine, _| Ok(Value::DateTime(now(machine).midnight()))),
    member(&["static MinValue: DateTime"], |_, _| Ok(Value::DateTime(DateTime::MIN))),
    member(&["static MaxValue: DateTime"], |_, _| Ok(Value::DateTime(DateTime::MAX))),
    member(&["static UnixEpoch: DateTime"], |_, _| Ok(Value::DateTime(DateTime::from_unix_ms(0)))),
    member(
        &[
            "static Parse(string s): DateTime",
            "static Parse(string s, IFormatProvider provider): DateTime",
            "static Parse(string s, IFormatProvider provider, DateTimeStyles styles): DateTime",
        ],
        |_, a| parsed("DateTime", a),
    ),
    member(
        &[
            "static ParseExact(string s, string format, IFormatProvider provider): DateTime",
            "static ParseExact(string s, string format, IFormatProvider provider, DateTimeStyles style): DateTime",
        ],
        |_, a| parsed("DateTime", a),
    ),
    member(&["static TryParse(string s, out DateTime result): bool"], |_, a| tried("DateTime", a)),
    member(&["static DaysInMonth(int year, int month): int"], |_, a| {
        let (year, month) = (i64::from(int(a, 0)?), i64::from(int(a, 1)?));
        let known = (1..=12).contains(&month) && (1..=9999).contains(&year);
        let days =
            if known { days_in_month(year, month) } else { return Err(EvaluationError::OutOfRange.into()) };
        whole(days)
    }),
    member(&["static IsLeapYear(int year): bool"], |_, a| {
        Ok(Value::Bool(days_in_month(i64::from(int(a, 0)?), 2) == 29))
    }),
    member(&["static SpecifyKind(DateTime value, DateTimeKind kind): DateTime"], |_, a| Ok(at(a, 0).clone())),
    member(&["static Compare(DateTime t1, DateTime t2): int"], |_, a| {
        Ok(Value::Int(time(a, 0)?.cmp(&time(a, 1)?) as i32))
    }),
    member(&["CompareTo(DateTime value): int"], |_, a| Ok(Value::Int(time(a, 0)?.cmp(&time(a, 1)?) as i32))),
    member(&["Year: int"], |_, a| whole(time(a, 0)?.date().year)),
    member(&["Month: int"], |_, a| whole(time(a, 0)?.date().month)),
    member(&["Day: int"], |_, a| whole(time(a, 0)?.date().day)),
    member(&["Hour: int"], |_, a| whole(time(a, 0)?.time_of_day().part(TICKS_PER_HOUR, 24))),
    member(&["Minute: int"], |_, a| whole(time(a, 0)?.time_of_day().part(TICKS_PER_MINUTE, 60))),
    member(&["Second: int"], |_, a| whole(time(a, 0)?.time_of_day().part(TICKS_PER_SECOND, 60))),
    member(&["Millisecond: int"], |_, a| whole(time(a, 0)?.time_of_day().part(TICKS_PER_MS, 1000))),
    member(&["DayOfYear: int"], |_, a| whole(time(a, 0)?.day_of_year())),
    member(&["DayOfWeek: DayOfWeek"], |_, a| day_of_week(time(a, 0)?)),
    member(&["Ticks: long"], |_, a| Ok(Value::Long(time(a, 0)?.0))),
    member(&["Date: DateTime"], |_, a| Ok(Value::DateTime(time(a, 0)?.midnight()))),
    member(&["TimeOfDay: TimeSpan"], |_, a| Ok(Value::TimeSpan(time(a, 0)?.time_of_day()))),
    member(&["Kind: DateTimeKind"], |_, _| Ok(enumeration_of("DateTimeKind", 1))),
    member(&["AddDays(double value): DateTime"], |_, a| added(a, TICKS_PER_DAY)),
    member(&["AddHours(double value): DateTime"], |_, a| added(a, TICKS_PER_HOUR)),
    member(&["AddMinutes(double value): DateTime"], |_, a| added(a, TICKS_PER_MINUTE)),
    member(&["AddSeconds(double value): DateTime"], |_, a| added(a, TICKS_PER_SECOND)),
    member(&["AddMilliseconds(double value): DateTime"], |_, a| added(a, TICKS_PER_MS)),
    member(&["AddTicks(long value): DateTime"], |_, a| moved(a, Some(long(a, 1)?))),
    member(&["AddMonths(int months): DateTime"], |_, a| months(a, i64::from(int(a, 1)?))),
    member(&["AddYears(int value): DateTime"], |_, a| months(a, i64::from(int(a, 1)?) * 12)),
    member(&["Add(TimeSpan value): DateTime"], |_, a| moved(a, Some(span(a, 1)?.0))),
    member(&["Subtract(DateTime value): TimeSpan", "Subtract(TimeSpan value): DateTime"], |_, a| {
        match at(a, 1) {
            Value::TimeSpan(span) => moved(a, span.0.checked_neg()),
            _ => Ok(Value::TimeSpan(TimeSpan(time(a, 0)?.0 - time(a, 1)?.0))),
        }
    }),
    member(&["ToUniversalTime(): DateTime", "ToLocalTime(): DateTime"], |_, a| Ok(at(a, 0).clone())),
    member(&["ToLongDateString(): string"], |machine, a| printed(machine, a, "D")),
    member(&["ToShortDateString(): string"], |machine, a| printed(machine, a, "d")),
    member(&["ToLongTimeString(): string"], |machine, a| printed(machine, a, "T")),
    member(&["ToShortTimeString(): string"], |machine, a| printed(machine, a, "t")),
    member(&["IsDaylightSavingTime(): bool"], |_, _| Ok(Value::Bool(false))),
];

const TIME_SPAN: &[Member] = &[
    member(
        &[
            "new(int hours, int minutes, int seconds)",
            "new(int days, int hours, int minutes, int seconds)",
            "new(int days, int hours, int minutes, int seconds, int milliseconds)",
            "new(long ticks)",
        ],
        new_span,
    ),
    member(&["static Zero: TimeSpan"], |_, _| Ok(Value::TimeSpan(TimeSpan(0)))),
    member(&["static MaxValue: TimeSpan"], |_, _| Ok(Value::TimeSpan(TimeSpan(i64::MAX)))),
    member(&["static MinValue: TimeSpan"], |_, _| Ok(Value::TimeSpan(TimeSpan(i64::MIN)))),
    member(&["static FromDays(double value): TimeSpan"], |_, a| from(a, TICKS_PER_DAY)),
    member(&["static FromHours(double value): TimeSpan"], |_, a| from(a, TICKS_PER_HOUR)),
    member(&["static FromMinutes(double value): TimeSpan"], |_, a| from(a, TICKS_PER_MINUTE)),
    member(&["static FromSeconds(double value): TimeSpan"], |_, a| from(a, TICKS_PER_SECOND)),
    member(&["static FromMilliseconds(double value): TimeSpan"], |_, a| from(a, TICKS_PER_MS)),
    member(&["static FromTicks(long value): TimeSpan"], |_, a| Ok(Value::TimeSpan(TimeSpan(long(a, 0)?)))),
    member(&["static Parse(string s): TimeSpan"], |_, a| parsed("TimeSpan", a)),
    member(&["static TryParse(string s, out TimeSpan result): bool"], |_, a| tried("TimeSpan", a)),
    member(&["TotalDays: double"], |_, a| Ok(Value::Double(span(a, 0)?.total(TICKS_PER_DAY)))),
    member(&["TotalHours: double"], |_, a| Ok(Value::Double(span(a, 0)?.total(TICKS_PER_HOUR)))),
    member(&["TotalMinutes: double"], |_, a| Ok(Value::Double(span(a, 0)?.total(TICKS_PER_MINUTE)))),
    member(&["TotalSeconds: double"], |_, a| Ok(Value::Double(span(a, 0)?.total(TICKS_PER_SECOND)))),
    member(&["TotalMilliseconds: double"], |_, a| Ok(Value::Double(span(a, 0)?.total(TICKS_PER_MS)))),
    member(&["Days: int"], |_, a| whole(span(a, 0)?.part(TICKS_PER_DAY, i64::MAX))),
    member(&["Hours: int"], |_, a| whole(span(a, 0)?.part(TICKS_PER_HOUR, 24))),
    member(&["Minutes: int"], |_, a| whole(span(a, 0)?.part(TICKS_PER_MINUTE, 60))),
    member(&["Seconds: int"], |_, a| whole(span(a, 0)?.part(TICKS_PER_SECOND, 60))),
    member(&["Milliseconds: int"], |_, a| whole(span(a, 0)?.part(TICKS_PER_MS, 1000))),
    member(&["Ticks: long"], |_, a| Ok(Value::Long(span(a, 0)?.0))),
    member(&["Add(TimeSpan ts): TimeSpan"], |_, a| summed(span(a, 0)?.0.checked_add(span(a, 1)?.0))),
    member(&["Subtract(TimeSpan ts): TimeSpan"], |_, a| summed(span(a, 0)?.0.checked_sub(span(a, 1)?.0))),
    member(&["Negate(): TimeSpan"], |_, a| summed(span(a, 0)?.0.checked_neg())),
    member(&["Duration(): TimeSpan"], |_, a| summed(span(a, 0)?.0.checked_abs())),
];

const TIME_ZONE: &[Member] = &[
    member(&["static Utc: TimeZoneInfo", "static Local: TimeZoneInfo"], |_, _| {
        Ok(Value::object(crate::expression::object::Object::Thing("TimeZoneInfo")))
    }),
    member(
        &[
            "static ConvertTimeToUtc(DateTime dateTime): DateTime",
            "static ConvertTimeToUtc(DateTime dateTime, TimeZoneInfo zone): DateTime",
        ],
        |_, a| Ok(at(a, 0).clone()),
    ),
    member(&["static ConvertTimeFromUtc(DateTime dateTime, TimeZoneInfo zone): DateTime"], |_, a| {
        Ok(at(a, 0).clone())
    }),
    member(
        &[
            "static ConvertTimeBySystemTimeZoneId(DateTime dateTime, string id): DateTime",
            "static FindSystemTimeZoneById(string id): TimeZoneInfo",
        ],
        |_, a| {
            let id = crate::expression::arguments::text(a, a.len().saturating_sub(1))?;
            if !matches!(&*id, "UTC" | "Etc/UTC" | "Coordinated Universal Time") {
                let message = format!("The time zone ID '{id}' was not found on the local computer.");
                return Err(EvaluationError::thrown("TimeZoneNotFoundException", message).into());
            }
            Ok(if a.len() > 1 {
                at(a, 0).clone()
            } else {
                Value::object(crate::expression::object::Object::Thing("TimeZoneInfo"))
            })
        },
    ),
];

/// The clock that the call is judged by.
pub(crate) fn now(machine: &Machine<'_>) -> DateTime {
    DateTime::from_unix_ms(machine.situation.facts.now_unix_ms())
}

pub(crate) fn day_of_week(time: DateTime) -> Step<Value> {
    Ok(enumeration_of("DayOfWeek", i32::try_from(time.day_of_week()).unwrap_or_default()))
}

pub(crate) fn time(a: &[Value], number: usize) -> Step<DateTime> {
    match at(a, number) {
        Value::DateTime(time) => Ok(*time),
        Value::DateTimeOffset(time) => Ok(time.utc()),
        Value::Null => Err(EvaluationError::NullReference.into()),
        _ => Err(EvaluationError::WrongKind.into()),
    }
}

pub(crate) fn span(a: &[Value], number: usize) -> Step<TimeSpan> {
    match at(a, number) {
        Value::TimeSpan(span) => Ok(*span),
        Value::Null => Err(EvaluationError::NullReference.into()),
        _ => Err(EvaluationError::WrongKind.into()),
    }
}

pub(crate) fn whole(number: i64) -> Step<Value> {
    Ok(Value::Int(i32::try_from(number).map_err(|_| EvaluationError::Overflow)?))
}

fn printed(machine: &mut Machine<'_>, a: &[Value], format: &str) -> Step<Value> {
    let text = crate::datetime_format::format(time(a, 0)?, format).ok_or(EvaluationError::Format)?;
    machine.made(text)
}

/// The ticks of so many of a unit, to the nearest millisecond as .NET did when the documents were written.
#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "as .NET does")]
pub(crate) fn ticks_of(amount: f64, unit: i64) -> Option<i64> {
    let ms = amount * (unit / TICKS_PER_MS).max(1) as f64;
    let ms = (ms + if amount < 0.0 { -0.5 } else { 0.5 }).trunc();
    let limit = (i64::MAX / TICKS_PER_MS) as f64;
    (ms.abs() < limit).then(|| (ms as i64).saturating_mul(TICKS_PER_MS))
}

fn added(a: &[Value], unit: i64) -> Step<Value> {
    moved(a, ticks_of(real(a, 1)?, unit))
}

/// The time so many ticks later.
fn moved(a: &[Value], ticks: Option<i64>) -> Step<Value> {
    let moved = ticks.and_then(|ticks| match at(a, 0) {
        Value::DateTimeOffset(time) => time.plus(ticks).map(Value::DateTimeOffset),
        Value::DateTime(time) => time.plus(ticks).map(Value::DateTime),
        _ => None,
    });
    Ok(moved.ok_or(EvaluationError::OutOfRange)?)
}

fn months(a: &[Value], months: i64) -> Step<Value> {
    let moved = match at(a, 0) {
        Value::DateTimeOffset(time) => {
            time.local.plus_months(months).map(|local| Value::DateTimeOffset(Offset { local, ..*time }))
        }
        Value::DateTime(time) => time.plus_months(months).map(Value::DateTime),
        _ => None,
    };
    Ok(moved.ok_or(EvaluationError::OutOfRange)?)
}

fn from(a: &[Value], unit: i64) -> Step<Value> {
    summed(ticks_of(real(a, 0)?, unit))
}

fn summed(ticks: Option<i64>) -> Step<Value> {
    Ok(Value::TimeSpan(TimeSpan(ticks.ok_or(EvaluationError::Overflow)?)))
}

fn new_date(_: &mut Machine<'_>, a: &[Value]) -> Step<Value> {
    if matches!(a.len(), 1 | 2) {
        let time = DateTime::MIN.plus(long(a, 0)?).ok_or(EvaluationError::OutOfRange)?;
        return Ok(Value::DateTime(time));
    }
    Ok(Value::DateTime(date_of(a)?))
}

/// Year, month, day and perhaps hour, minute, second, millisecond.
pub(crate) fn date_of(a: &[Value]) -> Step<DateTime> {
    let mut parts = [0_i64; 7];
    for (part, value) in parts.iter_mut().zip(a) {
        if let Some(number) = value.whole().filter(|_| !matches!(value, Value::Enumeration(_))) {
            *part = i64::try_from(number).map_err(|_| EvaluationError::OutOfRange)?;
        }
    }
    let [year, month, day, hour, minute, second, ms] = parts;
    let known = (0..24).contains(&hour)
        && (0..60).contains(&minute)
        && (0..60).contains(&second)
        && (0..1000).contains(&ms);
    let ticks =
        hour * TICKS_PER_HOUR + minute * TICKS_PER_MINUTE + second * TICKS_PER_SECOND + ms * TICKS_PER_MS;
    let time =
        DateTime::of_day(Date { year, month, day }).filter(|_| known).and_then(|time| time.plus(ticks));
    Ok(time.ok_or(EvaluationError::OutOfRange)?)
}

fn new_span(_: &mut Machine<'_>, a: &[Value]) -> Step<Value> {
    if a.len() == 1 {
        return summed(Some(long(a, 0)?));
    }
    let units = [TICKS_PER_DAY, TICKS_PER_HOUR, TICKS_PER_MINUTE, TICKS_PER_SECOND, TICKS_PER_MS];
    let from = usize::from(a.len() == 3);
    let mut ticks: i64 = 0;
    for (number, unit) in units.iter().skip(from).take(a.len()).enumerate() {
        let part = i64::from(int(a, number)?).checked_mul(*unit).ok_or(EvaluationError::OutOfRange)?;
        ticks = ticks.checked_add(part).ok_or(EvaluationError::OutOfRange)?;
    }
    summed(Some(ticks))
}
