//! The reducer: the only writer of client state.

use std::rc::Rc;

use super::backoff::delay;
use super::outbox::{Stage, Write};
use super::state::{Entity, Entry, Known, Outcome, State, Topic};
use super::{Answer, Decision, Effect, Event, Fault, Moment, News, Timer};
use crate::domain::poll::Poll;
use crate::domain::time::Timestamp;

/// Reads that fail this often in a row are shown as failed; until then they are tried again quietly.
const QUIET_READS: u32 = 3;

/// How often a countdown moves on, in milliseconds.
const MINUTE: i64 = 60_000;

impl State {
    /// Takes an event in and says what is to be done about it.
    pub fn apply(&mut self, event: Event, moment: Moment) -> Vec<Effect> {
        let mut effects = Vec::new();
        match event {
            Event::Watch(topic) => self.watch(&topic, &mut effects),
            Event::Unwatch(topic) => self.unwatch(&topic, &mut effects),
            Event::TurnEnded => self.end_turn(&mut effects),
            Event::Read { topics, answer } => self.take_read(&topics, answer, moment, &mut effects),
            Event::Retry(topic) => {
                self.entry_mut(&topic).known = Known::Loading;
                self.entry_mut(&topic).failures = 0;
                show(&topic, &mut effects);
                self.want(&topic, &mut effects);
            }
            Event::Decide { decision, key } => {
                let write = self.to_write(decision, moment);
                let topic = write.topic();
                if self.is_settled(&write, moment) {
                    return effects; // a second click, or the same choice once more
                }
                self.entry_mut(&topic).outcome = None;
                self.outbox.add(key, write);
                show(&topic, &mut effects);
                self.send(moment, &mut effects);
            }
            Event::Written { key, answer } => self.take_written(&key, answer, moment, &mut effects),
            Event::InSight(seen) => {
                self.live.paused = !seen;
                self.listen(&mut effects);
            }
            Event::LiveOpened => self.live.failures = 0,
            Event::LiveLost => {
                self.live.failures += 1;
                effects.push(Effect::Wake(Timer::Live, delay(self.live.failures, None, moment)));
            }
            Event::Pushed { id, entity } => {
                if !id.is_empty() {
                    self.live.position = Some(id);
                }
                self.adopt(entity, moment, &mut effects);
            }
            Event::Woke(timer) => self.wake(timer, moment, &mut effects),
        }
        effects
    }

    fn watch(&mut self, topic: &Topic, effects: &mut Vec<Effect>) {
        let entry = self.entry_mut(topic);
        entry.watchers += 1;
        let wanted = entry.wanted || matches!(entry.known, Known::Failed(_) | Known::Malformed(_));
        // An element is drawn as loading when it is mounted: it is drawn again where more is known.
        if entry.known != Known::Loading {
            show(topic, effects);
        }
        if wanted {
            self.want(topic, effects);
        } else {
            self.open_turn(effects);
        }
    }

    fn unwatch(&mut self, topic: &Topic, effects: &mut Vec<Effect>) {
        let entry = self.entry_mut(topic);
        entry.watchers = entry.watchers.saturating_sub(1);
        self.open_turn(effects);
    }

    fn want(&mut self, topic: &Topic, effects: &mut Vec<Effect>) {
        self.entry_mut(topic).wanted = true;
        self.open_turn(effects);
    }

    fn open_turn(&mut self, effects: &mut Vec<Effect>) {
        if !std::mem::replace(&mut self.turn_open, true) {
            effects.push(Effect::EndTurn);
        }
    }

    /// Asks for everything wanted, a call for each kind and hundred; forgets what nobody shows; follows what is left.
    fn end_turn(&mut self, effects: &mut Vec<Effect>) {
        self.turn_open = false;
        let outbox = &self.outbox;
        self.entries.retain(|e| e.watchers > 0 || outbox.to(&e.topic).next().is_some());
        let mut wanted = Vec::new();
        for entry in self.entries.iter_mut().filter(|e| e.wanted) {
            entry.wanted = false;
            wanted.push(entry.topic.clone());
        }
        for kind in wanted.chunk_by(Topic::same_kind) {
            for call in kind.chunks(crate::api::MAX_IDS) {
                effects.push(Effect::Read(call.to_vec()));
            }
        }
        self.follow(effects);
    }

