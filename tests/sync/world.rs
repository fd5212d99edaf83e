//! A browser with several tabs, its storage, its network, and a host: everything around the reducer, simulated down to
//! what can go wrong. One member votes in one poll and ticks one step, from the browser and from another device.

use std::collections::{BTreeMap, BTreeSet};

use folkmoot::domain::id::StepId;
use folkmoot::domain::time::Timestamp;
use folkmoot::sync::{
    Act, Answer, Decision, Effect, Entity, Event, Fault, Known, Moment, Note, Pending, Reason, Refusal,
    Renewal, Saving, Stage, State, Timer, Topic, Write,
};

use crate::host::{Host, Outcome, option};
use crate::{dinner, entity, poll_id, says};

/// Whether two writes want the same, whatever numbers they have.
fn same(a: &Write, b: &Write) -> bool {
    match (a, b) {
        (Write::Ballot { answer: a, .. }, Write::Ballot { answer: b, .. }) => a == b,
        _ => a == b,
    }
}

/// One page.
#[derive(Default)]
pub struct Tab {
    pub state: State,
    proof: u32,
    timers: Vec<(i64, Timer)>,
    /// Puts that have not reached the storage yet.
    puts: Vec<Pending>,
    feed: bool,
    pub seen_revision: u64,
}

/// A write on its way to the host.
#[derive(Clone, Debug)]
pub struct Flight {
    pub tab: usize,
    pub pending: Pending,
    proof: u32,
}

/// What a member decided, and what has become of it as far as they were told.
#[derive(Clone, Debug)]
pub struct Decided {
    pub key: String,
    pub write: Write,
    /// A later decision of the same browser took its place, or the same one of another device.
    pub replaced: bool,
    /// The member was told that it does not count, or took it back.
    pub told: bool,
    /// The member was told that it would be lost with the page.
    pub at_risk: bool,
    pub tab: usize,
}

enum Said {
    Note(Note),
    Written(String, Outcome),
}

pub struct World {
    pub now: i64,
    pub host: Host,
    pub tabs: Vec<Option<Tab>>,
    pub flights: Vec<Flight>,
    pub decided: Vec<Decided>,
    storage: BTreeMap<String, Vec<String>>,
    pub storage_denied: bool,
    /// Whether the page can have a fresh proof of who is asking.
    pub signed_in: bool,
    /// Nobody answers who is asking.
    pub unanswered: bool,
    renewals: u32,
    /// Writes that tabs have sent.
    pub sent: usize,
    lock: Option<usize>,
    waiting: Vec<usize>,
    said: Vec<(usize, Said)>,
    keys: u32,
}

impl World {
    pub fn new() -> Self {
        let mut world = Self {
            now: 0,
            host: Host::default(),
            tabs: Vec::new(),
            flights: Vec::new(),
            decided: Vec::new(),
            storage: BTreeMap::new(),
            storage_denied: false,
            signed_in: true,
            unanswered: false,
            renewals: 0,
            sent: 0,
            lock: None,
            waiting: Vec::new(),
            said: Vec::new(),
            keys: 0,
        };
        world.open();
        world
    }

    /// Opens a page that shows the poll and the checklist.
    pub fn open(&mut self) -> usize {
        self.hear();
        let tab = self.tabs.len();
        self.tabs.push(Some(Tab { proof: self.host.proof, ..Tab::default() }));
        self.event(tab, Event::Watch(dinner()));
        self.event(tab, Event::Watch(Topic::Checklist));
        self.event(tab, Event::TurnEnded);
        let left: Vec<Pending> =
            self.storage.values().filter_map(|texts| Pending::from_texts(texts)).collect();
        self.event(tab, Event::Restored(left));
        tab
    }

    /// Closes a page; with or without its having had time to say so. What it was putting into the storage gets there.
    pub fn close(&mut self, tab: usize, in_time: bool) {
        self.settle_storage();
        if in_time {
            self.event(tab, Event::Leaving);
        }
        self.release(tab);
        self.tabs[tab] = None;
    }

    pub fn decide(&mut self, tab: usize, option: Option<&str>) {
        self.come_to(tab);
        self.decision(tab, Decision::Ballot(poll_id(), option.map(says)));
    }

    pub fn tick(&mut self, tab: usize) {
        self.come_to(tab);
        self.decision(tab, Decision::Step(StepId::new("read").unwrap()));
    }

