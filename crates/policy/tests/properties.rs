//! What holds for any text and any document.

mod common;

use common::{Anything, Call, failed};
use policy::check::{check, compile, compile_in};
use policy::diagnostic::Diagnostic;
use policy::edit::{Credential, mask_password, set_credential, unmask_password};
use policy::effect::Effect;
use policy::format::format;
use policy::fragment::check_fragment;
use policy::parse::{MAX_BYTES, parse};
use policy::program::{CredentialSummary, Program};
use policy::review::review;
use policy::run::{Outcome, Run};
use policy::syntax::{Node, Text};
use proptest::prelude::*;

/// Pieces of documents: strung together at random they come near to everything that can go wrong.
const PIECES: [&str; 78] = [
    "<fragment>",
    "</fragment>",
    "<set-body template=\"liquid\">",
    "{{a}}",
    "{{b.c-1}}",
    "{% for x in body.l %}",
    "@($\"{{a}} {1}\")",
    "<retry condition=\"@(true)\" count=\"2\" interval=\"0\">",
    "</retry>",
    "<include-fragment fragment-id=\"a\" />",
    "<cors><allowed-origins><origin>*</origin>",
    "<send-request mode=\"new\" response-variable-name=\"r\">",
    "<set-url>https://a</set-url>",
    "<validate-jwt header-name=\"a\">",
    "<key>",
    "</key>",
    "<policies>",
    "</policies>",
    "<policies/>",
    "<inbound>",
    "</inbound>",
    "<inbound/>",
    "<backend>",
    "</backend>",
    "<outbound>",
    "</outbound>",
    "<on-error>",
    "</on-error>",
    "<base/>",
    "<base />\n",
    "<set-header ",
    "</set-header>",
    "name=\"X-A\" ",
    "name='",
    "exists-action=\"delete\"",
    "<value>",
    "</value>",
    "<forward-request timeout=\"",
    "<authentication-certificate certificate-id=\"",
    "<authentication-basic username=\"u\" password=\"p\"/>",
    "thumbprint=\"",
    "<choose>",
    "</choose>",
    "<set-body>",
    "</set-body>",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<?xml ",
    "?>",
    "<!DOCTYPE",
    "[",
    "]",
    "@(",
    "@{",
    ")",
    "}",
    "{{name}}",
    "$\"{",
    "\"",
    "'",
    "=",
    "/>",
    ">",
    "<",
    "</",
    "&",
    "&quot;",
    "&#x41;",
    "\\",
    "//",
    "/*",
    " ",
    "\n",
    "\r\n",
    "텍스트",
    "\u{200e}",
];

fn pieces() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(PIECES.to_vec()), 0..80).prop_map(|pieces| pieces.concat())
}

/// Pieces of expressions, likewise.
const WORDS: [&str; 74] = [
    "context",
    ".Request",
    ".Certificate",
    "?.Thumbprint",
    ".NotAfter",
    ".Headers",
    "[\"a\"]",
    ".Variables",
    ".Any(c => ",
    "c.Value",
    "c => c",
    "(a, b) =>",
    "string",
    "int",
    "(int)",
    "(string)",
    "DateTime.Now",
    "new",
    "new[] { ",
    "typeof",
    "null",
    "true",
    "1",
    "0x",
    "1.5e",
    "99999999999",
    "2147483648",
    "'a'",
    "'ab'",
    "\"a\"",
    "@\"b\"\"\"",
    "$\"{",
    "}\"",
    "$\"a{1:",
    "x",
    "var x = ",
    "return ",
    "if (",
    "else ",
    "foreach (var i in ",
    "for (;;) ",
    "while (",
    "try { ",
    "catch ",
    "switch (",
    "case 1: ",
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    "<",
    ">",
    ">>",
    ">=",
    "==",
    "!=",
    "!",
    "-",
    "+",
    "++",
    "+=",
    "=",
    "=>",
    "?",
    ":",
    "??",
    "&&",
    "|",
    ";",
    ",",
    " is ",
    " as ",
];

fn expressions() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(WORDS.to_vec()), 0..30).prop_map(|words| words.concat())
}

