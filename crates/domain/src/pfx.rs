//! Why an uploaded PFX is not taken, in a person's words.

use serde::{Deserialize, Serialize};

use crate::language::Language;

/// Why a PFX can't be used. Nothing in it comes from the password or the key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refusal {
    /// Several private keys with their certificates; the subjects to choose from (thumbprint, subject).
    Ambiguous { leaves: Vec<(String, String)> },
    /// A PFX by its outside, but its inside can't be read.
    Corrupt,
    /// A PFX that holds neither key nor certificate.
    Empty,
    /// Key and certificate don't belong together (their public keys differ).
    Mismatch,
    /// Keys, but no certificate.
    NoCertificate,
    /// Certificates, but no private key.
    NoKey,
    /// Another kind of file.
    NotPfx { found: FoundInstead },
    /// More key derivation, bags or nesting than any honest file has; `what` names it.
    TooExpensive { what: String },
    /// More bytes than a PFX may have.
    TooLarge { limit_bytes: u64 },
    /// An algorithm that isn't supported; `what` names it and, for keys, what to ask for.
    Unsupported { what: String },
    /// The file's integrity check fails with this password: it is wrong, or the file is damaged.
    WrongPassword,
}

/// What a file is that should have been a PFX.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FoundInstead {
    Base64,
    DerCertificate,
    DerKey,
    Empty,
    JavaKeyStore,
    OldPfx,
    Pem,
    Pkcs7,
    Unknown,
    Zip,
}

impl Refusal {
    /// One or two sentences: what is wrong, and what to do next.
    #[must_use]
    pub fn sentence(&self, language: Language) -> String {
        let say = |english: &str, korean: &str| language.say(english, korean).to_owned();
        match self {
            Self::Ambiguous { leaves } => ambiguous(leaves.len(), language),
            Self::Corrupt => say(
                "The file is damaged: it begins like a PFX, but its inside can't be read. Ask for it again, and have it sent as an attachment or in a ZIP.",
                "파일이 손상되었습니다. PFX로 시작하지만 내용을 읽을 수 없습니다. 첨부 파일이나 ZIP으로 다시 보내 달라고 요청하세요.",
            ),
            Self::Empty => say(
                "The PFX is empty: it holds neither a certificate nor a private key. Export it again with both.",
                "PFX가 비어 있습니다. 인증서도 개인 키도 없습니다. 둘 다 포함해서 다시 내보내세요.",
            ),
            Self::Mismatch => say(
                "The private key and the certificate in this file don't belong together. Export the certificate again with its own key.",
                "이 파일의 개인 키와 인증서가 서로 맞지 않습니다. 인증서를 그 인증서의 키와 함께 다시 내보내세요.",
            ),
            Self::NoCertificate => say(
                "There is no certificate in this file, only a private key. Export it again with its certificate.",
                "이 파일에는 개인 키만 있고 인증서가 없습니다. 인증서를 포함해서 다시 내보내세요.",
            ),
            Self::NoKey => say(
                "There is no private key in this file, so it can't be shown to a backend. Export it again and choose \u{201c}Yes, export the private key\u{201d}.",
                "이 파일에는 개인 키가 없어서 백 엔드에 제시할 수 없습니다. ‘예, 개인 키를 내보냅니다’를 선택하여 다시 내보내세요.",
            ),
            Self::NotPfx { found } => found.sentence(language),
            Self::TooExpensive { what } => match language {
                Language::English => format!(
                    "Opening this file would take too much work: {what}. Export it again with the usual settings."
                ),
                Language::Korean => format!(
                    "이 파일을 여는 데 너무 많은 작업이 필요합니다: {what}. 기본 설정으로 다시 내보내세요."
                ),
            },
            Self::TooLarge { limit_bytes } => too_large(*limit_bytes, language),
            Self::Unsupported { what } => match language {
                Language::English => format!("This file uses something that isn't supported: {what}."),
                Language::Korean => format!("이 파일은 지원되지 않는 방식을 사용합니다: {what}."),
            },
            Self::WrongPassword => say(
                "The password is wrong, or the file is damaged. Check the password (capital letters, blanks at its ends) and try again.",
                "암호가 잘못되었거나 파일이 손상되었습니다. 암호(대문자, 앞뒤 공백)를 확인하고 다시 시도하세요.",
            ),
        }
    }
}

