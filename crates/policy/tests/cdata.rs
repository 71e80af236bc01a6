//! Expressions, texts and templates in `CDATA` sections: read as the text of XML they are.
#![expect(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::Call;
use policy::check::compile;
use policy::diagnostic::Diagnostic;
use policy::effect::{Body, Effect};
use policy::format::format;
use policy::parse::parse;
use policy::run::{Outcome, Run};

fn check(text: &str) -> Vec<Diagnostic> {
    compile(text).map_or_else(|found| found, |program| program.warnings().to_vec())
}

fn first_effect<T>(statement: &str, take: impl FnOnce(Effect<'_>) -> T) -> T {
    let document = format!("<policies><inbound>{statement}</inbound></policies>");
    let program = compile(&document).unwrap_or_else(|problems| panic!("{statement}: {problems:?}"));
    let mut run = Run::new(&program);
    let call = Call { request_body: Some("{\"a\": 1}"), ..Call::default() };
    let mut outcome = Outcome::Start;
    loop {
        match run.next(outcome, &call) {
            Effect::Buffer { .. } => outcome = Outcome::Done,
            effect => return take(effect),
        }
    }
}

fn body(content: &str) -> String {
    body_of(&format!("<set-body>{content}</set-body>"))
}

fn body_of(statement: &str) -> String {
    first_effect(statement, |effect| match effect {
        Effect::SetBody { body: Body(bytes), .. } => String::from_utf8(bytes).unwrap(),
        other => panic!("{statement}: {other:?}"),
    })
}

fn header(content: &str) -> String {
    let statement = format!("<set-header name=\"X\"><value>{content}</value></set-header>");
    first_effect(&statement, |effect| match effect {
        Effect::SetHeader { header, .. } => header.values.concat(),
        other => panic!("{content}: {other:?}"),
    })
}

#[test]
fn an_expression_in_a_section_is_worked_out() {
    for content in [
        "<![CDATA[@{ return context.Request.Method + \"<&amp;\"; }]]>",
        "<![CDATA[@(context.Request.Method + \"<&amp;\")]]>",
        "\n  <![CDATA[\n@(context.Request.Method + \"<&amp;\")\n]]>\n",
        "<!-- why --><![CDATA[@(context.Request.Method + \"<&amp;\")]]><!-- so -->",
        "<![CDATA[ ]]><![CDATA[@(context.Request.Method + \"<&amp;\")]]>",
    ] {
        assert_eq!(body(content), "GET<&amp;", "{content}");
        assert_eq!(header(content), "GET<&amp;", "{content}");
    }
}

#[test]
fn an_expression_may_be_divided_among_sections_and_text() {
    for content in [
        "<![CDATA[@(\"a]]]]><![CDATA[>b\" + context.Request.Method)]]>",
        "@(\"a]]>b\" + <![CDATA[context.Request.Method]]>)",
        "<![CDATA[@(]]>\"a]]&gt;b\"<![CDATA[ + context.Request.Method)]]>",
        "@{ if (1 <![CDATA[<]]> 2) { return \"a]]&gt;b\" + context.Request.Method; } return \"\"; }",
    ] {
        assert_eq!(body(content), "a]]>bGET", "{content}");
        assert_eq!(header(content), "a]]>bGET", "{content}");
    }
    let nested = "<![CDATA[@{ return \"<![CDATA[x]]]]><![CDATA[>\"; }]]>";
    assert_eq!(body(nested), "<![CDATA[x]]>");
    assert_eq!(
        body("@{ return \"<![CDATA[\" + 1 + \"]]>\"; }"),
        "<![CDATA[1]]>",
        "marks in strings are text"
    );
}

#[test]
fn a_fault_in_a_divided_expression_is_found_where_it_stands() {
    let text = "<policies><inbound><set-body>@(1 <![CDATA[<]]> nosuch)</set-body></inbound></policies>";
    let found = check(text);
    assert_eq!(&text[found[0].span.start..found[0].span.end], "nosuch", "{found:?}");
}

#[test]
fn sections_without_an_expression_are_the_text_itself() {
    for (content, text) in [
        ("<![CDATA[{\"a\": \"<b>&amp;\"}]]>", "{\"a\": \"<b>&amp;\"}"),
        ("\n<![CDATA[<a>1</a>]]>\n", "<a>1</a>"),
        ("<![CDATA[a]]]]><![CDATA[>b]]>", "a]]>b"),
        ("<!-- one --><![CDATA[a]]> <!-- two --> <![CDATA[b]]>", "ab"),
        ("<![CDATA[me@(example).com]]>", "me@(example).com"),
        ("<![CDATA[]]>", ""),
    ] {
        assert_eq!(body(content), text, "{content}");
        let reply = format!("<return-response><set-body>{content}</set-body></return-response>");
        let replied = first_effect(&reply, |effect| match effect {
            Effect::Return { reply, .. } => reply.body.clone().unwrap().0,
            other => panic!("{other:?}"),
        });
        assert_eq!(String::from_utf8(replied).unwrap(), text, "{content}");
    }
    assert_eq!(header("<![CDATA[a]]]]><![CDATA[>b]]>"), "a]]>b");
    assert_eq!(body_of("<set-body template=\"liquid\"><![CDATA[<a>{{body.a}}</a>]]></set-body>"), "<a>1</a>");
    assert!(
        !check("<policies><inbound><set-body>a <![CDATA[b]]></set-body></inbound></policies>").is_empty()
    );
}

#[test]
fn parts_of_other_statements_may_stand_in_sections() {
    let statement = "<send-request response-variable-name=\"r\"><set-url><![CDATA[@(\"https://a.example/\" + \
        context.Request.Method)]]></set-url><set-method><![CDATA[POST]]></set-method>\
        <set-body><![CDATA[@(\"b\" + 1)]]></set-body></send-request>";
    first_effect(statement, |effect| match effect {
        Effect::Call(call) => {
            assert_eq!(call.url.as_deref(), Some("https://a.example/GET"));
            assert_eq!((call.method.as_deref(), call.body), (Some("POST"), Some(Body(b"b1".to_vec()))));
        }
        other => panic!("{other:?}"),
    });
}

#[test]
fn a_document_with_sections_stays_the_same_when_it_is_formatted() {
    let text = "<policies><inbound><set-body><![CDATA[@(]]>1<![CDATA[)]]></set-body><set-header name=\"X\">\
                <value> <![CDATA[@(\"]]]]><![CDATA[>\")]]> </value></set-header></inbound></policies>";
    let (document, found) = parse(text);
    assert!(found.is_empty(), "{found:?}");
    let formatted = format(&document);
    assert!(document.same_tree(&parse(&formatted).0), "{formatted}");
}
