//! `include-fragment`: the statements of a policy fragment, at this place.

use crate::catalog::Attribute;
use crate::program::Section;
use crate::statements::table::{Read, Statement};

pub(crate) static INCLUDE_FRAGMENT: Statement = Statement {
    sections: &Section::ALL,
    attributes: &[Attribute::new("fragment-id").required()],
    ..Statement::new("include-fragment", "Runs the statements of a policy fragment.", Read::Include)
};
