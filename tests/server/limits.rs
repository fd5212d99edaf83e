//! Nobody can use the host up.

use std::num::NonZeroU32;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::client::{Host, poll, within};

#[tokio::test]
async fn who_writes_too_much_is_told_when_to_come_back_and_others_are_not_bothered() {
    let host = Host::with(|config| config.limits.writes_per_minute = NonZeroU32::new(2)).await;
    host.add(&poll("p")).await;
    for revision in [1, 2] {
        host.vote("p", revision, &["a"]).by("ann").ok().await;
    }
    let answer = host.vote("p", 3, &["b"]).by("ann").send().await;
    assert_eq!(
        (answer.status.as_u16(), answer.json()["type"].as_str()),
        (429, Some("urn:folkmoot:problem:rate-limited"))
    );
    assert!((1..=31).contains(&answer.header("retry-after").parse().unwrap()));
    host.get("/polls/p").by("ann").ok().await;
    host.vote("p", 1, &["a"]).by("bela").ok().await;
}

#[tokio::test]
async fn guests_are_told_apart_by_their_address() {
    let host = Host::with(|config| config.limits.reads_per_minute = NonZeroU32::new(1)).await;
    let from = |address| host.get("/session").header("x-forwarded-for", address);
    from("203.0.113.1").ok().await;
    assert_eq!(from("203.0.113.1").kind().await, "rate-limited");
    assert_eq!(from("198.51.100.1, 203.0.113.1").kind().await, "rate-limited");
    from("203.0.113.2").ok().await;
}

#[tokio::test]
async fn more_live_feeds_than_the_host_holds_are_turned_away_until_one_ends() {
    let host = Host::with(|config| config.limits.live = 1).await;
    host.add(&poll("p")).await;
    let mut first = host.get("/events?topics=poll:p").follow().await;
    first.next().await;
    let second = host.get("/events?topics=poll:p").send().await;
    assert_eq!((second.status.as_u16(), second.header("retry-after").as_str()), (503, "1"));
    assert_eq!(host.get("/polls/p").send().await.status, 200);
    drop(first);
    let ended = async { while host.get("/events?topics=").kind().await == "busy" {} };
    within(ended).await;
}

#[tokio::test]
async fn a_write_that_finds_no_room_to_wait_is_turned_away_at_once() {
    let host = Host::with(|config| config.limits.waiting = 0).await;
    host.add(&poll("p")).await;
    let answer = host.vote("p", 1, &["a"]).by("ann").send().await;
    assert_eq!(
        (answer.status.as_u16(), answer.json()["type"].as_str()),
        (503, Some("urn:folkmoot:problem:busy"))
    );
    assert!(!answer.header("retry-after").is_empty());
    assert_eq!(host.poll("p").await["turnout"]["cast"], 0);
}

#[tokio::test]
async fn an_answer_that_takes_too_long_is_given_up_and_the_vote_counts_once() {
    let host = Host::with(|config| config.limits.answer = Duration::ZERO).await;
    host.add(&poll("p")).await;
    let answer = host.vote("p", 1, &["a"]).by("ann").send().await;
    assert_eq!((answer.status.as_u16(), answer.header("retry-after").as_str()), (503, "1"));
    let folder = host.stop().await;
    let host = Host::on(folder, |_| {}).await;
    host.vote("p", 1, &["a"]).by("ann").ok().await;
    assert_eq!(host.poll("p").await["turnout"]["cast"], 1);
}

/// What a host says to a request of which nothing more comes.
async fn cut_short(request: &str) -> String {
    let soon = Duration::from_millis(200);
    let host = Host::with(|config| (config.limits.idle, config.limits.arrival) = (soon, soon)).await;
    let mut stream = TcpStream::connect(host.addr).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    let _ = within(stream.read_to_string(&mut answer)).await;
    answer
}

#[tokio::test]
async fn a_request_whose_head_does_not_arrive_ends_its_connection() {
    assert_eq!(cut_short("GET /folkmoot/api/session HTTP/1.1\r\nHost: x\r\nX-").await, "");
}

#[tokio::test]
async fn a_request_whose_body_does_not_arrive_is_told_so() {
    let token = crate::client::token(&crate::client::claims("ann"));
    let answer = cut_short(&format!(
        "PUT /folkmoot/api/polls/p/ballot HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nContent-Length: 90\r\nConnection: close\r\n\r\n{{"
    ))
    .await;
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    assert!(answer.contains("urn:folkmoot:problem:timeout"), "{answer}");
}
