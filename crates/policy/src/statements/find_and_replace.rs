//! `find-and-replace`: another text in the body wherever one stands.

use crate::body_text::{Exact, content_type, exact, redeclared};
use crate::catalog::Attribute;
use crate::effect::{Body, BodyForm, Effect, Target};
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
    /// `None` if there is nothing to replace, or the body is no text.
    pub(crate) fn effect<'p>(
        &self,
        target: Target,
        situation: &Situation<'_>,
    ) -> Result<Option<Effect<'p>>, Failure> {
        let (from, to) = (situation.text(&self.from)?, situation.text(&self.to)?);
        let Some(body) = situation.facts.body(target, Reading::Keep).filter(|_| !from.is_empty()) else {
            return Ok(None);
        };
        let content_type = content_type(situation.facts, target);
        let exact = exact(&body, content_type.as_deref()).map_err(|problem| problem.failure(target))?;
        let Some(Exact { text, is_utf8 }) = exact.filter(|exact| exact.text.contains(&from)) else {
            return Ok(None);
        };
        let text = if is_utf8 { text } else { redeclared(&text).into_owned().into() };
        let times = text.matches(&from).count();
        if text.len().saturating_add(times.saturating_mul(to.len())) > MOST_BYTES {
            return Err(Failure::hidden("BodyTooLarge", "The replaced text is too large.", 500));
        }
        Ok(Some(Effect::SetBody {
            target,
            body: Body(text.replace(&from, &to).into_bytes()),
            media_type: None,
            form: BodyForm::Text,
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
