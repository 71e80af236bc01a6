//! `rate-limit-by-key` and `rate-limit`: so many calls in a time, for each key or for each caller.

use std::borrow::Cow;

use crate::catalog::Attribute;
use crate::effect::{Count, Counter, HeaderAction, SetHeader};
use crate::expression::compiled::Wanted;
use crate::failure::{Failure, RetryAfter};
use crate::program::Section;
use crate::run::Counted;
use crate::situation::Situation;
use crate::statements::reader::{Given, Reader};
use crate::statements::set_header::read_name;
use crate::statements::table::{Read, Statement};
use crate::statements::values::LONGEST_S;
use crate::step::{Action, Setting, Written};

#[derive(Clone, Debug)]
pub(crate) struct LimitPlan {
    /// None counts each caller.
    key: Option<Written>,
    calls: Setting<u64>,
    period_s: Setting<u64>,
    /// Whether the call counts; looked at when it is over, if it is an expression.
    increment: Setting<bool>,
    /// How many it counts for.
    increment_by: Setting<u64>,
    retry_after_header: String,
    pub(crate) retry_after_variable: Option<String>,
    remaining_header: Option<String>,
    pub(crate) remaining_variable: Option<String>,
    total_header: Option<String>,
}

/// Reads `<rate-limit-by-key calls="…" renewal-period="…" counter-key="…" … />`.
pub(crate) fn read_by_key(reader: &mut Reader<'_, '_>) -> Option<Action> {
    let key = reader.required_text("counter-key");
    let increment = reader.flag("increment-condition", true);
    let increment_by = reader.number("increment-count", 0..=MOST_CALLS);
    let plan = read_plan(reader);
    Some(Action::Limit(Box::new(LimitPlan {
        key: Some(key?),
        increment: increment?,
        increment_by: increment_by?.unwrap_or(Setting::Fixed(1)),
        ..plan?
    })))
}

/// Reads `<rate-limit calls="…" renewal-period="…" … />`.
pub(crate) fn read(reader: &mut Reader<'_, '_>) -> Option<Action> {
    read_plan(reader).map(|plan| Action::Limit(Box::new(plan)))
}

fn read_plan(reader: &mut Reader<'_, '_>) -> Option<LimitPlan> {
    let calls = reader.required_value("calls", Wanted::Number);
    let calls = calls.and_then(|calls| reader.number_of("calls", calls, 1..=MOST_CALLS));
    let period_s = reader.required_number("renewal-period", 1..=LONGEST_S);
    let retry_after_header = header(reader, "retry-after-header-name");
    let retry_after_variable = reader.literal("retry-after-variable-name");
    let remaining_header = header(reader, "remaining-calls-header-name");
    let remaining_variable = reader.literal("remaining-calls-variable-name");
    let total_header = header(reader, "total-calls-header-name");
    Some(LimitPlan {
        key: None,
        calls: calls?,
        period_s: period_s?,
        increment: Setting::Fixed(true),
        increment_by: Setting::Fixed(1),
        retry_after_header: retry_after_header?.unwrap_or_else(|| "Retry-After".to_owned()),
        retry_after_variable: retry_after_variable?,
        remaining_header: remaining_header?,
        remaining_variable: remaining_variable?,
        total_header: total_header?,
    })
}

/// The name of a header for the answer; none if it can't be used, inside none if it isn't there.
fn header(reader: &mut Reader<'_, '_>, attribute: &str) -> Option<Option<String>> {
    match reader.attribute(attribute) {
        Given::Absent => Some(None),
        Given::Refused => None,
        Given::Literal(name) => read_name(name, reader).map(Some),
    }
}

