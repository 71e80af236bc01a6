//! What the guide is about, and which part of it helps on which page.

use domain::language::Language;

/// A part of the guide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic {
    FirstApi,
    Renewing,
    Refused,
    Backends,
    LoadBalancer,
}

impl Topic {
    /// All of them, in the order of reading.
    pub const ALL: [Self; 5] =
        [Self::FirstApi, Self::Renewing, Self::Refused, Self::Backends, Self::LoadBalancer];

    /// The word in its address, which is the name of its file.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::FirstApi => "first-api",
            Self::Renewing => "renewing",
            Self::Refused => "refused",
            Self::Backends => "backends",
            Self::LoadBalancer => "load-balancer",
        }
    }

    /// The topic of a word; `None` if the guide has no such topic.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|topic| topic.word() == word)
    }

    /// The address of its page.
    #[must_use]
    pub fn address(self) -> String {
        format!("{HELP}/{}", self.word())
    }

    /// The topic that helps on the page with this path.
    #[must_use]
    pub fn of_page(path: &str) -> Self {
        let mut parts = path.trim_start_matches('/').split('/');
        match (parts.next().unwrap_or_default(), parts.next_back().unwrap_or_default()) {
            ("security", last) if last != "authorities" && last != "named-values" => Self::Renewing,
            ("security" | "traffic" | "policies", _) => Self::Refused,
            ("apis", "security") => Self::Backends,
            ("apis", "policies" | "effective" | "history" | "playground") => Self::Refused,
            _ => Self::FirstApi,
        }
    }

    /// Its text (Markdown), which begins with its title.
    #[must_use]
    pub fn text(self, l: Language) -> &'static str {
        let [english, korean] = match self {
            Self::FirstApi => FIRST_API,
            Self::Renewing => RENEWING,
            Self::Refused => REFUSED,
            Self::Backends => BACKENDS,
            Self::LoadBalancer => LOAD_BALANCER,
        };
        match l {
            Language::English => english,
            Language::Korean => korean,
        }
    }

    /// Its title.
    #[must_use]
    pub fn title(self, l: Language) -> &'static str {
        self.text(l).lines().next().unwrap_or_default().trim_start_matches("# ")
    }
}

/// The address of the guide.
pub const HELP: &str = "/help";

const FIRST_API: [&str; 2] = [
    include_str!("../../../../docs/guide/en/first-api.md"),
    include_str!("../../../../docs/guide/ko/first-api.md"),
];
const RENEWING: [&str; 2] = [
    include_str!("../../../../docs/guide/en/renewing.md"),
    include_str!("../../../../docs/guide/ko/renewing.md"),
];
const REFUSED: [&str; 2] = [
    include_str!("../../../../docs/guide/en/refused.md"),
    include_str!("../../../../docs/guide/ko/refused.md"),
];
const BACKENDS: [&str; 2] = [
    include_str!("../../../../docs/guide/en/backends.md"),
    include_str!("../../../../docs/guide/ko/backends.md"),
];
const LOAD_BALANCER: [&str; 2] = [
    include_str!("../../../../docs/guide/en/load-balancer.md"),
    include_str!("../../../../docs/guide/ko/load-balancer.md"),
];

#[cfg(test)]
mod tests {
    use domain::language::Language;

    use super::Topic;

    #[test]
    fn each_page_leads_to_what_helps_there() {
        for (path, topic) in [
            ("/", Topic::FirstApi),
            ("/apis", Topic::FirstApi),
            ("/apis/orders/security", Topic::Backends),
            ("/apis/orders/policies", Topic::Refused),
            ("/security/certificates", Topic::Renewing),
            ("/security/certificates/partner/replace", Topic::Renewing),
            ("/security/authorities", Topic::Refused),
            ("/traffic", Topic::Refused),
        ] {
            assert_eq!(Topic::of_page(path), topic, "{path}");
        }
    }

    #[test]
    fn every_topic_has_a_title_in_both_languages_and_is_found_by_its_word() {
        for topic in Topic::ALL {
            assert_eq!(Topic::from_word(topic.word()), Some(topic));
            for l in [Language::English, Language::Korean] {
                assert!(topic.text(l).starts_with("# "), "{topic:?}");
                assert!(!topic.title(l).is_empty());
            }
            assert_ne!(topic.title(Language::English), topic.title(Language::Korean));
        }
    }
}
