//! The members of the table as they are written there: `static Join(string separator, params object[] values): string`.

use crate::expression::class::class_name;
use crate::expression::types::Type;

/// How a member is used.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum MemberKind {
    Property,
    Method,
    /// `x[…]`.
    Indexer,
    /// `new T(…)`.
    Constructor,
}

/// A member as the resolver looks for it.
#[derive(Clone, Debug)]
pub(crate) struct Signature {
    pub(crate) name: &'static str,
    pub(crate) kind: MemberKind,
    pub(crate) is_static: bool,
    /// The type arguments that can be written after the name.
    pub(crate) variables: Vec<char>,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) gives: Type,
}

#[derive(Clone, Debug)]
pub(crate) struct Parameter {
    pub(crate) ty: Type,
    pub(crate) name: &'static str,
    pub(crate) mode: Mode,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Mode {
    Needed,
    Optional,
    /// Takes all further arguments; the type is that of one.
    Rest,
    Out,
    /// Not written by anyone: handed the type that a type variable stands for.
    Type,
}

/// Reads a line of the table. Lines are ours, so that one that can't be read is found by the tests.
pub(crate) fn parse(line: &'static str) -> Option<Signature> {
    let (is_static, line) = match line.strip_prefix("static ") {
        Some(rest) => (true, rest),
        None => (false, line),
    };
    if let Some(rest) = line.strip_prefix("new(") {
        let parameters = parameters(rest.strip_suffix(')')?)?;
        let kind = MemberKind::Constructor;
        let (name, variables, gives) = ("new", Vec::new(), Type::Unknown);
        return Some(Signature { name, kind, is_static: true, variables, parameters, gives });
    }
    let (head, gives) = line.rsplit_once(": ")?;
    let gives = type_of(gives)?;
    if let Some(rest) = head.strip_prefix("this[") {
        let parameters = parameters(rest.strip_suffix(']')?)?;
        let (name, variables) = ("this", Vec::new());
        return Some(Signature { name, kind: MemberKind::Indexer, is_static, variables, parameters, gives });
    }
    let Some((name, inside)) = head.split_once('(') else {
        let (kind, variables, parameters) = (MemberKind::Property, Vec::new(), Vec::new());
        return Some(Signature { name: head, kind, is_static, variables, parameters, gives });
    };
    let (name, variables) = match name.split_once('<') {
        Some((name, letters)) => (name, letters.chars().filter(char::is_ascii_uppercase).collect()),
        None => (name, Vec::new()),
    };
    let parameters = parameters(inside.strip_suffix(')')?)?;
    Some(Signature { name, kind: MemberKind::Method, is_static, variables, parameters, gives })
}

fn parameters(list: &'static str) -> Option<Vec<Parameter>> {
    split(list).into_iter().map(parameter).collect()
}

fn parameter(text: &'static str) -> Option<Parameter> {
    let text = text.trim();
    let (mode, text) = if let Some(rest) = text.strip_prefix("params ") {
        (Mode::Rest, rest)
    } else if let Some(rest) = text.strip_prefix("out ") {
        (Mode::Out, rest)
    } else if let Some(rest) = text.strip_prefix("type ") {
        (Mode::Type, rest)
    } else if let Some(rest) = text.strip_suffix(" =") {
        (Mode::Optional, rest)
    } else {
        (Mode::Needed, text)
    };
    if mode == Mode::Type {
        return Some(Parameter { ty: type_of(text)?, name: "", mode });
    }
    let (ty, name) = text.rsplit_once(' ')?;
    let ty = type_of(ty)?;
    let ty = match (mode, ty) {
        (Mode::Rest, Type::Array(element)) => *element,
        (_, ty) => ty,
    };
    Some(Parameter { ty, name, mode })
}

/// A type as the table writes it: `Dictionary<string, T[]>`, `int?`, `T`.
pub(crate) fn type_of(text: &'static str) -> Option<Type> {
    let text = text.trim();
    if let Some(element) = text.strip_suffix("[]") {
        return type_of(element).map(Type::array_of);
    }
    if let Some(inner) = text.strip_suffix('?') {
        return type_of(inner).map(Type::or_null);
    }
    match text {
        "void" => return Some(Type::Void),
        "?" | "unknown" | "" => return Some(Type::Unknown),
        _ => {}
    }
    let mut letters = text.chars();
    if let (Some(letter @ 'A'..='Z'), None) = (letters.next(), letters.next()) {
        return Some(Type::Variable(letter));
    }
    match text.split_once('<') {
        Some((name, arguments)) => {
            let arguments = split(arguments.strip_suffix('>')?).into_iter().map(type_of);
            Some(Type::Named(class_name(name)?, arguments.collect::<Option<_>>()?))
        }
        None => Some(Type::Named(class_name(text)?, Vec::new())),
    }
}

/// Splits at the commas that stand in no brackets.
fn split(list: &'static str) -> Vec<&'static str> {
    let mut parts = Vec::new();
    let (mut depth, mut start) = (0_usize, 0);
    for (at, character) in list.char_indices() {
        match character {
            '<' => depth += 1,
            '>' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                parts.extend(list.get(start..at));
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.extend(list.get(start..).filter(|last| !last.trim().is_empty()));
    parts
}
