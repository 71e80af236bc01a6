//! Builds and starts the product with something to try.

use std::os::unix::process::CommandExt as _;

use anyhow::Context as _;

use crate::browser;
use crate::command::{self, command};

/// The program alone.
pub(crate) fn build_server() -> anyhow::Result<()> {
    command::run(&mut command("cargo", &["build", "--locked", "--package", "server"]))
}

/// Builds the browser library, where it can be built, and the program, and starts `postern demo`; what else was typed
/// goes to it. Replaces this process, so that Ctrl-C and signals reach the product itself.
pub(crate) fn run(flags: &[String]) -> anyhow::Result<()> {
    let library = browser::build();
    build_server()?;
    let mut demo = command("target/debug/postern", &["demo"]);
    if let Err(problem) = library {
        browser::remove()?;
        demo.args(["--note", &without_scripts(&problem)]);
    }
    let problem = demo.args(flags).exec();
    Err(problem).context("could not start target/debug/postern")
}

/// One line, for the end of everything that is printed: a log of a build is longer than anybody's patience.
fn without_scripts(problem: &anyhow::Error) -> String {
    let reason = format!("{problem:#}").split_whitespace().collect::<Vec<_>>().join(" ");
    format!("the pages have no scripts and work by plain forms: {reason}")
}

/// Measures the program, built as it is measured and not as it is debugged.
pub(crate) fn bench() -> anyhow::Result<()> {
    command::run(&mut command("cargo", &["build", "--locked", "--profile", "bench", "--package", "server"]))?;
    let program = std::path::absolute("target/release/postern")?;
    let mut bench = command("cargo", &["bench", "--locked", "--package", "testkit", "--bench", "scale"]);
    command::run(bench.env("POSTERN", program))
}
