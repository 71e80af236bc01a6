//! What expressions are worth: a table of C# and the text it gives, and what fails.
#![expect(clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::time::Duration;

use common::{Call, Stopwatch, THUMBPRINT};
use policy::check::compile;
use policy::diagnostic::Diagnostic;
use policy::effect::Effect;
use policy::error::EvaluationError;
use policy::run::{Outcome, Run};

/// A document that puts an expression's value into a header.
fn document(expression: &str) -> String {
    format!(
        "<policies><inbound><set-variable name=\"n\" value=\"@(7)\" /><set-variable name=\"t\" value=\"text\" />\
         <set-header name=\"X\"><value>{expression}</value></set-header></inbound></policies>"
    )
}

/// What a failure by this error says.
fn said(error: &EvaluationError) -> String {
    format!("Expression evaluation failed. {error}")
}

fn outcome(expression: &str) -> Result<String, String> {
    let program =
        compile(&document(expression)).unwrap_or_else(|problems| panic!("{expression}: {problems:?}"));
    match Run::new(&program).next(Outcome::Start, &Call::with_certificate()) {
        Effect::SetHeader { header, .. } => Ok(header.values.concat()),
        Effect::Fail { failure, .. } => Err(failure.message),
        other => panic!("{expression}: {other:?}"),
    }
}

fn assert_table(table: &[(&str, &str)]) {
    for (expression, expected) in table {
        assert_eq!(outcome(&format!("@({expression})")).as_deref(), Ok(*expected), "{expression}");
    }
}

#[test]
fn numbers_are_worked_out_as_csharp_does() {
    assert_table(&[
        ("1 + 2 * 3", "7"),
        ("(1 + 2) * 3", "9"),
        ("7 / 2", "3"),
        ("-7 / 2", "-3"),
        ("-7 % 3", "-1"),
        ("7 / 2.0", "3.5"),
        ("int.Parse(\"2147483647\") + 1", "-2147483648"),
        ("2147483647L + 1", "2147483648"),
        ("0x7f", "127"),
        ("1_000", "1000"),
        ("1 << 4 | 1", "17"),
        ("-17 >> 2", "-5"),
        ("6 & 3 ^ 1", "3"),
        ("~0", "-1"),
        ("1e16", "1E+16"),
        ("0.1 + 0.2", "0.30000000000000004"),
        ("1.5e-7", "1.5E-07"),
        ("100.0", "100"),
        ("'a' + 'b'", "195"),
        ("(char)98", "b"),
        ("(int)3.99", "3"),
        ("(long)5 * 2", "10"),
        ("int.Parse(\" 42 \") + 1", "43"),
        ("Math.Max(3, 5) - Math.Abs(-2)", "3"),
        ("1 < 2 && 2.5 >= 2", "True"),
        ("1 == 1.0", "True"),
    ]);
}

#[test]
fn texts_are_worked_out_as_net_does() {
    assert_table(&[
        ("\"a\" + 1 + true + null + 'c' + 1.5", "a1Truec1.5"),
        ("1 + 2 + \"x\" + 1 + 2", "3x12"),
        ("\"비밀😀\".Length", "4"),
        ("\"a\\\"b\\u0041\\x42\"", "a\"bAB"),
        ("@\"c:\\x\"\"y\"", "c:\\x\"y"),
        ("$\"{1 + 1}-{\"q\"}-{{}}\"", "2-q-{}"),
        ("$@\"\\{(true ? \"y\" : \"n\")}\"", "\\y"),
        ("\"Hello\".Substring(1, 3)", "ell"),
        ("\"Hello\"[1]", "e"),
        ("\"a,b;c\".Split(',', ';').Length", "3"),
        ("\"a b\".Split(' ')[1]", "b"),
        ("string.Join(\"-\", \"a,b\".Split(','))", "a-b"),
        ("\"abc\".Contains(\"B\", StringComparison.OrdinalIgnoreCase)", "True"),
        ("\"abc\".IndexOf('c') + \"abcb\".LastIndexOf(\"b\")", "5"),
        ("\"abc\".IndexOf(\"x\")", "-1"),
        ("\"  x \".Trim() + \"|\"", "x|"),
        ("\"xx1x\".Trim('x')", "1"),
        ("\"7\".PadLeft(3, '0')", "007"),
        ("\"a-b-c\".Replace(\"-\", \"\")", "abc"),
        ("\"abcdef\".Remove(2).Insert(1, \"Z\")", "aZb"),
        ("\"ABC\".ToLowerInvariant().ToUpper()", "ABC"),
        ("\"a\" == \"A\"", "False"),
        ("\"a\".Equals(\"A\", StringComparison.InvariantCultureIgnoreCase)", "True"),
        ("string.IsNullOrEmpty(\"\") && String.IsNullOrWhiteSpace(\" \") && string.Empty == \"\"", "True"),
        ("string.IsNullOrEmpty(null)", "True"),
    ]);
}

