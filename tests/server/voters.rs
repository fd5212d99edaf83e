//! Who chose what, where a poll says so.

use folkmoot::domain::poll::{Kind, Results, Scale, Secrecy};
use serde_json::{Value, json};

use crate::client::{Call, Host, poll};

fn public(id: &str) -> folkmoot::server::store::NewPoll {
    let mut new = poll(id);
    (new.rules.secrecy, new.rules.kind) = (Secrecy::Public, Kind::Choice { min: 1, max: 2 });
    new
}

fn ids(page: &Value) -> Vec<&str> {
    page["voters"].as_array().unwrap().iter().map(|v| v["id"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_public_poll_tells_who_chose_what() {
    let host = Host::polls([public("p")]).await;
    host.vote("p", 1, &["b", "a"]).by("bela").ok().await;
    host.vote("p", 1, &["b"]).by("ann").ok().await;
    host.vote("p", 1, &["c"]).by("carl").ok().await;
    host.take_back("p", 2).by("carl").ok().await;
    let voters = host.get("/polls/p/voters").ok().await;
    assert_eq!(
        voters,
        json!({"voters": [
            {"id": "ann", "name": "ann", "options": ["b"]},
            {"id": "bela", "name": "bela", "options": ["a", "b"]}]})
    );
    assert_eq!(ids(&host.get("/polls/p/voters?option=a").ok().await), ["bela"]);
    assert!(ids(&host.get("/polls/p/voters?option=c").ok().await).is_empty());
    assert_eq!(host.get("/polls/p/voters?option=x").kind().await, "invalid");
    assert_eq!(host.get("/polls/nope/voters").kind().await, "not-found");
}

#[tokio::test]
async fn a_public_poll_tells_who_rated_an_option() {
    let mut new = public("p");
    new.rules.kind = Kind::Rating(Scale { min: 1, max: 5, step: 1 });
    let host = Host::polls([new]).await;
    for (member, option) in [("ann", "a"), ("bela", "b")] {
        let marks = json!({"revision": 1, "values": [{"option": option, "value": 3}]});
        let put = host.call("PUT", "/polls/p/ballot").json(&marks).header("idempotency-key", "k");
        put.by(member).ok().await;
    }
    assert_eq!(ids(&host.get("/polls/p/voters?option=b").ok().await), ["bela"]);
}

#[tokio::test]
async fn voters_come_in_pages_each_of_them_once() {
    let host = Host::polls([public("p")]).await;
    for n in 0..230 {
        host.vote("p", 1, &["a"]).by(&format!("m{n:03}")).ok().await;
    }
    let mut all = Vec::new();
    let mut path = "/polls/p/voters?option=a".to_owned();
    loop {
        let page = host.get(&path).ok().await;
        all.extend(ids(&page).iter().map(ToString::to_string));
        let Some(cursor) = page["next"].as_str() else { break };
        path = format!("/polls/p/voters?option=a&cursor={cursor}");
    }
    assert_eq!(all, (0..230).map(|n| format!("m{n:03}")).collect::<Vec<_>>());
}

#[tokio::test]
async fn who_may_not_see_the_tally_may_not_see_the_voters() {
    let mut new = public("p");
    new.rules.results = Results::AfterVote;
    let host = Host::polls([new]).await;
    host.vote("p", 1, &["a"]).by("ann").ok().await;
    assert_eq!(host.get("/polls/p/voters").kind().await, "forbidden");
    assert_eq!(host.get("/polls/p/voters").by("bela").kind().await, "forbidden");
    for viewer in [|call: Call| call.by("ann"), Call::by_staff] {
        assert_eq!(ids(&viewer(host.get("/polls/p/voters")).ok().await), ["ann"]);
    }
}

#[tokio::test]
async fn a_secret_poll_tells_nobody_not_even_staff() {
    let host = Host::polls([poll("p")]).await;
    host.vote("p", 1, &["a"]).by("ann").ok().await;
    for viewer in [|call: Call| call.by("ann"), Call::by_staff] {
        assert_eq!(viewer(host.get("/polls/p/voters")).kind().await, "forbidden");
    }
    assert!(host.get("/polls/p").by_staff().ok().await["poll"]["viewer"].get("ballot").is_none());
}
