//! Chains of members, indexes and calls: `context.Request.Headers["a"]?.First()`.

use std::sync::Arc;

use crate::diagnostic::shorten;
use crate::expression::class::{Class, Member as Native, class};
use crate::expression::node::{Called, Node};
use crate::expression::resolve::{Resolver, Typed};
use crate::expression::signature::{MemberKind, Signature};
use crate::expression::tokens::Wrong;
use crate::expression::tree::{Access, Argument, Expr, Kind, Member};
use crate::expression::types::{self, Known, Type};
use crate::expression::types_later::is_later;
use crate::nearest::nearest;
use crate::source::Span;
use crate::value::Enumeration;

/// A member of a type, with what the letters of its class stand for.
#[derive(Clone)]
pub(crate) struct Candidate {
    pub(crate) signature: &'static Signature,
    pub(crate) native: &'static Native,
    pub(crate) bound: Vec<(char, Type)>,
}

impl Candidate {
    pub(crate) fn called(&self) -> Called {
        Called { name: self.signature.name, run: self.native.run, takes_null: self.native.takes_null }
    }

    /// A type of the signature with the letters of the class replaced.
    pub(crate) fn ty(&self, ty: &Type) -> Type {
        ty.with(&|letter| self.bound.iter().find(|(known, _)| *known == letter).map(|(_, ty)| ty.clone()))
    }
}

impl Resolver {
    /// A whole chain; `?.` in it makes its value null at the end.
    pub(crate) fn chain(&mut self, expr: &Expr) -> Typed {
        let value = self.link(expr);
        if has_null_safe(expr) {
            let ty = if value.ty == Type::Void { Type::Void } else { value.ty.or_null() };
            return Typed::new(Node::Chain(Box::new(value.node)), ty);
        }
        value
    }

    /// One link of a chain, with all before it.
    fn link(&mut self, expr: &Expr) -> Typed {
        match &expr.kind {
            Kind::Member(member) => self.property(member),
            Kind::Index { object, arguments, access } => {
                let object = self.link(object);
                self.index(object, arguments, *access, expr.span)
            }
            Kind::Call { function, arguments } => match &function.kind {
                Kind::Member(member) => self.method(member, arguments, expr.span),
                Kind::Name(name) => self.call_of_local(name, arguments, function.span),
                _ => {
                    let function = self.value(function);
                    self.invoke(function, arguments, expr.span)
                }
            },
            _ => self.value(expr),
        }
    }

    fn property(&mut self, member: &Member) -> Typed {
        if let Some(class) = self.class_of(&member.object) {
            return self.static_property(class, member);
        }
        if let Some(later) = self.later_class_of(&member.object) {
            return self.refuse_later(&later, member);
        }
        let object = self.link(&member.object);
        self.property_of(object, member)
    }

    fn property_of(&mut self, object: Typed, member: &Member) -> Typed {
        let name = member.name.text.as_str();
        let null_safe = member.access == Access::NullSafe;
        let ty = if null_safe { object.ty.plain().clone() } else { object.ty.clone() };
        if let Type::Anonymous(members) = &ty
            && let Some((known, gives)) = members.iter().find(|(known, _)| **known == *name)
        {
            let (name, gives) = (Arc::clone(known), gives.clone());
            let object = Box::new(object.node);
            return Typed::new(Node::Late { object, name, arguments: None, null_safe }, gives);
        }
        if matches!(ty, Type::Unknown | Type::Variable(_)) {
            let (object, name) = (Box::new(object.node), Arc::from(name));
            return Typed::new(Node::Late { object, name, arguments: None, null_safe }, Type::Unknown);
        }
        let found = candidates(&ty, name, MemberKind::Property);
        let Some(found) = found.first() else { return self.unknown_member(&ty, member, false) };
        let is_name = (ty.is("X509Certificate2") && matches!(name, "Subject" | "Issuer"))
            || (ty == Type::DISTINGUISHED_NAME && name == "Name");
        if is_name {
            self.certificate_names.push(member.name.span);
        }
        if ty.is("X509Certificate2") {
            self.certificates.take(name, member.name.span);
        }
        let gives = found.ty(&found.signature.gives);
        let node = Node::Property { object: Box::new(object.node), member: found.called(), null_safe };
        Typed::new(node, gives)
    }