#[test]
fn null_goes_the_way_it_goes_in_csharp() {
    assert_table(&[
        ("context.Request.Headers[\"none\"] == null", "True"),
        ("context.Request.Headers[\"none\"]?[0] ?? \"default\"", "default"),
        ("context.Request.Headers[\"none\"]?[0].ToUpper().Trim() ?? \"default\"", "default"),
        ("context.Variables[\"none\"] == null", "True"),
        ("(string)context.Variables[\"none\"] ?? \"d\"", "d"),
        ("(context.Variables[\"none\"] as string)?.Length == null", "True"),
        (
            "context.Variables.GetValueOrDefault<int>(\"none\") + context.Variables.GetValueOrDefault(\"n\", 1)",
            "7",
        ),
        ("context.Variables.GetValueOrDefault<string>(\"t\").Length", "4"),
        ("context.Variables[\"n\"] is int", "True"),
        ("context.Variables[\"n\"] is string", "False"),
        ("null == null", "True"),
        ("true ? null : \"a\"", ""),
    ]);
    for expression in [
        "context.Request.Headers[\"none\"][0]",
        "(int)context.Variables[\"none\"]",
        "((string)context.Variables[\"none\"]).Length",
    ] {
        assert_eq!(
            outcome(&format!("@({expression})")),
            Err(said(&EvaluationError::NullReference)),
            "{expression}"
        );
    }
}

#[test]
fn the_request_is_seen_as_it_is() {
    assert_table(&[
        ("context.Request.Method", "GET"),
        ("context.Request.OriginalUrl.Path + context.Request.Url.Path", "/orders/7/v1/7"),
        ("context.Request.Url.ToString()", "https://api.example.com:8443/v1/7?a=1&b=x%20y&a=2"),
        (
            "context.Request.Url.Host + context.Request.Url.Port + context.Request.Url.QueryString",
            "api.example.com8443?a=1&b=x%20y&a=2",
        ),
        ("context.Request.Url.Query.GetValueOrDefault(\"A\")", "1,2"),
        ("context.Request.Url.Query[\"b\"][0]", "x y"),
        ("context.Request.Headers[\"x-one\"][0]", "1"),
        ("context.Request.Headers.GetValueOrDefault(\"X-Many\", \"\")", "a,b"),
        ("context.Request.Headers[\"X-Many\"].Any(v => v == \"b\")", "True"),
        ("context.Request.Headers[\"X-Many\"].FirstOrDefault(v => v != \"a\")", "b"),
        ("context.Request.Headers[\"X-Many\"].All(v => v == \"b\")", "False"),
        ("context.Request.Headers[\"X-Many\"].Last() + context.Request.Headers[\"X-Many\"].Count()", "b2"),
        ("context.Request.Headers.GetValueOrDefault(\"Authorization\",\"\").Split(' ')[0]", "Basic"),
        ("context.Request.IpAddress + context.RequestId", "192.0.2.10123"),
    ]);
}

