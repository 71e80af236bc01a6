//! What makes or changes objects: `new`, arrays, initialisers, assignments, `++`.

use std::sync::Arc;

use crate::diagnostic::shorten;
use crate::expression::node::Node;
use crate::expression::resolve::{Resolver, Typed, literal_fits};
use crate::expression::resolve_member::{candidates, constructors};
use crate::expression::resolve_type::coerced;
use crate::expression::signature::MemberKind;
use crate::expression::tokens::Wrong;
use crate::expression::tree::{Argument, Expr, Kind, Literal, Passing, TypeName};
use crate::expression::types::Type;
use crate::source::Span;

impl Resolver {
    pub(crate) fn array(
        &mut self,
        element: Option<&TypeName>,
        length: Option<&Expr>,
        elements: Option<&[Expr]>,
        span: Span,
    ) -> Typed {
        let declared = element.map(|element| self.type_of(element));
        let Some(elements) = elements else {
            let element = declared.unwrap_or(Type::Unknown);
            let length = length.map(|length| (self.value(length), length.span));
            let Some((length, at)) = length else { return Typed::unknown() };
            let length = Box::new(self.fitting(length, &Type::INT, at));
            let node = Node::NewArray { element: Arc::new(element.clone()), length };
            return Typed::new(node, Type::array_of(element));
        };
        length.map(|length| self.value(length));
        let values: Vec<(Typed, Span)> =
            elements.iter().map(|element| (self.value(element), element.span)).collect();
        let common = values.iter().fold(None, |common: Option<Type>, (value, _)| match common {
            None => Some(value.ty.clone()),
            Some(common) => Some(common.common(&value.ty).unwrap_or(Type::OBJECT)),
        });
        let ty = match (declared, common) {
            (Some(declared), _) => declared,
            (None, Some(common)) if common != Type::Null => common,
            (None, _) => {
                return self.wrong_type(span, "what is in the array isn't known; write `new T[] { … }`");
            }
        };
        let items = values.into_iter().map(|(value, at)| self.fitting(value, &ty, at)).collect();
        Typed::new(Node::Array { element: Arc::new(ty.clone()), items }, Type::array_of(ty))
    }

    pub(crate) fn creation(
        &mut self,
        created: &TypeName,
        arguments: &[Argument],
        initialiser: Option<&[Expr]>,
        span: Span,
    ) -> Typed {
        let ty = self.type_of(created);
        if ty == Type::Unknown {
            self.arguments(arguments);
            return Typed::unknown();
        }
        let found = constructors(&ty);
        if found.is_empty() {
            self.arguments(arguments);
            return self.wrong_type(span, format!("a `{ty}` can't be made with `new`"));
        }
        let name = format!("new {}", created.name);
        let made = self.call_with(None, &found, &name, &[], arguments, span);
        let made = Typed::new(made.node, ty);
        match initialiser {
            Some(parts) => self.initialised(made, parts),
            None => made,
        }
    }

    fn initialised(&mut self, made: Typed, parts: &[Expr]) -> Typed {
        let slot = self.slot();
        let ty = made.ty.clone();
        let object = || Typed::new(Node::Local(slot), ty.clone());
        let mut nodes = Vec::with_capacity(parts.len());
        for part in parts {
            let node = match &part.kind {
                Kind::Assign { operator: "=", target, value } => match &target.kind {
                    Kind::Index { arguments, .. } => self.put(object(), arguments, value, part.span),
                    Kind::Name(name) => self.put_property(object(), name, target.span, value),
                    _ => self.wrong_type(part.span, "only a property or an index can be set here").node,
                },
                Kind::Group(items) => self.added(object(), items, part.span),
                _ => self.added(object(), std::slice::from_ref(part), part.span),
            };
            nodes.push(node);
        }
        Typed::new(Node::Initialise { object: Box::new(made.node), slot, parts: nodes }, ty)
    }

    /// `Add(…)`, as an element of an initialiser stands for it.
    fn added(&mut self, object: Typed, items: &[Expr], span: Span) -> Node {
        let found = candidates(&object.ty, "Add", MemberKind::Method);
        if found.is_empty() {
            return self.wrong_type(span, format!("nothing can be added to a `{}`", object.ty)).node;
        }
        let arguments: Vec<Argument> = items
            .iter()
            .map(|item| Argument { name: None, passing: Passing::Value, value: item.clone() })
            .collect();
        self.call_with(Some((object.node, false)), &found, "Add", &[], &arguments, span).node
    }

