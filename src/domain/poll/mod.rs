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
mod tests {
    use super::*;
    use crate::domain::count::{Round, Rounds};

    fn id(text: &str) -> OptionId {
        OptionId::new(text).unwrap()
    }

    fn options(names: &[&str]) -> Answer {
        Answer::Options(names.iter().copied().map(id).collect())
    }

    fn values(marks: &[(&str, i32)]) -> Answer {
        Answer::Values(marks.iter().map(|&(option, value)| Value { option: id(option), value }).collect())
    }

    fn votes(voters: u32, each: [u32; 3]) -> Tally {
        Tally { voters, abstained: 0, count: Count::Votes(each.into()) }
    }

    fn poll(min: u32, max: u32) -> Poll {
        of(Kind::Choice { min, max })
    }

    pub(super) fn of(kind: Kind) -> Poll {
        let option = |name: &str| PollOption::new(id(name), name);
        Poll {
            id: PollId::new("p").unwrap(),
            revision: 1,
            title: "Where?".into(),
            description: String::new(),
            options: vec![option("a"), option("b"), option("c")],
            proposed: Vec::new(),
            comments: 0,
            rules: Rules {
                opens_at: Some(Timestamp(100)),
                closes_at: Some(Timestamp(200)),
                results: Results::AfterVote,
                retractable: true,
                ..Rules::of(kind)
            },
            turnout: Turnout { cast: 3, entitled: None },
            tally: Some(votes(3, [2, 1, 0])),
            series: None,
            viewer: Viewer::new(Standing::Entitled),
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
        rules.kind = Kind::Ranked(Method::RunOff);
        assert_eq!(rules.check(), Err(BadRules::AnonymousOrder));
        let proposal = Proposal { reasons: Reasons::Optional, threshold: 50, of: Base::Ballots };
        rules.kind = Kind::Proposal(proposal);
        assert_eq!(rules.check(), Err(BadRules::AnonymousReason));
        assert_eq!(poll(2, 1).rules.check(), Err(BadRules::Kind(BadKind::NoBallot)));
    }

    #[test]
    fn a_choice_names_each_option_once_and_as_many_as_the_poll_asks() {
        let poll = poll(2, 2);
        assert_eq!(poll.take(options(&["b", "a"])), Ok(options(&["a", "b"])), "in the order of the poll");
        assert_eq!(poll.take(options(&["a"])), Err(BadBallot::TooFew(2)));
        assert_eq!(poll.take(options(&["a", "b", "c"])), Err(BadBallot::TooMany(2)));
        assert_eq!(poll.take(options(&["a", "a"])), Err(BadBallot::Doubled(id("a"))));
        assert_eq!(poll.take(options(&["a", "x"])), Err(BadBallot::Unknown(id("x"))));
        assert_eq!(poll.take(values(&[("a", 1)])), Err(BadBallot::OtherKind));
    }

    #[test]
    fn an_abstention_is_an_answer_where_the_poll_takes_it() {
        let mut poll = poll(1, 1);
        assert_eq!(poll.take(Answer::Abstention), Err(BadBallot::NoAbstention));
        poll.rules.abstention = true;
        assert_eq!(poll.take(Answer::Abstention), Ok(Answer::Abstention));
        let abstained = poll.with_answer(1, Some(&Answer::Abstention));
        assert_eq!(abstained.tally, Some(Tally { abstained: 1, ..votes(4, [2, 1, 0]) }));
    }

    #[test]
    fn a_rating_is_on_the_scale() {
        let poll = of(Kind::Rating(Scale { min: -2, max: 6, step: 2 }));
        assert_eq!(poll.take(values(&[("b", 6), ("a", -2)])), Ok(values(&[("a", -2), ("b", 6)])));
        for off in [-4, -1, 5, 8] {
            assert_eq!(poll.take(values(&[("a", off)])), Err(BadBallot::OffScale(id("a"))), "{off}");
        }
        assert_eq!(poll.take(values(&[])), Err(BadBallot::TooFew(1)));
    }

    #[test]
    fn a_ranking_may_leave_options_out_and_name_none_twice() {
        let poll = of(Kind::Ranked(Method::RunOff));
        assert_eq!(poll.take(options(&["c", "a"])), Ok(options(&["c", "a"])), "its order says it all");
        assert_eq!(poll.take(options(&["c", "c"])), Err(BadBallot::Doubled(id("c"))));
        assert_eq!(poll.take(options(&[])), Err(BadBallot::TooFew(1)));
    }

    #[test]
    fn dots_are_spread_up_to_what_there_are() {
        let poll = of(Kind::Allocation { dots: 5 });
        assert_eq!(poll.take(values(&[("c", 4), ("a", 1), ("b", 0)])), Ok(values(&[("a", 1), ("c", 4)])));
        assert_eq!(poll.take(values(&[("a", 3), ("b", 3)])), Err(BadBallot::TooManyDots(5)));
        assert_eq!(poll.take(values(&[("a", -1)])), Err(BadBallot::OffScale(id("a"))));
        assert_eq!(poll.take(values(&[("a", 0)])), Err(BadBallot::TooFew(1)), "no dots are no answer");
    }

    #[test]
    fn whoever_disagrees_may_have_to_say_why() {
        let stance = |of: &str, why: &str| Answer::Stance(id(of), why.into());
        let taken = |reasons, answer| {
            let mut poll = of(Kind::Proposal(Proposal { reasons, threshold: 50, of: Base::Ballots }));
            for (option, stance) in poll.options.iter_mut().zip(["agree", "abstain", "block"]) {
                option.id = id(stance);
            }
            poll.take(answer)
        };
        assert_eq!(taken(Reasons::Optional, stance("agree", " yes ")), Ok(stance("agree", "yes")));
        assert_eq!(taken(Reasons::Off, stance("agree", "yes")), Err(BadBallot::NeedlessReason));
        assert_eq!(taken(Reasons::Required, stance("abstain", " ")), Err(BadBallot::NoReason));
        assert_eq!(taken(Reasons::ToDisagree, stance("block", "")), Err(BadBallot::NoReason));
        assert_eq!(taken(Reasons::ToDisagree, stance("abstain", "")), Ok(stance("abstain", "")));
        let long = "e".repeat(MAX_REASON + 1);
        assert_eq!(taken(Reasons::Required, stance("agree", &long)), Err(BadBallot::LongReason));
    }

    #[test]
    fn an_answer_moves_the_vote_and_counts_the_voter_once() {
        let first = poll(1, 1).with_answer(1, Some(&options(&["c"])));
        assert_eq!(first.tally, Some(votes(4, [2, 1, 1])));
        let changed = first.with_answer(2, Some(&options(&["a"])));
        assert_eq!(changed.tally, Some(votes(4, [3, 1, 0])));
        assert_eq!(changed.next_ballot(), 3);
        let back = changed.with_answer(3, None);
        assert_eq!((back.tally, back.turnout), (poll(1, 1).tally, poll(1, 1).turnout));
    }

    #[test]
    fn every_kind_is_counted_one_ballot_in_the_place_of_another() {
        let replaced = |kind, first: &Answer, then: &Answer| {
            let mut poll = of(kind);
            (poll.tally, poll.turnout) = (Some(Tally::empty(kind, 3)), Turnout::default());
            poll.with_answer(1, Some(first)).with_answer(2, Some(then)).tally
        };
        let counted = |count| Some(Tally { voters: 1, abstained: 0, count });
        let scale = Kind::Rating(Scale { min: 1, max: 3, step: 1 });
        assert_eq!(
            replaced(scale, &values(&[("a", 1), ("b", 3)]), &values(&[("a", 2)])),
            counted(Count::Values(vec![vec![0, 1, 0], vec![0; 3], vec![0; 3]]))
        );
        assert_eq!(
            replaced(Kind::Availability, &values(&[("a", 2)]), &values(&[("a", 1), ("c", 2)])),
            counted(Count::Values(vec![vec![0, 1, 0], vec![0; 3], vec![0, 0, 1]]))
        );
        let points = |points, voters| Points { points, voters };
        assert_eq!(
            replaced(Kind::Allocation { dots: 9 }, &values(&[("a", 9)]), &values(&[("a", 2), ("b", 3)])),
            counted(Count::Points(vec![points(2, 1), points(3, 1), points(0, 0)]))
        );
    }

    #[test]
    fn a_mean_is_rounded_half_away_from_zero() {
        let scale = Scale { min: -3, max: 3, step: 1 };
        let mean = |counts: [u32; 7]| mean(scale, &counts);
        assert_eq!(mean([0, 0, 0, 0, 0, 0, 0]), None);
        assert_eq!(mean([0, 0, 0, 1, 2, 0, 0]), Some(67), "2/3");
        assert_eq!(mean([0, 0, 0, 7, 1, 0, 0]), Some(13), "0.125");
        assert_eq!(mean([0, 0, 1, 7, 0, 0, 0]), Some(-13), "-0.125");
        assert_eq!(median(scale, &[0, 0, 1, 0, 0, 1, 0]), Some(50), "between the middle two");
        assert_eq!(median(scale, &[0, 0, 1, 0, 0, 1, 1]), Some(200));
        assert_eq!(median(scale, &[0; 7]), None);
    }

    #[test]
    fn a_proposal_passes_from_its_threshold_on() {
        let options = ["disagree", "agree", "block"].map(|stance| PollOption::new(id(stance), ""));
        let turnout = |cast| Turnout { cast, entitled: Some(8) };
        let stand = |of, votes: &[u32], turnout| {
            Proposal { reasons: Reasons::Off, threshold: 75, of }.stand(&options, votes, turnout)
        };
        assert!(stand(Base::Ballots, &[0, 3, 1], turnout(4)).passes(), "wherever to agree stands");
        assert!(!stand(Base::Ballots, &[0, 2, 1], turnout(3)).passes());
        assert!(!stand(Base::Entitled, &[0, 5, 0], turnout(5)).passes());
        assert_eq!(stand(Base::Entitled, &[0, 6, 0], turnout(6)), Stand { agree: 6, of: 8, needed: 6 });
        assert!(!stand(Base::Ballots, &[0, 0, 0], turnout(0)).passes(), "nobody agreed");
        assert!(
            !stand(Base::Entitled, &[0, 6, 0], Turnout { cast: 6, entitled: None }).passes(),
            "of how many?"
        );
        let close = Stand { agree: 65_999, of: 100_000, needed: 66_000 };
        assert_eq!((close.passes(), close.share()), (false, 6599), "cut, not rounded up to the threshold");
    }

    #[test]
    fn a_quorum_says_how_many_more_it_needs() {
        let rules = Rules { quorum: Some(34), ..poll(1, 1).rules };
        let needed = |cast| rules.needed(Turnout { cast, entitled: Some(10) });
        assert_eq!([needed(0), needed(3), needed(4), needed(9)], [Some(4), Some(1), Some(0), Some(0)]);
        assert_eq!(rules.needed(Turnout { cast: 3, entitled: None }), None);
        assert_eq!(Rules { quorum: Some(101), ..rules }.check(), Err(BadRules::Quorum));
    }

    #[test]
    fn only_what_is_ahead_leads() {
        let lead = |kind, count| Tally { voters: 9, abstained: 0, count }.leaders(kind);
        let choice = Kind::Choice { min: 1, max: 1 };
        assert_eq!(lead(choice, Count::Votes(vec![0, 0])), [0; 0], "no votes, no leader");
        assert_eq!(lead(choice, Count::Votes(vec![2, 3, 3])), [1, 2]);
        let slots = Count::Values(vec![vec![0, 5, 2], vec![0, 0, 3], vec![0, 1, 3]]);
        assert_eq!(lead(Kind::Availability, slots), [2], "yes first, then if need be");
        let scale = Kind::Rating(Scale { min: 0, max: 2, step: 1 });
        assert_eq!(lead(scale, Count::Values(vec![vec![1, 0, 0], vec![0, 0, 0]])), [0], "rated at all");
        let round =
            Round { votes: vec![None; 4], exhausted: 0, elected: vec![], surplus: None, excluded: vec![] };
        let rounds = Rounds { quota: None, rounds: vec![round], elected: vec![2, 0], tied: vec![1] };
        assert_eq!(lead(Kind::Ranked(Method::RunOff), Count::Rounds(rounds)), [0, 1, 2]);
    }

    proptest::proptest! {
        #[test]
        fn one_more_vote_for_a_leader_leaves_it_in_the_lead(votes in proptest::collection::vec(0u32..50, 1..8)) {
            let kind = Kind::Choice { min: 1, max: 1 };
            let leads = |votes: &[u32]| Tally { voters: 0, abstained: 0, count: Count::Votes(votes.into()) }.leaders(kind);
            for &leader in &leads(&votes) {
                let mut more = votes.clone();
                more[leader] += 1;
                proptest::prop_assert_eq!(leads(&more), [leader]);
            }
        }

        #[test]
        fn the_order_of_ballots_never_matters(
            ballots in proptest::collection::vec(proptest::collection::vec(0i32..4, 3), 0..20),
            seed in proptest::prelude::any::<u64>(),
        ) {
            let kind = Kind::Rating(Scale { min: 0, max: 3, step: 1 });
            let answers: Vec<_> = ballots
                .iter()
                .map(|b| values(&[("a", b[0]), ("b", b[1]), ("c", b[2])]))
                .collect();
            let count = |order: &[usize]| {
                let mut tally = Tally::empty(kind, 3);
                for &i in order {
                    tally.replace(kind, &of(kind).options, None, Some(&answers[i]));
                }
                tally
            };
            let order: Vec<usize> = (0..answers.len()).collect();
            let mut other = order.clone();
            other.sort_by_key(|&i| seed.rotate_left(u32::try_from(i).unwrap_or(0) * 7) ^ i as u64);
            proptest::prop_assert_eq!(count(&order), count(&other));
        }
    }

    #[test]
    fn what_a_later_state_leaves_out_stays_known() {
        let voted = Poll {
            turnout: Turnout { cast: 4, entitled: Some(9) },
            ..poll(1, 1).with_answer(1, Some(&options(&["c"])))
        };
        let mut news = Poll { revision: 2, ..poll(1, 1) };
        news.viewer.standing = Standing::Unsaid;
        assert_eq!(news.clone().after(&voted).viewer, voted.viewer);
        assert_eq!(news.after(&voted).turnout.entitled, Some(9));
        let mut mine = Poll { revision: 2, ..poll(1, 1) };
        mine.viewer.ballot = Some(Ballot { revision: 1, says: Says::Unknown });
        assert_eq!(mine.clone().after(&voted).answer(), Some(&options(&["c"])));
        mine.viewer.ballot = Some(Ballot { revision: 2, says: Says::Unknown });
        let newer = mine.after(&voted);
        assert_eq!((newer.answer(), newer.has_voted()), (None, true));
    }

    #[test]
    fn a_ballot_of_a_round_that_is_over_is_none_of_this_one() {
        let round = |number| Some(Series { number, next_at: None, offset: None, past: Vec::new() });
        let first = Poll { series: round(1), ..poll(1, 1) };
        assert_eq!(first.next_ballot(), 1);
        let voted = first.with_answer(1, Some(&options(&["b"])));
        let mut news = Poll { revision: 2, series: round(2), ..poll(1, 1) };
        news.viewer.standing = Standing::Unsaid;
        let second = news.after(&voted);
        assert_eq!((second.has_voted(), second.next_ballot()), (false, ROUND + 1));
        let again = second.with_answer(second.next_ballot(), Some(&options(&["a"])));
        let mut news = Poll { revision: 3, series: round(2), ..poll(1, 1) };
        news.viewer.standing = Standing::Unsaid;
        assert_eq!(news.after(&again).answer(), Some(&options(&["a"])));
    }

    #[test]
    fn a_tally_out_of_sight_stays_unknown() {
        let mut hidden = poll(1, 1);
        hidden.tally = None;
        let voted = hidden.with_answer(1, Some(&options(&["a"])));
        assert_eq!((voted.tally, voted.turnout.cast), (None, 4));
    }
}
