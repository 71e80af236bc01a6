//! Running other programs, and saying which one failed.

use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context as _, bail};

/// Runs a program, shows what it prints, and fails when it fails.
pub(crate) fn run(command: &mut Command) -> anyhow::Result<()> {
    let shown = shown(command);
    eprintln!("xtask: {shown}");
    let begun = Instant::now();
    let status =
        command.stdin(Stdio::null()).status().with_context(|| format!("could not start `{shown}`"))?;
    eprintln!("xtask: took {:.1} s", begun.elapsed().as_secs_f64());
    if status.success() { Ok(()) } else { bail!("`{shown}` failed") }
}

/// What a program prints on standard output.
pub(crate) fn output(command: &mut Command) -> anyhow::Result<String> {
    let shown = shown(command);
    let output =
        command.stdin(Stdio::null()).output().with_context(|| format!("could not start `{shown}`"))?;
    if !output.status.success() {
        bail!("`{shown}` failed: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    String::from_utf8(output.stdout).with_context(|| format!("`{shown}` printed something that isn't text"))
}

/// Whether a program can be started at all.
pub(crate) fn exists(program: &str) -> bool {
    Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
}

/// A program with arguments.
pub(crate) fn command(program: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments);
    if program == "cargo" {
        // Wherever else a person's cargo builds: what is started afterwards is looked for here.
        command.env("CARGO_TARGET_DIR", "target");
    }
    command
}

/// Installs Debian packages, where this user may; else says which ones are missing.
pub(crate) fn install(packages: &[&str]) -> anyhow::Result<()> {
    let is_root = output(&mut command("id", &["-u"])).is_ok_and(|id| id.trim() == "0");
    if !is_root || !exists("apt-get") {
        bail!("missing: {0}; install it first (Debian, as root: apt-get install {0})", packages.join(" "));
    }
    // Another apt at work is waited for.
    let waiting = ["-o", "DPkg::Lock::Timeout=300"];
    run(command("apt-get", &["update", "-qq"]).args(waiting))?;
    let mut install = command("apt-get", &["install", "-y", "-qq", "--no-install-recommends"]);
    // Without a terminal of its own, dpkg prints no progress over and over.
    install.args(waiting).args(["-o", "Dpkg::Use-Pty=0"]);
    run(install.args(packages).env("DEBIAN_FRONTEND", "noninteractive"))
}

/// Installs what a folder's lock file pins. Not `npm ci`: that one insists on entries for every platform's optional
/// packages, and a lock file written where a registry lacks one of them has none.
pub(crate) fn install_node_packages(folder: &str) -> anyhow::Result<()> {
    if !exists("npm") {
        bail!("{folder} needs Node.js with npm: install both");
    }
    let mut npm = command("npm", &["install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error"]);
    // The browser is Debian's; Playwright must not fetch one of its own.
    run(npm.current_dir(folder).env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"))
}

fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}
