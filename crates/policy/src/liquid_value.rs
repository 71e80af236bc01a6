//! What a template sees: a missing member is nothing, and so is a member of nothing.

use std::collections::BTreeMap;
use std::fmt;

use liquid::model::{
    ArrayView, DisplayCow, KStringCow, Object, ObjectView, Scalar, ScalarCow, State, Value, ValueView,
};

/// A value of a template.
#[derive(Clone, Debug)]
pub(crate) enum Thing {
    Nothing,
    Scalar(Scalar),
    List(Vec<Thing>),
    Members(BTreeMap<String, Thing>),
}

static NOTHING: Thing = Thing::Nothing;

impl Thing {
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Thing::Scalar(Scalar::new(text.into()))
    }

    pub(crate) fn members<const N: usize>(members: [(&str, Thing); N]) -> Self {
        Thing::Members(members.into_iter().map(|(name, thing)| (name.to_owned(), thing)).collect())
    }

    pub(crate) fn json(json: &serde_json::Value) -> Self {
        match json {
            serde_json::Value::Null => Thing::Nothing,
            serde_json::Value::Bool(value) => Thing::Scalar(Scalar::new(*value)),
            serde_json::Value::Number(number) => match (number.as_i64(), number.as_f64()) {
                (Some(whole), _) => Thing::Scalar(Scalar::new(whole)),
                (None, Some(number)) => Thing::Scalar(Scalar::new(number)),
                (None, None) => Thing::text(number.to_string()),
            },
            serde_json::Value::String(text) => Thing::text(text),
            serde_json::Value::Array(items) => Thing::List(items.iter().map(Thing::json).collect()),
            serde_json::Value::Object(members) => Thing::Members(
                members.iter().map(|(name, value)| (name.clone(), Thing::json(value))).collect(),
            ),
        }
    }

    /// Gives everything in lists the members of these names, as nothing where they are missing: the
    /// library copies what it loops over, and a copy is strict about its members.
    pub(crate) fn complete(&mut self, names: &[String]) {
        match self {
            Thing::Nothing | Thing::Scalar(_) => {}
            Thing::Members(members) => members.values_mut().for_each(|member| member.complete(names)),
            Thing::List(items) => {
                for item in items {
                    item.complete(names);
                    if let Thing::Members(members) = item {
                        for name in names {
                            members.entry(name.clone()).or_insert(Thing::Nothing);
                        }
                    }
                }
            }
        }
    }

    fn size_of(&self) -> usize {
        match self {
            Thing::List(items) => items.len(),
            Thing::Members(members) => members.len(),
            Thing::Scalar(scalar) => scalar.to_kstr().chars().count(),
            Thing::Nothing => 0,
        }
    }
}

impl fmt::Display for Thing {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Thing::Nothing => Ok(()),
            Thing::Scalar(scalar) => scalar.render().fmt(formatter),
            Thing::List(items) => items.iter().try_for_each(|item| item.fmt(formatter)),
            Thing::Members(members) => members.values().try_for_each(|member| member.fmt(formatter)),
        }
    }
}

impl ValueView for Thing {
    fn as_debug(&self) -> &dyn fmt::Debug {
        self
    }

