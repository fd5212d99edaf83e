//! The client's state, as lists of events: what is asked for, what is shown, what becomes of a vote.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod acts;
mod forum;
mod histories;
mod host;
mod less;
mod matrix;
#[path = "../hosts/misago.rs"]
mod misago;
mod parts;
mod record;
mod retries;
mod sse;
mod tabs;
mod ways;
mod world;

use std::collections::VecDeque;
use std::rc::Rc;

use folkmoot::api;
use folkmoot::domain::id::{MemberId, OptionId, PollId, StepId};
use folkmoot::domain::poll::{Answer as Says, Count, Poll};
use folkmoot::domain::time::Timestamp;
use folkmoot::sync::{
    Abilities, Claim, Decision, Decoded, Effect, Entity, Event, Fault, Known, Moment, News, Pending, Refusal,
    RefusalKind, Resource, Saving, Source, State, Timer, Topic, Waiting, apply,
};

const NOW: Timestamp = Timestamp(1_000_000);

/// A page with one widget on it, which Ann looks at, and whose clock stands unless told.
struct Page {
    state: State,
    later: i64,
    /// How many keys it was given for decisions: `k1`, `k2` and so on.
    keys: u32,
}

impl Default for Page {
    fn default() -> Self {
        Self::at(Abilities::default())
    }
}

/// The page says that this member is asking, by a token that they have had before or not; nobody where it is empty.
fn claimed(member: &str, token: u32) -> Event {
    let (token, member) = match member {
        "" => (String::new(), None),
        member => (format!("{member}-{token}"), Some(member.into())),
    };
    Event::Claimed(Ok(Claim { source: Source::Elsewhere, token, member }))
}

impl Page {
    /// At a host that can do this.
    fn at(abilities: Abilities) -> Self {
        let mut page = Self { state: State::new(abilities, "k1".into()), later: 0, keys: 1 };
        page.only(claimed("ann", 1));
        page
    }

    /// Takes an event in. The browser's storage works, and no other tab leads: what that means follows at once.
    fn apply(&mut self, event: Event) -> Vec<Effect> {
        let mut all = Vec::new();
        let mut events = VecDeque::from([event]);
        while let Some(event) = events.pop_front() {
            let effects = self.only(event);
            for effect in &effects {
                if let Effect::Keep(pending) = effect {
                    events.push_back(Event::Kept { key: pending.key.clone(), kept: true });
                } else if *effect == Effect::Lead(true) {
                    events.push_back(Event::Led);
                }
            }
            all.extend(effects);
        }
        all
    }

    /// Takes an event in, and nothing that follows.
    fn only(&mut self, event: Event) -> Vec<Effect> {
        let moment = Moment { now: NOW.plus(self.later), random: 7 };
        let mut effects = apply(&mut self.state, event, moment);
        if effects.extract_if(.., |effect| *effect == Effect::MakeKey).next().is_some() {
            self.keys += 1;
            effects.extend(apply(&mut self.state, Event::KeyMade(format!("k{}", self.keys)), moment));
        }
        effects
    }

    /// A page that shows this poll.
    fn with(poll: &Poll) -> Self {
        let mut page = Self::default();
        page.apply(Event::Watch(dinner().into()));
        page.apply(Event::TurnEnded);
        page.read(vec![dinner()], vec![entity(poll)]);
        page
    }

    fn read<R: Into<Resource>>(&mut self, resources: Vec<R>, found: Vec<Entity>) -> Vec<Effect> {
        let resources = resources.into_iter().map(Into::into).collect();
        self.apply(Event::Read { resources, answer: Ok(Decoded { found, ..Decoded::default() }) })
    }

    fn vote(&mut self, key: &str, option: &str) -> Vec<Effect> {
        let decision = Decision::Ballot(poll_id(), Some(says(option)));
        self.decide(decision, key)
    }

    /// Has the member decide something. The decision gets this `key`, if any.
    fn decide(&mut self, decision: Decision, key: &str) -> Vec<Effect> {
        let effects = self.apply(Event::Decide(decision));
        let kept =
            effects.iter().find_map(|e| if let Effect::Keep(p) = e { Some(p.key.as_str()) } else { None });
        assert!(kept.is_none_or(|kept| kept == key), "the decision has the key {kept:?}");
        effects
    }

