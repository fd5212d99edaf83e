//! Polls as texts for people.

use std::fmt::Write;

use serde_json::Value;

use crate::domain::text::for_terminal;
use crate::domain::time::Timestamp;

/// The phase of a poll, as a word for people.
fn state(poll: &Value, now: Timestamp) -> &'static str {
    let past = |field: &str| poll[field].as_str().and_then(Timestamp::parse).map(|at| at <= now);
    match (past("opens_at"), past("closes_at")) {
        (_, Some(true)) => "closed",
        (Some(false), _) => "upcoming",
        _ => "open",
    }
}

fn votes(poll: &Value) -> String {
    match poll["turnout"]["cast"].as_u64().unwrap_or(0) {
        1 => "1 vote".into(),
        n => format!("{n} votes"),
    }
}

fn plain(value: &Value) -> String {
    for_terminal(value.as_str().unwrap_or_default())
}

/// A new poll in full, and the tag that shows it on a page.
pub fn created(poll: &Value, now: Timestamp) -> String {
    let tag = format!("<folk-poll poll=\"{}\"></folk-poll>", plain(&poll["id"]));
    format!("{}\nShow it on a page with\n  {tag}\n", shown(poll, now))
}

/// A poll in full.
pub fn shown(poll: &Value, now: Timestamp) -> String {
    let mut told = format!("{}\n", plain(&poll["title"]));
    let (id, kind) = (plain(&poll["id"]), for_terminal(poll["kind"].as_str().unwrap_or("choice")));
    let _ = writeln!(told, "  {id}, {kind}, {}, {}", state(poll, now), votes(poll));
    for (field, word) in [("opens_at", "opens"), ("closes_at", "closes")] {
        if let Some(at) = poll[field].as_str() {
            let _ = writeln!(told, "  {word} {}", for_terminal(at));
        }
    }
    let options = poll["options"].as_array().map_or(&[][..], Vec::as_slice);
    let widest = options.iter().map(|option| plain(&option["id"]).chars().count()).max().unwrap_or(0);
    for option in options {
        let label =
            [&option["label"], &option["starts_at"]].map(plain).into_iter().find(|text| !text.is_empty());
        let counts = poll["tally"]["votes"].as_array().into_iter().flatten();
        let count =
            counts.filter(|count| count["option"] == option["id"]).find_map(|count| count["votes"].as_u64());
        let count = count.map(|n| format!("  {n}")).unwrap_or_default();
        let (id, label) = (plain(&option["id"]), label.unwrap_or_default());
        let _ = writeln!(told, "    {id:widest$}  {label}{count}");
    }
    told
}

/// One line for each poll.
pub fn list(polls: &[Value], now: Timestamp) -> String {
    if polls.is_empty() {
        return "There are no polls.\n".into();
    }
    let widest = polls.iter().map(|poll| plain(&poll["id"]).chars().count()).max().unwrap_or(0);
    let line = |poll: &Value| {
        let (id, title) = (plain(&poll["id"]), plain(&poll["title"]));
        format!("{id:widest$}  {:8}  {:>10}  {title}\n", state(poll, now), votes(poll))
    };
    polls.iter().map(line).collect()
}
