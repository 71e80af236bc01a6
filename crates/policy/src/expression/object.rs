//! What lives on the heap of an expression: whatever is shared when it is assigned, and can be changed.

use std::cell::{Cell, RefCell};
use std::net::IpAddr;
use std::rc::Rc;
use std::sync::Arc;

use crate::error::EvaluationError;
use crate::expression::cipher::{Cipher, Transform};
use crate::expression::convert::net_name;
use crate::expression::dictionary::Dictionary;
use crate::expression::encoding::Encoding;
use crate::expression::hash::Hash;
use crate::expression::json::{Json, JsonProperty};
use crate::expression::regex::{Captured, Found, Pattern};
use crate::expression::room::MOST_BYTES;
use crate::expression::types::Type;
use crate::expression::uri::Uri;
use crate::expression::xml::{Xml, XmlName};
use crate::expression::xml_write::{Layout, write};
use crate::facts::Certificate;
use crate::jwt::Jwt;
use crate::message::Message;
use crate::rsa::KeyHalf;
use crate::value::Value;

#[derive(Debug)]
pub(crate) enum Object {
    Bytes(RefCell<Vec<u8>>),
    List(List),
    Dictionary(Dictionary),
    Pair(Value, Value),
    Tuple(Vec<Value>),
    Anonymous(Vec<(Arc<str>, Value)>),
    Json(Rc<Json>),
    JsonProperty(JsonProperty),
    Xml(Rc<Xml>),
    XmlAttribute {
        owner: Option<Rc<Xml>>,
        name: XmlName,
        value: String,
    },
    XmlName(XmlName),
    XmlNamespace(String),
    Exception {
        class: &'static str,
        message: Arc<str>,
    },
    Builder(RefCell<String>),
    Reader(Reader),
    Pattern(Pattern),
    Found(Found),
    Captured(Captured),
    Uri(Uri),
    IpAddress(IpAddr),
    Encoding(Encoding),
    Hash(Hash),
    Cipher(Cipher),
    Transform(Transform),
    /// A key of a certificate, which the host holds.
    Rsa {
        certificate: Arc<Certificate>,
        half: KeyHalf,
    },
    Random(RefCell<u64>),
    Message(Arc<Message>),
    /// The body of a message that was kept.
    MessageBody(Arc<Message>),
    Jwt(Arc<Jwt>),
    Credentials {
        user: Arc<str>,
        password: Arc<str>,
    },
    Thing(&'static str),
}

/// A text that is read from its start on.
#[derive(Debug)]
pub(crate) struct Reader {
    pub(crate) text: Arc<str>,
    /// The bytes that were read.
    pub(crate) at: Cell<usize>,
}

impl Reader {
    pub(crate) fn rest(&self) -> &str {
        self.text.get(self.at.get()..).unwrap_or_default()
    }
}

/// Elements in an order.
#[derive(Debug)]
pub(crate) struct List {
    pub(crate) kind: ListKind,
    pub(crate) element: Arc<Type>,
    pub(crate) items: RefCell<Vec<Value>>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum ListKind {
    Array,
    List,
    Set,
    Queue,
    Stack,
    /// What `Where` and the like give.
    Sequence,
}

impl Object {
    pub(crate) fn list_of(kind: ListKind, element: Arc<Type>, items: Vec<Value>) -> Self {
        Object::List(List { kind, element, items: RefCell::new(items) })
    }

    pub(crate) fn bytes(bytes: Vec<u8>) -> Self {
        Object::Bytes(RefCell::new(bytes))
    }