    /// The member says something that they have not said before.
    pub fn comment(&mut self, tab: usize) {
        self.come_to(tab);
        let text = format!("No. {}", self.keys);
        self.decision(tab, Decision::Act(poll_id(), Act::Comment(text)));
    }

    fn decision(&mut self, tab: usize, decision: Decision) {
        let key = self.fresh_key();
        self.event(tab, Event::Decide { decision, key });
    }

    /// A hand gets from one tab to the other later than what was to be stored there and said from there.
    fn come_to(&mut self, tab: usize) {
        (0..self.tabs.len()).filter(|other| *other != tab).for_each(|other| self.settle(other));
        self.hear();
    }

    pub fn undo(&mut self, tab: usize) {
        self.come_to(tab);
        let (topic, key) = (dinner(), self.fresh_key());
        self.event(tab, Event::Undo { topic, key });
    }

    fn fresh_key(&mut self) -> String {
        self.keys += 1;
        format!("k{}", self.keys)
    }

    /// Delivers all that tabs have said to each other.
    pub fn hear(&mut self) {
        while !self.said.is_empty() {
            let (from, said) = self.said.remove(0);
            for tab in (0..self.tabs.len()).filter(|tab| *tab != from) {
                match &said {
                    Said::Note(note) => {
                        let note = Note::from_texts(&note.to_texts()).unwrap();
                        self.event(tab, Event::Heard { tab: from.to_string(), note });
                    }
                    Said::Written(key, outcome) => self.written(tab, key, *outcome, false),
                }
            }
        }
    }

    /// The host gets a write that is on its way, and its answer arrives.
    pub fn answer(&mut self, at: usize) {
        let flight = self.flights.remove(at);
        let outcome = self.host.take(&flight.pending, flight.proof);
        self.back(&flight, outcome);
    }

    /// The host gets it, but this comes back.
    pub fn answer_with(&mut self, at: usize, outcome: Outcome) {
        let flight = self.flights.remove(at);
        self.host.take(&flight.pending, flight.proof);
        self.back(&flight, outcome);
    }

    /// It never arrives, and this comes back.
    pub fn drop(&mut self, at: usize, outcome: Outcome) {
        let flight = self.flights.remove(at);
        self.back(&flight, outcome);
    }

    fn back(&mut self, flight: &Flight, outcome: Outcome) {
        if self.tabs[flight.tab].is_some() {
            self.said.push((flight.tab, Said::Written(flight.pending.key.clone(), outcome)));
            self.written(flight.tab, &flight.pending.key, outcome, true);
        }
    }

    fn written(&mut self, tab: usize, key: &str, outcome: Outcome, here: bool) {
        let found = self.host.entities();
        if let (Outcome::Refused(Reason::Superseded, _), Some((_, stands))) = (outcome, &self.host.ballot) {
            // What the other device said is what was wanted here.
            let same = |d: &&mut Decided| d.key == key && d.write.answer().map(option) == *stands;
            self.decided.iter_mut().filter(same).for_each(|d| d.replaced = true);
        }
        let answer = match outcome {
            Outcome::Granted => Ok(Answer { found, ..Answer::default() }),
            Outcome::Nothing => Err(Fault::Unreachable),
            Outcome::Busy(after) => Err(Fault::Busy { retry_after: Some(after) }),
            Outcome::Refused(reason, instead) => Err(Fault::Refused(Refusal {
                reason,
                detail: String::new(),
                instead: instead.then(|| self.host.poll()),
            })),
        };
        self.event(tab, Event::Written { key: key.into(), answer, here });
    }

    /// The feed brings the poll as it was so many revisions ago.
    pub fn push(&mut self, tab: usize, ago: u64) {
        if self.tabs[tab].as_ref().is_some_and(|t| t.feed) {
            let Entity::Poll(now) = self.host.poll() else { unreachable!() };
            let mut then = folkmoot::domain::poll::Poll::clone(&now);
            then.revision = then.revision.saturating_sub(ago);
            if ago > 0 {
                then.viewer.ballot = None;
            }
            self.event(tab, Event::Pushed { id: "1".into(), entity: entity(&then) });
        }
    }

    /// The storage has got what was put into it, or has not.
    pub fn settle_storage(&mut self) {
        (0..self.tabs.len()).for_each(|tab| self.settle(tab));
    }

