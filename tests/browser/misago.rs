//! A page whose host is a Misago forum, as far as it was recorded: the widget is built for that kind of host.

use serde_json::{Value, json};

use crate::browse;
use crate::embed::Embed;
use crate::fault::Fault;
use crate::said::said;
use crate::site::Site;

/// A request to the forum's API that was recorded, with the answer to it.
fn recorded(asker: &str, method: &str, path: &str) -> Value {
    let all = include_str!("../hosts/misago.jsonl").lines();
    let mut all = all.map(|line| serde_json::from_str::<Value>(line).unwrap());
    let is_it = |one: &Value| json!([one["as"], one["method"], one["path"]]) == json!([asker, method, path]);
    all.find(is_it).expect("a request that was recorded")
}

/// Answers requests as the forum did. The poll is open without end, where the recorded one was open for a day.
fn answer(site: &Site, method: &str, path: &str, mut answer: Value) {
    for poll in ["/poll/length", "/length"] {
        if let Some(days) = answer.pointer_mut(poll) {
            *days = json!(0);
        }
    }
    site.fail(&format!("{method} /folkmoot{path}"), Fault::Json(answer));
}

#[test]
fn a_vote_at_a_forum_with_another_api_is_cast_and_shown() {
    browse(async |site| {
        site.restart_host_for_misago();
        let (thread, votes) = ("/api/threads/4/", "/api/threads/4/poll/4/votes/");
        let cast = recorded("carol", "POST", votes);
        answer(site, "GET", thread, recorded("carol", "GET", thread)["response"].clone());
        answer(site, "POST", votes, cast["response"].clone());
        answer(site, "GET", "/api/auth/", json!({"id": 4, "username": "carol"}));
        let page = site.embed(Embed::new(r#"<folk-poll poll="4.4"></folk-poll>"#)).await;
        let poll = page.find("folk-poll");
        poll.text_contains("Multi poll").await;
        for option in cast["body"].as_array().unwrap() {
            poll.find(&format!("input[value={option}]")).click().await;
        }
        poll.button(said!(vote)).click().await;
        poll.text_contains(said!(your_vote)).await;
        poll.text_contains(said!(saved)).await;
        assert_eq!(site.requests("/votes/").len(), 1);
        assert!(site.requests("/events").is_empty(), "the forum has no live feed");
        assert_eq!(page.errors().await, Vec::<String>::new());
    });
}
