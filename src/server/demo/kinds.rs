//! The demo's polls of kinds other than choice, one of each, and their ballots.

use jiff::ToSpan;
use jiff::tz::TimeZone;
use rand::RngExt;
use rand::rngs::StdRng;

use super::polls::{ZONE, saturday_evening, voters};
use crate::domain::id::{MemberId, OptionId, PollId};
use crate::domain::poll::{
    Answer, Base, Kind, Method, OwnOptions, PollOption, Proposal, Reasons, Rules, Scale, Slot, Value, When,
    Zone,
};
use crate::domain::time::Timestamp;
use crate::server::demo::people::PEOPLE;
use crate::server::store::NewPoll;

/// A poll. Each option has an id, a label, and how well members like it.
struct Template {
    id: &'static str,
    title: &'static str,
    description: &'static str,
    kind: Kind,
    options: &'static [(&'static str, &'static str, u32)],
}

const PROPOSAL: Proposal = Proposal { reasons: Reasons::ToDisagree, threshold: 66, of: Base::Ballots };

const TEMPLATES: [Template; 7] = [
    Template {
        id: "last-saturday",
        title: "How was last Saturday?",
        description: "One is never again, five is every week.",
        kind: Kind::Rating(Scale { min: 1, max: 5, step: 1 }),
        options: &[("food", "The food", 5), ("room", "The room", 3), ("company", "The company", 6)],
    },
    Template {
        id: "excursion",
        title: "Where does the spring excursion go?",
        description: "",
        kind: Kind::Ranked(Method::RunOff),
        options: &[
            ("island", "The bird island", 4),
            ("mill", "The old paper mill", 5),
            ("dunes", "The dunes, on foot", 3),
            ("observatory", "The observatory", 5),
            ("lock", "The great lock", 2),
        ],
    },
    Template {
        id: "kitchen-crew",
        title: "Who runs the kitchen this winter?",
        description: "Three of the five do it together.",
        kind: Kind::Ranked(Method::Stv { seats: 3 }),
        options: &[
            ("amara", "Amara Diallo", 5),
            ("bela", "Béla Horváth", 4),
            ("chidi", "Chidi Okafor", 4),
            ("priya", "Priya Raman", 3),
            ("wei", "Wei Zhang", 2),
        ],
    },
    Template {
        id: "game-night",
        title: "Which games come to the game night?",
        description: "",
        kind: Kind::Ranked(Method::Schulze),
        options: &[
            ("carcassonne", "Carcassonne", 4),
            ("go", "Go", 2),
            ("skat", "Skat", 3),
            ("azul", "Azul", 5),
        ],
    },
    Template {
        id: "kitty",
        title: "What do we spend the kitty on?",
        description: "",
        kind: Kind::Allocation { dots: 10 },
        options: &[
            ("lamps", "Lamps for the long table", 5),
            ("oven", "A pizza stone for the oven", 6),
            ("books", "A shelf of cookbooks", 2),
            ("reserve", "Keep it for bad times", 3),
        ],
    },
    Template {
        id: "long-table",
        title: "When do we build the long table?",
        description: "It takes four people and two hours.",
        kind: Kind::Availability,
        options: &[
            ("tuesday", "", 3),
            ("thursday", "", 5),
            ("noon", "with lunch", 4),
            ("saturday", "", 6),
            ("monday", "", 4),
        ],
    },
    Template {
        id: "quiet-hours",
        title: "Shall the thread rest from ten at night to seven?",
        description: "Posts would still be written, and shown in the morning.",
        kind: Kind::Proposal(PROPOSAL),
        options: &[
            ("agree", "Agree", 7),
            ("abstain", "Abstain", 1),
            ("disagree", "Disagree", 2),
            ("block", "Block", 0),
        ],
    },
];

pub(super) fn polls(now: Timestamp) -> Vec<NewPoll> {
    TEMPLATES.iter().filter_map(|template| poll(template, now)).collect()
}

