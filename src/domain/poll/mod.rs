//! Polls, ballots and tallies: who may vote when, what a ballot may say, who may see the result.

mod asks;
mod ballot;
mod comment;
mod draft;
mod kind;
mod own;
mod page;
mod rules;
mod series;
mod tally;

pub use asks::Asks;
pub use ballot::{Answer, BadBallot, Ballot, MAX_REASON, Says, Value};
pub use comment::{BadComment, Comment, MAX_COMMENT};
pub use draft::Draft;
pub use kind::{AVAILABLE, BadKind, Base, Kind, MOST, Method, Proposal, Reasons, STANCES, Scale};
pub use own::{BadOption, MOST_OWN, OwnOptions, Proposed};
pub use page::{Entry, List, Page};
pub use rules::{BadRules, MAX_DESCRIPTION, MAX_OPTIONS, MAX_TITLE, Phase, Results, Rules, Secrecy};
pub use series::{MOST_PAST, Past, ROUND, Series};
pub use tally::{Count, Points, Stand, Tally, mean, median};

use super::id::{OptionId, PollId};
use super::link::Link;
use super::time::Timestamp;

/// A poll as one viewer may see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Poll {
    /// Its name on the host.
    pub id: PollId,
    /// Orders this poll's states: every change that any viewer can notice raises it.
    pub revision: u64,
    /// The question.
    pub title: String,
    /// A plain sentence or two under the question; may be empty.
    pub description: String,
    /// What can be chosen, in the poll's own order.
    pub options: Vec<PollOption>,
    /// Options that wait for staff: for them to see, and those of the viewer's own.
    pub proposed: Vec<Proposed>,
    /// What stands for the whole life of the poll.
    pub rules: Rules,
    /// How many comments there are.
    pub comments: u32,
    /// How many voted.
    pub turnout: Turnout,
    /// The votes counted, where the viewer may see them.
    pub tally: Option<Tally>,
    /// Which round it is, of a poll that comes back.
    pub series: Option<Series>,
    /// What this viewer may do and did.
    pub viewer: Viewer,
}

/// What is said of options, in their order. A sort would be a good deal more code for a few items.
pub fn in_order<T>(options: &[PollOption], said: &mut Vec<T>, of: impl Fn(&T) -> &OptionId) -> Vec<T> {
    let find = |option: &PollOption| {
        let at = said.iter().position(|said| *of(said) == option.id)?;
        Some(said.swap_remove(at))
    };
    options.iter().filter_map(find).collect()
}

/// One thing that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PollOption {
    /// Its name within the poll.
    pub id: OptionId,
    /// What a member reads.
    pub label: String,
    /// A picture of it.
    pub picture: Option<Link>,
    /// Where more is to be read of it.
    pub link: Option<Link>,
    /// The time that it stands for, in a poll about when.
    pub slot: Option<Slot>,
    /// How many had voted before it was added; `None` where nobody had.
    pub added_after: Option<u32>,
}

impl PollOption {
    /// An option of this name, and nothing else said of it.
    pub fn new(id: OptionId, label: &str) -> Self {
        Self { id, label: label.into(), picture: None, link: None, slot: None, added_after: None }
    }
}

/// A time to choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot {
    /// When it starts.
    pub starts_at: Timestamp,
    /// When it ends, where that is said.
    pub ends_at: Option<Timestamp>,
    /// Minutes ahead of UTC of the poll's zone then, where known.
    pub offset: Option<i32>,
}

impl Slot {
    /// Whether it does not end before it starts.
    pub fn is_sound(&self) -> bool {
        self.ends_at.is_none_or(|end| end > self.starts_at)
    }
}

/// A time zone, as far as a poll needs it: what its clocks say when the poll opens and when it closes. The host works
/// that out, since a browser takes long to load its own tables of zones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone {
    /// Its IANA name, such as `Europe/Berlin`.
    pub name: String,
    /// Minutes ahead of UTC when the poll opens, where known.
    pub at_opening: Option<i32>,
    /// Minutes ahead of UTC when it closes, where known.
    pub at_closing: Option<i32>,
}

/// How many voted, of how many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Turnout {
    /// Members who have cast a ballot.
    pub cast: u32,
    /// Members who may, where the host knows.
    pub entitled: Option<u32>,
}

