//! Texts of a poll that staff changed after votes were cast.

/// What a text said before staff changed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edited {
    /// How many members had voted when the text was last changed.
    pub after: u32,
    /// The text before the last change.
    pub before: String,
    /// The text when the first vote was cast, where that is not `before`: the text was changed more than once.
    pub first: Option<String>,
}

impl Edited {
    /// The new history of a text whose history was `known`, after a change from `before` to `now` when `votes` members had
    /// voted. Changes before the first vote mislead nobody and are not recorded.
    pub fn of(known: Option<&Self>, before: &str, now: &str, votes: u32) -> Option<Self> {
        if before == now || votes == 0 {
            return known.cloned();
        }
        let first = known.map(|known| known.first.as_ref().unwrap_or(&known.before));
        let first = first.filter(|first| *first != before).cloned();
        Some(Self { after: votes, before: before.into(), first })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn embedding_29_the_first_text_and_the_one_before_the_last_change_are_kept() {
        let once = Edited::of(None, "Tea", "Coffee", 12).unwrap();
        assert_eq!(once, Edited { after: 12, before: "Tea".into(), first: None });
        assert_eq!(Edited::of(Some(&once), "Coffee", "Coffee", 15), Some(once.clone()));
        let twice = Edited::of(Some(&once), "Coffee", "Cocoa", 20).unwrap();
        assert_eq!(twice, Edited { after: 20, before: "Coffee".into(), first: Some("Tea".into()) });
        let back = Edited::of(Some(&twice), "Cocoa", "Tea", 21).unwrap();
        assert_eq!(back, Edited { after: 21, before: "Cocoa".into(), first: Some("Tea".into()) });
        let again = Edited::of(Some(&back), "Tea", "Coffee", 22).unwrap();
        assert_eq!(again, Edited { after: 22, before: "Tea".into(), first: None });
        assert_eq!(Edited::of(None, "Tea", "Coffee", 0), None);
    }
}