fn poll(template: &Template, now: Timestamp) -> Option<NewPoll> {
    let option = |(n, (id, label, _)): (usize, &(&str, &str, u32))| {
        let when = if template.kind == Kind::Availability { slot(now, n).map(When::Time) } else { None };
        Some(PollOption { when, ..PollOption::new(OptionId::new(*id).ok()?, label) })
    };
    let closes_at = saturday_evening(now);
    let options = (0..).zip(template.options).map(option).collect::<Option<_>>()?;
    let rules = Rules {
        closes_at: Some(closes_at),
        zone: Some(Zone { name: ZONE.into(), at_opening: None, at_closing: None }),
        retractable: true,
        abstention: template.kind == Kind::Ranked(Method::RunOff),
        own_options: if template.kind == Kind::Availability { OwnOptions::Open } else { OwnOptions::Off },
        quorum: matches!(template.kind, Kind::Proposal(_)).then_some(60),
        ..Rules::of(template.kind)
    };
    Some(NewPoll {
        description: template.description.into(),
        entitled: u32::try_from(PEOPLE.len()).ok(),
        ..NewPoll::new(PollId::new(template.id).ok()?, template.title, options, rules)
    })
}

/// The slots of the poll about when: days after the poll closes, and hours after six in the evening.
const TIMES: [(i64, i64); 5] = [(3, 0), (5, 0), (7, -6), (7, 0), (9, 0)];

/// The slot with this index in [`TIMES`], two hours long.
fn slot(now: Timestamp, n: usize) -> Option<Slot> {
    let closes_at = jiff::Timestamp::from_millisecond(saturday_evening(now).0).ok()?;
    let (days, hours) = *TIMES.get(n)?;
    let day = closes_at.to_zoned(TimeZone::get(ZONE).ok()?).checked_add(days.days()).ok()?;
    let starts_at = Timestamp(day.timestamp().as_millisecond()).plus(hours * 3_600_000);
    Some(Slot::new(starts_at, Some(starts_at.plus(2 * 3_600_000))))
}

pub(super) fn ballots(rng: &mut StdRng) -> Vec<(PollId, MemberId, Answer)> {
    let mut ballots = Vec::new();
    for template in &TEMPLATES {
        for member in voters(rng).into_iter().take(24) {
            if let (Ok(poll), Ok(member)) = (PollId::new(template.id), MemberId::new(member)) {
                ballots.extend(answer(template, rng).map(|answer| (poll, member, answer)));
            }
        }
    }
    ballots
}

/// A random answer, in which well-liked options do better.
fn answer(template: &Template, rng: &mut StdRng) -> Option<Answer> {
    let mut liked: Vec<(u32, OptionId)> = Vec::new();
    for (id, _, likes) in template.options {
        liked.push((rng.random_range(0..=*likes * 2), OptionId::new(*id).ok()?));
    }
    let values = |value: &dyn Fn(u32) -> u32| {
        let value = |(likes, option): &(u32, OptionId)| Value {
            option: option.clone(),
            value: i32::try_from(value(*likes)).unwrap_or(0),
        };
        Answer::Values(liked.iter().map(value).collect())
    };
    Some(match template.kind {
        Kind::Rating(_) => values(&|likes| (1 + likes / 2).min(5)),
        Kind::Availability => values(&|likes| (likes / 3).min(2)),
        Kind::Allocation { dots } => {
            let all: u32 = liked.iter().map(|(likes, _)| likes).sum::<u32>().max(1);
            values(&|likes| likes * dots / all)
        }
        Kind::Proposal(_) => {
            let (_, stance) = liked.into_iter().max_by_key(|(likes, _)| *likes)?;
            let why =
                if stance.as_str() == "disagree" { "I read at night, and I like it there." } else { "" };
            Answer::Stance(stance, why.into())
        }
        Kind::Choice { .. } | Kind::Ranked(_) => {
            liked.sort_by_key(|(likes, _)| std::cmp::Reverse(*likes));
            liked.truncate(rng.random_range(2..=template.options.len()));
            Answer::Options(liked.into_iter().map(|(_, id)| id).collect())
        }
    })
}

#[cfg(test)]
mod tests {
    use std::mem::discriminant;

    use super::*;
    use crate::domain::poll::examples;

    #[test]
    fn the_demo_has_a_poll_of_every_kind_and_voting_method() {
        let same = |one: Kind, other: Kind| match (one, other) {
            (Kind::Ranked(one), Kind::Ranked(other)) => discriminant(&one) == discriminant(&other),
            (one, other) => discriminant(&one) == discriminant(&other),
        };
        let others = examples::KINDS.into_iter().filter(|kind| !matches!(kind, Kind::Choice { .. }));
        for kind in others {
            assert!(
                TEMPLATES.iter().any(|template| same(template.kind, kind)),
                "add a poll of the kind {kind:?} to TEMPLATES in src/server/demo/kinds.rs"
            );
        }
    }
}
