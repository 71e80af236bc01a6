//! A form that comes back: what was entered, what is wrong with it, and what there is to choose from.

use std::collections::BTreeMap;
use std::fmt;

use leptos::prelude::use_context;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::components::notice::Tone;
use domain::api::ApiLink;
use domain::fragment::DocumentLink;
use domain::name::{ApiId, CertificateId, DisplayName};
use domain::operation::OperationLink;
use domain::pfx::Leaf;
use domain::playground::Played;
use domain::policy_document::PolicyProblem;
use domain::probe::ProbeReport;
use domain::secret::Secret;
use domain::traffic::TraceToken;

/// A form as its page shows it again. An untouched one is empty.
#[derive(Clone, Default)]
pub struct Refill {
    /// Which form of the page.
    pub form: String,
    /// What is wrong with the whole, in a sentence.
    pub summary: Option<String>,
    /// What is wrong with single fields, in the order they stand on the page.
    pub mistakes: Vec<Mistake>,
    /// What else the page needs in order to go on.
    pub detail: Detail,
    /// What was entered, passwords and files left out. Kept like a secret: people paste all kinds of things.
    values: BTreeMap<String, Secret>,
}

/// What is wrong with one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    pub field: String,
    pub sentence: String,
}

/// What a page needs besides sentences in order to go on with a form.
#[derive(Clone, Debug, Default)]
pub enum Detail {
    /// The same PFX is in the store.
    AlreadyUploaded { id: CertificateId, name: DisplayName },
    /// Documents that could not be read any more.
    Broken(Vec<Broken>),
    /// Somebody else saved after this form was begun.
    ChangedMeanwhile { by: String },
    /// The certificate has expired and can be uploaded all the same.
    Expired { not_after: OffsetDateTime },
    /// A template was put into a draft.
    Inserted,
    /// Several keys: thumbprint and subject of each.
    Leaves(Vec<Leaf>),
    #[default]
    Nothing,
    /// This operation of the API has the same method and template.
    OperationTaken { api: ApiId, operation: OperationLink },
    /// What would become of a call.
    Played(Box<Played>),
    /// What is wrong with a policy.
    Policy(Vec<PolicyProblem>),
    /// The connection was tried.
    Probe(Box<ProbeReport>),
    /// Calls with this token are traced.
    Tracing(TraceToken),
    /// The suffix belongs to this API.
    SuffixTaken(ApiLink),
}

/// A document that a change elsewhere would break, and the first mistake that it would have.
#[derive(Clone, Debug)]
pub struct Broken {
    pub document: DocumentLink,
    pub problem: PolicyProblem,
}

/// A password as a form sends it. It doesn't print, and is wiped once it is a [`Secret`].
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Password(String);

impl Password {
    /// What was typed, for the one place that needs it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<Password> for Secret {
    fn from(password: Password) -> Self {
        Self::from(password.0)
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

/// What was done, and how that went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub text: String,
    pub tone: Tone,
}

impl From<&str> for Notice {
    fn from(text: &str) -> Self {
        Self::from(text.to_owned())
    }
}

impl From<String> for Notice {
    fn from(text: String) -> Self {
        Self { text, tone: Tone::Good }
    }
}

impl Notice {
    /// The same, with something to look at behind it.
    #[must_use]
    pub fn warning(self, sentence: &str) -> Self {
        let tone = if self.tone == Tone::Bad { Tone::Bad } else { Tone::Warning };
        Self { text: format!("{} {sentence}", self.text), tone }
    }
}

/// All that the present page was told by the one before it.
#[derive(Clone, Debug, Default)]
pub struct Told {
    pub notices: Vec<Notice>,
    pub refills: Vec<Refill>,
}

impl Refill {
    /// An empty form of this name.
    #[must_use]
    pub fn new(form: &str) -> Self {
        Self { form: form.to_owned(), ..Self::default() }
    }

    /// The same with what was entered in a field.
    #[must_use]
    pub fn with_value(mut self, field: &str, value: &str) -> Self {
        self.values.insert(field.to_owned(), Secret::from(value.to_owned()));
        self
    }

    /// The same without what was entered in a field.
    #[must_use]
    pub fn without(mut self, field: &str) -> Self {
        self.values.remove(field);
        self
    }

    /// What was entered in a field, or `otherwise` when the form is untouched.
    #[must_use]
    pub fn value(&self, field: &str, otherwise: &str) -> String {
        let entered = self.values.get(field).and_then(Secret::expose_text);
        entered.unwrap_or(otherwise).to_owned()
    }

    /// Whether something was entered that a person would have to write again.
    #[must_use]
    pub fn holds_work(&self) -> bool {
        self.values.iter().any(|(field, value)| field != "revision" && !value.expose().is_empty())
    }

    /// What is wrong with a field.
    #[must_use]
    pub fn mistake(&self, field: &str) -> Option<&str> {
        self.mistakes.iter().find(|one| one.field == field).map(|one| one.sentence.as_str())
    }

    /// Whether this is the first field that something is wrong with.
    #[must_use]
    pub fn begins_with(&self, field: &str) -> bool {
        self.mistakes.first().is_some_and(|one| one.field == field)
    }

    /// Whether the form comes back because something is wrong.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        self.summary.is_some() || !self.mistakes.is_empty()
    }

    /// Roughly how much memory it holds.
    #[must_use]
    pub fn size_bytes(&self) -> usize {
        let values: usize = self.values.iter().map(|(key, value)| key.len() + value.expose().len()).sum();
        let mistakes: usize = self.mistakes.iter().map(|one| one.field.len() + one.sentence.len()).sum();
        // The parts of a problem repeat words of its sentence.
        let of_problem = |one: &PolicyProblem| 2 * one.sentence.len() + one.excerpt.len() + 256;
        let detail = match &self.detail {
            Detail::Policy(problems) => problems.iter().map(of_problem).sum(),
            Detail::Played(played) => played.steps.iter().map(|step| step.what.len() + 256).sum(),
            Detail::Broken(broken) => broken.iter().map(|one| of_problem(&one.problem) + 256).sum(),
            Detail::Leaves(leaves) => {
                leaves.iter().map(|leaf| leaf.thumbprint.len() + leaf.subject.len() + 32).sum()
            }
            _ => 256,
        };
        values + mistakes + detail + self.summary.as_ref().map_or(0, String::len)
    }
}

impl fmt::Debug for Refill {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Refill")
            .field("form", &self.form)
            .field("mistakes", &self.mistakes)
            .finish_non_exhaustive()
    }
}

/// The form of this name as it came back to the present page, or an untouched one.
#[must_use]
pub fn refill(form: &str) -> Refill {
    let told = use_context::<Told>().unwrap_or_default();
    told.refills.into_iter().rfind(|one| one.form == form).unwrap_or_else(|| Refill::new(form))
}
