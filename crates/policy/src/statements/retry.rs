//! `retry`: runs statements again until a condition no longer holds.

use crate::catalog::{Attribute, YES_NO};
use crate::facts::Facts;
use crate::failure::Failure;
use crate::program::Section;
use crate::situation::Situation;
use crate::statements::choose::read_condition;
use crate::statements::reader::Reader;
use crate::statements::table::{Read, Statement};
use crate::statements::values::LONGEST_S;
use crate::step::Setting;

/// When to try again, and how long to wait before.
#[derive(Clone, Debug)]
pub(crate) struct RetryPlan {
    condition: Setting<bool>,
    count: Setting<u64>,
    interval_s: Setting<u64>,
    max_interval_s: Option<Setting<u64>>,
    delta_s: Option<Setting<u64>>,
    first_fast_retry: Setting<bool>,
}

/// Reads the attributes of `<retry condition="…" count="…" interval="…">`.
pub(crate) fn read_plan(reader: &mut Reader<'_, '_>) -> Option<RetryPlan> {
    let condition = read_condition(reader);
    let count = reader.required_number("count", 1..=MOST_TIMES);
    let interval_s = reader.required_number("interval", 0..=LONGEST_S);
    let max_interval_s = reader.number("max-interval", 0..=LONGEST_S);
    let delta_s = reader.number("delta", 0..=LONGEST_S);
    let first_fast_retry = reader.flag("first-fast-retry", false);
    Some(RetryPlan {
        condition: condition?,
        count: count?,
        interval_s: interval_s?,
        max_interval_s: max_interval_s?,
        delta_s: delta_s?,
        first_fast_retry: first_fast_retry?,
    })
}

impl RetryPlan {
    /// How many milliseconds to wait before the next try, the `tried`th after the first; none if there is none.
    pub(crate) fn wait_ms(&self, tried: u64, situation: &Situation<'_>) -> Result<Option<u64>, Failure> {
        if !situation.flag(&self.condition)? {
            return Ok(None);
        }
        if tried > situation.number(&self.count)?.min(MOST_TIMES) {
            return Ok(None);
        }
        if tried == 1 && situation.flag(&self.first_fast_retry)? {
            return Ok(Some(0));
        }
        let interval_ms = situation.number(&self.interval_s)?.min(LONGEST_S) * 1000;
        let optional = |setting: &Option<Setting<u64>>| match setting {
            Some(setting) => situation.number(setting).map(|number| Some(number.min(LONGEST_S) * 1000)),
            None => Ok(None),
        };
        let wait_ms = match (optional(&self.delta_s)?, optional(&self.max_interval_s)?) {
            (None, None) => interval_ms,
            (None, Some(most)) => interval_ms.min(most),
            (Some(delta), None) => interval_ms.saturating_add((tried - 1).saturating_mul(delta)),
            (Some(delta), Some(most)) => {
                let doubled = delta.saturating_mul(1 << (tried - 1).min(MOST_DOUBLINGS));
                interval_ms.saturating_add(scattered(doubled, situation.facts)).min(most)
            }
        };
        Ok(Some(wait_ms.min(LONGEST_S * 1000)))
    }
}

/// Between 80 % and 120 %, so that callers don't come back all at once.
fn scattered(ms: u64, facts: &dyn Facts) -> u64 {
    let mut byte = [0];
    facts.random(&mut byte);
    let [byte] = byte;
    (ms / 1000).saturating_mul(800 + u64::from(byte) * 400 / 255)
}

pub(crate) static RETRY: Statement = Statement {
    sections: &Section::ALL,
    attributes: &[
        Attribute::valued("condition").required(),
        Attribute::valued("count").required(),
        Attribute::valued("interval").required(),
        Attribute::valued("max-interval"),
        Attribute::valued("delta"),
        Attribute::valued("first-fast-retry").one_of(YES_NO),
    ],
    children: &["#policies"],
    ..Statement::new(
        "retry",
        "Runs the statements in it, and again as long as the condition holds.",
        Read::Retry,
    )
};

const MOST_TIMES: u64 = 50;
const MOST_DOUBLINGS: u64 = 30;