    /// The class of the table.
    pub(crate) fn class(&self) -> &'static str {
        match self {
            Object::Bytes(_) => "Array",
            Object::List(list) => match list.kind {
                ListKind::Array => "Array",
                ListKind::List => "List",
                ListKind::Set => "HashSet",
                ListKind::Queue => "Queue",
                ListKind::Stack => "Stack",
                ListKind::Sequence => "IEnumerable",
            },
            Object::Dictionary(dictionary) => dictionary.class(),
            Object::Pair(..) => "KeyValuePair",
            Object::Tuple(_) => "Tuple",
            Object::Anonymous(_) => "object",
            Object::Json(json) => json.class(),
            Object::JsonProperty(_) => "JProperty",
            Object::Xml(xml) => xml.class(),
            Object::XmlAttribute { .. } => "XAttribute",
            Object::XmlName(_) => "XName",
            Object::XmlNamespace(_) => "XNamespace",
            Object::Exception { class, .. } => class,
            Object::Builder(_) => "StringBuilder",
            Object::Reader(_) => "StringReader",
            Object::Pattern(_) => "Regex",
            Object::Found(_) => "Match",
            Object::Captured(_) => "Group",
            Object::Uri(_) => "Uri",
            Object::IpAddress(_) => "IPAddress",
            Object::Encoding(_) => "Encoding",
            Object::Hash(hash) => hash.class(),
            Object::Cipher(_) => "Aes",
            Object::Transform(_) => "ICryptoTransform",
            Object::Rsa { .. } => "RSA",
            Object::Random(_) => "Random",
            Object::Message(_) => "IResponse",
            Object::MessageBody(_) => "IMessageBody",
            Object::Jwt(_) => "Jwt",
            Object::Credentials { .. } => "BasicAuthCredentials",
            Object::Thing(class) => class,
        }
    }

    /// The name that .NET has for its type, for messages.
    pub(crate) fn type_name(&self) -> &'static str {
        match self {
            Object::Bytes(_) => "System.Byte[]",
            Object::List(list) if list.kind == ListKind::Array && list.element.is("string") => {
                "System.String[]"
            }
            Object::List(list) => match list.kind {
                ListKind::Array => "System.Object[]",
                ListKind::List => "System.Collections.Generic.List`1",
                ListKind::Set => "System.Collections.Generic.HashSet`1",
                ListKind::Queue => "System.Collections.Generic.Queue`1",
                ListKind::Stack => "System.Collections.Generic.Stack`1",
                ListKind::Sequence => "System.Linq.Enumerable",
            },
            Object::Dictionary(_) => "System.Collections.Generic.Dictionary`2",
            Object::Json(json) => match json.class() {
                "JObject" => "Newtonsoft.Json.Linq.JObject",
                "JArray" => "Newtonsoft.Json.Linq.JArray",
                _ => "Newtonsoft.Json.Linq.JValue",
            },
            Object::JsonProperty(_) => "Newtonsoft.Json.Linq.JProperty",
            other => other.class(),
        }
    }

    /// Whether it is an array with such elements.
    pub(crate) fn is_array_of(&self, element: &Type) -> bool {
        match self {
            Object::Bytes(_) => element.is("byte") || *element == Type::Unknown,
            Object::List(list) => {
                list.kind == ListKind::Array
                    && (*list.element == *element || (element.is_reference() && list.element.fits(element)))
            }
            _ => false,
        }
    }

    /// `==` of two objects that aren't the same one.
    pub(crate) fn equals(&self, other: &Object) -> bool {
        match (self, other) {
            (Object::Json(one), Object::Json(two)) => Rc::ptr_eq(one, two) || one.same_value(two),
            (Object::Xml(one), Object::Xml(two)) => Rc::ptr_eq(one, two),
            (Object::XmlName(one), Object::XmlName(two)) => one == two,
            (Object::XmlNamespace(one), Object::XmlNamespace(two)) => one == two,
            (Object::Uri(one), Object::Uri(two)) => one.text() == two.text(),
            (Object::IpAddress(one), Object::IpAddress(two)) => one == two,
            (Object::Pair(key, value), Object::Pair(other_key, other_value)) => {
                same(key, other_key) && same(value, other_value)
            }
            (Object::Tuple(one), Object::Tuple(two)) => {
                one.len() == two.len() && one.iter().zip(two).all(|(one, two)| same(one, two))
            }
            (Object::Anonymous(one), Object::Anonymous(two)) => {
                one.len() == two.len()
                    && one.iter().zip(two).all(|((name, one), (other, two))| name == other && same(one, two))
            }
            (Object::Encoding(one), Object::Encoding(two)) => one == two,
            _ => false,
        }
    }

