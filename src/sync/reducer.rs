//! The reducer: the only writer of client state.

use std::rc::Rc;

use super::backoff::delay;
use super::state::{Entity, Entry, Known, Lead, Sight, Signed, State, Topic};
use super::{Answer, Effect, Event, Fault, Moment, News, Reason, Timer};
use crate::domain::id::PollId;
use crate::domain::poll::{List, Poll, Standing};
use crate::domain::time::Timestamp;

/// Reads that fail this often in a row are shown as failed; until then they are tried again quietly.
const QUIET_READS: u32 = 3;

/// How long others' votes wait to come into the lists about a poll, in milliseconds; up to half as much again is left to
/// chance. In a busy poll each of them would be a call of everyone who looks at one.
const GATHER: u32 = 10_000;

/// How often a countdown moves on, in milliseconds.
const MINUTE: i64 = 60_000;

impl State {
    /// Takes an event in and says what is to be done about it.
    pub fn apply(&mut self, event: Event, moment: Moment) -> Vec<Effect> {
        let mut all = Vec::new();
        let effects = &mut all;
        match event {
            Event::Watch(topic) => self.watch(&topic, effects),
            Event::Unwatch(topic) => self.unwatch(&topic, effects),
            Event::TurnEnded => self.end_turn(effects),
            Event::Read { topics, answer } => self.take_read(&topics, answer, moment, effects),
            Event::Retry(topic) => self.retry(&topic, moment, effects),
            Event::Decide { decision, key } => self.decide(decision, key, moment, effects),
            Event::Undo { topic, key } => self.undo(&topic, key, moment, effects),
            Event::Kept { key, kept } => self.kept(key, kept, moment, effects),
            Event::Restored(writes) => self.restored(writes, moment, effects),
            Event::Written { key, answer, here } => self.take_written(&key, answer, here, moment, effects),
            Event::Renewed(renewal) => self.renewed(renewal, moment, effects),
            Event::Heard { tab, note } => self.heard(tab, note, moment, effects),
            Event::Led => self.take_lead(moment, effects),
            Event::Online(online) => self.online(online, moment, effects),
            Event::InSight(seen) => self.in_sight(seen, moment, effects),
            Event::Leaving => self.leave(moment, effects),
            Event::LiveOpened => self.live_opened(effects),
            Event::LiveLost { signed_out } => self.live_lost(signed_out, moment, effects),
            Event::Pushed { id, entity } => self.pushed(id, entity, moment, effects),
            Event::Woke(timer) => self.wake(timer, moment, effects),
        }
        self.tell_refusals(effects);
        self.settle_lead(moment, effects);
        all
    }

    fn retry(&mut self, topic: &Topic, moment: Moment, effects: &mut Vec<Effect>) {
        let entry = self.entry_mut(topic);
        if !matches!(entry.known, Known::Here(_)) {
            entry.known = Known::Loading;
            entry.failures = 0;
            self.want(topic, effects);
        }
        show(topic, effects);
        self.hurry(moment, effects);
    }

    fn online(&mut self, online: bool, moment: Moment, effects: &mut Vec<Effect>) {
        self.offline = !online;
        for pending in self.outbox.iter() {
            show(&pending.write.topic(), effects);
        }
        if online {
            self.hurry(moment, effects);
            self.live.failures = 0;
            if !self.live.topics.is_empty() {
                self.listen(effects);
            }
        }
    }

    fn in_sight(&mut self, seen: bool, moment: Moment, effects: &mut Vec<Effect>) {
        self.sight = if seen { Sight::Seen } else { Sight::Hidden };
        self.follow(effects);
        if !seen {
            return;
        }
        if self.signed == Signed::Out {
            self.renew(false, effects); // they may have signed in in another tab
        }
        self.hurry(moment, effects);
        if self.lead != Lead::Yes && !self.live.others.is_empty() {
            self.want_all(effects); // what the feed brought meanwhile may have passed this tab by
        }
        self.look(moment, effects);
    }

