//! A member as a page shows them: name, stage and badges; to the member alone, also the badges that are near.

use super::id::{BadgeId, MemberId};
use super::time::Timestamp;

/// A member, as one viewer may see them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Their id on the host.
    pub id: MemberId,
    /// Orders the states of this member: a later state has a greater revision.
    pub revision: u64,
    /// Their display name.
    pub name: String,
    /// Their stage; `None` where it is unknown.
    pub stage: Option<Stage>,
    /// Their badges, the most prominent first.
    pub badges: Vec<Award>,
    /// The badges that are near, for the member alone to see; empty for other viewers.
    pub next: Vec<Ahead>,
}

/// A stage in the life cycle of a community's members, in ascending order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Reads, or used to, and joined more than 30 days ago.
    Lurker,
    /// Joined in the last 30 days.
    Newcomer,
    /// Comes back and takes part.
    Engaged,
    /// Writes regularly, replies to others and gets reactions.
    Contributor,
    /// Hosts, mentors or moderates.
    Leader,
}

/// A badge given to a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Award {
    /// The badge's id.
    pub badge: BadgeId,
    /// The badge's name.
    pub name: String,
    /// What the badge is given for.
    pub description: String,
    /// The badge's picture.
    pub icon: Icon,
    /// The badge's rank.
    pub tier: Tier,
    /// The heading in the card under which the badge is listed.
    pub group: String,
    /// When it was given, the first time if several; `None` where unknown.
    pub awarded_at: Option<Timestamp>,
    /// What this member got it for, such as a post's title; may be empty.
    pub reason: String,
    /// How many times it was given, at least 1.
    pub times: u32,
}

/// A badge's picture, one of the widget's own set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    /// A heart: for likes.
    Heart,
    /// A speech bubble: for writing.
    Speech,
    /// An open book: for reading.
    Book,
    /// A flame: for visits on consecutive days.
    Flame,
    /// A ballot box: for voting.
    Ballot,
    /// A cake: for another year.
    Cake,
    /// A leaf: for newcomers.
    Leaf,
    /// A star: for leading; also shown in place of a picture that the widget does not know.
    Star,
}

/// A badge's rank, in ascending order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tier {
    /// No rank.
    Plain,
    /// The lowest rank.
    Bronze,
    /// The middle rank.
    Silver,
    /// The highest rank.
    Gold,
}

/// How near a member is to a badge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ahead {
    /// The badge's id; `None` where the host does not say it.
    pub badge: Option<BadgeId>,
    /// The badge's name.
    pub name: String,
    /// How to earn it, such as "Polls to vote in: 3 to go".
    pub tip: String,
    /// How much the member has done.
    pub current: u32,
    /// How much the badge takes, more than `current`.
    pub target: u32,
}
