//! Messages: `IRequest`, `IResponse`, headers, bodies, addresses, tokens.

use std::borrow::Cow;
use std::sync::Arc;

use crate::body_text::lossy;
use crate::error::EvaluationError;
use crate::expression::arguments::{at, count, flag, made_bytes, object, text, type_at};
use crate::expression::class::{Class, Member, extension, member, plain};
use crate::expression::context::{body, content_type_of, headers_of, kept, texts, url, url_text, values};
use crate::expression::dictionary::{Dictionary, DictionaryKind};
use crate::expression::evaluate::{Machine, Step};
use crate::expression::members::json;
use crate::expression::members::linq::sequence;
use crate::expression::members::xml;
use crate::expression::object::Object;
use crate::expression::sequence::items;
use crate::expression::types::Type;
use crate::expression::uri::{Uri, query_pairs};
use crate::facts::Address;
use crate::jwt::Jwt;
use crate::value::{Part, Side, Value};

pub(crate) static CLASSES: &[Class] = &[
    Class { bases: &["object"], ..plain("IRequest", REQUEST) },
    Class { bases: &["object"], ..plain("IResponse", RESPONSE) },
    Class { bases: &["object"], ..plain("IMessageBody", BODY) },
    Class { bases: &["object"], ..plain("IUrl", URL) },
    Class {
        bases: &[
            "IReadOnlyDictionary<string, string[]>",
            "IEnumerable<KeyValuePair<string, string[]>>",
            "object",
        ],
        ..plain("Headers", HEADERS)
    },
    Class {
        bases: &[
            "IReadOnlyDictionary<string, string>",
            "IEnumerable<KeyValuePair<string, string>>",
            "object",
        ],
        ..plain("MatchedParameters", PARAMETERS)
    },
    Class { bases: &["object"], ..plain("Jwt", JWT) },
    Class { bases: &["object"], ..plain("IPrivateEndpointConnection", ENDPOINT) },
];

const REQUEST: &[Member] = &[
    member(&["Certificate: X509Certificate2"], |machine, _| {
        let certificate = machine.situation.facts.caller_certificate();
        Ok(certificate.map_or(Value::Null, |certificate| Value::Certificate(Arc::clone(certificate))))
    }),
    member(&["Method: string"], |machine, _| Ok(Value::text(machine.situation.facts.method()))),
    member(&["IpAddress: string"], |machine, _| Ok(Value::text(&machine.situation.facts.caller_ip()))),
    member(&["Headers: Headers"], |_, _| Ok(Value::Part(Part::Headers(Side::Request)))),
    member(&["Url: IUrl"], |_, _| Ok(Value::Part(Part::Url(Address::Present)))),
    member(&["OriginalUrl: IUrl"], |_, _| Ok(Value::Part(Part::Url(Address::Original)))),
    member(&["MatchedParameters: MatchedParameters"], |_, _| Ok(Value::Part(Part::MatchedParameters))),
    member(&["Body: IMessageBody"], |_, _| Ok(Value::Part(Part::Body(Side::Request)))),
    member(&["PrivateEndpointConnection: IPrivateEndpointConnection"], |_, _| Ok(Value::Null)),
];

const ENDPOINT: &[Member] = &[member(&["Name: string", "GroupId: string", "MemberName: string"], |_, _| {
    Err(EvaluationError::NullReference.into())
})];

const RESPONSE: &[Member] = &[
    member(&["StatusCode: int"], |machine, a| {
        let status = match kept(at(a, 0)) {
            Some(message) => Some(message.status),
            None => machine.situation.facts.response_status(),
        };
        Ok(Value::Int(status.map_or(0, i32::from)))
    }),
    member(&["StatusReason: string"], |machine, a| {
        Ok(match kept(at(a, 0)) {
            Some(message) => Value::text(&message.reason),
            None => {
                machine.situation.facts.response_reason().map_or(Value::Null, |reason| Value::text(&reason))
            }
        })
    }),
    member(&["Headers: Headers"], |machine, a| match kept(at(a, 0)) {
        Some(message) => headers_of(machine, &message.headers),
        None => Ok(Value::Part(Part::Headers(Side::Response))),
    }),
    member(&["Body: IMessageBody"], |_, a| {
        Ok(match kept(at(a, 0)) {
            Some(message) => Value::object(Object::MessageBody(Arc::clone(message))),
            None => Value::Part(Part::Body(Side::Response)),
        })
    }),
];

