//! What is wrong with a form, in sentences that say what to do next.

use address::host::HostProblem;
use address::url::UrlProblem;
use domain::address::SuffixError;
use domain::language::Language;
use domain::user::{PASSWORD_MAX, PASSWORD_MIN, WeakPassword};
use management::error::{Error, FieldProblem, Problem};

use crate::forms::Detail;
use crate::words::{distinguished_names, operations};

/// What is wrong with one field.
#[must_use]
pub fn sentence(problem: &Problem, field: &str, l: Language) -> String {
    let text = match problem {
        Problem::BadCharacters if field == "username" => l.say(
            "A user name must not contain a colon or control characters.",
            "사용자 이름에는 콜론이나 제어 문자를 쓸 수 없습니다.",
        ),
        Problem::BadCharacters => l.say(
            "It contains control characters or line breaks. Type it instead of pasting it.",
            "제어 문자나 줄바꿈이 들어 있습니다. 붙여 넣지 말고 직접 입력하세요.",
        ),
        Problem::BadId => l.say(
            "Use only letters, digits, and the characters _ . - ; no spaces.",
            "공백 없이 문자, 숫자와 _ . - 기호만 쓸 수 있습니다.",
        ),
        Problem::BadName => l.say(
            "Use 1 to 64 letters, digits, and the characters . - _ @ ; no spaces.",
            "사용자 이름은 공백 없이 문자, 숫자, . - _ @ 로 1~64자여야 합니다.",
        ),
        Problem::HeaderLine { line } => {
            return l.say(
                format!("Line {line} is not a valid header. Enter it as in Accept: application/json"),
                format!("{line}행은 헤더가 아닙니다. Accept: application/json 처럼 입력하세요."),
            );
        }
        Problem::HostName(problem) => return server_name(problem, l),
        Problem::IpAddress => l.say(
            "This is not a valid IP address. Enter one such as 192.0.2.7 or 2001:db8::7.",
            "IP 주소가 아닙니다. 192.0.2.7 또는 2001:db8::7 처럼 입력하세요.",
        ),
        Problem::Missing => missing(field, l),
        Problem::NameTaken => {
            l.say("This name is taken. Choose another one.", "이미 사용 중인 이름입니다. 다른 이름을 선택하세요.")
        }
        Problem::NoCheck => l.say(
            "Choose at least one check, or \u{201c}Not checked\u{201d}.",
            "검사를 하나 이상 선택하거나 ‘검사하지 않음’을 선택하세요.",
        ),
        Problem::NoSuchAuthority => l.say(
            "One of the CA certificates no longer exists. Choose again.",
            "CA 인증서 중 하나가 더 이상 존재하지 않습니다. 다시 선택하세요.",
        ),
        Problem::NoSuchCall => l.say(
            "This request is no longer kept. Choose another one.",
            "더 이상 보관되지 않는 요청입니다. 다른 요청을 선택하세요.",
        ),
        Problem::NoSuchCertificate => l.say(
            "This certificate doesn't exist. Choose another one.",
            "존재하지 않는 인증서입니다. 다른 인증서를 선택하세요.",
        ),
        Problem::OtherIssuer => l.say(
            "None of the selected CA certificates has this name. Leave it empty: the selected certificates already say who the issuer is.",
            "선택한 CA 인증서 중에 이 이름을 가진 것이 없습니다. 선택한 인증서로 발급자가 이미 정해지므로 비워 두세요.",
        ),
        Problem::OwnChecks => l.say(
            "The policy now validates client certificates with custom statements. Change it on the Policies tab.",
            "정책에 클라이언트 인증서를 검사하는 정책 문이 직접 작성되었습니다. 정책 탭에서 변경하세요.",
        ),
        Problem::ParameterInUse { line } => {
            return l.say(
                format!("The policy of this operation uses a parameter, in line {line}, that this template doesn't have. Change the policy first."),
                format!("이 작업의 정책 {line}행에서 이 템플릿에 없는 매개 변수를 사용합니다. 먼저 정책을 변경하세요."),
            );
        }
        Problem::PasswordMissing => {
            l.say("Enter the password that the backend expects.", "백 엔드에서 요구하는 암호를 입력하세요.")
        }
        Problem::Path => l.say(
            "A path begins with a slash and contains no spaces, such as /orders/7?full=1.",
            "경로는 슬래시로 시작하고 공백이 없어야 합니다. 예: /orders/7?full=1",
        ),
        Problem::Pem => l.say(
            "No certificate found in this text. Paste the PEM text, from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----.",
            "읽을 수 있는 인증서가 없습니다. -----BEGIN CERTIFICATE----- 부터 -----END CERTIFICATE----- 까지 PEM 텍스트를 붙여 넣으세요.",
        ),
        Problem::Name(problem) => return distinguished_names::problem(problem, l),
        Problem::Thumbprint { written } => {
            return l.say(
                format!("\u{201c}{written}\u{201d} is not a valid thumbprint. Enter 40 hexadecimal digits, one thumbprint per line."),
                format!("‘{written}’은(는) 지문이 아닙니다. 지문은 0~F의 40자리이며 한 줄에 하나씩 입력하세요."),
            );
        }
        Problem::TooMany { limit } if field == "issuers" => {
            return l.say(
                format!("Select at most {limit} CA certificates, or choose \u{201c}Any uploaded CA certificate\u{201d}."),
                format!("CA 인증서는 최대 {limit}개까지 선택할 수 있습니다. 더 필요하면 ‘업로드된 모든 CA 인증서’를 선택하세요."),
            );
        }
        Problem::TooMany { limit } => {
            return l.say(
                format!("Enter at most {limit} thumbprints. For more, upload the certificates and check against those."),
                format!("지문은 최대 {limit}개까지 입력할 수 있습니다. 더 필요하면 인증서를 업로드하고 업로드된 인증서로 검사하세요."),
            );
        }
        Problem::TooLong { limit } => {
            return l.say(
                format!("Enter at most {limit} characters."),
                format!("최대 {limit}자까지 입력할 수 있습니다."),
            );
        }
        Problem::Seconds { most } => {
            return l.say(
                format!("Enter whole seconds from 1 to {most}, or leave the field empty."),
                format!("1에서 {most} 사이의 초를 정수로 입력하거나 비워 두세요."),
            );
        }
        Problem::Backend(error) => return backend(error, l),
        Problem::Method(error) => operations::method(error, l),
        Problem::OperationTaken { operation, .. } => {
            let name = &operation.name;
            return l.say(
                format!("The operation \u{201c}{name}\u{201d} already has this method and matches the same paths. Choose another template or method."),
                format!("작업 ‘{name}’이(가) 같은 메서드와 경로를 이미 사용합니다. 다른 템플릿이나 메서드를 선택하세요."),
            );
        }
        Problem::Suffix(error) => suffix(error, l),
        Problem::SuffixTaken(api) => {
            return l.say(
                format!("The API \u{201c}{}\u{201d} already uses this URL suffix. Choose another one.", api.name),
                format!("API ‘{}’에서 이미 사용 중인 URL 접미사입니다. 다른 접미사를 선택하세요.", api.name),
            );
        }
        Problem::Template(error) => return operations::template(error, l),
        Problem::WrongPassword => l.say(
            "This is not your current password. Check upper and lower case and the keyboard language.",
            "현재 암호가 아닙니다. 대소문자와 키보드 언어를 확인하세요.",
        ),
        Problem::WeakPassword(weak) => return weak_password(*weak, l),
    };
    text.to_owned()
}

