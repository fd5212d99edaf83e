//! Reads: how often a host tells a poll, as data alone and with what its element shows.

use std::time::{Duration, Instant};

use crate::client::Client;
use crate::host::Host;

const CONNECTIONS: usize = 8;
const ROUND: Duration = Duration::from_secs(4);

/// The queries that are compared, in turn, so that what else the machine does meets both.
const QUERIES: [(&str, &str); 2] =
    [("data alone", ""), ("with paints", "&paint=de,60,1774746000000,120,1792890000000,60")];

pub async fn run() {
    let folder = tempfile::tempdir().unwrap();
    let host = Host::start(folder.path());
    for round in 1..=3 {
        for (name, query) in QUERIES {
            let path = format!("/polls?ids=secret{query}");
            let before = host.processor_time();
            let start = Instant::now();
            let readers: Vec<_> = (0..CONNECTIONS)
                .map(|_| {
                    let (addr, path) = (host.addr, path.clone());
                    tokio::spawn(async move {
                        let mut client = Client::new(addr).await;
                        let mut read = 0_u32;
                        while start.elapsed() < ROUND {
                            client.read(&path).await;
                            read += 1;
                        }
                        read
                    })
                })
                .collect();
            let mut all = 0;
            for reader in readers {
                all += reader.await.unwrap();
            }
            let each =
                host.processor_time().zip(before).map(|(after, before)| after.saturating_sub(before) / all);
            let each = each.map_or("unknown".into(), |time| format!("{time:.0?}"));
            let a_second = f64::from(all) / start.elapsed().as_secs_f64();
            println!(
                "reads, {name}, round {round}: {a_second:.0} a second, {each} of the host's processors each"
            );
        }
    }
}
