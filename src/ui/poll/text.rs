//! The sentences of a poll.

use super::face::Face;
use crate::domain::id::OptionId;
use crate::domain::poll::{Answer, BadBallot, Phase, Poll, Results, Secrecy, Standing, Zone};
use crate::domain::text::isolated;
use crate::domain::time::Timestamp;
use crate::sync::{Act, Decision, Refusal, RefusalKind, Saving, Unsent};
use crate::ui::{Locale, words};

/// The line under the question: `Choose up to 2 · results after you vote · closes Saturday 18:00, in 2 days`.
pub fn meta(poll: &Poll, face: &dyn Face, locale: &Locale) -> String {
    let (rules, now) = (&poll.rules, locale.now);
    let phase = rules.phase(now);
    let mut parts = Vec::new();
    if phase != Phase::Closed {
        parts.push(face.asks(rules.kind));
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
        let moment = locale.moment(at, zone);
        if at > now { [word, &moment, ", ", &locale.until(at)].concat() } else { [word, &moment].concat() }
    };
    parts.push(match (phase, rules.opens_at, rules.closes_at) {
        (Phase::Upcoming, Some(opens), _) => at("opens ", opens, place(|z| z.at_opening)),
        (Phase::Open, _, Some(closes)) => at("closes ", closes, place(|z| z.at_closing)),
        (Phase::Closed, _, Some(closed)) => at("Closed ", closed, place(|z| z.at_closing)),
        (Phase::Upcoming, None, _) | (Phase::Open | Phase::Closed, _, None) => String::new(),
    });
    if phase == Phase::Closed
        && let Some((series, next)) = poll.series.as_ref().and_then(|series| Some((series, series.next_at?)))
    {
        parts.push(at("opens again ", next, zone.and_then(|z| Some((z.name.as_str(), series.offset?)))));
    }
    join(parts)
}

/// The line at the foot: how many members voted, and whether the viewer's own vote was saved.
pub fn status(poll: &Poll, phase: Phase, saving: &Saving) -> String {
    let cast = words::number(poll.turnout.cast);
    let turnout = match poll.turnout.entitled {
        Some(of) if phase == Phase::Upcoming => [&words::count(of, "member"), " may vote"].concat(),
        None if phase == Phase::Upcoming => String::new(),
        Some(of) if of > 0 => [&cast, " of ", &words::count(of, "member"), " voted"].concat(),
        _ => [&cast, " voted"].concat(),
    };
    let standing = if poll.viewer.standing == Standing::NotEntitled { "this poll asks others" } else { "" };
    let quorum = match poll.rules.needed(poll.turnout) {
        _ if phase == Phase::Upcoming => String::new(),
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
        Saving::Saved(_) => "Saved",
        Saving::Waiting(_) | Saving::SignedOut(Some(_)) => "Not sent yet",
        Saving::Idle
        | Saving::SignedOut(None)
        | Saving::Refused(..)
        | Saving::Draft(_)
        | Saving::CannotKeep => "",
    }
}

/// The announcement to screen readers after an action of the member. Other members' votes are not announced.
pub fn announcement(poll: &Poll, face: &dyn Face, locale: &Locale, saving: &Saving) -> String {
    match saving {
        Saving::Saved(Decision::Act(_, act)) => done(act).into(),
        Saving::Saved(Decision::Ballot(_, None)) => "Your vote was taken back.".into(),
        Saving::Saved(_) => {
            let mut said = String::from("Your vote is saved. ");
            if let Some(tally) = &poll.tally {
                for (option, line) in poll.options.iter().zip(face.lines(poll, tally)) {
                    let comma = if line.said.is_empty() { "" } else { ", " };
                    let parts =
                        [&face.label(locale, poll, option), ": ", &line.share, comma, &line.said, ". "];
                    said.push_str(&parts.concat());
                }
            }
            said
        }
        Saving::Sending => progress(saving).into(),
        // The notice says these, and screen readers read it.
        Saving::Idle
        | Saving::Waiting(_)
        | Saving::SignedOut(_)
        | Saving::Refused(..)
        | Saving::Draft(_)
        | Saving::CannotKeep => String::new(),
    }
}

/// The notice to a member who is choosing while staff edit the poll.
pub const CHANGED: &str = "This poll was changed while you were choosing. Look again before you vote.";

/// The error message about an invalid draft.
pub fn complaint(face: &dyn Face, bad: &BadBallot) -> String {
    match bad {
        BadBallot::Unknown(_) | BadBallot::Doubled(_) => "That option is not there any more.".into(),
        BadBallot::OtherKind | BadBallot::NoAbstention | BadBallot::NeedlessReason => {
            "This poll takes another kind of vote.".into()
        }
        BadBallot::TooFew(_)
        | BadBallot::TooMany(_)
        | BadBallot::OffScale(_)
        | BadBallot::TooManyDots(_)
        | BadBallot::NoReason
        | BadBallot::LongReason => face.complaint(bad),
    }
}

