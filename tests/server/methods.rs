//! Calls by POST that say their own method in a header, for members behind a proxy that lets no other method through.

use serde_json::json;

use crate::client::{Host, poll};

const OVERRIDE: &str = "x-http-method-override";

#[tokio::test]
async fn embedding_15_a_vote_by_post_is_cast_changed_and_taken_back() {
    let mut dinner = poll("p");
    (dinner.rules.changeable, dinner.rules.retractable) = (true, true);
    let host = Host::polls([dinner]).await;
    let vote = |key: &'static str, method: &'static str, body: serde_json::Value| {
        let call = host.call("POST", "/polls/p/ballot").by("ann").json(&body);
        call.header(OVERRIDE, method).header("idempotency-key", key)
    };
    let cast = vote("k1", "PUT", json!({"revision": 1, "options": ["a"]})).ok().await;
    assert_eq!(cast["poll"]["turnout"]["cast"], 1);
    // The same key by the method itself is the same write.
    let again = host.call("PUT", "/polls/p/ballot").by("ann").json(&json!({"revision": 1, "options": ["a"]}));
    assert_eq!(again.header("idempotency-key", "k1").ok().await["poll"]["turnout"]["cast"], 1);
    let gone = vote("k2", "DELETE", json!({"revision": 2})).ok().await;
    assert_eq!(gone["poll"]["turnout"]["cast"], 0);
}

#[tokio::test]
async fn embedding_15_a_call_by_post_is_held_to_the_rules_of_its_own_method() {
    let host = Host::polls([poll("p")]).await;
    let body = json!({"revision": 1, "options": ["a"]});
    let call = || host.call("POST", "/polls/p/ballot").json(&body).header("idempotency-key", "k");
    assert_eq!(call().header(OVERRIDE, "PUT").kind().await, "unauthorized");
    for method in ["GET", "POST", "put", "TRACE"] {
        assert_eq!(call().by("ann").header(OVERRIDE, method).kind().await, "method-not-allowed", "{method}");
    }
    let read = host.call("GET", "/polls/p").header(OVERRIDE, "DELETE").ok().await;
    assert_eq!(read["poll"]["id"], "p", "what reads never writes");
}

#[tokio::test]
async fn embedding_15_pages_of_other_sites_may_send_the_header() {
    let host = Host::with(|config| config.allow_origins = vec!["https://forum.example".into()]).await;
    let answer = host
        .call("OPTIONS", "/polls/p/ballot")
        .header("origin", "https://forum.example")
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", OVERRIDE)
        .send()
        .await;
    let allowed = answer.headers["access-control-allow-headers"].to_str().unwrap();
    assert!(allowed.contains(OVERRIDE), "{allowed}");
}
