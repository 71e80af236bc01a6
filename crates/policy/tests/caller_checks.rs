//! The checks of callers that the portal writes and reads, and its templates.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use policy::caller_checks::{
    AuthorityChecks, CallerChecks, FoundChecks, Template, caller_checks, insert_template, set_caller_checks,
};
use policy::check::compile;
use policy::edit::{Credential, EditError, set_credential};
use policy::program::{DEFAULT_GLOBAL, EMPTY_API};

fn known(text: &str) -> CallerChecks {
    match caller_checks(text).unwrap() {
        FoundChecks::Known(checks) => checks,
        FoundChecks::Own => panic!("not known:\n{text}"),
    }
}

/// Sets the checks, which must compile, be read back, and change nothing a second time.
fn set(text: &str, checks: &CallerChecks) -> String {
    let edited = set_caller_checks(text, checks).unwrap();
    compile(&edited).unwrap_or_else(|problems| panic!("{problems:?}\n{edited}"));
    assert_eq!(known(&edited), *checks, "{edited}");
    assert_eq!(set_caller_checks(&edited, checks).unwrap(), edited, "a second time changes nothing");
    edited
}

fn all() -> CallerChecks {
    CallerChecks {
        authorities: Some(AuthorityChecks { ids: Vec::new(), revocation: true }),
        not_expired: true,
        issuer: Some("CN=Partner \"CA\" & Sons, O=back\\slash".to_owned()),
        subject: Some("CN={{partner}}, O=<x>".to_owned()),
        thumbprints: vec!["A".repeat(40), "B".repeat(40), "C".repeat(40)],
        uploaded: true,
    }
}

fn issued_by(ids: &[&str]) -> Option<AuthorityChecks> {
    let ids = ids.iter().map(|id| (*id).to_owned()).collect();
    Some(AuthorityChecks { ids, revocation: false })
}

#[test]
fn each_check_and_all_of_them_are_written_and_read_back() {
    let CallerChecks { issuer, subject, thumbprints, .. } = all();
    let none = CallerChecks::default;
    for checks in [
        CallerChecks { not_expired: true, ..none() },
        CallerChecks { issuer: issuer.clone(), ..none() },
        CallerChecks { subject: subject.clone(), ..none() },
        CallerChecks { issuer, subject, ..none() },
        CallerChecks { thumbprints: vec!["A".repeat(40)], ..none() },
        CallerChecks { thumbprints, ..none() },
        CallerChecks { uploaded: true, ..none() },
        CallerChecks { authorities: issued_by(&[]), ..none() },
        CallerChecks { authorities: issued_by(&["partner-ca"]), not_expired: true, ..none() },
        CallerChecks { authorities: issued_by(&["a", "b"]), subject: all().subject, ..none() },
        CallerChecks { authorities: None, ..all() },
        all(),
    ] {
        for text in [EMPTY_API, DEFAULT_GLOBAL, "<policies />"] {
            let edited = set(text, &checks);
            assert_eq!(known(&set(&edited, &none())), none());
        }
    }
    assert_eq!(set(&set(EMPTY_API, &all()), &none()), EMPTY_API);
}

#[test]
fn a_check_is_written_as_publishers_know_it() {
    let edited = set(EMPTY_API, &CallerChecks { not_expired: true, ..CallerChecks::default() });
    let statement = r#"        <base />
        <choose>
            <when condition="@(context.Request.Certificate == null || context.Request.Certificate.NotAfter < DateTime.Now)">
                <return-response>
                    <set-status code="403" reason="Invalid client certificate" />
                </return-response>
            </when>
        </choose>
"#;
    assert_eq!(edited, EMPTY_API.replacen("        <base />\n", statement, 1));
}

#[test]
fn the_uploaded_ca_certificates_that_vouch_and_the_subject_are_one_statement() {
    let checks = CallerChecks {
        authorities: issued_by(&["partner-ca", "other-ca"]),
        not_expired: true,
        subject: Some("CN=client, O=\"Partner, Inc.\"".to_owned()),
        ..CallerChecks::default()
    };
    let statement = r#"        <base />
        <validate-client-certificate validate-revocation="false" validate-trust="true" validate-not-before="true" validate-not-after="true">
            <identities>
                <identity issuer-certificate-id="partner-ca" subject="CN=client, O=&quot;Partner, Inc.&quot;" />
                <identity issuer-certificate-id="other-ca" subject="CN=client, O=&quot;Partner, Inc.&quot;" />
            </identities>
        </validate-client-certificate>
"#;
    assert_eq!(set(EMPTY_API, &checks), EMPTY_API.replacen("        <base />\n", statement, 1));
    let any = CallerChecks { authorities: issued_by(&[]), not_expired: true, ..CallerChecks::default() };
    assert!(set(EMPTY_API, &any).contains("validate-not-after=\"true\" />"));
}