    fn answered(&mut self, key: &str, poll: &Poll) -> Vec<Effect> {
        let answer = Ok(Decoded { found: vec![entity(poll)], ..Decoded::default() });
        self.apply(Event::Written { key: key.into(), answer, here: true })
    }

    fn failed(&mut self, key: &str, fault: Fault) -> Vec<Effect> {
        self.apply(Event::Written { key: key.into(), answer: Err(fault), here: true })
    }

    fn shown(&self) -> Poll {
        let known = self.state.view(&dinner(), NOW.plus(self.later));
        let Known::Here(Entity::Poll(poll)) = &known else { panic!("no poll is shown but {known:?}") };
        Poll::clone(poll)
    }

    fn votes(&self) -> Vec<u32> {
        let count = self.shown().tally.unwrap().count;
        let Count::Votes(votes) = &count else { panic!("{count:?}") };
        votes.clone()
    }

    fn saving(&self) -> Saving {
        self.state.saving(&dinner())
    }
}

fn id(option: &str) -> OptionId {
    OptionId::new(option).unwrap()
}

fn vote(option: &str) -> Decision {
    Decision::Ballot(poll_id(), Some(says(option)))
}

fn saved() -> Saving {
    Saving::Saved(vote("sushi"))
}

fn says(option: &str) -> Says {
    Says::Options(vec![id(option)])
}

/// Named as a Misago forum does it, by numbers.
fn poll_id() -> PollId {
    PollId::new("4.7").unwrap()
}

fn dinner() -> Topic {
    Topic::Poll(poll_id())
}

fn entity(poll: &Poll) -> Entity {
    Entity::Poll(Rc::new(poll.clone()))
}

/// The poll at a revision, with these votes, and the viewer's ballot if they have one.
fn poll(revision: u64, votes: [u32; 2], ballot: Option<(u64, &str)>) -> Poll {
    let ballot =
        ballot.map(|(revision, option)| serde_json::json!({"revision": revision, "options": [option]}));
    let json = serde_json::json!({
        "id": "4.7", "revision": revision, "title": "Where?", "retractable": true,
        "options": [{"id": "pizza", "label": "Pizza"}, {"id": "sushi", "label": "Sushi"}],
        "turnout": {"cast": votes[0] + votes[1]},
        "tally": {"voters": votes[0] + votes[1], "votes": [
            {"option": "pizza", "votes": votes[0]}, {"option": "sushi", "votes": votes[1]}]},
        "viewer": {"standing": "entitled", "ballot": ballot},
    });
    api::poll_from(&json).unwrap()
}

fn writes(effects: &[Effect]) -> Vec<&Pending> {
    effects.iter().filter_map(|e| if let Effect::Write(pending) = e { Some(pending) } else { None }).collect()
}

fn wakes(effects: &[Effect], timer: &Timer) -> Option<u32> {
    let after =
        |e: &Effect| if let Effect::Wake(t, after) = e { (t == timer).then_some(*after) } else { None };
    effects.iter().find_map(after)
}

/// The timer for what is to be read again.
fn reads_wake(effects: &[Effect]) -> Timer {
    let timer = |e: &Effect| {
        if let Effect::Wake(timer @ Timer::Reads(_), _) = e { Some(timer.clone()) } else { None }
    };
    effects.iter().find_map(timer).expect("a read is to be tried again")
}

fn outbox_wakes(effects: &[Effect]) -> Option<(Timer, u32)> {
    let wake = |e: &Effect| {
        if let Effect::Wake(timer @ Timer::Outbox(_), after) = e {
            Some((timer.clone(), *after))
        } else {
            None
        }
    };
    effects.iter().find_map(wake)
}

#[test]
fn everything_of_one_kind_in_a_turn_is_one_call_of_at_most_a_hundred() {
    let mut page = Page::default();
    for n in 0..250 {
        page.apply(Event::Watch(Topic::Member(MemberId::new(format!("m{n}")).unwrap()).into()));
    }
    page.apply(Event::Watch(dinner().into()));
    page.apply(Event::Watch(dinner().into()));
    page.apply(Event::Watch(Topic::Checklist.into()));
    let effects = page.apply(Event::TurnEnded);
    let sizes: Vec<usize> =
        effects.iter().filter_map(|e| if let Effect::Read(t) = e { Some(t.len()) } else { None }).collect();
    assert_eq!(sizes, [1, 100, 100, 50, 1]);
}

