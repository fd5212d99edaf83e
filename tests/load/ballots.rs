//! A crowd that votes: each ballot by another member, acknowledged and on disk before its connection sends the next.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::client::{Client, quantile, token};
use crate::host::{Host, POLLS};

const FOR: Duration = Duration::from_secs(10);
const CONNECTIONS: [usize; 3] = [1, 64, 512];
/// More members than can vote in that time.
const MEMBERS: usize = 300_000;

pub async fn run() {
    let tokens: Arc<Vec<String>> = Arc::new((0..MEMBERS).map(|n| token(&format!("member-{n}"))).collect());
    for (poll, _) in POLLS {
        for connections in CONNECTIONS {
            let folder = tempfile::tempdir().unwrap();
            let host = Host::start(folder.path());
            let next = Arc::new(AtomicUsize::new(0));
            let start = Instant::now();
            let crowd: Vec<_> = (0..connections)
                .map(|_| {
                    tokio::spawn(vote(Client::new(host.addr), poll, tokens.clone(), next.clone(), start))
                })
                .collect();
            let mut times = Vec::new();
            for one in crowd {
                times.extend(one.await.unwrap());
            }
            let took = start.elapsed().as_secs_f64();
            let counted = Client::new(host.addr).await.poll(poll).await["turnout"]["cast"].as_u64().unwrap();
            assert_eq!(counted, times.len() as u64, "lost or doubled");
            #[allow(clippy::cast_precision_loss)]
            let rate = counted as f64 / took;
            let (half, most) = (quantile(&mut times, 0.5), quantile(&mut times, 0.99));
            println!(
                "ballots, {poll}, {connections} connections: {rate:.0}/s, p50 {half:.1?}, p99 {most:.1?}, {counted} counted"
            );
        }
    }
}

async fn vote(
    client: impl Future<Output = Client>,
    poll: &str,
    tokens: Arc<Vec<String>>,
    next: Arc<AtomicUsize>,
    start: Instant,
) -> Vec<Duration> {
    let mut client = client.await;
    let mut times = Vec::new();
    while start.elapsed() < FOR {
        let Some(token) = tokens.get(next.fetch_add(1, Ordering::Relaxed)) else { break };
        let sent = Instant::now();
        client.vote(poll, token, 1, "a").await;
        times.push(sent.elapsed());
    }
    times
}
