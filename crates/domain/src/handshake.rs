//! Why a TLS handshake with a backend failed, in a person's words: for the connection test and for the log.

use serde::{Deserialize, Serialize};

use crate::language::Language;

/// What went wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum HandshakeProblem {
    /// Another alert of the backend (RFC 8446, 6), in English words: `internal error`.
    Alert(String),
    /// The backend's certificate isn't trusted.
    Certificate(Untrusted),
    /// The backend refused our certificate, or that there was none; the alert in English words.
    CertificateRefused { alert: String, shown: Shown },
    /// The backend asks for a certificate, but takes no signature that the chosen one's key can make.
    CertificateUnfit,
    /// The backend closed the connection without an alert.
    Closed,
    /// No cipher suite, key exchange group or signature algorithm that both sides use.
    NothingInCommon,
    /// Something else than TLS or HTTP came back.
    NotTls,
    /// Anything else, as the TLS library says it.
    Other(String),
    /// The backend answered in plain HTTP.
    PlainHttp,
    /// The backend speaks no TLS newer than 1.1.
    TooOld,
    /// The backend has no certificate for the name it was asked for (SNI); `None`: it was asked for none.
    UnknownName { name: Option<String> },
}

/// Why a backend's certificate isn't trusted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Untrusted {
    /// A CA certificate stands where a server's should.
    Authority,
    Expired,
    /// It has no alternative names, so there is no name to compare.
    NoNames,
    NotYetValid,
    /// Anything else, as the TLS library says it.
    Other(String),
    SelfSigned,
    /// Signed with an algorithm that isn't accepted, such as SHA-1.
    Signature,
    UnknownIssuer,
    WrongName,
    /// Its extended key usage doesn't have server authentication.
    WrongPurpose,
}

/// Whether a client certificate was asked for and shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Shown {
    AskedAndNotShown,
    AskedAndShown,
    /// One was chosen, but the backend didn't ask for it.
    ChosenNotAsked,
    NotAsked,
}

