//! What is said about certificates: comparisons of names and thumbprints, and the search of the
//! uploaded ones, which becomes one look into an index.

use std::sync::Arc;

use crate::diagnostic::shorten;
use crate::expression::node::Node;
use crate::expression::resolve::{Resolver, Typed};
use crate::expression::tokens::Wrong;
use crate::expression::tree::{Argument, Expr, Kind, LambdaBody, Member};
use crate::expression::types::Type;
use crate::facts::clean_thumbprint;
use crate::source::Span;

/// What a lambda over the uploaded certificates is handed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Handed {
    /// Id and certificate: `c.Value.Thumbprint`.
    Pair,
    /// `c.Thumbprint`.
    Certificate,
}

impl Resolver {
    /// `==` and `!=`.
    pub(crate) fn equality(&mut self, wanted: bool, left: &Expr, right: &Expr, span: Span) -> Typed {
        let (one, two) = (self.value(left), self.value(right));
        let names = [(&one, &two, left), (&two, &one, right)];
        let name = names
            .into_iter()
            .find(|(name, text, _)| name.ty == Type::DISTINGUISHED_NAME && text.ty == Type::STRING);
        if let Some((.., at)) = name {
            self.warn_of_name(at);
        } else if !can_equal(&one, &two) {
            let operator = if wanted { "==" } else { "!=" };
            return self.no_operator(operator, &one, Some(&two), span);
        }
        self.check_name((&one, left), (&two, right));
        self.check_name((&two, right), (&one, left));
        let (first, second) = (is_thumbprint(&one.node), is_thumbprint(&two.node));
        let thumbprints = first || second;
        let one = if second { self.clean(one, left) } else { one };
        let two = if first { self.clean(two, right) } else { two };
        let (left, right) = (Box::new(one.node), Box::new(two.node));
        let node = match thumbprints {
            true => Node::SameThumbprint { left, right, wanted },
            false => Node::Equal { left, right, wanted },
        };
        Typed::new(node, Type::BOOL)
    }

    /// `certificate.Thumbprint.Equals(x[, comparison])` and `x.Equals(certificate.Thumbprint[, …])`.
    pub(crate) fn thumbprint_equals(&mut self, member: &Member, arguments: &[Argument]) -> Option<Typed> {
        let (other, comparison) = match arguments {
            [other] => (other, None),
            [other, comparison] if is_comparison(&comparison.value) => (other, Some(&comparison.value)),
            _ => return None,
        };
        if !(names_thumbprint(&member.object) || names_thumbprint(&other.value)) {
            return None;
        }
        comparison.map(|comparison| self.value(comparison));
        let span = Span::new(member.object.span.start, other.value.span.end);
        Some(self.equality(true, &member.object, &other.value, span))
    }

    /// `context.Deployment.Certificates.Any(c => c.Value.Thumbprint == x)` in all the ways it is written.
    pub(crate) fn certificate_search(&mut self, member: &Member, arguments: &[Argument]) -> Option<Typed> {
        let handed = self.uploaded(&member.object)?;
        if member.name.text != "Any" {
            return None;
        }
        let other = match arguments {
            [Argument { value: Expr { kind: Kind::Lambda { parameters, body }, .. }, .. }] => {
                match (parameters.as_slice(), &**body) {
                    ([parameter], LambdaBody::Expression(body)) => compared(body, &parameter.text, handed),
                    _ => None,
                }
            }
            _ => None,
        };
        let (other, comparison) = other?;
        let before = self.problems.len();
        let value = self.value(other);
        comparison.map(|comparison| self.value(comparison));
        if self.problems.len() > before || !value.ty.fits(&Type::STRING) {
            // It is about the certificate that is looked at itself: no single thumbprint is searched for.
            self.problems.truncate(before);
            return None;
        }
        let value = self.clean(value, other);
        Some(Typed::new(Node::HasThumbprint(Box::new(value.node)), Type::BOOL))
    }

    /// Whether an expression is the uploaded certificates.
    fn uploaded(&self, expr: &Expr) -> Option<Handed> {
        let Kind::Member(member) = &plain(expr).kind else { return None };
        if member.name.text == "Values" {
            return self.uploaded(&member.object).map(|_| Handed::Certificate);
        }
        let Kind::Member(deployment) = &plain(&member.object).kind else { return None };
        let Kind::Name(context) = &plain(&deployment.object).kind else { return None };
        let named = context == "context" && self.local("context").is_none();
        (named && deployment.name.text == "Deployment" && member.name.text == "Certificates")
            .then_some(Handed::Pair)
    }

    /// A literal that is compared with a thumbprint, as thumbprints are written.
    fn clean(&mut self, value: Typed, at: &Expr) -> Typed {
        let Node::Text(text) = &value.node else { return value };
        let Some(clean) = clean_thumbprint(text) else {
            let message = "no thumbprint is ever this: it has 40 hexadecimal digits".to_owned();
            self.warnings.push(Wrong { code: "thumbprint-literal", span: at.span, message, help: None });
            return value;
        };
        let clean = String::from_utf8_lossy(&clean).into_owned();
        if clean != **text {
            let message = "thumbprints are written in upper case, without blanks, colons or invisible marks";
            let help = Some(format!("write `\"{clean}\"`"));
            let message = message.to_owned();
            self.warnings.push(Wrong { code: "thumbprint-literal", span: at.span, message, help });
        }
        Typed::new(Node::Text(Arc::from(clean)), Type::STRING)
    }

