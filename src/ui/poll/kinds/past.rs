//! The results of a poll's earlier rounds: how often each option came first, as a chart and as a table.

use crate::domain::poll::{Poll, PollOption, Series};
use crate::ui::Locale;
use crate::ui::el::{Html, bdi, each, el, keyed, list, text};
use crate::ui::poll::face::Face;

/// The most options in the chart, which shows those that came first most often.
const MOST: usize = 5;

/// The distance between the marks of two rounds, in units of the chart.
const STEP: usize = 10;

pub(super) fn draw(face: &dyn Face, locale: &Locale, poll: &Poll, series: &Series) -> Html {
    let wins = series.wins(&poll.options);
    let rounds = u32::try_from(series.past.len()).unwrap_or(u32::MAX);
    let words = &locale.words;
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let Some((best, _)) = wins.first().filter(|_| rounds > 0) else { return el!("div") };
    let most = wins[0].1;
    let caption = if wins.iter().filter(|(_, n)| *n == most).count() == 1 {
        text(words.came_first(&face.label(locale, poll, best), count(most), rounds))
    } else {
        text(words.who_came_first(rounds))
    };
    let row = |(option, n): &(&PollOption, usize)| {
        keyed(
            option.id.as_str(),
            el!("tr";
            el!("th" ["scope" = "row"]; bdi(face.label(locale, poll, option))),
            el!("td"; marks(series, option)),
            el!("td"; text(words.came_first_times(count(*n), rounds)))),
        )
    };
    el!("div", "past";
        el!("table"; el!("caption", "meta"; caption), list(wins.iter().take(MOST).map(row).collect())),
        table(face, locale, poll, series))
}

/// A mark for each round, the earliest first. The mark is large where the option came first.
fn marks(series: &Series, option: &PollOption) -> Html {
    let width = (series.past.len() * STEP).to_string();
    // The list begins with the latest round, the chart ends with it.
    let mark = |at: usize| {
        let first = series.past.iter().rev().nth(at).is_some_and(|past| past.leaders.contains(&option.id));
        let cx = (at * STEP + STEP / 2).to_string();
        el!("circle"["cy" = "5"], "cx" = cx, "r" = if first { "4" } else { "1" })
    };
    el!("svg" ["class" = "marks", "aria-hidden" = "true"], "viewBox" = ["0 0 ", &width, " 10"].concat(); each(series.past.len(), &mark))
}

/// The table of rounds, shown on demand.
fn table(face: &dyn Face, locale: &Locale, poll: &Poll, series: &Series) -> Html {
    let words = &locale.words;
    let name = |past: &crate::domain::poll::Past| {
        let of = poll.options.iter().filter(|option| past.leaders.contains(&option.id));
        let names: Vec<String> = of.map(|option| words.isolated(&face.label(locale, poll, option))).collect();
        if names.is_empty() { "–".into() } else { words.series(&names) }
    };
    let cell = |row: usize, column: usize| {
        let past = row.checked_sub(1).and_then(|at| series.past.get(at));
        match (past, column) {
            (None, 1) => text(words.head_first()),
            (None, _) => text(words.head_voted()),
            (Some(past), 0) => text(locale.day(past.closed_at)),
            (Some(past), 1) => bdi(name(past)),
            (Some(past), _) => text(words.number(past.cast)),
        }
    };
    el!("details", "how"; el!("summary"; text(words.earlier_rounds())), super::table::draw(words, &words.head_closed(), series.past.len(), 2, &cell))
}
