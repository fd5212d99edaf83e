//! Counting ranked ballots: examples from the published rules, and what holds of every profile.

mod literal;

use folkmoot::domain::count::{Origin, Profile, Ranking, Round, Rounds, UNIT, Why, run_off, schulze, stv};
use proptest::collection::vec;
use proptest::prelude::*;

/// `5 ACB` is five ballots that rank option 0 first, 2 second and 1 third.
fn profile(ballots: &[&str]) -> Profile {
    let mut profile = Profile::new();
    for ballot in ballots {
        let (n, order) = ballot.split_once(' ').unwrap();
        let ranking: Ranking = order.bytes().map(|letter| letter - b'A').collect();
        *profile.entry(ranking).or_default() += n.parse::<u32>().unwrap();
    }
    profile
}

fn votes(round: &Round) -> Vec<Option<u64>> {
    round.votes.iter().map(|votes| votes.map(|n| n / UNIT)).collect()
}

#[test]
fn a_majority_of_first_preferences_wins_at_once() {
    let count = run_off(2, &profile(&["3 AB", "2 BA"]));
    assert_eq!((count.elected.as_slice(), count.rounds.len()), (&[0][..], 1));
}

#[test]
fn the_lowest_is_excluded_and_their_ballots_move_on() {
    let count = run_off(3, &profile(&["1 ABC", "2 BCA", "2 CAB"]));
    assert_eq!((count.elected.as_slice(), count.rounds.len()), (&[1][..], 2));
    assert_eq!(count.rounds[0].excluded, [0]);
    assert_eq!(votes(&count.rounds[1]), [None, Some(3), Some(2)]);
}

#[test]
fn a_surplus_is_passed_on_and_the_last_seat_goes_to_who_is_left() {
    let count = stv(4, &profile(&["40 ABCD", "35 BCAD", "15 CDAB", "10 DCBA"]), 3);
    assert_eq!(count.quota, Some(26 * UNIT));
    assert_eq!(count.elected, [0, 1, 2]);
}

#[test]
fn a_transfer_is_cut_to_five_decimals() {
    let count = stv(3, &profile(&["7 AB", "1 B", "1 C"]), 2);
    // The quota is 4, so A's surplus is 3 over 7 ballots: 0.42857 each.
    let b = count.rounds[1].votes[1].unwrap();
    assert_eq!(b, UNIT + 7 * 42_857);
    assert_eq!(count.rounds[1].exhausted, 0);
}

#[test]
fn stronger_paths_stand_above() {
    let ballots = ["5 ACBED", "5 ADECB", "8 BEDAC", "3 CABED", "7 CAEBD", "2 CBADE", "7 DCEBA", "8 EBADC"];
    let count = schulze(5, &profile(&ballots));
    assert_eq!(count.order, [[4], [0], [2], [1], [3]]);
    let short = ["5 ACBE", "5 ADEC", "8 BEDA", "3 CABE", "7 CAEB", "2 CBAD", "7 DCEB", "8 EBAD"];
    assert_eq!(schulze(5, &profile(&short)).order, count.order, "what is left out stands last");
}

#[test]
fn no_ballots_have_no_result() {
    let none = Profile::new();
    assert_eq!(run_off(3, &none), Rounds::default());
    assert_eq!((stv(3, &none, 2).elected.len(), stv(3, &none, 2).rounds.len()), (0, 0));
    assert!(schulze(3, &none).order.is_empty());
}

#[test]
fn ballots_without_a_preference_have_no_result() {
    let silent = profile(&["4 "]);
    assert_eq!(run_off(3, &silent), Rounds::default());
    assert!(stv(3, &silent, 2).elected.is_empty());
    assert!(schulze(3, &silent).order.is_empty());
}

#[test]
fn one_option_wins_with_one_ballot() {
    let one = profile(&["1 A"]);
    assert_eq!(run_off(1, &one).elected, [0]);
    assert_eq!(stv(1, &one, 2).elected, [0], "though there are seats left");
    assert_eq!(schulze(1, &one).order, [[0]]);
}

#[test]
fn all_tied_is_a_tie_of_all() {
    let level = profile(&["1 A", "1 B", "1 C"]);
    let count = run_off(3, &level);
    assert_eq!((count.elected.as_slice(), count.tied.as_slice()), (&[][..], &[0, 1, 2][..]));
    assert_eq!(stv(3, &level, 2).tied, [0, 1, 2]);
    assert_eq!(schulze(3, &level).order, [[0, 1, 2]]);
}

