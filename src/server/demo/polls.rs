//! The demo's choice polls, each in another state, and their ballots.

use jiff::ToSpan;
use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;

use super::people::PEOPLE;
use super::{DAY, PERSONAS};
use crate::domain::id::{MemberId, OptionId, PollId};
use crate::domain::link::Link;
use crate::domain::poll::{
    Answer, Asks, Comment, Kind, OwnOptions, Past, PollOption, Results, Rules, Secrecy, Zone,
};
use crate::domain::time::Timestamp;
use crate::server::store::{NewComment, NewPoll, Repeat};

/// The time zone of the demo's community.
pub(super) const ZONE: &str = "Europe/Berlin";

/// A poll. Each option has an id, a label, and a number of votes.
struct Template {
    id: &'static str,
    title: &'static str,
    description: &'static str,
    options: &'static [(&'static str, &'static str, usize)],
    max: u32,
    results: Results,
}

const TEMPLATES: [Template; 9] = [
    Template {
        id: "weekly-dinner",
        title: "Where do we eat on Saturday?",
        description: "",
        options: &[
            ("pizza", "Pizza place", 6),
            ("sushi", "Sushi bar", 3),
            ("taco", "Taco truck", 8),
            ("curry", "Curry house", 2),
            ("ramen", "Ramen counter", 4),
        ],
        max: 1,
        results: Results::AfterVote,
    },
    Template {
        id: "meetup-topics",
        title: "What should the next meet-up be about?",
        description: "",
        options: &[
            ("gardens", "Balcony gardens", 9),
            ("repair", "Repairing what breaks", 7),
            ("maps", "Drawing our own maps", 4),
            ("bread", "Sourdough for the patient", 8),
            ("bikes", "Bikes through the winter", 5),
            ("nothing", "No topic, just people", 3),
        ],
        max: 2,
        results: Results::Always,
    },
    Template {
        id: "new-logo",
        title: "Which logo do we take?",
        description: "The vote is over; the winner goes on the mugs.",
        options: &[("oak", "The oak", 14), ("bell", "The bell", 9), ("table", "The long table", 3)],
        max: 1,
        results: Results::Always,
    },
    Template {
        id: "moderator-election",
        title: "Who joins the moderators?",
        description: "Results are shown once the election is over.",
        options: &[("amara", "Amara Diallo", 7), ("priya", "Priya Raman", 6), ("wei", "Wei Zhang", 4)],
        max: 1,
        results: Results::AfterClose,
    },
    Template {
        id: "roadmap",
        title: "What should we build next?",
        description: "The team reads the result; it is not shown here.",
        options: &[
            ("search", "Better search", 12),
            ("mobile", "A lighter page on phones", 10),
            ("digest", "A weekly digest", 8),
        ],
        max: 3,
        results: Results::Staff,
    },
    Template {
        id: "next-month",
        title: "Which Saturday suits you next month?",
        description: "",
        options: &[("first", "The first", 0), ("second", "The second", 0), ("third", "The third", 0)],
        max: 1,
        results: Results::AfterVote,
    },
    Template {
        id: SERIES,
        title: "Where does the Sunday walk go?",
        description: "Asked anew every Saturday evening.",
        options: &[
            ("lake", "Around the lake", 4),
            ("woods", "Through the woods", 5),
            ("hills", "Over the hills", 2),
            ("harbour", "Along the old harbour", 3),
        ],
        max: 1,
        results: Results::AfterVote,
    },
    Template {
        id: TALK,
        title: "What do we bring to the harbour fair?",
        description: "Whoever has a better idea adds it.",
        options: &[
            ("jam", "Plum jam", 6),
            ("maps", "Our maps of the harbour", 9),
            ("soup", "Fish soup for everybody", 7),
        ],
        max: 2,
        results: Results::Always,
    },
    Template {
        id: "quay-lantern",
        title: "How long does the lantern on the quay burn?",
        description: "Neighbours without an account have a say, too.",
        options: &[("dawn", "Until dawn", 4), ("midnight", "Until midnight", 11), ("never", "Not at all", 1)],
        max: 1,
        results: Results::Always,
    },
];

/// The id of the poll that members comment on and add options to.
pub(super) const TALK: &str = "harbour-fair";

/// Its comments: the author, how many hours ago, and the text.
const SAID: [(&str, i64, &str); 3] = [
    ("bela", 40, "The soup went in an hour last year. Two pots, then."),
    ("yuki", 27, "I can draw the maps anew until Friday."),
    ("grace", 5, "Jam keeps, soup does not. Just saying."),
];

/// Comments on a poll.
pub(super) fn comments(poll: &PollId, now: Timestamp) -> Vec<NewComment> {
    let comment = |(by, hours, text): &(&str, i64, &str)| {
        Some(NewComment {
            poll: poll.clone(),
            member: MemberId::new(*by).ok()?,
            at: now.plus(-hours * DAY / 24),
            comment: Comment::new(text).ok()?,
        })
    };
    SAID.iter().filter_map(comment).collect()
}

/// A member's option for a poll, which awaits approval.
pub(super) fn waiting(poll: &PollId) -> Option<(PollId, MemberId, PollOption)> {
    let option = PollOption::new(OptionId::new("chess").ok()?, "A board for a game of chess");
    Some((poll.clone(), MemberId::new("ann").ok()?, option))
}

/// The id of the poll that recurs.
pub(super) const SERIES: &str = "sunday-walk";

/// The winners of its past rounds, and how many members voted; the latest round first.
const ROUNDS: [(&[&str], u32); 10] = [
    (&["lake"], 17),
    (&["woods"], 15),
    (&["lake"], 19),
    (&["lake", "harbour"], 12),
    (&["lake"], 16),
    (&["woods"], 14),
    (&["harbour"], 11),
    (&["lake"], 18),
    (&["woods"], 9),
    (&["lake"], 13),
];