    fn render(&self) -> DisplayCow<'_> {
        DisplayCow::Borrowed(self)
    }

    fn source(&self) -> DisplayCow<'_> {
        DisplayCow::Borrowed(self)
    }

    fn type_name(&self) -> &'static str {
        match self {
            Thing::Nothing => "nil",
            Thing::Scalar(_) => "scalar",
            Thing::List(_) => "array",
            Thing::Members(_) => "object",
        }
    }

    fn query_state(&self, state: State) -> bool {
        match (self, state) {
            (Thing::Nothing, State::Truthy) => false,
            (Thing::Nothing, _) => true,
            (Thing::Scalar(scalar), state) => scalar.query_state(state),
            (_, State::Truthy) => true,
            (_, _) => self.size_of() == 0,
        }
    }

    fn to_kstr(&self) -> KStringCow<'_> {
        KStringCow::from_string(self.to_string())
    }

    fn to_value(&self) -> Value {
        match self {
            Thing::Nothing => Value::Nil,
            Thing::Scalar(scalar) => Value::Scalar(scalar.clone()),
            Thing::List(items) => Value::Array(items.iter().map(ValueView::to_value).collect()),
            Thing::Members(members) => {
                let members = members.iter().map(|(name, member)| (name.clone().into(), member.to_value()));
                Value::Object(members.collect::<Object>())
            }
        }
    }

    fn as_scalar(&self) -> Option<ScalarCow<'_>> {
        match self {
            Thing::Scalar(scalar) => Some(scalar.as_ref()),
            _ => None,
        }
    }

    fn as_array(&self) -> Option<&dyn ArrayView> {
        matches!(self, Thing::List(_)).then_some(self as &dyn ArrayView)
    }

    fn as_object(&self) -> Option<&dyn ObjectView> {
        // A text is one too: it has no members, which is no mistake of the template.
        (!matches!(self, Thing::List(_))).then_some(self as &dyn ObjectView)
    }

    fn is_nil(&self) -> bool {
        matches!(self, Thing::Nothing)
    }
}

impl ArrayView for Thing {
    fn as_value(&self) -> &dyn ValueView {
        self
    }

    fn size(&self) -> i64 {
        i64::try_from(self.size_of()).unwrap_or(i64::MAX)
    }

    fn values<'k>(&'k self) -> Box<dyn Iterator<Item = &'k dyn ValueView> + 'k> {
        match self {
            Thing::List(items) => Box::new(items.iter().map(|item| item as &dyn ValueView)),
            _ => Box::new(std::iter::empty()),
        }
    }

    fn contains_key(&self, index: i64) -> bool {
        ArrayView::get(self, index).is_some()
    }

    fn get(&self, index: i64) -> Option<&dyn ValueView> {
        let Thing::List(items) = self else { return None };
        let from_end = items.len().checked_sub(usize::try_from(index.unsigned_abs()).ok()?);
        let at = if index < 0 { from_end } else { usize::try_from(index).ok() };
        Some(at.and_then(|at| items.as_slice().get(at)).unwrap_or(&NOTHING))
    }
}

impl ObjectView for Thing {
    fn as_value(&self) -> &dyn ValueView {
        self
    }

    fn size(&self) -> i64 {
        i64::try_from(self.size_of()).unwrap_or(i64::MAX)
    }

    fn keys<'k>(&'k self) -> Box<dyn Iterator<Item = KStringCow<'k>> + 'k> {
        Box::new(ObjectView::iter(self).map(|(name, _)| name))
    }

    fn values<'k>(&'k self) -> Box<dyn Iterator<Item = &'k dyn ValueView> + 'k> {
        Box::new(ObjectView::iter(self).map(|(_, value)| value))
    }

    fn iter<'k>(&'k self) -> Box<dyn Iterator<Item = (KStringCow<'k>, &'k dyn ValueView)> + 'k> {
        match self {
            Thing::Members(members) => Box::new(
                members.iter().map(|(name, member)| (KStringCow::from_ref(name), member as &dyn ValueView)),
            ),
            _ => Box::new(std::iter::empty()),
        }
    }

    fn contains_key(&self, index: &str) -> bool {
        ObjectView::get(self, index).is_some()
    }

    fn get<'s>(&'s self, index: &str) -> Option<&'s dyn ValueView> {
        if matches!(self, Thing::Scalar(_)) && index == "size" {
            // The library knows the size itself.
            return None;
        }
        let Thing::Members(members) = self else { return Some(&NOTHING) };
        if let Some(member) = members.get(index) {
            return Some(member);
        }
        // Documents aren't strict about case where their tool wasn't.
        let same = members.iter().find(|(name, _)| name.eq_ignore_ascii_case(index));
        Some(same.map_or(&NOTHING, |(_, member)| member))
    }
}
