//! The demo's members, and their activity in ninety days.

use rand::RngExt;
use rand::rngs::StdRng;

use super::DAY;
use crate::domain::activity::{Activity, COUNTS, Count, Facts};
use crate::domain::badge::DEFAULTS;
use crate::domain::id::MemberId;
use crate::domain::stage;
use crate::domain::time::Timestamp;
use crate::server::store::Resident;
use crate::server::who::Role;

/// How many days of activity there are before today.
const PAST: i64 = 90;

/// How often a member visits and writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Habit {
    /// Visits every day, and writes on most.
    Pillar,
    /// Visits on most days, and writes now and then.
    Regular,
    /// Visits once or twice a week.
    Casual,
    /// Only reads.
    Lurker,
    /// Joined a few days ago.
    Newcomer,
    /// Has not visited for weeks.
    Gone,
}

use Habit::{Casual, Gone, Lurker, Newcomer, Pillar, Regular};

/// Id, display name, habit, and how many days ago they joined.
#[rustfmt::skip]
pub(super) const PEOPLE: [(&str, &str, Habit, i64); 48] = [
    ("ann", "Ann Whitlock", Pillar, 1180), ("otto", "Otto Brandt", Pillar, 1925),
    ("chidi", "Chidi Okafor", Pillar, 812), ("bela", "Béla Horváth", Regular, 640),
    ("yuki", "Yuki Tanaka", Regular, 402), ("mia", "Mia Lindqvist", Newcomer, 1),
    ("amara", "Amara Diallo", Regular, 951), ("diego", "Diego Fuentes", Regular, 505),
    ("elif", "Elif Yıldız", Regular, 288), ("finn", "Finn Ó Briain", Casual, 733),
    ("grace", "Grace Mwangi", Regular, 367), ("hana", "Hana Kovářová", Casual, 590),
    ("ines", "Inês Carvalho", Regular, 1410), ("jonas", "Jonas Petrauskas", Casual, 219),
    ("kofi", "Kofi Mensah", Casual, 455), ("leila", "Leila Haddad", Regular, 177),
    ("marek", "Marek Wiśniewski", Casual, 1033), ("nadia", "Nadia Petrova", Casual, 341),
    ("omar", "Omar Farouk", Lurker, 688), ("priya", "Priya Raman", Regular, 826),
    ("quynh", "Quỳnh Trần", Casual, 154), ("rafael", "Rafael Souza", Casual, 476),
    ("saga", "Saga Nyström", Lurker, 264), ("tomas", "Tomás Herrera", Casual, 397),
    ("uma", "Uma Shankar", Lurker, 913), ("viktor", "Viktor Hansen", Casual, 1251),
    ("wei", "Wei Zhang", Regular, 312), ("ximena", "Ximena Rojas", Casual, 228),
    ("yael", "Yael Levi", Lurker, 547), ("zoltan", "Zoltán Szabó", Gone, 1604),
    ("aroha", "Aroha Ngata", Casual, 133), ("bram", "Bram de Vries", Lurker, 721),
    ("carmen", "Carmen Ibáñez", Casual, 618), ("dmitri", "Dmitri Volkov", Lurker, 199),
    ("eleni", "Eleni Papadaki", Lurker, 384), ("farid", "Farid Rahimi", Lurker, 452),
    ("gwen", "Gwen Pritchard", Lurker, 1098), ("hiro", "Hiroshi Sato", Lurker, 276),
    ("ivana", "Ivana Marić", Gone, 865), ("jaya", "Jaya Perera", Lurker, 142),
    ("kwame", "Kwame Boateng", Lurker, 530), ("lucie", "Lucie Moreau", Gone, 977),
    ("mateo", "Mateo Giordano", Lurker, 321), ("nia", "Nia Campbell", Newcomer, 3),
    ("oskar", "Óskar Jónsson", Newcomer, 9), ("paolo", "Paolo Ricci", Newcomer, 2),
    ("ruth", "Ruth Abebe", Newcomer, 12), ("sami", "Sami Laine", Newcomer, 5),
];

impl Habit {
    /// The percentage of ordinary days with a visit, the percentage of visits with a post, the most posts in a day, and about
    /// how many posts are read in a day.
    fn numbers(self) -> (u32, u32, u32, u32) {
        match self {
            Pillar => (97, 85, 4, 45),
            Regular => (72, 55, 3, 28),
            Casual => (26, 40, 2, 15),
            Lurker => (22, 0, 0, 20),
            Newcomer => (70, 8, 1, 12),
            Gone => (45, 30, 2, 12),
        }
    }

    /// Whether they would vote in a poll.
    pub(super) fn votes(self) -> bool {
        matches!(self, Pillar | Regular | Casual)
    }
}

