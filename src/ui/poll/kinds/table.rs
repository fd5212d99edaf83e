//! Sentences and tables about the count.

use crate::domain::poll::Poll;
use crate::ui::el::{Html, bdi, each, el, text};
use crate::ui::poll::face::Face;
use crate::ui::{Locale, Text};
use crate::words::Words;

/// A paragraph.
pub(super) fn words(words: impl Into<Text>) -> Html {
    el!("p", "meta prose"; text(words))
}

/// The message where there are no ballots, or the host is still counting.
pub(super) fn none(of: &Words) -> Html {
    words(of.count_none())
}

/// A number in a cell.
pub(super) fn number(words: &Words, n: Option<&u32>) -> Html {
    text(words.number(n.copied().unwrap_or(0)))
}

/// The name of an option at the beginning of its row. Row 0 has the heads, so the option's index in the poll is one less.
pub(super) fn name(face: &dyn Face, locale: &Locale, poll: &Poll, row: usize) -> Html {
    let option = row.checked_sub(1).and_then(|at| poll.options.get(at));
    bdi(option.map(|option| face.label(locale, poll, option)).unwrap_or_default())
}

/// A table with this many rows and columns, besides the row of heads and the column of names, which both have the index 0.
/// `corner` is the head of the names. A table that is too wide scrolls by itself.
pub(super) fn draw(
    words: &Words,
    corner: &str,
    rows: usize,
    columns: usize,
    cell: &dyn Fn(usize, usize) -> Html,
) -> Html {
    let row = |row: usize| {
        let one = |column: usize| match (row, column) {
            (0, 0) if corner.is_empty() => el!("td"),
            (0, 0) => el!("th" ["scope" = "col"]; text(corner.to_owned())),
            (0, _) => el!("th" ["scope" = "col"]; cell(row, column)),
            (_, 0) => el!("th" ["scope" = "row"]; cell(row, column)),
            _ => el!("td"; cell(row, column)),
        };
        el!("tr"; each(columns + 1, &one))
    };
    el!("div" ["class" = "table", "tabindex" = "0", "role" = "region"], "aria-label" = words.in_figures();
        el!("table"; each(rows + 1, &row)))
}
