//! What differs from one kind of poll to another in how it is drawn and in what it says.

use yew::prelude::*;

use super::{Context, Order, Poll, edited};
use crate::domain::poll::{self as domain, Answer, BadBallot, Kind, Phase, PollOption, Tally};
use crate::ui::el::{bdi, el, list, maybe, text};

/// A kind of poll, as a member sees it.
pub trait Face {
    /// What a ballot is: `Choose up to 2`.
    fn asks(&self, kind: Kind) -> String;

    /// What an option is called.
    fn label(&self, _: &domain::Poll, option: &PollOption) -> String {
        option.label.clone()
    }

    /// What an option is called, with its picture and, where it can be followed, its link.
    fn name(&self, poll: &domain::Poll, option: &PollOption, linked: bool) -> Html {
        let label = self.label(poll, option);
        let more = if linked { more(option, &label) } else { Html::default() };
        let says = |words: &str| self.label(poll, &PollOption { label: words.into(), ..option.clone() });
        list(vec![picture(option), bdi(label), more, edited::option(option, &says)])
    }

    /// The form's controls: in most kinds a row for each option, the whole of which is the target.
    fn ballot(&self, form: &Poll, ctx: &Context<'_>, poll: &domain::Poll) -> Html;

    /// Changes the order on the ballot, where there is one.
    fn reorder(&self, _: &mut Poll, _: Order) {}

    /// The answer as it is sent, if the poll takes it.
    fn take(&self, poll: &domain::Poll, answer: Answer) -> Result<Answer, BadBallot> {
        poll.take(answer)
    }

    /// What is wrong with a draft.
    fn complaint(&self, bad: &BadBallot) -> String;

    /// What a number on a ballot says, where it says more than that the option is on it.
    fn value(&self, _: i32) -> Option<String> {
        None
    }

    /// What the member's own ballot says of an option, where it says more than that the option is on it.
    fn yours(&self, value: i32) -> Option<String> {
        self.value(value).map(|value| ["yours: ", &value].concat())
    }

    /// The options that may be shown as ahead.
    fn ahead(&self, kind: Kind, tally: &Tally) -> Vec<usize> {
        tally.shown_ahead(kind)
    }

    /// What the tally comes to for each option.
    fn lines(&self, poll: &domain::Poll, tally: &Tally) -> Vec<Line>;

    /// The options with what the tally comes to for each, where they are not drawn as in most kinds: a row each with a bar
    /// behind it.
    fn board(&self, _: &domain::Poll, _: Option<&Tally>) -> Option<Html> {
        None
    }

    /// What the tally comes to for the question, in a sentence, where it is one that can be decided.
    fn verdict(&self, _: &domain::Poll, _: Phase) -> Option<String> {
        None
    }
}

/// An option's picture, where it has one.
pub(super) fn picture(option: &PollOption) -> Html {
    maybe(option.picture.as_ref().map(|picture| {
        el!("img" ["class" = "picture", "alt" = "", "loading" = "lazy", "referrerpolicy" = "no-referrer"], "src" = picture.to_string())
    }))
}

/// An option's link, where it has one.
pub(super) fn more(option: &PollOption, label: &str) -> Html {
    maybe(option.link.as_ref().map(|link| {
        el!("a" ["class" = "more", "target" = "_blank", "rel" = "noopener nofollow ugc"],
            "href" = link.to_string(), "aria-label" = ["More about ", label].concat(); text("More"))
    }))
}

/// What a tally comes to for one option.
pub struct Line {
    /// What is drawn behind it.
    pub bar: Html,
    /// What stands at its end.
    pub share: String,
    /// What that leaves out, for those who hear it.
    pub said: String,
}