const BODY: &[Member] = &[
    member(&["As<R>(type R, bool preserveContent =): R"], |machine, a| {
        let Some(bytes) = body(machine, at(a, 0), flag(a, 2))? else {
            return Ok(Value::Null);
        };
        machine.make(bytes.len())?;
        read_as(machine, &bytes, &type_at(a, 1), content_type_of(machine, at(a, 0)).as_deref())
    }),
    member(
        &["AsFormUrlEncodedContent(bool preserveContent =): IDictionary<string, IList<string>>"],
        |machine, a| {
            let Some(bytes) = body(machine, at(a, 0), flag(a, 1))? else { return Ok(Value::Null) };
            let dictionary = Dictionary::new(DictionaryKind::Made);
            let text = text_of(&bytes, content_type_of(machine, at(a, 0)).as_deref())?;
            for (name, value) in query_pairs(&text) {
                let name = Value::Text(name.into());
                let mut all = match dictionary.find(&name)? {
                    Some(before) => items(machine, &before)?,
                    None => Vec::new(),
                };
                all.push(Value::Text(value.into()));
                let list = machine.listed(crate::expression::object::ListKind::List, Type::STRING, all)?;
                dictionary.set(&name, list)?;
            }
            Ok(Value::object(Object::Dictionary(dictionary)))
        },
    ),
];

const URL: &[Member] = &[
    member(&["Scheme: string"], |machine, a| Ok(Value::text(&url(machine, at(a, 0))?.scheme))),
    member(&["Host: string"], |machine, a| Ok(Value::text(&url(machine, at(a, 0))?.host))),
    member(&["Port: int"], |machine, a| Ok(Value::Int(i32::from(url(machine, at(a, 0))?.port)))),
    member(&["Path: string"], |machine, a| Ok(Value::text(&url(machine, at(a, 0))?.path))),
    member(&["QueryString: string"], |machine, a| {
        let query = url(machine, at(a, 0))?.query;
        Ok(Value::text(&if query.is_empty() { String::new() } else { format!("?{query}") }))
    }),
    member(&["Query: Headers"], |_, a| match at(a, 0) {
        Value::Part(Part::Url(address)) => Ok(Value::Part(Part::Query(*address))),
        _ => Err(EvaluationError::WrongKind.into()),
    }),
    member(&["ToString(): string"], |machine, a| {
        let text = url_text(&url(machine, at(a, 0))?);
        machine.made(text)
    }),
    member(&["ToUri(): Uri"], |machine, a| {
        let parsed = Uri::parse(&url_text(&url(machine, at(a, 0))?));
        let parsed = parsed.ok_or_else(|| EvaluationError::thrown("UriFormatException", "Invalid URI."))?;
        Ok(Value::object(Object::Uri(parsed)))
    }),
];

const HEADERS: &[Member] = &[
    member(&["this[string name]: string[]"], |machine, a| {
        let name = text(a, 1)?;
        match values(machine, at(a, 0), &name)? {
            Some(found) => texts(machine, found),
            None => Ok(Value::Null),
        }
    }),
    member(&["ContainsKey(string name): bool"], |machine, a| {
        let name = text(a, 1)?;
        Ok(Value::Bool(values(machine, at(a, 0), &name)?.is_some()))
    }),
    member(&["TryGetValue(string name, out string[] value): bool"], |machine, a| {
        let name = text(a, 1)?;
        let found = values(machine, at(a, 0), &name)?.map(|found| texts(machine, found)).transpose()?;
        Ok(super::object::outcome(found, Value::Null))
    }),
    extension(
        &[
            "GetValueOrDefault(string name): string",
            "GetValueOrDefault(string name, string defaultValue): string",
        ],
        |machine, a| {
            let name = text(a, 1)?;
            Ok(match values(machine, at(a, 0), &name)? {
                Some(found) => Value::Text(found.join(",").into()),
                None => at(a, 2).clone(),
            })
        },
    ),
    member(&["Count: int"], |machine, a| count(items(machine, at(a, 0))?.len())),
    member(&["Keys: IEnumerable<string>"], |machine, a| {
        let keys = items(machine, at(a, 0))?.iter().filter_map(|item| half(item, true)).collect();
        sequence(machine, keys)
    }),
    member(&["Values: IEnumerable<string[]>"], |machine, a| {
        let values = items(machine, at(a, 0))?.iter().filter_map(|item| half(item, false)).collect();
        sequence(machine, values)
    }),
];

const PARAMETERS: &[Member] = &[
    member(&["this[string name]: string"], |machine, a| {
        let name = text(a, 1)?;
        Ok(values(machine, at(a, 0), &name)?.map_or(Value::Null, |found| Value::Text(found.join(",").into())))
    }),
    member(&["ContainsKey(string name): bool"], |machine, a| {
        let name = text(a, 1)?;
        Ok(Value::Bool(values(machine, at(a, 0), &name)?.is_some()))
    }),
    member(&["TryGetValue(string name, out string value): bool"], |machine, a| {
        let name = text(a, 1)?;
        let found = values(machine, at(a, 0), &name)?.map(|found| Value::Text(found.join(",").into()));
        Ok(super::object::outcome(found, Value::Null))
    }),
    extension(
        &[
            "GetValueOrDefault(string name): string",
            "GetValueOrDefault(string name, string defaultValue): string",
        ],
        |machine, a| {
            let name = text(a, 1)?;
            Ok(values(machine, at(a, 0), &name)?
                .map_or_else(|| at(a, 2).clone(), |found| Value::Text(found.join(",").into())))
        },
    ),
    member(&["Count: int"], |machine, a| count(items(machine, at(a, 0))?.len())),
    member(&["Keys: IEnumerable<string>"], |machine, a| {
        let keys = items(machine, at(a, 0))?.iter().filter_map(|item| half(item, true)).collect();
        sequence(machine, keys)
    }),
    member(&["Values: IEnumerable<string>"], |machine, a| {
        let values = items(machine, at(a, 0))?.iter().filter_map(|item| half(item, false)).collect();
        sequence(machine, values)
    }),
];

