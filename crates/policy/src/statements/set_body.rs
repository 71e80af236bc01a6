//! `set-body`: another body, given as it is, by an expression or by a template.

use crate::blank::is_blank;
use crate::catalog::{Attribute, YES_NO};
use crate::effect::{Body, BodyForm, Target};
use crate::expression::compiled::Wanted;
use crate::failure::Failure;
use crate::liquid::Template;
use crate::program::Section;
use crate::situation::Situation;
use crate::statements::reader::Reader;
use crate::statements::table::{Read, Statement};
use crate::statements::values::{expression_in, inside};
use crate::step::{Action, Written};
use crate::syntax::{Node, Text};
use crate::view::{CLOSING, OPENING};

#[derive(Clone, Debug)]
pub(crate) enum BodyPlan {
    Written(Written),
    Template(Template),
}

/// Reads `<set-body template="…">…</set-body>`.
pub(crate) fn read(reader: &mut Reader<'_, '_>) -> Option<Action> {
    read_plan(reader).map(Action::SetBody)
}

/// The same, as a part of another statement.
pub(crate) fn read_plan(reader: &mut Reader<'_, '_>) -> Option<BodyPlan> {
    let kind = reader.choice("template", &[("none", Kind::None), ("liquid", Kind::Liquid)]);
    // How a template writes what has no value, and whether it takes texts for dates: the template has no say in both.
    let nil = reader.choice("xsi-nil", &[("blank", ()), ("null", ())]);
    let dates = reader.plain_flag("parse-date", false);
    let written = read_data(reader);
    nil?;
    dates?;
    match (kind?.unwrap_or(Kind::None), written?) {
        (Kind::Liquid, Written::Literal(text)) => read_template(&text, reader),
        (_, written) => Some(BodyPlan::Written(written)),
    }
}

impl BodyPlan {
    /// The body of `target`.
    pub(crate) fn body(
        &self,
        target: Target,
        situation: &Situation<'_>,
    ) -> Result<(Body, BodyForm), Failure> {
        match self {
            BodyPlan::Written(written) => situation.body_of(written),
            BodyPlan::Template(template) => {
                let text = template.render(target, situation)?;
                Ok((Body(text.into_bytes()), BodyForm::Text))
            }
        }
    }
}

/// What stands between the tags: all of it, blanks included, or an expression.
fn read_data(reader: &mut Reader<'_, '_>) -> Option<Written> {
    if let Some(expression) = expression_in(reader.element) {
        return reader.expression(&expression, Wanted::Text).map(Written::Expression);
    }
    match reader.element.children.as_slice() {
        [Node::Text(Text { content, span })] => {
            if reader.refuse_unusable(content, *span) {
                return None;
            }
            reader.warn_of_inner_expression(*span);
            let text = reader.document.source().slice(*span);
            read_text(text, reader)
        }
        [] => Some(Written::Literal(String::new())),
        _ => {
            let name = &reader.element.name;
            let message = format!("`{name}` holds text or one expression");
            reader.error("unexpected-element", reader.element.name_span, message);
            None
        }
    }
}

/// A text as it stands, or what `CDATA` sections hold, if there is nothing else.
fn read_text(text: &str, reader: &mut Reader<'_, '_>) -> Option<Written> {
    if !text.contains(OPENING) {
        return Some(Written::Literal(text.to_owned()));
    }
    let whole = sections(text).map(Written::Literal);
    if whole.is_none() {
        let message = "`CDATA` beside other text is not supported";
        reader
            .error("unsupported-value", inside(reader.element), message)
            .set_help("put the whole body into the `CDATA` section");
    }
    whole
}

/// What the `CDATA` sections of a text hold, joined; `None` if there is anything else between them than blanks and
/// comments.
fn sections(text: &str) -> Option<String> {
    let mut whole = String::new();
    let mut rest = text.trim_start_matches(is_blank);
    while !rest.is_empty() {
        rest = if let Some(section) = rest.strip_prefix(OPENING) {
            let (inner, rest) = section.split_once(CLOSING)?;
            whole.push_str(inner);
            rest
        } else {
            rest.strip_prefix("<!--")?.split_once("-->")?.1
        };
        rest = rest.trim_start_matches(is_blank);
    }
    Some(whole)
}

fn read_template(text: &str, reader: &mut Reader<'_, '_>) -> Option<BodyPlan> {
    match Template::parse(text) {
        Ok(template) => {
            reader.notes.has_expression = true;
            reader.notes.reads_request |= template.reads_body();
            reader.notes.reads_response |= template.reads_body();
            Some(BodyPlan::Template(template))
        }
        Err(problem) => {
            let message = format!("this template can't be used: {problem}");
            reader.error("unsupported-liquid", inside(reader.element), message);
            None
        }
    }
}

#[derive(Clone, Copy)]
enum Kind {
    None,
    Liquid,
}

/// Its text is data, whatever stands in it.
pub(crate) static SET_BODY: Statement = Statement {
    sections: &Section::ALL,
    attributes: &[
        Attribute::new("template").one_of(&["none", "liquid"]),
        Attribute::new("xsi-nil").one_of(&["blank", "null"]),
        Attribute::new("parse-date").one_of(YES_NO),
    ],
    children: &["#text"],
    ..Statement::new("set-body", "Sets the body of the request or of the answer.", Read::Step(read))
};