#[test]
fn a_validation_that_says_more_is_a_persons_own() {
    let known_one = "<validate-client-certificate validate-revocation='false'><identities><identity subject='CN=a'/></identities></validate-client-certificate>";
    let document = |statement: &str| format!("<policies><inbound><base/>{statement}</inbound></policies>");
    let checks = known(&document(known_one));
    assert_eq!((checks.authorities, checks.subject.as_deref()), (issued_by(&[]), Some("CN=a")));
    assert!(checks.not_expired);
    for (part, changed) in [
        ("validate-revocation='false'", "ignore-error='true'"),
        ("validate-revocation='false'", "validate-trust='false'"),
        ("validate-revocation='false'", "validate-not-after='false'"),
        ("subject='CN=a'", "subject='CN=a' thumbprint='0123456789ABCDEF0123456789ABCDEF01234567'"),
        ("subject='CN=a'", "common-name='a'"),
        ("<identity subject='CN=a'/>", "<identity subject='CN=a'/><identity subject='CN=b'/>"),
        (
            "<identity subject='CN=a'/>",
            "<identity issuer-certificate-id='c'/><identity issuer-subject='CN=a'/>",
        ),
        (
            "<identity subject='CN=a'/>",
            "<identity issuer-certificate-id='c' subject='CN=a'/><identity issuer-certificate-id='d'/>",
        ),
        ("<identity subject='CN=a'/>", "<!-- ours --><identity subject='CN=a'/>"),
    ] {
        let text = document(&known_one.replace(part, changed));
        assert_eq!(caller_checks(&text).unwrap(), FoundChecks::Own, "{text}");
    }
}

#[test]
fn checks_written_by_hand_in_the_same_shape_are_known() {
    let refusal =
        "<return-response><set-status reason='Invalid client certificate' code='403'/></return-response>";
    let choose =
        |condition: &str| format!("<choose><when condition=\"@({condition})\" >\n{refusal}</when></choose>");
    let null = "context.Request.Certificate==null";
    let text = format!(
        "<policies><inbound><base/>{}\n{}</inbound></policies>",
        choose(&format!(
            "{null} ||\n context.Request.Certificate.Issuer != \"i\" || context.Request.Certificate.SubjectName != \"s\""
        )),
        choose(&format!("{null} || context.Request.Certificate.Thumbprint != &quot;t&quot;")),
    );
    let checks = known(&text);
    assert_eq!((checks.issuer.as_deref(), checks.subject.as_deref()), (Some("i"), Some("s")));
    assert_eq!(checks.thumbprints, ["t"]);
}

#[test]
fn whatever_a_person_made_of_it_is_theirs_and_not_touched() {
    let written = set(EMPTY_API, &CallerChecks { authorities: None, issuer: None, subject: None, ..all() });
    for changed in [
        written.replace("code=\"403\"", "code=\"401\""),
        written.replace("NotAfter <", "NotBefore >"),
        written.replacen("<return-response>", "<return-response><!-- ours -->", 1),
        written.replacen("</when>", "</when><otherwise/>", 1),
        written.replace("== null ||", "== null &&"),
        written.replacen("<choose>", "<validate-client-certificate/><choose>", 1),
        written.replacen(
            "<choose>",
            "<set-variable name=\"x\" value=\"@(context.Request.Certificate.Subject)\"/><choose>",
            1,
        ),
        insert_template(&written, Template::Expired).unwrap(),
    ] {
        assert_ne!(changed, written);
        assert_eq!(caller_checks(&changed).unwrap(), FoundChecks::Own, "{changed}");
        let refused = set_caller_checks(&changed, &CallerChecks::default());
        assert_eq!(refused, Err(EditError::OwnChecks));
    }
}

#[test]
fn other_statements_keep_their_place() {
    let credential = Credential::Certificate { id: "partner".to_owned() };
    let text = set_credential(EMPTY_API, &credential).unwrap();
    let edited = set(&text, &all());
    assert!(edited.contains("<authentication-certificate certificate-id=\"partner\" />"));
    assert_eq!(set(&edited, &CallerChecks::default()), text);
}

#[test]
fn a_template_stands_behind_base_and_compiles() {
    let vouched = insert_template(EMPTY_API, Template::Authority).unwrap();
    assert!(vouched.contains("<base />\n        <validate-client-certificate "), "{vouched}");
    assert!(vouched.contains("issuer-certificate-id=\"ca-certificate-id\""), "{vouched}");
    compile(&vouched).unwrap();
    for (template, part) in [
        (Template::Expired, "NotAfter < DateTime.Now"),
        (Template::Names, "Issuer != \"trusted-issuer\""),
        (Template::Thumbprint, "Thumbprint != \"desired-thumbprint\""),
        (Template::Uploaded, "Certificates.Any("),
    ] {
        let edited = insert_template(EMPTY_API, template).unwrap();
        assert!(edited.contains("<base />\n        <choose>\n            <when condition="), "{edited}");
        assert!(edited.contains(part), "{edited}");
        compile(&edited).unwrap();
    }
    assert!(matches!(
        insert_template("<policies><inbound>", Template::Expired),
        Err(EditError::Unreadable(_))
    ));
}
