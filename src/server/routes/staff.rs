//! Staff create, edit and delete polls.

use axum::extract::State;
use axum::http::header::LOCATION;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use jiff::tz::TimeZone;

use super::named::{id_of_poll, keep_translations, name_options};
use super::{Body, PathId, find_poll, invalid, path_id};
use crate::api::poll_from;
use crate::clock::now;
use crate::contract::{ProblemCode, ProblemKind};
use crate::domain::id::PollId;
use crate::domain::link::Link;
use crate::domain::poll::{Poll, PollOption};
use crate::domain::translation::Text;
use crate::server::answer::{self, Failure};
use crate::server::app::App;
use crate::server::auth::Staff;
use crate::server::languages::Languages;
use crate::server::store::{EditError, NewPoll, Repeat, StoreError, Stored};
use crate::server::who::{Identity, Who};
use crate::wire::{self, Edit, PollAnswer, PollEdit, Problem, WrittenPoll};

/// `POST /polls`
pub(super) async fn create(
    State(app): State<App>,
    Staff(member): Staff,
    languages: Languages,
    Body(said): Body<PollEdit>,
) -> Result<Response, Failure> {
    if said.revision != Edit::Keep {
        return Err(invalid("revision: a poll that is not there yet has none"));
    }
    let mut blank = WrittenPoll::default();
    blank.poll.id = id_of_poll(&said)?;
    let new = edited(said, blank, None)?;
    app.store.add_poll(&new, now()).await?;
    let mut answer = seen(&app, &languages, &new.id, member).await?;
    *answer.status_mut() = StatusCode::CREATED;
    // An id has no spaces, which this would write as `+`.
    let id: String = form_urlencoded::byte_serialize(new.id.as_str().as_bytes()).collect();
    if let Ok(location) = HeaderValue::from_str(&["polls/", &id].concat()) {
        answer.headers_mut().insert(LOCATION, location);
    }
    Ok(answer)
}

/// `PATCH /polls/{id}`
pub(super) async fn edit(
    State(app): State<App>,
    Staff(member): Staff,
    path: PathId,
    languages: Languages,
    Body(said): Body<PollEdit>,
) -> Result<Response, Failure> {
    let id = path_id(path, PollId::new)?;
    if said.id != Edit::Keep {
        return Err(invalid("id: a poll keeps its id"));
    }
    let change = |stored: &Stored| match said.revision {
        Edit::Set(revision) if !stored.is_as_of(revision.get()) => Err(NotEdited::Newer),
        // A list of options without those that members added meanwhile would delete them, with the votes for them.
        Edit::Keep | Edit::Clear if !matches!(said.options, Edit::Keep) => Err(NotEdited::Unread),
        Edit::Keep | Edit::Clear | Edit::Set(_) => {
            Ok(edited(said.clone(), written(stored), stored.repeat())?)
        }
    };
    let (kind, detail) = match app.store.edit_poll(&id, now(), change).await {
        Ok(()) => return seen(&app, &languages, &id, member).await,
        Err(NotEdited::Failure(fault)) => return Err(fault),
        Err(NotEdited::Unread) => (
            ProblemKind::RevisionMissing,
            "revision: say that of the poll that you read, since the options are a whole list",
        ),
        Err(NotEdited::Newer) => (
            ProblemKind::Conflict,
            "revision: the poll's title, description or options have changed since; this is the poll as it is now",
        ),
    };
    let poll = find_poll(&app, &id, &Who::Member(member)).await?;
    Err(Problem { poll: Some(languages.answer().poll(poll)), ..kind.with(detail) }.into())
}

/// Why an edit is refused.
enum NotEdited {
    /// It has options, but not the revision that the editor had read.
    Unread,
    /// The poll has changed since the revision that the editor had read.
    Newer,
    /// Any other reason.
    Failure(Failure),
}

impl<E: Into<Failure>> From<E> for NotEdited {
    fn from(error: E) -> Self {
        Self::Failure(error.into())
    }
}

