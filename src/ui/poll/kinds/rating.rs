//! Rating: a number on a scale for each option, and as the result how often each number was given, and the mean.

use super::edited;
use super::{scale, table};
use crate::domain::poll::{self as domain, BadBallot, Count, Kind, Scale, Tally, mean, median};
use crate::ui::Locale;
use crate::ui::el::{Html, each, el, keyed, maybe, text};
use crate::ui::poll::face::{Face, Line};
use crate::ui::poll::results::{asides, looks, own, share};
use crate::ui::poll::{Context, Poll};
use crate::words::Words;

/// Rating.
pub(super) struct Rating;

impl Face for Rating {
    fn asks(&self, locale: &Locale, kind: Kind) -> String {
        let Some(Scale { min, max, .. }) = kind.scale() else { return String::new() };
        locale.words.ask_rating(&locale.words.figure(min), &locale.words.figure(max))
    }

    fn ballot(&self, form: &Poll, ctx: &Context<'_>, poll: &domain::Poll) -> Html {
        scale::rows(self, form, ctx, poll)
    }

    fn complaint(&self, locale: &Locale, bad: &BadBallot) -> String {
        if let BadBallot::OffScale(_) = bad {
            locale.words.rating_off_scale()
        } else {
            locale.words.rating_first()
        }
    }

    fn value(&self, locale: &Locale, value: i32) -> Option<String> {
        Some(locale.words.figure(value))
    }

    fn lines(&self, locale: &Locale, poll: &domain::Poll, tally: &Tally) -> Vec<Line> {
        let (Count::Values(lists), Some(scale)) = (&tally.count, poll.rules.kind.scale()) else {
            return Vec::new();
        };
        lists.iter().map(|counts| line(&locale.words, scale, counts)).collect()
    }

    /// A column in the place of each button, as high as the number of ballots with that number.
    fn board(&self, locale: &Locale, poll: &domain::Poll, tally: Option<&Tally>) -> Option<Html> {
        let scale = poll.rules.kind.scale()?;
        let leaders = tally.map(|tally| tally.leaders(poll.rules.kind)).unwrap_or_default();
        let lists = match tally.map(|tally| &tally.count) {
            Some(Count::Values(lists)) => lists.as_slice(),
            _ => &[],
        };
        let row = |at: usize| {
            let option = &poll.options[at];
            let mine = poll.says_of(&option.id);
            // A member who may not see the tally still sees their own number on the scale.
            let none = mine.filter(|_| tally.is_none()).map(|_| vec![0; scale.numbers()]);
            let counts = lists.get(at).or(none.as_ref());
            let row = el!("li" ["part" = "option"], "class" = looks(scale::looks(poll), mine.is_some(), leaders.contains(&at));
                el!("span", "label"; self.name(locale, poll, option, true), edited::option(locale, self, poll, option), asides(locale, option, mine.map(|value| own(locale, self, value, scale::has_buttons(scale))))),
                maybe(lists.get(at).map(|counts| share(&line(&locale.words, scale, counts)))),
                maybe(counts.map(|counts| histogram(&locale.words, scale, counts, mine))));
            keyed(option.id.as_str(), row)
        };
        Some(each(poll.options.len(), &row))
    }
}

pub(super) fn how(
    face: &dyn Face,
    locale: &Locale,
    poll: &domain::Poll,
    scale: Scale,
    lists: &[Vec<u32>],
) -> Html {
    // Of a long scale, only the numbers that somebody gave.
    let given = |(at, _): &(usize, i32)| {
        scale::has_buttons(scale) || lists.iter().any(|counts| counts.get(*at) > Some(&0))
    };
    let given: Vec<(usize, i32)> = scale.values().enumerate().filter(given).collect();
    let cell = |row: usize, column: usize| match (row, column) {
        (0, 1) => text(locale.words.head_mean()),
        (0, _) => {
            text(given.get(column - 2).map(|(_, value)| locale.words.figure(*value)).unwrap_or_default())
        }
        (_, 0) => table::name(face, locale, poll, row),
        (_, 1) => text(
            lists.get(row - 1).map(|counts| line(&locale.words, scale, counts).share).unwrap_or_default(),
        ),
        _ => table::number(
            &locale.words,
            given.get(column - 2).and_then(|(at, _)| lists.get(row - 1)?.get(*at)),
        ),
    };
    table::draw(&locale.words, "", lists.len(), given.len() + 1, &cell)
}

fn line(words: &Words, scale: Scale, counts: &[u32]) -> Line {
    let voters: u32 = counts.iter().sum();
    let (share, said) = match (mean(scale, counts), median(scale, counts)) {
        (Some(mean), Some(median)) => {
            (words.hundredths(mean), words.mean_and_median(voters, &words.hundredths(median)))
        }
        _ => ("–".into(), words.mean_of(voters)),
    };
    Line { bar: Html::default(), share, said }
}

/// The most digits that fit below the columns where the page leaves the poll little width.
const DIGITS: usize = 24;

/// A histogram of the numbers with their mean. It is hidden from screen readers, since the table has the same numbers.
fn histogram(words: &Words, scale: Scale, counts: &[u32], mine: Option<i32>) -> Html {
    let each_one = counts.len().div_ceil(scale::MOST).max(1);
    let sums: Vec<u64> =
        counts.chunks(each_one).map(|some| some.iter().map(|n| u64::from(*n)).sum()).collect();
    let most = sums.iter().copied().max().unwrap_or(0).max(1);
    let own = mine.and_then(|value| scale.place(value)).map(|place| place / each_one);
    let column = |at: usize| {
        let height = sums.get(at).map_or(0, |n| n * 100 / most);
        let first = scale.values().nth(at * each_one).unwrap_or(0);
        el!("span", "class" = if own == Some(at) { "col own" } else { "col" };
            el!("svg" ["viewBox" = "0 0 1 100", "preserveAspectRatio" = "none"];
                el!("rect" ["width" = "1"], "y" = (100 - height).to_string(), "height" = height.to_string())),
            el!("span"; text(words.figure(first))))
    };
    let digits = scale.min.to_string().len().max(scale.max.to_string().len());
    let crowded = sums.len() * digits > DIGITS;
    el!("span" ["aria-hidden" = "true"], "class" = if crowded { "hist crowded" } else { "hist" };
        each(sums.len(), &column), maybe(mean_line(scale, counts, sums.len(), each_one)))
}

/// The mean as a line across the histogram of this many `columns`, each of which stands for `each` numbers.
fn mean_line(scale: Scale, counts: &[u32], columns: usize, each: usize) -> Option<Html> {
    let above = mean(scale, counts)? - i64::from(scale.min) * 100;
    // In ten-thousandths of the width. A number stands in the middle of its part of a column.
    let part = i64::from(scale.step).max(1) * 100;
    let whole = i64::try_from(columns * each).ok()?.max(1);
    let x = (above * 10_000 / part + 5_000) / whole;
    let x = x.clamp(0, 10_000).to_string();
    Some(el!("svg" ["class" = "mean", "viewBox" = "0 0 10000 1", "preserveAspectRatio" = "none"];
        el!("path", "d" = ["M", &x, " 0V1"].concat())))
}
