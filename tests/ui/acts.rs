//! What happens when members press, type, drag and use keys: what the element tells the reducer, and where the focus goes.

use std::rc::Rc;

use folkmoot::domain::poll::{Answer, Kind, Method, OwnOptions, Slot, When};
use folkmoot::domain::time::Timestamp;
use folkmoot::sync::{Act, Decision, Event, Known, Saving};

use crate::harness::{Happens, Shown};
use crate::states::{self, poll, shown};

/// The decisions that an element told the reducer.
fn decided(shown: &Shown) -> Vec<Decision> {
    let of = |event| if let Event::Decide(decision) = event { Some(decision) } else { None };
    shown.told().into_iter().filter_map(of).collect()
}

/// The options on each ballot that an element told the reducer, in their order.
fn chosen(shown: &Shown) -> Vec<String> {
    let ids = |decision: Decision| match &decision {
        Decision::Ballot(_, Some(Answer::Options(ids))) => {
            ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
        }
        Decision::Ballot(..) | Decision::Act(..) | Decision::Step(_) => format!("{decision:?}"),
    };
    decided(shown).into_iter().map(ids).collect()
}

fn choice() -> Shown {
    shown(poll(Kind::Choice { min: 1, max: 2 }))
}

fn tick(shown: &mut Shown, label: &str) {
    shown.happens("onchange", label, &Happens { checked: true, ..Happens::default() });
}

fn key(shown: &mut Shown, label: &str, key: &'static str) {
    shown.happens("onkeydown", label, &Happens { key, ..Happens::default() });
}

fn typed(shown: &mut Shown, label: &str, value: &str) {
    shown.happens("oninput", label, &Happens { value: value.into(), ..Happens::default() });
}

const ROWS: &str = ".rows[tabindex]";

#[test]
fn a_vote_says_what_was_ticked_and_the_focus_goes_to_the_rows() {
    let mut poll = choice();
    tick(&mut poll, "Coffee");
    tick(&mut poll, "Tea");
    assert_eq!(poll.focused(), [""; 0], "ticking moves no focus");
    poll.press("Vote");
    assert_eq!(chosen(&poll), ["a,b"]);
    assert_eq!(poll.focused(), [ROWS]);
}

#[test]
fn an_empty_ballot_is_not_sent_and_the_complaint_goes_with_the_next_tick() {
    let mut poll = choice();
    poll.press("Vote");
    assert_eq!(decided(&poll), []);
    assert!(poll.outline().contains("Choose an option first."));
    tick(&mut poll, "Tea");
    assert!(!poll.outline().contains("Choose an option first."));
}

#[test]
fn the_focus_waits_for_the_rows_of_a_poll_that_comes_at_the_second_try() {
    let mut poll = states::named("poll-unreachable");
    poll.lacks_nodes(true);
    poll.press("Try again");
    assert!(matches!(poll.told()[..], [Event::Retry(_)]));
    poll.change(|scene| scene.known = Known::Loading);
    poll.lacks_nodes(false);
    poll.change(|scene| scene.known = states::scene_of_choice().known);
    assert_eq!(poll.focused(), [ROWS]);
}

#[test]
fn a_refused_vote_can_be_sent_again() {
    let mut poll = states::named("vote-not-possible");
    poll.press("Cast it again");
    assert_eq!(chosen(&poll), ["a"]);
    poll.change(|scene| scene.saving = Saving::Sending);
    assert!(poll.outline().contains("Saving…"));
}

