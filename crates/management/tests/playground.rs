//! The playground: what policies would do with calls that nobody makes.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may panic")]

mod common;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use common::{House, P256, PROXY, RSA, WHO};
use domain::name::{ApiId, CertificateId};
use domain::playground::{Ending, Played, PlayedAnswer, PlayedBy, PlayedCredential};
use domain::policy_document::Scope;
use domain::user::{Actor, Role};
use management::error::{Error, Problem};
use management::playground::PlaygroundForm;
use rcgen::{CertificateParams, DnType, KeyPair};

fn form(path: &str) -> PlaygroundForm {
    PlaygroundForm { method: "GET".to_owned(), path: path.to_owned(), ..PlaygroundForm::default() }
}

fn play(house: &House, api: &ApiId, form: &PlaygroundForm) -> Played {
    house.management.play(&WHO, api, form).unwrap()
}

fn answer(played: &Played) -> &PlayedAnswer {
    let Ending::Answered(answer) = &played.ending else { panic!("{:?}", played.ending) };
    answer
}

fn inbound(statements: &str) -> String {
    format!("<policies>\n    <inbound>\n        <base />\n{statements}\n    </inbound>\n</policies>")
}

fn pem(name: &str, to: i32) -> String {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.not_before = rcgen::date_time_ymd(2020, 1, 1);
    params.not_after = rcgen::date_time_ymd(to, 1, 1);
    params.self_signed(&KeyPair::generate().unwrap()).unwrap().pem()
}

const CHECK: &str = r#"        <choose>
            <when condition="@(context.Request.Certificate == null || context.Request.Certificate.NotAfter < DateTime.Now)">
                <return-response>
                    <set-status code="403" reason="Invalid client certificate" />
                </return-response>
            </when>
        </choose>"#;

#[test]
fn a_caller_is_judged_as_the_policy_says_and_each_statement_has_its_line() {
    let house = House::new();
    let api = house.api("orders");
    house.save_policy(&api, &inbound(CHECK)).unwrap();

    let refused = play(&house, &api, &form("/a"));
    let answered = answer(&refused);
    assert_eq!((answered.status, answered.reason.as_str()), (403, "Invalid client certificate"));
    assert_eq!(refused.forwarded, None);
    let reply = refused.steps.iter().find(|step| step.statement.element == "return-response").unwrap();
    assert_eq!((&reply.scope, reply.statement.line), (&Scope::Api(api.clone()), 6));
    assert_eq!(reply.what, "returns status 403");

    // The clock of the house says 2030.
    let by = |to| PlaygroundForm { by: PlayedBy::Pem(pem("Partner", to)), ..form("/a") };
    assert_eq!(answer(&play(&house, &api, &by(2029))).status, 403);
    let let_in = play(&house, &api, &by(2031));
    assert_eq!(let_in.caller.unwrap().subject, "CN=Partner");
    assert_eq!(let_in.forwarded.unwrap().url, "https://backend.test/a");
}

#[test]
fn an_uploaded_certificate_can_be_the_callers_and_the_one_shown_to_the_backend() {
    let house = House::new();
    let api = house.api("orders");
    let id: CertificateId = house.upload(P256).unwrap();
    let statement = format!(
        "<authentication-certificate certificate-id=\"{id}\" /><set-header name=\"X-Thumbprint\"><value>@(context.Request.Certificate.Thumbprint)</value></set-header>"
    );
    house.save_policy(&api, &inbound(&statement)).unwrap();
    let played = play(&house, &api, &PlaygroundForm { by: PlayedBy::Uploaded(id.clone()), ..form("/a?x=1") });
    let forwarded = played.forwarded.unwrap();
    let PlayedCredential::Certificate { id: shown, thumbprint, .. } = forwarded.credential else { panic!() };
    assert_eq!(shown, id);
    assert_eq!(forwarded.headers, [("X-Thumbprint".to_owned(), thumbprint.to_string())]);
    assert_eq!(forwarded.url, "https://backend.test/a?x=1");

    // As certificate dialogs write it.
    let pasted = format!("\u{200e}{}", thumbprint.to_string().to_lowercase());
    let by = |pasted: &str| PlaygroundForm { by: PlayedBy::Thumbprint(pasted.to_owned()), ..form("/a") };
    assert_eq!(play(&house, &api, &by(&pasted)).caller.unwrap().thumbprint, thumbprint);
    for wrong in ["0123456789012345678901234567890123456789", "none"] {
        let refused = house.management.play(&WHO, &api, &by(wrong)).unwrap_err();
        let Error::Invalid(problems) = refused else { panic!("{refused:?}") };
        assert_eq!((problems[0].field, &problems[0].problem), ("thumbprint", &Problem::NoSuchCertificate));
    }
}

