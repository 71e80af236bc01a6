//! What grows with each step: templates and expressions that would fill any memory are refused before they take it.

mod common;

use common::Call;
use policy::check::compile;
use policy::effect::Effect;
use policy::program::Program;
use policy::run::{Outcome, Run};

/// What a template writes, or why it doesn't.
fn filled(template: &str, body: &'static str) -> Result<String, String> {
    let document = format!(
        "<policies><inbound><set-body template=\"liquid\"><![CDATA[{template}]]></set-body></inbound></policies>"
    );
    let program = compile(&document).map_err(|problems| format!("{problems:?}"))?;
    let program = Program::compose(&[&program]);
    let call = Call { request_body: Some(body), ..Call::default() };
    let mut run = Run::new(&program);
    let mut outcome = Outcome::Start;
    loop {
        match run.next(outcome, &call) {
            Effect::Buffer { .. } => outcome = Outcome::Done,
            Effect::SetBody { body, .. } => return Ok(String::from_utf8_lossy(&body.0).into_owned()),
            Effect::Fail { failure, .. } => return Err(failure.message),
            other => return Err(format!("{other:?}")),
        }
    }
}

/// A template that begins with `first` and repeats `again` on its own result; it must be refused with a limit and a
/// remedy, and the same done twice is no matter.
fn refused(first: &str, again: &str) {
    let repeated = |times: usize| format!("{first}{}{{{{ a | size }}}}", again.repeat(times));
    let often = filled(&repeated(60), BODY);
    let named = |problem: &String| problem.contains(" MiB") && problem.contains(';');
    assert!(often.as_ref().is_err_and(named), "{again}: {often:?}");
    let twice = filled(&repeated(2), BODY);
    assert!(twice.is_ok(), "{again}: {twice:?}");
}

const BODY: &str = "{\"l\":[\"x\",\"y\",\"z\"]}";
const TEXT: &str = "{% assign a = 'x y<z' %}";

#[test]
fn a_text_behind_itself_is_refused() {
    refused(TEXT, "{% assign a = a | append: a %}");
    refused(TEXT, "{% assign a = a | Append: a %}");
}

#[test]
fn a_text_before_itself_is_refused() {
    refused(TEXT, "{% assign a = a | prepend: a %}");
}

#[test]
fn a_text_for_each_of_its_letters_is_refused() {
    refused(TEXT, "{% assign a = a | replace: 'x', a %}{% assign a = a | append: 'x' %}");
    refused(TEXT, "{% assign a = a | replace: '', 'xxx' %}");
    refused(TEXT, "{% assign a = a | replace_first: 'x', a %}{% assign a = a | append: a %}");
}

#[test]
fn a_list_joined_by_itself_is_refused() {
    refused(TEXT, "{% assign l = a | split: 'x' %}{% assign a = l | join: a | append: 'xx' %}");
    refused(TEXT, "{% assign l = a | split: '' %}{% assign a = l | join: 'xy' %}");
}

#[test]
fn a_list_behind_itself_is_refused() {
    refused("{% assign a = 'x,y' | split: ',' %}", "{% assign a = a | concat: a %}");
    refused("{% assign a = body.l %}", "{% assign a = a | concat: a %}");
}

#[test]
fn a_block_that_captures_itself_is_refused() {
    refused(TEXT, "{% capture a %}{{ a }}{{ a }}{% endcapture %}");
    refused(TEXT, "{% capture a %}{% for x in body.l %}{{ a }}{% endfor %}{% endcapture %}");
}

#[test]
fn text_that_is_escaped_is_refused_where_that_is_too_long() {
    for (filter, text, doublings) in
        [("escape", "<", 23), ("escape_once", "<", 23), ("newline_to_br", "\n", 23), ("url_encode", "<", 24)]
    {
        let start = format!("{{% capture a %}}{text}{{% endcapture %}}");
        let doubled = |times: usize| "{% assign a = a | append: a %}".repeat(times);
        let problem = filled(&format!("{start}{}{{{{ a | {filter} }}}}", doubled(doublings)), "{}");
        assert!(problem.as_ref().is_err_and(|problem| problem.contains("32 MiB")), "{filter}: {problem:?}");
        filled(&format!("{start}{}{{{{ a | {filter} }}}}", doubled(9)), "{}").expect(filter);
    }
}

#[test]
fn text_that_changes_its_case_or_is_cut_while_it_grows_is_refused() {
    for filter in ["upcase", "truncate: 99999999", "truncatewords: 99999999", "default: 'x'", "remove: 'q'"] {
        refused(TEXT, &format!("{{% assign a = a | {filter} | append: a | append: 'xy' %}}"));
    }
    refused(TEXT, "{% assign a = a | truncate: 1, a | append: a | append: a %}");
    refused(TEXT, "{% assign a = a | truncatewords: 1, a | append: 'x y' %}");
}

#[test]
fn lists_that_are_ordered_while_they_grow_are_refused() {
    for filter in ["sort", "sort_natural", "reverse", "compact", "uniq"] {
        refused(
            "{% assign a = 'x,y' | split: ',' %}",
            &format!("{{% assign b = a | {filter} %}}{{% assign a = a | concat: a %}}"),
        );
    }
    refused("{% assign a = body.l %}", "{% assign b = a | map: 'n' %}{% assign a = a | concat: a %}");
    refused("{% assign a = body.l %}", "{% assign b = a | where: 'n' %}{% assign a = a | concat: a %}");
}

