//! What fails is tried again by itself, all of it, and never in a storm.

use std::collections::{BTreeSet, VecDeque};

use folkmoot::domain::id::MemberId;
use folkmoot::sync::{
    Ask, Decision, Decoded, Effect, Event, Fault, Known, News, Refusal, RefusalKind, Resource, Saving,
    Session, Timer, Topic, Waiting,
};
use proptest::prelude::*;

use crate::{NOW, Page, claimed, dinner, entity, outbox_wakes, poll, poll_id, reads_wake, says, writes};

fn ann() -> Topic {
    Topic::Member(MemberId::new("ann").unwrap())
}

fn reads(effects: &[Effect]) -> Vec<Vec<Resource>> {
    effects
        .iter()
        .filter_map(|e| if let Effect::Read(resources) = e { Some(resources.clone()) } else { None })
        .collect()
}

fn warnings(effects: &[Effect]) -> Vec<&str> {
    effects
        .iter()
        .filter_map(|e| if let Effect::Warn(said) = e { Some(said.as_str()) } else { None })
        .collect()
}

/// A page with a poll and badges, which the host does not answer any more.
fn without_a_host() -> Page {
    let mut page = Page::default();
    page.apply(Event::Watch(dinner().into()));
    page.apply(Event::Watch(ann().into()));
    page.apply(Event::TurnEnded);
    for _ in 0..3 {
        for topic in [dinner(), ann()] {
            page.apply(Event::Read { resources: vec![topic.into()], answer: Err(Fault::Unreachable) });
        }
    }
    assert_eq!(page.state.view(&ann(), NOW), Known::Failed(Fault::Unreachable));
    page
}

#[test]
fn forums_5_try_again_brings_all_that_failed() {
    let mut page = without_a_host();
    page.apply(Event::Retry(dinner().into()));
    assert_eq!(reads(&page.apply(Event::TurnEnded)), [vec![dinner().into()], vec![ann().into()]]);
}

#[test]
fn forums_5_the_first_answer_brings_the_other_elements_back_too() {
    let mut page = without_a_host();
    let answer = Ok(Decoded { found: vec![entity(&poll(5, [3, 2], None))], ..Decoded::default() });
    page.apply(Event::Read { resources: vec![dinner().into()], answer });
    assert_eq!(reads(&page.apply(Event::TurnEnded)), [vec![ann().into()]]);
}

#[test]
fn embedding_2_a_vote_that_the_site_refuses_is_kept_tried_again_and_said() {
    let mut page = Page::with(&poll(5, [3, 2], None));
    page.vote("k1", "sushi");
    let mut told = 0;
    for n in 1..=6 {
        let effects = page.failed("k1", Fault::Foreign { status: 403 });
        told += warnings(&effects).len();
        assert_eq!(
            n == 3,
            effects.iter().any(|e| matches!(e, Effect::Tell(_, News::Failed("site-refused", _))))
        );
        let Saving::Waiting(Waiting { refused, .. }) = page.saving() else { panic!("{:?}", page.saving()) };
        assert_eq!(refused, n >= 3);
        let (timer, wait) = outbox_wakes(&effects).unwrap();
        page.later += i64::from(wait);
        assert_eq!(writes(&page.apply(Event::Woke(timer)))[0].key, "k1");
    }
    assert_eq!(told, 1);
    page.answered("k1", &poll(6, [3, 3], Some((1, "sushi"))));
    assert_eq!(page.saving(), crate::saved());
}

#[test]
fn embedding_1_a_read_that_a_firewall_refuses_is_tried_again() {
    let mut page = Page::default();
    page.apply(Event::Watch(dinner().into()));
    page.apply(Event::TurnEnded);
    for n in 1..=3 {
        let effects = page.apply(Event::Read {
            resources: vec![dinner().into()],
            answer: Err(Fault::Foreign { status: 403 }),
        });
        assert_eq!(warnings(&effects).len(), usize::from(n == 3));
        page.apply(Event::Woke(reads_wake(&effects)));
        assert_eq!(reads(&page.apply(Event::TurnEnded)).len(), 1);
    }
    assert_eq!(page.state.view(&dinner(), NOW), Known::Failed(Fault::Foreign { status: 403 }));
}

