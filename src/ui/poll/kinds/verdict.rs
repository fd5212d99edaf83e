//! The verdict on a proposal.

use crate::domain::poll::{Base, Count, Kind, Phase, Poll, PollOption, Stance, Stand};
use crate::words::Words;

/// The verdict in a sentence: `As it stands, it passes: 71% agree, 66% needed.`
pub(super) fn of(words: &Words, poll: &Poll, phase: Phase) -> Option<String> {
    let Kind::Proposal(proposal) = poll.rules.kind else { return None };
    let tally = poll.tally.as_ref()?;
    let Count::Votes(votes) = &tally.count else { return None };
    let stand = proposal.stand(&poll.options, votes, poll.turnout);
    let missing = poll.rules.needed(poll.turnout).unwrap_or(0);
    let cast = poll.turnout.cast;
    let quorum = cast.saturating_add(missing);
    let verdict = match (phase, missing > 0, stand.passes()) {
        (Phase::Upcoming, ..) => return None,
        (Phase::Open, true, _) => Verdict::FewSoFar,
        (Phase::Open, false, false) => Verdict::NotPassing,
        (Phase::Open, false, true) => Verdict::Passing,
        (Phase::Closed, true, _) => Verdict::FewVoted,
        (Phase::Closed, false, false) => Verdict::NotPassed,
        (Phase::Closed, false, true) => Verdict::Passed,
    };
    let (of, agree, needed) = (stand.of, stand.agree, stand.needed);
    Some(match proposal.of {
        _ if of == 0 => match verdict {
            Verdict::FewSoFar => words.verdict_few_so_far(cast, quorum),
            Verdict::NotPassing => words.verdict_not_passing(),
            Verdict::Passing => words.verdict_passing(),
            Verdict::FewVoted => words.verdict_few_voted(cast, quorum),
            Verdict::NotPassed => words.verdict_not_passed(),
            Verdict::Passed => words.verdict_passed(),
        },
        Base::Ballots => {
            let rounded = tally.percentages(poll.rules.kind).unwrap_or_default();
            let agrees = |(option, _): &(&PollOption, u32)| Stance::of(&option.id) == Some(Stance::Agree);
            let rounded = poll.options.iter().zip(rounded).find(agrees).map_or(0, |(_, percent)| percent);
            let threshold = proposal.threshold;
            let share = share(words, stand, rounded, threshold);
            match verdict {
                Verdict::FewSoFar => words.verdict_few_so_far_votes(cast, quorum, &share, threshold),
                Verdict::NotPassing => words.verdict_not_passing_votes(&share, threshold),
                Verdict::Passing => words.verdict_passing_votes(&share, threshold),
                Verdict::FewVoted => words.verdict_few_voted_votes(cast, quorum, &share, threshold),
                Verdict::NotPassed => words.verdict_not_passed_votes(&share, threshold),
                Verdict::Passed => words.verdict_passed_votes(&share, threshold),
            }
        }
        Base::Entitled => match verdict {
            Verdict::FewSoFar => words.verdict_few_so_far_members(cast, quorum, agree, of, needed),
            Verdict::NotPassing => words.verdict_not_passing_members(agree, of, needed),
            Verdict::Passing => words.verdict_passing_members(agree, of, needed),
            Verdict::FewVoted => words.verdict_few_voted_members(cast, quorum, agree, of, needed),
            Verdict::NotPassed => words.verdict_not_passed_members(agree, of, needed),
            Verdict::Passed => words.verdict_passed_members(agree, of, needed),
        },
    })
}

/// Whether a proposal passes, as it stands or for good.
#[derive(Clone, Copy)]
enum Verdict {
    FewSoFar,
    NotPassing,
    Passing,
    FewVoted,
    NotPassed,
    Passed,
}

/// The percentage that agrees, rounded as in the rows, which add up to 100. Where rounding would reach a threshold that the votes
/// do not reach, the percentage has decimals: `65.51%`.
fn share(words: &Words, stand: Stand, rounded: u32, threshold: u32) -> String {
    if rounded >= threshold && !stand.passes() {
        words.percent_of_hundredths(stand.share().into())
    } else {
        words.percent(rounded)
    }
}