#[test]
fn a_second_element_waits_for_the_first_ones_answer() {
    let mut page = Page::default();
    page.apply(Event::Watch(dinner().into()));
    page.apply(Event::TurnEnded);
    page.apply(Event::Watch(dinner().into()));
    assert_eq!(page.apply(Event::TurnEnded), []);
}

#[test]
fn an_older_revision_never_overwrites_a_newer_one() {
    let mut page = Page::with(&poll(5, [3, 2], None));
    let older = Event::Pushed { id: "1".into(), entity: entity(&poll(4, [2, 2], None)) };
    assert_eq!(page.apply(older), []);
    assert_eq!(page.votes(), [3, 2]);
    page.apply(Event::Pushed { id: "2".into(), entity: entity(&poll(6, [3, 3], None)) });
    assert_eq!(page.votes(), [3, 3]);
}

#[test]
fn a_vote_is_shown_although_its_count_came_before_it() {
    let mut page = Page::with(&poll(5, [3, 2], None));
    page.vote("k1", "sushi");
    let bare = || Event::Pushed { id: "9".into(), entity: entity(&poll(6, [3, 3], None)) };
    page.apply(bare());
    page.answered("k1", &poll(6, [3, 3], Some((1, "sushi"))));
    assert!(page.shown().has_voted());
    page.apply(bare());
    assert!(page.shown().has_voted(), "what is late takes nothing away");
    assert_eq!(page.votes(), [3, 3]);
}

#[test]
fn host_21_an_acknowledgement_that_news_have_overtaken_is_a_vote_all_the_same() {
    let mut page = Page::with(&poll(5, [3, 2], None));
    page.vote("k1", "sushi");
    page.apply(Event::Pushed { id: "9".into(), entity: entity(&poll(9, [4, 4], None)) });
    let effects = page.answered("k1", &poll(6, [3, 3], Some((1, "sushi"))));
    assert!(effects.contains(&Effect::Tell(dinner(), News::Voted(vec![id("sushi")]))));
    assert_eq!((page.shown().answer(), page.saving()), (Some(&says("sushi")), saved()));
    assert_eq!((page.shown().revision, page.votes()), (9, vec![4, 4]), "the count is the newer one");
}

#[test]
fn a_vote_is_shown_at_once_and_counts_once_when_it_is_answered() {
    let mut page = Page::with(&poll(5, [3, 2], None));
    let effects = page.vote("k1", "sushi");
    assert_eq!(writes(&effects).len(), 1);
    assert_eq!((page.votes(), page.saving()), (vec![3, 3], Saving::Sending));
    // The live feed may bring the member's own vote before its answer comes.
    page.apply(Event::Pushed { id: "9".into(), entity: entity(&poll(6, [3, 3], Some((1, "sushi")))) });
    assert_eq!(page.votes(), [3, 3]);
    let effects = page.answered("k1", &poll(6, [3, 3], Some((1, "sushi"))));
    assert_eq!((page.votes(), page.saving()), (vec![3, 3], saved()));
    assert!(effects.contains(&Effect::Tell(dinner(), News::Voted(vec![id("sushi")]))));
}

#[test]
fn a_vote_that_cannot_be_delivered_is_sent_again_with_the_same_key() {
    let mut page = Page::with(&poll(5, [3, 2], None));
    page.vote("k1", "sushi");
    let effects = page.failed("k1", Fault::Unreachable);
    assert_eq!(page.votes(), [3, 3]);
    assert!(matches!(page.saving(), Saving::Waiting(Waiting { offline: false, kept: true, .. })));
    let (timer, after) = outbox_wakes(&effects).unwrap();
    let earlier = Timer::Outbox(Timestamp(1));
    assert_eq!(writes(&page.apply(Event::Woke(earlier))).len(), 0, "not before it is due");
    page.later = i64::from(after);
    let effects = page.apply(Event::Woke(timer));
    assert_eq!(writes(&effects)[0].key, "k1");
    page.answered("k1", &poll(6, [3, 3], Some((1, "sushi"))));
    assert_eq!(page.saving(), saved());
}

