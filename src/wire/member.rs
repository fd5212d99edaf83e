//! Members and their badges on the wire.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Id, MemberId, Paint, Positive, Revision, Time};
use crate::api::Word;
use crate::domain::member as domain;
use domain::{Stage, Tier};

/// The requested members.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Members {
    /// The members that exist, each once.
    pub members: Vec<Member>,
    /// The ids of the others, as in the request.
    pub missing: Vec<String>,
    /// What the elements of these members show at first, by id; absent unless the call asks for it.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub paints: BTreeMap<MemberId, Paint>,
}

/// A member as one viewer may see them.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Member {
    /// The member's id.
    pub id: MemberId,
    /// Orders the states of the member.
    pub revision: Revision<0>,
    /// The member's display name.
    pub name: String,
    /// The member's stage in the community.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stage: Option<Stage>,
    /// The member's badges, those to show first in front.
    pub badges: Vec<Award>,
    /// The member's progress towards the next badges; only in answers to the member.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub next: Vec<Ahead>,
}

/// A badge given to a member.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Award {
    /// The badge's id. The elements have words of their own for the ids of the default badges.
    pub badge: Id,
    /// The badge's name.
    pub name: String,
    /// What members get the badge for.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// One of heart, speech, book, flame, ballot, cake, leaf and star; anything else is shown as a star.
    pub icon: String,
    /// The badge's tier; absent if it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tier: Option<Tier>,
    /// The heading under which the badge is shown.
    pub group: String,
    /// When the badge was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub awarded_at: Option<Time>,
    /// What this member got the badge for.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// How often the member got the badge; once when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub times: Option<Positive>,
}

/// The progress towards a badge.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Ahead {
    /// The badge's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub badge: Option<Id>,
    /// The badge's name.
    pub name: String,
    /// How to get the badge.
    pub tip: String,
    /// The progress so far.
    pub current: u32,
    /// The progress that is needed.
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
            let badge = a.badge.map(Into::into);
            Some(Ahead { badge, name: a.name, tip: a.tip, current: a.current, target })
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
