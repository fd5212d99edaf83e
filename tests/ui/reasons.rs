//! What a member reads of a refusal: by its code, or else in the host's words.

use std::collections::BTreeSet;

use folkmoot::contract::ProblemCode;
use folkmoot::domain::id::{OptionId, PollId, StepId};
use folkmoot::domain::poll::{Answer, Base, Kind, Proposal, Reasons, Scale};
use folkmoot::render::words;
use folkmoot::sync::{Act, Decision, PartState, Refusal, RefusalKind, Saving};
use folkmoot::ui::Loaded;

use crate::harness::Shown;
use crate::states::{self, poll, shown};

const CHOICE: Kind = Kind::Choice { min: 2, max: 2 };
const LOST: &str = "Your vote was not accepted, so it does not count.";

fn option(id: &str) -> OptionId {
    OptionId::new(id).unwrap()
}

/// The notice of a poll of this kind after the host has refused a decision with this code.
fn refused(kind: Kind, decision: impl FnOnce(PollId) -> Decision, code: &str) -> Shown {
    let mut shown = shown(poll(kind));
    let decision = decision(PollId::new("p").unwrap());
    shown.change(|scene| {
        let refusal = Refusal::without_code(RefusalKind::NotPossible, "in the host's words".into());
        scene.saving = Saving::Refused(Refusal { code: code.into(), ..refusal }, decision);
    });
    shown
}

fn vote(kind: Kind, code: &str) -> Shown {
    let answer = Answer::Options(vec![option("a")]);
    refused(kind, |poll| Decision::Ballot(poll, Some(answer)), code)
}

fn act(kind: Kind, act: Act, code: &str) -> Shown {
    refused(kind, |poll| Decision::Act(poll, act), code)
}

/// The text in the node that has this attribute.
fn text(shown: &Shown, attribute: &str) -> String {
    let outline = shown.outline();
    let text = outline.lines().skip_while(|line| !line.contains(attribute)).nth(1);
    let text = text.and_then(|line| line.trim_start().strip_prefix("span \"")?.strip_suffix('"'));
    text.unwrap_or_else(|| panic!("no text in {attribute}\n{outline}")).to_owned()
}

fn notice(shown: &Shown) -> String {
    text(shown, "class=\"wrong\"")
}

/// What a screen reader says of the checklist.
fn said(shown: &Shown) -> String {
    text(shown, "role=\"status\"")
}

