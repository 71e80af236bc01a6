//! What trying a connection found out, in words.

use domain::handshake::Shown;
use domain::language::Language;
use domain::probe::ProbeReport;

/// Whether the connection can be used as it is.
#[must_use]
pub fn is_fine(report: &ProbeReport) -> bool {
    let is_as_meant = |shown| matches!(shown, Shown::AskedAndShown | Shown::NotAsked);
    matches!(report, ProbeReport::Fine(facts) if is_as_meant(facts.shown))
}

/// What happened and what to do next.
#[must_use]
pub fn sentence(report: &ProbeReport, l: Language) -> String {
    match report {
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
        ProbeReport::TlsFailed { problem, .. } => problem.sentence(l),
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
    }
}

/// What the backend wanted of us.
#[must_use]
pub fn shown_sentence(shown: Shown, l: Language) -> &'static str {
    match shown {
        Shown::AskedAndNotShown => l.say(
            "The backend asked for a client certificate, but none is chosen; it may refuse requests.",
            "백 엔드가 클라이언트 인증서를 요청했지만 선택된 인증서가 없습니다. 호출이 거부될 수 있습니다.",
        ),
        Shown::AskedAndShown => l.say(
            "The backend asked for a client certificate and took this one.",
            "백 엔드가 클라이언트 인증서를 요청했고 이 인증서를 받아들였습니다.",
        ),
        Shown::ChosenNotAsked => l.say(
            "The backend did not ask for a client certificate, so the chosen one is not sent. If the backend should check it, ask its operator to require client certificates in the TLS handshake (in IIS: Negotiate Client Certificate); if not, choose no certificate.",
            "백 엔드가 클라이언트 인증서를 요청하지 않아 선택한 인증서를 보내지 않습니다. 백 엔드가 인증서를 확인해야 한다면 TLS 핸드셰이크에서 클라이언트 인증서를 요구하도록 백 엔드 운영자에게 요청하고(IIS: Negotiate Client Certificate), 아니라면 인증서 선택을 해제하세요.",
        ),
        Shown::NotAsked => l.say(
            "The backend asked for no client certificate.",
            "백 엔드가 클라이언트 인증서를 요청하지 않았습니다.",
        ),
    }
}
