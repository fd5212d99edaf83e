//! What becomes of a decision: it is kept, sent by one tab, and settled by the host's answer.

use super::backoff::{LONGEST, delay};
use super::outbox::{Act, Pending, Stage, Write};
use super::reducer::show;
use super::state::{Entity, Entry, Known, Lead, Sight, Signed, State, Topic};
use super::{Answer, Decision, Effect, Fault, Moment, News, Note, Reason, Refusal, Renewal};
use crate::domain::poll::{self, Poll, Standing};

/// How long a tab waits for the one that leads to deliver what was decided here, in milliseconds; then it sends that
/// itself. The host takes one key for one write, whoever sends it.
pub(super) const PATIENCE: u32 = 8_000;

impl State {
    pub(super) fn decide(
        &mut self,
        decision: Decision,
        key: String,
        moment: Moment,
        effects: &mut Vec<Effect>,
    ) {
        let write = self.to_write(decision, moment);
        let topic = write.topic();
        if self.is_settled(&write, moment) {
            // A second click, or the same choice once more.
            let old =
                |p: &Pending| !p.is_on_its_way() && p.write.topic() == topic && p.write.gives_way_to(&write);
            let gone = self.outbox.remove(old);
            return let_go(&topic, gone, effects);
        }
        if let Some(entry) = self.entry_of(&topic) {
            entry.saved = None;
        }
        let mut pending = Pending::new(key, write);
        if self.poll(&topic).is_some_and(|p| matches!(p.viewer.standing, Standing::Guest))
            && self.signed != Signed::Out
        {
            pending.stage = Stage::Draft;
        }
        let gone = self.outbox.add(pending.clone());
        forget(gone, effects);
        effects.push(Effect::Keep(pending));
        if self.signed == Signed::Out && self.asks_guest(&topic) {
            self.renew(true, effects);
        }
        show(&topic, effects);
    }

    /// Numbers a ballot after the newest one that the member has seen, their own on the way included.
    fn to_write(&self, decision: Decision, moment: Moment) -> Write {
        match decision {
            Decision::Step(step) => Write::Step(step),
            Decision::Act(poll, act) => Write::Act(poll, act),
            Decision::Ballot(poll, answer) => {
                let revision = self.next_ballot(&Topic::Poll(poll.clone()), moment);
                Write::Ballot { poll, revision, answer }
            }
        }
    }

    fn next_ballot(&self, topic: &Topic, moment: Moment) -> u64 {
        match self.view(topic, moment.now) {
            Known::Here(Entity::Poll(poll)) => poll.next_ballot(),
            _ => 1,
        }
    }

    /// What the host last said of a poll.
    fn poll(&self, topic: &Topic) -> Option<&Poll> {
        match self.entry(topic).map(|e| &e.known) {
            Some(Known::Here(Entity::Poll(poll))) => Some(poll),
            _ => None,
        }
    }

    /// Whether what is shown is already as this write would make it.
    fn is_settled(&self, write: &Write, moment: Moment) -> bool {
        match (write, self.view(&write.topic(), moment.now)) {
            (Write::Ballot { answer, .. }, Known::Here(Entity::Poll(poll))) => {
                poll.answer() == answer.as_ref()
            }
            (Write::Act(_, Act::Follow(follows)), Known::Here(Entity::Poll(poll))) => {
                poll.viewer.follows == Some(*follows)
            }
            (Write::Step(id), Known::Here(Entity::Checklist(list))) => {
                list.steps.iter().any(|s| s.id == *id && s.done_at.is_some())
            }
            _ => false,
        }
    }

    pub(super) fn kept(&mut self, key: String, kept: bool, moment: Moment, effects: &mut Vec<Effect>) {
        let (offline, leads) = (self.offline, self.lead == Lead::Yes);
        let Some(pending) = self.outbox.get(&key) else {
            effects.push(Effect::Forget(key)); // it gave way while it was being stored
            return;
        };
        pending.kept = kept;
        let topic = pending.write.topic();
        match pending.stage {
            Stage::Keeping => {
                // Without a network it is tried now and then all the same: browsers have been wrong about that.
                let wait = if offline { LONGEST } else { PATIENCE };
                if leads && !offline {
                    pending.stage = Stage::Queued;
                } else {
                    effects.push(pending.put_off(wait, moment));
                }
                effects.push(Effect::Share(Note::Decided(pending.clone())));
                self.send(moment, effects);
                show(&topic, effects);
            }
            Stage::Draft if kept => effects.push(Effect::SignIn),
            Stage::Draft => show(&topic, effects),
            _ => {}
        }
    }

