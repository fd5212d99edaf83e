//! Availability: yes, if need be, or no for each time.

use super::grid::{self, answers, zone};
use super::table;
use crate::domain::poll::{self as domain, BadBallot, Count, Kind, PollOption, Tally, When};
use crate::ui::el::{Html, list, text};
use crate::ui::poll::face::{Face, Line};
use crate::ui::poll::{Context, Poll};
use crate::ui::{Locale, bar::bar};
use crate::words::Words;

/// Availability.
pub(super) struct Availability;

impl Face for Availability {
    fn asks(&self, locale: &Locale, _: Kind) -> String {
        locale.words.ask_availability()
    }

    /// The time in the viewer's and the poll's time zone, and the option's label.
    fn label(&self, locale: &Locale, poll: &domain::Poll, option: &PollOption) -> String {
        let time = match option.when {
            None => return option.label.clone(),
            Some(When::Day(day)) => locale.weekday(day.civil()),
            Some(When::Time(slot)) => locale.span(slot.starts_at, slot.ends_at, zone(poll, option)),
        };
        if option.label.is_empty() {
            time
        } else {
            [&time, " · ", &locale.words.isolated(&option.label)].concat()
        }
    }

    fn ballot(&self, form: &Poll, ctx: &Context<'_>, poll: &domain::Poll) -> Html {
        grid::ballot(self, form, ctx, poll)
    }

    fn board(&self, locale: &Locale, poll: &domain::Poll, tally: Option<&Tally>) -> Option<Html> {
        Some(grid::board(self, locale, poll, tally))
    }

    fn complaint(&self, locale: &Locale, _: &BadBallot) -> String {
        locale.words.time_first()
    }

    fn value(&self, locale: &Locale, value: i32) -> Option<String> {
        answers(&locale.words).into_iter().nth(usize::try_from(value).ok()?)
    }

    fn lines(&self, locale: &Locale, _: &domain::Poll, tally: &Tally) -> Vec<Line> {
        let Count::Values(lists) = &tally.count else { return Vec::new() };
        lists.iter().map(|counts| line(&locale.words, tally, counts)).collect()
    }
}

pub(super) fn how(face: &dyn Face, locale: &Locale, poll: &domain::Poll, lists: &[Vec<u32>]) -> Html {
    let cell = |row: usize, column: usize| match (row, column) {
        (0, _) => text(answers(&locale.words).into_iter().nth(3 - column).unwrap_or_default()),
        (_, 0) => table::name(face, locale, poll, row),
        _ => table::number(&locale.words, lists.get(row - 1).and_then(|counts| counts.get(3 - column))),
    };
    table::draw(&locale.words, "", lists.len(), 3, &cell)
}

fn line(words: &Words, tally: &Tally, counts: &[u32]) -> Line {
    let [no, maybe, yes] = counts else {
        return Line { bar: Html::default(), share: String::new(), said: String::new() };
    };
    let of = |n: u32| n.saturating_mul(100).checked_div(tally.voters).unwrap_or(0);
    let share = match *maybe {
        0 => words.availability_yes(*yes),
        maybe => words.availability_yes_and_maybe(*yes, maybe),
    };
    let said = words.series(&[
        words.availability_can(*yes),
        words.availability_could(*maybe),
        words.availability_cannot(*no),
    ]);
    let bar = list(vec![bar("bar", of(yes.saturating_add(*maybe))), bar("bar", of(*yes))]);
    Line { bar, share, said }
}
