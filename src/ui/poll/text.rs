//! The sentences of a poll.

use super::Complaint;
use super::face::Face;
use super::faces::reason;
use crate::domain::id::OptionId;
use crate::domain::poll::{Answer, BadBallot, Phase, Poll, Results, Secrecy, Standing, Zone};
use crate::sync::{Act, Decision, Refusal, RefusalKind, Saving, Unsent, Waiting};
use crate::ui::{Locale, Scene};
use crate::words::Words;

/// The line under the question: `Choose up to 2 · results after you vote · closes Saturday 18:00, in 2 days`.
pub fn meta(poll: &Poll, face: &dyn Face, locale: &Locale) -> String {
    let (rules, now, words) = (&poll.rules, locale.now, &locale.words);
    let phase = rules.phase(now);
    let mut parts = Vec::new();
    if phase != Phase::Closed {
        parts.push(face.asks(locale, rules.kind));
        parts.push(match rules.results {
            Results::Always => String::new(),
            Results::AfterVote => words.results_after_vote(),
            Results::AfterClose => words.results_after_close(),
            Results::Staff => words.results_for_staff(),
        });
        parts.push(match rules.secrecy {
            Secrecy::Public => words.votes_are_public(),
            Secrecy::Secret => String::new(),
            Secrecy::Anonymous => words.votes_are_anonymous(),
        });
    }
    let zone = rules.zone.as_ref();
    let place = |offset: fn(&Zone) -> Option<i32>| zone.and_then(|z| Some((z.name.as_str(), offset(z)?)));
    let when = |at, zone| locale.moment(at, zone);
    parts.push(match (phase, rules.opens_at, rules.closes_at) {
        (Phase::Upcoming, Some(opens), _) => {
            words.opens_at(&when(opens, place(|z| z.at_opening)), &locale.until(opens))
        }
        (Phase::Open, _, Some(closes)) => {
            words.closes_at(&when(closes, place(|z| z.at_closing)), &locale.until(closes))
        }
        (Phase::Closed, _, Some(closed)) => words.closed_at(&when(closed, place(|z| z.at_closing))),
        (Phase::Upcoming, None, _) | (Phase::Open | Phase::Closed, _, None) => String::new(),
    });
    if phase == Phase::Closed
        && let Some((series, next)) = poll.series.as_ref().and_then(|series| Some((series, series.next_at?)))
    {
        let at = when(next, zone.and_then(|z| Some((z.name.as_str(), series.offset?))));
        parts.push(if next > now {
            words.opens_again_at(&at, &locale.until(next))
        } else {
            words.opens_again_since(&at)
        });
    }
    join(parts)
}

/// The line at the foot: how many members voted, and whether the viewer's own vote was saved.
pub fn status(words: &Words, poll: &Poll, phase: Phase, saving: &Saving) -> String {
    let cast = poll.turnout.cast;
    let turnout = match poll.turnout.entitled {
        Some(of) if phase == Phase::Upcoming => words.may_vote(of),
        None if phase == Phase::Upcoming => String::new(),
        Some(of) if of > 0 => words.turnout_of(cast, of),
        _ => words.turnout(cast),
    };
    let not_asked = poll.viewer.standing == Standing::NotEntitled;
    let quorum = match poll.rules.needed(poll.turnout) {
        _ if phase == Phase::Upcoming => String::new(),
        None => String::new(),
        Some(0) => words.quorum_met(),
        Some(n) if phase == Phase::Closed => words.quorum_missed(n),
        Some(n) => words.quorum_needs(n),
    };
    let abstains = poll.answer() == Some(&Answer::Abstention);
    let said = |is: bool, text: fn(&Words) -> String| if is { text(words) } else { String::new() };
    join(vec![
        progress(words, saving),
        turnout,
        quorum,
        said(abstains, Words::you_abstain),
        said(not_asked, Words::not_asked),
    ])
}

