//! Why a file of CA certificates or a revocation list is not taken, in a person's words.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::language::Language;

/// Why a file isn't taken as CA certificates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FileRefusal {
    /// One of its certificates can't be read; its number in the file, from 1.
    Damaged {
        number: usize,
    },
    Empty,
    NoCertificate,
    Pfx,
    PrivateKey,
    RevocationList,
    TooLarge {
        limit_bytes: u64,
    },
    TooMany {
        limit: usize,
    },
}

/// Why a revocation list isn't taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ListRefusal {
    /// It holds only the changes since another one.
    Delta,
    /// It has a critical extension that nobody here knows.
    Extension {
        object_id: String,
    },
    NotAList,
    /// It was not signed with the authority's key.
    NotSigned,
    NoNextUpdate,
    /// A list that was issued later is here already.
    Older {
        this_update: OffsetDateTime,
    },
    OtherIssuer {
        issuer: String,
    },
    /// It speaks for several authorities, or only of some reasons.
    Partial,
    /// The authority's certificate doesn't allow signing lists.
    SignerMayNot,
    TooLarge {
        limit_bytes: u64,
    },
}

/// Why fetching a list brought none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FetchProblem {
    /// What came isn't taken.
    Refused(ListRefusal),
    /// The server answered with this status.
    Status(u16),
    TimedOut {
        limit_seconds: u64,
    },
    /// No connection, or a broken one; in English, without secrets.
    Unreachable {
        reason: String,
    },
}

impl FileRefusal {
    /// One or two sentences: what is wrong, and what to do next.
    #[must_use]
    pub fn sentence(&self, l: Language) -> String {
        match self {
            Self::Damaged { number } => l.say(
                format!("Certificate {number} in the file is damaged. Ask the sender to send the file again as an attachment."),
                format!("파일의 {number}번째 인증서가 손상되었습니다. 보낸 사람에게 파일을 첨부 파일로 다시 보내 달라고 요청하세요."),
            ),
            Self::Empty => l.say("The file is empty. Choose another one.", "빈 파일입니다. 다른 파일을 선택하세요.").to_owned(),
            Self::NoCertificate => l.say(
                "The file contains no certificate. Choose a .pem, .crt, .cer, .der or .p7b file.",
                "파일에 인증서가 없습니다. .pem, .crt, .cer, .der 또는 .p7b 파일을 선택하세요.",
            ).to_owned(),
            Self::Pfx => l.say(
                "This is a PFX file, which contains a private key. Export the CA certificate without its key: openssl pkcs12 -in file.pfx -nokeys -out ca.pem",
                "개인 키가 들어 있는 PFX 파일입니다. CA 인증서를 키 없이 내보내세요: openssl pkcs12 -in file.pfx -nokeys -out ca.pem",
            ).to_owned(),
            Self::PrivateKey => l.say(
                "The file contains a private key, so nothing was stored. Upload only the certificates. If the key belongs to a CA, treat it as compromised.",
                "파일에 개인 키가 들어 있어 아무것도 저장하지 않았습니다. 인증서만 업로드하세요. CA의 키라면 노출된 것으로 간주하세요.",
            ).to_owned(),
            Self::RevocationList => l.say(
                "This is a revocation list (CRL). Upload the CA certificate first, then the list on its page.",
                "인증서 해지 목록(CRL)입니다. CA 인증서를 먼저 업로드한 다음 그 페이지에서 목록을 업로드하세요.",
            ).to_owned(),
            Self::TooLarge { limit_bytes } => l.say(
                format!("The file is too large for CA certificates: at most {} KiB.", limit_bytes >> 10),
                format!("CA 인증서로는 너무 큰 파일입니다. 최대 {}KiB까지 가능합니다.", limit_bytes >> 10),
            ),
            Self::TooMany { limit } => l.say(
                format!("The file contains more than {limit} certificates. Upload a file with only those that you need."),
                format!("파일에 인증서가 {limit}개보다 많습니다. 필요한 인증서만 들어 있는 파일을 업로드하세요."),
            ),
        }
    }
}

