//! `SelectToken`: `a.b[0].c`, `['name']`, `..name`, `*`, `[*]` and `[?(@.name == 'x')]` of JSONPath.

use std::rc::Rc;

use crate::error::EvaluationError;
use crate::expression::calculate::order_of;
use crate::expression::evaluate::{Machine, Step};
use crate::expression::json::{Json, JsonKind};
use crate::expression::json_read;
use crate::value::Value;

/// The tokens that a path leads to, in their order.
pub(crate) fn select(machine: &mut Machine<'_>, root: &Rc<Json>, path: &str) -> Step<Vec<Rc<Json>>> {
    let mut found = vec![Rc::clone(root)];
    let mut rest = path.strip_prefix('$').unwrap_or(path);
    while !rest.is_empty() {
        machine.spend(found.len() + 1)?;
        let deep = rest.starts_with("..");
        rest = rest.trim_start_matches('.');
        if deep {
            found = found.iter().flat_map(below).collect();
            machine.spend(found.len())?;
        }
        let (part, after) = next_part(rest).ok_or_else(|| wrong(path))?;
        let mut next = Vec::new();
        for json in &found {
            step(json, &part, &mut next)?;
        }
        found = next;
        rest = after;
    }
    Ok(found)
}

/// Whether a path can be followed at all.
pub(crate) fn is_path(path: &str) -> bool {
    let mut rest = path.strip_prefix('$').unwrap_or(path);
    while !rest.is_empty() {
        match next_part(rest.trim_start_matches('.')) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    true
}

enum Part<'p> {
    Name(&'p str),
    Index(i64),
    All,
    /// Name, operator, text of what it is compared with.
    Filter(&'p str, &'p str, &'p str),
}

fn next_part(rest: &str) -> Option<(Part<'_>, &str)> {
    if let Some(inner) = rest.strip_prefix("[?(") {
        let end = inner.find(")]")?;
        let condition = inner.get(..end)?.trim();
        let condition = condition.strip_prefix("@.").or_else(|| condition.strip_prefix("@"))?;
        let after = inner.get(end + 2..)?;
        for operator in ["==", "!=", "<=", ">=", "<", ">"] {
            if let Some((name, wanted)) = condition.split_once(operator) {
                return Some((Part::Filter(name.trim(), operator, wanted.trim()), after));
            }
        }
        return Some((Part::Filter(condition, "", ""), after));
    }
    if let Some(inner) = rest.strip_prefix('[') {
        let end = inner.find(']')?;
        let (index, after) = (inner.get(..end)?.trim(), inner.get(end + 1..)?);
        let name = index.strip_prefix(['\'', '"']).and_then(|name| name.strip_suffix(['\'', '"']));
        let part = match (name, index) {
            (Some(name), _) => Part::Name(name),
            (None, "*") => Part::All,
            (None, number) => Part::Index(number.parse().ok()?),
        };
        return Some((part, after));
    }
    let end = rest.find(['.', '[']).unwrap_or(rest.len());
    let name = rest.get(..end).filter(|name| !name.is_empty())?;
    let part = if name == "*" { Part::All } else { Part::Name(name) };
    Some((part, rest.get(end..)?))
}

fn step(json: &Rc<Json>, part: &Part<'_>, next: &mut Vec<Rc<Json>>) -> Step<()> {
    match (&*json.kind.borrow(), part) {
        (JsonKind::Object(members), Part::Name(name)) => next.extend(members.get(*name).cloned()),
        (JsonKind::Object(members), Part::All) => next.extend(members.values().cloned()),
        (JsonKind::Array(items), Part::All) => next.extend(items.iter().cloned()),
        (JsonKind::Array(items), Part::Index(number)) => {
            next.extend(usize::try_from(*number).ok().and_then(|number| items.get(number)).cloned());
        }
        (JsonKind::Array(items), Part::Filter(name, operator, wanted)) => {
            for item in items {
                if fits(item, name, operator, wanted)? {
                    next.push(Rc::clone(item));
                }
            }
        }
        (JsonKind::Object(members), Part::Filter(name, operator, wanted)) => {
            for member in members.values() {
                if fits(member, name, operator, wanted)? {
                    next.push(Rc::clone(member));
                }
            }
        }
        _ => {}
    }
    Ok(())
}

fn fits(item: &Rc<Json>, name: &str, operator: &str, wanted: &str) -> Step<bool> {
    let mut own = Some(Rc::clone(item));
    for part in name.split('.').filter(|part| !part.is_empty()) {
        own = own.and_then(|json| match &*json.kind.borrow() {
            JsonKind::Object(members) => members.get(part).cloned(),
            _ => None,
        });
    }
    let Some(own) = own else { return Ok(false) };
    if operator.is_empty() {
        return Ok(true);
    }
    let wanted = json_read::read(wanted).map_err(|_| wrong(wanted))?.scalar().unwrap_or(Value::Null);
    let own = own.scalar().unwrap_or(Value::Null);
    let order = match (&own, &wanted) {
        (Value::Text(own), Value::Text(wanted)) => Some(own.cmp(wanted)),
        (own, wanted) => order_of(own, wanted),
    };
    Ok(match operator {
        "==" => own.equals(&wanted),
        "!=" => !own.equals(&wanted),
        "<" => order.is_some_and(std::cmp::Ordering::is_lt),
        ">" => order.is_some_and(std::cmp::Ordering::is_gt),
        "<=" => order.is_some_and(std::cmp::Ordering::is_le),
        _ => order.is_some_and(std::cmp::Ordering::is_ge),
    })
}

/// A token and all below it.
fn below(json: &Rc<Json>) -> Vec<Rc<Json>> {
    let mut all = vec![Rc::clone(json)];
    match &*json.kind.borrow() {
        JsonKind::Object(members) => members.values().for_each(|member| all.extend(below(member))),
        JsonKind::Array(items) => items.iter().for_each(|item| all.extend(below(item))),
        JsonKind::Scalar(_) => {}
    }
    all
}

/// Where a token lies, as `SelectToken` would be asked for it.
pub(crate) fn path_of(json: &Rc<Json>) -> String {
    let mut path = String::new();
    let mut at = Rc::clone(json);
    while let Some(owner) = at.parent() {
        let part = match &*owner.kind.borrow() {
            JsonKind::Object(members) => {
                let name = members
                    .iter()
                    .find(|(_, member)| Rc::ptr_eq(member, &at))
                    .map(|(name, _)| name.to_string());
                format!(".{}", name.unwrap_or_default())
            }
            JsonKind::Array(items) => {
                let place = items.iter().position(|item| Rc::ptr_eq(item, &at));
                format!("[{}]", place.unwrap_or_default())
            }
            JsonKind::Scalar(_) => String::new(),
        };
        path = part + &path;
        at = owner;
    }
    path.trim_start_matches('.').to_owned()
}

fn wrong(path: &str) -> EvaluationError {
    EvaluationError::thrown("JsonException", format!("Unexpected character while parsing path: {path}"))
}
