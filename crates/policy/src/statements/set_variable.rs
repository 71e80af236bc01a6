//! `set-variable`: keeps a value for later statements of the call.

use crate::expression::compiled::Wanted;
use crate::program::{Action, Written};
use crate::statements::reader::{Reader, Valued};

/// Reads `<set-variable name="…" value="…" />`. A literal is kept as text, an expression's value as
/// it is.
pub(crate) fn read(reader: &mut Reader<'_, '_>) -> Option<Action> {
    let name = reader.required("name");
    let value = reader.required_value("value", Wanted::Kept);
    let (name, value) = (name?, value?);
    if name.text.trim().is_empty() {
        reader.error("invalid-value", name.span, "the variable's name is empty");
        return None;
    }
    let value = match value {
        Valued::Literal(literal) => Written::Literal(literal.text.to_owned()),
        Valued::Expression(compiled) => Written::Expression(compiled),
    };
    Some(Action::SetVariable { name: name.text.to_owned(), value })
}
