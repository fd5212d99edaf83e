//! Availability: yes, if need be, or no for each time.

use yew::prelude::*;

use super::scale;
use crate::domain::poll::{self as domain, BadBallot, Count, Kind, PollOption, Tally};
use crate::ui::poll::face::{Face, Line};
use crate::ui::poll::{Poll, how};
use crate::ui::words;

/// Availability.
pub(super) struct Availability;

impl Face for Availability {
    fn asks(&self, _: Kind) -> String {
        "Say when you can".into()
    }

    /// The time, in the viewer's zone and the poll's, and what it is called.
    fn label(&self, poll: &domain::Poll, option: &PollOption) -> String {
        let Some(slot) = &option.slot else { return option.label.clone() };
        let zone = poll.rules.zone.as_ref().and_then(|zone| Some((zone.name.as_str(), slot.offset?)));
        let time = words::span(slot.starts_at, slot.ends_at, zone);
        if option.label.is_empty() { time } else { [&time, " · ", &option.label].concat() }
    }

    fn ballot(&self, form: &Poll, ctx: &Context<Poll>, poll: &domain::Poll) -> Vec<Html> {
        scale::rows(self, form, ctx, poll)
    }

    fn complaint(&self, _: &BadBallot) -> String {
        "Say something of an option first.".into()
    }

    fn value(&self, value: i32) -> Option<String> {
        Some(["No", "If need be", "Yes"].get(usize::try_from(value).ok()?).copied()?.into())
    }

    fn lines(&self, _: &domain::Poll, tally: &Tally) -> Vec<Line> {
        let Count::Values(lists) = &tally.count else { return Vec::new() };
        lists.iter().map(|counts| line(tally, counts)).collect()
    }

    fn how(&self, poll: &domain::Poll, tally: &Tally) -> Option<Html> {
        let Count::Values(lists) = &tally.count else { return None };
        let said = "The best time is the one at which most can; among equals, most if need be.";
        let table = scale::table(self, poll.rules.kind.scale(), lists);
        Some(how::draw(poll, self, said.into(), Vec::new(), table))
    }
}

fn line(tally: &Tally, counts: &[u32]) -> Line {
    let [no, maybe, yes] = counts else {
        return Line { percent: 0, also: 0, chart: None, share: String::new(), said: String::new() };
    };
    let of = |n: u32| n.saturating_mul(100).checked_div(tally.voters).unwrap_or(0);
    let [no_said, maybe_said, yes_said] = [no, maybe, yes].map(|n| words::number(*n));
    let share = if *maybe == 0 { String::new() } else { [" +\u{a0}", &maybe_said].concat() };
    let share = [&yes_said, " yes", &share].concat();
    let said = [&yes_said, " can, ", &maybe_said, " if need be, ", &no_said, " cannot"].concat();
    Line { percent: of(*yes), also: of(yes.saturating_add(*maybe)), chart: None, share, said }
}
