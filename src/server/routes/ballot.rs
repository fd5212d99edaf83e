//! Casting, changing and taking back a ballot.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;

use super::{Body, PathId, invalid, key, path_id};
use crate::clock::now;
use crate::contract::ProblemKind;
use crate::domain::id::PollId;
use crate::server::answer::{self, Failure};
use crate::server::app::App;
use crate::server::auth::Voter;
use crate::server::languages::Languages;
use crate::server::store::{Act, Cast, CastError, Refusal, StoreError, Unavailable};
use crate::server::typed;
use crate::wire::{BallotDelete, BallotPut, Poll, PollAnswer, Problem};

/// `PUT /polls/{id}/ballot`
pub(super) async fn put(
    State(app): State<App>,
    Voter(member): Voter,
    path: PathId,
    languages: Languages,
    headers: HeaderMap,
    Body(mut body): Body<BallotPut>,
) -> Result<Response, Failure> {
    body.says.reason = body.says.reason.map(|reason| typed::lines(&reason));
    let (poll, key) = (path_id(path, PollId::new)?, key(&headers)?);
    let nothing = || invalid("a ballot has options, or values, or abstains: it has none of these");
    let act = Act::Vote(body.says.answer().map_err(invalid)?.ok_or_else(nothing)?);
    cast(&app, &languages, Cast { member, poll, revision: body.revision.get(), act, key }).await
}

/// `DELETE /polls/{id}/ballot`
pub(super) async fn delete(
    State(app): State<App>,
    Voter(member): Voter,
    path: PathId,
    languages: Languages,
    headers: HeaderMap,
    Body(body): Body<BallotDelete>,
) -> Result<Response, Failure> {
    let (poll, key) = (path_id(path, PollId::new)?, key(&headers)?);
    cast(&app, &languages, Cast { member, poll, revision: body.revision.get(), act: Act::TakeBack, key })
        .await
}

async fn cast(app: &App, languages: &Languages, cast: Cast) -> Result<Response, Failure> {
    let mut answer = languages.answer();
    match app.store.cast(cast, now()).await {
        Ok(poll) => {
            let poll = answer.poll(poll);
            Ok(answer.told(answer::written(&PollAnswer { poll })))
        }
        Err(CastError::Store(error)) => Err(error.into()),
        Err(CastError::Refused { refusal: Refusal::Watched, .. }) => {
            Err(StoreError::from(Unavailable::Watched).into())
        }
        Err(CastError::Refused { refusal, poll }) => {
            Err(problem(&refusal, poll.map(|poll| answer.poll(*poll))).into())
        }
    }
}

fn problem(refusal: &Refusal, poll: Option<Poll>) -> Problem {
    let (kind, says_poll) = match refusal {
        Refusal::NoPoll(_) => (ProblemKind::NotFound, false),
        Refusal::NotEntitled => (ProblemKind::Forbidden, false),
        Refusal::NotYet(_) | Refusal::Over(_) => (ProblemKind::PollClosed, true),
        Refusal::Bad(_) => (ProblemKind::Invalid, false),
        Refusal::Stale(_) => (ProblemKind::StaleBallot, true),
        Refusal::Final => (ProblemKind::BallotFinal, true),
        Refusal::KeyReused => (ProblemKind::KeyReused, false),
        Refusal::Watched => (ProblemKind::Busy, false),
    };
    Problem { poll: poll.filter(|_| says_poll), ..kind.with(refusal.to_string()) }
}
