//! What `xml-to-json` and `json-to-xml` share: when they convert, and what becomes of a body that can't be.

use crate::body_text::{content_type, exact};
use crate::catalog::{Attribute, YES_NO};
use crate::effect::{Body, BodyForm, Effect, Target};
use crate::facts::Reading;
use crate::failure::Failure;
use crate::situation::Situation;
use crate::statements::json_to_xml::JsonToXml;
use crate::statements::reader::Reader;
use crate::statements::xml_to_json::XmlToJson;
use crate::step::Setting;

/// One of the two forms of a body.
struct Form {
    /// The subtype of its media type, alone or behind a `+` (RFC 6839 §3.1, RFC 7303 §4.2).
    subtype: &'static str,
    media_type: &'static str,
    name: &'static str,
}

static XML: Form = Form { subtype: "xml", media_type: "application/xml", name: "XML" };
static JSON: Form = Form { subtype: "json", media_type: "application/json", name: "JSON" };

#[derive(Clone, Debug)]
pub(crate) struct ConversionPlan {
    pub(crate) occasion: Occasion,
    pub(crate) conversion: Conversion,
}

/// What a body becomes.
#[derive(Clone, Debug)]
pub(crate) enum Conversion {
    XmlToJson(XmlToJson),
    JsonToXml(JsonToXml),
}

/// When a body is converted.
#[derive(Clone, Debug)]
pub(crate) struct Occasion {
    apply: Setting<Apply>,
    consider_accept: Setting<bool>,
    choices: &'static [(&'static str, Apply)],
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Apply {
    Always,
    /// Only if the body's `Content-Type` says that it has the form to convert from.
    ContentType,
}

/// Reads `apply` and `consider-accept-header`.
pub(crate) fn read_occasion(
    reader: &mut Reader<'_, '_>,
    choices: &'static [(&'static str, Apply)],
) -> Option<Occasion> {
    let apply = reader.required_setting("apply", choices);
    let consider_accept = reader.flag("consider-accept-header", true);
    Some(Occasion { apply: apply?, consider_accept: consider_accept?, choices })
}

/// The attributes that `read_occasion` reads.
pub(crate) const fn apply_attribute(values: &'static [&'static str]) -> Attribute {
    Attribute::valued("apply").required().one_of(values)
}

pub(crate) const CONSIDER_ACCEPT: Attribute = Attribute::valued("consider-accept-header").one_of(YES_NO);

impl ConversionPlan {
    /// Whether the body is to be converted, if there is one. It needn't have been read.
    pub(crate) fn applies(&self, target: Target, situation: &Situation<'_>) -> Result<bool, Failure> {
        let (from, to) = self.conversion.forms();
        let facts = situation.facts;
        let types = || match target {
            Target::Request => facts.header("content-type"),
            Target::Response => facts.response_header("content-type"),
        };
        let applies = match situation.choice(&self.occasion.apply, self.occasion.choices)? {
            Apply::Always => true,
            Apply::ContentType => types().iter().any(|value| names_form(value, from)),
        };
        let considers_accept = situation.flag(&self.occasion.consider_accept)?;
        let is_wanted = || facts.header("accept").iter().any(|value| asks_for(value, to));
        Ok(applies && (!considers_accept || is_wanted()))
    }

    /// The converted body, once it has been read; none when there is none.
    pub(crate) fn effect<'p>(
        &self,
        target: Target,
        situation: &Situation<'_>,
    ) -> Result<Option<Effect<'p>>, Failure> {
        let (from, to) = self.conversion.forms();
        let facts = situation.facts;
        let body = facts.body(target, Reading::Keep);
        let Some(body) = body.filter(|body| !body.trim_ascii().is_empty()) else { return Ok(None) };
        let content_type = content_type(facts, target);
        let exact = exact(&body, content_type.as_deref()).map_err(|problem| problem.failure(target))?;
        let exact = exact.ok_or_else(|| unreadable(target, from, &"It is not text in UTF-8."))?;
        let text = exact.text.as_ref();
        let converted = match &self.conversion {
            Conversion::XmlToJson(plan) => plan.convert(text, situation)?,
            Conversion::JsonToXml(plan) => plan.convert(text, situation)?,
        };
        let converted = converted.map_err(|error| unreadable(target, from, &error))?;
        let body = Body(converted.into_bytes());
        Ok(Some(Effect::SetBody { target, body, media_type: Some(to.media_type), form: BodyForm::Text }))
    }
}

impl Conversion {
    /// What it converts from, and to.
    fn forms(&self) -> (&'static Form, &'static Form) {
        match self {
            Conversion::XmlToJson(_) => (&XML, &JSON),
            Conversion::JsonToXml(_) => (&JSON, &XML),
        }
    }
}

/// Whether an `Accept` header names a form and wants it (RFC 9110 §12.5.1). A wildcard names none.
fn asks_for(accept: &str, form: &Form) -> bool {
    accept.split(',').any(|range| {
        let mut weight = range.split(';').skip(1).filter_map(|parameter| {
            let (name, value) = parameter.split_once('=')?;
            name.trim().eq_ignore_ascii_case("q").then(|| value.trim().parse::<f32>().unwrap_or_default())
        });
        names_form(range, form) && weight.next().is_none_or(|weight| weight > 0.0)
    })
}

/// Whether a media type is of a form.
fn names_form(media_type: &str, form: &Form) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    let Some((_, subtype)) = essence.split_once('/') else { return false };
    let suffix = subtype.rsplit('+').next().unwrap_or_default();
    suffix.eq_ignore_ascii_case(form.subtype)
}

/// A caller who sent it is told what is wrong; of a backend's answer only the log tells.
fn unreadable(target: Target, from: &Form, problem: &dyn std::fmt::Display) -> Failure {
    let whose = target.in_words();
    let noted = format!("The body of the {whose} can't be read as {}.", from.name);
    let message = format!("{noted} {problem}");
    let failure = match target {
        Target::Request => Failure::told("BodyConversionFailure", message, 400),
        Target::Response => Failure::hidden("BodyConversionFailure", message, 500),
    };
    // What the problem says quotes from the body.
    Failure { noted: Some(noted.into()), ..failure }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_asked_for_by_its_name_or_its_suffix_and_not_by_a_wildcard() {
        for asked in ["application/json", "text/html, application/problem+JSON;q=0.1", "text/json ; q=1"] {
            assert!(asks_for(asked, &JSON), "{asked}");
        }
        for other in ["*/*", "application/*", "", "application/json;q=0", "application/xml", "json"] {
            assert!(!asks_for(other, &JSON), "{other}");
        }
    }
}
