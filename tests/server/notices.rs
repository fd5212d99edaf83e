//! The forum is told of polls that members follow.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{any, post};
use folkmoot::server::Notify;
use folkmoot::server::store::{NewPoll, Repeat};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::net::TcpListener;
use tokio::sync::mpsc;

use crate::client::{Call, Host, SECRET, now, poll, within};
use crate::process::Serving;

type Taken = (HeaderMap, Bytes);

/// A forum that takes notices, after it has refused so many.
fn forum(listener: TcpListener, refuses: usize) -> mpsc::UnboundedReceiver<Taken> {
    let (told, heard) = mpsc::unbounded_channel();
    let left = Arc::new(AtomicUsize::new(refuses));
    let take = post(async move |headers: HeaderMap, body: Bytes| {
        let _ = told.send((headers, body));
        let no = left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| n.checked_sub(1)).is_ok();
        if no { StatusCode::INTERNAL_SERVER_ERROR } else { StatusCode::NO_CONTENT }
    });
    tokio::spawn(async move { axum::serve(listener, Router::new().route("/hook", take)).await });
    heard
}

async fn listen() -> (TcpListener, Notify) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    (listener, Notify { url, patience: Duration::from_millis(20) })
}

/// A host with these polls, all of which ann follows.
async fn followed(notify: Notify, polls: &[NewPoll]) -> Host {
    let host = Host::with(|config| config.notify = Some(notify)).await;
    for poll in polls {
        host.add(poll).await;
        let path = format!("/polls/{}/follow", poll.id);
        host.call("PUT", &path).json(&json!({"follows": true})).by("ann").ok().await;
    }
    host
}

async fn next(heard: &mut mpsc::UnboundedReceiver<Taken>) -> Value {
    serde_json::from_slice(&within(heard.recv()).await.unwrap().1).unwrap()
}

async fn edit(host: &Host, said: &Value) {
    host.call("PATCH", "/polls/p").json(said).by_staff().ok().await;
}

#[tokio::test]
async fn a_poll_that_closes_by_the_clock_is_told_with_its_result_and_a_signature() {
    let (listener, notify) = listen().await;
    let mut heard = forum(listener, 0);
    let mut soon = poll("p");
    soon.rules.closes_at = Some(now().plus(3000));
    let host = followed(notify, &[soon]).await;
    host.vote("p", 1, &["b"]).by("bela").ok().await;
    let (headers, body) = within(heard.recv()).await.unwrap();
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET).unwrap();
    mac.update(&body);
    let told = headers["folkmoot-signature"].to_str().unwrap().strip_prefix("sha256=").unwrap();
    let byte = |at: usize| u8::from_str_radix(&told[at..at + 2], 16).unwrap();
    let told: Vec<u8> = (0..told.len()).step_by(2).map(byte).collect();
    mac.verify_slice(&told).unwrap();
    let told: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(
        (&told["event"], &told["followers"], &told["round"]),
        (&json!("closed"), &json!(["ann"]), &json!(1))
    );
    assert_eq!((&told["poll"]["title"], &told["poll"]["tally"]["voters"]), (&json!("Which?"), &json!(1)));
}

#[tokio::test]
async fn a_notice_that_is_refused_is_told_again_under_the_same_key() {
    let (listener, notify) = listen().await;
    let mut heard = forum(listener, 3);
    let host = followed(notify, &[poll("p")]).await;
    edit(&host, &json!({"closes_at": "2020-01-01T00:00:00Z"})).await;
    let mut keys = Vec::new();
    for _ in 0..4 {
        keys.push(within(heard.recv()).await.unwrap().0["idempotency-key"].clone());
    }
    keys.dedup();
    assert_eq!(keys.len(), 1);
    edit(&host, &json!({"closes_at": null})).await;
    assert_eq!(next(&mut heard).await["event"], "opened", "and once it was taken, no more");
}

#[tokio::test]
async fn a_notice_outlives_the_host_and_a_forum_that_is_away() {
    let (listener, notify) = listen().await;
    drop(listener);
    let host = followed(notify, &[poll("p")]).await;
    edit(&host, &json!({"closes_at": "2020-01-01T00:00:00Z"})).await;
    let folder = host.stop().await;
    let (listener, notify) = listen().await;
    let mut heard = forum(listener, 0);
    let host = Host::on(folder, |config| config.notify = Some(notify)).await;
    assert_eq!(next(&mut heard).await["event"], "closed");
    drop(host);
}

