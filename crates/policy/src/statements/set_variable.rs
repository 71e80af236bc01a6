//! `set-variable`: keeps a value for later statements of the call.

use crate::catalog::Attribute;
use crate::expression::compiled::Wanted;
use crate::program::Section;
use crate::statements::reader::Reader;
use crate::statements::table::{Read, Statement};
use crate::statements::values::Valued;
use crate::step::Action;

/// Reads `<set-variable name="…" value="…" />`. A literal is kept as text, an expression's value as
/// it is.
pub(crate) fn read(reader: &mut Reader<'_, '_>) -> Option<Action> {
    let name = read_name("name", reader);
    let value = reader.required_value("value", Wanted::Kept).map(Valued::written);
    Some(Action::SetVariable { name: name?, value: value? })
}

/// The name of a variable that a statement sets.
pub(crate) fn read_name(attribute: &str, reader: &mut Reader<'_, '_>) -> Option<String> {
    let name = reader.required(attribute)?;
    if name.word().is_empty() {
        reader.error("invalid-value", name.span, "the variable's name is empty");
        return None;
    }
    Some(name.text.to_owned())
}

pub(crate) static SET_VARIABLE: Statement = Statement {
    sections: &Section::ALL,
    attributes: &[Attribute::new("name").required(), Attribute::valued("value").required()],
    ..Statement::new(
        "set-variable",
        "Keeps a value under a name for later statements of the call.",
        Read::Step(read),
    )
};
