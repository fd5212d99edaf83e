//! What a poll says in words.

use super::counted::{lines, needs, stance};
use crate::domain::id::OptionId;
use crate::domain::poll::{
    Answer, BadBallot, Kind, Method, Phase, Poll, PollOption, Proposal, Reasons, Results, Scale, Secrecy,
    Standing, Zone,
};
use crate::domain::time::Timestamp;
use crate::sync::{Reason, Refusal, Saving};
use crate::ui::words;

/// The line of meaning under the question: `Choose up to 2 · results after you vote · closes Saturday 18:00, in 2 days`.
pub fn meta(poll: &Poll, now: Timestamp) -> String {
    let rules = &poll.rules;
    let phase = rules.phase(now);
    let mut parts = Vec::new();
    if phase != Phase::Closed {
        parts.push(asks(rules.kind));
        let promise = match rules.results {
            Results::Always => "",
            Results::AfterVote => "results after you vote",
            Results::AfterClose => "results when it closes",
            Results::Staff => "results for staff only",
        };
        parts.push(promise.into());
        let secrecy = match rules.secrecy {
            Secrecy::Public => "everybody sees who chose what",
            Secrecy::Secret => "",
            Secrecy::Anonymous => "anonymous and final",
        };
        parts.push(secrecy.into());
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

/// What a ballot is, in words.
fn asks(kind: Kind) -> String {
    match kind {
        Kind::Choice { min: 1, max: 1 } => "Choose one".into(),
        Kind::Choice { min: 1, max } => ["Choose up to ", &words::number(max)].concat(),
        Kind::Choice { min, max } if min == max => ["Choose ", &words::number(max)].concat(),
        Kind::Choice { min, max } => ["Choose ", &words::number(min), " to ", &words::number(max)].concat(),
        Kind::Rating(Scale { min, max, .. }) => {
            ["Rate from ", &min.to_string(), " to ", &max.to_string()].concat()
        }
        Kind::Ranked(Method::Stv { seats }) => {
            ["Put in order what you like · ", &words::count(seats, "seat")].concat()
        }
        Kind::Ranked(_) => "Put in order what you like".into(),
        Kind::Allocation { dots } => ["Spread up to ", &words::count(dots, "point")].concat(),
        Kind::Availability => "Say when you can".into(),
        Kind::Proposal(proposal) => ["Take a stand · ", &needs(proposal)].concat(),
    }
}

/// What an option is called: by its words, the time that it stands for, or both.
pub fn label(poll: &Poll, option: &PollOption) -> String {
    let Some(slot) = &option.slot else {
        return if option.label.is_empty() {
            stance(option.id.as_str()).into()
        } else {
            option.label.clone()
        };
    };
    let zone = poll.rules.zone.as_ref().and_then(|zone| Some((zone.name.as_str(), slot.offset?)));
    join(vec![words::span(slot.starts_at, slot.ends_at, zone), option.label.clone()])
}

/// A number of a ballot in words.
pub fn value(kind: Kind, value: i32) -> String {
    match (kind, value) {
        (Kind::Availability, 0) => "No".into(),
        (Kind::Availability, 1) => "If need be".into(),
        (Kind::Availability, _) => "Yes".into(),
        _ => value.to_string(),
    }
}

/// What the member's own ballot says of an option.
pub fn yours(kind: Kind, value: i32) -> String {
    match kind {
        Kind::Choice { .. } | Kind::Proposal(_) => "your vote".into(),
        Kind::Ranked(_) => ["your no. ", &value.to_string()].concat(),
        _ => ["yours: ", &self::value(kind, value)].concat(),
    }
}

/// How many points are left.
pub fn left(left: i64, of: u32) -> String {
    [&left.to_string(), " of ", &words::count(of, "point"), " left"].concat()
}

/// What is asked of somebody who takes a stand.
pub fn why(kind: Kind) -> &'static str {
    match kind {
        Kind::Proposal(Proposal { reasons: Reasons::Required, .. }) => "Why?",
        Kind::Proposal(Proposal { reasons: Reasons::ToDisagree, .. }) => "Why? Needed to disagree or block.",
        _ => "Why? As you like.",
    }
}

/// The line at the foot: how many voted, and where the member's own vote is.
pub fn status(poll: &Poll, phase: Phase, saving: &Saving) -> String {
    let cast = words::number(poll.turnout.cast);
    let turnout = match poll.turnout.entitled {
        Some(of) if of > 0 => [&cast, " of ", &words::count(of, "member"), " voted"].concat(),
        _ => [&cast, " voted"].concat(),
    };
    let standing = match poll.viewer.standing {
        Standing::NotEntitled => "this poll asks others",
        _ => "",
    };
    let quorum = match poll.rules.needed(poll.turnout) {
        None => String::new(),
        Some(0) => "quorum met".into(),
        Some(n) if phase == Phase::Closed => [&words::number(n), " too few"].concat(),
        Some(n) => [&words::number(n), " more needed"].concat(),
    };
    let abstains = if poll.answer() == Some(&Answer::Abstention) { "you abstain" } else { "" };
    join(vec![progress(saving).into(), turnout, quorum, abstains.into(), standing.into()])
}

fn progress(saving: &Saving) -> &'static str {
    match saving {
        Saving::Sending => "Saving…",
        Saving::Saved => "Saved",
        Saving::Waiting(_) | Saving::SignedOut => "Not sent yet",
        Saving::Idle | Saving::Refused(..) | Saving::Draft(_) | Saving::CannotKeep => "",
    }
}

