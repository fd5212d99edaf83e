//! The topics that pages follow. A change is marked only for the followers of its topic, and wakes them. A slow follower has at
//! most one mark for each of its topics, never a backlog.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::domain::id::{MemberId, PollId};

/// Something that a page can follow.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Topic {
    /// A poll.
    Poll(PollId),
    /// The state of one member, such as their checklist.
    Member(MemberId),
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Poll(id) => write!(f, "poll:{id}"),
            Self::Member(id) => write!(f, "member:{id}"),
        }
    }
}

/// The members for whom something of their own changed, such as their ballot.
pub type Voters = HashSet<MemberId>;

/// A change of a topic.
#[derive(Clone, Debug)]
pub struct Change {
    /// For a poll, the change's place in the order of all changes, one more than the place before; for a member, the last place
    /// taken.
    pub id: u64,
    /// The topic that changed.
    pub topic: Topic,
    /// The members whose own ballots changed, too.
    pub voters: Voters,
}

/// What a follower has to be sent about a topic.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Due {
    /// Whether the follower's own ballot may have changed, too, and has to be read again.
    pub own: bool,
}

#[derive(Debug, Default)]
pub struct Hub(Mutex<Followers>);

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

/// A follower. Changes are marked for it until it is dropped.
#[derive(Debug)]
pub struct Subscription {
    hub: Arc<Hub>,
    number: u64,
    topics: Vec<Topic>,
    inbox: Arc<Inbox>,
}

/// Locks a mutex. It cannot be poisoned, since nothing panics while it is locked.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Hub {
    /// The members whose own topic a page follows.
    pub fn members(&self) -> Vec<MemberId> {
        let member = |topic: &Topic| match topic {
            Topic::Member(member) => Some(member.clone()),
            Topic::Poll(_) => None,
        };
        lock(&self.0).by_topic.keys().filter_map(member).collect()
    }

    /// Follows topics from now on, for a member or a guest.
    pub fn subscribe(self: &Arc<Self>, topics: &[Topic], member: Option<MemberId>) -> Subscription {
        let inbox = Arc::new(Inbox { member, due: Mutex::default(), bell: Notify::new() });
        let mut followers = lock(&self.0);
        let number = followers.next;
        followers.next += 1;
        for topic in topics {
            let of_topic = followers.by_topic.entry(topic.clone()).or_default();
            of_topic.insert(number, Arc::clone(&inbox));
        }
        Subscription { hub: Arc::clone(self), number, topics: topics.to_vec(), inbox }
    }

    pub fn start(&self, last: u64) {
        lock(&self.0).last = last;
    }

    /// The place of the last change that was announced.
    pub fn last(&self) -> u64 {
        lock(&self.0).last
    }

    /// Marks for the members whose own ballots are about to change that these have to be read again. This happens before the
    /// commit, since the changed poll can be read before its change is announced.
    pub fn forewarn(&self, changes: &[Change]) {
        let followers = lock(&self.0);
        for change in changes {
            for inbox in followers.of(&change.topic).filter(|inbox| inbox.is_of(change)) {
                inbox.mark(&change.topic, true);
            }
        }
    }

    pub fn announce(&self, changes: Vec<Change>) {
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
    /// Whether a change concerns the follower's own ballot.
    fn is_of(&self, change: &Change) -> bool {
        self.member.as_ref().is_some_and(|member| change.voters.contains(member))
    }

    fn mark(&self, topic: &Topic, own: bool) {
        lock(&self.due).entry(topic.clone()).or_default().own |= own;
    }
}

impl Subscription {
    /// Resolves when a topic is due.
    pub async fn wait(&self) {
        while lock(&self.inbox.due).is_empty() {
            self.inbox.bell.notified().await;
        }
    }

    /// Marks a topic, with the follower's own ballot, as due.
    pub fn mark(&self, topic: &Topic) {
        self.inbox.mark(topic, true);
    }

    /// Whether the follower's own ballot may have changed since the due topics were last taken.
    pub fn is_old(&self, topic: &Topic) -> bool {
        lock(&self.inbox.due).get(topic).is_some_and(|due| due.own)
    }

    /// Takes the due topics.
    pub fn take(&self) -> BTreeMap<Topic, Due> {
        std::mem::take(&mut *lock(&self.inbox.due))
    }
}

impl Drop for Subscription {
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
