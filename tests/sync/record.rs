//! What the browser keeps and what tabs tell each other comes back as it was.

use folkmoot::domain::id::{MemberId, OptionId, PollId, StepId};
use folkmoot::domain::poll::{Answer, Slot, Value, When, examples};
use folkmoot::domain::time::{Date, Timestamp};
use folkmoot::sync::{Act, Decision, Note, Pending, Record, Refusal, RefusalKind, Stage, Topic};

fn poll() -> PollId {
    PollId::new("a:b").unwrap()
}

fn id(text: &str) -> OptionId {
    OptionId::new(text).unwrap()
}

fn ballot() -> Pending {
    let decision = Decision::Ballot(poll(), Some(Answer::Options(vec![id("x")])));
    Pending { stage: Stage::Queued, kept: true, ours: false, ..Pending::new("k".into(), decision, 3) }
}

#[test]
fn a_write_comes_back_as_it_was_kept() {
    let refusal = Refusal {
        code: "too-many-options 3".into(),
        ..Refusal::without_code(RefusalKind::PollClosed, "at 18:00".into())
    };
    let step = Pending { decision: Decision::Step(StepId::new("vote").unwrap()), ..ballot() };
    let without = Refusal::without_code(RefusalKind::NotPossible, "no".into());
    for stage in [Stage::Queued, Stage::Draft, Stage::Refused(refusal), Stage::Refused(without)] {
        for pending in [ballot(), step.clone()] {
            let pending = Pending { stage: stage.clone(), ..pending };
            assert_eq!(Pending::from_texts(&pending.to_texts()), Some(pending));
        }
    }
    let held = Pending { held: true, stage: Stage::Queued, ..ballot() };
    assert_eq!(
        Pending::from_texts(&held.to_texts()),
        Some(held),
        "or another tab would number it as the latest"
    );
}

#[test]
fn every_act_comes_back_as_it_was_kept() {
    let slot = |ends_at| When::Time(Slot::new(Timestamp(7), ends_at));
    for act in [
        Act::AddOption("Noodles".into(), None),
        Act::AddOption(String::new(), Some(slot(None))),
        Act::AddOption("Fair".into(), Some(When::Day(Date(20_792)))),
        Act::AddOption("Lunch".into(), Some(slot(Some(Timestamp(9))))),
        Act::Judge(id("x"), true),
        Act::Judge(id("x"), false),
        Act::Comment("follow".into()),
        Act::TakeComment("c1".into()),
        Act::Follow(true),
        Act::Follow(false),
        Act::Close(true),
        Act::Close(false),
    ] {
        let pending = Pending { decision: Decision::Act(poll(), act), ..ballot() };
        assert_eq!(Pending::from_texts(&pending.to_texts()), Some(pending));
    }
}

#[test]
fn every_answer_comes_back_as_it_was_kept() {
    let values = vec![Value { option: id("x"), value: -7 }, Value { option: id("y=z"), value: 2 }];
    let examples = examples::KINDS.into_iter().flat_map(examples::answers);
    let answers =
        examples.chain([Answer::Values(values), Answer::Stance(id("block"), "No: not\nyet.".into())]);
    for answer in answers.map(Some).chain([None]) {
        let pending = Pending { decision: Decision::Ballot(poll(), answer), ..ballot() };
        assert_eq!(Pending::from_texts(&pending.to_texts()), Some(pending));
    }
}

#[test]
fn a_note_comes_back_as_it_was_sent() {
    let topics = vec![Topic::Poll(poll()), Topic::Checklist, Topic::Member(MemberId::new("m").unwrap())];
    for note in [
        Note::Follows { topics, asks: true },
        Note::Decided(ballot().into()),
        Note::Gone("k".into()),
        Note::FeedDown(true),
        Note::Epoch("e1".into()),
    ] {
        assert_eq!(Note::from_texts(&note.to_texts()), Some(note));
    }
}

#[test]
fn nonsense_is_no_write() {
    assert_eq!(Pending::from_texts(&[]), None);
    assert_eq!(Note::from_texts(&["decided".into(), "k".into()]), None);
    let mut texts = ballot().to_texts();
    texts[1] = "poll:a b".into();
    assert_eq!(Pending::from_texts(&texts), None);
}
