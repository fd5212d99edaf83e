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
