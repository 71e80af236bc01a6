//! The rules for texts that people read, kept by a test: words that no text of the portal may have.

use std::fs;
use std::path::{Path, PathBuf};

/// English words and phrases that are no plain technical English, in lower case.
const ENGLISH: &[&str] = &[
    "whoever",
    "none if",
    "is none",
    "of its own",
    "of their own",
    "comes about",
    "takes up",
    "by then",
    "from then on",
    "so many",
    "look into",
    "at hand",
    "all the same",
    "taken back",
    "came here",
    "is here already",
    "made out to",
    "meanwhile",
    "blank",
    "capital letters",
    "the marks",
    "an answer",
    "the answer",
    "answers",
    "answered",
    "a call",
    "calls",
    "this call",
    "caller is",
    "nobody",
    "somebody",
    "will do.",
    "isn't right",
    "any more",
    "takes no",
    "empty takes",
    "one a line",
    "give it",
    "says nothing",
    "goes by",
    "go by",
    "in any writing",
    "put in",
    "with the id ",
    "present one",
    "unknown c a",
];

/// Words that a Korean text may not have.
const KOREAN: &[&str] = &[
    "시험장",
    "연결 시험",
    "봉인",
    "손도장",
    "조회자",
    "취소된 인증서",
    "취소한 인증서",
    "새 항목",
    "키 용도",
    "이것은",
    "각 문은",
    "자격 증명으로",
    "아무도",
    " 을(를)",
    " 이(가)",
    " 은(는)",
    " 와(과)",
    " (으)로",
];

#[test]
fn texts_of_the_portal_have_no_word_that_the_rules_forbid() {
    let folders = ["app/src", "crates/domain/src"];
    let mut texts = 0;
    let mut wrong = Vec::new();
    for file in folders.iter().flat_map(|folder| sources(&root().join(folder))) {
        let name = file.strip_prefix(root()).unwrap_or(&file).to_string_lossy().into_owned();
        let source = fs::read_to_string(&file).unwrap_or_default();
        let source = source.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        // One word alone is an address, a name or a value.
        for (line, text) in said(source).into_iter().filter(|(_, text)| text.trim().contains(' ')) {
            texts += 1;
            wrong
                .extend(forbidden(&text).iter().map(|word| format!("{name}:{line}: `{word}` in \"{text}\"")));
        }
    }
    assert!(texts > 1_000, "only {texts} texts were found: this test reads the wrong folder");
    assert!(wrong.is_empty(), "texts against the rules:\n{}", wrong.join("\n"));
}

#[test]
fn a_forbidden_word_would_be_noticed() {
    let source = "l.say(\n    \"Whoever calls is \\\"refused\\\"\", // \"a comment\"\n    \"시험장\",\n);\n/// \"Nobody\" here.\n'\"'";
    let found = said(source);
    assert_eq!(found, [(2, "Whoever calls is \\\"refused\\\"".to_owned()), (3, "시험장".to_owned())]);
    let words: Vec<&str> = found.iter().flat_map(|(_, text)| forbidden(text)).collect();
    assert_eq!(words, ["whoever", "calls", "시험장"]);
    assert!(forbidden("called back by the API, not `a callsite`").is_empty());
}

/// The forbidden words in a text; English ones only as whole words.
fn forbidden(text: &str) -> Vec<&'static str> {
    let lower = text.to_lowercase();
    let is_word = |word: &&str| {
        lower.match_indices(*word).any(|(at, _)| {
            let ends = [lower[..at].chars().next_back(), lower[at + word.len()..].chars().next()];
            ends.iter().flatten().all(|c| !c.is_alphanumeric())
        })
    };
    let english = ENGLISH.iter().filter(|word| is_word(word));
    english.chain(KOREAN.iter().filter(|word| text.contains(**word))).copied().collect()
}

/// The string literals of a source, each with its line; comments and attributes left out.
fn said(source: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut rest = source.char_indices().peekable();
    while let Some((at, c)) = rest.next() {
        match c {
            '/' if source[at..].starts_with("//") => while rest.next_if(|(_, c)| *c != '\n').is_some() {},
            '\'' if source[at..].starts_with("'\"'") => {
                rest.next();
                rest.next();
            }
            '"' => {
                let mut text = String::new();
                while let Some((_, c)) = rest.next_if(|(_, c)| *c != '"') {
                    text.push(c);
                    if c == '\\' {
                        text.extend(rest.next().map(|(_, c)| c));
                    }
                }
                rest.next();
                found.push((source[..at].matches('\n').count() + 1, text));
            }
            _ => {}
        }
    }
    found
}

/// All Rust files in a folder and those below it.
fn sources(folder: &Path) -> Vec<PathBuf> {
    // A folder that can't be read shows in the number of texts found.
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let (folders, files): (Vec<_>, Vec<_>) = entries.partition(|path| path.is_dir());
    let files = files.into_iter().filter(|file| file.extension().is_some_and(|extension| extension == "rs"));
    files.chain(folders.iter().flat_map(|folder| sources(folder))).collect()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}