/// What is announced after something the member did; nothing for what others do.
pub fn announcement(poll: &Poll, saving: &Saving) -> String {
    match saving {
        Saving::Saved if !poll.has_voted() => "Your vote was taken back.".into(),
        Saving::Saved => {
            let mut said = String::from("Your vote is saved. ");
            if let Some(tally) = &poll.tally {
                for (option, line) in poll.options.iter().zip(lines(poll, tally)) {
                    let comma = if line.said.is_empty() { "" } else { ", " };
                    let parts = [&label(poll, option), ": ", &line.share, comma, &line.said, ". "];
                    said.push_str(&parts.concat());
                }
            }
            said
        }
        Saving::Sending => progress(saving).into(),
        // A notice says it.
        _ => String::new(),
    }
}

/// What a member who is choosing has to know when somebody edits the poll.
pub const CHANGED: &str = "This poll was changed while you were choosing. Look again before you vote.";

/// What is wrong with a draft.
pub fn complaint(kind: Kind, bad: &BadBallot) -> String {
    match bad {
        BadBallot::TooFew(1) => match kind {
            Kind::Choice { .. } => "Choose an option first.".into(),
            Kind::Ranked(_) => "Put an option in your order first.".into(),
            Kind::Allocation { .. } => "Give a point to an option first.".into(),
            Kind::Proposal(_) => "Take a stand first.".into(),
            Kind::Rating(_) | Kind::Availability => "Say something of an option first.".into(),
        },
        BadBallot::TooFew(min) => ["Choose at least ", &words::count(*min, "option"), "."].concat(),
        BadBallot::TooMany(max) => ["Choose at most ", &words::count(*max, "option"), "."].concat(),
        BadBallot::TooManyDots(dots) => ["There are ", &words::count(*dots, "point"), " to spread."].concat(),
        BadBallot::OffScale(_) => "That number is not on the scale.".into(),
        BadBallot::NoReason => "Say why, too.".into(),
        BadBallot::LongReason => "The reason is too long: 500 characters at most.".into(),
        BadBallot::Unknown(_) | BadBallot::Doubled(_) => "That option is not there any more.".into(),
        BadBallot::OtherKind | BadBallot::NoAbstention | BadBallot::NeedlessReason => {
            "This poll takes another kind of vote.".into()
        }
    }
}

/// What the member has to know about their vote, if there is something.
pub fn notice(poll: &Poll, saving: &Saving, votable: bool) -> Option<String> {
    let words = match saving {
        Saving::Waiting(waiting) => {
            let when = if waiting.offline {
                "Your vote will be sent when you are back online"
            } else {
                "Your vote has not reached the host yet; it is being tried again"
            };
            [when, if waiting.kept { "." } else { ". Keep this page open until then." }].concat()
        }
        Saving::SignedOut => "You are signed out. Your vote is kept, and sent once you have signed in.".into(),
        Saving::CannotKeep => {
            "This browser keeps nothing for this page, so your choice would be lost. Sign in first, then vote.".into()
        }
        Saving::Draft(answer) => {
            let labels = labels(poll, Some(answer));
            if poll.has_voted() {
                ["Before you signed in you chose: ", &labels, ". You have voted since."].concat()
            } else if votable {
                ["Before you signed in you chose: ", &labels, ". Shall it be cast as your vote?"].concat()
            } else {
                ["The poll closed before you signed in. Your choice was: ", &labels, "."].concat()
            }
        }
        Saving::Refused(refusal, answer) => refused(poll, refusal, answer.as_ref()),
        Saving::Idle | Saving::Sending | Saving::Saved => return None,
    };
    Some(words)
}

/// Why the host did not take the vote, and what it was.
fn refused(poll: &Poll, refusal: &Refusal, answer: Option<&Answer>) -> String {
    let why = match refusal.reason {
        Reason::PollClosed => "The poll closed before your vote arrived, so it does not count.",
        Reason::Superseded => "You have voted again elsewhere since; that vote stands.",
        Reason::SignedOut => "You are signed out, so your vote does not count yet.",
        Reason::Unverified | Reason::NotPossible => "Your vote was not accepted, so it does not count.",
    };
    let labels = labels(poll, answer);
    let was = if labels.is_empty() { labels } else { ["Your choice was: ", &labels, "."].concat() };
    let detail = if refusal.reason == Reason::NotPossible { refusal.detail.as_str() } else { "" };
    [why, detail, &was].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// What a ballot says, for somebody to know it again.
fn labels(poll: &Poll, answer: Option<&Answer>) -> String {
    let marks = match answer {
        Some(Answer::Abstention) => return "to abstain".into(),
        Some(answer) => answer.marks(),
        None => Vec::new(),
    };
    let named = |(id, number): (&OptionId, i32)| {
        let name = label(poll, poll.options.iter().find(|o| o.id == *id)?);
        match poll.rules.kind {
            Kind::Rating(_) | Kind::Allocation { .. } | Kind::Availability => {
                Some([&name, " (", &value(poll.rules.kind, number), ")"].concat())
            }
            _ => Some(name),
        }
    };
    marks.into_iter().filter_map(named).collect::<Vec<_>>().join(", ")
}

fn join(parts: Vec<String>) -> String {
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}