/// Well-made documents with blanks, comments, attributes and texts of all kinds.
fn element(depth: u32) -> impl Strategy<Value = String> {
    let names_of_leaves = prop_oneof![5 => names(), 1 => Just("set-body")];
    let leaf =
        (names_of_leaves, attributes(), content()).prop_map(|(name, attributes, content)| match content {
            Some(content) => format!("<{name}{attributes}>{content}</{name}>"),
            None => format!("<{name}{attributes}/>"),
        });
    leaf.prop_recursive(depth, 40, 5, |inner| {
        let inner = prop_oneof![4 => inner, 1 => comments()];
        (names(), attributes(), prop::collection::vec((blanks(), inner), 0..5)).prop_map(
            |(name, attributes, children)| {
                let children: String = children.into_iter().map(|(blanks, child)| blanks + &child).collect();
                format!("<{name}{attributes}>{children}\n</{name}>")
            },
        )
    })
}

fn names() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["policies", "inbound", "outbound", "set-header", "value", "choose", "x"])
}

fn attributes() -> impl Strategy<Value = String> {
    let values = [
        "\"\"",
        "'a'",
        "\" b \"",
        "\"@(a == \"b\" && c < d)\"",
        "'@{ // it\\'s\n return \"x\"; }'",
        "\"l1\nl2\"",
        "\"C=US, O=\"Contoso, Inc.\", CN=x\"",
        "\"{{name}}\"",
        "\"&lt;&amp; & &quot;\"",
    ];
    let one = (blanks(), prop::sample::select(vec![" = ", "="]), prop::sample::select(values.to_vec()));
    prop::collection::vec(one, 0..4).prop_map(|all| {
        let mut written = String::new();
        for (number, (blanks, equals, value)) in all.into_iter().enumerate() {
            written += &format!(" {blanks}a{number}{equals}{value}");
        }
        written
    })
}

fn content() -> impl Strategy<Value = Option<String>> {
    let contents = [
        "",
        " ",
        "\n",
        "text",
        "  a\n  b ",
        "@(x.As<T>())",
        " @{ return 1; } ",
        "<![CDATA[<]]>",
        "a<!-- c -->b",
    ];
    prop::option::of(prop::sample::select(contents.to_vec()).prop_map(str::to_owned))
}

fn comments() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["<!-- c -->", "<!--\n\" @( <a>\n-->", "<!---->"]).prop_map(str::to_owned)
}

fn blanks() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["", " ", "\n", "\t", "\r\n", "\n\n\n  "]).prop_map(str::to_owned)
}

/// Everything that takes a text, with the invariants that hold for any text.
fn use_all(text: &str) {
    let (document, diagnostics) = parse(text);
    for diagnostic in &diagnostics {
        assert!(text.get(diagnostic.span.start..diagnostic.span.end).is_some(), "{diagnostic:?}");
        assert!(diagnostic.line >= 1 && diagnostic.column >= 1);
    }
    assert!(document.same_tree(&document));
    match check(&document) {
        Ok(program) => {
            assert!(document.is_readable());
            let end = document.nodes().last().map_or(0, |node| node.span().end);
            assert!(text[end..].trim().is_empty(), "nothing of an accepted document is left out: {text:?}");
            assert!(!program.warnings().iter().any(Diagnostic::is_error));
            ends(&program);
        }
        Err(all) => {
            assert!(all.iter().any(Diagnostic::is_error));
            assert!(all.is_sorted_by_key(|diagnostic| diagnostic.span.start));
            for diagnostic in &all {
                assert!(text.get(diagnostic.span.start..diagnostic.span.end).is_some(), "{diagnostic:?}");
            }
        }
    }
    let formatted = format(&document);
    let (again, _) = parse(&formatted);
    assert!(document.same_tree(&again), "{text:?}\n{formatted:?}");
    assert_eq!(format(&again), formatted);
    review(text);
    let _ = compile_in(text, &Anything);
    let _ = check_fragment(text, &Anything);
    let masked = mask_password(text);
    let _ = unmask_password(&masked, text);
    let _ = set_credential(text, &Credential::Certificate { id: "c".to_owned() });
}

