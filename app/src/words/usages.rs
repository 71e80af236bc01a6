//! What a certificate may be used for, in words.

use domain::language::Language;

/// A usage as the reader of certificates names it, in the language of the page; what it doesn't know, such as an
/// object identifier, stays as it is.
#[must_use]
pub fn usage(name: &str, l: Language) -> String {
    let known = match name {
        "Any usage" => l.say("Any usage", "모든 용도"),
        "Certificate signing" => l.say("Certificate signing", "인증서 서명"),
        "Client authentication" => l.say("Client authentication", "클라이언트 인증"),
        "Code signing" => l.say("Code signing", "코드 서명"),
        "Data encipherment" => l.say("Data encipherment", "데이터 암호화"),
        "Decipher only" => l.say("Decipher only", "암호 해독 전용"),
        "Digital signature" => l.say("Digital signature", "디지털 서명"),
        "E-mail protection" => l.say("E-mail protection", "전자 메일 보호"),
        "Encipher only" => l.say("Encipher only", "암호화 전용"),
        "Key agreement" => l.say("Key agreement", "키 합의"),
        "Key encipherment" => l.say("Key encipherment", "키 암호화"),
        "Non-repudiation" => l.say("Non-repudiation", "부인 방지"),
        "OCSP signing" => l.say("OCSP signing", "OCSP 서명"),
        "Revocation list signing" => l.say("Revocation list signing", "해지 목록 서명"),
        "Server authentication" => l.say("Server authentication", "서버 인증"),
        "Time stamping" => l.say("Time stamping", "타임스탬프"),
        other => other,
    };
    known.to_owned()
}

#[cfg(test)]
mod tests {
    use super::usage;
    use domain::language::Language;

    #[test]
    fn a_known_usage_is_translated_and_an_unknown_one_stays() {
        assert_eq!(usage("Client authentication", Language::Korean), "클라이언트 인증");
        assert_eq!(usage("Client authentication", Language::English), "Client authentication");
        assert_eq!(usage("OID 1.2.3", Language::Korean), "OID 1.2.3");
    }
}
