//! A browser with several tabs, its storage, its network, and a host: everything around the reducer, simulated down to
//! what can go wrong. Ann and Otto, who share the browser, vote in one poll and tick one step; Ann on another device, too.

use std::collections::{BTreeMap, BTreeSet};

use folkmoot::domain::id::StepId;
use folkmoot::domain::poll::Standing;
use folkmoot::domain::time::Timestamp;
use folkmoot::sync::{
    Abilities, Act, Ask, Claim, Decision, Decoded, Effect, Entity, Event, Fault, Known, Moment, Note,
    Pending, Record, Refusal, RefusalKind, Resource, Saving, Session, Source, Stage, State, Timer, Topic,
    Viewer, apply, apply_for,
};

use crate::forum::{self, FORUM};
use crate::host::{Host, Outcome, option};
use crate::{dinner, entity, poll_id, says};

/// A read that is out, and what is to come.
struct Reading {
    /// Which of the viewers of its page asked.
    viewer: u32,
    resources: Vec<Resource>,
    order: u64,
    /// Which start of the host answers.
    epoch: u32,
    answer: Result<Decoded, Fault>,
}

/// One page.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools)] // each says something of its own
pub struct Tab {
    pub state: State,
    /// Whose tabs it speaks with.
    whose: String,
    /// Which of the logins of this browser its member has seen.
    logins_seen: u32,
    /// Left, and kept by the browser as it was.
    cached: bool,
    /// Reads that are out.
    reads: Vec<Reading>,
    /// Whether its elements are hidden.
    veiled: bool,
    timers: Vec<(i64, Timer)>,
    /// Puts that have not reached the storage yet.
    puts: Vec<(u32, Option<String>, Pending)>,
    pub feed: bool,
    pub seen_revision: u64,
    /// Which start of the host it has heard of last.
    epoch: Option<u32>,
    /// That was another one than before, whose revisions may be older ones.
    other_history: bool,
    /// Each call that went out, and when.
    pub calls: Vec<(String, i64)>,
}

/// A write on its way to the host.
#[derive(Clone, Debug)]
pub struct Flight {
    pub tab: usize,
    pub pending: Pending,
    token: String,
    csrf: Option<String>,
    viewer: u32,
}

/// What a member decided, and what has become of it as far as they were told.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools)] // each says something of its own
pub struct Decided {
    pub key: String,
    pub decision: Decision,
    revision: u64,
    /// A later decision of the same browser took its place, or the same one of another device.
    pub replaced: bool,
    /// The member was told that it does not count, or took it back.
    pub told: bool,
    /// Who decided it.
    pub member: Option<&'static str>,
    /// The member was told that it would be lost with the page.
    pub at_risk: bool,
    /// The page was told that it counts.
    acknowledged: bool,
    pub tab: usize,
    /// Which of the viewers of that page.
    viewer: u32,
}

enum Said {
    Note(Note),
    /// With the start of the host that answered.
    Written(String, Outcome, Vec<Entity>, u32),
    /// Who is asking, to all tabs.
    Viewer(String),
}

#[expect(clippy::struct_excessive_bools)] // each says something of its own
pub struct World {
    pub now: i64,
    pub host: Host,
    /// Whether the host is a forum of another kind.
    is_forum: bool,
    /// A copy of the host's database.
    copy: Option<Host>,
    pub tabs: Vec<Option<Tab>>,
    pub flights: Vec<Flight>,
    pub decided: Vec<Decided>,
    storage: BTreeMap<String, (Option<String>, Vec<String>)>,
    pub storage_denied: bool,
    /// Who is signed in at the site, whose callback the pages ask.
    pub login: Option<&'static str>,
    logins: u32,
    /// Nobody answers who is asking.
    pub unanswered: bool,
    asks: u32,
    /// Answers to reads stay out until [`World::hear`].
    pub slow_reads: bool,
    /// Something was shown to another than the one whom it was told to.
    pub shown_wrong: usize,
    /// Writes that tabs have sent.
    pub sent: usize,
    lock: Option<usize>,
    waiting: Vec<usize>,
    said: Vec<(usize, String, Said)>,
    comments: u32,
    /// The keys of the decisions in the order in which they were taken.
    keys: Vec<String>,
}