/// A run ends whatever the outcomes.
fn ends(program: &Program) {
    for outcome in [Outcome::Done, failed()] {
        let mut run = Run::new(program);
        let mut effects = 0;
        while !matches!(run.next(outcome.clone(), &Call::default()), Effect::Answer) {
            effects += 1;
            assert!(effects <= 100 * MAX_BYTES / "<base/>".len());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_anything_panic(text in ".{0,200}") {
        use_all(&text);
    }

    #[test]
    fn no_heap_of_pieces_makes_anything_panic(text in pieces()) {
        use_all(&text);
    }

    #[test]
    fn no_expression_makes_anything_panic(code in prop_oneof![expressions(), ".{0,60}".boxed()]) {
        for whole in [format!("@({code})"), format!("@{{{code}}}"), format!("@{{return {code};}}")] {
            let text = format!(
                "<policies><inbound><choose><when condition='@(!({whole} == null))'/></choose><set-header name='X'>\
                 <value>{whole}</value></set-header></inbound></policies>",
            );
            use_all(&text);
            use_all(&format!("<policies><inbound><set-variable name='x' value='{whole}'/></inbound></policies>"));
        }
    }

    #[test]
    fn a_cut_document_makes_nothing_panic(text in element(4), cut in 0.0..1.0f64) {
        let mut at = (text.len() as f64 * cut) as usize;
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        use_all(&text[..at]);
        use_all(&text[at..]);
    }

    #[test]
    fn a_tidied_document_has_the_same_tree(text in element(5)) {
        let (document, diagnostics) = parse(&text);
        prop_assert!(document.is_readable(), "{:?}", diagnostics);
        let formatted = format(&document);
        let (again, _) = parse(&formatted);
        prop_assert!(document.same_tree(&again), "{}\n--\n{}", text, formatted);
        prop_assert_eq!(format(&again), formatted);
    }

    #[test]
    fn a_credential_that_was_set_is_the_one_that_is_read(
        username in "[^:\\p{Cc}]{0,20}", password in "[^\\p{Cc}]{0,20}", id in "[^\\p{Cc}\\p{Cf}\\s][^\\p{Cc}]{0,20}",
    ) {
        let start = "<policies>\n  <inbound>\n    <base />\n  </inbound>\n</policies>\n";
        let basic = Credential::Basic { username: username.clone(), password: Some(password.clone()) };
        let text = set_credential(start, &basic).unwrap();
        let program = compile(&text).unwrap();
        prop_assert_eq!(program.credential(), CredentialSummary::Basic { username });
        match Run::new(&program).next(Outcome::Start, &Call::default()) {
            Effect::UseBasic { password: read, .. } => prop_assert_eq!(read, password),
            other => prop_assert!(false, "{:?}", other),
        }
        prop_assert_eq!(unmask_password(&mask_password(&text), &text), text.clone());
        prop_assert_eq!(set_credential(&text, &basic).unwrap(), text.clone());
        let certificate = set_credential(&text, &Credential::Certificate { id: id.clone() }).unwrap();
        let read = compile(&certificate).unwrap();
        prop_assert_eq!(format!("{:?}", read.credential()), format!("Certificate(Id({id:?}))"));
        prop_assert_eq!(set_credential(&certificate, &Credential::None).unwrap(), start);
    }

    #[test]
    fn a_run_ends_whatever_becomes_of_its_effects(outcomes in prop::collection::vec(any::<bool>(), 40)) {
        let header = "<set-header name=\"X\"><value>x</value></set-header>";
        let text = format!(
            "<policies><inbound>{0}{0}<base/></inbound><backend><forward-request/></backend>\
             <outbound>{0}{0}{0}</outbound><on-error>{0}{0}</on-error></policies>",
            header,
        );
        let program = compile(&text).unwrap();
        let mut run = Run::new(&program);
        let mut outcome = Outcome::Start;
        let mut effects = 0;
        for done in outcomes {
            if matches!(run.next(outcome.clone(), &Call::default()), Effect::Answer) {
                break;
            }
            effects += 1;
            outcome = if done { Outcome::Done } else { failed() };
        }
        prop_assert!(effects <= 8);
        prop_assert!(matches!(run.next(Outcome::Done, &Call::default()), Effect::Answer) || effects < 8);
    }
}

#[test]
fn a_text_read_as_xml_and_as_typed_says_the_same() {
    let encoded = "<a b=\"@(x == &quot;y&quot; &amp;&amp; 1 &lt; 2)\">@(As&lt;T&gt;(&apos;c&apos;))</a>";
    let typed = "<a b=\"@(x == \"y\" && 1 < 2)\">@(As<T>('c'))</a>";
    for text in [encoded, typed] {
        let (document, diagnostics) = parse(text);
        assert!(diagnostics.is_empty(), "{diagnostics:?}");
        let root = document.root().unwrap();
        assert_eq!(root.attributes.len(), 1);
        assert!(matches!(root.children[..], [Node::Text(Text { .. })]));
    }
}
