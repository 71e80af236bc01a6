//! Blanks that people paste: of other widths, without width, and the ones that don't break.
#![expect(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::Call;
use policy::check::compile;
use policy::diagnostic::Diagnostic;
use policy::effect::{Body, Effect};
use policy::parse::parse;
use policy::run::{Outcome, Run};

const BLANKS: [&str; 15] = [
    "\u{a0}",
    "\u{1680}",
    "\u{2000}",
    "\u{2003}",
    "\u{200a}",
    "\u{200b}",
    "\u{200c}",
    "\u{200d}",
    "\u{200e}",
    "\u{202f}",
    "\u{205f}",
    "\u{2060}",
    "\u{3000}",
    "\u{feff}",
    "\u{a0}\u{feff} \u{3000}\n",
];

fn document(content: &str) -> String {
    format!("<policies><inbound>{content}</inbound></policies>")
}

fn check(text: &str) -> Vec<Diagnostic> {
    compile(text).map_or_else(|found| found, |program| program.warnings().to_vec())
}

fn effects(content: &str) -> Vec<String> {
    let program = compile(&document(content)).unwrap_or_else(|problems| panic!("{content}: {problems:?}"));
    assert!(program.warnings().is_empty(), "{content}: {:?}", program.warnings());
    let mut run = Run::new(&program);
    let mut outcome = Outcome::Start;
    let mut effects = Vec::new();
    loop {
        let effect = run.next(outcome, &Call::default());
        outcome = common::fitting(&effect);
        match effect {
            Effect::Answer => return effects,
            Effect::SetBody { body: Body(bytes), .. } => effects.push(String::from_utf8(bytes).unwrap()),
            Effect::SetHeader { header, .. } => effects.push(header.values.concat()),
            Effect::Fail { failure, .. } => panic!("{content}: {failure:?}"),
            other => effects.push(format!("{other:?}")),
        }
    }
}

#[test]
fn an_expression_is_one_whatever_blanks_stand_around_it() {
    for blank in BLANKS {
        for expression in ["@(context.Request.Method)", "@{ return context.Request.Method; }"] {
            for written in [
                format!("<set-body>{blank}{expression}{blank}</set-body>"),
                format!("<set-body><![CDATA[{blank}{expression}{blank}]]>{blank}</set-body>"),
                format!("<set-header name=\"X\"><value>{blank}{expression}{blank}</value></set-header>"),
                format!(
                    "<set-header name=\"X\"><value>{blank}<!-- c -->{blank}{expression}</value></set-header>"
                ),
                format!(
                    "<set-variable name=\"v\" value=\"{blank}{expression}{blank}\" />\
                     <set-body>@((string)context.Variables[\"v\"])</set-body>"
                ),
            ] {
                assert_eq!(effects(&written), ["GET"], "{written:?}");
            }
        }
    }
}

#[test]
fn blanks_between_the_words_of_an_expression_are_blanks() {
    for blank in BLANKS {
        let code =
            ["context", ".", "Request", ".", "Method", "+", "\"a\"", "+", "1", "+", "@\"b\""].join(blank);
        assert_eq!(
            effects(&format!("<set-body>@({blank}{code}{blank})</set-body>")),
            ["GETa1b"],
            "{blank:?}"
        );
        let block = format!("@{{{blank}var{blank} x{blank}={blank}1;{blank}return{blank} x;{blank}}}");
        assert_eq!(effects(&format!("<set-body>{block}</set-body>")), ["1"], "{blank:?}");
    }
}

#[test]
fn blanks_between_elements_and_attributes_say_nothing() {
    for blank in BLANKS {
        let text = format!(
            "{blank}<policies{blank}>{blank}<inbound>{blank}<base{blank}/>{blank}<set-header{blank}name{blank}={blank}\"X\"{blank}\
             exists-action=\"override\"{blank}>{blank}<value>1</value{blank}>{blank}</set-header>{blank}</inbound>{blank}\
             <outbound>{blank}</outbound></policies>{blank}"
        );
        let found = check(&text);
        assert!(found.is_empty(), "{blank:?}: {found:?}");
        assert!(parse(&text).0.root().is_some());
    }
}

#[test]
fn blanks_around_a_number_a_choice_or_an_address_are_left_out() {
    for blank in BLANKS {
        for written in [
            format!("<set-status code=\"{blank}404{blank}\" reason=\"Not found\" />"),
            format!(
                "<set-header name=\"X\" exists-action=\"{blank}append{blank}\"><value>1</value></set-header>"
            ),
            format!(
                "<forward-request timeout=\"{blank}5{blank}\" follow-redirects=\"{blank}true{blank}\" />"
            ),
            format!("<set-method>{blank}POST{blank}</set-method>"),
            format!(
                "<ip-filter action=\"{blank}allow\"><address>{blank}192.0.2.1{blank}</address></ip-filter>"
            ),
            format!("<choose><when condition=\"{blank}true{blank}\"><set-body>x</set-body></when></choose>"),
            format!(
                "<send-request response-variable-name=\"r\"><set-url>{blank}https://a.example/{blank}</set-url></send-request>"
            ),
        ] {
            let text = match written.starts_with("<forward") {
                true => format!("<policies><backend>{written}</backend></policies>"),
                false => document(&written),
            };
            let found = check(&text);
            assert!(found.is_empty(), "{written:?}: {found:?}");
        }
    }
}

#[test]
fn a_text_that_holds_such_blanks_stays_as_it_is() {
    for blank in BLANKS.iter().filter(|blank| !blank.contains('\n')) {
        let text = format!("{blank}one{blank}two{blank}");
        assert_eq!(effects(&format!("<set-body>{text}</set-body>")), [text.as_str()]);
        assert_eq!(effects(&format!("<set-body>{blank}</set-body>")), [*blank]);
        assert_eq!(effects(&format!("<set-body>@(\"{text}\")</set-body>")), [text.as_str()]);
        let header = format!("<set-header name=\"X\"><value>{text}</value></set-header>");
        assert_eq!(effects(&header), [text.as_str()]);
    }
}
