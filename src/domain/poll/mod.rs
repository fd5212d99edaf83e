//! Polls, ballots and tallies: who may vote when, what a ballot may say, who may see the result.

mod asks;
mod ballot;
mod comment;
mod draft;
mod edited;
pub mod examples;
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
pub use edited::Edited;
pub use kind::{AVAILABLE, BadKind, Base, Kind, MOST, Method, Proposal, Reasons, Scale, Stance};
pub use own::{BadOption, MOST_OWN, Proposed};
pub use page::{Entry, List, Page};
pub use rules::{
    BadRules, MAX_DESCRIPTION, MAX_OPTIONS, MAX_TITLE, OwnOptions, Phase, Results, Rules, Secrecy,
};
pub use series::{MOST_PAST, Past, ROUND, Series};
pub use tally::{Count, Points, Stand, Tally, mean, median};

use super::id::{OptionId, PollId};
use super::link::Link;
use super::time::{Date, Timestamp};

/// A poll as one viewer may see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Poll<T = String> {
    /// The poll's id on the host.
    pub id: PollId,
    /// Orders the states of this poll: every change that any viewer can notice raises it.
    pub revision: u64,
    /// The question.
    pub title: T,
    /// The question's earlier texts, where staff changed it after votes.
    pub title_edited: Option<Edited<T>>,
    /// A plain sentence or two under the question; may be empty.
    pub description: T,
    /// The description's earlier texts, where staff changed it after votes.
    pub description_edited: Option<Edited<T>>,
    /// The options, in the poll's order.
    pub options: Vec<PollOption<T>>,
    /// Options that await approval: staff see all of them, other viewers only their own.
    pub proposed: Vec<Proposed>,
    /// The poll's settings.
    pub rules: Rules,
    /// The number of comments.
    pub comments: u32,
    /// How many members voted.
    pub turnout: Turnout,
    /// The tally, where the viewer may see it.
    pub tally: Option<Tally>,
    /// The round, of a poll that recurs.
    pub series: Option<Series>,
    /// What concerns this viewer alone.
    pub viewer: Viewer,
}

/// Moves the items that are `of` one of the options out of `said`, in the order of the options. A sort would cost the widget
/// more bytes.
pub fn in_order<T, L>(options: &[PollOption<L>], said: &mut Vec<T>, of: impl Fn(&T) -> &OptionId) -> Vec<T> {
    let find = |option: &PollOption<L>| {
        let at = said.iter().position(|said| *of(said) == option.id)?;
        Some(said.swap_remove(at))
    };
    options.iter().filter_map(find).collect()
}

/// An option of a poll.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PollOption<T = String> {
    /// The option's id, unique within the poll.
    pub id: OptionId,
    /// The text that members read; may be empty in a poll about when.
    pub label: T,
    /// A picture of the option.
    pub picture: Option<Link>,
    /// A page with more about the option.
    pub link: Option<Link>,
    /// The day or time, in a poll about when.
    pub when: Option<When>,
    /// How many members had voted when the option was added; `None` where nobody had.
    pub added_after: Option<u32>,
    /// The label's earlier texts, where staff changed it after votes.
    pub edited: Option<Edited<T>>,
}

impl<T> PollOption<T> {
    /// The option with its texts read.
    pub fn map<U>(self, read: &mut impl FnMut(T) -> U) -> PollOption<U> {
        PollOption {
            id: self.id,
            label: read(self.label),
            picture: self.picture,
            link: self.link,
            when: self.when,
            added_after: self.added_after,
            edited: self.edited.map(|edited| edited.map(read)),
        }
    }
}

impl PollOption {
    /// An option with this id and label, and nothing else.
    pub fn new(id: OptionId, label: &str) -> Self {
        Self {
            id,
            label: label.into(),
            picture: None,
            link: None,
            when: None,
            added_after: None,
            edited: None,
        }
    }

    /// Whether members could not tell the two options apart: their labels read the `same`, and their days or times are equal.
    pub fn is_double(&self, other: &Self, same: &dyn Fn(&str, &str) -> bool) -> bool {
        self.when.map(When::plain) == other.when.map(When::plain) && same(&self.label, &other.label)
    }
}

/// The day or time that an option of a poll about when stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// A whole day, the same day of the calendar in every time zone.
    Day(Date),
    /// A time of day, on one day.
    Time(Slot),
}

impl When {
    /// Whether it ends after it starts, and RFC 3339 can write its times.
    pub fn is_sound(self) -> bool {
        match self {
            Self::Day(_) => true,
            Self::Time(slot) => slot.is_sound(),
        }
    }

    /// The same day or time without UTC offsets.
    #[must_use]
    pub fn plain(self) -> Self {
        match self {
            Self::Day(day) => Self::Day(day),
            Self::Time(slot) => Self::Time(Slot::new(slot.starts_at, slot.ends_at)),
        }
    }
}

/// When a time starts and, where known, ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot {
    /// When it starts.
    pub starts_at: Timestamp,
    /// When it ends.
    pub ends_at: Option<Timestamp>,
    /// The UTC offset of the poll's time zone at the start, in minutes, where known.
    pub offset: Option<i32>,
    /// The UTC offset of the poll's time zone at the end, in minutes, where known.
    pub end_offset: Option<i32>,
}

impl Slot {
    /// A slot with unknown UTC offsets.
    pub const fn new(starts_at: Timestamp, ends_at: Option<Timestamp>) -> Self {
        Self { starts_at, ends_at, offset: None, end_offset: None }
    }

