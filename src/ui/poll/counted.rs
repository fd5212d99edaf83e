//! What a tally comes to, in a line for each option, and how it was counted: in words, and as a table.

use yew::prelude::*;

use super::text;
use crate::domain::count::{Pairs, Rounds, UNIT};
use crate::domain::poll::{
    Base, Count, Kind, Method, Phase, Poll, Proposal, STANCES, Scale, Tally, mean, median,
};
use crate::ui::words;

/// What a tally comes to for one option.
pub(super) struct Line {
    /// How long its bar is, of 100.
    pub percent: u32,
    /// How long the fainter one behind it is.
    pub also: u32,
    /// What stands at its end.
    pub share: String,
    /// What that leaves out, for those who hear it.
    pub said: String,
}

/// A line for each option.
pub(super) fn lines(poll: &Poll, tally: &Tally) -> Vec<Line> {
    let kind = poll.rules.kind;
    let line = |percent: u32, share: String, said: String| Line { percent, also: 0, share, said };
    let shares = tally.percentages(kind).unwrap_or_default();
    let share = |at: usize| shares.get(at).copied().unwrap_or(0);
    match &tally.count {
        Count::Votes(votes) => {
            let of =
                |(at, n): (usize, &u32)| line(share(at), words::percent(share(at)), words::count(*n, "vote"));
            votes.iter().enumerate().map(of).collect()
        }
        Count::Points(points) => {
            let of = |(at, got): (usize, &crate::domain::poll::Points)| {
                let from =
                    [&words::count(got.points, "point"), " from ", &words::count(got.voters, "member")];
                line(share(at), words::percent(share(at)), from.concat())
            };
            points.iter().enumerate().map(of).collect()
        }
        Count::Values(lists) => match kind {
            Kind::Rating(scale) => lists.iter().map(|counts| rated(scale, counts)).collect(),
            _ => lists.iter().map(|counts| can(tally, counts)).collect(),
        },
        Count::Rounds(rounds) => (0..poll.options.len()).map(|at| stood(rounds, at)).collect(),
        Count::Pairs(pairs) => (0..poll.options.len()).map(|at| ranked(pairs, at)).collect(),
    }
}

fn rated(scale: Scale, counts: &[u32]) -> Line {
    let voters: u32 = counts.iter().sum();
    let (share, percent, middle) = match (mean(scale, counts), median(scale, counts)) {
        (Some(mean), Some(median)) => {
            let span = i64::from(scale.max) - i64::from(scale.min);
            let percent = (mean - i64::from(scale.min) * 100) / span.max(1);
            let said = ["; half of them ", &words::hundredths(median), " or more"].concat();
            (words::hundredths(mean), u32::try_from(percent).unwrap_or(0), said)
        }
        _ => ("–".into(), 0, String::new()),
    };
    Line {
        percent,
        also: 0,
        share,
        said: ["on average, of ", &words::count(voters, "rating"), &middle].concat(),
    }
}

fn can(tally: &Tally, counts: &[u32]) -> Line {
    let [no, maybe, yes] = counts else {
        return Line { percent: 0, also: 0, share: String::new(), said: String::new() };
    };
    let of = |n: u32| n.saturating_mul(100).checked_div(tally.voters).unwrap_or(0);
    let share = if *maybe == 0 { String::new() } else { [" +\u{a0}", &words::number(*maybe)].concat() };
    let share = [&words::number(*yes), " yes", &share].concat();
    let said = [
        &words::number(*yes),
        " can, ",
        &words::number(*maybe),
        " if need be, ",
        &words::number(*no),
        " cannot",
    ]
    .concat();
    Line { percent: of(*yes), also: of(yes.saturating_add(*maybe)), share, said }
}

