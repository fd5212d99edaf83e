//! Choice: radio buttons or checkboxes, and a bar for each option.

use super::face::{Face, Line};
use super::{Context, Msg, Poll};
use crate::domain::poll::{self as domain, Answer, BadBallot, Count, Kind, PollOption, Tally};
use crate::ui::el::{Html, control, each, el, keyed};
use crate::ui::{bar::bar, words};

/// Choice.
pub(super) struct Choice;

impl Face for Choice {
    fn asks(&self, kind: Kind) -> String {
        match kind {
            Kind::Choice { min: 1, max } if max > 1 => ["Choose up to ", &words::number(max)].concat(),
            Kind::Choice { min, max } if min < max => {
                ["Choose ", &words::number(min), " to ", &words::number(max)].concat()
            }
            Kind::Choice { max, .. } if max > 1 => ["Choose ", &words::number(max)].concat(),
            Kind::Choice { .. }
            | Kind::Rating(_)
            | Kind::Ranked(_)
            | Kind::Allocation { .. }
            | Kind::Availability
            | Kind::Proposal(_) => "Choose one".into(),
        }
    }

    fn ballot(&self, form: &Poll, ctx: &Context<'_>, poll: &domain::Poll) -> Html {
        each(poll.options.len(), &|at| tick(self, form, ctx, poll, &poll.options[at]))
    }

    fn take(&self, poll: &domain::Poll, answer: Answer) -> Result<Answer, BadBallot> {
        poll.take_choice(answer)
    }

    fn complaint(&self, bad: &BadBallot) -> String {
        match bad {
            BadBallot::TooFew(min) if *min > 1 => {
                ["Choose at least ", &words::count(*min, "option"), "."].concat()
            }
            BadBallot::TooMany(max) => ["Choose at most ", &words::count(*max, "option"), "."].concat(),
            BadBallot::OtherKind
            | BadBallot::NoAbstention
            | BadBallot::Unknown(_)
            | BadBallot::Doubled(_)
            | BadBallot::TooFew(_)
            | BadBallot::OffScale(_)
            | BadBallot::TooManyDots(_)
            | BadBallot::NoReason
            | BadBallot::NeedlessReason
            | BadBallot::LongReason => "Choose an option first.".into(),
        }
    }

    fn ahead(&self, kind: Kind, tally: &Tally) -> Vec<usize> {
        tally.votes_ahead(kind)
    }

    fn lines(&self, poll: &domain::Poll, tally: &Tally) -> Vec<Line> {
        shares(poll, tally)
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
    let name = el!("span", "label"; face.name(&ctx.scene.locale, poll, option, true));
    keyed(option.id.as_str(), el!("label" ["class" = "row", "part" = "option"]; input, name))
}

/// The shares of votes.
pub(super) fn shares(poll: &domain::Poll, tally: &Tally) -> Vec<Line> {
    let Count::Votes(votes) = &tally.count else { return Vec::new() };
    let count = |at: usize| words::count(votes.get(at).copied().unwrap_or(0), "vote");
    lines(poll.rules.kind, tally, &|at| (count(at), String::new()))
}

/// A line for each option. `counted` gives an option's result in words, and further words for screen readers. Percentages that
/// are rounded to add up to 100 may differ for equal results. Bars of equal results still have equal lengths; and if any
/// percentage differs from the length of its bar, every row shows the result beside the percentage.
pub(super) fn lines(kind: Kind, tally: &Tally, counted: &dyn Fn(usize) -> (String, String)) -> Vec<Line> {
    let shares = tally.percentages(kind).unwrap_or_default();
    let lengths = tally.lengths(kind).unwrap_or_default();
    let uneven = shares != lengths;
    let line = |(at, (share, length)): (usize, (u32, u32))| {
        let (result, more) = counted(at);
        let share = words::percent(share);
        let (share, said) =
            if uneven { ([&result, " · ", &share].concat(), more) } else { (share, result + &more) };
        Line { bar: bar("bar", length), share, said }
    };
    shares.into_iter().zip(lengths).enumerate().map(line).collect()
}