fn progress(words: &Words, saving: &Saving) -> String {
    match saving {
        Saving::Sending => words.saving(),
        Saving::Saved(_) => words.saved(),
        Saving::Waiting(_) | Saving::SignedOut(Some(_)) => words.not_sent_yet(),
        Saving::Idle
        | Saving::SignedOut(None)
        | Saving::Refused(..)
        | Saving::Draft(_)
        | Saving::CannotKeep => String::new(),
    }
}

/// The announcement to screen readers after an action of the member. Other members' votes are not announced.
pub fn announcement(poll: &Poll, face: &dyn Face, locale: &Locale, saving: &Saving) -> String {
    let words = &locale.words;
    match saving {
        Saving::Saved(Decision::Act(_, act)) => done(words, act),
        Saving::Saved(Decision::Ballot(_, None)) => words.vote_taken_back(),
        Saving::Saved(_) => {
            let mut said = vec![words.vote_saved()];
            if let Some(tally) = &poll.tally {
                for (option, line) in poll.options.iter().zip(face.lines(locale, poll, tally)) {
                    let label = face.label(locale, poll, option);
                    said.push(if line.said.is_empty() {
                        words.option_result(&label, &line.share)
                    } else {
                        words.option_result_and_more(&label, &line.share, &line.said)
                    });
                }
            }
            words.sentences(said)
        }
        Saving::Sending => progress(words, saving),
        // The notice says these, and screen readers read it.
        Saving::Idle
        | Saving::Waiting(_)
        | Saving::SignedOut(_)
        | Saving::Refused(..)
        | Saving::Draft(_)
        | Saving::CannotKeep => String::new(),
    }
}

/// The error message about an invalid draft.
pub(super) fn complaint(locale: &Locale, face: &dyn Face, wrong: &Complaint) -> String {
    let bad = match wrong {
        Complaint::Changed => return locale.words.poll_changed(),
        Complaint::Bad(bad) => bad,
    };
    match bad {
        BadBallot::Unknown(_) | BadBallot::Doubled(_) => locale.words.option_gone(),
        BadBallot::OtherKind | BadBallot::NoAbstention | BadBallot::NeedlessReason => {
            locale.words.wrong_kind()
        }
        BadBallot::TooFew(_)
        | BadBallot::TooMany(_)
        | BadBallot::OffScale(_)
        | BadBallot::TooManyDots(_)
        | BadBallot::NoReason
        | BadBallot::LongReason => face.complaint(locale, bad),
    }
}

/// The notice about the member's latest decision; `None` where there is none.
pub fn notice(poll: &Poll, face: &dyn Face, scene: &Scene, votable: bool) -> Option<String> {
    let (locale, words) = (&scene.locale, &scene.locale.words);
    Some(match &scene.saving {
        Saving::Waiting(waiting) => waits(words, *waiting),
        Saving::SignedOut(None) => words.signed_out(),
        Saving::SignedOut(Some(Unsent::Vote)) => words.signed_out_vote_kept(),
        Saving::SignedOut(Some(Unsent::Words)) => words.signed_out_text_kept(),
        Saving::CannotKeep => words.cannot_keep(),
        Saving::Draft(answer) => {
            let choice = labels(poll, face, locale, Some(answer));
            // The member may have been signed out in the meantime.
            let guest = poll.viewer.standing == Standing::Invited;
            match (poll.has_voted(), guest) {
                (true, true) => words.chose_guest_and_voted(&choice),
                (true, false) => words.chose_before_signing_in_and_voted(&choice),
                (false, _) if !votable => words.chose_before_signing_in_closed(&choice),
                (false, true) => words.chose_guest_cast(&choice),
                (false, false) => words.chose_before_signing_in_cast(&choice),
            }
        }
        Saving::Refused(refusal, decision) => {
            let why = reason(scene, Some((poll, face)), refusal);
            match decision {
                Decision::Act(_, act) => not_done(words, refusal, why, act),
                Decision::Ballot(..) | Decision::Step(_) => {
                    refused(poll, face, locale, refusal, why, decision.answer())
                }
            }
        }
        Saving::Idle | Saving::Sending | Saving::Saved(_) => return None,
    })
}

