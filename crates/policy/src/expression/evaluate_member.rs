//! What the members of the call, of certificates, times and arrays do.

use std::borrow::Cow;
use std::sync::Arc;

use crate::datetime::{
    Date, DateTime, TICKS_PER_HOUR, TICKS_PER_MINUTE, TICKS_PER_MS, TICKS_PER_SECOND, TimeSpan,
};
use crate::expression::calculate::{int, type_of};
use crate::expression::evaluate::{Machine, Step};
use crate::expression::node::{Function, Method, Node, Property};
use crate::expression::types::Type;
use crate::facts::{Certificate, Url};
use crate::value::{EvaluationError, Part, Text, Value};

impl<'v> Machine<'v, '_> {
    pub(crate) fn property(&mut self, object: &Value<'v>, property: Property) -> Step<Value<'v>> {
        match object {
            Value::Null => Err(EvaluationError::NullReference.into()),
            Value::Part(part) => self.part(*part, property),
            Value::Certificate(certificate) => certificate_property(certificate, property),
            Value::DistinguishedName(name) => Ok(Value::text(name)),
            Value::DateTime(time) => time_property(*time, property),
            Value::TimeSpan(span) => span_property(*span, property),
            Value::Text(text) => whole(text.as_str().encode_utf16().count()),
            Value::Texts(texts) => whole(texts.len()),
            _ => Err(EvaluationError::WrongKind.into()),
        }
    }

    fn part(&mut self, part: Part, property: Property) -> Step<Value<'v>> {
        let facts = self.facts;
        Ok(match (part, property) {
            (Part::Context, Property::RequestId) => Value::text(facts.request_id()),
            (Part::Request, Property::Certificate) => {
                facts.caller_certificate().map_or(Value::Null, Value::Certificate)
            }
            (Part::Request, Property::RequestMethod) => Value::text(facts.method()),
            (Part::Request, Property::IpAddress) => cow(facts.caller_ip()),
            (Part::Url(which), Property::Query) => Value::Part(Part::Query(which)),
            (Part::Url(which), property) => url_property(facts.url(which), property)?,
            _ => return Err(EvaluationError::WrongKind.into()),
        })
    }

    pub(crate) fn method(
        &mut self,
        object: Value<'v>,
        method: Method,
        arguments: &'v [Node],
    ) -> Step<Value<'v>> {
        match (&object, method) {
            (Value::Null, _) => Err(EvaluationError::NullReference.into()),
            (Value::Part(part), method) => self.method_of_part(*part, method, arguments),
            (value, Method::ToText) => Ok(Value::Text(value.print()?)),
            (value, Method::ToTextWithFormat) => {
                let format = self.required_text(arguments.first())?;
                self.format(value, format.as_str())
            }
            (Value::Text(text), method) => self.method_of_text(text, method, arguments),
            (value, Method::Equals) => {
                let other = self.argument(arguments, 0)?;
                Ok(Value::Bool(value.equals(&other)))
            }
            (Value::Texts(texts), Method::Index) => {
                let index = int(&self.argument(arguments, 0)?)?;
                let text = usize::try_from(index).ok().and_then(|index| texts.get(index));
                text.cloned().map(Value::Text).ok_or_else(|| EvaluationError::OutOfRange.into())
            }
            (Value::Texts(texts), Method::Contains) => {
                let wanted = self.text_or_empty_argument(arguments, 0)?;
                Ok(Value::Bool(texts.iter().any(|text| text.as_str() == wanted.as_str())))
            }
            (Value::DateTime(time), method) => self.method_of_time(*time, method, arguments),
            _ => Err(EvaluationError::WrongKind.into()),
        }
    }

    fn method_of_part(&mut self, part: Part, method: Method, arguments: &'v [Node]) -> Step<Value<'v>> {
        if let (Part::Url(which), Method::ToText) = (part, method) {
            return self.made(print_url(&self.facts.url(which)));
        }
        let name = self.required_text(arguments.first())?;
        let name = name.as_str();
        match (part, method) {
            (Part::Deployment, Method::ContainsKey) => Ok(Value::Bool(self.facts.has_certificate(name))),
            (Part::Variables, Method::ContainsKey) => Ok(Value::Bool(self.variables.value(name).is_some())),
            (Part::Variables, Method::Index) => {
                Ok(self.variables.value(name).cloned().unwrap_or(Value::Null))
            }
            (Part::Variables, Method::VariableOrDefault(ty)) => self.variable(name, ty, arguments),
            (Part::Headers | Part::Query(_), method) => {
                let values = self.values(part, name);
                match method {
                    Method::ContainsKey => Ok(Value::Bool(!values.is_empty())),
                    Method::Index if values.is_empty() => Ok(Value::Null),
                    Method::Index => Ok(Value::Texts(Arc::new(values))),
                    _ if values.is_empty() => match arguments.get(1) {
                        Some(default) => self.value(default),
                        None => Ok(Value::Null),
                    },
                    _ => {
                        let values: Vec<&str> = values.iter().map(Text::as_str).collect();
                        self.made(values.join(","))
                    }
                }
            }
            _ => Err(EvaluationError::WrongKind.into()),
        }
    }

    /// The variable; of another type than asked for is an error, null counts as not there.
    fn variable(&mut self, name: &str, ty: Type, arguments: &'v [Node]) -> Step<Value<'v>> {
        match self.variables.value(name).cloned() {
            Some(value) if ty == Type::Object || type_of(&value) == Some(ty) => Ok(value),
            None | Some(Value::Null) => match arguments.get(1) {
                Some(default) => self.value(default),
                None => Ok(default_of(ty)),
            },
            Some(value) => Err(EvaluationError::Cast { from: value.type_name(), to: ty.name() }.into()),
        }
    }

    /// The values of a header or a query parameter.
    fn values(&self, part: Part, name: &str) -> Vec<Text<'v>> {
        match part {
            Part::Query(which) => {
                let url = self.facts.url(which);
                query_values(&url.query, name).into_iter().map(|value| Text::Shared(value.into())).collect()
            }
            _ => self.facts.header(name).into_iter().map(text_of_cow).collect(),
        }
    }

    fn method_of_time(&mut self, time: DateTime, method: Method, arguments: &'v [Node]) -> Step<Value<'v>> {
        let argument = self.argument(arguments, 0)?;
        let sum = match (method, &argument) {
            (Method::SubtractTime, Value::DateTime(other)) => {
                return Ok(Value::TimeSpan(TimeSpan(time.0 - other.0)));
            }
            (Method::AddSpan, Value::TimeSpan(span)) => time.plus(span.0),
            (Method::AddUnits(unit), Value::Double(count)) => {
                ticks(*count, unit).and_then(|ticks| time.plus(ticks))
            }
            (Method::AddUnits(unit), count) => {
                count.whole().and_then(|count| count.checked_mul(unit)).and_then(|ticks| time.plus(ticks))
            }
            (Method::AddMonths, count) => count.whole().and_then(|count| time.plus_months(count)),
            (Method::AddYears, count) => count
                .whole()
                .and_then(|count| count.checked_mul(12))
                .and_then(|count| time.plus_months(count)),
            _ => return Err(EvaluationError::WrongKind.into()),
        };
        sum.map(Value::DateTime).ok_or_else(|| EvaluationError::Overflow.into())
    }

    pub(crate) fn function(&mut self, function: Function, arguments: &'v [Node]) -> Step<Value<'v>> {
        match function {
            Function::Empty => Ok(Value::text("")),
            Function::Now => Ok(Value::DateTime(self.now())),
            Function::Today => Ok(Value::DateTime(self.now().midnight())),
            Function::Comparison(number) => Ok(Value::Int(number)),
            Function::NewDate => self.new_date(arguments),
            Function::FromUnits(unit) => {
                let count = self.argument(arguments, 0)?;
                let span = match count {
                    Value::Double(count) => ticks(count, unit),
                    count => count.whole().and_then(|count| count.checked_mul(unit)),
                };
                span.map(|span| Value::TimeSpan(TimeSpan(span)))
                    .ok_or_else(|| EvaluationError::Overflow.into())
            }
            Function::Max | Function::Min => {
                let (one, two) = (int(&self.argument(arguments, 0)?)?, int(&self.argument(arguments, 1)?)?);
                Ok(Value::Int(if function == Function::Max { one.max(two) } else { one.min(two) }))
            }
            Function::Abs => {
                let number = int(&self.argument(arguments, 0)?)?;
                number.checked_abs().map(Value::Int).ok_or_else(|| EvaluationError::Overflow.into())
            }
            _ => self.function_of_text(function, arguments),
        }
    }

    fn now(&self) -> DateTime {
        DateTime::from_unix_ms(self.facts.now_unix_ms())
    }

    fn new_date(&mut self, arguments: &'v [Node]) -> Step<Value<'v>> {
        let mut parts = [0; 6];
        for (part, argument) in parts.iter_mut().zip(arguments) {
            *part = i64::from(int(&self.value(argument)?)?);
        }
        let [year, month, day, hour, minute, second] = parts;
        let known = (0..24).contains(&hour) && (0..60).contains(&minute) && (0..60).contains(&second);
        let of_day = hour * TICKS_PER_HOUR + minute * TICKS_PER_MINUTE + second * TICKS_PER_SECOND;
        let time = DateTime::of_day(Date { year, month, day }).filter(|_| known);
        time.map(|time| Value::DateTime(DateTime(time.0 + of_day)))
            .ok_or_else(|| EvaluationError::Overflow.into())
    }

    pub(crate) fn argument(&mut self, arguments: &'v [Node], number: usize) -> Step<Value<'v>> {
        match arguments.get(number) {
            Some(argument) => self.value(argument),
            None => Err(EvaluationError::WrongKind.into()),
        }
    }

    /// An argument that is a text and not null.
    pub(crate) fn required_text(&mut self, argument: Option<&'v Node>) -> Step<Text<'v>> {
        let Some(argument) = argument else { return Err(EvaluationError::WrongKind.into()) };
        match self.value(argument)? {
            Value::Null => Err(EvaluationError::NullArgument.into()),
            value => Ok(value.print()?),
        }
    }

    pub(crate) fn text_or_empty_argument(&mut self, arguments: &'v [Node], number: usize) -> Step<Text<'v>> {
        Ok(self.argument(arguments, number)?.print()?)
    }
}

/// The values of a query parameter, names compared without case, both decoded.
fn query_values(query: &str, name: &str) -> Vec<String> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .filter(|(key, _)| decode_component(key).eq_ignore_ascii_case(name))
        .map(|(_, value)| decode_component(value))
        .collect()
}

/// `%41` and `+` decoded; what isn't valid stays as it is.
fn decode_component(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let hex = text_hex(after).filter(|_| *first == b'%');
        rest = match hex {
            Some(_) => after.get(2..).unwrap_or_default(),
            None => after,
        };
        bytes.push(hex.unwrap_or(if *first == b'+' { b' ' } else { *first }));
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn text_hex(digits: &[u8]) -> Option<u8> {
    let digits = std::str::from_utf8(digits.get(..2)?).ok()?;
    let plain = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    u8::from_str_radix(digits, 16).ok().filter(|_| plain)
}

fn url_property(url: Url<'_>, property: Property) -> Step<Value<'_>> {
    Ok(match property {
        Property::Scheme => cow(url.scheme),
        Property::Host => cow(url.host),
        Property::Port => Value::Int(i32::from(url.port)),
        Property::Path => cow(url.path),
        Property::QueryString if url.query.is_empty() => Value::text(""),
        Property::QueryString => Value::made(&format!("?{}", url.query)),
        _ => return Err(EvaluationError::WrongKind.into()),
    })
}

/// As .NET prints an address: the port only where it isn't the scheme's own.
fn print_url(url: &Url<'_>) -> String {
    let port = match (&*url.scheme, url.port) {
        ("http", 80) | ("https", 443) => String::new(),
        (_, port) => format!(":{port}"),
    };
    let mark = if url.query.is_empty() { "" } else { "?" };
    format!("{}://{}{port}{}{mark}{}", url.scheme, url.host, url.path, url.query)
}

fn certificate_property(certificate: &Certificate, property: Property) -> Step<Value<'_>> {
    Ok(match property {
        Property::Subject => Value::text(&certificate.subject),
        Property::Issuer => Value::text(&certificate.issuer),
        Property::SubjectName => Value::DistinguishedName(&certificate.subject),
        Property::IssuerName => Value::DistinguishedName(&certificate.issuer),
        Property::Thumbprint => Value::text(&certificate.thumbprint),
        Property::SerialNumber => Value::text(&certificate.serial_number),
        Property::NotBefore => Value::DateTime(DateTime::from_unix_s(certificate.not_before_unix_s)),
        Property::NotAfter => Value::DateTime(DateTime::from_unix_s(certificate.not_after_unix_s)),
        _ => return Err(EvaluationError::WrongKind.into()),
    })
}

fn time_property<'v>(time: DateTime, property: Property) -> Step<Value<'v>> {
    let of_day = time.time_of_day();
    small(match property {
        Property::Year => time.date().year,
        Property::Month => time.date().month,
        Property::Day => time.date().day,
        Property::DayOfYear => time.day_of_year(),
        Property::Hour => of_day.part(TICKS_PER_HOUR, 24),
        Property::Minute => of_day.part(TICKS_PER_MINUTE, 60),
        Property::Second => of_day.part(TICKS_PER_SECOND, 60),
        Property::Millisecond => of_day.part(TICKS_PER_MS, 1000),
        Property::Ticks => return Ok(Value::Long(time.0)),
        Property::Date => return Ok(Value::DateTime(time.midnight())),
        Property::TimeOfDay => return Ok(Value::TimeSpan(of_day)),
        _ => return Err(EvaluationError::WrongKind.into()),
    })
}

fn span_property<'v>(span: TimeSpan, property: Property) -> Step<Value<'v>> {
    match property {
        Property::Total(unit) => Ok(Value::Double(span.total(unit))),
        Property::Unit(unit, of) => small(span.part(unit, of)),
        _ => Err(EvaluationError::WrongKind.into()),
    }
}

/// A count of units in ticks; none if that is beyond all times.
#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "checked against the range")]
fn ticks(count: f64, unit: i64) -> Option<i64> {
    let ticks = count * unit as f64;
    (ticks.abs() < DateTime::MAX.0 as f64 * 2.0).then_some(ticks as i64)
}

fn default_of<'v>(ty: Type) -> Value<'v> {
    match ty {
        Type::Bool => Value::Bool(false),
        Type::Int => Value::Int(0),
        Type::Long => Value::Long(0),
        Type::Double => Value::Double(0.0),
        Type::Char => Value::Character(0),
        Type::DateTime => Value::DateTime(DateTime::MIN),
        Type::TimeSpan => Value::TimeSpan(TimeSpan(0)),
        _ => Value::Null,
    }
}

fn small<'v>(number: i64) -> Step<Value<'v>> {
    i32::try_from(number).map(Value::Int).map_err(|_| EvaluationError::Overflow.into())
}

fn whole<'v>(number: usize) -> Step<Value<'v>> {
    i32::try_from(number).map(Value::Int).map_err(|_| EvaluationError::Overflow.into())
}

fn cow(text: Cow<'_, str>) -> Value<'_> {
    Value::Text(text_of_cow(text))
}

fn text_of_cow(text: Cow<'_, str>) -> Text<'_> {
    match text {
        Cow::Borrowed(text) => Text::Borrowed(text),
        Cow::Owned(text) => Text::Shared(text.into()),
    }
}