#[test]
fn a_busy_host_is_not_asked_again_before_it_says() {
    let mut page = Page::with(&poll(5, [3, 2], None));
    page.vote("k1", "sushi");
    let effects = page.failed("k1", Fault::Busy { retry_after: Some(30_000) });
    assert_eq!(outbox_wakes(&effects).unwrap().1, 30_000);
}

#[test]
fn ballots_go_out_one_after_the_other_and_only_the_last_waits() {
    let mut page = Page::with(&poll(5, [3, 2], None));
    page.vote("k1", "sushi");
    assert_eq!(writes(&page.vote("k2", "pizza")).len(), 0);
    assert_eq!(writes(&page.vote("k3", "sushi")).len(), 0);
    assert_eq!(page.votes(), [3, 3]);
    let effects = page.answered("k1", &poll(6, [3, 3], Some((1, "sushi"))));
    let sent = writes(&effects);
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].key, "k3");
}

#[test]
fn a_second_click_is_the_same_vote() {
    let mut page = Page::with(&poll(5, [3, 2], None));
    page.vote("k1", "sushi");
    assert_eq!(page.vote("k2", "sushi"), []);
    page.answered("k1", &poll(6, [3, 3], Some((1, "sushi"))));
    assert_eq!(page.vote("k3", "sushi"), []);
    assert_eq!(page.saving(), saved());
}

#[test]
fn a_refused_vote_leaves_the_count_and_keeps_what_was_chosen() {
    let mut page = Page::with(&poll(5, [3, 2], None));
    page.vote("k1", "sushi");
    let refusal = Refusal::without_code(RefusalKind::PollClosed, "closed".into());
    page.failed("k1", Fault::Refused(refusal.clone()));
    assert_eq!(page.votes(), [3, 2]);
    assert_eq!(page.saving(), Saving::Refused(refusal, vote("sushi")));
}

#[test]
fn the_newer_ballot_of_another_device_is_adopted() {
    let mut page = Page::with(&poll(5, [3, 2], None));
    page.vote("k1", "sushi");
    let instead = Some(entity(&poll(8, [4, 2], Some((3, "pizza")))));
    let refusal = Refusal { instead, ..Refusal::without_code(RefusalKind::Superseded, String::new()) };
    page.failed("k1", Fault::Refused(refusal));
    assert_eq!((page.votes(), page.shown().answer().cloned()), (vec![4, 2], Some(says("pizza"))));
}

#[test]
fn a_read_is_tried_quietly_before_it_is_shown_as_failed_and_again_when_asked() {
    let mut page = Page::default();
    page.apply(Event::Watch(dinner().into()));
    page.apply(Event::TurnEnded);
    for _ in 0..2 {
        let fault = Event::Read { resources: vec![dinner().into()], answer: Err(Fault::Unreachable) };
        let effects = page.apply(fault);
        assert_eq!(page.state.view(&dinner(), NOW), Known::Loading);
        page.apply(Event::Woke(reads_wake(&effects)));
        assert_eq!(page.apply(Event::TurnEnded), [Effect::Read(vec![dinner().into()])]);
    }
    let effects =
        page.apply(Event::Read { resources: vec![dinner().into()], answer: Err(Fault::Unreachable) });
    assert_eq!(page.state.view(&dinner(), NOW), Known::Failed(Fault::Unreachable));
    page.apply(Event::Woke(reads_wake(&effects)));
    assert_eq!(page.apply(Event::TurnEnded), [Effect::Read(vec![dinner().into()])], "and by itself, too");
    page.apply(Event::Retry(dinner().into()));
    assert_eq!(page.apply(Event::TurnEnded), [Effect::Read(vec![dinner().into()])]);
}

#[test]
fn a_failed_read_never_takes_away_what_is_known() {
    let mut page = Page::with(&poll(5, [3, 2], None));
    for _ in 0..4 {
        page.apply(Event::Read { resources: vec![dinner().into()], answer: Err(Fault::Unreachable) });
    }
    assert_eq!(page.votes(), [3, 2]);
}

