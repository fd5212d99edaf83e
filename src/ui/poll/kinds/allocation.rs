//! Allocation: points that the voter spreads over the options.

use super::edited;
use super::table;
use crate::domain::poll::{self as domain, BadBallot, Count, Kind, PollOption, Tally};
use crate::ui::Locale;
use crate::ui::el::{Html, each, el, keyed, list, text};
use crate::ui::poll::face::{Face, Line};
use crate::ui::poll::{Context, Msg, Poll, choice};

/// Allocation.
pub(super) struct Allocation;

impl Face for Allocation {
    fn asks(&self, locale: &Locale, kind: Kind) -> String {
        locale.words.ask_points(dots(kind))
    }

    fn ballot(&self, form: &Poll, ctx: &Context<'_>, poll: &domain::Poll) -> Html {
        let dots = dots(poll.rules.kind);
        let left = u32::try_from(i64::from(dots) - i64::from(form.draft.sum())).unwrap_or(0);
        let said = ctx.scene.locale.words.points_left(left, dots);
        let one = |at: usize| {
            let option = &poll.options[at];
            row(
                form,
                ctx,
                dots,
                left > 0,
                option,
                list(vec![
                    self.name(&ctx.scene.locale, poll, option, true),
                    edited::option(&ctx.scene.locale, self, poll, option),
                ]),
            )
        };
        let drawn = drawn(i32::try_from(left).unwrap_or(0), dots);
        let left = el!("p" ["class" = "meta left", "role" = "status"]; text(said), drawn);
        list(vec![each(poll.options.len(), &one), left])
    }

    fn complaint(&self, locale: &Locale, bad: &BadBallot) -> String {
        if let BadBallot::TooManyDots(dots) = bad {
            locale.words.points_to_spread(*dots)
        } else {
            locale.words.points_first()
        }
    }

    fn value(&self, locale: &Locale, value: i32) -> Option<String> {
        Some(locale.words.figure(value))
    }

    fn lines(&self, locale: &Locale, poll: &domain::Poll, tally: &Tally) -> Vec<Line> {
        let Count::Points(points) = &tally.count else { return Vec::new() };
        let count = |at: usize| {
            let got = points.get(at).copied().unwrap_or_default();
            let (words, result, more) =
                (&locale.words, locale.words.points(got.points), locale.words.points_from(got.voters));
            choice::Counted { whole: words.points_and_members(&result, &more), result, more }
        };
        choice::lines(locale, poll.rules.kind, tally, &count)
    }
}

pub(super) fn how(face: &dyn Face, locale: &Locale, poll: &domain::Poll, points: &[domain::Points]) -> Html {
    let cell = |row: usize, column: usize| match (row, column) {
        (0, 1) => text(locale.words.head_points()),
        (0, _) => text(locale.words.head_members()),
        (_, 0) => table::name(face, locale, poll, row),
        (_, 1) => table::number(&locale.words, points.get(row - 1).map(|got| &got.points)),
        _ => table::number(&locale.words, points.get(row - 1).map(|got| &got.voters)),
    };
    table::draw(&locale.words, "", points.len(), 2, &cell)
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
    let words = &ctx.scene.locale.words;
    let (value, label) = (form.draft.value(&option.id).unwrap_or(0), &option.label);
    let button = |sign: &'static str, label: String, by: i32, can: bool| {
        let to = if can { value + by } else { value };
        let press = ctx.sends(Msg::Mark(option.id.clone(), (to > 0).then_some(to)));
        let disabled = if can { "false" } else { "true" };
        el!("button" ["type" = "button", "class" = "small", "part" = "button"],
            "aria-label" = label, "aria-disabled" = disabled, "onclick" = press; text(sign))
    };
    let row = el!("div" ["class" = "row wide", "part" = "option", "role" = "group"], "aria-label" = label.clone();
        el!("span", "label"; name, drawn(value, dots)),
        el!("span", "pills";
            button("−", words.point_less(label), -1, value > 0),
            el!("output"; text(words.figure(value))),
            button("+", words.point_more(label), 1, more)));
    keyed(option.id.as_str(), row)
}
