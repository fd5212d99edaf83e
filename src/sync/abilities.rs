//! The abilities of kinds of hosts, as far as the reducer has to know them.

/// The abilities of a kind of host. The default values are those of Host API v1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Abilities {
    /// The most topics in one read.
    pub ids: usize,
    /// About how often a visible page reads its live topics again, in milliseconds, at a host without a stream of events. `None`
    /// if the host has a stream.
    pub asked_every: Option<u32>,
    /// Whether states have revisions. Without revisions, the state whose read was sent last replaces the others.
    pub revisions: bool,
    /// Whether a read brings the viewer's own ballot. If not, the known ballot stays.
    pub own_ballot: bool,
    /// Whether each write counts once, by its idempotency key, and of two ballots the one with the greater revision counts. If
    /// not, the ballot that arrives last counts, even if it is a second copy of an earlier one.
    pub ordered: bool,
}

impl Default for Abilities {
    fn default() -> Self {
        Self { ids: crate::api::MAX_IDS, asked_every: None, revisions: true, own_ballot: true, ordered: true }
    }
}
