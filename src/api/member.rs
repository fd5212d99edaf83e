//! Members and their badges on the wire.

use serde::{Deserialize, Serialize};

use super::{Fault, Malformed, id, time};
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

impl TryFrom<Member> for domain::Member {
    type Error = Malformed;

    fn try_from(wire: Member) -> Result<Self, Malformed> {
        let entity = ["member \"", &wire.id, "\""].concat();
        read(wire).map_err(|fault| Malformed { entity, fault })
    }
}

fn read(wire: Member) -> Result<domain::Member, Fault> {
    let mut badges = Vec::with_capacity(wire.badges.len());
    for award in wire.badges {
        badges.push(domain::Award {
            badge: id("badge", BadgeId::new(award.badge))?,
            name: award.name,
            description: award.description,
            icon: ICONS
                .into_iter()
                .find(|(_, word)| *word == award.icon)
                .map_or(Icon::Star, |(icon, _)| icon),
            tier: TIERS
                .into_iter()
                .find(|(_, word)| Some(*word) == award.tier.as_deref())
                .map_or(Tier::Plain, |(tier, _)| tier),
            group: award.group,
            awarded_at: time("awarded_at", award.awarded_at.as_deref())?,
            reason: award.reason,
            times: award.times.unwrap_or(1).max(1),
        });
    }
    Ok(domain::Member {
        id: id("id", MemberId::new(wire.id))?,
        revision: wire.revision,
        name: wire.name,
        stage: wire.stage.as_deref().and_then(stage_from),
        badges,
        next: wire
            .next
            .into_iter()
            .filter(|a| a.current < a.target)
            .map(|a| domain::Ahead { name: a.name, tip: a.tip, current: a.current, target: a.target })
            .collect(),
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
