//! A database that was restored from a copy is told from the one that it replaces.

use sqlx::Connection;
use tempfile::TempDir;

use crate::client::{Host, poll, votes};

/// Copies a running host's database into another folder, as a backup does.
async fn backup(host: &Host) -> TempDir {
    let copy = tempfile::tempdir().unwrap();
    let mut raw = sqlx::SqliteConnection::connect(&host.database()).await.unwrap();
    let into = copy.path().join("host.db").display().to_string();
    sqlx::query("VACUUM INTO ?").bind(into).execute(&mut raw).await.unwrap();
    raw.close().await.unwrap();
    copy
}

#[tokio::test]
async fn embedding_18_every_answer_of_a_host_names_its_epoch_and_another_start_is_another_epoch() {
    let host = Host::polls([poll("p")]).await;
    let tag = host.get("/polls/p").send().await.header("etag");
    let mut named = Vec::new();
    for (call, status) in [
        (host.get("/session"), 200),
        (host.get("/polls/p"), 200),
        (host.get("/polls/p").header("if-none-match", &tag), 304),
        (host.vote("p", 1, &["a"]).by("ann"), 200),
        (host.vote("p", 1, &["a"]), 401),
        (host.get("/polls/nope"), 404),
        (host.get("/no/such/call"), 404),
        (host.call("POST", "/polls/p"), 405),
        (host.get("/events"), 422),
    ] {
        let answer = call.send().await;
        assert_eq!(answer.status, status);
        named.push(answer.header("folkmoot-epoch"));
    }
    named.push(host.get("/events?topics=poll:p").head("folkmoot-epoch").await);
    assert!(named.iter().all(|name| *name == named[0] && name.len() == 16), "{named:?}");
    let host = host.restart().await;
    assert_ne!(host.get("/session").send().await.header("folkmoot-epoch"), named[0]);
}

#[tokio::test]
async fn embedding_18_of_a_restored_database_pages_get_everything_anew() {
    let host = Host::polls([poll("p"), poll("q")]).await;
    host.vote("p", 1, &["a"]).by("ann").ok().await;
    let topics = "/events?topics=poll:p,poll:q";
    let mut feed = host.get(topics).follow().await;
    feed.next().await;
    let early = feed.next().await.id.unwrap();
    host.vote("q", 1, &["b"]).by("ann").ok().await;
    let copy = backup(&host).await;

    host.vote("p", 1, &["b"]).by("bela").ok().await;
    let late = host.get(topics).follow().await.last(2).await.id.unwrap();
    let answer = host.get("/polls/p").send().await;
    host.stop().await;

    // The same revision, but another vote.
    let host = Host::on(copy, |_| {}).await;
    host.vote("p", 1, &["c"]).by("bela").ok().await;
    let now = host.get("/polls/p").header("if-none-match", &answer.header("etag")).send().await;
    assert_eq!(now.status, 200);
    let (now, before) = (now.json()["poll"].clone(), answer.json()["poll"].clone());
    assert_eq!(now["revision"], before["revision"]);
    assert_eq!([votes(&before), votes(&now)], [[1, 1, 0], [1, 0, 1]]);

    let resume = async |position: &str| {
        let mut feed = host.get(topics).header("last-event-id", position).follow().await;
        let first = feed.next().await;
        if first.id.is_some() { 1 } else { 1 + usize::from(feed.next().await.id.is_some()) }
    };
    assert_eq!(resume(&late).await, 2, "a position from after the copy resumes nothing");
    // What was before the copy is this database's history, too: q changed then, and p now.
    assert_eq!(resume(&early).await, 2);
    let newest = host.get(topics).follow().await.last(2).await.id.unwrap();
    host.vote("q", 2, &["a"]).by("ann").ok().await;
    assert_eq!(resume(&newest).await, 1, "a position of this epoch resumes");
}
