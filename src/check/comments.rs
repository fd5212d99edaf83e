//! The rules about comments: reading their pages and, with `--vote`, writing comments and taking them back.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::client::{Call, Received, Viewer};
use super::polls::{self, answered};
use super::probe::{Probe, good, refused};
use super::rule::Rule;
use super::verdict::{Miss, Verdict, failed, hold, skipped};
use crate::contract::ProblemKind;
use crate::domain::id::PollId;
use crate::domain::poll::MAX_COMMENT;
use crate::domain::time::Timestamp;
use crate::hosts::native::escape;

/// The most pages of one poll's comments that are read.
const PAGES: usize = 20;

/// The most comments that the check writes on one poll, including those that the host has to refuse.
const WRITTEN: usize = 6;

struct CommentPage {
    answer: Received,
    comments: Vec<Value>,
    next: Option<String>,
}

fn path(id: &PollId) -> String {
    polls::path(id, "/comments")
}

fn page(
    probe: &mut Probe<'_>,
    id: &PollId,
    viewer: Viewer,
    cursor: Option<&str>,
) -> Result<CommentPage, Miss> {
    let cursor = cursor.map(|cursor| format!("?cursor={}", escape(cursor))).unwrap_or_default();
    let answer = probe.ask(&Call::get(path(id) + &cursor).by(viewer))?;
    let mut json = good(&answer)?;
    let next = match json["next"].take() {
        Value::Null => Some(None),
        Value::String(next) => Some(Some(next)),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => None,
    };
    match (json["comments"].take(), next) {
        (Value::Array(comments), Some(next)) => Ok(CommentPage { answer, comments, next }),
        _ => Err(failed("comments, and next as a text if there are more", answer.told())),
    }
}

/// The number of comments that a poll claims to have.
fn count(poll: &Value) -> u64 {
    poll["comments"].as_u64().unwrap_or(0)
}

fn id_of(comment: &Value) -> Option<&str> {
    comment["id"].as_str().filter(|id| !id.is_empty())
}

fn at(comment: &Value) -> Option<Timestamp> {
    Timestamp::parse(comment["at"].as_str()?)
}

pub(super) fn check(probe: &mut Probe<'_>, id: &PollId, viewer: Viewer, poll: &Value) {
    if poll["commentable"] != true {
        return;
    }
    let mut first = None;
    probe.look(Rule::CommentsList, |probe| {
        first = Some(page(probe, id, viewer, None)?);
        Ok(())
    });
    let Some(first) = first else { return };
    shapes(probe, &first);
    probe.judge(Rule::CommentsOrder, latest_first(&first));
    let mut seen = first.comments.len();
    let mut ended = first.next.is_none();
    probe.look(Rule::CommentsPages, |probe| {
        if ended {
            return Err(skipped("no poll that was named has more comments than a page"));
        }
        let mut known: HashSet<String> = first.comments.iter().filter_map(id_of).map(String::from).collect();
        let mut last = first;
        for _ in 1..PAGES {
            let Some(cursor) = last.next.take() else { break };
            let next = page(probe, id, viewer, Some(&cursor))?;
            goes_on(&last, &next, &known)?;
            shapes(probe, &next);
            seen += next.comments.len();
            known.extend(next.comments.iter().filter_map(id_of).map(String::from));
            last = next;
        }
        ended = last.next.is_none();
        Ok(())
    });
    probe.look(Rule::CommentsCount, |probe| {
        let says = count(poll);
        if !ended || count(&polls::read(probe, id, viewer)?) != says {
            return Err(skipped("the comments changed, or could not all be read"));
        }
        let came = || format!("GET {}: {seen} where the poll says {says}", path(id));
        hold(seen as u64 == says, "as many as the poll says in comments", came)
    });
}

fn shapes(probe: &mut Probe<'_>, page: &CommentPage) {
    if page.comments.is_empty() {
        probe.judge(Rule::CommentShape, Err(skipped("nobody has commented on the polls that were named")));
    }
    for comment in &page.comments {
        probe.judge(Rule::CommentShape, shape(comment, &page.answer));
    }
}

fn shape(raw: &Value, answer: &Received) -> Verdict {
    let says = |text: &str| !text.trim().is_empty() && text.chars().count() <= MAX_COMMENT;
    let needed = [
        ("id", id_of(raw).is_some()),
        ("name", raw["name"].is_string()),
        ("at that is an RFC 3339 time", at(raw).is_some()),
        ("text of 1 to 500 characters", raw["text"].as_str().is_some_and(says)),
        ("mine that is true or false", raw["mine"].is_null() || raw["mine"].is_boolean()),
    ];
    match needed.iter().find(|(_, there)| !there) {
        None => Ok(()),
        Some((name, _)) => Err(failed("a comment", format!("{}: no {name} in {raw}", answer.call))),
    }
}

