//! What trying a connection found out, in words.

use domain::language::Language;
use domain::probe::{ProbeReport, Shown, Untrusted};

/// Whether the connection can be used as it is.
#[must_use]
pub fn is_fine(report: &ProbeReport) -> bool {
    matches!(report, ProbeReport::Fine(facts) if facts.shown != Shown::AskedAndNotShown)
}

/// What happened and what to do next.
#[must_use]
pub fn sentence(report: &ProbeReport, l: Language) -> String {
    match report {
        ProbeReport::CertificateRefused { alert, shown } => refused(alert, *shown, l),
        ProbeReport::Fine(facts) => {
            let shown = shown_sentence(facts.shown, l);
            let version = &facts.version;
            l.say(
                format!("Connected with {version}. {shown}"),
                format!("{version}(으)로 연결되었습니다. {shown}"),
            )
        }
        ProbeReport::Plain => l
            .say(
                "The backend can be reached, but over plain HTTP: everything can be read on the way, and no client certificate can be shown. Use an address that begins with https://.",
                "백 엔드에 연결할 수 있지만 일반 HTTP입니다. 전송 내용이 노출되며 클라이언트 인증서를 제시할 수 없습니다. https:// 로 시작하는 주소를 사용하세요.",
            )
            .to_owned(),
        ProbeReport::IdentityUnavailable => l
            .say(
                "The chosen client certificate can't be used: its private key can't be unsealed. Upload it again with Replace.",
                "선택한 클라이언트 인증서를 사용할 수 없습니다. 개인 키를 열 수 없으니 ‘교체’로 다시 업로드하세요.",
            )
            .to_owned(),
        ProbeReport::TlsFailed { reason } => l.say(
            format!("The backend answers, but no TLS connection comes about: {reason}. Is it really an HTTPS port?"),
            format!("백 엔드가 응답하지만 TLS 연결이 이루어지지 않습니다: {reason}. HTTPS 포트가 맞는지 확인하세요."),
        ),
        ProbeReport::TimedOut { limit_ms } => {
            let seconds = limit_ms / 1000;
            l.say(
                format!("No answer within {seconds} seconds. Check address and port, and whether a firewall is in between."),
                format!("{seconds}초 안에 응답이 없습니다. 주소와 포트, 중간의 방화벽을 확인하세요."),
            )
        }
        ProbeReport::Unreachable { reason } => l.say(
            format!("The backend can't be reached: {reason}. Check the address on the Settings tab."),
            format!("백 엔드에 연결할 수 없습니다: {reason}. 설정 탭에서 주소를 확인하세요."),
        ),
        ProbeReport::Untrusted { reason, .. } => untrusted(*reason, l).to_owned(),
    }
}

/// What the backend wanted of us.
#[must_use]
pub fn shown_sentence(shown: Shown, l: Language) -> &'static str {
    match shown {
        Shown::AskedAndNotShown => l.say(
            "The backend asked for a client certificate, but none is chosen; it may refuse calls.",
            "백 엔드가 클라이언트 인증서를 요청했지만 선택된 인증서가 없습니다. 호출이 거부될 수 있습니다.",
        ),
        Shown::AskedAndShown => l.say(
            "The backend asked for a client certificate and took this one.",
            "백 엔드가 클라이언트 인증서를 요청했고 이 인증서를 받아들였습니다.",
        ),
        Shown::NotAsked => l.say(
            "The backend asked for no client certificate.",
            "백 엔드가 클라이언트 인증서를 요청하지 않았습니다.",
        ),
    }
}

fn refused(alert: &str, shown: Shown, l: Language) -> String {
    match shown {
        Shown::AskedAndShown => l.say(
            format!("The backend refused our client certificate ({alert}). Ask its operator whether this certificate (or its issuer) is registered there."),
            format!("백 엔드가 클라이언트 인증서를 거부했습니다({alert}). 이 인증서나 발급자가 등록되어 있는지 백 엔드 운영자에게 확인하세요."),
        ),
        Shown::AskedAndNotShown => l.say(
            format!("The backend demands a client certificate, and none is chosen ({alert}). Choose one above."),
            format!("백 엔드가 클라이언트 인증서를 요구하지만 선택된 인증서가 없습니다({alert}). 위에서 선택하세요."),
        ),
        Shown::NotAsked => l.say(
            format!("The backend closed the connection without asking for a client certificate ({alert})."),
            format!("백 엔드가 클라이언트 인증서를 요청하지 않고 연결을 끊었습니다({alert})."),
        ),
    }
}

fn untrusted(reason: Untrusted, l: Language) -> &'static str {
    match reason {
        Untrusted::Expired => l.say(
            "The backend's own certificate has expired. Its operator has to renew it.",
            "백 엔드의 인증서가 만료되었습니다. 백 엔드 운영자가 갱신해야 합니다.",
        ),
        Untrusted::NotYetValid => l.say(
            "The backend's own certificate isn't valid yet. Check the clocks on both sides.",
            "백 엔드의 인증서가 아직 유효하지 않습니다. 양쪽의 시계를 확인하세요.",
        ),
        Untrusted::Other => l.say(
            "The backend's own certificate can't be verified.",
            "백 엔드의 인증서를 확인할 수 없습니다.",
        ),
        Untrusted::UnknownIssuer => l.say(
            "The backend's own certificate comes from an issuer that isn't trusted here. Paste its CA certificate above, or, for a self-signed backend, turn the chain check off.",
            "백 엔드 인증서의 발급자를 신뢰할 수 없습니다. 위에 해당 CA 인증서를 붙여 넣거나, 자체 서명된 백 엔드라면 체인 확인을 끄세요.",
        ),
        Untrusted::WrongName => l.say(
            "The backend's own certificate is made out to another name. Enter the name it carries, or turn the name check off.",
            "백 엔드의 인증서가 다른 이름으로 발급되었습니다. 인증서의 이름을 입력하거나 이름 확인을 끄세요.",
        ),
    }
}
