//! Ways that are blocked between a page and its host: a feed that is held up, a tab that leads and cannot send, methods that
//! are not let through, a host whose history is another one.

use folkmoot::sync::{
    Abilities, Decoded, Effect, Event, Fault, Moment, News, Note, Saving, State, Timer, Waiting, apply,
};

use crate::world::World;
use crate::{NOW, Page, dinner, entity, poll, wakes, writes};

fn reads(page: &mut Page) -> bool {
    page.apply(Event::TurnEnded).contains(&Effect::Read(vec![dinner().into()]))
}

fn pushed(revision: u64, votes: [u32; 2]) -> Event {
    Event::Pushed { id: "9".into(), entity: entity(&poll(revision, votes, None)) }
}

/// Whether this tab looks for itself: a look that is due reads.
fn looks(page: &mut Page) -> bool {
    page.apply(Event::Woke(Timer::Look));
    reads(page)
}

#[test]
fn embedding_13_forums_8_after_one_silence_of_the_feed_the_tab_looks_every_ten_seconds() {
    let mut page = Page::default();
    page.apply(Event::Watch(dinner().into()));
    page.apply(Event::TurnEnded);
    let effects = page.read(vec![dinner()], vec![entity(&poll(5, [3, 2], None))]);
    assert_eq!(wakes(&effects, &Timer::Silence), Some(20_000));
    assert!(!looks(&mut page));
    // A proxy has passed the head of the feed, and holds its body.
    let effects = page.apply(Event::Woke(Timer::Silence));
    assert!(effects.contains(&Effect::Share(Note::FeedDown(true))), "the other tabs look, too");
    assert!(
        effects.contains(&Effect::Listen { topics: vec![dinner()], after: None }),
        "it may be better now"
    );
    assert!(wakes(&effects, &Timer::Look).is_some_and(|wait| (6_000..10_000).contains(&wait)));
    assert!(reads(&mut page));
    assert!(looks(&mut page));
}

#[test]
fn embedding_13_a_feed_that_comes_in_lumps_is_not_trusted_for_each_lump() {
    let mut page = Page::with(&poll(5, [3, 2], None));
    page.apply(Event::Woke(Timer::Silence));
    for _ in 0..3 {
        page.apply(pushed(6, [3, 3]));
        page.apply(Event::LiveHeard);
        page.apply(Event::Woke(Timer::Silence));
        assert!(looks(&mut page), "what comes next may be held up");
        page.apply(Event::Woke(Timer::Silence));
        assert!(looks(&mut page));
    }
    // The proxy was set right.
    for _ in 0..2 {
        page.apply(Event::LiveHeard);
        page.apply(Event::Woke(Timer::Silence));
    }
    assert!(page.apply(Event::LiveHeard).contains(&Effect::Share(Note::FeedDown(false))));
    assert!(!looks(&mut page));
}

#[test]
fn embedding_13_heartbeats_alone_keep_the_tabs_from_looking() {
    let mut page = Page::with(&poll(5, [3, 2], None));
    let follows = Note::Follows { topics: vec![dinner()], asks: false };
    page.apply(Event::Heard { tab: "other".into(), note: follows });
    for _ in 0..5 {
        let effects = page.apply(Event::LiveHeard);
        assert!(effects.contains(&Effect::Share(Note::FeedDown(false))), "the other tab hears of it");
        let effects = page.apply(Event::Woke(Timer::Silence));
        assert!(wakes(&effects, &Timer::Silence).is_some());
        assert!(!looks(&mut page));
    }
}

#[test]
fn embedding_14_a_tab_in_sight_looks_where_the_tab_that_leads_is_silent() {
    let mut state = State::new(Abilities::default(), "k1".into());
    let at = |later| Moment { now: NOW.plus(later), random: 7 };
    apply(&mut state, Event::Watch(dinner().into()), at(0));
    apply(&mut state, Event::TurnEnded, at(0));
    let answer = Ok(Decoded { found: vec![entity(&poll(5, [3, 2], None))], ..Decoded::default() });
    apply(&mut state, Event::Read { resources: vec![dinner().into()], answer }, at(0));
    let note = Note::FeedDown(false);
    apply(&mut state, Event::Heard { tab: "leads".into(), note }, at(0));
    assert!(!apply(&mut state, Event::Woke(Timer::Silence), at(20_000)).contains(&Effect::EndTurn));
    // The browser has put the other tab to sleep, with the lead.
    assert!(apply(&mut state, Event::Woke(Timer::Silence), at(40_000)).contains(&Effect::EndTurn));
    assert!(apply(&mut state, Event::TurnEnded, at(40_000)).contains(&Effect::Read(vec![dinner().into()])));
}

#[test]
fn embedding_14_a_hidden_tab_with_a_vote_that_is_stuck_leaves_the_lead_to_one_in_sight() {
    let mut page = Page::with(&poll(5, [3, 2], None));
    page.vote("k1", "sushi");
    page.failed("k1", Fault::Unreachable);
    assert!(!page.apply(Event::InSight(false)).contains(&Effect::Lead(false)), "nobody else would send it");
    let follows = Note::Follows { topics: vec![dinner()], asks: true };
    let effects = page.apply(Event::Heard { tab: "other".into(), note: follows });
    assert!(effects.contains(&Effect::Lead(false)));
    page.later = 60_000;
    let effects = page.apply(Event::Woke(Timer::Outbox(NOW.plus(60_000))));
    assert_eq!(writes(&effects).len(), 1, "it still sends what is its own");
}

