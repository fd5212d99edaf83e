//! The pages of the demo's forum: ordinary HTML with the one script tag, shown to one of four personas.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LINK};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Deserialize;
use tower_http::set_header::SetResponseHeaderLayer;

use super::gallery;
use crate::contract::{API_PATH, ASSETS_PATH};
use crate::server::Asset;
use crate::server::keys::sign;
use crate::server::who::Role;

const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; img-src 'self' data:; \
     require-trusted-types-for 'script'",
);

/// How long the token in a demo page is valid.
const SESSION: Duration = Duration::from_hours(12);

const PAGES: [(&str, &str); 4] = [
    ("gallery.html", include_str!("../../../www/demo/gallery.html")),
    ("index.html", include_str!("../../../www/demo/index.html")),
    ("kinds.html", include_str!("../../../www/demo/kinds.html")),
    ("plain.html", include_str!("../../../www/demo/plain.html")),
];

const FILES: [(&str, &str, &str); 9] = [
    ("forum.css", "text/css; charset=utf-8", include_str!("../../../www/demo/forum.css")),
    ("gallery.css", "text/css; charset=utf-8", include_str!("../../../www/demo/gallery.css")),
    ("gallery.js", "text/javascript; charset=utf-8", include_str!("../../../www/demo/gallery.js")),
    ("plain.css", "text/css; charset=utf-8", include_str!("../../../www/demo/plain.css")),
    ("forum.js", "text/javascript; charset=utf-8", include_str!("../../../www/demo/forum.js")),
    ("lake.svg", "image/svg+xml", include_str!("../../../www/demo/lake.svg")),
    ("woods.svg", "image/svg+xml", include_str!("../../../www/demo/woods.svg")),
    ("hills.svg", "image/svg+xml", include_str!("../../../www/demo/hills.svg")),
    ("harbour.svg", "image/svg+xml", include_str!("../../../www/demo/harbour.svg")),
];

/// The viewer of a demo page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Persona {
    Guest,
    Newcomer,
    #[default]
    Regular,
    Staff,
}

#[derive(Deserialize)]
struct As {
    #[serde(default, rename = "as")]
    persona: Option<Persona>,
}

type AskedAs = Result<Query<As>, QueryRejection>;

impl Persona {
    fn word(self) -> &'static str {
        match self {
            Self::Guest => "guest",
            Self::Newcomer => "newcomer",
            Self::Regular => "regular",
            Self::Staff => "staff",
        }
    }

    /// The persona's member id, display name and role.
    fn member(self) -> Option<(&'static str, &'static str, Role)> {
        match self {
            Self::Guest => None,
            Self::Newcomer => Some(("mia", "Mia Lindqvist", Role::Member)),
            Self::Regular => Some(("ann", "Ann Whitlock", Role::Member)),
            Self::Staff => Some(("otto", "Otto Brandt", Role::Staff)),
        }
    }
}

/// What pages are made from.
struct Site {
    secret: Vec<u8>,
    /// The `Link` header of every page.
    links: Option<HeaderValue>,
}

/// The routes of the demo's pages. A `Link` header tells browsers at once which files the script tag will fetch, as any page
/// may whose server knows the widget's files.
pub(in crate::server) fn router(secret: Vec<u8>, assets: &[Asset]) -> Router {
    let links = HeaderValue::from_str(&preloads(assets)).ok().filter(|links| !links.is_empty());
    Router::new()
        .route("/", get(front))
        .route("/demo/{name}", get(named))
        .fallback(nothing)
        .layer(SetResponseHeaderLayer::overriding(CONTENT_SECURITY_POLICY, POLICY))
        .with_state(Arc::new(Site { secret, links }))
}

/// The `Link` header that has browsers fetch the widget's main module and its glue while they read the page.
fn preloads(assets: &[Asset]) -> String {
    let link = |asset: &Asset| {
        let how = match asset.media_type.split(';').next() {
            Some("application/wasm") => "rel=preload; as=fetch; crossorigin; type=\"application/wasm\"",
            _ => "rel=modulepreload",
        };
        format!("<{ASSETS_PATH}/{}>; {how}", asset.name)
    };
    assets.iter().filter(|asset| asset.immutable && !asset.lazy).map(link).collect::<Vec<_>>().join(", ")
}

async fn front(State(site): State<Arc<Site>>, query: AskedAs) -> Response {
    page(&site, "index.html", query)
}

async fn named(State(site): State<Arc<Site>>, Path(name): Path<String>, query: AskedAs) -> Response {
    page(&site, &name, query)
}

async fn nothing() -> Response {
    (StatusCode::NOT_FOUND, "There is no such page.\n").into_response()
}

fn page(site: &Site, name: &str, query: AskedAs) -> Response {
    let fresh = (CACHE_CONTROL, "no-store");
    if let Some((_, text)) = PAGES.iter().find(|(page, _)| *page == name) {
        let persona = query.ok().and_then(|q| q.0.persona).unwrap_or_default();
        let html = fill_in(text, persona, &site.secret);
        let mut answer = ([(CONTENT_TYPE, "text/html; charset=utf-8"), fresh], html).into_response();
        answer.headers_mut().extend(site.links.clone().map(|links| (LINK, links)));
        return answer;
    }
    match FILES.iter().find(|(file, _, _)| *file == name) {
        Some((_, media_type, text)) => ([(CONTENT_TYPE, *media_type), fresh], *text).into_response(),
        None => (StatusCode::NOT_FOUND, "There is no such page.\n").into_response(),
    }
}

/// Fills in a page's placeholders for the persona.
fn fill_in(page: &str, persona: Persona, secret: &[u8]) -> String {
    let member = persona.member();
    let token = member.map_or_else(String::new, |(id, name, role)| {
        format!(" data-token=\"{}\"", escape(&sign(secret, id, name, role, SESSION)))
    });
    let data = format!(" data-api=\"{API_PATH}\" data-sign-in=\"/?as=regular\"{token}");
    page.replace("{{persona}}", persona.word())
        .replace("{{name}}", &escape(member.map_or("Guest", |(_, name, _)| name)))
        .replace("{{script_data}}", &data)
        .replace("{{gallery}}", &gallery::list().to_string())
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;").replace('>', "&gt;")
}