impl World {
    pub fn new() -> Self {
        Self::at(false)
    }

    /// At a Misago forum.
    pub fn at_forum() -> Self {
        Self::at(true)
    }

    fn at(is_forum: bool) -> Self {
        let mut world = Self {
            is_forum,
            now: 0,
            host: Host::default(),
            copy: None,
            tabs: Vec::new(),
            flights: Vec::new(),
            decided: Vec::new(),
            storage: BTreeMap::new(),
            storage_denied: false,
            login: Some("ann"),
            logins: 0,
            unanswered: false,
            asks: 0,
            slow_reads: false,
            shown_wrong: 0,
            sent: 0,
            lock: None,
            waiting: Vec::new(),
            said: Vec::new(),
            comments: 0,
            keys: Vec::new(),
        };
        world.open();
        world
    }

    /// Opens a page that shows the poll and the checklist.
    pub fn open(&mut self) -> usize {
        self.hear();
        let tab = self.tabs.len();
        let abilities = if self.is_forum { FORUM.abilities() } else { Abilities::default() };
        let state = State::new(abilities, format!("{tab}-1"));
        self.tabs.push(Some(Tab { state, logins_seen: self.logins, ..Tab::default() }));
        let claim = self.claim();
        self.event(tab, Event::Claimed(Ok(claim)));
        self.event(tab, Event::Watch(dinner().into()));
        self.event(tab, Event::Watch(Topic::Checklist.into()));
        self.event(tab, Event::TurnEnded);
        tab
    }

    fn claim(&self) -> Claim {
        let token = self.login.map(|member| format!("{member}:{}", self.host.login())).unwrap_or_default();
        Claim { source: Source::Elsewhere, token, member: self.login.map(Into::into) }
    }

    /// Somebody signs in or out, elsewhere in this browser.
    pub fn log_in(&mut self, login: Option<&'static str>) {
        self.logins += u32::from(self.login != login);
        self.login = login;
    }

    /// The page is left for another, and kept by the browser as it was.
    pub fn leave(&mut self, tab: usize) {
        self.settle_storage();
        self.event(tab, Event::Leaving);
        if let Some(page) = &mut self.tabs[tab] {
            page.cached = true;
            page.reads.clear();
        }
        self.release(tab);
    }

    /// Back to it.
    pub fn back(&mut self, tab: usize) {
        let Some(page) = &mut self.tabs[tab] else { return };
        page.cached = false;
        page.logins_seen = self.logins;
        self.event(tab, Event::InSight(true));
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
        self.comments += 1;
        let text = format!("No. {}", self.comments);
        self.decision(tab, Decision::Act(poll_id(), Act::Comment(text)));
    }

    fn decision(&mut self, tab: usize, decision: Decision) {
        let Some(page) = &self.tabs[tab] else { return };
        let Known::Here(Entity::Poll(poll)) = page.state.view(&dinner(), Timestamp(self.now)) else { return };
        let is_theirs = poll.viewer.standing == Standing::Entitled;
        // A guest is shown nothing else to do than to choose.
        if !is_theirs && !matches!(decision, Decision::Ballot(_, Some(_))) {
            return;
        }
        self.take_key(tab);
        self.event(tab, Event::Decide(decision));
    }

    /// A hand gets from one tab to the other later than what was to be stored there and said from there.
    pub fn come_to(&mut self, tab: usize) {
        (0..self.tabs.len()).filter(|other| *other != tab).for_each(|other| self.settle(other));
        self.hear();
        let Some(page) = &mut self.tabs[tab] else { return };
        if page.cached {
            self.back(tab);
        } else if page.logins_seen != self.logins {
            // Whoever signed in elsewhere comes back to this tab.
            page.logins_seen = self.logins;
            self.event(tab, Event::InSight(true));
        }
    }

    pub fn undo(&mut self, tab: usize) {
        self.come_to(tab);
        self.take_key(tab);
        self.event(tab, Event::Undo(dinner()));
    }

    /// Notes the key that the tab's next decision gets.
    fn take_key(&mut self, tab: usize) {
        let key = self.next_key(tab);
        self.keys.push(key);
    }

