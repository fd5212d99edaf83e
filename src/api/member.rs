//! Members and their badges on the wire.

use serde::{Deserialize, Serialize};

use super::json::entity;
use super::{Json, Malformed, Reader};
use crate::domain::id::{BadgeId, MemberId};
use crate::domain::member as domain;
use domain::{Icon, Stage, Tier};

/// `GET /members?ids=a,b`, at most 100 ids.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Members {
    /// Those that exist.
    pub members: Vec<Member>,
    /// The other ids that were asked for.
    pub missing: Vec<String>,
}

/// A member as one viewer may see them.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Member {
    /// Their id.
    pub id: String,
    /// Orders this member's states.
    pub revision: u64,
    /// What people call them.
    pub name: String,
    /// `lurker`, `newcomer`, `engaged`, `contributor` or `leader`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stage: Option<String>,
    /// The badges they were given, the ones to show first in front.
    pub badges: Vec<Award>,
    /// How near the next ones are: in the member's own answers only.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub next: Vec<Ahead>,
}

/// A badge given to a member.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Award {
    /// The badge's id.
    pub badge: String,
    /// Its name.
    pub name: String,
    /// What it is given for.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// One of `heart`, `speech`, `book`, `flame`, `ballot`, `cake`, `leaf`, `star`; anything else is a star.
    pub icon: String,
    /// `bronze`, `silver`, `gold`; absent for none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tier: Option<String>,
    /// The heading it stands under.
    pub group: String,
    /// When it was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub awarded_at: Option<String>,
    /// What for.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// How often; once when absent.
    pub times: Option<u32>,
}

/// How near the next badge is.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Ahead {
    /// The badge's name.
    pub name: String,
    /// What brings it.
    pub tip: String,
    /// How much of it is there.
    pub current: u32,
    /// How much it takes.
    pub target: u32,
}

/// Reads a member. What is not known of a badge is left out of it; a badge that cannot be makes the member unreadable.
pub fn member_from<J: Json>(json: &J) -> Result<domain::Member, Malformed> {
    entity(json, "member", read)
}

fn read<J: Json>(reader: &mut Reader, json: &J) -> Option<domain::Member> {
    let mut badges = Vec::new();
    for award in reader.list(json, "badges") {
        badges.push(domain::Award {
            badge: reader.id(&award, "badge", "badge", BadgeId::new)?,
            name: reader.words(&award, "name"),
            description: reader.words(&award, "description"),
            icon: from(&ICONS, &reader.words(&award, "icon")).unwrap_or(Icon::Star),
            tier: from(&TIERS, &reader.words(&award, "tier")).unwrap_or(Tier::Plain),
            group: reader.words(&award, "group"),
            awarded_at: reader.time(&award, "awarded_at"),
            reason: reader.words(&award, "reason"),
            times: reader.number(&award, "times").unwrap_or(1).max(1),
        });
    }
    let mut next = Vec::new();
    for ahead in reader.list(json, "next") {
        next.push(domain::Ahead {
            name: reader.words(&ahead, "name"),
            tip: reader.words(&ahead, "tip"),
            current: reader.count(&ahead, "current"),
            target: reader.count(&ahead, "target"),
        });
    }
    next.retain(|ahead| ahead.current < ahead.target);
    Some(domain::Member {
        id: reader.id(json, "id", "id", MemberId::new)?,
        revision: reader.revision(json),
        name: reader.words(json, "name"),
        stage: stage_from(&reader.words(json, "stage")),
        badges,
        next,
    })
}

impl From<domain::Member> for Member {
    fn from(member: domain::Member) -> Self {
        let award = |a: domain::Award| Award {
            badge: a.badge.into(),
            name: a.name,
            description: a.description,
            icon: word(&ICONS, a.icon).unwrap_or_default().into(),
            tier: word(&TIERS, a.tier).map(String::from),
            group: a.group,
            awarded_at: a.awarded_at.map(|t| t.to_string()),
            reason: a.reason,
            times: Some(a.times),
        };
        let ahead =
            |a: domain::Ahead| Ahead { name: a.name, tip: a.tip, current: a.current, target: a.target };
        Self {
            id: member.id.into(),
            revision: member.revision,
            name: member.name,
            stage: member.stage.map(|s| stage_word(s).into()),
            badges: member.badges.into_iter().map(award).collect(),
            next: member.next.into_iter().map(ahead).collect(),
        }
    }
}

const ICONS: [(Icon, &str); 8] = [
    (Icon::Heart, "heart"),
    (Icon::Speech, "speech"),
    (Icon::Book, "book"),
    (Icon::Flame, "flame"),
    (Icon::Ballot, "ballot"),
    (Icon::Cake, "cake"),
    (Icon::Leaf, "leaf"),
    (Icon::Star, "star"),
];

const TIERS: [(Tier, &str); 3] = [(Tier::Bronze, "bronze"), (Tier::Silver, "silver"), (Tier::Gold, "gold")];

fn word<T: PartialEq + Copy, const N: usize>(
    table: &[(T, &'static str); N],
    value: T,
) -> Option<&'static str> {
    table.iter().find(|(v, _)| *v == value).map(|(_, word)| *word)
}

fn from<T: Copy, const N: usize>(table: &[(T, &'static str); N], word: &str) -> Option<T> {
    table.iter().find(|(_, known)| *known == word).map(|(value, _)| *value)
}

/// The wire's word for a stage.
pub fn stage_word(stage: Stage) -> &'static str {
    match stage {
        Stage::Lurker => "lurker",
        Stage::Newcomer => "newcomer",
        Stage::Engaged => "engaged",
        Stage::Contributor => "contributor",
        Stage::Leader => "leader",
    }
}

/// The stage that a word of the wire means.
pub fn stage_from(word: &str) -> Option<Stage> {
    [Stage::Lurker, Stage::Newcomer, Stage::Engaged, Stage::Contributor, Stage::Leader]
        .into_iter()
        .find(|&s| stage_word(s) == word)
}
