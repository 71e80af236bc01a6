//! `xml-to-json`: JSON in the place of a body of XML.

use crate::catalog::{Attribute, YES_NO};
use crate::error::EvaluationError;
use crate::expression::json_write;
use crate::failure::Failure;
use crate::program::Section;
use crate::situation::Situation;
use crate::statements::body_conversion::{
    Apply, CONSIDER_ACCEPT, Conversion, ConversionPlan, apply_attribute, read_occasion,
};
use crate::statements::reader::Reader;
use crate::statements::table::{Read, Statement};
use crate::step::{Action, Setting};
use crate::xml_as_json::{self, Kind, Shape};

#[derive(Clone, Debug)]
pub(crate) struct XmlToJson {
    kind: Setting<Kind>,
    always_arrays: Setting<bool>,
}

/// Reads `<xml-to-json kind="…" apply="…" />`.
pub(crate) fn read(reader: &mut Reader<'_, '_>) -> Option<Action> {
    let kind = reader.required_setting("kind", KINDS);
    let occasion = read_occasion(reader, APPLY);
    let always_arrays = reader.flag("always-array-child-elements", false);
    Some(Action::Convert(Box::new(ConversionPlan {
        occasion: occasion?,
        conversion: Conversion::XmlToJson(XmlToJson { kind: kind?, always_arrays: always_arrays? }),
    })))
}

impl XmlToJson {
    /// The JSON; inside an error if it is no XML.
    pub(crate) fn convert(
        &self,
        text: &str,
        situation: &Situation<'_>,
    ) -> Result<Result<String, EvaluationError>, Failure> {
        let kind = situation.choice(&self.kind, KINDS)?;
        let shape = Shape { kind, always_arrays: situation.flag(&self.always_arrays)? };
        Ok(xml_as_json::convert(text, shape).and_then(|json| json_write::compact(&json)))
    }
}

pub(crate) static XML_TO_JSON: Statement = Statement {
    sections: &[Section::Inbound, Section::Outbound, Section::OnError],
    attributes: &[
        Attribute::valued("kind").required().one_of(&["javascript-friendly", "direct"]),
        apply_attribute(&["always", "content-type-xml"]),
        CONSIDER_ACCEPT,
        Attribute::valued("always-array-child-elements").one_of(YES_NO),
    ],
    ..Statement::new("xml-to-json", "Makes JSON of a body that is XML.", Read::Step(read))
};

const KINDS: &[(&str, Kind)] = &[("javascript-friendly", Kind::JavascriptFriendly), ("direct", Kind::Direct)];
const APPLY: &[(&str, Apply)] = &[("always", Apply::Always), ("content-type-xml", Apply::ContentType)];