#[test]
fn a_tie_that_changes_no_winner_is_none() {
    // B or C is excluded first; A wins against either.
    let count = run_off(3, &profile(&["2 A", "1 BA", "1 CA"]));
    assert_eq!((count.elected.as_slice(), count.tied.len()), (&[0][..], 0));
}

#[test]
fn the_last_round_in_which_they_differed_breaks_a_tie() {
    // D is excluded first, which makes B equal to C. C had more votes before, so B is excluded.
    let count = run_off(4, &profile(&["5 A", "3 BC", "4 CA", "1 DB"]));
    let excluded: Vec<_> = count.rounds.iter().map(|r| r.excluded.clone()).collect();
    assert_eq!(excluded[..2], [vec![3], vec![1]]);
    assert_eq!(count.elected, [2]);
}

#[test]
fn a_count_says_whose_votes_went_where() {
    let count = run_off(4, &profile(&["5 A", "4 BC", "2 CB", "2 D"]));
    assert_eq!((count.origin(0), count.gained(0, 0), count.lost(0)), (None, 0, 0));
    assert_eq!([0, 1, 2].map(|round| count.needed(round) / UNIT), [7, 7, 6], "more than half of what stands");
    assert_eq!(count.why(0), Why::Same(vec![3]), "C and D were level: B wins, whoever goes");
    assert_eq!(count.origin(1), Some(Origin::Excluded(&[2])));
    assert_eq!([0, 1, 3].map(|option| count.gained(1, option) / UNIT), [0, 2, 0]);
    assert_eq!((count.why(1), count.lost(2) / UNIT), (Why::Fewest, 2));
    assert_eq!([0, 2, 3].map(|option| count.last(option)), [Some(2), Some(0), Some(1)]);
}

#[test]
fn a_tie_broken_by_an_earlier_round_says_so() {
    let count = run_off(4, &profile(&["5 A", "3 BC", "4 CA", "1 DB"]));
    assert_eq!((count.why(0), count.why(1)), (Why::Fewest, Why::Earlier(vec![2])));
}

#[test]
fn what_moves_between_rounds_is_what_moved_on() {
    let count = stv(4, &profile(&["40 ABCD", "35 B", "15 CDAB", "6 D", "4 DC"]), 3);
    let first = (count.origin(1), count.gained(1, 2) / UNIT, count.needed(1) / UNIT);
    assert_eq!(first, (Some(Origin::Surplus(0)), 14, 26), "B needs none of it any more");
    for round in 1..count.rounds.len() {
        let gained: u64 = (0..4).map(|option| count.gained(round, option)).sum();
        let moved = match count.origin(round).unwrap() {
            Origin::Surplus(from) => count.rounds[round - 1].votes[from].unwrap() - count.needed(round),
            Origin::Excluded(from) => from.iter().filter_map(|&o| count.rounds[round - 1].votes[o]).sum(),
        };
        let gone = gained + count.lost(round);
        assert!(gone <= moved && moved - gone < UNIT / 100, "{gone} of {moved}");
    }
}

#[test]
fn only_options_without_a_vote_go_together() {
    let count = run_off(6, &profile(&["5 A", "4 B", "1 CB", "1 DB"]));
    let excluded: Vec<_> = count.rounds.iter().map(|round| round.excluded.clone()).collect();
    assert_eq!(excluded, [vec![4, 5], vec![2], vec![3], vec![]]);
    assert_eq!((count.elected.as_slice(), count.tied.len()), (&[1][..], 0));
}

#[test]
fn lots_among_options_without_a_vote_take_no_seat_from_an_option_with_one() {
    let count = stv(6, &profile(&["100 A", "1 B"]), 4);
    assert_eq!((count.elected.as_slice(), count.tied.as_slice()), (&[0, 1][..], &[2, 3, 4, 5][..]));
}

#[test]
fn many_level_options_that_are_behind_are_no_tie() {
    let mut profile = Profile::from([(vec![0], 40), (vec![1], 35)]);
    profile.extend((2..32).map(|option| (vec![option, option % 7 + 2, option % 2], 1)));
    let count = run_off(32, &profile);
    assert_eq!((count.elected.as_slice(), count.tied.len()), (&[0][..], 0));
    let count = stv(32, &profile, 2);
    assert_eq!((sorted(count.elected).as_slice(), count.tied.len()), (&[0, 1][..], 0));
}

