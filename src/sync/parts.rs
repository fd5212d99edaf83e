//! The parts of the widget, which are modules that a page fetches once something on it needs them: the state of each part, and
//! the topics that wait for it.

use super::tell::show;
use super::topic::{Entity, Topic};
use super::{Effect, Part};
use crate::domain::poll::{Kind, Poll};

/// The state of a part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PartState {
    /// Nothing on the page has needed the part.
    #[default]
    Unasked,
    /// The part is being fetched.
    Coming,
    /// The part was fetched.
    Here,
    /// The part could not be fetched.
    Missing(Missing),
}

/// Why a part could not be fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// The request failed. A retry may succeed.
    Unreachable,
    /// The site has other files by now, which only a reloaded page can fetch.
    Gone,
}

/// A part, and the topics that wait for it.
#[derive(Debug, Default)]
struct Awaited {
    state: PartState,
    /// The topics that are drawn again once the part was fetched, or could not be fetched.
    topics: Vec<Topic>,
}

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

    pub(super) fn state(&self, part: Part) -> PartState {
        match part {
            Part::Kinds => self.kinds.state,
            Part::Card => self.card.state,
        }
    }

    /// Fetches the part that a shown state needs for every viewer, unless that was tried before.
    pub(super) fn await_for(&mut self, entity: &Entity, effects: &mut Vec<Effect>) {
        if let Entity::Poll(poll) = entity
            && needs_kinds(poll)
        {
            self.await_kinds(&entity.resource().topic(), effects);
        }
    }

    /// Fetches [`Part::Kinds`] for something that is shown, unless that was tried before.
    pub(super) fn await_kinds(&mut self, topic: &Topic, effects: &mut Vec<Effect>) {
        let first = self.kinds.state == PartState::Unasked;
        self.wait(Part::Kinds, topic, first, effects);
    }

    /// Fetches a part for something that the member opened, unless the part is here or being fetched.
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

    /// Retries the parts that could not be fetched. Reloads the page if this topic waits for a part that the site no longer has.
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

    /// Stores whether a part was fetched, and draws the topics that wait for it.
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
        || poll.title_edited.is_some()
        || poll.description_edited.is_some()
        || poll.options.iter().any(|option| option.edited.is_some())
}
