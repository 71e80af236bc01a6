//! Documents that are right and were once refused, and documents that are wrong and were once accepted: saving a
//! document and looking at it alone come to the same verdict.

mod common;

use policy::check::compile;
use policy::diagnostic::{Diagnostic, Severity};
use policy::review::{Templates, review, review_with};

fn inbound(content: &str) -> String {
    format!("<policies><inbound>{content}</inbound></policies>")
}

fn variable(code: &str) -> String {
    inbound(&format!("<set-variable name=\"a\" value=\"@{code}\" />"))
}

/// The codes of the findings of one severity, by saving and by looking at the text alone.
fn codes(text: &str, severity: Severity) -> [Vec<&'static str>; 2] {
    let of = |found: &[Diagnostic]| {
        found.iter().filter(|one| one.severity == severity).map(|one| one.code).collect::<Vec<_>>()
    };
    let saved = match compile(text) {
        Ok(program) => of(program.warnings()),
        Err(found) => of(&found),
    };
    [saved, of(&review(text))]
}

#[track_caller]
fn assert_accepted(text: &str) {
    assert_eq!(codes(text, Severity::Error), [[""; 0], [""; 0]], "{text}");
}

#[track_caller]
fn assert_refused(text: &str, code: &str) {
    assert_eq!(codes(text, Severity::Error), [[code], [code]], "{text}");
}

#[track_caller]
fn assert_warned(text: &str, code: &str) {
    assert_accepted(text);
    assert_eq!(codes(text, Severity::Warning), [[code], [code]], "{text}");
}

#[test]
fn durations_are_as_long_as_the_language_has_them() {
    for statement in [
        "<cache-store-value key=\"k\" value=\"v\" duration=\"2147483647\" />",
        "<rate-limit calls=\"2147483647\" renewal-period=\"2147483647\" />",
        "<rate-limit-by-key calls=\"1\" renewal-period=\"2147483647\" counter-key=\"k\" />",
        "<retry condition=\"@(false)\" count=\"1\" interval=\"2147483647\" max-interval=\"2147483647\" delta=\"2147483647\"><trace source=\"a\"><message>b</message></trace></retry>",
        "<send-request response-variable-name=\"r\" timeout=\"2147483647\"><set-url>https://a.example</set-url></send-request>",
        "<cors><allowed-origins><origin>*</origin></allowed-origins><allowed-methods preflight-result-max-age=\"2147483647\"><method>*</method></allowed-methods></cors>",
    ] {
        assert_accepted(&inbound(statement));
        assert_refused(
            &inbound(&statement.replace("2147483647", "2147483648")).replacen(
                "2147483648",
                "2147483647",
                most(statement) - 1,
            ),
            "invalid-value",
        );
    }
    for attribute in ["timeout", "timeout-ms", "continue-timeout"] {
        assert_accepted(&format!(
            "<policies><backend><forward-request {attribute}=\"2147483647\" /></backend></policies>"
        ));
    }
}

/// How often the largest number stands in a statement: all but one of them are put back.
fn most(statement: &str) -> usize {
    statement.matches("2147483647").count()
}

#[test]
fn what_the_vendor_documents_is_accepted() {
    for statement in [
        "<cache-remove-value key=\"k\" fail-on-cache-removal-error=\"true\" />",
        "<set-backend-service base-url=\"wss://a.example/live\" />",
        "<set-backend-service base-url=\"ws://a.example\" />",
        "<choose><when condition=\"@(context.Deployment.SustainabilityInfo.CurrentCarbonIntensity >= CarbonIntensityCategory.High)\" /></choose>",
        "<choose><when condition=\"@(context.Deployment.SustainabilityInfo.CurrentCarbonIntensity == CarbonIntensityCategory.High)\" /></choose>",
    ] {
        assert_accepted(&inbound(statement));
    }
}

#[test]
fn a_piece_of_a_document_may_include_fragments() {
    let found = review(
        "<include-fragment fragment-id=\"a\" />\n<base />\n<choose><when condition=\"@(true)\"><include-fragment fragment-id=\"b\" /></when></choose>",
    );
    assert_eq!(
        found.iter().map(|one| one.code).collect::<Vec<_>>(),
        ["unknown-fragment", "unknown-fragment"]
    );
    assert!(found.iter().all(|one| one.severity == Severity::Warning));
    let found = review("<fragment><include-fragment fragment-id=\"a\" /></fragment>");
    assert_eq!(found.iter().map(|one| one.code).collect::<Vec<_>>(), ["not-allowed-here"]);
}