    /// Warns of a text that no certificate's name ever is: names are compared with each character, as .NET prints them.
    fn check_name(&mut self, (name, written): (&Typed, &Expr), (text, at): (&Typed, &Expr)) {
        let Node::Text(text) = &text.node else { return };
        let is_name = match &plain(written).kind {
            Kind::Member(member) => self.certificate_names.contains(&member.name.span),
            _ => false,
        };
        if text.is_empty() || !(is_name || name.ty == Type::DISTINGUISHED_NAME) {
            return;
        }
        let (message, help) = match x500::parse(text) {
            Err(problem) => (format!("no certificate has this name: {problem}"), None),
            Ok(written) if written.dotnet() == **text => return,
            Ok(written) => {
                let meant = written.dotnet().replace('\\', "\\\\").replace('"', "\\\"");
                let message = "names are compared character by character, and are never written like this";
                (message.to_owned(), Some(format!("write `\"{meant}\"`")))
            }
        };
        self.warnings.push(Wrong { code: "name-literal", span: at.span, message, help });
    }

    fn warn_of_name(&mut self, at: &Expr) {
        let name = match &plain(at).kind {
            Kind::Member(member) => shorten(&member.name.text),
            _ => "SubjectName".to_owned(),
        };
        let message = format!("`{name}` is not a text; its `.Name` is compared");
        let help = Some(format!("write `.{name}.Name`"));
        self.warnings.push(Wrong { code: "subject-name", span: at.span, message, help });
    }
}

/// What a test over the uploaded certificates compares their thumbprints with, and how.
fn compared<'e>(body: &'e Expr, parameter: &str, handed: Handed) -> Option<(&'e Expr, Option<&'e Expr>)> {
    let (one, two, comparison) = match &plain(body).kind {
        Kind::Binary { operator: "==", left, right } => (&**left, &**right, None),
        Kind::Call { function, arguments } => sides_of_equals(function, arguments)?,
        _ => return None,
    };
    if is_thumbprint_of(one, parameter, handed) {
        Some((two, comparison))
    } else if is_thumbprint_of(two, parameter, handed) {
        Some((one, comparison))
    } else {
        None
    }
}

type Sides<'e> = (&'e Expr, &'e Expr, Option<&'e Expr>);

/// `string.Equals(a, b[, comparison])` and `a.Equals(b[, comparison])`.
fn sides_of_equals<'e>(function: &'e Expr, arguments: &'e [Argument]) -> Option<Sides<'e>> {
    let Kind::Member(member) = &function.kind else { return None };
    if member.name.text != "Equals" {
        return None;
    }
    let is_static =
        matches!(&member.object.kind, Kind::Name(name) if matches!(name.as_str(), "string" | "String"));
    let (one, two, comparison) = match (arguments, is_static) {
        ([one, two, rest @ ..], true) => (&one.value, &two.value, rest),
        ([other, rest @ ..], false) => (&member.object, &other.value, rest),
        _ => return None,
    };
    match comparison {
        [] => Some((one, two, None)),
        [comparison] if is_comparison(&comparison.value) => Some((one, two, Some(&comparison.value))),
        _ => None,
    }
}

/// Case doesn't matter for thumbprints, so that any way of comparing them comes to the same.
fn is_comparison(expr: &Expr) -> bool {
    matches!(&expr.kind, Kind::Member(member)
        if matches!(&member.object.kind, Kind::Name(name) if name == "StringComparison"))
}

fn is_thumbprint_of(expr: &Expr, parameter: &str, handed: Handed) -> bool {
    let Kind::Member(thumbprint) = &plain(expr).kind else { return false };
    let certificate = plain(&thumbprint.object);
    let owner = match (handed, &certificate.kind) {
        (Handed::Certificate, _) => certificate,
        (Handed::Pair, Kind::Member(value)) if value.name.text == "Value" => plain(&value.object),
        _ => return false,
    };
    thumbprint.name.text == "Thumbprint" && matches!(&owner.kind, Kind::Name(name) if name == parameter)
}

fn names_thumbprint(expr: &Expr) -> bool {
    matches!(&plain(expr).kind, Kind::Member(member) if member.name.text == "Thumbprint")
}

fn is_thumbprint(node: &Node) -> bool {
    match node {
        Node::Property { member, .. } => member.name == "Thumbprint",
        Node::Chain(inner) => is_thumbprint(inner),
        _ => false,
    }
}

/// Whether `==` can be asked of two values: complain only when they certainly can't be equal.
fn can_equal(one: &Typed, two: &Typed) -> bool {
    let (left, right) = (one.ty.plain(), two.ty.plain());
    (left.is_number() && right.is_number())
        || (left.is_enumeration() && matches!(two.node, Node::Int(0)))
        || left.fits(right)
        || right.fits(left)
        || (*left == Type::Null && one_can_be_null(&two.ty))
        || (*right == Type::Null && one_can_be_null(&one.ty))
}

/// C# allows the comparison of a number or time with null as well: it is never equal.
fn one_can_be_null(ty: &Type) -> bool {
    *ty != Type::Void
}

/// The expression without brackets around it.
fn plain(expr: &Expr) -> &Expr {
    match &expr.kind {
        Kind::Parenthesised(inner) => plain(inner),
        _ => expr,
    }
}
