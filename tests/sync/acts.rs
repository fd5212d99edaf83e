//! What a member does to a poll beside voting, and the lists about it.

use std::rc::Rc;

use folkmoot::domain::poll::{Entry, List, Page as Listed, Poll};
use folkmoot::sync::{
    Act, Decision, Decoded, Effect, Entity, Event, Fault, Known, Moment, PageOf, Part, Refusal, RefusalKind,
    Resource, Saving, Timer, Waiting, apply, apply_for,
};

use crate::{NOW, Page, claimed, dinner, entity, poll, poll_id, writes};

fn act(page: &mut Page, key: &str, act: Act) -> Vec<Effect> {
    page.decide(Decision::Act(poll_id(), act), key)
}

fn comments(after: &str) -> Resource {
    Resource::Page(PageOf { poll: poll_id(), list: List::Comments, after: after.into() })
}

fn listed(resource: &Resource, texts: &[&str]) -> Entity {
    let Resource::Page(of) = resource else { panic!() };
    let entry = |text: &&str| Entry { text: (*text).into(), ..Entry::default() };
    Entity::Page(of.clone(), Rc::new(Listed { entries: texts.iter().map(entry).collect(), next: None }))
}

/// What is known of the first page of the comments.
fn first_page(page: &Page) -> Known {
    page.state.pages(&poll_id()).remove(0).1
}

fn refused(detail: &str) -> Fault {
    Fault::Refused(Refusal::without_code(RefusalKind::NotPossible, detail.into()))
}

#[test]
fn what_is_said_goes_out_after_the_vote_and_both_arrive() {
    let mut page = Page::with(&poll(5, [3, 2], None));
    page.vote("k1", "sushi");
    assert_eq!(writes(&act(&mut page, "k2", Act::Comment("Why not both?".into()))).len(), 0);
    let effects = page.answered("k1", &poll(6, [3, 3], Some((1, "sushi"))));
    assert_eq!(writes(&effects)[0].key, "k2");
    assert_eq!(page.saving(), Saving::Sending);
    page.answered("k2", &Poll { comments: 1, ..poll(7, [3, 3], Some((1, "sushi"))) });
    let said = Decision::Act(poll_id(), Act::Comment("Why not both?".into()));
    assert_eq!((page.saving(), page.votes()), (Saving::Saved(said), vec![3, 3]));
}

#[test]
fn two_comments_are_two_and_one_clicked_twice_is_one() {
    let mut page = Page::with(&poll(5, [3, 2], None));
    page.apply(Event::Online(false));
    for (key, text) in [("k1", "One"), ("k2", "Two"), ("k3", "Two")] {
        act(&mut page, key, Act::Comment(text.into()));
    }
    let mut sent = Vec::new();
    let mut effects = page.apply(Event::Online(true));
    while let [write] = writes(&effects)[..] {
        sent.push(write.decision.clone());
        let key = write.key.clone();
        effects = page.answered(&key, &poll(5, [3, 2], None));
    }
    let comment = |text: &str| Decision::Act(poll_id(), Act::Comment(text.into()));
    assert_eq!(sent, [comment("One"), comment("Two")]);
}

#[test]
fn following_shows_at_once_and_the_last_word_counts() {
    let mut page = Page::with(&poll(5, [3, 2], None));
    page.apply(Event::Online(false));
    act(&mut page, "k1", Act::Follow(true));
    assert_eq!(page.shown().viewer.follows, Some(true));
    assert!(act(&mut page, "k2", Act::Follow(false)).contains(&Effect::Forget("k1".into())));
    assert_eq!(page.shown().viewer.follows, Some(false));
}

