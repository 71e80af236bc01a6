//! The portal: every page a person sees, and what its forms do.

use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::{SsrMode, path};

pub mod address;
#[cfg(feature = "ssr")]
pub mod answer;
pub mod choices;
pub mod components;
#[cfg(feature = "ssr")]
pub mod context;
pub mod document;
pub mod error;
#[cfg(feature = "ssr")]
pub mod flash;
pub mod forms;
pub mod functions;
pub mod gateway;
pub mod islands;
pub mod layout;
pub mod load;
#[cfg(feature = "ssr")]
mod multipart;
pub mod pages;
#[cfg(feature = "ssr")]
pub mod panics;
#[cfg(feature = "ssr")]
pub mod post;
pub mod session;
pub mod words;

use pages::account::Account;
use pages::apis::create::CreateApiPage;
use pages::apis::delete::DeleteApiPage;
use pages::apis::list::Apis;
use pages::apis::security::ApiSecurityPage;
use pages::apis::settings::ApiSettingsPage;
use pages::apis::test::ApiTestPage;
use pages::authorities::delete::DeleteAuthorityPage;
use pages::authorities::detail::Authority;
use pages::authorities::list::Authorities;
use pages::authorities::upload::UploadAuthority;
use pages::certificates::delete::DeleteCertificatePage;
use pages::certificates::detail::Certificate;
use pages::certificates::list::Certificates;
use pages::certificates::replace::ReplaceCertificate;
use pages::certificates::replacement::review::ReviewReplacement;
use pages::certificates::upload::UploadCertificate;
use pages::fragments::create::CreateFragmentPage;
use pages::fragments::delete::DeleteFragmentPage;
use pages::fragments::edit::Fragment;
use pages::fragments::list::Fragments;
use pages::help::page::{Guide, GuideTopic};
use pages::home::Home;
use pages::named_values::create::CreateNamedValuePage;
use pages::named_values::delete::DeleteNamedValuePage;
use pages::named_values::edit::NamedValue;
use pages::named_values::list::NamedValues;
use pages::not_found::NotFound;
use pages::operations::create::CreateOperationPage;
use pages::operations::delete::DeleteOperationPage;
use pages::operations::list::Operations;
use pages::operations::settings::OperationSettingsPage;
use pages::policies::edit::PoliciesPage;
use pages::policies::effective::EffectivePolicyPage;
use pages::policies::history::PolicyHistoryPage;
use pages::policies::playground::PlaygroundPage;
use pages::set_up::SetUp;
use pages::sign_in::SignIn;
use pages::traffic::call::FailedRequestPage;
use pages::traffic::list::FailedRequests;
use pages::traffic::trace::TracePage;

