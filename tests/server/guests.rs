//! Polls that ask guests, too, and those that ask members in some stages alone.

use std::num::NonZeroU32;

use folkmoot::domain::member::Stage;
use folkmoot::domain::poll::Secrecy;
use folkmoot::server::CookieSession;
use folkmoot::server::store::NewPoll;
use serde_json::{Value, json};

use crate::client::{Host, claims, poll, token, votes};

fn open_to_guests(id: &str) -> NewPoll {
    let mut poll = poll(id);
    poll.asks.guests = true;
    poll
}

async fn welcome(host: &Host) -> String {
    let answer = host.call("POST", "/session").send().await;
    assert_eq!(answer.status, 201);
    answer.json()["token"].as_str().unwrap().into()
}

fn standing(poll: &Value) -> &str {
    poll["viewer"]["standing"].as_str().unwrap()
}

#[tokio::test]
async fn a_guest_votes_once_and_changes_it_where_the_poll_asks_guests() {
    let host = Host::polls([open_to_guests("p"), poll("q")]).await;
    assert_eq!(standing(&host.poll("p").await), "invited");
    assert_eq!(standing(&host.poll("q").await), "guest");
    assert_eq!(host.vote("p", 1, &["a"]).kind().await, "unauthorized", "a guest is known first");
    let guest = welcome(&host).await;
    let voted = host.vote("p", 1, &["a"]).token(&guest).ok().await["poll"].clone();
    assert_eq!((standing(&voted), votes(&voted)), ("invited", vec![1, 0, 0]));
    assert_eq!(voted["viewer"]["ballot"]["options"], json!(["a"]));
    host.vote("p", 1, &["a"]).token(&guest).ok().await;
    host.vote("p", 2, &["b"]).token(&guest).ok().await;
    assert_eq!(votes(&host.poll("p").await), [0, 1, 0]);
    let seen = host.get("/polls/p").token(&guest).ok().await["poll"].clone();
    assert_eq!(seen["viewer"]["ballot"]["options"], json!(["b"]), "they find it again");
    host.vote("p", 1, &["c"]).token(&welcome(&host).await).ok().await;
    assert_eq!(votes(&host.poll("p").await), [0, 1, 1], "another guest has a ballot of their own");
    assert_eq!(host.vote("q", 1, &["a"]).token(&guest).kind().await, "forbidden");
}

#[tokio::test]
async fn a_guest_is_no_member() {
    let host = Host::polls([open_to_guests("p")]).await;
    let guest = welcome(&host).await;
    host.vote("p", 1, &["a"]).token(&guest).ok().await;
    assert_eq!(host.get("/session").token(&guest).ok().await, json!({"viewer": null}));
    assert_eq!(host.get("/checklist").token(&guest).ok().await, json!({"checklist": null}));
    let (claims, _) = guest.split_once('.').unwrap().1.split_once('.').unwrap();
    let claims = base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, claims).unwrap();
    let claims: Value = serde_json::from_slice(&claims).unwrap();
    let id = claims["sub"].as_str().unwrap();
    assert_eq!(host.get(&format!("/members?ids={id}")).ok().await["missing"], json!([id]));
    for (call, kind) in [
        (host.get("/events?topics=member:me"), "unauthorized"),
        (host.call("POST", "/polls").json(&json!({})), "unauthorized"),
        (host.call("PUT", "/checklist/steps/s").json(&json!({"state": "done"})), "unauthorized"),
    ] {
        assert_eq!(call.token(&guest).kind().await, kind);
    }
}

#[tokio::test]
async fn whoever_signs_in_after_having_voted_as_a_guest_is_a_member_then() {
    let host = Host::with(|config| {
        let (cookie, csrf_header) = ("forum_session".into(), "X-CSRF-Token".into());
        config.session = Some(CookieSession { cookie, csrf_header });
    })
    .await;
    host.add(&open_to_guests("p")).await;
    let (guest, ann) = (welcome(&host).await, token(&claims("ann")));
    let signed_in =
        |call: crate::client::Call| call.token(&guest).header("cookie", &format!("forum_session={ann}"));
    let session = signed_in(host.get("/session")).ok().await;
    assert_eq!(session["viewer"]["id"], "ann");
    assert_eq!(standing(&signed_in(host.get("/polls/p")).ok().await["poll"]), "entitled");
    assert_eq!(signed_in(host.vote("p", 1, &["a"])).kind().await, "csrf");
    let csrf = session["csrf"].as_str().unwrap();
    signed_in(host.vote("p", 1, &["a"])).header("x-csrf-token", csrf).ok().await;
    assert_eq!(
        host.get("/polls/p").by("ann").ok().await["poll"]["viewer"]["ballot"]["options"],
        json!(["a"])
    );
}

