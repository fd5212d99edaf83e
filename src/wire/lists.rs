//! Lists about a poll on the wire, page by page, and what members write on them: who voted, why, what was said, who follows,
//! which options members add.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Date, Id, Marks, MemberId, Time};
use crate::domain::poll::{MAX_COMMENT, MAX_REASON, MAX_TITLE};

/// The voters of a public poll with their ballots, ordered by their ids, at most 100 on a page.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Voters {
    /// One page of voters.
    pub voters: Vec<Voter>,
    /// The cursor of the next page; absent on the last page.
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
    /// The content of the ballot.
    #[serde(flatten)]
    pub says: Marks,
}

/// The reasons that members gave for their stances on a proposal, at most 100 on a page. Their order says nothing about members.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Reasons {
    /// One page of reasons.
    pub reasons: Vec<Reason>,
    /// The cursor of the next page; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<Id>,
}

/// A reason.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Reason {
    /// The member's display name, in a public poll.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The stance: one option.
    pub options: [Id; 1],
    /// The reason.
    #[schemars(length(max = MAX_REASON))]
    pub reason: String,
}

/// The comments on a poll, most recent first, at most 50 on a page.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Comments {
    /// One page of comments.
    pub comments: Vec<Comment>,
    /// The cursor of the next page; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<Id>,
}

/// A comment, as one viewer may see it.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Comment {
    /// The comment's id.
    pub id: Id,
    /// The author's display name.
    pub name: String,
    /// When the comment was written.
    pub at: Time,
    /// The text.
    #[schemars(length(min = 1, max = MAX_COMMENT))]
    pub text: String,
    /// Whether this viewer may remove the comment, as its author or as staff.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schemars(extend("default" = false))]
    pub mine: bool,
}

/// A comment.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct CommentPost {
    /// The text: 1 to 500 characters, without the white space around it.
    #[schemars(length(min = 1, max = MAX_COMMENT), extend("pattern" = r"\S"))]
    pub text: String,
}

/// An option that a member adds.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct OptionPost {
    /// The text that members read: 1 to 200 characters, without the white space around it; may be empty if there is a date or a time.
    #[serde(skip_serializing_if = "String::is_empty")]
    #[schemars(length(max = MAX_TITLE))]
    pub label: String,
    /// Availability: a whole day, the same in every time zone; instead of `starts_at` and `ends_at`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
    /// Availability: the start.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub starts_at: Option<Time>,
    /// Availability: the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ends_at: Option<Time>,
}

/// Approval of an option that a member has added.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct OptionPut {
    /// The new state. To decline the option, delete it.
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

/// The followers of a poll, ordered by their ids, at most 100 on a page.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Followers {
    /// One page of followers.
    pub followers: Vec<Follower>,
    /// The cursor of the next page; absent on the last page.
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
