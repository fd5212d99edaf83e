//! What the host sees of its members without any integration: visits, joining, votes, comments, steps.

use std::time::Duration;

use folkmoot::domain::id::MemberId;
use folkmoot::domain::poll::Secrecy;
use folkmoot::domain::time::Timestamp;
use folkmoot::server::{Claims, Identity, Role};
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::client::{Host, claims, now, poll, token, within};

const DAY: i64 = 24 * 3_600_000;

fn member(id: &str) -> Identity {
    Identity {
        id: MemberId::new(id).unwrap(),
        name: id.into(),
        role: Role::Member,
        groups: Vec::new(),
        stage: None,
        joined: None,
        expires: Timestamp(i64::MAX),
    }
}

async fn counting() -> Host {
    Host::with(|config| config.count_visits = true).await
}

/// The member as they see themselves, once this holds.
async fn becomes(host: &Host, id: &str, right: impl Fn(&Value) -> bool) -> Value {
    within(async {
        loop {
            let told = host.get(&format!("/members?ids={id}")).by(id).ok().await["members"][0].clone();
            if right(&told) {
                return told;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await
}

fn badges(member: &Value) -> Vec<&str> {
    member["badges"].as_array().into_iter().flatten().map(|b| b["badge"].as_str().unwrap()).collect()
}

/// On how many days the member came, by the badge that counts them up to three.
fn days(member: &Value) -> Option<u64> {
    let next = member["next"].as_array()?;
    next.iter().find(|ahead| ahead["name"] == "Settled in")?["current"].as_u64()
}

#[tokio::test]
async fn forums_3_a_member_s_read_is_a_visit_once_a_day_and_writes_nothing_more() {
    let host = counting().await;
    host.get("/polls?ids=p").by("ann").ok().await;
    let ann = becomes(&host, "ann", |ann| days(ann) == Some(1) && ann["stage"] == "newcomer").await;
    assert_eq!(badges(&ann), [""; 0]);
    let log = || std::fs::metadata(host.folder().join("host.db-wal")).unwrap().len();
    let before = log();
    for _ in 0..20 {
        host.get("/session").by("ann").ok().await;
    }
    assert_eq!(log(), before);
    assert_eq!(days(&becomes(&host, "ann", |ann| days(ann).is_some()).await), Some(1));
}

#[tokio::test]
async fn forums_3_where_visits_are_not_counted_there_are_none() {
    let host = Host::start().await;
    host.get("/session").by("ann").ok().await;
    let ann = host.get("/members?ids=ann").by("ann").ok().await["members"][0].clone();
    assert_eq!((days(&ann), ann.get("stage")), (None, None));
}

#[tokio::test]
async fn forums_3_ten_days_in_a_row_bring_a_badge_on_a_fresh_host() {
    let host = Host::start().await;
    let today = now();
    for ago in (1..10).rev() {
        host.store.visit(&member("ann"), today.plus(-ago * DAY));
    }
    becomes(&host, "ann", |ann| badges(ann) == ["settled-in"]).await;
    host.store.visit(&member("ann"), today);
    becomes(&host, "ann", |ann| badges(ann) == ["enthusiast", "settled-in"]).await;
}

#[tokio::test]
async fn forums_3_a_day_begins_and_ends_by_the_clocks_of_the_community() {
    let midnight = Timestamp(now().plus(-DAY).day() * DAY);
    for (zone, came) in [("UTC", 1), ("Asia/Kolkata", 2)] {
        let host = Host::with(|config| config.time_zone = TimeZone::get(zone).unwrap()).await;
        // Midnight in Kolkata is 18:30 in UTC.
        for minute in [18 * 60 + 29, 18 * 60 + 31] {
            host.store.visit(&member("ann"), midnight.plus(minute * 60_000));
        }
        becomes(&host, "ann", |ann| days(ann) == Some(came)).await;
    }
}

#[tokio::test]
async fn forums_3_joining_is_what_the_token_says_or_else_the_first_visit() {
    let host = counting().await;
    let joined = u64::try_from(now().plus(-800 * DAY).0 / 1000).unwrap();
    let token = token(&Claims { joined: Some(joined), ..claims("old") });
    host.get("/session").token(&token).ok().await;
    let old = becomes(&host, "old", |old| old["stage"] == "lurker" && !badges(old).is_empty()).await;
    assert_eq!((badges(&old), &old["badges"][0]["times"]), (vec!["anniversary"], &json!(2)));
    host.get("/session").by("new").ok().await;
    becomes(&host, "new", |new| new["stage"] == "newcomer").await;
}

#[tokio::test]
async fn forums_3_votes_and_comments_make_a_member_engaged() {
    let mut new = poll("p");
    new.rules.commentable = true;
    let host = Host::start().await;
    host.add(&new).await;
    for ago in [1, 0] {
        for id in ["ann", "bela"] {
            host.store.visit(&member(id), now().plus(-ago * DAY));
        }
    }
    host.vote("p", 1, &["a"]).by("ann").ok().await;
    becomes(&host, "ann", |ann| ann["stage"] == "engaged" && badges(ann) == ["first-vote"]).await;
    let said = json!({"text": "Which one is larger?"});
    host.call("POST", "/polls/p/comments").json(&said).header("idempotency-key", "k").by("bela").ok().await;
    host.store.visit(&member("bela"), now().plus(-2 * DAY));
    becomes(&host, "bela", |bela| bela["stage"] == "engaged").await;
}

#[tokio::test]
async fn forums_3_a_visit_does_not_tell_when_an_anonymous_ballot_was_cast() {
    let mut new = poll("p");
    new.rules.secrecy = Secrecy::Anonymous;
    (new.rules.changeable, new.rules.retractable) = (false, false);
    let host = Host::start().await;
    host.add(&new).await;
    host.vote("p", 1, &["a"]).by("ann").ok().await;
    host.store.visit(&member("ann"), now());
    becomes(&host, "ann", |ann| days(ann) == Some(1)).await;
    while host.store.assess(now()).await.unwrap() {}
    let ann = becomes(&host, "ann", |_| true).await;
    assert_eq!((badges(&ann), ann.get("stage")), (vec![], None), "what a vote brings waits for tomorrow");
    while host.store.assess(now().plus(DAY)).await.unwrap() {}
    becomes(&host, "ann", |ann| badges(ann) == ["first-vote"]).await;
}

#[tokio::test]
async fn forums_3_authors_who_never_signed_in_are_just_not_there() {
    let host = counting().await;
    let answer = host.get("/members?ids=stranger").by("ann").ok().await;
    assert_eq!(answer, json!({"members": [], "missing": ["stranger"]}));
}
