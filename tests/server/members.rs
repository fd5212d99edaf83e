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