    /// The key of the tab's next decision.
    fn next_key(&self, tab: usize) -> String {
        let page = format!("{tab}-");
        let before = self.keys.iter().filter(|key| key.starts_with(&page)).count();
        format!("{page}{}", before + 1)
    }

    /// Delivers all that tabs have said to each other, and the answers to reads.
    pub fn hear(&mut self) {
        self.hear_tabs();
        for tab in 0..self.tabs.len() {
            self.read_arrives(tab);
        }
    }

    /// Delivers all that tabs have said to each other.
    pub fn hear_tabs(&mut self) {
        while !self.said.is_empty() {
            let (from, whose, said) = self.said.remove(0);
            for tab in (0..self.tabs.len()).filter(|tab| *tab != from) {
                let Some(page) = self.tabs[tab].as_ref().filter(|page| !page.cached) else { continue };
                let ours = page.whose == whose;
                match &said {
                    Said::Note(note) if ours => {
                        let note = Note::from_texts(&note.to_texts()).unwrap();
                        if let Note::Epoch(epoch) = &note {
                            self.learns(tab, epoch.parse().unwrap());
                        }
                        self.event(tab, Event::Heard { tab: from.to_string(), note });
                    }
                    Said::Written(key, outcome, found, epoch) if ours => {
                        let note = Note::Epoch(epoch.to_string());
                        self.learns(tab, *epoch);
                        self.event(tab, Event::Heard { tab: from.to_string(), note });
                        self.written(tab, key, *outcome, found.clone(), false);
                    }
                    Said::Viewer(member) => self.event(tab, Event::Introduced(member.clone())),
                    Said::Note(_) | Said::Written(..) => {}
                }
            }
        }
    }

    fn read_arrives(&mut self, tab: usize) {
        let reads = self.tabs[tab].as_mut().map(|page| std::mem::take(&mut page.reads)).unwrap_or_default();
        for Reading { viewer, resources, order, epoch, answer } in reads {
            self.dated(tab, epoch);
            let answer = answer.map(|answer| Decoded { order, ..answer });
            self.event_for(tab, Some(viewer), Event::Read { resources, answer });
        }
    }

    /// The host gets a write that is on its way, and its answer arrives.
    pub fn answer(&mut self, at: usize) {
        let flight = self.flights.remove(at);
        let (outcome, found) = self.take(&flight);
        self.come_back(&flight, outcome, found);
    }

    /// What the host says to a write, and what a forum's answer brings.
    fn take(&mut self, flight: &Flight) -> (Outcome, Vec<Entity>) {
        if !self.is_forum {
            let outcome = self.host.take(&flight.pending, &flight.token, flight.csrf.as_deref());
            return (outcome, Vec::new());
        }
        let member = self.host.member(&flight.token).map(ToOwned::to_owned);
        match forum::write(&mut self.host, member.as_deref(), &flight.pending) {
            Ok(answer) => (Outcome::Granted, answer.found),
            Err(Fault::Refused(refusal)) => (Outcome::Refused(refusal.kind, false), Vec::new()),
            Err(fault) => panic!("{fault:?}"),
        }
    }

    /// The host gets it, but this comes back.
    pub fn answer_with(&mut self, at: usize, outcome: Outcome) {
        let flight = self.flights.remove(at);
        self.take(&flight);
        self.come_back(&flight, outcome, Vec::new());
    }

    /// It never arrives, and this comes back.
    pub fn drop(&mut self, at: usize, outcome: Outcome) {
        let flight = self.flights.remove(at);
        self.come_back(&flight, outcome, Vec::new());
    }

    fn come_back(&mut self, flight: &Flight, outcome: Outcome, found: Vec<Entity>) {
        let key = &flight.pending.key;
        if matches!(outcome, Outcome::Granted | Outcome::Refused(..)) {
            self.dated(flight.tab, self.host.epoch);
        }
        let Some(page) = self.tabs[flight.tab].as_ref() else { return };
        if !page.cached && page.state.viewer_number() == flight.viewer {
            let whose = page.whose.clone();
            let found = if self.is_forum { found } else { self.host.entities(Some(&whose)) };
            let said = Said::Written(key.clone(), outcome, found.clone(), self.host.epoch);
            self.said.push((flight.tab, whose, said));
            if matches!(outcome, Outcome::Granted) {
                self.mark(key, |d| d.acknowledged = true);
            }
            self.written(flight.tab, key, outcome, found, true);
        }
    }

