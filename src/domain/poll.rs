//! Polls, ballots and tallies: who may vote when, what a ballot may say, who may see the result.

use super::id::{OptionId, PollId};
use super::percent;
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
    /// What stands for the whole life of the poll.
    pub rules: Rules,
    /// How many voted.
    pub turnout: Turnout,
    /// The votes counted, where the viewer may see them.
    pub tally: Option<Tally>,
    /// What this viewer may do and did.
    pub viewer: Viewer,
}

/// One thing that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PollOption {
    /// Its name within the poll.
    pub id: OptionId,
    /// What a member reads.
    pub label: String,
}

/// What stands for the whole life of a poll.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    /// Fewest options on a ballot, at least 1.
    pub min: u32,
    /// Most options on a ballot; 1 is single choice.
    pub max: u32,
    /// Before this nobody can vote.
    pub opens_at: Option<Timestamp>,
    /// From this instant on nobody can vote.
    pub closes_at: Option<Timestamp>,
    /// The zone in which the poll's times were meant.
    pub zone: Option<Zone>,
    /// When members see the tally.
    pub results: Results,
    /// Who learns what a member chose.
    pub secrecy: Secrecy,
    /// Whether a ballot may be changed.
    pub changeable: bool,
    /// Whether a ballot may be taken back.
    pub retractable: bool,
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

/// When members see the tally. Staff always do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Results {
    /// Everybody, at any time.
    Always,
    /// Those who have voted; everybody once the poll is closed.
    AfterVote,
    /// Everybody, once the poll is closed.
    AfterClose,
    /// Staff only.
    Staff,
}

/// Who learns what a member chose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Secrecy {
    /// Everybody may see it.
    Public,
    /// The host stores it, and shows it to the member alone.
    Secret,
    /// Nobody can find out, not even from the host's database. Such a ballot is final: nothing tells whose it is.
    Anonymous,
}

/// Where a poll stands on the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Not open yet.
    Upcoming,
    /// Takes ballots.
    Open,
    /// Takes ballots no more.
    Closed,
}

/// How many voted, of how many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Turnout {
    /// Members who have cast a ballot.
    pub cast: u32,
    /// Members who may, where the host knows.
    pub entitled: Option<u32>,
}

/// All ballots counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    /// Ballots counted.
    pub voters: u32,
    /// Votes an option, in the order of the poll's options.
    pub votes: Vec<u32>,
}

/// What this viewer may do and did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Viewer {
    /// Whether they may vote while the poll is open.
    pub standing: Standing,
    /// Their ballot, if they ever cast one.
    pub ballot: Option<Ballot>,
}

/// Whether a viewer may vote while the poll is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// They may.
    Entitled,
    /// A guest: they may once they have signed in.
    Guest,
    /// A member whom this poll does not ask.
    NotEntitled,
    /// The host did not say, as in news that are the same for everybody; what it said before stands.
    Unsaid,
}

/// One member's whole answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ballot {
    /// Orders the ballots of one member in one poll, over tabs and devices. The first is 1.
    pub revision: u64,
    /// The options chosen, none once the ballot was taken back; `None` where nobody knows any more, in an anonymous poll.
    pub options: Option<Vec<OptionId>>,
}

impl Ballot {
    /// Whether it counts: it was not taken back.
    pub fn stands(&self) -> bool {
        self.options.as_ref().is_none_or(|chosen| !chosen.is_empty())
    }
}

/// Why a ballot cannot stand in a poll.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BadBallot {
    /// Names an option that the poll does not have.
    Unknown(OptionId),
    /// Names an option twice.
    Doubled(OptionId),
    /// Fewer options than this least number.
    TooFew(u32),
    /// More options than this greatest number.
    TooMany(u32),
}

impl std::fmt::Display for BadBallot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unknown(option) => write!(f, "the poll has no option \"{option}\""),
            Self::Doubled(option) => write!(f, "option \"{option}\" is chosen twice"),
            Self::TooFew(min) => write!(f, "choose at least {min}"),
            Self::TooMany(max) => write!(f, "choose at most {max}"),
        }
    }
}

/// Why rules cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadRules {
    /// Of an anonymous ballot nobody knows what to change or take back.
    AnonymousNotFinal,
    /// No number of options is at least `min`, at least 1, and at most `max`.
    NoBallot,
}

impl std::fmt::Display for BadRules {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::AnonymousNotFinal => "an anonymous ballot is final: it cannot be changed or taken back",
            Self::NoBallot => "a ballot needs at least one option, and no more than it may have",
        })
    }
}

impl Rules {
    /// Checks that the rules do not contradict each other.
    pub fn check(&self) -> Result<(), BadRules> {
        if self.secrecy == Secrecy::Anonymous && (self.changeable || self.retractable) {
            return Err(BadRules::AnonymousNotFinal);
        }
        if self.min < 1 || self.min > self.max { Err(BadRules::NoBallot) } else { Ok(()) }
    }

