//! What members do to a poll besides voting: they add options, comment, and follow it.

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;

use super::{Body, CursorQuery, PathId, cursor, find_poll, invalid, key, most, page_of, path_id};
use crate::clock::now;
use crate::contract::{ProblemCode, ProblemKind};
use crate::domain::id::{BadId, MemberId, OptionId, PollId};
use crate::domain::poll::{BadComment, BadOption, Comment, MAX_COMMENT, MAX_OPTIONS, MAX_TITLE, MOST_OWN};
use crate::domain::time::Timestamp;
use crate::server::answer::{self, Failure};
use crate::server::app::App;
use crate::server::auth::{SignedIn, Staff};
use crate::server::languages::Languages;
use crate::server::store::{Denied, OwnOption};
use crate::server::typed;
use crate::server::who::{Identity, Role, Who};
use crate::wire::{
    self, CommentPost, Comments, FollowPut, Follower, Followers, OptionPost, OptionPut, OptionState, Params,
    PollAnswer,
};

type PathIds = Result<Path<(String, String)>, PathRejection>;

fn path_ids<T>(path: PathIds, read: impl Fn(String) -> Result<T, BadId>) -> Result<(PollId, T), Failure> {
    let Path((poll, part)) = path.map_err(|e| invalid(e.body_text()))?;
    let bad = |e: BadId| invalid(e.to_string());
    Ok((PollId::new(poll).map_err(bad)?, read(part).map_err(bad)?))
}

/// The answer to a write: the poll as the member now sees it.
async fn seen(
    app: &App,
    languages: &Languages,
    member: Identity,
    poll: &PollId,
) -> Result<Response, Failure> {
    let who = Who::Member(Identity { stage: app.store.meet(&member).await?, ..member });
    let poll = find_poll(app, poll, &who).await?;
    let mut answer = languages.answer();
    let poll = answer.poll(poll);
    Ok(answer.told(answer::written(&PollAnswer { poll })))
}

/// `POST /polls/{id}/options`
pub(super) async fn add_option(
    State(app): State<App>,
    SignedIn(member): SignedIn,
    path: PathId,
    languages: Languages,
    headers: HeaderMap,
    Body(body): Body<OptionPost>,
) -> Result<Response, Failure> {
    let (poll, key) = (path_id(path, PollId::new)?, key(&headers)?);
    let when = wire::when(body.date.as_ref(), body.starts_at.as_ref(), body.ends_at.as_ref());
    let when = when.map_err(invalid)?;
    let option = OwnOption { label: typed::line(&body.label), when };
    app.store.add_own(&member, &poll, option, &key, now()).await?;
    seen(&app, &languages, member, &poll).await
}

/// `PUT /polls/{id}/options/{option}`
pub(super) async fn approve_option(
    State(app): State<App>,
    Staff(member): Staff,
    path: PathIds,
    languages: Languages,
    Body(OptionPut { state: OptionState::Approved }): Body<OptionPut>,
) -> Result<Response, Failure> {
    let (poll, option) = path_ids(path, OptionId::new)?;
    app.store.approve_own(&poll, &option, now()).await?;
    seen(&app, &languages, member, &poll).await
}

/// `DELETE /polls/{id}/options/{option}`
pub(super) async fn decline_option(
    State(app): State<App>,
    SignedIn(member): SignedIn,
    path: PathIds,
    languages: Languages,
) -> Result<Response, Failure> {
    let (poll, option) = path_ids(path, OptionId::new)?;
    app.store.decline_own(&member, &poll, &option, now()).await?;
    seen(&app, &languages, member, &poll).await
}

/// `GET /polls/{id}/comments?cursor=…`
pub(super) async fn comments(
    State(app): State<App>,
    who: Who,
    path: PathId,
    query: CursorQuery,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let poll = path_id(path, PollId::new)?;
    let before = cursor(query, |text| {
        let (at, id) = text.split_once('-')?;
        Some((Timestamp(at.parse().ok()?), id.to_owned()))
    })?;
    find_poll(&app, &poll, &who).await?;
    let before = before.as_ref().map(|(at, id)| (*at, id.as_str()));
    let (said, more) = app.store.comments(&poll, before).await?;
    let next = page_of(&said, more, |last| format!("{}-{}", last.at.0, last.id).into());
    let may = |of: &MemberId| who.member().is_some_and(|me| me.id == *of || me.role == Role::Staff);
    let comments = said.into_iter().map(|said| wire::Comment {
        mine: may(&said.member),
        id: said.id.into(),
        name: said.name,
        at: said.at.into(),
        text: said.text,
    });
    Ok(answer::read(&headers, &Comments { comments: comments.collect(), next }))
}

