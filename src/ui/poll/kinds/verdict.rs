//! The verdict on a proposal.

use crate::domain::poll::{Base, Count, Kind, Phase, Poll, PollOption, Stance, Stand};
use crate::ui::words;

/// The verdict in a sentence: `As it stands, it passes: 71% agree, 66% needed.`
pub(super) fn of(poll: &Poll, phase: Phase) -> Option<String> {
    let Kind::Proposal(proposal) = poll.rules.kind else { return None };
    let tally = poll.tally.as_ref()?;
    let Count::Votes(votes) = &tally.count else { return None };
    let stand = proposal.stand(&poll.options, votes, poll.turnout);
    let missing = poll.rules.needed(poll.turnout).unwrap_or(0);
    let cast = poll.turnout.cast;
    let few = [" (", &words::number(cast), " of ", &words::number(cast.saturating_add(missing)), " needed)"]
        .concat();
    let (lead, few) = match (phase, missing > 0, stand.passes()) {
        (Phase::Upcoming, ..) => return None,
        (Phase::Open, true, _) => ("As it stands, too few have voted", few.as_str()),
        (Phase::Open, false, false) => ("As it stands, it does not pass", ""),
        (Phase::Open, false, true) => ("As it stands, it passes", ""),
        (Phase::Closed, true, _) => ("It did not pass: too few voted", few.as_str()),
        (Phase::Closed, false, false) => ("It did not pass", ""),
        (Phase::Closed, false, true) => ("It passed", ""),
    };
    let agree = if phase == Phase::Closed { " agreed, " } else { " agree, " };
    let figures = match proposal.of {
        _ if stand.of == 0 => String::new(),
        Base::Ballots => {
            let rounded = tally.percentages(poll.rules.kind).unwrap_or_default();
            let agrees = |(option, _): &(&PollOption, u32)| Stance::of(&option.id) == Some(Stance::Agree);
            let rounded = poll.options.iter().zip(rounded).find(agrees).map_or(0, |(_, percent)| percent);
            [
                &share(stand, rounded, proposal.threshold),
                agree,
                &words::percent(proposal.threshold),
                " needed",
            ]
            .concat()
        }
        Base::Entitled => {
            let of = [&words::number(stand.agree), " of ", &words::count(stand.of, "member")].concat();
            [&of, agree, &words::number(stand.needed), " needed"].concat()
        }
    };
    let between = match (figures.is_empty(), few.is_empty()) {
        (true, _) => "",
        (_, true) => ": ",
        _ => "; ",
    };
    Some([lead, few, between, &figures, "."].concat())
}

/// The percentage that agrees, rounded as in the rows, which add up to 100. Where rounding would reach a threshold that the votes
/// do not reach, the percentage has decimals: `65.51%`.
fn share(stand: Stand, rounded: u32, threshold: u32) -> String {
    if rounded >= threshold && !stand.passes() {
        [&words::hundredths(stand.share().into()), "%"].concat()
    } else {
        words::percent(rounded)
    }
}
