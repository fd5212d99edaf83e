//! The demo: a community with a past, and the pages of its forum.

mod pages;

pub(super) use pages::router as pages;

use super::store::Community;
use crate::domain::time::Timestamp;

/// The demo's community as it stands at `now`.
pub(super) fn community(_now: Timestamp) -> Community {
    Community {
        residents: vec![],
        polls: vec![],
        ballots: vec![],
        checklist: "Make yourself at home".into(),
        steps: vec![],
        steps_done: vec![],
    }
}
