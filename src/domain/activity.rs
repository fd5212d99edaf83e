//! What a member did, as counts a day, and what those come to over a window of days.
//!
//! Absent is unknown, never zero: a host that has never told of reactions leaves every rule about reactions undecided.

use std::collections::BTreeMap;

/// Something that is counted for a member, day by day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Count {
    /// Visits to the site.
    Visits,
    /// Posts read.
    PostsRead,
    /// Posts written.
    Posts,
    /// Topics started.
    TopicsStarted,
    /// Topics of others answered, each on the day of the first answer.
    TopicsReplied,
    /// Reactions given.
    ReactionsGiven,
    /// Reactions received.
    ReactionsReceived,
    /// Posts that came to have a reaction, each on the day they were written.
    LikedPosts,
    /// The most reactions that a post written on the day has.
    BestPost,
    /// Polls voted in.
    PollsVoted,
    /// Hosting, mentoring, moderating.
    LeadActions,
}

/// Every count and the word that stores use for it.
pub const COUNTS: [(Count, &str); 11] = [
    (Count::Visits, "visits"),
    (Count::PostsRead, "posts_read"),
    (Count::Posts, "posts"),
    (Count::TopicsStarted, "topics_started"),
    (Count::TopicsReplied, "topics_replied"),
    (Count::ReactionsGiven, "reactions_given"),
    (Count::ReactionsReceived, "reactions_received"),
    (Count::LikedPosts, "liked_posts"),
    (Count::BestPost, "best_post"),
    (Count::PollsVoted, "polls_voted"),
    (Count::LeadActions, "lead_actions"),
];

/// Which days count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    /// All that are known.
    Ever,
    /// Today and the days before it, so many in all.
    Days(u32),
}

/// What is derived from the counts; what rules are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Metric {
    /// A count over the window.
    Of(Count),
    /// Days with a visit in the window.
    ActiveDays,
    /// The longest run of days with a visit, ever.
    DaysInARow,
    /// Whole years since the member joined.
    Years,
}

/// A member's counts.
#[derive(Clone, Debug, Default)]
pub struct Activity {
    days: BTreeMap<(Count, i64), u32>,
}

/// All that is known of a member on a day.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// What they did.
    pub activity: &'a Activity,
    /// The day that it is, in whole days since 1970-01-01; later days do not count.
    pub today: i64,
    /// The day they joined, where it is known.
    pub joined: Option<i64>,
    /// Whether the host gave them a leading role.
    pub leads: bool,
}

impl Count {
    /// The count that a store's word means.
    pub fn of(word: &str) -> Option<Self> {
        COUNTS.iter().find(|(_, w)| *w == word).map(|(count, _)| *count)
    }
}

impl Activity {
    /// Adds to what is known of a day. Adding 0 makes the count known.
    pub fn add(&mut self, count: Count, day: i64, n: u32) {
        let held = self.days.entry((count, day)).or_default();
        *held = if count == Count::BestPost { (*held).max(n) } else { held.saturating_add(n) };
    }

    /// Every day's counts, those of one count together, in the order of days.
    pub fn iter(&self) -> impl Iterator<Item = (Count, i64, u32)> {
        self.days.iter().map(|(&(count, day), &n)| (count, day, n))
    }

    /// A count over a window that ends with `today`: a sum, or the greatest of the days for [`Count::BestPost`].
    /// `None` where the host never told of it.
    pub fn over(&self, count: Count, window: Window, today: i64) -> Option<u32> {
        self.known(count)?;
        let days = self.days.range((count, first_day(window, today))..=(count, today)).map(|(_, &n)| n);
        Some(match count {
            Count::BestPost => days.max().unwrap_or(0),
            _ => days.fold(0, u32::saturating_add),
        })
    }

    /// Days with a visit in the window.
    pub fn active_days(&self, window: Window, today: i64) -> Option<u32> {
        self.known(Count::Visits)?;
        Some(number(self.visited(first_day(window, today), today).count()))
    }

    /// The most days with a visit in any of the last four weeks, counted back from today.
    pub fn best_week(&self, today: i64) -> Option<u32> {
        self.known(Count::Visits)?;
        let week = |n: i64| number(self.visited(today - 7 * n - 6, today - 7 * n).count());
        (0..4).map(week).max()
    }

