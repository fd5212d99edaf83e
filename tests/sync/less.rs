//! A host that can do less than Host API v1: no stream, no revisions, few ids a read, reads that do not tell the viewer's own
//! ballot, and writes of which the one that comes last counts.

use folkmoot::domain::id::MemberId;
use folkmoot::domain::poll::Poll;
use folkmoot::sync::{Abilities, Decoded, Effect, Event, Fault, Timer, Topic};

use crate::host::option;
use crate::{Page, dinner, entity, outbox_wakes, poll, saved, wakes, writes};

const LESS: Abilities =
    Abilities { ids: 3, asked_every: Some(20_000), revisions: false, own_ballot: false, ordered: false };

/// A page that shows the poll without votes.
fn page() -> Page {
    let mut page = Page::at(LESS);
    page.apply(Event::Watch(dinner().into()));
    page.apply(Event::TurnEnded);
    read(&mut page, [0, 0]);
    page
}

/// Reads the poll as it is now, with these votes.
fn read(page: &mut Page, votes: [u32; 2]) -> Vec<Effect> {
    let order = page.state.order();
    told(page, order, votes)
}

/// What a read that went out then tells.
fn told(page: &mut Page, order: u64, votes: [u32; 2]) -> Vec<Effect> {
    let found = vec![entity(&poll(0, votes, None))];
    page.apply(Event::Read {
        resources: vec![dinner().into()],
        answer: Ok(Decoded { found, order, ..Decoded::default() }),
    })
}

/// Asks for the poll again, and says when.
fn ask(page: &mut Page) -> u64 {
    page.apply(Event::Woke(Timer::Look));
    assert!(page.apply(Event::TurnEnded).contains(&Effect::Read(vec![dinner().into()])));
    page.state.order()
}

#[test]
fn a_read_asks_for_no_more_than_the_host_takes() {
    let mut page = Page::at(LESS);
    for n in 0..7 {
        page.apply(Event::Watch(Topic::Member(MemberId::new(format!("m{n}")).unwrap()).into()));
    }
    let effects = page.apply(Event::TurnEnded);
    let sizes: Vec<usize> =
        effects.iter().filter_map(|e| if let Effect::Read(t) = e { Some(t.len()) } else { None }).collect();
    assert_eq!(sizes, [3, 3, 1]);
}

#[test]
fn without_a_stream_the_host_is_asked_every_so_often_while_somebody_looks() {
    let mut page = Page::at(LESS);
    page.apply(Event::Watch(dinner().into()));
    page.apply(Event::TurnEnded);
    let effects = read(&mut page, [0, 0]);
    assert!(
        wakes(&effects, &Timer::Look).is_some_and(|after| (20_000..30_000).contains(&after)),
        "{effects:?}"
    );
    assert_eq!(wakes(&effects, &Timer::Silence), None);
    for event in [Event::Online(true), Event::Woke(Timer::Live), Event::Woke(Timer::Silence)] {
        let effects = page.apply(event);
        assert!(!effects.iter().any(|e| matches!(e, Effect::Listen { .. })), "{effects:?}");
    }
    let effects = page.apply(Event::Woke(Timer::Look));
    assert!(wakes(&effects, &Timer::Look).is_some());
    assert!(page.apply(Event::TurnEnded).contains(&Effect::Read(vec![dinner().into()])));
    page.apply(Event::InSight(false));
    assert_eq!(page.apply(Event::Woke(Timer::Look)), []);
}

#[test]
fn without_revisions_the_state_that_was_asked_for_last_is_shown() {
    let mut page = page();
    let (first, second) = (ask(&mut page), ask(&mut page));
    told(&mut page, second, [2, 0]);
    told(&mut page, first, [1, 0]);
    assert_eq!(page.votes(), [2, 0]);
    read(&mut page, [1, 0]);
    assert_eq!(page.votes(), [2, 0], "nothing was asked for since");
    ask(&mut page);
    read(&mut page, [1, 0]);
    assert_eq!(page.votes(), [1, 0], "somebody took a vote back");
}

#[test]
fn a_read_that_an_acknowledged_vote_has_overtaken_takes_nothing_back() {
    let mut page = page();
    let before = ask(&mut page);
    page.vote("k1", "sushi");
    page.answered("k1", &poll(0, [0, 1], Some((1, "sushi"))));
    told(&mut page, before, [0, 0]);
    assert_eq!((page.votes(), page.shown().answer().map(option)), (vec![0, 1], Some("sushi".into())));
}

#[test]
fn the_own_ballot_stays_where_a_read_does_not_tell_it() {
    let mut page = page();
    page.vote("k1", "sushi");
    page.answered("k1", &poll(0, [0, 1], Some((1, "sushi"))));
    ask(&mut page);
    read(&mut page, [3, 1]);
    assert_eq!((page.votes(), page.shown().answer().map(option)), (vec![3, 1], Some("sushi".into())));
    page.vote("k2", "pizza");
    assert_eq!(page.votes(), [4, 0]);
}

/// Has this tab and another send a vote for sushi. The other's is acknowledged, this one's is still out.
fn sent_by_two_tabs() -> Page {
    let mut page = page();
    page.vote("k1", "sushi");
    acknowledged_elsewhere(&mut page, "k1", &poll(0, [0, 1], Some((1, "sushi"))));
    page
}

fn acknowledged_elsewhere(page: &mut Page, key: &str, poll: &Poll) {
    let answer = Ok(Decoded { found: vec![entity(poll)], ..Decoded::default() });
    page.apply(Event::Written { key: key.into(), answer, here: false });
}

/// Loses the answer to this tab's vote. Says what is sent once more, if anything is.
fn lose(page: &mut Page) -> Option<String> {
    let (timer, wait) = outbox_wakes(&page.failed("k1", Fault::Unreachable))?;
    page.later += i64::from(wait);
    writes(&page.apply(Event::Woke(timer))).first().and_then(|pending| pending.decision.answer()).map(option)
}

#[test]
fn a_vote_that_another_tab_has_brought_to_the_host_is_sent_once_more_where_the_answer_to_it_is_lost() {
    let mut page = sent_by_two_tabs();
    assert_eq!(page.saving(), saved());
    assert_eq!(lose(&mut page).as_deref(), Some("sushi"));
}

#[test]
fn the_later_of_two_votes_is_the_one_that_is_sent_once_more() {
    let mut page = sent_by_two_tabs();
    acknowledged_elsewhere(&mut page, "k2", &poll(0, [1, 0], Some((2, "pizza"))));
    assert_eq!(lose(&mut page).as_deref(), Some("pizza"));
}

#[test]
fn a_vote_that_two_tabs_have_sent_is_settled_where_both_answers_come() {
    let mut page = sent_by_two_tabs();
    page.answered("k1", &poll(0, [0, 1], Some((1, "sushi"))));
    assert_eq!((lose(&mut page), page.saving()), (None, saved()));
}
