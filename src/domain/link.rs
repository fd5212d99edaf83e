//! Links that a host sends and a page shows.

use std::fmt;

/// The longest link, in characters.
pub const MAX_LINK: usize = 2000;

/// A URL that is safe to follow: `http:` or `https:`, or a relative reference with a leading `/`, `#` or `?`.
/// Never `javascript:` or `data:`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link(String);

impl Link {
    /// Takes a URL unchanged; `None` where it is of another form, or longer than [`MAX_LINK`].
    pub fn new(text: &str) -> Option<Self> {
        let starts =
            |with: &str| text.get(..with.len()).is_some_and(|start| start.eq_ignore_ascii_case(with));
        let safe = ["https://", "http://", "/", "#", "?"].into_iter().any(starts);
        (safe && text.chars().count() <= MAX_LINK).then(|| Self(text.into()))
    }

    /// The URL.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<Link> for String {
    fn from(link: Link) -> Self {
        link.0
    }
}