impl LimitPlan {
    pub(crate) fn counter(&self, situation: &Situation<'_>) -> Result<Counter, Failure> {
        let key = match &self.key {
            Some(key) => format!("key {}", situation.text(key)?),
            None => caller(situation),
        };
        let count = match &self.increment {
            Setting::Fixed(true) => match &self.increment_by {
                Setting::Fixed(number) => Count::Take(*number),
                Setting::Expression(_) => Count::Look,
            },
            _ => Count::Look,
        };
        let calls = situation.number(&self.calls)?.min(MOST_CALLS);
        Ok(Counter { key, calls, period_s: situation.number(&self.period_s)?.clamp(1, LONGEST_S), count })
    }

    /// What to add when the call is over; none if it was added before or doesn't count.
    pub(crate) fn late_count(&self, situation: &Situation<'_>) -> Result<Option<u64>, Failure> {
        let fixed = matches!((&self.increment, &self.increment_by), (Setting::Fixed(_), Setting::Fixed(_)));
        if fixed || !situation.flag(&self.increment)? {
            return Ok(None);
        }
        situation.number(&self.increment_by).map(|number| Some(number.min(MOST_CALLS)))
    }

    /// The failure of a call too many; else the headers that its answer is to have.
    pub(crate) fn judge(&self, counted: Counted, calls: u64) -> Result<Vec<SetHeader>, Failure> {
        if !counted.allowed {
            let seconds = counted.retry_after_s.max(1);
            let told = format!("Rate limit is exceeded. Try again in {seconds} seconds.");
            let header = Cow::Owned(self.retry_after_header.clone());
            return Err(Failure {
                told: Some(told.into()),
                retry_after: Some(Box::new(RetryAfter { header, seconds })),
                ..Failure::hidden("RateLimitExceeded", "Rate limit is exceeded.", TOO_MANY)
            });
        }
        let number = |name: &Option<String>, number: u64| {
            name.as_ref().map(|name| SetHeader {
                name: name.clone(),
                action: HeaderAction::Override,
                values: vec![number.to_string()],
            })
        };
        let headers = [number(&self.remaining_header, counted.remaining), number(&self.total_header, calls)];
        Ok(headers.into_iter().flatten().collect())
    }
}

/// There are no subscriptions: a caller is a certificate, or else an address.
fn caller(situation: &Situation<'_>) -> String {
    match situation.facts.caller_certificate() {
        Some(certificate) => format!("certificate {}", certificate.thumbprint),
        None => format!("address {}", situation.facts.caller_ip()),
    }
}

pub(crate) static RATE_LIMIT_BY_KEY: Statement = Statement {
    sections: &[Section::Inbound],
    attributes: &[
        Attribute::valued("calls").required(),
        Attribute::valued("renewal-period").required(),
        Attribute::valued("counter-key").required(),
        Attribute::valued("increment-condition"),
        Attribute::valued("increment-count"),
        Attribute::new("retry-after-header-name"),
        Attribute::new("retry-after-variable-name"),
        Attribute::new("remaining-calls-header-name"),
        Attribute::new("remaining-calls-variable-name"),
        Attribute::new("total-calls-header-name"),
    ],
    later_attributes: &["flexible-retry-window"],
    ..Statement::new(
        "rate-limit-by-key",
        "Refuses calls when there are too many with the same key.",
        Read::Step(read_by_key),
    )
};

pub(crate) static RATE_LIMIT: Statement = Statement {
    sections: &[Section::Inbound],
    attributes: &[
        Attribute::valued("calls").required(),
        Attribute::valued("renewal-period").required(),
        Attribute::new("retry-after-header-name"),
        Attribute::new("retry-after-variable-name"),
        Attribute::new("remaining-calls-header-name"),
        Attribute::new("remaining-calls-variable-name"),
        Attribute::new("total-calls-header-name"),
    ],
    later_attributes: &["flexible-retry-window"],
    later_children: &["api", "operation"],
    ..Statement::new("rate-limit", "Refuses calls of a caller who makes too many.", Read::Step(read))
};

const TOO_MANY: u16 = 429;
const MOST_CALLS: u64 = 2_147_483_647;
