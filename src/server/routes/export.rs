//! A poll's votes as CSV: a row per ballot in public polls, a row per option in others.

use axum::BoxError;
use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use csv::{Terminator, WriterBuilder};
use futures_util::future::ready;
use futures_util::stream::{once, try_unfold};
use futures_util::{Stream, StreamExt};

use super::{PathId, find_poll, path_id};
use crate::contract::ProblemKind;
use crate::domain::count::UNIT;
use crate::domain::id::PollId;
use crate::domain::poll::{Answer, Count, Kind, Poll, PollOption, Says, Secrecy, Tally, When, mean, median};
use crate::server::answer::Failure;
use crate::server::app::App;
use crate::server::auth::Staff;
use crate::server::languages::Languages;
use crate::server::store::{Store, Voter};
use crate::server::who::Who;

/// The byte order mark of UTF-8. Without it, spreadsheets assume a legacy encoding.
const MARK: &[u8] = "\u{feff}".as_bytes();

type Row = Vec<String>;

/// `GET /polls/{id}/export.csv`
pub(super) async fn csv(
    State(app): State<App>,
    Staff(member): Staff,
    path: PathId,
    languages: Languages,
) -> Result<Response, Failure> {
    let id = path_id(path, PollId::new)?;
    let mut answer = languages.answer();
    let poll = answer.read_poll(find_poll(&app, &id, &Who::Member(member)).await?);
    let public = poll.rules.secrecy == Secrecy::Public;
    let rows = match &poll.tally {
        _ if public => vec![ballot_head(&poll)],
        Some(tally) => counts(&poll, tally),
        None => Vec::new(),
    };
    let broken = |_| ProblemKind::Internal.with("the table could not be written; try again");
    let mut text = MARK.to_vec();
    text.extend(table(rows).map_err(broken)?);
    let body = if public {
        Body::from_stream(once(ready(Ok(text))).chain(ballots(app.store.clone(), poll)))
    } else {
        Body::from(text)
    };
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8; header=present"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let name = id.as_str().replace(['"', '\\'], "_");
    // An id with letters that a header cannot have leaves the choice of a file name to the browser.
    let named = HeaderValue::from_str(&format!("attachment; filename=\"{name}.csv\""));
    headers.insert(CONTENT_DISPOSITION, named.unwrap_or(HeaderValue::from_static("attachment")));
    Ok(answer.told(response))
}

/// The rows of ballots, read and sent page by page, so that a large poll is never in memory as a whole. If a page cannot be
/// read, the answer is aborted, so that nobody takes a part of the votes for all.
fn ballots(store: Store, poll: Poll) -> impl Stream<Item = Result<Vec<u8>, BoxError>> {
    try_unfold((store, poll, Some(None)), async |(store, poll, next)| {
        let Some(after) = next else { return Ok(None) };
        let (voters, more) = store.voters(&poll.id, None, after.as_ref()).await?;
        let text = table(voters.iter().filter_map(|voter| ballot_row(&poll, voter)).collect())?;
        let last = voters.into_iter().next_back().map(|voter| voter.id);
        Ok(Some((text, (store, poll, more.then_some(last)))))
    })
}

/// The rows as CSV by RFC 4180.
fn table(rows: Vec<Row>) -> csv::Result<Vec<u8>> {
    let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new());
    for row in rows {
        writer.write_record(row)?;
    }
    writer.into_inner().map_err(|error| error.into_error().into())
}

/// A text from members or staff. One that a spreadsheet would take for a formula gets an apostrophe in front.
fn text(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if formula { format!("'{text}") } else { text.into() }
}

fn words(head: &[&str]) -> Row {
    head.iter().map(|&word| word.into()).collect()
}

/// The name of an option: its label, or else its day or time.
fn name(option: &PollOption) -> String {
    match option.when {
        Some(When::Day(day)) if option.label.is_empty() => day.to_string(),
        Some(When::Time(slot)) if option.label.is_empty() => slot.starts_at.with_offset(slot.offset),
        _ => text(&option.label),
    }
}

fn ballot_head(poll: &Poll) -> Row {
    let mut head = words(&["member", "name", "abstains"]);
    head.extend(poll.options.iter().map(name));
    head.extend(poll.rules.kind.takes_reasons().then(|| "reason".into()));
    head
}