fn latest_first(page: &CommentPage) -> Verdict {
    let times: Vec<Timestamp> = page.comments.iter().filter_map(at).collect();
    if times.len() < 2 {
        return Err(skipped("no poll that was named has two comments"));
    }
    let falling = times.windows(2).all(|pair| pair[0] >= pair[1]);
    hold(falling, "each comment before those that are older", || {
        let times: Vec<String> = times.iter().map(ToString::to_string).collect();
        format!("{}: {}", page.answer.call, times.join(", "))
    })
}

/// Checks that a page continues the previous page: it has comments, none of them came on an earlier page, and its first comment
/// is not more recent than the comments of the previous page.
fn goes_on(last: &CommentPage, next: &CommentPage, known: &HashSet<String>) -> Verdict {
    let came = |what: &str| format!("{}: {what}", next.answer.call);
    hold(!next.comments.is_empty(), "comments, since there is a next page", || came("none"))?;
    let again = next.comments.iter().filter_map(id_of).find(|id| known.contains(*id));
    hold(again.is_none(), "no comment that came on a page before", || {
        came(&format!("\"{}\" again", again.unwrap_or_default()))
    })?;
    let (oldest, latest) = (last.comments.iter().filter_map(at).min(), next.comments.iter().find_map(at));
    let later = oldest.zip(latest).filter(|(oldest, latest)| latest > oldest);
    hold(later.is_none(), "no comment that is later than those on the page before", || {
        came(&later.map(|(_, latest)| latest.to_string()).unwrap_or_default())
    })
}

/// Writes comments on a poll, and takes all of them back.
pub(super) fn write(probe: &mut Probe<'_>, id: &PollId) {
    let Ok(poll) = polls::read(probe, id, Viewer::Member) else { return };
    if poll["commentable"] != true || poll["viewer"]["standing"] == "not_entitled" {
        return;
    }
    // Without the list of comments the check could not find its own comment and remove it.
    let Ok(first) = page(probe, id, Viewer::Member, None) else { return };
    let known = first.comments.iter().filter_map(id_of).map(String::from).collect();
    let trial = CommentTrial { id, path: path(id), text: probe.mark(), known };
    trial.refusals(probe);
    let lost = trial.says(probe);
    trial.restore(probe, count(&poll), lost);
}

/// The comments that this check writes on one poll.
struct CommentTrial<'a> {
    id: &'a PollId,
    path: String,
    /// The text of the comment that the host should accept. Comments that it should refuse begin with this text, or are blank.
    text: String,
    /// The ids of the comments that the first page had before the check wrote any.
    known: HashSet<String>,
}

