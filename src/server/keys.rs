//! Tokens: JWTs that the forum signs for its members with the secret that it shares with the host. They come in a header or
//! in the forum's session cookie. Since browsers send cookies with requests of any page, writes by cookie also need a CSRF
//! token, which only pages that may read `GET /session` know.

use std::time::Duration;

use axum::http::header::{AUTHORIZATION, COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use jsonwebtoken::dangerous::insecure_decode;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use rand::TryRng as _;
use rand::rngs::SysRng;
use serde::Serialize;
use serde_json::{Map, Value};
use sha2::Sha256;

use super::answer::Failure;
use super::who::{Identity, Role, Who};
use super::{Error, claims};
use crate::clock::now;
use crate::contract::ProblemKind;

/// The claims of a token.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Claims {
    /// The member's id at the forum.
    pub sub: String,
    /// The member's display name; the id when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// `member` (the default), `staff`, or `guest`, for tokens that the host itself signs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// The groups of the forum that the member is in.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<String>,
    /// When the member joined, in seconds since 1970-01-01T00:00:00Z.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub joined: Option<u64>,
    /// When the token expires, in seconds since 1970-01-01T00:00:00Z.
    pub exp: u64,
}

impl Claims {
    /// The token with these claims, signed with HS256.
    pub fn sign(&self, secret: &[u8]) -> String {
        let signed = encode(&Header::new(Algorithm::HS256), self, &EncodingKey::from_secret(secret));
        // Strings and numbers can always be serialized, and HS256 takes any secret.
        signed.unwrap_or_default()
    }

    /// These claims, expiring in `ttl` from now.
    #[must_use]
    pub fn valid_for(self, ttl: Duration) -> Self {
        let exp = u64::try_from(now().0 / 1000).unwrap_or(0).saturating_add(ttl.as_secs());
        Self { exp, ..self }
    }
}

/// A member's token that expires in `ttl` from now, signed as a forum would.
pub fn sign(secret: &[u8], sub: &str, name: &str, role: Role, ttl: Duration) -> String {
    let (name, role) = (Some(name.into()), Some(role.word().into()));
    Claims { sub: sub.into(), name, role, ..Claims::default() }.valid_for(ttl).sign(secret)
}

/// The forum's session cookie, which holds the member's token.
#[derive(Clone, Debug)]
pub struct CookieSession {
    /// The cookie's name.
    pub cookie: String,
    /// The header in which writes send the CSRF token from `GET /session`, such as `X-CSRF-Token`.
    pub csrf_header: String,
}

impl CookieSession {
    /// The parsed name of the CSRF header.
    pub(super) fn csrf_name(&self) -> Result<HeaderName, Error> {
        self.csrf_header.parse().map_err(|_| Error::Name(self.csrf_header.clone()))
    }
}

/// The longest token, in bytes.
const MAX_TOKEN: usize = 16 * 1024;

/// How long a guest's token is valid.
const GUEST: Duration = Duration::from_hours(180 * 24);

/// Signs and verifies tokens.
pub(super) struct Keys {
    secret: Vec<u8>,
    key: DecodingKey,
    validation: Validation,
    cookie: Option<Cookie>,
}

/// Reads tokens from the session cookie, and verifies CSRF tokens.
struct Cookie {
    name: String,
    csrf: HeaderName,
    mac: Hmac<Sha256>,
}

impl Cookie {
    fn new(session: &CookieSession, secret: &[u8]) -> Result<Self, Error> {
        // Names of cookies and of headers may have the same characters.
        let name: Result<HeaderName, _> = session.cookie.parse();
        if name.is_err() {
            return Err(Error::Name(session.cookie.clone()));
        }
        let mut mac = Hmac::new_from_slice(secret).map_err(|_| Error::Secret)?;
        // No token begins with this, so a CSRF token is never a token's signature, nor the other way round.
        mac.update(b"folkmoot csrf\n");
        Ok(Self { name: session.cookie.clone(), csrf: session.csrf_name()?, mac })
    }

    /// The token in the request's cookie.
    fn token<'a>(&self, headers: &'a HeaderMap) -> Option<&'a str> {
        // A cookie beside it may have any bytes.
        let pairs =
            headers.get_all(COOKIE).iter().flat_map(|list| list.as_bytes().split(|byte| *byte == b';'));
        let mut pairs = pairs.filter_map(|pair| std::str::from_utf8(pair).ok()?.split_once('='));
        let value = pairs.find(|(name, _)| name.trim() == self.name)?.1.trim().trim_matches('"');
        (!value.is_empty()).then_some(value)
    }

    fn mac_of(&self, token: &str) -> Hmac<Sha256> {
        let mut mac = self.mac.clone();
        mac.update(token.as_bytes());
        mac
    }

    /// Whether a write has the CSRF token that belongs to this token.
    fn allows(&self, headers: &HeaderMap, token: &str) -> bool {
        let said = headers.get(&self.csrf).and_then(|v| URL_SAFE_NO_PAD.decode(v.as_bytes()).ok());
        said.is_some_and(|said| self.mac_of(token).verify_slice(&said).is_ok())
    }
}

impl Keys {
    pub(super) fn new(secret: &[u8], session: Option<&CookieSession>) -> Result<Self, Error> {
        let cookie = session.map(|session| Cookie::new(session, secret)).transpose()?;
        // `claims` reads each claim, so that an error can say which one is wrong. `aud` is not checked, since a forum may
        // use one token for several services.
        let mut validation = Validation::new(Algorithm::HS256);
        validation.required_spec_claims.clear();
        (validation.validate_exp, validation.validate_aud) = (false, false);
        Ok(Self { secret: secret.into(), key: DecodingKey::from_secret(secret), validation, cookie })
    }

