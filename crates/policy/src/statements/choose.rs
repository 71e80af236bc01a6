//! `choose`: its branches, of which the first whose condition holds is run.

use crate::expression::compiled::Wanted;
use crate::program::Condition;
use crate::statements::reader::{Reader, Valued};
use crate::statements::table::{Read, Statement};

/// Reads the condition of `<when condition="…">`.
pub(crate) fn read_condition(reader: &mut Reader<'_, '_>) -> Option<Condition> {
    match reader.required_value("condition", Wanted::Bool)? {
        Valued::Expression(compiled) => Some(Condition::Expression(compiled)),
        Valued::Literal(literal) => match literal.text.trim() {
            "true" | "True" => Some(Condition::Literal(true)),
            "false" | "False" => Some(Condition::Literal(false)),
            _ => {
                let message = "a condition is an expression `@(…)`, `true` or `false`";
                reader.error("invalid-value", literal.span, message);
                None
            }
        },
    }
}

pub(crate) static WHEN: Statement = Statement {
    name: "when",
    sections: &[],
    attributes: &["condition"],
    later_attributes: &[],
    children: &[],
    read: Read::Part,
};

pub(crate) static OTHERWISE: Statement = Statement {
    name: "otherwise",
    sections: &[],
    attributes: &[],
    later_attributes: &[],
    children: &[],
    read: Read::Part,
};