    fn method(&mut self, member: &Member, arguments: &[Argument], span: Span) -> Typed {
        if let Some(search) = self.certificate_search(member, arguments) {
            return search;
        }
        if let Some(class) = self.class_of(&member.object) {
            return self.static_method(class, member, arguments, span);
        }
        if let Some(later) = self.later_class_of(&member.object) {
            self.arguments(arguments);
            return self.refuse_later(&later, member);
        }
        let name = member.name.text.as_str();
        if name == "Equals"
            && let Some(same) = self.thumbprint_equals(member, arguments)
        {
            return same;
        }
        let object = self.link(&member.object);
        let null_safe = member.access == Access::NullSafe;
        let ty = if null_safe { object.ty.plain().clone() } else { object.ty.clone() };
        if matches!(ty, Type::Unknown | Type::Variable(_)) {
            let given = self.arguments(arguments).into_iter().map(|(value, _)| value.node).collect();
            let (object, name, arguments) = (Box::new(object.node), Arc::from(name), Some(given));
            return Typed::new(Node::Late { object, name, arguments, null_safe }, Type::Unknown);
        }
        let found = candidates(&ty, name, MemberKind::Method);
        if found.is_empty() {
            self.arguments(arguments);
            return self.unknown_member(&ty, member, true);
        }
        if ty.is("X509Certificate2") {
            self.certificates.take(name, member.name.span);
        }
        if ty.is("IMessageBody") && name == "As" {
            self.check_body_type(member);
        }
        self.call(Some((object.node, null_safe)), &found, member, arguments, span)
    }

    /// A body can be read as text, bytes, JSON or XML (`IMessageBody.As<T>`, API Management).
    fn check_body_type(&mut self, member: &Member) {
        let [name] = member.types.as_slice() else { return };
        // What is wrong with the name of the type itself is reported with the call.
        let Known::Type(ty) = types::known(name) else { return };
        let is_bytes = matches!(&ty, Type::Array(element) if element.is("byte"));
        let is_known = is_bytes || BODY_TYPES.iter().any(|known| ty.is(known)) || ty == Type::Unknown;
        if !is_known {
            self.wrong_type(name.span, format!("a body can't be read as `{ty}`"));
            if let Some(last) = self.problems.last_mut() {
                last.help = Some(format!("read it as `{}` or `byte[]`", BODY_TYPES.join("`, `")));
            }
        }
    }

    fn static_property(&mut self, class: &'static Class, member: &Member) -> Typed {
        let name = member.name.text.as_str();
        if let Some((known, number)) = class.names.iter().find(|(known, _)| *known == name) {
            let value = Enumeration { of: class.name, name: known, number: *number };
            return Typed::new(Node::Enumeration(value), Type::named(class.name));
        }
        let found = statics(class, name, MemberKind::Property);
        let Some(found) = found.first() else { return self.unknown_static(class, member, false) };
        let member = Called { takes_null: true, ..found.called() };
        let node = Node::Call { object: None, member, arguments: Vec::new(), null_safe: false };
        Typed::new(node, found.signature.gives.clone())
    }

    fn static_method(
        &mut self,
        class: &'static Class,
        member: &Member,
        arguments: &[Argument],
        span: Span,
    ) -> Typed {
        let name = member.name.text.as_str();
        let found = statics(class, name, MemberKind::Method);
        if found.is_empty() {
            self.arguments(arguments);
            return self.unknown_static(class, member, true);
        }
        self.call(None, &found, member, arguments, span)
    }

    fn index(&mut self, object: Typed, arguments: &[Argument], access: Access, span: Span) -> Typed {
        let null_safe = access == Access::NullSafe;
        let ty = if null_safe { object.ty.plain().clone() } else { object.ty.clone() };
        if arguments.len() != 1 {
            self.arguments(arguments);
            let message = "one value is needed in the brackets".to_owned();
            return self.problem(Wrong { code: "wrong-argument-count", span, message, help: None });
        }
        let mut given = self.arguments(arguments);
        let Some((index, at)) = given.pop() else { return Typed::unknown() };
        if matches!(ty, Type::Unknown | Type::Variable(_)) {
            let (object, arguments) = (Box::new(object.node), Some(vec![index.node]));
            let node = Node::Late { object, name: Arc::from("this"), arguments, null_safe };
            return Typed::new(node, Type::Unknown);
        }
        let found = candidates(&ty, "this", MemberKind::Indexer);
        let takes = |candidate: &&Candidate| {
            candidate
                .signature
                .parameters
                .first()
                .is_some_and(|parameter| index.ty.fits(&candidate.ty(&parameter.ty)))
        };
        let Some(first) = found.first() else {
            self.wrong_type(span, format!("a `{ty}` can't be indexed"));
            self.help_with_object(&ty);
            return Typed::unknown();
        };
        let Some(chosen) = found.iter().find(takes) else {
            let wanted =
                first.signature.parameters.first().map_or(Type::Unknown, |parameter| first.ty(&parameter.ty));
            return self.wrong_type(at, format!("a `{wanted}` is needed here, not a `{}`", index.ty));
        };
        let gives = chosen.ty(&chosen.signature.gives);
        let (object, arguments) = (Some(Box::new(object.node)), vec![index.node]);
        Typed::new(Node::Call { object, member: chosen.called(), arguments, null_safe }, gives)
    }

