//! A disk that is full, a database that two hosts want, a file that is taken away: nothing that was acknowledged is lost,
//! and the host says what is wrong.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use folkmoot::server::store::{Calendar, OpenError, Store};
use folkmoot::server::{Database, Error, Fsync, Server};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::client::{Answer, Call, Host, config, now, poll, votes, within};
use crate::process::{Serving, command};

/// A file system of its own, of two megabytes.
struct SmallDisk(TempDir);

impl SmallDisk {
    /// Nothing where the machine does not let this process mount one.
    fn new() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mount = ["-t", "tmpfs", "-o", "size=2m", "tmpfs"];
        let mounted = Command::new("mount").args(mount).arg(folder.path()).output();
        let mounted = mounted.is_ok_and(|output| output.status.success());
        if !mounted {
            eprintln!("skipped: this needs the right to mount a small disk");
        }
        mounted.then(|| Self(folder))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn filler(&self) -> PathBuf {
        self.path().join("filler")
    }

    /// Leaves not a byte.
    fn fill(&self) {
        let mut file = fs::File::options().create(true).append(true).open(self.filler()).unwrap();
        for size in [64 * 1024, 4096, 1] {
            while file.write_all(&vec![0; size]).is_ok() {}
        }
    }

    fn free(&self) {
        fs::remove_file(self.filler()).unwrap();
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0.path()).status();
    }
}

fn sqlite(path: &Path) -> Database {
    Database::Sqlite(format!("sqlite:{}", path.display()))
}

async fn open(path: &Path) -> Result<Store, OpenError> {
    Store::open(&sqlite(path), Fsync::Always, 8, Calendar::default()).await
}

/// What the host says of its health: the status and the whole answer.
async fn health(addr: std::net::SocketAddr) -> (u16, Value) {
    let answer = Call::to(addr, "GET", "//healthz").send().await;
    (answer.status.as_u16(), answer.json())
}

async fn healthy(addr: std::net::SocketAddr) {
    within(async {
        while health(addr).await != (200, json!({"status": "ok"})) {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    })
    .await;
}

/// Every kind of write that members and staff make.
fn writes(addr: std::net::SocketAddr, who: &str) -> Vec<Call> {
    let call = |method: &str, path: &str, body: Value| {
        Call::to(addr, method, path).json(&body).header("idempotency-key", &format!("{path} {who}"))
    };
    vec![
        // First, with the log empty: what such a ballot frees before it is written could be enough for others.
        Call::vote(addr, "anonymous", 1, &["a"]).by(who),
        Call::vote(addr, "p", 1, &["a"]).by(who),
        call("POST", "/polls/p/comments", json!({"text": "Yes."})).by(who),
        call("PUT", "/polls/p/follow", json!({"follows": true})).by(who),
        call("PATCH", "/polls/p", json!({"title": "Which one?"})).by_staff(),
    ]
}

fn assert_busy(answer: &Answer) {
    assert_eq!(answer.status, 503, "{}", String::from_utf8_lossy(&answer.body));
    assert_eq!(answer.header("content-type"), "application/problem+json");
    assert!(answer.header("retry-after").parse::<u32>().unwrap() > 0);
    assert_eq!(answer.json()["type"], "urn:folkmoot:problem:busy");
}

async fn fill_with_polls(path: &Path) {
    let store = open(path).await.unwrap();
    let mut anonymous = poll("anonymous");
    anonymous.rules.secrecy = folkmoot::domain::poll::Secrecy::Anonymous;
    (anonymous.rules.changeable, anonymous.rules.retractable) = (false, false);
    let mut open = poll("p");
    open.rules.commentable = true;
    for new in [open, anonymous] {
        store.add_poll(&new, now()).await.unwrap();
    }
    store.close().await;
}

#[tokio::test]
async fn host_1_a_full_disk_refuses_votes_and_takes_them_again_once_there_is_space() {
    let Some(disk) = SmallDisk::new() else { return };
    fill_with_polls(&disk.path().join("host.db")).await;
    let host = Serving::start(disk.path());
    Call::vote(host.addr, "p", 1, &["a"]).by("ann").ok().await;
    assert_eq!(health(host.addr).await, (200, json!({"status": "ok"})));

    for round in 0..2 {
        Call::vote(host.addr, "anonymous", 1, &["a"]).by(&format!("before{round}")).ok().await;
        disk.fill();
        for n in 0..20 {
            for write in writes(host.addr, &format!("m{round}")) {
                assert_busy(&write.send().await);
            }
            // Who is new here reads as well as everybody else.
            let reads = Call::to(host.addr, "GET", "/polls/p");
            let reads = if n == 0 { reads.by(&format!("reader{round}")) } else { reads };
            assert_eq!(votes(&reads.ok().await["poll"])[0], 1 + round);
        }
        let (status, said) = health(host.addr).await;
        assert_eq!((status, &said["status"]), (503, &json!("unavailable")));
        assert!(said["reason"].as_str().unwrap().contains("full"), "{said}");

        disk.free();
        for write in writes(host.addr, &format!("m{round}")) {
            write.ok().await;
        }
        healthy(host.addr).await;
        assert_eq!(votes(&Call::to(host.addr, "GET", "/polls/p").ok().await["poll"])[0], 2 + round);
    }
    let log = host.log();
    assert_eq!(log.lines().filter(|line| line.contains("the disk is full")).count(), 1, "{log}");
    let failed = log
        .lines()
        .filter(|line| line.contains("call=PUT /polls/{id}/ballot}") && line.contains("status=\"503\""));
    assert_eq!(failed.count(), 1, "{log}");
    assert!(log.lines().count() <= 4, "one line a minute, not one a call: {log}");

    let host = Serving::start(disk.path());
    assert_eq!(votes(&Call::to(host.addr, "GET", "/polls/p").ok().await["poll"]), [3, 0, 0]);
}

#[tokio::test]
async fn host_1_many_votes_at_once_on_a_full_disk_are_refused_together() {
    let Some(disk) = SmallDisk::new() else { return };
    fill_with_polls(&disk.path().join("host.db")).await;
    let host = Serving::start(disk.path());
    disk.fill();
    let call = |n: usize| Call::vote(host.addr, "p", 1, &["a"]).by(&format!("m{n}")).send();
    let calls: Vec<_> = (0..300).map(|n| tokio::spawn(call(n))).collect();
    for answer in calls {
        assert_busy(&answer.await.unwrap());
    }
    disk.free();
    let calls: Vec<_> = (0..300).map(|n| tokio::spawn(call(n))).collect();
    for answer in calls {
        assert_eq!(answer.await.unwrap().status, 200);
    }
    assert_eq!(votes(&Call::to(host.addr, "GET", "/polls/p").ok().await["poll"]), [300, 0, 0]);
}

#[tokio::test]
async fn host_1_a_write_whose_caller_goes_away_is_told_to_all_others() {
    let mut new = poll("p");
    new.rules.commentable = true;
    let host = Host::polls([new]).await;
    let mut feed = host.get("/events?topics=poll:p").follow().await;
    feed.next().await;
    for n in 0..40 {
        let call = host.call("POST", "/polls/p/comments").json(&json!({"text": "Yes."}));
        let call = call.header("idempotency-key", &n.to_string()).by(&format!("m{n}"));
        let sent = tokio::spawn(call.send());
        tokio::time::sleep(Duration::from_micros(100 * n)).await;
        sent.abort();
    }
    let call = host.call("POST", "/polls/p/comments").json(&json!({"text": "Yes."}));
    let written = call.header("idempotency-key", "last").by("ann").ok().await["poll"].clone();
    let mut seen = Value::Null;
    while seen != written["comments"] {
        seen = feed.next().await.data["poll"]["comments"].clone();
    }
    assert_eq!(host.poll("p").await["comments"], seen, "what lasts was announced");
}

#[tokio::test]
async fn host_2_a_second_host_on_one_database_refuses_to_start_by_whatever_name() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("host.db");
    let host = Serving::start(folder.path());
    let other = tempfile::tempdir().unwrap();
    let mut names = vec![
        "host.db".to_owned(),
        "../".to_owned() + &folder.path().file_name().unwrap().to_string_lossy() + "/host.db",
    ];
    names.push(file.display().to_string());
    let links = [other.path().join("symbolic.db"), folder.path().join("hard.db")];
    std::os::unix::fs::symlink(&file, &links[0]).unwrap();
    fs::hard_link(&file, &links[1]).unwrap();
    names.extend(links.iter().map(|link| link.display().to_string()));
    for name in names {
        let ended = command(folder.path(), &name).output().unwrap();
        let said = String::from_utf8(ended.stderr).unwrap();
        assert_eq!(ended.status.code(), Some(2), "{name}: {said}");
        assert_eq!(said.lines().count(), 1, "{said}");
        for word in [name.as_str(), "in use", "stop the other", "--db"] {
            assert!(said.contains(word), "{said} does not say {word}");
        }
    }
    // The lock goes with the process, however sudden its end.
    drop(host);
    let host = Serving::start(folder.path());
    assert_eq!(health(host.addr).await.0, 200);
}