/// What else the page can offer for this problem.
#[must_use]
pub fn detail(found: &FieldProblem) -> Option<Detail> {
    match &found.problem {
        Problem::OperationTaken { api, operation } => {
            Some(Detail::OperationTaken { api: api.clone(), operation: operation.clone() })
        }
        Problem::SuffixTaken(api) => Some(Detail::SuffixTaken(api.clone())),
        _ => None,
    }
}

/// What is wrong with the whole, for everything that isn't about one field.
#[must_use]
pub fn error_sentence(error: &Error, l: Language) -> String {
    let text = match error {
        Error::AlreadyUploaded(link) => {
            return l.say(
                format!("This certificate is already uploaded as \u{201c}{}\u{201d}.", link.name),
                format!("이미 ‘{}’(으)로 업로드된 인증서입니다.", link.name),
            );
        }
        Error::AuthorityInUse(_) => l.say(
            "It is referenced, so it was not deleted. First remove it from the places below.",
            "참조하는 곳이 있어 삭제하지 않았습니다. 먼저 아래 위치에서 제거하세요.",
        ),
        Error::AuthorityKnown(link) => {
            return l.say(
                format!(
                    "There is nothing new in this file. It is already uploaded as \u{201c}{}\u{201d}.",
                    link.name
                ),
                format!("새로운 인증서가 없습니다. 이미 ‘{}’(으)로 업로드되어 있습니다.", link.name),
            );
        }
        Error::Busy => l.say(
            "Too many files are being processed. Wait a few seconds and send the file again.",
            "지금 처리 중인 파일이 너무 많습니다. 몇 초 후에 다시 보내세요.",
        ),
        Error::ChangedMeanwhile { by } => {
            return l.say(
                format!("{by} saved changes while you were editing. Yours were not saved. Your entries are still below; saving again replaces the changes of {by}."),
                format!("편집하는 동안 {by} 님이 변경 내용을 저장하여 저장하지 않았습니다. 입력한 내용은 아래에 남아 있으며, 다시 저장하면 {by} 님의 변경 내용을 덮어씁니다."),
            );
        }
        Error::Expired { .. } => l.say(
            "This certificate has expired; backends will refuse it. To upload it anyway, confirm below, choose the file and send it again.",
            "이 인증서는 만료되어 백 엔드에서 거부됩니다. 그래도 업로드하려면 아래에서 확인하고 파일을 다시 선택한 후 보내세요.",
        ),
        Error::FileRefused(refusal) => return refusal.sentence(l),
        Error::InUse(_) => l.say(
            "It is in use, so it was not deleted. First remove it from the places below.",
            "사용 중이므로 삭제하지 않았습니다. 먼저 아래 위치에서 제거하세요.",
        ),
        Error::Invalid(_) => l.say("Correct the fields below.", "아래 필드를 수정하세요."),
        Error::ListRefused(refusal) => return refusal.sentence(l),
        Error::NamedBy(_) => l.say(
            "Documents use it, so it was not deleted. First remove it from the documents below.",
            "문서에서 사용 중이므로 삭제하지 않았습니다. 먼저 아래 문서에서 제거하세요.",
        ),
        Error::NotAllowed => l.say(
            "Your role is read-only. Ask an administrator for publisher rights.",
            "읽기 전용 역할입니다. 관리자에게 게시자 권한을 요청하세요.",
        ),
        Error::NotFound => l.say(
            "It was deleted while you were editing, so your changes were not saved.",
            "편집하는 동안 삭제되어 변경 내용을 저장하지 않았습니다.",
        ),
        Error::Policy(_) => l.say(
            "The policy was not saved because it has errors.",
            "정책에 오류가 있어 저장하지 않았습니다.",
        ),
        Error::Refused(refusal) => return refusal.sentence(l),
        Error::TooManyAttempts { wait_seconds } => {
            return l.say(
                format!("Too many failed attempts. Wait {wait_seconds} seconds and try again."),
                format!("실패한 시도가 너무 많습니다. {wait_seconds}초 후에 다시 시도하세요."),
            );
        }
        Error::Unusable { reason } => {
            return l.say(
                format!("The gateway can't use this API and returns 500 ({reason}). Correct it first."),
                format!(
                    "게이트웨이가 이 API를 사용할 수 없어 500으로 응답합니다({reason}). 먼저 수정하세요."
                ),
            );
        }
        Error::WouldBreak(_) => l.say(
            "Nothing was saved because documents that use it would become invalid.",
            "이 항목을 사용하는 문서에 오류가 생기므로 저장하지 않았습니다.",
        ),
        Error::WrongCredentials { wait_seconds } => return wrong_credentials(*wait_seconds, l),
        Error::Failed(_) => l.say("Something went wrong on the server.", "서버에서 문제가 발생했습니다."),
    };
    text.to_owned()
}