    /// Whether the member can still take back what they decided last: because it was not sent, or by one more ballot.
    pub(super) fn can_undo(&self, topic: &Topic) -> bool {
        let Some(last) = self.last_on_its_way(topic) else { return false };
        let by_ballot = |p: &Poll| if p.has_voted() { p.rules.changeable } else { p.rules.retractable };
        self.is_untouched(last) || last.write.is_ballot() && self.poll(topic).is_some_and(by_ballot)
    }

    fn last_on_its_way(&self, topic: &Topic) -> Option<&Pending> {
        self.outbox.iter().filter(|p| p.is_on_its_way() && p.write.topic() == *topic).last()
    }

    /// Whether nothing of this, nor of what it took the place of, has left the browser.
    fn is_untouched(&self, last: &Pending) -> bool {
        let same = |p: &Pending| p.key == last.key || p.write.gives_way_to(&last.write);
        self.lead == Lead::Yes
            && !self.outbox.iter().any(|p| p.is_on_its_way() && p.may_have_arrived() && same(p))
    }

    pub(super) fn undo(&mut self, topic: &Topic, key: String, moment: Moment, effects: &mut Vec<Effect>) {
        let last = self.last_on_its_way(topic);
        // What is settled is let go of one by one, as it is shown.
        let shown = self.outbox.refused(topic).map(|(_, p)| p);
        let shown = shown.or_else(|| if last.is_none() { self.outbox.to(topic).last() } else { None });
        let gone = shown.or_else(|| last.filter(|last| self.is_untouched(last))).map(|p| p.key.clone());
        if let Some(gone) = gone {
            self.outbox.take(&gone);
            let_go(topic, vec![gone], effects);
        } else if self.can_undo(topic)
            && let (Topic::Poll(id), Some(poll)) = (topic, self.poll(topic))
        {
            let before = Decision::Ballot(id.clone(), poll.answer().cloned());
            self.decide(before, key, moment, effects);
        }
    }

    /// What earlier visits left. It keeps the number it had: a ballot cast elsewhere since then is the later one.
    pub(super) fn restored(&mut self, writes: Vec<Pending>, moment: Moment, effects: &mut Vec<Effect>) {
        for mut pending in writes {
            if matches!(pending.stage, Stage::Queued) && self.lead != Lead::Yes {
                effects.push(pending.put_off(PATIENCE, moment));
            }
            if self.outbox.get(&pending.key).is_none() {
                show(&pending.write.topic(), effects);
                // Not `add`: what was decided since then is no reason to drop it, the numbers are.
                self.outbox.insert(pending);
            }
        }
        self.send(moment, effects);
    }

    pub(super) fn decided_elsewhere(
        &mut self,
        mut pending: Pending,
        moment: Moment,
        effects: &mut Vec<Effect>,
    ) {
        let topic = pending.write.topic();
        let leads = self.lead == Lead::Yes;
        if let Some(known) = self.outbox.get(&pending.key) {
            if !leads && !matches!(known.stage, Stage::Sent) {
                known.write = pending.write;
            }
            return;
        }
        if leads {
            // Of two tabs' decisions the later one counts, though the tab had not heard of the earlier one.
            let next = self.next_ballot(&topic, moment);
            if let Write::Ballot { revision, .. } = &mut pending.write
                && *revision < next
            {
                *revision = next;
                effects.push(Effect::Keep(pending.clone()));
                effects.push(Effect::Share(Note::Decided(pending.clone())));
            }
        }
        if !leads {
            // Two tabs may be gone before this one has to.
            effects.push(pending.put_off(2 * PATIENCE, moment));
        }
        let gone = self.outbox.add(pending);
        forget(gone, effects);
        self.send(moment, effects);
        show(&topic, effects);
    }

    pub(super) fn gone_elsewhere(&mut self, key: &str, effects: &mut Vec<Effect>) {
        if self.outbox.get(key).is_some_and(|p| !p.may_have_arrived())
            && let Some(pending) = self.outbox.take(key)
        {
            show(&pending.write.topic(), effects);
        }
    }

    pub(super) fn send(&mut self, moment: Moment, effects: &mut Vec<Effect>) {
        if self.signed == Signed::In {
            let out = self.outbox.send(moment.now, self.lead == Lead::Yes);
            effects.extend(out.into_iter().map(Effect::Write));
        }
    }

