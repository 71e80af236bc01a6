//! `public/editor.js`, made from `app/editor/` by the esbuild that its `package-lock.json` pins, and its brotli form.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, bail};

use crate::browser::compress;
use crate::command::{command, install_node_packages, run};

/// Makes the script.
pub(crate) fn build() -> anyhow::Result<()> {
    make(Path::new("public/editor.js"))
}

/// Fails when the script that is committed, or its brotli form, isn't the one that would be made.
pub(crate) fn check() -> anyhow::Result<()> {
    make(Path::new("target/editor.js"))?;
    for name in ["editor.js", "editor.js.br"] {
        let read = |folder: &str| {
            let path = Path::new(folder).join(name);
            fs::read(&path).with_context(|| format!("could not read {}", path.display()))
        };
        if read("target")? != read("public")? {
            bail!("public/{name} is older than app/editor; run `cargo xtask css` and commit it");
        }
    }
    Ok(())
}

fn make(output: &Path) -> anyhow::Result<()> {
    install_node_packages(FOLDER)?;
    let outfile = std::path::absolute(output)?;
    run(command("npx", &["esbuild", "src/editor.js"])
        .args(FLAGS)
        .arg(format!("--outfile={}", outfile.display()))
        .current_dir(FOLDER))?;
    compress(output)
}

const FOLDER: &str = "app/editor";
const FLAGS: [&str; 7] = [
    "--bundle",
    "--minify",
    "--format=esm",
    "--target=es2022",
    "--charset=utf8",
    "--legal-comments=none",
    "--log-level=warning",
];