    /// A new guest's token, with 128 random bits as the id.
    pub(super) fn guest(&self) -> Result<String, Failure> {
        let bits = SysRng.try_next_u64().and_then(|high| Ok((high, SysRng.try_next_u64()?)));
        let (high, low) =
            bits.map_err(|_| Failure::busy("the machine gives no random numbers; try again"))?;
        Ok(sign(&self.secret, &format!("guest:{high:016x}{low:016x}"), "Guest", Role::Guest, GUEST))
    }

    /// The CSRF token for writes with this request's cookie; `None` where the cookie does not identify the caller.
    pub(super) fn csrf(&self, headers: &HeaderMap) -> Option<String> {
        let (cookie, token) = self.session(headers)?;
        Some(URL_SAFE_NO_PAD.encode(cookie.mac_of(token).finalize().into_bytes()))
    }

    /// The token in the session cookie, if that identifies the caller. A token in the header comes first, unless it is a
    /// guest's, who has signed in since.
    fn session<'a>(&self, headers: &'a HeaderMap) -> Option<(&Cookie, &'a str)> {
        let cookie = self.cookie.as_ref()?;
        let guest = |token: &str| self.verify(token).is_ok_and(|identity| identity.role == Role::Guest);
        let other = bearer(headers).is_some_and(|token| !guest(token));
        if other { None } else { Some((cookie, cookie.token(headers)?)) }
    }

    /// Identifies the caller by the request's token.
    pub(super) fn who(&self, parts: &Parts) -> Result<Who, Failure> {
        let Some(token) = self.token(parts)? else { return Ok(Who::Guest(None)) };
        let identity = self.verify(token).map_err(|detail| ProblemKind::Unauthorized.with(detail))?;
        Ok(if identity.role == Role::Guest { Who::Guest(Some(identity)) } else { Who::Member(identity) })
    }

    /// The token of a request; an error where a write by cookie lacks its CSRF token.
    fn token<'a>(&self, parts: &'a Parts) -> Result<Option<&'a str>, Failure> {
        if let Some((cookie, token)) = self.session(&parts.headers) {
            if parts.method.is_safe() || cookie.allows(&parts.headers, token) {
                return Ok(Some(token));
            }
            let detail = format!("send what GET /session says as csrf in the header {}", cookie.csrf);
            return Err(ProblemKind::Csrf.with(detail).into());
        }
        let token = bearer(&parts.headers);
        if token == Some("") {
            let detail = "the Authorization header says \"Bearer\" and no token";
            return Err(ProblemKind::Unauthorized.with(detail).into());
        }
        Ok(token)
    }

    /// Verifies a token. The error says why it is invalid.
    fn verify(&self, token: &str) -> Result<Identity, String> {
        if token.len() > MAX_TOKEN {
            return Err(format!("the token has {} bytes, and may have {MAX_TOKEN}", token.len()));
        }
        let read = decode::<Map<String, Value>>(token, &self.key, &self.validation);
        let token = read.map_err(|error| rejection(error.kind(), token))?;
        if token.header.crit.is_some() {
            return Err("the token's header has \"crit\": this host knows none of its extensions".into());
        }
        claims::identity(&token.claims, now())
    }
}

/// Why the library rejected a token.
fn rejection(kind: &ErrorKind, token: &str) -> String {
    otherwise_signed(token).or_else(|| misshapen(kind, token)).unwrap_or_else(|| why(kind))
}

/// What is wrong with a token whose header has another `alg` than HS256.
fn otherwise_signed(token: &str) -> Option<String> {
    let header = token.split('.').next().and_then(|part| URL_SAFE_NO_PAD.decode(part).ok());
    let header = header.and_then(|json| serde_json::from_slice::<Map<String, Value>>(&json).ok());
    match header?.get("alg") {
        Some(alg) if alg == "HS256" => None,
        None => Some("the token is not signed with HS256: its header has no \"alg\"".into()),
        Some(alg) => {
            let alg = claims::shown(alg);
            Some(format!("the token is not signed with HS256: its header's \"alg\" is {alg}"))
        }
    }
}

/// The claim of the wrong type in a token that the library rejects without naming the claim. The token is not verified, so
/// nothing but the error is taken from it.
fn misshapen(kind: &ErrorKind, token: &str) -> Option<String> {
    let claims =
        insecure_decode::<Map<String, Value>>(token).ok().filter(|_| matches!(kind, ErrorKind::Json(_)))?;
    claims::identity(&claims.claims, now()).err()
}

#[expect(clippy::wildcard_enum_match_arm)] // the library's, which may get more
fn why(kind: &ErrorKind) -> String {
    match kind {
        ErrorKind::InvalidSignature => "the token is not signed with this host's secret",
        ErrorKind::InvalidAlgorithm => "the token is not signed with HS256",
        _ => "the token is not a JWT: three parts with dots between, of which the second is a JSON object",
    }
    .into()
}

/// The bearer token of a request; empty where the header has the scheme alone. Other schemes are ignored: a proxy before the
/// host may ask for Basic, on a site that is not public yet.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers.get_all(AUTHORIZATION).iter().find_map(|value| {
        let value = value.to_str().ok()?;
        let (scheme, token) = value.split_once(' ').unwrap_or((value, ""));
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    })
}
