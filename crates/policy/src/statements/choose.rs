//! `choose`: its branches, of which the first whose condition holds is run.

use crate::catalog::Attribute;
use crate::expression::compiled::Wanted;
use crate::program::Section;
use crate::statements::reader::Reader;
use crate::statements::table::{Read, Statement};
use crate::statements::values::Valued;
use crate::step::Setting;

/// Reads the condition of `<when condition="…">`.
pub(crate) fn read_condition(reader: &mut Reader<'_, '_>) -> Option<Setting<bool>> {
    match reader.required_value("condition", Wanted::Bool)? {
        Valued::Expression(compiled) => Some(Setting::Expression(compiled)),
        Valued::Literal(literal) => match literal.word() {
            "true" | "True" => Some(Setting::Fixed(true)),
            "false" | "False" => Some(Setting::Fixed(false)),
            _ => {
                let message = "a condition is an expression `@(…)`, `true` or `false`";
                reader.error("invalid-value", literal.span, message);
                None
            }
        },
    }
}

pub(crate) static CHOOSE: Statement = Statement {
    sections: &Section::ALL,
    children: &["when", "otherwise"],
    ..Statement::new("choose", "Runs the first branch whose condition holds.", Read::Choose)
};

pub(crate) static WHEN: Statement = Statement {
    attributes: &[Attribute::valued("condition").required()],
    children: &["#policies"],
    ..Statement::new("when", "A branch that is run if its condition is the first to hold.", Read::Part)
};

pub(crate) static OTHERWISE: Statement = Statement {
    children: &["#policies"],
    ..Statement::new("otherwise", "The branch that is run if no condition holds.", Read::Part)
};
