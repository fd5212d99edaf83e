use folkmoot::domain::poll::Secrecy;
use folkmoot::hosts::native::escape;
use serde_json::{Value, json};

use crate::client::{Host, poll, within};

fn badges(member: &Value) -> Vec<&str> {
    member["badges"].as_array().unwrap().iter().map(|b| b["badge"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn members_come_in_one_call_and_those_that_are_not_there_are_named() {
    let host = Host::demo().await;
    let answer = host.get("/members?ids=otto,nobody,ann").ok().await;
    let ids: Vec<_> = answer["members"].as_array().unwrap().iter().map(|m| m["id"].clone()).collect();
    assert_eq!(ids, ["otto", "ann"]);
    assert_eq!(answer["missing"], json!(["nobody"]));
}

#[tokio::test]
async fn what_comes_next_is_told_to_the_member_alone() {
    let host = Host::demo().await;
    let mine = host.get("/members?ids=mia,ann").by("mia").ok().await;
    let next = mine["members"][0]["next"].as_array().unwrap();
    assert!((1..=3).contains(&next.len()));
    for ahead in next {
        assert!(ahead["current"].as_u64() < ahead["target"].as_u64(), "{ahead}");
        assert!(!ahead["tip"].as_str().unwrap().is_empty());
    }
    assert!(mine["members"][1].get("next").is_none());
    assert!(host.get("/members?ids=mia").by("ann").ok().await["members"][0].get("next").is_none());
    assert!(host.get("/members?ids=mia").ok().await["members"][0].get("next").is_none());
}

#[tokio::test]
async fn a_first_vote_brings_its_badge_soon() {
    let host = Host::polls([poll("p")]).await;
    host.vote("p", 1, &["a"]).by("alice").ok().await;
    let alice = within(async {
        loop {
            let alice = host.get("/members?ids=alice").ok().await["members"][0].clone();
            if !badges(&alice).is_empty() {
                return alice;
            }
        }
    })
    .await;
    assert_eq!(badges(&alice), ["first-vote"]);
    assert_eq!(alice["badges"][0]["icon"], "ballot");
    assert!(alice["revision"].as_u64() > Some(1));
    assert!(
        alice.get("stage").is_none(),
        "a host that knows one vote of a member does not know where they stand"
    );
}

#[tokio::test]
async fn embedding_11_members_are_known_by_the_names_that_they_chose() {
    let mut public = poll("p");
    (public.rules.secrecy, public.rules.commentable) = (Secrecy::Public, true);
    let host = Host::polls([public]).await;
    let names = ["Anna Lee", "AC/DC", "a,b", "50% & more", "Søren 日本"];
    for name in names {
        assert_eq!(host.get("/session").by(name).ok().await["viewer"]["id"], name);
        host.vote("p", 1, &["a"]).header("idempotency-key", "k").by(name).ok().await;
        let comment = host.call("POST", "/polls/p/comments").json(&json!({"text": name}));
        comment.header("idempotency-key", "k").by(name).ok().await;
        host.call("PUT", "/polls/p/follow").json(&json!({"follows": true})).by(name).ok().await;
    }
    let ids = names.map(escape).join(",");
    let answer = host.get(&format!("/members?ids={ids},%20x,..,nobody")).ok().await;
    let found: Vec<_> = answer["members"].as_array().unwrap().iter().map(|m| m["id"].clone()).collect();
    assert_eq!(found, names);
    assert_eq!(
        answer["missing"],
        json!(["nobody", " x", ".."]),
        "and what no member is called spoils nothing"
    );
    let voters = host.get("/polls/p/voters").ok().await;
    let mut voters: Vec<_> = voters["voters"].as_array().unwrap().iter().map(|v| v["id"].clone()).collect();
    voters.sort_by_key(|id| names.iter().position(|name| id == name));
    assert_eq!(voters, names);
    for name in names {
        let path = format!("/polls/p/voters?cursor={}", escape(name));
        assert!(host.get(&path).ok().await["voters"].as_array().unwrap().len() < names.len());
        let path = format!("/polls/p/followers?cursor={}", escape(name));
        host.get(&path).by_staff().ok().await;
        let mut feed = host.get("/events?topics=member:me,poll:p").by(name).follow().await;
        feed.next().await;
    }
}