fn stood(rounds: &Rounds, at: usize) -> Line {
    let last = rounds.rounds.iter().rposition(|round| round.votes.get(at).is_some_and(Option::is_some));
    let votes = last.and_then(|last| rounds.rounds[last].votes[at]).unwrap_or(0);
    let all = rounds.rounds.first().map_or(0, |round| round.votes.iter().flatten().sum::<u64>());
    let percent = u32::try_from(votes * 100 / all.max(1)).unwrap_or(0);
    let share = if rounds.elected.contains(&at) {
        if rounds.quota.is_none() { "wins" } else { "elected" }.into()
    } else if rounds.tied.contains(&at) {
        "tied".into()
    } else if rounds.rounds.is_empty() {
        "–".into()
    } else {
        let out = last.map_or(0, |last| u32::try_from(last + 1).unwrap_or(0));
        ["out in round ", &words::number(out)].concat()
    };
    Line { percent, also: 0, share, said: ["with ", &votes_of(votes)].concat() }
}

fn ranked(pairs: &Pairs, at: usize) -> Line {
    let place = pairs.order.iter().position(|level| level.contains(&at));
    let rest = pairs.order.iter().flatten().count();
    let above: usize = pairs.order.iter().take(place.unwrap_or(0)).map(Vec::len).sum();
    let percent = if place.is_some() && rest > 1 { (rest - 1 - above) * 100 / (rest - 1) } else { 0 };
    let share = place.map_or_else(|| "–".into(), |_| ["No. ", &(above + 1).to_string()].concat());
    Line { percent: u32::try_from(percent).unwrap_or(0), also: 0, share, said: String::new() }
}

/// Votes that may have been passed on in parts: `12`, `4.29`.
fn votes_of(units: u64) -> String {
    let whole = u32::try_from(units / UNIT).unwrap_or(u32::MAX);
    let part = units % UNIT / (UNIT / 100);
    if part == 0 { words::count(whole, "vote") } else { [&decimal(units), " votes"].concat() }
}

fn decimal(units: u64) -> String {
    words::hundredths(i64::try_from(units / (UNIT / 100)).unwrap_or(i64::MAX))
}

/// Whether a proposal passes, in words; nothing in other kinds, nor before anybody can vote.
pub(super) fn verdict(poll: &Poll, phase: Phase) -> Option<&'static str> {
    let Kind::Proposal(proposal) = poll.rules.kind else { return None };
    let Count::Votes(votes) = &poll.tally.as_ref()?.count else { return None };
    let enough = poll.rules.needed(poll.turnout).unwrap_or(0) == 0;
    Some(match (phase, enough, proposal.passes(votes, poll.turnout)) {
        (Phase::Upcoming, ..) => return None,
        (Phase::Open, false, _) => "As it stands, too few have voted.",
        (Phase::Open, true, false) => "As it stands, it does not pass.",
        (Phase::Open, true, true) => "As it stands, it passes.",
        (Phase::Closed, false, _) => "It did not pass: too few voted.",
        (Phase::Closed, true, false) => "It did not pass.",
        (Phase::Closed, true, true) => "It passed.",
    })
}

/// How many have to agree.
pub(super) fn needs(proposal: Proposal) -> String {
    let of = match proposal.of {
        Base::Ballots => "% of the votes have to agree",
        Base::Entitled => "% of all who may vote have to agree",
    };
    [&proposal.threshold.to_string(), of].concat()
}