#[tokio::test]
async fn one_address_is_not_a_crowd_of_guests() {
    let host = Host::with(|config| config.limits.guests_per_hour = NonZeroU32::new(2)).await;
    let from = |address| host.call("POST", "/session").header("x-forwarded-for", address);
    for _ in 0..2 {
        assert_eq!(from("203.0.113.1").send().await.status, 201);
    }
    let answer = from("203.0.113.1").send().await;
    assert_eq!(answer.status, 429);
    assert!(answer.header("retry-after").parse::<u32>().unwrap() > 60);
    assert_eq!(from("203.0.113.2").send().await.status, 201);
}

#[tokio::test]
async fn a_guest_of_an_anonymous_poll_votes_for_good() {
    let mut secret = open_to_guests("p");
    secret.rules.secrecy = Secrecy::Anonymous;
    (secret.rules.changeable, secret.rules.retractable) = (false, false);
    let host = Host::polls([secret]).await;
    let guest = welcome(&host).await;
    host.vote("p", 1, &["a"]).token(&guest).ok().await;
    assert_eq!(host.vote("p", 2, &["b"]).token(&guest).kind().await, "ballot-final");
    assert_eq!(votes(&host.poll("p").await), [1, 0, 0]);
}

#[tokio::test]
async fn only_members_in_the_stages_that_a_poll_asks_may_vote() {
    let host = Host::demo().await;
    let mut few = poll("p");
    few.asks.stages = vec![Stage::Contributor, Stage::Leader];
    host.add(&few).await;
    for (member, may) in [("ann", "entitled"), ("mia", "not_entitled"), ("nobody-yet", "not_entitled")] {
        let seen = host.get("/polls/p").by(member).ok().await["poll"].clone();
        assert_eq!(standing(&seen), may, "{member}");
    }
    assert_eq!(standing(&host.poll("p").await), "guest");
    assert_eq!(standing(&host.vote("p", 1, &["a"]).by("ann").ok().await["poll"]), "entitled");
    assert_eq!(host.vote("p", 1, &["a"]).by("mia").kind().await, "forbidden");
    let mut feed = host.get("/events?topics=poll:p").by("mia").follow().await;
    assert_eq!(standing(&feed.next().await.data["poll"]), "not_entitled");
}

#[tokio::test]
async fn host_13_another_sites_page_uses_up_nobodys_share_of_guest_tokens() {
    let host = Host::with(|config| {
        config.limits.guests_per_hour = NonZeroU32::new(2);
        config.allow_origins = vec!["https://forum.example".into()];
    })
    .await;
    let welcome = |headers: &[(&str, &str)]| {
        let call = host.call("POST", "/session").header("x-forwarded-for", "203.0.113.1");
        headers.iter().fold(call, |call, (name, value)| call.header(name, value))
    };
    let (evil, cross) = (("origin", "https://evil.example"), ("sec-fetch-site", "cross-site"));
    for headers in
        [&[evil, cross][..], &[evil], &[("origin", "null")], &[cross], &[("origin", "http://127.0.0.1:1")]]
    {
        for _ in 0..3 {
            assert_eq!(welcome(headers).kind().await, "forbidden", "{headers:?}");
        }
    }
    let own = format!("http://{}", host.addr);
    assert_eq!(welcome(&[("origin", &own)]).send().await.status, 201);
    assert_eq!(welcome(&[("origin", "https://forum.example"), cross]).send().await.status, 201);
    assert_eq!(welcome(&[]).kind().await, "rate-limited");
}

#[tokio::test]
async fn host_13_another_sites_page_uses_up_nobodys_reads_and_feeds() {
    let host = Host::with(|config| config.limits.reads_per_minute = NonZeroU32::new(1)).await;
    host.add(&poll("p")).await;
    let read = |path, mode| {
        let call = host.get(path).header("x-forwarded-for", "203.0.113.1");
        call.header("sec-fetch-site", "cross-site").header("sec-fetch-mode", mode)
    };
    for path in ["/polls?ids=p", "/events?topics=poll:p", "/session"] {
        assert_eq!(read(path, "no-cors").kind().await, "forbidden");
    }
    read("/polls?ids=p", "navigate").ok().await;
}
