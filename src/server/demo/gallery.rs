//! The gallery: every kind of poll in every lasting state, to show how they look.

use rand::rngs::StdRng;
use serde_json::{Value, json};

use super::{DAY, kinds, polls};
use crate::domain::id::{MemberId, PollId};
use crate::domain::poll::{Answer, Past, PollOption, Results, Secrecy};
use crate::domain::time::Timestamp;
use crate::server::store::{NewComment, NewPoll};

/// The member as whom the gallery is shown, and who has voted in the polls of some states.
const VOTER: &str = "ann";

/// How many other members vote in each poll.
const OTHERS: usize = 7;

/// The demo's polls that the gallery shows in each state, and what it calls them.
const KINDS: [(&str, &str); 11] = [
    ("weekly-dinner", "Choice"),
    ("meetup-topics", "Choice of several"),
    (polls::TALK, "Choice that members add to and talk about"),
    (polls::SERIES, "Choice, every week anew"),
    ("last-saturday", "Rating"),
    ("excursion", "Ranking, run-off"),
    ("kitchen-crew", "Ranking, several seats"),
    ("game-night", "Ranking, by pairs"),
    ("kitty", "Points"),
    ("long-table", "Dates"),
    ("quiet-hours", "Proposal"),
];

/// The state of a poll, for that member.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Upcoming,
    Open,
    Voted,
    /// The member voted, and the result is not shown yet.
    Hidden,
    NotAsked,
    Closed,
    /// The poll closed without any ballot.
    Empty,
}

const STATES: [State; 7] =
    [State::Upcoming, State::Open, State::Voted, State::Hidden, State::NotAsked, State::Closed, State::Empty];

impl State {
    const fn word(self) -> &'static str {
        match self {
            Self::Upcoming => "upcoming",
            Self::Open => "open",
            Self::Voted => "voted",
            Self::Hidden => "hidden",
            Self::NotAsked => "not-asked",
            Self::Closed => "closed",
            Self::Empty => "empty",
        }
    }

    /// The id of a poll's copy in this state.
    fn id(self, base: &PollId) -> Option<PollId> {
        PollId::new(format!("{}-{base}", self.word())).ok()
    }

    fn of(self, base: &NewPoll, now: Timestamp) -> Option<NewPoll> {
        let mut poll = NewPoll { id: self.id(&base.id)?, ..base.clone() };
        let rules = &mut poll.rules;
        rules.results = Results::Always;
        match self {
            Self::Upcoming => {
                let next =
                    poll.repeat.as_ref().map(|repeat| repeat.next(now).map(|at| (at, repeat.closing(at))));
                let (opens_at, closes_at) =
                    next.unwrap_or(Some((now.plus(9 * DAY), Some(now.plus(16 * DAY)))))?;
                (rules.opens_at, rules.closes_at) = (Some(opens_at), closes_at);
            }
            Self::Hidden => rules.results = Results::AfterClose,
            Self::NotAsked => {
                (poll.asks.groups, rules.secrecy) = (vec!["board".into()], Secrecy::Public);
            }
            Self::Closed | Self::Empty => {
                (rules.opens_at, rules.closes_at) = (None, Some(now.plus(-5 * DAY)));
            }
            Self::Open | Self::Voted => {}
        }
        Some(poll)
    }
}

/// The states and kinds in the order of the page. A poll of the page has the id `STATE-KIND`.
pub(super) fn list() -> Value {
    json!({ "states": STATES.map(State::word), "kinds": KINDS })
}

pub(super) fn polls(now: Timestamp) -> Vec<NewPoll> {
    let shown = |poll: &NewPoll| KINDS.iter().any(|(kind, _)| *kind == poll.id.as_str());
    let bases: Vec<NewPoll> = polls::polls(now).into_iter().chain(kinds::polls(now)).filter(shown).collect();
    bases.iter().flat_map(|base| STATES.iter().filter_map(|state| state.of(base, now))).collect()
}

/// The ids of a poll and of its copies in each state.
fn everywhere(base: &str) -> Vec<PollId> {
    let base = PollId::new(base).ok();
    let copies = base.iter().flat_map(|base| STATES.iter().filter_map(|state| state.id(base)));
    base.iter().cloned().chain(copies).collect()
}

/// The past rounds of the poll that recurs.
pub(super) fn past(now: Timestamp) -> Vec<(PollId, Past)> {
    everywhere(polls::SERIES).iter().flat_map(|poll| polls::past(poll, now)).collect()
}

pub(super) fn comments(now: Timestamp) -> Vec<NewComment> {
    everywhere(polls::TALK).iter().flat_map(|poll| polls::comments(poll, now)).collect()
}

/// The options that await approval.
pub(super) fn waiting() -> Vec<(PollId, MemberId, PollOption)> {
    everywhere(polls::TALK).iter().filter_map(polls::waiting).collect()
}

pub(super) fn ballots(rng: &mut StdRng) -> Vec<(PollId, MemberId, Answer)> {
    let mut bases = polls::ballots(rng);
    bases.extend(kinds::ballots(rng));
    let mut ballots = Vec::new();
    for state in STATES {
        let ann = match state {
            State::Upcoming | State::Empty => continue,
            State::Voted | State::Hidden | State::Closed => MemberId::new(VOTER).ok(),
            State::Open | State::NotAsked => None,
        };
        for of_one in bases.chunk_by(|a, b| a.0 == b.0) {
            let others = of_one.iter().skip(1).step_by(3).take(OTHERS).map(|(_, member, _)| member);
            for (member, (base, _, answer)) in ann.iter().chain(others).zip(of_one.iter().step_by(3)) {
                ballots.extend(state.id(base).map(|poll| (poll, member.clone(), answer.clone())));
            }
        }
    }
    ballots
}
