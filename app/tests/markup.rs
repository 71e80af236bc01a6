//! Text of people, files and callers is text in every page, never markup.
#![cfg(feature = "ssr")]

mod common;

use std::fs;

use app::components::field::{Choice, SelectField, TextArea, TextField};
use app::components::form::Hidden;
use app::forms::Refill;
use common::sources;
use leptos::prelude::*;

const HOSTILE: &str = "\n</textarea></title></option><script>alert(1)</script>&amp;lt; \"'><img src=x onerror=alert(1)>\r\u{202e}";

fn rendered<T: RenderHtml>(view: impl FnOnce() -> T) -> String {
    Owner::new().with(|| view().to_html())
}

/// The text that a browser reads between two tags, or in an attribute.
fn read(markup: &str) -> String {
    let plain =
        markup.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#x27;", "'");
    plain.replace("&#13;", "\r").replace("&amp;", "&")
}

#[test]
fn a_text_area_holds_exactly_its_text() {
    let page =
        rendered(|| view! { <TextArea refill=Refill::new("f") name="text" label="Text" value=HOSTILE /> });
    let (_, inside) = page.split_once("<textarea").and_then(|(_, rest)| rest.split_once('>')).unwrap();
    let (inside, after) = inside.split_once("</textarea>").unwrap();
    assert!(!after.contains("<script") && !after.contains("<img"), "{page}");
    assert_eq!(read(inside), format!("\n{HOSTILE}"), "the first line break is the one that HTML drops");
    assert_eq!(page.matches("</textarea>").count(), 1);
}

#[test]
fn fields_hold_exactly_their_text() {
    let fields = || {
        view! {
            <Hidden name="hidden" value=HOSTILE />
            <TextField refill=Refill::new("f") name="name" label=HOSTILE value=HOSTILE hint=HOSTILE before=HOSTILE />
            <SelectField
                refill=Refill::new("f")
                name="choice"
                label=HOSTILE
                choices=vec![Choice::new(HOSTILE, HOSTILE)]
                value=HOSTILE
            />
        }
    };
    let page = rendered(fields);
    assert!(!page.contains("<script") && !page.contains("<img"), "{page}");
    assert_eq!(page.matches("</option>").count(), 1, "{page}");
    let values = page.split(" value=\"").skip(1).filter_map(|rest| rest.split_once('"'));
    assert_eq!(values.filter(|(value, _)| read(value) == HOSTILE).count(), 3, "{page}");
}

/// Leptos writes the text in these elements as it is, and so is `inner_html`.
#[test]
fn only_one_file_writes_elements_whose_text_is_not_escaped() {
    let mut found = Vec::new();
    let mut files = 0;
    for file in sources() {
        files += 1;
        let text = fs::read_to_string(&file).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        let views = code.lines().filter(|line| !line.trim_start().starts_with("//"));
        for line in views {
            let raw = ["<textarea", "<Title", "<style", "<Style", "<Script", "<noscript", "inner_html="];
            if raw.iter().any(|raw| line.contains(raw)) && !file.ends_with("components/literal.rs") {
                found.push(format!("{}: {}", file.display(), line.trim()));
            }
            if line.contains("<script") && !line.contains("></script>") {
                found.push(format!("{}: a script with text: {}", file.display(), line.trim()));
            }
        }
    }
    assert!(files > 50, "only {files} files were found: this test reads the wrong folder");
    assert!(found.is_empty(), "use `components::literal`:\n{}", found.join("\n"));
}