impl HandshakeProblem {
    /// What happened and what to do next.
    #[must_use]
    pub fn sentence(&self, l: Language) -> String {
        let (english, korean) = match self {
            Self::Alert(alert) => {
                let korean = alert_in(alert, Language::Korean);
                return l.say(
                    format!("The TLS handshake failed: the backend aborted it ({alert}). Check the address and port, and the name it is asked for; its operator finds the reason in the backend's log."),
                    format!("TLS 핸드셰이크에 실패했습니다. 백 엔드가 중단했습니다({korean}). 주소, 포트, 요청하는 이름을 확인하세요. 원인은 백 엔드 로그에 있습니다."),
                );
            }
            Self::Certificate(reason) => return reason.sentence(l),
            Self::CertificateRefused { alert, shown } => return refused(alert, *shown, l),
            Self::CertificateUnfit => (
                "The backend asks for a client certificate, but accepts no signature that the key of the chosen one can make. Choose a certificate with another kind of key (RSA instead of EC, or the other way round).",
                "백 엔드가 클라이언트 인증서를 요청했지만, 선택한 인증서의 키로 만들 수 있는 서명을 받아들이지 않습니다. 다른 종류의 키(EC 대신 RSA 또는 그 반대)로 된 인증서를 선택하세요.",
            ),
            Self::Closed => (
                "The TLS handshake failed: the backend closed the connection without giving a reason. Check that the port is an HTTPS port; if it is, ask the operator about firewalls, and whether the backend accepts TLS 1.2 or 1.3 and this host name (SNI).",
                "TLS 핸드셰이크에 실패했습니다. 백 엔드가 이유를 알리지 않고 연결을 닫았습니다. HTTPS 포트가 맞는지 확인하세요. 맞다면 방화벽, TLS 1.2 또는 1.3 지원 여부, 호스트 이름(SNI)을 백 엔드 운영자에게 확인하세요.",
            ),
            Self::NothingInCommon => (
                "The TLS handshake failed: the backend and the gateway have no cipher suite, key exchange group or signature algorithm in common. Ask the operator to enable ECDHE with AES-GCM (or TLS 1.3) and a certificate with an RSA or EC P-256 key.",
                "TLS 핸드셰이크에 실패했습니다. 백 엔드와 게이트웨이에 공통된 암호 그룹, 키 교환 그룹 또는 서명 알고리즘이 없습니다. ECDHE와 AES-GCM(또는 TLS 1.3), 그리고 RSA 또는 EC P-256 키의 인증서를 사용하도록 백 엔드 운영자에게 요청하세요.",
            ),
            Self::NotTls => (
                "The TLS handshake failed: the service on this port speaks neither TLS nor HTTP. Check the port on the Settings tab.",
                "TLS 핸드셰이크에 실패했습니다. 이 포트에서 응답하는 것은 TLS도 HTTP도 아닙니다. 설정 탭에서 포트를 확인하세요.",
            ),
            Self::Other(reason) => {
                return l.say(
                    format!("The TLS handshake failed: {reason}. Is it really an HTTPS port?"),
                    format!("TLS 핸드셰이크에 실패했습니다: {reason}. HTTPS 포트가 맞는지 확인하세요."),
                );
            }
            Self::PlainHttp => (
                "The TLS handshake failed: the backend speaks plain HTTP on this port. Is it really an HTTPS port? Enter the port that speaks HTTPS on the Settings tab, or, if it has no such port, an address that begins with http://.",
                "TLS 핸드셰이크에 실패했습니다. 이 포트는 일반 HTTP를 사용합니다. HTTPS 포트가 맞는지 확인하세요. 설정 탭에서 HTTPS 포트를 입력하거나, 없다면 http:// 로 시작하는 주소를 입력하세요.",
            ),
            Self::TooOld => (
                "The TLS handshake failed: the backend supports only old versions of TLS (1.1 or older). The gateway uses TLS 1.2 and 1.3. Ask the operator to enable TLS 1.2.",
                "TLS 핸드셰이크에 실패했습니다. 백 엔드가 이전 버전의 TLS(1.1 이하)만 지원합니다. 게이트웨이는 TLS 1.2와 1.3을 사용합니다. 백 엔드 운영자에게 TLS 1.2를 사용하도록 요청하세요.",
            ),
            Self::UnknownName { name: Some(name) } => {
                return l.say(
                    format!("The TLS handshake failed: the backend serves no host named {name} (SNI). Enter the name that it expects on the Security tab, under \u{201c}Check the name against\u{201d}: \u{201c}This name\u{201d}, or correct the address on the Settings tab."),
                    format!("TLS 핸드셰이크에 실패했습니다. 백 엔드에 {name} 호스트(SNI)가 없습니다. 보안 탭의 ‘이름 확인 기준’에서 ‘다음 이름’을 선택하여 백 엔드가 기대하는 이름을 입력하거나, 설정 탭에서 주소를 수정하세요."),
                );
            }
            Self::UnknownName { name: None } => (
                "The TLS handshake failed: the backend wants to be asked for by name (SNI), and an IP address can't be. Use its host name in the address, or enter the name on the Security tab, under \u{201c}Check the name against\u{201d}: \u{201c}This name\u{201d}.",
                "TLS 핸드셰이크에 실패했습니다. 백 엔드에는 호스트 이름(SNI)이 필요하지만 IP 주소로는 보낼 수 없습니다. 주소에 호스트 이름을 사용하거나, 보안 탭의 ‘이름 확인 기준’에서 ‘다음 이름’을 선택하여 입력하세요.",
            ),
        };
        l.say(english, korean).to_owned()
    }
}

