//! Where a failure can be mended: links beside the sentence that says what to do.

use leptos::prelude::*;

use domain::handshake::{HandshakeProblem, Untrusted};
use domain::language::Language;
use domain::name::ApiId;
use domain::problem::{Mistake, Overdue, Problem, Unable};

use crate::pages::{apis, authorities, certificates};
use crate::session::language;

/// The links for this failure, if there are any.
#[component]
pub fn Remedy(problem: Problem, api: Option<ApiId>) -> impl IntoView {
    let links = links(&problem, api.as_ref(), language());
    let link = |(href, text): (String, &'static str)| view! { <a href=href>{text}</a> };
    (!links.is_empty())
        .then(|| view! { <p class="flex flex-wrap gap-x-4 gap-y-1">{links.into_iter().map(link).collect_view()}</p> })
}

fn links(problem: &Problem, api: Option<&ApiId>, l: Language) -> Vec<(String, &'static str)> {
    let security = || api.map(|id| (apis::security_page(id), l.say("Open the Security tab", "보안 탭 열기")));
    let settings = || api.map(|id| (apis::page(id), l.say("Open the Settings tab", "설정 탭 열기")));
    let found = match problem {
        Problem::Tls(HandshakeProblem::Certificate(
            Untrusted::Authority | Untrusted::SelfSigned | Untrusted::UnknownIssuer,
        )) => {
            let upload =
                (authorities::UPLOAD.to_owned(), l.say("Upload a CA certificate", "CA 인증서 업로드"));
            [Some(upload), security()]
        }
        Problem::Tls(HandshakeProblem::PlainHttp | HandshakeProblem::NotTls | HandshakeProblem::Closed) => {
            [settings(), security()]
        }
        Problem::Tls(_) => [security(), settings()],
        Problem::Unreachable(_)
        | Problem::Timeout(
            Overdue::Connect { .. }
            | Overdue::Idle { .. }
            | Overdue::Response { .. }
            | Overdue::Wait
            | Overdue::Whole,
        ) => [settings(), None],
        Problem::Configuration(Mistake::UnknownCertificate) => {
            let upload =
                (certificates::UPLOAD.to_owned(), l.say("Upload a client certificate", "인증서 업로드"));
            [Some(upload), security()]
        }
        Problem::Configuration(Mistake::CertificateWithoutTls | Mistake::Peer) => [settings(), security()],
        Problem::NoApi => [Some((apis::LIST.to_owned(), l.say("Show the APIs", "API 목록 보기"))), None],
        Problem::NoOperation => {
            let open = l.say("Open the Operations tab", "작업 탭 열기");
            [api.map(|id| (apis::operations_page(id), open)), None]
        }
        Problem::Gateway(Unable::Certificate(id)) => {
            [Some((certificates::page(id), l.say("Show the certificate", "인증서 보기"))), None]
        }
        Problem::Gateway(Unable::Api) => {
            [Some(("/".to_owned(), l.say("Open Overview", "개요 열기"))), settings()]
        }
        _ => [None, None],
    };
    found.into_iter().flatten().collect()
}
