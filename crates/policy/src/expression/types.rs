//! The types of expressions, as far as they are known before an expression runs.

use std::fmt;
use std::sync::Arc;

use crate::expression::class::{Class, class};
use crate::expression::tree::TypeName;

/// A type; `Unknown` is never complained about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Type {
    /// Something was wrong there, which has been reported, or it can't be told.
    Unknown,
    Null,
    Void,
    /// A class of the table by its short name, with its type arguments.
    Named(&'static str, Vec<Type>),
    Array(Box<Type>),
    /// `T?` of a number, bool, time and the like.
    Nullable(Box<Type>),
    /// `T` in a signature.
    Variable(char),
    /// `new { a = 1 }`.
    Anonymous(Arc<Vec<(Arc<str>, Type)>>),
}

impl Type {
    pub(crate) const OBJECT: Type = Type::Named("object", Vec::new());
    pub(crate) const BOOL: Type = Type::Named("bool", Vec::new());
    pub(crate) const INT: Type = Type::Named("int", Vec::new());
    pub(crate) const LONG: Type = Type::Named("long", Vec::new());
    pub(crate) const DOUBLE: Type = Type::Named("double", Vec::new());
    pub(crate) const FLOAT: Type = Type::Named("float", Vec::new());
    pub(crate) const DECIMAL: Type = Type::Named("decimal", Vec::new());
    pub(crate) const CHAR: Type = Type::Named("char", Vec::new());
    pub(crate) const STRING: Type = Type::Named("string", Vec::new());
    pub(crate) const DATE_TIME: Type = Type::Named("DateTime", Vec::new());
    pub(crate) const TIME_SPAN: Type = Type::Named("TimeSpan", Vec::new());
    pub(crate) const DISTINGUISHED_NAME: Type = Type::Named("X500DistinguishedName", Vec::new());
    pub(crate) const CONTEXT: Type = Type::Named("context", Vec::new());

    pub(crate) fn named(name: &'static str) -> Type {
        Type::Named(name, Vec::new())
    }

    pub(crate) fn array_of(element: Type) -> Type {
        Type::Array(Box::new(element))
    }

    pub(crate) fn is(&self, name: &str) -> bool {
        matches!(self, Type::Named(known, _) if *known == name)
    }