#[tokio::test]
async fn host_2_one_process_cannot_have_a_database_twice_and_lets_it_go_when_it_stops() {
    let host = Host::start().await;
    let path = host.database();
    let mut again = config();
    again.database = Database::Sqlite(path.clone());
    let error = Server::bind(again).await.err().expect("it started");
    assert!(matches!(error, Error::Database(OpenError::InUse { .. })), "{error}");
    let folder = host.stop().await;
    open(&folder.path().join("host.db")).await.unwrap();
}

#[tokio::test]
async fn host_15_a_database_that_is_taken_away_takes_no_votes_and_the_host_says_so() {
    let host = Host::polls([poll("p")]).await;
    let file = PathBuf::from(host.database().strip_prefix("sqlite:").unwrap());
    let log = file.with_extension("db-wal");
    host.vote("p", 1, &["a"]).by("ann").ok().await;
    let away = file.with_extension("away");
    let refused = async |who: &str| {
        assert_busy(&host.vote("p", 1, &["a"]).by(who).send().await);
        let (status, said) = health(host.addr).await;
        assert_eq!(status, 503);
        assert!(said["reason"].as_str().unwrap().contains("moved, replaced or deleted"), "{said}");
        assert_eq!(votes(&host.poll("p").await), [1, 0, 0], "reads go on");
    };
    // Moved.
    for taken in [&file, &log] {
        fs::rename(taken, &away).unwrap();
        refused("bela").await;
        // Replaced.
        fs::copy(&away, taken).unwrap();
        refused("bela").await;
        fs::rename(&away, taken).unwrap();
        healthy(host.addr).await;
    }
    // The folder it is in.
    let (folder, elsewhere) = (file.parent().unwrap(), file.parent().unwrap().with_extension("elsewhere"));
    fs::rename(folder, &elsewhere).unwrap();
    refused("bela").await;
    fs::rename(&elsewhere, folder).unwrap();
    host.vote("p", 1, &["a"]).by("bela").ok().await;
    assert_eq!(votes(&host.poll("p").await), [2, 0, 0], "put back, the database goes on");
    // Deleted.
    fs::remove_file(&file).unwrap();
    assert_busy(&host.vote("p", 1, &["a"]).by("cleo").send().await);
    assert!(!file.exists(), "no empty database in its place");
}
