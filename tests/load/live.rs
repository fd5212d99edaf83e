//! A crowd that watches: live feeds that stay open, what each costs the host, and how long a vote takes to all of them.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use folkmoot::contract::API_PATH;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Semaphore;

use crate::client::{Client, quantile, token};
use crate::host::Host;

const FEEDS: [usize; 2] = [5_000, 19_000];
/// Feeds that are being opened at a time: fewer than the system lets wait.
const AT_ONCE: usize = 100;

pub async fn run() {
    for feeds in FEEDS {
        let folder = tempfile::tempdir().unwrap();
        let host = Host::start(folder.path());
        let mut voter = Client::new(host.addr).await;
        voter.vote("secret", &token("first"), 1, "a").await;
        let before = host.memory();
        let gate = Arc::new(Semaphore::new(AT_ONCE));
        let opened: Vec<_> = (0..feeds)
            .map(|n| {
                let (addr, gate) = (host.addr, gate.clone());
                tokio::spawn(async move {
                    let _turn = gate.acquire().await.unwrap();
                    Feed::open(addr, n).await
                })
            })
            .collect();
        let mut open = Vec::with_capacity(feeds);
        for feed in opened {
            open.push(feed.await.unwrap());
        }
        let each = host.memory().zip(before).map(|(after, before)| (after - before) / feeds as u64);
        let start = Instant::now();
        let waiting: Vec<_> = open
            .into_iter()
            .map(|mut feed| {
                tokio::spawn(async move {
                    feed.event().await;
                    (start.elapsed(), feed)
                })
            })
            .collect();
        voter.vote("secret", &token("second"), 1, "b").await;
        let mut times: Vec<Duration> = Vec::new();
        let mut still = Vec::new();
        for one in waiting {
            let (time, feed) = one.await.unwrap();
            times.push(time);
            still.push(feed);
        }
        let each = each.map_or("unknown".into(), |bytes| format!("{bytes} bytes"));
        let (half, last) = (quantile(&mut times, 0.5), quantile(&mut times, 1.0));
        println!(
            "live, {} feeds held: {each} each; a vote reached half of them in {half:.0?}, all in {last:.0?}",
            still.len()
        );
    }
}

struct Feed(TcpStream);

impl Feed {
    /// A feed that has told how things stand, of a guest with an address of their own.
    async fn open(addr: SocketAddr, guest: usize) -> Self {
        let mut stream = TcpStream::connect(addr).await.unwrap();
        let request = format!(
            "GET {API_PATH}/events?topics=poll:secret HTTP/1.1\r\nHost: {addr}\r\n\
             X-Forwarded-For: 10.0.{}.{}\r\n\r\n",
            guest / 256,
            guest % 256
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut feed = Self(stream);
        feed.event().await;
        feed
    }

    /// Reads until an event ends; heartbeats are none.
    async fn event(&mut self) {
        let mut text = Vec::new();
        let mut part = [0; 1024];
        loop {
            let n = self.0.read(&mut part).await.unwrap();
            assert!(n > 0, "the feed ended: {}", String::from_utf8_lossy(&text));
            text.extend_from_slice(&part[..n]);
            let told = String::from_utf8_lossy(&text);
            if told.split_once("event: poll").is_some_and(|(_, rest)| rest.contains("\n\n")) {
                return;
            }
        }
    }
}
