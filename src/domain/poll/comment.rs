//! Members' comments on a poll.

use crate::domain::text::is_blank;

/// The most characters of a comment.
pub const MAX_COMMENT: usize = 500;

/// A comment's text: not blank, at most [`MAX_COMMENT`] characters, and no white space at its ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment(String);

/// Why a text is no comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadComment {
    /// Nothing in it is visible.
    Empty,
    /// It has more than [`MAX_COMMENT`] characters.
    Long,
}

impl std::fmt::Display for BadComment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("text: a comment has 1 to 500 characters, and something to see among them")
    }
}

impl Comment {
    /// Trims and checks a text.
    pub fn new(text: &str) -> Result<Self, BadComment> {
        let text = text.trim();
        if is_blank(text) {
            return Err(BadComment::Empty);
        }
        if text.chars().count() > MAX_COMMENT { Err(BadComment::Long) } else { Ok(Self(text.into())) }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
