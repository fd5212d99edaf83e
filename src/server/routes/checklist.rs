//! The viewer's checklist.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;

use super::{Body, PathId, path_id};
use crate::clock::now;
use crate::contract::ProblemCode;
use crate::domain::id::StepId;
use crate::server::answer::{self, Failure};
use crate::server::app::App;
use crate::server::auth::SignedIn;
use crate::server::languages::Languages;
use crate::server::paints::Paints;
use crate::server::store::{StepError, StepRefusal};
use crate::server::who::Who;
use crate::wire::{ChecklistAnswer, StepPut, StepState};

/// `GET /checklist`
pub(super) async fn read(
    State(app): State<App>,
    who: Who,
    languages: Languages,
    paints: Paints,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let list = match who.member() {
        Some(member) => app.store.checklist(&member.id).await?,
        None => None,
    };
    let mut answer = languages.answer();
    let paint = list
        .as_ref()
        .and_then(|list| paints.painter(now()).checklist(|| answer.read_checklist(list.clone())));
    let checklist = list.map(|list| answer.checklist(list));
    Ok(answer.told(answer::read(&headers, &ChecklistAnswer { checklist, paint })))
}

/// `PUT /checklist/steps/{id}`
pub(super) async fn put_step(
    State(app): State<App>,
    SignedIn(member): SignedIn,
    path: PathId,
    languages: Languages,
    Body(StepPut { state: StepState::Done }): Body<StepPut>,
) -> Result<Response, Failure> {
    let step = path_id(path, StepId::new)?;
    let list = app.store.do_step(member, step, now()).await.map_err(|error| {
        let detail = error.to_string();
        match error {
            StepError::Refused(StepRefusal::NoStep(_)) => ProblemCode::StepGone.with(detail).into(),
            StepError::Refused(StepRefusal::ByHost(_)) => ProblemCode::StepByHost.with(detail).into(),
            StepError::Store(error) => Failure::from(error),
        }
    })?;
    let mut answer = languages.answer();
    let checklist = list.map(|list| answer.checklist(list));
    Ok(answer.told(answer::written(&ChecklistAnswer { checklist, paint: None })))
}
