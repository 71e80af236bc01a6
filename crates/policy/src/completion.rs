//! What expressions may use, as plain data: what an editor offers after a dot.

use crate::expression::class;
use crate::expression::members::CLASSES;
use crate::expression::signature::{self, MemberKind};

/// A class with its members.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Class {
    /// As C# writes it: `string`, `List`; the call itself is `context`.
    pub name: &'static str,
    /// Other names of it.
    pub aliases: &'static [&'static str],
    /// The letters of its type arguments, as its members write them: `KV`.
    pub parameters: &'static str,
    /// What it is as well, and whose members it has too: `IEnumerable<T>`.
    pub bases: &'static [&'static str],
    /// Its own members, one entry for each overload.
    pub members: Vec<Member>,
    /// The names of an enumeration.
    pub names: Vec<&'static str>,
}

/// A member of a class.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Member {
    /// Its name; `this` for an indexer.
    pub name: &'static str,
    /// How it is used.
    pub kind: Kind,
    /// Whether it belongs to the class and not to an object.
    pub is_static: bool,
    /// The whole line, as the documentation has it: `Substring(int startIndex): string`.
    pub signature: &'static str,
    /// The class of what it gives, with type arguments: `List<T>`; `void` for nothing.
    pub gives: String,
}

/// How a member is used.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// `x.Name`
    Property,
    /// `x.Name(…)`
    Method,
    /// `x[…]`
    Indexer,
}

/// All classes, in no order that means anything.
pub fn classes() -> impl Iterator<Item = Class> {
    CLASSES.iter().flat_map(|classes| classes.iter()).map(class)
}

fn class(known: &'static class::Class) -> Class {
    let class::Class { name, aliases, parameters, bases, members, names, .. } = *known;
    let lines = members.iter().flat_map(|member| member.signatures.iter());
    let members = lines.filter_map(|line| member(line)).collect();
    let names = names.iter().map(|(name, _)| *name).collect();
    Class { name, aliases, parameters, bases, members, names }
}

/// None for a constructor: it is used by the name of its class.
fn member(line: &'static str) -> Option<Member> {
    let read = signature::parse(line)?;
    let kind = match read.kind {
        MemberKind::Property => Kind::Property,
        MemberKind::Method => Kind::Method,
        MemberKind::Indexer => Kind::Indexer,
        MemberKind::Constructor => return None,
    };
    let signature = line.strip_prefix("static ").unwrap_or(line);
    Some(Member {
        name: read.name,
        kind,
        is_static: read.is_static,
        signature,
        gives: read.gives.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member_of(class: &str, member: &str) -> Member {
        let class = classes().find(|known| known.name == class).unwrap();
        class.members.into_iter().find(|known| known.name == member).unwrap()
    }

    #[test]
    fn the_way_from_the_call_to_the_thumbprint_of_its_certificate_is_there() {
        let request = member_of("context", "Request");
        assert_eq!((request.kind, request.gives.as_str()), (Kind::Property, "IRequest"));
        let certificate = member_of(&request.gives, "Certificate");
        let thumbprint = member_of(&certificate.gives, "Thumbprint");
        assert_eq!((thumbprint.gives.as_str(), thumbprint.signature), ("string", "Thumbprint: string"));
    }

    #[test]
    fn statics_and_methods_are_told_apart() {
        let join = member_of("string", "Join");
        assert!(join.is_static && join.kind == Kind::Method && !join.signature.starts_with("static"));
        assert!(!member_of("string", "Substring").is_static);
    }

    #[test]
    fn no_two_classes_share_a_name() {
        let mut names: Vec<&str> = classes().map(|class| class.name).collect();
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all);
    }
}
