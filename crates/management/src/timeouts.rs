//! How long the backend of an API may take, as its Settings tab says.

use domain::api::Saved;
use domain::name::ApiId;
use domain::timeouts::{ApiTimeouts, LONGEST_TIMEOUT_S};
use domain::user::Actor;

use crate::Management;
use crate::apis::expect_revision;
use crate::audit::By;
use crate::authorize::{Act, allow};
use crate::error::{Error, FieldProblem, Problem};
use crate::snapshot::Touched;

/// The fields as a person typed them: whole seconds, or nothing.
#[derive(Clone, Debug, Default)]
pub struct TimeoutsForm {
    pub first_byte: String,
    pub idle: String,
    pub whole: String,
}

impl Management {
    /// Saves the limits of an API.
    ///
    /// # Errors
    /// Fields `first_byte`, `idle` and `whole`; [`Error::ChangedMeanwhile`] when `expected` isn't its revision.
    pub fn save_timeouts(
        &self,
        actor: &Actor,
        id: &ApiId,
        form: &TimeoutsForm,
        expected: u64,
    ) -> Result<Saved, Error> {
        allow(actor, Act::Publish)?;
        let timeouts = timeouts(form)?;
        let by = By { actor, now: self.now() };
        let ((), saved) = self.change(|change| {
            expect_revision(change, id, expected)?;
            change.update_api_timeouts(id, timeouts, by.stamp())?;
            by.record(change, "api.timeouts", id.as_str(), &summary(timeouts))?;
            Ok(((), Touched { api: Some(id.clone()), ..Touched::default() }))
        })?;
        Ok(saved)
    }
}

/// All fields are judged, so that a person hears of everything at once.
fn timeouts(form: &TimeoutsForm) -> Result<ApiTimeouts, Error> {
    let mut problems = Vec::new();
    let mut field = |field, text: &str| match seconds(text) {
        Ok(seconds) => seconds,
        Err(problem) => {
            problems.push(FieldProblem { field, problem });
            None
        }
    };
    let timeouts = ApiTimeouts {
        first_byte_s: field("first_byte", &form.first_byte),
        idle_s: field("idle", &form.idle),
        whole_s: field("whole", &form.whole),
    };
    if problems.is_empty() { Ok(timeouts) } else { Err(Error::Invalid(problems)) }
}

fn seconds(text: &str) -> Result<Option<u32>, Problem> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let seconds = text.parse().ok().filter(|seconds| (1..=LONGEST_TIMEOUT_S).contains(seconds));
    seconds.map(Some).ok_or(Problem::Seconds { most: LONGEST_TIMEOUT_S })
}

fn summary(timeouts: ApiTimeouts) -> String {
    let limit = |seconds: Option<u32>| seconds.map_or_else(|| "default".to_owned(), |s| format!("{s} s"));
    let ApiTimeouts { first_byte_s, idle_s, whole_s } = timeouts;
    format!("first byte {}, idle {}, whole {}", limit(first_byte_s), limit(idle_s), limit(whole_s))
}
