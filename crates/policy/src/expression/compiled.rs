//! From an expression in a document to what is run: the door to all that stands beside this file.

use std::sync::Arc;

use crate::expression::assigned::{unassigned_in, unassigned_in_block};
use crate::expression::code::Code;
use crate::expression::lex::lex;
use crate::expression::node::Body;
use crate::expression::parse::parse_inline;
use crate::expression::parse_statement::parse_block;
use crate::expression::resolve::Resolver;
use crate::expression::resolve_statement::Flow;
use crate::expression::tokens::Wrong;
use crate::names_alone::CertificateUse;
use crate::source::Span;
use crate::syntax::{Expression, ExpressionForm};

/// What is run for one `@(…)` or `@{…}`.
#[derive(Clone, Debug)]
pub(crate) struct Compiled {
    pub(crate) body: Arc<Body>,
    /// How many locals there are.
    pub(crate) slots: usize,
}

/// What the place of an expression needs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Wanted {
    /// A condition.
    Bool,
    /// A whole number, or a text that may be one.
    Number,
    /// Something that has a text.
    Text,
    /// `byte[]`.
    Bytes,
    /// Something that can be kept in a variable.
    Kept,
}

/// An expression, or all that is wrong with it; the places are in the document.
pub(crate) struct Compilation {
    pub(crate) result: Result<Compiled, Vec<Wrong>>,
    pub(crate) warnings: Vec<Wrong>,
    pub(crate) certificates: CertificateUse,
}

/// Reads and checks an expression of a document.
pub(crate) fn compile(document: &str, expression: &Expression, wanted: Wanted) -> Compilation {
    let code = Code::new(document, expression);
    let mut resolver = Resolver::new(wanted);
    let result = match (lex(&code.text), expression.form) {
        (Err(wrong), _) => Err(vec![wrong]),
        (Ok(tokens), ExpressionForm::Inline) => {
            parse_inline(&tokens).map_err(|wrong| vec![wrong]).map(|tree| {
                let value = resolver.value(&tree);
                resolver.problems.extend(unassigned_in(&tree));
                Body::Value(resolver.accepted(value, tree.span))
            })
        }
        (Ok(tokens), ExpressionForm::Block) => parse_block(&tokens).map(|statements| {
            let (commands, flow) = resolver.block(&statements);
            resolver.problems.extend(unassigned_in_block(&statements));
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
    let certificates = resolver.certificates.placed(|span| code.place(span));
    let problems = resolver.problems;
    let result = match result {
        Ok(body) if problems.is_empty() => Ok(Compiled { body: Arc::new(body), slots: resolver.slots }),
        Ok(_) => Err(problems.into_iter().map(place).collect()),
        Err(problems) => Err(problems.into_iter().map(place).collect()),
    };
    Compilation { result, warnings, certificates }
}
