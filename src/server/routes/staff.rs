//! What staff do to polls: write them, edit them, close them and open them again.

use axum::extract::State;
use axum::http::header::LOCATION;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use jiff::tz::TimeZone;
use serde_json::{Map, Value, json};

use super::{Body, PathId, invalid, path_id};
use crate::api::{self, PollAnswer, ProblemKind};
use crate::domain::id::PollId;
use crate::domain::link::Link;
use crate::domain::poll::Poll;
use crate::server::answer::{self, Fault};
use crate::server::app::{App, now};
use crate::server::auth::Staff;
use crate::server::store::{EditError, NewPoll, Repeat, StoreError, Stored};
use crate::server::who::{Identity, Who};

/// What staff say of a poll, whatever its kind; the rest of it is the host's to say.
const FIELDS: [&str; 20] = [
    "id",
    "title",
    "description",
    "options",
    "kind",
    "opens_at",
    "closes_at",
    "time_zone",
    "results",
    "secrecy",
    "changeable",
    "retractable",
    "abstention",
    "quorum",
    "own_options",
    "commentable",
    "asks",
    "entitled",
    "shuffle",
    "repeat",
];

/// What they say of one kind of poll alone.
const OF_A_KIND: [(&str, &str); 9] = [
    ("min", "choice"),
    ("max", "choice"),
    ("scale", "rating"),
    ("method", "ranked"),
    ("seats", "ranked"),
    ("dots", "allocation"),
    ("reasons", "proposal"),
    ("threshold", "proposal"),
    ("threshold_of", "proposal"),
];

/// `POST /polls`
pub(super) async fn create(
    State(app): State<App>,
    Staff(member): Staff,
    Body(said): Body<Map<String, Value>>,
) -> Result<Response, Fault> {
    let new = merged(Map::new(), said, None)?;
    app.store.add_poll(&new, now()).await?;
    let mut answer = seen(&app, &new.id, member).await?;
    *answer.status_mut() = StatusCode::CREATED;
    // Not every letter goes into a header; who wrote the poll knows its id.
    if let Ok(location) = HeaderValue::from_str(&format!("polls/{}", new.id)) {
        answer.headers_mut().insert(LOCATION, location);
    }
    Ok(answer)
}

/// `PATCH /polls/{id}`
pub(super) async fn edit(
    State(app): State<App>,
    Staff(member): Staff,
    path: PathId,
    Body(said): Body<Map<String, Value>>,
) -> Result<Response, Fault> {
    let id = path_id(path, PollId::new)?;
    if said.contains_key("id") {
        return Err(invalid("id: a poll keeps its id"));
    }
    app.store.edit_poll(&id, now(), |stored| merged(written(stored), said, stored.repeat())).await?;
    seen(&app, &id, member).await
}

async fn seen(app: &App, id: &PollId, member: Identity) -> Result<Response, Fault> {
    let found = app.store.polls(std::slice::from_ref(id), &Who::Member(member), now()).await?.pop();
    let poll = found.ok_or_else(|| EditError::NoPoll(id.clone()))?;
    Ok(answer::written(&PollAnswer { poll: poll.into() }))
}

/// A poll as staff would write it.
fn written(stored: &Stored) -> Map<String, Value> {
    let poll = Poll { tally: None, ..stored.poll().clone() };
    let entitled = poll.turnout.entitled;
    let mut fields = match serde_json::to_value(api::Poll::from(poll)) {
        Ok(Value::Object(fields)) => fields,
        _ => Map::new(),
    };
    fields.retain(|field, _| is_field(field));
    fields.extend(entitled.map(|n| ("entitled".into(), n.into())));
    fields.extend(stored.shuffles().then(|| ("shuffle".into(), true.into())));
    fields.extend(stored.repeat().map(|repeat| ("repeat".into(), repeat.rule().into())));
    fields.extend(
        serde_json::to_value(api::Asks::from(stored.asks().clone())).ok().map(|asks| ("asks".into(), asks)),
    );
    fields
}

fn kind_of(poll: &Map<String, Value>) -> &str {
    poll.get("kind").and_then(Value::as_str).unwrap_or("choice")
}

fn is_field(field: &str) -> bool {
    FIELDS.contains(&field) || is_of_a_kind(field)
}

fn is_of_a_kind(field: &str) -> bool {
    OF_A_KIND.iter().any(|(of, _)| *of == field)
}

