//! `ip-filter`: lets only some addresses pass, or all but some.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::blank::trimmed;
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
    Block(Written),
    Between(Written, Written),
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
    let written = part.written_in(part.element)?;
    let Some(text) = written.literal() else { return Some(Range::Block(written)) };
    let block = block(text);
    if block.is_none() {
        refuse(text, inside(part.element), part);
    }
    block.map(|(first, last)| Range::Fixed(first, last))
}

fn read_range(part: &mut Reader<'_, '_>) -> Option<Range> {
    part.check_shape(&ADDRESS_RANGE);
    let (from, to) = (part.required_text("from"), part.required_text("to"));
    let span = |name| part.element.attribute(name).map_or(part.element.name_span, |end| end.value_span);
    let (first, last) = (span("from"), span("to"));
    let (from, to) = (from?, to?);
    let (Some(from), Some(to)) = (from.literal(), to.literal()) else {
        return Some(Range::Between(from, to));
    };
    let ends = (read_ip(from, first, part), read_ip(to, last, part));
    let (from, to) = (ends.0?, ends.1?);
    warn_of_empty(from, to, first, part);
    Some(Range::Fixed(from, to))
}

/// A range that no address lies in is valid, and surely not meant.
fn warn_of_empty(from: IpAddr, to: IpAddr, span: Span, part: &mut Reader<'_, '_>) {
    let (from, to) = (from.to_canonical(), to.to_canonical());
    if from.is_ipv4() != to.is_ipv4() {
        let message = "no address lies in this range: one end is IPv4, the other IPv6";
        part.warning("empty-range", span, message).set_help("write two ranges");
    } else if from > to {
        let message = format!("no address lies in this range: `{from}` comes after `{to}`");
        part.warning("empty-range", span, message).set_help("exchange `from` and `to`");
    }
}

fn read_ip(text: &str, span: Span, part: &mut Reader<'_, '_>) -> Option<IpAddr> {
    let address = trimmed(text).parse().ok();
    if address.is_none() {
        refuse(text, span, part);
    }
    address
}

fn refuse(text: &str, span: Span, part: &mut Reader<'_, '_>) {
    part.error("invalid-value", span, format!("`{}` is not a valid IP address", shorten(trimmed(text))));
}

/// The first and the last address of a block as RFC 4632 §3.1 writes it: `192.0.2.0/24`; an address
/// alone is a block of one.
fn block(text: &str) -> Option<(IpAddr, IpAddr)> {
    let (address, bits) = match trimmed(text).split_once('/') {
        Some((address, bits)) => (address, Some(bits.parse::<u32>().ok()?)),
        None => (trimmed(text), None),
    };
    match address.parse().ok()? {
        IpAddr::V4(address) => {
            let free = u32::BITS.checked_sub(bits.unwrap_or(u32::BITS))?;
            let hosts = u32::MAX.checked_shr(u32::BITS - free).unwrap_or(0);
            let first = address.to_bits() & !hosts;
            Some((Ipv4Addr::from_bits(first).into(), Ipv4Addr::from_bits(first | hosts).into()))
        }
        IpAddr::V6(address) => {
            let free = u128::BITS.checked_sub(bits.unwrap_or(u128::BITS))?;
            let hosts = u128::MAX.checked_shr(u128::BITS - free).unwrap_or(0);
            let first = address.to_bits() & !hosts;
            Some((Ipv6Addr::from_bits(first).into(), Ipv6Addr::from_bits(first | hosts).into()))
        }
    }
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
            Range::Block(written) => block(&situation.text(written)?).ok_or_else(no_address)?,
            Range::Between(from, to) => (address(from, situation)?, address(to, situation)?),
        };
        let (from, to) = (from.to_canonical(), to.to_canonical());
        Ok(from.is_ipv4() == caller.is_ipv4()
            && to.is_ipv4() == caller.is_ipv4()
            && from <= caller
            && caller <= to)
    }
}

fn address(written: &Written, situation: &Situation<'_>) -> Result<IpAddr, Failure> {
    situation.text(written)?.trim().parse().map_err(|_| no_address())
}

fn no_address() -> Failure {
    Failure::hidden("InvalidAddress", "The text to compare with is not a valid IP address.", 500)
}

pub(crate) static IP_FILTER: Statement = Statement {
    sections: &[Section::Inbound],
    attributes: &[Attribute::valued("action").required().one_of(&["allow", "forbid"])],
    children: &["address", "address-range"],
    ..Statement::new("ip-filter", "Lets only some IP addresses pass, or all but some.", Read::Step(read))
};

pub(crate) static ADDRESS: Statement = Statement {
    children: &["#text"],
    ..Statement::new("address", "One IP address, or a block of them: `192.0.2.0/24`.", Read::Part)
};

pub(crate) static ADDRESS_RANGE: Statement = Statement {
    attributes: &[Attribute::valued("from").required(), Attribute::valued("to").required()],
    ..Statement::new("address-range", "All IP addresses from one to another.", Read::Part)
};

const ACTIONS: [(&str, Filter); 2] = [("allow", Filter::Allow), ("forbid", Filter::Forbid)];
const FORBIDDEN: u16 = 403;
