//! Nobody can use the host up.

use std::num::NonZeroU32;
use std::time::Duration;

use folkmoot::server::{Asset, Proxies, network};
use sqlx::{Connection, SqliteConnection};
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
async fn embedding_3_calls_whose_token_is_refused_are_counted_too() {
    let host = Host::with(|config| config.limits.reads_per_minute = NonZeroU32::new(2)).await;
    let from = |address: &str| {
        host.get("/session").header("authorization", "Bearer no-token").header("x-forwarded-for", address)
    };
    assert_eq!(from("203.0.113.1").kind().await, "unauthorized");
    assert_eq!(from("203.0.113.1").kind().await, "unauthorized");
    let later = from("203.0.113.1").send().await;
    assert_eq!((later.status.as_u16(), later.header("retry-after").is_empty()), (429, false));
    assert_eq!(from("203.0.113.2").kind().await, "unauthorized");
    let good = host.get("/session").by("ann").header("x-forwarded-for", "203.0.113.1");
    assert_eq!(good.status().await, 200, "who has a token that stands has a share of their own");
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
async fn host_7_one_member_cannot_take_every_live_feed() {
    let host = Host::with(|config| config.limits.live = 30).await;
    host.add(&poll("p")).await;
    let follow = |by| host.get("/events?topics=poll:p").by(by);
    let mut feeds = Vec::new();
    for _ in 0..3 {
        feeds.push(follow("ann").follow().await);
    }
    let (kind, status, detail) = follow("ann").problem().await;
    assert_eq!((kind.as_str(), status), ("busy", 503));
    assert!(detail.contains("3 live feeds of this member"), "{detail}");
    assert!(!follow("ann").send().await.header("retry-after").is_empty());
    follow("bela").follow().await.next().await;
    // Nor can guests from one address, or of whom nobody says where they are.
    for (address, share) in [(Some("203.0.113.1"), 3), (None, 15)] {
        let guest = || {
            let call = host.get("/events?topics=poll:p");
            address.into_iter().fold(call, |call, said| call.header("x-forwarded-for", said))
        };
        let mut guests = Vec::new();
        for _ in 0..share {
            guests.push(guest().follow().await);
        }
        assert_eq!(guest().kind().await, "busy", "{address:?}");
    }
    follow("carl").follow().await.next().await;
    drop(feeds);
    within(async { while follow("ann").status().await != 200 {} }).await;
}

/// Connections on which nothing is sent.
async fn idle(host: &Host, count: usize) -> Vec<TcpStream> {
    let mut idle = Vec::new();
    for _ in 0..count {
        idle.push(TcpStream::connect(host.addr).await.unwrap());
    }
    idle
}

#[tokio::test]
async fn host_10_connections_that_send_nothing_leave_the_host_within_reach() {
    let host = Host::with(|config| config.limits.connections = Some(40)).await;
    host.add(&poll("p")).await;
    let mut feed = host.get("/events?topics=poll:p").follow().await;
    feed.next().await;
    let mut silent = idle(&host, 100).await;
    for stream in &mut silent[..50] {
        // Some say a little.
        let _ = stream.write_all(b"GET /folkmoot/api/ses").await;
    }
    for revision in 1..=3 {
        host.vote("p", revision, &["a"]).by("ann").ok().await;
        assert_eq!(feed.next().await.name, "poll", "who is being served keeps their connection");
        silent.extend(idle(&host, 100).await);
    }
    let mut first = silent.swap_remove(0);
    assert!(within(first.read(&mut [0])).await.is_ok_and(|read| read == 0), "the first made room");
}

#[tokio::test]
async fn host_10_an_address_has_a_share_of_the_connections_unless_it_is_a_proxys() {
    let host = Host::with(|config| {
        config.limits.connections_per_address = 3;
        config.proxies = Proxies { networks: vec![network("127.0.0.2").unwrap()], not_loopback: true };
    })
    .await;
    host.add(&poll("p")).await;
    let follow = |from| host.get("/events?topics=poll:p").from(from);
    let mut feeds = Vec::new();
    for _ in 0..3 {
        feeds.push(follow("127.0.0.1").follow().await);
    }
    assert!(host.get("/session").from("127.0.0.1").attempt().await.is_none());
    host.get("/session").from("127.0.0.3").ok().await;
    let mut proxied = Vec::new();
    for n in 0..9 {
        let call = follow("127.0.0.2").header("x-forwarded-for", &format!("203.0.113.{n}"));
        proxied.push(call.follow().await);
    }
    feeds.pop();
    within(async { while host.get("/session").from("127.0.0.1").attempt().await.is_none() {} }).await;
}

#[tokio::test]
async fn host_10_an_answer_that_nobody_reads_is_given_up() {
    let host = Host::with(|config| {
        config.limits.unread = Duration::from_millis(200);
        let (name, media_type, plain) = ("big.bin".into(), "text/plain".into(), vec![b'x'; 64 << 20]);
        let (brotli, gzip) = (Vec::new(), Vec::new());
        config.assets = vec![Asset { name, media_type, immutable: false, lazy: false, plain, brotli, gzip }];
    })
    .await;
    let mut stream = TcpStream::connect(host.addr).await.unwrap();
    let path = format!("{}/big.bin", folkmoot::contract::ASSETS_PATH);
    stream.write_all(format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n").as_bytes()).await.unwrap();
    let mut head = [0; 64];
    within(stream.read_exact(&mut head)).await.unwrap();
    assert!(head.starts_with(b"HTTP/1.1 200 OK"));
    // What is written to a connection that has ended fails.
    within(async { while stream.write_all(b"\r\n").await.is_ok() {} }).await;
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
    let folder = tempfile::tempdir().unwrap();
    let file = format!("sqlite:{}", folder.path().join("host.db").display());
    let host = Host::on(folder, |config| config.limits.answer = Duration::from_millis(50)).await;
    host.add(&poll("p")).await;
    // Somebody else has the database to write to, so that the ballot waits.
    let mut other = SqliteConnection::connect(&file).await.unwrap();
    sqlx::query("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();
    let answer = host.vote("p", 1, &["a"]).by("ann").send().await;
    sqlx::query("ROLLBACK").execute(&mut other).await.unwrap();
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
