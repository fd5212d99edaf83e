use std::time::{Duration, Instant};

use folkmoot::domain::id::{MemberId, OptionId, PollId};
use folkmoot::domain::poll::{Answer, Results};
use folkmoot::server::store::{Act, Cast};
use folkmoot::server::{Claims, Identity, Role};
use serde_json::{Value, json};

use crate::client::{Call, Host, claims, now, poll, token, votes};

/// The place in the order of all changes that an event's id names after its epoch.
fn place(id: Option<String>) -> Option<u64> {
    id?.rsplit_once('-')?.1.parse().ok()
}

#[tokio::test]
async fn a_feed_begins_with_the_state_of_all_that_is_followed() {
    let host = Host::polls([poll("p"), poll("q")]).await;
    let mut feed = host.get("/events?topics=poll:p,poll:nope,poll:q").follow().await;
    let (first, second) = (feed.next().await, feed.next().await);
    let ids = [&first.data["poll"]["id"], &second.data["poll"]["id"]];
    assert_eq!(ids, ["p", "q"]);
    assert_eq!([first.name.as_str(), second.name.as_str()], ["poll", "poll"]);
    assert!(first.id.is_none() && second.id.is_some(), "only the last of a batch can be resumed from");
}

#[tokio::test]
async fn a_vote_reaches_everybody_within_a_second_as_each_may_see_it() {
    let host = Host::polls([poll("p")]).await;
    let mut feeds = [
        host.get("/events?topics=poll:p").follow().await,
        host.get("/events?topics=poll:p").by("ann").follow().await,
    ];
    for feed in &mut feeds {
        feed.next().await;
    }
    let start = Instant::now();
    host.vote("p", 1, &["b"]).by("ann").ok().await;
    for (feed, ballot) in feeds.iter_mut().zip([None, Some("b")]) {
        let poll = feed.next().await.data["poll"].clone();
        assert_eq!(votes(&poll), [0, 1, 0]);
        assert_eq!(poll["viewer"]["ballot"]["options"][0].as_str(), ballot);
    }
    assert!(start.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn a_feed_knows_the_viewer_s_own_ballot_whoever_votes_and_wherever_they_change_it() {
    let mut new = poll("p");
    new.rules.results = Results::AfterVote;
    let host = Host::polls([new]).await;
    host.vote("p", 1, &["b"]).by("ann").ok().await;
    let mut feed = host.get("/events?topics=poll:p").by("ann").follow().await;
    feed.next().await;
    let mut own = async |call: Call| {
        call.ok().await;
        let poll = feed.next().await.data["poll"].clone();
        (poll["viewer"]["ballot"].clone(), poll.get("tally").is_some())
    };
    assert_eq!(
        own(host.vote("p", 1, &["a"]).by("bela")).await,
        (json!({"revision": 1, "options": ["b"]}), true)
    );
    assert_eq!(
        own(host.vote("p", 2, &["c"]).by("ann")).await,
        (json!({"revision": 2, "options": ["c"]}), true)
    );
    assert_eq!(own(host.take_back("p", 3).by("ann")).await, (json!({"revision": 3, "options": []}), false));
    assert_eq!(
        own(host.vote("p", 2, &["b"]).by("bela")).await,
        (json!({"revision": 3, "options": []}), false)
    );
}

#[tokio::test]
async fn what_counts_a_ballot_never_comes_without_it() {
    let host = Host::polls([poll("p")]).await;
    let mut feeds = Vec::new();
    for _ in 0..8 {
        feeds.push(host.get("/events?topics=poll:p").by("ann").follow().await);
    }
    let reading = feeds.into_iter().map(|mut feed| {
        tokio::spawn(async move {
            let mut seen = Vec::new();
            loop {
                let poll = feed.next().await.data["poll"].clone();
                let number = |at: &str| poll.pointer(at).and_then(Value::as_u64).unwrap_or(0);
                seen.push((number("/revision"), number("/viewer/ballot/revision")));
                if number("/viewer/ballot/revision") == 400 {
                    return seen;
                }
            }
        })
    });
    let reading: Vec<_> = reading.collect();
    let mut counted = Vec::new();
    for n in 1..=400 {
        let option = if n % 2 == 0 { "a" } else { "b" };
        let answer = host.vote("p", n, &[option]).by("ann").ok().await;
        counted.push(answer["poll"]["revision"].as_u64().unwrap());
        host.vote("p", n, &[option]).by("bela").ok().await;
    }
    for reading in reading {
        for (revision, ballot) in reading.await.unwrap() {
            let in_it = counted.iter().filter(|r| **r <= revision).count() as u64;
            assert!(
                ballot >= in_it,
                "revision {revision} counts ballot {in_it}, and came with ballot {ballot}"
            );
        }
    }
}

#[tokio::test]
async fn what_is_not_followed_is_not_sent() {
    let host = Host::polls([poll("p"), poll("q")]).await;
    let mut feed = host.get("/events?topics=poll:q").follow().await;
    feed.next().await;
    host.vote("p", 1, &["a"]).by("ann").ok().await;
    host.vote("q", 1, &["a"]).by("ann").ok().await;
    assert_eq!(feed.next().await.data["poll"]["id"], "q");
}

#[tokio::test]
async fn a_feed_resumes_with_what_changed_meanwhile_and_no_more() {
    let host = Host::polls([poll("p"), poll("q"), poll("r")]).await;
    let topics = "/events?topics=poll:p,poll:q,poll:r";
    let mut feed = host.get(topics).follow().await;
    feed.next().await;
    feed.next().await;
    let position = feed.next().await.id.unwrap();
    drop(feed);
    host.vote("q", 1, &["a"]).by("ann").ok().await;
    let mut feed = host.get(topics).header("last-event-id", &position).follow().await;
    let missed = feed.next().await;
    assert_eq!(missed.data["poll"]["id"], "q");
    assert!(place(missed.id) > place(Some(position)));
    host.vote("r", 1, &["a"]).by("ann").ok().await;
    assert_eq!(feed.next().await.data["poll"]["id"], "r");
}

#[tokio::test]
async fn a_position_of_another_database_brings_everything() {
    let host = Host::polls([poll("p")]).await;
    for position in ["0", "17", "9007199254740991", "0123456789abcdef-2", "nonsense", "-"] {
        let mut feed = host.get("/events?topics=poll:p").header("last-event-id", position).follow().await;
        assert_eq!(feed.next().await.data["poll"]["id"], "p", "{position}");
    }
}

#[tokio::test]
async fn many_changes_at_once_are_few_events_and_the_last_is_the_latest() {
    let host = Host::polls([poll("p")]).await;
    let mut feed = host.get("/events?topics=poll:p").follow().await;
    feed.next().await;
    for n in 0..60 {
        tokio::spawn(host.vote("p", 1, &["a"]).by(&format!("m{n}")).send());
    }
    let (mut events, mut revision, mut position, mut counted) = (0, 1, None, 0);
    while counted < 60 {
        let event = feed.next().await;
        let next = event.data["poll"]["revision"].as_u64().unwrap();
        assert!(
            next > revision && place(event.id.clone()) > place(position),
            "a feed never goes back or repeats itself"
        );
        (events, revision, position) = (events + 1, next, event.id);
        counted = votes(&event.data["poll"])[0];
    }
    assert!(events < 60, "{events} events for 60 changes");
}

#[tokio::test]
async fn each_change_has_the_number_after_the_one_before() {
    let host = Host::polls([poll("p")]).await;
    let mut feed = host.get("/events?topics=poll:p").follow().await;
    let mut last = feed.next().await;
    for n in 0..5 {
        host.vote("p", 1, &["a"]).by(&format!("m{n}")).ok().await;
        let next = feed.next().await;
        assert_eq!(place(next.id.clone()), place(last.id.clone()).map(|place| place + 1));
        let revision = |event: &crate::client::Event| event.data["poll"]["revision"].as_u64();
        assert_eq!(revision(&next), revision(&last).map(|revision| revision + 1));
        last = next;
    }
}

#[tokio::test]
async fn a_vote_whose_page_is_closed_while_it_is_stored_counts_and_is_announced() {
    let host = Host::polls([poll("p")]).await;
    let mut feed = host.get("/events?topics=poll:p").follow().await;
    feed.next().await;
    host.get("/session").by("ann").ok().await;
    let member = Identity {
        id: MemberId::new("ann").unwrap(),
        name: "ann".into(),
        role: Role::Member,
        groups: Vec::new(),
        stage: None,
        joined: None,
        expires: now().plus(60_000),
    };
    let act = Act::Vote(Answer::Options(vec![OptionId::new("a").unwrap()]));
    let cast = Cast { member, poll: PollId::new("p").unwrap(), revision: 1, act, key: "k".into() };
    let begun = tokio::time::timeout(Duration::ZERO, host.store.cast(cast, now())).await;
    assert!(begun.is_err(), "it was stored before anybody could leave");
    assert_eq!(votes(&feed.next().await.data["poll"]), [1, 0, 0]);
}

#[tokio::test]
async fn topics_that_do_not_exist_are_refused() {
    let host = Host::start().await;
    for topics in ["", "polls", "poll:", "poll:a b", "badge:x", "member:ann"] {
        let path = format!("/events?topics={}", topics.replace(' ', "%20"));
        assert_eq!(host.get(&path).kind().await, "invalid", "{topics}");
    }
    assert_eq!(host.get("/events?topics=member:me").kind().await, "unauthorized");
}

#[tokio::test]
async fn embedding_11_a_topic_that_cannot_be_one_does_not_spoil_the_others() {
    let host = Host::polls([poll("p")]).await;
    for topics in ["poll:a%20b,poll:p", "poll:..,badge:x,poll:p", "poll:%2C,poll:p"] {
        let mut feed = host.get(&format!("/events?topics={topics}")).follow().await;
        assert_eq!(feed.next().await.data["poll"]["id"], "p", "{topics}");
    }
}

#[tokio::test]
async fn a_feed_ends_with_its_token() {
    let host = Host::polls([poll("p")]).await;
    // It is good for a minute longer than it says.
    let end = u64::try_from(now().0 / 1000).unwrap() + 2;
    let signed = token(&Claims { exp: end - 60, ..claims("ann") });
    let mut feed = host.get("/events?topics=poll:p").token(&signed).follow().await;
    feed.next().await;
    feed.end().await;
    assert!(now().0 / 1000 >= i64::try_from(end).unwrap());
}

#[tokio::test]
async fn feeds_end_when_the_host_stops() {
    let host = Host::polls([poll("p")]).await;
    let mut feed = host.get("/events?topics=poll:p").follow().await;
    feed.next().await;
    let start = Instant::now();
    host.stop().await;
    assert!(start.elapsed() < Duration::from_secs(10));
    feed.end().await;
}

#[tokio::test]
async fn a_feed_is_kept_out_of_caches_and_buffers() {
    let host = Host::polls([poll("p")]).await;
    let expired_soon = u64::try_from(now().0 / 1000).unwrap() - 58;
    let signed = token(&Claims { exp: expired_soon, ..claims("ann") });
    let answer = host.get("/events?topics=poll:p").token(&signed).send().await;
    assert_eq!(
        (answer.header("cache-control"), answer.header("x-accel-buffering")),
        ("no-store".into(), "no".into())
    );
    assert!(answer.body.starts_with(b"retry: 2000\n"), "{}", String::from_utf8_lossy(&answer.body));
}
