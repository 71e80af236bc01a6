//! `find-and-replace`: another text in the body wherever one stands.

use crate::catalog::Attribute;
use crate::effect::{Body, Effect, Target};
use crate::facts::Reading;
use crate::failure::Failure;
use crate::program::Section;
use crate::situation::Situation;
use crate::statements::reader::Reader;
use crate::statements::table::{Read, Statement};
use crate::step::{Action, Written};

#[derive(Clone, Debug)]
pub(crate) struct ReplacePlan {
    from: Written,
    to: Written,
}

/// Reads `<find-and-replace from="…" to="…" />`.
pub(crate) fn read(reader: &mut Reader<'_, '_>) -> Option<Action> {
    let from = reader.required_text("from");
    let to = reader.required_text("to");
    // Which of the two bodies it is depends on the section, which both belong to.
    (reader.notes.reads_request, reader.notes.reads_response) = (true, true);
    Some(Action::FindAndReplace(ReplacePlan { from: from?, to: to? }))
}

impl ReplacePlan {
    /// None when there is nothing to replace.
    pub(crate) fn effect<'p>(
        &self,
        target: Target,
        situation: &Situation<'_>,
    ) -> Result<Option<Effect<'p>>, Failure> {
        let (from, to) = (situation.text(&self.from)?, situation.text(&self.to)?);
        let Some(body) = situation.facts.body(target, Reading::Keep).filter(|_| !from.is_empty()) else {
            return Ok(None);
        };
        let Ok(text) = std::str::from_utf8(&body) else { return Ok(None) };
        if !text.contains(&from) {
            return Ok(None);
        }
        let times = text.matches(&from).count();
        if text.len().saturating_add(times.saturating_mul(to.len())) > MOST_BYTES {
            return Err(Failure::hidden("BodyTooLarge", "The replaced text is too large.", 500));
        }
        Ok(Some(Effect::SetBody {
            target,
            body: Body(text.replace(&from, &to).into_bytes()),
            media_type: None,
        }))
    }
}

pub(crate) static FIND_AND_REPLACE: Statement = Statement {
    sections: &Section::ALL,
    attributes: &[Attribute::valued("from").required(), Attribute::valued("to").required()],
    ..Statement::new(
        "find-and-replace",
        "Puts another text wherever one stands in the body.",
        Read::Step(read),
    )
};

/// As much as a body can be read whole.
const MOST_BYTES: usize = 64 * 1024 * 1024;
