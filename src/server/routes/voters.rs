//! The voters of a public poll, and the reasons on a proposal.

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;

use super::{CursorQuery, PathId, cursor, find_poll, invalid, page_of, path_id};
use crate::contract::ProblemKind;
use crate::domain::id::{MemberId, OptionId, PollId};
use crate::domain::poll::{Answer, Poll, Says, Secrecy};
use crate::domain::translation::Text;
use crate::server::answer::{self, Failure};
use crate::server::app::App;
use crate::server::store::Reason;
use crate::server::who::Who;
use crate::wire::{self, Voter, Voters};

#[derive(Deserialize)]
pub(super) struct VotersQuery {
    option: Option<String>,
    cursor: Option<String>,
}

/// `GET /polls/{id}/voters?option=a&cursor=…`
pub(super) async fn read(
    State(app): State<App>,
    who: Who,
    path: PathId,
    query: Result<Query<VotersQuery>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let poll = with_result(&app, &who, path).await?;
    let Query(page) = query.map_err(|e| invalid(e.body_text()))?;
    let option = page.option.map(OptionId::new).transpose().map_err(|e| invalid(format!("option: {e}")))?;
    let cursor = page.cursor.map(MemberId::new).transpose().map_err(|e| invalid(format!("cursor: {e}")))?;
    if poll.rules.secrecy != Secrecy::Public {
        return Err(ProblemKind::Forbidden.with("this poll tells nobody who chose what").into());
    }
    if let Some(option) = option.as_ref().filter(|option| poll.place(option).is_none()) {
        return Err(invalid(format!("the poll has no option \"{option}\"")));
    }
    let (voters, more) = app.store.voters(&poll.id, option.as_ref(), cursor.as_ref()).await?;
    let next = page_of(&voters, more, |last| last.id.clone().into());
    let voters = voters.into_iter().map(|voter| Voter {
        id: voter.id.into(),
        name: voter.name,
        says: voter.says.into(),
    });
    Ok(answer::read(&headers, &Voters { voters: voters.collect(), next }))
}

/// `GET /polls/{id}/reasons?cursor=…`
pub(super) async fn reasons(
    State(app): State<App>,
    who: Who,
    path: PathId,
    query: CursorQuery,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let poll = with_result(&app, &who, path).await?;
    let after: u32 =
        cursor(query, |text| text.parse().ok().filter(|place: &u32| place.to_string() == text))?.unwrap_or(0);
    let (reasons, more) = app.store.reasons(&poll.id, after).await?;
    let seen = after.saturating_add(u32::try_from(reasons.len()).unwrap_or(u32::MAX));
    let next = page_of(&reasons, more, |_| seen.to_string().into());
    let public = poll.rules.secrecy == Secrecy::Public;
    let reason = |reason: Reason| {
        let Says::This(Answer::Stance(option, why)) = reason.says else { return None };
        let name = public.then_some(reason.member.1);
        Some(wire::Reason { name, options: [option.into()], reason: why })
    };
    let reasons = reasons.into_iter().filter_map(reason).collect();
    Ok(answer::read(&headers, &wire::Reasons { reasons, next }))
}

/// The poll, if the viewer may see its result.
async fn with_result(app: &App, who: &Who, path: PathId) -> Result<Poll<Text>, Failure> {
    let id = path_id(path, PollId::new)?;
    let poll = find_poll(app, &id, who).await?;
    if poll.tally.is_none() {
        let detail = "the results of this poll are not for you to see yet";
        return Err(ProblemKind::Forbidden.with(detail).into());
    }
    Ok(poll)
}
