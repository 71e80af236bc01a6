//! What a request's pages and server functions have at hand: the use cases, the visitor, the messages.

use std::sync::Arc;

use leptos::prelude::{provide_context, use_context};
use management::Management;
use management::error::Error;

use domain::user::Actor;

use crate::answer;
use crate::error::PageError;
use crate::flash::{Flash, Message};
use crate::forms::Told;
use crate::session::{Visitor, visit_cookie, visitor};

/// What all requests share.
#[derive(Clone)]
pub struct Portal {
    pub management: Arc<Management>,
    pub flash: Arc<Flash>,
}

/// Puts everything in place for one request. The server calls it for every page and every server function.
pub fn provide(portal: Portal, visitor: Visitor) {
    provide_context(portal);
    provide_context(visitor);
}

/// Asks or changes something in the name of the visitor, on a thread that may wait for the disk.
///
/// # Errors
/// Whatever the use case answers; [`Error::Failed`] when it panicked.
pub async fn ask<T: Send + 'static>(
    question: impl FnOnce(&Management, &Actor) -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    ask_as(management()?, visitor().actor, question).await
}

/// The use cases themselves, for the few that wait for something else than the disk.
///
/// # Errors
/// [`Error::NotAllowed`] when there is no request around.
pub fn management() -> Result<Arc<Management>, Error> {
    use_context::<Portal>().map(|portal| portal.management).ok_or(Error::NotAllowed)
}

/// The same as [`ask`] where there is no Leptos around: in a receiver.
///
/// # Errors
/// As [`ask`].
pub async fn ask_as<T: Send + 'static>(
    management: Arc<Management>,
    actor: Actor,
    question: impl FnOnce(&Management, &Actor) -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let work = move || crate::panics::caught(move || question(&management, &actor));
    match tokio::task::spawn_blocking(work).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(fault)) => Err(Error::Failed(Box::new(fault))),
        Err(stopping) => Err(Error::Failed(Box::new(stopping))),
    }
}

/// Asks for what a page shows.
///
/// # Errors
/// A page's error; failures are logged.
pub async fn look<T: Send + 'static>(
    question: impl FnOnce(&Management, &Actor) -> Result<T, Error> + Send + 'static,
) -> Result<T, PageError> {
    ask(question).await.map_err(|error| {
        let error = PageError::from(error);
        answer::set_status(crate::error::status(&error));
        error
    })
}

/// The error, and the status, for an id that can't be one.
#[must_use]
pub fn not_found() -> PageError {
    answer::set_status(crate::error::status(&PageError::NotFound));
    PageError::NotFound
}

/// Leaves a message for the next time this visitor looks at `page`.
pub fn tell(page: &str, message: Message) {
    let (Some(portal), visitor) = (use_context::<Portal>(), visitor()) else { return };
    if let Some(line) = tell_as(&portal.flash, &visitor, page, message) {
        answer::set_cookie(&line);
    }
}

/// The same where there is no Leptos around; gives the `Set-Cookie` line that the answer needs, if it needs one.
#[must_use]
pub fn tell_as(flash: &Flash, visitor: &Visitor, page: &str, message: Message) -> Option<String> {
    let visit = visitor.visit.clone().or_else(new_visit)?;
    flash.keep(&flash_key(&visit, visitor), page, message);
    visitor.visit.is_none().then(|| visit_cookie(&visit))
}

/// Takes what the present page was told, for the whole page to see.
pub fn provide_told() {
    let (Some(portal), visitor) = (use_context::<Portal>(), visitor()) else { return };
    let mut told = Told::default();
    if let Some(visit) = &visitor.visit {
        for message in portal.flash.take(&flash_key(visit, &visitor), visitor.path()) {
            match message {
                Message::Notice(notice) => told.notices.push(notice),
                Message::Refill(refill) => told.refills.push(*refill),
            }
        }
    }
    provide_context(told);
}

/// Messages belong to a browser and to the person who is signed in there, or was until the session ended: nobody sees
/// what another one entered.
fn flash_key(visit: &str, visitor: &Visitor) -> String {
    format!("{visit} {}", visitor.person())
}

fn new_visit() -> Option<String> {
    let mut bytes = [0u8; 16];
    getrandom::fill(&mut bytes).ok()?;
    Some(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
