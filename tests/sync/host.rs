//! What a host does with a member's writes.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use folkmoot::domain::poll::{self as domain, Says, Standing};
use folkmoot::sync::{Act, Decision, Entity, Pending, RefusalKind};

use crate::{entity, poll, says};

pub const OPTIONS: [&str; 2] = ["pizza", "sushi"];

/// What comes back from a call, if anything does.
#[derive(Clone, Copy, Debug)]
pub enum Outcome {
    Granted,
    /// A firewall's word.
    Foreign(u16),
    Refused(RefusalKind, bool),
    Busy(u32),
    Nothing,
}

/// The option that a ballot names.
pub fn option(answer: &domain::Answer) -> String {
    answer.marks()[0].0.to_string()
}

/// What the host stores, by the rules of the Host API.
#[derive(Clone, Default)]
pub struct Host {
    /// Which start of the host this is.
    pub epoch: u32,
    revision: u64,
    /// Each member's ballot: its revision and its option, none once taken back.
    pub ballots: BTreeMap<String, (u64, Option<String>)>,
    keys: BTreeSet<String>,
    /// Keys in the order in which they were granted.
    pub granted: Vec<String>,
    /// Whom each was granted to.
    pub granted_to: BTreeMap<String, String>,
    pub closed: bool,
    /// How often each member's step was done.
    pub steps_done: BTreeMap<String, u32>,
    /// What was said, in the order in which it came.
    pub comments: Vec<String>,
    /// What a call has to prove: it changes when logins expire and CSRF tokens are replaced.
    pub proof: u32,
    /// It says no to whoever asks, and not why.
    pub locked: bool,
}

impl Host {
    /// Takes a write with the token of a member, `ann:0`, or none; and with what proves that a page of theirs sends it.
    pub fn take(&mut self, pending: &Pending, token: &str, csrf: Option<&str>) -> Outcome {
        if self.locked {
            return Outcome::Refused(RefusalKind::Unverified, false);
        }
        let Some(member) = self.member(token) else { return Outcome::Refused(RefusalKind::SignedOut, false) };
        if self.proof % 2 == 1 && csrf != Some(&self.csrf()) {
            return Outcome::Refused(RefusalKind::Unverified, false);
        }
        if self.keys.contains(&pending.key) {
            return Outcome::Granted;
        }
        match &pending.decision {
            Decision::Step(_) => {
                let done = self.steps_done.entry(member.into()).or_default();
                *done += u32::from(*done == 0);
            }
            Decision::Act(_, Act::Comment(text)) => self.comments.push(text.clone()),
            Decision::Act(..) => return Outcome::Refused(RefusalKind::NotPossible, false),
            Decision::Ballot(_, answer) => {
                if self.closed {
                    return Outcome::Refused(RefusalKind::PollClosed, true);
                }
                if self.ballots.get(member).is_some_and(|(newest, _)| pending.revision <= *newest) {
                    return Outcome::Refused(RefusalKind::Superseded, true);
                }
                self.ballots.insert(member.into(), (pending.revision, answer.as_ref().map(option)));
            }
        }
        self.revision += 1;
        self.keys.insert(pending.key.clone());
        self.granted.push(pending.key.clone());
        self.granted_to.insert(pending.key.clone(), member.into());
        Outcome::Granted
    }

    /// Takes a member's vote as a host does that knows neither keys nor revisions.
    pub fn overwrite(&mut self, member: &str, option: &str, key: &str) {
        self.ballots.insert(member.into(), (0, Some(option.into())));
        self.granted.push(key.into());
        self.granted_to.insert(key.into(), member.into());
    }

    /// Starts again on this copy of its database, or on the database as it is. Logins are the site's: no copy takes them back.
    pub fn restart(&mut self, copy: Option<Self>) {
        let (epoch, proof, locked) = (self.epoch + 1, self.proof, self.locked);
        let database = copy.unwrap_or_else(|| self.clone());
        *self = Self { epoch, proof, locked, ..database };
    }

    /// Ann votes on another device, which has seen the newest ballot.
    pub fn vote_elsewhere(&mut self, option: &str) {
        if !self.closed {
            let newest = self.ballots.get("ann").map_or(0, |(revision, _)| *revision);
            self.ballots.insert("ann".into(), (newest + 1, Some(option.into())));
            self.revision += 1;
        }
    }

    /// Who a token is for, where it is one of now.
    pub fn member<'a>(&self, token: &'a str) -> Option<&'a str> {
        token.split_once(':').filter(|(_, proof)| *proof == self.login()).map(|(member, _)| member)
    }

    /// What tokens prove now: each second new proof is a login's.
    pub fn login(&self) -> String {
        (self.proof / 2).to_string()
    }

    /// What a write has to say besides where the last new proof was no login's.
    pub fn csrf(&self) -> String {
        self.proof.to_string()
    }

    /// The poll as this member sees it, or a guest. Its title says whom it was told to.
    pub fn poll(&self, member: Option<&str>) -> Entity {
        let stands =
            |option: &str| self.ballots.values().filter(|(_, o)| o.as_deref() == Some(option)).count();
        let votes = OPTIONS.map(|option| u32::try_from(stands(option)).unwrap());
        let mut shown = poll(self.revision + 1, votes, None);
        shown.title = member.unwrap_or("a guest").into();
        shown.comments = u32::try_from(self.comments.len()).unwrap();
        shown.viewer.standing = if member.is_some() { Standing::Entitled } else { Standing::Guest };
        let ballot = member.and_then(|member| self.ballots.get(member));
        shown.viewer.ballot = ballot.map(|(revision, option)| domain::Ballot {
            revision: *revision,
            says: option.as_deref().map_or(Says::TakenBack, |option| Says::This(says(option))),
        });
        entity(&shown)
    }

    fn checklist(&self, member: &str) -> Entity {
        let done = self.steps_done.get(member).copied().unwrap_or_default();
        let json = serde_json::json!({
            "revision": 1 + done, "title": member,
            "steps": [{"id": "read", "title": "Read", "by": "member",
                       "done_at": (done > 0).then_some("2026-11-23T00:00:00Z")}],
        });
        Entity::Checklist(Rc::new(folkmoot::api::checklist_from(&json).unwrap()))
    }

    pub fn entities(&self, member: Option<&str>) -> Vec<Entity> {
        std::iter::once(self.poll(member)).chain(member.map(|member| self.checklist(member))).collect()
    }
}