    /// The longest run of days with a visit until `today`.
    pub fn longest_run(&self, today: i64) -> Option<u32> {
        self.known(Count::Visits)?;
        let (mut longest, mut run, mut before) = (0, 0, None);
        for day in self.visited(i64::MIN, today) {
            run = if before == Some(day - 1) { run + 1 } else { 1 };
            longest = longest.max(run);
            before = Some(day);
        }
        Some(longest)
    }

    /// The run of days with a visit that ends today, or yesterday where there was none today yet.
    pub fn current_run(&self, today: i64) -> Option<u32> {
        self.known(Count::Visits)?;
        let mut next = today;
        let mut run = 0;
        for day in self.visited(i64::MIN, today).rev() {
            if day != next && !(run == 0 && day == today - 1) {
                break;
            }
            run += 1;
            next = day - 1;
        }
        Some(run)
    }

    fn known(&self, count: Count) -> Option<()> {
        self.days.range((count, i64::MIN)..=(count, i64::MAX)).next().map(|_| ())
    }

    fn visited(&self, from: i64, to: i64) -> impl DoubleEndedIterator<Item = i64> {
        let days = self.days.range((Count::Visits, from)..=(Count::Visits, to));
        days.filter(|&(_, &n)| n > 0).map(|(&(_, day), _)| day)
    }
}

impl Facts<'_> {
    /// The value of a metric; `None` where the host does not know it.
    pub fn value(&self, metric: Metric, window: Window) -> Option<u32> {
        match metric {
            Metric::Of(count) => self.activity.over(count, window, self.today),
            Metric::ActiveDays => self.activity.active_days(window, self.today),
            Metric::DaysInARow => self.activity.longest_run(self.today),
            Metric::Years => self.age_days().map(|days| days / 365),
        }
    }

    /// Whole days since the member joined, where that is known.
    pub fn age_days(&self) -> Option<u32> {
        self.joined.map(|day| u32::try_from(self.today - day).unwrap_or(0))
    }
}

fn first_day(window: Window, today: i64) -> i64 {
    match window {
        Window::Ever => i64::MIN,
        Window::Days(n) => today - i64::from(n) + 1,
    }
}

fn number(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn visits(days: &[i64]) -> Activity {
        let mut activity = Activity::default();
        for &day in days {
            activity.add(Count::Visits, day, 1);
        }
        activity
    }

    #[test]
    fn a_window_ends_with_today_and_has_so_many_days() {
        let mut activity = Activity::default();
        for day in [93, 94, 100, 101] {
            activity.add(Count::Posts, day, 2);
        }
        assert_eq!(activity.over(Count::Posts, Window::Days(7), 100), Some(4));
        assert_eq!(activity.over(Count::Posts, Window::Ever, 100), Some(6));
    }

    #[test]
    fn what_the_host_never_told_is_unknown_and_what_it_told_of_another_day_is_zero() {
        let mut activity = Activity::default();
        activity.add(Count::Posts, 3, 0);
        assert_eq!(activity.over(Count::Posts, Window::Days(7), 100), Some(0));
        assert_eq!(activity.over(Count::Visits, Window::Ever, 100), None);
        assert_eq!((activity.active_days(Window::Ever, 100), activity.longest_run(100)), (None, None));
    }

    #[test]
    fn the_best_post_is_the_greatest_of_the_days() {
        let mut activity = Activity::default();
        for (day, n) in [(1, 4), (2, 11), (2, 7), (3, 0)] {
            activity.add(Count::BestPost, day, n);
        }
        assert_eq!(activity.over(Count::BestPost, Window::Ever, 9), Some(11));
    }

    #[test]
    fn runs_are_of_days_one_after_the_other() {
        let activity = visits(&[1, 2, 3, 4, 8, 9]);
        assert_eq!(activity.longest_run(9), Some(4));
        assert_eq!(activity.longest_run(2), Some(2));
        assert_eq!([9, 10, 11].map(|today| activity.current_run(today)), [Some(2), Some(2), Some(0)]);
    }

    #[test]
    fn the_best_week_is_one_of_the_last_four() {
        assert_eq!(visits(&[50, 51, 52, 73, 80, 81]).best_week(100), Some(2));
        assert_eq!(visits(&[50, 51, 52]).best_week(100), Some(0));
    }
}
