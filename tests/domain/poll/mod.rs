//! Polls: who may vote when, what a ballot may say, how ballots are counted.

mod asks;
mod comment;
mod draft;
mod edited;
mod examples;
mod own;
mod series;
mod tally;

use folkmoot::domain::count::{Round, Rounds};
use folkmoot::domain::id::{OptionId, PollId};
use folkmoot::domain::poll::{
    Answer, BadBallot, BadKind, BadRules, Ballot, Base, Count, Kind, MAX_REASON, Method, Phase, Points, Poll,
    PollOption, Proposal, ROUND, Reasons, Results, Rules, Says, Scale, Secrecy, Series, Slot, Stance, Stand,
    Standing, Tally, Turnout, Value, Viewer, When, mean, median,
};
use folkmoot::domain::time::Timestamp;
use proptest::prelude::Strategy;

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

fn of(kind: Kind) -> Poll {
    let option = |name: &str| PollOption::new(id(name), name);
    Poll {
        id: PollId::new("p").unwrap(),
        revision: 1,
        title: "Where?".into(),
        title_edited: None,
        description: String::new(),
        description_edited: None,
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
    assert!(!stand(Base::Entitled, &[0, 6, 0], Turnout { cast: 6, entitled: None }).passes(), "of how many?");
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

/// One of each kind whose ballots are counted one by one. Rankings are counted together: see `count`.
const COUNTED_ONE_BY_ONE: [Kind; 6] = [
    Kind::Choice { min: 1, max: 1 },
    Kind::Choice { min: 1, max: 3 },
    Kind::Rating(Scale { min: 0, max: 3, step: 1 }),
    Kind::Allocation { dots: 9 },
    Kind::Availability,
    Kind::Proposal(Proposal { reasons: Reasons::Off, threshold: 50, of: Base::Ballots }),
];

/// A poll of that kind in which members may abstain.
fn open(kind: Kind) -> Poll {
    let mut poll = of(kind);
    poll.rules.abstention = true;
    if let Kind::Proposal(_) = kind {
        for (option, stance) in poll.options.iter_mut().zip(Stance::ALL) {
            option.id = id(stance.id());
        }
    }
    poll
}

/// An answer that gives the three options these marks, from 0 to 3. Three zeros are an abstention.
fn says(poll: &Poll, marks: [i32; 3]) -> Answer {
    let given = poll.options.iter().zip(marks).filter(|(_, mark)| *mark > 0);
    let first = given.clone().map(|(option, _)| option.id.clone()).next();
    let value = |most| {
        move |(option, mark): (&PollOption, i32)| Value { option: option.id.clone(), value: mark.min(most) }
    };
    match (poll.rules.kind, first) {
        (Kind::Proposal(_), None) => Answer::Stance(id("abstain"), String::new()),
        (_, None) => Answer::Abstention,
        (Kind::Proposal(_), Some(stance)) => Answer::Stance(stance, String::new()),
        (Kind::Choice { max: 1, .. }, Some(option)) => Answer::Options(vec![option]),
        (Kind::Choice { .. } | Kind::Ranked(_), _) => {
            Answer::Options(given.map(|(option, _)| option.id.clone()).collect())
        }
        (Kind::Availability, _) => Answer::Values(given.map(value(2)).collect()),
        (Kind::Rating(_) | Kind::Allocation { .. }, _) => Answer::Values(given.map(value(3)).collect()),
    }
}

/// The tally of ballots with these marks, as for [`says`].
fn counted(kind: Kind, ballots: &[[i32; 3]]) -> Tally {
    let poll = open(kind);
    let mut tally = Tally::empty(kind, poll.options.len());
    for marks in ballots {
        let answer = poll.take(says(&poll, *marks)).unwrap();
        tally.replace(kind, &poll.options, None, Some(&answer));
    }
    tally
}

#[test]
fn no_ballots_have_no_leader_and_no_percent() {
    for kind in COUNTED_ONE_BY_ONE {
        let none = counted(kind, &[]);
        assert_eq!((&none, none.leaders(kind)), (&Tally::empty(kind, 3), vec![]), "{kind:?}");
        assert!(none.percentages(kind).is_none_or(|shares| shares == [0, 0, 0]), "{kind:?}");
    }
}

#[test]
fn all_who_abstain_have_voted_for_nothing() {
    for kind in COUNTED_ONE_BY_ONE {
        let silent = counted(kind, &[[0; 3], [0; 3]]);
        if let (Kind::Proposal(proposal), Count::Votes(votes)) = (kind, &silent.count) {
            let turnout = Turnout { cast: 2, entitled: Some(2) };
            let stand = proposal.stand(&open(kind).options, votes, turnout);
            assert_eq!((stand.passes(), stand), (false, Stand { agree: 0, of: 2, needed: 1 }));
            continue;
        }
        assert_eq!((silent.voters, silent.abstained), (2, 2), "{kind:?}");
        assert_eq!((&silent.count, silent.leaders(kind)), (&Tally::empty(kind, 3).count, vec![]), "{kind:?}");
        assert!(silent.percentages(kind).is_none_or(|shares| shares == [0, 0, 0]), "{kind:?}");
    }
}

#[test]
fn all_that_are_tied_lead_together_and_the_earlier_has_the_remainder() {
    for kind in COUNTED_ONE_BY_ONE {
        let level = counted(kind, &[[3, 0, 0], [0, 3, 0], [0, 0, 3]]);
        assert_eq!(level.leaders(kind), [0, 1, 2], "{kind:?}");
        let shares = if kind == (Kind::Choice { min: 1, max: 3 }) { [33, 33, 33] } else { [34, 33, 33] };
        assert!(level.percentages(kind).is_none_or(|got| got == shares), "{kind:?}");
    }
}

#[test]
fn one_option_leads_with_one_ballot() {
    for kind in COUNTED_ONE_BY_ONE {
        let mut poll = open(kind);
        poll.options.truncate(1);
        let answer = poll.take(says(&poll, [3, 0, 0])).unwrap();
        let mut tally = Tally::empty(kind, 1);
        assert_eq!(tally.leaders(kind), [0; 0], "{kind:?}");
        tally.replace(kind, &poll.options, None, Some(&answer));
        assert_eq!(tally.leaders(kind), [0], "{kind:?}");
        assert!(tally.percentages(kind).is_none_or(|shares| shares == [100]), "{kind:?}");
    }
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
        ballots in proptest::collection::vec(proptest::array::uniform3(0i32..4), 0..20).prop_shuffle(),
    ) {
        let other = {
            let mut other = ballots.clone();
            other.sort_unstable();
            other
        };
        for kind in COUNTED_ONE_BY_ONE {
            proptest::prop_assert_eq!(counted(kind, &ballots), counted(kind, &other));
        }
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

#[test]
fn counting_rounds_9_means_that_are_rounded_alike_are_no_tie() {
    let kind = Kind::Rating(Scale { min: 0, max: 1, step: 1 });
    let tally = |lists: Vec<Vec<u32>>| Tally { voters: 201, abstained: 0, count: Count::Values(lists) };
    // Of 201 ballots, 100 give the first option a 1, and 101 the second.
    assert_eq!(tally(vec![vec![101, 100], vec![100, 101]]).leaders(kind), [1]);
    assert_eq!(tally(vec![vec![1, 2], vec![2, 4], vec![0, 0]]).leaders(kind), [0, 1], "of fewer ballots");
    assert_eq!(tally(vec![vec![3, 0], vec![0, 0]]).leaders(kind), [0], "rated is more than not rated");
    assert_eq!(tally(vec![vec![0, 0], vec![0, 0]]).leaders(kind), [0; 0]);
    let million = tally(vec![vec![0, 1_000_000], vec![1, 1_000_000]]);
    assert_eq!(million.leaders(kind), [0], "one of a million");
    let most = tally(vec![vec![u32::MAX, u32::MAX]; 2]);
    assert_eq!(most.leaders(kind), [0, 1], "more than there are people");
}

#[test]
fn counting_times_4_a_quorum_of_nobody_is_neither_met_nor_missed() {
    let mut rules = Rules::of(Kind::Choice { min: 1, max: 1 });
    rules.quorum = Some(50);
    assert_eq!(rules.needed(Turnout { cast: 0, entitled: Some(0) }), None);
    assert_eq!(rules.needed(Turnout { cast: 0, entitled: Some(1) }), Some(1));
}

#[test]
fn host_16_no_poll_has_times_that_cannot_be_written_down() {
    let mut rules = Rules::of(Kind::Choice { min: 1, max: 1 });
    rules.closes_at = Some(Timestamp(253_402_300_800_000));
    assert_eq!(rules.check(), Err(BadRules::Times));
    let slot = Slot::new(Timestamp(0), Some(Timestamp(253_402_300_800_000)));
    let late =
        PollOption { when: Some(When::Time(slot)), ..PollOption::new(OptionId::new("a").unwrap(), "") };
    assert_eq!(Rules::of(Kind::Availability).check_options(&[late]), Err(BadRules::Slot));
}
