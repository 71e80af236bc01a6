//! All tests, in the order in which they tell most for the least waiting.

use anyhow::bail;

use crate::command::{command, exists, install_node_packages, run};
use crate::{browser, editor, machine, product, stylesheet};

/// Runs all parts, or those named.
pub(crate) fn all(parts: &[String]) -> anyhow::Result<()> {
    let known = PARTS.map(|(name, _)| name);
    if let Some(unknown) = parts.iter().find(|part| !known.contains(&part.as_str())) {
        bail!("there is no part `{unknown}`; there are {}", known.join(", "));
    }
    let mut left_out = Vec::new();
    let result = run_parts(parts, &mut left_out);
    for line in &left_out {
        eprintln!("xtask: left out: {line}");
    }
    if result.is_ok() {
        eprintln!("xtask: all is well");
    }
    result
}

/// Installs what the tests use besides Rust; `all` does the same, part by part.
pub(crate) fn tools() -> anyhow::Result<()> {
    machine::ensure(&machine::CLIENTS)?;
    machine::ensure(&machine::BROWSER)
}

fn run_parts(parts: &[String], left_out: &mut Vec<String>) -> anyhow::Result<()> {
    for (name, part) in PARTS {
        if parts.is_empty() || parts.iter().any(|part| part == name) {
            eprintln!("xtask: --- {name}");
            part(left_out)?;
        }
    }
    Ok(())
}

/// A part of the tests. What it had to leave out it says in a line, which is shown at the end.
type Part = fn(&mut Vec<String>) -> anyhow::Result<()>;

const PARTS: [(&str, Part); 5] =
    [("format", format), ("lint", lint), ("rust", rust), ("css", made_files), ("browser", end_to_end)];

fn format(_: &mut Vec<String>) -> anyhow::Result<()> {
    run(&mut command("cargo", &["fmt", "--all", "--check"]))
}

fn lint(_: &mut Vec<String>) -> anyhow::Result<()> {
    run(&mut command(
        "cargo",
        &["clippy", "--locked", "--workspace", "--all-targets", "--", "-D", "warnings"],
    ))?;
    let mut doc =
        command("cargo", &["doc", "--locked", "--workspace", "--no-deps", "--document-private-items"]);
    run(doc.env("RUSTDOCFLAGS", "-D warnings"))?;
    if exists("cargo-deny") {
        run(&mut command("cargo", &["deny", "--offline", "check", "bans", "licenses", "sources"]))?;
    }
    Ok(())
}

/// What is made by Node and committed.
fn made_files(_: &mut Vec<String>) -> anyhow::Result<()> {
    stylesheet::check()?;
    editor::check()
}

fn rust(left_out: &mut Vec<String>) -> anyhow::Result<()> {
    if let Err(problem) = machine::ensure(&machine::CLIENTS) {
        left_out.push(format!("tests with other programs' HTTP clients: {problem:#}"));
    }
    if exists("cargo-nextest") {
        run(&mut command("cargo", &["nextest", "run", "--locked", "--workspace"]))?;
    } else {
        run(&mut command("cargo", &["test", "--locked", "--workspace", "--lib", "--bins", "--tests"]))?;
    }
    run(&mut command("cargo", &["test", "--locked", "--workspace", "--doc"]))
}

/// A real browser against the real program.
fn end_to_end(_: &mut Vec<String>) -> anyhow::Result<()> {
    machine::ensure(&machine::BROWSER)?;
    browser::check_pure_crates()?;
    browser::build()?;
    product::build_server()?;
    install_node_packages("end2end")?;
    run(command("npx", &["playwright", "test"]).current_dir("end2end"))
}
