//! Documents of the kinds that people have: each is accepted, or refused only for what a later version knows.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};

use policy::format::format;
use policy::parse::parse;
use policy::review::review;

fn documents() -> Vec<(PathBuf, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/documents");
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    paths.map(|path| (path.clone(), fs::read_to_string(path).unwrap())).collect()
}

#[test]
fn every_document_is_accepted_or_waits_for_a_later_version() {
    let documents = documents();
    assert!(documents.len() > 60, "the documents are there");
    let mut waiting = 0;
    for (path, text) in &documents {
        let errors: Vec<_> = review(text).into_iter().filter(|one| one.is_error()).collect();
        assert!(
            errors.iter().all(|error| error.code.starts_with("unsupported")),
            "{}: {errors:?}",
            path.display()
        );
        waiting += usize::from(!errors.is_empty());
    }
    assert!(waiting * 3 < documents.len(), "{waiting} of {} wait", documents.len());
}

#[test]
fn every_document_reads_the_same_when_it_was_formatted() {
    for (path, text) in documents() {
        let (document, _) = parse(&text);
        let (again, _) = parse(&format(&document));
        assert!(document.same_tree(&again), "{}", path.display());
    }
}

#[test]
fn no_beginning_of_a_document_makes_a_review_panic() {
    for (_, text) in documents() {
        for end in (0..text.len()).step_by(7).filter(|end| text.is_char_boundary(*end)) {
            review(text.get(..end).unwrap());
        }
    }
}