impl ListRefusal {
    /// One or two sentences: what is wrong, and what to do next.
    #[must_use]
    pub fn sentence(&self, l: Language) -> String {
        match self {
            Self::Delta => l.say(
                "This is a delta list, which contains only changes. Upload the CA's full list.",
                "변경 내용만 들어 있는 델타 목록입니다. CA의 전체 목록을 업로드하세요.",
            ).to_owned(),
            Self::Extension { object_id } => l.say(
                format!("The list has a critical extension that is not supported ({object_id}), so it can't be used. Ask the CA for a list without it."),
                format!("지원하지 않는 중요 확장({object_id})이 있어 이 목록을 사용할 수 없습니다. CA에 이 확장이 없는 목록을 요청하세요."),
            ),
            Self::NotAList => l.say(
                "This is not a revocation list. Choose a .crl file, or a PEM file with -----BEGIN X509 CRL-----.",
                "인증서 해지 목록이 아닙니다. .crl 파일이거나 -----BEGIN X509 CRL----- 로 시작하는 PEM이어야 합니다.",
            ).to_owned(),
            Self::NotSigned => l.say(
                "The list was not signed with this CA's key, or the algorithm is no longer accepted, such as SHA-1. Upload the list on the page of the CA that signed it.",
                "이 CA의 키로 서명된 목록이 아니거나, SHA-1처럼 더 이상 허용되지 않는 알고리즘으로 서명되었습니다. 서명한 CA의 페이지에서 업로드하세요.",
            ).to_owned(),
            Self::NoNextUpdate => l.say(
                "The list has no date for the next update, so it can't be told when it is out of date. Ask the CA for a list with that date.",
                "다음 업데이트 시각이 없어 목록의 기한을 알 수 없습니다. CA에 다음 업데이트 시각이 있는 목록을 요청하세요.",
            ).to_owned(),
            Self::Older { .. } => l.say(
                "A newer list is already stored. To use this one anyway, delete the current list first.",
                "더 새로운 목록이 이미 있습니다. 그래도 이 목록을 사용하려면 현재 목록을 먼저 삭제하세요.",
            ).to_owned(),
            Self::OtherIssuer { issuer } => l.say(
                format!("The list was issued by another CA: {issuer}. Upload it on the page of that CA."),
                format!("다른 CA가 발행한 목록입니다: {issuer}. 해당 CA의 페이지에서 업로드하세요."),
            ),
            Self::Partial => l.say(
                "The list covers several CAs or only some revocation reasons. Upload the CA's full list.",
                "여러 CA에 대한 목록이거나 일부 해지 사유만 포함한 목록입니다. CA의 전체 목록을 업로드하세요.",
            ).to_owned(),
            Self::SignerMayNot => l.say(
                "The CA's certificate doesn't allow it to sign revocation lists.",
                "이 CA 인증서로는 인증서 해지 목록에 서명할 수 없습니다.",
            ).to_owned(),
            Self::TooLarge { limit_bytes } => l.say(
                format!("The list is too large: at most {} MiB.", limit_bytes >> 20),
                format!("목록이 너무 큽니다. 최대 {}MiB까지 가능합니다.", limit_bytes >> 20),
            ),
        }
    }
}

impl FetchProblem {
    /// What happened, in a sentence.
    #[must_use]
    pub fn sentence(&self, l: Language) -> String {
        match self {
            Self::Refused(refusal) => refusal.sentence(l),
            Self::Status(status) => l.say(
                format!("The server returned status {status}."),
                format!("서버가 상태 {status}(으)로 응답했습니다."),
            ),
            Self::TimedOut { limit_seconds } => l.say(
                format!("No response within {limit_seconds} seconds."),
                format!("{limit_seconds}초 안에 응답이 없었습니다."),
            ),
            Self::Unreachable { reason } => l.say(
                format!("The server can't be reached: {reason}."),
                format!("서버에 연결할 수 없습니다: {reason}."),
            ),
        }
    }
}