#[test]
fn a_certificate_is_seen_as_net_shows_it() {
    assert_table(&[
        ("context.Request.Certificate.Subject", "CN=partner, O=\"Contoso, Inc.\", C=US"),
        ("context.Request.Certificate.SubjectName.Name == context.Request.Certificate.Subject", "True"),
        ("context.Request.Certificate.IssuerName.Name", "CN=Partner CA, C=US"),
        ("\"CN=Partner CA, C=US\" == context.Request.Certificate.IssuerName", "True"),
        ("context.Request.Certificate.SerialNumber", "00A1B2"),
        ("context.Request.Certificate.Thumbprint", THUMBPRINT),
        ("context.Request.Certificate.NotAfter.ToString(\"s\")", "2024-05-06T08:08:09"),
        ("context.Request.Certificate.NotBefore < DateTime.UtcNow", "True"),
        (
            "context.Request.Certificate.Thumbprint == \"01 23 45 67 89 ab cd ef 01 23 45 67 89 ab cd ef 01 23 45 67\"",
            "True",
        ),
        ("context.Deployment.Certificates.ContainsKey(\"partner\")", "True"),
    ]);
}

#[test]
fn times_are_worked_out_as_net_does() {
    assert_table(&[
        ("DateTime.UtcNow.ToString(\"o\")", "2024-05-06T07:08:09.1230000Z"),
        ("DateTime.Now", "05/06/2024 07:08:09"),
        ("DateTime.Today.AddDays(-6).AddMonths(-2).ToString(\"yyyy-MM-dd\")", "2024-02-29"),
        ("new DateTime(2024, 2, 29).AddYears(1).DayOfYear", "59"),
        ("(new DateTime(2024, 5, 7) - DateTime.Today).TotalHours", "24"),
        ("DateTime.UtcNow + TimeSpan.FromMinutes(1.5) > DateTime.UtcNow.AddSeconds(89)", "True"),
        ("new DateTime(2024, 5, 6, 1, 2, 3).Subtract(DateTime.Today)", "01:02:03"),
        ("$\"{DateTime.UtcNow:yyyy-MM-dd'T'HH:mm}\"", "2024-05-06T07:08"),
    ]);
}

#[test]
fn casts_and_brackets_are_told_apart() {
    assert_table(&[
        ("(context.Variables[\"t\"]) + \"b\"", "textb"),
        ("(string)context.Variables[\"t\"] + \"b\"", "textb"),
        ("(int)-1.5 + (1)", "0"),
        ("1 < 2 == (3 > 2)", "True"),
        ("true ? 1 : false ? 2 : 3", "1"),
        ("!(1 > 2) ? \"a\" : \"b\"", "a"),
        ("context.Variables.GetValueOrDefault<string> (\"t\")", "text"),
    ]);
}

#[test]
fn blocks_run_statement_by_statement() {
    let block = "@{ var s = \"\"; int n = 3; while (true) { if (n == 0) break; s += n; n--; } \
                 for (var i = 0; i < 3; i++) { if (i == 1) { continue; } s = s + \",\" + i; } \
                 foreach (string x in new string[] { \"p\", \"q\" }) { s += x; } \
                 if (s.Length > 5) { return s; } else return \"no\"; }";
    assert_eq!(outcome(block).as_deref(), Ok("321,0,2pq"));
}

#[test]
fn what_net_throws_is_a_failure() {
    for (expression, error) in [
        ("1 / (context.Request.Method.Length - 3)", EvaluationError::DivideByZero),
        ("\"a\".Substring(5)", EvaluationError::OutOfRange),
        ("new[] { \"a\" }[1]", EvaluationError::IndexOutOfRange),
        ("int.Parse(\"4x\")", EvaluationError::Format),
        ("int.Parse(\"99999999999\")", EvaluationError::Overflow),
        ("DateTime.UtcNow.AddYears(9000)", EvaluationError::OutOfRange),
        ("\"a\".Contains(null)", EvaluationError::NullArgument),
        ("new[] { \"a\" }.First(x => x == \"b\")", EvaluationError::Empty),
        ("\"a\\nb\"", EvaluationError::ControlCharacter),
        (
            "(int)context.Variables[\"t\"]",
            EvaluationError::Cast { from: "System.String", to: "System.Int32".into() },
        ),
    ] {
        assert_eq!(outcome(&format!("@({expression})")), Err(said(&error)), "{expression}");
    }
}

