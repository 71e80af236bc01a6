//! `trace`: a line for the trace and the log.

use crate::catalog::Attribute;
use crate::effect::{Effect, Place, Trace, TraceSeverity};
use crate::failure::Failure;
use crate::program::Section;
use crate::situation::Situation;
use crate::statements::reader::Reader;
use crate::statements::table::{Read, Statement};
use crate::statements::values::expression_in;
use crate::step::{Action, Written};

#[derive(Clone, Debug)]
pub(crate) struct TracePlan {
    source: Option<Written>,
    severity: TraceSeverity,
    message: Written,
    metadata: Vec<(Written, Written)>,
}

/// Reads `<trace source="…" severity="…">` with `message` and `metadata`, or, as it was once written,
/// with the message itself.
pub(crate) fn read(reader: &mut Reader<'_, '_>) -> Option<Action> {
    let source = reader.text("source");
    let severity = reader.choice("severity", &SEVERITIES);
    let message = match reader.only_child("message") {
        Some(message) => {
            reader.child(message).check_shape(&MESSAGE);
            reader.written_in(message)
        }
        None if expression_in(reader.element).is_some() || reader.element.elements().next().is_none() => {
            reader.written_in(reader.element)
        }
        None => {
            reader.error("missing-element", reader.element.name_span, "`message` is missing");
            None
        }
    };
    let metadata = read_metadata(reader);
    Some(Action::Trace(Box::new(TracePlan {
        source: source?,
        severity: severity?.unwrap_or(TraceSeverity::Verbose),
        message: message?,
        metadata: metadata?,
    })))
}

fn read_metadata(reader: &mut Reader<'_, '_>) -> Option<Vec<(Written, Written)>> {
    let mut all = Some(Vec::new());
    for child in reader.children("metadata") {
        let mut part = reader.child(child);
        part.check_shape(&METADATA);
        let pair = (part.required_text("name"), part.required_text("value"));
        match (pair, &mut all) {
            ((Some(name), Some(value)), Some(list)) => list.push((name, value)),
            _ => all = None,
        }
    }
    all
}

impl TracePlan {
    pub(crate) fn effect<'p>(
        &'p self,
        at: &'p Place,
        situation: &Situation<'_>,
    ) -> Result<Effect<'p>, Failure> {
        let pair = |(name, value): &(Written, Written)| Ok((situation.text(name)?, situation.text(value)?));
        Ok(Effect::Trace(Box::new(Trace {
            source: self
                .source
                .as_ref()
                .map(|source| situation.text(source))
                .transpose()?
                .unwrap_or_default(),
            severity: self.severity,
            message: situation.text(&self.message)?,
            metadata: self.metadata.iter().map(pair).collect::<Result<_, Failure>>()?,
            at,
        })))
    }
}

pub(crate) static TRACE: Statement = Statement {
    sections: &Section::ALL,
    attributes: &[
        Attribute::valued("source"),
        Attribute::new("severity").one_of(&["verbose", "information", "error"]),
    ],
    children: &["message", "metadata", "#text"],
    ..Statement::new("trace", "Writes a line into the trace of the call and into the log.", Read::Step(read))
};

pub(crate) static MESSAGE: Statement =
    Statement { children: &["#text"], ..Statement::new("message", "What is written.", Read::Part) };

pub(crate) static METADATA: Statement = Statement {
    attributes: &[Attribute::valued("name").required(), Attribute::valued("value").required()],
    ..Statement::new("metadata", "More about what is written, by name.", Read::Part)
};

const SEVERITIES: [(&str, TraceSeverity); 3] = [
    ("verbose", TraceSeverity::Verbose),
    ("information", TraceSeverity::Information),
    ("error", TraceSeverity::Error),
];
