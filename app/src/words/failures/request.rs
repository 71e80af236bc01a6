//! What was wrong with a client's request.

use domain::language::Language;
use domain::problem::BadRequest;

pub(super) fn sentence(bad: BadRequest, l: Language) -> String {
    let text = match bad {
        BadRequest::BodyBroke => l.say(
            "The client broke the connection in the middle of its request.",
            "클라이언트가 요청 도중에 연결을 끊었습니다.",
        ),
        BadRequest::BodyStalled => l.say(
            "The client did not send the rest of its request in time. The limit is the setting gateway.timeout-idle.",
            "클라이언트가 요청의 나머지를 제때 보내지 않았습니다. 제한은 gateway.timeout-idle 설정입니다.",
        ),
        BadRequest::Malformed => l.say(
            "The request is malformed. The client has to correct it.",
            "요청 형식이 올바르지 않습니다. 클라이언트에서 수정해야 합니다.",
        ),
        BadRequest::Method => l.say("Requests with this method are not forwarded.", "이 메서드의 요청은 전달하지 않습니다."),
        BadRequest::Misdirected => l.say(
            "The request is for another host than the one named in the TLS handshake. The client has to open a connection for each host.",
            "TLS 핸드셰이크에서 지정한 호스트와 다른 호스트를 요청했습니다. 클라이언트는 호스트마다 연결을 열어야 합니다.",
        ),
        BadRequest::PathEscapes => l.say(
            "The path leads out of the API when it is decoded and its dot segments are resolved.",
            "경로를 디코딩하고 점 세그먼트를 처리하면 API 밖으로 나갑니다.",
        ),
        BadRequest::TooLarge { limit_bytes } => {
            return l.say(
                format!("The request has more than {limit_bytes} bytes, and the policy reads its body. The limit is the setting gateway.max-whole-body."),
                format!("요청이 {limit_bytes}바이트보다 큰데 정책이 본문을 읽습니다. 제한은 gateway.max-whole-body 설정입니다."),
            );
        }
        BadRequest::TransferCoding => l.say(
            "The transfer coding of the request is not supported. The client has to use chunked or Content-Length.",
            "지원하지 않는 전송 코딩입니다. 클라이언트는 chunked 또는 Content-Length를 사용해야 합니다.",
        ),
        BadRequest::Undecodable => l.say(
            "The policy reads the body of the request, which can't be decoded.",
            "정책이 요청 본문을 읽지만 디코딩할 수 없습니다.",
        ),
    };
    text.to_owned()
}
