//! Tokens: JWTs that the forum signs for its members with the secret that it shares with the host.

use std::time::Duration;

use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde::{Deserialize, Serialize};

use super::answer::Fault;
use super::app::{App, now};
use super::who::{Identity, Role, Who};
use crate::api::ProblemKind;
use crate::domain::id::MemberId;
use crate::domain::time::Timestamp;

/// What a token says.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Claims {
    /// The member's id at the forum.
    pub sub: String,
    /// What people call them; the id when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// `member` (when absent) or `staff`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// The forum's groups that they are in.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<String>,
    /// When the token ends, in seconds since 1970-01-01T00:00:00Z.
    pub exp: u64,
}

impl Claims {
    /// The token that says this, signed with HS256.
    pub fn sign(&self, secret: &[u8]) -> String {
        let signed = encode(&Header::new(Algorithm::HS256), self, &EncodingKey::from_secret(secret));
        // Texts and numbers are always JSON, and HS256 takes any secret.
        signed.unwrap_or_default()
    }
}

/// A token for a member, from now on for so long, signed as a forum would.
pub fn sign(secret: &[u8], sub: &str, name: &str, role: Role, ttl: Duration) -> String {
    let exp = u64::try_from(now().0 / 1000).unwrap_or(0).saturating_add(ttl.as_secs());
    let (name, role) = (Some(name.into()), Some(role.word().into()));
    Claims { sub: sub.into(), name, role, groups: Vec::new(), exp }.sign(secret)
}

/// What tokens are held against.
pub(super) struct Keys {
    key: DecodingKey,
    validation: Validation,
}

impl Keys {
    pub(super) fn new(secret: &[u8]) -> Self {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.leeway = 0;
        validation.validate_aud = false; // a forum may sign one token for several services
        Self { key: DecodingKey::from_secret(secret), validation }
    }

    /// Who a token is for, or why it does not stand.
    fn verify(&self, token: &str) -> Result<Identity, String> {
        let claims = decode::<Claims>(token, &self.key, &self.validation).map_err(|e| why(e.kind()))?.claims;
        let id = MemberId::new(claims.sub).map_err(|e| format!("the token's sub: {e}"))?;
        let role = match claims.role {
            None => Role::Member,
            Some(word) => Role::of(&word)
                .ok_or_else(|| format!("the token's role \"{word}\" is neither member nor staff"))?,
        };
        let seconds = i64::try_from(claims.exp).unwrap_or(i64::MAX);
        Ok(Identity {
            name: claims.name.filter(|n| !n.is_empty()).unwrap_or_else(|| id.to_string()),
            id,
            role,
            groups: claims.groups,
            expires: Timestamp(seconds.saturating_mul(1000)),
        })
    }
}

fn why(kind: &ErrorKind) -> String {
    match kind {
        ErrorKind::ExpiredSignature => "the token has expired; sign in again or send a fresh one".into(),
        ErrorKind::InvalidSignature => "the token is not signed with this host's secret".into(),
        ErrorKind::InvalidAlgorithm => "the token is not signed with HS256".into(),
        ErrorKind::MissingRequiredClaim(claim) => format!("the token has no {claim}"),
        _ => "the token is not a JWT with the claims that this host needs: sub, exp".into(),
    }
}

/// Who a call says that it is from, known to the store or not.
fn claimed(parts: &Parts, app: &App) -> Result<Who, Fault> {
    let Some(header) = parts.headers.get(AUTHORIZATION) else { return Ok(Who::Guest) };
    let refused = |detail: String| Fault::from(ProblemKind::Unauthorized.with(detail));
    let token = header.to_str().ok().and_then(|text| text.split_once(' '));
    let Some((_, token)) = token.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")) else {
        return Err(refused("the Authorization header is not of the form \"Bearer TOKEN\"".into()));
    };
    app.keys.verify(token.trim()).map(Who::Member).map_err(refused)
}

impl FromRequestParts<App> for Who {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Fault> {
        let who = claimed(parts, app)?;
        if let Self::Member(member) = &who {
            app.store.meet(member).await?;
        }
        Ok(who)
    }
}

/// A viewer who has signed in and writes; the store meets them with what they write.
pub(super) struct SignedIn(pub(super) Identity);

impl FromRequestParts<App> for SignedIn {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Fault> {
        match claimed(parts, app)? {
            Who::Member(member) => Ok(Self(member)),
            Who::Guest => Err(ProblemKind::Unauthorized
                .with("this needs a member: send the token that your site signed as \"Authorization: Bearer TOKEN\"")
                .into()),
        }
    }
}
