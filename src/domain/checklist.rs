//! The belonging checklist: the few steps by which a newcomer settles in.

use super::id::StepId;
use super::link::Link;
use super::time::Timestamp;

/// One member's checklist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checklist {
    /// Orders the states of this member's checklist: a later state has a greater revision.
    pub revision: u64,
    /// The heading.
    pub title: String,
    /// The steps that this member can see, in order.
    pub steps: Vec<Step>,
}

/// One task on the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Unique within the checklist.
    pub id: StepId,
    /// What to do, in a few words.
    pub title: String,
    /// Why it is worth doing; may be empty.
    pub why: String,
    /// A link to where it is done.
    pub action: Option<Action>,
    /// Who marks it as done.
    pub by: DoneBy,
    /// When it was done; `None` while it is not. A step that is done stays done.
    pub done_at: Option<Timestamp>,
    /// Whether progress leaves it out.
    pub optional: bool,
}

/// A link to where a step is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    /// The link's text.
    pub label: String,
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