/// `10*X>Y` is ten ballots that rank X first and Y second, by the options' letters; `X>Y` is one.
fn letters(letters: &str, ballots: &str) -> Profile {
    let place = |name: &str| u8::try_from(letters.find(name).unwrap()).unwrap();
    let ballot = |text: &str| {
        let (n, order) = text.split_once('*').unwrap_or(("1", text));
        (order.split('>').map(place).collect(), n.parse().unwrap())
    };
    ballots.split(' ').map(ballot).collect()
}

/// The options that are elected and those that are tied, by their letters.
fn result(letters: &str, count: &Rounds) -> (String, String) {
    let named = |places: &[usize]| sorted(places.to_vec()).iter().map(|&i| &letters[i..=i]).collect();
    (named(&count.elected), named(&count.tied))
}

#[test]
fn counting_ties_1_an_option_that_reaches_the_quota_between_two_exclusions_is_elected_then() {
    let of = "CDEXYZ";
    let count = stv(6, &letters(of, "10*X>Y 8*Y 7*Z 2*C>X>Z 1*E>C>X>Z 3*D>X>Z"), 2);
    assert_eq!(result(of, &count), ("XZ".into(), String::new()));
    let out: Vec<_> = count.rounds.iter().map(|round| round.excluded.clone()).collect();
    assert_eq!(out, [vec![2], vec![0], vec![], vec![1], vec![4], vec![]], "E, C; X's surplus; D, Y");
    let votes = |round: usize, option: usize| count.rounds[round].votes[option].unwrap();
    assert_eq!((votes(2, 3), count.rounds[2].surplus), (13 * UNIT, Some(3)));
    assert_eq!((votes(4, 5), votes(4, 4)), (1_046_152, 953_840), "Z and Y once D is out");
}

#[test]
fn counting_ties_2_the_round_between_two_exclusions_decides_a_later_tie() {
    let of = "CDEXY";
    let count = run_off(5, &letters(of, "8*X 7*Y 2*C>Y 1*E>C 1*D>X 2*D"));
    assert_eq!(result(of, &count), ("Y".into(), String::new()));
}

#[test]
fn counting_ties_3_every_way_of_a_tie_of_three_is_followed() {
    let of = "ABCDE";
    let count = run_off(5, &letters(of, "3*C 2*B>C A>B D>C>E E>B>D"));
    assert_eq!(result(of, &count), (String::new(), "BC".into()));
}

#[test]
fn counting_ties_4_a_tie_for_the_second_seat_leaves_the_first_elected() {
    let of = "ABCDE";
    let count = stv(5, &letters(of, "3*B 2*D>B D C>B>E A>B C>E>B E>B>D C>B"), 2);
    assert_eq!(result(of, &count), ("B".into(), "CD".into()));
}

#[test]
fn counting_ties_5_earlier_rounds_decide_before_every_way_is_followed() {
    let of = "ABC";
    let count = run_off(3, &letters(of, "2*B A>C C"));
    assert_eq!(
        result(of, &count).0,
        "B",
        "whoever of A and C is out first, earlier rounds have B ahead of C"
    );
}

#[test]
fn host_22_few_ballots_among_many_options_are_counted_at_once() {
    let start = std::time::Instant::now();
    for seats in [2, 10, 30] {
        let count = stv(60, &profile(&["1 A"]), seats);
        assert_eq!((count.elected.as_slice(), count.tied.len()), (&[0][..], 59), "the others have no votes");
    }
    let level: Profile = (0..60).map(|option| (vec![option], 1)).collect();
    assert_eq!(run_off(60, &level).tied.len(), 60);
    assert_eq!(stv(60, &level, 3).tied.len(), 60);
    // Tests run unoptimised and in parallel.
    assert!(start.elapsed() < std::time::Duration::from_mins(2), "{:?}", start.elapsed());
}

#[test]
fn exhausted_ballots_stand_for_nobody() {
    let count = run_off(3, &profile(&["4 A", "3 B", "2 C"]));
    assert_eq!(count.rounds[1].exhausted, 2 * UNIT);
    assert_eq!(count.elected, [0], "4 of the 7 that stand");
}

