//! Extractors that tell handlers who is calling, and reject callers who may not make the call.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use super::answer::Failure;
use super::app::App;
use super::who::{Identity, Role, Who};
use crate::clock::now;
use crate::contract::{ProblemCode, ProblemKind};

/// Identifies the caller, and counts the call against their limits.
fn claimed(parts: &Parts, app: &App) -> Result<Who, Failure> {
    let who = app.keys.who(parts);
    // A caller with an invalid token counts as a guest.
    app.guard.admit(parts, who.as_ref().unwrap_or(&Who::Guest(None)))?;
    who
}

impl FromRequestParts<App> for Who {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let mut who = claimed(parts, app)?;
        if let Self::Member(member) = &mut who {
            member.stage = app.store.meet(member).await?;
            if app.counts_visits {
                app.store.visit(member, now());
            }
        }
        Ok(who)
    }
}

/// A caller who can have a ballot: a member, or a guest with a token.
pub(super) struct Voter(pub(super) Identity);

/// A caller who is a member.
pub(super) struct SignedIn(pub(super) Identity);

/// A caller who is of the staff.
pub(super) struct Staff(pub(super) Identity);

impl FromRequestParts<App> for Staff {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let SignedIn(member) = SignedIn::from_request_parts(parts, app).await?;
        match member.role {
            Role::Staff => Ok(Self(member)),
            Role::Guest | Role::Member => Err(ProblemCode::StaffOnly
                .with("this is for staff: the token's role has to be \"staff\"")
                .into()),
        }
    }
}

impl FromRequestParts<App> for SignedIn {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        match claimed(parts, app)? {
            Who::Member(member) => Ok(Self(member)),
            Who::Guest(_) => Err(nobody()),
        }
    }
}

impl FromRequestParts<App> for Voter {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        match claimed(parts, app)? {
            Who::Member(voter) | Who::Guest(Some(voter)) => Ok(Self(voter)),
            Who::Guest(None) => Err(nobody()),
        }
    }
}

/// A caller who may get a guest's token.
pub(super) struct NewGuest;

impl FromRequestParts<App> for NewGuest {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        app.guard.welcome(parts).map(|()| Self)
    }
}

fn nobody() -> Failure {
    let detail =
        "this needs a member: send the token that your site signed as \"Authorization: Bearer TOKEN\"";
    ProblemKind::Unauthorized.with(detail).into()
}