#[test]
fn undo_takes_back_what_was_decided_last_alone() {
    let mut page = Page::with(&poll(5, [3, 2], None));
    page.apply(Event::Online(false));
    page.vote("k1", "sushi");
    act(&mut page, "k2", Act::Comment("Hm.".into()));
    assert!(matches!(page.saving(), Saving::Waiting(Waiting { undo: true, vote: true, .. })));
    page.apply(Event::Undo(dinner()));
    assert_eq!(page.votes(), [3, 3], "the vote still waits");
    page.apply(Event::Undo(dinner()));
    assert_eq!(page.votes(), [3, 2]);
    assert_eq!(page.saving(), Saving::Idle);
}

#[test]
fn what_was_sent_and_is_no_ballot_cannot_be_undone() {
    let mut page = Page::with(&poll(5, [3, 2], None));
    act(&mut page, "k1", Act::Comment("Hm.".into()));
    page.failed("k1", Fault::Unreachable);
    assert!(matches!(page.saving(), Saving::Waiting(Waiting { undo: false, vote: false, .. })));
    assert!(writes(&page.apply(Event::Undo(dinner()))).is_empty());
}

#[test]
fn what_was_said_while_it_was_not_known_who_is_there_is_not_said_for_whoever_is() {
    let mut page = Page::with(&poll(5, [3, 2], None));
    page.apply(Event::PageChanged { swapped: false });
    assert_eq!(writes(&act(&mut page, "k1", Act::Comment("Hm.".into()))).len(), 0);
    let mut effects = page.apply(claimed("otto", 2));
    effects.extend(page.read(vec![dinner()], vec![entity(&poll(5, [3, 2], None))]));
    assert_eq!(writes(&effects).len(), 0);
    let refusal = Refusal::without_code(RefusalKind::NotPossible, String::new());
    let refusal = Refusal { code: Refusal::NOT_THEIRS.into(), ..refusal };
    let said = Decision::Act(poll_id(), Act::Comment("Hm.".into()));
    assert_eq!(page.saving(), Saving::Refused(refusal, said));
    assert!(effects.contains(&Effect::FetchPart(Part::Kinds)), "which has the words for it");
}

#[test]
fn each_refusal_is_told_and_let_go_of_by_itself() {
    let mut page = Page::with(&poll(5, [3, 2], None));
    for (key, text) in [("k1", "One"), ("k2", "Two")] {
        act(&mut page, key, Act::Comment(text.into()));
        page.failed(key, refused(text));
    }
    let told = |page: &Page| {
        let Saving::Refused(refusal, _) = page.saving() else { panic!("{:?}", page.saving()) };
        refusal.detail
    };
    assert_eq!(told(&page), "Two");
    page.apply(Event::Undo(dinner()));
    assert_eq!(told(&page), "One");
    page.apply(Event::Undo(dinner()));
    assert_eq!(page.saving(), Saving::Idle);
}

#[test]
fn a_refusal_is_told_though_more_is_on_its_way() {
    let mut page = Page::with(&poll(5, [3, 2], None));
    act(&mut page, "k1", Act::Comment("One".into()));
    act(&mut page, "k2", Act::Comment("Two".into()));
    page.failed("k1", refused("no"));
    assert!(matches!(page.saving(), Saving::Refused(..)));
}

#[test]
fn each_page_of_a_list_is_a_call_of_its_own() {
    let mut page = Page::with(&poll(5, [3, 2], None));
    page.apply(Event::Watch(comments("")));
    page.apply(Event::Watch(comments("7-a")));
    let effects = page.apply(Event::TurnEnded);
    for topic in [comments(""), comments("7-a")] {
        assert!(effects.contains(&Effect::Read(vec![topic])), "{effects:?}");
    }
    assert!(!effects.iter().any(|e| matches!(e, Effect::Listen { .. })), "the feed brings none of them");
}

