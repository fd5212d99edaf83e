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
use crate::words::Words;

/// Proposal.
pub(super) struct Proposal;

impl Face for Proposal {
    fn asks(&self, locale: &Locale, kind: Kind) -> String {
        let Kind::Proposal(proposal) = kind else { return String::new() };
        [&locale.words.ask_stance(), " · ", &needs(&locale.words, proposal)].concat()
    }

    /// The host's label, else the name of the stance.
    fn label(&self, locale: &Locale, _: &domain::Poll, option: &PollOption) -> String {
        if !option.label.is_empty() {
            return option.label.clone();
        }
        let words = &locale.words;
        match Stance::of(&option.id) {
            Some(Stance::Agree) => words.stance_agree(),
            Some(Stance::Abstain) => words.stance_abstain(),
            Some(Stance::Disagree) => words.stance_disagree(),
            Some(Stance::Block) => words.stance_block(),
            None => String::new(),
        }
    }

    fn ballot(&self, form: &Poll, ctx: &Context<'_>, poll: &domain::Poll) -> Html {
        let kind = poll.rules.kind;
        let stands = each(poll.options.len(), &|at| tick(self, form, ctx, poll, &poll.options[at]));
        list(vec![stands, maybe(kind.takes_reasons().then(|| why(form, ctx, &poll.rules)))])
    }

    fn complaint(&self, locale: &Locale, bad: &BadBallot) -> String {
        let words = &locale.words;
        match bad {
            BadBallot::NoReason => words.reason_needed(),
            BadBallot::LongReason => words.reason_too_long(u32::try_from(MAX_REASON).unwrap_or(u32::MAX)),
            BadBallot::OtherKind
            | BadBallot::NoAbstention
            | BadBallot::Unknown(_)
            | BadBallot::Doubled(_)
            | BadBallot::TooFew(_)
            | BadBallot::TooMany(_)
            | BadBallot::OffScale(_)
            | BadBallot::TooManyDots(_)
            | BadBallot::NeedlessReason => words.stance_first(),
        }
    }

    /// The shares of votes. The bar of those who agree has a tick at the threshold, where that is a percentage of the votes.
    fn lines(&self, locale: &Locale, poll: &domain::Poll, tally: &Tally) -> Vec<Line> {
        let mut lines = choice::shares(locale, poll, tally);
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

    fn verdict(&self, locale: &Locale, poll: &domain::Poll, phase: Phase) -> Option<String> {
        verdict::of(&locale.words, poll, phase)
    }
}

/// The threshold in words.
fn needs(words: &Words, proposal: domain::Proposal) -> String {
    match proposal.of {
        Base::Ballots => words.proposal_needs_of_votes(proposal.threshold),
        Base::Entitled => words.proposal_needs_of_entitled(proposal.threshold),
    }
}

/// The field for the reason.
fn why(form: &Poll, ctx: &Context<'_>, rules: &domain::Rules) -> Html {
    let Kind::Proposal(proposal) = rules.kind else { return Html::default() };
    let words = &ctx.scene.locale.words;
    let asked = match proposal.reasons {
        Reasons::Required => words.reason_required(),
        Reasons::ToDisagree => words.reason_to_disagree(),
        Reasons::Off | Reasons::Optional => words.reason_optional(),
    };
    let write = ctx.hear(|event| Msg::Why(event.value()));
    let asked = match rules.secrecy {
        Secrecy::Public => asked,
        Secrecy::Secret | Secrecy::Anonymous => words.sentences(vec![asked, words.reason_is_nameless()]),
    };
    forms::field(asked, forms::area(MAX_REASON, write, &form.draft.reason))
}
