//! `ip-filter`: lets only some addresses pass, or all but some.

use std::net::IpAddr;

use crate::catalog::Attribute;
use crate::diagnostic::shorten;
use crate::failure::Failure;
use crate::program::Section;
use crate::situation::Situation;
use crate::source::Span;
use crate::statements::reader::Reader;
use crate::statements::table::{Read, Statement};
use crate::statements::values::inside;
use crate::step::{Action, Setting, Written};

#[derive(Clone, Debug)]
pub(crate) struct AddressFilter {
    action: Setting<Filter>,
    ranges: Vec<Range>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Filter {
    Allow,
    Forbid,
}

#[derive(Clone, Debug)]
enum Range {
    /// Both ends belong to it.
    Fixed(IpAddr, IpAddr),
    Worked(Written, Written),
}

/// Reads `<ip-filter action="…">` with `address` and `address-range`.
pub(crate) fn read(reader: &mut Reader<'_, '_>) -> Option<Action> {
    reader.required_text("action")?;
    let action = reader.setting("action", &ACTIONS, Filter::Allow);
    let mut ranges = Some(Vec::new());
    for child in reader.element.elements() {
        let mut part = reader.child(child);
        let range = match child.name.as_str() {
            "address" => read_address(&mut part),
            "address-range" => read_range(&mut part),
            // Reported with the shape of the element.
            _ => None,
        };
        match (range, &mut ranges) {
            (Some(range), Some(list)) => list.push(range),
            _ => ranges = None,
        }
    }
    let ranges = ranges?;
    if ranges.is_empty() {
        let message = "`ip-filter` needs at least one `address` or `address-range`";
        reader.error("missing-element", reader.element.name_span, message);
        return None;
    }
    Some(Action::FilterAddress(Box::new(AddressFilter { action: action?, ranges })))
}

fn read_address(part: &mut Reader<'_, '_>) -> Option<Range> {
    part.check_shape(&ADDRESS);
    let address = part.written_in(part.element)?;
    let span = inside(part.element);
    ranged((address.clone(), span), (address, span), part)
}

fn read_range(part: &mut Reader<'_, '_>) -> Option<Range> {
    part.check_shape(&ADDRESS_RANGE);
    let (from, to) = (part.required_text("from"), part.required_text("to"));
    let span = |name| part.element.attribute(name).map_or(part.element.name_span, |end| end.value_span);
    let (first, last) = (span("from"), span("to"));
    ranged((from?, first), (to?, last), part)
}

fn ranged(from: (Written, Span), to: (Written, Span), part: &mut Reader<'_, '_>) -> Option<Range> {
    let (Some(first), Some(last)) = (from.0.literal(), to.0.literal()) else {
        return Some(Range::Worked(from.0, to.0));
    };
    let ends = (read_ip(first, from.1, part), read_ip(last, to.1, part));
    Some(Range::Fixed(ends.0?, ends.1?))
}

fn read_ip(text: &str, span: Span, part: &mut Reader<'_, '_>) -> Option<IpAddr> {
    let address = text.trim().parse().ok();
    if address.is_none() {
        part.error("invalid-value", span, format!("`{}` is no IP address", shorten(text.trim())));
    }
    address
}

impl AddressFilter {
    pub(crate) fn judge(&self, situation: &Situation<'_>) -> Result<(), Failure> {
        let shown = situation.facts.caller_ip();
        let Ok(caller) = shown.trim().parse::<IpAddr>().map(|caller| caller.to_canonical()) else {
            let message = "Failed to establish IP address for the caller. Access denied.";
            return Err(Failure::told("FailedToParseCallerIP", message, FORBIDDEN));
        };
        let mut is_in = false;
        for range in &self.ranges {
            is_in = is_in || range.holds(caller, situation)?;
        }
        match (situation.choice(&self.action, &ACTIONS)?, is_in) {
            (Filter::Allow, true) | (Filter::Forbid, false) => Ok(()),
            (Filter::Allow, false) => {
                let message = format!("Caller IP address {caller} is not allowed. Access denied.");
                Err(Failure::told("CallerIpNotAllowed", message, FORBIDDEN))
            }
            (Filter::Forbid, true) => {
                let message = "Caller IP address is blocked. Access denied.";
                Err(Failure::told("CallerIpBlocked", message, FORBIDDEN))
            }
        }
    }
}

impl Range {
    fn holds(&self, caller: IpAddr, situation: &Situation<'_>) -> Result<bool, Failure> {
        let (from, to) = match self {
            Range::Fixed(from, to) => (*from, *to),
            Range::Worked(from, to) => (address(from, situation)?, address(to, situation)?),
        };
        let (from, to) = (from.to_canonical(), to.to_canonical());
        Ok(from.is_ipv4() == caller.is_ipv4()
            && to.is_ipv4() == caller.is_ipv4()
            && from <= caller
            && caller <= to)
    }
}

fn address(written: &Written, situation: &Situation<'_>) -> Result<IpAddr, Failure> {
    let text = situation.text(written)?;
    text.trim()
        .parse()
        .map_err(|_| Failure::hidden("InvalidAddress", "The IP address to compare with is none.", 500))
}

pub(crate) static IP_FILTER: Statement = Statement {
    sections: &[Section::Inbound],
    attributes: &[Attribute::valued("action").required().one_of(&["allow", "forbid"])],
    children: &["address", "address-range"],
    ..Statement::new("ip-filter", "Lets only some IP addresses pass, or all but some.", Read::Step(read))
};

pub(crate) static ADDRESS: Statement =
    Statement { children: &["#text"], ..Statement::new("address", "One IP address.", Read::Part) };

pub(crate) static ADDRESS_RANGE: Statement = Statement {
    attributes: &[Attribute::valued("from").required(), Attribute::valued("to").required()],
    ..Statement::new("address-range", "All IP addresses from one to another.", Read::Part)
};

const ACTIONS: [(&str, Filter); 2] = [("allow", Filter::Allow), ("forbid", Filter::Forbid)];
const FORBIDDEN: u16 = 403;