#[test]
fn comments_that_are_shown_are_read_anew_when_there_are_others() {
    let mut page = Page::with(&poll(5, [3, 2], None));
    page.apply(Event::Watch(comments("")));
    page.apply(Event::TurnEnded);
    page.read(vec![comments("")], vec![listed(&comments(""), &["One"])]);
    let push = |poll: Poll| Event::Pushed { id: "1".into(), entity: entity(&poll) };
    assert!(!page.apply(push(poll(6, [3, 3], None))).contains(&Effect::EndTurn), "a vote is none of them");
    page.apply(push(Poll { comments: 2, ..poll(7, [3, 3], None) }));
    assert!(page.apply(Event::TurnEnded).contains(&Effect::Read(vec![comments("")])));
    page.read(vec![comments("")], vec![listed(&comments(""), &["Two", "One"])]);
    let shown = first_page(&page);
    assert_eq!(shown, Known::Here(listed(&comments(""), &["Two", "One"])));
    page.apply(Event::Unwatch(comments("")));
    page.apply(Event::TurnEnded);
    page.apply(push(Poll { comments: 3, ..poll(8, [3, 3], None) }));
    assert_eq!(page.apply(Event::TurnEnded), [], "nobody looks at them any more");
}

/// A page that shows who voted in the poll, and what a vote of others does to it.
fn with_voters() -> (Page, Resource, impl Fn(Poll) -> Event) {
    let mut page = Page::with(&poll(5, [3, 2], None));
    let voters = Resource::Page(PageOf { poll: poll_id(), list: List::Voters, after: String::new() });
    page.apply(Event::Watch(voters.clone()));
    page.apply(Event::TurnEnded);
    page.read(vec![voters.clone()], vec![listed(&voters, &[])]);
    (page, voters, |poll| Event::Pushed { id: "1".into(), entity: entity(&poll) })
}

#[test]
fn who_voted_is_read_anew_at_once_when_the_member_has() {
    let (mut page, voters, push) = with_voters();
    page.apply(push(poll(7, [3, 4], Some((1, "sushi")))));
    assert!(page.apply(Event::TurnEnded).contains(&Effect::Read(vec![voters])));
}

#[test]
fn who_voted_is_read_anew_once_for_all_that_others_vote_in_a_while() {
    let (mut page, voters, push) = with_voters();
    let wakes = |effects: &[Effect]| {
        let wake =
            |e: &&Effect| matches!(e, Effect::Wake(Timer::Read(read), 10_000..15_000) if *read == voters);
        effects.iter().filter(wake).count()
    };
    for round in 0..3 {
        let first = 6 + round * 3;
        let effects = page.apply(push(poll(first, [3, 3], None)));
        assert_eq!(wakes(&effects), 1);
        assert!(!effects.contains(&Effect::EndTurn), "not yet");
        for revision in [first + 1, first + 2] {
            assert_eq!(wakes(&page.apply(push(poll(revision, [3, 3], None)))), 0);
        }
        page.apply(Event::Woke(Timer::Read(voters.clone())));
        assert!(page.apply(Event::TurnEnded).contains(&Effect::Read(vec![voters.clone()])));
    }
    page.apply(push(poll(15, [3, 4], None)));
    page.apply(Event::Unwatch(voters.clone()));
    page.apply(Event::TurnEnded);
    page.apply(Event::Woke(Timer::Read(voters)));
    assert_eq!(page.apply(Event::TurnEnded), [], "nobody looks at it any more");
}

#[test]
fn a_list_that_does_not_come_can_be_asked_for_again() {
    let mut page = Page::with(&poll(5, [3, 2], None));
    page.apply(Event::Watch(comments("")));
    page.apply(Event::TurnEnded);
    let failed = |fault| Event::Read { resources: vec![comments("")], answer: Err::<Decoded, _>(fault) };
    page.apply(failed(refused("no")));
    assert!(matches!(first_page(&page), Known::Failed(_)));
    page.apply(Event::Retry(comments("")));
    assert!(page.apply(Event::TurnEnded).contains(&Effect::Read(vec![comments("")])));
}