    /// An answer of this start of the host arrives.
    fn dated(&mut self, tab: usize, epoch: u32) {
        self.learns(tab, epoch);
        self.event(tab, Event::Epoch(epoch.to_string()));
    }

    fn learns(&mut self, tab: usize, epoch: u32) {
        if let Some(page) = self.tabs[tab].as_mut().filter(|page| !page.cached) {
            page.other_history |= page.epoch.replace(epoch).is_some_and(|before| before != epoch);
        }
    }

    fn written(&mut self, tab: usize, key: &str, outcome: Outcome, found: Vec<Entity>, here: bool) {
        let Some(page) = &self.tabs[tab] else { return };
        // As in `browser::effects`, which reads a response by the write that it answers.
        if here && page.state.pending(key).is_none() {
            return;
        }
        let member = page.whose.clone();
        if let (Outcome::Refused(RefusalKind::Superseded, _), Some((_, stands))) =
            (outcome, self.host.ballots.get(&member))
        {
            // What the other device said is what was wanted here.
            let same = |d: &&mut Decided| d.key == key && d.decision.answer().map(option) == *stands;
            self.decided.iter_mut().filter(same).for_each(|d| d.replaced = true);
        }
        let answer = match outcome {
            Outcome::Granted => Ok(Decoded { found, ..Decoded::default() }),
            Outcome::Nothing => Err(Fault::Unreachable),
            Outcome::Foreign(status) => Err(Fault::Foreign { status }),
            Outcome::Busy(after) => Err(Fault::Busy { retry_after: Some(after) }),
            Outcome::Refused(reason, instead) => Err(Fault::Refused(Refusal {
                instead: found.into_iter().next().filter(|_| instead),
                ..Refusal::without_code(reason, String::new())
            })),
        };
        self.event(tab, Event::Written { key: key.into(), answer, here });
    }

