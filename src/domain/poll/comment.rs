//! What members say about a poll beside their ballots.

/// Most characters of a comment.
pub const MAX_COMMENT: usize = 500;

/// A comment's text: something, and not too much.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment(String);

/// A text that is no comment: it says nothing, or more than [`MAX_COMMENT`] characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadComment;

impl std::fmt::Display for BadComment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("text: a comment has 1 to 500 characters")
    }
}

impl Comment {
    /// This text, without the space around it.
    pub fn new(text: &str) -> Result<Self, BadComment> {
        let text = text.trim();
        let fits = (1..=MAX_COMMENT).contains(&text.chars().count());
        fits.then(|| Self(text.into())).ok_or(BadComment)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_says_something_in_500_characters() {
        assert_eq!(Comment::new("  Why not both?\n").unwrap().as_str(), "Why not both?");
        assert!(Comment::new(&"é".repeat(500)).is_ok());
        for bad in [String::new(), " \n\t ".into(), "é".repeat(501)] {
            assert_eq!(Comment::new(&bad), Err(BadComment));
        }
    }
}
