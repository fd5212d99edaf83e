//! Reads members and their badges from JSON.

use super::json::entity;
use super::{Json, Malformed, Reader, Word};
use crate::domain::id::{BadgeId, MemberId};
use crate::domain::member as domain;
use domain::{Icon, Stage, Tier};

/// Reads a member. Unknown icons, tiers and stages are not errors, so that a host may add some: such a badge gets a star or the
/// plain tier, and such a member has no stage.
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
            icon: Icon::from_word(&reader.words(&award, "icon")).unwrap_or(Icon::Star),
            tier: Tier::from_word(&reader.words(&award, "tier")).unwrap_or(Tier::Plain),
            group: reader.words(&award, "group"),
            awarded_at: reader.time(&award, "awarded_at"),
            reason: reader.words(&award, "reason"),
            times: reader.number(&award, "times").unwrap_or(1).max(1),
        });
    }
    let mut next = Vec::new();
    for ahead in reader.list(json, "next") {
        next.push(domain::Ahead {
            badge: reader.exact(&ahead, "badge").and_then(|id| BadgeId::new(id).ok()),
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
        stage: Stage::from_word(&reader.words(json, "stage")),
        badges,
        next,
    })
}