    /// The class that an expression names, if it names one: `DateTime` or `System.DateTime`.
    pub(crate) fn class_of(&self, expr: &Expr) -> Option<&'static Class> {
        class(self.type_word(expr)?)
    }

    fn later_class_of(&self, expr: &Expr) -> Option<String> {
        self.type_word(expr).filter(|word| is_later(word)).map(shorten)
    }

    fn type_word<'e>(&self, expr: &'e Expr) -> Option<&'e str> {
        match &expr.kind {
            Kind::Name(name) if self.local(name).is_none() && name != "context" => Some(name),
            Kind::Member(member) if is_namespace(&member.object) => Some(&member.name.text),
            _ => None,
        }
    }

    fn refuse_later(&mut self, class: &str, member: &Member) -> Typed {
        let what = format!("`{class}.{}`", shorten(&member.name.text));
        self.problem(Wrong::unsupported(member.name.span, what))
    }

    fn unknown_member(&mut self, ty: &Type, member: &Member, is_call: bool) -> Typed {
        let name = member.name.text.as_str();
        let (kind, other) =
            if is_call { (MemberKind::Property, "takes no") } else { (MemberKind::Method, "needs") };
        if !candidates(ty, name, kind).is_empty() {
            return self.problem(Wrong::syntax(member.name.span, format!("`{name}` {other} brackets")));
        }
        let names = all_names(ty);
        let refused = self.no_such_member(&ty.to_string(), member, names.into_iter());
        self.help_with_object(ty);
        refused
    }

    fn unknown_static(&mut self, class: &'static Class, member: &Member, is_call: bool) -> Typed {
        let name = member.name.text.as_str();
        let there = class.all().any(|(signature, _)| signature.is_static && signature.name == name);
        if there {
            let brackets = if is_call { "takes no" } else { "needs" };
            return self.problem(Wrong::syntax(member.name.span, format!("`{name}` {brackets} brackets")));
        }
        let statics =
            class.all().filter(|(signature, _)| signature.is_static).map(|(signature, _)| signature.name);
        let names = statics.chain(class.names.iter().map(|(name, _)| *name));
        self.no_such_member(class.name, member, names)
    }

    fn help_with_object(&mut self, ty: &Type) {
        if let Some(last) = self.problems.last_mut().filter(|_| *ty == Type::OBJECT) {
            last.help = Some("cast it to its type first, as in `((string)x).Length`".to_owned());
        }
    }

    fn no_such_member(
        &mut self,
        of: &str,
        member: &Member,
        names: impl Iterator<Item = &'static str>,
    ) -> Typed {
        let (name, span) = (member.name.text.as_str(), member.name.span);
        if LATER.contains(&(of, name)) {
            return self.problem(Wrong::unsupported(span, format!("`{name}` of `{of}`")));
        }
        let message = format!("`{of}` has no member `{}`", shorten(name));
        let meant = nearest(name, names);
        let help = meant.map(|meant| format!("did you mean `{meant}`?"));
        self.problem(Wrong { code: "unknown-member", span, message, help })
    }
}

/// The members of a type with this name, its own before those of what it derives from.
pub(crate) fn candidates(ty: &Type, name: &str, kind: MemberKind) -> Vec<Candidate> {
    let mut found = Vec::new();
    collect(ty, name, kind, &mut found);
    let is_xml = |element: Type| element.fits(&Type::named("XNode")) && element != Type::Unknown;
    if ty.element().is_some_and(is_xml) {
        collect(&Type::named("XSequence"), name, kind, &mut found);
    }
    if !ty.is("object") {
        collect(&Type::OBJECT, name, kind, &mut found);
    }
    found
}

