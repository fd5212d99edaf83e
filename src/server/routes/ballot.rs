//! Casting, changing and taking back a ballot.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;

use super::{Body, PathId, invalid, key, most, path_id};
use crate::clock::now;
use crate::contract::{ProblemCode, ProblemKind};
use crate::domain::id::PollId;
use crate::domain::poll::{BadBallot, MAX_REASON};
use crate::server::answer::{self, Failure};
use crate::server::app::App;
use crate::server::auth::Voter;
use crate::server::languages::Languages;
use crate::server::store::{Act, Cast, CastError, Refusal, StoreError, Unavailable};
use crate::server::typed;
use crate::wire::{BallotDelete, BallotPut, Params, Poll, PollAnswer, Problem};

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
    let detail = refusal.to_string();
    match refusal {
        Refusal::NoPoll(_) => ProblemCode::PollMissing.with(detail),
        Refusal::NotEntitled => ProblemCode::NotEntitled.with(detail),
        Refusal::NotYet(opens) => {
            Problem { poll, ..ProblemCode::PollUpcoming.with(detail).with_params(Params::at(*opens)) }
        }
        Refusal::Over(closed) => {
            Problem { poll, ..ProblemCode::PollClosed.with(detail).with_params(Params::at(*closed)) }
        }
        Refusal::Bad(bad) => match code(bad) {
            Some((code, params)) => code.with(detail).with_params(params),
            None => ProblemKind::Invalid.with(detail),
        },
        Refusal::Stale(_) => Problem { poll, ..ProblemCode::StaleBallot.with(detail) },
        Refusal::Final => Problem { poll, ..ProblemCode::BallotFinal.with(detail) },
        Refusal::KeyReused => ProblemKind::KeyReused.with(detail),
        Refusal::Watched => ProblemKind::Busy.with(detail),
    }
}

/// The code of an invalid ballot. There is none for what only a program can send.
fn code(bad: &BadBallot) -> Option<(ProblemCode, Params)> {
    let none = Params::default;
    Some(match bad {
        BadBallot::OtherKind => (ProblemCode::OtherKind, none()),
        BadBallot::NoAbstention => (ProblemCode::NoAbstention, none()),
        BadBallot::Unknown(option) => (ProblemCode::OptionGone, Params::option(option.clone())),
        BadBallot::Doubled(_) => return None,
        BadBallot::TooFew(least) => (ProblemCode::TooFewOptions, Params::limit(*least)),
        BadBallot::TooMany(most) => (ProblemCode::TooManyOptions, Params::limit(*most)),
        BadBallot::OffScale(option) => (ProblemCode::OffScale, Params::option(option.clone())),
        BadBallot::TooManyDots(most) => (ProblemCode::TooManyPoints, Params::limit(*most)),
        BadBallot::NoReason => (ProblemCode::ReasonNeeded, none()),
        BadBallot::NeedlessReason => (ProblemCode::NoReasons, none()),
        BadBallot::LongReason => (ProblemCode::ReasonTooLong, most(MAX_REASON)),
    })
}
