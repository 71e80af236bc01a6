//! Text that somebody chose stays text in the portal's pages, and comes back from a form as it was.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use testkit::client::Answer;
use testkit::program::{Program, Visitor};

const BINARY: &str = env!("CARGO_BIN_EXE_postern");
const HOSTILE: &str =
    "</title><meta http-equiv=refresh content='0;url=//evil.example'></textarea><script>x</script>";

/// What a browser shows in the text area of a page, and what it sends for it.
async fn text_of(visitor: &Visitor, path: &str, field: &str) -> String {
    let page = visitor.get(path).await.text();
    let area = page.split("<textarea").find(|area| area.contains(&format!("name=\"{field}\""))).unwrap();
    let inside = area.split_once('>').unwrap().1.split("</textarea>").next().unwrap();
    let read = inside.strip_prefix('\n').unwrap_or(inside);
    let read = read.replace("&lt;", "<").replace("&gt;", ">").replace("&#13;", "\r").replace("&amp;", "&");
    read.replace("\r\n", "\n").replace('\r', "\n").replace('\n', "\r\n")
}

async fn save(
    (program, visitor): (&Program, &Visitor),
    action: &str,
    page: &str,
    key: (&str, &str),
    field: &str,
    text: &str,
) {
    let revision = visitor.hidden(page, "revision").await;
    let saved = visitor.post(action, &[key, ("revision", &revision), (field, text)]).await;
    assert_eq!(saved.status, 303, "{}", saved.text());
    assert!(
        after(visitor, program, &saved).get(page).await.text().contains("Live on the gateway"),
        "it was refused"
    );
}

/// The same visitor with the cookie that ties what an answer has to tell to the browser.
fn after(visitor: &Visitor, program: &Program, answer: &Answer) -> Visitor {
    let visit = answer.headers.get("set-cookie").unwrap().to_str().unwrap().split(';').next().unwrap();
    let mut next = program.stranger();
    next.cookie = format!("{}; {visit}", visitor.cookie);
    next
}

#[tokio::test]
async fn a_policy_is_the_same_after_five_times_of_opening_and_saving() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(BINARY, folder.path(), "serve", &[]);
    let visitor = program.administrator().await;
    let text = "\r\n\r\n<policies>\r\n\t<!-- \u{202e} </textarea> &amp;lt; &#13; -->\r\n\t<inbound>\r\n\
        <set-body><![CDATA[</textarea><script>]]></set-body>\r\n\
        <set-body>&amp;lt;&amp;amp;lt; &lt;/textarea&gt;</set-body>\r\n</inbound></policies>\r\n\r\n";
    let mut shown = text.to_owned();
    for _ in 0..5 {
        save((&program, &visitor), "/api/policies/save", "/policies", ("scope", "all"), "text", &shown).await;
        shown = text_of(&visitor, "/policies", "text").await;
        assert_eq!(shown, text);
    }
}

#[tokio::test]
async fn a_named_value_is_the_same_after_five_times_of_opening_and_saving() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(BINARY, folder.path(), "serve", &[]);
    let visitor = program.administrator().await;
    let text = format!("\r\n{HOSTILE} &amp;lt; a\r\n\r\nb\r\n");
    let made = visitor.post("/api/named-values/create", &[("name", "v"), ("value", &text)]).await;
    assert_eq!(made.status, 303, "{}", made.text());
    let mut shown = text_of(&visitor, "/security/named-values/v/edit", "value").await;
    for _ in 0..5 {
        assert_eq!(shown, text);
        let page = "/security/named-values/v/edit";
        save((&program, &visitor), "/api/named-values/save", page, ("name", "v"), "value", &shown).await;
        shown = text_of(&visitor, page, "value").await;
    }
}

#[tokio::test]
async fn a_refused_draft_comes_back_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(BINARY, folder.path(), "serve", &[]);
    let visitor = program.administrator().await;
    let text = format!("\r\n<policies>{HOSTILE}&amp;lt;\r\n");
    let refused =
        visitor.post("/api/policies/save", &[("scope", "all"), ("revision", "0"), ("text", &text)]).await;
    let visitor = after(&visitor, &program, &refused);
    assert_eq!(text_of(&visitor, "/policies", "text").await, text);
}

#[tokio::test]
async fn no_name_ends_the_title_of_its_page() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(BINARY, folder.path(), "serve", &[]);
    let visitor = program.administrator().await;
    let name: String = HOSTILE.chars().take(100).collect();
    let fields = [("name", name.as_str()), ("suffix", "orders"), ("backend", "https://127.0.0.1:1")];
    let made = visitor.post("/api/apis/create", &fields).await;
    let page = made.headers.get("location").unwrap().to_str().unwrap().to_owned();
    for path in [page.as_str(), "/apis", "/"] {
        let page = visitor.get(path).await.text();
        assert!(!page.contains("<meta http-equiv"), "{path}");
        assert_eq!(page.matches("</title>").count(), 1, "{path}");
    }
    assert!(
        visitor.get(&page).await.text().contains("<title>Security – &lt;/title&gt;&lt;meta "),
        "the name is in the title"
    );
}
