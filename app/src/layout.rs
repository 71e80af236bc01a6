//! What surrounds every page: top bar, menu, heading, tabs, messages.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use domain::language::Language;

use crate::choices::{ChooseLanguage, ChooseTheme};
use crate::components::form::Hidden;
use crate::components::icon::{Icon, Symbol};
use crate::components::literal::PageTitle;
use crate::components::notice::Notices;
use crate::components::tabs::Here;
use crate::islands::draft::DraftKeeper;
use crate::pages::account::SignOut;
use crate::pages::help::topic::Topic;
use crate::session::{Theme, language, visitor};

/// The entry of the menu that a page belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    Account,
    Apis,
    None,
    Overview,
    Policies,
    Security,
    Traffic,
}

/// A step of the way from the menu to the page.
#[derive(Clone, Debug)]
pub struct Crumb {
    pub text: String,
    pub address: String,
}

impl Crumb {
    /// A link of the way.
    #[must_use]
    pub fn new(text: impl Into<String>, address: impl Into<String>) -> Self {
        Self { text: text.into(), address: address.into() }
    }
}

/// A page for somebody who is signed in.
#[component]
pub fn Page(
    title: String,
    section: Section,
    /// The way to the page, the page itself left out.
    #[prop(optional)]
    crumbs: Vec<Crumb>,
    /// What of the thing in the title is shown, where it has several pages: a tab, or a view of it.
    #[prop(optional, into)]
    part: String,
    /// Buttons beside the heading.
    #[prop(default = None, into)]
    actions: Option<AnyView>,
    #[prop(optional)] tabs: Option<AnyView>,
    children: Children,
) -> impl IntoView {
    let l = language();
    let signed_in = !visitor().is_anonymous();
    let (here, tab_title) = if part.is_empty() {
        (title.clone(), title.clone())
    } else {
        (part.clone(), format!("{part} \u{2013} {title}"))
    };
    view! {
        <PageTitle text=tab_title />
        <a class="skip" href="#content">
            {l.say("Skip to content", "본문으로 건너뛰기")}
        </a>
        <TopBar section=section />
        <div class="frame">
            {signed_in.then(|| view! { <nav class="menu" aria-label=l.say("Main menu", "주 메뉴")><Menu section=section /></nav> })}
            <main id="content" tabindex="-1">
                <Crumbs crumbs=crumbs here=here />
                <div class="heading">
                    <h1>{title}</h1>
                    {actions.map(|actions| view! { <div class="flex flex-wrap gap-2">{actions}</div> })}
                </div>
                {tabs}
                <Drafts />
                <Notices />
                {children()}
            </main>
        </div>
    }
}

/// A page for somebody who isn't signed in yet: one card in the middle.
#[component]
pub fn CardPage(title: String, children: Children) -> impl IntoView {
    view! {
        <PageTitle text=title.clone() />
        <TopBar section=Section::None />
        <main id="content" class="centred" tabindex="-1" data-not-taken>
            <div class="card">
                <h1>{title}</h1>
                <Drafts />
                <Notices />
                {children()}
            </div>
        </main>
    }
}

/// What keeps unsaved work in the browser.
#[component]
fn Drafts() -> impl IntoView {
    let l = language();
    let restored = l.say(
        "Your unsaved changes were restored, except for passwords and files.",
        "저장하지 않은 변경 내용을 복원했습니다. 암호와 파일은 제외됩니다.",
    );
    let discard = l.say("Discard changes", "변경 내용 버리기");
    view! {
        <DraftKeeper person=visitor().person().to_owned() restored=restored.to_owned() discard=discard.to_owned() />
    }
}

#[component]
fn TopBar(section: Section) -> impl IntoView {
    let l = language();
    let signed_in = !visitor().is_anonymous();
    view! {
        <header class="topbar">
            <a class="brand" href="/">
                <Icon symbol=Symbol::Shield />
                "Postern"
            </a>
            <div class="controls">
                <Controls section=section />
            </div>
            <details class="fold">
                <summary>
                    <Icon symbol=Symbol::Menu />
                    {l.say("Menu", "메뉴")}
                </summary>
                <div class="folded">
                    {signed_in
                        .then(|| {
                            view! {
                                <nav aria-label=l.say("Main menu", "주 메뉴")>
                                    <Menu section=section />
                                </nav>
                            }
                        })} <Controls section=section />
                </div>
            </details>
        </header>
    }
}

