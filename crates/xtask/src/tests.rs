//! All tests, in the order in which they tell most for the least waiting.

use std::time::{Duration, Instant};

use anyhow::bail;

use crate::command::{command, exists, install_node_packages, run};
use crate::{browser, editor, machine, product, stylesheet};

/// Runs all parts, or those named.
pub(crate) fn all(parts: &[String]) -> anyhow::Result<()> {
    let known = PARTS.map(|(name, _)| name);
    if let Some(unknown) = parts.iter().find(|part| !known.contains(&part.as_str())) {
        bail!("there is no part `{unknown}`; there are {}", known.join(", "));
    }
    let mut course = Course::default();
    let result = course.run(parts);
    course.sum_up();
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

/// What has been done so far.
#[derive(Default)]
struct Course {
    took: Vec<(&'static str, Duration)>,
    /// One line each, with the remedy.
    left_out: Vec<String>,
    /// Whether the program lies in `target/debug` as the Rust tests built it. Built by itself it would have other
    /// features in what it depends on, and most of that would be compiled once more.
    has_program: bool,
}

impl Course {
    fn run(&mut self, parts: &[String]) -> anyhow::Result<()> {
        for (name, part) in PARTS {
            if parts.is_empty() || parts.iter().any(|part| part == name) {
                eprintln!("xtask: --- {name}");
                let begun = Instant::now();
                let result = part(self);
                self.took.push((name, begun.elapsed()));
                result?;
            }
        }
        Ok(())
    }

    /// Said at the end, where it is read.
    fn sum_up(&self) {
        let took: Vec<String> =
            self.took.iter().map(|(name, took)| format!("{name} {} s", took.as_secs())).collect();
        eprintln!("xtask: {}", took.join(", "));
        for line in &self.left_out {
            eprintln!("xtask: left out: {line}");
        }
    }
}

type Part = fn(&mut Course) -> anyhow::Result<()>;

const PARTS: [(&str, Part); 5] =
    [("format", format), ("lint", lint), ("rust", rust), ("css", made_files), ("browser", end_to_end)];

fn format(_: &mut Course) -> anyhow::Result<()> {
    run(&mut command("cargo", &["fmt", "--all", "--check"]))
}

fn lint(course: &mut Course) -> anyhow::Result<()> {
    run(&mut command(
        "cargo",
        &["clippy", "--locked", "--workspace", "--all-targets", "--", "-D", "warnings"],
    ))?;
    let mut doc =
        command("cargo", &["doc", "--locked", "--workspace", "--no-deps", "--document-private-items"]);
    run(doc.env("RUSTDOCFLAGS", "-D warnings"))?;
    if exists("cargo-deny") {
        run(&mut command("cargo", &["deny", "--offline", "check", "bans", "licenses", "sources"]))?;
    } else {
        course
            .left_out
            .push("licences and doubled crates; run `cargo install --locked cargo-deny`".to_owned());
    }
    Ok(())
}

/// What is made by Node and committed.
fn made_files(_: &mut Course) -> anyhow::Result<()> {
    stylesheet::check()?;
    editor::check()
}

fn rust(course: &mut Course) -> anyhow::Result<()> {
    if let Err(problem) = machine::ensure(&machine::CLIENTS) {
        course.left_out.push(format!("tests with other programs' HTTP clients: {problem:#}"));
    }
    if exists("cargo-nextest") {
        run(&mut command("cargo", &["nextest", "run", "--locked", "--workspace"]))?;
    } else {
        let all = ["--locked", "--workspace", "--no-fail-fast", "--lib", "--bins", "--tests"];
        run(command("cargo", &["test"]).args(all))?;
    }
    course.has_program = true;
    run(&mut command("cargo", &["test", "--locked", "--workspace", "--doc"]))
}

/// A real browser against the real program.
fn end_to_end(course: &mut Course) -> anyhow::Result<()> {
    machine::ensure(&machine::BROWSER)?;
    browser::check_pure_crates()?;
    browser::build()?;
    if !course.has_program {
        product::build_server()?;
    }
    install_node_packages("end2end")?;
    run(command("npx", &["playwright", "test"]).current_dir("end2end"))
}
