//! A private compiler with a WebAssembly standard library, out of Debian's packages, for machines where rustup can't
//! fetch the target. Nothing is installed outside its folder.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use crate::command::{command, exists, output, run};
use crate::debian_packages::{Packages, library_path};

/// The compiler in `folder`; made there first when it is missing.
pub(crate) fn rustc(folder: &Path) -> anyhow::Result<PathBuf> {
    let folder = std::path::absolute(folder)?;
    let rustc = folder.join("rustc");
    if rustc.exists() && folder.join("ready").exists() {
        return Ok(rustc);
    }
    if !exists("apt-get") || !exists("dpkg-deb") {
        bail!("and this isn't Debian, whose packages would have served instead");
    }
    eprintln!(
        "xtask: making a private compiler for the browser library out of Debian's packages (about two minutes, once)"
    );
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    let root = folder.join("root");
    fs::create_dir_all(&root)?;
    let packages = Packages::offered(&folder)?;
    packages.unpack(&root)?;
    let linker = root.join(format!("usr/lib/llvm-{}/bin/lld", packages.llvm));
    packages.unpack_libraries(&[root.join("usr/bin/rustc"), linker], &root)?;
    write_wrapper(&rustc, &root)?;
    link_linker(&rustc, &root, &packages.llvm)?;
    build_standard_library(&folder, &root, &rustc)?;
    fs::remove_dir_all(folder.join("apt"))?;
    fs::write(folder.join("ready"), &packages.version)?;
    Ok(rustc)
}

/// Debian's compiler looks for its libraries where Debian would have put them; this tells it where they are.
fn write_wrapper(rustc: &Path, root: &Path) -> anyhow::Result<()> {
    let shell =
        WRAPPER.replace("LIBRARIES", &library_path(root)).replace("ROOT", &root.display().to_string());
    fs::write(rustc, shell)?;
    fs::set_permissions(rustc, fs::Permissions::from_mode(0o755))?;
    run(command("sh", &["-c", "\"$0\" --version"]).arg(rustc))
}

/// The linker of the same LLVM, under the name that the compiler looks for.
fn link_linker(rustc: &Path, root: &Path, llvm: &str) -> anyhow::Result<()> {
    let about = output(command("sh", &["-c", "\"$0\" -vV"]).arg(rustc))?;
    let host =
        about.lines().find_map(|line| line.strip_prefix("host: ")).context("the compiler names no host")?;
    let folder = root.join("usr/lib/rustlib").join(host).join("bin");
    fs::create_dir_all(&folder)?;
    let linker = folder.join("rust-lld");
    symlink(format!("../../../llvm-{llvm}/bin/lld"), &linker)?;
    if linker.exists() {
        Ok(())
    } else {
        bail!("the package lld-{llvm} holds no linker where it was expected")
    }
}

/// Built from the packaged sources with the packaged compiler. A registry is asked only where the package doesn't hold
/// the crates that the library itself uses; which ones is in its own lock file.
fn build_standard_library(folder: &Path, root: &Path, rustc: &Path) -> anyhow::Result<()> {
    let sources = fs::read_dir(root.join("usr/src"))?
        .filter_map(Result::ok)
        .map(|entry| entry.path().join("library"))
        .find(|path| path.join("sysroot").exists())
        .context("the package rust-web-src holds no library sources")?;
    let built = folder.join("library");
    let mut cargo = command("cargo", &["build", "--release", "-Zavoid-dev-deps"]);
    cargo.args(["--target", "wasm32-unknown-unknown", "--manifest-path", "sysroot/Cargo.toml"]);
    if sources.join("vendor").is_dir() {
        fs::create_dir_all(sources.join(".cargo"))?;
        fs::write(sources.join(".cargo/config.toml"), VENDORED)?;
        cargo.arg("--offline");
    }
    run(cargo
        .current_dir(&sources)
        .env_remove("CARGO_BUILD_TARGET")
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .env("RUSTC", rustc)
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_TARGET_DIR", &built)
        .env("RUSTFLAGS", "-Zforce-unstable-if-unmarked -Cembed-bitcode=yes -Cdebuginfo=0"))?;
    let libraries = root.join("usr/lib/rustlib/wasm32-unknown-unknown/lib");
    fs::create_dir_all(&libraries)?;
    for entry in fs::read_dir(built.join("wasm32-unknown-unknown/release/deps"))? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.ends_with(".rlib") && !name.starts_with("libsysroot-") {
            fs::copy(&path, libraries.join(name))?;
        }
    }
    fs::remove_dir_all(&built)?;
    fs::remove_dir_all(root.join("usr/src"))?;
    Ok(())
}

const WRAPPER: &str = r#"#!/bin/sh
LD_LIBRARY_PATH="LIBRARIES${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}" exec "ROOT/usr/bin/rustc" "$@"
"#;
const VENDORED: &str =
    "[source.crates-io]\nreplace-with = \"vendored\"\n[source.vendored]\ndirectory = \"vendor\"\n";