/// The table of all pages. Whoever isn't signed in is sent to the sign-in from every one but the open ones.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    #[cfg(feature = "ssr")]
    {
        // In place of the page: what the server found wrong with the request.
        if let Some(error) = use_context::<error::PageError>() {
            return view! { <error::ErrorPage error=error /> }.into_any();
        }
        if let Some(elsewhere) = pages::elsewhere() {
            answer::see_other(&elsewhere);
            return ().into_any();
        }
        context::provide_told();
    }
    view! {
        <Router>
            <Routes fallback=NotFound>
                <Route path=path!("/") view=Home ssr=SsrMode::Async />
                <Route path=path!("/sign-in") view=SignIn ssr=SsrMode::Async />
                <Route path=path!("/setup") view=SetUp ssr=SsrMode::Async />
                <Route path=path!("/account") view=Account ssr=SsrMode::Async />
                <Route path=path!("/apis") view=Apis ssr=SsrMode::Async />
                <Route path=path!("/apis/new") view=CreateApiPage ssr=SsrMode::Async />
                <Route path=path!("/apis/:api") view=ApiSettingsPage ssr=SsrMode::Async />
                <Route path=path!("/apis/:api/security") view=ApiSecurityPage ssr=SsrMode::Async />
                <Route path=path!("/apis/:api/policies") view=PoliciesPage ssr=SsrMode::Async />
                <Route path=path!("/apis/:api/policies/effective") view=EffectivePolicyPage ssr=SsrMode::Async />
                <Route path=path!("/apis/:api/policies/history") view=PolicyHistoryPage ssr=SsrMode::Async />
                <Route path=path!("/apis/:api/policies/playground") view=PlaygroundPage ssr=SsrMode::Async />
                <Route path=path!("/apis/:api/test") view=ApiTestPage ssr=SsrMode::Async />
                <Route path=path!("/apis/:api/operations") view=Operations ssr=SsrMode::Async />
                <Route path=path!("/apis/:api/operations/new") view=CreateOperationPage ssr=SsrMode::Async />
                <Route path=path!("/apis/:api/operations/:operation") view=OperationSettingsPage ssr=SsrMode::Async />
                <Route path=path!("/apis/:api/operations/:operation/policies") view=PoliciesPage ssr=SsrMode::Async />
                <Route path=path!("/apis/:api/operations/:operation/policies/effective") view=EffectivePolicyPage ssr=SsrMode::Async />
                <Route path=path!("/apis/:api/operations/:operation/policies/history") view=PolicyHistoryPage ssr=SsrMode::Async />
                <Route path=path!("/apis/:api/operations/:operation/policies/playground") view=PlaygroundPage ssr=SsrMode::Async />
                <Route path=path!("/apis/:api/operations/:operation/delete") view=DeleteOperationPage ssr=SsrMode::Async />
                <Route path=path!("/apis/:api/delete") view=DeleteApiPage ssr=SsrMode::Async />
                <Route path=path!("/policies") view=PoliciesPage ssr=SsrMode::Async />
                <Route path=path!("/policies/effective") view=EffectivePolicyPage ssr=SsrMode::Async />
                <Route path=path!("/policies/history") view=PolicyHistoryPage ssr=SsrMode::Async />
                <Route path=path!("/policies/fragments") view=Fragments ssr=SsrMode::Async />
                <Route path=path!("/policies/fragments/new") view=CreateFragmentPage ssr=SsrMode::Async />
                <Route path=path!("/policies/fragments/:id/edit") view=Fragment ssr=SsrMode::Async />
                <Route path=path!("/policies/fragments/:id/delete") view=DeleteFragmentPage ssr=SsrMode::Async />
                <Route path=path!("/help") view=Guide ssr=SsrMode::Async />
                <Route path=path!("/help/:topic") view=GuideTopic ssr=SsrMode::Async />
                <Route path=path!("/traffic") view=FailedRequests ssr=SsrMode::Async />
                <Route path=path!("/traffic/calls/:id") view=FailedRequestPage ssr=SsrMode::Async />
                <Route path=path!("/traffic/traces") view=TracePage ssr=SsrMode::Async />
                <Route path=path!("/security/named-values") view=NamedValues ssr=SsrMode::Async />
                <Route path=path!("/security/named-values/new") view=CreateNamedValuePage ssr=SsrMode::Async />
                <Route path=path!("/security/named-values/:name/edit") view=NamedValue ssr=SsrMode::Async />
                <Route path=path!("/security/named-values/:name/delete") view=DeleteNamedValuePage ssr=SsrMode::Async />
                <Route path=path!("/security/authorities") view=Authorities ssr=SsrMode::Async />
                <Route path=path!("/security/authorities/upload") view=UploadAuthority ssr=SsrMode::Async />
                <Route path=path!("/security/authorities/:id") view=Authority ssr=SsrMode::Async />
                <Route path=path!("/security/authorities/:id/delete") view=DeleteAuthorityPage ssr=SsrMode::Async />
                <Route path=path!("/security/certificates") view=Certificates ssr=SsrMode::Async />
                <Route path=path!("/security/certificates/upload") view=UploadCertificate ssr=SsrMode::Async />
                <Route path=path!("/security/certificates/:id") view=Certificate ssr=SsrMode::Async />
                <Route path=path!("/security/certificates/:id/replace") view=ReplaceCertificate ssr=SsrMode::Async />
                <Route path=path!("/security/certificates/:id/replace/review") view=ReviewReplacement ssr=SsrMode::Async />
                <Route path=path!("/security/certificates/:id/delete") view=DeleteCertificatePage ssr=SsrMode::Async />
            </Routes>
        </Router>
    }
    .into_any()
}

/// Wakes the islands of a page that the server has rendered.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}
