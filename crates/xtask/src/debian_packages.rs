//! Debian's packages of the compiler, unpacked into a folder with every shared library that they link to. apt's lists
//! are fetched into that folder too: those of the machine may be old, and stay as they are.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail};

use crate::command::{command, output, run};

/// The packages to take, all of one version.
pub(crate) struct Packages {
    apt: Apt,
    pub(crate) version: String,
    names: BTreeSet<String>,
    /// The number of the LLVM they are built with.
    pub(crate) llvm: String,
}

impl Packages {
    /// What the archive offers now; names carry version numbers, so it has to be asked.
    pub(crate) fn offered(folder: &Path) -> anyhow::Result<Self> {
        let apt = Apt::fresh(&folder.join("apt"))?;
        let version = apt.candidate("rustc-web")?.context("apt offers no package `rustc-web`")?;
        if number(&version) < number(NEEDED) {
            bail!("apt offers the compiler {version}, and {NEEDED} is needed");
        }
        let listed = apt.depends(&["--recurse", &format!("rustc-web={version}")])?;
        let wanted = |name: &String| {
            name.starts_with("libstd-rust-web-")
                || name.strip_prefix("libllvm").is_some_and(|n| n.starts_with(|c: char| c.is_ascii_digit()))
        };
        let mut names: BTreeSet<String> = listed.into_iter().filter(wanted).collect();
        let llvm = names.iter().filter_map(|name| name.strip_prefix("libllvm")).next_back();
        let llvm = llvm.context("the compiler's package names no LLVM")?.to_owned();
        names.extend(["rustc-web".to_owned(), "rust-web-src".to_owned(), format!("lld-{llvm}")]);
        Ok(Self { apt, version, names, llvm })
    }

    /// Unpacks them into `root`.
    pub(crate) fn unpack(&self, root: &Path) -> anyhow::Result<()> {
        let of_llvm = |name: &str| name.starts_with("libllvm") || name.starts_with("lld-");
        let versioned =
            |name: &String| if of_llvm(name) { name.clone() } else { format!("{name}={}", self.version) };
        self.apt.unpack(self.names.iter().map(versioned), root)
    }

    /// Unpacks what the programs in `root` link to and neither it nor the machine has: libraries of the packages they
    /// came from, then of those.
    pub(crate) fn unpack_libraries(&self, programs: &[PathBuf], root: &Path) -> anyhow::Result<()> {
        let mut newest = self.names.clone();
        let mut taken = newest.clone();
        loop {
            let missing = missing_libraries(programs, root)?;
            if missing.is_empty() {
                return Ok(());
            }
            let names: Vec<&str> = newest.iter().map(String::as_str).collect();
            newest = self.apt.depends(&names)?;
            newest.retain(|name| name.starts_with("lib") && !taken.contains(name) && !is_installed(name));
            if newest.is_empty() {
                bail!(
                    "the compiler needs {}, which no package that it depends on brings",
                    missing.join(", ")
                );
            }
            self.apt.unpack(newest.iter().cloned(), root)?;
            taken.extend(newest.iter().cloned());
        }
    }
}

/// Where programs of these packages find their libraries, for `LD_LIBRARY_PATH`.
pub(crate) fn library_path(root: &Path) -> String {
    let machine = std::env::consts::ARCH;
    let folders = ["usr/lib", "lib"].map(|lib| root.join(format!("{lib}/{machine}-linux-gnu")));
    folders.map(|folder| folder.display().to_string()).join(":")
}

/// The names of shared libraries that these programs, or their libraries, don't find.
fn missing_libraries(programs: &[PathBuf], root: &Path) -> anyhow::Result<Vec<String>> {
    let mut ldd = command("ldd", &[]);
    let said = output(ldd.args(programs).env("LD_LIBRARY_PATH", library_path(root)))?;
    let missing = said.lines().filter_map(|line| line.trim().strip_suffix(" => not found"));
    Ok(missing.map(str::to_owned).collect::<BTreeSet<_>>().into_iter().collect())
}

fn is_installed(package: &str) -> bool {
    let status = output(&mut command("dpkg-query", &["-W", "-f=${db:Status-Status} ", package]));
    status.is_ok_and(|status| status.split_whitespace().any(|status| status == "installed"))
}

/// The first two numbers of a version.
fn number(version: &str) -> Vec<u32> {
    let parts = version.split(|c: char| !c.is_ascii_digit());
    parts.map_while(|part| part.parse().ok()).take(2).collect()
}

/// apt with lists of its own: new ones, for any user, and without a change to the machine.
struct Apt {
    settings: PathBuf,
    fetched: PathBuf,
}

impl Apt {
    fn fresh(folder: &Path) -> anyhow::Result<Self> {
        for below in ["lists/partial", "cache/archives/partial", "fetched"] {
            fs::create_dir_all(folder.join(below))?;
        }
        let settings = folder.join("apt.conf");
        fs::write(&settings, SETTINGS.replace("FOLDER", &folder.display().to_string()))?;
        let apt = Self { settings, fetched: folder.join("fetched") };
        run(&mut apt.command("apt-get", &["update", "-qq"]))?;
        Ok(apt)
    }

    fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let mut apt = command(program, &["-c"]);
        apt.arg(&self.settings).args(arguments).env("LC_ALL", "C.UTF-8");
        apt
    }

    fn candidate(&self, package: &str) -> anyhow::Result<Option<String>> {
        let policy = output(&mut self.command("apt-cache", &["policy", package]))?;
        let line = policy.lines().find_map(|line| line.trim().strip_prefix("Candidate: "));
        Ok(line.filter(|version| *version != "(none)").map(str::to_owned))
    }

    /// The names of packages that these depend on, and their own.
    fn depends(&self, packages: &[&str]) -> anyhow::Result<BTreeSet<String>> {
        let mut depends = self.command("apt-cache", &["depends"]);
        let kinds = ["recommends", "suggests", "conflicts", "breaks", "replaces", "enhances"];
        depends.args(kinds.map(|kind| format!("--no-{kind}"))).args(packages);
        let name = |line: &str| line.split_whitespace().next_back().map(str::to_owned);
        Ok(output(&mut depends)?.lines().filter_map(name).collect())
    }

    fn unpack(&self, packages: impl Iterator<Item = String>, root: &Path) -> anyhow::Result<()> {
        run(self.command("apt-get", &["download", "-qq"]).args(packages).current_dir(&self.fetched))?;
        for entry in fs::read_dir(&self.fetched)? {
            let package = entry?.path();
            run(command("dpkg-deb", &["-x"]).arg(&package).arg(root))?;
            fs::remove_file(&package)?;
        }
        Ok(())
    }
}

/// What the workspace asks of a compiler.
const NEEDED: &str = env!("CARGO_PKG_RUST_VERSION");
/// What a machine has its own apt do after an update may need rights that this one doesn't have.
const SETTINGS: &str = r#"Dir::State::Lists "FOLDER/lists";
Dir::Cache "FOLDER/cache";
APT::Sandbox::User "root";
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
"#;