/// All members, with their activity until today, their stages and their badges. `cast` gives the number of the demo's polls
/// in which the member with an id has voted.
pub(super) fn residents(rng: &mut StdRng, now: Timestamp, cast: impl Fn(&str) -> usize) -> Vec<Resident> {
    let everybody = PEOPLE.iter().filter_map(|&(id, name, habit, age)| {
        let joined = now.plus(-age * DAY - i64::from(rng.random_range(0..10)) * DAY / 24);
        let mut activity = first_days(habit, joined);
        for day in (now.day() - PAST).max(joined.day())..=now.day() {
            if (habit != Gone || day < now.day() - 35) && id != "mia" {
                live(&mut activity, rng, habit, day);
            }
            // The votes count for polls that no longer exist. Ann and Mia have not voted yet.
            if is_poll_day(day) && habit.votes() && id != "ann" && rng.random_ratio(1, 2) {
                activity.add(Count::PollsVoted, day, 1);
            }
        }
        for ago in (1..).take(cast(id)) {
            activity.add(Count::PollsVoted, (now.day() - ago).max(joined.day()), 1);
        }
        remarkable(&mut activity, id, joined.day(), now.day());
        let role = if id == "otto" { Role::Staff } else { Role::Member };
        Some(resident(MemberId::new(id).ok()?, name, role, joined, activity, now))
    });
    everybody.collect()
}

fn resident(
    id: MemberId,
    name: &str,
    role: Role,
    joined: Timestamp,
    activity: Activity,
    now: Timestamp,
) -> Resident {
    let on =
        |today| Facts { activity: &activity, today, joined: Some(joined.day()), leads: role == Role::Staff };
    let mut awards = Vec::new();
    for badge in &DEFAULTS {
        let times = badge.times(&on(now.day()));
        if times > 0 {
            // Once a rule of these badges is met, it stays met, so a binary search finds the first day.
            let (mut before, mut after) = (joined.day() - 1, now.day());
            while after - before > 1 {
                let middle = before + (after - before) / 2;
                if badge.times(&on(middle)) > 0 { after = middle } else { before = middle }
            }
            awards.push((badge.id, Timestamp(after * DAY + joined.0.rem_euclid(DAY)).min(now), times));
        }
    }
    let stage = stage::find(&on(now.day()));
    Resident { id, name: name.into(), role, joined, stage, activity, awards }
}

/// Makes every count known, and adds what the member did on their first days.
fn first_days(habit: Habit, joined: Timestamp) -> Activity {
    let mut activity = Activity::default();
    for (count, _) in COUNTS {
        activity.add(count, joined.day(), 0);
    }
    activity.add(Count::Visits, joined.day(), 1);
    activity.add(Count::PostsRead, joined.day(), 9);
    if habit.votes() {
        activity.add(Count::Visits, joined.day() + 2, 1);
        activity.add(Count::Posts, joined.day() + 2, 1);
        activity.add(Count::ReactionsGiven, joined.day() + 2, 1);
    }
    activity
}

/// Whether a past poll ended on this day: each Thursday, as 1970-01-01 was.
fn is_poll_day(day: i64) -> bool {
    day.rem_euclid(7) == 0
}

/// Adds a member's activity on one day. Fewer visit on weekends.
fn live(activity: &mut Activity, rng: &mut StdRng, habit: Habit, day: i64) {
    let (visits, writes, most, reads) = habit.numbers();
    let weekday = (day + 3).rem_euclid(7); // Monday is 0
    let drawn = match weekday {
        5 => visits * 7 / 10,
        6 => visits * 8 / 10,
        _ => visits,
    };
    // Pillars also visit on weekends.
    let chance = if habit == Pillar { visits } else { drawn };
    if !rng.random_ratio(chance, 100) {
        return;
    }
    activity.add(Count::Visits, day, rng.random_range(1..=3));
    activity.add(Count::PostsRead, day, rng.random_range(reads / 3..=reads * 2));
    if rng.random_ratio(writes, 100) {
        write(activity, rng, most, day);
    }
    if !matches!(habit, Lurker | Newcomer) && rng.random_ratio(1, 2) {
        activity.add(Count::ReactionsGiven, day, rng.random_range(1..=4));
    }
}

fn write(activity: &mut Activity, rng: &mut StdRng, most: u32, day: i64) {
    let posts = rng.random_range(1..=most);
    activity.add(Count::Posts, day, posts);
    activity.add(Count::TopicsReplied, day, rng.random_range(0..=posts));
    if rng.random_ratio(1, 12) {
        activity.add(Count::TopicsStarted, day, 1);
    }
    for _ in 0..posts {
        let likes = if rng.random_ratio(1, 2) { rng.random_range(1..=6) } else { 0 };
        activity.add(Count::ReactionsReceived, day, likes);
        activity.add(Count::LikedPosts, day, u32::from(likes > 0));
        activity.add(Count::BestPost, day, likes);
    }
}

/// Adds what earns the authors of the demo's thread their badges.
fn remarkable(activity: &mut Activity, id: &str, joined: i64, today: i64) {
    match id {
        "ann" => {
            activity.add(Count::BestPost, today - 41, 27);
            activity.add(Count::TopicsStarted, today - 41, 1);
            for day in today - 30..=today {
                activity.add(Count::Visits, day, 1);
            }
        }
        "otto" => {
            for week in 0..12 {
                activity.add(Count::LeadActions, today - 7 * week - 2, 3);
            }
        }
        "chidi" => activity.add(Count::BestPost, today - 18, 54),
        "bela" => activity.add(Count::BestPost, today - 63, 12),
        // She has written on one day only.
        "mia" => activity.add(Count::Posts, joined, 1),
        _ => {}
    }
}