impl CommentTrial<'_> {
    fn say(&self, probe: &mut Probe<'_>, text: &str) -> Call {
        probe.write(Call::post(&self.path, &json!({"text": text})))
    }

    fn count(&self, probe: &mut Probe<'_>) -> Result<u64, Miss> {
        Ok(count(&polls::read(probe, self.id, Viewer::Member)?))
    }

    fn take(&self, probe: &mut Probe<'_>, comment: &str) -> Result<Received, Miss> {
        let call = probe.write(Call::delete(format!("{}/{}", self.path, escape(comment))));
        probe.ask(&call)
    }

    fn refusals(&self, probe: &mut Probe<'_>) {
        probe.look(Rule::CommentGuest, |probe| {
            let call = self.say(probe, &format!("{} by a guest", self.text)).by(Viewer::Guest);
            refused(&probe.ask(&call)?, ProblemKind::Unauthorized)
        });
        let long = self.text.chars().chain(std::iter::repeat('.')).take(MAX_COMMENT + 1).collect();
        for (rule, text) in [
            (Rule::CommentLong, long),
            (Rule::CommentEmpty, String::new()),
            (Rule::CommentEmpty, " \n".into()),
        ] {
            probe.look(rule, |probe| {
                let call = self.say(probe, &text);
                refused(&probe.ask(&call)?, ProblemKind::Invalid)
            });
        }
    }

    /// Writes a comment and takes it back. Returns whether the host accepted the comment but the check could not find it.
    fn says(&self, probe: &mut Probe<'_>) -> bool {
        let call = self.say(probe, &self.text);
        let mut told = None;
        probe.look(Rule::CommentPost, |probe| {
            let before = self.count(probe)?;
            let answer = probe.ask(&call)?;
            let after = count(&answered(&answer, self.id)?);
            told = Some(after);
            let came = || format!("{}: comments: {after}", answer.call);
            hold(
                before.checked_add(1) == Some(after),
                &format!("the poll with one more than comments: {before}"),
                came,
            )
        });
        let Some(told) = told else {
            for rule in [Rule::CommentIdempotent, Rule::CommentLatest, Rule::CommentMine, Rule::CommentBack] {
                probe.judge(rule, Err(skipped("the host took no comment")));
            }
            return false;
        };
        probe.look(Rule::CommentIdempotent, |probe| {
            let answer = probe.ask(&call)?;
            let again = count(&answered(&answer, self.id)?);
            let came = || format!("{}: comments: {again}", answer.call);
            hold(again == told, &format!("the poll with comments: {told}, as before"), came)
        });
        let mut own = None;
        probe.look(Rule::CommentLatest, |probe| {
            let page = page(probe, self.id, Viewer::Member, None)?;
            shapes(probe, &page);
            let is_own = |comment: &&Value| comment["text"] == self.text.as_str();
            own = page.comments.iter().find(is_own).cloned();
            let times = page.comments.iter().filter(is_own).count();
            let once = hold(times < 2, "the comment once", || page.answer.told());
            probe.judge(Rule::CommentIdempotent, once);
            let latest = page.comments.first().filter(is_own);
            hold(latest.is_some(), "the comment that was just written, before all others", || {
                page.answer.told()
            })
        });
        let Some((own, id)) = own.as_ref().and_then(|own| Some((own, id_of(own)?))) else {
            for rule in [Rule::CommentMine, Rule::CommentBack] {
                probe.judge(rule, Err(skipped("the comment that was written was not found")));
            }
            return true;
        };
        probe.look(Rule::CommentMine, |probe| self.is_mine(probe, own, id));
        probe.look(Rule::CommentBack, |probe| self.takes_back(probe, id));
        false
    }

    fn is_mine(&self, probe: &mut Probe<'_>, own: &Value, id: &str) -> Verdict {
        hold(own["mine"] == true, "mine: true for whoever wrote it", || format!("GET {}: {own}", self.path))?;
        // Another rule checks that a guest can read the comments.
        let Ok(page) = page(probe, self.id, Viewer::Guest, None) else { return Ok(()) };
        let theirs = page.comments.iter().find(|comment| comment["id"] == id && comment["mine"] == true);
        hold(theirs.is_none(), "no mine for a guest", || {
            format!("{}: {}", page.answer.call, theirs.cloned().unwrap_or_default())
        })
    }

    fn takes_back(&self, probe: &mut Probe<'_>, id: &str) -> Verdict {
        let before = self.count(probe)?;
        let answer = self.take(probe, id)?;
        let after = count(&answered(&answer, self.id)?);
        hold(
            after.checked_add(1) == Some(before),
            &format!("the poll with one less than comments: {before}"),
            || format!("{}: comments: {after}", answer.call),
        )?;
        let page = page(probe, self.id, Viewer::Member, None)?;
        let left = page.comments.iter().any(|comment| comment["id"] == id);
        hold(!left, "no such comment any more", || page.answer.told())
    }

    /// Takes back the comments of this check that are still there, and adds a note to the report if one may remain.
    fn restore(&self, probe: &mut Probe<'_>, before: u64, lost: bool) {
        let (found, left) = self.clear(probe, before).unwrap_or((false, true));
        let same = self.count(probe).is_ok_and(|now| now == before);
        if left || !same || (lost && !found) {
            let note = format!("a comment of this check may still stand about \"{}\"", self.id);
            probe.notes.push(note);
        }
    }

    /// Takes back the comments of this check. Returns whether there were any, and whether any are left.
    fn clear(&self, probe: &mut Probe<'_>, before: u64) -> Result<(bool, bool), Miss> {
        let found = self.found(probe, before)?;
        if found.is_empty() {
            return Ok((false, false));
        }
        for id in &found {
            self.take(probe, id)?;
        }
        Ok((true, !self.found(probe, before)?.is_empty()))
    }

    /// The ids of comments of this check, at most [`WRITTEN`]. Pages after the first are read only if the number of the poll's
    /// comments is not the number `before` the check.
    ///
    /// The check's comments begin with its text, except blank ones, which a host should refuse. A blank comment is the check's if
    /// it is the member's, and listed before every comment that was there before the check.
    fn found(&self, probe: &mut Probe<'_>, before: u64) -> Result<Vec<String>, Miss> {
        let pages = if self.count(probe)? == before { 1 } else { PAGES };
        let mut found = Vec::new();
        let mut cursor: Option<String> = None;
        let mut is_new = true;
        for _ in 0..pages {
            let page = page(probe, self.id, Viewer::Member, cursor.as_deref())?;
            for comment in &page.comments {
                let Some(id) = id_of(comment) else { continue };
                is_new &= !self.known.contains(id);
                let text = comment["text"].as_str().unwrap_or_default();
                let is_blank = is_new && comment["mine"] == true && text.trim().is_empty();
                if is_blank || text.starts_with(&self.text) {
                    found.push(id.to_owned());
                }
            }
            found.truncate(WRITTEN);
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        Ok(found)
    }
}
