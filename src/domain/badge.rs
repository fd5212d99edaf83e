//! Badges: the rules by which members earn them, and how near a member is to the next.

use super::activity::{Count, Facts, Metric, Window};
use super::id::BadgeId;
use super::member::{Ahead, Icon, Tier};

/// A badge, and the rule by which members earn it.
#[derive(Clone, Copy, Debug)]
pub struct Badge {
    /// The badge's id.
    pub id: &'static str,
    /// Its name.
    pub name: &'static str,
    /// What it is given for.
    pub description: &'static str,
    /// Its picture.
    pub icon: Icon,
    /// Its rank.
    pub tier: Tier,
    /// The heading in the card under which it is listed.
    pub group: &'static str,
    /// The conditions.
    pub rule: Rule,
    /// Whether it is given as many times as its first condition counts, rather than once.
    pub repeats: bool,
    /// How to earn it, with `{n}` for the number still missing; empty where a number would only nag.
    pub tip: &'static str,
}

/// The conditions of a badge. One without conditions is never given.
#[derive(Clone, Copy, Debug)]
pub enum Rule {
    /// All of these must be met.
    All(&'static [Condition]),
    /// At least one of these must be met.
    Any(&'static [Condition]),
}

/// A condition on a metric, such as at least 10 posts in the last 30 days.
#[derive(Clone, Copy, Debug)]
pub struct Condition {
    /// The metric that is compared.
    pub metric: Metric,
    /// How it is compared.
    pub op: Op,
    /// The value with which it is compared.
    pub value: u32,
    /// The days over which the metric is taken.
    pub window: Window,
}

/// How a metric is compared with a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// `>=`
    AtLeast,
    /// `>`
    MoreThan,
    /// `==`
    Equal,
    /// `!=`
    Unequal,
    /// `<`
    LessThan,
    /// `<=`
    AtMost,
}

/// The most badges that [`ahead`] returns: encouragement, not a score board.
const MOST_AHEAD: usize = 3;

/// A badge for which more than this is missing is shown only once a quarter is done: before that it would not encourage.
const NEAR: u32 = 3;

impl Condition {
    /// Whether the condition is met. An unknown metric meets none.
    pub fn holds(&self, facts: &Facts<'_>) -> bool {
        let Some(value) = facts.value(self.metric, self.window) else { return false };
        match self.op {
            Op::AtLeast => value >= self.value,
            Op::MoreThan => value > self.value,
            Op::Equal => value == self.value,
            Op::Unequal => value != self.value,
            Op::LessThan => value < self.value,
            Op::AtMost => value <= self.value,
        }
    }

    /// The least value that meets the condition, where greater values meet it, too.
    fn target(&self) -> Option<u32> {
        match self.op {
            Op::AtLeast => Some(self.value),
            Op::MoreThan => self.value.checked_add(1),
            Op::Equal | Op::Unequal | Op::LessThan | Op::AtMost => None,
        }
    }
}

impl Rule {
    /// Whether a member with these facts earns the badge.
    pub fn holds(&self, facts: &Facts<'_>) -> bool {
        match self {
            Self::All(conditions) => !conditions.is_empty() && conditions.iter().all(|c| c.holds(facts)),
            Self::Any(conditions) => conditions.iter().any(|c| c.holds(facts)),
        }
    }

    fn conditions(&self) -> &'static [Condition] {
        match self {
            Self::All(conditions) | Self::Any(conditions) => conditions,
        }
    }
}

impl Badge {
    /// How many times a member with these facts has earned the badge; 0 for not at all.
    pub fn times(&self, facts: &Facts<'_>) -> u32 {
        if !self.rule.holds(facts) {
            return 0;
        }
        let first = self.rule.conditions().first().filter(|_| self.repeats);
        first.and_then(|c| facts.value(c.metric, c.window)).unwrap_or(1).max(1)
    }

    fn ahead(&self, facts: &Facts<'_>) -> Option<Ahead> {
        let [condition] = self.rule.conditions() else { return None };
        let target = condition.target()?;
        let current = if matches!(condition.metric, Metric::DaysInARow) {
            facts.activity.current_run(facts.today)?
        } else {
            facts.value(condition.metric, condition.window)?
        };
        let left = target.checked_sub(current).filter(|&left| left > 0)?;
        if left > NEAR && current < target / 4 {
            return None;
        }
        let tip = self.tip.replace("{n}", &left.to_string());
        let badge = BadgeId::new(self.id).ok();
        (!tip.is_empty()).then(|| Ahead { badge, name: self.name.into(), tip, current, target })
    }
}

