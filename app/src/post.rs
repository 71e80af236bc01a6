//! How a posted form ends: done and on to the next page, or refused and back to its own page.

use domain::api::{Live, Saved};
use domain::language::Language;
use domain::pfx::Refusal;
use domain::policy_document::Severity;
use management::error::Error;

use crate::address;
use crate::answer;
use crate::components::ending::EndingAt;
use crate::components::notice::Tone;
use crate::context::{ask, tell};
use crate::error::PageError;
use crate::flash::Message;
use crate::forms::{Broken, Detail, Mistake, Notice, Refill};
use crate::session::{language, visitor};
use crate::words::{self, faults, problems, sessions};

/// A form that was posted: its name, the page it stands on, and what was entered (never a password).
#[derive(Debug)]
pub struct Posted {
    page: String,
    refill: Refill,
}

impl Posted {
    /// A form on the page with this path.
    #[must_use]
    pub fn on(page: impl Into<String>, form: &str) -> Self {
        Self { page: page.into(), refill: Refill::new(form) }
    }

    /// Keeps what was entered, for the case that the form is refused.
    #[must_use]
    pub fn with(mut self, field: &str, value: &str) -> Self {
        self.refill = self.refill.with_value(field, value);
        self
    }

    /// Runs the use case; on success leaves the notice and goes on to `next`.
    ///
    /// # Errors
    /// Only towards scripts; a person is led to a page that says what is wrong.
    pub async fn run<T: Send + 'static>(
        self,
        work: impl FnOnce(&management::Management, &domain::user::Actor) -> Result<T, Error> + Send + 'static,
        done: impl FnOnce(T, Language) -> Next,
    ) -> Result<(), PageError> {
        match ask(work).await {
            Ok(value) => {
                done(value, language()).go();
                Ok(())
            }
            Err(error) => self.refuse(&error),
        }
    }

    /// Back to the form with what is wrong.
    ///
    /// # Errors
    /// As [`Posted::run`].
    pub fn refuse(mut self, error: &Error) -> Result<(), PageError> {
        if visitor().is_anonymous() && matches!(error, Error::NotAllowed) {
            return self.after_sign_in();
        }
        if let Error::Failed(_) = error {
            let failed = crate::error::incident(error);
            return self.sorry(failed.sentence(language()));
        }
        self.refill = refused(self.refill, error, language());
        self.back()
    }

    /// Back to the form with what was found out.
    ///
    /// # Errors
    /// None; the type is that of the function it ends.
    pub fn answer(mut self, detail: Detail) -> Result<(), PageError> {
        self.refill.detail = detail;
        self.back()
    }

    /// Back to the form with what is wrong with one field.
    ///
    /// # Errors
    /// None; the type is that of the function it ends.
    pub fn mistake(mut self, field: &str, sentence: String) -> Result<(), PageError> {
        self.refill.mistakes.push(Mistake { field: field.to_owned(), sentence });
        self.back()
    }

    /// Back to the form with what is wrong with the whole.
    ///
    /// # Errors
    /// None; the type is that of the function it ends.
    pub fn sorry(mut self, sentence: String) -> Result<(), PageError> {
        self.refill.summary = Some(sentence);
        self.back()
    }

    /// To the sign-in, and from there back to the form. What was entered is kept for the person whose session ended.
    fn after_sign_in(mut self) -> Result<(), PageError> {
        self.refill.summary = Some(sessions::ended_before(&self.refill, language()).to_owned());
        let sign_in = address::sign_in(&self.page);
        self.keep_and_go(&sign_in)
    }

    fn back(self) -> Result<(), PageError> {
        let page = self.page.clone();
        self.keep_and_go(&page)
    }

    /// Keeps the form for its page, and sends the browser on.
    fn keep_and_go(self, to: &str) -> Result<(), PageError> {
        tell(address::path(&self.page), Message::Refill(Box::new(self.refill)));
        answer::see_other(to);
        Ok(())
    }
}

/// Where a form that was done leads to, and what is said there.
#[derive(Debug)]
pub struct Next {
    address: String,
    notice: Option<Notice>,
}

impl Next {
    /// On to an address of the portal.
    #[must_use]
    pub fn to(address: impl Into<String>) -> Self {
        Self { address: address.into(), notice: None }
    }

    /// The same, and a notice there.
    #[must_use]
    pub fn saying(mut self, notice: impl Into<Notice>) -> Self {
        self.notice = Some(notice.into());
        self
    }

    /// Leaves the notice and sends the browser there.
    pub fn go(self) {
        if let Some(notice) = self.notice {
            tell(address::path(&self.address), Message::Notice(notice));
        }
        answer::see_other(&self.address);
    }
}