    /// `object[index] = value`.
    fn put(&mut self, object: Typed, arguments: &[Argument], value: &Expr, span: Span) -> Node {
        let [Argument { value: index, .. }] = arguments else {
            return self.wrong_type(span, "one value is needed in the brackets").node;
        };
        let new = self.value(value);
        self.put_value(object, index, new, span).node
    }

    fn put_value(&mut self, object: Typed, index: &Expr, new: Typed, span: Span) -> Typed {
        if READ_ONLY.iter().any(|name| object.ty.is(name)) {
            let message = if object.ty == Type::STRING {
                "Property or indexer 'string.this[int]' cannot be assigned to -- it is read only".to_owned()
            } else {
                format!("a `{}` can't be changed: it is read-only", object.ty)
            };
            self.value(index);
            return self.problem(Wrong { code: "read-only", span, message, help: None });
        }
        let index_value = self.value(index);
        let found = candidates(&object.ty, "this", MemberKind::Indexer);
        let chosen = found.iter().find(|candidate| {
            let parameter = candidate.signature.parameters.first();
            parameter.is_some_and(|parameter| index_value.ty.fits(&candidate.ty(&parameter.ty)))
        });
        let ty = match (chosen, object.ty == Type::Unknown) {
            (Some(chosen), _) => chosen.ty(&chosen.signature.gives),
            (None, true) => Type::Unknown,
            (None, false) => {
                let message = format!("a `{}` can't be set at a `{}`", object.ty, index_value.ty);
                return self.wrong_type(span, message);
            }
        };
        let value = Box::new(self.fitting(new, &ty, span));
        let (object, index) = (Box::new(object.node), Box::new(index_value.node));
        Typed::new(Node::Put { object, index, value }, ty)
    }

    fn put_property(&mut self, object: Typed, name: &str, span: Span, value: &Expr) -> Node {
        let new = self.value(value);
        self.put_named(object, name, span, new).node
    }

    fn put_named(&mut self, object: Typed, name: &str, span: Span, new: Typed) -> Typed {
        let settable = SETTABLE.iter().any(|(of, known)| object.ty.is(of) && *known == name);
        if !settable && object.ty != Type::Unknown {
            let message = format!("`{}` of a `{}` can't be assigned to", shorten(name), object.ty);
            return self.problem(Wrong { code: "read-only", span, message, help: None });
        }
        let ty = new.ty.clone();
        let value = Box::new(new.node);
        let (object, index) = (Box::new(object.node), Box::new(Node::Text(Arc::from(name))));
        Typed::new(Node::Put { object, index, value }, ty)
    }

    pub(crate) fn anonymous(&mut self, members: &[Expr]) -> Typed {
        let mut nodes = Vec::with_capacity(members.len());
        let mut types = Vec::with_capacity(members.len());
        for member in members {
            let (name, value) = match &member.kind {
                Kind::Assign { operator: "=", target, value } => match &target.kind {
                    Kind::Name(name) => (name.clone(), &**value),
                    _ => (String::new(), member),
                },
                Kind::Member(inner) => (inner.name.text.clone(), member),
                Kind::Name(name) => (name.clone(), member),
                _ => (String::new(), member),
            };
            if name.is_empty() {
                self.wrong_type(member.span, "a member of an anonymous object needs a name: `name = value`");
                continue;
            }
            let value = self.value(value);
            let name: Arc<str> = Arc::from(name);
            types.push((Arc::clone(&name), value.ty));
            nodes.push((name, value.node));
        }
        Typed::new(Node::Anonymous(nodes), Type::Anonymous(Arc::new(types)))
    }