#[test]
fn host_4_a_feed_that_opens_and_ends_at_once_is_opened_ten_times_a_minute_at_most() {
    let mut page = Page::with(&poll(5, [3, 2], None));
    let mut opened = 0;
    while page.later < 60_000 {
        page.apply(Event::LiveHeard);
        page.apply(Event::Pushed { id: "1".into(), entity: entity(&poll(5, [3, 2], None)) });
        let effects = page.apply(Event::LiveLost { signed_out: false });
        let wait = crate::wakes(&effects, &Timer::Live).unwrap();
        page.later += i64::from(wait);
        let effects = page.apply(Event::Woke(Timer::Live));
        opened += effects.iter().filter(|e| matches!(e, Effect::Listen { .. })).count();
        if let Some(wait) = crate::wakes(&effects, &Timer::Live) {
            page.later += i64::from(wait);
            opened += page.apply(Event::Woke(Timer::Live)).len();
        }
    }
    assert!((5..=11).contains(&opened), "{opened}");
}

/// What a host, a proxy or the page's callback may answer.
#[derive(Clone, Copy, Debug)]
enum Word {
    Good,
    Missing,
    Unreachable,
    Foreign,
    SignedOut,
    Unverified,
    Forbidden,
    Busy(u32),
}

fn word() -> impl Strategy<Value = Word> {
    prop_oneof![
        3 => Just(Word::Good),
        1 => Just(Word::Missing),
        2 => Just(Word::Unreachable),
        2 => Just(Word::Foreign),
        3 => Just(Word::SignedOut),
        1 => Just(Word::Unverified),
        1 => Just(Word::Forbidden),
        1 => (0u32..90_000).prop_map(Word::Busy),
    ]
}

impl Word {
    fn as_fault(self) -> Option<Fault> {
        let refused = |reason| Some(Fault::Refused(Refusal::without_code(reason, "no".into())));
        match self {
            Self::Good | Self::Missing => None,
            Self::Unreachable => Some(Fault::Unreachable),
            Self::Foreign => Some(Fault::Foreign { status: 403 }),
            Self::SignedOut => refused(RefusalKind::SignedOut),
            Self::Unverified => refused(RefusalKind::Unverified),
            Self::Forbidden => refused(RefusalKind::NotPossible),
            Self::Busy(after) => Some(Fault::Busy { retry_after: Some(after) }),
        }
    }
}

/// A page with a poll, badges and a checklist, whose every call is answered at once by the next of these words, round and round.
struct Storm {
    page: Page,
    words: Vec<Word>,
    at: usize,
    tokens: u32,
    timers: Vec<(i64, Timer)>,
    /// Each call that went out, and when.
    calls: Vec<(String, i64)>,
}

impl Storm {
    fn next(&mut self) -> Word {
        self.at += 1;
        self.words[self.at % self.words.len()]
    }

    fn run(&mut self, event: Event) {
        let mut events = VecDeque::from([event]);
        let mut steps = 0;
        while let Some(event) = events.pop_front() {
            steps += 1;
            assert!(steps < 500, "it goes on and on at one moment");
            for effect in self.page.apply(event) {
                let Some(answer) = self.answer(effect) else { continue };
                events.push_back(answer);
            }
        }
    }