/// The notice about the member's vote; `None` where there is none.
pub fn notice(
    poll: &Poll,
    face: &dyn Face,
    locale: &Locale,
    saving: &Saving,
    votable: bool,
) -> Option<String> {
    let words = match saving {
        Saving::Waiting(waiting) => {
            let when = if waiting.offline {
                " will be sent when you are back online"
            } else if waiting.blocked {
                " does not get through: the site lets no votes through; it is being tried again"
            } else if waiting.refused {
                " does not get through: the site refused it; it is being tried again"
            } else {
                " has not reached the host yet; it is being tried again"
            };
            [what(waiting.vote), when, if waiting.kept { "." } else { ". Keep this page open until then." }].concat()
        }
        Saving::SignedOut(None) => "You are signed out.".into(),
        Saving::SignedOut(Some(unsent)) => {
            let what = what(*unsent == Unsent::Vote);
            ["You are signed out. ", what, " is kept, and sent once you have signed in."].concat()
        }
        Saving::CannotKeep => {
            "This browser keeps nothing for this page, so your choice would be lost. Sign in first, then vote.".into()
        }
        Saving::Draft(answer) => {
            let labels = labels(poll, face, locale, Some(answer));
            // The member may have been signed out in the meantime.
            let guest = poll.viewer.standing == Standing::Invited;
            let chose = if guest { "You chose: " } else { "Before you signed in you chose: " };
            if poll.has_voted() {
                [chose, &labels, ". You have voted since."].concat()
            } else if votable {
                [chose, &labels, ". Shall it be cast as your vote?"].concat()
            } else {
                ["The poll closed before you signed in. Your choice was: ", &labels, "."].concat()
            }
        }
        Saving::Refused(refusal, Decision::Act(_, act)) => not_done(refusal, act),
        Saving::Refused(refusal, decision) => refused(poll, face, locale, refusal, decision.answer()),
        Saving::Idle | Saving::Sending | Saving::Saved(_) => return None,
    };
    Some(words)
}

/// A description of a decision that was not delivered yet.
fn what(vote: bool) -> &'static str {
    if vote { "Your vote" } else { "What you wrote" }
}

/// A description of an action other than voting.
fn done(act: &Act) -> &'static str {
    match act {
        Act::AddOption(..) => "Your option is saved.",
        Act::Judge(_, true) => "The option is approved.",
        Act::Judge(_, false) => "The option is not added.",
        Act::Comment(_) => "Your comment is saved.",
        Act::TakeComment(_) => "The comment is deleted.",
        Act::Follow(true) => "You follow this poll.",
        Act::Follow(false) => "You follow this poll no more.",
        Act::Close(true) => "The poll is closed.",
        Act::Close(false) => "The poll is open again.",
    }
}

/// The host's refusal of an action, with the text that the member wrote, so that it is not lost.
fn not_done(refusal: &Refusal, act: &Act) -> String {
    let wrote = match act {
        Act::AddOption(text, _) | Act::Comment(text) => text.as_str(),
        Act::Judge(..) | Act::TakeComment(_) | Act::Follow(_) | Act::Close(_) => "",
    };
    let why = match refusal.detail.as_str() {
        "" => "the host does not say why",
        detail => detail,
    };
    let quoted =
        if wrote.is_empty() { String::new() } else { [" You wrote: “", &isolated(wrote), "”"].concat() };
    ["That was not accepted: ", why, ".", &quoted].concat()
}

/// The host's refusal of a vote, with the vote.
fn refused(
    poll: &Poll,
    face: &dyn Face,
    locale: &Locale,
    refusal: &Refusal,
    answer: Option<&Answer>,
) -> String {
    let why = match refusal.kind {
        RefusalKind::PollClosed => "The poll closed before your vote arrived, so it does not count.",
        RefusalKind::Superseded => "You have voted again elsewhere since; that vote stands.",
        RefusalKind::SignedOut => "You are signed out, so your vote does not count yet.",
        RefusalKind::Unverified | RefusalKind::NotPossible => {
            "Your vote was not accepted, so it does not count."
        }
    };
    let labels = labels(poll, face, locale, answer);
    let was = if labels.is_empty() { labels } else { ["Your choice was: ", &labels, "."].concat() };
    let detail = if refusal.kind == RefusalKind::NotPossible { refusal.detail.as_str() } else { "" };
    [why, detail, &was].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// The content of a ballot in words.
pub(super) fn labels(poll: &Poll, face: &dyn Face, locale: &Locale, answer: Option<&Answer>) -> String {
    let marks = match answer {
        Some(Answer::Abstention) => return "to abstain".into(),
        Some(answer) => answer.marks(),
        None => Vec::new(),
    };
    let named = |(id, number): (&OptionId, i32)| {
        let name = isolated(&face.label(locale, poll, poll.options.iter().find(|o| o.id == *id)?));
        Some(match face.value(number) {
            Some(value) => [&name, " (", &value, ")"].concat(),
            None => name,
        })
    };
    marks.into_iter().filter_map(named).collect::<Vec<_>>().join(", ")
}

fn join(parts: Vec<String>) -> String {
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}