#[test]
fn a_backend_by_id_is_refused_wherever_it_is_looked_at() {
    assert_refused(&inbound("<set-backend-service backend-id=\"a\" />"), "unsupported-backend");
}

#[test]
fn what_counts_or_answers_once_stands_once_on_a_way_through_a_section() {
    let cors = "<cors><allowed-origins><origin>*</origin></allowed-origins></cors>";
    let limit = "<rate-limit calls=\"1\" renewal-period=\"10\" />";
    for once in [cors, limit] {
        let when = format!(
            "<choose><when condition=\"@(true)\">{once}</when><otherwise>{once}</otherwise></choose>"
        );
        assert_accepted(&inbound(&when));
        assert_refused(&inbound(&format!("{once}{once}")), "duplicate-policy");
        assert_refused(
            &inbound(&format!("{once}<choose><when condition=\"@(true)\">{once}</when></choose>")),
            "duplicate-policy",
        );
        let two = "<choose><when condition=\"@(true)\">ONE</when></choose>".replace("ONE", once);
        assert_refused(&inbound(&format!("{two}{two}")), "duplicate-policy");
    }
}

#[test]
fn a_metric_needs_a_dimension() {
    assert_refused(&inbound("<emit-metric name=\"a\" />"), "missing-element");
    assert_accepted(&inbound("<emit-metric name=\"a\"><dimension name=\"API ID\" /></emit-metric>"));
}

#[test]
fn a_local_is_assigned_before_it_is_read() {
    for code in [
        "{ string s; return s; }",
        "{ string s; if (context.Request.Method == 'GET') { s = 'a'; } return s; }",
        "{ int n; while (context.Request.Method == 'GET') { n = 1; } return n; }",
        "{ int n; n += 1; return n; }",
        "{ int n; n++; return n; }",
        "{ int n; switch (context.Request.Method) { case 'GET': n = 1; break; } return n; }",
        "{ int n; try { n = int.Parse('1'); } catch (Exception) { } return n; }",
        "{ int n; foreach (var c in 'ab') { n = 1; } return n; }",
        "{ int n; Func<int> f = () => n; n = 1; return f(); }",
        "{ string a = 'x', b; return a + b; }",
        "{ int n; bool known = context.Request.Method == 'GET' || int.TryParse('1', out n); return n; }",
        "(context.Variables['x'] is string s ? 1 : s.Length)",
    ] {
        assert_refused(&variable(&code.replace('\'', "&quot;")), "unassigned-local");
    }
    for code in [
        "{ string s; if (context.Request.Method == 'GET') { s = 'a'; } else { s = 'b'; } return s; }",
        "{ string s; if (context.Request.Method == 'GET') { s = 'a'; } else { throw new Exception('b'); } return s; }",
        "{ int n; if (!int.TryParse('1', out n)) { return 0; } return n; }",
        "{ int n; return int.TryParse('1', out n) ? n : 0; }",
        "{ int n; return int.TryParse('1', out n) && n > 0; }",
        "{ int n; while (true) { n = 1; break; } return n; }",
        "{ int n; do { n = 1; } while (n > 2); return n; }",
        "{ int n; for (n = 0; n < 3; n++) { } return n; }",
        "{ int n; switch (context.Request.Method) { case 'GET': n = 1; break; default: n = 2; break; } return n; }",
        "{ int n; try { n = int.Parse('1'); } catch (Exception) { n = 0; } return n; }",
        "{ int n; try { } finally { n = 1; } return n; }",
        "{ int n; void put() { n = 1; } put(); return n; }",
        "{ int a, b = 1; a = b; return a; }",
        "{ if (!(context.Variables['x'] is string s)) { return 0; } return s.Length; }",
        "(context.Variables['x'] is string s && s.Length > 0)",
        "{ var o = new { n = 1 }; int n = o.n; return n; }",
        "{ string text; { text = 'a'; } return text; }",
    ] {
        assert_accepted(&variable(&code.replace('\'', "&quot;")));
    }
}

