//! Proposal: a stand on it, with a reason, and whether it passes.

use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::domain::poll::{
    self as domain, BadBallot, Base, Count, Kind, MAX_REASON, Phase, PollOption, Reasons, STANCES, Tally,
};
use crate::ui::poll::choice::{shares, tick};
use crate::ui::poll::face::{Face, Line};
use crate::ui::poll::{Msg, Poll, how};

/// Proposal.
pub(super) struct Proposal;

impl Face for Proposal {
    fn asks(&self, kind: Kind) -> String {
        ["Take a stand · ", &needs(kind)].concat()
    }

    /// The stand in words, where the host has none.
    fn label(&self, _: &domain::Poll, option: &PollOption) -> String {
        const WORDS: [&str; 4] = ["Agree", "Abstain", "Disagree", "Block"];
        let words = || STANCES.iter().position(|stance| *stance == option.id.as_str()).map(|at| WORDS[at]);
        if option.label.is_empty() { words().unwrap_or_default().into() } else { option.label.clone() }
    }

    fn ballot(&self, form: &Poll, ctx: &Context<Poll>, poll: &domain::Poll) -> Vec<Html> {
        let kind = poll.rules.kind;
        let row = |option: &PollOption| tick(self, form, ctx, poll, option);
        let mut rows: Vec<Html> = poll.options.iter().map(row).collect();
        rows.extend(kind.takes_reasons().then(|| why(form, ctx, kind)));
        rows
    }

    fn complaint(&self, bad: &BadBallot) -> String {
        match bad {
            BadBallot::NoReason => "Say why, too.",
            BadBallot::LongReason => "The reason is too long: 500 characters at most.",
            _ => "Take a stand first.",
        }
        .into()
    }

    fn lines(&self, poll: &domain::Poll, tally: &Tally) -> Vec<Line> {
        shares(poll, tally)
    }

    fn verdict(&self, poll: &domain::Poll, phase: Phase) -> Option<&'static str> {
        let Kind::Proposal(proposal) = poll.rules.kind else { return None };
        let Count::Votes(votes) = &poll.tally.as_ref()?.count else { return None };
        let enough = poll.rules.needed(poll.turnout).unwrap_or(0) == 0;
        Some(match (phase, enough, proposal.passes(votes, poll.turnout)) {
            (Phase::Upcoming, ..) => return None,
            (Phase::Open, false, _) => "As it stands, too few have voted.",
            (Phase::Open, true, false) => "As it stands, it does not pass.",
            (Phase::Open, true, true) => "As it stands, it passes.",
            (Phase::Closed, false, _) => "It did not pass: too few voted.",
            (Phase::Closed, true, false) => "It did not pass.",
            (Phase::Closed, true, true) => "It passed.",
        })
    }

    fn how(&self, poll: &domain::Poll, tally: &Tally) -> Option<Html> {
        let Count::Votes(votes) = &tally.count else { return None };
        Some(how::draw(poll, self, needs(poll.rules.kind), Vec::new(), how::votes(votes)))
    }
}

/// How many have to agree.
fn needs(kind: Kind) -> String {
    let Kind::Proposal(proposal) = kind else { return String::new() };
    let of = match proposal.of {
        Base::Ballots => "% of the votes have to agree",
        Base::Entitled => "% of all who may vote have to agree",
    };
    [&proposal.threshold.to_string(), of].concat()
}

/// Why somebody takes their stand.
fn why(form: &Poll, ctx: &Context<Poll>, kind: Kind) -> Html {
    let asked = match kind {
        Kind::Proposal(domain::Proposal { reasons: Reasons::Required, .. }) => "Why?",
        Kind::Proposal(domain::Proposal { reasons: Reasons::ToDisagree, .. }) => {
            "Why? Needed to disagree or block."
        }
        _ => "Why? As you like.",
    };
    let write = ctx.link().callback(|event: InputEvent| {
        // A text area has its text where an input has it.
        Msg::Why(event.target_unchecked_into::<HtmlInputElement>().value())
    });
    html! {
        <label key=" why" class="why">
            <span class="meta"><bdi>{ asked }</bdi></span>
            <textarea rows="2" maxlength={MAX_REASON.to_string()} oninput={write} value={form.draft.reason.clone()} />
        </label>
    }
}
