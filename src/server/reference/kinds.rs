//! The kinds of polls: the settings of each, and a ballot.

use maud::{Markup, html};
use serde_json::{Value, json};

use super::words::{code, json as block, sentence};
use crate::api::{KindWord, Word};
use crate::domain::poll::{Kind, examples};
use crate::wire;

pub(super) fn draw() -> Markup {
    html! {
        @for kind in KindWord::ALL {
            h3 id={ "kind-" (kind.word()) } { (code(kind.word())) }
            p { (sentence(about(*kind))) }
            @for example in examples::KINDS.into_iter().filter(|example| KindWord::from(*example) == *kind) {
                div class="pair" {
                    figure { figcaption { "Settings of the poll" } (block(&settings(example))) }
                    figure { figcaption { "A ballot" } (block(&ballot(example))) }
                }
            }
        }
    }
}

/// What a ballot is, and how ballots are counted.
fn about(kind: KindWord) -> &'static str {
    match kind {
        KindWord::Choice => "One or more options. The tally has the `votes` of each option.",
        KindWord::Rating => {
            "A number on a scale for one or more options. The tally has for each option how many ballots gave each number; \
             the widget shows the mean."
        }
        KindWord::Ranked => {
            "One or more options in order of preference, the first preference first. With the method `run_off` one option \
             wins, with `stv` several `seats` are filled, and `schulze` compares the options in pairs. The tally has the \
             `rounds` or the `pairs`."
        }
        KindWord::Allocation => {
            "Points, at most `dots` in all, spread over the options. The tally has the `points` of each option."
        }
        KindWord::Availability => {
            "A number for each time: 2 is yes, 1 is if need be, 0 is no. The options have `starts_at` and `ends_at`, or a \
             `date`, which is a whole day in no time zone. The tally is that of a rating."
        }
        KindWord::Proposal => {
            "A stance on the proposal, `agree`, `abstain`, `disagree` or `block`, with a reason where the poll asks for one. \
             The proposal passes with `threshold` per cent of what `threshold_of` says."
        }
    }
}

/// The fields in which a poll of this kind differs from an empty poll.
fn settings(kind: Kind) -> Value {
    let (poll, other) = (json!(wire::Poll::of(kind)), json!(wire::Poll::default()));
    let own = poll.as_object().into_iter().flatten().filter(|(name, value)| other.get(name) != Some(value));
    Value::Object(own.map(|(name, value)| (name.clone(), value.clone())).collect())
}

fn ballot(kind: Kind) -> Value {
    // The second example has more than one option, or a reason.
    json!(examples::answers(kind).into_iter().nth(1).map(wire::Marks::from))
}
