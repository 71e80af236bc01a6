//! `DateTimeOffset`.

use crate::datetime::{
    DateTime, TICKS_PER_DAY, TICKS_PER_HOUR, TICKS_PER_MINUTE, TICKS_PER_MS, TICKS_PER_SECOND, TimeSpan,
};
use crate::error::EvaluationError;
use crate::expression::arguments::{at, int, long, real};
use crate::expression::class::{Class, Member, member, plain};
use crate::expression::evaluate::Step;
use crate::expression::members::object::{parsed, tried};
use crate::expression::members::time::{date_of, day_of_week, now, span, ticks_of, time, whole};
use crate::offset::Offset;
use crate::value::Value;

pub(crate) static CLASSES: &[Class] =
    &[Class { is_value: true, bases: &["object"], ..plain("DateTimeOffset", OFFSET) }];

const OFFSET: &[Member] = &[
    member(
        &[
            "new(DateTime dateTime)",
            "new(DateTime dateTime, TimeSpan offset)",
            "new(int year, int month, int day, int hour, int minute, int second, TimeSpan offset)",
        ],
        |_, a| {
            let ahead = match a.last() {
                Some(Value::TimeSpan(span)) => *span,
                _ => TimeSpan(0),
            };
            let local = if matches!(at(a, 0), Value::DateTime(_)) { time(a, 0)? } else { date_of(a)? };
            Ok(Value::DateTimeOffset(Offset { local, ahead }))
        },
    ),
    member(&["static Now: DateTimeOffset", "static UtcNow: DateTimeOffset"], |machine, _| {
        Ok(Value::DateTimeOffset(Offset::utc_of(now(machine))))
    }),
    member(&["static MinValue: DateTimeOffset"], |_, _| {
        Ok(Value::DateTimeOffset(Offset::utc_of(DateTime::MIN)))
    }),
    member(&["static MaxValue: DateTimeOffset"], |_, _| {
        Ok(Value::DateTimeOffset(Offset::utc_of(DateTime::MAX)))
    }),
    member(&["static UnixEpoch: DateTimeOffset"], |_, _| {
        Ok(Value::DateTimeOffset(Offset::utc_of(DateTime::from_unix_ms(0))))
    }),
    member(&["static FromUnixTimeSeconds(long seconds): DateTimeOffset"], |_, a| {
        Ok(of_unix(DateTime::from_unix_s(long(a, 0)?)))
    }),
    member(&["static FromUnixTimeMilliseconds(long milliseconds): DateTimeOffset"], |_, a| {
        Ok(of_unix(DateTime::from_unix_ms(long(a, 0)?)))
    }),
    member(
        &[
            "static Parse(string input): DateTimeOffset",
            "static Parse(string input, IFormatProvider provider): DateTimeOffset",
            "static Parse(string input, IFormatProvider provider, DateTimeStyles styles): DateTimeOffset",
        ],
        |_, a| parsed("DateTimeOffset", a),
    ),
    member(&["static TryParse(string input, out DateTimeOffset result): bool"], |_, a| {
        tried("DateTimeOffset", a)
    }),
    member(&["ToUnixTimeSeconds(): long"], |_, a| Ok(Value::Long(offset(a)?.unix_ms().div_euclid(1000)))),
    member(&["ToUnixTimeMilliseconds(): long"], |_, a| Ok(Value::Long(offset(a)?.unix_ms()))),
    member(&["DateTime: DateTime", "LocalDateTime: DateTime"], |_, a| Ok(Value::DateTime(offset(a)?.local))),
    member(&["UtcDateTime: DateTime"], |_, a| Ok(Value::DateTime(offset(a)?.utc()))),
    member(&["Offset: TimeSpan"], |_, a| Ok(Value::TimeSpan(offset(a)?.ahead))),
    member(&["Date: DateTime"], |_, a| Ok(Value::DateTime(offset(a)?.local.midnight()))),
    member(&["TimeOfDay: TimeSpan"], |_, a| Ok(Value::TimeSpan(offset(a)?.local.time_of_day()))),
    member(&["DayOfWeek: DayOfWeek"], |_, a| day_of_week(offset(a)?.local)),
    member(&["Ticks: long"], |_, a| Ok(Value::Long(offset(a)?.local.0))),
    member(&["UtcTicks: long"], |_, a| Ok(Value::Long(offset(a)?.utc().0))),
    member(&["Year: int"], |_, a| whole(offset(a)?.local.date().year)),
    member(&["Month: int"], |_, a| whole(offset(a)?.local.date().month)),
    member(&["Day: int"], |_, a| whole(offset(a)?.local.date().day)),
    member(&["Hour: int"], |_, a| whole(offset(a)?.local.time_of_day().part(TICKS_PER_HOUR, 24))),
    member(&["Minute: int"], |_, a| whole(offset(a)?.local.time_of_day().part(TICKS_PER_MINUTE, 60))),
    member(&["Second: int"], |_, a| whole(offset(a)?.local.time_of_day().part(TICKS_PER_SECOND, 60))),
    member(&["Millisecond: int"], |_, a| whole(offset(a)?.local.time_of_day().part(TICKS_PER_MS, 1000))),
    member(&["AddDays(double days): DateTimeOffset"], |_, a| added(a, TICKS_PER_DAY)),
    member(&["AddHours(double hours): DateTimeOffset"], |_, a| added(a, TICKS_PER_HOUR)),
    member(&["AddMinutes(double minutes): DateTimeOffset"], |_, a| added(a, TICKS_PER_MINUTE)),
    member(&["AddSeconds(double seconds): DateTimeOffset"], |_, a| added(a, TICKS_PER_SECOND)),
    member(&["AddMilliseconds(double milliseconds): DateTimeOffset"], |_, a| added(a, TICKS_PER_MS)),
    member(&["AddMonths(int months): DateTimeOffset"], |_, a| {
        let time = offset(a)?;
        let local = time.local.plus_months(i64::from(int(a, 1)?)).ok_or(EvaluationError::OutOfRange)?;
        Ok(Value::DateTimeOffset(Offset { local, ..time }))
    }),
    member(&["Add(TimeSpan timeSpan): DateTimeOffset"], |_, a| moved(a, Some(span(a, 1)?.0))),
    member(
        &["Subtract(DateTimeOffset value): TimeSpan", "Subtract(TimeSpan value): DateTimeOffset"],
        |_, a| match at(a, 1) {
            Value::TimeSpan(span) => moved(a, span.0.checked_neg()),
            _ => Ok(Value::TimeSpan(TimeSpan(time(a, 0)?.0 - time(a, 1)?.0))),
        },
    ),
    member(&["ToUniversalTime(): DateTimeOffset"], |_, a| {
        Ok(Value::DateTimeOffset(Offset::utc_of(offset(a)?.utc())))
    }),
    member(&["ToLocalTime(): DateTimeOffset"], |_, a| {
        Ok(Value::DateTimeOffset(Offset::utc_of(offset(a)?.utc())))
    }),
    member(&["ToOffset(TimeSpan offset): DateTimeOffset"], |_, a| {
        let (utc, ahead) = (offset(a)?.utc(), span(a, 1)?);
        let local = utc.plus(ahead.0).ok_or(EvaluationError::OutOfRange)?;
        Ok(Value::DateTimeOffset(Offset { local, ahead }))
    }),
    member(&["CompareTo(DateTimeOffset other): int"], |_, a| {
        Ok(Value::Int(time(a, 0)?.cmp(&time(a, 1)?) as i32))
    }),
];

fn of_unix(time: DateTime) -> Value {
    Value::DateTimeOffset(Offset::utc_of(time))
}

fn offset(a: &[Value]) -> Step<Offset> {
    match at(a, 0) {
        Value::DateTimeOffset(time) => Ok(*time),
        Value::DateTime(time) => Ok(Offset::utc_of(*time)),
        _ => Err(EvaluationError::WrongKind.into()),
    }
}

fn added(a: &[Value], unit: i64) -> Step<Value> {
    moved(a, ticks_of(real(a, 1)?, unit))
}

fn moved(a: &[Value], ticks: Option<i64>) -> Step<Value> {
    let moved = offset(a)?.plus(ticks.ok_or(EvaluationError::OutOfRange)?);
    Ok(Value::DateTimeOffset(moved.ok_or(EvaluationError::OutOfRange)?))
}
