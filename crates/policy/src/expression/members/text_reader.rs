//! `StringReader` and `StringWriter`.

use std::cell::RefCell;

use crate::error::EvaluationError;
use crate::expression::arguments::{at, object, text, text_or_none};
use crate::expression::class::{Class, Member, member, plain};
use crate::expression::evaluate::{Machine, Step};
use crate::expression::object::{Object, Reader};
use crate::value::Value;

pub(crate) static CLASSES: &[Class] = &[
    Class { aliases: &["TextReader"], bases: &["object"], ..plain("StringReader", READER) },
    Class { aliases: &["TextWriter"], bases: &["object"], ..plain("StringWriter", WRITER) },
];

const READER: &[Member] = &[
    member(&["new(string s)"], |_, a| {
        Ok(Value::object(Object::Reader(Reader { text: text(a, 0)?, at: 0.into() })))
    }),
    member(&["ReadLine(): string"], |machine, a| {
        let reader = reader(a)?;
        let rest = reader.rest();
        if rest.is_empty() {
            return Ok(Value::Null);
        }
        let line = rest.split(['\r', '\n']).next().unwrap_or_default();
        let after = rest.get(line.len()..).unwrap_or_default();
        let end = if after.starts_with("\r\n") { 2 } else { usize::from(!after.is_empty()) };
        reader.at.set(reader.at.get() + line.len() + end);
        machine.made(line.to_owned())
    }),
    member(&["ReadToEnd(): string"], |machine, a| {
        let reader = reader(a)?;
        let rest = reader.rest().to_owned();
        reader.at.set(reader.text.len());
        machine.made(rest)
    }),
    member(&["Peek(): int"], |_, a| Ok(Value::Int(next(reader(a)?).map_or(-1, |(unit, _)| unit)))),
    member(&["Read(): int"], |_, a| {
        let reader = reader(a)?;
        let Some((unit, length)) = next(reader) else { return Ok(Value::Int(-1)) };
        reader.at.set(reader.at.get() + length);
        Ok(Value::Int(unit))
    }),
    member(&["Dispose(): void", "Close(): void"], |_, _| Ok(Value::Null)),
];

const WRITER: &[Member] = &[
    member(&["new()"], |_, _| Ok(Value::object(Object::Builder(RefCell::new(String::new()))))),
    member(&["Write(object value): void"], |machine, a| written(machine, a, "")),
    member(&["WriteLine(): void", "WriteLine(object value): void"], |machine, a| written(machine, a, "\n")),
    member(&["ToString(): string"], |machine, a| {
        let whole = at(a, 0).print()?.to_string();
        machine.made(whole)
    }),
    member(&["Flush(): void", "Dispose(): void", "Close(): void"], |_, _| Ok(Value::Null)),
];

fn reader(a: &[Value]) -> Step<&Reader> {
    match object(a, 0)? {
        Object::Reader(reader) => Ok(reader),
        _ => Err(EvaluationError::WrongKind.into()),
    }
}

/// The next character and its length in bytes; one beyond the first 65,536 is read at once, as its first half.
fn next(reader: &Reader) -> Option<(i32, usize)> {
    let next = reader.rest().chars().next()?;
    let unit = next.encode_utf16(&mut [0; 2]).first().copied()?;
    Some((i32::from(unit), next.len_utf8()))
}

fn written(machine: &mut Machine<'_>, a: &[Value], end: &str) -> Step<Value> {
    let text = text_or_none(a, 1)?.unwrap_or_else(|| "".into());
    machine.make(text.len() + end.len())?;
    if let Object::Builder(whole) = object(a, 0)? {
        whole.borrow_mut().push_str(&text);
        whole.borrow_mut().push_str(end);
    }
    Ok(Value::Null)
}
