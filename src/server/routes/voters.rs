//! Who chose what, where a poll is public.

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;

use super::{PathId, invalid, path_id};
use crate::api::{ProblemKind, Voter, Voters};
use crate::domain::id::{MemberId, OptionId, PollId};
use crate::domain::poll::Secrecy;
use crate::server::answer::{self, Fault};
use crate::server::app::{App, now};
use crate::server::who::Who;

#[derive(Deserialize)]
pub(super) struct Page {
    option: Option<String>,
    cursor: Option<String>,
}

/// `GET /polls/{id}/voters?option=a&cursor=…`
pub(super) async fn read(
    State(app): State<App>,
    who: Who,
    path: PathId,
    query: Result<Query<Page>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, Fault> {
    let id = path_id(path, PollId::new)?;
    let Query(page) = query.map_err(|e| invalid(e.body_text()))?;
    let option = page.option.map(OptionId::new).transpose().map_err(|e| invalid(format!("option: {e}")))?;
    let cursor = page.cursor.map(MemberId::new).transpose().map_err(|e| invalid(format!("cursor: {e}")))?;
    let found = app.store.polls(std::slice::from_ref(&id), &who, now()).await?.pop();
    let poll = found.ok_or_else(|| ProblemKind::NotFound.with(format!("there is no poll \"{id}\"")))?;
    if poll.rules.secrecy != Secrecy::Public {
        return Err(ProblemKind::Forbidden.with("this poll tells nobody who chose what").into());
    }
    if poll.tally.is_none() {
        return Err(ProblemKind::Forbidden
            .with("the results of this poll are not for you to see yet")
            .into());
    }
    if let Some(option) = option.as_ref().filter(|option| poll.place(option).is_none()) {
        return Err(invalid(format!("the poll has no option \"{option}\"")));
    }
    let (voters, more) = app.store.voters(&id, option.as_ref(), cursor.as_ref()).await?;
    let next = voters.last().filter(|_| more).map(|last| last.id.to_string());
    let voters = voters.into_iter().map(|voter| Voter {
        id: voter.id.into(),
        name: voter.name,
        says: voter.says.into(),
    });
    Ok(answer::read(&headers, &Voters { voters: voters.collect(), next }))
}