#[test]
fn what_was_begun_at_a_poll_is_asked_for_and_is_of_one_viewer() {
    let mut page = Page::default();
    let recall = Effect::Recall(poll_id());
    assert!(page.apply(Event::Watch(dinner().into())).contains(&recall));
    let begun = || Event::Recalled(poll_id(), vec!["Why not".into()]);
    let effects = page.apply(begun());
    assert!(effects.contains(&Effect::FetchPart(Part::Kinds)), "the part alone can tell it: {effects:?}");
    assert!(effects.contains(&Effect::Show(dinner())));
    assert_eq!(page.state.begun(&poll_id()), ["Why not"]);
    let ann = page.state.viewer_number();
    let effects = page.apply(claimed("bob", 1));
    assert!(effects.contains(&recall), "bob may have begun something, too: {effects:?}");
    assert!(page.state.begun(&poll_id()).is_empty());
    let moment = Moment { now: NOW, random: 7 };
    assert_eq!(apply_for(&mut page.state, ann, begun(), moment), [], "it came too late for ann");
    assert!(page.state.begun(&poll_id()).is_empty());
    let texts = vec!["Because".to_owned()];
    let effects = page.apply(Event::Begun(poll_id(), texts.clone()));
    assert_eq!(effects, [Effect::KeepBegun(poll_id(), texts)]);
}

#[test]
fn a_file_that_did_not_come_is_said_so_until_it_is_asked_for_again() {
    let mut page = Page::with(&poll(5, [3, 2], None));
    let saved = |effects: &[Effect]| effects.contains(&Effect::Save(poll_id()));
    assert!(saved(&page.apply(Event::Save(poll_id()))));
    let effects = page.apply(Event::Saved(poll_id(), Err(Fault::Unreachable)));
    assert!(effects.contains(&Effect::Show(dinner())) && page.state.save_failed(&poll_id()));
    assert!(saved(&page.apply(Event::Save(poll_id()))) && !page.state.save_failed(&poll_id()));
    page.apply(Event::Saved(poll_id(), Ok(())));
    assert!(!page.state.save_failed(&poll_id()));
}

#[test]
fn an_open_page_of_a_list_is_shown_with_its_poll() {
    let mut page = Page::with(&poll(5, [3, 2], None));
    let Resource::Page(first) = comments("") else { panic!() };
    page.apply(Event::Watch(comments("")));
    assert_eq!(page.state.pages(&poll_id()), [(first.clone(), Known::Loading)]);
    page.apply(Event::TurnEnded);
    let answer = Ok(Decoded { found: vec![listed(&comments(""), &["Hm."])], ..Decoded::default() });
    let effects = page.apply(Event::Read { resources: vec![comments("")], answer });
    assert!(effects.contains(&Effect::Show(dinner())));
    assert_eq!(page.state.pages(&poll_id()), [(first, Known::Here(listed(&comments(""), &["Hm."])))]);
    page.apply(Event::Unwatch(comments("")));
    page.apply(Event::TurnEnded);
    assert_eq!(page.state.pages(&poll_id()), []);
}

#[test]
fn each_decision_has_a_key_that_was_made_for_it_alone() {
    let mut page = Page::with(&poll(5, [3, 2], None));
    let moment = Moment { now: NOW, random: 7 };
    for key in ["3f", "c0", "91"] {
        apply(&mut page.state, Event::KeyMade(key.into()), moment);
        let decision = Decision::Act(poll_id(), Act::Comment(key.into()));
        let effects = apply(&mut page.state, Event::Decide(decision), moment);
        assert!(effects.contains(&Effect::MakeKey), "the next one gets another: {effects:?}");
        assert!(effects.iter().any(|e| matches!(e, Effect::Keep(pending) if pending.key == key)));
    }
}

#[test]
fn what_one_viewer_asked_to_save_is_nothing_to_the_next() {
    let mut page = Page::with(&poll(5, [3, 2], None));
    page.apply(Event::Save(poll_id()));
    page.apply(Event::Saved(poll_id(), Err(Fault::Unreachable)));
    page.apply(claimed("bob", 1));
    assert!(!page.state.save_failed(&poll_id()));
}