/// A poll with what is said of it, by the rules of RFC 7396: null takes a field out, a list is whole.
fn merged(
    mut poll: Map<String, Value>,
    said: Map<String, Value>,
    repeat: Option<&Repeat>,
) -> Result<NewPoll, Fault> {
    // Another kind starts without what was said of the one before.
    if said.contains_key("kind") && kind_of(&said) != kind_of(&poll) {
        poll.retain(|field, _| !is_of_a_kind(field));
    }
    for (field, value) in said {
        if !is_field(&field) {
            return Err(invalid(format!("{field}: a poll has no such field that can be written")));
        }
        match (poll.get_mut(&field), value) {
            (_, Value::Null) => drop(poll.remove(&field)),
            (Some(Value::Object(known)), Value::Object(inner)) => {
                known.extend(inner);
                known.retain(|_, value| !value.is_null());
            }
            (_, value) => drop(poll.insert(field, value)),
        }
    }
    if let Some((field, kind)) =
        OF_A_KIND.iter().find(|(field, kind)| poll.contains_key(*field) && kind_of(&poll) != *kind)
    {
        return Err(invalid(format!(
            "{field}: is of a {kind} poll, and this is of the kind {}",
            kind_of(&poll)
        )));
    }
    let text = |name: &str| match poll.get(name) {
        None => Ok(None),
        Some(Value::String(text)) if !text.is_empty() => Ok(Some(text.clone())),
        Some(_) => Err(invalid(format!("{name}: is not a text that says anything"))),
    };
    let asks = serde_json::from_value::<api::Asks>(poll.get("asks").cloned().unwrap_or_else(|| json!({})))
        .map_err(|bad| bad.to_string())
        .and_then(TryInto::try_into)
        .map_err(|bad| invalid(format!("asks: {bad}")))?;
    let shuffle = match poll.get("shuffle") {
        None => false,
        Some(Value::Bool(shuffle)) => *shuffle,
        Some(_) => return Err(invalid("shuffle: is not true or false")),
    };
    let rule = text("repeat")?;
    let zone = text("time_zone")?;
    if let Some(name) = zone.as_ref().filter(|name| TimeZone::get(name).is_err()) {
        return Err(invalid(format!(
            "time_zone: \"{name}\" is none of the IANA database, such as Europe/Berlin"
        )));
    }
    let turnout = json!({ "entitled": poll.get("entitled") });
    poll.insert("turnout".into(), turnout);
    for (at, option) in poll.get("options").and_then(Value::as_array).into_iter().flatten().enumerate() {
        for field in ["picture", "link"] {
            if option[field].as_str().is_some_and(|text| Link::new(text).is_none()) {
                let what = "is no http: or https: address, nor a path on the page's site, of at most 2000 characters";
                return Err(invalid(format!("options[{at}].{field}: {what}")));
            }
        }
    }
    let mut poll = api::poll_from(&Value::Object(poll)).map_err(|bad| invalid(bad.to_string()))?;
    // An edit of this round's times leaves the others theirs.
    let same =
        |known: &&Repeat| Some(known.rule()) == rule.as_deref() && Some(known.zone()) == zone.as_deref();
    let repeat = match (repeat.filter(same), &rule) {
        (Some(known), _) => Some(known.clone()),
        (None, Some(rule)) => {
            let (opens_at, closes_at) = (poll.rules.opens_at, poll.rules.closes_at);
            let new = Repeat::new(rule, opens_at, closes_at, zone.as_deref());
            Some(new.map_err(|bad| invalid(bad.to_string()))?)
        }
        (None, None) => None,
    };
    // How many had voted before is for the host to say.
    poll.options.iter_mut().for_each(|option| option.added_after = None);
    Ok(NewPoll {
        id: poll.id,
        title: poll.title,
        description: poll.description,
        options: poll.options,
        rules: poll.rules,
        asks,
        entitled: poll.turnout.entitled,
        shuffle,
        repeat,
    })
}

impl From<EditError> for Fault {
    fn from(error: EditError) -> Self {
        let kind = match error {
            EditError::Store(StoreError::Rules { fault, .. }) => return invalid(fault.to_string()),
            EditError::Store(error) => return error.into(),
            EditError::NoPoll(_) => ProblemKind::NotFound,
            EditError::Taken(_) | EditError::Settled(_) | EditError::Named(_) => ProblemKind::Conflict,
        };
        kind.with(error.to_string()).into()
    }
}