/// The next badges for a member, those with the least left to do first, and one badge per metric. `held` tells by id which
/// badges the member has.
pub fn ahead(badges: &[Badge], held: impl Fn(&str) -> bool, facts: &Facts<'_>) -> Vec<Ahead> {
    let mut counted: Vec<Metric> = Vec::new();
    let mut all: Vec<Ahead> = Vec::new();
    for badge in badges.iter().filter(|b| !held(b.id)) {
        let Some(metric) = badge.rule.conditions().first().map(|c| c.metric) else { continue };
        if !counted.contains(&metric)
            && let Some(ahead) = badge.ahead(facts)
        {
            counted.push(metric);
            all.push(ahead);
        }
    }
    all.sort_by_key(|a| a.target.saturating_sub(a.current));
    all.truncate(MOST_AHEAD);
    all
}

/// The badge of the default set with this id, and its index in the set.
pub fn default_badge(id: &str) -> Option<(usize, &'static Badge)> {
    DEFAULTS.iter().enumerate().find(|(_, badge)| badge.id == id)
}

const fn ever(metric: Metric, op: Op, value: u32) -> Condition {
    Condition { metric, op, value, window: Window::Ever }
}

macro_rules! badge {
    ($id:literal, $name:literal, $icon:ident $tier:ident, $group:literal, $metric:expr, $op:ident $value:literal, $about:literal, $tip:literal) => {
        Badge {
            id: $id,
            name: $name,
            description: $about,
            icon: Icon::$icon,
            tier: Tier::$tier,
            group: $group,
            rule: Rule::All(&[ever($metric, Op::$op, $value)]),
            repeats: false,
            tip: $tip,
        }
    };
}

use Count::{BestPost, LeadActions, LikedPosts, PollsVoted, Posts, PostsRead, ReactionsGiven, TopicsStarted};
use Metric::{ActiveDays, DaysInARow, Of, Years};

/// The badges that a community starts with. Where a badge comes in bronze, silver and gold, the thresholds are
/// Discourse's.
#[rustfmt::skip]
pub const DEFAULTS: [Badge; 18] = [
    badge!("moderator", "Good shepherd", Star Gold, "Care", Of(LeadActions), AtLeast 10,
        "Welcomed, hosted or moderated ten times.", ""),
    badge!("nice-post", "Nice post", Heart Bronze, "Thanks", Of(BestPost), AtLeast 10,
        "Ten people liked one post.", ""),
    badge!("good-post", "Good post", Heart Silver, "Thanks", Of(BestPost), AtLeast 25,
        "Twenty-five people liked one post.", ""),
    badge!("great-post", "Great post", Heart Gold, "Thanks", Of(BestPost), AtLeast 50,
        "Fifty people liked one post.", ""),
    badge!("appreciated", "Appreciated", Heart Bronze, "Thanks", Of(LikedPosts), MoreThan 20,
        "More than twenty posts that somebody liked.", "Posts that others like: {n} to go"),
    badge!("enthusiast", "Enthusiast", Flame Bronze, "Visits", DaysInARow, AtLeast 10,
        "Here on ten days in a row.", "Come by on days in a row: {n} to go"),
    badge!("aficionado", "Aficionado", Flame Silver, "Visits", DaysInARow, AtLeast 100,
        "Here on a hundred days in a row.", ""),
    badge!("devotee", "Devotee", Flame Gold, "Visits", DaysInARow, AtLeast 365,
        "Here on every day of a year.", ""),
    Badge {
        repeats: true,
        ..badge!("anniversary", "Anniversary", Cake Plain, "Visits", Years, AtLeast 1,
            "A year in the community, and another each year.", "")
    },
    badge!("settled-in", "Settled in", Leaf Plain, "Visits", ActiveDays, AtLeast 3,
        "Came back on three days.", "Come by on other days: {n} to go"),
    badge!("first-post", "First post", Speech Plain, "Taking part", Of(Posts), AtLeast 1,
        "Wrote a first post.", "Say something in any thread"),
    badge!("regular-voice", "Regular voice", Speech Bronze, "Taking part", Of(Posts), AtLeast 50,
        "Wrote fifty posts.", "Posts of your own: {n} to go"),
    badge!("first-topic", "First topic", Speech Plain, "Taking part", Of(TopicsStarted), AtLeast 1,
        "Started a first topic.", "Start a topic of your own"),
    badge!("first-thanks", "First thanks", Heart Plain, "Taking part", Of(ReactionsGiven), AtLeast 1,
        "Liked somebody's post.", "Like a post that helped you"),
    badge!("first-vote", "First vote", Ballot Plain, "Taking part", Of(PollsVoted), AtLeast 1,
        "Voted in a poll.", "Vote in any poll"),
    badge!("good-citizen", "Good citizen", Ballot Bronze, "Taking part", Of(PollsVoted), AtLeast 10,
        "Voted in ten polls.", "Polls to vote in: {n} to go"),
    badge!("reader", "Reader", Book Bronze, "Reading", Of(PostsRead), AtLeast 1000,
        "Read a thousand posts.", "Posts to read: {n} to go"),
    badge!("bookworm", "Bookworm", Book Silver, "Reading", Of(PostsRead), AtLeast 10_000,
        "Read ten thousand posts.", ""),
];
