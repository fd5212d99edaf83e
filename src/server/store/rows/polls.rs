//! Polls and their options, read from their rows.

use jiff::tz::TimeZone;

use super::sql::Row;
use super::{StoreError, asks, count, edited, id, kind, number, offset, result, text, when, word};
use crate::domain::id::MemberId;
use crate::domain::link::Link;
use crate::domain::poll::{
    Kind, Past, Poll, PollOption, Proposed, Rules, Series, Standing, Tally, Turnout, Viewer, Zone,
};
use crate::domain::time::Timestamp;
use crate::domain::translation::Text;
use crate::server::store::{Repeat, Stored};

/// Reads an option from its row in `options`.
pub fn option(row: &Row, zone: Option<&TimeZone>) -> Result<PollOption<Text>, StoreError> {
    let link = |text: Option<String>| text.and_then(|text| Link::new(&text));
    let added_after: Option<i64> = row.get("added_after")?;
    Ok(PollOption {
        id: id("options.id", row.get::<String>("id")?)?,
        label: text("options.label_languages", row.get("label")?, row.get("label_languages")?)?,
        picture: link(row.get("picture")?),
        link: link(row.get("link")?),
        when: when((row.get("date")?, row.get("starts_at")?, row.get("ends_at")?), zone)?,
        edited: edited("options.edited", row.get("edited")?)?,
        added_after: added_after.map(|n| number("options.added_after", n)).transpose()?,
    })
}

/// The poll's time zone with its UTC offsets at opening and closing. The offsets are `None` where the tz database does not
/// know the name.
fn zone(name: String, known: Option<&TimeZone>, rules: [Option<i64>; 2]) -> Zone {
    let [at_opening, at_closing] = rules.map(|at| offset(known, at));
    Zone { name, at_opening, at_closing }
}

/// Reads the rules of a poll from its row in `polls`.
fn rules(row: &Row, time_zone: Option<&TimeZone>) -> Result<Rules, StoreError> {
    let (opens_at, closes_at): (Option<i64>, Option<i64>) = (row.get("opens_at")?, row.get("closes_at")?);
    let (name, quorum): (Option<String>, Option<i64>) = (row.get("time_zone")?, row.get("quorum")?);
    let flag = |name| Ok::<_, StoreError>(row.get::<i64>(name)? != 0);
    Ok(Rules {
        kind: kind(&row.get::<String>("kind")?)?,
        opens_at: opens_at.map(Timestamp),
        closes_at: closes_at.map(Timestamp),
        zone: name.map(|name| zone(name, time_zone, [opens_at, closes_at])),
        results: word("polls.results", row.get("results")?)?,
        secrecy: word("polls.secrecy", row.get("secrecy")?)?,
        changeable: flag("changeable")?,
        retractable: flag("retractable")?,
        abstention: flag("abstention")?,
        quorum: quorum.map(|n| number("polls.quorum", n)).transpose()?,
        own_options: word("polls.own_options", row.get("own_options")?)?,
        commentable: flag("commentable")?,
    })
}

/// Reads the tally of a poll of this kind with these options.
fn tally(row: &Row, kind: Kind, options: &[PollOption<Text>]) -> Result<Tally, StoreError> {
    let mut tally = Tally::empty(kind, options.len());
    tally.voters = number("polls.ballots_cast", row.get("ballots_cast")?)?;
    count(&mut tally, &row.get::<String>("counts")?)?;
    if let Some(row) = row.get::<Option<String>>("result")? {
        result(&mut tally, &row, kind, options)?;
    }
    Ok(tally)
}

/// Reads when a poll repeats, if it does.
fn repeat(row: &Row) -> Result<Option<Repeat>, StoreError> {
    let (rule, from): (Option<String>, Option<i64>) = (row.get("repeat")?, row.get("repeat_from")?);
    let (Some(rule), Some(from)) = (rule, from) else { return Ok(None) };
    let (zone, lasts): (Option<String>, Option<String>) = (row.get("time_zone")?, row.get("lasts")?);
    let corrupt = |what, value: &str| StoreError::Corrupt { what, value: value.into() };
    let lasts = lasts.map(|text| text.parse().map_err(|_| corrupt("polls.lasts", &text)));
    let repeat = Repeat::stored(&rule, Timestamp(from), zone.as_deref().unwrap_or("UTC"), lasts.transpose()?);
    repeat.map(Some).map_err(|_| corrupt("polls.repeat", &rule))
}

/// Reads a poll from its row in `polls`, and from what was read of it in other tables.
pub fn stored(
    row: &Row,
    time_zone: Option<&TimeZone>,
    options: Vec<PollOption<Text>>,
    waiting: Vec<(MemberId, Proposed)>,
    past: Vec<Past>,
) -> Result<Stored, StoreError> {
    let rules = rules(row, time_zone)?;
    let tally = tally(row, rules.kind, &options)?;
    let repeat = repeat(row)?;
    let round = number("polls.round", row.get("round")?)?;
    let (next_at, entitled): (Option<i64>, Option<i64>) = (row.get("next_round_at")?, row.get("entitled")?);
    let series = (repeat.is_some() || round > 1).then(|| Series {
        number: round,
        next_at: next_at.map(Timestamp),
        offset: offset(time_zone, next_at),
        past,
    });
    let poll = Poll {
        id: id("polls.id", row.get::<String>("id")?)?,
        revision: number("polls.revision", row.get("revision")?)?,
        title: text("polls.title_languages", row.get("title")?, row.get("title_languages")?)?,
        title_edited: edited("polls.title_edited", row.get("title_edited")?)?,
        description: text(
            "polls.description_languages",
            row.get("description")?,
            row.get("description_languages")?,
        )?,
        description_edited: edited("polls.description_edited", row.get("description_edited")?)?,
        options,
        proposed: Vec::new(),
        comments: number("polls.comments", row.get("comments")?)?,
        rules,
        turnout: Turnout {
            cast: tally.voters,
            entitled: entitled.map(|n| number("polls.entitled", n)).transpose()?,
        },
        tally: Some(tally),
        series,
        viewer: Viewer::new(Standing::Guest),
    };
    Ok(Stored {
        poll,
        written: number("polls.written_revision", row.get("written_revision")?)?,
        asks: asks(row.get("asks")?)?,
        waiting,
        shuffle: row.get::<i64>("shuffle")? != 0,
        repeat,
    })
}