/// What this viewer may do and did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Viewer {
    /// Whether they may vote while the poll is open.
    pub standing: Standing,
    /// Their ballot, if they ever cast one.
    pub ballot: Option<Ballot>,
    /// Whether they want to hear what comes of it; `None` where they cannot ask for that.
    pub follows: Option<bool>,
    /// Whether they are of the staff, who see to the poll.
    pub staff: bool,
}

impl Viewer {
    /// A viewer of whom nothing else is known.
    pub const fn new(standing: Standing) -> Self {
        Self { standing, ballot: None, follows: None, staff: false }
    }
}

/// Whether a viewer may vote while the poll is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// They may.
    Entitled,
    /// A guest whom this poll asks: they may without signing in.
    Invited,
    /// A guest: they may once they have signed in.
    Guest,
    /// A member whom this poll does not ask.
    NotEntitled,
    /// The host did not say, as in news that are the same for everybody; what it said before stands.
    Unsaid,
}

impl Standing {
    /// Whether the viewer may vote as they are.
    pub fn may_vote(self) -> bool {
        matches!(self, Self::Entitled | Self::Invited)
    }
}

impl Poll {
    /// What the viewer's ballot says; nothing where they have none, took it back, or nobody knows any more.
    pub fn answer(&self) -> Option<&Answer> {
        self.viewer.ballot.as_ref()?.answer()
    }

    /// What the viewer's ballot says of an option, as a number.
    pub fn says_of(&self, option: &OptionId) -> Option<i32> {
        self.answer()?.marks().into_iter().find(|(id, _)| *id == option).map(|(_, value)| value)
    }

    /// Whether a ballot of the viewer stands.
    pub fn has_voted(&self) -> bool {
        self.viewer.ballot.as_ref().is_some_and(Ballot::stands)
    }

    /// The revision that the viewer's next ballot needs.
    pub fn next_ballot(&self) -> u64 {
        self.viewer.ballot.as_ref().map_or(0, |ballot| ballot.revision).max(self.floor()) + 1
    }

    /// Which round it is; 1 for a poll that does not come back.
    pub fn round(&self) -> u32 {
        self.series.as_ref().map_or(1, |series| series.number)
    }

    /// The number above which ballots are numbered.
    fn floor(&self) -> u64 {
        self.series.as_ref().map_or(0, Series::floor)
    }

    /// The place of an option in the poll's own order.
    pub fn place(&self, option: &OptionId) -> Option<usize> {
        self.options.iter().position(|o| o.id == *option)
    }

    /// The poll as it will be once the host has this answer, to be shown until then. Without one the ballot is taken
    /// back. A tally that the viewer cannot see yet stays unknown.
    #[must_use]
    pub fn with_answer(&self, revision: u64, answer: Option<&Answer>) -> Self {
        let mut next = self.clone();
        let cast = next.turnout.cast + u32::from(answer.is_some());
        next.turnout.cast = cast.saturating_sub(u32::from(self.has_voted()));
        if let Some(tally) = &mut next.tally {
            tally.replace(self.rules.kind, &self.options, self.answer(), answer);
        }
        let says = answer.map_or(Says::TakenBack, |answer| Says::This(answer.clone()));
        next.viewer.ballot = Some(Ballot { revision, says });
        next
    }

    /// The poll with what an earlier state of it said and this one leaves out: the viewer, in news that are the same for
    /// everybody, and what they chose in an anonymous poll, which the host cannot know.
    #[must_use]
    pub fn after(mut self, earlier: &Self) -> Self {
        if self.viewer.standing == Standing::Unsaid {
            self.viewer = earlier.viewer.clone();
            self.proposed.clone_from(&earlier.proposed);
            let floor = self.floor();
            // That ballot was of a round that is over.
            self.viewer.ballot.take_if(|ballot| ballot.revision <= floor);
        } else if let (Some(ballot), Some(known)) = (&mut self.viewer.ballot, &earlier.viewer.ballot)
            && ballot.says == Says::Unknown
            && ballot.revision == known.revision
        {
            ballot.says.clone_from(&known.says);
        }
        self.turnout.entitled = self.turnout.entitled.or(earlier.turnout.entitled);
        self
    }
}

#[cfg(test)]
mod tests;