    pub(crate) fn class(&self) -> Option<&'static Class> {
        match self {
            Type::Named(name, _) => class(name),
            Type::Array(_) => class("Array"),
            Type::Anonymous(_) => class("object"),
            _ => None,
        }
    }

    pub(crate) fn is_number(&self) -> bool {
        rank(self).is_some() || *self == Type::Unknown
    }

    pub(crate) fn is_enumeration(&self) -> bool {
        self.class().is_some_and(|class| class.is_enumeration())
    }

    /// Whether a value can be null.
    pub(crate) fn is_reference(&self) -> bool {
        match self {
            Type::Void => false,
            Type::Named(..) => self.class().is_none_or(|class| !class.is_value),
            _ => true,
        }
    }

    /// Whether it is made of more types than one would ever write. Whatever walks over other types needn't be afraid
    /// of their depth.
    pub(crate) fn is_vast(&self) -> bool {
        self.takes_all(&mut MOST_PARTS.clone())
    }

    /// Takes one of `left` for each type in this one; whether they didn't suffice.
    fn takes_all(&self, left: &mut usize) -> bool {
        let Some(fewer) = left.checked_sub(1) else { return true };
        *left = fewer;
        match self {
            Type::Named(_, arguments) => arguments.iter().any(|argument| argument.takes_all(left)),
            Type::Array(inner) | Type::Nullable(inner) => inner.takes_all(left),
            Type::Anonymous(members) => members.iter().any(|(_, member)| member.takes_all(left)),
            Type::Unknown | Type::Null | Type::Void | Type::Variable(_) => false,
        }
    }

    /// The type without its `?`.
    pub(crate) fn plain(&self) -> &Type {
        match self {
            Type::Nullable(inner) => inner,
            other => other,
        }
    }

    /// The same type, where null is a value of it.
    pub(crate) fn or_null(self) -> Type {
        if self.is_reference() { self } else { Type::Nullable(Box::new(self)) }
    }

    /// Whether a value of this type can stand where `wanted` is asked for, without a cast.
    pub(crate) fn fits(&self, wanted: &Type) -> bool {
        if self == wanted {
            return true;
        }
        match (self, wanted) {
            (Type::Void, _) => false,
            (Type::Unknown | Type::Variable(_), _) | (_, Type::Unknown | Type::Variable(_)) => true,
            (_, Type::Named("object", _)) => true,
            (Type::Null, wanted) => wanted.is_reference(),
            (Type::Nullable(one), Type::Nullable(two)) => one.fits(two),
            (one, Type::Nullable(two)) => one.fits(two),
            (Type::Array(_), Type::Named("Array", _)) => true,
            (Type::Array(one), Type::Array(two)) => one.is_reference() && one.is_kind_of(two),
            (Type::Named(one, own), Type::Named(two, others)) if one == two => {
                own.len() != others.len() || own.iter().zip(others).all(|(one, two)| one.fits(two))
            }
            _ => self.widens_to(wanted) || self.converts_to(wanted) || self.derives_from(wanted),
        }
    }

    /// The type of `a ? b : c` and `a ?? b` with these two, if there is one.
    pub(crate) fn common(&self, other: &Type) -> Option<Type> {
        match (self, other) {
            (Type::Unknown, _) | (_, Type::Unknown) => Some(Type::Unknown),
            (Type::Null, other) | (other, Type::Null) if !other.is_reference() => None,
            (one, two) if one.fits(two) => Some(two.clone()),
            (one, two) if two.fits(one) => Some(one.clone()),
            _ => None,
        }
    }

    /// What stands for `T` when this type is seen as the class `name`: `List<int>` as `IEnumerable` gives `int`.
    pub(crate) fn arguments_as(&self, name: &str) -> Option<Vec<Type>> {
        match self {
            Type::Named(own, arguments) if *own == name => Some(arguments.clone()),
            _ => self.bases().iter().find_map(|base| base.arguments_as(name)),
        }
    }

    /// The types that it directly is as well, its arguments put in.
    pub(crate) fn bases(&self) -> Vec<Type> {
        let (class, arguments): (_, &[Type]) = match self {
            Type::Named(_, arguments) => (self.class(), arguments),
            Type::Array(element) => (self.class(), std::slice::from_ref(&**element)),
            _ => return Vec::new(),
        };
        let Some(class) = class else { return Vec::new() };
        class.base_types().iter().map(|base| base.with(&|letter| class.argument(letter, arguments))).collect()
    }

    /// The type with its variables replaced; those without a replacement stay.
    pub(crate) fn with(&self, replacement: &dyn Fn(char) -> Option<Type>) -> Type {
        match self {
            Type::Variable(letter) => replacement(*letter).unwrap_or_else(|| self.clone()),
            Type::Named(name, arguments) => {
                Type::Named(name, arguments.iter().map(|argument| argument.with(replacement)).collect())
            }
            Type::Array(element) => Type::array_of(element.with(replacement)),
            Type::Nullable(inner) => inner.with(replacement).or_null(),
            other => other.clone(),
        }
    }

    /// The elements that `foreach` and the methods of sequences see.
    pub(crate) fn element(&self) -> Option<Type> {
        match self {
            Type::Unknown => Some(Type::Unknown),
            _ => {
                self.arguments_as("IEnumerable").map(|mut arguments| arguments.pop().unwrap_or(Type::OBJECT))
            }
        }
    }

    /// Whether every value of this type is one of the other as it stands, without a conversion.
    pub(crate) fn is_kind_of(&self, other: &Type) -> bool {
        other.is_reference() && (self.fits_class(other) || *other == Type::OBJECT || self == other)
    }

    fn derives_from(&self, wanted: &Type) -> bool {
        self.bases().iter().any(|base| base == wanted || base.fits_class(wanted))
    }

    fn fits_class(&self, wanted: &Type) -> bool {
        match (self, wanted) {
            (Type::Named(one, _), Type::Named(two, _)) if one == two => self.fits(wanted),
            _ => self.derives_from(wanted),
        }
    }

    /// The implicit conversions between numbers (C# 5, §6.1.2).
    fn widens_to(&self, wanted: &Type) -> bool {
        let (Type::Named(from, _), Type::Named(to, _)) = (self, wanted) else { return false };
        match *from {
            "byte" => matches!(*to, "short" | "ushort" | "int" | "uint" | "long" | "ulong") || is_real(to),
            "sbyte" => matches!(*to, "short" | "int" | "long") || is_real(to),
            "short" => matches!(*to, "int" | "long") || is_real(to),
            "ushort" | "char" => {
                matches!(*to, "int" | "uint" | "long" | "ulong")
                    || is_real(to)
                    || (*from == "char" && *to == "ushort")
            }
            "int" => *to == "long" || is_real(to),
            "uint" => matches!(*to, "long" | "ulong") || is_real(to),
            "long" | "ulong" => is_real(to),
            "float" => *to == "double",
            _ => false,
        }
    }

    /// The implicit conversions that classes declare.
    fn converts_to(&self, wanted: &Type) -> bool {
        match wanted {
            Type::Named("JToken", _) => {
                let plain = self.plain();
                plain.is_number()
                    || matches!(
                        plain,
                        Type::Named(
                            "string" | "bool" | "DateTime" | "DateTimeOffset" | "TimeSpan" | "Guid" | "Uri",
                            _
                        )
                    )
                    || *plain == Type::array_of(Type::named("byte"))
            }
            Type::Named("XName" | "XNamespace", _) => self.is("string"),
            Type::Named("DateTimeOffset", _) => self.is("DateTime"),
            _ => false,
        }
    }
}

