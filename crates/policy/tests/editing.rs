//! Edits from outside the editor: the credential, and passwords hidden from view.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use policy::check::compile;
use policy::edit::{Credential, EditError, PLACEHOLDER, mask_password, set_credential, unmask_password};
use policy::program::{CertificateSelector, CredentialSummary, EMPTY_API};

fn certificate(id: &str) -> Credential {
    Credential::Certificate { id: id.to_owned() }
}

fn basic(username: &str, password: Option<&str>) -> Credential {
    Credential::Basic { username: username.to_owned(), password: password.map(str::to_owned) }
}

/// Sets the credential, twice, and gives the text; the second time must change nothing.
fn set(text: &str, credential: &Credential) -> String {
    let edited = set_credential(text, credential).unwrap();
    assert_eq!(set_credential(&edited, credential).unwrap(), edited, "a second time changes nothing");
    edited
}

#[test]
fn a_new_api_gets_the_statement_behind_base() {
    let edited = set(EMPTY_API, &certificate("partner"));
    let statement = "        <authentication-certificate certificate-id=\"partner\" />\n";
    let wanted = EMPTY_API.replacen("<base />\n", &format!("<base />\n{statement}"), 1);
    assert_eq!(edited, wanted);
    assert_eq!(set(&edited, &Credential::None), EMPTY_API);
}

#[test]
fn what_is_written_is_what_compile_reads() {
    let edited = set(EMPTY_API, &basic("me & you", Some("a\"b<c>{{d}}'\\")));
    assert_eq!(
        compile(&edited).unwrap().credential(),
        CredentialSummary::Basic { username: "me & you".to_owned() }
    );
    let edited = set(&edited, &certificate("@(x)"));
    let selector = CertificateSelector::Id("@(x)".to_owned());
    assert_eq!(compile(&edited).unwrap().credential(), CredentialSummary::Certificate(selector));
}

#[test]
fn every_credential_statement_of_inbound_is_replaced_and_nothing_else() {
    let text = "<policies>\r\n\t<inbound>\r\n\t\t<!-- who we are -->\r\n\t\t<authentication-basic\r\n\t\t\tusername='a'\r\n\t\t\tpassword='b' />\r\n\t\t<base/>   \r\n\t\t<set-header name=\"X\" exists-action='delete'/>  <!-- keep -->\r\n\t\t<authentication-certificate certificate-id='old'/><authentication-certificate certificate-id='older'/>\r\n\t</inbound>\r\n</policies>";
    let wanted = "<policies>\r\n\t<inbound>\r\n\t\t<!-- who we are -->\r\n\t\t<base/>   \r\n\t\t<authentication-certificate certificate-id=\"new\" />\r\n\t\t<set-header name=\"X\" exists-action='delete'/>  <!-- keep -->\r\n\t</inbound>\r\n</policies>";
    assert_eq!(set(text, &certificate("new")), wanted);
}

#[test]
fn a_comment_on_the_line_stays() {
    let text = "<policies>\n  <inbound>\n    <base /> <!-- first -->\n    <authentication-certificate certificate-id=\"a\" /> <!-- second -->\n  </inbound>\n</policies>\n";
    let none = set(text, &Credential::None);
    assert!(none.contains("<base /> <!-- first -->\n     <!-- second -->\n"), "{none}");
    let other = set(text, &certificate("b"));
    assert!(
        other.contains("<base /><authentication-certificate certificate-id=\"b\" /> <!-- first -->"),
        "{other}"
    );
}

#[test]
fn statements_in_other_places_are_left_alone() {
    let text = "<policies><inbound><base/><choose><when condition=\"@(1 < 2)\"><authentication-certificate certificate-id=\"a\"/></when></choose></inbound></policies>";
    assert_eq!(set(text, &Credential::None), text);
}

#[test]
fn an_inbound_without_content_is_opened() {
    let text = "<policies>\n  <inbound/>\n</policies>\n";
    let wanted = "<policies>\n  <inbound>\n    <authentication-certificate certificate-id=\"a\" />\n  </inbound>\n</policies>\n";
    assert_eq!(set(text, &certificate("a")), wanted);
    assert_eq!(set(&text.replace("<inbound/>", "<inbound></inbound>"), &certificate("a")), wanted);
    assert_eq!(set(text, &Credential::None), text);
}

#[test]
fn a_document_on_one_line_stays_on_one_line() {
    let text = "<policies><inbound/><backend><forward-request/></backend></policies>";
    let edited = set(text, &certificate("a"));
    let wanted =
        text.replace("<inbound/>", "<inbound><authentication-certificate certificate-id=\"a\" /></inbound>");
    assert_eq!(edited, wanted);
}

