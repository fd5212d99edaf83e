use serde_json::{Value, json};

use crate::client::{Call, Host};

fn put(host: &Host, step: &str) -> Call {
    host.call("PUT", &format!("/checklist/steps/{step}")).json(&json!({"state": "done"}))
}

fn done(checklist: &Value, step: &str) -> Option<String> {
    let steps = checklist["steps"].as_array().unwrap();
    let step = steps.iter().find(|s| s["id"] == step).unwrap();
    step["done_at"].as_str().map(String::from)
}

#[tokio::test]
async fn only_members_have_one() {
    let host = Host::demo().await;
    assert_eq!(host.get("/checklist").ok().await, json!({"checklist": null}));
    let list = host.get("/checklist").by("alice").ok().await["checklist"].clone();
    assert_eq!(
        (&list["title"], list["steps"].as_array().unwrap().len()),
        (&json!("Make yourself at home"), 4)
    );
    assert_eq!(put(&host, "read-rules").kind().await, "unauthorized");
    let empty = Host::start().await;
    assert_eq!(empty.get("/checklist").by("alice").ok().await, json!({"checklist": null}));
}

#[tokio::test]
async fn a_step_done_by_hand_stays_done_and_keeps_its_time() {
    let host = Host::demo().await;
    let first = put(&host, "read-rules").by("alice").ok().await["checklist"].clone();
    let at = done(&first, "read-rules").unwrap();
    let again = put(&host, "read-rules").by("alice").ok().await["checklist"].clone();
    assert_eq!((done(&again, "read-rules"), &again["revision"]), (Some(at), &first["revision"]));
    assert_eq!(done(&host.get("/checklist").by("bob").ok().await["checklist"], "read-rules"), None);
}

#[tokio::test]
async fn a_step_that_the_host_sees_cannot_be_ticked_by_hand() {
    let host = Host::demo().await;
    let (kind, _, detail) = put(&host, "vote").by("alice").problem().await;
    assert_eq!(kind, "forbidden");
    assert!(detail.contains("by hand"), "{detail}");
    assert_eq!(put(&host, "nope").by("alice").kind().await, "not-found");
    let other = host.call("PUT", "/checklist/steps/read-rules").json(&json!({"state": "skipped"}));
    assert_eq!(other.by("alice").kind().await, "invalid");
}

#[tokio::test]
async fn the_first_vote_does_its_step_and_the_member_s_pages_learn_it() {
    let host = Host::demo().await;
    let mut mine = host.get("/events?topics=member:me").by("alice").follow().await;
    let first = mine.next().await;
    assert_eq!((first.name.as_str(), done(&first.data["checklist"], "vote")), ("checklist", None));
    host.vote("weekly-dinner", 1, &["taco"]).by("alice").ok().await;
    let event = mine.next().await;
    assert!(done(&event.data["checklist"], "vote").is_some());
    assert!(event.data["checklist"]["revision"].as_u64() > first.data["checklist"]["revision"].as_u64());
    host.take_back("weekly-dinner", 2).by("alice").ok().await;
    assert!(done(&host.get("/checklist").by("alice").ok().await["checklist"], "vote").is_some());
}

#[tokio::test]
async fn a_step_done_on_one_page_shows_on_another() {
    let host = Host::demo().await;
    let mut mine = host.get("/events?topics=poll:weekly-dinner,member:me").by("alice").follow().await;
    let (first, second) = (mine.next().await, mine.next().await);
    assert_eq!([first.name.as_str(), second.name.as_str()], ["poll", "checklist"]);
    put(&host, "introduce-yourself").by("alice").ok().await;
    assert!(done(&mine.next().await.data["checklist"], "introduce-yourself").is_some());
}
