//! A page of the guide, with the way to the others.

use leptos::prelude::*;

use crate::components::literal::LiteralArticle;
use crate::components::tabs::Here;
use crate::error::{ErrorPage, PageError};
use crate::layout::{Crumb, Page, Section};
use crate::load::parameter;
use crate::pages::help::topic::{HELP, Topic};
use crate::session::language;

/// The guide's first page.
#[component]
pub fn Guide() -> impl IntoView {
    view! { <TopicPage topic=Topic::FirstApi /> }
}

/// The page of the topic in the address.
#[component]
pub fn GuideTopic() -> impl IntoView {
    match Topic::from_word(&parameter("topic")) {
        Some(topic) => view! { <TopicPage topic=topic /> }.into_any(),
        None => view! { <ErrorPage error=PageError::NotFound /> }.into_any(),
    }
}

#[component]
fn TopicPage(topic: Topic) -> impl IntoView {
    let l = language();
    let link = move |one: Topic| {
        view! {
            <li>
                <a href=one.address() aria-current=Here::when(one, topic).aria()>
                    {one.title(l)}
                </a>
            </li>
        }
    };
    view! {
        <Page
            title=topic.title(l).to_owned()
            section=Section::None
            crumbs=vec![Crumb::new(l.say("Help", "도움말"), HELP)]
        >
            <div class="guide">
                <nav class="guide-topics" aria-label=l.say("Guide", "안내서")>
                    <ul>{Topic::ALL.map(link).into_iter().collect_view()}</ul>
                </nav>
                <LiteralArticle html=html(topic) />
            </div>
        </Page>
    }
}

/// The text without its title, which stands above it. It is ours, so that nothing in it has to be escaped.
#[cfg(feature = "ssr")]
fn html(topic: Topic) -> String {
    use pulldown_cmark::{Event, Options, Parser, Tag, html::push_html};

    let text = topic.text(language());
    let body = text.split_once('\n').map_or("", |(_, body)| body);
    let events = Parser::new_ext(body, Options::ENABLE_TABLES).map(|event| match event {
        Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
            let dest_url = dest_url.strip_suffix(".md").unwrap_or(&dest_url).to_owned().into();
            Event::Start(Tag::Link { link_type, dest_url, title, id })
        }
        other => other,
    });
    let mut html = String::with_capacity(2 * body.len());
    push_html(&mut html, events);
    html
}

#[cfg(not(feature = "ssr"))]
fn html(_: Topic) -> String {
    String::new()
}