    /// `==` with a plain value: JSON is its value, JSON null is null.
    pub(crate) fn equals_value(&self, other: &Value) -> bool {
        match self {
            Object::XmlName(name) => matches!(other, Value::Text(text) if **text == name.text()),
            Object::XmlNamespace(namespace) => matches!(other, Value::Text(text) if **text == **namespace),
            Object::Json(json) => json.scalar().is_some_and(|value| {
                !matches!(value, Value::Object(_)) && !matches!(value, Value::Null) && value.equals(other)
            }),
            _ => false,
        }
    }

    /// The bool in a JSON value.
    pub(crate) fn as_bool(&self) -> Option<bool> {
        match self {
            Object::Json(json) => match json.scalar()? {
                Value::Bool(value) => Some(value),
                _ => None,
            },
            _ => None,
        }
    }

    /// `ToString()`; `depth` is how many objects are around it.
    pub(crate) fn print(&self, depth: usize) -> Result<String, EvaluationError> {
        if depth > DEEPEST {
            return Err(EvaluationError::TooDeep { most: DEEPEST });
        }
        Ok(match self {
            Object::Json(json) => json.to_text()?,
            Object::JsonProperty(property) => property.to_text()?,
            Object::Xml(xml) => write(xml, Layout::Indented),
            Object::XmlAttribute { name, value, .. } => format!("{}=\"{value}\"", name.local),
            Object::XmlName(name) => name.text(),
            Object::XmlNamespace(namespace) => namespace.clone(),
            Object::Builder(text) => text.borrow().clone(),
            Object::Pattern(pattern) => pattern.text().to_owned(),
            Object::Found(found) => found.text().to_owned(),
            Object::Captured(captured) => captured.text().to_owned(),
            Object::Uri(uri) => uri.text().to_owned(),
            Object::IpAddress(address) => address.to_string(),
            Object::Pair(key, value) => format!("[{}, {}]", inner(key, depth)?, inner(value, depth)?),
            Object::Tuple(items) => {
                let items = items.iter().map(|item| inner(item, depth)).collect::<Result<Vec<_>, _>>()?;
                format!("({})", items.join(", "))
            }
            Object::Anonymous(members) => {
                let members =
                    members.iter().map(|(name, value)| Ok(format!("{name} = {}", inner(value, depth)?)));
                let members = members.collect::<Result<Vec<_>, EvaluationError>>()?;
                format!("{{ {} }}", members.join(", "))
            }
            Object::Exception { class, message } => format!("System.{class}: {message}"),
            Object::List(list) if list.kind == ListKind::Array => format!("{}[]", net_name(&list.element)),
            Object::List(list) => format!("{}[{}]", self.type_name(), net_name(&list.element)),
            _ => self.type_name().to_owned(),
        })
    }
}

impl Object {
    /// Takes out what lies in it.
    fn strip(&mut self, taken: &mut Vec<Value>) {
        match self {
            Object::List(list) => taken.append(list.items.get_mut()),
            Object::Dictionary(dictionary) => dictionary.strip(taken),
            Object::Pair(key, value) => {
                taken.extend([std::mem::replace(key, Value::Null), std::mem::replace(value, Value::Null)]);
            }
            Object::Tuple(items) => taken.append(items),
            Object::Anonymous(members) => taken.extend(members.drain(..).map(|(_, value)| value)),
            _ => {}
        }
    }
}

impl Drop for Object {
    /// One after the other, however deep objects lie in each other: going down by calls would end the stack.
    fn drop(&mut self) {
        let mut taken = Vec::new();
        self.strip(&mut taken);
        while let Some(value) = taken.pop() {
            if let Value::Object(object) = value
                && let Ok(mut object) = Rc::try_unwrap(object)
            {
                object.strip(&mut taken);
            }
        }
    }
}

/// `==` of parts: objects in objects are the same one or not, so that nothing is walked deeply.
fn same(one: &Value, two: &Value) -> bool {
    match (one, two) {
        (Value::Object(one), Value::Object(two)) => Rc::ptr_eq(one, two),
        (one, two) => one.equals(two),
    }
}

/// What lies in another; one that lies there many times is printed as often, but not without end.
fn inner(value: &Value, depth: usize) -> Result<String, EvaluationError> {
    let text = match value {
        Value::Object(object) => object.print(depth + 1)?,
        value => value.print()?.to_string(),
    };
    if text.len() > MOST_BYTES { Err(EvaluationError::TooLarge) } else { Ok(text) }
}

const DEEPEST: usize = 64;
