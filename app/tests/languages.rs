//! Every text of the portal stands there in English and in Korean.

mod common;

use std::fs;

use common::sources;

#[test]
fn every_text_is_written_in_korean_too() {
    let mut calls = 0;
    let mut missing = Vec::new();
    for file in sources() {
        let text = fs::read_to_string(&file).unwrap();
        for (at, _) in text.match_indices(".say(") {
            calls += 1;
            let arguments = arguments(&text[at + ".say(".len()..]);
            let line = text[..at].lines().count();
            match arguments.as_slice() {
                [english, korean] if is_korean(korean) || says_nothing(english, korean) => {}
                _ => missing.push(format!("{}:{line}: {arguments:?}", file.display())),
            }
        }
    }
    assert!(calls > 200, "only {calls} texts were found: this test reads the wrong folder");
    assert!(missing.is_empty(), "texts without Korean:\n{}", missing.join("\n"));
}

#[test]
fn the_reader_of_this_test_sees_arguments_as_the_compiler_does() {
    assert_eq!(arguments(r#""a, (b", "가")"#), [r#""a, (b""#, r#""가""#]);
    assert_eq!(arguments(r#"format!("{a}, {b}", x), format!("가"), )"#).len(), 2);
    assert_eq!(arguments(r#"'(', "\"나\"")"#), ["'('", r#""\"나\"""#]);
    assert!(!is_korean(r#""English""#) && is_korean(r#""영어""#));
}

/// The arguments of a call whose opening parenthesis was just passed.
fn arguments(text: &str) -> Vec<String> {
    let (mut found, mut present, mut depth, mut quoted) = (Vec::new(), String::new(), 0, false);
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        present.push(c);
        match c {
            '\\' => present.extend(characters.next()),
            '"' => quoted = !quoted,
            _ if quoted => {}
            '\'' if matches!(characters.clone().nth(1), Some('\'')) => {
                present.extend(characters.by_ref().take(2))
            }
            '(' | '[' | '{' => depth += 1,
            ')' if depth == 0 => {
                present.pop();
                break;
            }
            ')' | ']' | '}' => depth -= 1,
            ',' if depth == 0 => {
                present.pop();
                found.push(std::mem::take(&mut present).trim().to_owned());
            }
            _ => {}
        }
    }
    if !present.trim().is_empty() {
        found.push(present.trim().to_owned());
    }
    found
}

fn is_korean(text: &str) -> bool {
    text.chars().any(|c| ('\u{ac00}'..='\u{d7a3}').contains(&c))
}

/// Words that are the same in both languages, and what isn't words.
fn says_nothing(english: &str, korean: &str) -> bool {
    const SAME: [&str; 2] = [r#""API""#, r#""PEM""#];
    let wordless = |text: &str| !text.chars().any(char::is_alphabetic);
    SAME.contains(&korean) || (wordless(english) && wordless(korean))
}
