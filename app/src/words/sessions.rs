//! What is said when a session has ended.

use domain::language::Language;

use crate::forms::Refill;

/// Why somebody has to sign in who was signed in before.
#[must_use]
pub fn ended(l: Language) -> &'static str {
    l.say("Your session has ended. Sign in to continue.", "세션이 만료되었습니다. 계속하려면 로그인하세요.")
}

/// What became of a form that was sent after the session had ended, said on its page after signing in again.
#[must_use]
pub fn ended_before(form: &Refill, l: Language) -> &'static str {
    if form.holds_work() {
        l.say(
            "Your session ended before this could be saved. Your changes are below, not saved yet.",
            "저장하기 전에 세션이 만료되었습니다. 변경한 내용은 아래에 있으며 아직 저장되지 않았습니다.",
        )
    } else {
        l.say(
            "Your session ended before this could be done. Nothing was changed. Try again.",
            "처리하기 전에 세션이 만료되어 변경된 내용이 없습니다. 다시 시도하세요.",
        )
    }
}