    fn answer(&mut self, effect: Effect) -> Option<Event> {
        let now = self.page.later;
        match effect {
            Effect::EndTurn => Some(Event::TurnEnded),
            Effect::Wake(timer, after) => {
                self.timers.push((now + i64::from(after.max(1)), timer));
                None
            }
            Effect::Read(resources) => {
                self.calls.push((format!("read {:?}", resources[0]), now));
                let word = self.next();
                let answer = word.as_fault().map_or_else(
                    || {
                        let here = matches!(word, Word::Good) && resources == [dinner().into()];
                        let found = here.then(|| entity(&poll(5, [3, 2], None))).into_iter().collect();
                        let missing = if here { Vec::new() } else { resources.clone() };
                        Ok(Decoded { found, missing, ..Decoded::default() })
                    },
                    Err,
                );
                Some(Event::Read { resources, answer })
            }
            Effect::Write(pending) => {
                self.calls.push((format!("write {}", pending.key), now));
                let answer = self.next().as_fault().map_or_else(|| Err(Fault::Unreachable), Err);
                Some(Event::Written { key: pending.key, answer, here: true })
            }
            Effect::Listen { topics, .. } if !topics.is_empty() => {
                self.calls.push(("listen".into(), now));
                match self.next() {
                    Word::Good => {
                        let entity = entity(&poll(5, [3, 2], None));
                        self.page.apply(Event::LiveHeard);
                        self.page.apply(Event::Pushed { id: "1".into(), entity });
                        Some(Event::LiveLost { signed_out: false })
                    }
                    Word::Missing => {
                        self.page.apply(Event::LiveHeard);
                        Some(Event::LiveLost { signed_out: false })
                    }
                    Word::SignedOut => Some(Event::LiveLost { signed_out: true }),
                    Word::Unreachable
                    | Word::Foreign
                    | Word::Unverified
                    | Word::Forbidden
                    | Word::Busy(_) => Some(Event::LiveLost { signed_out: false }),
                }
            }
            Effect::Ask(ask) => {
                self.calls.push(("ask".into(), now));
                let word = self.next();
                Some(match (ask, word) {
                    (Ask::Page | Ask::Afresh, Word::Unreachable) => Event::Claimed(Err("late".into())),
                    (Ask::Page | Ask::Afresh, Word::Missing) => claimed("", 0),
                    (Ask::Page | Ask::Afresh, Word::Foreign) => claimed("otto", 1),
                    (Ask::Page | Ask::Afresh, Word::SignedOut) => claimed("ann", 1),
                    (Ask::Page | Ask::Afresh, _) => {
                        self.tokens += 1;
                        claimed("ann", self.tokens)
                    }
                    (Ask::Session, word) => Event::Session(word.as_fault().map_or_else(
                        || {
                            Ok(Session {
                                member: matches!(word, Word::Good).then(|| "ann".into()),
                                csrf: None,
                            })
                        },
                        Err,
                    )),
                    (Ask::Guest, word) => Event::Welcomed(matches!(word, Word::Good).then(|| "guest".into())),
                })
            }
            Effect::Keep(_)
            | Effect::Forget(_)
            | Effect::Introduce(_)
            | Effect::Veil(_)
            | Effect::Restore
            | Effect::FetchPart(_)
            | Effect::Reload
            | Effect::Save(_)
            | Effect::KeepBegun(..)
            | Effect::Recall(_)
            | Effect::MakeKey
            | Effect::SignIn
            | Effect::Share(_)
            | Effect::Lead(_)
            | Effect::Listen { .. }
            | Effect::Show(_)
            | Effect::Tell(..)
            | Effect::Warn(_) => None,
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: ProptestConfig::default().cases.max(2000), failure_persistence: None, ..ProptestConfig::default()
    })]

    #[test]
    fn embedding_3_whatever_is_answered_there_are_ten_tries_of_a_call_in_a_minute_and_thirty_of_all(
        words in proptest::collection::vec(word(), 1..12),
    ) {
        let page = Page::default();
        let mut storm = Storm { page, words, at: 0, tokens: 1, timers: Vec::new(), calls: Vec::new() };
        for topic in [dinner(), ann(), Topic::Checklist] {
            storm.run(Event::Watch(topic.into()));
        }
        storm.run(Event::TurnEnded);
        let decision = Decision::Ballot(poll_id(), Some(says("sushi")));
        storm.run(Event::Decide(decision));
        while let Some(next) = (0..storm.timers.len()).min_by_key(|n| storm.timers[*n].0) {
            let (at, timer) = storm.timers.swap_remove(next);
            if at > 600_000 {
                break;
            }
            storm.page.later = at;
            storm.run(Event::Woke(timer));
        }
        // The first of each call is the first round.
        let mut seen = BTreeSet::new();
        let again: Vec<_> = storm.calls.iter().filter(|(call, _)| !seen.insert(call.clone())).collect();
        for (at, (call, now)) in again.iter().enumerate() {
            let minute: Vec<_> = again[at..].iter().take_while(|(_, then)| then - now < 60_000).collect();
            prop_assert!(minute.len() <= 30, "{} calls in a minute: {:?}", minute.len(), minute);
            let same = minute.iter().filter(|(other, _)| other == call).count();
            prop_assert!(same <= 10, "{} times {call} in a minute", same);
        }
    }
}
