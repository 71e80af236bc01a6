//! Builds the browser part and the stylesheet, runs the product, runs the tests: `cargo xtask VERB`.

use std::env;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, bail};

mod browser;
mod command;
mod debian_packages;
mod debian_toolchain;
mod editor;
mod machine;
mod product;
mod stylesheet;
mod tests;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("xtask: {problem:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> anyhow::Result<()> {
    env::set_current_dir(root()?).context("could not go to the workspace's folder")?;
    let arguments: Vec<String> = env::args().skip(1).collect();
    let (verb, rest) = arguments.split_first().map_or(("", &[][..]), |(verb, rest)| (verb.as_str(), rest));
    match verb {
        "run" => product::run(rest),
        "test" => tests::all(rest),
        "bench" => product::bench(),
        "browser" => browser::build(),
        "tools" => tests::tools(),
        "css" => stylesheet::build().and_then(|()| editor::build()),
        _ => bail!("{USAGE}"),
    }
}

/// The workspace's folder, from wherever the verb was typed.
fn root() -> anyhow::Result<PathBuf> {
    let crates = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    crates.ancestors().nth(2).map(PathBuf::from).context("the workspace's folder is gone")
}

const USAGE: &str = "usage: cargo xtask VERB
  run [FLAG …]     build and start the product with something to try (flags go to `postern demo`)
  test [PART …]    run all tests, or some of: format, lint, rust, css, browser
  bench            measure the program on a full store (docs/performance.md)
  browser          build the browser library into target/site/pkg
  tools            install what the tests use besides Rust (as root, on Debian)
  css              make public/portal.css from style/main.css, and public/editor.js from app/editor";
