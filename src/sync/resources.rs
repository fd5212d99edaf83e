//! The resources that elements show or writes concern: what is known of each, and when it is read again.

use std::cmp::Ordering;

use super::outbox::Decision;
use super::tell::show;
use super::topic::{Entity, Known, Resource, Topic};
use super::{Effect, Moment, Timer};
use crate::domain::poll::Poll;
use crate::domain::time::Timestamp;

/// A resource that elements show or writes concern.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools)] // the flags are independent
pub(super) struct Entry {
    pub resource: Resource,
    pub known: Known,
    pub watchers: u32,
    pub wanted: bool,
    /// Whether the resource was read before, so that the next read counts as a retry.
    pub asked: bool,
    pub failures: u32,
    /// When a read that was put off is due, such as the retry of a failed read.
    pub again: Option<Timestamp>,
    /// Whether `Timer::Read` is set for the resource, which then is read again.
    pub due: bool,
    /// The member's last decision about the resource, if the host has acknowledged it.
    pub saved: Option<Decision>,
    /// Whether the known state is from an earlier epoch of the host, so that any state replaces it.
    pub outdated: bool,
    /// The order of the known state: see [`super::Decoded::order`].
    pub order: u64,
}

#[derive(Debug, Default)]
pub(super) struct Resources {
    /// Sorted by resource: topics, then pages of lists.
    pub entries: Vec<Entry>,
    /// Whether [`Effect::EndTurn`] was requested in this turn.
    pub turn_open: bool,
}

impl Resources {
    fn find(&self, resource: &Resource) -> Result<usize, usize> {
        self.entries.binary_search_by(|e| e.resource.cmp(resource))
    }

    fn find_topic(&self, topic: &Topic) -> Option<usize> {
        let order = |e: &Entry| e.resource.as_topic().map_or(Ordering::Greater, |known| known.cmp(topic));
        self.entries.binary_search_by(order).ok()
    }

    pub(super) fn get(&self, resource: &Resource) -> Option<&Entry> {
        self.entries.get(self.find(resource).ok()?)
    }

    pub(super) fn get_mut(&mut self, resource: &Resource) -> Option<&mut Entry> {
        let at = self.find(resource).ok()?;
        self.entries.get_mut(at)
    }

    pub(super) fn topic(&self, topic: &Topic) -> Option<&Entry> {
        self.entries.get(self.find_topic(topic)?)
    }

    pub(super) fn topic_mut(&mut self, topic: &Topic) -> Option<&mut Entry> {
        let at = self.find_topic(topic)?;
        self.entries.get_mut(at)
    }

    /// The entry of a resource, which is added if there is none.
    pub(super) fn entry(&mut self, resource: &Resource) -> &mut Entry {
        let at = match self.find(resource) {
            Ok(at) => at,
            Err(at) => {
                let entry = Entry {
                    resource: resource.clone(),
                    known: Known::Loading,
                    watchers: 0,
                    wanted: true,
                    asked: false,
                    failures: 0,
                    again: None,
                    due: false,
                    saved: None,
                    outdated: false,
                    order: 0,
                };
                self.entries.insert(at, entry);
                at
            }
        };
        &mut self.entries[at]
    }

    /// The host's last state of a poll.
    pub(super) fn poll(&self, topic: &Topic) -> Option<&Poll> {
        match self.topic(topic).map(|e| &e.known) {
            Some(Known::Here(Entity::Poll(poll))) => Some(poll),
            _ => None,
        }
    }

    pub(super) fn watch(&mut self, resource: &Resource, effects: &mut Vec<Effect>) {
        let entry = self.entry(resource);
        entry.watchers += 1;
        let wanted = entry.wanted || matches!(entry.known, Known::Failed(_) | Known::Malformed(_));
        // Mounting an element draws it without revealing it. Where the resource is known already, no answer will reveal the
        // element, so that it is shown now.
        if !entry.known.is_loading() {
            show(&resource.topic(), effects);
        }
        if wanted {
            self.want(resource, effects);
        } else {
            self.open_turn(effects);
        }
    }

    pub(super) fn unwatch(&mut self, resource: &Resource, effects: &mut Vec<Effect>) {
        let entry = self.entry(resource);
        entry.watchers = entry.watchers.saturating_sub(1);
        self.open_turn(effects);
    }

    /// Has a resource read at the end of the turn.
    pub(super) fn want(&mut self, resource: &Resource, effects: &mut Vec<Effect>) {
        self.entry(resource).wanted = true;
        self.open_turn(effects);
    }

    /// Has all resources read again at the end of the turn.
    pub(super) fn want_everything(&mut self, effects: &mut Vec<Effect>) {
        if !self.entries.is_empty() {
            self.entries.iter_mut().for_each(|e| e.wanted = true);
            self.open_turn(effects);
        }
    }

    /// Has the wanted resources read at the end of the turn, if there are any.
    pub(super) fn read_wanted(&mut self, effects: &mut Vec<Effect>) {
        if self.entries.iter().any(|e| e.wanted) {
            self.open_turn(effects);
        }
    }

    pub(super) fn open_turn(&mut self, effects: &mut Vec<Effect>) {
        if !std::mem::replace(&mut self.turn_open, true) {
            effects.push(Effect::EndTurn);
        }
    }

    pub(super) fn read_again(
        &mut self,
        resources: &[Resource],
        wait: u32,
        moment: Moment,
        effects: &mut Vec<Effect>,
    ) {
        let at = moment.now.plus(wait.into());
        for resource in resources {
            self.entry(resource).again = Some(at);
        }
        effects.push(Effect::Wake(Timer::Reads(at), wait));
    }

    /// Makes the put-off reads that are due `by` this time, or all of them, at the end of the turn.
    pub(super) fn reads_due(&mut self, by: Option<Timestamp>, effects: &mut Vec<Effect>) {
        for entry in &mut self.entries {
            if entry.again.take_if(|at| by.is_none_or(|by| *at <= by)).is_some() {
                entry.wanted = true;
            }
        }
        self.read_wanted(effects);
    }

    pub(super) fn settle(&mut self, resource: &Resource, known: Known, effects: &mut Vec<Effect>) {
        self.entry(resource).known = known;
        show(&resource.topic(), effects);
    }
}