fn collect(ty: &Type, name: &str, kind: MemberKind, found: &mut Vec<Candidate>) {
    let (class, arguments): (Option<&'static Class>, &[Type]) = match ty {
        Type::Named(_, arguments) => (ty.class(), arguments),
        Type::Array(element) => (ty.class(), std::slice::from_ref(&**element)),
        Type::Nullable(inner) => (class("Nullable"), std::slice::from_ref(&**inner)),
        _ => (ty.class(), &[]),
    };
    let Some(class) = class else { return };
    let bound: Vec<(char, Type)> = class
        .parameters
        .chars()
        .zip(arguments.iter().cloned().chain(std::iter::repeat(Type::Unknown)))
        .collect();
    let own = class
        .all()
        .filter(|(signature, _)| !signature.is_static && signature.kind == kind && signature.name == name);
    found.extend(own.map(|(signature, native)| Candidate { signature, native, bound: bound.clone() }));
    for base in ty.bases() {
        collect(&base, name, kind, found);
    }
}

/// The static members of a class with this name, and of the classes that it stands under.
pub(crate) fn statics(class: &'static Class, name: &str, kind: MemberKind) -> Vec<Candidate> {
    let own = class
        .all()
        .filter(|(signature, _)| signature.is_static && signature.kind == kind && signature.name == name);
    let mut found: Vec<Candidate> =
        own.map(|(signature, native)| Candidate { signature, native, bound: Vec::new() }).collect();
    for base in class.base_types().iter().filter_map(Type::class) {
        found.extend(statics(base, name, kind));
    }
    found
}

/// The constructors of a class, with what its letters stand for.
pub(crate) fn constructors(ty: &Type) -> Vec<Candidate> {
    let Some(class) = ty.class() else { return Vec::new() };
    let arguments: &[Type] = match ty {
        Type::Named(_, arguments) => arguments,
        _ => &[],
    };
    let bound: Vec<(char, Type)> = class.parameters.chars().zip(arguments.iter().cloned()).collect();
    class
        .all()
        .filter(|(signature, _)| signature.kind == MemberKind::Constructor)
        .map(|(signature, native)| Candidate { signature, native, bound: bound.clone() })
        .collect()
}

/// The names of all members of a type.
fn all_names(ty: &Type) -> Vec<&'static str> {
    let mut names: Vec<&'static str> = ty
        .class()
        .iter()
        .flat_map(|class| class.all())
        .filter(|(signature, _)| !signature.is_static && signature.kind != MemberKind::Indexer)
        .map(|(signature, _)| signature.name)
        .collect();
    for base in ty.bases() {
        names.extend(all_names(&base));
    }
    names
}

/// Whether `?.` or `?[` stands in the chain that ends here.
fn has_null_safe(expr: &Expr) -> bool {
    match &expr.kind {
        Kind::Member(member) => member.access == Access::NullSafe || has_null_safe(&member.object),
        Kind::Index { object, access, .. } => *access == Access::NullSafe || has_null_safe(object),
        Kind::Call { function, .. } => has_null_safe(function),
        _ => false,
    }
}

/// Whether an expression is the start of a full name, such as `System.Text`.
fn is_namespace(expr: &Expr) -> bool {
    match &expr.kind {
        Kind::Name(name) => matches!(name.as_str(), "System" | "Newtonsoft"),
        Kind::Member(member) => is_namespace(&member.object),
        _ => false,
    }
}

/// Members that the language has but that can't be used yet.
const LATER: &[(&str, &str)] = &[
    ("Convert", "ChangeType"),
    ("Group", "Captures"),
    ("HashAlgorithm", "Create"),
    ("TimeZoneInfo", "BaseUtcOffset"),
    ("TimeZoneInfo", "ConvertTime"),
    ("TimeZoneInfo", "DisplayName"),
    ("TimeZoneInfo", "GetUtcOffset"),
    ("TimeZoneInfo", "Id"),
    ("TimeZoneInfo", "IsDaylightSavingTime"),
    ("TimeZoneInfo", "StandardName"),
    ("context", "GraphQL"),
    ("IRequest", "AzureVnetInfo"),
    ("IRequest", "Foundry"),
    ("X509Certificate2", "Archived"),
    ("X509Certificate2", "Extensions"),
    ("X509Certificate2", "GetRSAPrivateKey"),
    ("X509Certificate2", "GetRSAPublicKey"),
    ("X509Certificate2", "GetPublicKeyString"),
    ("X509Certificate2", "Import"),
    ("X509Certificate2", "PrivateKey"),
    ("X509Certificate2", "PublicKey"),
    ("X509Certificate2", "SignatureAlgorithm"),
    ("byte[]", "Encrypt"),
    ("byte[]", "Decrypt"),
];

/// What `IMessageBody.As<T>` takes beside `byte[]`.
const BODY_TYPES: [&str; 9] =
    ["string", "object", "JObject", "JArray", "JToken", "XElement", "XDocument", "XNode", "XContainer"];