/// `POST /polls/{id}/comments`
pub(super) async fn comment(
    State(app): State<App>,
    SignedIn(member): SignedIn,
    path: PathId,
    languages: Languages,
    headers: HeaderMap,
    Body(body): Body<CommentPost>,
) -> Result<Response, Failure> {
    let (poll, key) = (path_id(path, PollId::new)?, key(&headers)?);
    let comment = Comment::new(&typed::lines(&body.text)).map_err(|bad| match bad {
        BadComment::Empty => ProblemCode::CommentEmpty.with(bad.to_string()),
        BadComment::Long => ProblemCode::CommentTooLong.with(bad.to_string()).with_params(most(MAX_COMMENT)),
    })?;
    app.store.comment(&member, &poll, &comment, &key, now()).await?;
    seen(&app, &languages, member, &poll).await
}

/// `DELETE /polls/{id}/comments/{comment}`
pub(super) async fn take_comment(
    State(app): State<App>,
    SignedIn(member): SignedIn,
    path: PathIds,
    languages: Languages,
) -> Result<Response, Failure> {
    let (poll, comment) = path_ids(path, Ok)?;
    app.store.take_comment(&member, &poll, &comment).await?;
    seen(&app, &languages, member, &poll).await
}

/// `PUT /polls/{id}/follow`
pub(super) async fn follow(
    State(app): State<App>,
    SignedIn(member): SignedIn,
    path: PathId,
    languages: Languages,
    Body(body): Body<FollowPut>,
) -> Result<Response, Failure> {
    let poll = path_id(path, PollId::new)?;
    app.store.follow_poll(&member, &poll, body.follows).await?;
    seen(&app, &languages, member, &poll).await
}

/// `GET /polls/{id}/followers?cursor=…`
pub(super) async fn followers(
    State(app): State<App>,
    Staff(member): Staff,
    path: PathId,
    query: CursorQuery,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let poll = path_id(path, PollId::new)?;
    let after = cursor(query, |text| MemberId::new(text).ok())?;
    find_poll(&app, &poll, &Who::Member(member)).await?;
    let (followers, more) = app.store.followers(&poll, after.as_ref()).await?;
    let next = page_of(&followers, more, |(id, _)| id.clone().into());
    let followers = followers.into_iter().map(|(id, name)| Follower { id: id.into(), name });
    Ok(answer::read(&headers, &Followers { followers: followers.collect(), next }))
}

impl From<Denied> for Failure {
    fn from(denied: Denied) -> Self {
        let (detail, none) = (denied.to_string(), Params::default());
        let (code, params) = match denied {
            Denied::Store(error) => return error.into(),
            Denied::KeyReused => return ProblemKind::KeyReused.with(detail).into(),
            Denied::NoPoll(_) => (ProblemCode::PollMissing, none),
            Denied::NotWaiting(_) => (ProblemCode::OptionNotWaiting, none),
            Denied::NoComment(_) => (ProblemCode::CommentGone, none),
            Denied::NotAsked => (ProblemCode::NotEntitled, none),
            Denied::NoComments => (ProblemCode::NoComments, none),
            Denied::NotTheirs => (ProblemCode::NotAuthor, none),
            Denied::NotYet(opens) => (ProblemCode::PollUpcoming, Params::at(opens)),
            Denied::Over(closed) => (ProblemCode::PollClosed, Params::at(closed)),
            Denied::BadOption(bad) => match bad {
                BadOption::Off => (ProblemCode::NoOwnOptions, none),
                BadOption::Doubled => (ProblemCode::OptionDoubled, none),
                BadOption::Full => (ProblemCode::OptionsFull, most(MAX_OPTIONS)),
                BadOption::Label => (ProblemCode::OptionLabel, most(MAX_TITLE)),
                BadOption::Slot => (ProblemCode::OptionTime, none),
            },
            Denied::Enough => (ProblemCode::OwnOptionsFull, most(MOST_OWN)),
            Denied::NoPlace(_) => (ProblemCode::OptionMisfit, none),
        };
        code.with(detail).with_params(params).into()
    }
}