    fn settle(&mut self, tab: usize) {
        let puts = self.tabs[tab].as_mut().map(|t| std::mem::take(&mut t.puts)).unwrap_or_default();
        for pending in puts {
            let kept = !self.storage_denied;
            if kept {
                self.storage.insert(pending.key.clone(), pending.to_texts());
            } else if let Some(decided) = self.decided.iter_mut().find(|d| d.key == pending.key) {
                decided.at_risk = true;
            }
            self.event(tab, Event::Kept { key: pending.key, kept });
        }
    }

    /// Lets time pass, and everything that was to happen meanwhile happen.
    pub fn pass(&mut self, milliseconds: i64) {
        let until = self.now + milliseconds;
        loop {
            let due = |tab: &Option<Tab>| tab.iter().flat_map(|t| &t.timers).map(|(at, _)| *at).min();
            let next = self.tabs.iter().enumerate().filter_map(|(n, tab)| Some((due(tab)?, n))).min();
            let Some((at, tab)) = next.filter(|(at, _)| *at <= until) else { break };
            self.now = self.now.max(at);
            let timers = &mut self.tabs[tab].as_mut().unwrap().timers;
            let which = timers.iter().position(|(t, _)| *t == at).unwrap();
            let (_, timer) = timers.remove(which);
            self.event(tab, Event::Woke(timer));
        }
        self.now = until;
    }

    /// Somebody sets the clock back, of which timers know nothing.
    pub fn set_back(&mut self, milliseconds: i64) {
        self.now -= milliseconds;
        let timers = self.tabs.iter_mut().flatten().flat_map(|t| &mut t.timers);
        timers.for_each(|(at, _)| *at -= milliseconds);
    }

    /// Takes an event into a page and does what follows.
    pub fn event(&mut self, tab: usize, event: Event) {
        let Some(page) = &mut self.tabs[tab] else { return };
        let effects = page.state.apply(event, Moment { now: Timestamp(self.now), random: 7 });
        for effect in effects {
            self.run(tab, effect);
        }
        self.look(tab);
    }

    fn run(&mut self, tab: usize, effect: Effect) {
        let now = self.now;
        let Some(page) = &mut self.tabs[tab] else { return };
        match effect {
            Effect::EndTurn => self.event(tab, Event::TurnEnded),
            Effect::Read(topics) => {
                let found =
                    self.host.entities().into_iter().filter(|e| topics.contains(&e.topic())).collect();
                self.event(tab, Event::Read { topics, answer: Ok(Answer { found, ..Answer::default() }) });
            }
            Effect::Keep(pending) => {
                if pending.stage == Stage::Keeping && pending.ours {
                    self.note_decision(tab, &pending);
                }
                if let Some(page) = &mut self.tabs[tab] {
                    page.puts.push(pending);
                }
            }
            Effect::Forget(key) => {
                page.puts.retain(|p| p.key != key);
                self.storage.remove(&key);
            }
            Effect::Write(pending) => {
                self.flights.push(Flight { tab, proof: page.proof, pending });
                self.sent += 1;
                assert!(self.sent < 5_000, "sent over and over: {:?}", self.flights);
            }
            Effect::Renew { .. } => {
                self.renewals += 1;
                let renewal = if self.unanswered || self.renewals.is_multiple_of(3) {
                    Renewal::Unanswered // that call can be lost, too
                } else if self.signed_in {
                    page.proof = self.host.proof;
                    Renewal::Same
                } else {
                    Renewal::Nobody
                };
                self.event(tab, Event::Renewed(renewal));
            }
            Effect::Share(note) => {
                if let Note::Gone(key) = &note {
                    self.mark(key, |d| d.replaced = true);
                }
                self.said.push((tab, Said::Note(note)));
            }
            Effect::Lead(true) => {
                self.waiting.push(tab);
                self.grant();
            }
            Effect::Lead(false) => self.release(tab),
            Effect::Listen { topics, .. } => {
                page.feed = !topics.is_empty();
                if page.feed {
                    self.push(tab, 0);
                }
            }
            // Browsers blur the clock, so that by it a timer can come a millisecond early.
            Effect::Wake(timer, after) => {
                page.timers.push((now + i64::from(after.saturating_sub(1).max(1)), timer));
            }
            Effect::SignIn | Effect::Show(_) | Effect::Tell(..) => {}
        }
    }

