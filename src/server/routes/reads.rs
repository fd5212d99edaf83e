//! Who is asking, polls, members.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::{AskedQuery, PathId, asked, invalid, list, path_id};
use crate::api::{Members, OPENAPI, PollAnswer, Polls, ProblemKind, Session, SessionViewer, Welcome};
use crate::domain::id::{MemberId, PollId};
use crate::server::answer::{self, Fault};
use crate::server::app::{App, now};
use crate::server::auth::NewGuest;
use crate::server::who::Who;

/// `GET /session`
pub(super) async fn session(State(app): State<App>, who: Who, headers: HeaderMap) -> Response {
    let viewer = who.member().map(|m| SessionViewer {
        id: m.id.to_string(),
        name: m.name.clone(),
        role: m.role.word().into(),
    });
    answer::read(&headers, &Session { viewer, csrf: app.keys.csrf(&headers) })
}

/// `POST /session`: a token for a guest who is to vote.
pub(super) async fn welcome(State(app): State<App>, _: NewGuest) -> Result<Response, Fault> {
    let mut answer = answer::written(&Welcome { token: app.keys.guest()? });
    *answer.status_mut() = StatusCode::CREATED;
    Ok(answer)
}

/// `GET /polls?ids=a,b`
pub(super) async fn polls(
    State(app): State<App>,
    who: Who,
    query: AskedQuery,
    headers: HeaderMap,
) -> Result<Response, Fault> {
    let ids = list("ids", &asked(query)?.ids, |text| PollId::new(text).map_err(|e| invalid(e.to_string())))?;
    let polls = app.store.polls(&ids, &who, now()).await?;
    let is_missing = |id: &&PollId| !polls.iter().any(|p| p.id == **id);
    let missing = ids.iter().filter(is_missing).map(ToString::to_string).collect();
    Ok(answer::read(&headers, &Polls { polls: polls.into_iter().map(Into::into).collect(), missing }))
}

/// `GET /polls/{id}`
pub(super) async fn poll(
    State(app): State<App>,
    who: Who,
    path: PathId,
    headers: HeaderMap,
) -> Result<Response, Fault> {
    let id = path_id(path, PollId::new)?;
    let found = app.store.polls(std::slice::from_ref(&id), &who, now()).await?.pop();
    let poll = found.ok_or_else(|| ProblemKind::NotFound.with(format!("there is no poll \"{id}\"")))?;
    Ok(answer::read(&headers, &PollAnswer { poll: poll.into() }))
}

/// `GET /members?ids=a,b`
pub(super) async fn members(
    State(app): State<App>,
    who: Who,
    query: AskedQuery,
    headers: HeaderMap,
) -> Result<Response, Fault> {
    let read = |text: &str| MemberId::new(text).map_err(|e| invalid(e.to_string()));
    let ids = list("ids", &asked(query)?.ids, read)?;
    let members = app.store.members(&ids, &who, now()).await?;
    let is_missing = |id: &&MemberId| !members.iter().any(|m| m.id == **id);
    let missing = ids.iter().filter(is_missing).map(ToString::to_string).collect();
    Ok(answer::read(&headers, &Members { members: members.into_iter().map(Into::into).collect(), missing }))
}

/// `GET /openapi.json`
pub(super) async fn openapi(headers: HeaderMap) -> Response {
    answer::document(&headers, OPENAPI)
}
