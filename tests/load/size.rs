//! Whether a poll becomes slower as it grows: one vote and one read at a time, with few and with many ballots before.

use std::path::Path;
use std::time::{Duration, Instant};

use sqlx::{Connection, SqliteConnection};

use crate::client::{Client, quantile, token};
use crate::host::Host;

const BALLOTS: [u32; 2] = [100, 1_000_000];
const TIMES: u64 = 500;

pub async fn run() {
    for ballots in BALLOTS {
        let folder = tempfile::tempdir().unwrap();
        drop(Host::start(folder.path()));
        fill(&folder.path().join("host.db"), ballots).await;
        let host = Host::start(folder.path());
        let mut client = Client::new(host.addr).await;
        let (mut votes, mut reads) = (Vec::new(), Vec::new());
        for n in 0..TIMES {
            let token = token(&format!("another-{n}"));
            votes.push(time(client.vote("secret", &token, 1, "a")).await);
            reads.push(time(client.poll("secret")).await);
        }
        let cast = client.poll("secret").await["turnout"]["cast"].as_u64();
        assert_eq!(cast, Some(u64::from(ballots) + TIMES));
        let (vote, read) = (quantile(&mut votes, 0.5), quantile(&mut reads, 0.5));
        println!("size, {ballots} ballots before: a vote {vote:.1?}, a read {read:.1?}");
    }
}

async fn time<T>(work: impl Future<Output = T>) -> Duration {
    let start = Instant::now();
    work.await;
    start.elapsed()
}

async fn fill(file: &Path, ballots: u32) {
    let mut raw = SqliteConnection::connect(&format!("sqlite:{}", file.display())).await.unwrap();
    let count = "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < ?1)";
    for rows in [
        "INSERT INTO members (id, name, role, assessed_day) SELECT printf('m%08d', n), 'somebody', 'member', 99999 FROM n",
        "INSERT INTO ballots (poll, member, revision, says) SELECT 'secret', printf('m%08d', n), 1, 'a' FROM n",
    ] {
        let sql = sqlx::AssertSqlSafe([count, rows].join(" "));
        sqlx::query(sql).bind(ballots).execute(&mut raw).await.unwrap();
    }
    // No abstentions, all for the first of four options.
    let counts = format!("0000000000 {ballots:010}{}", " 0000000000".repeat(3));
    let sql = "UPDATE polls SET ballots_cast = ?, counts = ? WHERE id = 'secret'";
    sqlx::query(sql).bind(ballots).bind(counts).execute(&mut raw).await.unwrap();
    raw.close().await.unwrap();
}
