//! What was acknowledged stays, and counts once.

use std::net::TcpListener;

use folkmoot::server::{Database, Server};
use serde_json::json;
use sqlx::Connection;

use crate::client::{Host, config, poll, votes};

#[tokio::test]
async fn votes_survive_a_restart() {
    let host = Host::polls([poll("p")]).await;
    host.vote("p", 1, &["b"]).by("ann").ok().await;
    let before = host.get("/polls/p").by("ann").ok().await;
    let host = host.restart().await;
    assert_eq!(host.get("/polls/p").by("ann").ok().await, before);
    host.vote("p", 1, &["b"]).by("ann").ok().await;
    assert_eq!(votes(&host.poll("p").await), [0, 1, 0]);
}

#[tokio::test]
async fn a_feed_resumes_over_a_restart() {
    let host = Host::polls([poll("p"), poll("q")]).await;
    let topics = "/events?topics=poll:p,poll:q";
    let mut feed = host.get(topics).follow().await;
    feed.next().await;
    let position = feed.next().await.id.unwrap();
    host.vote("q", 1, &["a"]).by("ann").ok().await;
    let host = host.restart().await;
    let mut feed = host.get(topics).header("last-event-id", &position).follow().await;
    assert_eq!(feed.next().await.data["poll"]["id"], "q");
}

#[tokio::test]
async fn fifty_of_the_same_at_once_count_once() {
    let host = Host::polls([poll("p")]).await;
    let calls: Vec<_> = (0..50).map(|_| tokio::spawn(host.vote("p", 1, &["a"]).by("ann").send())).collect();
    for call in calls {
        let answer = call.await.unwrap();
        assert_eq!(answer.status, 200);
        assert_eq!(votes(&answer.json()["poll"]), [1, 0, 0]);
    }
    assert_eq!(host.poll("p").await["revision"], 2);
}

#[tokio::test]
async fn of_two_tabs_at_once_the_newer_revision_stands() {
    let host = Host::polls([poll("p")]).await;
    for round in 0..10 {
        let (older, newer) = (2 * round + 1, 2 * round + 2);
        let calls = [
            tokio::spawn(host.vote("p", older, &["a"]).by("ann").send()),
            tokio::spawn(host.vote("p", newer, &["b"]).by("ann").send()),
        ];
        for call in calls {
            call.await.unwrap();
        }
        let poll = host.get("/polls/p").by("ann").ok().await["poll"].clone();
        assert_eq!(poll["viewer"]["ballot"], json!({"revision": newer, "options": ["b"]}));
        assert_eq!(votes(&poll), [0, 1, 0]);
    }
}

#[tokio::test]
async fn of_many_ballots_at_once_the_bad_ones_are_refused_and_the_others_count() {
    let host = Host::polls([poll("p"), poll("q")]).await;
    let calls = (0..60).map(|n| {
        let (poll, option) = [("p", "a"), ("q", "b"), ("p", "x"), ("nope", "a")][n % 4];
        tokio::spawn(host.vote(poll, 1, &[option]).by(&format!("m{n}")).send())
    });
    for (n, call) in calls.collect::<Vec<_>>().into_iter().enumerate() {
        let answer = call.await.unwrap();
        assert_eq!(answer.status, [200, 200, 422, 404][n % 4]);
        if n % 4 == 0 {
            assert_eq!(answer.json()["poll"]["viewer"]["ballot"], json!({"revision": 1, "options": ["a"]}));
        }
    }
    assert_eq!(votes(&host.poll("p").await), [15, 0, 0]);
    assert_eq!(votes(&host.poll("q").await), [0, 15, 0]);
}

#[tokio::test]
async fn a_broken_poll_does_not_take_the_ballots_of_others_down() {
    let host = Host::polls([poll("p"), poll("broken")]).await;
    let folder = host.stop().await;
    let file = format!("sqlite:{}", folder.path().join("host.db").display());
    let mut raw = sqlx::SqliteConnection::connect(&file).await.unwrap();
    sqlx::query("UPDATE polls SET counts = 'lost' WHERE id = 'broken'").execute(&mut raw).await.unwrap();
    raw.close().await.unwrap();
    let host = Host::on(folder, |_| {}).await;
    let calls = (0..40).map(|n| {
        let poll = ["p", "broken"][n % 2];
        tokio::spawn(host.vote(poll, 1, &["a"]).by(&format!("m{n}")).send())
    });
    for (n, call) in calls.collect::<Vec<_>>().into_iter().enumerate() {
        assert_eq!(call.await.unwrap().status, [200, 500][n % 2]);
    }
    assert_eq!(votes(&host.poll("p").await), [20, 0, 0]);
}

#[tokio::test]
async fn a_host_on_a_throw_away_database_leaves_nothing() {
    let server = Server::bind(config()).await.unwrap();
    server.run(async {}).await.unwrap();
}

#[tokio::test]
async fn what_keeps_a_host_from_starting_is_said_in_one_line() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("notes.txt");
    std::fs::write(&file, "this is not a database, but it is long enough to be taken for one".repeat(20))
        .unwrap();
    let sqlite = |path: &std::path::Path| Database::Sqlite(format!("sqlite:{}", path.display()));
    let mut cases = Vec::new();
    let mut case = |change: &dyn Fn(&mut folkmoot::server::Config), words: &[&str]| {
        let mut config = config();
        change(&mut config);
        cases.push((config, words.iter().map(ToString::to_string).collect::<Vec<_>>()));
    };
    let addr = taken.local_addr().unwrap();
    case(&|c| c.addr = addr, &[&addr.to_string(), "taken", "--addr"]);
    case(&|c| c.secret = Vec::new(), &["secret"]);
    case(&|c| c.allow_origins = vec!["forum.example/x".into()], &["forum.example/x", "origin"]);
    case(&|c| c.database = sqlite(&file), &["notes.txt", "not a database"]);
    case(&|c| c.database = sqlite(&folder.path().join("no/such/folder.db")), &["folder.db", "open"]);
    case(&|c| c.database = Database::Sqlite("postgres://x".into()), &["postgres://x", "sqlite:PATH"]);
    case(&|c| c.database = Database::Sqlite("sqlite::memory:".into()), &[":memory:", "sqlite:PATH"]);
    for (config, words) in cases {
        let error = Server::bind(config).await.err().expect("it started").to_string();
        assert!(!error.contains('\n'), "{error}");
        for word in words {
            assert!(error.contains(&word), "{error} does not say {word}");
        }
    }
}
