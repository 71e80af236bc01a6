//! Why an uploaded PFX is not taken, in a person's words.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::language::Language;

/// Why a PFX can't be used. Nothing in it comes from the password or the key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refusal {
    /// Several certificates with private keys, or several that are as good of one key: those to choose from.
    Ambiguous { keys: usize, leaves: Vec<Leaf> },
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

/// A certificate of a PFX that has several with their keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leaf {
    pub thumbprint: String,
    pub subject: String,
    pub not_after: OffsetDateTime,
}

/// What a file is that should have been a PFX.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FoundInstead {
    /// Compressed, but not a ZIP archive.
    Archive,
    /// Base64 that is cut off or holds nothing known.
    Base64,
    /// Bouncy Castle's BKS.
    BouncyKeyStore,
    /// A certificate without its key, PEM or DER.
    Certificate,
    Empty,
    /// A private key that is encrypted and has no certificate, PEM or DER.
    EncryptedKey,
    JavaKeyStore,
    /// JSON without a certificate in it.
    Json,
    /// A private key without its certificate, PEM or DER.
    Key,
    /// A certificate in JSON, as `az keyvault certificate show` prints it.
    KeyVaultCertificate,
    /// PEM in JSON, as a secret with the content type `application/x-pem-file` has it.
    KeyVaultPem,
    OldPfx,
    /// A private key with its certificate, or something unknown, as PEM.
    Pem,
    Pgp,
    Pkcs7,
    PublicKey,
    PuttyKey,
    /// A certificate signing request (CSR).
    Request,
    RevocationList,
    SshKey,
    SshPublicKey,
    Unknown,
    /// HTML or XML.
    WebPage,
    Zip,
}

impl Refusal {
    /// One or two sentences: what is wrong, and what to do next.
    #[must_use]
    pub fn sentence(&self, language: Language) -> String {
        let say = |english: &str, korean: &str| language.say(english, korean).to_owned();
        match self {
            Self::Ambiguous { keys, leaves } => ambiguous(*keys, leaves.len(), language),
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
                "The password is wrong, or the file is damaged. Check the password (upper and lower case, leading or trailing spaces) and try again.",
                "암호가 잘못되었거나 파일이 손상되었습니다. 암호(대문자, 앞뒤 공백)를 확인하고 다시 시도하세요.",
            ),
        }
    }
}

