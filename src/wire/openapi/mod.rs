//! Host API v1 as OpenAPI 3.1: the calls of `contract` with what each takes and answers, and the schemas of this folder's types.

mod calls;
mod refusals;
mod schemas;

pub use calls::{Audience, audience};

use std::sync::LazyLock;

use serde_json::{Map, Value, json};

use schemas::Schemas;

use super::{PollDeleted, Problem};
use crate::contract::{API_PATH, Call};

/// The document, as the native host serves it.
pub static OPENAPI: LazyLock<String> = LazyLock::new(|| document().to_string());

const ABOUT: &str = "\
What the Folkmoot widget asks of a host. JSON in snake_case over HTTPS; ids are strings; times are RFC 3339; unknown fields \
are ignored; absent means unknown or hidden, never zero.

Texts that the site writes, those of polls and of the checklist, may be in several languages. An answer has each in the \
language that the call asks for, by `lang` or by `Accept-Language`: in that or in the nearest one that the text is in, where \
`de-AT` falls back to `de`, and no script is taken for another; else in the one that the site wrote first. A host whose texts \
are in one language answers in that.

Who is asking is said by a bearer token, a JWT that the site signs for its member, or by the site's own session cookie \
together with a CSRF header that repeats `csrf` of `GET /session`. A guest sends neither, until they vote in a poll that asks \
guests: `POST /session` gives them a token for that.

Some proxies let only GET and POST through. A call by POST with the header `X-HTTP-Method-Override: PUT`, `PATCH` or `DELETE` \
is that call: with the same body, headers and answers. The widget uses it once a method was answered 405 or 501 by something \
that is not the API; a host need not take it, but then its members cannot vote behind such a proxy.";

fn document() -> Value {
    let mut schemas = Schemas::new();
    let paths = paths(&mut schemas);
    // Of refusals and events, which are not the answer of one call.
    schemas.written::<Problem>();
    schemas.written::<PollDeleted>();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Host API v1",
            "version": "1.0.0",
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
            "description": ABOUT,
        },
        "servers": [{ "url": API_PATH }],
        "paths": paths,
        "components": {
            "securitySchemes": { "bearer": {
                "type": "http",
                "scheme": "bearer",
                "bearerFormat": "JWT",
                "description": "Signed by the site with the secret that it shares with the host: sub, name, role, exp.",
            } },
            "parameters": calls::shared_parameters(),
            "headers": refusals::headers(),
            "responses": refusals::responses(),
            "schemas": schemas.all(),
        },
    })
}

fn paths(schemas: &mut Schemas) -> Map<String, Value> {
    let mut paths = Map::new();
    for &call in Call::ALL {
        let path = paths.entry(call.path()).or_insert_with(|| json!({}));
        if call.path().contains('{') {
            path["parameters"] = calls::in_path(call.path(), schemas);
        }
        path[call.method().to_lowercase()] = calls::operation(call, schemas);
    }
    paths
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_host_writes_and_takes_by_one_name_has_one_schema() {
        let mut schemas = Schemas::new();
        paths(&mut schemas);
        let (written, taken) = schemas.both();
        let shared: Vec<_> = written.keys().filter(|name| taken.contains_key(*name)).collect();
        assert!(shared.iter().any(|name| *name == "Id"), "{shared:?}");
        for name in shared {
            assert_eq!(written[name], taken[name], "{name}");
        }
    }
}