    fn note_decision(&mut self, tab: usize, pending: &Pending) {
        if !self.decided.iter().any(|d| d.key == pending.key) {
            let (key, write) = (pending.key.clone(), pending.write.clone());
            self.decided.push(Decided { key, write, replaced: false, told: false, at_risk: false, tab });
        }
    }

    fn mark(&mut self, key: &str, set: impl Fn(&mut Decided)) {
        self.decided.iter_mut().filter(|d| d.key == key).for_each(set);
    }

    /// The member looks at a page: what it shows never goes back, and what it says they have been told.
    fn look(&mut self, tab: usize) {
        let Some(page) = &mut self.tabs[tab] else { return };
        if let Known::Here(Entity::Poll(shown)) = page.state.view(&dinner(), Timestamp(self.now)) {
            assert!(shown.revision >= page.seen_revision, "results run backwards");
            page.seen_revision = shown.revision;
        }
        for topic in [dinner(), Topic::Checklist] {
            if let Saving::Refused(_, write) = page.state.saving(&topic) {
                let refused = |d: &&mut Decided| same(&d.write, &write);
                self.decided.iter_mut().filter(refused).for_each(|d| d.told = true);
            }
        }
    }

    fn grant(&mut self) {
        if self.lock.is_none() && !self.waiting.is_empty() {
            let tab = self.waiting.remove(0);
            self.lock = Some(tab);
            self.event(tab, Event::Led);
        }
    }

    fn release(&mut self, tab: usize) {
        self.waiting.retain(|t| *t != tab);
        if self.lock == Some(tab) {
            self.lock = None;
        }
        self.grant();
    }

    pub fn alive(&self) -> Vec<usize> {
        (0..self.tabs.len()).filter(|tab| self.tabs[*tab].is_some()).collect()
    }

    /// Everything works again, the member is back and signed in, and what was on its way has had its time.
    pub fn heal(&mut self) {
        self.storage_denied = false;
        self.signed_in = true;
        self.open();
        for _ in 0..12 {
            for tab in self.alive() {
                self.event(tab, Event::Online(true));
                self.event(tab, Event::InSight(true));
            }
            self.wait();
        }
    }

    /// Lets more than a minute pass in which nothing fails and nobody does anything.
    pub fn wait(&mut self) {
        self.deliver();
        self.pass(70_000);
        self.deliver();
    }

    fn deliver(&mut self) {
        self.hear();
        self.settle_storage();
        while !self.flights.is_empty() {
            self.answer(0);
            self.hear();
            self.settle_storage();
        }
    }

    /// What became of everything that was decided, once all has healed: how much was lost, doubled, or not told.
    pub fn verdict(&self) -> Verdict {
        let mut verdict = Verdict { decided: self.decided.len(), ..Verdict::default() };
        let order = |key: &String| self.decided.iter().position(|d| d.key == *key);
        let ballots =
            self.host.granted.iter().filter_map(order).filter_map(|n| match self.decided[n].write {
                Write::Ballot { revision, .. } => Some((n, revision)),
                Write::Act(..) | Write::Step(_) => None,
            });
        let ballots: Vec<_> = ballots.collect();
        for pair in ballots.windows(2) {
            let ((before, seen_before), (now, seen)) = (pair[0], pair[1]);
            // An earlier decision, granted after a later one, has been counted over it; unless the later one's tab had
            // seen nothing of the earlier one: then they are as two devices are, and the greater number stands.
            verdict.doubled += usize::from(now < before && seen < seen_before);
        }
        verdict.doubled += usize::from(self.host.step_done > 1);
        verdict.doubled +=
            self.host.comments.len() - self.host.comments.iter().collect::<BTreeSet<_>>().len();
        for (n, decided) in self.decided.iter().enumerate() {
            let granted = self.host.granted.contains(&decided.key);
            let later = self.decided[n + 1..].iter().any(|d| decided.write.gives_way_to(&d.write));
            let at_risk = decided.at_risk && self.tabs[decided.tab].is_none();
            if granted || decided.told || decided.replaced || at_risk {
                continue;
            }
            if later { verdict.silent += 1 } else { verdict.lost += 1 }
        }
        verdict
    }
}

/// Out of so many decisions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    pub decided: usize,
    /// Neither counted nor told.
    pub lost: usize,
    /// Counted twice, or over a later one.
    pub doubled: usize,
    /// Overtaken by a later one without a word.
    pub silent: usize,
}