#[test]
fn embedding_15_a_method_that_is_not_let_through_is_tried_by_post_at_once() {
    for status in [405, 501] {
        let mut page = Page::with(&poll(5, [3, 2], None));
        assert!(!writes(&page.vote("k1", "sushi"))[0].by_post);
        let effects = page.failed("k1", Fault::Foreign { status });
        let again = writes(&effects)[0];
        assert!(again.by_post && again.key == "k1");
        assert_eq!(page.saving(), Saving::Sending, "nobody need know");
        page.answered("k1", &poll(6, [3, 3], Some((1, "sushi"))));
        let effects = page.vote("k2", "pizza");
        assert!(writes(&effects)[0].by_post, "the way is known now");
    }
}

#[test]
fn embedding_15_a_site_that_lets_no_votes_through_is_said_once_and_the_vote_is_kept() {
    let mut page = Page::with(&poll(5, [3, 2], None));
    page.vote("k1", "sushi");
    let mut told = Vec::new();
    for _ in 0..4 {
        let effects = page.failed("k1", Fault::Foreign { status: 501 });
        let failed =
            |e| if let Effect::Tell(_, News::Failed(code, said)) = e { Some((code, said)) } else { None };
        told.extend(effects.into_iter().filter_map(failed));
        page.later += 120_000;
        page.apply(Event::Woke(Timer::Outbox(NOW.plus(page.later))));
    }
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].0, "blocked");
    assert!(told[0].1.starts_with("the site lets no votes through"));
    assert!(matches!(page.saving(), Saving::Waiting(Waiting { blocked: true, kept: true, .. })));
}

#[test]
fn embedding_18_what_a_restored_host_says_takes_the_place_of_all_that_was_known() {
    let mut page = Page::default();
    page.apply(Event::Watch(dinner().into()));
    page.apply(Event::TurnEnded);
    page.apply(Event::Epoch("one".into()));
    page.read(vec![dinner()], vec![entity(&poll(9, [3, 2], None))]);
    page.vote("k1", "sushi");
    page.answered("k1", &poll(10, [3, 3], Some((1, "sushi"))));
    page.vote("k2", "pizza");
    page.failed("k2", Fault::Unreachable);
    let effects = page.apply(Event::Epoch("two".into()));
    assert!(effects.contains(&Effect::Share(Note::Epoch("two".into()))), "the other tabs learn it");
    let reads_at = crate::reads_wake(&effects);
    assert_eq!(page.votes(), [4, 2], "what was known stays until something comes");
    page.apply(Event::Woke(reads_at));
    assert!(reads(&mut page));
    let effects = page.read(vec![dinner()], vec![entity(&poll(4, [2, 1], None))]);
    assert!(!effects.iter().any(|e| matches!(e, Effect::Tell(..))), "nothing is said of it: {effects:?}");
    assert_eq!(page.votes(), [3, 1], "the vote that waits stands on top");
    assert!(matches!(page.saving(), Saving::Waiting(_)));
    page.apply(pushed(3, [9, 9]));
    assert_eq!(page.votes(), [3, 1], "and from then on results do not run backwards");
}

#[test]
fn embedding_18_a_vote_that_the_restored_host_never_had_is_not_called_taken_back() {
    let mut page = Page::with(&poll(5, [3, 2], None));
    page.apply(Event::Epoch("one".into()));
    page.vote("k1", "sushi");
    page.answered("k1", &poll(6, [3, 3], Some((1, "sushi"))));
    page.apply(Event::Epoch("two".into()));
    assert_eq!(page.saving(), Saving::Idle);
    page.apply(pushed(5, [3, 2]));
    assert_eq!((page.votes(), page.saving()), (vec![3, 2], Saving::Idle));
    page.vote("k2", "sushi");
    let effects = page.answered("k2", &poll(6, [3, 3], Some((1, "sushi"))));
    assert!(effects.iter().any(|e| matches!(e, Effect::Tell(_, News::Voted(_)))));
}

#[test]
fn embedding_18_every_tab_takes_over_what_one_learns() {
    let mut page = Page::with(&poll(9, [3, 2], None));
    page.apply(Event::Epoch("one".into()));
    page.apply(Event::Heard { tab: "other".into(), note: Note::Epoch("two".into()) });
    page.apply(pushed(2, [1, 1]));
    assert_eq!(page.votes(), [1, 1]);
}

#[test]
fn forums_17_a_poll_that_is_not_there_is_named_once() {
    let mut page = Page::default();
    page.apply(Event::Watch(dinner().into()));
    page.apply(Event::TurnEnded);
    let mut said = 0;
    for _ in 0..3 {
        let answer = Ok(Decoded { missing: vec![dinner().into()], ..Decoded::default() });
        let effects = page.apply(Event::Read { resources: vec![dinner().into()], answer });
        said +=
            effects.iter().filter(|e| **e == Effect::Warn("There is no poll called \"4.7\".".into())).count();
        page.apply(Event::Retry(dinner().into()));
        page.apply(Event::TurnEnded);
    }
    assert_eq!(said, 1);
}

#[test]
fn embedding_14_the_tab_in_sight_holds_the_feed_while_a_hidden_one_has_a_vote_to_send() {
    let mut world = World::new();
    let first = 0;
    let second = world.open();
    world.decide(first, Some("pizza"));
    world.settle_storage();
    world.hear();
    world.event(first, Event::InSight(false));
    world.hear();
    let leads = world.tabs[second].as_ref().is_some_and(|tab| tab.feed);
    assert!(leads, "the tab in sight holds the feed");
}
