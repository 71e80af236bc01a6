//! Signing in and out.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may panic")]

mod common;

use common::{House, WHO};
use domain::caller_checks::CheckTemplate;
use domain::policy_document::Scope;
use domain::secret::Secret;
use domain::user::{Actor, Role};
use management::error::Error;
use management::users::Origin;
use time::Duration;

fn secret(text: &str) -> Secret {
    Secret::from(text.to_owned())
}

fn with_user() -> House {
    let house = House::new();
    house.management.add_user(&WHO, "Anna", Role::Publisher, &secret(PASSWORD)).unwrap();
    house
}

const PASSWORD: &str = "correct horse battery";
const HERE: Origin<'_> = at("::1");

/// An unknown browser at this address.
const fn at(address: &str) -> Origin<'_> {
    Origin { address, browser: None }
}

#[test]
fn the_one_time_link_makes_one_administrator() {
    let house = House::new();
    let wrong = house.management.setup(&secret("guess"), "root", &secret(PASSWORD), HERE);
    assert!(matches!(wrong, Err(Error::NotAllowed)));
    let session = house.management.setup(&house.setup, "root", &secret(PASSWORD), HERE).unwrap();
    let actor = house.management.authenticate(&session.token).unwrap();
    assert!(matches!(actor, Actor::User { role: Role::Administrator, .. }));
    let again = house.management.setup(&house.setup, "second", &secret(PASSWORD), HERE);
    assert!(matches!(again, Err(Error::NotAllowed)));
}

#[test]
fn a_session_ends_when_it_is_not_used_and_at_its_absolute_limit() {
    let house = with_user();
    let sign_in = || house.management.sign_in("anna", &secret(PASSWORD), HERE).unwrap().token;
    let idle = sign_in();
    house.pass(Duration::hours(13));
    assert_eq!(house.management.authenticate(&idle).unwrap(), Actor::Anonymous);
    let used = sign_in();
    for _ in 0..16 {
        assert_ne!(house.management.authenticate(&used).unwrap(), Actor::Anonymous);
        house.pass(Duration::hours(11));
    }
    assert_eq!(house.management.authenticate(&used).unwrap(), Actor::Anonymous);
}

#[test]
fn each_sign_in_has_a_token_of_its_own_and_sign_out_everywhere_ends_all() {
    let house = with_user();
    let tokens = [(); 2].map(|()| house.management.sign_in("ANNA", &secret(PASSWORD), HERE).unwrap().token);
    assert_ne!(tokens[0], tokens[1]);
    let actor = house.management.authenticate(&tokens[0]).unwrap();
    house.management.sign_out_everywhere(&actor).unwrap();
    for token in &tokens {
        assert_eq!(house.management.authenticate(token).unwrap(), Actor::Anonymous);
    }
}

#[test]
fn guessing_is_slowed_down_for_the_name_and_for_the_address() {
    let house = with_user();
    for _ in 0..6 {
        let refused = house.management.sign_in("anna", &secret("wrong password"), at("10.0.0.1"));
        assert!(matches!(refused, Err(Error::WrongCredentials { .. })));
    }
    let from_elsewhere = house.management.sign_in("anna", &secret(PASSWORD), at("10.0.0.2"));
    assert!(matches!(from_elsewhere, Err(Error::TooManyAttempts { .. })));
    let other_name = house.management.sign_in("bert", &secret(PASSWORD), at("10.0.0.1"));
    assert!(matches!(other_name, Err(Error::TooManyAttempts { .. })));
    house.pass(Duration::seconds(5));
    assert!(house.management.sign_in("anna", &secret(PASSWORD), at("10.0.0.2")).is_ok());
}

