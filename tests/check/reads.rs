//! Hosts that answer wrongly whatever is asked.

use serde_json::json;

use crate::broken::{Break, each_fails, guest, member, voter};

#[tokio::test]
async fn a_host_whose_answers_are_not_what_they_say_is_named_for_it() {
    each_fails(
        member(),
        vec![
            ("sends no Date", Break::answer(|_, r| drop(r.headers.remove("date"))), &["date.header"]),
            (
                "calls its JSON HTML",
                Break::answer(|_, r| {
                    if r.headers.get("content-type").is_some_and(|t| t == "application/json") {
                        r.set("content-type", "text/html");
                    }
                }),
                &["json.content-type"],
            ),
            (
                "refuses with pages of HTML",
                Break::answer(|_, r| {
                    if r.status.as_u16() >= 400 {
                        r.set("content-type", "text/html");
                        r.body = "<!doctype html><h1>Oops</h1>".into();
                    }
                }),
                &["problem.content-type"],
            ),
            (
                "refuses without a type",
                Break::json(|_, json| {
                    json.as_object_mut().unwrap().remove("type");
                }),
                &["problem.type"],
            ),
            (
                "says another status in a refusal than over it",
                Break::json(|_, json| {
                    if json.get("type").is_some() {
                        json["status"] = json!(400);
                    }
                }),
                &["problem.status"],
            ),
            (
                "refuses with a code that no refusal has",
                Break::json(|_, json| {
                    if json.get("type").is_some() {
                        json["code"] = json!("tired");
                    }
                }),
                &["problem.code"],
            ),
            (
                "refuses with the code of another type",
                Break::json(|_, json| {
                    if json.get("type").is_some() {
                        json["code"] = json!("ballot-final");
                    }
                }),
                &["problem.code"],
            ),
            (
                "answers what nobody asked for",
                Break::answer(|asked, r| {
                    if asked.path.starts_with("/folkmoot-check") {
                        r.json(200, &json!({}));
                    }
                }),
                &["unknown.call-404"],
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_host_whose_tags_do_not_work_is_named_for_it() {
    each_fails(
        voter(),
        vec![
            ("sends no ETag", Break::answer(|_, r| drop(r.headers.remove("etag"))), &["etag.present"]),
            (
                "does not look at If-None-Match",
                Break::ask(|asked| drop(asked.headers.remove("if-none-match"))),
                &["etag.304"],
            ),
            (
                "answers 304 whatever the ETag",
                Break::ask(|asked| {
                    if asked.has("if-none-match") {
                        asked.set("if-none-match", "*");
                    }
                }),
                &["etag.changes"],
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_host_that_lets_the_wrong_pages_call_is_named_for_it() {
    let allow = |r: &mut crate::broken::Reply, origin: &str| {
        if r.headers.get("access-control-allow-origin").is_none() {
            r.set("access-control-allow-origin", origin);
            r.set("access-control-allow-credentials", "true");
        }
    };
    each_fails(
        guest(),
        vec![
            ("lets everybody in", Break::answer(move |_, r| allow(r, "*")), &["cors.no-wildcard"]),
            (
                "lets in whoever asks",
                Break::answer(move |asked, r| {
                    if let Some(origin) = asked.headers.get("origin") {
                        allow(r, origin.to_str().unwrap());
                    }
                }),
                &["cors.strangers"],
            ),
            (
                "forgets the origin but in preflights",
                Break::answer(|asked, r| {
                    if asked.method != "OPTIONS" {
                        r.headers.remove("access-control-allow-origin");
                    }
                }),
                &["cors.origin"],
            ),
            (
                "does not let pages take a ballot back",
                Break::answer(|asked, r| {
                    if asked.method == "OPTIONS" {
                        r.set("access-control-allow-methods", "GET,PUT");
                    }
                }),
                &["cors.preflight"],
            ),
            (
                "hides its headers from pages",
                Break::answer(|_, r| drop(r.headers.remove("access-control-expose-headers"))),
                &["cors.exposes"],
            ),
        ],
    )
    .await;
}

fn ids(path: &str) -> usize {
    path.split_once("ids=").map_or(0, |(_, list)| list.split(',').count())
}

#[tokio::test]
async fn a_host_that_reads_lists_of_ids_wrongly_is_named_for_it() {
    each_fails(
        guest(),
        vec![
            (
                "takes 101 ids",
                Break::ask(|asked| {
                    if ids(&asked.path) > 100 {
                        asked.path.truncate(asked.path.rfind(',').unwrap());
                    }
                }),
                &["ids.limit"],
            ),
            (
                "takes 50 ids at most",
                Break::answer(|asked, r| {
                    if ids(&asked.path) > 50 {
                        r.refuse(422, "invalid");
                    }
                }),
                &["ids.hundred"],
            ),
            (
                "does not decode ids",
                Break::ask(|asked| asked.path = asked.path.replace('%', "%25")),
                &["ids.escaped"],
            ),
            (
                "does not say which polls are missing",
                Break::json(|asked, json| {
                    if asked.path.starts_with("/polls?") {
                        json["missing"] = json!([]);
                    }
                }),
                &["polls.missing-named"],
            ),
            (
                "does not say which members are missing",
                Break::json(|asked, json| {
                    if asked.path.starts_with("/members") {
                        json["missing"] = json!([]);
                    }
                }),
                &["members.missing-named"],
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_host_that_mistakes_who_is_asking_is_named_for_it() {
    each_fails(
        member(),
        vec![
            (
                "takes a bad token for a guest's",
                Break::ask(|asked| {
                    let bad = |v: &axum::http::HeaderValue| v.as_bytes().ends_with(b"no.token");
                    if asked.headers.get("authorization").is_some_and(bad) {
                        asked.headers.remove("authorization");
                    }
                }),
                &["auth.bad-token-401"],
            ),
            (
                "calls a guest somebody",
                Break::json(|asked, json| {
                    if asked.path == "/session" && json["viewer"].is_null() {
                        json["viewer"] = json!({"id": "guest", "name": "Guest", "role": "member"});
                    }
                }),
                &["session.guest"],
            ),
            (
                "does not say a member's role",
                Break::json(|_, json| {
                    if json["viewer"].is_object() {
                        json["viewer"]["role"].take();
                    }
                }),
                &["session.member"],
            ),
            (
                "gives a guest a checklist",
                Break::json(|asked, json| {
                    if asked.path == "/checklist" && json["checklist"].is_null() {
                        json["checklist"] = json!({"revision": 1, "title": "", "steps": []});
                    }
                }),
                &["checklist.guest"],
            ),
            (
                "has a checklist without a revision",
                Break::json(|asked, json| {
                    if asked.path == "/checklist" && json["checklist"].is_object() {
                        json["checklist"]["revision"].take();
                    }
                }),
                &["checklist.shape"],
            ),
            (
                "tells everybody what is missing for a badge",
                Break::json(|_, json| {
                    for member in json["members"].as_array_mut().into_iter().flatten() {
                        member["next"] = json!([{"name": "B", "tip": "", "current": 1, "target": 2}]);
                    }
                }),
                &["member.next-own-only"],
            ),
            (
                "has members without badges",
                Break::json(|_, json| {
                    for member in json["members"].as_array_mut().into_iter().flatten() {
                        member["badges"].take();
                    }
                }),
                &["member.shape"],
            ),
            (
                "brings members who were not asked for",
                Break::json(|_, json| {
                    if let Some(members) = json["members"].as_array_mut() {
                        members.extend(members.first().cloned());
                    }
                }),
                &["members.batch"],
            ),
        ],
    )
    .await;
}