fn wrong_credentials(wait_seconds: u64, l: Language) -> String {
    let sentence = l.say(
        "The user name or password is wrong. Check upper and lower case and the keyboard language.",
        "사용자 이름 또는 암호가 잘못되었습니다. 대소문자와 키보드 언어를 확인하세요.",
    );
    if wait_seconds == 0 {
        return sentence.to_owned();
    }
    l.say(
        format!("{sentence} Wait {wait_seconds} seconds before you try again."),
        format!("{sentence} {wait_seconds}초 후에 다시 시도하세요."),
    )
}

fn missing(field: &str, l: Language) -> &'static str {
    match field {
        "backend" => l.say("Enter the address of the backend.", "백 엔드 주소를 입력하세요."),
        "certificate" => l.say("Choose a client certificate.", "클라이언트 인증서를 선택하세요."),
        "id" => l.say("Enter an ID.", "ID를 입력하세요."),
        "name" => l.say("Enter a name.", "이름을 입력하세요."),
        "value" => l.say("Enter a value.", "값을 입력하세요."),
        "old" | "password" | "new" => l.say("Enter a password.", "암호를 입력하세요."),
        "username" => l.say("Enter a user name.", "사용자 이름을 입력하세요."),
        "issuer" => l.say("Enter an issuer, a subject, or both.", "발급자나 주체 중 하나 이상을 입력하세요."),
        "thumbprints" => l.say("Enter at least one thumbprint.", "지문을 하나 이상 입력하세요."),
        "authorities" => l.say("Paste at least one CA certificate.", "CA 인증서를 하나 이상 붙여 넣으세요."),
        "file" => l.say("Choose a file.", "파일을 선택하세요."),
        "issuers" | "uploaded" => {
            l.say("Choose at least one CA certificate.", "CA 인증서를 하나 이상 선택하세요.")
        }
        _ => l.say("This field is required.", "필수 항목입니다."),
    }
}

