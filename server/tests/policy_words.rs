//! What the policy editor says in Korean, by the real checker behind the real address.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

use http::Method;
use serde_json::Value;
use testkit::client::{Client, request};
use testkit::program::{Program, Visitor};

const BINARY: &str = env!("CARGO_BIN_EXE_postern");

/// Language and text.
type Paragraphs = Vec<(String, String)>;

/// The paragraphs of every problem of a document, each with its language.
async fn said(program: &Program, visitor: &Visitor, document: &str, language: &str) -> Vec<Paragraphs> {
    let text: String = document.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let mut call = request(Method::POST, "/api/policies/diagnose", format!("scope=all&text={text}"));
    let cookie = format!("{}; postern_language={language}", visitor.cookie);
    for (name, value) in [
        ("cookie", cookie.as_str()),
        ("sec-fetch-site", "same-origin"),
        ("accept", "application/json"),
        ("content-type", "application/x-www-form-urlencoded"),
    ] {
        call.headers_mut().insert(name, value.parse().unwrap());
    }
    let reply = Client::plain(program.portal).send(call).await;
    let found: Value = serde_json::from_str(&reply.text()).unwrap();
    let word = |part: &Value| part.as_str().unwrap().to_owned();
    let paragraph = |one: &Value| (word(&one["lang"]), word(&one["text"]));
    let problem = |one: &Value| one["paragraphs"].as_array().unwrap().iter().map(paragraph).collect();
    found.as_array().unwrap().iter().map(problem).collect()
}

fn inbound(statements: &str) -> String {
    format!("<policies><inbound>{statements}</inbound></policies>")
}

fn condition(expression: &str) -> String {
    inbound(&format!("<choose><when condition=\"{expression}\"><base /></when></choose>"))
}

#[tokio::test]
async fn frequent_problems_and_their_remedies_are_said_in_korean_with_the_names_that_are_meant() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(BINARY, folder.path(), "serve", &[]);
    let visitor = program.administrator().await;
    let cases: &[(String, &[&str])] = &[
        (
            inbound("<set-heder name=\"A\" />"),
            &["정책 또는 요소 `set-heder`이(가) 없습니다.", "`set-header`을(를) 입력하려 했나요?"],
        ),
        (
            inbound("<set-header nam=\"A\" />"),
            &["`set-header`에는 특성 `nam`이(가) 없습니다.", "`name`을(를) 입력하려 했나요?"],
        ),
        (inbound("<set-header><value>a</value></set-header>"), &["필수 특성 `name`이(가) 없습니다."]),
        (
            inbound("<set-header name=\"A\" exists-action=\"skp\"><value>a</value></set-header>"),
            &[
                "`exists-action`에 `skp`을(를) 사용할 수 없습니다. 사용할 수 있는 값:",
                "`skip`을(를) 입력하려 했나요?",
            ],
        ),
        (
            inbound("<set-header name=\"a b\"><value>a</value></set-header>"),
            &["`a b`은(는) 올바른 값이 아닙니다.", "헤더 이름에는 문자, 숫자와"],
        ),
        (
            inbound("<set-status code=\"1000\" reason=\"x\" />"),
            &["`1000`은(는) 올바른 값이 아닙니다. 200~599 사이의 정수를 입력하세요."],
        ),
        (
            inbound("<limit-concurrency key=\"a\" max-count=\"2\" />"),
            &["정책 `limit-concurrency`은(는) 아직 지원하지 않습니다.", "이 정책을 제거하세요."],
        ),
        (
            inbound("<authentication-certificate certificate-id=\"nobody\" />"),
            &["업로드된 인증서 중에 `nobody`이(가) 없습니다.", "보안 > 클라이언트 인증서에서 업로드하거나"],
        ),
        (inbound("<include-fragment fragment-id=\"none\" />"), &["정책 조각 `none`이(가) 없습니다."]),
        (
            inbound("<set-header name=\"A\"><value>{{nothing}}</value></set-header>"),
            &["명명된 값 `nothing`이(가) 없습니다.", "명명된 값에서 만들거나 이름을 수정하세요."],
        ),
        (
            condition("@(DateTime.Noww &lt; DateTime.Now)"),
            &["형식 `DateTime`에 멤버 `Noww`이(가) 없습니다.", "`Now`을(를) 입력하려 했나요?"],
        ),
        (
            condition("@(contxt.Request == null)"),
            &["`contxt`은(는) 선언되지 않은 이름입니다.", "`context`을(를) 입력하려 했나요?"],
        ),
        (condition("@(new Procss() == null)"), &["형식 `Procss`은(는) 정책 식에서 사용할 수 없습니다."]),
        (condition("@(1 + true == 2)"), &["연산자 `+`은(는) `int`, `bool`에 적용할 수 없습니다."]),
        (condition("@((1 == 1])"), &["식에서 `)`이(가) 필요한 위치에 `]`이(가) 있습니다."]),
        (
            "<policies><inbound><base /></policies>".to_owned(),
            &["1행의 `inbound`이(가) `</policies>` 앞에서 닫히지 않았습니다."],
        ),
        (
            "<policies><outbound><rewrite-uri template=\"/a\" /></outbound></policies>".to_owned(),
            &["`rewrite-uri`은(는) `outbound`에 사용할 수 없습니다. 사용할 수 있는 섹션: `inbound`."],
        ),
        (inbound("<choose />"), &["`choose`에 필요한 요소가 없습니다: `when`."]),
        (String::new(), &["문서에 최상위 요소가 없습니다.", "정책 문서는 `<policies>`로 시작해야 합니다."]),
    ];
    let mut wrong = Vec::new();
    for (document, wanted) in cases {
        let problems = said(&program, &visitor, document, "ko").await;
        let is_meant = |paragraphs: &Paragraphs| {
            paragraphs.len() == wanted.len()
                && paragraphs
                    .iter()
                    .zip(*wanted)
                    .all(|((language, text), start)| language == "ko" && text.starts_with(start))
        };
        if !problems.iter().any(is_meant) {
            wrong.push(format!("{document}\n{wanted:#?}\n{problems:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn a_problem_without_a_full_korean_wording_keeps_the_english_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(BINARY, folder.path(), "serve", &[]);
    let visitor = program.administrator().await;
    let document = condition("@(\"text\")");
    let paragraphs = said(&program, &visitor, &document, "ko").await.remove(0);
    let languages: Vec<&str> = paragraphs.iter().map(|(language, _)| language.as_str()).collect();
    assert_eq!(languages, ["ko", "en"], "{paragraphs:#?}");
    let english = said(&program, &visitor, &document, "en").await.remove(0);
    assert_eq!(english, paragraphs[1..], "{paragraphs:#?}");
}