#[test]
fn without_inbound_one_is_made_that_inherits() {
    let text = "<policies>\n    <backend>\n        <base />\n    </backend>\n</policies>\n";
    let section = "    <inbound>\n        <base />\n        <authentication-certificate certificate-id=\"a\" />\n    </inbound>\n";
    let wanted = text.replacen("<policies>\n", &format!("<policies>\n{section}"), 1);
    assert_eq!(set(text, &certificate("a")), wanted);
    assert_eq!(set(text, &Credential::None), text);
    assert_eq!(set("<policies />", &certificate("a")), format!("<policies>\n{section}</policies>"));
}

#[test]
fn a_password_can_be_kept_as_it_is_written() {
    let text = set(EMPTY_API, &basic("a", Some("s<cret")));
    let text = text.replace("password=\"s&lt;cret\"", "password='\"s&lt;cret\"'");
    let edited = set(&text, &basic("b", None));
    assert!(edited.contains("<authentication-basic username=\"b\" password='\"s&lt;cret\"' />"), "{edited}");
}

#[test]
fn a_password_that_is_not_there_cannot_be_kept() {
    assert_eq!(set_credential(EMPTY_API, &basic("a", None)), Err(EditError::NoPassword));
}

#[test]
fn a_document_that_cannot_be_read_is_not_edited() {
    let error = set_credential("<policies><inbound></policies>", &Credential::None).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the policy document can't be read: Error in element 'inbound' on line 1, column 22: `inbound` from line 1 is not closed before `</policies>`"
    );
    assert_eq!(set_credential("<fragment />", &Credential::None), Err(EditError::NotPolicies));
    let twice = "<policies><inbound /><inbound /></policies>";
    assert_eq!(set_credential(twice, &Credential::None), Err(EditError::TwoInbound));
}

#[test]
fn passwords_are_hidden_also_in_comments() {
    let text = "<policies><inbound><authentication-basic username=\"a\" password=\"one\"/><!-- <authentication-basic username=\"b\" password='two' /> --></inbound></policies>";
    let masked = mask_password(text);
    assert_eq!(masked, text.replace("one", PLACEHOLDER).replace("two", PLACEHOLDER));
    assert_eq!(unmask_password(&masked, text), text);
}

#[test]
fn hidden_passwords_come_back_wherever_their_statement_went() {
    let old = "<policies><inbound><authentication-basic username=\"a\" password=\"&lt;one\"/><authentication-basic username=\"b\" password='\"'/></inbound></policies>";
    let new = format!(
        "<policies>\n<inbound>\n<authentication-basic password=\"{PLACEHOLDER}\" username=\"b\" />\n<authentication-basic username=\"a\" password='{PLACEHOLDER}' />\n</inbound></policies>"
    );
    assert_eq!(
        unmask_password(&new, old),
        "<policies>\n<inbound>\n<authentication-basic password=\"&quot;\" username=\"b\" />\n<authentication-basic username=\"a\" password='&lt;one' />\n</inbound></policies>"
    );
}

#[test]
fn a_new_user_name_keeps_the_password_of_its_place() {
    let old =
        "<policies><inbound><authentication-basic username=\"a\" password=\"one\"/></inbound></policies>";
    let new = mask_password(old).replace("\"a\"", "\"b\"");
    assert_eq!(unmask_password(&new, old), old.replace("\"a\"", "\"b\""));
}

#[test]
fn a_typed_password_stays_and_none_is_made_up() {
    let old =
        "<policies><inbound><authentication-basic username=\"a\" password=\"one\"/></inbound></policies>";
    let typed = old.replace("one", "new");
    assert_eq!(unmask_password(&typed, old), typed);
    let added = mask_password(old).replace(
        "<inbound>",
        &format!("<inbound><authentication-basic username=\"b\" password=\"{PLACEHOLDER}\"/>"),
    );
    let unmasked = unmask_password(&added, old);
    let problems = compile(&unmasked).unwrap_err();
    assert!(problems.iter().any(|problem| problem.code == "masked-password"));
    assert!(unmasked.contains("username=\"a\" password=\"one\""));
}

#[test]
fn the_key_of_a_token_is_hidden_and_comes_back() {
    let text = "<policies><inbound><validate-jwt header-name=\"A\"><issuer-signing-keys><key id=\"one\"> c2VjcmV0 </key>\
                <key>b3RoZXI=</key><key n=\"AQAB\" e=\"AQAB\" /></issuer-signing-keys></validate-jwt></inbound></policies>";
    let masked = mask_password(text);
    assert!(!masked.contains("c2VjcmV0") && !masked.contains("b3RoZXI="), "{masked}");
    assert_eq!(unmask_password(&masked, text), text);
    assert!(compile(&masked).is_err());
}