#[component]
fn Menu(section: Section) -> impl IntoView {
    let l = language();
    let entries = [
        (Section::Overview, "/", Symbol::Overview, l.say("Overview", "개요")),
        (Section::Apis, "/apis", Symbol::Apis, l.say("APIs", "API")),
        (Section::Policies, "/policies", Symbol::Document, l.say("Policies", "정책")),
        (Section::Security, "/security/certificates", Symbol::Shield, l.say("Security", "보안")),
        (Section::Traffic, "/traffic", Symbol::Traffic, l.say("Traffic", "트래픽")),
    ];
    let entry = |(entry, href, symbol, text): (Section, &'static str, Symbol, &'static str)| {
        view! {
            <li>
                <a href=href aria-current=Here::when(entry, section).aria()>
                    <Icon symbol=symbol />
                    {text}
                </a>
            </li>
        }
    };
    view! { <ul>{entries.map(entry).into_iter().collect_view()}</ul> }
}

/// Theme, language, account: in the top bar, and on a phone in the folded menu.
#[component]
fn Controls(section: Section) -> impl IntoView {
    let l = language();
    let visitor = visitor();
    let name = visitor.actor.name().to_owned();
    let here = Here::when(section, Section::Account).aria();
    view! {
        <a class="button quiet" href=Topic::of_page(visitor.path()).address()>
            <Icon symbol=Symbol::Help />
            {l.say("Help", "도움말")}
        </a>
        <ThemeSwitch />
        <LanguageSwitch />
        {(!visitor.is_anonymous())
            .then(|| {
                view! {
                    <a class="button quiet" href="/account" aria-current=here title=l.say("Your account", "내 계정")>
                        <Icon symbol=Symbol::Account />
                        {name}
                    </a>
                    <form method="post" action=SignOut::PATH data-signs-out>
                        <button class="button quiet">
                            <Icon symbol=Symbol::SignOut />
                            {l.say("Sign out", "로그아웃")}
                        </button>
                    </form>
                }
            })}
    }
}

#[component]
fn LanguageSwitch() -> impl IntoView {
    let l = language();
    // The name of a language stands in that language, so that whoever needs it can read it.
    let (tag, name) = match l {
        Language::English => ("ko", "한국어"),
        Language::Korean => ("en", "English"),
    };
    view! {
        <form method="post" action=ChooseLanguage::PATH>
            <Hidden name="back" value=visitor().address />
            <button class="button quiet" name="tag" value=tag lang=tag>
                {name}
            </button>
        </form>
    }
}

#[component]
fn ThemeSwitch() -> impl IntoView {
    let l = language();
    let present = visitor().theme;
    let themes = [
        (Theme::System, Symbol::Screen, l.say("System", "시스템 설정")),
        (Theme::Light, Symbol::Sun, l.say("Light", "밝게")),
        (Theme::Dark, Symbol::Moon, l.say("Dark", "어둡게")),
    ];
    let button = |(theme, symbol, text): (Theme, Symbol, &'static str)| {
        view! {
            <button
                name="theme"
                value=theme.word()
                aria-pressed=if theme == present { "true" } else { "false" }
                aria-label=text
                title=text
            >
                <Icon symbol=symbol />
            </button>
        }
    };
    view! {
        <form method="post" action=ChooseTheme::PATH>
            <Hidden name="back" value=visitor().address />
            <div class="segments" role="group" aria-label=l.say("Theme", "테마")>
                {themes.map(button).into_iter().collect_view()}
            </div>
        </form>
    }
}

#[component]
fn Crumbs(crumbs: Vec<Crumb>, here: String) -> impl IntoView {
    let l = language();
    let crumb = |crumb: Crumb| {
        view! {
            <li>
                <a href=crumb.address>{crumb.text}</a>
            </li>
        }
    };
    (!crumbs.is_empty()).then(|| {
        view! {
            <nav class="crumbs" aria-label=l.say("Breadcrumb", "현재 위치")>
                <ol>
                    {crumbs.into_iter().map(crumb).collect_view()} <li aria-current="page">{here}</li>
                </ol>
            </nav>
        }
    })
}
