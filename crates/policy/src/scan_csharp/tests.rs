//! What the scanner takes for the end of an expression.

use super::*;

/// The expression at the start of `text` must be `text` up to the `¶` mark.
fn ends_at_mark(marked: &str, view: View) {
    let (expression, rest) = marked.split_once('¶').unwrap();
    let text = format!("{expression}{rest}");
    assert_eq!(scan_csharp(&text, 0, view).map(|end| end.at), Ok(expression.len()), "{marked}");
}

fn fails(text: &str) -> (usize, Reason) {
    let unbalanced = scan_csharp(text, 0, View::Raw).unwrap_err();
    (unbalanced.at, unbalanced.reason)
}

#[test]
fn all_three_kinds_of_bracket_nest() {
    ends_at_mark("(a[b{c}](d))¶)\" x", View::Raw);
    ends_at_mark("{ if (x) { return y[0]; } }¶ }", View::Raw);
}

#[test]
fn brackets_in_strings_and_characters_do_not_count() {
    ends_at_mark(r#"(a == ")" || b == "\")" || c == ')' || d == '\'')¶)"#, View::Raw);
    ends_at_mark(r#"(@"c:\" + @"a "" ) b")¶)"#, View::Raw);
    ends_at_mark("(@\"two\nlines )\")¶)", View::Raw);
    ends_at_mark("(\"@\" + @class)¶)", View::Raw);
}

#[test]
fn comments_hide_everything_up_to_their_end() {
    ends_at_mark("{ // it's a ) \"quote\n return 1; /* ' \" ) } **/ }¶", View::Raw);
    ends_at_mark("(a / b)¶", View::Raw);
}

#[test]
fn holes_of_interpolated_strings_are_scanned_as_code() {
    ends_at_mark(r#"($"a {d["}"]} {{ ) }} {f(x)}")¶)"#, View::Raw);
    ends_at_mark(r#"($"{$"{$"{1}"}"}")¶"#, View::Raw);
    ends_at_mark("($@\"a {b} \"\" \n )\" + @$\"{c}\")¶", View::Raw);
}

#[test]
fn a_format_in_a_hole_is_text() {
    ends_at_mark(r#"($"{now:yyyy-MM-dd'T'HH:mm (}")¶"#, View::Raw);
    ends_at_mark(r#"($"{(a ? b : c):x}" + (a ? b : c))¶"#, View::Raw);
}

#[test]
fn entities_are_characters_in_the_decoded_view_only() {
    ends_at_mark("(a == &quot;)&quot; &amp;&amp; b &lt; c)¶&quot;", View::Decoded);
    ends_at_mark("(a == &quot;)¶&quot;)", View::Raw);
    ends_at_mark("(&#40;&#x29;)¶", View::Decoded);
}

#[test]
fn what_has_no_end_says_where_it_began() {
    assert_eq!(fails("(a"), (0, Reason::NotClosed { bracket: '(' }));
    assert_eq!(fails("((a)"), (0, Reason::NotClosed { bracket: '(' }));
    assert_eq!(fails("(a[b)"), (4, Reason::WrongCloser { found: ')', expected: ']' }));
    assert_eq!(fails("(\"a\nb\")"), (1, Reason::String));
    assert_eq!(fails("(\"a\\"), (1, Reason::String));
    assert_eq!(fails("(@\"a"), (1, Reason::String));
    assert_eq!(fails("($\"{a"), (1, Reason::String));
    assert_eq!(fails("($\"{a:x\")"), (1, Reason::String));
    assert_eq!(fails("($\"{a)"), (5, Reason::WrongCloser { found: ')', expected: '}' }));
    assert_eq!(fails("('a\n')"), (1, Reason::Character));
    assert_eq!(fails("(/* a"), (1, Reason::Comment));
    assert_eq!(fails(""), (0, Reason::NotClosed { bracket: '(' }));
}

#[test]
fn deep_nesting_needs_no_deep_stack() {
    let deep = "(".repeat(200_000) + &")".repeat(200_000);
    assert_eq!(scan_csharp(&deep, 0, View::Raw).map(|end| end.at), Ok(400_000));
    let holes = "($\"{".repeat(50_000);
    assert!(scan_csharp(&holes, 0, View::Raw).is_err());
}