    fn watch(&mut self, topic: &Topic, effects: &mut Vec<Effect>) {
        let entry = self.entry_mut(topic);
        entry.watchers += 1;
        let wanted = entry.wanted || matches!(entry.known, Known::Failed(_) | Known::Malformed(_));
        // An element is drawn as loading when it is mounted: it is drawn again where more is known.
        if !entry.known.is_loading() {
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

    pub(super) fn want(&mut self, topic: &Topic, effects: &mut Vec<Effect>) {
        self.entry_mut(topic).wanted = true;
        self.open_turn(effects);
    }

    pub(super) fn open_turn(&mut self, effects: &mut Vec<Effect>) {
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
        for kind in wanted.chunk_by(Topic::same_call) {
            for call in kind.chunks(crate::api::MAX_IDS) {
                effects.push(Effect::Read(call.to_vec()));
            }
        }
        self.follow(effects);
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

    pub(super) fn take_answer(&mut self, answer: Answer, moment: Moment, effects: &mut Vec<Effect>) {
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
        if let Fault::Refused(refusal) = fault
            && matches!(refusal.reason, Reason::SignedOut | Reason::Unverified)
            && self.signed == Signed::In
            && failures == 1
        {
            return self.renew(false, effects);
        }
        let entry = self.entry_mut(topic);
        if !lasting && failures < QUIET_READS {
            effects.push(Effect::Wake(Timer::Read(topic.clone()), delay(failures, Some(fault), moment)));
        } else if !matches!(entry.known, Known::Here(_)) {
            effects.push(Effect::Tell(topic.clone(), News::Failed("unreachable", String::new())));
            self.settle(topic, Known::Failed(fault.clone()), effects);
        }
    }

    /// Takes a state of a thing in, unless a newer one is known. Results never run backwards.
    pub(super) fn adopt(&mut self, mut entity: Entity, moment: Moment, effects: &mut Vec<Effect>) {
        let topic = entity.topic();
        let Some(entry) = self.entry_of(&topic) else { return };
        let mut done_before = None;
        let (mut said_more, mut voted) = (false, false);
        if let Known::Here(known) = &entry.known {
            if !is_newer(&entity, known) {
                return;
            }
            if let (Entity::Poll(poll), Entity::Poll(earlier)) = (&mut entity, known) {
                *poll = Rc::new(Poll::clone(poll).after(earlier));
                if poll.round() != earlier.round() {
                    entry.saved = None;
                }
                let revision = |poll: &Poll| poll.viewer.ballot.as_ref().map(|ballot| ballot.revision);
                said_more = poll.comments != earlier.comments;
                voted = revision(poll) != revision(earlier);
            }
            done_before = Some(known.clone());
        }
        tell_steps(done_before.as_ref(), &entity, effects);
        self.settle(&topic, Known::Here(entity), effects);
        self.set_clock(moment, effects);
        if let Topic::Poll(poll) = &topic {
            self.read_lists(poll, said_more, voted, moment, effects);
        }
    }

    /// Reads the lists about a poll that are shown anew: at once where the member voted or somebody said something.
    fn read_lists(
        &mut self,
        poll: &PollId,
        said_more: bool,
        voted: bool,
        moment: Moment,
        effects: &mut Vec<Effect>,
    ) {
        let mut wanted = false;
        for entry in &mut self.entries {
            let list = match &entry.topic {
                Topic::Page(page) if page.poll == *poll => page.list,
                _ => continue,
            };
            if (list == List::Comments && said_more) || (list != List::Comments && voted) {
                entry.wanted = true;
                wanted = true;
            } else if list != List::Comments && !std::mem::replace(&mut entry.due, true) {
                let wait = GATHER + moment.random % (GATHER / 2);
                effects.push(Effect::Wake(Timer::Read(entry.topic.clone()), wait));
            }
        }
        if wanted {
            self.open_turn(effects);
        }
    }

    fn wake(&mut self, timer: Timer, moment: Moment, effects: &mut Vec<Effect>) {
        match timer {
            // The timer counts and not the clock, which browsers blur and people set back: nothing would ask again.
            Timer::Outbox(due) => {
                self.send(Moment { now: moment.now.max(due), ..moment }, effects);
            }
            Timer::Read(topic) => {
                if let Some(entry) = self.entry_of(&topic) {
                    entry.due = false;
                    self.want(&topic, effects);
                }
            }
            Timer::Live => self.listen(effects),
            Timer::Look => {
                self.live.look_set = false;
                self.look(moment, effects);
            }
            Timer::Clock => {
                self.clock = None;
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
        let wait = (next.0 - now.0).clamp(1, MINUTE);
        let at = now.plus(wait);
        // A poll may have been edited to close before the timer that is set.
        if self.clock.is_none_or(|set| at < set) {
            self.clock = Some(at);
            effects.push(Effect::Wake(Timer::Clock, u32::try_from(wait).unwrap_or(u32::MAX)));
        }
    }
}

/// Has this shown, once an event however much of it has changed.
pub(super) fn show(topic: &Topic, effects: &mut Vec<Effect>) {
    if !effects.iter().any(|e| matches!(e, Effect::Show(shown) if shown == topic)) {
        effects.push(Effect::Show(topic.clone()));
    }
}

/// Whether this is to take the place of what is known. Of a poll in the same state it is so where it was told to somebody
/// else, the viewer having signed in or out meanwhile, or has a ballot of theirs that the known one has not.
fn is_newer(entity: &Entity, known: &Entity) -> bool {
    entity.revision() > known.revision()
        || match (entity, known) {
            (Entity::Page(..), _) => true,
            (Entity::Poll(now), Entity::Poll(before)) if now.revision == before.revision => {
                let (to, from) = (now.viewer.standing, before.viewer.standing);
                to != from && to != Standing::Unsaid || now.next_ballot() > before.next_ballot()
            }
            _ => false,
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
