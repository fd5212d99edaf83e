//! Reads polls from JSON.

use super::json::entity;
use super::{Json, KindWord, Malformed, MethodWord, Reader, ballot, series, tally};
use crate::domain::id::{OptionId, PollId};
use crate::domain::poll as domain;
use crate::domain::time::Date;
use domain::{
    Base, Edited, Kind, Method, OwnOptions, PollOption, Proposal, Reasons, Results, Rules, Secrecy, Slot,
    Standing, When,
};

/// Reads a poll. The error names the poll and the first fault in its JSON.
pub fn poll_from<J: Json>(json: &J) -> Result<domain::Poll, Malformed> {
    entity(json, "poll", read)
}

fn read<J: Json>(reader: &mut Reader, json: &J) -> Option<domain::Poll> {
    let kind = kind(reader, json)?;
    // An invalid kind ends the reading, since an empty tally has a number for each step of the scale and each option: on a scale of
    // billions it would fill the memory.
    if let Err(bad) = kind.check() {
        reader.fail(bad.to_string());
        return None;
    }
    let mut options: Vec<PollOption> = Vec::new();
    for option in reader.list_of(json, "options", domain::MAX_OPTIONS) {
        let option = read_option(reader, &option)?;
        if options.iter().any(|o| o.id == option.id) {
            reader.fail(["option \"", option.id.as_str(), "\" is there twice"].concat());
        }
        options.push(option);
    }
    let (opens_at, at_opening) = reader.zoned(json, "opens_at");
    let (closes_at, at_closing) = reader.zoned(json, "closes_at");
    let rules = Rules {
        kind,
        opens_at,
        closes_at,
        zone: reader.text(json, "time_zone").map(|name| domain::Zone { name, at_opening, at_closing }),
        results: reader.word(json, "results", Results::Always),
        secrecy: reader.word(json, "secrecy", Secrecy::Secret),
        changeable: reader.truth(json, "changeable").unwrap_or(true),
        retractable: reader.truth(json, "retractable").unwrap_or(false),
        abstention: reader.truth(json, "abstention").unwrap_or(false),
        quorum: reader.number(json, "quorum"),
        own_options: reader.word(json, "own_options", OwnOptions::Off),
        commentable: reader.truth(json, "commentable").unwrap_or(false),
    };
    let turnout = json.field("turnout").map(|turnout| domain::Turnout {
        cast: reader.count(&turnout, "cast"),
        entitled: reader.number(&turnout, "entitled"),
    });
    let tally = json.field("tally").map(|tally| tally::read(reader, &tally, kind, &options));
    if let (Some(tally), Some(turnout)) = (&tally, &turnout)
        && !tally.adds_up(kind, turnout.cast)
    {
        reader.fail("tally: says more than its voters can have cast".into());
    }
    let mut proposed = Vec::new();
    for json in reader.list(json, "proposed") {
        proposed.push(domain::Proposed { option: read_option(reader, &json)?, by: reader.text(&json, "by") });
    }
    let mut viewer = domain::Viewer::new(Standing::Unsaid);
    if let Some(json) = json.field("viewer") {
        viewer.standing = reader.word(&json, "standing", Standing::Unsaid);
        viewer.follows = reader.truth(&json, "follows");
        viewer.staff = reader.truth(&json, "staff").unwrap_or(false);
        viewer.ballot = json.field("ballot").map(|ballot| ballot::read(reader, &ballot, kind, &options));
    }
    let series = json.field("series").map(|series| series::read(reader, &series));
    Some(domain::Poll {
        id: reader.id(json, "id", "id", PollId::new)?,
        revision: reader.revision(json),
        title: reader.words(json, "title"),
        title_edited: edited(reader, json, "title_edited"),
        description: reader.words(json, "description"),
        description_edited: edited(reader, json, "description_edited"),
        options,
        proposed,
        comments: reader.count(json, "comments"),
        rules,
        turnout: turnout.unwrap_or_default(),
        tally,
        series,
        viewer,
    })
}

/// The kind with its rules. A poll of an unknown kind is read on as a choice, for more faults; it is refused as a whole.
fn kind<J: Json>(reader: &mut Reader, json: &J) -> Option<Kind> {
    Some(match reader.word(json, "kind", KindWord::Choice) {
        KindWord::Choice => Kind::Choice {
            min: reader.number(json, "min").unwrap_or(1).max(1),
            max: reader.number(json, "max").unwrap_or(1).max(1),
        },
        KindWord::Rating => {
            let Some(scale) = json.field("scale") else {
                reader.fail("scale: is missing".into());
                return None;
            };
            Kind::Rating(domain::Scale {
                min: reader.signed(&scale, "min"),
                max: reader.signed(&scale, "max"),
                step: reader.number(&scale, "step").unwrap_or(1),
            })
        }
        KindWord::Ranked => {
            let seats = reader.count(json, "seats");
            Kind::Ranked(match reader.word(json, "method", MethodWord::RunOff) {
                MethodWord::RunOff => Method::RunOff,
                MethodWord::Stv => Method::Stv { seats },
                MethodWord::Schulze => Method::Schulze,
            })
        }
        KindWord::Allocation => Kind::Allocation { dots: reader.count(json, "dots") },
        KindWord::Availability => Kind::Availability,
        KindWord::Proposal => Kind::Proposal(Proposal {
            reasons: reader.word(json, "reasons", Reasons::Off),
            threshold: reader.number(json, "threshold").unwrap_or(50),
            of: reader.word(json, "threshold_of", Base::Ballots),
        }),
    })
}

fn edited<J: Json>(reader: &mut Reader, json: &J, name: &str) -> Option<Edited> {
    let json = json.field(name)?;
    Some(Edited {
        after: reader.count(&json, "after"),
        before: reader.words(&json, "before"),
        first: reader.text(&json, "first"),
    })
}

fn read_option<J: Json>(reader: &mut Reader, json: &J) -> Option<PollOption> {
    let when = read_when(reader, json);
    Some(PollOption {
        id: reader.id(json, "id", "option", OptionId::new)?,
        label: reader.words(json, "label"),
        picture: reader.link(json, "picture"),
        link: reader.link(json, "link"),
        when,
        added_after: reader.number(json, "added_after"),
        edited: edited(reader, json, "edited"),
    })
}

fn read_when<J: Json>(reader: &mut Reader, json: &J) -> Option<When> {
    let (starts_at, offset) = reader.zoned(json, "starts_at");
    let (ends_at, end_offset) = reader.zoned(json, "ends_at");
    let Some(date) = reader.text(json, "date") else {
        return Some(When::Time(Slot { starts_at: starts_at?, ends_at, offset, end_offset }));
    };
    let day = Date::parse(&date).filter(|_| starts_at.or(ends_at).is_none());
    if day.is_none() {
        reader.fail(["date: \"", &date, "\" is not a day such as 2026-12-05 and nothing else"].concat());
    }
    day.map(When::Day)
}
