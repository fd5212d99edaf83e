//! Choice: radio buttons or checkboxes, and a bar for each option.

use super::face::{Face, Line};
use super::faces::edited_option;
use super::{Context, Msg, Poll};
use crate::domain::poll::{self as domain, Answer, BadBallot, Count, Kind, PollOption, Tally};
use crate::ui::el::{Html, control, each, el, keyed};
use crate::ui::{Locale, bar::bar};

/// Choice.
pub(super) struct Choice;

impl Face for Choice {
    fn asks(&self, locale: &Locale, kind: Kind) -> String {
        let words = &locale.words;
        match kind {
            Kind::Choice { min: 1, max } if max > 1 => words.choose_up_to(max),
            Kind::Choice { min, max } if min < max => words.choose_from_to(min, max),
            Kind::Choice { max, .. } if max > 1 => words.choose_exactly(max),
            Kind::Choice { .. }
            | Kind::Rating(_)
            | Kind::Ranked(_)
            | Kind::Allocation { .. }
            | Kind::Availability
            | Kind::Proposal(_) => words.choose_single(),
        }
    }

    fn ballot(&self, form: &Poll, ctx: &Context<'_>, poll: &domain::Poll) -> Html {
        each(poll.options.len(), &|at| tick(self, form, ctx, poll, &poll.options[at]))
    }

    fn take(&self, poll: &domain::Poll, answer: Answer) -> Result<Answer, BadBallot> {
        poll.take_choice(answer)
    }

    fn complaint(&self, locale: &Locale, bad: &BadBallot) -> String {
        let words = &locale.words;
        match bad {
            BadBallot::TooFew(min) if *min > 1 => words.choose_at_least(*min),
            BadBallot::TooMany(max) => words.choose_at_most(*max),
            BadBallot::OtherKind
            | BadBallot::NoAbstention
            | BadBallot::Unknown(_)
            | BadBallot::Doubled(_)
            | BadBallot::TooFew(_)
            | BadBallot::OffScale(_)
            | BadBallot::TooManyDots(_)
            | BadBallot::NoReason
            | BadBallot::NeedlessReason
            | BadBallot::LongReason => words.choose_first(),
        }
    }

    fn ahead(&self, kind: Kind, tally: &Tally) -> Vec<usize> {
        tally.votes_ahead(kind)
    }

    fn lines(&self, locale: &Locale, poll: &domain::Poll, tally: &Tally) -> Vec<Line> {
        shares(locale, poll, tally)
    }
}

/// A radio button or a checkbox.
pub(super) fn tick(
    face: &dyn Face,
    form: &Poll,
    ctx: &Context<'_>,
    poll: &domain::Poll,
    option: &PollOption,
) -> Html {
    let id = option.id.clone();
    let tick = ctx.hear(move |event| Msg::Mark(id.clone(), event.checked().then_some(1)));
    let kind = if poll.rules.kind.is_single() { "radio" } else { "checkbox" };
    let input = control!("input" ["name" = "option"], "type" = kind, "onchange" = tick;
        Some(option.id.to_string()), Some(form.draft.value(&option.id).is_some()));
    let locale = &ctx.scene.locale;
    let before = edited_option(ctx.scene.faces.here, locale, face, poll, option);
    let name = el!("span", "label"; face.name(locale, poll, option, true), before);
    keyed(option.id.as_str(), el!("label" ["class" = "row", "part" = "option"]; input, name))
}

/// The shares of votes.
pub(super) fn shares(locale: &Locale, poll: &domain::Poll, tally: &Tally) -> Vec<Line> {
    let Count::Votes(votes) = &tally.count else { return Vec::new() };
    let counted = |at: usize| {
        let result = locale.words.votes(votes.get(at).copied().unwrap_or(0));
        Counted { whole: result.clone(), result, more: String::new() }
    };
    lines(locale, poll.rules.kind, tally, &counted)
}

/// An option's result in words.
pub(super) struct Counted {
    /// The result: `5 points`.
    pub result: String,
    /// Further words for screen readers: `from 2 members`.
    pub more: String,
    /// Both.
    pub whole: String,
}

/// A line for each option. Percentages that are rounded to add up to 100 may differ for equal results. Bars of equal results
/// still have equal lengths; and if any percentage differs from the length of its bar, every row shows the result beside the
/// percentage.
pub(super) fn lines(
    locale: &Locale,
    kind: Kind,
    tally: &Tally,
    counted: &dyn Fn(usize) -> Counted,
) -> Vec<Line> {
    let shares = tally.percentages(kind).unwrap_or_default();
    let lengths = tally.lengths(kind).unwrap_or_default();
    let uneven = shares != lengths;
    let line = |(at, (share, length)): (usize, (u32, u32))| {
        let Counted { result, more, whole } = counted(at);
        let share = locale.words.percent(share);
        let (share, said) = if uneven { ([&result, " · ", &share].concat(), more) } else { (share, whole) };
        Line { bar: bar("bar", length), share, said }
    };
    shares.into_iter().zip(lengths).enumerate().map(line).collect()
}
