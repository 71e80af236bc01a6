//! A private compiler with a WebAssembly standard library, out of Debian's packages, for machines where rustup can't
//! fetch the target. Nothing is installed outside its folder.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use crate::command::{command, exists, output, run};

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
    let packages = Packages::known()?;
    packages.unpack(&folder, &root)?;
    write_wrapper(&rustc)?;
    link_linker(&rustc, &root, &packages.llvm)?;
    build_standard_library(&folder, &root, &rustc)?;
    fs::write(folder.join("ready"), &packages.version)?;
    Ok(rustc)
}

/// The packages to take, all of one version.
struct Packages {
    version: String,
    names: Vec<String>,
    /// The number of the LLVM they are built with.
    llvm: String,
}

impl Packages {
    /// What apt offers; names carry version numbers, so it has to be asked.
    fn known() -> anyhow::Result<Self> {
        let mut version = candidate()?;
        if version.is_none() {
            run(&mut command("apt-get", &["update", "-qq"]))?;
            version = candidate()?;
        }
        let version = version.context("apt knows no package `rustc-web`")?;
        let listed = output(&mut command(
            "apt-cache",
            &[
                "depends",
                "--recurse",
                "--no-recommends",
                "--no-suggests",
                "--no-conflicts",
                "--no-breaks",
                "--no-replaces",
                "--no-enhances",
                &format!("rustc-web={version}"),
            ],
        ))?;
        let wanted = |name: &&str| {
            *name == "rustc-web"
                || name.starts_with("libstd-rust-web-")
                || name.strip_prefix("libllvm").is_some_and(|n| n.starts_with(|c: char| c.is_ascii_digit()))
        };
        let mut names: Vec<String> = listed.lines().filter(wanted).map(str::to_owned).collect();
        names.sort();
        names.dedup();
        let llvm = names.iter().filter_map(|name| name.strip_prefix("libllvm")).next_back();
        let llvm = llvm.context("the compiler's package names no LLVM")?.to_owned();
        names.push(format!("lld-{llvm}"));
        names.push("rust-web-src".to_owned());
        Ok(Self { version, names, llvm })
    }

    fn unpack(&self, folder: &Path, root: &Path) -> anyhow::Result<()> {
        let fetched = folder.join("fetched");
        fs::create_dir_all(&fetched)?;
        let mut download = command("apt-get", &["download", "-qq"]);
        for name in &self.names {
            let of_llvm = name.starts_with("libllvm") || name.starts_with("lld-");
            download.arg(if of_llvm { name.clone() } else { format!("{name}={}", self.version) });
        }
        run(download.current_dir(&fetched))?;
        for entry in fs::read_dir(&fetched)? {
            let package = entry?.path();
            run(command("dpkg-deb", &["-x"]).arg(&package).arg(root))?;
        }
        fs::remove_dir_all(&fetched)?;
        Ok(())
    }
}

fn candidate() -> anyhow::Result<Option<String>> {
    let policy = output(&mut command("apt-cache", &["policy", "rustc-web"]))?;
    let line = policy.lines().find_map(|line| line.trim().strip_prefix("Candidate: "));
    Ok(line.filter(|version| *version != "(none)").map(str::to_owned))
}

/// Debian's compiler looks for its libraries where Debian would have put them; this tells it where they are.
fn write_wrapper(rustc: &Path) -> anyhow::Result<()> {
    fs::write(rustc, WRAPPER)?;
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

/// Built from the packaged sources with the packaged compiler; asks no registry.
fn build_standard_library(folder: &Path, root: &Path, rustc: &Path) -> anyhow::Result<()> {
    let sources = fs::read_dir(root.join("usr/src"))?
        .filter_map(Result::ok)
        .map(|entry| entry.path().join("library"))
        .find(|path| path.join("sysroot").exists())
        .context("the package rust-web-src holds no library sources")?;
    fs::create_dir_all(sources.join(".cargo"))?;
    fs::write(sources.join(".cargo/config.toml"), VENDORED)?;
    let built = folder.join("library");
    run(command(
        "cargo",
        &[
            "build",
            "--release",
            "--offline",
            "-Zavoid-dev-deps",
            "--target",
            "wasm32-unknown-unknown",
            "--manifest-path",
            "sysroot/Cargo.toml",
        ],
    )
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
usr=$(dirname "$(readlink -f "$0")")/root/usr
LD_LIBRARY_PATH="$usr/lib/$(uname -m)-linux-gnu${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}" exec "$usr/bin/rustc" "$@"
"#;
const VENDORED: &str =
    "[source.crates-io]\nreplace-with = \"vendored\"\n[source.vendored]\ndirectory = \"vendor\"\n";