    pub(crate) fn assign(&mut self, operator: &str, target: &Expr, value: &Expr, span: Span) -> Typed {
        let combined = operator.strip_suffix('=').filter(|operator| !operator.is_empty());
        match &target.kind {
            Kind::Name(name) => {
                let Some(local) = self.local(name).cloned() else {
                    self.value(value);
                    return self.name(name, target.span);
                };
                if local.fixed {
                    return self.read_only(name, span);
                }
                let new = self.value_for(value, &local.ty);
                let new = match combined {
                    None => new,
                    Some(operator) => {
                        let old = Typed::new(Node::Local(local.slot), local.ty.clone());
                        self.combined(operator, old, new, &local.ty, span)
                    }
                };
                if !new.ty.fits(&local.ty) && !literal_fits(&new.node, &local.ty) {
                    let message = format!("`{}` is a `{}`, not a `{}`", shorten(name), local.ty, new.ty);
                    return self.wrong_type(span, message);
                }
                let node = Node::Assign { slot: local.slot, value: Box::new(coerced(new, &local.ty)) };
                Typed::new(node, local.ty)
            }
            Kind::Index { object, arguments, .. } => {
                let [Argument { value: index, .. }] = arguments.as_slice() else {
                    return self.wrong_type(span, "one value is needed in the brackets");
                };
                let mut new = self.value(value);
                if let Some(operator) = combined {
                    let old = self.value(target);
                    let ty = old.ty.clone();
                    new = self.combined(operator, old, new, &ty, span);
                }
                let object = self.value(object);
                self.put_value(object, index, new, span)
            }
            Kind::Member(member) => {
                let mut new = self.value(value);
                if let Some(operator) = combined {
                    let old = self.value(target);
                    let ty = old.ty.clone();
                    new = self.combined(operator, old, new, &ty, span);
                }
                if self.class_of(&member.object).is_some() {
                    let message = "this can't be assigned to".to_owned();
                    return self.problem(Wrong { code: "read-only", span, message, help: None });
                }
                let object = self.value(&member.object);
                self.put_named(object, &member.name.text, span, new)
            }
            _ => {
                let message = "this can't be assigned to".to_owned();
                self.problem(Wrong { code: "read-only", span, message, help: None })
            }
        }
    }

    /// A constant, or the variable of a `foreach` or `using`.
    pub(crate) fn read_only(&mut self, name: &str, span: Span) -> Typed {
        let message = format!("`{}` can't be assigned to", shorten(name));
        self.problem(Wrong { code: "read-only", span, message, help: None })
    }

    /// `x += y`: a small number stays as small as it was (C# 5, §7.17.2).
    fn combined(&mut self, operator: &str, old: Typed, new: Typed, ty: &Type, span: Span) -> Typed {
        let sum = self.calculation(operator, old, new, span);
        if sum.ty != *ty && sum.ty.is_number() && ty.is_number() && *ty != Type::Unknown {
            let node = Node::Cast { to: Arc::new(ty.clone()), operand: Box::new(sum.node) };
            return Typed::new(node, ty.clone());
        }
        sum
    }

    /// `x++` is worth what `x` was.
    pub(crate) fn postfix(&mut self, operator: &str, operand: &Expr, span: Span) -> Typed {
        let one = Expr { kind: Kind::Literal(Literal::Int(1)), span, height: 1 };
        let operator = if operator == "++" { "+=" } else { "-=" };
        let old = self.value(operand);
        if !old.ty.is_number() {
            return self.no_operator(if operator == "+=" { "++" } else { "--" }, &old, None, span);
        }
        let assign = Box::new(self.assign(operator, operand, &one, span).node);
        let slot = self.slot();
        Typed::new(Node::Postfix { old: Box::new(old.node), assign, slot }, old.ty)
    }
}

/// Classes whose elements can be read but not set.
const READ_ONLY: &[&str] = &[
    "string",
    "Headers",
    "Variables",
    "MatchedParameters",
    "Certificates",
    "IReadOnlyDictionary",
    "IReadOnlyCollection",
    "Matches",
    "Groups",
];

/// The properties that can be set.
const SETTABLE: &[(&str, &str)] = &[
    ("JProperty", "Value"),
    ("JValue", "Value"),
    ("XElement", "Value"),
    ("XAttribute", "Value"),
    ("StringBuilder", "Length"),
    ("HashAlgorithm", "Key"),
    ("HMACSHA1", "Key"),
    ("HMACSHA256", "Key"),
    ("HMACSHA512", "Key"),
    ("Aes", "Key"),
    ("Aes", "IV"),
    ("Aes", "Mode"),
    ("Aes", "Padding"),
    ("Aes", "KeySize"),
    ("Aes", "BlockSize"),
    ("SymmetricAlgorithm", "Key"),
    ("SymmetricAlgorithm", "IV"),
    ("SymmetricAlgorithm", "Mode"),
    ("SymmetricAlgorithm", "Padding"),
    ("SymmetricAlgorithm", "KeySize"),
    ("SymmetricAlgorithm", "BlockSize"),
    ("JsonSerializerSettings", "NullValueHandling"),
    ("JsonSerializerSettings", "Formatting"),
];
