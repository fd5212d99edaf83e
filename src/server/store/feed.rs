//! Who follows what. A change is marked with those alone who follow its topic, and wakes them; a follower that is slow
//! has at most each of its topics marked, never a backlog.

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
    /// What concerns one member alone.
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

/// Members whose own ballots changed.
pub type Voters = HashSet<MemberId>;

/// That something changed.
#[derive(Clone, Debug)]
pub struct Change {
    /// A poll's place in the order of all changes, one more than the one before; for a member, the last place taken.
    pub id: u64,
    /// What changed.
    pub topic: Topic,
    /// Whose ballots did.
    pub voters: Voters,
}

/// What became due of a topic.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Due {
    /// Also the follower's own ballot: what they know of it is old.
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
    /// Members whose own topic somebody follows.
    pub fn members(&self) -> Vec<MemberId> {
        let member = |topic: &Topic| match topic {
            Topic::Member(member) => Some(member.clone()),
            Topic::Poll(_) => None,
        };
        lock(&self.0).by_topic.keys().filter_map(member).collect()
    }

    /// Follows topics from now on, for a member or a guest.
    pub fn follow(self: &Arc<Self>, topics: &[Topic], member: Option<MemberId>) -> Following {
        let inbox = Arc::new(Inbox { member, due: Mutex::default(), bell: Notify::new() });
        let mut followers = lock(&self.0);
        let number = followers.next;
        followers.next += 1;
        for topic in topics {
            let of_topic = followers.by_topic.entry(topic.clone()).or_default();
            of_topic.insert(number, Arc::clone(&inbox));
        }
        Following { hub: Arc::clone(self), number, topics: topics.to_vec(), inbox }
    }

    pub fn start(&self, last: u64) {
        lock(&self.0).last = last;
    }

    /// The place of the last change that was announced.
    pub fn last(&self) -> u64 {
        lock(&self.0).last
    }

    /// Tells those whose ballots are about to change that they cannot go by what they know of them: the poll can be
    /// read as it is afterwards before that is announced.
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
    /// Whether this changes the follower's own ballot.
    fn is_of(&self, change: &Change) -> bool {
        self.member.as_ref().is_some_and(|member| change.voters.contains(member))
    }

    fn mark(&self, topic: &Topic, own: bool) {
        lock(&self.due).entry(topic.clone()).or_default().own |= own;
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
