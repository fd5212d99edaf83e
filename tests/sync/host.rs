//! What a host does with a member's writes.

use std::collections::BTreeSet;
use std::rc::Rc;

use folkmoot::domain::poll::{self as domain, Says};
use folkmoot::sync::{Act, Entity, Pending, Reason, Write};

use crate::{entity, poll, says};

pub const OPTIONS: [&str; 2] = ["pizza", "sushi"];

/// What comes back from a call, if anything does.
#[derive(Clone, Copy, Debug)]
pub enum Outcome {
    Granted,
    Refused(Reason, bool),
    Busy(u32),
    Nothing,
}

/// The option that a ballot names.
pub fn option(answer: &domain::Answer) -> String {
    answer.marks()[0].0.to_string()
}

/// What the host stores, by the rules of the Host API.
#[derive(Default)]
pub struct Host {
    revision: u64,
    /// The member's ballot: its revision and its option, none once taken back.
    pub ballot: Option<(u64, Option<String>)>,
    keys: BTreeSet<String>,
    /// Keys in the order in which they were granted.
    pub granted: Vec<String>,
    pub closed: bool,
    pub step_done: u32,
    /// What was said, in the order in which it came.
    pub comments: Vec<String>,
    /// What a call has to prove: it changes when logins expire and CSRF tokens are replaced.
    pub proof: u32,
    /// It says no to whoever asks, and not why.
    pub locked: bool,
}

impl Host {
    pub fn take(&mut self, pending: &Pending, proof: u32) -> Outcome {
        if self.locked {
            return Outcome::Refused(Reason::Unverified, false);
        }
        if proof != self.proof {
            return Outcome::Refused(
                if self.proof.is_multiple_of(2) { Reason::SignedOut } else { Reason::Unverified },
                false,
            );
        }
        if self.keys.contains(&pending.key) {
            return Outcome::Granted;
        }
        match &pending.write {
            Write::Step(_) => {
                self.step_done += u32::from(self.step_done == 0);
            }
            Write::Act(_, Act::Comment(text)) => self.comments.push(text.clone()),
            Write::Act(..) => return Outcome::Refused(Reason::NotPossible, false),
            Write::Ballot { revision, answer, .. } => {
                if self.closed {
                    return Outcome::Refused(Reason::PollClosed, true);
                }
                if self.ballot.as_ref().is_some_and(|(newest, _)| revision <= newest) {
                    return Outcome::Refused(Reason::Superseded, true);
                }
                self.ballot = Some((*revision, answer.as_ref().map(option)));
            }
        }
        self.revision += 1;
        self.keys.insert(pending.key.clone());
        self.granted.push(pending.key.clone());
        Outcome::Granted
    }

    /// The member votes on another device, which has seen the newest ballot.
    pub fn vote_elsewhere(&mut self, option: &str) {
        if !self.closed {
            let newest = self.ballot.as_ref().map_or(0, |(revision, _)| *revision);
            self.ballot = Some((newest + 1, Some(option.into())));
            self.revision += 1;
        }
    }

    pub fn poll(&self) -> Entity {
        let stands = self.ballot.as_ref().and_then(|(_, option)| option.as_deref());
        let votes = OPTIONS.map(|option| u32::from(stands == Some(option)));
        let mut shown = poll(self.revision + 1, votes, None);
        shown.comments = u32::try_from(self.comments.len()).unwrap();
        shown.viewer.ballot = self.ballot.as_ref().map(|(revision, option)| domain::Ballot {
            revision: *revision,
            says: option.as_deref().map_or(Says::TakenBack, |option| Says::This(says(option))),
        });
        entity(&shown)
    }

    fn checklist(&self) -> Entity {
        let json = serde_json::json!({
            "revision": 1 + self.step_done, "title": "Welcome",
            "steps": [{"id": "read", "title": "Read", "by": "member",
                       "done_at": (self.step_done > 0).then_some("2026-11-23T00:00:00Z")}],
        });
        Entity::Checklist(Rc::new(folkmoot::api::checklist_from(&json).unwrap()))
    }

    pub fn entities(&self) -> Vec<Entity> {
        vec![self.poll(), self.checklist()]
    }
}