#[test]
fn endless_and_growing_expressions_come_to_an_end() {
    for (block, error) in [
        ("while (true) { } return 1;", EvaluationError::TooManySteps),
        ("var s = \"x\"; while (true) { s += s; } return s;", EvaluationError::TooLarge),
        ("return \"x\".PadLeft(2000000000);", EvaluationError::TooLarge),
        ("return \"x\".PadRight(2000000000);", EvaluationError::TooLarge),
        ("return new string('x', 2000000000);", EvaluationError::TooLarge),
        ("return Enumerable.Range(0, 2000000000).ToList().Count;", EvaluationError::TooLarge),
        ("return Enumerable.Repeat(1, 2000000000).ToArray().Length;", EvaluationError::TooLarge),
        ("return new int[2000000000].Length;", EvaluationError::TooLarge),
        ("return new StringBuilder().Append('x', 2000000000).ToString();", EvaluationError::TooLarge),
        (
            "var b = new StringBuilder(\"x\"); while (true) { b.Append(b.ToString()); } return b.ToString();",
            EvaluationError::TooLarge,
        ),
        (
            "var b = new StringBuilder(\"x\"); while (true) { b.Insert(0, b.ToString()); } return b.ToString();",
            EvaluationError::TooLarge,
        ),
        ("var s = \"x\"; while (true) { s = s.Insert(0, s); } return s;", EvaluationError::TooLarge),
        ("var s = \"x\"; while (true) { s = $\"{s}{s}\"; } return s;", EvaluationError::TooLarge),
        (
            "var s = \"x\"; while (true) { s = string.Format(\"{0}{0}\", s); } return s;",
            EvaluationError::TooLarge,
        ),
        (
            "var s = \"x\"; while (true) { s = Convert.ToBase64String(Encoding.UTF8.GetBytes(s + s)); } return s;",
            EvaluationError::TooLarge,
        ),
        (
            "var s = \"&\"; while (true) { s = Uri.EscapeDataString(s + s); } return s;",
            EvaluationError::TooLarge,
        ),
        (
            "var l = new List<int> { 1 }; while (true) { l.AddRange(l.ToList()); } return l.Count;",
            EvaluationError::TooManySteps,
        ),
        ("var s = \"a\".PadLeft(2000000); return s.Replace(\" \", s);", EvaluationError::TooLarge),
        (
            "return string.Concat(Enumerable.Repeat(\"a\".PadLeft(8000000), 20000));",
            EvaluationError::TooLarge,
        ),
        (
            "return string.Join(\",\", Enumerable.Repeat(\"a\".PadLeft(8000000), 20000));",
            EvaluationError::TooLarge,
        ),
        (
            "var s = \"a\".PadLeft(8000000); return Regex.Replace(s, \".+\", string.Concat(Enumerable.Repeat(\"$0\", 20000)));",
            EvaluationError::TooLarge,
        ),
        (
            "var a = new JArray(1); for (var i = 0; i < 60; i++) { a.Merge(a); } return a.Count;",
            EvaluationError::TooLarge,
        ),
        (
            "var a = new JArray(1); for (var i = 0; i < 60; i++) { a = new JArray(a, a); } return 1;",
            EvaluationError::TooLarge,
        ),
        (
            "var a = new JArray(1, 2, 3); var l = new List<JToken>(); while (true) { l.Add(a.DeepClone()); }",
            EvaluationError::TooLarge,
        ),
        (
            "var l = new List<object>(); for (var i = 0; i < 60; i++) { l = new List<object>() { l, l }; } return JToken.FromObject(l);",
            EvaluationError::TooLarge,
        ),
        (
            "var o = new JObject(); o[\"a\"] = \"\"; for (var i = 0; i < 60; i++) { o[\"b\" + i] = o[\"a\"]; o[\"a\"] = new JArray(o[\"a\"], o[\"a\"]); } return 1;",
            EvaluationError::TooLarge,
        ),
        (
            "var e = new XElement(\"a\"); for (var i = 0; i < 60; i++) { e = new XElement(\"a\", e, e); } return 1;",
            EvaluationError::TooLarge,
        ),
        (
            "var x = XElement.Parse(\"<a>\" + string.Concat(Enumerable.Repeat(\"<b/>\", 100000)) + \"</a>\"); var n = x.FirstNode; while (n != null) { n = n.NextNode; } return 1;",
            EvaluationError::TooManySteps,
        ),
        (
            "var x = XElement.Parse(\"<a>\" + string.Concat(Enumerable.Repeat(\"<b/>\", 100000)) + \"</a>\"); while (x.Element(\"c\") == null) { } return 1;",
            EvaluationError::TooManySteps,
        ),
        (
            "var s = \"<c/>\"; for (var i = 0; i < 140; i++) { s = \"<b><c/>\" + s + \"</b>\"; } var x = new[] { XElement.Parse(s) }.Descendants(); for (var i = 0; i < 9; i++) { x = x.Descendants().Concat(x); } return x.Count();",
            EvaluationError::TooManySteps,
        ),
        (
            "object t = 1; for (var i = 0; i < 60; i++) { t = new { a = t, b = t }; } return t;",
            EvaluationError::TooLarge,
        ),
    ] {
        let block = format!("@{{ {block} }}");
        let began = Stopwatch::start();
        let outcome = outcome(&block);
        assert_eq!(outcome, Err(said(&error)), "{block}");
        // Not optimised, beside other tests: what never came to an end would take hours.
        assert!(began.elapsed() < Duration::from_secs(60), "{block}");
    }
}

