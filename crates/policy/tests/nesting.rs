//! Whatever stands in itself, as deep as may be and much deeper, on a thread with the stack that hosts give: it is
//! read, checked, run and dropped, or refused with a sentence. Where a bound is missing, the test process dies.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::thread;
use std::time::Duration;

use common::{Anything, Call, Stopwatch, fitting};
use policy::STACK_BYTES;
use policy::check::{compile, compile_in};
use policy::diagnostic::Diagnostic;
use policy::edit::mask_password;
use policy::effect::Effect;
use policy::format::format;
use policy::parse::parse;
use policy::program::{DEFAULT_GLOBAL, Program};
use policy::review::review;
use policy::run::{Outcome, Run};

/// How deep each nesting is tried: around every bound there is, and far beyond all of them.
const DEPTHS: [usize; 7] = [1, 29, 59, 61, 99, 249, 20_000];
/// The library that reads templates takes its time.
const DEPTHS_OF_TEMPLATES: [usize; 4] = [1, 50, 200, 2_000];

/// `open` as often as `depth` says, `inside`, and `close` as often.
struct Nesting(&'static str, &'static str, &'static str);

impl Nesting {
    fn text(&self, depth: usize) -> String {
        let Self(open, inside, close) = self;
        let depth = depth.min(MOST_BYTES / (open.len() + close.len()).max(1));
        format!("{}{inside}{}", open.repeat(depth), close.repeat(depth))
    }
}

/// Nothing of it takes a second, but nothing is optimised, and other tests run meanwhile: what grows without bounds
/// would take hours.
const LONGEST: Duration = Duration::from_secs(60);
const MOST_BYTES: usize = 50 * 1024;

/// Runs on a thread as the portal's and the gateway's are.
fn on_the_stack_of_a_host(work: impl FnOnce() + Send + 'static) {
    let thread = thread::Builder::new().stack_size(STACK_BYTES).spawn(work).unwrap();
    thread.join().unwrap_or_else(|panicked| std::panic::resume_unwind(panicked));
}

/// Everything that is done with a document, from reading it to a call that it is run for.
fn try_all(document: &str, call: &Call) {
    let began = Stopwatch::start();
    tried(document, call);
    let took = began.elapsed();
    assert!(took < LONGEST, "{took:?}: {}", document.chars().take(300).collect::<String>());
}

fn tried(document: &str, call: &Call) {
    let (tree, _) = parse(document);
    let _ = format(&tree);
    let _ = mask_password(document);
    review(document);
    let _ = compile_in(document, &Anything);
    drop(tree.clone());
    let Ok(program) = compile(document) else { return };
    let _ = program.outline();
    let program = Program::compose(&[&compile(DEFAULT_GLOBAL).unwrap(), &program]);
    let mut run = Run::new(&program).watched();
    let mut outcome = Outcome::Start;
    for _ in 0..2_000 {
        let effect = run.next(outcome, call);
        outcome = match effect {
            Effect::Answer => return,
            Effect::Fail { failure, .. } => Outcome::Failed(failure),
            other => fitting(&other),
        };
    }
}

fn in_a_document(expression: &str) -> String {
    let expression = expression.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
    format!(
        "<policies><inbound><set-variable name=\"v\" value=\"{expression}\" />\
         <set-body>{expression}</set-body></inbound></policies>"
    )
}

fn templated(template: &str) -> String {
    format!("<policies><inbound><set-body template=\"liquid\">{template}</set-body></inbound></policies>")
}

#[test]
fn elements_nest_without_end() {
    on_the_stack_of_a_host(|| {
        let nestings = [
            Nesting("<choose><when condition=\"@(true)\">", "<set-status code=\"200\"/>", "</when></choose>"),
            Nesting("<choose><otherwise>", "<return-response/>", "</otherwise></choose>"),
            Nesting(
                "<retry count=\"1\" interval=\"0\" condition=\"@(true)\">",
                "<forward-request/>",
                "</retry>",
            ),
            Nesting("<wait for=\"all\">", "<send-request/>", "</wait>"),
            Nesting(
                "<limit-concurrency key=\"k\" max-count=\"1\">",
                "<forward-request/>",
                "</limit-concurrency>",
            ),
            Nesting("<a>", "", "</a>"),
            Nesting("<a b=\"", "c", "\"/>"),
            Nesting("<send-request><set-body>", "x", "</set-body></send-request>"),
            Nesting("<!--", "", "-->"),
            Nesting("<![CDATA[", "", "]]>"),
            Nesting(
                "<validate-jwt><required-claims><claim>",
                "",
                "</claim></required-claims></validate-jwt>",
            ),
        ];
        for nesting in nestings {
            for depth in DEPTHS {
                let inside = nesting.text(depth);
                try_all(&format!("<policies><inbound>{inside}</inbound></policies>"), &Call::default());
                try_all(&format!("<fragment>{inside}</fragment>"), &Call::default());
                try_all(&inside, &Call::default());
            }
        }
    });
}

#[test]
fn expressions_nest_without_end() {
    on_the_stack_of_a_host(|| {
        let nestings = [
            Nesting("(", "1", ")"),
            Nesting("!", "true", ""),
            Nesting("-", "1", ""),
            Nesting("1+", "1", ""),
            Nesting("true&&", "true", ""),
            Nesting("true||(", "true", ")"),
            Nesting("null??", "1", ""),
            Nesting("\"a\"+(", "\"b\"", ")"),
            Nesting("true?1:", "1", ""),
            Nesting("true?", "1", ":1"),
            Nesting("(int)", "1", ""),
            Nesting("(object)(", "1", ")"),
            Nesting("x=>", "1", ""),
            Nesting("((Func<int,int>)(x=>", "1", "))(1)"),
            Nesting("$\"{", "1", "}\""),
            Nesting("$\"{(", "1", ")}\""),
            Nesting("$@\"{", "1", "}\""),
            Nesting("new[]{", "1", "}"),
            Nesting("new object[]{", "1", "}"),
            Nesting("new{a=", "1", "}"),
            Nesting("new JObject(new JProperty(\"a\",", "1", "))"),
            Nesting("new JArray(", "1", ")"),
            Nesting("new XElement(\"a\",", "1", ")"),
            Nesting("Tuple.Create(", "1", ")"),
            Nesting("new List<object>{", "1", "}"),
            Nesting("new Dictionary<string,object>{{\"a\",", "1", "}}"),
            Nesting("\"a\".Replace(", "\"a\"", ",\"b\")"),
            Nesting("new[]{1}.Select(x=>", "1", ")"),
            Nesting("new[]{1}.Where(x=>new[]{1}.Any(y=>", "true", "))"),
            Nesting("default(List<", "int", ">)"),
            Nesting("typeof(List<", "int", ">)"),
            Nesting("(List<", "int", ">)null"),
            Nesting("new List<", "int", ">()"),
            Nesting("a<", "b", ">"),
            Nesting("f(", "1", ")"),
            Nesting("x[", "1", "]"),
            Nesting("throw ", "null", ""),
        ];
        for nesting in nestings {
            for depth in DEPTHS {
                try_all(&in_a_document(&format!("@({})", nesting.text(depth))), &Call::default());
                try_all(&in_a_document(&format!("@{{ return {}; }}", nesting.text(depth))), &Call::default());
            }
        }
    });
}

/// What grows to the right of something: each link is one level of the tree.
#[test]
fn chains_go_on_without_end() {
    on_the_stack_of_a_host(|| {
        let chains = [
            ("1", "+1"),
            ("true", "&&true"),
            ("true", "==true"),
            ("\"a\"", "+\"b\""),
            ("context", ".Request"),
            ("context.Request", ".Url.ToString()"),
            ("\"a\"", ".Trim()"),
            ("\"a\"", "?.Trim()"),
            ("new[]{1}", ".Select(x=>x)"),
            ("JObject.Parse(\"{}\")", "[\"a\"]"),
            ("JObject.Parse(\"{}\")", "?[\"a\"]"),
            ("f", "()"),
            ("1", " as object"),
            ("1", " is int"),
            ("x", "++"),
            ("default(int", "[]"),
            ("(int", "?"),
            ("new int[1]", "[]"),
            ("$\"a\"", "+$\"{1}\""),
        ];
        for (start, link) in chains {
            for depth in DEPTHS {
                let depth = depth.min(MOST_BYTES / link.len());
                let chain = format!("{start}{}", link.repeat(depth));
                for expression in
                    [format!("@({chain})"), format!("@({chain}))"), format!("@{{ return {chain}; }}")]
                {
                    try_all(&in_a_document(&expression), &Call::default());
                }
            }
        }
    });
}

#[test]
fn statements_nest_without_end() {
    on_the_stack_of_a_host(|| {
        let nestings = [
            Nesting("{", "", "}"),
            Nesting("if(true){", "return 1;", "}"),
            Nesting("if(true)", "return 1;", ""),
            Nesting("if(false)return 2;else ", "return 1;", ""),
            Nesting("for(;;){", "return 1;", "}"),
            Nesting("foreach(var x in new[]{1}){", "return 1;", "}"),
            Nesting("while(true)", "return 1;", ""),
            Nesting("do{", "return 1;", "}while(true);"),
            Nesting("switch(1){case 1:", "return 1;", "}"),
            Nesting("try{", "return 1;", "}catch(Exception){}"),
            Nesting("try{}finally{", "", "}"),
            Nesting("using(var x = new StringReader(\"\")){", "return 1;", "}"),
            Nesting("unchecked{", "return 1;", "}"),
            Nesting("int F(int n){", "return 1;", "}"),
            Nesting("Func<int> f=()=>{", "return 1;", "};"),
            Nesting("return new[]{1}.Select(x=>{", "return 1;", "});"),
        ];
        for nesting in nestings {
            for depth in DEPTHS {
                try_all(
                    &in_a_document(&format!("@{{ {} return 1; }}", nesting.text(depth))),
                    &Call::default(),
                );
            }
        }
    });
}

/// Types that no line names, each made of the one before.
#[test]
fn inferred_types_nest_without_end() {
    on_the_stack_of_a_host(|| {
        let steps = [
            "Tuple.Create(P,P)",
            "new{a=P,b=P}",
            "new[]{P}.GroupBy(x=>x)",
            "new[]{P}",
            "new{a=P}",
            "Tuple.Create(P,1)",
            "new[]{P}.ToList()",
            "new[]{P}.Select(x=>new[]{x})",
        ];
        for step in steps {
            for depth in [1, 30, 60] {
                let lines = (0..depth).map(|number| {
                    format!("var v{}={};", number + 1, step.replace('P', &format!("v{number}")))
                });
                let code = format!("@{{ var v0=1; {} return v{depth}; }}", lines.collect::<String>());
                let _ = compile(&in_a_document(&code));
            }
        }
    });
}

/// Code that makes deep values: they are printed, compared, kept, copied and dropped.
#[test]
fn values_that_code_nests_are_dropped() {
    on_the_stack_of_a_host(|| {
        let steps = [
            "object v = 1; for (var i = 0; i < N; i++) { v = new object[] { v }; } return v;",
            "object v = 1; for (var i = 0; i < N; i++) { v = new List<object> { v }; } return v.ToString();",
            "object v = 1; for (var i = 0; i < N; i++) { v = new { a = v }; } return v.ToString();",
            "object v = 1; for (var i = 0; i < N; i++) { v = Tuple.Create(v, 1); } return v.ToString();",
            "object v = 1; for (var i = 0; i < N; i++) { v = Tuple.Create(v, 1); } return v.Equals(v).ToString();",
            "object v = 1; for (var i = 0; i < N; i++) { v = new KeyValuePair<object, object>(v, 1); } return v.ToString();",
            "object v = 1; for (var i = 0; i < N; i++) { v = new Dictionary<string, object> { { \"a\", v } }; } return v;",
            "object v = 1; for (var i = 0; i < N; i++) { v = new[] { v }.Select(x => x); } return v;",
            "JToken v = 1; for (var i = 0; i < N; i++) { v = new JArray(v); } return v;",
            "JToken v = 1; for (var i = 0; i < N; i++) { v = new JObject(new JProperty(\"a\", v)); } return v.ToString();",
            "JToken v = 1; for (var i = 0; i < N; i++) { v = new JArray(v); } return JToken.DeepEquals(v, v.DeepClone());",
            "var v = new XElement(\"a\"); for (var i = 0; i < N; i++) { v = new XElement(\"a\", v); } return v.ToString();",
            "object v = 1; for (var i = 0; i < N; i++) { v = new object[] { v }; } return JsonConvert.SerializeObject(v);",
            "object v = 1; for (var i = 0; i < N; i++) { v = new object[] { v }; } return new JArray(v);",
            "object v = 1; for (var i = 0; i < N; i++) { v = new object[] { v }; } return JToken.FromObject(v);",
            "var v = \"\"; for (var i = 0; i < N; i++) { v = \"[\" + v + \"]\"; } return JToken.Parse(v);",
            "var v = new string('[', N) + new string(']', N); return JArray.Parse(v).ToString();",
            "var v = new string('(', N) + new string(')', N); return Regex.IsMatch(\"x\", v);",
            "var v = \"a\"; for (var i = 0; i < 12; i++) { v = \"(\" + v + v + \")*\"; } return Regex.IsMatch(\"aaaaaaaaaaaaaaaaaaaaaaaaaab\", v);",
            "var v = new string('a', N) + \"b\"; return Regex.IsMatch(v, \"^(a+)+$\");",
            "var v = new string('a', N) + \"b\"; return Regex.IsMatch(v, \"^(?=(a+)+$)(?!b)(a*)*c\");",
            "return Regex.IsMatch(new string('(', N) + new string(')', N), @\"(\\((?1)*\\))\");",
            "Func<int, int> f = null; f = x => x == 0 ? 0 : f(x - 1) + 1; return f(N);",
            "int F(int x) { if (x == 0) { return 0; } return F(x - 1) + 1; } return F(N);",
            "bool F(int x) { return x == 0 || !(!(!(!(!(!(!(!F(x - 1)))))))); } return F(N);",
            "Func<int, int> f = x => x; for (var i = 0; i < N; i++) { var g = f; f = x => g(x) + 1; } return f(1);",
            "IEnumerable<int> v = new[] { 1 }; for (var i = 0; i < N; i++) { v = v.Where(x => x > 0); } return v.Count();",
            "var v = \"a\"; for (var i = 0; i < N; i++) { v = Convert.ToBase64String(Encoding.UTF8.GetBytes(v)); } return v;",
        ];
        for step in steps {
            for depth in ["1", "30", "100", "128", "150", "200", "400", "3000", "100000"] {
                let code = format!("@{{ {} }}", step.replace('N', depth));
                try_all(&in_a_document(&code), &Call::default());
            }
        }
    });
}

/// Long conditions inside of a function that calls itself: the levels of one multiply with those of the other.
#[test]
fn functions_that_call_themselves_deep_inside_end() {
    on_the_stack_of_a_host(|| {
        for (open, close) in [
            ("", " && true"),
            ("", " || false"),
            ("!", ""),
            ("(", ")"),
            ("(true && ", ")"),
            ("", " == true"),
            ("(bool)", ""),
            ("true ? ", " : false"),
            ("new[] { 1 }.Any(y => ", ")"),
        ] {
            for depth in [1, 20, 50, 240] {
                let inner = format!("{}F(x - 1){}", open.repeat(depth), close.repeat(depth));
                let code = format!("@{{ bool F(int x) {{ return x == 0 || {inner}; }} return F(100000); }}");
                try_all(&in_a_document(&code), &Call::default());
            }
        }
    });
}

/// Reads a template, and fills it if it can be read.
fn filled(template: &str, call: &Call) {
    let Ok(program) = compile(&templated(template)) else { return };
    let program = Program::compose(&[&program]);
    let _ = Run::new(&program).next(Outcome::Start, call);
}

#[test]
fn templates_nest_without_end() {
    on_the_stack_of_a_host(|| {
        let nestings = [
            Nesting("{% if body.a %}", "x", "{% endif %}"),
            Nesting("{% if body.a %}", "x", ""),
            Nesting("{% if body.a == \"{% endif %}\" %}", "x", "{% endif %}"),
            Nesting("{%- if true -%}{% raw %}{% endif %}{% endraw %}", "x", "{% endif %}"),
            Nesting("{% unless body.a %}", "x", "{% endunless %}"),
            Nesting("{% if false %}{% else %}", "x", "{% endif %}"),
            Nesting("{% if false %}{% elsif true %}", "x", "{% endif %}"),
            Nesting("{% for a in body.l %}", "x", "{% endfor %}"),
            Nesting("{% JSONArrayFor a in body.l %}", "x", "{% endJSONArrayFor %}"),
            Nesting("{% case body.a %}{% when 1 %}", "x", "{% endcase %}"),
            Nesting("{% case body.a %}{% else %}", "x", "{% endcase %}"),
            Nesting("{% capture c %}", "x", "{% endcapture %}"),
            Nesting("{% ifchanged %}", "x", "{% endifchanged %}"),
            Nesting("{% comment %}", "x", "{% endcomment %}"),
            Nesting("{% raw %}", "x", "{% endraw %}"),
            Nesting("{% include 'a' %}", "x", ""),
            Nesting("{% render 'a' %}", "x", ""),
            Nesting("{{", "x", "}}"),
            Nesting("{{ a[", "x", "] }}"),
        ];
        let body = Call { request_body: Some("{\"a\":1,\"l\":[1]}"), ..Call::default() };
        for nesting in nestings {
            for depth in DEPTHS_OF_TEMPLATES {
                filled(&nesting.text(depth), &body);
            }
        }
        filled("{% comment %}{% if a %}{% raw %}", &body);
        for depth in DEPTHS_OF_TEMPLATES {
            let many = |piece: &str| piece.repeat(depth.min(MOST_BYTES / piece.len()));
            filled(&format!("{{{{ a{} }}}}", many("[a")), &body);
            filled(&format!("{{{{ {}a{} }}}}", many("a["), many("]")), &body);
            filled(&format!("{{{{ {}a{} }}}}", many("a[\"]\"]["), many("]")), &body);
            filled(&format!("{{{{ a{} }}}}", many(".a")), &body);
            filled(&format!("{{{{ a{} }}}}", many(" | upcase")), &body);
            filled(&format!("{{% if a{} %}}x{{% endif %}}", many(" or a")), &body);
            filled(&format!("{{% if \"a\"{} %}}x{{% endif %}}", many("and\"%}\"")), &body);
            filled(&format!("{{% unless a{} %}}x{{% endunless %}}", many(" == 1 and a")), &body);
            filled(&format!("{{% if false %}}{}x{{% endif %}}", many("{% elsif false %}")), &body);
            filled(&format!("{{% case a %}}{}x{{% endcase %}}", many("{% when 1 %}")), &body);
            filled(&format!("{{{{ {} }}}}", many("9")), &body);
        }
    });
}

/// What a caller or a backend sends: read by templates, by expressions and by the statements that convert.
#[test]
fn bodies_nest_without_end() {
    on_the_stack_of_a_host(|| {
        let documents = [
            "<policies><inbound><set-body template=\"liquid\">{{body.a}}{{body}}{% for x in body %}{{x}}{% if x == body %}{% endif %}{% endfor %}{{ body | join: ',' | size }}</set-body></inbound></policies>".to_owned(),
            "<policies><inbound><json-to-xml apply=\"always\"/></inbound></policies>".to_owned(),
            "<policies><inbound><xml-to-json kind=\"direct\" apply=\"always\"/></inbound></policies>".to_owned(),
            "<policies><inbound><xml-to-json kind=\"javascript-friendly\" apply=\"always\"/></inbound></policies>".to_owned(),
            in_a_document("@(context.Request.Body.As<JToken>(true).ToString())"),
            in_a_document("@(context.Request.Body.As<JArray>(true).DeepClone().SelectToken(\"$..a\"))"),
            in_a_document("@(context.Request.Body.As<JObject>(true).Descendants().Count())"),
            in_a_document("@(context.Request.Body.As<XElement>(true).ToString())"),
            in_a_document("@(context.Request.Body.As<XDocument>(true).Descendants().Count())"),
            in_a_document("@(JsonConvert.SerializeXNode(context.Request.Body.As<XElement>(true)))"),
            in_a_document("@(JsonConvert.DeserializeXNode(context.Request.Body.As<string>(true)))"),
            in_a_document("@(JsonConvert.DeserializeObject(context.Request.Body.As<string>(true)))"),
            in_a_document("@(context.Request.Body.AsFormUrlEncodedContent(true))"),
            in_a_document("@(context.Request.Body.As<string>(true).AsJwt())"),
        ];
        let nestings = [
            Nesting("[", "1", "]"),
            Nesting("{\"a\":", "1", "}"),
            Nesting("[", "", ""),
            Nesting("<a>", "x", "</a>"),
            Nesting("<a xmlns:b=\"urn:x\">", "x", "</a>"),
            Nesting("<a>", "", ""),
            Nesting("a[b]=", "x", ""),
            Nesting("a%5B", "x", "%5D"),
        ];
        for document in documents {
            for nesting in &nestings {
                for depth in DEPTHS {
                    let body: &'static str = nesting.text(depth).leak();
                    try_all(&document, &Call { request_body: Some(body), ..Call::default() });
                }
            }
        }
    });
}

#[test]
fn what_is_too_deep_says_how_deep_it_may_be_and_what_to_do() {
    let said = |document: &str| {
        let problems = compile(document).unwrap_err();
        let deep = |problem: &&Diagnostic| {
            problem.code.ends_with("too-deep") || problem.code == "unsupported-liquid"
        };
        let first = problems.iter().find(deep).unwrap();
        format!("{} {}", first.message, first.help.as_deref().unwrap_or_default())
    };
    let deep = |open: &str, close: &str| format!("{}1{}", open.repeat(2_000), close.repeat(2_000));
    for (document, limit) in [
        (templated(&deep("{% if a %}", "{% endif %}")), "50"),
        (templated(&deep("{% elsif a %}", "")), "200"),
        (templated(&format!("{{{{ {} }}}}", deep("a[", "]"))), "50"),
        (templated(&format!("{{% if {} %}}{{% endif %}}", deep("a or ", ""))), "1000"),
        (in_a_document(&format!("@({})", deep("(", ")"))), "60"),
        (in_a_document(&format!("@({})", deep("1+", ""))), "250"),
        (
            format!(
                "<policies><inbound>{}</inbound></policies>",
                deep("<choose><when condition='@(true)'>", "</when></choose>")
            ),
            "100",
        ),
    ] {
        let said = said(&document);
        assert!(said.contains(limit), "{said}");
        assert!(said.contains(';') || said.contains("split") || said.contains("use"), "{said}");
    }
}
