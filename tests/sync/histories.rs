//! Random histories: whatever happens in whatever order, nothing is lost, nothing counts twice, and nothing is silent.

use folkmoot::domain::time::Timestamp;
use folkmoot::sync::{Entity, Event, Known, Saving, Topic};
use proptest::prelude::*;

use crate::dinner;
use crate::host::{OPTIONS, Outcome, option};
use crate::world::World;

/// One thing that happens. Numbers choose among what there is.
#[derive(Clone, Debug)]
enum Happening {
    Vote(usize, bool),
    TakeBack(usize),
    Tick(usize),
    Comment(usize),
    Undo(usize),
    Answer(usize),
    AnswerLost(usize),
    NeverArrives(usize),
    Busy(usize),
    Hear,
    Store,
    Pass(i64),
    Push(usize, u64),
    Hide(usize, bool),
    Online(usize, bool),
    Open,
    Close(usize, bool),
    LoginExpires,
    LogIn(usize),
    Leave(usize),
    Back(usize),
    Foreign(usize, bool),
    SlowReads(bool),
    Unanswered(bool),
    DenyStorage(bool),
    VoteElsewhere(bool),
    PollCloses,
    Copied,
    Restored,
}

fn happening() -> impl Strategy<Value = Happening> {
    use Happening::*;
    let n = 0usize..8;
    let yes = any::<bool>();
    prop_oneof![
        8 => (n.clone(), yes).prop_map(|(tab, first)| Vote(tab, first)),
        2 => n.clone().prop_map(TakeBack),
        2 => n.clone().prop_map(Tick),
        2 => n.clone().prop_map(Comment),
        1 => n.clone().prop_map(Undo),
        6 => n.clone().prop_map(Answer),
        3 => n.clone().prop_map(AnswerLost),
        3 => n.clone().prop_map(NeverArrives),
        1 => n.clone().prop_map(Busy),
        3 => Just(Hear),
        6 => Just(Store),
        4 => (1i64..90_000).prop_map(Pass),
        3 => (n.clone(), 0u64..3).prop_map(|(tab, ago)| Push(tab, ago)),
        2 => (n.clone(), yes).prop_map(|(tab, seen)| Hide(tab, seen)),
        2 => (n.clone(), yes).prop_map(|(tab, online)| Online(tab, online)),
        2 => Just(Open),
        2 => (n.clone(), yes).prop_map(|(tab, in_time)| Close(tab, in_time)),
        1 => Just(LoginExpires),
        2 => (0usize..3).prop_map(LogIn),
        2 => n.clone().prop_map(Leave),
        2 => n.clone().prop_map(Back),
        2 => (n.clone(), yes).prop_map(|(at, no)| Foreign(at, no)),
        1 => yes.prop_map(SlowReads),
        1 => yes.prop_map(Unanswered),
        1 => yes.prop_map(DenyStorage),
        1 => yes.prop_map(VoteElsewhere),
        1 => Just(PollCloses),
        2 => Just(Copied),
        2 => Just(Restored),
    ]
}