    /// Has everything that waits sent now, whichever tab leads.
    pub(super) fn hurry(&mut self, moment: Moment, effects: &mut Vec<Effect>) {
        for pending in self.outbox.iter_mut() {
            if matches!(pending.stage, Stage::Due(_)) {
                pending.stage = Stage::Due(moment.now);
            }
        }
        self.send(moment, effects);
    }

    /// Sends what would otherwise wait for the next visit. The browser delivers it after the page has gone.
    pub(super) fn leave(&mut self, moment: Moment, effects: &mut Vec<Effect>) {
        self.sight = Sight::Left;
        for pending in self.outbox.iter_mut().filter(|p| p.ours) {
            if matches!(pending.stage, Stage::Keeping | Stage::Queued) {
                pending.stage = Stage::Due(moment.now);
            }
        }
        self.hurry(moment, effects);
        self.follow(effects);
    }

    pub(super) fn take_written(
        &mut self,
        key: &str,
        answer: Result<Answer, Fault>,
        here: bool,
        moment: Moment,
        effects: &mut Vec<Effect>,
    ) {
        match answer {
            Ok(answer) => {
                self.take_answer(answer, moment, effects);
                self.acknowledged(key, effects);
            }
            Err(Fault::Refused(mut refusal)) => {
                if let Some(entity) = refusal.instead.take() {
                    self.adopt(entity, moment, effects);
                }
                if self.outbox.has_given_way(key) {
                    self.outbox.take(key);
                    forget(vec![key.into()], effects);
                }
                self.take_refusal(key, refusal, here, moment, effects);
            }
            Err(fault) => self.undelivered(key, &fault, here, moment, effects),
        }
        self.send(moment, effects);
    }

    fn acknowledged(&mut self, key: &str, effects: &mut Vec<Effect>) {
        let Some(pending) = self.outbox.take(key) else { return };
        effects.push(Effect::Forget(pending.key));
        let topic = pending.write.topic();
        if let Some(entry) = self.entry_of(&topic) {
            entry.saved = pending.ours.then(|| pending.write.clone());
        }
        show(&topic, effects);
        if let Write::Ballot { answer, .. } = pending.write
            && pending.ours
        {
            let marks = answer.iter().flat_map(poll::Answer::marks);
            let options = marks.map(|(option, _)| option.clone()).collect();
            effects.push(Effect::Tell(topic, News::Voted(options)));
        }
    }

    fn undelivered(
        &mut self,
        key: &str,
        fault: &Fault,
        here: bool,
        moment: Moment,
        effects: &mut Vec<Effect>,
    ) {
        let leads = self.lead == Lead::Yes;
        let Some(pending) = self.outbox.get(key).filter(|p| here || !matches!(p.stage, Stage::Sent)) else {
            return;
        };
        pending.failures += 1;
        let patience = if leads || here { 0 } else { PATIENCE };
        let wait = delay(pending.failures, Some(fault), moment).saturating_add(patience);
        effects.push(pending.put_off(wait, moment));
        show(&pending.write.topic(), effects);
    }

    fn take_refusal(
        &mut self,
        key: &str,
        refusal: Refusal,
        here: bool,
        moment: Moment,
        effects: &mut Vec<Effect>,
    ) {
        let signed = self.signed;
        let Some(pending) = self.outbox.get(key) else { return };
        let topic = pending.write.topic();
        let proof = matches!(refusal.reason, Reason::SignedOut | Reason::Unverified);
        show(&topic, effects);
        if proof && !here && signed == Signed::In {
            // The other tab's proof has expired, this one's may be younger: unless it failed here, too. Two tabs would send
            // in turns else, without end.
            if pending.failures == 0 && !matches!(pending.stage, Stage::Sent | Stage::Refused(_)) {
                pending.stage = Stage::Due(moment.now);
            }
        } else if proof && !pending.renewed {
            pending.stage = Stage::SignedOut;
            pending.renewed = true;
            self.renew(self.asks_guest(&topic), effects);
        } else if refusal.reason == Reason::SignedOut {
            pending.stage = Stage::SignedOut;
            self.signed = Signed::Out;
        } else if refusal.reason == Reason::Superseded && self.stands_as_wanted(key) {
            self.acknowledged(key, effects);
        } else {
            self.refuse(key, refusal, here, effects);
        }
    }

