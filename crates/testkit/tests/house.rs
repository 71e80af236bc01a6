//! The rules of the house, kept by a test: who may name whom, who owns which outside crate, how files look.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Crate → the crates of ours that it may name outside its tests.
const ARROWS: &[(&str, &[&str])] = &[
    ("address", &[]),
    ("x500", &[]),
    ("domain", &["address"]),
    ("policy", &["address", "x500"]),
    ("certificates", &["domain", "x500"]),
    ("store", &["domain"]),
    ("management", &["address", "certificates", "domain", "policy", "store", "x500"]),
    ("gateway", &["address", "certificates", "domain", "policy"]),
    ("app", &["address", "domain", "management", "x500"]),
    ("server", &["app", "certificates", "domain", "gateway", "management", "policy", "store"]),
    ("xtask", &[]),
];

/// Outside crate → the crates of ours that may name it. What is not listed anybody may name.
const OWNED: &[(&str, &[&str])] = &[
    ("rusqlite", &["store"]),
    ("argon2", &["management"]),
    ("similar", &["management"]),
    ("chacha20poly1305", &["certificates"]),
    ("hyper", &["gateway", "server"]),
    ("rustls", &["gateway", "server"]),
    ("jsonwebtoken", &["gateway"]),
    ("x509-parser", &["certificates", "gateway"]),
    ("leptos", &["app", "server"]),
    ("clap", &["server"]),
    ("anyhow", &["server", "xtask"]),
    ("wasm-bindgen-cli-support", &["xtask"]),
];

#[test]
fn crates_name_only_what_the_arrows_allow() {
    let manifests = manifests();
    let ours: Vec<&str> = ARROWS.iter().map(|(name, _)| *name).chain(["testkit"]).collect();
    for (name, allowed) in ARROWS {
        let named = dependencies(&manifests[*name]);
        let wrong = wrong_arrows(&named, &ours, allowed);
        assert!(wrong.is_empty(), "{name} must not name {wrong:?}");
    }
}

#[test]
fn a_wrong_arrow_would_be_noticed() {
    let named = dependencies(
        "[dependencies]\nstore.workspace = true\nserde = \"1\"\n[dev-dependencies]\ntestkit = {}\n",
    );
    assert_eq!(named, ["store", "serde"]);
    assert_eq!(wrong_arrows(&named, &["domain", "store"], &["domain"]), ["store"]);
}

#[test]
fn outside_crates_stay_with_their_owners() {
    for (name, manifest) in manifests() {
        if name == "testkit" {
            continue;
        }
        for dependency in dependencies(&manifest) {
            let owner = OWNED.iter().find(|(outside, _)| *outside == dependency);
            if let Some((outside, owners)) = owner {
                assert!(owners.contains(&name.as_str()), "{name} must not name {outside}");
            }
        }
    }
}

#[test]
fn sql_stands_only_in_the_store() {
    for path in
        sources().filter(|path| !path.starts_with("crates/store") && !path.starts_with("crates/testkit"))
    {
        let text = read(&path);
        for word in ["SELECT ", "INSERT INTO ", "DELETE FROM ", "CREATE TABLE "] {
            assert!(!text.contains(word), "{} holds SQL: {word}", path.display());
        }
    }
}

#[test]
fn every_file_says_what_it_is_for_and_is_short_enough_to_read() {
    for path in sources() {
        let text = read(&path);
        assert!(text.starts_with("//!"), "{} doesn't begin with `//!`", path.display());
        let is_test = path.components().any(|part| part.as_os_str() == "tests") || path.ends_with("tests.rs");
        let lines = text.lines().count();
        assert!(is_test || lines <= 600, "{} has {lines} lines", path.display());
    }
}

#[test]
fn statuses_are_chosen_in_three_files_only() {
    let chosen = ["crates/gateway/src/respond.rs", "server/src/error.rs", "app/src/error.rs"];
    for path in sources().filter(|path| path.components().any(|part| part.as_os_str() == "src")) {
        let text = read(&path);
        let text = text.split("#[cfg(test)]").next().unwrap_or_default();
        let chooses = [
            "StatusCode::BAD_",
            "StatusCode::FORBIDDEN",
            "StatusCode::INTERNAL",
            "StatusCode::NOT_FOUND",
            "StatusCode::GATEWAY",
            "StatusCode::UNAUTHORIZED",
        ]
        .iter()
        .any(|status| text.contains(status));
        assert!(
            !chooses || chosen.iter().any(|file| path == Path::new(file)),
            "{} chooses a status",
            path.display()
        );
    }
}

#[test]
fn nothing_lies_in_the_tree_that_belongs_in_somebodys_notes() {
    let unwanted = ["HANDOFF.md", "TODO.md", "PLAN.md", "NOTES.md", "scripts", "utils", "common", "shared"];
    for name in unwanted {
        assert!(!root().join(name).exists(), "{name} is in the tree");
    }
}

/// The names under `[dependencies]`, in their order.
fn dependencies(manifest: &str) -> Vec<String> {
    let mut inside = false;
    let mut names = Vec::new();
    for line in manifest.lines() {
        if line.starts_with('[') {
            inside = line.trim() == "[dependencies]";
        } else if inside && !line.starts_with('#') {
            let name = line.split(['.', '=', ' ']).next().unwrap_or_default();
            if !name.is_empty() {
                names.push(name.to_owned());
            }
        }
    }
    names
}

fn wrong_arrows(named: &[String], ours: &[&str], allowed: &[&str]) -> Vec<String> {
    named
        .iter()
        .filter(|name| ours.contains(&name.as_str()) && !allowed.contains(&name.as_str()))
        .cloned()
        .collect()
}

fn manifests() -> BTreeMap<String, String> {
    let folders =
        ["app", "server"].map(|name| root().join(name)).into_iter().chain(children(&root().join("crates")));
    folders
        .filter_map(|folder| {
            let manifest = fs::read_to_string(folder.join("Cargo.toml")).ok()?;
            Some((folder.file_name()?.to_string_lossy().into_owned(), manifest))
        })
        .collect()
}

/// Every Rust file of ours, from the workspace's folder.
fn sources() -> impl Iterator<Item = PathBuf> {
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> = ["app", "server", "crates"].map(|name| root().join(name)).into();
    while let Some(folder) = folders.pop() {
        for path in children(&folder) {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if path.is_dir() && !["target", "node_modules"].contains(&name.as_str()) {
                folders.push(path);
            } else if name.ends_with(".rs") {
                found.push(path.strip_prefix(root()).map(Path::to_owned).unwrap_or(path));
            }
        }
    }
    assert!(found.len() > 100, "only {} files were found", found.len());
    found.into_iter()
}

fn children(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect()
}

fn read(path: &Path) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_default()
}

fn root() -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    folder.ancestors().nth(2).map(Path::to_owned).unwrap_or_default()
}