/// Its past rounds.
pub(super) fn past(poll: &PollId, now: Timestamp) -> Vec<(PollId, Past)> {
    let round = |(ago, (leaders, cast)): (i64, &(&[&str], u32))| {
        let leaders = leaders.iter().filter_map(|id| OptionId::new(*id).ok()).collect();
        let number = u32::try_from(10 - ago).ok()?;
        Some((
            poll.clone(),
            Past { number, closed_at: weeks_ago(now, ago + 1)?, offset: None, cast: *cast, leaders },
        ))
    };
    (0..).zip(&ROUNDS).filter_map(round).collect()
}

/// The Saturday evening `weeks` before the next, however near that is.
fn weeks_ago(now: Timestamp, weeks: i64) -> Option<Timestamp> {
    let next = jiff::Timestamp::from_millisecond(saturday_evening(now.plus(-DAY / 24)).0).ok()?;
    let then = next.to_zoned(TimeZone::get(ZONE).ok()?).checked_sub(weeks.weeks()).ok()?;
    Some(Timestamp(then.timestamp().as_millisecond()))
}

pub(super) fn polls(now: Timestamp) -> Vec<NewPoll> {
    TEMPLATES.iter().filter_map(|template| poll(template, now)).collect()
}

fn poll(template: &Template, now: Timestamp) -> Option<NewPoll> {
    let option = |&(id, label, _): &(&str, &str, usize)| {
        let walk = template.id == SERIES;
        Some(PollOption {
            picture: walk.then(|| Link::new(&format!("/demo/{id}.svg"))).flatten(),
            link: Link::new("/demo/kinds.html#sunday-walk").filter(|_| id == "lake"),
            ..PollOption::new(OptionId::new(id).ok()?, label)
        })
    };
    let (opens_at, closes_at) = match template.id {
        "weekly-dinner" => (None, Some(saturday_evening(now))),
        "new-logo" => (None, Some(now.plus(-5 * DAY))),
        "moderator-election" => (None, Some(now.plus(6 * DAY))),
        "next-month" => (Some(now.plus(9 * DAY)), Some(now.plus(16 * DAY))),
        SERIES => (weeks_ago(now, 1), weeks_ago(now, 0)),
        _ => (None, None),
    };
    let options = template.options.iter().map(option).collect::<Option<_>>()?;
    let (talk, guests) = (template.id == TALK, template.id == "quay-lantern");
    let rules = Rules {
        secrecy: if talk { Secrecy::Public } else { Secrecy::Secret },
        own_options: if talk { OwnOptions::Approval } else { OwnOptions::Off },
        commentable: talk,
        opens_at,
        closes_at,
        zone: closes_at.map(|_| Zone { name: ZONE.into(), at_opening: None, at_closing: None }),
        results: template.results,
        changeable: template.id != "moderator-election",
        retractable: template.id != "moderator-election",
        ..Rules::of(Kind::Choice { min: 1, max: template.max })
    };
    Some(NewPoll {
        description: template.description.into(),
        asks: Asks { guests, ..Asks::default() },
        entitled: u32::try_from(PEOPLE.len()).ok().filter(|_| !guests),
        repeat: (template.id == SERIES)
            .then(|| Repeat::new("FREQ=WEEKLY", opens_at, closes_at, Some(ZONE)).ok())
            .flatten(),
        ..NewPoll::new(PollId::new(template.id).ok()?, template.title, options, rules)
    })
}

/// The next Saturday, 18:00 in Berlin, that is more than an hour away.
pub(super) fn saturday_evening(now: Timestamp) -> Timestamp {
    let evening = || {
        let zone = TimeZone::get(ZONE).ok()?;
        let soon = jiff::Timestamp::from_millisecond(now.plus(DAY / 24).0).ok()?.to_zoned(zone.clone());
        let today = soon.date().at(18, 0, 0, 0).to_zoned(zone).ok()?;
        if soon.weekday() == Weekday::Saturday && soon < today {
            return Some(today);
        }
        today.nth_weekday(1, Weekday::Saturday).ok()
    };
    evening().map_or(now.plus(3 * DAY), |zoned| Timestamp(zoned.timestamp().as_millisecond()))
}

/// The members who vote, in random order. Personas are not among them, so that visitors of the demo can vote as one.
pub(super) fn voters(rng: &mut StdRng) -> Vec<&'static str> {
    let voters = PEOPLE.iter().filter(|p| p.2.votes() && !PERSONAS.contains(&p.0));
    let mut voters: Vec<&str> = voters.map(|p| p.0).collect();
    voters.shuffle(rng);
    voters
}

/// Ballots that add up to the votes in [`TEMPLATES`].
pub(super) fn ballots(rng: &mut StdRng) -> Vec<(PollId, MemberId, Answer)> {
    let mut ballots = Vec::new();
    for template in &TEMPLATES {
        let voters = voters(rng);
        // Votes are dealt out option by option, so that no ballot has an option twice.
        let choices = template.options.iter().flat_map(|&(id, _, votes)| std::iter::repeat_n(id, votes));
        let choices: Vec<&str> = choices.collect();
        let people = choices.len().div_ceil(template.max.min(2) as usize);
        for (n, member) in voters.iter().take(people).enumerate() {
            let chosen = choices.iter().skip(n).step_by(people).filter_map(|id| OptionId::new(*id).ok());
            if let (Ok(poll), Ok(member)) = (PollId::new(template.id), MemberId::new(*member)) {
                ballots.push((poll, member, Answer::Options(chosen.collect())));
            }
        }
    }
    ballots
}
