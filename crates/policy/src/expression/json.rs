//! JSON as expressions hold it: a tree that can be changed, whose parts know where they lie (`JToken` and its kin).

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use std::sync::Arc;

use indexmap::IndexMap;

use crate::error::EvaluationError;
use crate::expression::evaluate::Step;
use crate::expression::json_write;
use crate::expression::object::Object;
use crate::value::Value;

#[derive(Debug)]
pub(crate) struct Json {
    pub(crate) kind: RefCell<JsonKind>,
    parent: RefCell<Weak<Json>>,
    /// How many levels lie in it; limited, so that walks over it needn't be afraid of its depth.
    height: Cell<usize>,
}

#[derive(Clone, Debug)]
pub(crate) enum JsonKind {
    Object(IndexMap<Arc<str>, Rc<Json>>),
    Array(Vec<Rc<Json>>),
    /// Null, a bool, number, text, time or bytes.
    Scalar(Value),
}

/// A property: of an object, or not yet put into one.
#[derive(Clone, Debug)]
pub(crate) struct JsonProperty {
    pub(crate) name: Arc<str>,
    owner: Option<Rc<Json>>,
    content: RefCell<Rc<Json>>,
}

impl Json {
    /// None for what would be nested too deeply.
    pub(crate) fn new(kind: JsonKind) -> Option<Rc<Self>> {
        let tallest = match &kind {
            JsonKind::Object(members) => members.values().map(|member| member.height.get()).max(),
            JsonKind::Array(items) => items.iter().map(|item| item.height.get()).max(),
            JsonKind::Scalar(_) => None,
        };
        let height = Cell::new(tallest.map_or(0, |height| height + 1));
        if height.get() > DEEPEST {
            return None;
        }
        let json = Rc::new(Self { kind: RefCell::new(kind), parent: RefCell::default(), height });
        match &*json.kind.borrow() {
            JsonKind::Object(members) => members.values().for_each(|member| member.lie_in(&json)),
            JsonKind::Array(items) => items.iter().for_each(|item| item.lie_in(&json)),
            JsonKind::Scalar(_) => {}
        }
        Some(json)
    }

    pub(crate) fn scalar_of(value: Value) -> Rc<Self> {
        let kind = RefCell::new(JsonKind::Scalar(value));
        Rc::new(Self { kind, parent: RefCell::default(), height: Cell::new(0) })
    }

    pub(crate) fn into_value(self: Rc<Self>) -> Value {
        Value::object(Object::Json(self))
    }

    /// The token to be put into a tree: itself, or a copy if it lies in one.
    pub(crate) fn owned(json: &Rc<Self>) -> Rc<Self> {
        if json.parent().is_some() { json.copy() } else { Rc::clone(json) }
    }

    pub(crate) fn copy(&self) -> Rc<Self> {
        let kind = match &*self.kind.borrow() {
            JsonKind::Object(members) => {
                JsonKind::Object(members.iter().map(|(name, json)| (Arc::clone(name), json.copy())).collect())
            }
            JsonKind::Array(items) => JsonKind::Array(items.iter().map(|item| item.copy()).collect()),
            JsonKind::Scalar(value) => JsonKind::Scalar(value.clone()),
        };
        // A copy is as deep as what it is a copy of.
        Json::new(kind).unwrap_or_else(|| Json::scalar_of(Value::Null))
    }

