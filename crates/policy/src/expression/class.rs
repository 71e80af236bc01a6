//! The classes that expressions may use: what is allowed, documented and completed in one table.

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::expression::evaluate::{Machine, Step};
use crate::expression::members;
use crate::expression::signature::{self, Signature};
use crate::expression::types::Type;
use crate::value::Value;

/// A class of .NET or of the call.
pub(crate) struct Class {
    /// As C# writes it: `string`, `List`.
    pub(crate) name: &'static str,
    /// Other short names of it: `String`.
    pub(crate) aliases: &'static [&'static str],
    /// The letters of its type arguments, as its members use them.
    pub(crate) parameters: &'static str,
    /// What it is as well, as signatures write types.
    pub(crate) bases: &'static [&'static str],
    /// A number, time or enumeration, which can't be null.
    pub(crate) is_value: bool,
    pub(crate) members: &'static [Member],
    /// The names and numbers of an enumeration.
    pub(crate) names: &'static [(&'static str, i32)],
}

/// One member of a class, or several that are run the same way.
pub(crate) struct Member {
    /// The overloads, the one tried first at the front.
    pub(crate) signatures: &'static [&'static str],
    pub(crate) run: Run,
    /// An extension method is called on null as well.
    pub(crate) takes_null: bool,
}

/// Runs a member: the object first unless the member is static, then the arguments.
pub(crate) type Run = fn(&mut Machine<'_>, &[Value]) -> Step<Value>;

/// The lines of a class, read.
struct Reading {
    signatures: Vec<(Signature, &'static Member)>,
    bases: Vec<Type>,
}

/// A class with nothing but a name, to be completed with `..`.
pub(crate) const fn plain(name: &'static str, members: &'static [Member]) -> Class {
    Class { name, aliases: &[], parameters: "", bases: &[], is_value: false, members, names: &[] }
}

/// An enumeration.
pub(crate) const fn enumeration(name: &'static str, names: &'static [(&'static str, i32)]) -> Class {
    Class { is_value: true, names, ..plain(name, &[]) }
}

/// A member that is run one way for each of its signatures.
pub(crate) const fn member(signatures: &'static [&'static str], run: Run) -> Member {
    Member { signatures, run, takes_null: false }
}

/// An extension method: its first argument may be null.
pub(crate) const fn extension(signatures: &'static [&'static str], run: Run) -> Member {
    Member { signatures, run, takes_null: true }
}

impl Class {
    pub(crate) fn is_enumeration(&self) -> bool {
        !self.names.is_empty()
    }

    pub(crate) fn parameter_count(&self) -> usize {
        self.parameters.len()
    }

    /// What stands for one of the class's letters.
    pub(crate) fn argument(&self, letter: char, arguments: &[Type]) -> Option<Type> {
        self.parameters.find(letter).and_then(|at| arguments.get(at)).cloned()
    }

    pub(crate) fn base_types(&self) -> &'static [Type] {
        self.reading().map_or(&[], |reading| &reading.bases)
    }

    /// All members with how they are run.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&'static Signature, &'static Member)> {
        let signatures = self.reading().map_or(&[][..], |reading| &reading.signatures);
        signatures.iter().map(|(signature, member)| (signature, *member))
    }

    fn reading(&self) -> Option<&'static Reading> {
        static READINGS: OnceLock<HashMap<&'static str, Reading>> = OnceLock::new();
        let readings = READINGS.get_or_init(|| {
            let classes = members::CLASSES.iter().flat_map(|classes| classes.iter());
            classes.map(|class| (class.name, Reading::of(class))).collect()
        });
        readings.get(self.name)
    }
}

impl Reading {
    fn of(class: &'static Class) -> Self {
        let mut signatures = Vec::new();
        for member in class.members {
            let read = member.signatures.iter().filter_map(|line| signature::parse(line));
            signatures.extend(read.map(|signature| (signature, member)));
        }
        let bases = class.bases.iter().filter_map(|base| signature::type_of(base)).collect();
        Self { signatures, bases }
    }
}

/// The class with this short name or alias.
pub(crate) fn class(name: &str) -> Option<&'static Class> {
    static BY_NAME: OnceLock<HashMap<&'static str, &'static Class>> = OnceLock::new();
    BY_NAME
        .get_or_init(|| {
            members::CLASSES
                .iter()
                .flat_map(|classes| classes.iter())
                .flat_map(|class| class.aliases.iter().chain([&class.name]).map(move |name| (*name, class)))
                .collect()
        })
        .get(name)
        .copied()
}

/// The name that a class has in types.
pub(crate) fn class_name(name: &str) -> Option<&'static str> {
    class(name).map(|class| class.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_can_be_read() {
        for class in members::CLASSES.iter().flat_map(|classes| classes.iter()) {
            for line in class.members.iter().flat_map(|member| member.signatures) {
                assert!(signature::parse(line).is_some(), "{}: {line}", class.name);
            }
            for base in class.bases {
                assert!(signature::type_of(base).is_some(), "{}: {base}", class.name);
            }
        }
    }
}
