//! What the language can do beyond comparisons: statements, sequences, JSON, digests, times.
#![expect(clippy::panic, reason = "a test fails by panicking")]

mod common;

use common::Call;
use policy::check::compile;
use policy::effect::Effect;
use policy::run::{Outcome, Run};

/// What an expression is worth, or why it has no value.
fn outcome(expression: &str) -> Result<String, String> {
    let document = format!(
        "<policies><inbound><set-variable name=\"n\" value=\"@(7)\" />\
         <set-variable name=\"json\" value=\"@(JObject.Parse('{{}}'.ToString() == &quot;&quot; ? &quot;{{}}&quot; : &quot;{{'a':[1,2,{{'b':null}}],'c':'x','d':1.5}}&quot;))\" />\
         <set-header name=\"X\"><value>{expression}</value></set-header></inbound></policies>"
    )
    .replace("'{}'.ToString()", "\"x\"");
    let program = compile(&document).unwrap_or_else(|problems| panic!("{expression}: {problems:?}"));
    match Run::new(&program).next(Outcome::Start, &Call::with_certificate()) {
        Effect::SetHeader { header, .. } => Ok(header.values.concat()),
        Effect::Fail { failure, .. } => Err(failure.message),
        other => panic!("{expression}: {other:?}"),
    }
}

