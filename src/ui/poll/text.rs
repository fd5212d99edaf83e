//! What a poll says in words.

use crate::domain::id::OptionId;
use crate::domain::poll::{BadBallot, Phase, Poll, Results, Standing, Zone};
use crate::domain::time::Timestamp;
use crate::sync::{Reason, Refusal, Saving};
use crate::ui::words;

/// The line of meaning under the question: `Choose up to 2 · results after you vote · closes Saturday 18:00, in 2 days`.
pub fn meta(poll: &Poll, now: Timestamp) -> String {
    let rules = &poll.rules;
    let phase = rules.phase(now);
    let mut parts = Vec::new();
    if phase != Phase::Closed {
        let (min, max) = (words::number(rules.min), words::number(rules.max));
        parts.push(match (rules.min, rules.max) {
            (1, 1) => "Choose one".into(),
            (1, _) => ["Choose up to ", &max].concat(),
            _ if min == max => ["Choose ", &max].concat(),
            _ => ["Choose ", &min, " to ", &max].concat(),
        });
        let promise = match rules.results {
            Results::Always => "",
            Results::AfterVote => "results after you vote",
            Results::AfterClose => "results when it closes",
            Results::Staff => "results for staff only",
        };
        parts.push(promise.into());
    }
    let zone = rules.zone.as_ref();
    let place = |offset: fn(&Zone) -> Option<i32>| zone.and_then(|z| Some((z.name.as_str(), offset(z)?)));
    let at = |word: &str, at: Timestamp, zone: Option<(&str, i32)>| {
        let moment = words::moment(at, zone, now);
        if at > now {
            [word, &moment, ", ", &words::until(at, now)].concat()
        } else {
            [word, &moment].concat()
        }
    };
    parts.push(match (phase, rules.opens_at, rules.closes_at) {
        (Phase::Upcoming, Some(opens), _) => at("opens ", opens, place(|z| z.at_opening)),
        (Phase::Open, _, Some(closes)) => at("closes ", closes, place(|z| z.at_closing)),
        (Phase::Closed, _, Some(closed)) => at("Closed ", closed, place(|z| z.at_closing)),
        _ => String::new(),
    });
    join(parts)
}

/// The line at the foot: how many voted, and where the member's own vote is.
pub fn status(poll: &Poll, saving: &Saving) -> String {
    let cast = words::number(poll.turnout.cast);
    let turnout = match poll.turnout.entitled {
        Some(of) if of > 0 => [&cast, " of ", &words::count(of, "member"), " voted"].concat(),
        _ => [&cast, " voted"].concat(),
    };
    let standing = match poll.viewer.standing {
        Standing::NotEntitled => "this poll asks others",
        _ => "",
    };
    join(vec![progress(saving).into(), turnout, standing.into()])
}

fn progress(saving: &Saving) -> &'static str {
    match saving {
        Saving::Idle | Saving::Refused(..) => "",
        Saving::Sending => "Saving…",
        Saving::Waiting => "Not sent yet, trying again",
        Saving::Saved => "Saved",
    }
}

/// What is announced after something the member did; nothing for what others do.
pub fn announcement(poll: &Poll, saving: &Saving) -> String {
    match saving {
        Saving::Saved if poll.chosen().is_empty() => "Your vote was taken back.".into(),
        Saving::Saved => {
            let mut said = String::from("Your vote is saved. ");
            if let Some(tally) = &poll.tally {
                let shares = tally.percentages(poll.rules.is_single());
                for ((option, share), votes) in poll.options.iter().zip(shares).zip(&tally.votes) {
                    said.push_str(&option.label);
                    said.push_str(": ");
                    said.push_str(&words::count(*votes, "vote"));
                    said.push_str(", ");
                    said.push_str(&words::percent(share));
                    said.push_str(". ");
                }
            }
            said
        }
        saving => progress(saving).into(),
    }
}

/// What is wrong with a draft.
pub fn complaint(bad: &BadBallot) -> String {
    match bad {
        BadBallot::TooFew(1) => "Choose an option first.".into(),
        BadBallot::TooFew(min) => ["Choose at least ", &words::count(*min, "option"), "."].concat(),
        BadBallot::TooMany(max) => ["Choose at most ", &words::count(*max, "option"), "."].concat(),
        BadBallot::Unknown(_) | BadBallot::Doubled(_) => "That option is not there any more.".into(),
    }
}

/// Why the host did not take the vote, and what it was.
pub fn refused(poll: &Poll, refusal: &Refusal, chosen: &[OptionId]) -> String {
    let why = match refusal.reason {
        Reason::PollClosed => "The poll closed before your vote arrived.",
        Reason::Superseded => "You have voted again elsewhere since; that vote stands.",
        Reason::SignedOut => "You are signed out, so your vote does not count yet. Sign in and vote again.",
        Reason::NotPossible => "Your vote was not accepted.",
    };
    let labels: Vec<&str> =
        poll.options.iter().filter(|o| chosen.contains(&o.id)).map(|o| o.label.as_str()).collect();
    let was = if labels.is_empty() {
        String::new()
    } else {
        ["Your choice was: ", &labels.join(", "), "."].concat()
    };
    let detail = if refusal.reason == Reason::NotPossible { refusal.detail.as_str() } else { "" };
    [why, detail, &was].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

fn join(parts: Vec<String>) -> String {
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}
