//! Who a call is from, and what they may ask.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use super::answer::Fault;
use super::app::App;
use super::who::{Identity, Role, Who};
use crate::api::ProblemKind;
use crate::clock::now;

/// Who a call is from, known to the store or not, if they may make it.
fn claimed(parts: &Parts, app: &App) -> Result<Who, Fault> {
    let who = app.keys.who(parts);
    // Whose token does not stand is counted as the guest whom nobody can tell them from.
    app.guard.admit(parts, who.as_ref().unwrap_or(&Who::Guest(None)))?;
    who
}

impl FromRequestParts<App> for Who {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Fault> {
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

/// Whoever can have a ballot, and writes; the store meets them with what they write.
pub(super) struct Voter(pub(super) Identity);

/// A viewer who has signed in and writes.
pub(super) struct SignedIn(pub(super) Identity);

/// Somebody of the staff.
pub(super) struct Staff(pub(super) Identity);

impl FromRequestParts<App> for Staff {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Fault> {
        let SignedIn(member) = SignedIn::from_request_parts(parts, app).await?;
        match member.role {
            Role::Staff => Ok(Self(member)),
            Role::Guest | Role::Member => Err(ProblemKind::Forbidden
                .with("this is for staff: the token's role has to be \"staff\"")
                .into()),
        }
    }
}

impl FromRequestParts<App> for SignedIn {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Fault> {
        match claimed(parts, app)? {
            Who::Member(member) => Ok(Self(member)),
            Who::Guest(_) => Err(nobody()),
        }
    }
}

impl FromRequestParts<App> for Voter {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Fault> {
        match claimed(parts, app)? {
            Who::Member(voter) | Who::Guest(Some(voter)) => Ok(Self(voter)),
            Who::Guest(None) => Err(nobody()),
        }
    }
}

/// A viewer who is to be known as a guest from now on.
pub(super) struct NewGuest;

impl FromRequestParts<App> for NewGuest {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Fault> {
        app.guard.welcome(parts).map(|()| Self)
    }
}

fn nobody() -> Fault {
    let detail =
        "this needs a member: send the token that your site signed as \"Authorization: Bearer TOKEN\"";
    ProblemKind::Unauthorized.with(detail).into()
}