#[test]
fn a_refused_vote_says_why_in_the_widgets_words() {
    let proposal = Kind::Proposal(Proposal { threshold: 50, of: Base::Ballots, reasons: Reasons::Required });
    let (points, rating) = (Kind::Allocation { dots: 3 }, Kind::Rating(Scale { min: 1, max: 5, step: 1 }));
    let mut told = BTreeSet::new();
    for (kind, code, why) in [
        (CHOICE, "not-entitled", "This poll asks others."),
        (CHOICE, "poll-missing", "This poll is not here any more."),
        (CHOICE, "poll-deleted", "This poll was deleted."),
        (CHOICE, "poll-upcoming", "The poll is not open yet."),
        (CHOICE, "poll-closed", "The poll is closed."),
        (CHOICE, "stale-ballot", "You have voted again elsewhere since; that vote stands."),
        (CHOICE, "ballot-final", "A vote in this poll is final."),
        (CHOICE, "other-kind", "This poll takes another kind of vote."),
        (CHOICE, "no-abstention", "This poll takes another kind of vote."),
        (CHOICE, "option-gone", "That option is not there any more."),
        (CHOICE, "too-few-options 2", "Choose at least 2 options."),
        (CHOICE, "too-few-options 1", "Choose an option first."),
        (CHOICE, "too-many-options 2", "Choose at most 2 options."),
        (CHOICE, "too-many-options 1", "Choose at most 1 option."),
        (points, "too-few-options 1", "Give a point to an option first."),
        (points, "too-many-points 3", "There are 3 points to spread."),
        (rating, "off-scale", "That number is not on the scale."),
        (points, "off-scale", "This poll takes another kind of vote."),
        (rating, "too-many-options 5", "This poll takes another kind of vote."),
        (proposal, "no-reasons", "This poll takes another kind of vote."),
        (proposal, "reason-needed", "Say why, too."),
        (proposal, "reason-too-long 500", "The reason is too long: 500 characters at most."),
    ] {
        let notice = notice(&vote(kind, code));
        assert!(notice.starts_with(&format!("{LOST} {why}")), "{code}: {notice}");
        told.extend(code.split(' ').next());
    }
    let add = || Act::AddOption("D".into(), None);
    let judge = || Act::Judge(option("d"), true);
    let comment = || Act::Comment("Hello".into());
    let (wrote_d, wrote) = ("You wrote: “D”", "You wrote: “Hello”");
    for (act, kind, code, why, wrote) in [
        (add(), CHOICE, "no-own-options", "This poll takes no options of members' own any more.", wrote_d),
        (add(), CHOICE, "option-label 200", "Write what it is, in 200 characters at most.", wrote_d),
        (add(), CHOICE, "option-time", "Say when it starts, and an end after that or none.", wrote_d),
        (add(), CHOICE, "option-doubled", "There is such an option already.", wrote_d),
        (add(), CHOICE, "options-full 60", "There is no room for more options.", wrote_d),
        (add(), CHOICE, "own-options-full 3", "You have added 3 options, which is the most.", wrote_d),
        (judge(), CHOICE, "option-not-waiting", "That option does not wait any more.", ""),
        (
            judge(),
            CHOICE,
            "option-misfit",
            "This option does not fit the poll any more. Decline it, or edit the poll first.",
            "",
        ),
        (judge(), CHOICE, "staff-only", "You may not do this.", ""),
        (Act::TakeComment("c".into()), CHOICE, "not-author", "You may not do this.", ""),
        (Act::TakeComment("c".into()), CHOICE, "comment-gone", "That comment is not there any more.", ""),
        (comment(), CHOICE, "no-comments", "This poll takes no comments any more.", wrote),
        (comment(), CHOICE, "comment-empty", "Write something first.", wrote),
        (comment(), CHOICE, "comment-too-long 500", "That is too long: 500 characters at most.", wrote),
    ] {
        let expected = [why, wrote].map(String::from).into_iter().filter(|part| !part.is_empty());
        let shown = self::act(kind, act, code);
        assert_eq!(notice(&shown), expected.collect::<Vec<_>>().join(" "), "{code}");
        told.extend(code.split(' ').next());
    }
    for (code, why) in [
        ("step-gone", "That step is not there any more."),
        ("step-by-host", "You cannot tick this step: it is done as soon as you have done what it asks."),
    ] {
        assert_eq!(said(&step(code)), format!("That could not be saved. {why}"));
        told.insert(code);
    }
    let all: BTreeSet<_> = ProblemCode::ALL.iter().map(|code| code.word()).collect();
    assert_eq!(told, all);
}

/// The checklist after the host has refused to mark a step as done.
fn step(code: &str) -> Shown {
    let mut shown = states::named("checklist");
    let refusal = Refusal::without_code(RefusalKind::NotPossible, "in the host's words".into());
    let step = Decision::Step(StepId::new("b").unwrap());
    shown.change(|scene| {
        scene.saving = Saving::Refused(Refusal { code: code.into(), ..refusal }, step);
    });
    shown
}

#[test]
fn a_code_that_is_not_known_leaves_the_hosts_words() {
    for code in ["", "tired", "tired 3", "too-many-options", "too-many-options many", " 3"] {
        let shown = vote(CHOICE, code);
        assert!(notice(&shown).starts_with(&format!("{LOST} in the host's words")), "{}", notice(&shown));
        let shown = act(CHOICE, Act::Comment("Hello".into()), code);
        assert_eq!(notice(&shown), "That was not accepted: in the host's words. You wrote: “Hello”");
        assert_eq!(said(&step(code)), "That could not be saved. in the host's words");
    }
}

#[test]
fn the_words_for_a_code_come_with_the_part() {
    let mut shown = vote(CHOICE, "too-many-options 2");
    let state = |shown: &mut Shown, state| shown.change(|scene| scene.faces = Loaded { state, here: None });
    state(&mut shown, PartState::Coming);
    assert_eq!(
        notice(&shown),
        format!("{LOST} Your choice was: Tea."),
        "nothing in another language meanwhile"
    );
    state(&mut shown, PartState::Missing(folkmoot::sync::Missing::Unreachable));
    assert_eq!(notice(&shown), format!("{LOST} in the host's words Your choice was: Tea."));
    let mut unknown = vote(CHOICE, "");
    state(&mut unknown, PartState::Coming);
    assert_eq!(notice(&unknown), format!("{LOST} in the host's words Your choice was: Tea."));
}

#[test]
fn a_refusal_is_told_in_the_viewers_language() {
    let mut shown = vote(CHOICE, "too-many-options 2");
    shown.change(|scene| scene.locale.words = words("de"));
    assert_eq!(
        notice(&shown),
        "Deine Stimme wurde nicht angenommen und zählt deshalb nicht. Wähle höchstens 2 Optionen. \
         Deine Auswahl war: Tea."
    );
}