impl FoundInstead {
    fn sentence(self, language: Language) -> String {
        let (english, korean) = match self {
            Self::Archive => (
                "This is a compressed archive. Unpack it and choose the .pfx inside.",
                "압축 파일입니다. 압축을 풀고 안에 있는 .pfx를 선택하세요.",
            ),
            Self::Base64 => (
                "This is base64 text, but not of a whole PFX. Copy the whole text again, from its first to its last character, or choose the .pfx file itself.",
                "base64 텍스트이지만 온전한 PFX가 아닙니다. 텍스트를 처음부터 끝까지 다시 복사하거나 .pfx 파일 자체를 선택하세요.",
            ),
            Self::BouncyKeyStore => (
                "This is a Bouncy Castle key store (BKS), not a PFX. Convert it: keytool -importkeystore -srckeystore FILE -srcstoretype BKS -destkeystore certificate.pfx -deststoretype PKCS12 -providerclass org.bouncycastle.jce.provider.BouncyCastleProvider -providerpath bcprov.jar",
                "PFX 파일이 아니라 Bouncy Castle 키 저장소(BKS)입니다. 변환하세요: keytool -importkeystore -srckeystore 파일 -srcstoretype BKS -destkeystore certificate.pfx -deststoretype PKCS12 -providerclass org.bouncycastle.jce.provider.BouncyCastleProvider -providerpath bcprov.jar",
            ),
            Self::Certificate => (
                "This is a certificate without its private key (.cer, .crt), not a PFX. Ask for the .pfx or .p12 that holds both.",
                "PFX 파일이 아니라 개인 키가 없는 인증서(.cer, .crt)입니다. 둘 다 들어 있는 .pfx 또는 .p12를 요청하세요.",
            ),
            Self::Key => (
                "This is a private key without its certificate, not a PFX. Put both into one: openssl pkcs12 -export -inkey KEY -in CERTIFICATE -out certificate.pfx",
                "PFX 파일이 아니라 인증서가 없는 개인 키입니다. 둘을 합치세요: openssl pkcs12 -export -inkey 키 -in 인증서 -out certificate.pfx",
            ),
            Self::Empty => (
                "The file is empty. Choose it again, or ask for it again.",
                "파일이 비어 있습니다. 다시 선택하거나 다시 요청하세요.",
            ),
            Self::EncryptedKey => (
                "This is an encrypted private key without its certificate, not a PFX. Put both into one; the password of the key is asked for: openssl pkcs12 -export -inkey KEY -in CERTIFICATE -out certificate.pfx",
                "PFX 파일이 아니라 인증서가 없는 암호화된 개인 키입니다. 둘을 합치세요. 키의 암호를 묻습니다: openssl pkcs12 -export -inkey 키 -in 인증서 -out certificate.pfx",
            ),
            Self::JavaKeyStore => (
                "This is a Java key store, not a PFX. Convert it: keytool -importkeystore -srckeystore FILE -destkeystore certificate.pfx -deststoretype PKCS12",
                "PFX 파일이 아니라 Java 키 저장소입니다. 변환하세요: keytool -importkeystore -srckeystore 파일 -destkeystore certificate.pfx -deststoretype PKCS12",
            ),
            Self::Json => (
                "This is JSON, but there is no PFX in it. From Azure Key Vault the secret of the certificate is needed: az keyvault secret download --vault-name VAULT --name NAME --encoding base64 --file certificate.pfx",
                "JSON이지만 PFX가 들어 있지 않습니다. Azure Key Vault에서는 인증서의 비밀이 필요합니다: az keyvault secret download --vault-name 자격증명모음 --name 이름 --encoding base64 --file certificate.pfx",
            ),
            Self::KeyVaultCertificate => (
                "This is a certificate from Azure Key Vault without its private key. Its key is in the secret of the same name: az keyvault secret download --vault-name VAULT --name NAME --encoding base64 --file certificate.pfx",
                "개인 키가 없는 Azure Key Vault 인증서입니다. 키는 같은 이름의 비밀에 있습니다: az keyvault secret download --vault-name 자격증명모음 --name 이름 --encoding base64 --file certificate.pfx",
            ),
            Self::KeyVaultPem => (
                "This secret of Azure Key Vault holds PEM text (application/x-pem-file), not a PFX. Convert it: az keyvault secret download --vault-name VAULT --name NAME --file certificate.pem, then openssl pkcs12 -export -in certificate.pem -out certificate.pfx",
                "이 Azure Key Vault 비밀에는 PFX가 아니라 PEM 텍스트(application/x-pem-file)가 들어 있습니다. 변환하세요: az keyvault secret download --vault-name 자격증명모음 --name 이름 --file certificate.pem, 그다음 openssl pkcs12 -export -in certificate.pem -out certificate.pfx",
            ),
            Self::OldPfx => (
                "This PFX has an old version that is no longer written; only version 3 can be read. Export it again.",
                "이 PFX는 더 이상 쓰이지 않는 이전 버전입니다. 버전 3만 읽을 수 있습니다. 다시 내보내세요.",
            ),
            Self::Pem => (
                "This is a PEM text file, not a PFX. Make a PFX of it: openssl pkcs12 -export -in FILE -inkey KEYFILE -out certificate.pfx",
                "PFX 파일이 아니라 PEM 텍스트 파일입니다. PFX로 만드세요: openssl pkcs12 -export -in 파일 -inkey 키파일 -out certificate.pfx",
            ),
            Self::Pgp => (
                "This is a PGP key or message, not a PFX. PGP keys can't be used for TLS. If it is an encrypted message, decrypt it first: gpg --decrypt FILE > certificate.pfx",
                "PFX 파일이 아니라 PGP 키 또는 메시지입니다. PGP 키는 TLS에 사용할 수 없습니다. 암호화된 메시지라면 먼저 복호화하세요: gpg --decrypt 파일 > certificate.pfx",
            ),
            Self::Pkcs7 => (
                "This is a chain of certificates without a private key (.p7b), not a PFX. Ask for the .pfx or .p12.",
                "PFX 파일이 아니라 개인 키가 없는 인증서 체인(.p7b)입니다. .pfx 또는 .p12를 요청하세요.",
            ),
            Self::PublicKey => (
                "This is a public key without certificate or private key, not a PFX. Ask for the .pfx or .p12 that holds both.",
                "PFX 파일이 아니라 인증서도 개인 키도 없는 공개 키입니다. 둘 다 들어 있는 .pfx 또는 .p12를 요청하세요.",
            ),
            Self::PuttyKey => (
                "This is a PuTTY key for SSH (.ppk), not a PFX. SSH keys have no certificate for TLS. Ask for the .pfx or .p12 with the client certificate.",
                "PFX 파일이 아니라 PuTTY의 SSH 키(.ppk)입니다. SSH 키에는 TLS 인증서가 없습니다. 클라이언트 인증서가 들어 있는 .pfx 또는 .p12를 요청하세요.",
            ),
            Self::Request => (
                "This is a certificate signing request (CSR), not a PFX. Send it to the CA; put the certificate that comes back and the key of the request into one: openssl pkcs12 -export -inkey KEY -in CERTIFICATE -out certificate.pfx",
                "PFX 파일이 아니라 인증서 서명 요청(CSR)입니다. CA에 보내 인증서를 발급받은 다음, 요청을 만들 때 쓴 키와 합치세요: openssl pkcs12 -export -inkey 키 -in 인증서 -out certificate.pfx",
            ),
            Self::RevocationList => (
                "This is a revocation list (CRL), not a PFX. It belongs on the page of its CA certificate; here the .pfx or .p12 of a client certificate is needed.",
                "PFX 파일이 아니라 인증서 해지 목록(CRL)입니다. CA 인증서의 페이지에서 업로드하세요. 여기에는 클라이언트 인증서의 .pfx 또는 .p12가 필요합니다.",
            ),
            Self::SshKey => (
                "This is an OpenSSH private key, not a PFX. SSH keys have no certificate for TLS. Ask for the .pfx or .p12 with the client certificate.",
                "PFX 파일이 아니라 OpenSSH 개인 키입니다. SSH 키에는 TLS 인증서가 없습니다. 클라이언트 인증서가 들어 있는 .pfx 또는 .p12를 요청하세요.",
            ),
            Self::SshPublicKey => (
                "This is an SSH public key, not a PFX. SSH keys have no certificate for TLS. Ask for the .pfx or .p12 with the client certificate.",
                "PFX 파일이 아니라 SSH 공개 키입니다. SSH 키에는 TLS 인증서가 없습니다. 클라이언트 인증서가 들어 있는 .pfx 또는 .p12를 요청하세요.",
            ),
            Self::Unknown => (
                "This is not a PFX. Choose a file that ends in .pfx or .p12.",
                "PFX 파일이 아닙니다. .pfx 또는 .p12로 끝나는 파일을 선택하세요.",
            ),
            Self::WebPage => (
                "This is a web page (HTML or XML), not a PFX: perhaps the sign-in page of the site it was downloaded from. Sign in there and download the file again.",
                "PFX 파일이 아니라 웹 페이지(HTML 또는 XML)입니다. 다운로드한 사이트의 로그인 페이지일 수 있습니다. 로그인한 후 다시 다운로드하세요.",
            ),
            Self::Zip => (
                "This is a ZIP archive. Unpack it and choose the .pfx inside.",
                "ZIP 압축 파일입니다. 압축을 풀고 안에 있는 .pfx를 선택하세요.",
            ),
        };
        language.say(english, korean).to_owned()
    }
}

fn ambiguous(keys: usize, leaves: usize, language: Language) -> String {
    match (keys, language) {
        (1, Language::English) => format!(
            "There are {leaves} certificates of the same private key in this file. Choose which one to upload."
        ),
        (1, Language::Korean) => {
            format!("이 파일에는 같은 개인 키의 인증서가 {leaves}개 있습니다. 업로드할 것을 선택하세요.")
        }
        (_, Language::English) => format!(
            "There are {leaves} private keys with certificates in this file. Choose which one to upload."
        ),
        (_, Language::Korean) => {
            format!("이 파일에는 인증서가 있는 개인 키가 {leaves}개 있습니다. 업로드할 것을 선택하세요.")
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