/// A ballot's row: the voter, and a number for each option: in rankings the rank, in choices 1.
fn ballot_row(poll: &Poll, voter: &Voter) -> Option<Row> {
    let Says::This(answer) = &voter.says else { return None };
    let ranked = matches!(poll.rules.kind, Kind::Ranked(_));
    let abstains = if *answer == Answer::Abstention { "1" } else { "" };
    let mut row = vec![text(voter.id.as_str()), text(&voter.name), abstains.into()];
    for option in &poll.options {
        let mark = answer.marks().into_iter().find(|(marked, _)| **marked == option.id);
        row.push(match (mark, answer) {
            (None, _) => String::new(),
            (Some((_, place)), Answer::Options(_)) if ranked => place.to_string(),
            (Some(_), Answer::Options(_)) => "1".into(),
            (Some((_, value)), Answer::Abstention | Answer::Values(_) | Answer::Stance(..)) => {
                value.to_string()
            }
        });
    }
    if poll.rules.kind.takes_reasons() {
        row.push(if let Answer::Stance(_, reason) = answer { text(reason) } else { String::new() });
    }
    Some(row)
}

/// The header and a row per option, with the option's results.
fn counts(poll: &Poll, tally: &Tally) -> Vec<Row> {
    let kind = poll.rules.kind;
    let percent = tally.percentages(kind).unwrap_or_default();
    let percent = |at: usize| percent.get(at).map(u32::to_string).unwrap_or_default();
    let (head, columns): (Row, Vec<Row>) = match &tally.count {
        Count::Votes(votes) => (
            words(&["votes", "percent"]),
            votes.iter().enumerate().map(|(at, n)| vec![n.to_string(), percent(at)]).collect(),
        ),
        Count::Points(points) => (
            words(&["points", "percent", "voters"]),
            points
                .iter()
                .enumerate()
                .map(|(at, got)| vec![got.points.to_string(), percent(at), got.voters.to_string()])
                .collect(),
        ),
        Count::Values(lists) => values(kind, lists),
        Count::Rounds(rounds) => {
            let mut head: Row = (1..=rounds.rounds.len()).map(|n| format!("round {n}")).collect();
            head.push("outcome".into());
            let row = |at: usize| {
                let votes = |round: &crate::domain::count::Round| {
                    let votes = round.votes.get(at).copied().flatten();
                    votes.map(decimal).unwrap_or_default()
                };
                let mut row: Row = rounds.rounds.iter().map(votes).collect();
                let outcome = [(&rounds.elected, "elected"), (&rounds.tied, "tied")];
                let outcome = outcome.iter().find(|(which, _)| which.contains(&at));
                row.push(outcome.map_or("", |(_, word)| word).into());
                row
            };
            (head, (0..poll.options.len()).map(row).collect())
        }
        Count::Pairs(pairs) => {
            let mut head = words(&["place"]);
            head.extend(poll.options.iter().map(|option| format!("over {}", option.label)));
            let row = |at: usize| {
                let above: usize =
                    pairs.order.iter().take_while(|same| !same.contains(&at)).map(Vec::len).sum();
                let place = if pairs.order.is_empty() { String::new() } else { (above + 1).to_string() };
                let over = pairs.preferred.get(at).into_iter().flatten().map(u32::to_string);
                std::iter::once(place).chain(over).collect()
            };
            (head, (0..poll.options.len()).map(row).collect())
        }
    };
    let row = |(option, columns): (&PollOption, Row)| {
        let about = [text(option.id.as_str()), name(option)];
        about.into_iter().chain(columns).collect()
    };
    let first = words(&["option", "label"]).into_iter().chain(head).collect();
    std::iter::once(first).chain(poll.options.iter().zip(columns).map(row)).collect()
}

/// The columns for each number of the scale: how many ballots gave it.
fn values(kind: Kind, lists: &[Vec<u32>]) -> (Row, Vec<Row>) {
    let texts = |list: &[u32]| list.iter().map(u32::to_string).collect::<Row>();
    let Kind::Rating(scale) = kind else {
        return (words(&["no", "if need be", "yes"]), lists.iter().map(|list| texts(list)).collect());
    };
    let mut head = words(&["mean", "median"]);
    head.extend(scale.values().map(|value| value.to_string()));
    let row = |list: &Vec<u32>| {
        let summary = [mean(scale, list), median(scale, list)];
        let summary = summary.map(|n| n.map(hundredths).unwrap_or_default());
        summary.into_iter().chain(texts(list)).collect()
    };
    (head, lists.iter().map(row).collect())
}

fn hundredths(n: i64) -> String {
    let sign = if n < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", n.abs() / 100, n.abs() % 100)
}

/// Votes in [`UNIT`]s as a decimal number.
fn decimal(votes: u64) -> String {
    let digits = UNIT.ilog10() as usize;
    let text = format!("{}.{:0digits$}", votes / UNIT, votes % UNIT);
    text.trim_end_matches('0').trim_end_matches('.').into()
}
