//! Names in every form that people write, read and compared.

use crate::{NameProblem, parse};

fn are_same(one: &str, other: &str) -> bool {
    let (one, other) = (parse(one).unwrap(), parse(other).unwrap());
    other.readings.iter().any(|reading| one.is(reading))
}

#[test]
fn a_name_is_the_same_in_either_order_but_in_no_third() {
    assert!(are_same("CN=a, O=b, C=c", "CN=a,O=b;C=c"));
    assert!(are_same("CN=a, O=b, C=c", "C=c, O=b, CN=a"));
    assert!(!are_same("CN=a, O=b, C=c", "O=b, CN=a, C=c"));
    assert!(!are_same("CN=a, O=b", "CN=a"));
}

#[test]
fn types_have_several_names_and_no_case() {
    assert!(are_same("cn=a, S=WA, E=a@b.example", "CN=a, st=WA, emailAddress=a@b.example"));
    assert!(are_same("OID.2.5.4.3=a", "2.5.4.3=a"));
    assert!(are_same("oid.2.5.4.3=a", "commonName=a"));
    assert!(!are_same("CN=a", "CN=A"));
    assert_eq!(parse("NOTATYPE=a"), Err(NameProblem::UnknownType("NOTATYPE".to_owned())));
}

#[test]
fn a_comma_in_a_value_is_quoted_or_escaped() {
    let quoted = r#"CN=fabrikam, E=ops@example.com, O="Fabrikam, Inc.", C=US"#;
    for other in [
        r"CN=fabrikam,emailAddress=ops@example.com,O=Fabrikam\, Inc.,C=US",
        r"CN=fabrikam,emailAddress=ops@example.com,O=Fabrikam\2C Inc.,C=US",
        r#"C = US, O = "Fabrikam, Inc.", emailAddress = ops@example.com, CN = fabrikam"#,
        r#"subject=C = US, O = "Fabrikam, Inc.", emailAddress = ops@example.com, CN = fabrikam"#,
        "/C=US/O=Fabrikam, Inc./emailAddress=ops@example.com/CN=fabrikam",
        "subject= /C=US/O=Fabrikam, Inc./emailAddress=ops@example.com/CN=fabrikam",
        "subject=\n    countryName               = US\n    organizationName          = Fabrikam, Inc.\n    \
         emailAddress              = ops@example.com\n    commonName                = fabrikam\n",
        "CN=fabrikam,\n  E=ops@example.com,\n  O=\"Fabrikam, Inc.\",\n  C=US",
    ] {
        assert!(are_same(quoted, other), "{other}");
    }
}

#[test]
fn a_name_is_printed_as_dotnet_prints_it() {
    let dotnet = r#"CN=fabrikam, E=ops@example.com, O="Fabrikam, Inc.", C=US"#;
    for written in [
        dotnet,
        r"CN=fabrikam,emailAddress=ops@example.com,O=Fabrikam\, Inc.,C=US",
        r#"C = US, O = "Fabrikam, Inc.", emailAddress = ops@example.com, CN = fabrikam"#,
        "/C=US/O=Fabrikam, Inc./emailAddress=ops@example.com/CN=fabrikam",
    ] {
        assert_eq!(parse(written).unwrap().dotnet(), dotnet, "{written}");
    }
    assert_eq!(parse("1.2.3.4=a+CN=b").unwrap().dotnet(), "OID.1.2.3.4=a + CN=b");
}

#[test]
fn values_of_one_relative_name_are_a_set() {
    assert!(are_same("CN=a + OU=b, O=c", "O=c, OU=b+CN=a"));
    assert!(are_same("/O=c/CN=a+OU=b", "O=c, OU=b+CN=a"));
    assert!(!are_same("CN=a + OU=b", "CN=a, OU=b"));
}

#[test]
fn quotes_and_backslashes_are_read_as_either_side_writes_them() {
    assert!(are_same(r#"O="say ""so"" + more""#, r#"organizationName="say \"so\" + more""#));
    assert!(are_same(r"CN=CORP\deploy", r#"CN="CORP\deploy""#));
    assert!(are_same(r"CN=CORP\deploy", r"CN=CORP\\deploy"));
    assert!(are_same(r"CN=Lu\C4\8Di\C4\87", "CN=Lu\u{10d}i\u{107}"));
    assert!(are_same(r"CN=a\ ", r#"CN="a ""#));
    assert!(are_same("CN=#0C0161, O=b", "CN=a,O=b"));
    assert!(!are_same("CN=#0A0161", "CN=a"));
    assert!(are_same("/CN=Z\\xC3\\xBCrich/O=a/b", "CN=Z\u{fc}rich,O=a/b"));
}

#[test]
fn what_is_no_name_is_refused_with_its_reason() {
    let no_type = |text: &str| NameProblem::NoType(text.to_owned());
    for (text, problem) in [
        ("", NameProblem::Empty),
        ("subject=", NameProblem::Empty),
        ("CN", no_type("CN")),
        ("O=Contoso, Inc.", no_type("Inc.")),
        ("CN=a,", no_type("")),
        (r#"O="open"#, NameProblem::OpenQuote),
        (r#"O="a"b"#, NameProblem::BehindQuote),
        ("/Country=US/CN=a", NameProblem::UnknownType("Country".to_owned())),
    ] {
        assert_eq!(parse(text), Err(problem), "{text}");
    }
}
