//! The belonging checklist: the few steps by which a newcomer settles in.

use super::id::StepId;
use super::link::Link;
use super::time::Timestamp;

/// One member's checklist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checklist<T = String> {
    /// Orders the states of this member's checklist: a later state has a greater revision.
    pub revision: u64,
    /// The heading.
    pub title: T,
    /// The steps that this member can see, in order.
    pub steps: Vec<Step<T>>,
}

/// One task on the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step<T = String> {
    /// Unique within the checklist.
    pub id: StepId,
    /// What to do, in a few words.
    pub title: T,
    /// Why it is worth doing; may be empty.
    pub why: T,
    /// A link to where it is done.
    pub action: Option<Action<T>>,
    /// Who marks it as done.
    pub by: DoneBy,
    /// When it was done; `None` while it is not. A step that is done stays done.
    pub done_at: Option<Timestamp>,
    /// Whether progress leaves it out.
    pub optional: bool,
}

/// A link to where a step is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action<T = String> {
    /// The link's text.
    pub label: T,
    /// The link's target.
    pub href: Link,
}

/// Who marks a step as done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DoneBy {
    /// The member, by hand.
    Member,
    /// The host, when it sees the member do it.
    Host,
}

/// How far a member has come. Optional steps are left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// How many steps are done.
    pub done: u32,
    /// How many steps there are.
    pub of: u32,
}

impl<T> Checklist<T> {
    /// The checklist with its texts read.
    pub fn map<U>(self, read: &mut impl FnMut(T) -> U) -> Checklist<U> {
        let title = read(self.title);
        let steps = self.steps.into_iter().map(|step| step.map(read)).collect();
        Checklist { revision: self.revision, title, steps }
    }
}

impl<T> Step<T> {
    fn map<U>(self, read: &mut impl FnMut(T) -> U) -> Step<U> {
        Step {
            id: self.id,
            title: read(self.title),
            why: read(self.why),
            action: self.action.map(|action| Action { label: read(action.label), href: action.href }),
            by: self.by,
            done_at: self.done_at,
            optional: self.optional,
        }
    }
}

impl Checklist {
    /// The progress; `None` where every step is optional, since such a list is not a finished one.
    pub fn progress(&self) -> Option<Progress> {
        let (mut done, mut of) = (0, 0);
        for step in self.steps.iter().filter(|s| !s.optional) {
            of += 1;
            done += u32::from(step.done_at.is_some());
        }
        (of > 0).then_some(Progress { done, of })
    }

    /// The first step that is not done.
    pub fn current(&self) -> Option<&Step> {
        self.steps.iter().find(|s| s.done_at.is_none())
    }

    /// A copy in which this step is done at `now`, to be shown until the host confirms it.
    #[must_use]
    pub fn with_done(&self, id: &StepId, now: Timestamp) -> Self {
        let mut next = self.clone();
        for step in next.steps.iter_mut().filter(|s| s.id == *id) {
            step.done_at.get_or_insert(now);
        }
        next
    }
}

impl Progress {
    /// Whether all steps are done, optional ones aside.
    pub fn is_finished(self) -> bool {
        self.done == self.of
    }
}