#[test]
fn the_feed_follows_what_is_shown_and_resumes_where_it_broke_off() {
    let mut page = Page::default();
    page.apply(Event::Watch(dinner().into()));
    page.apply(Event::TurnEnded);
    let effects = page.read(vec![dinner()], vec![entity(&poll(5, [3, 2], None))]);
    assert!(effects.contains(&Effect::Listen { topics: vec![dinner()], after: None }));
    page.apply(Event::LiveHeard);
    page.apply(Event::Pushed { id: "41".into(), entity: entity(&poll(6, [3, 3], None)) });
    // In the middle of a batch, which would be lost in part.
    page.apply(Event::Pushed { id: String::new(), entity: entity(&poll(7, [3, 4], None)) });
    let effects = page.apply(Event::LiveLost { signed_out: false });
    assert!(wakes(&effects, &Timer::Live).is_some());
    let resumed = page.apply(Event::Woke(Timer::Live));
    assert_eq!(resumed, [Effect::Listen { topics: vec![dinner()], after: Some("41".into()) }]);
    page.apply(Event::Unwatch(dinner().into()));
    let effects = page.apply(Event::TurnEnded);
    assert!(effects.contains(&Effect::Listen { topics: vec![], after: None }));
    assert!(effects.contains(&Effect::Lead(false)), "another tab may need it");
}

#[test]
fn a_page_out_of_sight_holds_no_connection_and_starts_anew_when_it_is_back() {
    let mut page = Page::with(&poll(5, [3, 2], None));
    page.apply(Event::Pushed { id: "41".into(), entity: entity(&poll(6, [3, 3], None)) });
    let effects = page.apply(Event::InSight(false));
    assert!(effects.contains(&Effect::Listen { topics: vec![], after: None }));
    assert!(effects.contains(&Effect::Lead(false)));
    assert_eq!(page.apply(Event::Woke(Timer::Live)), []);
    assert!(!page.apply(Event::InSight(true)).contains(&Effect::Lead(true)), "it may be somebody else's");
    let effects = page.apply(claimed("ann", 1));
    assert!(effects.contains(&Effect::Listen { topics: vec![dinner()], after: None }));
}

#[test]
fn an_element_that_only_moved_is_not_read_again() {
    let mut page = Page::with(&poll(5, [3, 2], None));
    page.apply(Event::Unwatch(dinner().into()));
    page.apply(Event::Watch(dinner().into()));
    assert_eq!(page.apply(Event::TurnEnded), []);
    assert_eq!(page.votes(), [3, 2]);
}

#[test]
fn a_poll_edited_to_close_sooner_is_shown_closed_in_time() {
    let mut closing = poll(5, [3, 2], None);
    closing.rules.closes_at = Some(NOW.plus(86_400_000));
    let mut page = Page::default();
    page.apply(Event::Watch(dinner().into()));
    page.apply(Event::TurnEnded);
    let read = |poll: &Poll| Event::Read {
        resources: vec![dinner().into()],
        answer: Ok(Decoded { found: vec![entity(poll)], ..Decoded::default() }),
    };
    assert_eq!(wakes(&page.apply(read(&closing)), &Timer::Clock), Some(60_000), "its countdown moves on");
    closing.revision += 1;
    closing.rules.closes_at = Some(NOW.plus(700));
    assert_eq!(wakes(&page.apply(read(&closing)), &Timer::Clock), Some(700));
}

#[test]
fn a_poll_that_closes_is_shown_closed_by_the_hosts_clock() {
    let mut closing = poll(5, [3, 2], None);
    closing.rules.closes_at = Some(Timestamp(90_000_000));
    let mut page = Page::default();
    page.apply(Event::Watch(dinner().into()));
    page.apply(Event::TurnEnded);
    // The browser's clock is a day behind.
    let host_time = Some(Timestamp(90_000_000 - 5_000));
    let answer = Ok(Decoded { found: vec![entity(&closing)], host_time, ..Decoded::default() });
    let effects = page.apply(Event::Read { resources: vec![dinner().into()], answer });
    assert_eq!(wakes(&effects, &Timer::Clock), Some(5_000));
    page.later = 5_000;
    assert!(page.apply(Event::Woke(Timer::Clock)).contains(&Effect::Show(dinner())));
    assert_eq!(page.state.host_time(NOW.plus(page.later)), Timestamp(90_000_000));
}

