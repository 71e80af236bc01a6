//! Named values and fragments: put in where they stand, reported where they are written, never told.
#![expect(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::Call;
use policy::check::compile_in;
use policy::diagnostic::Diagnostic;
use policy::effect::Effect;
use policy::environment::{Environment, NamedValue};
use policy::fragment::check_fragment;
use policy::program::{CertificateSelector, Program};
use policy::review::review;
use policy::run::{Outcome, Run};

struct House;

impl Environment for House {
    fn named_value(&self, name: &str) -> Option<NamedValue> {
        let (value, is_secret) = match name {
            "plain" => ("a \"quoted\" <value> & more", false),
            "secret" => ("hunter2-hunter2", true),
            "flag" => ("true", false),
            "code" => ("context.Request.Method", false),
            "whole" => ("@(context.Request.Method + \"!\")", false),
            "seconds" => ("5", false),
            "lines" => ("one\ntwo", false),
            "end" => ("a]]>\"b&", false),
            _ => return None,
        };
        Some(NamedValue { value: value.to_owned(), is_secret })
    }

    fn fragment(&self, id: &str) -> Option<String> {
        Some(
            match id {
                "header" => "<fragment>\n  <set-header name=\"F\"><value>{{plain}}</value></set-header>\n  <authentication-certificate certificate-id=\"partner\" />\n</fragment>",
                "outbound-only" => "<fragment><set-backend-service base-url=\"https://a\" /></fragment>",
                "broken" => "<fragment>\n<nonsense /></fragment>",
                "later" => "<fragment><quota /></fragment>",
                "braces" => "<fragment>\n<set-body>@($\"{{palin}}\")</set-body></fragment>",
                "nested" => "<fragment><include-fragment fragment-id=\"header\" /></fragment>",
                _ => return None,
            }
            .to_owned(),
        )
    }

    fn named_value_names(&self) -> Vec<String> {
        ["plain", "secret", "flag", "code", "whole", "seconds", "lines", "end"].map(str::to_owned).to_vec()
    }

    fn knows_certificate(&self, selector: &CertificateSelector) -> Option<bool> {
        Some(*selector == CertificateSelector::Id("partner".to_owned()))
    }

    fn url_parameters(&self) -> Option<Vec<String>> {
        Some(vec!["id".to_owned()])
    }
}

fn inbound(content: &str) -> String {
    format!("<policies>\n<inbound>\n{content}\n</inbound>\n</policies>")
}

fn program(content: &str) -> Program {
    compile_in(&inbound(content), &House).unwrap_or_else(|problems| panic!("{content}: {problems:?}"))
}

fn problems(content: &str) -> Vec<Diagnostic> {
    compile_in(&inbound(content), &House).unwrap_err()
}