#[test]
fn failures_of_others_keep_nobody_waiting_whose_browser_is_known() {
    let house = with_user();
    house.management.add_user(&WHO, "Bert", Role::Publisher, &secret(PASSWORD)).unwrap();
    let first = house.management.sign_in("anna", &secret(PASSWORD), at("10.0.0.1")).unwrap();
    for _ in 0..6 {
        let refused = house.management.sign_in("anna", &secret("wrong password"), at("10.0.0.1"));
        assert!(matches!(refused, Err(Error::WrongCredentials { .. })));
    }
    assert!(matches!(
        house.management.sign_in("anna", &secret(PASSWORD), at("10.0.0.1")),
        Err(Error::TooManyAttempts { wait_seconds: 1..=2 })
    ));
    let known = Origin { address: "10.0.0.1", browser: Some(&first.browser) };
    assert!(house.management.sign_in("anna", &secret(PASSWORD), known).is_ok());
    // It is nobody else's, and a wrong password counts in it as well.
    assert!(matches!(
        house.management.sign_in("bert", &secret(PASSWORD), known),
        Err(Error::TooManyAttempts { .. })
    ));
    for _ in 0..6 {
        let _ = house.management.sign_in("anna", &secret("wrong password"), known);
    }
    assert!(matches!(
        house.management.sign_in("anna", &secret(PASSWORD), known),
        Err(Error::TooManyAttempts { .. })
    ));
}

#[test]
fn a_browsers_cookie_says_who_signed_in_last_even_after_the_sessions_end() {
    let house = with_user();
    let session = house.management.sign_in("anna", &secret(PASSWORD), HERE).unwrap();
    let last_user = |cookie: &Secret| house.management.last_user(cookie).map(|name| name.as_str().to_owned());
    house.management.reset_password(&WHO, "Anna", &secret("another row of words")).unwrap();
    assert_eq!(last_user(&session.browser).as_deref(), Some("Anna"));
    let (user, known) = session.browser.expose_text().unwrap().split_once('.').unwrap();
    for forged in ["", ".", "Anna.", "QW5uYQ.QW5uYQ", user, &format!("{known}.{user}")] {
        assert_eq!(last_user(&secret(forged)), None, "{forged:?}");
    }
}

#[test]
fn a_browser_is_no_longer_known_after_half_a_year_or_a_new_password() {
    let house = with_user();
    let blocked = |browser: &Secret| {
        for _ in 0..6 {
            let _ = house.management.sign_in("anna", &secret("wrong password"), at("10.0.0.1"));
        }
        let known = Origin { address: "10.0.0.1", browser: Some(browser) };
        house.management.sign_in("anna", &secret(PASSWORD), known).is_err()
    };
    let first = house.management.sign_in("anna", &secret(PASSWORD), HERE).unwrap();
    house.pass(Duration::days(179));
    assert!(!blocked(&first.browser));
    house.pass(Duration::days(2));
    assert!(blocked(&first.browser));
    house.pass(Duration::hours(2));
    let second = house.management.sign_in("anna", &secret(PASSWORD), HERE).unwrap();
    house.management.reset_password(&Actor::System, "anna", &secret(PASSWORD)).unwrap();
    assert!(blocked(&second.browser), "the new password is the same, but it was set anew");
}

#[test]
fn many_guesses_at_once_are_no_more_than_many_in_a_row() {
    let house = with_user();
    let looked_at = std::thread::scope(|scope| {
        let guess =
            || scope.spawn(|| house.management.sign_in("anna", &secret("wrong password"), at("10.0.0.1")));
        let guesses: Vec<_> = (0..20).map(|_| guess()).collect();
        let answers = guesses.into_iter().map(|guess| guess.join().unwrap());
        answers.filter(|answer| matches!(answer, Err(Error::WrongCredentials { .. }))).count()
    });
    assert!(looked_at <= 6, "{looked_at} guesses were looked at");
}

