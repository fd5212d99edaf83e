//! The checklist's file: its heading and its steps, in TOML. When the file changes while the host runs, the new checklist is
//! taken over; an invalid file is reported, and the checklist stays as it was.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use serde::Deserialize;
use toml::Spanned;
use tracing::error;

use super::Error;
use super::store::{DoneWhen, NewStep, Store};
use super::typed;
use crate::clock::now;
use crate::domain::checklist::Action;
use crate::domain::id::{PollId, StepId};
use crate::domain::link::Link;
use crate::domain::translation::Text;

/// How often to look whether the file changed.
const LOOK: Duration = Duration::from_secs(2);

/// The most steps of a checklist.
const MOST_STEPS: usize = 30;

/// The longest text, in characters.
const LONGEST: usize = 300;

/// A checklist as the file defines it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct NewChecklist {
    pub(super) title: Text,
    pub(super) steps: Vec<NewStep>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileTable {
    title: Spanned<Text>,
    #[serde(rename = "step", default)]
    steps: Vec<Spanned<StepTable>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StepTable {
    id: Spanned<String>,
    title: Spanned<Text>,
    why: Option<Spanned<Text>>,
    done: Option<Spanned<String>>,
    poll: Option<Spanned<String>>,
    link: Option<Spanned<String>>,
    button: Option<Spanned<Text>>,
    #[serde(default)]
    optional: bool,
}

/// The byte index at which the file is invalid, and why.
type Invalid = (usize, String);

/// Reads a checklist. The error has the line.
pub(super) fn read(path: &Path) -> Result<NewChecklist, Error> {
    let text = fs::read_to_string(path)
        .map_err(|source| Error::ChecklistUnreadable { path: path.into(), source })?;
    parse(&text).map_err(|(at, reason)| {
        let line = 1 + text.bytes().take(at).filter(|byte| *byte == b'\n').count();
        Error::Checklist { path: path.into(), line, reason }
    })
}

fn parse(text: &str) -> Result<NewChecklist, Invalid> {
    let file: FileTable = toml::from_str(text).map_err(|error| {
        let message = error.message().split_whitespace().collect::<Vec<_>>().join(" ");
        (error.span().map_or(0, |span| span.start), message)
    })?;
    let title = said("title", &file.title, typed::line)?;
    if !(1..=MOST_STEPS).contains(&file.steps.len()) {
        return Err((
            0,
            format!("a checklist has 1 to {MOST_STEPS} steps; each begins with a line [[step]]"),
        ));
    }
    let mut ids = HashSet::new();
    let mut steps = Vec::with_capacity(file.steps.len());
    for entry in &file.steps {
        let step = step(entry)?;
        if !ids.insert(step.id.to_string()) {
            let at = entry.get_ref().id.span().start;
            return Err((at, format!("id: there are two steps \"{}\"", step.id)));
        }
        steps.push(step);
    }
    Ok(NewChecklist { title, steps })
}

fn step(entry: &Spanned<StepTable>) -> Result<NewStep, Invalid> {
    let StepTable { id, title, why, done, poll, link, button, optional } = entry.get_ref();
    let at = |text: &Spanned<String>| text.span().start;
    let id = StepId::new(id.get_ref()).map_err(|bad| (at(id), format!("id: {bad}")))?;
    let poll = poll.as_ref().map(|text| {
        let known = PollId::new(text.get_ref()).map_err(|bad| (at(text), format!("poll: {bad}")))?;
        Ok::<_, Invalid>((text, known))
    });
    let when = match (done.as_ref().map(|word| (word, word.get_ref().as_str())), poll.transpose()?) {
        (None | Some((_, "hand")), None) => DoneWhen::Hand,
        (Some((_, "vote")), None) => DoneWhen::Voted,
        (None | Some((_, "vote")), Some((_, poll))) => DoneWhen::VotedIn(poll),
        (Some((_, "hand")), Some((text, _))) => {
            return Err((
                at(text),
                "poll: a step that is done by hand has none; write done = \"vote\"".into(),
            ));
        }
        (Some((word, other)), _) => {
            let reason = format!("done: \"{other}\" is none of \"hand\" and \"vote\"");
            return Err((at(word), reason));
        }
    };
    let action = match (link, button) {
        (None, None) => None,
        (None, Some(button)) => {
            return Err((button.span().start, "button: there is no link for it to lead to".into()));
        }
        (Some(link), button) => {
            let what = "link: is no http: or https: address, nor a path on the page's site";
            let href = Link::new(link.get_ref()).ok_or_else(|| (at(link), what.to_owned()))?;
            let usual = if when == DoneWhen::Hand { "Open" } else { "Vote" };
            let label = button.as_ref().map(|button| said("button", button, typed::line)).transpose()?;
            Some(Action { label: label.unwrap_or_else(|| usual.into()), href })
        }
    };
    let why = why.as_ref().map(|why| said("why", why, typed::lines)).transpose()?.unwrap_or_default();
    Ok(NewStep { id, title: said("title", title, typed::line)?, why, action, when, optional: *optional })
}

/// A cleaned text, which must not be blank or too long in any of its languages.
fn said(field: &str, text: &Spanned<Text>, kept: fn(&str) -> String) -> Result<Text, Invalid> {
    let said = text.get_ref().map(kept);
    let wrong = said.each().find(|(_, text)| !(1..=LONGEST).contains(&text.chars().count()));
    let Some((language, _)) = wrong else { return Ok(said) };
    let what = format!("{field}: is a text of 1 to {LONGEST} characters, and something to see among them");
    let place = language.map(|language| format!(" (in \"{language}\")")).unwrap_or_default();
    Err((text.span().start, what + &place))
}

/// Takes over changes of the file, for as long as the host runs.
pub(super) async fn watch(store: Store, path: PathBuf) {
    let mut known = stamp(&path);
    loop {
        tokio::time::sleep(LOOK).await;
        let stamp = stamp(&path);
        if stamp == known {
            continue;
        }
        known = stamp;
        match read(&path) {
            Ok(list) => {
                if let Err(error) = store.set_checklist(&list.title, &list.steps, now()).await {
                    error!("cannot take up the checklist: {error}");
                }
            }
            Err(error) => error!("{error}; the checklist stays as it was"),
        }
    }
}

/// Changes whenever the file changes: its modification time and length.
fn stamp(path: &Path) -> Option<(SystemTime, u64)> {
    let metadata = fs::metadata(path).ok()?;
    Some((metadata.modified().ok()?, metadata.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forums_3_a_file_says_what_the_steps_are_and_how_each_is_done() {
        let list = parse(
            r#"title = "Your first steps"
[[step]]
id = "rules"
title = "Read the rules"
why = "They are short."
link = "/rules"
button = "Read them"
[[step]]
id = "any"
title = "Vote in a poll"
done = "vote"
link = "/polls"
[[step]]
id = "dinner"
title = "Vote in the dinner poll"
poll = "weekly-dinner"
optional = true
"#,
        );
        let list = list.unwrap();
        let told: Vec<_> = list.steps.iter().map(|step| (step.id.as_str(), &step.when)).collect();
        let dinner = DoneWhen::VotedIn(PollId::new("weekly-dinner").unwrap());
        assert_eq!(told, [("rules", &DoneWhen::Hand), ("any", &DoneWhen::Voted), ("dinner", &dinner)]);
        let labels: Vec<_> =
            list.steps.iter().map(|step| step.action.as_ref().map(|a| a.label.first())).collect();
        assert_eq!(labels, [Some("Read them"), Some("Vote"), None]);
    }

    #[test]
    fn forums_3_a_bad_file_is_refused_with_its_line() {
        let step = "title = \"T\"\n[[step]]\nid = \"a\"\ntitle = \"A\"\n";
        for (text, line, reason) in [
            ("title = \"T\"\n".to_owned(), 1, "1 to 30 steps"),
            ("title = \"T\"\n[[step]\n".into(), 2, "expected"),
            ("title = \"\"\n[[step]]\nid = \"a\"\ntitle = \"A\"\n".into(), 1, "title: is a text"),
            ("title = \"\u{200b}\"\n[[step]]\nid = \"a\"\ntitle = \"A\"\n".into(), 1, "title: is a text"),
            ("title = \"T\"\n[[step]]\nid = \"a\"\ntitle = \"\u{2800}\"\n".into(), 4, "title: is a text"),
            (format!("{step}whi = \"?\"\n"), 5, "unknown field `whi`"),
            (format!("{step}done = \"later\"\n"), 5, "\"later\" is none of"),
            (format!("{step}done = \"hand\"\npoll = \"p\"\n"), 6, "done by hand"),
            (format!("{step}poll = \"a b\"\n"), 5, "poll: an id must not have spaces"),
            (format!("{step}link = \"javascript:alert(1)\"\n"), 5, "link: is no http"),
            (format!("{step}button = \"Go\"\n"), 5, "no link"),
            (format!("{step}[[step]]\nid = \"a\"\ntitle = \"B\"\n"), 6, "two steps \"a\""),
            (format!("{step}[[step]]\ntitle = \"B\"\n"), 5, "missing field `id`"),
            (format!("{step}optional = \"yes\"\n"), 5, "invalid type"),
        ] {
            let (at, told) = parse(&text).unwrap_err();
            let found = 1 + text[..at].matches('\n').count();
            assert!(found == line && told.contains(reason), "{text}\n{found}: {told}");
        }
    }
}