#[test]
fn constants_are_worked_out_before_the_run() {
    for (code, problem) in [
        ("(1/0)", "constant-out-of-range"),
        ("(1%0)", "constant-out-of-range"),
        ("(context.Request.Url.Port / 0)", "constant-out-of-range"),
        ("(1m / 0)", "constant-out-of-range"),
        ("(2147483647 + 1)", "constant-out-of-range"),
        ("{ const int zero = 0; return 1 / zero; }", "constant-out-of-range"),
        ("{ const int s = 1; s = 2; return s; }", "read-only"),
        ("{ const int s = 1; s++; return s; }", "read-only"),
        ("{ const int s = 1; int.TryParse('1', out s); return s; }", "read-only"),
        ("{ const string s = context.Request.Method; return s; }", "not-constant"),
        ("{ const int s; return 1; }", "not-constant"),
        (
            "{ switch (context.Request.Method) { case 'a': return 1; case 'a': return 2; } return 3; }",
            "duplicate-case",
        ),
        (
            "{ switch (context.Request.Url.Port) { case 3: return 1; case 1 + 2: return 2; } return 3; }",
            "duplicate-case",
        ),
        (
            "{ const string a = 'a'; switch (context.Request.Method) { case 'a': return 1; case a: return 2; } return 3; }",
            "duplicate-case",
        ),
        ("{ switch (context.Request.Method) { default: return 1; default: return 2; } }", "duplicate-case"),
        ("{ var a = 'a'; switch (context.Request.Method) { case a: return 2; } return 3; }", "not-constant"),
    ] {
        assert_refused(&variable(&code.replace('\'', "&quot;")), problem);
    }
    for code in [
        "(1.0/0)",
        "(10 / 2 + 3)",
        "(2147483647 + 1L)",
        "{ const int s = 60 * 60, t = -s; return s + t; }",
        "{ const string s = 'a' + 'b'; return s; }",
        "{ const int most = int.MaxValue; return most; }",
        "{ switch (context.Request.Method) { case 'a': case 'b': return 1; default: return 2; } }",
        "{ unchecked { int hash = 17; hash = hash * 31 + 5; return hash; } }",
    ] {
        assert_accepted(&variable(&code.replace('\'', "&quot;")));
    }
}

#[test]
fn types_that_never_fit_are_refused() {
    for code in [
        "(context.Request.Body.As<int>())",
        "(context.Request.Body.As<bool>(true))",
        "(context.Response.Body.As<DateTime>())",
        "(5 as string)",
        "('a' as JObject)",
        "(context.Request.Body.As<JObject>() as JArray)",
        "{ using (var x = 5) { return x; } }",
        "{ using (var x = 'a') { return x; } }",
    ] {
        assert_refused(&variable(&code.replace('\'', "&quot;")), "wrong-type");
    }
    for code in [
        "(context.Request.Body.As<string>())",
        "(context.Request.Body.As<byte[]>())",
        "(context.Request.Body.As<JToken>())",
        "(context.Request.Body.As<XElement>())",
        "(context.Variables['a'] as string)",
        "(context.Request.Body.As<JToken>() as JObject)",
        "(5 as object)",
        "(5 as int?)",
        "(new List<string>() as IEnumerable<string>)",
        "{ using (var hash = SHA256.Create()) { return hash.ComputeHash(new byte[0]).Length; } }",
    ] {
        assert_accepted(&variable(&code.replace('\'', "&quot;")));
    }
}

#[test]
fn code_that_no_compiler_takes_is_refused() {
    for (code, problem) in [
        (
            "{ try { return 1; } catch (Exception) { return 2; } catch (FormatException) { return 3; } }",
            "unreachable-catch",
        ),
        ("{ Func<int, int, int> f = (a, a) => a; return f(1, 2); }", "duplicate-name"),
        ("{ Func<int, int> f = a => { if (a > 1) { return 2; } }; return f(1); }", "missing-return"),
    ] {
        assert_refused(&variable(&code.replace('\'', "&quot;")), problem);
    }
    assert_accepted(&variable(
        "{ try { return 1; } catch (FormatException) { return 2; } catch (Exception) { return 3; } }",
    ));
    assert_accepted(&variable("{ if (true) { return 1; } }"));
}

