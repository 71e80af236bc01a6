//! `postern check-policy`: what it prints, and its exit code.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

const GOOD: &str = "<policies><inbound><base /><set-header name=\"A\"><value>{{a}}</value></set-header></inbound></policies>";
const WRONG: &str =
    "<policies>\n    <inbound>\n        <set-heder name=\"A\" />\n    </inbound>\n</policies>\n";
const LATER: &str = "<policies><inbound><quota calls=\"1\" renewal-period=\"300\" /></inbound></policies>";

struct Said {
    code: i32,
    text: String,
}

fn check_policy(arguments: &[&str], folder: &Path) -> Said {
    let output = Command::new(env!("CARGO_BIN_EXE_postern"))
        .arg("check-policy")
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap();
    Said { code: output.status.code().unwrap(), text: String::from_utf8(output.stdout).unwrap() }
}

#[test]
fn a_file_is_shown_with_the_lines_in_question() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("wrong.xml"), WRONG).unwrap();
    let said = check_policy(&["wrong.xml"], folder.path());
    assert_eq!(said.code, 1);
    let shown = "error[unknown-element]: there is no policy `set-heder`\n --> wrong.xml:3:10\n  |\n\
                 3 |         <set-heder name=\"A\" />\n  |          ^^^^^^^^^\n  = help: did you mean `set-header`?\n";
    assert!(said.text.starts_with(shown), "{}", said.text);
}

#[test]
fn what_a_file_names_may_be_elsewhere() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("good.xml"), GOOD).unwrap();
    let said = check_policy(&["--json", "good.xml"], folder.path());
    let object: Value = serde_json::from_str(&said.text).unwrap();
    assert_eq!(said.code, 0);
    assert_eq!(object.as_object().unwrap().keys().collect::<Vec<_>>(), ["diagnostics"]);
    let found = object.pointer("/diagnostics/0").unwrap();
    assert_eq!(found.get("code").unwrap(), "unknown-named-value");
    assert_eq!(found.get("severity").unwrap(), "warning");
    assert_eq!((found.get("line").unwrap(), found.get("column").unwrap()), (&1.into(), &56.into()));
}

#[test]
fn fragments_and_pieces_of_documents_are_looked_at_too() {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [
        ("fragment.xml", "<fragment><set-header name=\"A\"><value>1</value></set-header></fragment>"),
        ("piece.xml", "<set-method>PUT</set-method>\n<rewrite-uri template=\"/a\" />"),
        ("sections.xml", "<inbound><base /></inbound>\n<outbound><base /></outbound>"),
    ] {
        fs::write(folder.path().join(name), text).unwrap();
        let said = check_policy(&[name], folder.path());
        assert_eq!(
            (said.code, said.text.as_str()),
            (0, format!("{name}: accepted, 0 errors, 0 warnings\n").as_str())
        );
    }
}

#[test]
fn a_folder_is_counted_with_the_reasons_of_what_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("inner")).unwrap();
    fs::write(folder.path().join("good.xml"), GOOD).unwrap();
    fs::write(folder.path().join("inner/wrong.xml"), WRONG).unwrap();
    fs::write(folder.path().join("inner/later.xml"), LATER).unwrap();
    fs::write(folder.path().join("notes.txt"), "not a document").unwrap();
    let said = check_policy(&["."], folder.path());
    let lines: Vec<&str> = said.text.lines().collect();
    assert_eq!(said.code, 1);
    assert_eq!(
        lines,
        [
            "./inner/later.xml:1:21: unsupported-policy: the policy `quota` is not supported yet",
            "./inner/wrong.xml:3:10: unknown-element: there is no policy `set-heder`",
            "1 accepted, 2 refused",
        ]
    );
    let json = check_policy(&["--json", "."], folder.path());
    let objects: Vec<Value> = json.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let paths: Vec<&Value> = objects.iter().map(|object| object.get("path").unwrap()).collect();
    assert_eq!(paths, ["./good.xml", "./inner/later.xml", "./inner/wrong.xml"]);
}

#[test]
fn a_reader_that_closes_early_is_no_failure() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("wrong.xml"), WRONG).unwrap();
    // The end that reads is closed before anything is written.
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let output = Command::new(env!("CARGO_BIN_EXE_postern"))
        .args(["check-policy", "wrong.xml"])
        .current_dir(folder.path())
        .stdout(writer)
        .stderr(std::process::Stdio::piped())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
}