#[test]
fn a_hundred_thousand_ballots_of_twelve_are_counted_in_a_moment() {
    let mut profile = Profile::new();
    let mut seed = 1_u64;
    for _ in 0..100_000 {
        let mut left: Vec<u8> = (0..12).collect();
        let ranking = (0..12).map(|_| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            left.remove((seed >> 33) as usize % left.len())
        });
        *profile.entry(ranking.collect()).or_default() += 1;
    }
    let start = std::time::Instant::now();
    let counted = (run_off(12, &profile), stv(12, &profile, 3), schulze(12, &profile));
    let took = start.elapsed();
    assert_eq!((counted.0.elected.len(), counted.1.elected.len()), (1, 3));
    // Tests run unoptimised and in parallel; the benchmark measures the real figure.
    assert!(took < std::time::Duration::from_mins(2), "{took:?}");
}

const OPTIONS: usize = 5;

/// Any number of the options, even none, in any order.
fn ranking() -> impl Strategy<Value = Ranking> {
    let all: Ranking = (0..5).collect();
    (Just(all).prop_shuffle(), 0..=OPTIONS).prop_map(|(mut all, n)| {
        all.truncate(n);
        all
    })
}

fn tallied(ballots: &[Ranking]) -> Profile {
    let mut profile = Profile::new();
    for ballot in ballots {
        *profile.entry(ballot.clone()).or_default() += 1;
    }
    profile
}

fn sorted(mut places: Vec<usize>) -> Vec<usize> {
    places.sort_unstable();
    places
}

/// The Condorcet winner: the option that beats every other in their pairwise comparison.
fn condorcet(profile: &Profile) -> Option<usize> {
    let preferred = schulze(OPTIONS, profile).preferred;
    (0..OPTIONS).find(|&i| (0..OPTIONS).all(|j| i == j || preferred[i][j] > preferred[j][i]))
}