    /// Whether the host's newer ballot says just what this one says.
    fn stands_as_wanted(&mut self, key: &str) -> bool {
        let Some(write) = self.outbox.get(key).map(|p| p.write.clone()) else { return false };
        self.poll(&write.topic()).is_some_and(|poll| poll.answer() == write.answer())
    }

    /// A lasting no. It is shown by the tab where it was decided and by the one that sent it, and kept until it was seen.
    fn refuse(&mut self, key: &str, refusal: Refusal, here: bool, effects: &mut Vec<Effect>) {
        // Another tab may have sent it as well, and heard the same.
        let open = |p: &&mut Pending| !matches!(p.stage, Stage::Refused(_));
        let Some(pending) = self.outbox.get(key).filter(open) else { return };
        if !pending.ours && !here {
            self.outbox.take(key);
            return;
        }
        let failed = News::Failed("refused", refusal.detail.clone());
        effects.push(Effect::Tell(pending.write.topic(), failed));
        pending.stage = Stage::Refused(refusal);
        pending.kept = true;
        effects.push(Effect::Keep(pending.clone()));
    }

    /// Takes refusals that a member sees now out of the browser's storage: of each thing the last.
    pub(super) fn tell_refusals(&mut self, effects: &mut Vec<Effect>) {
        if self.sight != Sight::Seen {
            return;
        }
        let shown = self.entries.iter().filter(|e| e.watchers > 0 && !e.known.is_loading());
        let refused = |entry: &Entry| self.outbox.refused(&entry.topic).map(|(_, p)| p.key.clone());
        for key in shown.filter_map(refused).collect::<Vec<_>>() {
            if let Some(pending) = self.outbox.get(&key).filter(|p| p.kept) {
                pending.kept = false;
                effects.push(Effect::Forget(key));
            }
        }
    }

    /// Has the host asked anew who is asking, once at a time.
    pub(super) fn renew(&mut self, guest: bool, effects: &mut Vec<Effect>) {
        if self.signed != Signed::Renewing {
            self.signed = Signed::Renewing;
            effects.push(Effect::Renew { guest });
        }
    }

    /// Whether a poll asks guests, of whom the viewer is one.
    fn asks_guest(&self, topic: &Topic) -> bool {
        self.poll(topic).is_some_and(|poll| poll.viewer.standing == Standing::Invited)
    }

    pub(super) fn renewed(&mut self, renewal: Renewal, moment: Moment, effects: &mut Vec<Effect>) {
        self.signed = if renewal == Renewal::Nobody { Signed::Out } else { Signed::In };
        match renewal {
            Renewal::Same => {
                for pending in self.outbox.iter_mut().filter(|p| matches!(p.stage, Stage::SignedOut)) {
                    // Whichever tab leads, this one can deliver now; what another decided waits for that a little.
                    let wait = if pending.ours { 0 } else { PATIENCE };
                    effects.push(pending.put_off(wait, moment));
                    show(&pending.write.topic(), effects);
                }
                self.send(moment, effects);
            }
            Renewal::Unanswered => {
                for pending in self.outbox.iter_mut().filter(|p| matches!(p.stage, Stage::SignedOut)) {
                    pending.failures += 1;
                    pending.renewed = false;
                    effects.push(pending.put_off(delay(pending.failures, None, moment), moment));
                    show(&pending.write.topic(), effects);
                }
            }
            // What another member decided stays in the browser's storage until they are back.
            Renewal::Other => {
                self.outbox.remove(|p| !matches!(p.stage, Stage::Draft));
                for entry in &mut self.entries {
                    entry.known = Known::Loading;
                    show(&entry.topic, effects);
                }
            }
            Renewal::Nobody => {
                for pending in self.outbox.iter_mut().filter(|p| p.is_on_its_way()) {
                    show(&pending.write.topic(), effects);
                }
            }
        }
        self.live.position = None;
        self.listen(effects);
        self.entries.iter_mut().for_each(|e| e.wanted = true);
        self.open_turn(effects);
    }
}

fn forget(keys: Vec<String>, effects: &mut Vec<Effect>) {
    for key in keys {
        effects.push(Effect::Share(Note::Gone(key.clone())));
        effects.push(Effect::Forget(key));
    }
}

/// Lets go of what the member has acted on.
fn let_go(topic: &Topic, gone: Vec<String>, effects: &mut Vec<Effect>) {
    if !gone.is_empty() {
        forget(gone, effects);
        show(topic, effects);
    }
}
