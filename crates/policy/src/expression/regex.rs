//! Regular expressions, with a limit on the steps that one may take.

use std::fmt;
use std::rc::Rc;
use std::sync::Arc;

use fancy_regex::{Regex, RegexBuilder};

use crate::error::EvaluationError;

/// `new Regex(…)`.
pub(crate) struct Pattern {
    text: Arc<str>,
    regex: Rc<Regex>,
}

/// `Match`: where a pattern was found, or that it wasn't.
#[derive(Clone)]
pub(crate) struct Found {
    regex: Rc<Regex>,
    within: Arc<str>,
    groups: Vec<Captured>,
    next: usize,
}

/// `Group` and `Capture`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Captured {
    pub(crate) name: Option<Arc<str>>,
    within: Arc<str>,
    /// In bytes; none for a group that took no part.
    range: Option<(usize, usize)>,
}

/// What `RegexOptions` can change, by the numbers that .NET gives them.
pub(crate) const IGNORE_CASE: i32 = 1;
const MULTI_LINE: i32 = 2;
const EXPLICIT_CAPTURE: i32 = 4;
const SINGLE_LINE: i32 = 16;
const IGNORE_BLANKS: i32 = 32;

impl Pattern {
    pub(crate) fn new(text: &Arc<str>, options: i32) -> Result<Self, EvaluationError> {
        if text.len() > LONGEST {
            return Err(EvaluationError::TooLarge);
        }
        let mut flags = String::new();
        for (option, flag) in
            [(IGNORE_CASE, 'i'), (MULTI_LINE, 'm'), (SINGLE_LINE, 's'), (IGNORE_BLANKS, 'x')]
        {
            if options & option != 0 {
                flags.push(flag);
            }
        }
        let _ = EXPLICIT_CAPTURE;
        let flagged = if flags.is_empty() { text.to_string() } else { format!("(?{flags}){text}") };
        let regex = RegexBuilder::new(&flagged)
            .backtrack_limit(MOST_STEPS)
            .delegate_size_limit(LARGEST)
            .delegate_dfa_size_limit(LARGEST)
            .build()
            .map_err(|_| {
                EvaluationError::thrown("ArgumentException", format!("parsing \"{text}\" - it is no pattern"))
            })?;
        Ok(Self { text: Arc::clone(text), regex: Rc::new(regex) })
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn is_match(&self, within: &str) -> Result<bool, EvaluationError> {
        self.regex.is_match(within).map_err(|_| timeout())
    }

    /// Whether it is found from a byte on.
    pub(crate) fn is_match_from(&self, within: &str, start: usize) -> Result<bool, EvaluationError> {
        Ok(self.regex.find_from_pos(within, start).map_err(|_| timeout())?.is_some())
    }

    pub(crate) fn find(&self, within: &Arc<str>) -> Result<Found, EvaluationError> {
        find_from(&self.regex, within, 0)
    }

    pub(crate) fn find_all(&self, within: &Arc<str>) -> Result<Vec<Found>, EvaluationError> {
        let mut all = Vec::new();
        let mut found = self.find(within)?;
        while found.is_success() {
            if all.len() >= MOST_MATCHES {
                return Err(EvaluationError::TooLarge);
            }
            let next = found.following()?;
            all.push(found);
            found = next;
        }
        Ok(all)
    }

    /// Replaces all matches; `$1`, `${name}`, `$0`, `$&` and `$$` as in .NET.
    pub(crate) fn replace(
        &self,
        within: &Arc<str>,
        replacement: &mut dyn FnMut(&Found) -> Result<String, EvaluationError>,
        most: usize,
    ) -> Result<String, EvaluationError> {
        let mut text = String::new();
        let mut end = 0;
        for found in self.find_all(within)?.into_iter().take(most) {
            let Some((start, after)) = found.range() else { continue };
            text.push_str(within.get(end..start).unwrap_or_default());
            text.push_str(&replacement(&found)?);
            if text.len() > LARGEST_TEXT {
                return Err(EvaluationError::TooLarge);
            }
            end = after;
        }
        text.push_str(within.get(end..).unwrap_or_default());
        Ok(text)
    }

    pub(crate) fn split(&self, within: &Arc<str>) -> Result<Vec<String>, EvaluationError> {
        let mut parts = Vec::new();
        let mut end = 0;
        for found in self.find_all(within)? {
            let Some((start, after)) = found.range() else { continue };
            parts.push(within.get(end..start).unwrap_or_default().to_owned());
            parts.extend(
                found
                    .groups
                    .iter()
                    .skip(1)
                    .filter(|group| group.is_success())
                    .map(|group| group.text().to_owned()),
            );
            end = after;
        }
        parts.push(within.get(end..).unwrap_or_default().to_owned());
        Ok(parts)
    }
}

fn find_from(regex: &Rc<Regex>, within: &Arc<str>, from: usize) -> Result<Found, EvaluationError> {
    let captures = if from > within.len() {
        None
    } else {
        regex.captures_from_pos(&**within, from).map_err(|_| timeout())?
    };
    let mut groups = Vec::new();
    let mut next = from;
    if let Some(captures) = captures {
        for (at, name) in regex.capture_names().enumerate() {
            let range = captures.get(at).map(|group| (group.start(), group.end()));
            groups.push(Captured { name: name.map(Arc::from), within: Arc::clone(within), range });
        }
        if let Some((start, end)) = groups.first().and_then(|whole| whole.range) {
            // An empty match is passed over, so that the search comes to an end.
            let step = within.get(end..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8);
            next = if start == end { end + step } else { end };
        }
    }
    Ok(Found { regex: Rc::clone(regex), within: Arc::clone(within), groups, next })
}

impl Found {
    pub(crate) fn is_success(&self) -> bool {
        !self.groups.is_empty()
    }