fn happen(world: &mut World, happening: &Happening) {
    use Happening::*;
    let alive = world.alive();
    let tab = |n: &usize| alive.get(n % alive.len().max(1)).copied();
    let flight = |n: &usize, world: &World| (!world.flights.is_empty()).then(|| n % world.flights.len());
    match happening {
        Vote(n, first) => tab(n).map_or((), |tab| world.decide(tab, Some(OPTIONS[usize::from(*first)]))),
        TakeBack(n) => tab(n).map_or((), |tab| world.decide(tab, None)),
        Tick(n) => tab(n).map_or((), |tab| world.tick(tab)),
        Comment(n) => tab(n).map_or((), |tab| world.comment(tab)),
        Undo(n) => tab(n).map_or((), |tab| world.undo(tab)),
        Answer(n) => flight(n, world).map_or((), |at| world.answer(at)),
        AnswerLost(n) => flight(n, world).map_or((), |at| world.answer_with(at, Outcome::Nothing)),
        NeverArrives(n) => flight(n, world).map_or((), |at| world.drop(at, Outcome::Nothing)),
        Busy(n) => flight(n, world).map_or((), |at| world.drop(at, Outcome::Busy(5_000))),
        Hear => world.hear(),
        Store => world.settle_storage(),
        Pass(milliseconds) => world.pass(*milliseconds),
        Push(n, ago) => tab(n).map_or((), |tab| world.push(tab, *ago)),
        Hide(n, seen) => tab(n).map_or((), |tab| world.event(tab, Event::InSight(*seen))),
        Online(n, online) => tab(n).map_or((), |tab| world.event(tab, Event::Online(*online))),
        Open if alive.len() < 4 => drop(world.open()),
        Open => {}
        Close(n, in_time) => tab(n).map_or((), |tab| world.close(tab, *in_time)),
        LoginExpires => world.host.proof += 1,
        LogIn(who) => world.log_in([None, Some("ann"), Some("otto")][*who]),
        Leave(n) => tab(n).map_or((), |tab| world.leave(tab)),
        Back(n) => tab(n).map_or((), |tab| world.come_to(tab)),
        Foreign(n, unknown) => {
            let status = if *unknown { 401 } else { 403 };
            if let Some(at) = flight(n, world) {
                world.drop(at, Outcome::Foreign(status));
            }
        }
        SlowReads(slow) => world.slow_reads = *slow,
        Unanswered(unanswered) => world.unanswered = *unanswered,
        DenyStorage(denied) => world.storage_denied = *denied,
        VoteElsewhere(first) => world.host.vote_elsewhere(OPTIONS[usize::from(*first)]),
        PollCloses => world.host.closed = true,
        Copied => world.copy(),
        Restored => world.restore(),
    }
}

proptest! {
    // `PROPTEST_CASES` asks for more.
    #![proptest_config(ProptestConfig {
        cases: ProptestConfig::default().cases.max(4000), failure_persistence: None, ..ProptestConfig::default()
    })]

    #[test]
    fn nothing_is_lost_or_doubled_or_silent(history in proptest::collection::vec(happening(), 0..60)) {
        let mut world = World::new();
        for each in &history {
            happen(&mut world, each);
        }
        world.unanswered = false;
        world.heal();
        let verdict = world.verdict();
        prop_assert_eq!((verdict.lost, verdict.doubled, verdict.silent, verdict.for_another), (0, 0, 0, 0), "{:#?}", world.decided);
        let (of_one, of_all) = world.most_tries();
        prop_assert!(of_one <= 10 && of_all <= 30, "a storm of {of_one} tries of one call, {of_all} of all");
        let host = world.host.ballots.get("ann").cloned().and_then(|(_, option)| option);
        for tab in world.alive() {
            let state = &world.tabs[tab].as_ref().unwrap().state;
            for topic in [dinner(), Topic::Checklist] {
                let saving = state.saving(&topic);
                let rests = matches!(saving, Saving::Idle | Saving::Saved(_) | Saving::Refused(..) | Saving::Draft(_));
                prop_assert!(rests, "{saving:?} in tab {tab}");
            }
            let Known::Here(Entity::Poll(shown)) = state.view(&dinner(), Timestamp(world.now)) else {
                return Err(TestCaseError::fail("no poll is shown"));
            };
            let chosen = shown.answer().map(|answer| answer.marks()[0].0.to_string());
            prop_assert_eq!(&chosen, &host, "tab {} shows what the host has", tab);
            let Entity::Poll(stored) = world.host.poll(Some("ann")) else { unreachable!() };
            prop_assert_eq!(&shown.tally, &stored.tally, "tab {} counts what the host counts", tab);
        }
    }
}

/// Whether it can happen at a Misago forum, and a page can make up for it. The forum tells nobody which of two votes was cast first,
/// so that tabs have to hear each other at once; nor what became of a vote whose answer was lost and that was not sent again.
fn is_mended_at_a_forum(happening: &Happening) -> bool {
    use Happening::*;
    match happening {
        Vote(..) | Answer(_) | AnswerLost(_) | NeverArrives(_) | Busy(_) | Hear | Store | Pass(_)
        | Hide(..) | Online(..) | Open | Foreign(..) | SlowReads(_) => true,
        TakeBack(_) | Tick(_) | Comment(_) | Undo(_) | Push(..) | Close(..) | LoginExpires | LogIn(_)
        | Leave(_) | Back(_) | Unanswered(_) | DenyStorage(_) | VoteElsewhere(_) | PollCloses | Copied
        | Restored => false,
    }
}