#[test]
fn a_date_as_wide_as_memory_is_refused() {
    for format in ["%1000000000d", "%-99999999Y", "%99999999999999999999999d", "%_900000000A"] {
        let template = format!("{{{{ '2020-01-02 03:04:05 +0000' | date: '{format}' | size }}}}");
        let problem = filled(&template, "{}").expect_err(format);
        assert!(problem.contains("32 MiB"), "{format}: {problem}");
    }
    let template = "{{ '2020-01-02 03:04:05 +0000' | date: '%Y-%m-%d %5d' }}";
    assert_eq!(filled(template, "{}").as_deref(), Ok("2020-01-02 00002"));
}

#[test]
fn many_variables_together_are_refused() {
    let doubled = "{% assign a = a | append: a %}".repeat(20);
    let many = (0..20).map(|number| format!("{{% assign b{number} = a %}}")).collect::<String>();
    let problem = filled(&format!("{TEXT}{doubled}{many}"), "{}").unwrap_err();
    assert!(problem.contains("what its variables hold takes more than 32 MiB"), "{problem}");
    let again = "{% assign b = a %}".repeat(20);
    assert_eq!(filled(&format!("{TEXT}{doubled}{again}{{{{ b | size }}}}"), "{}").as_deref(), Ok("5242880"));
}

#[test]
fn captured_blocks_in_each_other_are_refused_together() {
    let doubled = "{% assign a = a | append: a %}".repeat(20);
    let open = (0..20).map(|number| format!("{{% capture c{number} %}}{{{{ a }}}}")).collect::<String>();
    let problem = filled(&format!("{TEXT}{doubled}{open}{}", "{% endcapture %}".repeat(20)), "{}");
    assert!(problem.unwrap_err().contains("32 MiB"));
    let open = "{% ifchanged %}{{ a }}".repeat(20);
    let problem = filled(&format!("{TEXT}{doubled}{open}{}", "{% endifchanged %}".repeat(20)), "{}");
    assert!(problem.unwrap_err().contains("32 MiB"));
}

#[test]
fn work_that_repeats_in_a_loop_is_refused() {
    let doubled = "{% assign a = a | append: a %}".repeat(16);
    let (open, close) = ("{% for x in l %}".repeat(3), "{% endfor %}".repeat(3));
    let list = "{% assign l = '1,2,3,4,5,6,7,8,9,0,1,2,3,4,5,6,7,8,9,0,1,2,3,4,5,6,7,8,9,0' | split: ',' %}";
    let problem =
        filled(&format!("{TEXT}{list}{doubled}{open}{{% assign b = a %}}{close}"), "{}").unwrap_err();
    assert!(problem.contains("512 MiB in all; write"), "{problem}");
}

#[test]
fn what_is_written_says_its_limit() {
    let doubled = "{% assign a = a | append: a %}".repeat(22);
    let problem = filled(&format!("{TEXT}{doubled}{}", "{{ a }}".repeat(3)), "{}").unwrap_err();
    assert!(problem.contains("what it writes takes more than 32 MiB; shorten"), "{problem}");
}

#[test]
fn what_keeps_values_works_as_before() {
    for (template, text) in [
        ("{% assign a = 'x' | append: 'y' | upcase %}{{ a }}", "XY"),
        ("{% assign a = body.l | join: '-' %}{{ a }}", "1-2-2"),
        ("{% capture c %}<{{ body.n }}>{% endcapture %}{{ c }}{{ c }}", "<7><7>"),
        ("{% for x in body.l %}{% ifchanged %}{{ x }}{% endifchanged %}{% endfor %}", "12"),
        (
            "{% for x in body.l limit:1 %}{{ x }}{% endfor %}{% for x in body.none %}{% else %}no{% endfor %}",
            "1no",
        ),
        ("[\n{%- for x in body.l -%}\n {{ x }}\n{%- endfor -%}\n]", "[122]"),
        ("{% assign s = '' %}{% for x in body.l %}{% assign s = s | append: x %}{% endfor %}{{ s }}", "122"),
        (
            "{{ body.l | uniq | size }}{{ 'a b c' | truncatewords: 1 }}{{ 'abcdef' | truncate: 4 }}",
            "2a...a...",
        ),
        (
            "{{ 'a<b' | escape }}{{ 'a b' | url_encode }}{{ 'b,a' | split: ',' | sort | first }}",
            "a&lt;ba%20ba",
        ),
    ] {
        assert_eq!(filled(template, "{\"l\":[1,2,2],\"n\":7}").as_deref(), Ok(text), "{template}");
    }
}

#[test]
fn a_list_made_in_a_loop_of_thousands_is_no_matter() {
    let items: Vec<_> = (0..1000).map(|number| format!("\"item number {number}\"")).collect();
    let body: &'static str = format!("{{\"l\":[{}]}}", items.join(",")).leak();
    let template = "{% assign s = '' %}{% for x in body.l %}{% assign s = s | append: x | append: ',' %}{% endfor %}{{ s | size }}";
    assert_eq!(filled(template, body).as_deref(), Ok("15890"));
}
