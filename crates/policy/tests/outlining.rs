//! A program as a list of its statements.

use policy::catalog::{entries, entry, later};
use policy::check::compile;
use policy::program::{DEFAULT_GLOBAL, Program, Section};

#[test]
fn the_outline_shows_each_statement_with_its_scope_and_line() {
    let api = "<policies>\n<inbound>\n<choose>\n<when condition=\"@(true)\">\n<set-header name=\"X-Id\"><value>1</value></set-header>\n\
               </when>\n</choose>\n<authentication-basic username=\"u\" password=\"hunter2\" />\n\
               <retry condition=\"@(false)\" count=\"1\" interval=\"1\"><set-method>PUT</set-method></retry>\n</inbound>\n</policies>";
    let program = Program::compose(&[&compile(DEFAULT_GLOBAL).unwrap(), &compile(api).unwrap()]);
    let outline = program.outline();
    let of = |section: Section| -> Vec<String> {
        let (_, lines) = outline.iter().find(|(known, _)| *known == section).unwrap();
        let shown = |line: &policy::outline::Line<'_>| {
            format!("{} {}:{} {}", line.depth, line.place.scope_name(), line.place.line, line.summary)
        };
        lines.iter().map(shown).collect()
    };
    assert_eq!(
        of(Section::Inbound),
        [
            "1 api:4 when",
            "2 api:5 set-header X-Id",
            "0 api:8 authentication-basic u",
            "0 api:9 retry",
            "1 api:9 set-method PUT",
        ]
    );
    assert_eq!(of(Section::Backend), ["0 global:4 forward-request"]);
    assert!(!format!("{outline:?}").contains("hunter2"));
}

#[test]
fn the_catalog_knows_what_may_stand_where() {
    let entry = entry("set-header").unwrap();
    assert_eq!(entry.children, ["value"]);
    let action = entry.attributes.iter().find(|attribute| attribute.name == "exists-action").unwrap();
    assert_eq!(action.values, ["override", "skip", "append", "delete"]);
    assert!(entry.attributes.iter().any(|attribute| attribute.name == "name" && attribute.is_required));
    assert!(entries().filter(|entry| !entry.sections.is_empty()).count() > 25);
    assert!(later().contains(&"quota") && !later().contains(&"set-body"));
}
