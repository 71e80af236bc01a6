//! The languages a person can read the portal in.

use serde::{Deserialize, Serialize};

/// English and Korean are both first-class: each sentence is written twice, side by side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Language {
    #[default]
    English,
    Korean,
}

impl Language {
    /// Chooses one of two writings of the same thing. Both stand at the call, so neither can be missing.
    #[must_use]
    pub fn say<T>(self, english: T, korean: T) -> T {
        match self {
            Self::English => english,
            Self::Korean => korean,
        }
    }

    /// The tag for the `lang` attribute and the cookie (BCP 47).
    #[must_use]
    pub fn tag(self) -> &'static str {
        self.say("en", "ko")
    }

    /// The language of a tag such as `ko` or `en-GB`, or `None` for one the portal doesn't speak.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        match tag.trim().split(['-', '_']).next()?.to_ascii_lowercase().as_str() {
            "en" => Some(Self::English),
            "ko" => Some(Self::Korean),
            _ => None,
        }
    }

    /// The first language of an `Accept-Language` header that the portal speaks (RFC 9110, 12.5.4); weights are
    /// taken to be in order, as every browser sends them.
    #[must_use]
    pub fn from_accept_language(header: &str) -> Self {
        header
            .split(',')
            .filter_map(|part| Self::from_tag(part.split(';').next()?))
            .next()
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::Language;

    #[test]
    fn the_first_spoken_language_of_the_header_wins() {
        assert_eq!(Language::from_accept_language("fr-FR,ko;q=0.8,en;q=0.5"), Language::Korean);
        assert_eq!(Language::from_accept_language("de"), Language::English);
    }
}