#[test]
fn patterns_that_cant_be_used_are_warned_of() {
    for (code, warning) in [
        ("(Regex.IsMatch('a', '(['))", "invalid-pattern"),
        ("(Regex.Replace('a', '(?<n', 'b'))", "invalid-pattern"),
        ("(new Regex('a**').IsMatch('a'))", "invalid-pattern"),
        ("(context.Request.Body.As<JObject>().SelectToken('$.a[0'))", "invalid-path"),
    ] {
        assert_warned(&variable(&code.replace('\'', "&quot;")), warning);
    }
    assert_eq!(
        codes(
            &variable(
                &"(Regex.IsMatch('a', '^(?<n>[a-z]+)$', RegexOptions.IgnoreCase))".replace('\'', "&quot;")
            ),
            Severity::Warning
        ),
        [[""; 0], [""; 0]]
    );
}

#[test]
fn a_range_without_addresses_is_warned_of() {
    let filter = |from: &str, to: &str| {
        inbound(&format!(
            "<ip-filter action=\"allow\"><address-range from=\"{from}\" to=\"{to}\" /></ip-filter>"
        ))
    };
    assert_warned(&filter("10.0.0.9", "10.0.0.1"), "empty-range");
    assert_warned(&filter("2001:db8::2", "2001:db8::1"), "empty-range");
    assert_warned(&filter("10.0.0.1", "2001:db8::1"), "empty-range");
    assert_eq!(codes(&filter("10.0.0.1", "10.0.0.9"), Severity::Warning), [[""; 0], [""; 0]]);
}

#[test]
fn names_of_certificates_are_read_in_every_usual_form() {
    let identity = |attribute: &str, name: &str| {
        inbound(&format!(
            "<validate-client-certificate><identities><identity {attribute}='{name}' /></identities></validate-client-certificate>"
        ))
    };
    for name in [
        "CN=a, O=b",
        "CN=fabrikam,emailAddress=ops@example.com,O=Fabrikam\\, Inc.,C=US",
        "CN=fabrikam,O=Fabrikam\\2C Inc.",
        "C = US, O = \"Fabrikam, Inc.\", CN = fabrikam",
        "/C=US/O=Fabrikam, Inc./CN=fabrikam",
    ] {
        assert_accepted(&identity("subject", name));
        assert_accepted(&identity("issuer-subject", name));
    }
    for name in ["contoso", "O=Fabrikam, Inc.", "NOTATYPE=a", "CN=a,"] {
        assert_refused(&identity("subject", name), "invalid-value");
        assert_refused(&identity("issuer-subject", name), "invalid-value");
    }
}

#[test]
fn a_name_that_is_compared_as_text_is_written_as_dotnet_writes_it() {
    let condition = |code: &str| {
        let code = code.replace('\'', "&quot;");
        inbound(&format!("<validate-client-certificate /><choose><when condition=\"@({code})\" /></choose>"))
    };
    for code in [
        "context.Request.Certificate.Subject == 'CN=a,O=b'",
        "context.Request.Certificate.Issuer != 'C = US, O = b'",
        "'/C=US/CN=a' == context.Request.Certificate.SubjectName.Name",
        "context.Request.Certificate.Issuer == 'trusted-issuer'",
        "context.Request.Certificate?.Subject == 'CN=a, ST=b'",
    ] {
        assert_warned(&condition(code), "name-literal");
    }
    for code in [
        "context.Request.Certificate.Subject == 'CN=a, O=b'",
        "context.Request.Certificate.Issuer == 'CN=a, O=\\'Contoso, Inc.\\', S=WA'",
        "context.Request.Headers.GetValueOrDefault('a', '').AsJwt()?.Issuer == 'https://issuer.example'",
    ] {
        assert_eq!(codes(&condition(code), Severity::Warning), [[""; 0], [""; 0]], "{code}");
    }
}

#[test]
fn a_template_of_a_deployment_tool_is_said_once_and_the_rest_checked() {
    let template = inbound(
        "%{ if limited ~}\n<rate-limit calls=\"#calls#\" renewal-period=\"{period}\" />\n%{ else ~}\n\
         <rate-limit calls=\"#{calls}#\" renewal-period=\"__period__\" />\n%{ endif ~}\n${extra_policies}\n\
         <set-backend-service base-url=\"https://$(host)/x\" />",
    );
    let found = review(&template);
    assert_eq!(found.iter().map(|one| (one.code, one.line)).collect::<Vec<_>>(), [("template", 1)]);
    assert!(found.iter().all(Diagnostic::is_error));
    assert_eq!(review_with(&template, Templates::Accepted), []);
    let wrong = template.replace("<set-backend-service", "<set-heder />\n<set-backend-service");
    let rest = review_with(&wrong, Templates::Accepted);
    assert_eq!(rest.iter().map(|one| one.code).collect::<Vec<_>>(), ["unknown-element"]);
}

