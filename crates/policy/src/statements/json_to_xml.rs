//! `json-to-xml`: XML in the place of a body of JSON.

use crate::catalog::{Attribute, YES_NO};
use crate::error::EvaluationError;
use crate::expression::json_read;
use crate::failure::Failure;
use crate::json_as_xml::{self, Names};
use crate::program::Section;
use crate::situation::Situation;
use crate::statements::body_conversion::{
    Apply, CONSIDER_ACCEPT, Conversion, ConversionPlan, apply_attribute, read_occasion,
};
use crate::statements::reader::Reader;
use crate::statements::table::{Read, Statement};
use crate::step::{Action, Written};

#[derive(Clone, Debug)]
pub(crate) struct JsonToXml {
    separator: Option<Written>,
    prefix: Option<Written>,
    attributes: Option<Written>,
}

/// Reads `<json-to-xml apply="…" />`.
pub(crate) fn read(reader: &mut Reader<'_, '_>) -> Option<Action> {
    let occasion = read_occasion(reader, APPLY);
    // A date of JSON is written as XML Schema writes it already, so that both values come to the same.
    let dates = reader.plain_flag("parse-date", true);
    let separator = reader.text("namespace-separator");
    let prefix = reader.text("namespace-prefix");
    let attributes = reader.text("attribute-block-name");
    dates?;
    Some(Action::Convert(Box::new(ConversionPlan {
        occasion: occasion?,
        conversion: Conversion::JsonToXml(JsonToXml {
            separator: separator?,
            prefix: prefix?,
            attributes: attributes?,
        }),
    })))
}

impl JsonToXml {
    /// The XML; inside an error if it is no JSON, or holds what XML can't.
    pub(crate) fn convert(
        &self,
        text: &str,
        situation: &Situation<'_>,
    ) -> Result<Result<String, EvaluationError>, Failure> {
        let given = |written: &Option<Written>| -> Result<Option<String>, Failure> {
            let given = written.as_ref().map(|written| situation.text(written)).transpose()?;
            Ok(given.filter(|given| !given.is_empty()))
        };
        let names = Names {
            separator: given(&self.separator)?.unwrap_or_else(|| "_".to_owned()),
            prefix: given(&self.prefix)?,
            attributes: given(&self.attributes)?,
        };
        Ok(json_read::read(text).and_then(|json| json_as_xml::convert(&json, &names)))
    }
}

pub(crate) static JSON_TO_XML: Statement = Statement {
    sections: &[Section::Inbound, Section::Outbound, Section::OnError],
    attributes: &[
        apply_attribute(&["always", "content-type-json"]),
        CONSIDER_ACCEPT,
        Attribute::new("parse-date").one_of(YES_NO),
        Attribute::valued("namespace-separator"),
        Attribute::valued("namespace-prefix"),
        Attribute::valued("attribute-block-name"),
    ],
    ..Statement::new("json-to-xml", "Makes XML of a body that is JSON.", Read::Step(read))
};

const APPLY: &[(&str, Apply)] = &[("always", Apply::Always), ("content-type-json", Apply::ContentType)];
