//! The live feed, which one tab of a viewer holds for all, and what the tabs tell each other.

use super::backoff::delay;
use super::outbox::Stage;
use super::state::{Entity, Entry, Known, Lead, Sight, Signed, State, Topic};
use super::writes::PATIENCE;
use super::{Effect, Moment, Note, Timer};

/// Failures in a row after which the feed counts as one that cannot be had.
const FEED_LOST: u32 = 3;

/// How often each tab looks for itself then, in milliseconds; up to half as much again is left to chance.
const LOOK: u32 = 10_000;

impl State {
    /// Follows everything live that is shown, once the first answers are all there: the feed competes with none of them
    /// and is opened once.
    pub(super) fn follow(&mut self, effects: &mut Vec<Effect>) {
        let live = |e: &&Entry| e.topic.is_live() && e.watchers > 0;
        let shown = self.entries.iter().filter(live);
        let ours: Vec<Topic> = if self.sight != Sight::Seen {
            Vec::new()
        } else if shown.clone().any(|e| e.known.is_loading()) {
            return;
        } else {
            shown.filter(|e| matches!(e.known, Known::Here(_))).map(|e| e.topic.clone()).collect()
        };
        if ours != self.live.ours {
            let asks = !std::mem::replace(&mut self.live.greeted, true);
            self.live.ours = ours;
            effects.push(Effect::Share(Note::Follows { topics: self.live.ours.clone(), asks }));
            self.attune(effects);
        }
    }

    /// Has the feed bring what all tabs follow, this tab's own first.
    fn attune(&mut self, effects: &mut Vec<Effect>) {
        let mut topics = self.live.ours.clone();
        for topic in self.live.others.iter().flat_map(|(_, theirs)| theirs) {
            if !topics.contains(topic) && topics.len() < crate::api::MAX_IDS {
                topics.push(topic.clone());
            }
        }
        if topics != self.live.topics {
            self.live.topics = topics;
            // A position says nothing about topics that were not followed yet.
            self.live.position = None;
            self.listen(effects);
        }
    }

    /// Opens the feed where it was left, or closes it where this tab is not to hold it.
    pub(super) fn listen(&self, effects: &mut Vec<Effect>) {
        if self.lead == Lead::Yes && self.signed != Signed::Renewing {
            let topics = if self.sight == Sight::Seen { self.live.topics.clone() } else { Vec::new() };
            effects.push(Effect::Listen { topics, after: self.live.position.clone() });
        }
    }

    /// Becomes the tab that leads where it has reason to, and leaves it to others where it has none: out of sight with
    /// nothing to send, signed out, or left.
    pub(super) fn settle_lead(&mut self, moment: Moment, effects: &mut Vec<Effect>) {
        let shows = self.sight == Sight::Seen && !self.live.ours.is_empty();
        let sends = self.outbox.iter().any(super::Pending::is_on_its_way);
        let wants = self.sight != Sight::Left && self.signed != Signed::Out && (shows || sends);
        match (wants, self.lead) {
            (true, Lead::No) => {
                self.lead = Lead::Wanted;
                effects.push(Effect::Lead(true));
            }
            (false, Lead::Wanted | Lead::Yes) => {
                let told = effects.iter().any(|e| matches!(e, Effect::Listen { .. }));
                if self.lead == Lead::Yes && !told {
                    effects.push(Effect::Listen { topics: Vec::new(), after: None });
                }
                self.lead = Lead::No;
                effects.push(Effect::Lead(false));
                for pending in self.outbox.iter_mut().filter(|p| matches!(p.stage, Stage::Queued)) {
                    effects.push(pending.put_off(PATIENCE, moment));
                }
            }
            _ => {}
        }
    }

    /// Takes over: what is queued is sent from here, and the feed starts with the whole state, since nobody knows how
    /// far the other tab's had come.
    pub(super) fn take_lead(&mut self, moment: Moment, effects: &mut Vec<Effect>) {
        if self.lead != Lead::Wanted {
            return; // it came too late: nothing is to be led any more
        }
        self.lead = Lead::Yes;
        self.live.position = None;
        self.live.failures = 0;
        for pending in self.outbox.iter_mut().filter(|p| p.failures == 0) {
            if let Stage::Due(_) = pending.stage {
                pending.stage = Stage::Queued;
            }
        }
        self.send(moment, effects);
        if !self.live.topics.is_empty() {
            self.listen(effects);
        }
    }

    pub(super) fn live_opened(&mut self, effects: &mut Vec<Effect>) {
        // One that opens only to break off again is not tried at once for ever.
        self.live.failures = self.live.failures.min(1);
        if std::mem::take(&mut self.live.down) {
            effects.push(Effect::Share(Note::FeedDown(false)));
        }
    }

    pub(super) fn live_lost(&mut self, signed_out: bool, moment: Moment, effects: &mut Vec<Effect>) {
        if signed_out && self.signed == Signed::In {
            return self.renew(false, effects);
        }
        self.live.failures += 1;
        effects.push(Effect::Wake(Timer::Live, delay(self.live.failures, None, moment)));
        if self.live.failures >= FEED_LOST && !std::mem::replace(&mut self.live.down, true) {
            effects.push(Effect::Share(Note::FeedDown(true)));
            self.look(moment, effects);
        }
    }

    /// Reads everything live that is shown, and again after a while, as long as the feed cannot be had.
    pub(super) fn look(&mut self, moment: Moment, effects: &mut Vec<Effect>) {
        if !self.live.down || self.sight != Sight::Seen {
            return;
        }
        self.want_all(effects);
        if !std::mem::replace(&mut self.live.look_set, true) {
            effects.push(Effect::Wake(Timer::Look, LOOK + moment.random % (LOOK / 2)));
        }
    }

    /// Reads everything live that is shown anew.
    pub(super) fn want_all(&mut self, effects: &mut Vec<Effect>) {
        for topic in self.live.ours.clone() {
            self.want(&topic, effects);
        }
    }

    pub(super) fn pushed(&mut self, id: String, entity: Entity, moment: Moment, effects: &mut Vec<Effect>) {
        if !id.is_empty() {
            self.live.position = Some(id);
        }
        self.live.failures = 0;
        self.adopt(entity, moment, effects);
    }

    pub(super) fn heard(&mut self, tab: String, note: Note, moment: Moment, effects: &mut Vec<Effect>) {
        match note {
            Note::Follows { topics, asks } => {
                self.live.others.retain(|(other, _)| *other != tab);
                if !topics.is_empty() {
                    self.live.others.push((tab, topics));
                }
                if asks {
                    let topics = self.live.ours.clone();
                    effects.push(Effect::Share(Note::Follows { topics, asks: false }));
                    if self.lead == Lead::Yes && self.live.down {
                        effects.push(Effect::Share(Note::FeedDown(true)));
                    }
                }
                self.attune(effects);
            }
            Note::Decided(pending) => self.decided_elsewhere(pending, moment, effects),
            Note::Gone(key) => self.gone_elsewhere(&key, effects),
            Note::FeedDown(down) => {
                if self.lead != Lead::Yes {
                    self.live.down = down;
                    self.look(moment, effects);
                }
            }
        }
    }
}
