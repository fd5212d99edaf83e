//! What the host answers is what its document says.

use std::collections::BTreeSet;

use folkmoot::contract::Call;
use serde_json::Value;

use crate::client::{Answer, Host, poll};

fn statuses(document: &Value, path: &str, method: &str) -> BTreeSet<String> {
    document["paths"][path][method]["responses"].as_object().unwrap().keys().cloned().collect()
}

#[tokio::test]
async fn the_document_is_served_beside_the_calls() {
    let host = Host::start().await;
    let answer = host.get("/openapi.json").send().await;
    assert_eq!((answer.status.as_u16(), answer.header("content-type").as_str()), (200, "application/json"));
    assert_eq!(answer.json()["openapi"], "3.1.0");
    let tag = answer.header("etag");
    assert_eq!(host.get("/openapi.json").header("if-none-match", &tag).send().await.status, 304);
}

#[tokio::test]
async fn every_status_that_comes_is_in_the_document() {
    let host = Host::polls([poll("p")]).await;
    let document = host.get("/openapi.json").ok().await;
    let known = |answer: &Answer, path: &str, method: &str| {
        let status = answer.status.as_u16().to_string();
        assert!(statuses(&document, path, method).contains(&status), "{method} {path}: {status}");
    };
    let reads = [
        ("/session", "/session"),
        ("/polls", "/polls?ids=p"),
        ("/polls", "/polls"),
        ("/polls/{id}", "/polls/p"),
        ("/polls/{id}", "/polls/nope"),
        ("/polls/{id}", "/polls/a%20b"),
        ("/polls/{id}/voters", "/polls/p/voters"),
        ("/polls/{id}/reasons", "/polls/p/reasons"),
        ("/polls/{id}/comments", "/polls/p/comments"),
        ("/polls/{id}/followers", "/polls/p/followers"),
        ("/members", "/members?ids=ann"),
        ("/members", "/members"),
        ("/checklist", "/checklist"),
        ("/events", "/events"),
        ("/events", "/events?topics=member:me"),
        ("/openapi.json", "/openapi.json"),
    ];
    for (path, call) in reads {
        let answer = host.get(call).send().await;
        known(&answer, path, "get");
        if !answer.header("etag").is_empty() {
            known(&host.get(call).header("if-none-match", &answer.header("etag")).send().await, path, "get");
        }
        let schemes = document["paths"][path]["get"]["security"].as_array().unwrap();
        if schemes.iter().any(|scheme| scheme.get("bearer").is_some()) {
            assert_eq!(
                host.get(call).token("nonsense").status().await,
                401,
                "{path}: its handler takes no `Who`"
            );
        }
    }
    // The export has a call of its own below.
    for call in Call::ALL.iter().filter(|call| call.method() == "GET" && **call != Call::ExportPoll) {
        let path = call.path();
        assert!(
            reads.iter().any(|(read, _)| *read == path),
            "tests/server/openapi.rs: add {path} to `reads`"
        );
    }
    let ballot = "/polls/{id}/ballot";
    let huge = format!(r#"{{"revision":1,"options":["{}"]}}"#, "x".repeat(64 * 1024));
    for call in [
        host.vote("p", 1, &["a"]),
        host.vote("p", 1, &["a"]).by("ann"),
        host.vote("p", 1, &["b"]).by("ann").header("idempotency-key", "k"),
        host.vote("p", 2, &["x"]).by("ann"),
        host.vote("nope", 1, &["a"]).by("ann"),
        host.vote("p", 1, &[]).by("ann").body(huge),
    ] {
        known(&call.send().await, ballot, "put");
    }
    for call in [host.take_back("p", 1).by("ann"), host.take_back("p", 2).by("ann")] {
        known(&call.send().await, ballot, "delete");
    }
    let dinner = serde_json::json!({"id": "q", "title": "?", "options": [{"id": "a", "label": "A"}]});
    for call in [
        host.call("POST", "/polls").json(&dinner),
        host.call("POST", "/polls").json(&dinner).by("ann"),
        host.call("POST", "/polls").json(&dinner).by_staff(),
        host.call("POST", "/polls").json(&dinner).by_staff(),
        host.call("POST", "/polls").body("{}").by_staff(),
    ] {
        known(&call.send().await, "/polls", "post");
    }
    for (id, said) in [("p", "{}"), ("p", "[]"), ("nope", "{}"), ("p", r#"{"max": 2}"#)] {
        let call = host.call("PATCH", &format!("/polls/{id}")).body(said).by_staff();
        known(&call.send().await, "/polls/{id}", "patch");
    }
    for call in [host.get("/polls/p/export.csv").by_staff(), host.get("/polls/p/export.csv")] {
        known(&call.send().await, "/polls/{id}/export.csv", "get");
    }
    let step = host.call("PUT", "/checklist/steps/x").json(&serde_json::json!({"state": "done"}));
    known(&step.by("ann").send().await, "/checklist/steps/{id}", "put");
}

#[tokio::test]
async fn the_reference_is_served_beside_the_api_under_a_strict_policy() {
    let host = Host::start().await;
    let page = host.get("//folkmoot/docs/").send().await;
    assert_eq!(page.status, 200);
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(page.header("content-security-policy"), "default-src 'none'; style-src 'self'");
    let style = host.get("//folkmoot/docs/reference.css").send().await;
    assert_eq!(
        (style.status.as_u16(), style.header("content-type").as_str()),
        (200, "text/css; charset=utf-8")
    );
    for path in ["//folkmoot/docs/", "//folkmoot/docs/reference.css", "/openapi.json"] {
        let plain = host.get(path).send().await;
        let packed = host.get(path).header("accept-encoding", "gzip, br").send().await;
        assert_eq!(packed.header("content-encoding"), "gzip", "{path}");
        assert!(packed.body.len() * 2 < plain.body.len(), "{path}: {}", packed.body.len());
    }
    assert_eq!(host.get("//folkmoot/docs").send().await.header("location"), "/folkmoot/docs/");
}
