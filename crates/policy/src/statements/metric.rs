//! `emit-metric`: adds to a metric.

use crate::blank::trimmed;
use crate::catalog::Attribute;
use crate::effect::{Effect, Metric};
use crate::failure::Failure;
use crate::program::Section;
use crate::situation::Situation;
use crate::statements::reader::Reader;
use crate::statements::table::{Read, Statement};
use crate::step::{Action, Written};

#[derive(Clone, Debug)]
pub(crate) struct MetricPlan {
    namespace: String,
    name: String,
    value: Written,
    dimensions: Vec<(Written, Option<Written>)>,
}

/// Reads `<emit-metric name="…" value="…" namespace="…">` with its dimensions.
pub(crate) fn read(reader: &mut Reader<'_, '_>) -> Option<Action> {
    let name = reader.required("name").map(|name| name.text.to_owned());
    let value = reader.text("value");
    let namespace = reader.literal("namespace");
    let dimensions = read_dimensions(reader);
    let value = value?.unwrap_or_else(|| Written::Literal("1".to_owned()));
    if value.literal().is_some_and(|text| trimmed(text).parse::<f64>().is_err()) {
        reader.error("invalid-value", reader.element.name_span, "`value` must be a number");
        return None;
    }
    Some(Action::EmitMetric(Box::new(MetricPlan {
        namespace: namespace?.unwrap_or_default(),
        name: name?,
        value,
        dimensions: dimensions?,
    })))
}

fn read_dimensions(reader: &mut Reader<'_, '_>) -> Option<Vec<(Written, Option<Written>)>> {
    let mut all = Some(Vec::new());
    if reader.children("dimension").next().is_none() {
        let message = "`emit-metric` needs at least one `dimension`";
        reader
            .error("missing-element", reader.element.name_span, message)
            .set_help("for example `<dimension name=\"API ID\" />`");
        return None;
    }
    for child in reader.children("dimension") {
        let mut part = reader.child(child);
        part.check_shape(&DIMENSION);
        let pair = (part.required_text("name"), part.text("value"));
        match (pair, &mut all) {
            ((Some(name), Some(value)), Some(list)) => list.push((name, value)),
            _ => all = None,
        }
    }
    all
}

impl MetricPlan {
    pub(crate) fn effect<'p>(&self, situation: &Situation<'_>) -> Result<Effect<'p>, Failure> {
        let dimension = |(name, value): &(Written, Option<Written>)| {
            let name = situation.text(name)?;
            let value = match value {
                Some(value) => situation.text(value)?,
                None => known_dimension(&name, situation),
            };
            Ok((name, value))
        };
        Ok(Effect::EmitMetric(Box::new(Metric {
            namespace: self.namespace.clone(),
            name: self.name.clone(),
            value: situation.decimal(&self.value)?,
            dimensions: self.dimensions.iter().map(dimension).collect::<Result<_, Failure>>()?,
        })))
    }
}

/// The dimensions that need no value; others without one are empty.
fn known_dimension(name: &str, situation: &Situation<'_>) -> String {
    let facts = situation.facts;
    match name {
        "API ID" => facts.api().map(|api| api.id.into_owned()).unwrap_or_default(),
        "Operation ID" => facts.operation().map(|operation| operation.id.into_owned()).unwrap_or_default(),
        "Gateway ID" => facts.deployment().gateway_id.into_owned(),
        "Location" => facts.deployment().region.into_owned(),
        _ => String::new(),
    }
}

pub(crate) static EMIT_METRIC: Statement = Statement {
    sections: &Section::ALL,
    attributes: &[Attribute::new("name").required(), Attribute::valued("value"), Attribute::new("namespace")],
    children: &["dimension"],
    ..Statement::new("emit-metric", "Adds to a metric.", Read::Step(read))
};

pub(crate) static DIMENSION: Statement = Statement {
    attributes: &[Attribute::valued("name").required(), Attribute::valued("value")],
    ..Statement::new("dimension", "What the metric is told apart by.", Read::Part)
};
