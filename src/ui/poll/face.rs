//! What each kind of poll draws and says in its own way.

use super::{Context, Order, Poll};
use crate::domain::poll::{self as domain, Answer, BadBallot, Kind, Phase, PollOption, Tally};
use crate::ui::el::{Html, bdi, el, list, maybe, text};
use crate::ui::{Dom, Locale};
use crate::words::Words;

/// The look of a kind of poll.
pub trait Face {
    /// The instruction to the voter: `Choose up to 2`.
    fn asks(&self, locale: &Locale, kind: Kind) -> String;

    /// An option's label.
    fn label(&self, _: &Locale, _: &domain::Poll, option: &PollOption) -> String {
        option.label.clone()
    }

    /// An option's label with its picture and, if `linked`, its link.
    fn name(&self, locale: &Locale, poll: &domain::Poll, option: &PollOption, linked: bool) -> Html {
        let label = self.label(locale, poll, option);
        let more = if linked { more(&locale.words, option, &label) } else { Html::default() };
        list(vec![picture(option), bdi(label), more])
    }

    /// The controls of the ballot. In most kinds each option is a row, and the whole row can be pressed.
    fn ballot(&self, form: &Poll, ctx: &Context<'_>, poll: &domain::Poll) -> Html;

    /// Changes the order of a ranking. Other kinds have no order.
    fn reorder(&self, _: &mut Poll, _: &dyn Dom, _: Order) {}

    /// Checks an answer before it is sent.
    fn take(&self, poll: &domain::Poll, answer: Answer) -> Result<Answer, BadBallot> {
        poll.take(answer)
    }

    /// The error message about an invalid draft.
    fn complaint(&self, locale: &Locale, bad: &BadBallot) -> String;

    /// A number on a ballot in words; `None` for kinds in which it only means that the option was chosen, or its place.
    fn value(&self, _: &Locale, _: i32) -> Option<String> {
        None
    }

    /// The member's own number for an option in words; `None` for kinds in which it only means that the option was chosen.
    fn yours(&self, locale: &Locale, value: i32) -> Option<String> {
        self.value(locale, value).map(|value| locale.words.yours_value(&value))
    }

    /// The indices of the options that are marked as ahead.
    fn ahead(&self, kind: Kind, tally: &Tally) -> Vec<usize> {
        tally.shown_ahead(kind)
    }

    /// Each option's result.
    fn lines(&self, locale: &Locale, poll: &domain::Poll, tally: &Tally) -> Vec<Line>;

    /// The results of kinds that do not draw a row with a bar for each option; `None` for those that do.
    fn board(&self, _: &Locale, _: &domain::Poll, _: Option<&Tally>) -> Option<Html> {
        None
    }

    /// The outcome in a sentence; `None` for kinds that decide nothing, before the poll opens, and without a tally.
    fn verdict(&self, _: &Locale, _: &domain::Poll, _: Phase) -> Option<String> {
        None
    }
}

/// An option's picture, if any.
pub(super) fn picture(option: &PollOption) -> Html {
    maybe(option.picture.as_ref().map(|picture| {
        el!("img" ["class" = "picture", "alt" = "", "loading" = "lazy", "referrerpolicy" = "no-referrer"], "src" = picture.to_string())
    }))
}

/// An option's link, if any.
pub(super) fn more(words: &Words, option: &PollOption, label: &str) -> Html {
    maybe(option.link.as_ref().map(|link| {
        el!("a" ["class" = "more", "target" = "_blank", "rel" = "noopener nofollow ugc"],
            "href" = link.to_string(), "aria-label" = words.more_about(label); text(words.more()))
    }))
}

/// The result of one option.
pub struct Line {
    /// The bar behind the row.
    pub bar: Html,
    /// The figure at the end of the row.
    pub share: String,
    /// Further words for screen readers.
    pub said: String,
}
