//! What C# expressions are worth: a table that Mono made once, and the few rows where we differ on purpose.
//!
//! `golden/mono.tsv` holds an expression and, behind a tab, `=` and its value, `null`, or `!` and the exception.
//! `golden/ours.tsv` holds the rows in which .NET as documents met it, or our own decision, differs from Mono.
#![expect(clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::collections::HashMap;

use common::Call;
use policy::check::compile;
use policy::effect::Effect;
use policy::run::{Outcome, Run};

#[test]
fn expressions_are_worth_what_dotnet_says() {
    let ours: HashMap<&str, &str> = rows(include_str!("golden/ours.tsv")).collect();
    let mono = rows(include_str!("golden/mono.tsv"));
    let wrong: Vec<String> = mono
        .filter_map(|(expression, mono)| {
            let expected = ours.get(expression).copied().unwrap_or(mono);
            let got = worth(expression);
            (got != expected).then(|| format!("{expression}\n  gave {got}\n  not  {expected}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{} differ\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_difference_is_one() {
    let mono: HashMap<&str, &str> = rows(include_str!("golden/mono.tsv")).collect();
    for (expression, ours) in rows(include_str!("golden/ours.tsv")) {
        assert_ne!(mono.get(expression), Some(&ours), "{expression} is no difference");
        assert!(mono.contains_key(expression), "{expression} is not in Mono's table");
    }
}

fn rows(table: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    table.lines().filter_map(|line| line.rsplit_once('\t'))
}

fn worth(expression: &str) -> String {
    let document = format!(
        "<policies><inbound><set-body>@{{ try {{ object o = {expression}; \
         return o == null ? \"null\" : \"=\" + o.ToString(); }} \
         catch (Exception e) {{ return \"!\" + e.GetType().Name; }} }}</set-body></inbound></policies>"
    );
    let program = match compile(&document) {
        Ok(program) => program,
        Err(findings) => {
            return format!(
                "?{}",
                findings.first().map(|finding| finding.message.clone()).unwrap_or_default()
            );
        }
    };
    match Run::new(&program).next(Outcome::Start, &Call::with_certificate()) {
        Effect::SetBody { body, .. } => {
            let text = String::from_utf8_lossy(&body.0).into_owned();
            text.replace('\\', "\\\\").replace('\n', "\\n").replace('\t', "\\t").replace('\r', "\\r")
        }
        Effect::Fail { failure, .. } => failure.message,
        other => panic!("{expression}: {other:?}"),
    }
}