#[test]
fn marks_in_texts_of_their_own_are_no_template() {
    for content in [
        "<rewrite-uri template=\"/orders/{id}\" copy-unmatched-params=\"false\" />",
        "<set-header name=\"a\" exists-action=\"override\"><value>100% {really} #1</value></set-header>",
        "<set-variable name=\"a\" value=\"{name}\" />",
        "<set-body template=\"liquid\">{% if a %}{{body.b}}{% endif %}</set-body>",
        "<set-body>{\"a\": \"#b#\"}</set-body>",
    ] {
        assert_eq!(review(&inbound(content)), [], "{content}");
    }
}

#[test]
fn names_that_nobody_vouches_for_are_warned_of() {
    let judged = |condition: &str| {
        let condition = condition.replace('\'', "&quot;");
        inbound(&format!("<choose><when condition=\"@({condition})\"><return-response /></when></choose>"))
    };
    let certificate = "context.Request.Certificate";
    for condition in [
        format!("{certificate}.Issuer != 'CN=a' || {certificate}.SubjectName.Name != 'CN=b'"),
        format!("!{certificate}.Subject.Contains('CN=b')"),
        format!("{certificate}.GetNameInfo(X509NameType.DnsName, false) != 'b'"),
        format!("{certificate}.NotAfter < DateTime.Now || {certificate}.SerialNumber != '01'"),
        format!("new string[] {{ 'CN=a' }}.Contains({certificate}.Issuer)"),
    ] {
        assert_warned(&judged(&condition), "names-alone");
        let vouched = format!("{condition} || !{certificate}.VerifyNoRevocation()");
        assert_eq!(codes(&judged(&vouched), Severity::Warning), [[""; 0], [""; 0]], "{vouched}");
    }
    let names = judged(&format!("{certificate}.Subject != 'CN=b'"));
    for voucher in [
        "<validate-client-certificate />",
        "<validate-client-certificate validate-trust=\"false\"><identities><identity thumbprint=\"0123456789ABCDEF0123456789ABCDEF01234567\" /></identities></validate-client-certificate>",
        "<choose><when condition=\"@(context.Deployment.Certificates.Any(c =&gt; c.Value.Thumbprint == context.Request.Certificate.Thumbprint))\" /></choose>",
    ] {
        let text = names.replace("<inbound>", &format!("<inbound>{voucher}"));
        assert_eq!(codes(&text, Severity::Warning), [[""; 0], [""; 0]], "{text}");
    }
    assert_warned(
        &names.replace("<inbound>", "<inbound><validate-client-certificate ignore-error=\"true\" />"),
        "names-alone",
    );
}

#[test]
fn names_are_warned_of_in_identities_variables_and_fragments_too() {
    let identities = "<validate-client-certificate validate-trust=\"false\" validate-revocation=\"false\"><identities><identity subject=\"CN=a\" issuer-subject=\"CN=b\" /></identities></validate-client-certificate>";
    assert_warned(&inbound(identities), "names-alone");
    assert_eq!(
        codes(&inbound(&identities.replace("validate-trust=\"false\"", "")), Severity::Warning),
        [[""; 0], [""; 0]]
    );
    let kept = "<set-variable name=\"subject\" value=\"@(context.Request.Certificate.Subject)\" />";
    let judged = "<choose><when condition=\"@((string)context.Variables[&quot;subject&quot;] != &quot;CN=a&quot;)\" /></choose>";
    assert_warned(&inbound(&format!("{kept}{judged}")), "names-alone");
    // What is only logged or sent on judges nobody.
    assert_eq!(codes(&inbound(kept), Severity::Warning), [[""; 0], [""; 0]]);
    let fragment = format!("<fragment>{kept}{judged}</fragment>");
    let found = review(&fragment);
    assert_eq!(found.iter().map(|one| one.code).collect::<Vec<_>>(), ["names-alone"], "{found:?}");
}
