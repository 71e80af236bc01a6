//! `cache-lookup-value`, `cache-store-value` and `cache-remove-value`: values that outlive their call.

use crate::catalog::{Attribute, YES_NO};
use crate::effect::Effect;
use crate::expression::compiled::Wanted;
use crate::failure::Failure;
use crate::kept::Kept;
use crate::program::Section;
use crate::situation::Situation;
use crate::statements::reader::Reader;
use crate::statements::set_variable::read_name;
use crate::statements::table::{Read, Statement};
use crate::statements::values::{LONGEST_S, Valued};
use crate::step::{Action, Setting, Written};

#[derive(Clone, Debug)]
pub(crate) struct LookupPlan {
    pub(crate) key: Written,
    pub(crate) variable: String,
    pub(crate) default: Option<Written>,
}

#[derive(Clone, Debug)]
pub(crate) struct StorePlan {
    key: Written,
    value: Written,
    duration_s: Setting<u64>,
}

/// Reads `<cache-lookup-value key="…" variable-name="…" default-value="…" />`.
pub(crate) fn read_lookup(reader: &mut Reader<'_, '_>) -> Option<Action> {
    let key = reader.required_text("key");
    let variable = read_name("variable-name", reader);
    let default = match reader.value("default-value", Wanted::Kept) {
        None => Some(None),
        Some(value) => value.map(|value| Some(value.written())),
    };
    read_kind(reader)?;
    Some(Action::LookUp(LookupPlan { key: key?, variable: variable?, default: default? }))
}

/// Reads `<cache-store-value key="…" value="…" duration="…" />`.
pub(crate) fn read_store(reader: &mut Reader<'_, '_>) -> Option<Action> {
    let key = reader.required_text("key");
    let value = reader.required_value("value", Wanted::Kept).map(Valued::written);
    let duration_s = reader.required_number("duration", 0..=LONGEST_S);
    read_kind(reader)?;
    Some(Action::Store(StorePlan { key: key?, value: value?, duration_s: duration_s? }))
}

/// Reads `<cache-remove-value key="…" />`.
pub(crate) fn read_remove(reader: &mut Reader<'_, '_>) -> Option<Action> {
    let key = reader.required_text("key");
    // The gateway's own cache always removes what it holds.
    let fails = reader.plain_flag("fail-on-cache-removal-error", false);
    read_kind(reader)?;
    fails?;
    Some(Action::Remove(key?))
}

/// There is one cache, the gateway's own: it is meant by all kinds.
fn read_kind(reader: &mut Reader<'_, '_>) -> Option<()> {
    reader.choice("caching-type", &[("prefer-external", ()), ("internal", ()), ("external", ())]).map(|_| ())
}

impl StorePlan {
    pub(crate) fn effect<'p>(&self, situation: &Situation<'_>) -> Result<Effect<'p>, Failure> {
        Ok(Effect::CacheStore {
            key: situation.text(&self.key)?,
            value: Kept::new(&situation.kept(&self.value)?)?,
            duration_s: situation.number(&self.duration_s)?.min(LONGEST_S),
        })
    }
}

const KIND: Attribute = Attribute::new("caching-type").one_of(&["prefer-external", "internal", "external"]);

pub(crate) static LOOKUP: Statement = Statement {
    sections: &Section::ALL,
    attributes: &[
        Attribute::valued("key").required(),
        Attribute::new("variable-name").required(),
        Attribute::valued("default-value"),
        KIND,
    ],
    ..Statement::new(
        "cache-lookup-value",
        "Takes a value from the cache into a variable.",
        Read::Step(read_lookup),
    )
};

pub(crate) static STORE: Statement = Statement {
    sections: &Section::ALL,
    attributes: &[
        Attribute::valued("key").required(),
        Attribute::valued("value").required(),
        Attribute::valued("duration").required(),
        KIND,
    ],
    ..Statement::new("cache-store-value", "Keeps a value in the cache.", Read::Step(read_store))
};

pub(crate) static REMOVE: Statement = Statement {
    sections: &Section::ALL,
    attributes: &[
        Attribute::valued("key").required(),
        KIND,
        Attribute::new("fail-on-cache-removal-error").one_of(YES_NO),
    ],
    ..Statement::new("cache-remove-value", "Takes a value out of the cache.", Read::Step(read_remove))
};
