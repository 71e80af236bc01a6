//! All tests, in the order in which they tell most for the least waiting.

use anyhow::bail;

use crate::command::{command, exists, install, install_node_packages, run};
use crate::{browser, editor, product, stylesheet};

/// Runs all parts, or those named.
pub(crate) fn all(parts: &[String]) -> anyhow::Result<()> {
    let known = PARTS.map(|(name, _)| name);
    if let Some(unknown) = parts.iter().find(|part| !known.contains(&part.as_str())) {
        bail!("there is no part `{unknown}`; there are {}", known.join(", "));
    }
    for (name, part) in PARTS {
        if parts.is_empty() || parts.iter().any(|part| part == name) {
            eprintln!("xtask: --- {name}");
            part()?;
        }
    }
    eprintln!("xtask: all is well");
    Ok(())
}

type Part = fn() -> anyhow::Result<()>;

const PARTS: [(&str, Part); 5] =
    [("format", format), ("lint", lint), ("rust", rust), ("css", made_files), ("browser", end_to_end)];

fn format() -> anyhow::Result<()> {
    run(&mut command("cargo", &["fmt", "--all", "--check"]))
}

fn lint() -> anyhow::Result<()> {
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
fn made_files() -> anyhow::Result<()> {
    stylesheet::check()?;
    editor::check()
}

fn rust() -> anyhow::Result<()> {
    if exists("cargo-nextest") {
        run(&mut command("cargo", &["nextest", "run", "--locked", "--workspace"]))?;
    } else {
        run(&mut command("cargo", &["test", "--locked", "--workspace", "--lib", "--bins", "--tests"]))?;
    }
    run(&mut command("cargo", &["test", "--locked", "--workspace", "--doc"]))
}

/// A real browser against the real program.
fn end_to_end() -> anyhow::Result<()> {
    if !exists("chromium") {
        install(&["chromium", "fonts-noto-cjk"])?;
    }
    browser::check_pure_crates()?;
    browser::build()?;
    product::build_server()?;
    install_node_packages("end2end")?;
    run(command("npx", &["playwright", "test"]).current_dir("end2end"))
}