/// The value that a header gets.
fn header(value: &str) -> String {
    let program = program(&format!("<set-header name=\"X\"><value>{value}</value></set-header>"));
    match Run::new(&program).next(Outcome::Start, &Call::default()) {
        Effect::SetHeader { header, .. } => header.values.concat(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_named_value_is_put_in_as_it_is() {
    assert_eq!(header("{{plain}}"), "a \"quoted\" <value> & more");
    assert_eq!(header("<!-- {{nosuch}} -->[{{flag}}]"), "[true]");
    assert_eq!(header("@(\"<{{plain}}>\")"), "<a \"quoted\" <value> & more>");
    assert_eq!(header("@(@\"{{plain}}\")"), "a \"quoted\" <value> & more");
    assert_eq!(header("@($\"{{plain}} {1 + 1}\")"), "a \"quoted\" <value> & more 2");
    assert_eq!(header("@(\"{{lines}}\".Replace(\"\\n\", \"|\"))"), "one|two");
}

#[test]
fn a_named_value_can_be_code() {
    assert_eq!(header("{{whole}}"), "GET!");
    assert_eq!(header("@({{code}} + \"?\")"), "GET?");
    assert_eq!(header("@({{flag}} ? \"yes\" : \"no\")"), "yes");
}

#[test]
fn double_braces_of_strings_and_templates_stay_unless_they_are_meant() {
    assert_eq!(header("@($\"{{nosuch}} {{flag}}\")"), "{nosuch} true");
    let program = program("<set-body template=\"liquid\">{{flag}}{{context.Request.Method}}</set-body>");
    let effect = Run::new(&program).next(Outcome::Start, &Call::default());
    assert_eq!(format!("{effect:?}"), "SetBody(Request, \"trueGET\")");
}

#[test]
fn findings_stand_where_the_document_says_so() {
    let content = "<forward-request />\n<set-header name=\"{{plain}}{{plain}}\"><value>x</value></set-header><nonsense />\n<set-method>{{nosuch}}</set-method>";
    let text = inbound(content);
    let found = compile_in(&text, &House).unwrap_err();
    let places: Vec<(&str, u32, u32, &str)> = found
        .iter()
        .map(|one| (one.code, one.line, one.column, text.get(one.span.start..one.span.end).unwrap()))
        .collect();
    assert_eq!(
        places,
        [
            ("not-allowed-here", 3, 2, "forward-request"),
            ("invalid-value", 4, 19, "{{plain}}{{plain}}"),
            ("unknown-element", 4, 69, "nonsense"),
            ("unknown-named-value", 5, 13, "{{nosuch}}"),
        ]
    );
}

#[test]
fn a_secret_is_never_told() {
    for content in [
        "<set-method>{{secret}} x</set-method>",
        "<rate-limit calls=\"{{secret}}\" renewal-period=\"1\" />",
        "<set-header name=\"a {{secret}}\"><value>x</value></set-header>",
        "<authentication-certificate thumbprint=\"{{secret}}\" />",
        "<authentication-certificate certificate-id=\"{{secret}}\" />",
        "<choose><when condition=\"@({{secret}})\" /></choose>",
        "<set-variable name=\"a\" value=\"@(context.{{secret}})\" />",
        "<ip-filter action=\"{{secret}}\"><address>{{secret}}</address></ip-filter>",
        "<include-fragment fragment-id=\"{{secret}}\" />",
    ] {
        let found = problems(content);
        assert!(!format!("{found:?}").contains("hunter2"), "{content}: {found:?}");
    }
    let program = program("<set-header name=\"X\"><value>{{secret}}</value></set-header>");
    assert_eq!(program.names().named_values, ["secret"]);
}

#[test]
fn a_fragment_is_run_where_it_is_included() {
    let program = program(
        "<include-fragment fragment-id=\"header\" />\n<set-header name=\"G\"><value>x</value></set-header>",
    );
    let mut run = Run::new(&program);
    let call = Call::default();
    let effect = run.next(Outcome::Start, &call);
    assert!(matches!(effect, Effect::SetHeader { header, .. } if header.name == "F"));
    let place = run.place().unwrap();
    assert_eq!(
        (place.fragment.as_deref(), place.line, place.path.as_str()),
        (Some("header"), 2, "include-fragment[1]/set-header[1]")
    );
    assert!(matches!(run.next(Outcome::Done, &call), Effect::UseCertificate { .. }));
    assert!(matches!(run.next(Outcome::Done, &call), Effect::SetHeader { header, .. } if header.name == "G"));
    assert_eq!(
        (&program.names().fragments, &program.names().named_values),
        (&vec!["header".to_owned()], &vec!["plain".to_owned()])
    );
    let reference = program.references().first().unwrap();
    assert_eq!((reference.line, reference.column), (3, 32));
}

#[test]
fn a_fragment_that_can_not_be_used_is_refused_where_it_is_included() {
    let code = |content: &str| problems(content).first().unwrap().code;
    assert_eq!(code("<include-fragment fragment-id=\"nosuch\" />"), "unknown-fragment");
    assert_eq!(code("<include-fragment fragment-id=\"broken\" />"), "fragment-problem");
    assert_eq!(code("<include-fragment fragment-id=\"nested\" />"), "fragment-problem");
    assert_eq!(code("<include-fragment fragment-id=\"later\" />"), "unsupported-policy");
    assert_eq!(code("<include-fragment />"), "missing-attribute");
    let outbound =
        "<policies><outbound><include-fragment fragment-id=\"outbound-only\" /></outbound></policies>";
    assert_eq!(compile_in(outbound, &House).unwrap_err().first().unwrap().code, "fragment-problem");
}

#[test]
fn a_fragment_may_carry_its_id() {
    let text =
        "<fragment fragment-id=\"header\"><set-header name=\"F\"><value>1</value></set-header></fragment>";
    assert!(check_fragment(text, &House).is_ok());
    let problems = check_fragment(&text.replace("fragment-id", "fragment-ld"), &House).unwrap_err();
    assert_eq!(problems.first().unwrap().help.as_deref(), Some("did you mean `fragment-id`?"));
}

#[test]
fn a_fragment_alone_may_hold_statements_of_any_section() {
    let text = "<fragment><forward-request /><rewrite-uri template=\"/{id}\" /><set-status code=\"{{seconds}}00\" /></fragment>";
    assert_eq!(check_fragment(text, &House).unwrap().0.named_values, ["seconds"]);
    let code = |text: &str| check_fragment(text, &House).unwrap_err().first().unwrap().code;
    assert_eq!(code("<policies />"), "not-fragment");
    assert_eq!(code("<fragment><base /></fragment>"), "not-allowed-here");
    assert_eq!(code("<fragment><include-fragment fragment-id=\"header\" /></fragment>"), "not-allowed-here");
}

#[test]
fn certificates_and_parameters_must_exist() {
    let code = |content: &str| problems(content).first().unwrap().code;
    assert_eq!(code("<authentication-certificate certificate-id=\"nosuch\" />"), "unknown-certificate");
    assert_eq!(code("<rewrite-uri template=\"/{id}/{other}\" />"), "unknown-parameter");
    program("<authentication-certificate certificate-id=\"partner\" /><rewrite-uri template=\"/{id}\" />");
}

#[test]
fn a_review_warns_of_what_may_be_elsewhere() {
    let text = inbound(
        "<authentication-certificate certificate-id=\"a\" /><include-fragment fragment-id=\"b\" />\n\
         <rate-limit calls=\"{{c}}\" renewal-period=\"1\" /><choose><when condition=\"@({{d}} && 1 > 0)\" /></choose>",
    );
    let codes: Vec<(&str, bool)> = review(&text).iter().map(|one| (one.code, one.is_error())).collect();
    let warned = ["unknown-certificate", "unknown-fragment", "unknown-named-value", "unknown-named-value"];
    assert_eq!(codes, warned.map(|code| (code, false)));
}

#[test]
fn a_review_takes_what_other_tools_fill_in_as_unknown() {
    let text = inbound(
        "<set-backend-service base-url=\"${backend}\" /><ip-filter action=\"allow\"><address>${ip}</address></ip-filter>\n\
         <choose><when condition=\"@(${flag} && 1 > 0)\" /></choose><set-variable name=\"a\" value=\"@($\"${{x}} {1}\" + \"${y}\")\" />\n\
         <rate-limit calls=\"${ip}\" renewal-period=\"1\" />",
    );
    let found: Vec<(&str, u32)> = review(&text).iter().map(|one| (one.code, one.line)).collect();
    assert_eq!(found, [("template", 3), ("unknown-named-value", 4)]);
    assert!(review(&text).iter().all(|one| !one.is_error()));
    assert!(compile_in(&text, &House).is_err());
}

/// What is warned of, with its place, and what to do.
fn warnings(content: &str) -> Vec<(String, u32, u32, String)> {
    let program = program(content);
    let told = program.warnings().iter().map(|one| {
        assert_eq!(one.code, "unknown-named-value", "{content}");
        (one.message.clone(), one.line, one.column, one.help.clone().unwrap())
    });
    told.collect()
}

#[test]
fn a_name_that_does_not_exist_is_warned_of_where_its_braces_may_mean_something_else() {
    let interpolated = "there is no named value `palin`: in this string the braces stand for `{palin}`";
    for string in ["$\"{{palin}} {1}\"", "$@\"{{palin}}\"", "@$\"{{palin}}\""] {
        let content = format!("<set-body>@({string})</set-body>");
        let found = warnings(&content);
        assert_eq!(found.len(), 1, "{content}");
        assert_eq!(
            (found[0].0.as_str(), found[0].1, found[0].3.as_str()),
            (interpolated, 3, "did you mean `{{plain}}`?")
        );
        let column = 1 + content.find("{{").unwrap();
        assert_eq!(found[0].2 as usize, column, "{content}");
    }
    let template = "{{palin}}{{body.a}}{{context.RequestId}}{% assign x = 1 %}{{x}}{{plain}}";
    for content in [
        format!("<set-body template=\"liquid\">{template}</set-body>"),
        format!("<set-body template=\"liquid\"><![CDATA[{template}]]></set-body>"),
    ] {
        let found = warnings(&content);
        assert_eq!(found.len(), 1, "{content}: {found:?}");
        assert_eq!(
            (found[0].0.as_str(), found[0].3.as_str()),
            (
                "there is no named value `palin`, and the template sets no variable of this name",
                "did you mean `{{plain}}`?"
            )
        );
    }
    let found = warnings("<include-fragment fragment-id=\"braces\" />");
    assert_eq!(
        (found[0].0.as_str(), found[0].1),
        (format!("line 2 of the fragment `braces`: {interpolated}").as_str(), 3)
    );
    let (_, found) =
        check_fragment("<fragment><set-body>@($\"{{palin}}\")</set-body></fragment>", &House).unwrap();
    assert_eq!(found.iter().map(|one| one.code).collect::<Vec<_>>(), ["unknown-named-value"]);
}

#[test]
fn a_name_that_does_not_exist_is_an_error_where_it_can_be_nothing_else() {
    for content in [
        "<set-body>{\"a\": \"{{nosuch}}\"}</set-body>",
        "<set-body><![CDATA[{\"a\": \"{{nosuch}}\"}]]></set-body>",
        "<set-body>@(\"{{nosuch}}\")</set-body>",
        "<set-body>@(@\"{{nosuch}}\")</set-body>",
        "<set-body><![CDATA[@(\"{{nosuch}}\")]]></set-body>",
        "<set-body>@(/* {{nosuch}} */ \"\")</set-body>",
        "<set-body>@($\"{{nosuch}}\" + \"{{nosuch}}\")</set-body>",
        "<set-header name=\"X\"><value><![CDATA[{{nosuch}}]]></value></set-header>",
    ] {
        let found = problems(content);
        let error = found.iter().find(|one| one.is_error()).unwrap();
        assert_eq!(
            (error.code, error.message.as_str(), error.help.as_deref()),
            (
                "unknown-named-value",
                "there is no named value `nosuch`",
                Some("create it under Named values, or correct the name")
            ),
            "{content}"
        );
    }
}

#[test]
fn the_braces_around_a_hole_are_no_named_value() {
    assert_eq!(header("@{ var flag = 1; return $\"{{{flag}}}\"; }"), "{1}");
}

#[test]
fn a_named_value_in_a_section_is_put_in_as_it_is() {
    assert_eq!(header("<![CDATA[{{plain}}]]>"), "a \"quoted\" <value> & more");
    assert_eq!(header("<![CDATA[[{{end}}]]]>"), "[a]]>\"b&]");
    assert_eq!(header("<![CDATA[@(\"{{end}}\" + {{code}})]]>"), "a]]>\"b&GET");
    assert_eq!(header("@(<![CDATA[\"{{end}}\"]]> + \"{{end}}\")"), "a]]>\"b&a]]>\"b&");
    assert_eq!(header("<![CDATA[ {{whole}} ]]>"), "GET!");
    assert_eq!(header("\u{a0}{{whole}}"), "GET!");
}
