//! Times on pages follow one rule: the reader's zone where scripts run, with UTC in the title; UTC, said, where none do.

mod common;

use std::fs;

use common::sources;

/// Only `words/dates.rs` writes a time. It stands on a page through `components/when.rs`, or in an entry of a dropdown
/// that names its times with `.at(&[…])`.
#[test]
fn times_become_text_in_one_place() {
    let mut found = Vec::new();
    let mut files = 0;
    for file in sources() {
        files += 1;
        let text = fs::read_to_string(&file).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        let writes = ["format_description", "Rfc3339", ".date()", ".format(&", "to_hms()"];
        if !file.ends_with("words/dates.rs") && writes.iter().any(|word| code.contains(word)) {
            found.push(format!("{} writes a time by itself", file.display()));
        }
        let says = code.contains("dates::day(") || code.contains("dates::moment(");
        let marked = file.ends_with("components/when.rs")
            // The line that it writes is marked where the dropdown is made.
            || file.ends_with("words/credential.rs")
            || code.contains(".at(&[");
        if says && !marked {
            found.push(format!("{} says a time that scripts don't find", file.display()));
        }
    }
    assert!(files > 50, "only {files} files were found: this test reads the wrong folder");
    assert!(found.is_empty(), "use `components::when`:\n{}", found.join("\n"));
}
