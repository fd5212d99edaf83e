use folkmoot::domain::activity::Count::{BestPost, LikedPosts, PollsVoted, Posts};
use folkmoot::domain::activity::Metric::Of;
use folkmoot::domain::activity::{Activity, Count, Facts, Metric, Window};
use folkmoot::domain::badge::{Condition, DEFAULTS, Op, Rule, ahead, default_badge};
use folkmoot::domain::id::BadgeId;

const TODAY: i64 = 20_000;

const fn ever(metric: Metric, op: Op, value: u32) -> Condition {
    Condition { metric, op, value, window: Window::Ever }
}

fn facts(activity: &Activity) -> Facts<'_> {
    Facts { activity, today: TODAY, joined: Some(TODAY - 800), leads: false }
}

fn with(counts: &[(Count, u32)]) -> Activity {
    let mut activity = Activity::default();
    for &(count, n) in counts {
        activity.add(count, TODAY, n);
    }
    activity
}

#[test]
fn each_operator_compares_as_it_reads() {
    let activity = with(&[(Posts, 5)]);
    let holds = |op, value| ever(Of(Posts), op, value).holds(&facts(&activity));
    let table = [
        (Op::AtLeast, [true, true, false]),
        (Op::MoreThan, [true, false, false]),
        (Op::Equal, [false, true, false]),
        (Op::Unequal, [true, false, true]),
        (Op::LessThan, [false, false, true]),
        (Op::AtMost, [false, true, true]),
    ];
    for (op, expected) in table {
        assert_eq!([4, 5, 6].map(|value| holds(op, value)), expected, "{op:?}");
    }
}

#[test]
fn a_rule_without_conditions_is_never_met() {
    let activity = Activity::default();
    assert!(!Rule::All(&[]).holds(&facts(&activity)));
    assert!(!Rule::Any(&[]).holds(&facts(&activity)));
}

#[test]
fn an_unknown_metric_meets_no_condition_not_even_a_negative_one() {
    let activity = Activity::default();
    for op in [Op::AtLeast, Op::LessThan, Op::Unequal] {
        assert!(!ever(Of(Posts), op, 0).holds(&facts(&activity)), "{op:?}");
    }
}

#[test]
fn all_needs_each_and_any_needs_one() {
    const BOTH: [Condition; 2] = [ever(Of(Posts), Op::AtLeast, 1), ever(Of(PollsVoted), Op::AtLeast, 1)];
    let activity = with(&[(Posts, 5), (PollsVoted, 0)]);
    assert!(!Rule::All(&BOTH).holds(&facts(&activity)));
    assert!(Rule::Any(&BOTH).holds(&facts(&activity)));
}

#[test]
fn a_window_leaves_older_days_out() {
    let mut activity = Activity::default();
    activity.add(Posts, TODAY - 7, 3);
    let week = Condition { window: Window::Days(7), ..ever(Of(Posts), Op::AtLeast, 1) };
    assert!(!week.holds(&facts(&activity)));
    assert!(week.holds(&Facts { today: TODAY - 1, ..facts(&activity) }));
}

#[test]
fn thresholds_of_the_default_set() {
    let earned =
        |counts: &[(Count, u32)], id: &str| default_badge(id).unwrap().1.times(&facts(&with(counts)));
    assert_eq!([9, 10].map(|n| earned(&[(BestPost, n)], "nice-post")), [0, 1]);
    assert_eq!([24, 25].map(|n| earned(&[(BestPost, n)], "good-post")), [0, 1]);
    assert_eq!([49, 50].map(|n| earned(&[(BestPost, n)], "great-post")), [0, 1]);
    assert_eq!([20, 21].map(|n| earned(&[(LikedPosts, n)], "appreciated")), [0, 1]);
    assert_eq!([0, 1, 2].map(|n| earned(&[(PollsVoted, n)], "first-vote")), [0, 1, 1]);
}

#[test]
fn ten_days_in_a_row_make_an_enthusiast() {
    let mut activity = Activity::default();
    for day in 0..9 {
        activity.add(Count::Visits, TODAY - 30 - day, 1);
    }
    let enthusiast = default_badge("enthusiast").unwrap().1;
    assert_eq!(enthusiast.times(&facts(&activity)), 0);
    activity.add(Count::Visits, TODAY - 29, 1);
    assert_eq!(enthusiast.times(&facts(&activity)), 1);
}

#[test]
fn an_anniversary_comes_every_year() {
    let activity = Activity::default();
    let years = |age| {
        let facts = Facts { joined: Some(TODAY - age), ..facts(&activity) };
        default_badge("anniversary").unwrap().1.times(&facts)
    };
    assert_eq!([364, 365, 729, 730].map(years), [0, 1, 1, 2]);
}

#[test]
fn what_is_ahead_is_the_next_of_each_kind_and_within_reach_the_least_work_first() {
    let activity = with(&[(Posts, 40), (PollsVoted, 1), (Count::Visits, 1)]);
    let held = |id: &str| ["first-post", "first-vote"].contains(&id);
    let next = ahead(&DEFAULTS, held, &facts(&activity));
    let names: Vec<_> = next.iter().map(|a| (a.name.as_str(), a.current, a.target)).collect();
    assert_eq!(names, [("Settled in", 1, 3), ("Regular voice", 40, 50)]);
    assert_eq!(next[1].tip, "Posts of your own: 10 to go");
}

#[test]
fn nothing_unknown_is_ahead() {
    assert_eq!(ahead(&DEFAULTS, |_| false, &facts(&Activity::default())), []);
}

#[test]
fn default_badges_have_ids_of_their_own() {
    for (i, badge) in DEFAULTS.iter().enumerate() {
        assert!(BadgeId::new(badge.id).is_ok(), "{}", badge.id);
        assert_eq!(default_badge(badge.id).map(|(place, _)| place), Some(i), "{}", badge.id);
    }
}
