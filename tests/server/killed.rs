//! A host that is killed in the middle of a storm of ballots keeps every one that it acknowledged, and counts none twice.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use folkmoot::domain::poll::Secrecy;
use folkmoot::server::store::{Calendar, Store};
use folkmoot::server::{Database, Fsync};
use sqlx::Connection;

use crate::client::{Call, now, poll, votes};
use crate::process::Serving;

const ROUNDS: usize = 3;
const VOTERS: usize = 24;
/// The ballots of a round that are acknowledged before the host is killed.
const ENOUGH: usize = 150;
const POLLS: [&str; 2] = ["secret", "anonymous"];
const OPTIONS: [&str; 3] = ["a", "b", "c"];

/// One ballot: which poll, whose, and which option.
type Sent = (&'static str, String, &'static str);

fn vote(addr: SocketAddr, (poll, member, option): &Sent) -> Call {
    Call::vote(addr, poll, 1, &[option]).by(member)
}

/// Votes until the host is gone; what was sent, and whether it was acknowledged.
async fn storm(addr: SocketAddr, name: String, acknowledged: Arc<AtomicUsize>) -> Vec<(Sent, bool)> {
    let mut sent = Vec::new();
    for n in 0.. {
        for poll in POLLS {
            let ballot = (poll, format!("{name}-{n}"), OPTIONS[n % 3]);
            let answer = vote(addr, &ballot).attempt().await;
            let stands = answer.is_some_and(|answer| answer.status == 200);
            sent.push((ballot, stands));
            if !stands {
                return sent;
            }
            acknowledged.fetch_add(1, Ordering::Relaxed);
        }
    }
    sent
}

async fn turnout(addr: SocketAddr, poll: &str) -> usize {
    let poll = Call::to(addr, "GET", &format!("/polls/{poll}")).ok().await["poll"].clone();
    let cast = poll["turnout"]["cast"].as_u64().unwrap();
    assert_eq!(votes(&poll).iter().sum::<u64>(), cast, "the tally is not the ballots");
    usize::try_from(cast).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_killed_in_a_storm_of_ballots_loses_none_that_it_acknowledged_and_doubles_none() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("host.db").display());
    let store =
        Store::open(&Database::Sqlite(url.clone()), Fsync::Always, 8, Calendar::default()).await.unwrap();
    let mut anonymous = poll("anonymous");
    anonymous.rules.secrecy = Secrecy::Anonymous;
    (anonymous.rules.changeable, anonymous.rules.retractable) = (false, false);
    for new in [poll("secret"), anonymous] {
        store.add_poll(&new, now()).await.unwrap();
    }
    store.close().await;
    let mut all: BTreeMap<&str, usize> = BTreeMap::new();
    for round in 0..ROUNDS {
        let mut host = Serving::start(folder.path());
        let acknowledged = Arc::new(AtomicUsize::new(0));
        let storms: Vec<_> = (0..VOTERS)
            .map(|n| tokio::spawn(storm(host.addr, format!("m{round}-{n}"), acknowledged.clone())))
            .collect();
        while acknowledged.load(Ordering::Relaxed) < ENOUGH {
            tokio::task::yield_now().await;
        }
        host.process.kill().unwrap();
        let mut sent = Vec::new();
        for storm in storms {
            sent.extend(storm.await.unwrap());
        }
        drop(host);

        let host = Serving::start(folder.path());
        let mut found = 0;
        for (ballot, stands) in &sent {
            let path = format!("/polls/{}", ballot.0);
            let seen = Call::to(host.addr, "GET", &path).by(&ballot.1).ok().await;
            let there = seen["poll"]["viewer"].get("ballot").is_some();
            assert!(there || !stands, "{ballot:?} was acknowledged and is lost");
            found += usize::from(there);
        }
        let stood: usize = all.values().sum();
        assert_eq!(turnout(host.addr, POLLS[0]).await + turnout(host.addr, POLLS[1]).await, stood + found);
        let again: Vec<_> =
            sent.iter().map(|(ballot, _)| tokio::spawn(vote(host.addr, ballot).ok())).collect();
        for (call, (ballot, _)) in again.into_iter().zip(&sent) {
            call.await.unwrap();
            *all.entry(ballot.0).or_default() += 1;
        }
        for poll in POLLS {
            assert_eq!(turnout(host.addr, poll).await, all[poll], "lost or doubled");
        }
        println!(
            "round {round}: {} sent, {} acknowledged, {found} found, {} counted after all were sent again",
            sent.len(),
            sent.iter().filter(|(_, stands)| *stands).count(),
            all.values().sum::<usize>() - stood,
        );
    }
    let mut raw = sqlx::SqliteConnection::connect(&url).await.unwrap();
    let rows: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM ballots").fetch_one(&mut raw).await.unwrap();
    assert_eq!(usize::try_from(rows).unwrap(), all.values().sum::<usize>());
}