    /// Where the poll stands at `now`, which is the server's time.
    pub fn phase(&self, now: Timestamp) -> Phase {
        if self.closes_at.is_some_and(|end| now >= end) {
            Phase::Closed
        } else if self.opens_at.is_some_and(|start| now < start) {
            Phase::Upcoming
        } else {
            Phase::Open
        }
    }

    /// Whether a viewer may see the tally. A guest has not voted.
    pub fn shows_tally(&self, now: Timestamp, voted: bool, staff: bool) -> bool {
        let closed = self.phase(now) == Phase::Closed;
        staff
            || match self.results {
                Results::Always => true,
                Results::AfterVote => voted || closed,
                Results::AfterClose => closed,
                Results::Staff => false,
            }
    }

    /// Whether a ballot is one option: radio buttons, and shares that add up to 100.
    pub fn is_single(&self) -> bool {
        self.max == 1
    }
}

impl Poll {
    /// What the viewer last chose; empty where they did not, took it back, or nobody knows any more.
    pub fn chosen(&self) -> &[OptionId] {
        self.viewer.ballot.as_ref().and_then(|b| b.options.as_deref()).unwrap_or_default()
    }

    /// Whether a ballot of the viewer stands.
    pub fn has_voted(&self) -> bool {
        self.viewer.ballot.as_ref().is_some_and(Ballot::stands)
    }

    /// The revision that the viewer's next ballot needs.
    pub fn next_ballot(&self) -> u64 {
        self.viewer.ballot.as_ref().map_or(1, |b| b.revision + 1)
    }

    /// The place of an option in the poll's own order.
    pub fn place(&self, option: &OptionId) -> Option<usize> {
        self.options.iter().position(|o| o.id == *option)
    }

    /// Checks that a ballot with these options could stand.
    pub fn check(&self, chosen: &[OptionId]) -> Result<(), BadBallot> {
        for (i, option) in chosen.iter().enumerate() {
            if self.place(option).is_none() {
                return Err(BadBallot::Unknown(option.clone()));
            }
            if chosen[..i].contains(option) {
                return Err(BadBallot::Doubled(option.clone()));
            }
        }
        if chosen.len() < self.rules.min as usize {
            return Err(BadBallot::TooFew(self.rules.min));
        }
        if chosen.len() > self.rules.max as usize {
            return Err(BadBallot::TooMany(self.rules.max));
        }
        Ok(())
    }

    /// The poll as it will be once the host has this answer, to be shown until then. An empty answer takes the ballot
    /// back. A tally that the viewer cannot see yet stays unknown.
    #[must_use]
    pub fn with_answer(&self, revision: u64, chosen: &[OptionId]) -> Self {
        let mut next = self.clone();
        let before = self.chosen();
        let (was, is) = (u32::from(self.has_voted()), u32::from(!chosen.is_empty()));
        next.turnout.cast = (next.turnout.cast + is).saturating_sub(was);
        if let Some(tally) = &mut next.tally {
            tally.voters = (tally.voters + is).saturating_sub(was);
            for (option, votes) in self.options.iter().zip(&mut tally.votes) {
                let was = u32::from(before.contains(&option.id));
                let is = u32::from(chosen.contains(&option.id));
                *votes = (*votes + is).saturating_sub(was);
            }
        }
        next.viewer.ballot = Some(Ballot { revision, options: Some(chosen.to_vec()) });
        next
    }

    /// The poll with what an earlier state of it said and this one leaves out: the viewer, in news that are the same for
    /// everybody, and what they chose in an anonymous poll, which the host cannot know.
    #[must_use]
    pub fn after(mut self, earlier: &Self) -> Self {
        if self.viewer.standing == Standing::Unsaid {
            self.viewer = earlier.viewer.clone();
        } else if let (Some(ballot), Some(known)) = (&mut self.viewer.ballot, &earlier.viewer.ballot)
            && ballot.options.is_none()
            && ballot.revision == known.revision
        {
            ballot.options.clone_from(&known.options);
        }
        self.turnout.entitled = self.turnout.entitled.or(earlier.turnout.entitled);
        self
    }
}

impl Tally {
    /// Whole percentages in the order of the options: of all votes where a ballot is one option, else of the voters.
    pub fn percentages(&self, single: bool) -> Vec<u32> {
        if single { percent::shares(&self.votes) } else { percent::of_voters(&self.votes, self.voters) }
    }

