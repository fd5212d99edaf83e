//! The reference: a page about the elements, the kinds of polls, the calls and the problems. It is made from `contract`, the
//! examples of `domain` and the OpenAPI document, so that it says what the host does.

mod api;
mod elements;
mod kinds;
mod schema;
mod words;

use std::sync::LazyLock;

use axum::Router;
use axum::http::header::CONTENT_SECURITY_POLICY;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Redirect;
use axum::routing::get;
use maud::{DOCTYPE, Markup, html};
use serde_json::Value;
use tower_http::set_header::SetResponseHeaderLayer;

use super::assets::File;
use crate::contract::{API_PATH, DOCS_PATH};
use crate::wire::OPENAPI;

const POLICY: HeaderValue = HeaderValue::from_static("default-src 'none'; style-src 'self'");

const STYLE: &str = include_str!("../../../www/docs/reference.css");

/// The page, which is the same for everybody as long as the host runs.
static PAGE: LazyLock<String> = LazyLock::new(|| {
    // This program made the document, so it is valid JSON.
    let document: Value = serde_json::from_str(&OPENAPI).unwrap_or_default();
    page(&document).into_string()
});

static HTML: LazyLock<File> = LazyLock::new(|| File::text("text/html; charset=utf-8", &PAGE));
static CSS: LazyLock<File> = LazyLock::new(|| File::text("text/css; charset=utf-8", STYLE));

/// The routes of the reference.
pub(super) fn router() -> Router {
    Router::new()
        .route(&[DOCS_PATH, "/"].concat(), get(async |request: HeaderMap| HTML.answer(&request)))
        .route(&[DOCS_PATH, "/reference.css"].concat(), get(async |request: HeaderMap| CSS.answer(&request)))
        .route(DOCS_PATH, get(async || Redirect::permanent(&[DOCS_PATH, "/"].concat())))
        .layer(SetResponseHeaderLayer::overriding(CONTENT_SECURITY_POLICY, POLICY))
}

/// A section of the page: the id to which links lead, its title, and its content.
type Section = (&'static str, &'static str, Markup);

fn page(document: &Value) -> Markup {
    let sections: [Section; 5] = [
        ("elements", "Elements", elements::draw()),
        ("kinds", "Kinds of polls", kinds::draw()),
        ("calls", "Calls", api::calls(document)),
        ("problems", "Problems", api::problems()),
        ("schemas", "Schemas", schema::all(document)),
    ];
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "Folkmoot: reference" }
                link rel="stylesheet" href="reference.css";
            }
            body {
                header {
                    h1 { "Folkmoot" }
                    p { "The reference of version " (env!("CARGO_PKG_VERSION")) ": what pages embed, and Host API v1, which answers them." }
                    nav aria-label="Sections" {
                        ul {
                            @for (id, title, _) in &sections {
                                li { a href={ "#" (id) } { (title) } }
                            }
                        }
                    }
                }
                main {
                    @for (id, title, content) in &sections {
                        section id=(id) aria-labelledby={ (id) "-title" } {
                            h2 id={ (id) "-title" } { (title) }
                            (content)
                        }
                    }
                }
                footer {
                    p { "The same calls as OpenAPI 3.1: " a href={ (API_PATH) "/openapi.json" } { (API_PATH) "/openapi.json" } }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::{KindWord, Word};
    use crate::contract::{
        Call, ERROR_CODES, EVENTS, PARTS, ProblemCode, ProblemKind, SCRIPT_DATA, Tag, VARIABLES,
    };

    #[test]
    fn everything_public_is_on_the_page() {
        let page = PAGE.as_str();
        let tags = Tag::ALL.into_iter().flat_map(Tag::attributes).copied();
        let names = tags
            .chain(SCRIPT_DATA)
            .chain(EVENTS)
            .chain(ERROR_CODES)
            .chain(PARTS)
            .chain(VARIABLES)
            .map(|name| name.name.to_owned());
        let calls = Call::ALL.iter().map(|call| format!("id=\"{}\"", call.name()));
        let kinds = KindWord::ALL.iter().map(|kind| kind.word().to_owned());
        let problems = ProblemKind::ALL.iter().map(|kind| kind.uri());
        let codes = ProblemCode::ALL.iter().map(|code| code.word().to_owned());
        for name in
            names.chain(kinds).chain(problems).chain(codes).chain(Tag::ALL.map(|tag| tag.name().to_owned()))
        {
            assert!(page.contains(&format!("<code>{name}</code>")), "{name}");
        }
        for call in calls {
            assert!(page.contains(&call), "{call}");
        }
    }

    #[test]
    fn every_link_within_the_page_leads_somewhere() {
        let page = PAGE.as_str();
        let ids = |before: &str| -> Vec<&str> {
            page.split(before).skip(1).filter_map(|rest| rest.split('"').next()).collect()
        };
        let targets = ids("id=\"");
        for link in ids("href=\"#") {
            assert!(targets.contains(&link), "#{link}");
        }
        assert!(
            targets.len() == targets.iter().collect::<std::collections::BTreeSet<_>>().len(),
            "an id stands twice"
        );
    }
}
