//! Statements that wait for something, decide something, or do their work at the end of the call.
#![expect(clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::sync::Arc;

use common::{Call, failed, fitting, jwt};
use policy::check::compile;
use policy::client_certificate::CertificateProblem;
use policy::effect::{Effect, Target};
use policy::jwt::{JudgedJwt, Jwt, JwtProblem};
use policy::program::Program;
use policy::run::{Counted, Outcome, Run};

fn document(inbound: &str) -> String {
    format!(
        "<policies><inbound>{inbound}</inbound><backend><forward-request /></backend><on-error>\
         <set-header name=\"E\"><value>on-error</value></set-header></on-error></policies>"
    )
}

fn program(inbound: &str) -> Program {
    compile(&document(inbound)).unwrap_or_else(|problems| panic!("{inbound}: {problems:?}"))
}

/// All effects in short, up to the answer, when each comes out as `outcome` says.
fn effects(program: &Program, call: &Call, mut outcome: impl FnMut(&Effect<'_>) -> Outcome) -> Vec<String> {
    let mut run = Run::new(program);
    let mut all = Vec::new();
    let mut next = Outcome::Start;
    loop {
        let effect = run.next(next, call);
        all.push(short(&effect));
        if matches!(effect, Effect::Answer) {
            return all;
        }
        next = outcome(&effect);
    }
}

fn short(effect: &Effect<'_>) -> String {
    match effect {
        Effect::SetHeader { target, header } => {
            let side = if *target == Target::Request { "request" } else { "response" };
            format!("{side} {}={}", header.name, header.values.concat())
        }
        Effect::Forward(_) => "forward".to_owned(),
        Effect::Fail { failure, .. } => format!("fail {} {}", failure.reason, failure.status),
        Effect::Return { reply, .. } => format!("return {}", reply.status),
        Effect::Wait { ms } => format!("wait {ms}"),
        Effect::Call(_) => "call".to_owned(),
        other => format!("{other:?}"),
    }
}

#[test]
fn a_retry_runs_once_and_then_as_often_as_it_says() {
    let text = "<policies><backend><retry condition=\"@(true)\" count=\"2\" interval=\"3\"><forward-request /></retry></backend></policies>";
    let program = compile(text).unwrap();
    let all = effects(&program, &Call::default(), fitting);
    assert_eq!(all, ["forward", "wait 3000", "forward", "wait 3000", "forward", "Answer"]);
}

#[test]
fn a_retry_ends_when_its_condition_no_longer_holds() {
    let inbound = "<set-variable name=\"n\" value=\"@(0)\" />\
         <retry condition=\"@((int)context.Variables[&quot;n&quot;] &lt; 3)\" count=\"9\" interval=\"0\">\
         <set-variable name=\"n\" value=\"@((int)context.Variables[&quot;n&quot;] + 1)\" /></retry>\
         <set-header name=\"N\"><value>@(context.Variables[\"n\"].ToString())</value></set-header>";
    assert_eq!(effects(&program(inbound), &Call::default(), fitting), ["request N=3", "forward", "Answer"]);
}

#[test]
fn waits_grow_by_delta_and_the_first_may_be_none() {
    let text = "<policies><backend><retry condition=\"@(true)\" count=\"3\" interval=\"1\" delta=\"2\" first-fast-retry=\"true\">\
                <forward-request /></retry></backend></policies>";
    let all = effects(&compile(text).unwrap(), &Call::default(), fitting);
    assert_eq!(all, ["forward", "forward", "wait 3000", "forward", "wait 5000", "forward", "Answer"]);
}

#[test]
fn loops_in_loops_count_for_themselves() {
    let inbound = "<retry condition=\"@(true)\" count=\"1\" interval=\"0\"><retry condition=\"@(true)\" count=\"1\" interval=\"0\">\
                   <set-header name=\"A\"><value>x</value></set-header></retry></retry>";
    let all = effects(&program(inbound), &Call::default(), fitting);
    assert_eq!(all, ["request A=x", "request A=x", "request A=x", "request A=x", "forward", "Answer"]);
}

#[test]
fn a_failure_leaves_the_loop() {
    let text = "<policies><backend><retry condition=\"@(true)\" count=\"9\" interval=\"0\"><forward-request /></retry></backend></policies>";
    let all = effects(&compile(text).unwrap(), &Call::default(), |_| failed());
    assert_eq!(all, ["forward", "Answer"]);
}

const SEND: &str = "<send-request mode=\"new\" response-variable-name=\"r\" ignore-error=\"IGNORE\"><set-url>https://a</set-url></send-request>\
     <set-header name=\"R\"><value>@(context.Variables[\"r\"] == null ? \"none\" : \"some\")</value></set-header>";

#[test]
fn the_answer_of_a_call_is_kept() {
    let program = program(&SEND.replace("IGNORE", "false"));
    assert_eq!(effects(&program, &Call::default(), fitting), ["call", "request R=some", "forward", "Answer"]);
}

#[test]
fn a_call_that_fails_is_null_or_an_error() {
    let fails =
        |effect: &Effect<'_>| if matches!(effect, Effect::Call(_)) { failed() } else { fitting(effect) };
    let ignored = program(&SEND.replace("IGNORE", "true"));
    assert_eq!(effects(&ignored, &Call::default(), fails), ["call", "request R=none", "forward", "Answer"]);
    let not = program(&SEND.replace("IGNORE", "false"));
    assert_eq!(effects(&not, &Call::default(), fails), ["call", "response E=on-error", "Answer"]);
}

#[test]
fn a_call_too_many_is_refused_with_a_time() {
    let program = program("<rate-limit-by-key calls=\"1\" renewal-period=\"60\" counter-key=\"k\" />");
    let mut run = Run::new(&program);
    let call = Call::default();
    assert!(matches!(run.next(Outcome::Start, &call), Effect::Count(_)));
    let full = Outcome::Counted(Counted { allowed: false, remaining: 0, retry_after_s: 17 });
    let Effect::Fail { failure, at } = run.next(full, &call) else { panic!("it is too many") };
    let retry_after = failure.retry_after.as_ref().unwrap();
    assert_eq!((failure.status, at.element), (429, "rate-limit-by-key"));
    assert_eq!((retry_after.header.as_ref(), retry_after.seconds), ("Retry-After", 17));
    assert_eq!(failure.told.as_deref(), Some("Rate limit is exceeded. Try again in 17 seconds."));
    assert_eq!(short(&run.next(failed(), &call)), "response E=on-error");
    assert_eq!(run.last_error().unwrap().reason, "RateLimitExceeded");
}

#[test]
fn a_call_that_counts_by_condition_is_counted_when_it_is_over() {
    let inbound = "<rate-limit-by-key calls=\"9\" renewal-period=\"60\" counter-key=\"k\" \
         increment-condition=\"@(context.Request.Method == &quot;GET&quot;)\" increment-count=\"2\" />";
    let all = effects(&program(inbound), &Call::default(), fitting);
    let counter =
        |count: &str| format!("Counter {{ key: \"key k\", calls: 9, period_s: 60, count: {count} }}");
    assert_eq!(all, [counter("Look"), "forward".to_owned(), counter("Add(2)"), "Answer".to_owned()]);
    let other = Call { method: "PUT", ..Call::default() };
    let all = effects(&program(inbound), &other, fitting);
    assert_eq!(all, [counter("Look"), "forward".to_owned(), "Answer".to_owned()]);
}

const CORS: &str = "<cors><allowed-origins><origin>https://a.example.com</origin></allowed-origins>\
     <allowed-methods preflight-result-max-age=\"60\"><method>PUT</method></allowed-methods>\
     <allowed-headers><header>X-A</header></allowed-headers></cors>";

fn preflight(origin: &'static str, method: &'static str, headers: &'static str) -> Call {
    let headers = vec![
        ("Origin", origin),
        ("Access-Control-Request-Method", method),
        ("Access-Control-Request-Headers", headers),
    ];
    Call { method: "OPTIONS", headers, ..Call::default() }
}

#[test]
fn a_preflight_is_answered_without_the_backend() {
    let program = program(CORS);
    let mut run = Run::new(&program);
    let effect = run.next(Outcome::Start, &preflight("https://a.example.com", "PUT", "x-a"));
    let Effect::Return { reply, .. } = effect else { panic!("{effect:?}") };
    let headers: Vec<_> =
        reply.headers.iter().map(|header| format!("{}: {}", header.name, header.values.concat())).collect();
    assert_eq!(
        headers,
        [
            "Access-Control-Allow-Origin: https://a.example.com",
            "Vary: Origin",
            "Access-Control-Allow-Methods: PUT",
            "Access-Control-Allow-Headers: x-a",
            "Access-Control-Max-Age: 60",
        ]
    );
}

#[test]
fn a_preflight_that_fits_nothing_gets_an_answer_that_allows_nothing() {
    let program = program(CORS);
    for call in [
        preflight("https://b.example.com", "PUT", ""),
        preflight("https://a.example.com", "DELETE", ""),
        preflight("https://a.example.com", "PUT", "X-B"),
    ] {
        let effect = Run::new(&program).next(Outcome::Start, &call);
        assert!(matches!(&effect, Effect::Return { reply, .. } if reply.headers.is_empty()), "{effect:?}");
    }
}

#[test]
fn an_answer_to_an_allowed_origin_says_so_even_when_the_call_fails() {
    let call = Call { headers: vec![("Origin", "https://a.example.com")], ..Call::default() };
    let all = effects(&program(CORS), &call, fitting);
    let headers = ["response Access-Control-Allow-Origin=https://a.example.com", "response Vary=Origin"];
    assert_eq!(all, ["forward", headers[0], headers[1], "Answer"]);
    let all = effects(&program(CORS), &call, |effect| match effect {
        Effect::Forward(_) => failed(),
        other => fitting(other),
    });
    assert_eq!(all, ["forward", "response E=on-error", headers[0], headers[1], "Answer"]);
}

#[test]
fn a_simple_call_from_elsewhere_is_ended_and_others_pass() {
    let headers = vec![("Origin", "https://b.example.com")];
    let get = Call { headers: headers.clone(), ..Call::default() };
    assert_eq!(effects(&program(CORS), &get, fitting), ["return 200", "Answer"]);
    let post = Call { headers, method: "POST", ..Call::default() };
    assert_eq!(effects(&program(CORS), &post, fitting), ["forward", "Answer"]);
    assert_eq!(
        effects(&program(CORS), &Call { headers: Vec::new(), ..Call::default() }, fitting),
        ["forward", "Answer"]
    );
}

const JWT: &str = "<validate-jwt header-name=\"Authorization\" require-scheme=\"Basic\" failed-validation-error-message=\"No.\">\
     <audiences><audience>orders</audience></audiences><issuers><issuer>https://login.example.com/</issuer></issuers>\
     <required-claims><claim name=\"roles\" match=\"any\" separator=\" \"><value>reader</value></claim></required-claims></validate-jwt>";

fn judged(judged: Result<Jwt, JwtProblem>) -> String {
    let program = program(JWT);
    let mut run = Run::new(&program);
    let call = Call::default();
    assert!(
        matches!(run.next(Outcome::Start, &call), Effect::ValidateJwt(checks) if checks.token.reveal() == "dTpw")
    );
    let judged = judged.map(|jwt| Arc::new(JudgedJwt { jwt, issuers: Vec::new() }));
    match run.next(Outcome::Jwt(judged), &call) {
        Effect::Fail { failure, .. } => {
            assert_eq!((failure.status, failure.told.as_deref()), (401, Some("No.")));
            failure.reason.into_owned()
        }
        other => short(&other),
    }
}

#[test]
fn an_address_passes_if_its_block_is_named() {
    let verdict = |address: &str| {
        let inbound = format!("<ip-filter action=\"allow\"><address>{address}</address></ip-filter>");
        effects(&program(&inbound), &Call::default(), fitting).first().cloned().unwrap_or_default()
    };
    for holding in [
        "192.0.2.1",
        "192.0.2.0/24",
        "192.0.2.200/24",
        "128.0.0.0/1",
        "0.0.0.0/0",
        "192.0.2.1/32",
        "@(\"192.0.2.0/31\")",
    ] {
        assert_eq!(verdict(holding), "forward", "{holding}");
    }
    for other in ["192.0.2.2", "192.0.2.0/32", "192.0.3.0/24", "::/0", "@(\"192.0.2.2/31\")"] {
        assert_eq!(verdict(other), "fail CallerIpNotAllowed 403", "{other}");
    }
    assert_eq!(verdict("@(\"192.0.2.0/x\")"), "fail InvalidAddress 500");
}

#[test]
fn an_answer_that_nobody_names_is_waited_for_and_left() {
    let inbound = "<send-request mode=\"new\"><set-url>https://a.example.com</set-url></send-request>";
    assert_eq!(effects(&program(inbound), &Call::default(), fitting), ["call", "forward", "Answer"]);
    let refused = |_: &Effect<'_>| failed();
    assert_eq!(effects(&program(inbound), &Call::default(), refused)[1], "response E=on-error");
}

#[test]
fn a_token_passes_only_if_all_of_it_is_good() {
    assert_eq!(judged(Ok(jwt())), "forward");
    assert_eq!(judged(Err(JwtProblem::Expired)), "TokenExpired");
    assert_eq!(judged(Err(JwtProblem::SignatureInvalid)), "TokenSignatureInvalid");
    assert_eq!(judged(Ok(Jwt { audiences: vec!["other".to_owned()], ..jwt() })), "TokenAudienceNotAllowed");
    assert_eq!(judged(Ok(Jwt { issuer: "other".to_owned(), ..jwt() })), "TokenIssuerNotAllowed");
    assert_eq!(judged(Ok(Jwt { claims: Vec::new(), ..jwt() })), "TokenClaimNotFound");
    let claims = vec![("roles".to_owned(), vec!["readers".to_owned()])];
    assert_eq!(judged(Ok(Jwt { claims, ..jwt() })), "TokenClaimValueNotAllowed");
}

#[test]
fn a_call_without_a_token_is_refused_before_the_host_is_asked() {
    let program = program(JWT);
    for headers in [vec![], vec![("Authorization", "Bearer x")], vec![("Authorization", "Basic")]] {
        let effect = Run::new(&program).next(Outcome::Start, &Call { headers, ..Call::default() });
        assert_eq!(short(&effect), "fail TokenNotPresent 401");
    }
}

#[test]
fn a_callers_certificate_passes_only_if_it_is_good() {
    let strict = program("<validate-client-certificate />");
    let reasons = [
        (CertificateProblem::NotFound, "ClientCertificateNotFound"),
        (CertificateProblem::NotYetValid, "ClientCertificateNotYetValid"),
        (CertificateProblem::Expired, "ClientCertificateExpired"),
        (CertificateProblem::NotTrusted, "ClientCertificateNotTrusted"),
        (CertificateProblem::Revoked, "ClientCertificateRevoked"),
        (CertificateProblem::RevocationUnknown, "ClientCertificateRevoked"),
        (CertificateProblem::IdentityNotMatched, "ClientCertificateIdentityNotMatched"),
    ];
    for (problem, reason) in reasons {
        let mut run = Run::new(&strict);
        run.next(Outcome::Start, &Call::default());
        let effect = run.next(Outcome::Judged(Err(problem)), &Call::default());
        assert_eq!(short(&effect), format!("fail {reason} 401"));
        let lenient = program("<validate-client-certificate ignore-error=\"true\" />");
        let mut run = Run::new(&lenient);
        run.next(Outcome::Start, &Call::default());
        assert_eq!(short(&run.next(Outcome::Judged(Err(problem)), &Call::default())), "forward");
    }
}

#[test]
fn what_was_not_judged_does_not_pass() {
    for inbound in [
        "<validate-client-certificate ignore-error=\"true\" />",
        JWT,
        "<rate-limit calls=\"1\" renewal-period=\"1\" />",
    ] {
        let program = program(inbound);
        let mut run = Run::new(&program);
        run.next(Outcome::Start, &Call::default());
        assert_eq!(short(&run.next(Outcome::Done, &Call::default())), "fail InternalError 500");
    }
}

#[test]
fn a_template_is_filled_with_the_body_and_the_call() {
    let inbound = "<set-body template=\"liquid\">{{body.a.b | Upcase}}{{body.none.at.all}}[{% JSONArrayFor x in body.l %}{{x.n}}{% endJSONArrayFor %}]\
                   {% if body.c %}c{% else %}no c{% endif %} {{context.Request.Headers.X-One}} {{context.Request.MatchedParameters.id}}</set-body>";
    let program = program(inbound);
    let mut run = Run::new(&program);
    let call = Call {
        request_body: Some("{\"a\":{\"b\":\"x\"},\"l\":[{\"n\":1},{\"n\":2.5},{}]}"),
        ..Call::default()
    };
    assert!(matches!(run.next(Outcome::Start, &call), Effect::Buffer { target: Target::Request }));
    let effect = run.next(Outcome::Done, &call);
    assert_eq!(format!("{effect:?}"), "SetBody(Request, \"X[1,2.5,]no c 1 7 a/ä\")");
}

#[test]
fn a_template_writes_no_more_than_there_is_room_for() {
    let (open, close) = ("{% for x in body.l %}".repeat(6), "{% endfor %}".repeat(6));
    let program = program(&format!(
        "<set-body template=\"liquid\">{open}{}{close}</set-body>",
        "a text that is written again and again. ".repeat(50)
    ));
    let call = Call {
        request_body: Some("{\"l\":[1,2,3,4,5,6,7,8,9,0,1,2,3,4,5,6,7,8,9,0,1,2,3,4,5,6,7,8,9,0]}"),
        ..Call::default()
    };
    let mut run = Run::new(&program);
    run.next(Outcome::Start, &call);
    assert_eq!(short(&run.next(Outcome::Done, &call)), "fail LiquidTemplateFailure 500");
}

#[test]
fn parameters_of_the_address_are_encoded_where_they_are_put() {
    let program = program("<rewrite-uri template=\"/x/{id}?q={id}\" />");
    let effect = Run::new(&program).next(Outcome::Start, &Call::default());
    assert_eq!(format!("{effect:?}"), "RewriteUri(\"/x/7%20a/%C3%A4?q=7%20a/%C3%A4\", copy_unmatched: true)");
}

#[test]
fn the_last_error_says_where_it_happened() {
    let inbound = "<choose><when condition=\"@(false)\" /><when condition=\"@(true)\"><set-header name=\"A\"><value>x</value></set-header>\
                   <check-header id=\"guard\" name=\"No\" failed-check-httpcode=\"418\" /></when></choose>";
    let program = program(inbound);
    let mut run = Run::new(&program).watched();
    let call = Call::default();
    run.next(Outcome::Start, &call);
    assert_eq!(short(&run.next(Outcome::Done, &call)), "fail HeaderNotFound 418");
    let error = run.last_error().unwrap();
    let place = (error.source.as_str(), error.scope.as_str(), error.section.as_str(), error.path.as_str());
    assert_eq!(place, ("check-header", "global", "inbound", "choose[1]/when[2]/check-header[1]"));
    assert_eq!((error.policy_id.as_str(), error.status), ("guard", 418));
    let seen: Vec<String> =
        run.take_seen().iter().map(|seen| format!("{} {}", seen.place.path, seen.what)).collect();
    assert_eq!(
        seen,
        [
            "choose[1]/when[1] the condition is false",
            "choose[1]/when[2] the condition is true",
            "choose[1]/when[2]/check-header[1] failed: Header No was not found in the request. Access denied.",
        ]
    );
}
