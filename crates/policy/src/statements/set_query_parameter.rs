//! `set-query-parameter`: changes one parameter of the request's query.

use crate::catalog::Attribute;
use crate::effect::HeaderAction;
use crate::program::Section;
use crate::statements::reader::Reader;
use crate::statements::set_header::{ACTIONS, check_count, read_values};
use crate::statements::table::{Read, Statement};
use crate::step::Action;

/// Reads `<set-query-parameter name="…" exists-action="…"><value>…</value></set-query-parameter>`.
pub(crate) fn read(reader: &mut Reader<'_, '_>) -> Option<Action> {
    let name = reader.required_text("name");
    let action = reader.setting("exists-action", &ACTIONS, HeaderAction::Override);
    let values = read_values(reader);
    let (name, action, values) = (name?, action?, values?);
    check_count(&action, values.len(), reader)?;
    Some(Action::SetQueryParameter { name, action, values })
}

pub(crate) static SET_QUERY_PARAMETER: Statement = Statement {
    sections: &[Section::Inbound, Section::Backend],
    attributes: &[
        Attribute::valued("name").required(),
        Attribute::valued("exists-action").one_of(&["override", "skip", "append", "delete"]),
    ],
    children: &["value"],
    ..Statement::new(
        "set-query-parameter",
        "Sets, adds to or removes a parameter of the query.",
        Read::Step(read),
    )
};