impl Untrusted {
    /// What is wrong with the certificate and what to do next.
    #[must_use]
    pub fn sentence(&self, l: Language) -> String {
        let (english, korean) = match self {
            Self::Authority => (
                "The backend presents a CA certificate as its own, which is accepted only if that very certificate is trusted. Upload it under CA certificates, or paste it under \u{201c}Only these pasted certificates\u{201d} on the Security tab.",
                "백 엔드가 CA 인증서를 자신의 인증서로 제시합니다. 그 인증서 자체를 신뢰할 때만 받아들입니다. ‘CA 인증서’에 업로드하거나 보안 탭의 ‘붙여 넣은 인증서만’에 붙여 넣으세요.",
            ),
            Self::Expired => (
                "The backend's own certificate has expired. Its operator has to renew it.",
                "백 엔드의 인증서가 만료되었습니다. 백 엔드 운영자가 갱신해야 합니다.",
            ),
            Self::NoNames => (
                "The backend's own certificate has no alternative names (SAN); the CN isn't looked at. Ask for a certificate with the host name among its alternative names, or, until then, choose \u{201c}Don't check the name\u{201d} on the Security tab and trust only this backend's CA or certificate.",
                "백 엔드의 인증서에 대체 이름(SAN)이 없으며 CN은 확인하지 않습니다. 호스트 이름이 대체 이름에 들어 있는 인증서를 요청하세요. 그때까지는 보안 탭에서 ‘이름을 확인하지 않음’을 선택하고 이 백 엔드의 CA나 인증서만 신뢰하세요.",
            ),
            Self::NotYetValid => (
                "The backend's own certificate isn't valid yet. Check the clocks on both sides.",
                "백 엔드의 인증서가 아직 유효하지 않습니다. 양쪽의 시계를 확인하세요.",
            ),
            Self::Other(reason) => {
                return l.say(
                    format!("The backend's own certificate can't be verified: {reason}. Ask its operator for a certificate that follows RFC 5280, or paste this one under \u{201c}Only these pasted certificates\u{201d} on the Security tab."),
                    format!("백 엔드의 인증서를 확인할 수 없습니다: {reason}. 백 엔드 운영자에게 RFC 5280을 따르는 인증서를 요청하거나, 보안 탭의 ‘붙여 넣은 인증서만’에 이 인증서를 붙여 넣으세요."),
                );
            }
            Self::SelfSigned => (
                "The backend's own certificate is self-signed and isn't trusted here. Upload this certificate itself under CA certificates, or paste it under \u{201c}Only these pasted certificates\u{201d} on the Security tab. For a test you can also choose \u{201c}Don't check the chain\u{201d} there.",
                "백 엔드의 인증서가 자체 서명되었으며 신뢰할 수 없습니다. 이 인증서를 ‘CA 인증서’에 업로드하거나 보안 탭의 ‘붙여 넣은 인증서만’에 붙여 넣으세요. 테스트라면 보안 탭에서 ‘체인을 확인하지 않음’을 선택할 수도 있습니다.",
            ),
            Self::Signature => (
                "The backend's own certificate, or one above it, is signed with an algorithm that is no longer accepted, such as SHA-1. Ask its operator for one signed with SHA-256, or paste the certificate itself under \u{201c}Only these pasted certificates\u{201d} on the Security tab.",
                "백 엔드의 인증서 또는 그 상위 인증서가 SHA-1처럼 더 이상 허용되지 않는 알고리즘으로 서명되었습니다. 백 엔드 운영자에게 SHA-256으로 서명된 인증서를 요청하거나, 보안 탭의 ‘붙여 넣은 인증서만’에 인증서 자체를 붙여 넣으세요.",
            ),
            Self::UnknownIssuer => (
                "The backend's own certificate comes from an issuer that isn't trusted here. Upload the issuer's certificate under CA certificates, or paste it under \u{201c}Only these pasted certificates\u{201d} on the Security tab. If it is there already, the backend doesn't send the certificates in between: ask its operator to, or upload those, too.",
                "백 엔드 인증서의 발급자를 신뢰할 수 없습니다. 발급자의 인증서를 ‘CA 인증서’에 업로드하거나 보안 탭의 ‘붙여 넣은 인증서만’에 붙여 넣으세요. 이미 있다면 백 엔드가 중간 인증서를 보내지 않는 것이니, 백 엔드 운영자에게 요청하거나 중간 인증서도 업로드하세요.",
            ),
            Self::WrongName => (
                "The backend's own certificate is issued for a different name. On the Security tab, enter the name it carries under \u{201c}Check the name against\u{201d}: \u{201c}This name\u{201d}, or turn the name check off.",
                "백 엔드의 인증서가 다른 이름으로 발급되었습니다. 보안 탭의 ‘이름 확인 기준’에서 ‘다음 이름’을 선택하여 인증서의 이름을 입력하거나 이름 확인을 끄세요.",
            ),
            Self::WrongPurpose => (
                "The backend's own certificate may not be used by servers: its extended key usage lacks server authentication (serverAuth). Ask its operator for a server certificate, or paste this one under \u{201c}Only these pasted certificates\u{201d} on the Security tab.",
                "백 엔드의 인증서는 서버용이 아닙니다. 확장 키 사용에 서버 인증(serverAuth)이 없습니다. 백 엔드 운영자에게 서버 인증서를 요청하거나, 보안 탭의 ‘붙여 넣은 인증서만’에 이 인증서를 붙여 넣으세요.",
            ),
        };
        l.say(english, korean).to_owned()
    }
}

