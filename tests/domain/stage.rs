use folkmoot::domain::activity::{Activity, COUNTS, Count, Facts};
use folkmoot::domain::member::Stage;
use folkmoot::domain::stage::{Held, find, settle};

const TODAY: i64 = 20_000;

/// An activity in which every count is known, each of the last `days` days has a visit, and today has these counts.
fn activity(days: i64, counts: &[(Count, u32)]) -> Activity {
    let mut activity = Activity::default();
    for (count, _) in COUNTS {
        activity.add(count, TODAY - 500, 0);
    }
    for day in 0..days {
        activity.add(Count::Visits, TODAY - day, 1);
    }
    for &(count, n) in counts {
        activity.add(count, TODAY, n);
    }
    activity
}

fn stage(age: i64, activity: &Activity) -> Option<Stage> {
    find(&Facts { activity, today: TODAY, joined: Some(TODAY - age), leads: false })
}

#[test]
fn three_days_old_with_one_active_day_is_a_newcomer() {
    assert_eq!(stage(3, &activity(1, &[])), Some(Stage::Newcomer));
}

#[test]
fn twelve_of_thirty_days_and_nothing_written_is_a_lurker() {
    assert_eq!(stage(400, &activity(12, &[])), Some(Stage::Lurker));
}

#[test]
fn two_days_and_a_vote_is_engaged() {
    assert_eq!(stage(400, &activity(2, &[(Count::PollsVoted, 1)])), Some(Stage::Engaged));
}

#[test]
fn seven_days_four_posts_three_topics_one_received_is_a_contributor() {
    let counts = [(Count::Posts, 4), (Count::TopicsReplied, 3), (Count::ReactionsReceived, 1)];
    assert_eq!(stage(400, &activity(7, &counts)), Some(Stage::Contributor));
    assert_eq!(stage(400, &activity(6, &counts)), Some(Stage::Engaged));
}

#[test]
fn forty_posts_in_two_topics_is_engaged() {
    let counts = [(Count::Posts, 40), (Count::TopicsReplied, 2), (Count::ReactionsReceived, 9)];
    assert_eq!(stage(400, &activity(7, &counts)), Some(Stage::Engaged));
}

#[test]
fn a_lead_action_leads_with_thirty_active_days_and_a_role_leads_at_once() {
    let hosted = [(Count::LeadActions, 1)];
    assert_eq!(stage(400, &activity(30, &hosted)), Some(Stage::Leader));
    assert_eq!(stage(400, &activity(29, &hosted)), Some(Stage::Lurker));
    let nothing = Activity::default();
    let facts = Facts { activity: &nothing, today: TODAY, joined: None, leads: true };
    assert_eq!(find(&facts), Some(Stage::Leader));
}

#[test]
fn what_is_unknown_decides_nothing() {
    let mut voted = Activity::default();
    voted.add(Count::PollsVoted, TODAY, 1);
    let facts = Facts { activity: &voted, today: TODAY, joined: None, leads: false };
    assert_eq!(find(&facts), None);
    assert_eq!(stage(400, &voted), None);
}

#[test]
fn up_at_once_and_down_at_most_once_in_thirty_days() {
    let at = |stage, demoted| Some(Held { stage, demoted });
    assert_eq!(settle(None, Some(Stage::Newcomer), 1), at(Stage::Newcomer, None));
    assert_eq!(settle(at(Stage::Newcomer, None), Some(Stage::Engaged), 2), at(Stage::Engaged, None));
    let down = settle(at(Stage::Contributor, None), Some(Stage::Engaged), 3);
    assert_eq!(down, at(Stage::Engaged, Some(3)));
    assert_eq!(settle(down, Some(Stage::Lurker), 32), down);
    assert_eq!(settle(down, Some(Stage::Lurker), 33), at(Stage::Lurker, Some(33)));
    assert_eq!(settle(down, Some(Stage::Leader), 4), at(Stage::Leader, Some(3)));
    assert_eq!(settle(down, None, 99), down);
}