#[test]
fn what_a_caller_sends_never_ends_the_program() {
    for (expression, value) in [
        ("5e28m.ToString(\"F3\")", "50000000000000000000000000000.000"),
        ("12345.ToString(\"F28\")", "12345.0000000000000000000000000000"),
        ("(-0.004).ToString(\"0.00\")", "0.00"),
        ("1.5m.ToString(\"000.0#\")", "001.5"),
    ] {
        assert_eq!(outcome(&format!("@({expression})")).as_deref(), Ok(value), "{expression}");
    }
    for format in ["new string('0', 70000)", "\"0.\" + new string('#', 70000)"] {
        assert_eq!(outcome(&format!("@(1.ToString({format}))")), Err(said(&EvaluationError::Format)));
    }
    // An order that isn't one: numbers are no texts, and NaN is before nothing.
    let mixed = "JArray.Parse(\"[\" + string.Join(\",\", Enumerable.Range(0, 300).Select(i => i % 3 == 0 ? \"NaN\" : i % 3 == 1 ? \"'\" + i + \"'\" : \"\" + (300 - i))) + \"]\")";
    assert_eq!(outcome(&format!("@({mixed}.OrderBy(t => t).Count())")).as_deref(), Ok("300"));
}

#[test]
fn a_loop_may_fail_as_often_as_it_likes() {
    for (block, value) in [
        (
            "var o = new { a = \"\" }; o = null; var n = 0; for (var i = 0; i < 1000; i++) { if (o?.a == null) { n++; } } return n;",
            "1000",
        ),
        (
            "var d = new Dictionary<string, int>(); var n = 0; for (var i = 0; i < 1000; i++) { try { int v; d.TryGetValue(null, out v); } catch (Exception) { n++; } } return n;",
            "1000",
        ),
    ] {
        assert_eq!(outcome(&format!("@{{ {block} }}")).as_deref(), Ok(value), "{block}");
    }
}

#[test]
fn throwing_again_throws_what_was_caught_wherever_it_stands() {
    for (block, value) in [
        (
            "try { try { int.Parse(\"x\"); } catch (Exception) { switch (1) { default: throw; } } } catch (FormatException) { return 1; } return 2;",
            "1",
        ),
        (
            "try { try { int.Parse(\"x\"); } catch (Exception) { foreach (var x in \"a\") { throw; } } } catch (FormatException) { return 1; } return 2;",
            "1",
        ),
        (
            "try { int.Parse(\"x\"); } catch (Exception) { try { throw; } catch (FormatException) { return 1; } } return 2;",
            "1",
        ),
    ] {
        assert_eq!(outcome(&format!("@{{ {block} }}")).as_deref(), Ok(value), "{block}");
    }
}

