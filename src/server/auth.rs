//! Tokens: JWTs that the forum signs for its members with the secret that it shares with the host, sent in a header or in
//! the forum's session cookie. A browser sends a cookie whichever page asks for it, so a write has to say, too, what only a
//! page that may read the session knows.

use std::time::Duration;

use axum::extract::FromRequestParts;
use axum::http::header::{AUTHORIZATION, COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use rand::TryRng as _;
use rand::rngs::SysRng;
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use super::Error;
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
    /// `member` (when absent), `staff`, or `guest`, which the host signs itself.
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

/// The forum's own session: a cookie that holds the member's token.
#[derive(Clone, Debug)]
pub struct CookieSession {
    /// The cookie's name.
    pub cookie: String,
    /// The header in which a write says the CSRF token that `GET /session` told, such as `X-CSRF-Token`.
    pub csrf_header: String,
}

impl CookieSession {
    /// The CSRF header's name as HTTP has it.
    pub(super) fn csrf_name(&self) -> Result<HeaderName, Error> {
        self.csrf_header.parse().map_err(|_| Error::Name(self.csrf_header.clone()))
    }
}

/// How long a guest is known who voted.
const GUEST: Duration = Duration::from_hours(180 * 24);

/// What tokens are held against.
pub(super) struct Keys {
    secret: Vec<u8>,
    key: DecodingKey,
    validation: Validation,
    cookie: Option<Cookie>,
}

/// How a session in a cookie is read and its writes are checked.
struct Cookie {
    name: String,
    csrf: HeaderName,
    mac: Hmac<Sha256>,
}

impl Cookie {
    fn new(session: &CookieSession, secret: &[u8]) -> Result<Self, Error> {
        // The same letters that HTTP lets a header's name have.
        let name: Result<HeaderName, _> = session.cookie.parse();
        if name.is_err() {
            return Err(Error::Name(session.cookie.clone()));
        }
        let mut mac = Hmac::new_from_slice(secret).map_err(|_| Error::Secret)?;
        // No token begins so: what is made here is never a token's signature, nor the other way round.
        mac.update(b"folkmoot csrf\n");
        Ok(Self { name: session.cookie.clone(), csrf: session.csrf_name()?, mac })
    }

    /// The token in this call's cookie.
    fn token<'a>(&self, headers: &'a HeaderMap) -> Option<&'a str> {
        let lists = headers.get_all(COOKIE).iter().filter_map(|v| v.to_str().ok());
        let mut pairs = lists.flat_map(|list| list.split(';')).filter_map(|pair| pair.split_once('='));
        let value = pairs.find(|(name, _)| name.trim() == self.name)?.1.trim().trim_matches('"');
        (!value.is_empty()).then_some(value)
    }

    fn mac_of(&self, token: &str) -> Hmac<Sha256> {
        let mut mac = self.mac.clone();
        mac.update(token.as_bytes());
        mac
    }

    /// Whether a write says what `GET /session` told for this token.
    fn allows(&self, headers: &HeaderMap, token: &str) -> bool {
        let said = headers.get(&self.csrf).and_then(|v| URL_SAFE_NO_PAD.decode(v.as_bytes()).ok());
        said.is_some_and(|said| self.mac_of(token).verify_slice(&said).is_ok())
    }
}

impl Keys {
    pub(super) fn new(secret: &[u8], session: Option<&CookieSession>) -> Result<Self, Error> {
        let cookie = session.map(|session| Cookie::new(session, secret)).transpose()?;
        let mut validation = Validation::new(Algorithm::HS256);
        validation.leeway = 0;
        validation.validate_aud = false; // a forum may sign one token for several services
        Ok(Self { secret: secret.into(), key: DecodingKey::from_secret(secret), validation, cookie })
    }

    /// A token by which a guest is known from now on: 128 random bits, and nothing of who they are.
    pub(super) fn guest(&self) -> Result<String, Fault> {
        let bits = SysRng.try_next_u64().and_then(|high| Ok((high, SysRng.try_next_u64()?)));
        let (high, low) = bits.map_err(|_| Fault::busy("the machine gives no random numbers; try again"))?;
        Ok(sign(&self.secret, &format!("guest:{high:016x}{low:016x}"), "Guest", Role::Guest, GUEST))
    }

    /// What a write of this call's session has to say in its CSRF header; `None` where no cookie says who is asking.
    pub(super) fn csrf(&self, headers: &HeaderMap) -> Option<String> {
        let (cookie, token) = self.session(headers)?;
        Some(URL_SAFE_NO_PAD.encode(cookie.mac_of(token).finalize().into_bytes()))
    }

    /// The forum's own session, where it says who is asking: what a header says comes first, unless that is a guest, who
    /// has signed in since.
    fn session<'a>(&self, headers: &'a HeaderMap) -> Option<(&Cookie, &'a str)> {
        let cookie = self.cookie.as_ref()?;
        let guest = |token: &str| self.verify(token).is_ok_and(|identity| identity.role == Role::Guest);
        let other = headers.contains_key(AUTHORIZATION) && !bearer(headers).is_some_and(guest);
        if other { None } else { Some((cookie, cookie.token(headers)?)) }
    }

    /// Who a token is for, or why it does not stand.
    fn verify(&self, token: &str) -> Result<Identity, String> {
        let claims = decode::<Claims>(token, &self.key, &self.validation).map_err(|e| why(e.kind()))?.claims;
        let id = MemberId::new(claims.sub).map_err(|e| format!("the token's sub: {e}"))?;
        let role = match claims.role {
            None => Role::Member,
            Some(word) => Role::of(&word)
                .ok_or_else(|| format!("the token's role \"{word}\" is none of member, staff, guest"))?,
        };
        let seconds = i64::try_from(claims.exp).unwrap_or(i64::MAX);
        Ok(Identity {
            name: claims.name.filter(|n| !n.is_empty()).unwrap_or_else(|| id.to_string()),
            id,
            role,
            groups: claims.groups,
            stage: None,
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

/// Who a call is from, known to the store or not, if they may make it.
fn claimed(parts: &Parts, app: &App) -> Result<Who, Fault> {
    let who = match token(parts, &app.keys)? {
        None => Who::Guest(None),
        Some(token) => {
            let refused = |detail| Fault::from(ProblemKind::Unauthorized.with(detail));
            let identity = app.keys.verify(token).map_err(refused)?;
            if identity.role == Role::Guest { Who::Guest(Some(identity)) } else { Who::Member(identity) }
        }
    };
    app.guard.admit(parts, &who)?;
    Ok(who)
}

/// The token that a call brings, if any.
fn token<'a>(parts: &'a Parts, keys: &Keys) -> Result<Option<&'a str>, Fault> {
    if let Some((cookie, token)) = keys.session(&parts.headers) {
        if parts.method.is_safe() || cookie.allows(&parts.headers, token) {
            return Ok(Some(token));
        }
        let detail = format!("send what GET /session says as csrf in the header {}", cookie.csrf);
        return Err(ProblemKind::Csrf.with(detail).into());
    }
    let token = bearer(&parts.headers);
    if token.is_none() && parts.headers.contains_key(AUTHORIZATION) {
        let detail = "the Authorization header is not of the form \"Bearer TOKEN\"";
        return Err(ProblemKind::Unauthorized.with(detail).into());
    }
    Ok(token)
}

/// The token in a call's header.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

impl FromRequestParts<App> for Who {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Fault> {
        let mut who = claimed(parts, app)?;
        if let Self::Member(member) = &mut who {
            member.stage = app.store.meet(member).await?;
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
