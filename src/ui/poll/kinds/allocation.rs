//! Allocation: points that the voter spreads over the options.

use super::table;
use crate::domain::poll::{self as domain, BadBallot, Count, Kind, PollOption, Tally};
use crate::ui::el::{Html, bdi, each, el, keyed, list, text};
use crate::ui::poll::face::{Face, Line};
use crate::ui::poll::{Context, Msg, Poll, choice};
use crate::ui::{Locale, words};

/// Allocation.
pub(super) struct Allocation;

impl Face for Allocation {
    fn asks(&self, kind: Kind) -> String {
        ["Spread up to ", &words::count(dots(kind), "point")].concat()
    }

    fn ballot(&self, form: &Poll, ctx: &Context<'_>, poll: &domain::Poll) -> Html {
        let dots = dots(poll.rules.kind);
        let left = i64::from(dots) - i64::from(form.draft.sum());
        let said = [&left.to_string(), " of ", &words::count(dots, "point"), " left"].concat();
        let one = |at: usize| {
            let option = &poll.options[at];
            row(form, ctx, dots, left > 0, option, self.name(&ctx.scene.locale, poll, option, true))
        };
        let drawn = drawn(i32::try_from(left).unwrap_or(0), dots);
        let left = el!("p" ["class" = "meta left", "role" = "status"]; bdi(said), drawn);
        list(vec![each(poll.options.len(), &one), left])
    }

    fn complaint(&self, bad: &BadBallot) -> String {
        if let BadBallot::TooManyDots(dots) = bad {
            ["There are ", &words::count(*dots, "point"), " to spread."].concat()
        } else {
            "Give a point to an option first.".into()
        }
    }

    fn value(&self, value: i32) -> Option<String> {
        Some(value.to_string())
    }

    fn lines(&self, poll: &domain::Poll, tally: &Tally) -> Vec<Line> {
        let Count::Points(points) = &tally.count else { return Vec::new() };
        let count = |at: usize| {
            let got = points.get(at).copied().unwrap_or_default();
            (words::count(got.points, "point"), [" from ", &words::count(got.voters, "member")].concat())
        };
        choice::lines(poll.rules.kind, tally, &count)
    }
}

pub(super) fn how(face: &dyn Face, locale: &Locale, poll: &domain::Poll, points: &[domain::Points]) -> Html {
    let cell = |row: usize, column: usize| match (row, column) {
        (0, 1) => text("Points"),
        (0, _) => text("Members"),
        (_, 0) => table::name(face, locale, poll, row),
        (_, 1) => table::number(points.get(row - 1).map(|got| &got.points)),
        _ => table::number(points.get(row - 1).map(|got| &got.voters)),
    };
    table::draw("", points.len(), 2, &cell)
}

fn dots(kind: Kind) -> u32 {
    if let Kind::Allocation { dots } = kind { dots } else { 0 }
}

/// The most points that are drawn as dots.
const FEW: u32 = 20;

/// A dot for each point, where there are few.
fn drawn(points: i32, dots: u32) -> Html {
    let points = if dots > FEW { 0 } else { usize::try_from(points).unwrap_or(0) };
    let dot = |at: usize| el!("circle" ["cy" = "5", "r" = "4"], "cx" = (at * 10 + 5).to_string());
    el!("svg" ["class" = "marks", "aria-hidden" = "true"], "viewBox" = ["0 0 ", &(dots * 10).to_string(), " 10"].concat();
        each(points, &dot))
}

/// The row of an option, with buttons for one point more or less.
fn row(form: &Poll, ctx: &Context<'_>, dots: u32, more: bool, option: &PollOption, name: Html) -> Html {
    let (value, label) = (form.draft.value(&option.id).unwrap_or(0), &option.label);
    let button = |sign: &'static str, words: &str, by: i32, can: bool| {
        let to = if can { value + by } else { value };
        let press = ctx.sends(Msg::Mark(option.id.clone(), (to > 0).then_some(to)));
        let disabled = if can { "false" } else { "true" };
        el!("button" ["type" = "button", "class" = "small", "part" = "button"],
            "aria-label" = [words, label].concat(), "aria-disabled" = disabled, "onclick" = press; text(sign))
    };
    let row = el!("div" ["class" = "row wide", "part" = "option", "role" = "group"], "aria-label" = label.clone();
        el!("span", "label"; name, drawn(value, dots)),
        el!("span", "pills";
            button("−", "One point less for ", -1, value > 0),
            el!("output"; text(value.to_string())),
            button("+", "One point more for ", 1, more)));
    keyed(option.id.as_str(), row)
}