#[test]
fn an_order_is_made_with_buttons_keys_and_dragging_and_the_focus_stays_with_what_moved() {
    let mut ranked = shown(poll(Kind::Ranked(Method::RunOff)));
    for label in ["Tea", "Coffee", "مقهى"] {
        ranked.happens("onclick", label, &Happens::default());
    }
    let handle = |nth: u32| format!(".order > :nth-child({nth}) .handle");
    assert_eq!(ranked.focused(), [handle(1), handle(2), handle(3)]);
    ranked.press("Move up: \\u{2068}مقهى");
    assert_eq!(ranked.focused(), [handle(2)]);
    key(&mut ranked, "مقهى\\u{2069}, 2 of 3", "ArrowUp");
    assert_eq!(ranked.focused(), [handle(1)]);
    key(&mut ranked, "Tea, 2 of 3", "x");
    // Each row is 100 pixels high: the pointer takes the last one by its handle, and drops it above the first one.
    let at = |y| Happens { pointer: (1, y), ..Happens::default() };
    ranked.happens("onpointerdown", "Coffee & cake, 3 of 3", &at(250));
    ranked.happens("onpointermove", "Coffee", &at(120));
    ranked.happens("onpointermove", "Coffee", &at(20));
    ranked.happens("onpointerup", "Coffee", &at(20));
    ranked.press("Vote");
    assert_eq!(chosen(&ranked), ["b,c,a"]);
}

#[test]
fn arrow_keys_go_through_the_rounds_in_the_direction_of_the_text() {
    let mut count = states::named("run-off-count");
    count.focused();
    let selected = |count: &Shown, nth: u32| {
        let tab = format!(r#"button aria-controls="step" aria-label="Round {nth}:"#);
        let outline = count.outline();
        let line =
            outline.lines().find(|line| line.trim_start().starts_with(&tab)).expect("a tab").to_owned();
        line.contains(r#"aria-selected="true""#)
    };
    key(&mut count, "Round 1", "ArrowRight");
    assert!(selected(&count, 2));
    assert_eq!(count.focused(), ["#step-1"]);
    count.happens("onkeydown", "Round 2", &Happens { key: "ArrowRight", is_rtl: true, ..Happens::default() });
    assert!(selected(&count, 1));
    key(&mut count, "Round 1", "End");
    assert_eq!(count.focused(), ["#step-0", "#step-1"]);
}

/// What is sent for a time that was typed into the form for members' own options.
fn added(offset: fn(Timestamp) -> i32, starts: &str) -> Option<When> {
    let mut times = poll(Kind::Availability);
    times.rules.own_options = OwnOptions::Open;
    let mut times = shown(times);
    times.change(|scene| scene.locale.offset = Rc::new(offset));
    times.press("Add an option");
    typed(&mut times, "Starts, by your clock", starts);
    times.press("Add\"");
    match decided(&times).pop() {
        Some(Decision::Act(_, Act::AddOption(_, when))) => when,
        _ => None,
    }
}

#[test]
fn a_typed_time_is_by_the_viewers_clock_also_over_a_change_of_the_clocks() {
    let at = |time: &str| Some(When::Time(Slot::new(Timestamp::parse(time).expect("a time"), None)));
    assert_eq!(added(|_| 60, "2026-12-01T18:30"), at("2026-12-01T17:30:00Z"));
    assert_eq!(added(|_| -210, "2026-12-01T18:30:15"), at("2026-12-01T22:00:15Z"));
    // In Berlin the clocks go forward at 01:00 UTC on 28 March 2027.
    let berlin = |at: Timestamp| if at < Timestamp(1_806_195_600_000) { 60 } else { 120 };
    assert_eq!(added(berlin, "2027-03-28T01:30"), at("2027-03-28T00:30:00Z"));
    assert_eq!(added(berlin, "2027-03-28T03:30"), at("2027-03-28T01:30:00Z"));
    assert_eq!(added(|_| 0, "tomorrow"), None);
    assert_eq!(added(|_| 0, ""), None);
}

#[test]
fn the_focus_goes_to_the_list_before_the_pressed_button_goes() {
    let mut list = states::named("checklist");
    list.press("Mark as done");
    assert_eq!(list.focused(), [".rows"]);
    assert!(matches!(decided(&list)[..], [Decision::Step(_)]));
}
