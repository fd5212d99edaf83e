//! Random histories: whatever happens in whatever order, nothing is lost, nothing counts twice, and nothing is silent.

use folkmoot::domain::time::Timestamp;
use folkmoot::sync::{Entity, Event, Known, Saving, Topic};
use proptest::prelude::*;

use crate::dinner;
use crate::host::{OPTIONS, Outcome};
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
    SignIn(bool),
    DenyStorage(bool),
    VoteElsewhere(bool),
    PollCloses,
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
        2 => (n, yes).prop_map(|(tab, in_time)| Close(tab, in_time)),
        1 => Just(LoginExpires),
        1 => yes.prop_map(SignIn),
        1 => yes.prop_map(DenyStorage),
        1 => yes.prop_map(VoteElsewhere),
        1 => Just(PollCloses),
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
        SignIn(signed_in) => world.signed_in = *signed_in,
        DenyStorage(denied) => world.storage_denied = *denied,
        VoteElsewhere(first) => world.host.vote_elsewhere(OPTIONS[usize::from(*first)]),
        PollCloses => world.host.closed = true,
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
        world.heal();
        let verdict = world.verdict();
        prop_assert_eq!((verdict.lost, verdict.doubled, verdict.silent), (0, 0, 0), "{:#?}", world.decided);
        let host = world.host.ballot.clone().and_then(|(_, option)| option);
        for tab in world.alive() {
            let state = &world.tabs[tab].as_ref().unwrap().state;
            for topic in [dinner(), Topic::Checklist] {
                let saving = state.saving(&topic);
                let rests = matches!(saving, Saving::Idle | Saving::Saved(_) | Saving::Refused(..));
                prop_assert!(rests, "{saving:?} in tab {tab}");
            }
            let Known::Here(Entity::Poll(shown)) = state.view(&dinner(), Timestamp(world.now)) else {
                return Err(TestCaseError::fail("no poll is shown"));
            };
            let chosen = shown.answer().map(|answer| answer.marks()[0].0.to_string());
            prop_assert_eq!(&chosen, &host, "tab {} shows what the host has", tab);
        }
    }
}
