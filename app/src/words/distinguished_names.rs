//! What is wrong with the name of a certificate's holder or issuer.

use domain::language::Language;
use x500::NameProblem;

/// Why a text is not a distinguished name, and how one is written.
#[must_use]
pub(crate) fn problem(problem: &NameProblem, l: Language) -> String {
    match problem {
        NameProblem::Empty => l.say("Enter a name such as CN=partner, O=Contoso.", "CN=partner, O=Contoso 같은 이름을 입력하세요.").to_owned(),
        NameProblem::NoType(written) => l.say(
            format!("\u{201c}{written}\u{201d} has no =. Write a value that contains a comma as O=\"Contoso, Inc.\" or O=Contoso\\, Inc."),
            format!("‘{written}’에 =가 없습니다. 쉼표가 있는 값은 O=\"Contoso, Inc.\" 또는 O=Contoso\\, Inc. 로 쓰세요."),
        ),
        NameProblem::UnknownType(written) => l.say(
            format!("\u{201c}{written}\u{201d} is not a known attribute type. Use one such as CN, O, OU, C or E, or its OID."),
            format!("‘{written}’은(는) 알 수 없는 특성 형식입니다. CN, O, OU, C, E 등이나 OID를 사용하세요."),
        ),
        NameProblem::OpenQuote => l.say("A quotation mark is never closed.", "따옴표가 닫히지 않았습니다.").to_owned(),
        NameProblem::BehindQuote => l
            .say(
                "Only a comma, a semicolon or a plus sign can follow a closing quotation mark.",
                "닫는 따옴표 뒤에는 쉼표, 세미콜론, 더하기 기호만 올 수 있습니다.",
            )
            .to_owned(),
    }
}
