//! Reading the session, polls and members.

use std::collections::HashSet;
use std::sync::LazyLock;

use axum::extract::{Extension, RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::{
    CursorQuery, PathId, cursor, find_poll, invalid, is_given, named, page_of, path_id, plain_texts, texts,
};
use crate::clock::now;
use crate::domain::id::{MemberId, PollId};
use crate::domain::member::Member;
use crate::domain::poll::Poll;
use crate::domain::time::Timestamp;
use crate::domain::translation::Text;
use crate::server::answer::{self, Failure};
use crate::server::app::App;
use crate::server::assets::File;
use crate::server::auth::NewGuest;
use crate::server::languages::Languages;
use crate::server::limits::Peer;
use crate::server::paints::Paints;
use crate::server::proxies::CallSource;
use crate::server::who::{self, Who};
use crate::wire::{Caller, Members, OPENAPI, PollAnswer, Polls, Role, Session, SessionViewer, Welcome};

/// `GET /session`
pub(super) async fn session(
    State(app): State<App>,
    Extension(peer): Extension<Peer>,
    who: Who,
    headers: HeaderMap,
) -> Response {
    let viewer = who.member().map(|m| SessionViewer {
        id: m.id.clone().into(),
        name: m.name.clone(),
        role: if m.role == who::Role::Staff { Role::Staff } else { Role::Member },
    });
    let caller = who.is_staff().then(|| app.guard.source(peer, &headers).into());
    answer::read(&headers, &Session { viewer, csrf: app.keys.csrf(&headers), caller })
}

impl From<CallSource> for Caller {
    fn from(source: CallSource) -> Self {
        Self {
            address: source.address.map(|address| address.to_string()),
            peer: source.peer.to_string(),
            trusted: source.trusted,
            forwarded: source.forwarded,
        }
    }
}

/// `POST /session`: a token for a guest who is to vote.
pub(super) async fn welcome(State(app): State<App>, _: NewGuest) -> Result<Response, Failure> {
    let mut answer = answer::written(&Welcome { token: app.keys.guest()? });
    *answer.status_mut() = StatusCode::CREATED;
    Ok(answer)
}

/// `GET /polls?ids=a,b`, and for staff `GET /polls?cursor=…`
pub(super) async fn polls(
    State(app): State<App>,
    who: Who,
    query: RawQuery,
    cursor: CursorQuery,
    languages: Languages,
    paints: Paints,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    if who.is_staff() && !is_given(&query, "ids") {
        return all_polls(&app, &who, cursor, &languages, &headers).await;
    }
    if !is_given(&query, "ids") {
        return Err(invalid("say which: ?ids=a,b; only staff are given all polls"));
    }
    let ids = named("ids", plain_texts(&query, "ids"), |text| PollId::new(text).ok())?;
    let now = now();
    let polls = app.store.polls(&ids.found, &who, now).await?;
    let absent: Vec<PollId> = ids.found.into_iter().filter(|id| !polls.iter().any(|p| p.id == *id)).collect();
    let gone = if absent.is_empty() { HashSet::new() } else { app.store.deleted(&absent).await? };
    let (deleted, missing): (Vec<_>, Vec<_>) = absent.into_iter().partition(|id| gone.contains(id));
    let (mut answer, painting) = (languages.answer(), paints.painter(now));
    let shown =
        |poll: &Poll<Text>| Some((poll.id.clone().into(), painting.poll(|| answer.read_poll(poll.clone()))?));
    let polls = Polls {
        paints: polls.iter().filter_map(shown).collect(),
        polls: polls.into_iter().map(|poll| answer.poll(poll)).collect(),
        missing: missing.into_iter().map(Into::into).chain(ids.bad).collect(),
        deleted: deleted.into_iter().map(Into::into).collect(),
        next: None,
    };
    Ok(answer.told(answer::read(&headers, &polls)))
}

/// A page of all polls, the newest first.
async fn all_polls(
    app: &App,
    who: &Who,
    query: CursorQuery,
    languages: &Languages,
    headers: &HeaderMap,
) -> Result<Response, Failure> {
    let before = cursor(query, |text| {
        let (at, id) = text.split_once('-')?;
        Some((Timestamp(at.parse().ok()?), PollId::new(id).ok()?))
    })?;
    let (page, more) = app.store.polls_before(before.as_ref().map(|(at, id)| (*at, id))).await?;
    let next = page_of(&page, more, |(at, id)| format!("{}-{id}", at.0));
    let ids: Vec<PollId> = page.into_iter().map(|(_, id)| id).collect();
    let polls = app.store.polls(&ids, who, now()).await?;
    let mut answer = languages.answer();
    let polls = polls.into_iter().map(|poll| answer.poll(poll)).collect();
    Ok(answer.told(answer::read(headers, &Polls { polls, next, ..Polls::default() })))
}

/// `GET /polls/{id}`
pub(super) async fn poll(
    State(app): State<App>,
    who: Who,
    path: PathId,
    languages: Languages,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let id = path_id(path, PollId::new)?;
    let poll = find_poll(&app, &id, &who).await?;
    let mut answer = languages.answer();
    let poll = answer.poll(poll);
    Ok(answer.told(answer::read(&headers, &PollAnswer { poll })))
}

/// `GET /members?ids=a,b`
pub(super) async fn members(
    State(app): State<App>,
    who: Who,
    query: RawQuery,
    paints: Paints,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let ids = named("ids", texts(&query, "ids"), |text| MemberId::new(text).ok())?;
    let now = now();
    let members = app.store.members(&ids.found, &who, now).await?;
    let is_missing = |id: &&MemberId| !members.iter().any(|m| m.id == **id);
    let missing = ids.found.iter().filter(is_missing).map(ToString::to_string).chain(ids.bad).collect();
    let painting = paints.painter(now);
    let shown = |member: &Member| Some((member.id.clone().into(), painting.member(member)?));
    let paints = members.iter().filter_map(shown).collect();
    let members = members.into_iter().map(Into::into).collect();
    Ok(answer::read(&headers, &Members { members, missing, paints }))
}

/// `GET /openapi.json`
pub(super) async fn openapi(headers: HeaderMap) -> Response {
    static DOCUMENT: LazyLock<File> = LazyLock::new(|| File::text("application/json", &OPENAPI));
    DOCUMENT.answer(&headers)
}