    /// Follows everything live that is known, once the first answers are all there: the feed competes with none of them
    /// and is opened once.
    fn follow(&mut self, effects: &mut Vec<Effect>) {
        if self.entries.iter().any(|e| e.topic.is_live() && e.known == Known::Loading) {
            return;
        }
        let here = |e: &&Entry| e.topic.is_live() && matches!(e.known, Known::Here(_));
        let topics: Vec<Topic> = self.entries.iter().filter(here).map(|e| e.topic.clone()).collect();
        if topics != self.live.topics {
            // A position says nothing about topics that were not followed yet.
            self.live.position = None;
            self.live.topics = topics;
            if !self.live.paused {
                effects.push(Effect::Listen { topics: self.live.topics.clone(), after: None });
            }
        }
    }

    /// Opens the feed where it was left, or closes it while it is paused.
    fn listen(&self, effects: &mut Vec<Effect>) {
        let topics = if self.live.paused { Vec::new() } else { self.live.topics.clone() };
        if !self.live.topics.is_empty() {
            effects.push(Effect::Listen { topics, after: self.live.position.clone() });
        }
    }

    fn take_read(
        &mut self,
        topics: &[Topic],
        answer: Result<Answer, Fault>,
        moment: Moment,
        effects: &mut Vec<Effect>,
    ) {
        match answer {
            Ok(answer) => {
                for topic in topics {
                    self.entry_mut(topic).failures = 0;
                }
                self.take_answer(answer, moment, effects);
                self.follow(effects);
            }
            Err(fault) => {
                for topic in topics {
                    self.take_read_fault(topic, &fault, moment, effects);
                }
            }
        }
    }

    fn take_answer(&mut self, answer: Answer, moment: Moment, effects: &mut Vec<Effect>) {
        if let Some(host) = answer.host_time {
            self.skew = host.0 - moment.now.0;
        }
        for entity in answer.found {
            self.adopt(entity, moment, effects);
        }
        for topic in answer.missing {
            self.settle(&topic, Known::Missing, effects);
        }
        for (topic, fault) in answer.malformed {
            effects.push(Effect::Tell(topic.clone(), News::Failed("malformed", fault.clone())));
            self.settle(&topic, Known::Malformed(fault), effects);
        }
    }

    fn settle(&mut self, topic: &Topic, known: Known, effects: &mut Vec<Effect>) {
        self.entry_mut(topic).known = known;
        show(topic, effects);
    }

    fn take_read_fault(&mut self, topic: &Topic, fault: &Fault, moment: Moment, effects: &mut Vec<Effect>) {
        let entry = self.entry_mut(topic);
        entry.failures += 1;
        let failures = entry.failures;
        let lasting = matches!(fault, Fault::Refused(_));
        if !lasting && failures < QUIET_READS {
            effects.push(Effect::Wake(Timer::Read(topic.clone()), delay(failures, Some(fault), moment)));
        } else if !matches!(entry.known, Known::Here(_)) {
            effects.push(Effect::Tell(topic.clone(), News::Failed("unreachable", String::new())));
            self.settle(topic, Known::Failed(fault.clone()), effects);
        }
    }

    /// Takes a state of a thing in, unless a newer one is known. Results never run backwards.
    fn adopt(&mut self, mut entity: Entity, moment: Moment, effects: &mut Vec<Effect>) {
        let topic = entity.topic();
        let entry = self.entry_mut(&topic);
        let mut done_before = None;
        if let Known::Here(known) = &entry.known {
            if entity.revision() <= known.revision() {
                return;
            }
            if let (Entity::Poll(poll), Entity::Poll(earlier)) = (&mut entity, known) {
                *poll = Rc::new(Poll::clone(poll).after(earlier));
            }
            done_before = Some(known.clone());
        }
        tell_steps(done_before.as_ref(), &entity, effects);
        self.settle(&topic, Known::Here(entity), effects);
        self.set_clock(moment, effects);
    }

    fn take_written(
        &mut self,
        key: &str,
        answer: Result<Answer, Fault>,
        moment: Moment,
        effects: &mut Vec<Effect>,
    ) {
        match answer {
            Ok(answer) => {
                let Some(pending) = self.outbox.take(key) else { return };
                let topic = pending.write.topic();
                self.take_answer(answer, moment, effects);
                self.entry_mut(&topic).outcome = Some(Outcome::Saved);
                show(&topic, effects);
                if let Write::Ballot { options, .. } = pending.write {
                    effects.push(Effect::Tell(topic, News::Voted(options)));
                }
                self.send(moment, effects);
            }
            Err(Fault::Refused(refusal)) => {
                let Some(pending) = self.outbox.take(key) else { return };
                let topic = pending.write.topic();
                if let Some(entity) = refusal.instead.clone() {
                    self.adopt(entity, moment, effects);
                }
                effects.push(Effect::Tell(topic.clone(), News::Failed("refused", refusal.detail.clone())));
                let chosen = match pending.write {
                    Write::Ballot { options, .. } => options,
                    Write::Step(_) => Vec::new(),
                };
                self.entry_mut(&topic).outcome = Some(Outcome::Refused(refusal, chosen));
                show(&topic, effects);
                self.send(moment, effects);
            }
            Err(fault) => {
                let Some(pending) = self.outbox.failed(key) else { return };
                let wait = delay(pending.failures, Some(&fault), moment);
                pending.stage = Stage::Due(moment.now.plus(i64::from(wait)));
                show(&pending.write.topic(), effects);
                effects.push(Effect::Wake(Timer::Outbox, wait));
            }
        }
    }