#[test]
fn the_cache_keeps_no_more_than_there_is_room_for() {
    let block = "var l = new List<object>(); for (var i = 0; i < 30; i++) { l = new List<object>() { l, l }; } return l;";
    let text = format!(
        "<policies><inbound><cache-store-value key=\"v\" duration=\"1\" value=\"@{{ {block} }}\" /></inbound></policies>"
    );
    let program = compile(&text).unwrap();
    let call = Call::default();
    let effect = Run::new(&program).next(Outcome::Start, &call);
    assert!(
        matches!(&effect, Effect::Fail { failure, .. } if failure.message == said(&EvaluationError::TooLarge))
    );
}

#[test]
fn a_json_value_is_a_plain_one() {
    for block in ["return new JValue(new JArray(1));", "var v = new JValue(new { a = 1 }); return v;"] {
        assert!(
            outcome(&format!("@{{ {block} }}")).is_err_and(|error| error.contains("JSON object type")),
            "{block}"
        );
    }
    assert_eq!(outcome("@(new JValue(new JValue(7)))").as_deref(), Ok("7"));
}

#[test]
fn a_failed_expression_is_a_failed_call_whatever_the_host_says() {
    let text = "<policies><inbound><choose><when condition=\"@(context.Request.Certificate.Subject == &quot;x&quot;)\">\
                <return-response /></when></choose><set-header name=\"X\"><value>x</value></set-header></inbound>\
                <on-error><set-header name=\"E\"><value>e</value></set-header></on-error></policies>";
    let program = compile(text).unwrap();
    let mut run = Run::new(&program);
    let call = Call::default();
    let effect = run.next(Outcome::Start, &call);
    assert!(
        matches!(&effect, Effect::Fail { failure, at } if at.element == "when" && failure.message == said(&EvaluationError::NullReference)),
        "{effect:?}"
    );
    assert!(matches!(run.next(Outcome::Done, &call), Effect::SetHeader { header, .. } if header.name == "E"));
    assert!(matches!(run.next(Outcome::Done, &call), Effect::Answer));
}

#[test]
fn an_expression_can_be_long_but_not_deep() {
    let sum = vec!["1"; 200].join(" + ");
    assert_eq!(outcome(&format!("@({sum})")).as_deref(), Ok("200"));
    let codes = |expression: &str| -> Vec<&'static str> {
        compile(&document(expression)).unwrap_err().iter().map(|problem: &Diagnostic| problem.code).collect()
    };
    assert_eq!(codes(&format!("@({})", vec!["1"; 5000].join("+"))), ["expression-too-deep"]);
    assert_eq!(codes(&format!("@({}1{})", "(".repeat(5000), ")".repeat(5000))), ["expression-too-deep"]);
    assert_eq!(codes(&format!("@({}true)", "!".repeat(5000))), ["expression-too-deep"]);
}

#[test]
fn the_deepest_that_is_read_runs_on_a_small_stack() {
    let depth = 55;
    let brackets = format!("@({}1{})", "(".repeat(depth), ")".repeat(depth));
    let conditions = format!("@({}1{})", "(true ? ".repeat(depth / 2), " : 0)".repeat(depth / 2));
    let blocks =
        format!("@{{ {}return 1;{} return 1; }}", "if (true) { ".repeat(depth / 2), " }".repeat(depth / 2));
    let negations = format!("@({}true ? 1 : 2)", "!".repeat(54));
    let sum = format!("@(({} > 0) ? 1 : 0)", vec!["1"; 240].join(" + "));
    let run = move || {
        for whole in [brackets, conditions, blocks, negations, sum] {
            assert_eq!(outcome(&whole).as_deref(), Ok("1"), "{whole}");
        }
    };
    // What the threads of a server have.
    let thread = std::thread::Builder::new().stack_size(2 * 1024 * 1024).spawn(run);
    assert!(thread.is_ok_and(|thread| thread.join().is_ok()));
}
