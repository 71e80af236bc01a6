//! Methods that stand where a function is wanted, without brackets: `All(char.IsDigit)`.

use crate::expression::resolve::Resolver;
use crate::expression::resolve_member::{candidates, statics};
use crate::expression::signature::MemberKind;
use crate::expression::tree::{Argument, Expr, Kind, LambdaBody, Name, Passing};

impl Resolver {
    /// Whether an expression names a method of a class or of a local, and calls it not.
    pub(crate) fn is_method_group(&self, expr: &Expr) -> bool {
        let Kind::Member(member) = &expr.kind else { return false };
        let name = member.name.text.as_str();
        if let Some(class) = self.class_of(&member.object) {
            let has = |kind| !statics(class, name, kind).is_empty();
            return has(MemberKind::Method) && !has(MemberKind::Property);
        }
        let Kind::Name(object) = &member.object.kind else { return false };
        let Some(local) = self.local(object) else { return false };
        let has = |kind| !candidates(&local.ty, name, kind).is_empty();
        has(MemberKind::Method) && !has(MemberKind::Property)
    }
}

/// The lambda that calls the method with as many arguments as the function takes.
pub(crate) fn group_as_lambda(method: &Expr, takes: usize) -> (Vec<Name>, LambdaBody) {
    // No name that is written in code looks like these.
    let names: Vec<Name> =
        (0..takes).map(|number| Name { text: format!("#{number}"), span: method.span }).collect();
    let argument = |name: &Name| Argument {
        name: None,
        passing: Passing::Value,
        value: Expr { kind: Kind::Name(name.text.clone()), span: method.span, height: 0 },
    };
    let arguments = names.iter().map(argument).collect();
    let kind = Kind::Call { function: Box::new(method.clone()), arguments };
    let call = Expr { kind, span: method.span, height: method.height.saturating_add(1) };
    (names, LambdaBody::Expression(call))
}
