//! Every kind of poll in every state that lasts, for whoever wants to see how they look.

use rand::rngs::StdRng;

use super::{DAY, kinds, polls};
use crate::domain::id::{MemberId, PollId};
use crate::domain::poll::{Answer, Results, Secrecy};
use crate::domain::time::Timestamp;
use crate::server::store::NewPoll;

/// The member who has voted in all that are voted in: the regular.
const VOTER: &str = "ann";

/// Voters of a poll beside that one.
const OTHERS: usize = 7;

/// The first word of a poll's id here, before the id of the poll that it is one state of.
const STATES: [&str; 7] = ["upcoming", "open", "voted", "hidden", "not-asked", "closed", "empty"];

/// The polls as they stand at `now`.
pub(super) fn polls(now: Timestamp) -> Vec<NewPoll> {
    let choices = ["weekly-dinner", "meetup-topics"];
    let choices = polls::polls(now).into_iter().filter(|poll| choices.contains(&poll.id.as_str()));
    let bases: Vec<NewPoll> = choices.chain(kinds::polls(now)).collect();
    bases.iter().flat_map(|base| STATES.iter().filter_map(|state| in_state(base, state, now))).collect()
}

fn id(state: &str, base: &PollId) -> Option<PollId> {
    PollId::new(format!("{state}-{base}")).ok()
}

fn in_state(base: &NewPoll, state: &str, now: Timestamp) -> Option<NewPoll> {
    let mut poll = NewPoll { id: id(state, &base.id)?, ..base.clone() };
    poll.rules.results = if state == "hidden" { Results::AfterClose } else { Results::Always };
    match state {
        "upcoming" => {
            (poll.rules.opens_at, poll.rules.closes_at) = (Some(now.plus(9 * DAY)), Some(now.plus(16 * DAY)));
        }
        "not-asked" => (poll.asks, poll.rules.secrecy) = (Some("board".into()), Secrecy::Public),
        "closed" | "empty" => poll.rules.closes_at = Some(now.plus(-5 * DAY)),
        _ => {}
    }
    Some(poll)
}

/// Who said what.
pub(super) fn ballots(rng: &mut StdRng) -> Vec<(PollId, MemberId, Answer)> {
    let mut bases = polls::ballots(rng);
    bases.extend(kinds::ballots(rng));
    let mut ballots = Vec::new();
    for state in STATES.into_iter().filter(|state| !["upcoming", "empty"].contains(state)) {
        for of_one in bases.chunk_by(|a, b| a.0 == b.0) {
            let with_voter = ["voted", "hidden", "closed"].contains(&state);
            let ann = MemberId::new(VOTER).ok().filter(|_| with_voter);
            let others = of_one.iter().skip(1).step_by(3).take(OTHERS).map(|(_, member, _)| member.clone());
            for (member, (base, _, answer)) in ann.into_iter().chain(others).zip(of_one.iter().step_by(3)) {
                ballots.extend(id(state, base).map(|poll| (poll, member, answer.clone())));
            }
        }
    }
    ballots
}