#[test]
fn a_poll_that_has_closed_stays_closed_though_the_hosts_clock_is_told_in_whole_seconds() {
    let mut closing = poll(5, [3, 2], None);
    let closes_at = NOW.plus(200);
    closing.rules.closes_at = Some(closes_at);
    let read = |host_time: Timestamp| Event::Read {
        resources: vec![dinner().into()],
        answer: Ok(Decoded {
            found: vec![entity(&closing)],
            host_time: Some(host_time),
            ..Decoded::default()
        }),
    };
    let mut page = Page::default();
    page.apply(Event::Watch(dinner().into()));
    page.apply(Event::TurnEnded);
    assert_eq!(wakes(&page.apply(read(NOW)), &Timer::Clock), Some(200));
    page.later = 300;
    page.apply(Event::Woke(Timer::Clock));
    // The host's clock stands at 300, which is told as the second that began 900 before.
    page.apply(read(NOW.plus(-600)));
    assert!(page.state.host_time(NOW.plus(page.later)) >= closes_at);
    // Its clock was put back: what is open again by it is looked at when it closes.
    let effects = page.apply(read(NOW.plus(-5_000)));
    assert_eq!(page.state.host_time(NOW.plus(page.later)), NOW.plus(-5_000));
    assert_eq!(wakes(&effects, &Timer::Clock), Some(5_200));
}

#[test]
fn a_step_done_is_told_once_and_sent_once() {
    let list = |revision: u64, done: bool| {
        let json = serde_json::json!({
            "revision": revision, "title": "Welcome",
            "steps": [{"id": "vote", "title": "Vote", "by": "host",
                       "done_at": done.then_some("2026-11-23T00:00:00Z")}],
        });
        Entity::Checklist(Rc::new(api::checklist_from(&json).unwrap()))
    };
    let mut page = Page::default();
    page.apply(Event::Watch(Topic::Checklist.into()));
    page.apply(Event::TurnEnded);
    page.read(vec![Topic::Checklist], vec![list(1, false)]);
    let decision = Decision::Step(StepId::new("vote").unwrap());
    for (key, sent) in [("k1", 1), ("k2", 0)] {
        let effects = page.decide(decision.clone(), key);
        assert_eq!(writes(&effects).len(), sent);
    }
    let told = Effect::Tell(Topic::Checklist, News::StepDone("vote".into()));
    assert!(page.apply(Event::Pushed { id: "1".into(), entity: list(2, true) }).contains(&told));
    assert!(!page.apply(Event::Pushed { id: "2".into(), entity: list(3, true) }).contains(&told));
}

#[test]
fn the_refusal_of_a_step_goes_when_the_member_marks_another() {
    let json = serde_json::json!({
        "revision": 1, "title": "Welcome",
        "steps": [{"id": "read", "title": "Read", "by": "member"}, {"id": "greet", "title": "Greet", "by": "member"}],
    });
    let mut page = Page::default();
    page.apply(Event::Watch(Topic::Checklist.into()));
    page.apply(Event::TurnEnded);
    page.read(vec![Topic::Checklist], vec![Entity::Checklist(Rc::new(api::checklist_from(&json).unwrap()))]);
    let step = |id| Decision::Step(StepId::new(id).unwrap());
    page.decide(step("read"), "k1");
    let refusal = Refusal::without_code(RefusalKind::NotPossible, "not yet".into());
    page.failed("k1", Fault::Refused(refusal));
    let saving = |page: &Page| page.state.saving(&Topic::Checklist);
    assert!(matches!(saving(&page), Saving::Refused(_, decision) if decision == step("read")));
    let effects = page.decide(step("greet"), "k2");
    assert!(effects.contains(&Effect::Forget("k1".into())));
    assert!(!matches!(saving(&page), Saving::Refused(..)), "{:?}", saving(&page));
}