/// `DELETE /polls/{id}`
pub(super) async fn delete(
    State(app): State<App>,
    Staff(_): Staff,
    path: PathId,
) -> Result<StatusCode, Failure> {
    let id = path_id(path, PollId::new)?;
    app.store.delete_poll(&id, now()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The poll as the staff member sees it.
async fn seen(app: &App, languages: &Languages, id: &PollId, member: Identity) -> Result<Response, Failure> {
    let mut answer = languages.answer();
    let poll = answer.poll(find_poll(app, id, &Who::Member(member)).await?);
    Ok(answer.told(answer::written(&PollAnswer { poll })))
}

/// The fields of a stored poll that staff may write.
fn written(stored: &Stored) -> WrittenPoll {
    WrittenPoll {
        poll: Poll { tally: None, ..stored.poll().clone() }.into(),
        asks: stored.asks().clone(),
        shuffle: stored.shuffles(),
        repeat: stored.repeat().map(|repeat| repeat.rule().into()),
    }
}

/// The poll after an edit. `known` is the rule of its rounds before the edit.
fn edited(mut said: PollEdit, before: WrittenPoll, known: Option<&Repeat>) -> Result<NewPoll, Failure> {
    let options = std::mem::take(&mut said.options);
    let texts = [&before.poll.title, &before.poll.description].map(Clone::clone);
    let mut written = said.apply(before).map_err(invalid)?;
    for (text, known) in [&mut written.poll.title, &mut written.poll.description].into_iter().zip(&texts) {
        keep_translations(text, known);
    }
    match options {
        Edit::Keep => {}
        Edit::Clear => written.poll.options.clear(),
        Edit::Set(said) => written.poll.options = name_options(written.kind(), said, &written.poll.options),
    }
    let WrittenPoll { poll, asks, shuffle, repeat: rule } = written;
    if let Some(name) = poll.time_zone.as_ref().filter(|name| TimeZone::get(name).is_err()) {
        return Err(invalid(format!(
            "time_zone: \"{name}\" is none of the IANA database, such as Europe/Berlin"
        )));
    }
    for (at, option) in poll.options.iter().enumerate() {
        for (field, address) in [("picture", &option.picture), ("link", &option.link)] {
            if address.as_ref().is_some_and(|address| Link::new(&address.0).is_none()) {
                let what = "is no http: or https: address, nor a path on the page's site, of at most 2000 characters";
                return Err(invalid(format!("options[{at}].{field}: {what}")));
            }
        }
    }
    let (title, description) = (poll.title.clone(), poll.description.clone());
    let labels: Vec<Text> = poll.options.iter().map(|option| option.label.clone()).collect();
    let json = serde_json::to_value(in_one_language(poll.clone())).map_err(|bad| invalid(bad.to_string()))?;
    let zone = poll.time_zone;
    let poll = poll_from(&json).map_err(|bad| invalid(bad.to_string()))?;
    // An edit of the current round's times leaves the times of other rounds as they were.
    let same =
        |known: &&Repeat| Some(known.rule()) == rule.as_deref() && Some(known.zone()) == zone.as_deref();
    let (opens_at, closes_at) = (poll.rules.opens_at, poll.rules.closes_at);
    let repeat = match (&rule, known.filter(same)) {
        (None, _) => None,
        (Some(_), Some(known)) if opens_at.is_some() => Some(known.clone()),
        (Some(rule), _) => {
            let new = Repeat::new(rule, opens_at, closes_at, zone.as_deref());
            Some(new.map_err(|bad| invalid(bad.to_string()))?)
        }
    };
    // Only the host writes the history of an option.
    let option = |(option, label): (PollOption, Text)| PollOption {
        added_after: None,
        edited: None,
        ..option.map(&mut |_| label.clone())
    };
    Ok(NewPoll {
        id: poll.id,
        title,
        description,
        options: poll.options.into_iter().zip(labels).map(option).collect(),
        rules: poll.rules,
        asks,
        entitled: poll.turnout.entitled,
        shuffle,
        repeat,
    })
}

/// The poll with each text in its first language alone, and without earlier texts.
fn in_one_language(mut poll: wire::Poll) -> wire::Poll {
    let texts = [&mut poll.title, &mut poll.description].into_iter();
    for text in texts.chain(poll.options.iter_mut().map(|option| &mut option.label)) {
        *text = text.first().into();
    }
    // What the host keeps of earlier texts is no part of an edit.
    (poll.title_edited, poll.description_edited) = (None, None);
    poll.options.iter_mut().for_each(|option| option.edited = None);
    poll
}

impl From<EditError> for Failure {
    fn from(error: EditError) -> Self {
        let detail = error.to_string();
        let kind = match error {
            EditError::Store(StoreError::Rules { fault, .. }) => return invalid(fault.to_string()),
            EditError::Store(error) => return error.into(),
            EditError::NoPoll(_) => return ProblemCode::PollMissing.with(detail).into(),
            EditError::Taken(_) | EditError::Deleted(_) | EditError::Settled(_) | EditError::Named(_) => {
                ProblemKind::Conflict
            }
        };
        kind.with(detail).into()
    }
}