    pub(crate) fn class(&self) -> &'static str {
        match &*self.kind.borrow() {
            JsonKind::Object(_) => "JObject",
            JsonKind::Array(_) => "JArray",
            JsonKind::Scalar(_) => "JValue",
        }
    }

    /// The plain value, if it is one.
    pub(crate) fn scalar(&self) -> Option<Value> {
        match &*self.kind.borrow() {
            JsonKind::Scalar(value) => Some(value.clone()),
            _ => None,
        }
    }

    pub(crate) fn is_null(&self) -> bool {
        matches!(&*self.kind.borrow(), JsonKind::Scalar(Value::Null))
    }

    /// `==` of two JSON values: by value for plain ones.
    pub(crate) fn same_value(&self, other: &Json) -> bool {
        match (self.scalar(), other.scalar()) {
            (Some(one), Some(two)) => one.equals(&two),
            _ => false,
        }
    }

    /// `JToken.DeepEquals`.
    pub(crate) fn deep_equals(&self, other: &Json) -> bool {
        match (&*self.kind.borrow(), &*other.kind.borrow()) {
            (JsonKind::Object(one), JsonKind::Object(two)) => {
                one.len() == two.len()
                    && one
                        .iter()
                        .all(|(name, json)| two.get(name).is_some_and(|other| json.deep_equals(other)))
            }
            (JsonKind::Array(one), JsonKind::Array(two)) => {
                one.len() == two.len() && one.iter().zip(two).all(|(one, two)| one.deep_equals(two))
            }
            (JsonKind::Scalar(one), JsonKind::Scalar(two)) => one.equals(two),
            _ => false,
        }
    }

    pub(crate) fn parent(&self) -> Option<Rc<Json>> {
        self.parent.borrow().upgrade()
    }

    fn lie_in(&self, parent: &Rc<Json>) {
        *self.parent.borrow_mut() = Rc::downgrade(parent);
    }

    fn lie_nowhere(&self) {
        *self.parent.borrow_mut() = Weak::new();
    }

    /// The member or item of an index; null when there is none.
    pub(crate) fn find(&self, index: &Value) -> Step<Value> {
        let found = match (&*self.kind.borrow(), index) {
            (JsonKind::Object(members), Value::Text(name)) => members.get(name).cloned(),
            (JsonKind::Array(items), index) if index.whole().is_some() => {
                let at = index.whole().and_then(|at| usize::try_from(at).ok()).and_then(|at| items.get(at));
                Some(Rc::clone(at.ok_or(EvaluationError::OutOfRange)?))
            }
            (JsonKind::Scalar(_), _) => {
                let message = format!("Cannot access child value on Newtonsoft.Json.Linq.{}.", self.class());
                return Err(EvaluationError::thrown("InvalidOperationException", message).into());
            }
            _ => {
                let message = "Accessed JSON values with invalid key value.";
                return Err(EvaluationError::thrown("ArgumentException", message).into());
            }
        };
        Ok(found.map_or(Value::Null, Json::into_value))
    }

    /// Puts a token at an index, in place of what is there.
    pub(crate) fn set(owner: &Rc<Json>, index: &Value, token: Rc<Json>) -> Step<()> {
        let token = Json::owned(&token);
        Json::grow(owner, &token)?;
        let old = match (&mut *owner.kind.borrow_mut(), index) {
            (JsonKind::Object(members), Value::Text(name)) => {
                members.insert(Arc::clone(name), Rc::clone(&token))
            }
            (JsonKind::Array(items), index) => {
                let at = index.whole().and_then(|at| usize::try_from(at).ok());
                let place = at.and_then(|at| items.get_mut(at)).ok_or(EvaluationError::OutOfRange)?;
                Some(std::mem::replace(place, Rc::clone(&token)))
            }
            (JsonKind::Scalar(value), Value::Text(name)) if &**name == "Value" => {
                *value = token.scalar().unwrap_or(Value::Null);
                return Ok(());
            }
            _ => return Err(EvaluationError::WrongKind.into()),
        };
        old.inspect(|old| old.lie_nowhere());
        token.lie_in(owner);
        Ok(())
    }

    /// Adds to the end: an item to an array, a property to an object.
    pub(crate) fn add(owner: &Rc<Json>, value: &Value) -> Step<()> {
        if let Value::Object(object) = value
            && let Object::JsonProperty(property) = &**object
        {
            let content = Json::owned(&property.content.borrow());
            return Json::add_named(owner, &property.name, content);
        }
        let token = Json::from_value(value).ok_or(EvaluationError::WrongKind)?;
        Json::grow(owner, &token)?;
        match &mut *owner.kind.borrow_mut() {
            JsonKind::Array(items) => items.push(Rc::clone(&token)),
            _ => {
                let message = "Can not add Newtonsoft.Json.Linq.JValue to Newtonsoft.Json.Linq.JObject.";
                return Err(EvaluationError::thrown("ArgumentException", message).into());
            }
        }
        token.lie_in(owner);
        Ok(())
    }

    /// Notes that a token is about to lie in another; refuses what would be nested too deeply, or in itself.
    fn grow(owner: &Rc<Json>, token: &Rc<Json>) -> Step<()> {
        let mut above = Some(Rc::clone(owner));
        let mut height = token.height.get();
        while let Some(json) = above {
            height += 1;
            if height > DEEPEST || Rc::ptr_eq(&json, token) {
                return Err(EvaluationError::TooDeep { most: DEEPEST }.into());
            }
            if json.height.get() >= height {
                height = json.height.get();
            } else {
                json.height.set(height);
            }
            above = json.parent();
        }
        Ok(())
    }

    /// Adds a member that mustn't be there yet.
    pub(crate) fn add_named(owner: &Rc<Json>, name: &Arc<str>, token: Rc<Json>) -> Step<()> {
        let there = matches!(&*owner.kind.borrow(), JsonKind::Object(members) if members.contains_key(name));
        if there {
            let message = format!("Property with the name '{name}' already exists on object.");
            return Err(EvaluationError::thrown("ArgumentException", message).into());
        }
        Json::set(owner, &Value::Text(Arc::clone(name)), token)
    }

    /// Takes the token out of where it lies.
    pub(crate) fn remove(json: &Rc<Json>) {
        let Some(owner) = json.parent() else { return };
        match &mut *owner.kind.borrow_mut() {
            JsonKind::Object(members) => members.retain(|_, member| !Rc::ptr_eq(member, json)),
            JsonKind::Array(items) => items.retain(|item| !Rc::ptr_eq(item, json)),
            JsonKind::Scalar(_) => {}
        }
        json.lie_nowhere();
    }

    /// The property that a member of an object is; none for an item of an array.
    pub(crate) fn property_of(json: &Rc<Json>) -> Option<JsonProperty> {
        let owner = json.parent()?;
        let name = match &*owner.kind.borrow() {
            JsonKind::Object(members) => members
                .iter()
                .find(|(_, member)| Rc::ptr_eq(member, json))
                .map(|(name, _)| Arc::clone(name))?,
            _ => return None,
        };
        Some(JsonProperty { name, owner: Some(owner), content: RefCell::new(Rc::clone(json)) })
    }

    /// The properties of an object, none of anything else.
    pub(crate) fn properties(json: &Rc<Json>) -> Vec<JsonProperty> {
        match &*json.kind.borrow() {
            JsonKind::Object(members) => members
                .iter()
                .map(|(name, member)| JsonProperty {
                    name: Arc::clone(name),
                    owner: Some(Rc::clone(json)),
                    content: RefCell::new(Rc::clone(member)),
                })
                .collect(),
            _ => Vec::new(),
        }
    }

    /// What `foreach` sees: the items of an array, the properties of an object.
    pub(crate) fn children(self: &Rc<Json>) -> Vec<Value> {
        if let JsonKind::Array(items) = &*self.kind.borrow() {
            return items.iter().map(|item| Rc::clone(item).into_value()).collect();
        }
        let properties = Json::properties(self).into_iter();
        properties.map(|property| Value::object(Object::JsonProperty(property))).collect()
    }

    /// `ToString()`: a text as it is, everything else as indented JSON.
    pub(crate) fn to_text(&self) -> Result<String, EvaluationError> {
        match &*self.kind.borrow() {
            JsonKind::Scalar(value) => Ok(value.print()?.to_string()),
            _ => json_write::indented(self),
        }
    }

    /// The name of the token's kind: `Object`, `Integer`, `String` …
    pub(crate) fn type_word(&self) -> &'static str {
        match &*self.kind.borrow() {
            JsonKind::Object(_) => "Object",
            JsonKind::Array(_) => "Array",
            JsonKind::Scalar(value) => match value {
                Value::Null => "Null",
                Value::Bool(_) => "Boolean",
                Value::Int(_) | Value::Long(_) | Value::Whole(..) => "Integer",
                Value::Single(_) | Value::Double(_) | Value::Decimal(_) => "Float",
                Value::DateTime(_) | Value::DateTimeOffset(_) => "Date",
                Value::TimeSpan(_) => "TimeSpan",
                Value::Guid(_) => "Guid",
                Value::Object(object) if matches!(&**object, Object::Bytes(_)) => "Bytes",
                Value::Object(object) if matches!(&**object, Object::Uri(_)) => "Uri",
                _ => "String",
            },
        }
    }
}

