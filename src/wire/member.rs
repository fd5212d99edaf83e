//! Members and their badges on the wire.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Id, MemberId, Positive, Revision, Time};
use crate::api::Word;
use crate::domain::member as domain;
use domain::{Stage, Tier};

/// The members who were asked for.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Members {
    /// Those who exist, each once.
    pub members: Vec<Member>,
    /// The other ids, as the call named them.
    pub missing: Vec<String>,
}

/// A member as one viewer may see them.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Member {
    /// The member's id.
    pub id: MemberId,
    /// Orders this member's states.
    pub revision: Revision<0>,
    /// The member's display name.
    pub name: String,
    /// Where the member stands in the community.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stage: Option<Stage>,
    /// The badges that the member was given, the ones to show first in front.
    pub badges: Vec<Award>,
    /// How near the next badges are: in the member's own answers only.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub next: Vec<Ahead>,
}

/// A badge given to a member.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Award {
    /// The badge's id.
    pub badge: Id,
    /// The badge's name.
    pub name: String,
    /// What the badge is given for.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// One of heart, speech, book, flame, ballot, cake, leaf and star; anything else is shown as a star.
    pub icon: String,
    /// The badge's rank; absent for none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tier: Option<Tier>,
    /// The heading under which the badge stands.
    pub group: String,
    /// When the badge was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub awarded_at: Option<Time>,
    /// What this member got it for.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// How many times it was given; once when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub times: Option<Positive>,
}

/// How near the next badge is.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Ahead {
    /// The badge's name.
    pub name: String,
    /// What brings it.
    pub tip: String,
    /// How much of it is there.
    pub current: u32,
    /// How much it takes.
    pub target: Positive,
}

impl From<domain::Member> for Member {
    fn from(member: domain::Member) -> Self {
        let award = |a: domain::Award| Award {
            badge: a.badge.into(),
            name: a.name,
            description: a.description,
            icon: a.icon.word().into(),
            tier: Some(a.tier).filter(|tier| *tier != Tier::Plain),
            group: a.group,
            awarded_at: a.awarded_at.map(Into::into),
            reason: a.reason,
            times: Positive::new(a.times.into()),
        };
        let ahead = |a: domain::Ahead| {
            let target = Positive::new(a.target.into())?;
            Some(Ahead { name: a.name, tip: a.tip, current: a.current, target })
        };
        Self {
            id: member.id.into(),
            revision: Revision::nearest(member.revision),
            name: member.name,
            stage: member.stage,
            badges: member.badges.into_iter().map(award).collect(),
            next: member.next.into_iter().filter_map(ahead).collect(),
        }
    }
}
