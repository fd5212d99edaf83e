//! The demo: a community with a history, and the pages of its forum.

mod gallery;
mod kinds;
mod pages;
mod people;
mod polls;

use rand::SeedableRng;
use rand::rngs::StdRng;

pub(super) use pages::router as pages;

use super::store::{Community, DoneWhen, NewStep};
use crate::domain::checklist::Action;
use crate::domain::id::{MemberId, StepId};
use crate::domain::link::Link;
use crate::domain::time::Timestamp;
use crate::domain::translation::Text;

/// Makes the same community each time, apart from what depends on the day of the week.
const SEED: u64 = 1_381;

const DAY: i64 = 86_400_000;

/// The members as whom a demo page can be viewed.
const PERSONAS: [&str; 3] = ["ann", "mia", "otto"];

/// The demo's community, at the time `now`.
pub(super) fn community(now: Timestamp) -> Community {
    let mut rng = StdRng::seed_from_u64(SEED);
    let ballots = polls::ballots(&mut rng);
    let cast = |id: &str| ballots.iter().filter(|(_, member, _)| member.as_str() == id).count();
    let residents = people::residents(&mut rng, now, cast);
    let done = residents.iter().flat_map(|r| done(&r.id, cast(r.id.as_str()) > 0, r.joined));
    let steps_done = done.collect();
    Community {
        residents,
        polls: [polls::polls(now), kinds::polls(now), gallery::polls(now)].concat(),
        ballots: [ballots, kinds::ballots(&mut rng), gallery::ballots(&mut rng)].concat(),
        past: gallery::past(now),
        comments: gallery::comments(now),
        waiting: gallery::waiting(),
        checklist: "Make yourself at home".into(),
        steps: steps(),
        steps_done,
    }
}

fn steps() -> Vec<NewStep> {
    let step = |id: &str, title: &str, why: &str, action: Option<Action<Text>>, when: DoneWhen| {
        Some(NewStep {
            id: StepId::new(id).ok()?,
            title: title.into(),
            why: why.into(),
            action,
            when,
            optional: id == "say-thanks",
        })
    };
    let rules = Link::new("/#house-rules").map(|href| Action { label: "House rules".into(), href });
    let steps = [
        step(
            "read-rules",
            "Read the house rules",
            "They are short, and they keep it kind here.",
            rules,
            DoneWhen::Hand,
        ),
        step(
            "introduce-yourself",
            "Write a line about yourself",
            "So that people know who is talking.",
            None,
            DoneWhen::Hand,
        ),
        step("vote", "Vote in a poll", "Small decisions are made here together.", None, DoneWhen::Voted),
        step(
            "say-thanks",
            "Say thanks to somebody",
            "A like or a word: it makes a writer's day.",
            None,
            DoneWhen::Hand,
        ),
    ];
    steps.into_iter().flatten().collect()
}

/// The steps that a member has done, by their index, and when.
fn done(member: &MemberId, voted: bool, joined: Timestamp) -> Vec<(MemberId, usize, Timestamp)> {
    let steps: &[usize] = match member.as_str() {
        "ann" => &[0, 1, 3],
        "mia" => &[0],
        "otto" => &[0, 1, 2, 3],
        _ if voted => &[0, 1, 2],
        _ => &[],
    };
    steps.iter().map(|&step| (member.clone(), step, joined.plus(DAY / 48))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::member::Stage;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    #[test]
    fn the_community_is_the_same_each_time() {
        let now = at("2026-11-25T10:00:00Z");
        assert_eq!(format!("{:?}", community(now)), format!("{:?}", community(now)));
    }

    #[test]
    fn on_every_day_of_the_week_it_is_a_community_with_all_stages() {
        for day in 23..30 {
            let now = at(&format!("2026-11-{day}T10:00:00Z"));
            let community = community(now);
            assert_eq!(
                (community.residents.len(), community.polls.len()),
                (people::PEOPLE.len(), 16 + 11 * 7)
            );
            assert_eq!(community.steps.len(), 4);
            let stages = |stage| community.residents.iter().filter(|r| r.stage == Some(stage)).count();
            let all = [Stage::Lurker, Stage::Newcomer, Stage::Engaged, Stage::Contributor, Stage::Leader];
            let counts = all.map(stages);
            assert!(counts.iter().all(|&n| n > 0) && counts[4] == 1, "{counts:?}");
            let of = |id: &str| community.residents.iter().find(|r| r.id.as_str() == id).unwrap();
            assert_eq!((of("ann").stage, of("mia").stage), (Some(Stage::Contributor), Some(Stage::Newcomer)));
            assert!(of("ann").awards.len() > 5 && (1..=4).contains(&of("mia").awards.len()), "{now}");
            for (badge, at, _) in community.residents.iter().flat_map(|r| &r.awards) {
                assert!(*at <= now, "{badge} is of the future");
            }
        }
    }

    #[test]
    fn at_every_hour_of_the_week_and_over_daylight_saving_its_polls_can_be() {
        for start in ["2026-10-20T00:30:00Z", "2026-11-23T00:30:00Z", "2027-03-23T00:30:00Z"] {
            for hour in 0..7 * 24 {
                let now = at(start).plus(hour * DAY / 24);
                for poll in [polls::polls(now), kinds::polls(now), gallery::polls(now)].concat() {
                    assert_eq!(poll.check(poll.next_round()), Ok(()), "{} at {now}", poll.id);
                }
            }
        }
    }

    #[test]
    fn dinner_is_on_saturday_at_six_in_berlin_and_never_within_the_hour() {
        for (now, dinner) in [
            ("2026-11-25T10:00:00Z", "2026-11-28T17:00:00Z"),
            ("2026-11-28T15:59:00Z", "2026-11-28T17:00:00Z"),
            ("2026-11-28T16:00:00Z", "2026-12-05T17:00:00Z"),
            ("2026-10-19T10:00:00Z", "2026-10-24T16:00:00Z"),
            ("2026-10-25T10:00:00Z", "2026-10-31T17:00:00Z"),
        ] {
            assert_eq!(polls::saturday_evening(at(now)), at(dinner), "{now}");
        }
    }
}