fn backend(error: &UrlProblem, l: Language) -> String {
    let text = match error {
        UrlProblem::Host(problem) => return host(problem, l),
        UrlProblem::Path => l.say(
            "The path contains a space or another character that must be percent-encoded, such as %20.",
            "경로에 공백이나 %20처럼 퍼센트 인코딩해야 하는 문자가 있습니다.",
        ),
        UrlProblem::Port => {
            l.say("The port must be a number from 1 to 65535.", "포트는 1~65535 사이의 숫자여야 합니다.")
        }
        UrlProblem::Query => l.say("Remove everything from ? or # on.", "? 또는 # 이후 부분을 제거하세요."),
        UrlProblem::Scheme => l.say(
            "The address must begin with https:// or http://.",
            "주소는 https:// 또는 http:// 로 시작해야 합니다.",
        ),
        UrlProblem::TooLong { limit } => {
            return l.say(
                format!("The address must have at most {limit} characters."),
                format!("주소는 최대 {limit}자까지 입력할 수 있습니다."),
            );
        }
        UrlProblem::UserInfo => l.say(
            "Remove the user name and password. Set credentials on the Security tab.",
            "사용자 이름과 암호를 제거하세요. 자격 증명은 보안 탭에서 설정합니다.",
        ),
    };
    text.to_owned()
}

/// The same for a field that takes nothing but a host.
fn server_name(problem: &HostProblem, l: Language) -> String {
    match problem {
        HostProblem::Character { found: '/' | ':' } => l
            .say(
                "Enter only a host name, without https:// and port, such as partner.example or 10.0.0.1.",
                "https:// 와 포트 없이 partner.example 또는 10.0.0.1 처럼 호스트 이름만 입력하세요.",
            )
            .to_owned(),
        other => host(other, l),
    }
}