proptest! {
    #[test]
    fn a_majority_winner_wins_a_run_off(ballots in vec(ranking(), 1..30)) {
        let standing = ballots.iter().filter(|b| !b.is_empty()).count();
        let firsts = |i: u8| ballots.iter().filter(|b| b.first() == Some(&i)).count();
        if let Some(winner) = (0..5).find(|&i| firsts(i) * 2 > standing) {
            prop_assert_eq!(run_off(OPTIONS, &tallied(&ballots)).elected, [usize::from(winner)]);
        }
    }

    #[test]
    fn a_condorcet_winner_wins_by_schulze(ballots in vec(ranking(), 1..30)) {
        let profile = tallied(&ballots);
        if let Some(winner) = condorcet(&profile) {
            prop_assert_eq!(&schulze(OPTIONS, &profile).order[0], &[winner]);
        }
    }

    #[test]
    fn one_seat_is_a_run_off(ballots in vec(ranking(), 1..30)) {
        let profile = tallied(&ballots);
        let (one, seat) = (run_off(OPTIONS, &profile), stv(OPTIONS, &profile, 1));
        if one.tied.is_empty() && seat.tied.is_empty() {
            prop_assert_eq!(one.elected, seat.elected);
        }
    }

    #[test]
    fn as_many_are_elected_as_there_are_seats(ballots in vec(ranking(), 1..30), seats in 1_u32..5) {
        let profile = tallied(&ballots);
        let count = stv(OPTIONS, &profile, seats);
        prop_assert!(count.elected.len() <= seats as usize);
        if count.tied.is_empty() && ballots.iter().any(|b| !b.is_empty()) {
            prop_assert_eq!(count.elected.len(), seats as usize);
        } else if !count.tied.is_empty() {
            prop_assert!(count.elected.len() + count.tied.len() > seats as usize);
        }
    }

    #[test]
    fn no_vote_is_made_or_lost(ballots in vec(ranking(), 1..30), seats in 2_u32..5) {
        let profile = tallied(&ballots);
        let all = ballots.iter().filter(|b| !b.is_empty()).count() as u64 * UNIT;
        for round in run_off(OPTIONS, &profile).rounds {
            prop_assert_eq!(round.votes.iter().flatten().sum::<u64>() + round.exhausted, all);
        }
        for round in stv(OPTIONS, &profile, seats).rounds {
            // Cutting loses less than a hundred-thousandth per ballot and transfer.
            let sum = round.votes.iter().flatten().sum::<u64>() + round.exhausted;
            prop_assert!(sum <= all && all - sum <= ballots.len() as u64 * 5);
        }
    }

    #[test]
    fn counting_ties_many_who_are_behind_are_counted_as_the_rules_say(
        ballots in vec(ranking(), 1..6),
        ahead in vec(0_usize..12, 2),
        seats in 1_u32..4,
    ) {
        // Some options have far more votes than the others.
        let ahead = ahead.iter().zip([[4, 3, 2], [3, 4, 1]]).flat_map(|(n, order)| vec![order.to_vec(); *n]);
        let ballots: Vec<Ranking> = ballots.into_iter().chain(ahead).collect();
        let profile = tallied(&ballots);
        let count = run_off(OPTIONS, &profile);
        prop_assert_eq!((sorted(count.elected), count.tied), literal::run_off(OPTIONS, &ballots));
        let count = stv(OPTIONS, &profile, seats);
        prop_assert_eq!((sorted(count.elected), count.tied), literal::stv(OPTIONS, &ballots, seats as usize));
    }

    #[test]
    fn counting_ties_a_count_comes_to_what_the_published_rules_say_word_for_word(
        ballots in vec(ranking(), 1..12),
        seats in 1_u32..4,
    ) {
        let profile = tallied(&ballots);
        let count = run_off(OPTIONS, &profile);
        prop_assert_eq!((sorted(count.elected), count.tied), literal::run_off(OPTIONS, &ballots));
        let count = stv(OPTIONS, &profile, seats);
        prop_assert_eq!((sorted(count.elected), count.tied), literal::stv(OPTIONS, &ballots, seats as usize));
    }

    #[test]
    fn what_an_option_is_called_never_matters(
        ballots in vec(ranking(), 1..30),
        names in Just((0..5).collect::<Ranking>()).prop_shuffle(),
    ) {
        let called = |i: usize| usize::from(names[i]);
        let renamed = |ballot: &Ranking| ballot.iter().map(|&i| names[usize::from(i)]).collect::<Ranking>();
        let (one, other) = (tallied(&ballots), tallied(&ballots.iter().map(renamed).collect::<Vec<_>>()));
        let set = |places: &[usize]| sorted(places.iter().map(|&i| called(i)).collect());
        for seats in [None, Some(2), Some(3)] {
            let count = |profile| match seats {
                None => run_off(OPTIONS, profile),
                Some(seats) => stv(OPTIONS, profile, seats),
            };
            let (one, other) = (count(&one), count(&other));
            prop_assert_eq!(set(&one.elected), sorted(other.elected));
            prop_assert_eq!(set(&one.tied), sorted(other.tied));
        }
        let order: Vec<_> = schulze(OPTIONS, &one).order.iter().map(|level| set(level)).collect();
        prop_assert_eq!(order, schulze(OPTIONS, &other).order);
    }

    #[test]
    fn a_ballot_for_the_winner_alone_never_unelects_them_by_schulze(ballots in vec(ranking(), 1..30)) {
        let before = schulze(OPTIONS, &tallied(&ballots));
        if let Some([winner]) = before.order.first().map(Vec::as_slice) {
            let one_more = [ballots.as_slice(), &[vec![u8::try_from(*winner).unwrap()]]].concat();
            prop_assert_eq!(&schulze(OPTIONS, &tallied(&one_more)).order[0], &[*winner]);
        }
    }

    #[test]
    fn hostile_rankings_count_or_not_but_never_panic(ballots in vec(vec(any::<u8>(), 0..8), 0..20)) {
        let profile = tallied(&ballots);
        let _ = (run_off(OPTIONS, &profile), stv(OPTIONS, &profile, 2), schulze(OPTIONS, &profile));
    }
}

#[test]
fn a_count_moved_is_the_count_of_what_was_moved() {
    let to = [Some(2), Some(0), Some(3), Some(1)];
    let orders: [(&[u8], u32); 6] =
        [(&[0, 1, 2], 5), (&[1, 3], 4), (&[2, 1, 0, 3], 3), (&[3, 2], 6), (&[2, 3, 1], 2), (&[0], 1)];
    let before: Profile = orders.iter().map(|(order, n)| (order.to_vec(), *n)).collect();
    let place = |at: &u8| u8::try_from(to[usize::from(*at)].unwrap()).unwrap();
    let after: Profile = orders.iter().map(|(order, n)| (order.iter().map(place).collect(), *n)).collect();
    assert_eq!(run_off(4, &before).moved(4, &to), run_off(4, &after));
    assert_eq!(stv(4, &before, 2).moved(4, &to), stv(4, &after, 2));
    assert_eq!(schulze(4, &before).moved(4, &to), schulze(4, &after));
}