const JWT: &[Member] = &[
    member(&["Id: string"], |_, a| of_jwt(a, |jwt| &jwt.id)),
    member(&["Algorithm: string"], |_, a| of_jwt(a, |jwt| &jwt.algorithm)),
    member(&["Issuer: string"], |_, a| of_jwt(a, |jwt| &jwt.issuer)),
    member(&["Subject: string"], |_, a| of_jwt(a, |jwt| &jwt.subject)),
    member(&["Type: string"], |_, a| of_jwt(a, |jwt| &jwt.kind)),
    member(&["Audiences: IEnumerable<string>"], |machine, a| {
        let audiences = jwt(a)?.audiences.iter().map(|audience| Value::text(audience)).collect();
        sequence(machine, audiences)
    }),
    member(&["Claims: Headers"], |machine, a| {
        let claims = jwt(a)?.claims.iter();
        let all: Vec<(String, String)> = claims
            .flat_map(|(name, values)| values.iter().map(move |value| (name.clone(), value.clone())))
            .collect();
        headers_of(machine, &all)
    }),
    member(&["ExpirationTime: DateTime?"], |_, a| Ok(time(jwt(a)?.expires_unix_s))),
    member(&["NotBefore: DateTime?"], |_, a| Ok(time(jwt(a)?.not_before_unix_s))),
    member(&["IssuedAt: DateTime?"], |_, a| Ok(time(jwt(a)?.issued_unix_s))),
];

/// A body as text, bytes or JSON.
fn read_as(machine: &mut Machine<'_>, bytes: &[u8], ty: &Type, content_type: Option<&str>) -> Step<Value> {
    match ty {
        Type::Array(element) if element.is("byte") => Ok(made_bytes(bytes.to_vec())),
        Type::Named("string" | "object", _) | Type::Unknown => {
            let text = text_of(bytes, content_type)?.into_owned();
            machine.made(text)
        }
        Type::Named(class @ ("JObject" | "JArray" | "JToken"), _) => {
            let text = text_of(bytes, content_type)?;
            let json = json::read(machine, &text).map_err(|_| not_json())?;
            if *class != "JToken" && json.class() != *class {
                return Err(not_json().into());
            }
            Ok(json.into_value())
        }
        Type::Named(class @ ("XElement" | "XDocument" | "XNode" | "XContainer"), _) => {
            let document = xml::read(machine, &text_of(bytes, content_type)?)?;
            Ok(if *class == "XDocument" { document } else { xml::root(machine, &document)? }.into_value())
        }
        other => {
            let message = format!("The message body can't be read as '{other}'.");
            Err(EvaluationError::thrown("InvalidOperationException", message).into())
        }
    }
}

fn text_of<'b>(bytes: &'b [u8], content_type: Option<&str>) -> Step<Cow<'b, str>> {
    lossy(bytes, content_type).map_err(|problem| {
        let message = format!("The message body can't be read as text: {problem}.");
        EvaluationError::thrown("ArgumentException", message).into()
    })
}

fn not_json() -> EvaluationError {
    EvaluationError::thrown("InvalidOperationException", "The message body is not a valid JSON.")
}

fn half(pair: &Value, first: bool) -> Option<Value> {
    match pair {
        Value::Object(object) => match &**object {
            Object::Pair(key, value) => Some(if first { key.clone() } else { value.clone() }),
            _ => None,
        },
        _ => None,
    }
}

fn jwt(a: &[Value]) -> Step<&Jwt> {
    match object(a, 0)? {
        Object::Jwt(jwt) => Ok(jwt),
        _ => Err(EvaluationError::WrongKind.into()),
    }
}

fn of_jwt(a: &[Value], part: fn(&Jwt) -> &String) -> Step<Value> {
    let text = part(jwt(a)?);
    Ok(if text.is_empty() { Value::Null } else { Value::text(text) })
}

fn time(unix_s: Option<i64>) -> Value {
    unix_s.map_or(Value::Null, |seconds| Value::DateTime(crate::datetime::DateTime::from_unix_s(seconds)))
}
