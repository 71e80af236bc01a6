//! The browser library: `app` as WebAssembly with the script that loads it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context as _;
use wasm_bindgen_cli_support::Bindgen;

use crate::command::{command, output, run};
use crate::debian_toolchain;

/// Builds the library into `target/site/pkg`, where the server takes it from.
pub(crate) fn build() -> anyhow::Result<()> {
    let compiler = compiler()?;
    let target = target_folder(compiler.as_deref());
    run(&mut cargo(
        "build",
        compiler.as_deref(),
        &["--package", "app", "--lib", "--features", "hydrate", "--profile", PROFILE],
    ))
    .context("could not build the browser library; `cargo xtask browser` tries again and shows why")?;
    let built = target.join(TARGET).join(PROFILE).join("app.wasm");
    let site = Path::new(SITE);
    fs::create_dir_all(site).with_context(|| format!("could not make {SITE}"))?;
    Bindgen::new()
        .input_path(&built)
        .out_name("postern")
        .web(true)?
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(site)
        .context("could not make the script that loads the library")?;
    compress(&site.join("postern.js"))?;
    compress(&site.join("postern_bg.wasm"))
}

/// Removes a library of an earlier build: it doesn't fit the pages of this one.
pub(crate) fn remove() -> anyhow::Result<()> {
    let site = Path::new(SITE);
    if site.exists() {
        fs::remove_dir_all(site).with_context(|| format!("could not remove {SITE}"))?;
    }
    Ok(())
}

/// Beside each file its brotli form: made once here, so that no request pays for it.
pub(crate) fn compress(file: &Path) -> anyhow::Result<()> {
    let shown = || format!("could not compress {}", file.display());
    let bytes = fs::read(file).with_context(shown)?;
    let mut packed = Vec::new();
    let parameters = brotli::enc::BrotliEncoderParams::default();
    brotli::BrotliCompress(&mut bytes.as_slice(), &mut packed, &parameters).with_context(shown)?;
    let mut name = file.as_os_str().to_owned();
    name.push(".br");
    fs::write(name, packed).with_context(shown)
}

/// Proves that the crates that must know neither files nor sockets compile where there are none.
pub(crate) fn check_pure_crates() -> anyhow::Result<()> {
    let compiler = compiler()?;
    run(&mut cargo(
        "check",
        compiler.as_deref(),
        &["--package", "domain", "--package", "policy", "--profile", PROFILE],
    ))
}

fn cargo(verb: &str, compiler: Option<&Path>, arguments: &[&str]) -> Command {
    let mut cargo = command("cargo", &[verb, "--locked", "--target", TARGET]);
    cargo.args(arguments).env_remove("RUSTFLAGS").env("CARGO_TARGET_DIR", target_folder(compiler));
    if let Some(compiler) = compiler {
        cargo.env("RUSTC", compiler);
    }
    cargo
}

/// None: the compiler in use knows the target. Some: a private one that does.
fn compiler() -> anyhow::Result<Option<PathBuf>> {
    let libraries = output(&mut command("rustc", &["--print", "target-libdir", "--target", TARGET]))?;
    let present = fs::read_dir(libraries.trim()).is_ok_and(|mut entries| {
        entries
            .any(|entry| entry.is_ok_and(|entry| entry.file_name().to_string_lossy().starts_with("libcore-")))
    });
    if present {
        return Ok(None);
    }
    debian_toolchain::rustc(Path::new("target/wasm-toolchain")).map(Some).with_context(|| {
        format!("the browser library needs a compiler for {TARGET}; run `rustup target add {TARGET}`")
    })
}

/// Beside the private compiler: what was built against its standard library goes when it goes.
fn target_folder(compiler: Option<&Path>) -> PathBuf {
    compiler.map_or_else(|| PathBuf::from("target/wasm"), |compiler| compiler.with_file_name("target"))
}

const SITE: &str = "target/site/pkg";
const TARGET: &str = "wasm32-unknown-unknown";
const PROFILE: &str = "wasm-release";