#[test]
fn a_certificate_is_read_and_a_key_that_only_the_gateway_uses_fails_with_a_reason() {
    let house = House::new();
    let api = house.api("orders");
    let id = house.upload(RSA).unwrap();
    let statements = |code: &str| {
        inbound(&format!(
            "<set-variable name=\"c\" value=\"@(context.Deployment.Certificates[&quot;{id}&quot;])\" />\
             <set-header name=\"X\"><value>@{{ var c = (X509Certificate2)context.Variables[\"c\"]; {code} }}</value></set-header>"
        ))
    };
    let read = "var read = new X509Certificate2(c.RawData); \
                return read.Thumbprint == c.Thumbprint ? c.GetRSAPrivateKey().KeySize + \"\" : \"\";";
    house.save_policy(&api, &statements(read)).unwrap();
    let played = play(&house, &api, &form("/a"));
    let forwarded = played.forwarded.clone().unwrap_or_else(|| panic!("{played:?}"));
    assert_eq!(forwarded.headers, [("X".to_owned(), "2048".to_owned())]);

    let sign = "return c.GetRSAPrivateKey()\
                .SignData(new byte[1], HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).Length + \"\";";
    house.save_policy(&api, &statements(sign)).unwrap();
    let played = play(&house, &api, &form("/a"));
    assert!(played.steps.iter().any(|step| step.what.contains("The key can't be used here.")), "{played:?}");
}

#[test]
fn method_and_path_choose_the_operation_and_what_matches_none_is_not_run() {
    let house = House::new();
    let api = house.api("orders");
    let operation = house.operation(&api, "one", "GET", "/orders/{id}");
    let own = inbound(
        "<set-header name=\"X-Id\"><value>@(context.Request.MatchedParameters[\"id\"])</value></set-header>",
    );
    house.save_policy_of(&Scope::Operation(api.clone(), operation.clone()), &own).unwrap();
    let played = play(&house, &api, &form("/orders/a%20b"));
    assert_eq!(played.operation.unwrap().id, operation);
    assert_eq!(played.forwarded.unwrap().headers, [("X-Id".to_owned(), "a b".to_owned())]);
    let missed = play(&house, &api, &form("/other"));
    assert_eq!((missed.ending, missed.steps), (Ending::NoOperation, Vec::new()));
}

#[test]
fn nothing_is_called_and_outbound_runs_on_an_answer_that_is_made_up() {
    let house = House::new();
    let api = house.api("orders");
    let text = r#"<policies>
    <inbound><base />
        <send-request mode="new" response-variable-name="there" timeout="5"><set-url>https://elsewhere.test/x</set-url></send-request>
        <set-header name="X-There"><value>@(((IResponse)context.Variables["there"]).StatusCode.ToString())</value></set-header>
    </inbound>
    <outbound><base /><set-status code="201" reason="Made" /></outbound>
</policies>"#;
    house.save_policy(&api, text).unwrap();
    let played = play(&house, &api, &form("/a"));
    assert!(
        played
            .steps
            .iter()
            .any(|step| step.what.starts_with("would send a request to https://elsewhere.test/x"))
    );
    let answered = answer(&played);
    assert_eq!((answered.status, answered.reason.as_str()), (201, "Made"));
    assert_eq!(played.forwarded.unwrap().headers, [("X-There".to_owned(), "200".to_owned())]);
}

#[test]
fn a_failure_says_where_it_happened() {
    let house = House::new();
    let api = house.api("orders");
    let failing =
        "<set-header name=\"X\"><value>@(context.Request.Certificate.Thumbprint)</value></set-header>";
    house.save_policy(&api, &inbound(failing)).unwrap();
    let played = play(&house, &api, &form("/a"));
    let answered = answer(&played);
    assert_eq!(answered.status, 500);
    assert_eq!(answered.failure.as_ref().unwrap().0, "ExpressionValueEvaluationFailure");
    assert!(played.steps.iter().any(|step| step.what.starts_with("failed: ")));
}

