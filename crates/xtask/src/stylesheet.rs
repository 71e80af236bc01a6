//! `public/portal.css`, made from `style/main.css` by the Tailwind that `style/package-lock.json` pins.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, bail};

use crate::command::{command, install_node_packages, run};

/// Makes the stylesheet.
pub(crate) fn build() -> anyhow::Result<()> {
    make(Path::new("public/portal.css"))
}

/// Fails when the stylesheet that is committed isn't the one that would be made.
pub(crate) fn check() -> anyhow::Result<()> {
    let fresh = Path::new("target/portal.css");
    make(fresh)?;
    let read =
        |path: &Path| fs::read_to_string(path).with_context(|| format!("could not read {}", path.display()));
    if read(fresh)? == read(Path::new("public/portal.css"))? {
        return Ok(());
    }
    bail!("public/portal.css is older than the pages; run `cargo xtask css` and commit it")
}

fn make(output: &Path) -> anyhow::Result<()> {
    install_node_packages("style")?;
    let output = std::path::absolute(output)?;
    run(command("npx", &["@tailwindcss/cli", "-i", "main.css", "--minify", "-o"])
        .arg(output)
        .current_dir("style"))
}
