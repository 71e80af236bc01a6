//! Every document under `cases/` against what is expected of it.
//!
//! Beside `x.policy` stands `x.expected`: the diagnostics, or, for a document without errors, its
//! warnings and what it does over the default document for all APIs. A failure shows the text that
//! would be expected as it stands now.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

mod common;

use common::{Call, failed, fitting};
use policy::check::compile;
use policy::diagnostic::{Diagnostic, Severity};
use policy::effect::Effect;
use policy::format::format;
use policy::parse::parse;
use policy::program::{DEFAULT_GLOBAL, Program};
use policy::run::{Outcome, Run};

#[test]
fn every_case_gives_what_is_expected() {
    let cases = cases();
    assert!(cases.len() > 50, "the cases are there");
    let wrong: Vec<String> = cases.iter().filter_map(|case| check(case)).collect();
    assert!(wrong.is_empty(), "{} of {} cases\n\n{}", wrong.len(), cases.len(), wrong.join("\n\n"));
}

#[test]
fn every_expectation_has_its_case() {
    for folder in folders() {
        for path in files(&folder) {
            let case = path.with_extension("policy");
            assert!(case.exists(), "{} has no document beside it", path.display());
        }
    }
}

#[test]
fn every_case_without_errors_can_be_formatted() {
    for case in cases() {
        let text = fs::read_to_string(&case).unwrap();
        let (document, _) = parse(&text);
        let formatted = format(&document);
        let (again, diagnostics) = parse(&formatted);
        assert!(document.same_tree(&again), "{}", case.display());
        assert_eq!(format(&again), formatted, "{}", case.display());
        assert_eq!(diagnostics.iter().any(Diagnostic::is_error), !document.is_readable());
    }
}

/// What is wrong with a case; none if nothing is.
fn check(case: &Path) -> Option<String> {
    let text = fs::read_to_string(case).unwrap();
    let expected = fs::read_to_string(case.with_extension("expected")).unwrap_or_default();
    let actual = report(&text);
    (actual != expected).then(|| format!("== {}\n{actual}", case.display()))
}

fn report(text: &str) -> String {
    match compile(text) {
        Ok(program) => describe(&program, text),
        Err(diagnostics) => list(&diagnostics, text),
    }
}

fn list(diagnostics: &[Diagnostic], text: &str) -> String {
    let mut report = String::new();
    for diagnostic in diagnostics {
        let underlined = text.get(diagnostic.span.start..diagnostic.span.end).unwrap();
        let first_line = underlined.lines().next().unwrap_or_default();
        let kind = if diagnostic.severity == Severity::Error { "error" } else { "warning" };
        writeln!(report, "{kind} {} at `{first_line}`", diagnostic.code).unwrap();
        writeln!(report, "  {diagnostic}").unwrap();
        if let Some(help) = &diagnostic.help {
            writeln!(report, "  help: {help}").unwrap();
        }
    }
    report
}

fn describe(program: &Program, text: &str) -> String {
    let mut report = list(program.warnings(), text);
    writeln!(report, "credential: {:?}", program.credential()).unwrap();
    for reference in program.references() {
        let (line, column) = (reference.line, reference.column);
        writeln!(report, "reference on line {line}, column {column}: {:?}", reference.selector).unwrap();
    }
    let global = compile(DEFAULT_GLOBAL).unwrap();
    let whole = Program::compose(&[&global, program]);
    writeln!(report, "when all goes well:\n{}", effects(&whole, Outcome::Done)).unwrap();
    write!(report, "when all fails:\n{}", effects(&whole, failed())).unwrap();
    report
}

/// What a run asks for when each effect comes out well, or none does.
fn effects(program: &Program, outcome: Outcome) -> String {
    let mut report = String::new();
    let mut run = Run::new(program);
    let mut effects = 0;
    let mut effect = run.next(Outcome::Start, &Call::default());
    loop {
        effects += 1;
        assert!(effects < 100, "the run comes to its end");
        match run.place() {
            Some(place) => {
                writeln!(report, "  {} (scope {}): {effect:?}", place.section.name(), place.scope)
            }
            None => writeln!(report, "  {effect:?}"),
        }
        .unwrap();
        if matches!(effect, Effect::Answer) {
            return report;
        }
        let next = if matches!(outcome, Outcome::Done) { fitting(&effect) } else { outcome.clone() };
        effect = run.next(next, &Call::default());
    }
}

fn cases() -> Vec<PathBuf> {
    let files = folders().into_iter().flat_map(|folder| files(&folder));
    files.filter(|path| path.extension().is_some_and(|extension| extension == "policy")).collect()
}

fn folders() -> Vec<PathBuf> {
    files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases"))
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}
