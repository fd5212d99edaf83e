//! Lists about a poll on the wire, page by page, and what members write on them: who voted, why, what was said, who follows,
//! which options members add.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Date, Id, Marks, MemberId, Time};
use crate::domain::poll::{MAX_COMMENT, MAX_REASON, MAX_TITLE};

/// Who voted for what in a public poll, ordered by the members' ids, at most 100 a page.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Voters {
    /// One page of voters.
    pub voters: Vec<Voter>,
    /// The cursor of the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<MemberId>,
}

/// A member and their ballot.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Voter {
    /// The member's id.
    pub id: MemberId,
    /// The member's display name.
    pub name: String,
    /// What the ballot says.
    #[serde(flatten)]
    pub says: Marks,
}

/// Why members took their stands on a proposal, at most 100 a page, in an order that tells nothing.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Reasons {
    /// One page of reasons.
    pub reasons: Vec<Reason>,
    /// The cursor of the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<Id>,
}

/// Why a member took their stand.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Reason {
    /// The member's display name, in a public poll.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The stand: one of the options.
    pub options: [Id; 1],
    /// The reason.
    #[schemars(length(max = MAX_REASON))]
    pub reason: String,
}

/// What members say about a poll, most recent first, at most 50 a page.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Comments {
    /// One page of comments.
    pub comments: Vec<Comment>,
    /// The cursor of the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<Id>,
}

/// What a member said.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Comment {
    /// The comment's id.
    pub id: Id,
    /// The author's display name.
    pub name: String,
    /// When it was written.
    pub at: Time,
    /// What it says.
    #[schemars(length(min = 1, max = MAX_COMMENT))]
    pub text: String,
    /// Whether this viewer may remove it, as its author or as staff.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schemars(extend("default" = false))]
    pub mine: bool,
}

/// A comment.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct CommentPost {
    /// What the comment says: 1 to 500 characters, not counting the space around them.
    #[schemars(length(min = 1, max = MAX_COMMENT), extend("pattern" = r"\S"))]
    pub text: String,
}

/// A member's own option.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct OptionPost {
    /// What a member reads: 1 to 200 characters, not counting the space around them; may be empty where there is a time.
    #[serde(skip_serializing_if = "String::is_empty")]
    #[schemars(length(max = MAX_TITLE))]
    pub label: String,
    /// Availability: a whole day, the same in every time zone; in the place of `starts_at` and `ends_at`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
    /// Availability: when it starts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub starts_at: Option<Time>,
    /// Availability: when it ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ends_at: Option<Time>,
}

/// Staff's approval of a member's own option.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct OptionPut {
    /// That the option is approved; to decline it, delete it.
    pub state: OptionState,
}

/// A state that staff can give a proposed option.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub enum OptionState {
    #[expect(missing_docs)]
    Approved,
}

/// Whether a member follows a poll.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct FollowPut {
    /// Whether the member follows the poll.
    pub follows: bool,
}

/// Who follows a poll, ordered by the members' ids, at most 100 a page.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Followers {
    /// One page of followers.
    pub followers: Vec<Follower>,
    /// The cursor of the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<MemberId>,
}

/// A member who follows a poll.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Follower {
    /// The member's id.
    pub id: MemberId,
    /// The member's display name.
    pub name: String,
}
