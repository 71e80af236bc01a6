//! `forward-request`: sends the call to the backend.

use crate::effect::Forward;
use crate::program::Action;
use crate::statements::reader::{Given, Literal, Reader};

/// Reads `<forward-request timeout="…" />`.
pub(crate) fn read(reader: &mut Reader<'_, '_>) -> Option<Action> {
    let seconds = reader.attribute("timeout");
    let milliseconds = reader.attribute("timeout-ms");
    let redirects = check_redirects(reader);
    let timeout_ms = match (seconds, milliseconds) {
        (Given::Absent, Given::Absent) => None,
        (Given::Literal(seconds), Given::Absent) => Some(read_time(seconds, Unit::Second, reader)?),
        (Given::Absent, Given::Literal(time)) => Some(read_time(time, Unit::Millisecond, reader)?),
        (Given::Literal(_), Given::Literal(_)) => {
            let message = "only one of the attributes `timeout` and `timeout-ms` can be given";
            reader.error("conflicting-attributes", reader.element.name_span, message);
            return None;
        }
        _ => return None,
    };
    redirects.map(|()| Action::Forward(Forward { timeout_ms, ..Forward::default() }))
}

/// In the attributes' unit.
#[derive(Clone, Copy)]
enum Unit {
    Second,
    Millisecond,
}

fn read_time(literal: Literal<'_>, unit: Unit, reader: &mut Reader<'_, '_>) -> Option<u64> {
    let (name, length_ms) = match unit {
        Unit::Second => ("seconds", 1000),
        Unit::Millisecond => ("milliseconds", 1),
    };
    let most = LONGEST_MS / length_ms;
    let is_number = literal.text.bytes().all(|byte| byte.is_ascii_digit());
    let number = literal.text.parse::<u64>().ok().filter(|_| is_number);
    match number.filter(|number| (1..=most).contains(number)) {
        Some(number) => Some(number * length_ms),
        None => {
            let message = format!("the time must be a whole number of {name} from 1 to {most}");
            reader.error("invalid-value", literal.span, message);
            None
        }
    }
}

fn check_redirects(reader: &mut Reader<'_, '_>) -> Option<()> {
    match reader.attribute("follow-redirects") {
        Given::Absent | Given::Literal(Literal { text: "false", .. }) => Some(()),
        Given::Refused => None,
        Given::Literal(Literal { text: "true", span }) => {
            reader.error("unsupported-value", span, "following redirects is not supported yet");
            None
        }
        Given::Literal(literal) => {
            reader.error("invalid-value", literal.span, "the value must be `true` or `false`");
            None
        }
    }
}

/// A day: nobody waits longer, and no clock overflows.
const LONGEST_MS: u64 = 24 * 60 * 60 * 1000;