/// Histories of that alone. What cannot be is left out of them, since a filter of `proptest` gives up after so many.
fn at_a_forum() -> impl Strategy<Value = Vec<Happening>> {
    proptest::collection::vec(happening(), 0..100).prop_map(|mut history| {
        history.retain(is_mended_at_a_forum);
        history
    })
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: ProptestConfig::default().cases.max(1000), failure_persistence: None, ..ProptestConfig::default()
    })]

    #[test]
    fn at_a_misago_forum_nothing_is_lost_or_silent_and_what_is_shown_is_what_the_forum_has(
        history in at_a_forum()
    ) {
        let mut world = World::at_forum();
        for each in &history {
            happen(&mut world, each);
            world.hear_tabs();
        }
        world.slow_reads = false;
        world.rest();
        let verdict = world.verdict();
        prop_assert_eq!((verdict.lost, verdict.silent, verdict.for_another), (0, 0, 0), "{:#?}", world.decided);
        let (of_one, of_all) = world.most_tries();
        prop_assert!(of_one <= 10 && of_all <= 30, "a storm of {of_one} tries of one call, {of_all} of all");
        let stored = world.host.ballots.get("ann").cloned().and_then(|(_, option)| option);
        for tab in world.alive() {
            let state = &world.tabs[tab].as_ref().unwrap().state;
            let saving = state.saving(&dinner());
            prop_assert!(matches!(saving, Saving::Idle | Saving::Saved(_) | Saving::Refused(..)), "{saving:?} in tab {tab}");
            let Known::Here(Entity::Poll(shown)) = state.view(&dinner(), Timestamp(world.now)) else {
                return Err(TestCaseError::fail("no poll is shown"));
            };
            let chosen = shown.answer().map(option);
            prop_assert!(chosen.is_none() || chosen == stored, "tab {tab} shows {chosen:?}, the forum has {stored:?}");
            let cast = u32::from(stored.is_some());
            prop_assert_eq!(shown.turnout.cast, cast, "tab {} counts what the forum counts", tab);
        }
    }
}

#[test]
fn at_a_misago_forum_a_vote_that_two_tabs_send_is_shown_as_the_forum_has_it_though_the_second_answer_is_lost()
{
    use Happening::*;
    let mut world = World::at_forum();
    for each in [
        Open,
        Vote(0, false),
        Open,
        Vote(1, true),
        Answer(0),
        Vote(0, false),
        Store,
        Pass(15_999),
        Answer(1),
        Answer(2),
        AnswerLost(0),
    ] {
        happen(&mut world, &each);
        world.hear_tabs();
    }
    world.rest();
    assert_eq!(world.host.ballots["ann"].1.as_deref(), Some("pizza"), "which is the last that Ann said");
    for tab in world.alive() {
        let state = &world.tabs[tab].as_ref().unwrap().state;
        let Known::Here(Entity::Poll(shown)) = state.view(&dinner(), Timestamp(world.now)) else {
            panic!("no poll is shown")
        };
        assert_eq!(shown.answer().map(option).as_deref(), Some("pizza"), "in tab {tab}");
    }
}

#[test]
fn what_a_member_decided_after_a_log_out_is_not_sent_by_a_tab_of_a_guest() {
    use Happening::*;
    let mut world = World::new();
    for each in [
        LoginExpires,
        Open,
        Open,
        LoginExpires,
        Hide(0, true),
        LogIn(0),
        Vote(1, false),
        Pass(25_708),
        Store,
        Pass(14_796),
        Online(3, true),
    ] {
        happen(&mut world, &each);
    }
    world.heal();
    assert_eq!(world.verdict().for_another, 0, "{:#?}", world.decided);
}

