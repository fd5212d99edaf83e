//! Proposal: a stance with a reason, and whether the proposal passes.

use super::{forms, verdict};
use crate::domain::poll::{
    self as domain, BadBallot, Base, Count, Kind, MAX_REASON, Phase, PollOption, Reasons, Secrecy, Stance,
    Tally,
};
use crate::ui::Locale;
use crate::ui::bar::bar;
use crate::ui::el::{Html, each, el, list, maybe};
use crate::ui::poll::choice::{self, tick};
use crate::ui::poll::face::{Face, Line};
use crate::ui::poll::{Context, Msg, Poll};

/// Proposal.
pub(super) struct Proposal;

impl Face for Proposal {
    fn asks(&self, kind: Kind) -> String {
        let Kind::Proposal(proposal) = kind else { return String::new() };
        ["Take a stand · ", &needs(proposal)].concat()
    }

    /// The host's label, else the name of the stance.
    fn label(&self, _: &Locale, _: &domain::Poll, option: &PollOption) -> String {
        if !option.label.is_empty() {
            return option.label.clone();
        }
        let words = match Stance::of(&option.id) {
            Some(Stance::Agree) => "Agree",
            Some(Stance::Abstain) => "Abstain",
            Some(Stance::Disagree) => "Disagree",
            Some(Stance::Block) => "Block",
            None => "",
        };
        words.into()
    }

    fn ballot(&self, form: &Poll, ctx: &Context<'_>, poll: &domain::Poll) -> Html {
        let kind = poll.rules.kind;
        let stands = each(poll.options.len(), &|at| tick(self, form, ctx, poll, &poll.options[at]));
        list(vec![stands, maybe(kind.takes_reasons().then(|| why(form, ctx, &poll.rules)))])
    }

    fn complaint(&self, bad: &BadBallot) -> String {
        match bad {
            BadBallot::NoReason => "Say why, too.",
            BadBallot::LongReason => "The reason is too long: 500 characters at most.",
            BadBallot::OtherKind
            | BadBallot::NoAbstention
            | BadBallot::Unknown(_)
            | BadBallot::Doubled(_)
            | BadBallot::TooFew(_)
            | BadBallot::TooMany(_)
            | BadBallot::OffScale(_)
            | BadBallot::TooManyDots(_)
            | BadBallot::NeedlessReason => "Take a stand first.",
        }
        .into()
    }

    /// The shares of votes. The bar of those who agree has a tick at the threshold, where that is a percentage of the votes.
    fn lines(&self, poll: &domain::Poll, tally: &Tally) -> Vec<Line> {
        let mut lines = choice::shares(poll, tally);
        let (Kind::Proposal(proposal), Count::Votes(votes)) = (poll.rules.kind, &tally.count) else {
            return lines;
        };
        let agree = poll.options.iter().position(|option| Stance::of(&option.id) == Some(Stance::Agree));
        if let Some(line) = agree.and_then(|at| lines.get_mut(at))
            && proposal.of == Base::Ballots
        {
            // Rounded down as in the verdict: the bar reaches the tick only where the proposal passes.
            let share = proposal.stand(&poll.options, votes, poll.turnout).share();
            let tick = ["M", &proposal.threshold.to_string(), " 0v2m0 4v2"].concat();
            let tick = el!("svg" ["class" = "bar tick", "viewBox" = "0 0 100 8", "preserveAspectRatio" = "none", "aria-hidden" = "true"];
                el!("path", "d" = tick));
            line.bar = list(vec![bar("bar", share / 100), tick]);
        }
        lines
    }

    fn verdict(&self, poll: &domain::Poll, phase: Phase) -> Option<String> {
        verdict::of(poll, phase)
    }
}

/// The threshold in words.
pub(super) fn needs(proposal: domain::Proposal) -> String {
    let of = match proposal.of {
        Base::Ballots => "% of the votes have to agree",
        Base::Entitled => "% of all who may vote have to agree",
    };
    [&proposal.threshold.to_string(), of].concat()
}

/// The field for the reason.
fn why(form: &Poll, ctx: &Context<'_>, rules: &domain::Rules) -> Html {
    let Kind::Proposal(proposal) = rules.kind else { return Html::default() };
    let asked = match proposal.reasons {
        Reasons::Required => "Why?",
        Reasons::ToDisagree => "Why? Needed to disagree or block.",
        Reasons::Off | Reasons::Optional => "Why? As you like.",
    };
    let write = ctx.hear(|event| Msg::Why(event.value()));
    let nameless = if rules.secrecy == Secrecy::Public { "" } else { " It is shown without your name." };
    forms::field([asked, nameless].concat(), forms::area(MAX_REASON, write, &form.draft.reason))
}