    /// The most votes any option has, if there are any.
    pub fn most(&self) -> Option<u32> {
        self.votes.iter().copied().max().filter(|&n| n > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> OptionId {
        OptionId::new(text).unwrap()
    }

    fn poll(min: u32, max: u32) -> Poll {
        let option = |name: &str| PollOption { id: id(name), label: name.into() };
        Poll {
            id: PollId::new("p").unwrap(),
            revision: 1,
            title: "Where?".into(),
            description: String::new(),
            options: vec![option("a"), option("b"), option("c")],
            rules: Rules {
                min,
                max,
                opens_at: Some(Timestamp(100)),
                closes_at: Some(Timestamp(200)),
                zone: None,
                results: Results::AfterVote,
                secrecy: Secrecy::Secret,
                changeable: true,
                retractable: true,
            },
            turnout: Turnout { cast: 3, entitled: None },
            tally: Some(Tally { voters: 3, votes: vec![2, 1, 0] }),
            viewer: Viewer { standing: Standing::Entitled, ballot: None },
        }
    }

    #[test]
    fn opens_and_closes_to_the_millisecond() {
        let rules = poll(1, 1).rules;
        let phases = [99, 100, 199, 200].map(|t| rules.phase(Timestamp(t)));
        assert_eq!(phases, [Phase::Upcoming, Phase::Open, Phase::Open, Phase::Closed]);
    }

    #[test]
    fn each_visibility_shows_the_tally_to_whom_it_says() {
        let mut rules = poll(1, 1).rules;
        let mut shown = |results, now, voted, staff| {
            rules.results = results;
            rules.shows_tally(Timestamp(now), voted, staff)
        };
        assert!(shown(Results::Always, 150, false, false));
        assert!(!shown(Results::AfterVote, 150, false, false));
        assert!(shown(Results::AfterVote, 150, true, false));
        assert!(shown(Results::AfterVote, 200, false, false));
        assert!(!shown(Results::AfterClose, 199, true, false));
        assert!(shown(Results::AfterClose, 200, false, false));
        assert!(!shown(Results::Staff, 200, true, false));
        assert!(shown(Results::Staff, 150, false, true));
    }

    #[test]
    fn an_anonymous_ballot_is_final() {
        let mut rules = Rules { secrecy: Secrecy::Anonymous, ..poll(1, 1).rules };
        assert_eq!(rules.check(), Err(BadRules::AnonymousNotFinal));
        rules.changeable = false;
        assert_eq!(rules.check(), Err(BadRules::AnonymousNotFinal));
        rules.retractable = false;
        assert_eq!(rules.check(), Ok(()));
        assert_eq!(poll(2, 1).rules.check(), Err(BadRules::NoBallot));
    }

    #[test]
    fn a_ballot_names_each_option_once_and_as_many_as_the_poll_asks() {
        let poll = poll(2, 2);
        assert_eq!(poll.check(&[id("a"), id("b")]), Ok(()));
        assert_eq!(poll.check(&[id("a")]), Err(BadBallot::TooFew(2)));
        assert_eq!(poll.check(&[id("a"), id("b"), id("c")]), Err(BadBallot::TooMany(2)));
        assert_eq!(poll.check(&[id("a"), id("a")]), Err(BadBallot::Doubled(id("a"))));
        assert_eq!(poll.check(&[id("a"), id("x")]), Err(BadBallot::Unknown(id("x"))));
    }

    #[test]
    fn an_answer_moves_the_vote_and_counts_the_voter_once() {
        let first = poll(1, 1).with_answer(1, &[id("c")]);
        assert_eq!(first.tally, Some(Tally { voters: 4, votes: vec![2, 1, 1] }));
        let changed = first.with_answer(2, &[id("a")]);
        assert_eq!(changed.tally, Some(Tally { voters: 4, votes: vec![3, 1, 0] }));
        assert_eq!(changed.next_ballot(), 3);
        let back = changed.with_answer(3, &[]);
        assert_eq!((back.tally, back.turnout), (poll(1, 1).tally, poll(1, 1).turnout));
    }

    #[test]
    fn what_a_later_state_leaves_out_stays_known() {
        let voted =
            Poll { turnout: Turnout { cast: 4, entitled: Some(9) }, ..poll(1, 1).with_answer(1, &[id("c")]) };
        let mut news = Poll { revision: 2, ..poll(1, 1) };
        news.viewer.standing = Standing::Unsaid;
        assert_eq!(news.clone().after(&voted).viewer, voted.viewer);
        assert_eq!(news.after(&voted).turnout.entitled, Some(9));
        let mut mine = Poll { revision: 2, ..poll(1, 1) };
        mine.viewer.ballot = Some(Ballot { revision: 1, options: None });
        assert_eq!(mine.clone().after(&voted).chosen(), [id("c")]);
        mine.viewer.ballot = Some(Ballot { revision: 2, options: None });
        let newer = mine.after(&voted);
        assert_eq!((newer.chosen(), newer.has_voted()), (&[][..], true));
    }

    #[test]
    fn a_tally_out_of_sight_stays_unknown() {
        let mut hidden = poll(1, 1);
        hidden.tally = None;
        let voted = hidden.with_answer(1, &[id("a")]);
        assert_eq!((voted.tally, voted.turnout.cast), (None, 4));
    }
}
