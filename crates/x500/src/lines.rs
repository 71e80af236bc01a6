//! A type and a value on each line, as `openssl x509 -subject -nameopt multiline` prints them.

use crate::list::shown;
use crate::{Name, NameProblem, Order, Pair, Written, object_id};

/// `None` if the text is no such list: it has one line, or its lines end in marks of another form.
pub(crate) fn parse(text: &str) -> Option<Result<Written, NameProblem>> {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let (_, before) = lines.split_last()?;
    let is_list = !before.is_empty() && before.iter().all(|line| !line.ends_with([',', ';', '+', '\\']));
    is_list.then(|| name(&lines))
}

fn name(lines: &[&str]) -> Result<Written, NameProblem> {
    let parts: Result<Vec<Vec<Pair>>, NameProblem> = lines.iter().map(|line| Ok(vec![pair(line)?])).collect();
    Ok(Written { readings: vec![Name::new(parts?)], order: Order::Encoded })
}

fn pair(line: &str) -> Result<Pair, NameProblem> {
    let (kind, value) = line.split_once('=').ok_or_else(|| NameProblem::NoType(shown(line)))?;
    let object_id = object_id(kind.trim()).ok_or_else(|| NameProblem::UnknownType(shown(kind)))?;
    Ok((object_id, value.trim().to_owned()))
}
