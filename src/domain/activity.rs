//! What a member did: counts per day, and their sums over a window of days.
//!
//! A missing count is unknown, not zero: where a host has never reported reactions, no rule about reactions is met.

use std::collections::BTreeMap;

/// What is counted for a member, day by day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Count {
    /// Visits to the site.
    Visits,
    /// Posts that they read.
    PostsRead,
    /// Posts that they wrote.
    Posts,
    /// Topics that they started.
    TopicsStarted,
    /// Other members' topics that they replied to, each counted on the day of the first reply.
    TopicsReplied,
    /// Reactions that they gave.
    ReactionsGiven,
    /// Reactions that their posts received.
    ReactionsReceived,
    /// Posts that received a reaction, each counted on the day it was written.
    LikedPosts,
    /// The most reactions to any one post written on that day.
    BestPost,
    /// Polls that they voted in.
    PollsVoted,
    /// Times that they hosted, mentored or moderated.
    LeadActions,
    /// Comments on polls, not posts.
    Comments,
    /// Steps of the checklist that they completed.
    Steps,
}

/// Every count, and its name in a database.
pub const COUNTS: [(Count, &str); 13] = [
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
    (Count::Comments, "comments"),
    (Count::Steps, "steps"),
];

/// The days over which a count is summed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    /// All days on record.
    Ever,
    /// This many days, the last of which is today.
    Days(u32),
}

/// A number derived from the counts, which rules compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Metric {
    /// One count, summed over the window.
    Of(Count),
    /// Days with a visit in the window.
    ActiveDays,
    /// The longest run of consecutive days with a visit, whatever the window.
    DaysInARow,
    /// Whole years of 365 days since the member joined.
    Years,
}

/// A member's activity: how much of each count on each day.
#[derive(Clone, Debug, Default)]
pub struct Activity {
    days: BTreeMap<(Count, i64), u32>,
}

/// What the rules need to know about a member on one day.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The member's activity.
    pub activity: &'a Activity,
    /// The day in question, in days since 1970-01-01. Later days are left out.
    pub today: i64,
    /// The day they joined, in days since 1970-01-01, where known.
    pub joined: Option<i64>,
    /// Whether the host gave them a leading role.
    pub leads: bool,
}

impl Count {
    /// Its name in a database.
    pub fn word(self) -> &'static str {
        COUNTS.iter().find(|(count, _)| *count == self).map_or("", |(_, word)| word)
    }

    /// The count with this name in a database.
    pub fn of(word: &str) -> Option<Self> {
        COUNTS.iter().find(|(_, w)| *w == word).map(|(count, _)| *count)
    }
}

impl Activity {
    /// Adds `n` to a day's count; for [`Count::BestPost`], keeps the greater of the two. Adding 0 makes the count known.
    pub fn add(&mut self, count: Count, day: i64, n: u32) {
        let held = self.days.entry((count, day)).or_default();
        *held = if count == Count::BestPost { (*held).max(n) } else { held.saturating_add(n) };
    }

    /// All counts as `(count, day, number)`, sorted by count, then by day.
    pub fn iter(&self) -> impl Iterator<Item = (Count, i64, u32)> {
        self.days.iter().map(|(&(count, day), &n)| (count, day, n))
    }

    /// A count over a window that ends with `today`: the sum of its days, or the greatest for [`Count::BestPost`].
    /// `None` where the host never reported this count.
    pub fn over(&self, count: Count, window: Window, today: i64) -> Option<u32> {
        self.known(count)?;
        let days = self.days.range((count, first_day(window, today))..=(count, today)).map(|(_, &n)| n);
        let best = count == Count::BestPost;
        Some(if best { days.max().unwrap_or(0) } else { days.fold(0, u32::saturating_add) })
    }

    /// The number of days with a visit in the window; `None` where the host never reported visits.
    pub fn active_days(&self, window: Window, today: i64) -> Option<u32> {
        self.known(Count::Visits)?;
        Some(number(self.visited(first_day(window, today), today).count()))
    }

    /// The number of days with a visit in the best of the last four weeks, which are counted back from today.
    pub fn best_week(&self, today: i64) -> Option<u32> {
        self.known(Count::Visits)?;
        let week = |n: i64| number(self.visited(today - 7 * n - 6, today - 7 * n).count());
        (0..4).map(week).max()
    }

    /// The longest run of consecutive days with a visit, up to `today`.
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

    /// The current run of consecutive days with a visit: it ends today, or yesterday where there was no visit today yet.
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
    /// The value of a metric; `None` where it is unknown.
    pub fn value(&self, metric: Metric, window: Window) -> Option<u32> {
        match metric {
            Metric::Of(count) => self.activity.over(count, window, self.today),
            Metric::ActiveDays => self.activity.active_days(window, self.today),
            Metric::DaysInARow => self.activity.longest_run(self.today),
            Metric::Years => self.age_days().map(|days| days / 365),
        }
    }

    /// Whole days since the member joined.
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
