//! The page between upload and replacement; afterwards it says how the new certificate does.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use domain::failed_call::FailedCall;
use domain::replacement::Replacement;

use crate::document::browser_library_is_built;
use crate::error::PageError;
use crate::islands::renew::Renewing;
use crate::layout::{Crumb, Page, Section};
use crate::load::{loaded, parameter};
use crate::pages::certificates::detail::CertificateAt;
use crate::pages::certificates::replacement::comparison::Comparison;
use crate::pages::certificates::replacement::decide::Decision;
use crate::pages::certificates::replacement::replaced::Replaced;
use crate::pages::certificates::replacement::trials::{PART, TrialList};
use crate::pages::certificates::{crumbs, page};
use crate::session::language;

/// What the page is about.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum ReviewAt {
    /// A new certificate waits.
    Waiting(Box<Replacement>),
    /// None waits: the one in force is shown.
    InForce(Box<InForce>),
}

/// The certificate in force, and how requests go with it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct InForce {
    pub at: CertificateAt,
    /// The last requests with it that failed, the newest first.
    pub failed: Vec<FailedCall>,
}

/// The page.
#[component]
pub fn ReviewReplacement() -> impl IntoView {
    loaded(review(parameter("id")), |at| view! { <ReviewView at=at /> }.into_any())
}

#[component]
fn ReviewView(at: ReviewAt) -> impl IntoView {
    let l = language();
    let (id, name, title) = match &at {
        ReviewAt::Waiting(replacement) => (
            replacement.id.clone(),
            replacement.name.to_string(),
            l.say("Review the new certificate", "새 인증서 확인"),
        ),
        ReviewAt::InForce(present) => {
            let detail = &present.at.detail;
            (detail.id.clone(), detail.name.to_string(), l.say("Certificate replaced", "인증서 교체됨"))
        }
    };
    let body = match at {
        ReviewAt::Waiting(replacement) => {
            let replacement = *replacement;
            let is_renewed = replacement.trials.are_running() && browser_library_is_built();
            view! {
                <Comparison replacement=replacement.clone() />
                {is_renewed.then(|| view! { <Renewing part=PART.to_owned() /> })}
                <div id=PART class="flex flex-col gap-4">
                    <TrialList id=replacement.id.clone() trials=replacement.trials.clone() />
                    <Decision replacement=replacement />
                </div>
            }
            .into_any()
        }
        ReviewAt::InForce(present) => view! { <Replaced present=*present /> }.into_any(),
    };
    let crumbs = crumbs(l, Some(Crumb::new(name, page(&id))));
    view! {
        <Page title=title.to_owned() section=Section::Security crumbs=crumbs>
            {body}
        </Page>
    }
}

/// What waits for a slot; where nothing does, what is in force there.
///
/// # Errors
/// Nobody has signed in, there is no such certificate, or the store can't be read.
#[server(endpoint = "certificates/replacement")]
pub async fn review(#[server(default)] id: String) -> Result<ReviewAt, PageError> {
    use domain::failed_call::FailedFilter;
    use management::error::Error;

    let id: domain::name::CertificateId = id.parse().map_err(|_| crate::context::not_found())?;
    crate::context::look(move |management, actor| match management.replacement(actor, &id) {
        Ok(waiting) => Ok(ReviewAt::Waiting(Box::new(waiting))),
        Err(Error::NotFound) => {
            let detail = management.certificate(actor, &id)?;
            let filter = FailedFilter {
                certificate: id.to_string(),
                since: Some(detail.uploaded_at),
                ..FailedFilter::default()
            };
            // The filter finds a part of an id too.
            let with_it = |call: &FailedCall| call.shown.as_ref() == Some(&id);
            let found = management.failed_calls(actor, &filter, None)?.calls;
            let failed =
                found.into_iter().map(|recorded| recorded.call).filter(with_it).take(SHOWN).collect();
            let at = CertificateAt { detail, now: management.now() };
            Ok(ReviewAt::InForce(Box::new(InForce { at, failed })))
        }
        Err(error) => Err(error),
    })
    .await
}

/// How many failed requests are shown at most; Traffic has them all.
#[cfg_attr(not(feature = "ssr"), expect(dead_code, reason = "only the server looks for them"))]
const SHOWN: usize = 3;