/// What the member is told about decisions that could not be delivered yet.
fn waits(words: &Words, waiting: Waiting) -> String {
    let said = match (waiting.vote, waiting.offline, waiting.blocked, waiting.refused) {
        (true, true, _, _) => words.vote_waits_offline(),
        (true, false, true, _) => words.vote_waits_blocked(),
        (true, false, false, true) => words.vote_waits_refused(),
        (true, false, false, false) => words.vote_waits(),
        (false, true, _, _) => words.text_waits_offline(),
        (false, false, true, _) => words.text_waits_blocked(),
        (false, false, false, true) => words.text_waits_refused(),
        (false, false, false, false) => words.text_waits(),
    };
    words.sentences(vec![said, if waiting.kept { String::new() } else { words.keep_page_open() }])
}

/// A description of an action other than voting.
fn done(words: &Words, act: &Act) -> String {
    match act {
        Act::AddOption(..) => words.option_saved(),
        Act::Judge(_, true) => words.option_approved(),
        Act::Judge(_, false) => words.option_declined(),
        Act::Comment(_) => words.comment_saved(),
        Act::TakeComment(_) => words.comment_deleted(),
        Act::Follow(true) => words.poll_followed(),
        Act::Follow(false) => words.poll_unfollowed(),
        Act::Close(true) => words.poll_closed(),
        Act::Close(false) => words.poll_reopened(),
    }
}

/// The host's refusal of an action, with the text that the member wrote, so that it is not lost.
fn not_done(words: &Words, refusal: &Refusal, why: Option<String>, act: &Act) -> String {
    let wrote = match act {
        Act::AddOption(text, _) | Act::Comment(text) => text.as_str(),
        Act::Judge(..) | Act::TakeComment(_) | Act::Follow(_) | Act::Close(_) => "",
    };
    let why = match why {
        Some(why) if !why.is_empty() => why,
        // Why is told as soon as the words have come.
        Some(_) => words.save_refused(),
        None if refusal.detail.is_empty() => words.host_gives_no_reason(),
        None => words.host_gives_reason(&refusal.detail),
    };
    words.sentences(vec![why, if wrote.is_empty() { String::new() } else { words.you_wrote(wrote) }])
}

/// The host's refusal of a vote, with the vote.
fn refused(
    poll: &Poll,
    face: &dyn Face,
    locale: &Locale,
    refusal: &Refusal,
    why: Option<String>,
    answer: Option<&Answer>,
) -> String {
    let words = &locale.words;
    let lost = match refusal.kind {
        RefusalKind::PollClosed => words.refused_closed(),
        RefusalKind::Superseded => words.refused_superseded(),
        RefusalKind::SignedOut => words.refused_signed_out(),
        RefusalKind::Unverified | RefusalKind::NotPossible => words.refused_vote(),
    };
    let choice = labels(poll, face, locale, answer);
    let was = if choice.is_empty() { choice } else { words.your_choice_was(&choice) };
    let detail = if refusal.kind == RefusalKind::NotPossible {
        why.unwrap_or_else(|| words.isolated(&refusal.detail))
    } else {
        String::new()
    };
    words.sentences(vec![lost, detail, was])
}

/// The content of a ballot in words.
pub(super) fn labels(poll: &Poll, face: &dyn Face, locale: &Locale, answer: Option<&Answer>) -> String {
    let words = &locale.words;
    let marks = match answer {
        Some(Answer::Abstention) => return words.to_abstain(),
        Some(answer) => answer.marks(),
        None => Vec::new(),
    };
    let named = |(id, number): (&OptionId, i32)| {
        let label = face.label(locale, poll, poll.options.iter().find(|o| o.id == *id)?);
        Some(match face.value(locale, number) {
            Some(value) => words.option_value(&label, &value),
            None => words.isolated(&label),
        })
    };
    words.series(&marks.into_iter().filter_map(named).collect::<Vec<_>>())
}

fn join(parts: Vec<String>) -> String {
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}
