//! What the largest and the hardest documents cost, and where they are refused.

use std::time::Duration;

mod common;

use common::{Anything, Stopwatch};
use policy::check::{compile, compile_in};
use policy::diagnostic::Diagnostic;
use policy::edit::{mask_password, unmask_password};
use policy::format::format;
use policy::parse::{MAX_BYTES, parse};
use policy::review::review;

/// Large texts in which it is as hard as can be to find the way. Were the time to grow with the square
/// of their size, it would be minutes.
#[test]
fn the_hardest_texts_take_no_time_to_speak_of() {
    let hard = [
        "<",
        "<a>",
        "<a ",
        "<a b=\"",
        "<a b=\"@(",
        "<a b=\"@(\" ",
        "<a b=\"@(&quot;)\"/>",
        "<a b='@(\"' c='",
        "<a>@(",
        "<a>@(</a>",
        "<a b=\"{{x}}\" c=\"@({{y}}+\"{{z}}\")\"/>",
        "<policies><inbound><set-method>{{x}}</set-method></inbound></policies>",
        "<include-fragment fragment-id=\"x\"/>",
        "<set-body template=\"liquid\">{{x}}{{x.y}}{% if x %}{% endif %}</set-body>",
        "<!",
        "<!--",
        "<!---->",
        "<![CDATA[",
        "<![CDATA[@(]]>",
        "<!DOCTYPE[",
        "<?",
        "</",
        "</a",
        "</a>",
        "<set-body>",
        "<set-body><set-body></set-body>",
        "<set-body><!--</set-body>",
        "&",
        "&#",
        "{{",
        "{{a",
        "\"x\"",
        "a=\"x\"",
        "<a b=\"\"c",
        "@($\"{",
        "'",
        "a\n",
        "<a x=\"\" ",
        "<authentication-basic password='p'/>",
        "<!--<authentication-basic password='p'/>-->",
    ];
    for piece in hard {
        for start in ["", "<policies><inbound>"] {
            let text = format!("{start}{}", piece.repeat((MAX_BYTES / 4) / piece.len()));
            let began = Stopwatch::start();
            let _ = compile(&text);
            review(&text);
            let _ = compile_in(&text, &Anything);
            let _ = format(&parse(&text).0);
            let _ = unmask_password(&mask_password(&text), &text);
            let took = began.elapsed();
            assert!(took < LONGEST, "{start:?} and {piece:?} again and again: {took:?}");
        }
    }
}

/// The same for what is hard about expressions: each is tried alone, as large as a document can be.
#[test]
fn the_hardest_expressions_take_no_time_to_speak_of() {
    let hard = [
        "a<",
        "a<b,",
        "a<b>",
        "(a)",
        "(a<b>)",
        "(",
        "((a)",
        "x=>",
        "(x)=>",
        "{",
        "$\"{",
        "if(x)",
        "a?",
        "a?b:",
        "-",
        "!",
        "+1",
        "a.b",
        "a[0]",
        "new[]{",
        "f(",
        "\"",
        "'",
        "/*",
        "return 1;",
        "var x=1;",
        ";",
        "@",
        "#",
        "a ",
        "1 ",
        "a=>b<",
        "case 1:",
        "try{",
        "x is T?",
        "s+=\"x\";",
    ];
    for piece in hard {
        let code = piece.repeat((MAX_BYTES / 2) / piece.len());
        for whole in [format!("@({code})"), format!("@{{{code}}}"), format!("@(1{code})")] {
            let began = Stopwatch::start();
            let _ = compile(&format!(
                "<policies><inbound><set-variable name='x' value='{whole}'/></inbound></policies>"
            ));
            let took = began.elapsed();
            assert!(took < LONGEST, "{piece:?} again and again: {took:?}");
        }
    }
}

#[test]
fn a_document_can_be_as_large_as_the_limit_and_no_larger() {
    let filler = " ".repeat(MAX_BYTES - "<policies></policies>".len());
    assert!(compile(&format!("<policies>{filler}</policies>")).is_ok());
    let problems = compile(&format!("<policies> {filler}</policies>")).unwrap_err();
    assert_eq!(problems[0].sentence(), "Error on line 1, column 1: the document is larger than 256 KiB");
}

#[test]
fn elements_can_stand_no_deeper_than_the_limit() {
    let problems = compile(&"<a>".repeat(200)).unwrap_err();
    assert_eq!(problems.iter().filter(|problem| problem.code == "too-deep").count(), 1);
}

#[test]
fn a_hundred_problems_are_enough() {
    let text = format!("<policies><inbound>{}</inbound></policies>", "<nonsense/>".repeat(1000));
    let problems = compile(&text).unwrap_err();
    assert_eq!(problems.len(), 101);
    assert_eq!(problems[100].code, "too-many-problems");
}

#[test]
fn too_many_warnings_refuse_the_document_too() {
    let quoted = r#"<set-header name="X-A" id="a"b"c" exists-action="delete" />"#;
    let text = |count: usize| format!("<policies><inbound>{}</inbound></policies>", quoted.repeat(count));
    assert_eq!(compile(&text(100)).unwrap().warnings().len(), 100);
    assert!(compile(&text(101)).unwrap_err().iter().any(Diagnostic::is_error));
}

/// A fraction of a second is usual; on a machine that does much besides it may be many. What grows faster than its text
/// takes hours.
const LONGEST: Duration = Duration::from_secs(60);
