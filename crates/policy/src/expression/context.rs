//! What the parts of the call are worth: `context.Request`, headers, addresses, bodies, uploaded certificates.

use std::borrow::Cow;
use std::sync::Arc;

use crate::body_text::content_type;
use crate::effect::Target;
use crate::error::EvaluationError;
use crate::expression::dictionary::{Dictionary, DictionaryKind};
use crate::expression::evaluate::{Machine, Step};
use crate::expression::object::{ListKind, Object};
use crate::expression::sequence::pair;
use crate::expression::types::Type;
use crate::expression::uri::query_pairs;
use crate::facts::Url;
use crate::message::Message;
use crate::value::{Part, Side, Value};

impl Side {
    pub(crate) fn target(self) -> Target {
        match self {
            Side::Request => Target::Request,
            Side::Response => Target::Response,
        }
    }
}

/// The address that a part is about.
pub(crate) fn url<'m>(machine: &'m Machine<'_>, part: &Value) -> Step<Url<'m>> {
    match part {
        Value::Part(Part::Url(address) | Part::Query(address)) => Ok(machine.situation.facts.url(*address)),
        Value::Part(Part::Api) => {
            let api = machine.situation.facts.api().ok_or(EvaluationError::NullReference)?;
            Ok(api.service_url)
        }
        _ => Err(EvaluationError::WrongKind.into()),
    }
}

/// An address as a text; the port only if it isn't the scheme's own.
pub(crate) fn url_text(url: &Url<'_>) -> String {
    let own = matches!((&*url.scheme, url.port), ("https", 443) | ("http", 80));
    let port = if own { String::new() } else { format!(":{}", url.port) };
    let query = if url.query.is_empty() { String::new() } else { format!("?{}", url.query) };
    format!("{}://{}{port}{}{query}", url.scheme, url.host, url.path)
}

/// The values of a name: of a header, a query parameter, a parameter of the address. None if it isn't there.
pub(crate) fn values(machine: &mut Machine<'_>, of: &Value, name: &str) -> Step<Option<Vec<Arc<str>>>> {
    let facts = machine.situation.facts;
    let texts = |texts: Vec<Cow<'_, str>>| texts.into_iter().map(Arc::from).collect::<Vec<Arc<str>>>();
    let found: Vec<Arc<str>> = match of {
        Value::Part(Part::Headers(Side::Request)) => texts(facts.header(name)),
        Value::Part(Part::Headers(Side::Response)) => texts(facts.response_header(name)),
        Value::Part(Part::Query(address)) => {
            let query = facts.url(*address).query;
            machine.spend(query.len() / 8)?;
            let named = query_pairs(&query).into_iter().filter(|(known, _)| known.eq_ignore_ascii_case(name));
            named.map(|(_, value)| value.into()).collect()
        }
        Value::Part(Part::MatchedParameters) => {
            let all = facts.matched_parameters().into_iter();
            all.filter(|(known, _)| known.eq_ignore_ascii_case(name))
                .map(|(_, value)| Arc::from(value))
                .collect()
        }
        Value::Object(object) => match &**object {
            Object::Dictionary(dictionary) => {
                let Some(found) = dictionary.find(&Value::text(name))? else { return Ok(None) };
                return match &found {
                    Value::Object(list) if matches!(&**list, Object::List(_)) => {
                        let items = crate::expression::sequence::items(machine, &found)?;
                        Ok(Some(crate::expression::sequence::texts(&items)?))
                    }
                    other => Ok(Some(vec![other.print()?])),
                };
            }
            _ => return Err(EvaluationError::WrongKind.into()),
        },
        _ => return Err(EvaluationError::WrongKind.into()),
    };
    Ok((!found.is_empty()).then_some(found))
}

/// Texts as a `string[]`.
pub(crate) fn texts(machine: &mut Machine<'_>, texts: Vec<Arc<str>>) -> Step<Value> {
    machine.listed(ListKind::Array, Type::STRING, texts.into_iter().map(Value::Text).collect())
}

