//! What kinds of hosts can do, as far as the reducer has to know it.

/// What a kind of host can do. The default is Host API v1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Abilities {
    /// The most topics of one read.
    pub ids: usize,
    /// Of a host without a stream of events: about how often a page that somebody sees reads again, in milliseconds.
    pub asked_every: Option<u32>,
    /// Whether states have revisions. Where they have none, the one that was asked for last takes the place of the others.
    pub revisions: bool,
    /// Whether a read tells the viewer's own ballot. Where it does not, the ballot that is known stays.
    pub own_ballot: bool,
    /// Whether each write counts once, by its key, and of two ballots the one with the greater revision. Where it does not, the
    /// one that comes last counts, though it may have come before.
    pub ordered: bool,
}

impl Default for Abilities {
    fn default() -> Self {
        Self { ids: crate::api::MAX_IDS, asked_every: None, revisions: true, own_ballot: true, ordered: true }
    }
}
