//! Lists about a poll on the wire, page by page: who voted, why, what was said, who follows.

use serde::{Deserialize, Serialize};

use super::ballot::marks;
use super::{Fault, Json, MAX_IDS, Marks, Reader};
use crate::domain::id::OptionId;
use crate::domain::poll::{Entry, List, Page};

/// `GET /polls/{id}/voters`: who voted in a public poll, by their ids, at most 100 a page.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Voters {
    /// Those of this page.
    pub voters: Vec<Voter>,
    /// What the next call says as its `cursor`; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// Somebody whose ballot stands.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Voter {
    /// Their id.
    pub id: String,
    /// What people call them.
    pub name: String,
    /// What they chose.
    #[serde(flatten)]
    pub says: Marks,
}

/// `GET /polls/{id}/reasons`: why members took their stands, at most 100 a page, in an order that tells nothing.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Reasons {
    /// Those of this page.
    pub reasons: Vec<Reason>,
    /// What the next call says as its `cursor`; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// Why somebody took their stand.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Reason {
    /// What people call them, in a public poll.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Which stand.
    pub options: Vec<String>,
    /// Why.
    pub reason: String,
}

/// `GET /polls/{id}/comments`: what members say about a poll, the latest first, at most 50 a page.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Comments {
    /// Those of this page.
    pub comments: Vec<Comment>,
    /// What the next call says as its `cursor`; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// A comment.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Comment {
    /// Its id.
    pub id: String,
    /// What people call whoever wrote it.
    pub name: String,
    /// When.
    pub at: String,
    /// What.
    pub text: String,
    /// Whether this viewer may take it away; no when absent.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub mine: bool,
}

/// `POST /polls/{id}/comments`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CommentPost {
    /// What: 1 to 500 characters.
    pub text: String,
}

/// `POST /polls/{id}/options`: a member's own option.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct OptionPost {
    /// What a member reads; may be empty where there is a time.
    pub label: String,
    /// Availability: a whole day, such as `2026-12-05`; in the place of `starts_at`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// Availability: when it starts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub starts_at: Option<String>,
    /// Availability: when it ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ends_at: Option<String>,
}

/// `PUT /polls/{id}/options/{option}`: staff say yes to a member's own option.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OptionPut {
    /// `approved`.
    pub state: String,
}

/// `PUT /polls/{id}/follow`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FollowPut {
    /// Whether the member follows the poll.
    pub follows: bool,
}

/// `GET /polls/{id}/followers`: who follows a poll, by their ids, at most 100 a page.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Followers {
    /// Those of this page.
    pub followers: Vec<Follower>,
    /// What the next call says as its `cursor`; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// Somebody who follows a poll.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Follower {
    /// Their id.
    pub id: String,
    /// What people call them.
    pub name: String,
}

/// Reads a page of a list.
pub fn page_from<J: Json>(json: &J, list: List) -> Result<Page, Fault> {
    let mut reader = Reader::default();
    let name = match list {
        List::Voters => "voters",
        List::Reasons => "reasons",
        List::Comments => "comments",
    };
    let entries = reader.list_of(json, name, MAX_IDS).iter().map(|entry| read(&mut reader, entry)).collect();
    let page = Page { entries, next: reader.exact(json, "next") };
    reader.done(Some(page))
}

fn read<J: Json>(reader: &mut Reader, json: &J) -> Entry {
    let answer = marks(reader, json, &|id| OptionId::new(id).ok());
    let text = reader.text(json, "text").or_else(|| reader.text(json, "reason"));
    Entry {
        id: reader.exact(json, "id").unwrap_or_default(),
        name: reader.words(json, "name"),
        at: reader.time(json, "at"),
        answer,
        text: text.unwrap_or_default(),
        mine: reader.truth(json, "mine").unwrap_or(false),
    }
}