/// The backend refused what we showed, or that we showed nothing.
fn refused(alert: &str, shown: Shown, l: Language) -> String {
    let told = alert_in(alert, l);
    match shown {
        Shown::AskedAndShown => match alert {
            "unknown CA" => l.say(
                format!("The backend refused our client certificate ({told}): it doesn't know the CA that issued it. Ask its operator to add that CA, or upload a PFX that has the certificates in between, too."),
                format!("백 엔드가 클라이언트 인증서를 거부했습니다({told}). 발급한 CA를 백 엔드가 알지 못합니다. 백 엔드 운영자에게 그 CA를 추가하도록 요청하거나, 중간 인증서도 들어 있는 PFX를 업로드하세요."),
            ),
            "certificate expired" | "certificate revoked" => l.say(
                format!("The backend refused our client certificate ({told}). Upload its renewal with Replace."),
                format!("백 엔드가 클라이언트 인증서를 거부했습니다({told}). ‘교체’로 갱신된 인증서를 업로드하세요."),
            ),
            _ => l.say(
                format!("The backend refused our client certificate ({told}). Ask its operator whether this certificate (or its issuer) is registered there."),
                format!("백 엔드가 클라이언트 인증서를 거부했습니다({told}). 이 인증서나 발급자가 등록되어 있는지 백 엔드 운영자에게 확인하세요."),
            ),
        },
        Shown::AskedAndNotShown => l.say(
            format!("The backend demands a client certificate, and none is chosen ({told}). Choose one on the Security tab."),
            format!("백 엔드가 클라이언트 인증서를 요구하지만 선택된 인증서가 없습니다({told}). 보안 탭에서 선택하세요."),
        ),
        Shown::ChosenNotAsked | Shown::NotAsked => l.say(
            format!("The backend closed the connection without asking for a client certificate ({told})."),
            format!("백 엔드가 클라이언트 인증서를 요청하지 않고 연결을 끊었습니다({told})."),
        ),
    }
}

/// An alert in the reader's language; those without a common Korean name stay as the protocol has them.
fn alert_in(alert: &str, l: Language) -> &str {
    let korean = match alert {
        "access denied" => "액세스 거부됨",
        "bad certificate" => "잘못된 인증서",
        "certificate expired" => "만료된 인증서",
        "certificate required" => "인증서 필요",
        "certificate revoked" => "해지된 인증서",
        "certificate unknown" => "알 수 없는 인증서",
        "decrypt error" => "서명 확인 오류",
        "handshake failure" => "핸드셰이크 실패",
        "internal error" => "내부 오류",
        "unknown CA" => "알 수 없는 CA",
        "unsupported certificate" => "지원되지 않는 인증서",
        CLOSED => "이유를 알리지 않고 연결을 닫음",
        other => other,
    };
    l.say(alert, korean)
}

/// Stands for an alert where a backend closed the connection without one.
pub const CLOSED: &str = "closed without saying why";
