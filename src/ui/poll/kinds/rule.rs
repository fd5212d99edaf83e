//! How each kind is counted, in plain words.

use crate::domain::poll::{Base, Kind, Method};
use crate::words::Words;

pub(super) fn of(words: &Words, kind: Kind) -> String {
    // How ties for the last place are broken.
    let with_ties = |rule: String| words.sentences(vec![rule, words.rule_ties()]);
    match kind {
        Kind::Choice { max: 1, .. } => words.rule_choice(),
        Kind::Choice { .. } => words.rule_choice_of_several(),
        Kind::Rating(_) => words.rule_rating(),
        Kind::Ranked(Method::RunOff) => with_ties(words.rule_run_off()),
        Kind::Ranked(Method::Stv { seats }) => with_ties(words.rule_stv(seats)),
        Kind::Ranked(Method::Schulze) => words.rule_schulze(),
        Kind::Allocation { .. } => words.rule_allocation(),
        Kind::Availability => words.rule_availability(),
        Kind::Proposal(proposal) => match proposal.of {
            Base::Ballots => words.rule_proposal_of_votes(proposal.threshold),
            Base::Entitled => words.rule_proposal_of_entitled(proposal.threshold),
        },
    }
}
