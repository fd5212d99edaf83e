//! Texts of a poll that staff changed after votes were cast.

/// What a text said before staff changed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edited<T = String> {
    /// How many members had voted when the text was last changed.
    pub after: u32,
    /// The text before the last change.
    pub before: T,
    /// The text when the first vote was cast, where that is not `before`: the text was changed more than once.
    pub first: Option<T>,
}

impl<T> Edited<T> {
    /// The history with its texts read.
    pub fn map<U>(self, read: &mut impl FnMut(T) -> U) -> Edited<U> {
        Edited { after: self.after, before: read(self.before), first: self.first.map(read) }
    }
}

impl<T: PartialEq> Edited<T> {
    /// The history for a reader who reads the text as `now`: without changes that were made in other languages alone. `None`
    /// where that leaves none.
    pub fn beside(self, now: &T) -> Option<Self> {
        let Self { after, before, first } = self;
        if before != *now {
            let first = first.filter(|first| *first != before);
            return Some(Self { after, before, first });
        }
        first.filter(|first| first != now).map(|first| Self { after, before: first, first: None })
    }
}

impl<T: Clone + PartialEq> Edited<T> {
    /// The new history of a text whose history was `known`, after a change from `before` to `now` when `votes` members had
    /// voted. Changes before the first vote mislead nobody and are not recorded.
    pub fn of(known: Option<&Self>, before: &T, now: &T, votes: u32) -> Option<Self> {
        if before == now || votes == 0 {
            return known.cloned();
        }
        let first = known.map(|known| known.first.as_ref().unwrap_or(&known.before));
        let first = first.filter(|first| *first != before).cloned();
        Some(Self { after: votes, before: before.clone(), first })
    }
}