impl JsonProperty {
    pub(crate) fn new(name: Arc<str>, content: &Rc<Json>) -> Self {
        Self { name, owner: None, content: RefCell::new(Json::owned(content)) }
    }

    pub(crate) fn owner(&self) -> Option<&Rc<Json>> {
        self.owner.as_ref()
    }

    pub(crate) fn content(&self) -> Rc<Json> {
        Rc::clone(&self.content.borrow())
    }

    pub(crate) fn value(&self) -> Value {
        self.content().into_value()
    }

    pub(crate) fn set(&self, token: Rc<Json>) {
        let token = Json::owned(&token);
        *self.content.borrow_mut() = Rc::clone(&token);
        if let Some(owner) = &self.owner
            && let JsonKind::Object(members) = &mut *owner.kind.borrow_mut()
            && let Some(place) = members.get_mut(&self.name)
        {
            token.lie_in(owner);
            *place = token;
        }
    }

    /// Takes the property out of its object.
    pub(crate) fn remove(&self) {
        if let Some(owner) = &self.owner
            && let JsonKind::Object(members) = &mut *owner.kind.borrow_mut()
            && let Some(old) = members.shift_remove(&self.name)
        {
            old.lie_nowhere();
        }
    }

    /// `"name": value`.
    pub(crate) fn to_text(&self) -> Result<String, EvaluationError> {
        let name = json_write::quoted(&self.name);
        Ok(format!("{name}: {}", json_write::indented(&self.content.borrow())?))
    }
}

/// As deep as Newtonsoft.Json reads, and a little more for what is put around it.
pub(crate) const DEEPEST: usize = 160;
