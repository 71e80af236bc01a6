//! `postern check-policy`: what is wrong with policy documents, without a store.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Arg, ArgAction, ArgMatches, Command};
use policy::diagnostic::Diagnostic;
use policy::review::{Templates, review_with};
use serde_json::{Value, json};

use crate::cli::say;
use crate::printed;
use crate::snippet::{shown, snippet};

pub(crate) fn command() -> Command {
    Command::new("check-policy")
        .about("Say what is wrong with policy documents and fragments, and exit with 0 when nothing is")
        .arg(
            Arg::new("file")
                .required(true)
                .num_args(1..)
                .value_name("FILE")
                .help("A document, a fragment, or a folder of them"),
        )
        .arg(Arg::new("template").long("template").action(ArgAction::SetTrue).help(
            "Accept what a deployment tool fills in, such as `${name}` or `#{name}#`, and check the rest",
        ))
        .arg(
            Arg::new("json")
                .long("json")
                .action(ArgAction::SetTrue)
                .help("Print one JSON object for each file"),
        )
}

pub(crate) fn run(matches: &ArgMatches) -> anyhow::Result<ExitCode> {
    let paths: Vec<PathBuf> =
        matches.get_many::<String>("file").into_iter().flatten().map(PathBuf::from).collect();
    let is_one = matches!(paths.as_slice(), [only] if !only.is_dir());
    let accepted = matches.get_flag("template");
    let templates = if accepted { Templates::Accepted } else { Templates::Reported };
    let mut tally = Tally { accepted: 0, refused: 0 };
    for path in &paths {
        for file in files(path)? {
            let checked = check(&file, templates)?;
            tally.count(&checked);
            match (matches.get_flag("json"), is_one) {
                (true, true) => say(&checked.to_json(None).to_string())?,
                (true, false) => say(&checked.to_json(Some(&file)).to_string())?,
                (false, _) if path.is_dir() => checked.say_why_refused(&file)?,
                (false, _) => checked.say_all(&file)?,
            }
        }
    }
    if !is_one && !matches.get_flag("json") {
        say(&format!("{} accepted, {} refused", tally.accepted, tally.refused))?;
    }
    Ok(if tally.refused == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

struct Tally {
    accepted: usize,
    refused: usize,
}

/// A file and what was found in it.
struct Checked {
    text: String,
    diagnostics: Vec<Diagnostic>,
}

impl Tally {
    fn count(&mut self, checked: &Checked) {
        let count = if checked.is_refused() { &mut self.refused } else { &mut self.accepted };
        *count += 1;
    }
}

impl Checked {
    fn is_refused(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }

    fn say_all(&self, path: &Path) -> anyhow::Result<()> {
        for diagnostic in &self.diagnostics {
            say(&snippet(diagnostic, &self.text, path))?;
        }
        let errors = self.diagnostics.iter().filter(|diagnostic| diagnostic.is_error()).count();
        let warnings = self.diagnostics.len() - errors;
        let outcome = if errors == 0 { "accepted" } else { "refused" };
        say(&format!("{}: {outcome}, {errors} errors, {warnings} warnings", shown(path)))
    }

    fn say_why_refused(&self, path: &Path) -> anyhow::Result<()> {
        for diagnostic in self.diagnostics.iter().filter(|diagnostic| diagnostic.is_error()) {
            let Diagnostic { code, line, column, message, .. } = diagnostic;
            say(&format!("{}:{line}:{column}: {code}: {}", shown(path), printed::line(message)))?;
        }
        Ok(())
    }

    fn to_json(&self, path: Option<&Path>) -> Value {
        let diagnostics: Vec<Value> = self.diagnostics.iter().map(as_json).collect();
        match path {
            None => json!({ "diagnostics": diagnostics }),
            Some(path) => json!({ "path": path.to_string_lossy(), "diagnostics": diagnostics }),
        }
    }
}

fn as_json(diagnostic: &Diagnostic) -> Value {
    json!({
        "code": diagnostic.code,
        "severity": if diagnostic.is_error() { "error" } else { "warning" },
        "message": diagnostic.message,
        "line": diagnostic.line,
        "column": diagnostic.column,
        "help": diagnostic.help,
    })
}

fn check(path: &Path, templates: Templates) -> anyhow::Result<Checked> {
    let bytes = std::fs::read(path).with_context(|| format!("could not read `{}`", path.display()))?;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let diagnostics = review_with(&text, templates);
    Ok(Checked { text, diagnostics })
}

/// The file itself, or all files in a folder and the folders in it that begin like a document.
fn files(path: &Path) -> anyhow::Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut found = Vec::new();
    let mut folders = vec![path.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries =
            std::fs::read_dir(&folder).with_context(|| format!("could not read `{}`", folder.display()))?;
        for entry in entries {
            let entry = entry.with_context(|| format!("could not read `{}`", folder.display()))?;
            let (path, kind) = (entry.path(), entry.file_type().context("could not read a folder's entry")?);
            if kind.is_dir() {
                folders.push(path);
            } else if kind.is_file() && begins_like_a_document(&path) {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

fn begins_like_a_document(path: &Path) -> bool {
    let Ok(bytes) = std::fs::read(path) else { return false };
    let text = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&bytes);
    text.trim_ascii_start().starts_with(b"<")
}