#[test]
fn failures_at_a_name_do_not_keep_its_owner_from_changing_the_password() {
    let house = with_user();
    let token = house.management.sign_in("anna", &secret(PASSWORD), HERE).unwrap().token;
    let actor = house.management.authenticate(&token).unwrap();
    for _ in 0..6 {
        let _ = house.management.sign_in("anna", &secret("wrong password"), at("10.0.0.1"));
    }
    let new = secret("another long password");
    assert!(house.management.change_password(&actor, &secret(PASSWORD), &new).is_ok());
}

#[test]
fn a_new_password_ends_all_sessions_and_the_old_one_is_asked_for() {
    let house = with_user();
    let token = house.management.sign_in("anna", &secret(PASSWORD), HERE).unwrap().token;
    let actor = house.management.authenticate(&token).unwrap();
    let new = secret("another long password");
    assert!(matches!(house.management.change_password(&actor, &secret("no"), &new), Err(Error::Invalid(_))));
    let fresh = house.management.change_password(&actor, &secret(PASSWORD), &new).unwrap();
    assert_eq!(house.management.authenticate(&token).unwrap(), Actor::Anonymous);
    assert_eq!(house.management.authenticate(&fresh.token).unwrap(), actor);
}

#[test]
fn who_is_not_signed_in_is_refused_by_every_use_case() {
    let house = House::new();
    let (m, nobody) = (&house.management, &Actor::Anonymous);
    let (api, certificate) = ("a".parse().unwrap(), "c".parse().unwrap());
    let query = domain::list::ListQuery::default();
    let form = management::apis::ApiForm::default();
    let (operation, details) = ("o".parse().unwrap(), management::operations::OperationForm::default());
    let upload = common::pfx(common::P256);
    let security = management::security::SecurityForm {
        credential: domain::credential::NewCredential::None,
        callers: management::callers::CallersForm::Unchecked,
        chain: management::security::ChainForm::System,
        name: management::security::NameForm::Address,
    };
    let (shared, value, fragment) =
        (domain::list::ListQuery::default(), "v".parse().unwrap(), "f".parse().unwrap());
    let new_value = management::named_values::NewValue {
        text: Some(secret("x")),
        secrecy: domain::named_value::Secrecy::Open,
    };
    let authority = "c".parse().unwrap();
    let authorities = management::authorities::AuthorityUpload { file: secret("file"), name: String::new() };
    let revocation = management::revocation::RevocationForm {
        unlisted: domain::authority::Unlisted::Pass,
        address: String::new(),
    };
    let answers: Vec<(&str, Option<Error>)> = vec![
        ("overview", m.overview(nobody).err()),
        ("failed_calls", m.failed_calls(nobody, &Default::default(), None).err()),
        ("failed_call", m.failed_call(nobody, "1").err()),
        ("failing_apis", m.failing_apis(nobody).err()),
        ("list_apis", m.list_apis(nobody, &domain::list::ListQuery::default()).err()),
        ("api", m.api(nobody, &api).err()),
        ("create_api", m.create_api(nobody, &form).err()),
        ("save_api", m.save_api(nobody, &api, &form, 0).err()),
        ("delete_api", m.delete_api(nobody, &api).err()),
        ("save_security", m.save_security(nobody, &api, &security, 0).err()),
        ("security_authorities", m.security_authorities(nobody, &api).err()),
        ("probe_target", m.probe_target(nobody, &api, &security).err()),
        ("list_operations", m.list_operations(nobody, &api, &Default::default()).err()),
        ("operation", m.operation(nobody, &api, &operation).err()),
        ("create_operation", m.create_operation(nobody, &api, &details).err()),
        ("save_operation", m.save_operation(nobody, &api, &operation, &details, 0).err()),
        ("delete_operation", m.delete_operation(nobody, &api, &operation).err()),
        ("policy", m.policy(nobody, &Scope::All).err()),
        ("policy_versions", m.policy_versions(nobody, &Scope::All).err()),
        ("compare_policy", m.compare_policy(nobody, &Scope::All, 1).err()),
        ("restore_policy", m.restore_policy(nobody, &Scope::All, 1, 1).err()),
        ("effective_policy", m.effective_policy(nobody, &Scope::All).err()),
        ("callers", m.callers(nobody, &api).err()),
        ("with_template", m.with_template(nobody, "", CheckTemplate::Expired).err()),
        ("certificates_named", m.certificates_named(nobody, &Scope::All).err()),
        ("check_policy", m.check_policy(nobody, &Scope::All, "").err()),
        ("save_policy", m.save_policy(nobody, &Scope::All, "", 0).err()),
        ("list_certificates", m.list_certificates(nobody, &query).err()),
        ("certificate", m.certificate(nobody, &certificate).err()),
        ("certificate_choices", m.certificate_choices(nobody, "", None).err()),
        ("import_pfx", m.import_pfx(nobody, &upload).err()),
        ("replace_certificate", m.replace_certificate(nobody, &certificate, &upload).err()),
        ("upload_replacement", m.upload_replacement(nobody, &certificate, &upload).err()),
        ("replacement", m.replacement(nobody, &certificate).err()),
        ("begin_tests", m.begin_tests(nobody, &certificate).err()),
        ("put_in_force", m.put_in_force(nobody, &certificate, 2).err()),
        ("discard_replacement", m.discard_replacement(nobody, &certificate).err()),
        ("ending_certificates", m.ending_certificates(nobody, &Scope::All).err()),
        ("restore_certificate", m.restore_certificate(nobody, &certificate, 1).err()),
        ("rename_certificate", m.rename_certificate(nobody, &certificate, "x").err()),
        ("delete_certificate", m.delete_certificate(nobody, &certificate).err()),
        ("list_authorities", m.list_authorities(nobody, &domain::list::ListQuery::default()).err()),
        ("authority", m.authority(nobody, &authority).err()),
        ("authority_choices", m.authority_choices(nobody).err()),
        ("upload_authorities", m.upload_authorities(nobody, &authorities).err()),
        ("rename_authority", m.rename_authority(nobody, &authority, "x").err()),
        ("delete_authority", m.delete_authority(nobody, &authority).err()),
        ("save_revocation", m.save_revocation(nobody, &authority, &revocation).err()),
        ("upload_list", m.upload_list(nobody, &authority, b"").err()),
        ("delete_list", m.delete_list(nobody, &authority).err()),
        ("list_address", m.list_address(nobody, &authority).err()),
        ("lists_due", m.lists_due(nobody).err()),
        ("take_fetched", m.take_fetched(nobody, &authority, Ok(Vec::new())).err()),
        ("list_named_values", m.list_named_values(nobody, &shared).err()),
        ("named_value", m.named_value(nobody, &value).err()),
        ("create_named_value", m.create_named_value(nobody, "x", &new_value).err()),
        ("save_named_value", m.save_named_value(nobody, &value, &new_value, 0).err()),
        ("delete_named_value", m.delete_named_value(nobody, &value).err()),
        ("list_fragments", m.list_fragments(nobody, &shared).err()),
        ("fragment", m.fragment(nobody, &fragment).err()),
        ("check_fragment", m.check_fragment(nobody, "x", "").err()),
        ("create_fragment", m.create_fragment(nobody, "x", "").err()),
        ("save_fragment", m.save_fragment(nobody, &fragment, "", 0).err()),
        ("delete_fragment", m.delete_fragment(nobody, &fragment).err()),
        ("sign_out_everywhere", m.sign_out_everywhere(nobody).err()),
        ("change_password", m.change_password(nobody, &secret("a"), &secret("b")).err()),
        ("add_user", m.add_user(nobody, "x", Role::Viewer, &secret(PASSWORD)).err()),
        ("users", m.users(nobody).err()),
    ];
    for (name, error) in answers {
        assert!(matches!(error, Some(Error::NotAllowed)), "{name}: {error:?}");
    }
}
