//! Why a request failed and what to do next, in words.

mod backend;
mod request;

use domain::language::Language;
use domain::problem::{Kind, Mistake, Problem, Unable};

/// What a kind of failures is called.
#[must_use]
pub fn kind(kind: Kind, l: Language) -> &'static str {
    match kind {
        Kind::Refused => l.say("Refused by a policy", "정책이 거부함"),
        Kind::Policy => l.say("Policy error", "정책 오류"),
        Kind::Unreachable => l.say("Backend unreachable", "백 엔드 연결 실패"),
        Kind::Tls => l.say("TLS with the backend failed", "백 엔드 TLS 실패"),
        Kind::Timeout => l.say("Timeout", "시간 초과"),
        Kind::Response => l.say("Invalid backend response", "잘못된 백 엔드 응답"),
        Kind::NoApi => l.say("Unknown API", "알 수 없는 API"),
        Kind::NoOperation => l.say("Unknown operation", "알 수 없는 작업"),
        Kind::Request => l.say("Invalid request", "잘못된 요청"),
        Kind::Gateway => l.say("Gateway error", "게이트웨이 오류"),
    }
}

/// What happened and what to do next; `None` if only the policy's own words tell it.
#[must_use]
pub fn sentence(problem: &Problem, l: Language) -> Option<String> {
    Some(match problem {
        Problem::Refused | Problem::StatementFailed => return None,
        Problem::Configuration(mistake) => configuration(*mistake, l).to_owned(),
        Problem::Unreachable(why) => backend::unreachable(*why, l).to_owned(),
        Problem::Tls(problem) => problem.sentence(l),
        Problem::Timeout(overdue) => backend::timeout(*overdue, l),
        Problem::Response(bad) => backend::response(*bad, l),
        Problem::NoApi => l
            .say(
                "No API has this URL. Compare it with the URL suffixes of the APIs.",
                "이 주소의 API가 없습니다. API의 URL 접미사와 비교하세요.",
            )
            .to_owned(),
        Problem::NoOperation => l
            .say(
                "No operation of the API matches the method and the path. Correct the request, or add the operation.",
                "메서드와 경로가 일치하는 API 작업이 없습니다. 요청을 수정하거나 작업을 추가하세요.",
            )
            .to_owned(),
        Problem::Request(bad) => request::sentence(*bad, l),
        Problem::Gateway(unable) => gateway(unable, l),
    })
}

fn configuration(mistake: Mistake, l: Language) -> &'static str {
    match mistake {
        Mistake::BackendAddress => l.say(
            "The policy sends the request to an invalid address. Correct the statement.",
            "정책이 올바르지 않은 주소로 요청을 보냅니다. 정책 문을 수정하세요.",
        ),
        Mistake::CertificateWithoutTls => l.say(
            "A client certificate is chosen, but the backend's address begins with http://. Enter an https:// address on the Settings tab, or choose no certificate.",
            "클라이언트 인증서를 선택했지만 백 엔드 주소가 http:// 로 시작합니다. 설정 탭에서 https:// 주소를 입력하거나 인증서 선택을 해제하세요.",
        ),
        Mistake::ForwardedTwice => l.say(
            "The policy forwards the request twice, but its body has already been sent. Set buffer-request-body on the first forward-request.",
            "정책이 요청을 두 번 전달하지만 본문은 이미 전송되었습니다. 첫 번째 forward-request에 buffer-request-body를 설정하세요.",
        ),
        Mistake::Header => l.say(
            "The policy sets a header that can't be sent. Correct the statement.",
            "정책이 보낼 수 없는 헤더를 설정합니다. 정책 문을 수정하세요.",
        ),
        Mistake::HttpVersion => l.say(
            "The policy requires a version of HTTP that is not available for backends. Remove http-version from forward-request.",
            "정책이 백 엔드에 사용할 수 없는 HTTP 버전을 요구합니다. forward-request에서 http-version을 제거하세요.",
        ),
        Mistake::OpenId => l.say(
            "The policy could not get signing keys from the OpenID configuration. Check its address.",
            "정책이 OpenID 구성에서 서명 키를 가져오지 못했습니다. 주소를 확인하세요.",
        ),
        Mistake::Peer => l.say(
            "No connection to this backend can be set up. Check its address, and the name on the Security tab.",
            "이 백 엔드에 연결을 설정할 수 없습니다. 주소와 보안 탭의 이름을 확인하세요.",
        ),
        Mistake::PfxFile => l.say(
            "The PKCS#12 file in the policy can't be opened. Check the file and its password.",
            "정책에 있는 PKCS#12 파일을 열 수 없습니다. 파일과 암호를 확인하세요.",
        ),
        Mistake::Target => l.say(
            "The policy sets a path or a method that can't be sent. Correct the statement.",
            "정책이 보낼 수 없는 경로나 메서드를 설정합니다. 정책 문을 수정하세요.",
        ),
        Mistake::UnknownCertificate => l.say(
            "The policy uses a client certificate that doesn't exist. Upload it, or correct the statement.",
            "정책이 존재하지 않는 클라이언트 인증서를 사용합니다. 인증서를 업로드하거나 정책 문을 수정하세요.",
        ),
    }
}

fn gateway(unable: &Unable, l: Language) -> String {
    let text = match unable {
        Unable::Api => l.say(
            "The API can't be used as it is stored. Overview lists what has to be corrected.",
            "저장된 상태로는 이 API를 사용할 수 없습니다. 개요 페이지에서 수정할 항목을 확인하세요.",
        ),
        Unable::Certificate(id) => {
            return l.say(
                format!("The client certificate {id} can't be used. Upload it again with Replace."),
                format!("클라이언트 인증서 {id}을(를) 사용할 수 없습니다. ‘교체’로 다시 업로드하세요."),
            );
        }
        Unable::NoRoom => l.say(
            "The gateway has no room for another connection to a backend. Raise the limit of open files.",
            "게이트웨이가 백 엔드 연결을 더 열 수 없습니다. 열 수 있는 파일 수 제한을 늘리세요.",
        ),
        Unable::Other => l.say(
            "An error in the gateway. Its log has the details under the request ID.",
            "게이트웨이 내부 오류입니다. 게이트웨이 로그에서 요청 ID로 확인하세요.",
        ),
    };
    text.to_owned()
}