/// What `foreach` sees of a part of the call.
pub(crate) fn pairs(machine: &mut Machine<'_>, part: Part) -> Step<Vec<Value>> {
    let facts = machine.situation.facts;
    match part {
        Part::Variables => {
            let all = machine.situation.variables.iter();
            Ok(all.map(|(name, value)| pair((Value::text(name), value.clone()))).collect())
        }
        Part::MatchedParameters => {
            let all = facts.matched_parameters().into_iter();
            Ok(all.map(|(name, value)| pair((Value::text(&name), Value::text(&value)))).collect())
        }
        Part::Headers(side) => {
            let all = facts.headers(side.target());
            let all = all.into_iter().map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
            grouped(machine, all)
        }
        Part::Query(address) => {
            let query = facts.url(address).query.into_owned();
            grouped(machine, query_pairs(&query))
        }
        _ => Err(EvaluationError::WrongKind.into()),
    }
}

/// Names with all their values, in the order of the first of each.
fn grouped(machine: &mut Machine<'_>, all: Vec<(String, String)>) -> Step<Vec<Value>> {
    let mut names: indexmap::IndexMap<String, (String, Vec<Arc<str>>)> = indexmap::IndexMap::new();
    for (name, value) in all {
        names.entry(name.to_lowercase()).or_insert_with(|| (name, Vec::new())).1.push(value.into());
    }
    names
        .into_values()
        .map(|(name, values)| Ok(pair((Value::Text(name.into()), texts(machine, values)?))))
        .collect()
}

/// The headers of a kept message, or other names with several values each.
pub(crate) fn headers_of(machine: &mut Machine<'_>, all: &[(String, String)]) -> Step<Value> {
    let dictionary = Dictionary::new(DictionaryKind::Headers);
    for found in grouped(machine, all.to_vec())? {
        if let Value::Object(object) = &found
            && let Object::Pair(key, value) = &**object
        {
            dictionary.set(key, value.clone())?;
        }
    }
    Ok(Value::object(Object::Dictionary(dictionary)))
}

/// The uploaded certificates as pairs of id and certificate.
pub(crate) fn certificates(machine: &Machine<'_>) -> Vec<Value> {
    let facts = machine.situation.facts;
    let ids = facts.uploaded_ids().into_iter();
    ids.filter_map(|id| {
        let certificate = facts.uploaded_certificate(&id)?;
        Some(pair((Value::Text(id.into()), Value::Certificate(certificate))))
    })
    .collect()
}

/// The body of a message: of the call's, or of one that was kept.
pub(crate) fn body(machine: &Machine<'_>, of: &Value, keep: bool) -> Step<Option<Arc<[u8]>>> {
    use crate::facts::Reading;
    let reading = if keep { Reading::Keep } else { Reading::Take };
    match of {
        Value::Part(Part::Body(side)) => Ok(machine.situation.facts.body(side.target(), reading)),
        Value::Object(object) => match &**object {
            Object::MessageBody(message) => decoded(machine, message).map(Some),
            _ => Err(EvaluationError::WrongKind.into()),
        },
        _ => Err(EvaluationError::WrongKind.into()),
    }
}

/// The body of a kept message as it was before it was coded.
fn decoded(machine: &Machine<'_>, message: &Message) -> Step<Arc<[u8]>> {
    message.decoded(machine.situation.facts.most_body_bytes()).map_err(|problem| {
        let message = format!("The message body can't be decoded: {problem}.");
        EvaluationError::thrown("InvalidDataException", message).into()
    })
}

/// The `Content-Type` of the message that a body belongs to.
pub(crate) fn content_type_of(machine: &Machine<'_>, body: &Value) -> Option<String> {
    match body {
        Value::Part(Part::Body(side)) => content_type(machine.situation.facts, side.target()),
        other => kept(other)?.header("content-type").next().map(str::to_owned),
    }
}

/// The message that an object is, if it was kept.
pub(crate) fn kept(of: &Value) -> Option<&Arc<Message>> {
    match of {
        Value::Object(object) => match &**object {
            Object::Message(message) | Object::MessageBody(message) => Some(message),
            _ => None,
        },
        _ => None,
    }
}
