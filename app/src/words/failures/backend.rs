//! What went wrong on the way to a backend or with its response.

use domain::language::Language;
use domain::problem::{BadResponse, Overdue, Unreachable};

pub(super) fn unreachable(why: Unreachable, l: Language) -> &'static str {
    match why {
        Unreachable::NoRoute => l.say(
            "There is no network route to the backend. Check the address on the Settings tab, and the routes and firewalls in between.",
            "백 엔드로 가는 네트워크 경로가 없습니다. 설정 탭의 주소와 중간의 경로 및 방화벽을 확인하세요.",
        ),
        Unreachable::NotPermitted => l.say(
            "The setting gateway.refuse-addresses forbids connections to the backend's address. Correct the address on the Settings tab, or ask the operator of the gateway to change the setting.",
            "gateway.refuse-addresses 설정에서 백 엔드 주소로의 연결을 금지합니다. 설정 탭에서 주소를 수정하거나 게이트웨이 운영자에게 설정 변경을 요청하세요.",
        ),
        Unreachable::Other => l.say(
            "The backend can't be reached. Check the address on the Settings tab, and the network in between.",
            "백 엔드에 연결할 수 없습니다. 설정 탭의 주소와 중간의 네트워크를 확인하세요.",
        ),
        Unreachable::Refused => l.say(
            "The connection was refused: nothing listens on the backend's port. Check the address on the Settings tab, and whether the backend is running.",
            "연결이 거부되었습니다. 백 엔드의 포트에서 수신 대기 중인 서비스가 없습니다. 설정 탭의 주소와 백 엔드가 실행 중인지 확인하세요.",
        ),
        Unreachable::UnknownHost => l.say(
            "The backend's host name can't be resolved. Check the address on the Settings tab, and the DNS of the gateway.",
            "백 엔드의 호스트 이름을 확인할 수 없습니다. 설정 탭의 주소와 게이트웨이의 DNS를 확인하세요.",
        ),
    }
}

pub(super) fn timeout(overdue: Overdue, l: Language) -> String {
    match overdue {
        Overdue::Client => l
            .say(
                "The client read nothing of the response for too long. The limit is the setting gateway.timeout-idle.",
                "클라이언트가 너무 오래 응답을 읽지 않았습니다. 제한은 gateway.timeout-idle 설정입니다.",
            )
            .to_owned(),
        Overdue::Connect { limit_ms } => l.say(
            format!("No connection to the backend within {}. Check the address on the Settings tab, and whether a firewall is in between. The limit is the setting gateway.timeout-connect.", time(limit_ms, l)),
            format!("{} 안에 백 엔드에 연결하지 못했습니다. 설정 탭의 주소와 중간의 방화벽을 확인하세요. 제한은 gateway.timeout-connect 설정입니다.", time(limit_ms, l)),
        ),
        Overdue::Idle { limit_ms } => l.say(
            format!("The backend sent nothing for {} in the middle of its response. The limit is \u{201c}Between parts of a response\u{201d} on the Settings tab.", time(limit_ms, l)),
            format!("백 엔드가 응답 도중에 {} 동안 아무것도 보내지 않았습니다. 제한은 설정 탭의 ‘응답 데이터 사이 간격’입니다.", time(limit_ms, l)),
        ),
        Overdue::Response { limit_ms } => l.say(
            format!("The backend did not begin its response within {}. The limit is \u{201c}Until the response begins\u{201d} on the Settings tab, or the timeout of the policy statement.", time(limit_ms, l)),
            format!("백 엔드가 {} 안에 응답을 시작하지 않았습니다. 제한은 설정 탭의 ‘응답이 시작될 때까지’ 또는 정책 문의 timeout입니다.", time(limit_ms, l)),
        ),
        Overdue::Wait => l
            .say(
                "The policy waits longer than a request may take. Shorten the wait, or raise \u{201c}Whole request\u{201d} on the Settings tab.",
                "정책의 대기 시간이 요청의 제한 시간보다 깁니다. 대기 시간을 줄이거나 설정 탭에서 ‘요청 전체’를 늘리세요.",
            )
            .to_owned(),
        Overdue::Whole => l
            .say(
                "The response took longer than the limit for a request, which is \u{201c}Whole request\u{201d} on the Settings tab.",
                "응답이 요청의 제한 시간보다 오래 걸렸습니다. 제한은 설정 탭의 ‘요청 전체’입니다.",
            )
            .to_owned(),
    }
}

pub(super) fn response(bad: BadResponse, l: Language) -> String {
    let text = match bad {
        BadResponse::Ambiguous => l.say(
            "The backend's response can be read in two ways, so it was not forwarded. Its operator has to correct its Content-Length or Transfer-Encoding.",
            "백 엔드의 응답을 두 가지로 해석할 수 있어 전달하지 않았습니다. 백 엔드 운영자가 Content-Length 또는 Transfer-Encoding을 수정해야 합니다.",
        ),
        BadResponse::Broke => l.say(
            "The backend broke the connection in the middle of its response. Its operator finds the reason in the backend's log.",
            "백 엔드가 응답 도중에 연결을 끊었습니다. 원인은 백 엔드 로그에 있습니다.",
        ),
        BadResponse::Closed => l.say(
            "The backend closed the connection before it responded. If it checks client certificates, it may not accept the one presented. Its operator finds the reason in the backend's log.",
            "백 엔드가 응답하기 전에 연결을 닫았습니다. 클라이언트 인증서를 확인하는 백 엔드라면 제시한 인증서를 받아들이지 않았을 수 있습니다. 원인은 백 엔드 로그에 있습니다.",
        ),
        BadResponse::TooLarge { limit_bytes } => {
            return l.say(
                format!("The response has more than {limit_bytes} bytes, and the policy reads its body. The limit is the setting gateway.max-whole-body."),
                format!("응답이 {limit_bytes}바이트보다 큰데 정책이 본문을 읽습니다. 제한은 gateway.max-whole-body 설정입니다."),
            );
        }
        BadResponse::UnaskedUpgrade => l.say(
            "The backend switched to another protocol, which the request didn't ask for. Its operator has to correct it.",
            "요청하지 않았는데 백 엔드가 다른 프로토콜로 전환했습니다. 백 엔드 운영자가 수정해야 합니다.",
        ),
        BadResponse::Undecodable => l.say(
            "The policy reads the body of the response, which can't be decoded.",
            "정책이 응답 본문을 읽지만 디코딩할 수 없습니다.",
        ),
    };
    text.to_owned()
}

/// `30 s`, or `1500 ms` where it is no whole number of seconds.
fn time(limit_ms: u64, l: Language) -> String {
    if limit_ms.is_multiple_of(1000) {
        let seconds = limit_ms / 1000;
        l.say(format!("{seconds} s"), format!("{seconds}초"))
    } else {
        l.say(format!("{limit_ms} ms"), format!("{limit_ms}밀리초"))
    }
}