#[test]
fn what_is_decided_while_the_page_has_to_be_asked_again_is_not_sent_for_who_was_there_before() {
    use Happening::*;
    let mut world = World::new();
    let history =
        [LogIn(2), LoginExpires, Tick(0), Leave(0), Vote(0, true), LogIn(0), Vote(0, false), Answer(0)];
    for each in &history {
        happen(&mut world, each);
    }
    world.heal();
    assert_eq!(world.verdict().for_another, 0, "{:#?}", world.decided);
}

fn tries_after(history: &[Happening]) -> (usize, usize) {
    let mut world = World::new();
    for each in history {
        happen(&mut world, each);
    }
    world.unanswered = false;
    world.heal();
    world.most_tries()
}

#[test]
fn a_write_that_comes_back_out_of_the_storage_of_the_browser_is_no_first_try() {
    use Happening::*;
    let (_, of_all) = tries_after(&[
        LogIn(0),
        Open,
        Close(6, false),
        Open,
        LogIn(1),
        Vote(2, false),
        Vote(1, false),
        AnswerLost(0),
        LogIn(0),
        Open,
        Pass(19_999),
        LogIn(1),
        Comment(4),
    ]);
    assert!(of_all <= 30, "{of_all}");
}

#[test]
fn a_timer_that_comes_early_by_a_hair_takes_no_try_out_of_the_count() {
    use Happening::*;
    let (_, of_all) = tries_after(&[
        Leave(0),
        Open,
        Tick(2),
        Leave(1),
        AnswerLost(0),
        Restored,
        Undo(0),
        Unanswered(true),
        Vote(1, false),
        Pass(23_773),
    ]);
    assert!(of_all <= 30, "{of_all}");
}

#[test]
fn embedding_18_what_another_tab_heard_of_the_host_before_it_was_restored_does_not_stay() {
    use Happening::*;
    let mut world = World::new();
    for each in [
        Open,
        Tick(0),
        Copied,
        VoteElsewhere(false),
        Leave(6),
        Vote(6, true),
        Answer(0),
        Vote(1, false),
        Store,
        Answer(1),
        Online(0, true),
        Answer(0),
        Restored,
        Answer(1),
    ] {
        happen(&mut world, &each);
    }
    world.heal();
    let Entity::Poll(stored) = world.host.poll(Some("ann")) else { unreachable!() };
    for tab in world.alive() {
        let state = &world.tabs[tab].as_ref().unwrap().state;
        let Known::Here(Entity::Poll(shown)) = state.view(&dinner(), Timestamp(world.now)) else {
            panic!("no poll is shown")
        };
        assert_eq!((shown.revision, &shown.tally), (stored.revision, &stored.tally));
    }
}

#[test]
fn what_is_decided_in_one_tab_counts_over_what_another_had_decided_before_it_knew_who_is_asking() {
    use Happening::*;
    let mut world = World::new();
    for each in [
        LogIn(2),
        Vote(0, true),
        TakeBack(0),
        LoginExpires,
        Open,
        Vote(1, false),
        Answer(0),
        Hide(1, true),
        TakeBack(5),
        Vote(0, false),
        Push(0, 0),
        Answer(0),
        Vote(0, false),
        Pass(256),
        Answer(0),
        Foreign(0, false),
        Close(0, false),
        Pass(19_743),
        LogIn(0),
        NeverArrives(0),
        AnswerLost(0),
        LoginExpires,
    ] {
        happen(&mut world, &each);
    }
    world.heal();
    assert_eq!(world.verdict().doubled, 0, "{:#?}", world.decided);
    assert_eq!(world.host.ballots["otto"].1.as_deref(), Some("pizza"), "which is the last that Otto said");
}

#[test]
fn what_was_decided_before_it_was_known_who_is_asking_does_not_count_over_what_another_tab_decided_since() {
    use Happening::*;
    let mut world = World::new();
    for each in
        [Leave(0), Vote(0, false), LogIn(2), Open, Vote(0, false), Leave(6), Vote(1, false), TakeBack(5)]
    {
        happen(&mut world, &each);
    }
    world.heal();
    assert_eq!(world.verdict().doubled, 0, "{:#?}", world.decided);
    assert_eq!(world.host.ballots["otto"].1, None, "since Otto took his vote back last");
}