    /// The feed brings the poll as it was so many revisions ago.
    pub fn push(&mut self, tab: usize, ago: u64) {
        let Some(page) = self.tabs[tab].as_ref().filter(|page| !page.cached) else { return };
        if page.feed {
            let member = self.host.member(page.state.proof().0);
            let Entity::Poll(now) = self.host.poll(member) else { unreachable!() };
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
        for (viewer, owner, pending) in puts {
            let kept = !self.storage_denied;
            if kept {
                self.storage.insert(pending.key.clone(), (owner, pending.to_texts()));
            } else if let Some(decided) = self.decided.iter_mut().find(|d| d.key == pending.key) {
                decided.at_risk = true;
            }
            self.event_for(tab, Some(viewer), Event::Kept { key: pending.key, kept });
        }
    }

    /// The host's database is copied.
    pub fn copy(&mut self) {
        self.copy = Some(self.host.clone());
    }

    /// The host starts again on the copy, or on what it has where there is none. Its feeds break off.
    pub fn restore(&mut self) {
        self.host.restart(self.copy.clone());
        for tab in self.alive() {
            let held = self.tabs[tab].as_mut().is_some_and(|page| std::mem::take(&mut page.feed));
            if held {
                self.event(tab, Event::LiveLost { signed_out: false });
            }
        }
    }

    /// Lets time pass, and everything that was to happen meanwhile happen.
    pub fn pass(&mut self, milliseconds: i64) {
        let until = self.now + milliseconds;
        loop {
            let due = |tab: &Option<Tab>| {
                tab.iter().filter(|t| !t.cached).flat_map(|t| &t.timers).map(|(at, _)| *at).min()
            };
            let next = self.tabs.iter().enumerate().filter_map(|(n, tab)| Some((due(tab)?, n))).min();
            let Some((at, tab)) = next.filter(|(at, _)| *at <= until) else { break };
            self.now = self.now.max(at);
            let timers = &mut self.tabs[tab].as_mut().unwrap().timers;
            let which = timers.iter().position(|(t, _)| *t == at).unwrap();
            let (_, timer) = timers.remove(which);
            if timer == Timer::Silence {
                self.beat();
            }
            self.event(tab, Event::Woke(timer));
        }
        self.now = until;
    }

    /// The feed shows that it lives.
    fn beat(&mut self) {
        for tab in self.alive() {
            if self.tabs[tab].as_ref().is_some_and(|t| t.feed) {
                self.event(tab, Event::LiveHeard);
            }
        }
        self.hear();
    }

    /// Somebody sets the clock back, of which timers know nothing.
    pub fn set_back(&mut self, milliseconds: i64) {
        self.now -= milliseconds;
        let timers = self.tabs.iter_mut().flatten().flat_map(|t| &mut t.timers);
        timers.for_each(|(at, _)| *at -= milliseconds);
    }

    /// Takes an event into a page and does what follows.
    pub fn event(&mut self, tab: usize, event: Event) {
        self.event_for(tab, None, event);
    }

    /// The same for what comes of a call that was made for an earlier viewer, perhaps.
    fn event_for(&mut self, tab: usize, viewer: Option<u32>, event: Event) {
        let Some(page) = self.tabs[tab].as_mut().filter(|page| !page.cached) else { return };
        let moment = Moment { now: Timestamp(self.now), random: 7 };
        let effects = match viewer {
            Some(viewer) => apply_for(&mut page.state, viewer, event, moment),
            None => apply(&mut page.state, event, moment),
        };
        for effect in effects {
            self.run(tab, effect);
        }
        self.look(tab);
    }

    /// Who is asking, as the site or the host says.
    fn ask(&mut self, tab: usize, ask: Ask) {
        self.asks += 1;
        let lost = self.unanswered || self.asks.is_multiple_of(3); // that call can be lost, too
        let now = self.now;
        let Some(page) = &mut self.tabs[tab] else { return };
        page.calls.push(("ask".into(), now));
        let event = match ask {
            Ask::Page | Ask::Afresh if lost => Event::Claimed(Err("lost".into())),
            Ask::Page | Ask::Afresh => Event::Claimed(Ok(self.claim())),
            Ask::Session if lost => Event::Session(Err(Fault::Unreachable)),
            Ask::Session => {
                let member = self.host.member(page.state.proof().0).map(Into::into);
                Event::Session(Ok(Session { member, csrf: Some(self.host.csrf()) }))
            }
            Ask::Guest => Event::Welcomed(None),
        };
        self.event(tab, event);
    }

    fn run(&mut self, tab: usize, effect: Effect) {
        let now = self.now;
        let Some(page) = &mut self.tabs[tab] else { return };
        match effect {
            Effect::EndTurn => self.event(tab, Event::TurnEnded),
            Effect::Read(resources) => {
                let token = page.state.proof().0;
                let member = self.host.member(token);
                let signed_out = Refusal::without_code(RefusalKind::SignedOut, "expired".into());
                let answer = if member.is_none() && !token.is_empty() {
                    Err(Fault::Refused(signed_out))
                } else if self.is_forum {
                    forum::read(&self.host, member, &resources)
                } else {
                    let all = self.host.entities(member).into_iter();
                    let found = all.filter(|e| resources.contains(&e.resource())).collect();
                    Ok(Decoded { found, ..Decoded::default() })
                };
                page.calls.push((format!("read {}", resources[0].topic().to_text()), now));
                let (viewer, order) = (page.state.viewer_number(), page.state.order());
                page.reads.push(Reading { viewer, resources, order, epoch: self.host.epoch, answer });
                if !self.slow_reads {
                    self.read_arrives(tab);
                }
            }
            Effect::Ask(ask) => self.ask(tab, ask),
            Effect::Introduce(member) => {
                page.whose = member.clone().unwrap_or_default();
                let whose = page.whose.clone();
                self.said.push((tab, whose.clone(), Said::Viewer(whose)));
            }
            Effect::Veil(on) => page.veiled = on,
            Effect::Restore => {
                let viewer = page.state.viewer_number();
                let member = page.state.viewer().member().unwrap_or_default().to_owned();
                let theirs =
                    |(owner, _): &&(Option<String>, _)| owner.as_ref().is_none_or(|owner| *owner == member);
                let left =
                    self.storage.values().filter(theirs).filter_map(|(_, texts)| Pending::from_texts(texts));
                let left = left.collect();
                self.event_for(tab, Some(viewer), Event::Restored(left));
            }
            Effect::Keep(pending) => {
                if pending.stage == Stage::Keeping && pending.ours {
                    self.note_decision(tab, &pending);
                }
                if let Some(page) = &mut self.tabs[tab] {
                    let owner = page.state.viewer().member().map(Into::into);
                    let owner = owner.or_else(|| (pending.stage != Stage::Draft).then(String::new));
                    page.puts.push((page.state.viewer_number(), owner, pending));
                }
            }
            Effect::Forget(key) => {
                page.puts.retain(|(_, _, p)| p.key != key);
                self.storage.remove(&key);
            }
            Effect::Write(pending) => {
                let (token, csrf) = page.state.proof();
                let (token, csrf) = (token.to_owned(), csrf.map(Into::into));
                let viewer = page.state.viewer_number();
                page.calls.push((format!("write {}", pending.key), now));
                self.flights.push(Flight { tab, pending, token, csrf, viewer });
                self.sent += 1;
                assert!(self.sent < 5_000, "sent over and over: {:?}", self.flights);
            }
            Effect::Share(note) => {
                if let Note::Gone(key) = &note {
                    self.mark(key, |d| d.replaced = true);
                }
                let whose = page_whose(self.tabs[tab].as_ref());
                self.said.push((tab, whose, Said::Note(note)));
            }
            Effect::Lead(true) => {
                self.waiting.push(tab);
                self.grant();
            }
            Effect::Lead(false) => self.release(tab),
            Effect::Listen { topics, .. } => {
                page.feed = !topics.is_empty();
                if page.feed {
                    page.calls.push(("listen".into(), now));
                    self.dated(tab, self.host.epoch);
                    self.push(tab, 0);
                }
            }
            // Browsers blur the clock, so that by it a timer can come a millisecond early.
            Effect::Wake(timer, after) => {
                page.timers.push((now + i64::from(after.saturating_sub(1).max(1)), timer));
            }
            Effect::MakeKey => self.make_key(tab),
            Effect::Save(_)
            | Effect::KeepBegun(..)
            | Effect::Recall(_)
            | Effect::FetchPart(_)
            | Effect::Reload
            | Effect::SignIn
            | Effect::Show(_)
            | Effect::Tell(..)
            | Effect::Warn(_) => {}
        }
    }

    /// Gives the tab the key of its next decision.
    fn make_key(&mut self, tab: usize) {
        let made = Event::KeyMade(self.next_key(tab));
        let moment = Moment { now: Timestamp(self.now), random: 7 };
        let Some(page) = &mut self.tabs[tab] else { return };
        for effect in apply(&mut page.state, made, moment) {
            self.run(tab, effect);
        }
    }

    fn note_decision(&mut self, tab: usize, pending: &Pending) {
        if !self.decided.iter().any(|d| d.key == pending.key) {
            let (key, decision) = (pending.key.clone(), pending.decision.clone());
            let over = self.tabs[tab].as_ref().map(|page| page.state.viewer());
            let viewer = self.tabs[tab].as_ref().map_or(0, |page| page.state.viewer_number());
            let member = match over {
                Some(Viewer::SignedOut(Some(id))) => ["ann", "otto"].into_iter().find(|member| id == member),
                _ => self.login,
            };
            // In the order in which they were taken: what nobody knows yet whose it is, is kept later.
            let place = |key: &str| self.keys.iter().position(|taken| taken == key).unwrap();
            let at = self.decided.iter().take_while(|d| place(&d.key) < place(&key)).count();
            let decided = Decided {
                key,
                decision,
                revision: pending.revision,
                replaced: false,
                told: false,
                member,
                at_risk: false,
                acknowledged: false,
                tab,
                viewer,
            };
            self.decided.insert(at, decided);
        }
    }

    fn mark(&mut self, key: &str, set: impl Fn(&mut Decided)) {
        self.decided.iter_mut().filter(|d| d.key == key).for_each(set);
    }

    /// The member looks at a page: what it shows never goes back, and what it says they have been told.
    fn look(&mut self, tab: usize) {
        let Some(page) = &mut self.tabs[tab] else { return };
        let member = page.state.viewer().member().map(ToOwned::to_owned);
        if let Known::Here(Entity::Poll(shown)) = page.state.view(&dinner(), Timestamp(self.now)) {
            let backwards = shown.revision < page.seen_revision;
            assert!(!backwards || page.other_history, "results run backwards");
            page.other_history &= !backwards;
            page.seen_revision = shown.revision;
            let others =
                ["ann", "otto"].contains(&shown.title.as_str()) && member.as_ref() != Some(&shown.title);
            self.shown_wrong += usize::from(!page.veiled && others);
        }
        for topic in [dinner(), Topic::Checklist] {
            if let Saving::Refused(_, decision) = page.state.saving(&topic) {
                let refused = |d: &&mut Decided| d.decision == decision;
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

    /// Everything works again, each member comes back and signs in, and what was on its way has had its time.
    pub fn heal(&mut self) {
        self.storage_denied = false;
        self.slow_reads = false;
        for tab in self.alive() {
            self.come_to(tab);
        }
        for member in ["otto", "ann"] {
            self.log_in(Some(member));
            self.settle_storage(); // a page takes longer to load
            self.open();
            self.rest();
        }
    }

    /// What was on its way has its time.
    pub fn rest(&mut self) {
        for _ in 0..12 {
            for tab in self.alive() {
                self.come_to(tab);
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

    /// The most tries of one call, and of all, that a page has made in a minute, the first of each left out. Its timers come
    /// early by a hair.
    pub fn most_tries(&self) -> (usize, usize) {
        let mut most = (0, 0);
        for page in self.tabs.iter().flatten() {
            let mut seen = BTreeSet::new();
            let again: Vec<_> = page.calls.iter().filter(|(call, _)| !seen.insert(call)).collect();
            for (n, (call, at)) in again.iter().enumerate() {
                let minute = || again[n..].iter().take_while(|(_, then)| then - at < 59_990);
                let same = minute().filter(|(other, _)| other == call).count();
                most = (same.max(most.0), minute().count().max(most.1));
            }
        }
        most
    }

    /// What became of everything that was decided, once all has healed: how much was lost, doubled, or not told.
    pub fn verdict(&self) -> Verdict {
        let mut verdict = Verdict { decided: self.decided.len(), ..Verdict::default() };
        let order = |key: &String| self.decided.iter().position(|d| d.key == *key);
        for member in ["ann", "otto"] {
            let theirs = self
                .host
                .granted
                .iter()
                .filter_map(order)
                .filter(|n| self.decided[*n].member == Some(member));
            let ballots = theirs
                .filter(|n| self.decided[*n].decision.is_ballot())
                .map(|n| (n, self.decided[n].revision));
            for pair in ballots.collect::<Vec<_>>().windows(2) {
                let ((before, seen_before), (now, seen)) = (pair[0], pair[1]);
                // An earlier decision, granted after a later one, has been counted over it; unless the later one's tab had
                // seen nothing of the earlier one: then they are as two devices are, and the greater number stands.
                verdict.doubled += usize::from(now < before && seen < seen_before);
            }
        }
        verdict.doubled += self.host.steps_done.values().filter(|done| **done > 1).count();
        let others =
            |d: &&Decided| self.host.granted_to.get(&d.key).is_some_and(|to| d.member != Some(to.as_str()));
        verdict.for_another = self.decided.iter().filter(others).count() + self.shown_wrong;
        verdict.doubled +=
            self.host.comments.len() - self.host.comments.iter().collect::<BTreeSet<_>>().len();
        for (n, decided) in self.decided.iter().enumerate() {
            let granted = self.host.granted.contains(&decided.key);
            let later = self.decided[n + 1..]
                .iter()
                .any(|d| d.member == decided.member && decided.decision.gives_way_to(&d.decision));
            // It is gone with the page, or with its member: both is what they were told to wait with.
            let stays = |page: &Tab| page.state.viewer_number() == decided.viewer;
            let at_risk = decided.at_risk && !self.tabs[decided.tab].as_ref().is_some_and(stays);
            // The database has lost what was acknowledged and is not there.
            if granted || decided.acknowledged || decided.told || decided.replaced || at_risk {
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
    /// Sent or shown for another member.
    pub for_another: usize,
}

fn page_whose(tab: Option<&Tab>) -> String {
    tab.map(|page| page.whose.clone()).unwrap_or_default()
}