#[track_caller]
fn assert_values(table: &[(&str, &str)]) {
    let mut wrong = Vec::new();
    for (expression, expected) in table {
        let text =
            if expression.starts_with('{') { format!("@{expression}") } else { format!("@({expression})") };
        let got = outcome(&text);
        if got.as_deref() != Ok(*expected) {
            wrong.push(format!("{expression}\n  gave {got:?}\n  not  {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn statements_run_as_they_are_written() {
    assert_values(&[
        (
            "{ var s = 0; for (var i = 0; i < 5; i++) { if (i == 2) continue; if (i == 4) break; s += i; } return s; }",
            "4",
        ),
        ("{ var s = \"\"; foreach (var x in new[] { \"a\", \"b\" }) s += x; return s; }", "ab"),
        ("{ int i = 0; do { i++; } while (i < 3); return i; }", "3"),
        (
            "{ switch (\"b\") { case \"a\": return 1; case \"b\": case \"c\": return 2; default: return 3; } }",
            "2",
        ),
        ("{ string[] a = { \"b\", \"c\" }, d = { }; return a[1] + d.Length; }", "c0"),
        (
            "{ string twice(string s) => s + s; void nothing() => twice(\"b\"); nothing(); return twice(\"a\"); }",
            "aa",
        ),
        ("{ byte b; unchecked { b = (byte)(257); } return b + unchecked(1); }", "2"),
        ("{ string s = null; return s is null && !(\"a\" is null); }", "True"),
        ("{ var l = new List<string> { \"a\" }; return \"a,b\".Split(',').Where(l.Contains).Count(); }", "1"),
        ("{ Func<string, bool> f = string.IsNullOrEmpty; return f(\"\"); }", "True"),
        ("{ object[] o = new[] { \"a\" }; return o[0]; }", "a"),
        ("{ var b = new byte[] { 1, 2, 3 }; Array.Reverse(b, 1, 2); return b[1] * 10 + b[2]; }", "32"),
        (
            "{ var b = new[] { 1, 2, 3 }; Array.Clear(b, 0, 2); Array.Reverse(b); return string.Join(\",\", b); }",
            "3,0,0",
        ),
        ("{ var b = new byte[4]; Array.Copy(new byte[] { 7, 8 }, 0, b, 2, 2); return b[3]; }", "8"),
        ("{ var w = new StringWriter(); w.Write(1); w.WriteLine(\"a\"); return w.ToString().Length; }", "3"),
        (
            "{ using (var r = new StringReader(\"a\\nb\")) { r.ReadLine(); return r.ReadLine() + r.ReadLine(); } }",
            "b",
        ),
        ("{ var l = new List<int> { 1, 2, 3 }; l.RemoveRange(0, 2); l.Reverse(); return l[0]; }", "3"),
        ("{ var r = 0; switch (9) { case 1: r = 1; break; default: r = 5; break; } return r; }", "5"),
        (
            "{ try { return int.Parse(\"x\").ToString(); } catch (FormatException e) { return \"F:\" + e.Message; } }",
            "F:Input string was not in a correct format.",
        ),
        (
            "{ try { throw new Exception(\"boom\"); } catch (Exception e) when (e.Message == \"boom\") { return e.Message; } }",
            "boom",
        ),
        ("{ var s = \"\"; try { s += \"t\"; } finally { s += \"f\"; } return s; }", "tf"),
        (
            "{ try { try { int.Parse(\"x\"); } catch { throw; } return \"no\"; } catch (Exception) { return \"again\"; } }",
            "again",
        ),
        ("{ int Twice(int x) { return x * 2; } return Twice(Twice(3)); }", "12"),
        (
            "{ int Fact(int n) { if (n <= 1) { return 1; } return n * Fact(n - 1); } return Fact(10); }",
            "3628800",
        ),
        ("{ Func<int, int> f = x => x + 1; return f(2); }", "3"),
        ("{ var i = 1; var j = i++ + ++i; return i + \":\" + j; }", "3:4"),
        ("{ int[] a = new int[3]; a[1] = 5; a[1] += 2; return string.Join(\",\", a); }", "0,7,0"),
        ("{ const string x = \"c\"; string y; y = x; return y ?? \"d\"; }", "c"),
        ("{ int n; if (int.TryParse(\"12\", out n)) { return n + 1; } return -1; }", "13"),
        ("{ if (Guid.TryParse(\"x\", out var g)) { return \"yes\"; } return \"no\"; }", "no"),
        (
            "{ using (var h = SHA256.Create()) { return h.ComputeHash(Encoding.UTF8.GetBytes(\"\")).Length; } }",
            "32",
        ),
        ("{ object o = 5; if (o is int k) { return k + 1; } return 0; }", "6"),
        ("{ while (true) { return \"out\"; } }", "out"),
    ]);
}

#[test]
fn sequences_are_searched_changed_and_joined() {
    assert_values(&[
        ("string.Join(\",\", new[] { 3, 1, 2 }.OrderBy(x => x))", "1,2,3"),
        ("new[] { 1, 2, 3 }.Where(x => x % 2 == 1).Select(x => x * 10).Sum()", "40"),
        ("new[] { \"a\", \"b\" }.Select((x, i) => x + i).Last()", "b1"),
        ("Enumerable.Range(1, 4).Aggregate((a, b) => a * b)", "24"),
        ("new List<string> { \"x\", \"y\" }.Count", "2"),
        ("new List<int> { 1, 2 }.ToArray().Length + new[] { 1 }.ToList().Count", "3"),
        ("\"a,b,,c\".Split(new[] { ',' }, StringSplitOptions.RemoveEmptyEntries).Length", "3"),
        ("new Dictionary<string, int> { { \"a\", 1 }, [\"b\"] = 2 }[\"b\"]", "2"),
        ("new Dictionary<string, string> { { \"k\", \"v\" } }.Select(p => p.Key + p.Value).First()", "kv"),
        (
            "string.Join(\"&\", new Dictionary<string, string>{{\"a\",\"1\"},{\"b\",\"2\"}}.Select(x => $\"{x.Key}={x.Value}\"))",
            "a=1&b=2",
        ),
        ("new[] { \"b\", \"a\" }.Any(x => x == \"a\") && new[] { 1 }.All(x => x > 0)", "True"),
        ("new[] { 1, 2, 3, 4 }.Skip(1).Take(2).Max()", "3"),
        ("Array.Exists(new[] { \"a\", \"b\" }, x => x == \"b\")", "True"),
        ("new HashSet<string> { \"a\", \"a\" }.Count", "1"),
        ("new[] { 1, 1, 2 }.Distinct().Count()", "2"),
        ("new[] { \"x\" }.FirstOrDefault(y => y == \"z\") ?? \"none\"", "none"),
        ("new[] { 1 }.FirstOrDefault(y => y == 3)", "0"),
        ("\"abc\".Reverse().Count() + \"abc\".ToCharArray().Length", "6"),
        ("new string(\"abc\".Reverse().ToArray())", "cba"),
        ("context.Request.Headers.Where(h => h.Key.StartsWith(\"X-\")).Count() >= 0", "True"),
        ("new { a = 1, b = \"x\" }.b", "x"),
        ("new[] { new { k = \"a\" }, new { k = \"b\" } }.Last().k", "b"),
        (
            "new[] { \"a\", \"bb\", \"c\" }.GroupBy(x => x.Length).Select(g => g.Key + \":\" + g.Count()).Last()",
            "2:1",
        ),
    ]);
}

#[test]
fn json_is_read_changed_and_written() {
    assert_values(&[
        ("((JObject)context.Variables[\"json\"])[\"c\"]", "x"),
        ("(string)((JObject)context.Variables[\"json\"])[\"a\"][0]", "1"),
        ("((JObject)context.Variables[\"json\"])[\"none\"] == null", "True"),
        ("((JObject)context.Variables[\"json\"]).SelectToken(\"a[2].b\").Type == JTokenType.Null", "True"),
        ("((JObject)context.Variables[\"json\"]).Value<double>(\"d\")", "1.5"),
        ("((JObject)context.Variables[\"json\"])[\"a\"].Count()", "3"),
        (
            "((JObject)context.Variables[\"json\"]).Properties().Select(p => p.Name).Aggregate((x, y) => x + y)",
            "acd",
        ),
        (
            "JsonConvert.SerializeObject(new { a = 1, b = new[] { \"x\" }, c = (string)null })",
            "{\"a\":1,\"b\":[\"x\"],\"c\":null}",
        ),
        (
            "new JObject(new JProperty(\"a\", 1), new JProperty(\"b\", new JArray(1, \"2\"))).ToString(Newtonsoft.Json.Formatting.None)",
            "{\"a\":1,\"b\":[1,\"2\"]}",
        ),
        (
            "{ var o = new JObject(); o[\"x\"] = \"y\"; o.Add(\"n\", 5); o.Add(new JProperty(\"z\", true)); o.Remove(\"n\"); return o.ToString(Formatting.None); }",
            "{\"x\":\"y\",\"z\":true}",
        ),
        (
            "{ var o = new JObject { [\"a\"] = 1, { \"b\", 2 } }; foreach (var p in o.Properties()) { p.Value = (int)p.Value + 1; } return o.ToString(Formatting.None); }",
            "{\"a\":2,\"b\":3}",
        ),
        (
            "{ var a = JArray.Parse(\"[{'v':2},{'v':1}]\"); return string.Join(\",\", a.OrderBy(x => (int)x[\"v\"]).Select(x => x[\"v\"].ToString())); }",
            "1,2",
        ),
        (
            "JObject.Parse(\"{\\\"d\\\": 1.0, \\\"e\\\": \\\"\\\\u00e9\\\"}\").ToString(Formatting.None)",
            "{\"d\":1.0,\"e\":\"é\"}",
        ),
        ("{ var o = JObject.Parse(\"{'a':{'b':1}}\"); return o.SelectToken(\"a.b\").Path; }", "a.b"),
        ("((string)JObject.Parse(\"{'a':null}\")[\"a\"]) ?? \"null\"", "null"),
        ("JToken.Parse(\"5\").ToObject<int>() + 1", "6"),
        ("JsonConvert.DeserializeObject<Dictionary<string, string>>(\"{'a':'b'}\")[\"a\"]", "b"),
        ("JObject.FromObject(new { a = new { b = 1 } })[\"a\"][\"b\"]", "1"),
        ("JArray.Parse(\"[1,2]\").Children().Select(x => (int)x).Sum()", "3"),
        (
            "{ try { JObject.Parse(\"{\"); return \"\"; } catch (JsonReaderException) { return \"bad\"; } }",
            "bad",
        ),
        ("{ var o = JObject.Parse(\"{'a':1,'b':2}\"); o.Property(\"a\").Remove(); return o.Count; }", "1"),
        ("new JObject(new JProperty(\"t\", \"a\\\"b\"))[\"t\"].ToString().Length", "3"),
    ]);
    assert_eq!(
        outcome("@(new JObject(new JProperty(\"a\", 1)).ToString().Replace(\"\\n\", \"|\"))").as_deref(),
        Ok("{|  \"a\": 1|}")
    );
}

#[test]
fn texts_bytes_and_digests_are_made() {
    assert_values(&[
        ("Convert.ToBase64String(Encoding.UTF8.GetBytes(\"user:pass\"))", "dXNlcjpwYXNz"),
        ("Encoding.UTF8.GetString(Convert.FromBase64String(\"aGk=\"))", "hi"),
        (
            "BitConverter.ToString(SHA256.Create().ComputeHash(Encoding.UTF8.GetBytes(\"a\"))).Replace(\"-\", \"\").ToLower().Substring(0, 8)",
            "ca978112",
        ),
        (
            "Convert.ToBase64String(new HMACSHA256(Encoding.UTF8.GetBytes(\"k\")).ComputeHash(Encoding.UTF8.GetBytes(\"m\")))",
            "tgCQ4wUil661oICInOL8S8qVfnVvrrTffTGADKHncew=",
        ),
        ("string.Format(\"{0:D3}-{1,4}|{2:F1}\", 7, \"x\", 2.25)", "007-   x|2.3"),
        ("$\"|{5,3}|{-5,-4}|{255:X2}\"", "|  5|-5  |FF"),
        ("Uri.EscapeDataString(\"a b/ü\")", "a%20b%2F%C3%BC"),
        ("WebUtility.UrlEncode(\"a b\") + System.Net.WebUtility.HtmlEncode(\"<a>\")", "a+b&lt;a&gt;"),
        ("new Uri(\"https://h.example:8443/a/b?x=1\").PathAndQuery", "/a/b?x=1"),
        ("new Uri(\"https://h.example/a/b\").Segments.Last()", "b"),
        ("Regex.Replace(\"a1b22\", \"[0-9]+\", \"#\")", "a#b#"),
        ("Regex.Match(\"id=42;\", @\"id=(?<n>\\d+)\").Groups[\"n\"].Value", "42"),
        ("Regex.IsMatch(\"ABC\", \"^abc$\", RegexOptions.IgnoreCase)", "True"),
        ("new StringBuilder().Append(\"a\").Append(1).AppendFormat(\"{0}\", 'c').ToString()", "a1c"),
        ("\"Basic dTpw\".AsBasic().UserId + \"Basic dTpw\".AsBasic().Password", "up"),
        ("\"Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJtZSIsImF1ZCI6WyJhIiwiYiJdfQ.x\".AsJwt().Subject", "me"),
        (
            "\"eyJhbGciOiJub25lIn0.eyJzdWIiOiJtZSIsImF1ZCI6WyJhIiwiYiJdfQ.x\".AsJwt()?.Claims.GetValueOrDefault(\"aud\", \"\")",
            "a,b",
        ),
        ("(byte)300 + (short)70000", "4508"),
        ("1.10m + 2", "3.10"),
        ("10 / 4m", "2.5"),
        ("Math.Round(2.5) + Math.Round(3.5, MidpointRounding.AwayFromZero)", "6"),
        ("0xFFu.ToString() + 5UL", "2555"),
        ("Convert.ToInt32(\"ff\", 16) + Convert.ToInt32(2.5)", "257"),
        ("(12345.678).ToString(\"N2\")", "12,345.68"),
        (
            "Guid.Parse(\"00112233-4455-6677-8899-aabbccddeeff\").ToString(\"N\")",
            "00112233445566778899aabbccddeeff",
        ),
        ("IPAddress.Parse(\"10.0.0.1\").GetAddressBytes()[3]", "1"),
        ("nameof(context.Request)", "Request"),
    ]);
}

#[test]
fn a_json_object_gives_its_members_with_their_names() {
    assert_values(&[
        (
            "{ var s = \"\"; foreach (var p in JObject.Parse(\"{'a':1,'b':2}\")) { s += p.Key + p.Value; } return s; }",
            "a1b2",
        ),
        (
            "{ var s = \"\"; foreach (KeyValuePair<string, JToken> p in JObject.Parse(\"{'a':1}\")) { s += p.Key; } return s; }",
            "a",
        ),
        (
            "{ JToken t; return JObject.Parse(\"{'A':1}\").TryGetValue(\"a\", StringComparison.OrdinalIgnoreCase, out t) + t.ToString(); }",
            "True1",
        ),
        ("JObject.Parse(\"{'a':{'b':1}}\")[\"a\"][\"b\"].Parent.Parent.Path", "a"),
    ]);
}

#[test]
fn xml_is_read_changed_and_written() {
    assert_values(&[
        ("XElement.Parse(\"<a><b x='1'>t</b><b>u</b></a>\").Elements(\"b\").Last().Value", "u"),
        ("XElement.Parse(\"<a><b x='1'>t</b></a>\").Element(\"b\").Attribute(\"x\").Value", "1"),
        ("(int)XElement.Parse(\"<a><b>5</b></a>\").Element(\"b\") + 1", "6"),
        (
            "XElement.Parse(\"<a xmlns='urn:x'><b>t</b></a>\").Descendants(XNamespace.Get(\"urn:x\") + \"b\").First().Value",
            "t",
        ),
        (
            "{ var x = XElement.Parse(\"<a xmlns='urn:x'><b>t</b></a>\"); return x.Descendants(x.Name.Namespace + \"b\").Count(); }",
            "1",
        ),
        (
            "{ XNamespace ns = \"urn:x\"; return new XElement(ns + \"a\", new XAttribute(\"k\", 1), \"<t>\").ToString(); }",
            "<a k=\"1\" xmlns=\"urn:x\">&lt;t&gt;</a>",
        ),
        (
            "XDocument.Parse(\"<a><b/><c>d</c></a>\").Descendants().Where(r => r.Name.LocalName == \"c\").First().Value",
            "d",
        ),
        (
            "{ var x = XElement.Parse(\"<a><b>1</b></a>\"); x.Element(\"b\").Value = \"2\"; x.Add(new XElement(\"c\")); return x.ToString(SaveOptions.DisableFormatting); }",
            "<a><b>2</b><c /></a>",
        ),
        ("XElement.Parse(\"<a><b/></a>\").ToString().Replace(\"\\n\", \"|\")", "<a>|  <b />|</a>"),
        ("((XElement)XElement.Parse(\"<a><b>1</b></a>\").FirstNode).Name", "b"),
        (
            "{ var x = XElement.Parse(\"<a><b/><c/></a>\"); x.Element(\"b\").AddAfterSelf(new XElement(\"n\", true), \"t\"); x.Element(\"b\").AddBeforeSelf(new XComment(\"c\")); x.AddFirst(\"f\"); return x.ToString(SaveOptions.DisableFormatting); }",
            "<a>f<!--c--><b /><n>true</n>t<c /></a>",
        ),
        (
            "{ var x = XElement.Parse(\"<a><b/><c/></a>\"); x.Element(\"b\").ReplaceWith(new XElement(\"d\")); x.Elements(\"c\").Remove(); x.Add(new XAttribute(\"k\", 1)); return x.ToString(SaveOptions.DisableFormatting); }",
            "<a k=\"1\"><d /></a>",
        ),
        (
            "{ var x = XElement.Parse(\"<a k='1' l='2'><b/></a>\"); x.Attribute(\"k\").Remove(); x.Attribute(\"l\").SetValue(3); x.ReplaceNodes(\"t\"); return x.ToString(); }",
            "<a l=\"3\">t</a>",
        ),
        (
            "{ var x = XElement.Parse(\"<s:a xmlns:s='urn:s'><s:b/></s:a>\"); x.Elements().First().Add(new XElement(XName.Get(\"c\", \"urn:s\"))); return x.ToString(SaveOptions.DisableFormatting); }",
            "<s:a xmlns:s=\"urn:s\"><s:b><s:c /></s:b></s:a>",
        ),
        ("XElement.Parse(\"<a/>\").Element(\"b\") == null", "True"),
        (
            "{ try { XElement.Parse(\"<a>\"); return \"\"; } catch (Exception e) { return e.GetType().Name; } }",
            "XmlException",
        ),
    ]);
}

#[test]
fn times_are_added_compared_and_printed() {
    assert_values(&[
        ("new DateTime(2024, 2, 29).AddYears(1).ToString(\"yyyy-MM-dd\")", "2025-02-28"),
        ("(new DateTime(2024, 1, 2) - new DateTime(2024, 1, 1)).TotalHours", "24"),
        ("DateTimeOffset.FromUnixTimeSeconds(0).ToString(\"o\")", "1970-01-01T00:00:00.0000000+00:00"),
        ("new DateTimeOffset(new DateTime(2024, 1, 1)).ToUnixTimeSeconds()", "1704067200"),
        ("DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()", "1714979289123"),
        ("DateTime.Parse(\"2024-05-06T07:08:09Z\").ToString(\"R\")", "Mon, 06 May 2024 07:08:09 GMT"),
        ("TimeSpan.FromMinutes(90).ToString()", "01:30:00"),
        ("TimeSpan.Parse(\"1.02:03:04\").TotalSeconds", "93784"),
        ("DateTime.UtcNow.DayOfWeek", "Monday"),
        ("(int)(DateTime.UtcNow - new DateTime(1970, 1, 1)).TotalSeconds", "1714979289"),
        ("TimeSpan.FromSeconds(3661).ToString(@\"hh\\:mm\\:ss\")", "01:01:01"),
    ]);
}

#[test]
fn what_throws_says_what_net_says() {
    for (expression, message) in [
        ("@(new Dictionary<string, string>()[\"a\"])", "The given key was not present in the dictionary."),
        (
            "@(((JObject)context.Variables[\"json\"])[\"none\"].ToString())",
            "Object reference not set to an instance of an object.",
        ),
        ("@{ throw new ArgumentException(\"mine\"); }", "mine"),
        (
            "@((int)((JObject)context.Variables[\"json\"])[\"c\"])",
            "Input string was not in a correct format.",
        ),
        (
            "@{ int F(int n) { return F(n + 1); } return F(0); }",
            "Calls or data are nested more than 500 levels deep. Use a loop, or data with fewer levels.",
        ),
    ] {
        let got = outcome(expression);
        assert_eq!(got, Err(format!("Expression evaluation failed. {message}")), "{expression}");
    }
}

#[test]
fn aes_gives_what_openssl_gives_and_takes_it_back() {
    let set = "var aes = Aes.Create(); aes.Key = Enumerable.Range(0, SIZE).Select(n => (byte)n).ToArray(); \
               aes.IV = Enumerable.Range(0, 16).Select(n => (byte)n).ToArray(); \
               var text = Encoding.UTF8.GetBytes(\"hello\");";
    let of = |size: &str, rest: &str| format!("{{ {} {rest} }}", set.replace("SIZE", size));
    let cases = [
        (of("32", "return Convert.ToBase64String(text.Encrypt(aes));"), "f9Etr7fpWZ0LhJrYwuPCHw=="),
        (
            of("32", "return Convert.ToBase64String(text.Encrypt(\"Aes\", aes.Key, aes.IV));"),
            "f9Etr7fpWZ0LhJrYwuPCHw==",
        ),
        (
            of(
                "24",
                "using (var one = aes.CreateEncryptor()) { return Convert.ToBase64String(one.TransformFinalBlock(text, 0, text.Length)); }",
            ),
            "JOD927jgmRGJ6GIRc4/toA==",
        ),
        (
            of(
                "16",
                "aes.Mode = CipherMode.ECB; aes.Padding = PaddingMode.PKCS7; return Convert.ToBase64String(text.Encrypt(aes));",
            ),
            "XYdJ4q91MbK/ZmHp5drwEg==",
        ),
        (
            of("16", "return Encoding.UTF8.GetString(text.Encrypt(aes).Decrypt(aes, aes.Key, aes.IV));"),
            "hello",
        ),
        (of("16", "aes.Padding = PaddingMode.Zeros; return text.Encrypt(aes).Decrypt(aes).Length;"), "16"),
        (of("16", "return aes.Mode + \" \" + aes.Padding + \" \" + aes.KeySize;"), "CBC PKCS7 128"),
    ];
    for (code, value) in &cases {
        assert_eq!(outcome(&format!("@{code}")).as_deref(), Ok(*value), "{code}");
    }
    let wrong = [
        (
            of("16", "aes.Key = new byte[5]; return 1;"),
            "Specified key is not a valid size for this algorithm.",
        ),
        (of("16", "return new byte[16].Decrypt(aes).Length;"), "Padding is invalid and cannot be removed."),
        (of("16", "return new byte[5].Decrypt(aes).Length;"), "The input data is not a complete block."),
        (
            of("16", "return text.Encrypt(\"DES\", aes.Key, aes.IV).Length;"),
            "The only known symmetric algorithm is `Aes`.",
        ),
    ];
    for (code, sentence) in &wrong {
        assert!(outcome(&format!("@{code}")).unwrap_err().contains(sentence), "{code}");
    }
}

#[test]
fn what_is_no_certificate_is_refused_in_the_words_of_net() {
    let read = outcome("@(new X509Certificate2(new byte[3]).Subject)");
    assert!(read.unwrap_err().contains("Cannot find the requested object."));
}
