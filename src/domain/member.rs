//! What a page shows of a member: name, stage, badges, and to themselves what comes next.

use super::id::{BadgeId, MemberId};
use super::time::Timestamp;

/// A member as one viewer may see them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Their name on the host.
    pub id: MemberId,
    /// Orders this member's states.
    pub revision: u64,
    /// What people call them.
    pub name: String,
    /// Where they stand; `None` where the host does not know.
    pub stage: Option<Stage>,
    /// The badges they were given, the ones to show first in front.
    pub badges: Vec<Award>,
    /// What is missing for the next ones: shown to the member alone.
    pub next: Vec<Ahead>,
}

/// Where a member stands in the lifecycle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Reads, or used to.
    Lurker,
    /// Came lately.
    Newcomer,
    /// Comes back and takes part.
    Engaged,
    /// Others rely on what they write.
    Contributor,
    /// Hosts, mentors or moderates.
    Leader,
}

/// A badge given to a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Award {
    /// Which badge.
    pub badge: BadgeId,
    /// Its name.
    pub name: String,
    /// What it is given for.
    pub description: String,
    /// Its picture.
    pub icon: Icon,
    /// Its rank among its like.
    pub tier: Tier,
    /// The heading it stands under in the card.
    pub group: String,
    /// When it was given, first if more than once.
    pub awarded_at: Option<Timestamp>,
    /// What for, in words, such as a post's title; may be empty.
    pub reason: String,
    /// How often it was given, at least 1.
    pub times: u32,
}

/// A badge's picture, from the widget's own small set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    /// A heart: liked.
    Heart,
    /// A speech bubble: wrote.
    Speech,
    /// An open book: read.
    Book,
    /// A flame: came back day after day.
    Flame,
    /// A ballot box: voted.
    Ballot,
    /// A cake: a year more.
    Cake,
    /// A leaf: new here.
    Leaf,
    /// A star, and anything the widget does not know.
    Star,
}

/// A badge's rank among its like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tier {
    /// Stands outside the ranks.
    Plain,
    /// The first rank.
    Bronze,
    /// The second.
    Silver,
    /// The third.
    Gold,
}

/// How near the next badge is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ahead {
    /// The badge's name.
    pub name: String,
    /// What brings it, such as "Visit on 3 more days in a row".
    pub tip: String,
    /// How much of it is there.
    pub current: u32,
    /// How much it takes, more than `current`.
    pub target: u32,
}