    pub(crate) fn text(&self) -> &str {
        self.groups.first().map(Captured::text).unwrap_or_default()
    }

    pub(crate) fn range(&self) -> Option<(usize, usize)> {
        self.groups.first().and_then(|whole| whole.range)
    }

    pub(crate) fn groups(&self) -> &[Captured] {
        &self.groups
    }

    /// The group of a number or a name; an unsuccessful one if there is none.
    pub(crate) fn group(&self, number: Option<usize>, name: &str) -> Captured {
        let found = match number {
            Some(number) => self.groups.get(number),
            None => self.groups.iter().find(|group| group.name.as_deref() == Some(name)),
        };
        found.cloned().unwrap_or_else(|| Captured {
            name: None,
            within: Arc::clone(&self.within),
            range: None,
        })
    }

    /// The match after this one.
    pub(crate) fn following(&self) -> Result<Found, EvaluationError> {
        find_from(&self.regex, &self.within, self.next)
    }

    /// A replacement with its `$` parts put in.
    pub(crate) fn expand(&self, replacement: &str) -> Result<String, EvaluationError> {
        let mut text = String::new();
        let mut rest = replacement;
        while let Some(at) = rest.find('$') {
            text.push_str(rest.get(..at).unwrap_or_default());
            let after = rest.get(at + 1..).unwrap_or_default();
            let digits = after.len() - after.trim_start_matches(|part: char| part.is_ascii_digit()).len();
            let (part, taken) = if let Some(rest) = after.strip_prefix('{') {
                let end = rest.find('}').unwrap_or(rest.len());
                let name = rest.get(..end).unwrap_or_default();
                (self.group(name.parse().ok(), name).text().to_owned(), end + 2)
            } else if digits > 0 {
                let number = after.get(..digits).and_then(|digits| digits.parse().ok());
                (self.group(number, "").text().to_owned(), digits)
            } else if after.starts_with('&') {
                (self.text().to_owned(), 1)
            } else if after.starts_with('$') {
                ("$".to_owned(), 1)
            } else {
                ("$".to_owned(), 0)
            };
            text.push_str(&part);
            if text.len() > LARGEST_TEXT {
                return Err(EvaluationError::TooLarge);
            }
            rest = after.get(taken..).unwrap_or_default();
        }
        Ok(text + rest)
    }
}

impl Captured {
    pub(crate) fn is_success(&self) -> bool {
        self.range.is_some()
    }

    pub(crate) fn text(&self) -> &str {
        self.range.and_then(|(start, end)| self.within.get(start..end)).unwrap_or_default()
    }

    /// Where it begins, in UTF-16 units.
    pub(crate) fn index(&self) -> usize {
        self.range
            .and_then(|(start, _)| self.within.get(..start))
            .map_or(0, |before| before.encode_utf16().count())
    }
}

fn timeout() -> EvaluationError {
    EvaluationError::thrown(
        "RegexMatchTimeoutException",
        "The Regex engine has timed out while trying to match.",
    )
}

impl fmt::Debug for Pattern {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Pattern({:?})", self.text)
    }
}

impl fmt::Debug for Found {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Found({} groups)", self.groups.len())
    }
}

const MOST_STEPS: usize = 200_000;
const MOST_MATCHES: usize = 100_000;
const LONGEST: usize = 10_000;
const LARGEST: usize = 4 * 1024 * 1024;
const LARGEST_TEXT: usize = 32 * 1024 * 1024;