#[tokio::test]
async fn what_nobody_follows_and_what_changed_back_is_not_told() {
    let (listener, notify) = listen().await;
    drop(listener);
    let host = followed(notify, &[poll("p")]).await;
    host.add(&poll("q")).await;
    let closing = json!({"closes_at": "2020-01-01T00:00:00Z"});
    host.call("PATCH", "/polls/q").json(&closing).by_staff().ok().await;
    edit(&host, &closing).await;
    edit(&host, &json!({"closes_at": null})).await;
    edit(&host, &closing).await;
    let folder = host.stop().await;
    let (listener, notify) = listen().await;
    let mut heard = forum(listener, 0);
    let host = Host::on(folder, |config| config.notify = Some(notify)).await;
    let told = next(&mut heard).await;
    assert_eq!((&told["poll"]["id"], &told["event"]), (&json!("p"), &json!("closed")));
    edit(&host, &json!({"closes_at": null})).await;
    assert_eq!(next(&mut heard).await["event"], "opened", "nothing else was left");
}

#[tokio::test]
async fn a_round_that_ends_as_the_next_one_opens_is_told_as_both() {
    let (listener, notify) = listen().await;
    let mut heard = forum(listener, 0);
    let mut daily = poll("p");
    let opens_at = now().plus(1_000 - 86_400_000);
    daily.rules.opens_at = Some(opens_at);
    daily.repeat = Some(Repeat::new("FREQ=DAILY", Some(opens_at), None, Some("UTC")).unwrap());
    let _host = followed(notify, &[daily]).await;
    let mut told = [next(&mut heard).await, next(&mut heard).await];
    told.sort_by_key(|notice| notice["round"].as_i64());
    let told = told.map(|notice| (notice["event"].clone(), notice["round"].clone()));
    assert_eq!(told, [(json!("closed"), json!(1)), (json!("opened"), json!(2))]);
}

#[tokio::test]
async fn host_8_a_notice_follows_no_redirect_and_waits_until_it_is_taken() {
    let (listener, notify) = listen().await;
    let (told, mut heard) = mpsc::unbounded_channel();
    let take = |path: &'static str, statuses: &'static [u16]| {
        let (told, count) = (told.clone(), Arc::new(AtomicUsize::new(0)));
        any(async move || {
            let n = count.fetch_add(1, Ordering::SeqCst);
            let _ = told.send(path);
            let status = StatusCode::from_u16(*statuses.get(n).unwrap_or(&204)).unwrap();
            (status, [("location", "/elsewhere")])
        })
    };
    let hook = take("hook", &[301, 302, 303, 307, 308, 304]);
    let forum = Router::new().route("/hook", hook).route("/elsewhere", take("elsewhere", &[]));
    tokio::spawn(async move { axum::serve(listener, forum).await });
    let host = followed(notify, &[poll("p")]).await;
    edit(&host, &json!({"closes_at": "2020-01-01T00:00:00Z"})).await;
    for _ in 0..7 {
        assert_eq!(within(heard.recv()).await, Some("hook"));
    }
    host.stop().await;
    assert_eq!(heard.try_recv().ok(), None, "it was taken once");
}

/// The processor time that a process took so far, in hundredths of a second, as `/proc` on Linux tells it.
#[cfg(target_os = "linux")]
fn spent(process: u32) -> u64 {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap();
    let fields: Vec<&str> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
    fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap()
}

#[tokio::test]
#[cfg(target_os = "linux")]
async fn a_host_that_tells_nobody_rests_after_a_followed_poll_has_closed() {
    let folder = tempfile::tempdir().unwrap();
    let host = Serving::start(folder.path());
    let new = json!({"id": "p", "title": "Where?", "kind": "choice", "options": ["a", "b"]});
    Call::to(host.addr, "POST", "/polls").json(&new).by_staff().attempt().await.unwrap();
    Call::to(host.addr, "PUT", "/polls/p/follow").json(&json!({"follows": true})).by("ann").ok().await;
    Call::to(host.addr, "PATCH", "/polls/p")
        .json(&json!({"closes_at": now().to_string()}))
        .by_staff()
        .ok()
        .await;
    let before = spent(host.process.id());
    // There is no state to wait for: at rest nothing happens.
    tokio::time::sleep(Duration::from_secs(2)).await;
    let spent = spent(host.process.id()) - before;
    assert!(spent < 40, "{spent} hundredths of a second of two seconds");
}

#[tokio::test]
async fn a_notice_has_each_text_in_the_language_that_it_was_written_in_first() {
    let (listener, notify) = listen().await;
    let mut heard = forum(listener, 0);
    let host = followed(notify, &[poll("p")]).await;
    edit(&host, &json!({"title": {"de": "Wohin?", "en": "Where?"}})).await;
    let close = json!({"closes_at": "2020-01-01T00:00:00Z"});
    host.call("PATCH", "/polls/p").json(&close).header("accept-language", "en").by_staff().ok().await;
    assert_eq!(next(&mut heard).await["poll"]["title"], "Wohin?");
}
