//! Ways in which what is asked of a host, or answered, goes wrong.

use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::{Value, json};

use crate::broken::{Asked, Break};

pub const COMMENTS: &str = "/polls/talk/comments";

pub fn each(json: &mut Value, list: &str, spoil: impl Fn(&mut Value)) {
    json[list].as_array_mut().into_iter().flatten().for_each(spoil);
}

/// Spoils the JSON of what is answered to this call, unless that is a refusal.
pub fn answer(
    method: &'static str,
    path: &'static str,
    spoil: impl Fn(&mut Value) + Send + Sync + 'static,
) -> Break {
    Break::json(move |asked, json| {
        if asked.is(method, path) && json.get("type").is_none() {
            spoil(json);
        }
    })
}

/// Refuses this call for another reason, where it would be refused or taken.
pub fn refuses(method: &'static str, path: &'static str, is: fn(&Asked) -> bool) -> Break {
    Break::answer(move |asked, reply| {
        if asked.is(method, path) && is(asked) {
            reply.refuse(403, "forbidden");
        }
    })
}

pub fn is_guest(asked: &Asked) -> bool {
    !asked.has("authorization")
}

pub fn said(asked: &Asked, field: &str) -> String {
    let json: Value = serde_json::from_slice(&asked.body).unwrap_or_default();
    json[field].as_str().unwrap_or_default().into()
}

/// Says something else in this field of what is posted.
pub fn says(path: &'static str, field: &'static str, change: fn(&str) -> String) -> Break {
    Break::ask(move |asked| {
        if asked.is("POST", path) {
            let changed = change(&said(asked, field));
            asked.body = json!({field: changed}).to_string().into();
        }
    })
}

/// Has a key of its own for everything that is posted there.
pub fn forgets_keys(path: &'static str) -> Break {
    let count = AtomicU32::new(0);
    Break::ask(move |asked| {
        if asked.is("POST", path) && asked.has("authorization") {
            let n = count.fetch_add(1, Ordering::Relaxed);
            asked.set("idempotency-key", &format!("key-{n}"));
        }
    })
}

pub fn misses(path: &'static str) -> Break {
    Break::ask(move |asked| {
        if asked.is("DELETE", path) {
            asked.path += "-no";
        }
    })
}
