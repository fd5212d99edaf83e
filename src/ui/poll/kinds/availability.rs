//! Availability: yes, if need be, or no for each time.

use super::grid::{self, WORDS, zone};
use super::table;
use crate::domain::poll::{self as domain, BadBallot, Count, Kind, PollOption, Tally, When};
use crate::ui::el::{Html, list, text};
use crate::ui::poll::face::{Face, Line};
use crate::ui::poll::{Context, Poll};
use crate::ui::{Locale, bar::bar, words};

/// Availability.
pub(super) struct Availability;

impl Face for Availability {
    fn asks(&self, _: Kind) -> String {
        "Say when you can".into()
    }

    /// The time in the viewer's and the poll's time zone, and the option's label.
    fn label(&self, locale: &Locale, poll: &domain::Poll, option: &PollOption) -> String {
        let time = match option.when {
            None => return option.label.clone(),
            Some(When::Day(day)) => locale.weekday(day.civil()),
            Some(When::Time(slot)) => locale.span(slot.starts_at, slot.ends_at, zone(poll, option)),
        };
        if option.label.is_empty() { time } else { [&time, " · ", &option.label].concat() }
    }

    fn ballot(&self, form: &Poll, ctx: &Context<'_>, poll: &domain::Poll) -> Html {
        grid::ballot(self, form, ctx, poll)
    }

    fn board(&self, locale: &Locale, poll: &domain::Poll, tally: Option<&Tally>) -> Option<Html> {
        Some(grid::board(self, locale, poll, tally))
    }

    fn complaint(&self, _: &BadBallot) -> String {
        "Mark a time first.".into()
    }

    fn value(&self, value: i32) -> Option<String> {
        Some((*WORDS.get(usize::try_from(value).ok()?)?).into())
    }

    fn lines(&self, _: &domain::Poll, tally: &Tally) -> Vec<Line> {
        let Count::Values(lists) = &tally.count else { return Vec::new() };
        lists.iter().map(|counts| line(tally, counts)).collect()
    }
}

pub(super) fn how(face: &dyn Face, locale: &Locale, poll: &domain::Poll, lists: &[Vec<u32>]) -> Html {
    let cell = |row: usize, column: usize| match (row, column) {
        (0, _) => text(WORDS[3 - column]),
        (_, 0) => table::name(face, locale, poll, row),
        _ => table::number(lists.get(row - 1).and_then(|counts| counts.get(3 - column))),
    };
    table::draw("", lists.len(), 3, &cell)
}

fn line(tally: &Tally, counts: &[u32]) -> Line {
    let [no, maybe, yes] = counts else {
        return Line { bar: Html::default(), share: String::new(), said: String::new() };
    };
    let of = |n: u32| n.saturating_mul(100).checked_div(tally.voters).unwrap_or(0);
    let [no_said, maybe_said, yes_said] = [no, maybe, yes].map(|n| words::number(*n));
    let share = if *maybe == 0 { String::new() } else { [" +\u{a0}", &maybe_said].concat() };
    let share = [&yes_said, " yes", &share].concat();
    let said = [&yes_said, " can, ", &maybe_said, " if need be, ", &no_said, " cannot"].concat();
    let bar = list(vec![bar("bar", of(yes.saturating_add(*maybe))), bar("bar", of(*yes))]);
    Line { bar, share, said }
}
