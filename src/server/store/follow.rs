//! Who follows what. A change is marked with those alone who follow its topic, and wakes them; a follower that is slow
//! has at most each of its topics marked, never a backlog.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use super::Store;
use super::change::{Change, Topic};
use crate::domain::id::MemberId;

/// Members whose own ballots changed.
pub(super) type Voters = HashSet<MemberId>;

/// What became due of a topic.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Due {
    /// Also the follower's own ballot: what they know of it is old.
    pub own: bool,
}

#[derive(Debug, Default)]
pub(super) struct Hub(Mutex<Followers>);

#[derive(Debug, Default)]
struct Followers {
    /// The place of the last change that was announced.
    last: u64,
    next: u64,
    by_topic: HashMap<Topic, HashMap<u64, Arc<Inbox>>>,
}

#[derive(Debug)]
struct Inbox {
    member: Option<MemberId>,
    due: Mutex<BTreeMap<Topic, Due>>,
    bell: Notify,
}

/// One follower; no more is marked once it is dropped.
#[derive(Debug)]
pub struct Following {
    hub: Arc<Hub>,
    number: u64,
    topics: Vec<Topic>,
    inbox: Arc<Inbox>,
}

/// A lock whose holder cannot panic in between.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Hub {
    pub(super) fn start(&self, last: u64) {
        lock(&self.0).last = last;
    }

    /// Tells those whose ballots are about to change that they cannot go by what they know of them: the poll can be
    /// read as it is afterwards before that is announced.
    pub(super) fn forewarn(&self, changes: &[Change]) {
        let followers = lock(&self.0);
        for change in changes {
            for inbox in followers.of(&change.topic).filter(|inbox| inbox.is_of(change)) {
                inbox.mark(&change.topic, true);
            }
        }
    }

    pub(super) fn announce(&self, changes: Vec<Change>) {
        let mut followers = lock(&self.0);
        for change in changes {
            followers.last = change.id;
            for inbox in followers.of(&change.topic) {
                inbox.mark(&change.topic, inbox.is_of(&change));
                inbox.bell.notify_one();
            }
        }
    }
}

impl Followers {
    fn of(&self, topic: &Topic) -> impl Iterator<Item = &Inbox> {
        self.by_topic.get(topic).into_iter().flat_map(HashMap::values).map(AsRef::as_ref)
    }
}

impl Inbox {
    /// Whether this changes the follower's own ballot.
    fn is_of(&self, change: &Change) -> bool {
        self.member.as_ref().is_some_and(|member| change.voters.contains(member))
    }

    fn mark(&self, topic: &Topic, own: bool) {
        lock(&self.due).entry(topic.clone()).or_default().own |= own;
    }
}

impl Store {
    /// The place of the last change. All changes up to it are marked, and what is read after this has them in it.
    pub fn position(&self) -> u64 {
        lock(&self.hub.0).last
    }

    /// Follows topics from now on, for a member or a guest.
    pub fn follow(&self, topics: &[Topic], member: Option<MemberId>) -> Following {
        let inbox = Arc::new(Inbox { member, due: Mutex::default(), bell: Notify::new() });
        let mut followers = lock(&self.hub.0);
        let number = followers.next;
        followers.next += 1;
        for topic in topics {
            let of_topic = followers.by_topic.entry(topic.clone()).or_default();
            of_topic.insert(number, Arc::clone(&inbox));
        }
        Following { hub: Arc::clone(&self.hub), number, topics: topics.to_vec(), inbox }
    }
}

impl Following {
    /// Resolves when something is due.
    pub async fn wait(&self) {
        while lock(&self.inbox.due).is_empty() {
            self.inbox.bell.notified().await;
        }
    }

    /// Marks everything of a topic as due.
    pub fn mark(&self, topic: &Topic) {
        self.inbox.mark(topic, true);
    }

    /// Whether the follower's own ballot may have changed since what is due was taken.
    pub fn is_old(&self, topic: &Topic) -> bool {
        lock(&self.inbox.due).get(topic).is_some_and(|due| due.own)
    }

    /// Takes what is due.
    pub fn take(&self) -> BTreeMap<Topic, Due> {
        std::mem::take(&mut *lock(&self.inbox.due))
    }
}

impl Drop for Following {
    fn drop(&mut self) {
        let mut followers = lock(&self.hub.0);
        for topic in &self.topics {
            if let Some(of_topic) = followers.by_topic.get_mut(topic) {
                of_topic.remove(&self.number);
                if of_topic.is_empty() {
                    followers.by_topic.remove(topic);
                }
            }
        }
    }
}
