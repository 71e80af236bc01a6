//! What the tests use besides Rust: looked for before they start, installed where this user may, else named in one
//! line with the remedy.

use std::process::{Command, Stdio};

use anyhow::bail;

use crate::command::install;

/// Something that the tests start or load, and the Debian packages that bring it.
pub(crate) struct Need {
    /// As it is named to a person.
    name: &'static str,
    /// A line for `sh` that succeeds where it is present.
    probe: &'static str,
    packages: &'static [&'static str],
}

/// Makes sure that everything is there. The error is one line: what is missing, and how to get it.
pub(crate) fn ensure(needs: &[Need]) -> anyhow::Result<()> {
    let missing = missing(needs);
    if missing.is_empty() {
        return Ok(());
    }
    let packages: Vec<&str> = missing.iter().flat_map(|need| need.packages).copied().collect();
    install(&packages)?;
    let still: Vec<&str> = self::missing(needs).iter().map(|need| need.name).collect();
    if still.is_empty() {
        return Ok(());
    }
    bail!("{} can't be used although {} is installed", still.join(", "), packages.join(" "))
}

fn missing(needs: &[Need]) -> Vec<&Need> {
    needs.iter().filter(|need| !is_present(need)).collect()
}

fn is_present(need: &Need) -> bool {
    let mut probe = Command::new("sh");
    probe.args(["-c", need.probe]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    probe.status().is_ok_and(|status| status.success())
}

/// The HTTP clients that people use, against the gateway, and OpenSSL as a backend that rustls can't act. A `python3` of one's own in front of Debian's is no obstacle:
/// the tests take the first of `python3` and `/usr/bin/python3` that has the libraries.
pub(crate) const CLIENTS: [Need; 6] = [
    Need { name: "curl", probe: "curl --version", packages: &["curl"] },
    Need { name: "OpenSSL", probe: "openssl version", packages: &["openssl"] },
    Need {
        name: "Python's requests",
        probe: "python3 -c 'import requests' || /usr/bin/python3 -c 'import requests'",
        packages: &["python3", "python3-requests"],
    },
    Need {
        name: "Python's httpx with h2",
        probe: "python3 -c 'import httpx, h2' || /usr/bin/python3 -c 'import httpx, h2'",
        packages: &["python3", "python3-httpx", "python3-h2"],
    },
    Need { name: "Node.js", probe: "node --version", packages: &["nodejs"] },
    Need {
        name: "a Java Development Kit",
        probe: "java -version && javac -version",
        packages: &["default-jdk-headless"],
    },
];

/// What the pages are tried in, with a font for their Korean.
pub(crate) const BROWSER: [Need; 1] = [Need {
    name: "Chromium",
    probe: "${CHROMIUM:-/usr/bin/chromium} --version",
    packages: &["chromium", "fonts-noto-cjk"],
}];