    /// Whether it ends after it starts, and RFC 3339 can write its times.
    pub fn is_sound(&self) -> bool {
        self.starts_at.is_writable()
            && self.ends_at.is_none_or(|end| end > self.starts_at && end.is_writable())
    }
}

/// A time zone, with its UTC offset when the poll opens and when it closes. The host computes the offsets, since a browser
/// takes long to load its own tables of time zones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone {
    /// The IANA name, such as `Europe/Berlin`.
    pub name: String,
    /// The UTC offset when the poll opens, in minutes, where known.
    pub at_opening: Option<i32>,
    /// The UTC offset when the poll closes, in minutes, where known.
    pub at_closing: Option<i32>,
}

/// How many members voted, and how many may.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Turnout {
    /// How many have cast a ballot.
    pub cast: u32,
    /// How many may vote, where the host knows.
    pub entitled: Option<u32>,
}

/// What one viewer may do, and has done, in a poll.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Viewer {
    /// Whether they may vote while the poll is open.
    pub standing: Standing,
    /// Their ballot, if they ever cast one. It may have been taken back.
    pub ballot: Option<Ballot>,
    /// Whether they are notified of the result; `None` where this viewer cannot follow the poll.
    pub follows: Option<bool>,
    /// Whether they belong to the staff, who manage the poll.
    pub staff: bool,
}

impl Viewer {
    /// A viewer without a ballot who cannot follow the poll and is not of the staff.
    pub const fn new(standing: Standing) -> Self {
        Self { standing, ballot: None, follows: None, staff: false }
    }
}

/// Whether a viewer may vote while the poll is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// A member who may vote.
    Entitled,
    /// A guest who may vote without signing in.
    Invited,
    /// A guest who may vote once they have signed in.
    Guest,
    /// A member who may not vote in this poll.
    NotEntitled,
    /// The host did not say, because it sent the same update to everybody: what it said before still holds.
    Unsaid,
}

impl Standing {
    /// Whether the viewer may vote without signing in first.
    pub fn may_vote(self) -> bool {
        matches!(self, Self::Entitled | Self::Invited)
    }
}

impl<T> Poll<T> {
    /// Whether the viewer has a ballot that was not taken back.
    pub fn has_voted(&self) -> bool {
        self.viewer.ballot.as_ref().is_some_and(Ballot::stands)
    }

    /// The revision of the viewer's next ballot.
    pub fn next_ballot(&self) -> u64 {
        self.viewer.ballot.as_ref().map_or(0, |ballot| ballot.revision).max(self.floor()) + 1
    }

    /// Checks that the poll accepts an answer, and returns its normal form: equal votes give equal answers.
    pub fn take(&self, answer: Answer) -> Result<Answer, BadBallot> {
        ballot::take(self, answer)
    }

    /// [`take`](Self::take) for a choice, without the code that other kinds need.
    pub fn take_choice(&self, answer: Answer) -> Result<Answer, BadBallot> {
        ballot::take_choice(self, answer)
    }

    /// The number of the round; 1 for a poll that does not recur.
    pub fn round(&self) -> u32 {
        self.series.as_ref().map_or(1, |series| series.number)
    }

    /// Revisions of this round's ballots are greater than this.
    fn floor(&self) -> u64 {
        self.series.as_ref().map_or(0, Series::floor)
    }

    /// The index of an option in the poll's order.
    pub fn place(&self, option: &OptionId) -> Option<usize> {
        self.options.iter().position(|o| o.id == *option)
    }

    /// The poll with its texts read.
    pub fn map<U>(self, read: &mut impl FnMut(T) -> U) -> Poll<U> {
        Poll {
            id: self.id,
            revision: self.revision,
            title: read(self.title),
            title_edited: self.title_edited.map(|edited| edited.map(read)),
            description: read(self.description),
            description_edited: self.description_edited.map(|edited| edited.map(read)),
            options: self.options.into_iter().map(|option| option.map(read)).collect(),
            proposed: self.proposed,
            rules: self.rules,
            comments: self.comments,
            turnout: self.turnout,
            tally: self.tally,
            series: self.series,
            viewer: self.viewer,
        }
    }
}

impl Poll {
    /// The answer on the viewer's ballot; `None` where they have no ballot, took it back, or nobody can find out what it says.
    pub fn answer(&self) -> Option<&Answer> {
        self.viewer.ballot.as_ref()?.answer()
    }

    /// The number that the viewer's ballot gives an option, as in [`Answer::marks`].
    pub fn says_of(&self, option: &OptionId) -> Option<i32> {
        self.answer()?.marks().into_iter().find(|(id, _)| *id == option).map(|(_, value)| value)
    }

    /// Checks that a member may add this option. Options that await approval count as present. `same` tells whether two labels
    /// look the same to a reader.
    pub fn check_own(&self, option: &PollOption, same: &dyn Fn(&str, &str) -> bool) -> Result<(), BadOption> {
        own::check(self, option, same)
    }

    /// The poll as it will be once the host has this answer, to be shown until then. With `None` the ballot is taken back. A
    /// tally that the viewer may not see stays unknown.
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

    /// Completes this state of the poll from an earlier one, in what the host leaves out: in updates that are the same for
    /// everybody, all about the viewer; in anonymous polls, the viewer's answer, which the host cannot know.
    #[must_use]
    pub fn after(mut self, earlier: &Self) -> Self {
        if self.viewer.standing == Standing::Unsaid {
            self.viewer = earlier.viewer.clone();
            self.proposed.clone_from(&earlier.proposed);
            let floor = self.floor();
            // A ballot of a round that is over.
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
