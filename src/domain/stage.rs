//! The rules by which a member has one of the five stages.

use super::activity::{Count, Facts, Metric, Window};
use super::member::Stage;

/// The least number of days between two moves down.
const REST: i64 = 30;

/// The stage that a member has, and what the rule of 30 days needs to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    /// The member's stage.
    pub stage: Stage,
    /// The day they last moved down, in days since 1970-01-01.
    pub demoted: Option<i64>,
}

/// The highest stage whose rule a member meets today; `None` where too little is known to say.
pub fn find(facts: &Facts<'_>) -> Option<Stage> {
    let at_least = |metric, window, n| facts.value(metric, Window::Days(window)).is_some_and(|v| v >= n);
    let some = |count| at_least(Metric::Of(count), 28, 1);
    let leads = at_least(Metric::Of(Count::LeadActions), 91, 1) && at_least(Metric::ActiveDays, 91, 30);
    if facts.leads || leads {
        return Some(Stage::Leader);
    }
    let writes = at_least(Metric::Of(Count::Posts), 28, 4)
        && at_least(Metric::Of(Count::TopicsReplied), 28, 3)
        && some(Count::ReactionsReceived);
    if writes && at_least(Metric::ActiveDays, 30, 7) {
        return Some(Stage::Contributor);
    }
    let takes_part =
        some(Count::Posts) || some(Count::ReactionsGiven) || some(Count::PollsVoted) || some(Count::Comments);
    if takes_part && facts.activity.best_week(facts.today).is_some_and(|days| days >= 2) {
        return Some(Stage::Engaged);
    }
    match facts.age_days() {
        Some(..=30) => Some(Stage::Newcomer),
        Some(_) => facts.value(Metric::ActiveDays, Window::Ever).map(|_| Stage::Lurker),
        None => None,
    }
}

/// The stage a member has after `found` was today's: it rises at once, and falls at most once in 30 days.
pub fn settle(held: Option<Held>, found: Option<Stage>, today: i64) -> Option<Held> {
    let Some(stage) = found else { return held };
    let Some(held) = held else { return Some(Held { stage, demoted: None }) };
    if stage >= held.stage {
        return Some(Held { stage, ..held });
    }
    if held.demoted.is_some_and(|day| today - day < REST) {
        return Some(held);
    }
    Some(Held { stage, demoted: Some(today) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::activity::Activity;

    const TODAY: i64 = 20_000;

    /// An activity in which every count is known, each of the last `days` days has a visit, and today has these counts.
    fn activity(days: i64, counts: &[(Count, u32)]) -> Activity {
        let mut activity = Activity::default();
        for (count, _) in crate::domain::activity::COUNTS {
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
}