    /// Numbers a ballot after the newest one that the member has seen, their own on the way included.
    fn to_write(&self, decision: Decision, moment: Moment) -> Write {
        match decision {
            Decision::Step(step) => Write::Step(step),
            Decision::Ballot(poll, options) => {
                let shown = self.view(&Topic::Poll(poll.clone()), moment.now);
                let revision =
                    if let Known::Here(Entity::Poll(poll)) = shown { poll.next_ballot() } else { 1 };
                Write::Ballot { poll, revision, options }
            }
        }
    }

    /// Whether what is shown is already as this write would make it.
    fn is_settled(&self, write: &Write, moment: Moment) -> bool {
        match (write, self.view(&write.topic(), moment.now)) {
            (Write::Ballot { options, .. }, Known::Here(Entity::Poll(poll))) => {
                let chosen = poll.chosen();
                chosen.len() == options.len() && options.iter().all(|o| chosen.contains(o))
            }
            (Write::Step(id), Known::Here(Entity::Checklist(list))) => {
                list.steps.iter().any(|s| s.id == *id && s.done_at.is_some())
            }
            _ => false,
        }
    }

    fn send(&mut self, moment: Moment, effects: &mut Vec<Effect>) {
        effects.extend(self.outbox.send(moment.now).into_iter().map(Effect::Write));
    }

    fn wake(&mut self, timer: Timer, moment: Moment, effects: &mut Vec<Effect>) {
        match timer {
            Timer::Outbox => self.send(moment, effects),
            Timer::Read(topic) => {
                if self.entry(&topic).is_some() {
                    self.want(&topic, effects);
                }
            }
            Timer::Live if !self.live.paused => self.listen(effects),
            Timer::Live => {}
            Timer::Clock => {
                self.clock_set = false;
                let scheduled = |e: &&Entry| turns(&e.known).next().is_some();
                effects.extend(self.entries.iter().filter(scheduled).map(|e| Effect::Show(e.topic.clone())));
                self.set_clock(moment, effects);
            }
        }
    }

    /// Asks to be woken when the next poll opens or closes, and each minute before that for its countdown. One timer
    /// serves all polls.
    fn set_clock(&mut self, moment: Moment, effects: &mut Vec<Effect>) {
        let now = self.host_time(moment.now);
        let turns = self.entries.iter().flat_map(|e| turns(&e.known));
        let Some(next) = turns.filter(|&t| t > now).min() else { return };
        if !std::mem::replace(&mut self.clock_set, true) {
            let wait = (next.0 - now.0).clamp(1, MINUTE);
            effects.push(Effect::Wake(Timer::Clock, u32::try_from(wait).unwrap_or(u32::MAX)));
        }
    }
}

/// Has this shown, once an event however much of it has changed.
fn show(topic: &Topic, effects: &mut Vec<Effect>) {
    if !effects.iter().any(|e| matches!(e, Effect::Show(shown) if shown == topic)) {
        effects.push(Effect::Show(topic.clone()));
    }
}

/// When a poll opens and when it closes.
fn turns(known: &Known) -> impl Iterator<Item = Timestamp> {
    let rules = match known {
        Known::Here(Entity::Poll(poll)) => Some(&poll.rules),
        _ => None,
    };
    rules.into_iter().flat_map(|r| r.opens_at.into_iter().chain(r.closes_at))
}

/// Tells of each step that was not done before, once the list was known at all.
fn tell_steps(before: Option<&Entity>, after: &Entity, effects: &mut Vec<Effect>) {
    let (Some(Entity::Checklist(before)), Entity::Checklist(after)) = (before, after) else { return };
    let open = |id: &str| before.steps.iter().any(|s| s.id.as_str() == id && s.done_at.is_none());
    for step in after.steps.iter().filter(|s| s.done_at.is_some() && open(s.id.as_str())) {
        effects.push(Effect::Tell(Topic::Checklist, News::StepDone(step.id.to_string())));
    }
}
