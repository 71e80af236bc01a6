//! What files hold never acts on the terminal that the program writes to.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::process::Command;

use testkit::authority::Authority;

const BINARY: &str = env!("CARGO_BIN_EXE_postern");
const HOSTILE: &str = "a\u{1b}[2Jb\u{9b}31m\nforged: yes\r\u{202e}\u{7f}";

fn said(arguments: &[&std::ffi::OsStr]) -> String {
    let output = Command::new(BINARY).args(arguments).output().unwrap();
    String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
}

fn acts(text: &str) -> bool {
    let forged = text.lines().any(|line| line.starts_with("forged"));
    forged || text.chars().any(|c| (c.is_control() && c != '\n' && c != '\t') || c == '\u{202e}')
}

#[test]
fn a_certificates_names_are_written_out() {
    let folder = tempfile::tempdir().unwrap();
    let (pfx, password) = (folder.path().join("a.pfx"), folder.path().join("password"));
    std::fs::write(&pfx, Authority::new("partner").client(HOSTILE).pfx("pw")).unwrap();
    std::fs::write(&password, "pw").unwrap();
    for json in [false, true] {
        let mut arguments = vec!["certificate".as_ref(), "inspect".as_ref(), "--password-file".as_ref()];
        arguments.extend([password.as_os_str(), pfx.as_os_str()]);
        if json {
            arguments.push("--json".as_ref());
        }
        let text = said(&arguments);
        assert!(text.contains("\\u001b[2J") && text.contains("\\u202e") && !acts(&text), "{text:?}");
    }
}

#[test]
fn a_documents_text_and_name_are_written_out() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(format!("{}.xml", HOSTILE.replace('/', "")));
    let text = format!(
        "<policies>\n<inbound><set-heder name=\"{HOSTILE}\u{85}\" {HOSTILE}=\"\" /></inbound></policies>"
    );
    std::fs::write(&file, text).unwrap();
    for arguments in [
        vec!["check-policy".as_ref(), file.as_os_str()],
        vec!["check-policy".as_ref(), folder.path().as_os_str()],
        vec!["check-policy".as_ref(), "--json".as_ref(), file.as_os_str()],
    ] {
        let text = said(&arguments);
        assert!(text.contains("\\u001b") || text.contains("error"), "{text:?}");
        assert!(!acts(&text), "{text:?}");
    }
}

#[test]
fn a_settings_value_is_written_out_when_it_is_refused() {
    let text = said(&["check-config".as_ref(), "--gateway-listen".as_ref(), HOSTILE.as_ref()]);
    assert!(text.contains("`gateway.listen`") && !acts(&text), "{text:?}");
}
