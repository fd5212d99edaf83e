//! Rating: numbers on a scale, and their mean.

use yew::prelude::*;

use super::scale;
use crate::domain::poll::{self as domain, BadBallot, Count, Kind, Scale, Tally, mean, median};
use crate::ui::poll::face::{Face, Line};
use crate::ui::poll::{Poll, how};
use crate::ui::words;

/// Rating.
pub(super) struct Rating;

impl Face for Rating {
    fn asks(&self, kind: Kind) -> String {
        let Some(Scale { min, max, .. }) = kind.scale() else { return String::new() };
        ["Rate from ", &min.to_string(), " to ", &max.to_string()].concat()
    }

    fn ballot(&self, form: &Poll, ctx: &Context<Poll>, poll: &domain::Poll) -> Vec<Html> {
        scale::rows(self, form, ctx, poll)
    }

    fn complaint(&self, bad: &BadBallot) -> String {
        match bad {
            BadBallot::OffScale(_) => "That number is not on the scale.".into(),
            _ => "Say something of an option first.".into(),
        }
    }

    fn value(&self, value: i32) -> Option<String> {
        Some(value.to_string())
    }

    fn lines(&self, poll: &domain::Poll, tally: &Tally) -> Vec<Line> {
        let (Count::Values(lists), Some(scale)) = (&tally.count, poll.rules.kind.scale()) else {
            return Vec::new();
        };
        lists.iter().map(|counts| line(scale, counts)).collect()
    }

    fn how(&self, poll: &domain::Poll, tally: &Tally) -> Option<Html> {
        let Count::Values(lists) = &tally.count else { return None };
        let said = "The number is the mean of all ratings. The bar runs from the least of the scale to the greatest.";
        let table = scale::table(self, poll.rules.kind.scale(), lists);
        Some(how::draw(poll, self, said.into(), Vec::new(), table))
    }
}

fn line(scale: Scale, counts: &[u32]) -> Line {
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
    let said = ["on average, of ", &words::count(voters, "rating"), &middle].concat();
    Line { percent, also: 0, chart: (voters > 0).then(|| histogram(counts, percent)), share, said }
}

/// Most columns of a histogram: more numbers share them.
const COLUMNS: usize = 11;

/// How many ballots have which number, and where their mean is; the numbers stand in the table.
fn histogram(counts: &[u32], mean: u32) -> Html {
    let each = counts.len().div_ceil(COLUMNS).max(1);
    let columns: Vec<u64> =
        counts.chunks(each).map(|some| some.iter().copied().map(u64::from).sum()).collect();
    let most = columns.iter().copied().max().unwrap_or(0).max(1);
    let column = |(at, n): (usize, &u64)| {
        let height = n * 100 / most;
        html! {
            <rect key={at} x={(at * 10 + 1).to_string()} y={(100 - height).to_string()} width="8" height={height.to_string()} />
        }
    };
    // The numbers stand in the middle of their columns.
    let width = columns.len() * 10;
    let mean = 5 + width.saturating_sub(10) * mean as usize / 100;
    html! {
        <svg class="hist" viewBox={["0 0 ", &width.to_string(), " 100"].concat()} preserveAspectRatio="none" aria-hidden="true">
            { for columns.iter().enumerate().map(column) }
            <path class="mean" d={["M", &mean.to_string(), " 0V100"].concat()} />
        </svg>
    }
}
