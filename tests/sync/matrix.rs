//! The fault matrix: every kind of failure, met by every kind of write.

use folkmoot::sync::Event;

use crate::host::Outcome;
use crate::world::{Verdict, World};

type Fault = fn(&mut World);
type Write = (&'static str, fn(&mut World), fn(&mut World));

fn first(world: &mut World) {
    world.decide(0, Some("pizza"));
}

fn nothing(_: &mut World) {}

/// What went before, and the write that meets the failure.
const WRITES: [Write; 5] = [
    ("cast", nothing, first),
    ("change", first, |world| world.decide(0, Some("sushi"))),
    ("take back", first, |world| world.decide(0, None)),
    ("step", nothing, |world| world.tick(0)),
    ("comment", first, |world| world.comment(0)),
];

/// The failures of which a write never learns more than that no good answer came.
fn no_answer(world: &mut World) {
    world.drop(0, Outcome::Nothing);
}

const FAULTS: [(&str, Fault); 25] = [
    ("request dropped", no_answer),
    ("answer dropped after the host has stored it", |world| world.answer_with(0, Outcome::Nothing)),
    ("500", no_answer),
    ("503 with Retry-After", |world| world.drop(0, Outcome::Busy(30_000))),
    ("429", |world| world.drop(0, Outcome::Busy(2_000))),
    ("time-out", |world| {
        world.pass(15_000);
        world.drop(0, Outcome::Nothing);
    }),
    ("answer cut in the middle", |world| world.answer_with(0, Outcome::Nothing)),
    ("HTML instead of JSON", |world| world.answer_with(0, Outcome::Nothing)),
    ("401 in mid-session", |world| {
        world.host.proof += 2;
        world.answer(0);
    }),
    ("401 that signing in alone can mend", |world| {
        world.login = None;
        world.host.proof += 2;
        world.answer(0);
    }),
    ("stale CSRF", |world| {
        world.host.proof += 1;
        world.answer(0);
    }),
    ("a firewall's 401", |world| world.drop(0, Outcome::Foreign(401))),
    ("a firewall's 403", |world| world.drop(0, Outcome::Foreign(403))),
    ("another member for a while", |world| {
        world.drop(0, Outcome::Nothing);
        world.log_in(Some("otto"));
        world.decide(0, Some("pizza"));
        world.wait();
        world.log_in(Some("ann"));
        world.come_to(0);
    }),
    ("logged out, and back from the browser's cache", |world| {
        world.drop(0, Outcome::Nothing);
        world.leave(0);
        world.log_in(None);
        world.back(0);
        world.wait();
    }),
    ("offline then online", |world| {
        world.event(0, Event::Online(false));
        world.drop(0, Outcome::Nothing);
        world.pass(20_000);
        world.event(0, Event::Online(true));
    }),
    ("tab closed while sending", |world| world.close(0, true)),
    ("browser killed while sending", |world| {
        world.close(0, false);
        world.flights.clear();
    }),
    ("two tabs", |world| {
        let other = world.open();
        world.decide(other, Some("sushi"));
        world.tick(other);
        world.settle_storage();
    }),
    ("clock wrong by a day", |world| {
        world.now -= 86_400_000;
        world.drop(0, Outcome::Nothing);
    }),
    ("clock set back by a day while it waits", |world| {
        world.drop(0, Outcome::Nothing);
        world.set_back(86_400_000);
    }),
    ("storage denied or full", |world| {
        world.storage_denied = true;
        world.answer_with(0, Outcome::Nothing);
    }),
    ("push reordered", |world| {
        world.answer(0);
        world.push(0, 0);
        world.push(0, 1);
    }),
    ("push doubled or missing", |world| {
        world.push(0, 0);
        world.answer_with(0, Outcome::Nothing);
        world.push(0, 0);
        world.push(0, 0);
    }),
    ("host restarted", |world| {
        world.answer_with(0, Outcome::Nothing);
        for _ in 0..3 {
            world.pass(5_000);
            while !world.flights.is_empty() {
                world.drop(0, Outcome::Nothing);
            }
        }
    }),
];

#[test]
fn every_write_survives_every_failure() {
    let mut sum = Verdict::default();
    let mut met = 0;
    for (fault, fail) in FAULTS {
        for (write, before, decide) in WRITES {
            let mut world = World::new();
            before(&mut world);
            world.settle_storage();
            while !world.flights.is_empty() {
                world.answer(0);
            }
            decide(&mut world);
            world.settle_storage();
            assert_eq!(world.flights.len(), 1, "{write} is sent");
            fail(&mut world);
            let last = world.decided.iter().rfind(|d| d.member == Some("ann")).unwrap().key.clone();
            if world.login.is_some() && world.alive().contains(&0) {
                world.wait();
                assert!(world.host.granted.contains(&last), "{write}, {fault}: it comes through by itself");
            }
            world.heal();
            let verdict = world.verdict();
            let clean = verdict.lost + verdict.doubled + verdict.silent + verdict.for_another == 0;
            assert!(clean, "{write}, {fault}: {verdict:?} {:#?}", world.decided);
            assert!(world.host.granted.contains(&last), "{write}, {fault}: it counts in the end");
            met += 1;
            sum.decided += verdict.decided;
            sum.lost += verdict.lost;
            sum.doubled += verdict.doubled;
            sum.silent += verdict.silent;
        }
    }
    println!(
        "fault matrix: {} failures x {} writes = {met}; {} decisions, lost {}, doubled {}, silent {}",
        FAULTS.len(),
        WRITES.len(),
        sum.decided,
        sum.lost,
        sum.doubled,
        sum.silent
    );
}
