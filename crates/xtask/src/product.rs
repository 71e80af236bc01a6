//! Builds and starts the product with something to try.

use std::os::unix::process::CommandExt as _;

use anyhow::Context as _;

use crate::browser;
use crate::command::{self, command};

/// The browser library, where it can be built, and the program.
pub(crate) fn build() -> anyhow::Result<()> {
    if let Err(problem) = browser::build() {
        eprintln!("xtask: going on without the browser library, pages work without it: {problem:#}");
    }
    build_server()
}

/// The program alone.
pub(crate) fn build_server() -> anyhow::Result<()> {
    command::run(&mut command("cargo", &["build", "--locked", "--package", "server"]))
}

/// Starts `postern demo`; what else was typed goes to it. Replaces this process, so that Ctrl-C and signals reach the product itself.
pub(crate) fn run(flags: &[String]) -> anyhow::Result<()> {
    build()?;
    let problem = command("target/debug/postern", &["demo"]).args(flags).exec();
    Err(problem).context("could not start target/debug/postern")
}

/// Measures the program, built as it is measured and not as it is debugged.
pub(crate) fn bench() -> anyhow::Result<()> {
    command::run(&mut command("cargo", &["build", "--locked", "--profile", "bench", "--package", "server"]))?;
    let program = std::path::absolute("target/release/postern")?;
    let mut bench = command("cargo", &["bench", "--locked", "--package", "testkit", "--bench", "scale"]);
    command::run(bench.env("POSTERN", program))
}