impl FoundInstead {
    fn sentence(self, language: Language) -> String {
        let (english, korean) = match self {
            Self::Base64 => (
                "This is the base64 text of a file, not the file itself. Decode it first: base64 -d FILE > certificate.pfx",
                "이것은 파일 자체가 아니라 파일의 base64 텍스트입니다. 먼저 디코딩하세요: base64 -d 파일 > certificate.pfx",
            ),
            Self::DerCertificate => (
                "This is a certificate without its private key (.cer, .crt), not a PFX. Ask for the .pfx or .p12 that holds both.",
                "이것은 PFX가 아니라 개인 키가 없는 인증서(.cer, .crt)입니다. 둘 다 들어 있는 .pfx 또는 .p12를 요청하세요.",
            ),
            Self::DerKey => (
                "This is a private key without its certificate, not a PFX. Put both into one: openssl pkcs12 -export -inkey KEY -in CERTIFICATE -out certificate.pfx",
                "이것은 PFX가 아니라 인증서가 없는 개인 키입니다. 둘을 합치세요: openssl pkcs12 -export -inkey 키 -in 인증서 -out certificate.pfx",
            ),
            Self::Empty => (
                "The file is empty. Choose it again, or ask for it again.",
                "파일이 비어 있습니다. 다시 선택하거나 다시 요청하세요.",
            ),
            Self::JavaKeyStore => (
                "This is a Java key store, not a PFX. Convert it: keytool -importkeystore -srckeystore FILE -destkeystore certificate.pfx -deststoretype PKCS12",
                "이것은 PFX가 아니라 Java 키 저장소입니다. 변환하세요: keytool -importkeystore -srckeystore 파일 -destkeystore certificate.pfx -deststoretype PKCS12",
            ),
            Self::OldPfx => (
                "This PFX has an old version that nothing writes any more; only version 3 can be read. Export it again.",
                "이 PFX는 더 이상 쓰이지 않는 이전 버전입니다. 버전 3만 읽을 수 있습니다. 다시 내보내세요.",
            ),
            Self::Pem => (
                "This is a PEM text file, not a PFX. Make a PFX of it: openssl pkcs12 -export -in FILE -inkey KEYFILE -out certificate.pfx",
                "이것은 PFX가 아니라 PEM 텍스트 파일입니다. PFX로 만드세요: openssl pkcs12 -export -in 파일 -inkey 키파일 -out certificate.pfx",
            ),
            Self::Pkcs7 => (
                "This is a chain of certificates without a private key (.p7b), not a PFX. Ask for the .pfx or .p12.",
                "이것은 PFX가 아니라 개인 키가 없는 인증서 체인(.p7b)입니다. .pfx 또는 .p12를 요청하세요.",
            ),
            Self::Unknown => (
                "This is not a PFX. Choose a file that ends in .pfx or .p12.",
                "이것은 PFX가 아닙니다. .pfx 또는 .p12로 끝나는 파일을 선택하세요.",
            ),
            Self::Zip => (
                "This is a ZIP archive. Unpack it and choose the .pfx inside.",
                "이것은 ZIP 압축 파일입니다. 압축을 풀고 안에 있는 .pfx를 선택하세요.",
            ),
        };
        language.say(english, korean).to_owned()
    }
}

fn ambiguous(count: usize, language: Language) -> String {
    match language {
        Language::English => {
            format!(
                "There are {count} private keys with certificates in this file. Choose which one to upload."
            )
        }
        Language::Korean => {
            format!("이 파일에는 인증서가 있는 개인 키가 {count}개 있습니다. 업로드할 것을 선택하세요.")
        }
    }
}

fn too_large(limit_bytes: u64, language: Language) -> String {
    let (amount, unit) =
        if limit_bytes >= 1 << 20 { (limit_bytes >> 20, "MiB") } else { (limit_bytes >> 10, "KiB") };
    match language {
        Language::English => {
            format!(
                "The file is larger than {amount} {unit}; a PFX with one certificate has a few KiB. Is it the right file?"
            )
        }
        Language::Korean => {
            format!(
                "파일이 {amount} {unit}보다 큽니다. 인증서 하나가 든 PFX는 몇 KiB입니다. 올바른 파일인지 확인하세요."
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{FoundInstead, Refusal};
    use crate::language::Language;

    #[test]
    fn a_pem_file_is_answered_with_the_command_that_makes_a_pfx_of_it() {
        let refusal = Refusal::NotPfx { found: FoundInstead::Pem };
        assert!(refusal.sentence(Language::English).contains("openssl pkcs12 -export"));
        assert!(refusal.sentence(Language::Korean).contains("openssl pkcs12 -export"));
    }

    #[test]
    fn the_limit_is_named_in_units_people_use() {
        let sentence = Refusal::TooLarge { limit_bytes: 10 << 20 }.sentence(Language::English);
        assert!(sentence.contains("10 MiB"), "{sentence}");
    }
}