/// How it was counted, to be opened.
pub(super) fn explain(poll: &Poll, tally: &Tally) -> Option<Html> {
    let kind = poll.rules.kind;
    let words: String = match kind {
        // The rows say it all.
        Kind::Choice { max: 1, .. } => return None,
        Kind::Choice { .. } => "Each percentage is of those who voted; they can add up to more than 100%.".into(),
        Kind::Rating(_) => "The number is the mean of all ratings. The bar runs from the least of the scale to the greatest.".into(),
        Kind::Allocation { .. } => "All points that members gave, added up.".into(),
        Kind::Availability => "The best time is the one at which most can; among equals, most if need be.".into(),
        Kind::Proposal(proposal) => needs(proposal),
        Kind::Ranked(Method::RunOff) => "Everybody's first preference is counted. As long as none has more than half, the lowest is out, and their votes go to the next preference.".into(),
        Kind::Ranked(Method::Stv { seats }) => ["Who reaches the quota is elected, and votes beyond it go on in parts to the next preference; else the lowest is out. So it goes until ", &words::count(seats, "seat"), " are filled (Scottish STV)."].concat(),
        Kind::Ranked(Method::Schulze) => "Each option is compared with each other one: how many prefer it? Who wins against all others comes first (Schulze method).".into(),
    };
    let name = |at: usize| poll.options.get(at).map(|o| text::label(poll, o)).unwrap_or_default();
    let (head, rows): (Vec<String>, Vec<Vec<String>>) = match &tally.count {
        Count::Votes(votes) => {
            (vec!["Votes".into()], votes.iter().map(|n| vec![words::number(*n)]).collect())
        }
        Count::Points(points) => (
            vec!["Points".into(), "Members".into()],
            points.iter().map(|got| vec![words::number(got.points), words::number(got.voters)]).collect(),
        ),
        Count::Values(lists) => (
            kind.scale().into_iter().flat_map(Scale::values).map(|value| text::value(kind, value)).collect(),
            lists.iter().map(|counts| counts.iter().map(|n| words::number(*n)).collect()).collect(),
        ),
        Count::Rounds(rounds) => table(rounds, poll.options.len()),
        Count::Pairs(pairs) => (
            (0..poll.options.len()).map(|at| ["over ", &name(at)].concat()).collect(),
            pairs.preferred.iter().map(|row| row.iter().map(|n| words::number(*n)).collect()).collect(),
        ),
    };
    let steps: Vec<String> = match &tally.count {
        Count::Rounds(rounds) => rounds
            .rounds
            .iter()
            .enumerate()
            .map(|(at, round)| {
                let names =
                    |places: &[usize]| places.iter().map(|&at| name(at)).collect::<Vec<_>>().join(", ");
                let are = |places: &[usize], word: &str| {
                    let verb = if places.len() == 1 { " is " } else { " are " };
                    (!places.is_empty()).then(|| [&names(places), verb, word].concat())
                };
                let surplus =
                    round.surplus.map(|at| [&name(at), " passes on votes beyond the quota"].concat());
                let said = [are(&round.elected, "elected"), surplus, are(&round.excluded, "out")];
                let mut said: Vec<String> = said.into_iter().flatten().collect();
                if said.is_empty() {
                    said.push("only a lot could decide".into());
                }
                ["Round ", &(at + 1).to_string(), ": ", &said.join("; "), "."].concat()
            })
            .collect(),
        _ => Vec::new(),
    };
    Some(html! {
        <details class="how">
            <summary><bdi>{ "How was this counted?" }</bdi></summary>
            <p class="meta"><bdi>{ words }</bdi></p>
            <ol class="meta">{ for steps.into_iter().map(|step| html! { <li><bdi>{ step }</bdi></li> }) }</ol>
            <div class="table" tabindex="0" role="region" aria-label="The count">
                <table>
                    <tr><td />{ for head.into_iter().map(|cell| html! { <th scope="col">{ cell }</th> }) }</tr>
                    { for rows.into_iter().enumerate().map(|(at, cells)| html! {
                        <tr>
                            <th scope="row"><bdi>{ name(at) }</bdi></th>
                            { for cells.into_iter().map(|cell| html! { <td>{ cell }</td> }) }
                        </tr>
                    }) }
                </table>
            </div>
        </details>
    })
}

/// The rounds, a column each.
fn table(rounds: &Rounds, options: usize) -> (Vec<String>, Vec<Vec<String>>) {
    let head = (1..=rounds.rounds.len()).map(|n| ["Round ", &n.to_string()].concat()).collect();
    let cell = |votes: Option<u64>| {
        votes.map_or_else(
            || "–".into(),
            |votes| {
                if votes % UNIT == 0 {
                    words::number(u32::try_from(votes / UNIT).unwrap_or(u32::MAX))
                } else {
                    decimal(votes)
                }
            },
        )
    };
    let row =
        |at: usize| rounds.rounds.iter().map(|round| cell(round.votes.get(at).copied().flatten())).collect();
    (head, (0..options).map(row).collect())
}

/// The words of a stand, where the host has none.
pub(super) fn stance(id: &str) -> &'static str {
    const WORDS: [&str; 4] = ["Agree", "Abstain", "Disagree", "Block"];
    STANCES.iter().position(|stance| *stance == id).map_or("", |at| WORDS[at])
}