#[test]
fn a_token_is_judged_by_what_it_says_and_its_signature_is_taken_for_good() {
    let house = House::new();
    let api = house.api("orders");
    let checks = "<validate-jwt header-name=\"Authorization\" output-token-variable-name=\"jwt\">\
         <issuer-signing-keys><key>c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0</key></issuer-signing-keys>\
         <audiences><audience>orders</audience></audiences></validate-jwt>\
         <set-header name=\"X-Sub\"><value>@(((Jwt)context.Variables[\"jwt\"]).Subject)</value></set-header>";
    house.save_policy(&api, &inbound(checks)).unwrap();
    let with = |claims: &str| {
        let part = |text: &str| BASE64_URL_SAFE_NO_PAD.encode(text);
        let token = format!("{}.{}.c2ln", part(r#"{"alg":"HS256"}"#), part(claims));
        play(
            &house,
            &api,
            &PlaygroundForm { headers: format!("Authorization: Bearer {token}"), ..form("/a") },
        )
    };
    let far = "\"exp\": 99999999999";
    let good = with(&format!("{{\"aud\": \"orders\", \"sub\": \"kim\", {far}}}"));
    assert_eq!(good.forwarded.unwrap().headers.last().unwrap(), &("X-Sub".to_owned(), "kim".to_owned()));
    let reason = |played: Played| answer(&played).failure.clone().unwrap().0;
    assert_eq!(reason(with("{\"aud\": \"orders\", \"exp\": 1}")), "TokenExpired");
    assert_eq!(reason(with(&format!("{{\"aud\": \"bills\", {far}}}"))), "TokenAudienceNotAllowed");
    let no_token = PlaygroundForm { headers: "Authorization: Bearer a.b.c".to_owned(), ..form("/a") };
    assert_eq!(reason(play(&house, &api, &no_token)), "JwtInvalid");
}

#[test]
fn everything_that_is_wrong_with_the_form_is_said_and_a_viewer_may_not_play() {
    let house = House::new();
    let api = house.api("orders");
    let wrong = PlaygroundForm {
        method: "GE T".to_owned(),
        path: "a b".to_owned(),
        headers: "X: 1\nnonsense".to_owned(),
        address: "here".to_owned(),
        ..PlaygroundForm::default()
    };
    let Err(Error::Invalid(found)) = house.management.play(&WHO, &api, &wrong) else { panic!() };
    let fields: Vec<_> = found.iter().map(|one| one.field).collect();
    assert_eq!(fields, ["method", "path", "headers", "address"]);
    assert_eq!(found[2].problem, Problem::HeaderLine { line: 2 });
    let pasted = PlaygroundForm { by: PlayedBy::Pem("none".to_owned()), ..form("/a") };
    assert!(matches!(house.management.play(&WHO, &api, &pasted), Err(Error::Invalid(_))));
    let viewer = Actor::User { id: 1, name: "vera".parse().unwrap(), role: Role::Viewer };
    assert!(matches!(house.management.play(&viewer, &api, &form("/a")), Err(Error::NotAllowed)));
}

#[test]
fn what_the_gateway_takes_from_no_caller_policies_do_not_see_here_either() {
    let house = House::new();
    let api = house.api("orders");
    let document = inbound(
        "        <return-response><set-body>@(context.Request.Headers.GetValueOrDefault(\"X-ARR-ClientCert\", \"none\"))\
         </set-body></return-response>",
    );
    house.save_policy(&api, &document).unwrap();
    let form = PlaygroundForm { headers: "X-ARR-ClientCert: MIIB\nX-Plain: 1".to_owned(), ..form("/a") };
    let played = play(&house, &api, &form);
    assert_eq!(
        (answer(&played).body.as_str(), &played.removed[..]),
        ("none", &["X-ARR-ClientCert".to_owned()][..])
    );
    let form = PlaygroundForm { address: PROXY.to_string(), ..form };
    let played = play(&house, &api, &form);
    assert_eq!((answer(&played).body.as_str(), played.removed.len()), ("MIIB", 0));
}

#[test]
fn a_body_is_decoded_as_the_gateway_decodes_it() {
    let house = House::new();
    let api = house.api("orders");
    let reading =
        "<set-header name=\"X-Read\"><value>@(context.Request.Body.As<string>(true))</value></set-header>";
    house.save_policy(&api, &inbound(reading)).unwrap();
    let posted = |headers: &str, body: &str| {
        let (headers, body) = (headers.to_owned(), body.to_owned());
        play(&house, &api, &PlaygroundForm { method: "POST".to_owned(), headers, body, ..form("/a") })
    };
    let read = |played: &Played| {
        let headers = &played.forwarded.as_ref().unwrap().headers;
        headers.iter().find(|(name, _)| name == "X-Read").unwrap().1.clone()
    };
    assert_eq!(read(&posted("Content-Type: text/plain; charset=euc-kr", "가")), "가");
    assert_eq!(read(&posted("Content-Encoding: identity", "a")), "a");

    for (coding, status, reason, told) in [
        (
            "zstd",
            415,
            "RequestBodyNotDecoded",
            "The Content-Encoding of the request is not supported. Use gzip, deflate, br, or none.",
        ),
        (
            "gzip",
            400,
            "RequestBodyNotDecoded",
            "The body of the request is not what its Content-Encoding says.",
        ),
    ] {
        let refused = posted(&format!("Content-Encoding: {coding}"), "a");
        assert_eq!(refused.forwarded, None, "{coding}");
        let answer = answer(&refused);
        assert_eq!((answer.status, answer.body.as_str()), (status, told), "{coding}");
        assert_eq!(answer.failure.as_ref().unwrap().0, reason, "{coding}");
    }

    house.save_policy(&api, &inbound("<set-body>b</set-body>")).unwrap();
    let changed =
        posted("Content-Encoding: gzip\nContent-Type: text/plain; charset=euc-kr\nETag: \"1\"", "a");
    let headers = changed.forwarded.unwrap().headers;
    let sent = [("Content-Type", "text/plain; charset=utf-8"), ("ETag", "W/\"1\"")];
    assert_eq!(headers, sent.map(|(name, value)| (name.to_owned(), value.to_owned())));
}