fn host(problem: &HostProblem, l: Language) -> String {
    let text = match problem {
        HostProblem::Missing => l.say(
            "Enter a host name, such as partner.example.",
            "partner.example 같은 호스트 이름을 입력하세요.",
        ),
        HostProblem::NotAscii => l.say(
            "Enter an international host name in its ASCII form (Punycode), which begins with xn--.",
            "국제화 호스트 이름은 xn--으로 시작하는 ASCII 형식(Punycode)으로 입력하세요.",
        ),
        HostProblem::Character { found } if found.is_whitespace() || found.is_control() => l.say(
            "The host name must not contain spaces or control characters.",
            "호스트 이름에는 공백이나 제어 문자를 쓸 수 없습니다.",
        ),
        HostProblem::Character { found } => {
            return l.say(
                format!("The host name must not contain {found}. Enter one such as partner.example or 10.0.0.1."),
                format!("호스트 이름에 {found} 문자를 쓸 수 없습니다. partner.example 또는 10.0.0.1 처럼 입력하세요."),
            );
        }
        HostProblem::EmptyPart => l.say(
            "The host name must not begin or end with a dot, or have two dots in a row.",
            "호스트 이름은 점으로 시작하거나 끝날 수 없고 점을 연속으로 사용할 수 없습니다.",
        ),
        HostProblem::Hyphen => l.say(
            "No part of the host name may begin or end with a hyphen.",
            "호스트 이름의 각 부분은 하이픈으로 시작하거나 끝날 수 없습니다.",
        ),
        HostProblem::LongPart => l.say(
            "No part of the host name may be longer than 63 characters.",
            "호스트 이름의 각 부분은 63자를 넘을 수 없습니다.",
        ),
        HostProblem::TooLong => l.say(
            "The host name must have at most 253 characters.",
            "호스트 이름은 최대 253자까지 입력할 수 있습니다.",
        ),
        HostProblem::Number => l.say(
            "This is not a valid IP address. Enter four decimal numbers from 0 to 255, such as 10.0.0.1.",
            "올바른 IP 주소가 아닙니다. 10.0.0.1처럼 0~255 사이의 10진수 네 개를 입력하세요.",
        ),
        HostProblem::Brackets => l.say(
            "The text in brackets is not a valid IPv6 address. Enter one such as [2001:db8::7].",
            "대괄호 안의 값이 올바른 IPv6 주소가 아닙니다. [2001:db8::7] 처럼 입력하세요.",
        ),
        HostProblem::Zone => l.say(
            "Remove the zone from the IPv6 address: % and everything after it.",
            "IPv6 주소에서 영역(% 이후 부분)을 제거하세요.",
        ),
    };
    text.to_owned()
}

fn suffix(error: &SuffixError, l: Language) -> &'static str {
    match error {
        SuffixError::BadCharacter => l.say(
            "Use letters, digits, and characters such as - . _ ~ ; separate segments with single slashes.",
            "문자, 숫자와 - . _ ~ 같은 기호를 사용하고, 세그먼트 사이에는 슬래시를 하나만 사용하세요.",
        ),
        SuffixError::Dots => l.say(
            "A URL suffix must not contain the segments . and ..",
            "URL 접미사에 . 또는 .. 세그먼트를 사용할 수 없습니다.",
        ),
        SuffixError::TooLong => {
            l.say("A URL suffix has at most 200 characters.", "URL 접미사는 최대 200자입니다.")
        }
    }
}

fn weak_password(weak: WeakPassword, l: Language) -> String {
    match weak {
        WeakPassword::SameAsName => l
            .say("The password must differ from the user name.", "암호는 사용자 이름과 달라야 합니다.")
            .to_owned(),
        WeakPassword::TooLong => l.say(
            format!("Enter at most {PASSWORD_MAX} characters."),
            format!("최대 {PASSWORD_MAX}자까지 입력할 수 있습니다."),
        ),
        WeakPassword::TooShort => l.say(
            format!("Enter at least {PASSWORD_MIN} characters. Several words in a row are easy to remember and hard to guess."),
            format!("{PASSWORD_MIN}자 이상이어야 합니다. 여러 단어를 이어 쓰면 기억하기 쉽고 추측하기 어렵습니다."),
        ),
    }
}
