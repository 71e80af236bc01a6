//! What is wrong with a policy, in the reader's language. The checker writes English; its codes and the names it
//! quotes make the Korean sentences.

mod by_code;
mod remedy;
mod with_names;

use domain::language::Language;
use domain::policy_document::PolicyProblem;
use serde::{Deserialize, Serialize};

/// A paragraph about a problem.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paragraph {
    pub text: String,
    /// The tag of its language: English where a Korean wording is missing.
    pub lang: String,
}

/// What is wrong, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    pub sentences: Vec<Paragraph>,
    pub remedy: Option<Paragraph>,
}

/// A problem in a language. The checker's own sentence follows where the Korean one leaves something out.
#[must_use]
pub fn told(problem: &PolicyProblem, l: Language) -> Told {
    let english = |text: &str| Paragraph { text: text.to_owned(), lang: Language::English.tag().to_owned() };
    if l == Language::English {
        let remedy = problem.help.as_deref().map(english);
        return Told { sentences: vec![english(&problem.sentence)], remedy };
    }
    let korean = |text: String| Paragraph { text, lang: Language::Korean.tag().to_owned() };
    let sentences = match with_names::sentence(problem) {
        Some(sentence) => vec![korean(sentence)],
        None if by_code::is_whole(&problem.code) => vec![korean(by_code::sentence(&problem.code).to_owned())],
        None => vec![korean(by_code::sentence(&problem.code).to_owned()), english(&problem.sentence)],
    };
    let remedy = remedy::korean(problem).map(korean).or_else(|| problem.help.as_deref().map(english));
    Told { sentences, remedy }
}
