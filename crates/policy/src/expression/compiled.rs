//! From an expression in a document to what is run: the door to all that stands beside this file.

use std::sync::Arc;

use crate::expression::code::Code;
use crate::expression::lex::lex;
use crate::expression::node::{Body, Compiled, Node};
use crate::expression::parse::parse_inline;
use crate::expression::parse_statement::parse_block;
use crate::expression::resolve::{Resolver, Typed};
use crate::expression::resolve_statement::Flow;
use crate::expression::tokens::Wrong;
use crate::expression::types::Type;
use crate::source::Span;
use crate::syntax::{Expression, ExpressionForm};

/// What the place of an expression needs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Wanted {
    /// A condition.
    Bool,
    /// Something that has a text.
    Text,
    /// Something that can be kept in a variable.
    Kept,
    /// A whole number, or a text that may be one.
    Number,
    /// The bytes of a file.
    Bytes,
}

/// An expression, or all that is wrong with it; the places are in the document.
pub(crate) struct Compilation {
    pub(crate) result: Result<Compiled, Vec<Wrong>>,
    pub(crate) warnings: Vec<Wrong>,
}

/// Reads and checks an expression of a document.
pub(crate) fn compile(document: &str, expression: &Expression, wanted: Wanted) -> Compilation {
    let code = Code::new(document, expression);
    let mut resolver = Resolver::default();
    let result = match (lex(&code.text), expression.form) {
        (Err(wrong), _) => Err(vec![wrong]),
        (Ok(tokens), ExpressionForm::Inline) => {
            parse_inline(&tokens).map_err(|wrong| vec![wrong]).map(|tree| {
                let value = resolver.value(&tree);
                Body::Value(accept(&mut resolver, value, wanted, tree.span))
            })
        }
        (Ok(tokens), ExpressionForm::Block) => parse_block(&tokens).map(|statements| {
            let take =
                |resolver: &mut Resolver, value: Typed, span: Span| accept(resolver, value, wanted, span);
            let (commands, flow) = resolver.block(&statements, &take);
            if flow == Flow::Continues && resolver.problems.is_empty() {
                let end = Span::empty(code.text.trim_end().len());
                let message = "not every path through the block returns a value".to_owned();
                resolver.problems.push(Wrong { code: "missing-return", span: end, message, help: None });
            }
            Body::Block(commands)
        }),
    };
    let place = |wrong: Wrong| Wrong { span: code.place(wrong.span), ..wrong };
    let warnings = resolver.warnings.into_iter().map(place).collect();
    let problems = resolver.problems;
    let result = match result {
        Ok(body) if problems.is_empty() => Ok(Compiled { body: Arc::new(body), slots: resolver.slots }),
        Ok(_) => Err(problems.into_iter().map(place).collect()),
        Err(problems) => Err(problems.into_iter().map(place).collect()),
    };
    Compilation { result, warnings }
}

/// Reports a value that can't stand where the expression stands.
fn accept(resolver: &mut Resolver, value: Typed, wanted: Wanted, span: Span) -> Node {
    let name = value.ty.name();
    let fits = match wanted {
        Wanted::Bool => value.ty.fits(Type::Bool) && !value.nullable,
        Wanted::Text => value.ty.can_be_printed(),
        Wanted::Kept => value.ty.can_be_kept(),
        Wanted::Number => value.ty.is_number() || matches!(value.ty, Type::String | Type::Object),
        Wanted::Bytes => matches!(value.ty, Type::Unknown | Type::Object),
    };
    if !fits {
        let message = match wanted {
            Wanted::Bool if value.nullable => "this may be null, which is neither true nor false".to_owned(),
            Wanted::Bool => format!("a condition is a `bool`, not a `{name}`"),
            Wanted::Text => format!("a `{name}` has no text of its own"),
            Wanted::Kept => format!("a `{name}` can't be kept in a variable"),
            Wanted::Number => format!("a whole number is needed here, not a `{name}`"),
            Wanted::Bytes => format!("a `byte[]` is needed here, not a `{name}`"),
        };
        resolver.wrong_type(span, message);
    }
    value.node
}