/// The order in which numbers are widened when two are calculated with.
pub(crate) fn rank(ty: &Type) -> Option<usize> {
    let Type::Named(name, _) = ty else { return None };
    ["sbyte", "byte", "short", "ushort", "char", "int", "uint", "long", "ulong", "float", "double", "decimal"]
        .iter()
        .position(|known| known == name)
}

fn is_real(name: &str) -> bool {
    matches!(name, "float" | "double" | "decimal")
}

/// The most types that one type is made of.
pub(crate) const MOST_PARTS: usize = 40;

/// What the name of a type means here.
pub(crate) enum Known {
    Type(Type),
    /// The class isn't among those that expressions may use.
    No,
}

/// The type that a name in the code means.
pub(crate) fn known(name: &TypeName) -> Known {
    let short = name.name.rsplit('.').next().unwrap_or_default();
    if short == "void" {
        return Known::Type(Type::Void);
    }
    let Some(class) = class(short) else { return Known::No };
    let mut arguments = Vec::with_capacity(name.arguments.len());
    for argument in &name.arguments {
        match known(argument) {
            Known::Type(argument) => arguments.push(argument),
            Known::No => return Known::No,
        }
    }
    let mut ty = match (class.name, arguments.pop()) {
        ("Nullable", Some(inner)) => inner.or_null(),
        (_, None) => Type::Named(class.name, vec![Type::Unknown; class.parameter_count()]),
        (name, Some(last)) => {
            arguments.push(last);
            Type::Named(name, arguments)
        }
    };
    if name.nullable {
        ty = ty.or_null();
    }
    for _ in 0..name.rank {
        ty = Type::array_of(ty);
    }
    Known::Type(ty)
}

impl fmt::Display for Type {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Type::Unknown => formatter.write_str("object"),
            Type::Null => formatter.write_str("null"),
            Type::Void => formatter.write_str("void"),
            Type::Variable(letter) => write!(formatter, "{letter}"),
            Type::Array(element) => write!(formatter, "{element}[]"),
            Type::Nullable(inner) => write!(formatter, "{inner}?"),
            Type::Anonymous(_) => formatter.write_str("anonymous type"),
            Type::Named(name, arguments) if arguments.is_empty() => formatter.write_str(name),
            Type::Named(name, arguments) => {
                let arguments: Vec<String> = arguments.iter().map(Type::to_string).collect();
                write!(formatter, "{name}<{}>", arguments.join(", "))
            }
        }
    }
}