/// The form with what a use case found wrong with it.
#[must_use]
pub fn refused(mut refill: Refill, error: &Error, l: Language) -> Refill {
    match error {
        Error::Invalid(found) => {
            let mistake = |one: &management::error::FieldProblem| Mistake {
                field: one.field.to_owned(),
                sentence: problems::sentence(&one.problem, one.field, l),
            };
            refill.mistakes.extend(found.iter().map(mistake));
            refill.detail = found.iter().find_map(problems::detail).unwrap_or_default();
        }
        Error::Policy(found) => {
            refill.summary = found
                .iter()
                .any(|one| one.severity == Severity::Error)
                .then(|| problems::error_sentence(error, l));
            refill.detail = Detail::Policy(found.clone());
        }
        Error::Refused(refusal) => {
            let field = if matches!(refusal, Refusal::WrongPassword) { "password" } else { "file" };
            refill.mistakes.push(Mistake { field: field.to_owned(), sentence: refusal.sentence(l) });
            if let Refusal::Ambiguous { leaves, .. } = refusal {
                refill.detail = Detail::Leaves(leaves.clone());
            }
        }
        Error::AuthorityKnown(_) | Error::FileRefused(_) | Error::ListRefused(_) => {
            refill
                .mistakes
                .push(Mistake { field: "file".to_owned(), sentence: problems::error_sentence(error, l) });
        }
        Error::WouldBreak(broken) => {
            refill.summary = Some(problems::error_sentence(error, l));
            let one = |one: &management::error::Broken| Broken {
                document: one.document.clone(),
                problem: one.problem.clone(),
            };
            refill.detail = Detail::Broken(broken.iter().map(one).collect());
        }
        Error::Expired { not_after } => {
            refill
                .mistakes
                .push(Mistake { field: "expired".to_owned(), sentence: problems::error_sentence(error, l) });
            refill.detail = Detail::Expired { not_after: *not_after };
        }
        Error::AlreadyUploaded(link) => {
            refill
                .mistakes
                .push(Mistake { field: "file".to_owned(), sentence: problems::error_sentence(error, l) });
            refill.detail = Detail::AlreadyUploaded { id: link.id.clone(), name: link.name.clone() };
        }
        Error::ChangedMeanwhile { by } => {
            // Whoever has read this sentence saves on top of what is there now.
            refill = refill.without("revision");
            refill.summary = Some(problems::error_sentence(error, l));
            refill.detail = Detail::ChangedMeanwhile { by: by.clone() };
        }
        _ => refill.summary = Some(problems::error_sentence(error, l)),
    }
    refill
}

/// What a change says on the next page: `done`, a sentence about it, and whether it is in force.
#[must_use]
pub fn changed(done: &str, saved: &Saved, l: Language) -> Notice {
    let revision = saved.revision;
    let (text, tone) = match &saved.live {
        Live::Everywhere => (
            l.say(
                format!("{done} Live on the gateway (revision {revision})."),
                format!("{done} 게이트웨이에 적용되었습니다(리비전 {revision})."),
            ),
            Tone::Good,
        ),
        Live::Except(found) => {
            let found = faults::all(found, l);
            let text = l.say(
                format!("{done} Not everything is live (revision {revision}): {found} Overview shows everything that can't be used."),
                format!("{done} 일부는 적용되지 않았습니다(리비전 {revision}): {found} 사용할 수 없는 모든 항목은 개요 페이지에 표시됩니다."),
            );
            (text, Tone::Bad)
        }
        Live::Nowhere { reason } => {
            let text = l.say(
                format!("{done} Not live: the gateway still uses the previous configuration ({reason}). See Overview and the gateway log."),
                format!("{done} 적용되지 않았습니다. 게이트웨이는 이전 구성을 계속 사용합니다({reason}). 개요 페이지와 게이트웨이 로그를 확인하세요."),
            );
            (text, Tone::Bad)
        }
        Live::NoGateway => {
            let text = l.say(
                format!("{done} Not live: no gateway is running in this process."),
                format!("{done} 적용되지 않았습니다. 이 프로세스에서 실행 중인 게이트웨이가 없습니다."),
            );
            (text, Tone::Warning)
        }
    };
    Notice { text, tone }
}

/// What a save says on the next page.
#[must_use]
pub fn saved_notice(saved: &Saved, l: Language) -> Notice {
    changed(l.say("Saved.", "저장했습니다."), saved, l)
}

/// The same of a save after which requests are sent with these certificates, which backends refuse now or soon.
#[must_use]
pub fn saved_with(saved: &Saved, ending: &EndingAt, l: Language) -> Notice {
    let notice = saved_notice(saved, l);
    match ending.found.as_slice() {
        [] => notice,
        found => notice.warning(&words::ending::all(found, ending.now, l)),
    }
}

/// What is said of something new, and what to do next.
#[must_use]
pub fn created(live: &str, done: &str, next: &str, saved: &Saved, l: Language) -> Notice {
    let done = if saved.live == Live::Everywhere { live } else { done };
    let notice = changed(done, saved, l);
    Notice { text: format!("{} {next}", notice.text).trim_end().to_owned(), ..notice }
}

/// Browsers send every line of a text with CR and LF (HTML, 4.10.21.3); it is to stay as it was. A CR alone, which no
/// text area can hold, is a line's end too: whatever is kept comes back from the next form unchanged.
#[must_use]
pub fn with_plain_line_ends(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}
