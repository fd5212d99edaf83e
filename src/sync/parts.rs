//! The parts of the widget: modules that a page fetches once something on it needs them. Which of them are here, and which
//! elements wait for one.

use super::tell::show;
use super::topic::{Entity, Topic};
use super::{Effect, Part};
use crate::domain::poll::{Kind, Poll};

/// How far a part has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PartState {
    /// Nothing on the page has needed it.
    #[default]
    Unasked,
    /// It is on its way.
    Coming,
    /// It is here.
    Here,
    /// It did not come.
    Missing(Missing),
}

/// Why a part did not come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// It may come the next time.
    Unreachable,
    /// The site has other files by now: only a page that is loaded anew can have them.
    Gone,
}

/// A part, and what waits for it.
#[derive(Debug, Default)]
struct Awaited {
    state: PartState,
    /// What is drawn anew once it is here, or known to be missing.
    topics: Vec<Topic>,
}

/// All parts.
#[derive(Debug, Default)]
pub(super) struct Parts {
    kinds: Awaited,
    card: Awaited,
}

impl Parts {
    fn of(&mut self, part: Part) -> &mut Awaited {
        match part {
            Part::Kinds => &mut self.kinds,
            Part::Card => &mut self.card,
        }
    }

    /// How far a part has come.
    pub(super) fn state(&self, part: Part) -> PartState {
        match part {
            Part::Kinds => self.kinds.state,
            Part::Card => self.card.state,
        }
    }

    /// Something that is shown needs a part, whoever looks at it.
    pub(super) fn await_for(&mut self, entity: &Entity, effects: &mut Vec<Effect>) {
        if let Entity::Poll(poll) = entity
            && needs_kinds(poll)
        {
            let first = self.kinds.state == PartState::Unasked;
            self.wait(Part::Kinds, &entity.resource().topic(), first, effects);
        }
    }

    /// The member opened something that needs a part.
    pub(super) fn need(&mut self, part: Part, topic: &Topic, effects: &mut Vec<Effect>) {
        let fetched =
            matches!(self.of(part).state, PartState::Unasked | PartState::Missing(Missing::Unreachable));
        self.wait(part, topic, fetched, effects);
        show(topic, effects);
    }

    fn wait(&mut self, part: Part, topic: &Topic, fetched: bool, effects: &mut Vec<Effect>) {
        let awaited = self.of(part);
        if awaited.state != PartState::Here && !awaited.topics.contains(topic) {
            awaited.topics.push(topic.clone());
        }
        if fetched {
            awaited.state = PartState::Coming;
            effects.push(Effect::FetchPart(part));
        }
    }

    /// The member asks again for what did not come; where the site has it no more, for the page.
    pub(super) fn retry(&mut self, topic: &Topic, effects: &mut Vec<Effect>) {
        for part in Part::ALL {
            let awaited = self.of(part);
            match awaited.state {
                PartState::Missing(Missing::Gone) if awaited.topics.contains(topic) => {
                    effects.push(Effect::Reload);
                }
                PartState::Missing(Missing::Unreachable) => {
                    awaited.state = PartState::Coming;
                    effects.push(Effect::FetchPart(part));
                    awaited.topics.iter().for_each(|topic| show(topic, effects));
                }
                PartState::Missing(Missing::Gone)
                | PartState::Unasked
                | PartState::Coming
                | PartState::Here => {}
            }
        }
    }

    /// A part came, or did not.
    pub(super) fn fetched(&mut self, part: Part, came: Result<(), Missing>, effects: &mut Vec<Effect>) {
        let awaited = self.of(part);
        awaited.topics.iter().for_each(|topic| show(topic, effects));
        awaited.state = came.map_or_else(PartState::Missing, |()| PartState::Here);
        if came.is_ok() {
            awaited.topics.clear();
        }
    }
}

/// Whether a poll shows more with [`Part::Kinds`] than without.
fn needs_kinds(poll: &Poll) -> bool {
    !matches!(poll.rules.kind, Kind::Choice { .. })
        || poll.series.as_ref().is_some_and(|series| !series.past.is_empty())
        || poll.description.as_bytes().windows(3).any(|part| part == b"://")
}
