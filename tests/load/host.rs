//! The host under load, in a process of its own.

use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use folkmoot::domain::id::{OptionId, PollId};
use folkmoot::domain::poll::{Kind, PollOption, Rules, Secrecy};
use folkmoot::domain::time::Timestamp;
use folkmoot::server::store::NewPoll;
use folkmoot::server::{Config, Database, Fsync, Limits, Server};

/// What this program is told to be the host instead of the crowd.
pub const WORD: &str = "host";
pub const SECRET: &[u8] = b"a secret between a forum and a host";

/// A poll that keeps who chose what, and one that does not.
pub const POLLS: [(&str, Secrecy); 2] = [("secret", Secrecy::Secret), ("anonymous", Secrecy::Anonymous)];

pub struct Host {
    pub addr: SocketAddr,
    process: Child,
}

impl Host {
    pub fn start(folder: &Path) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.arg(WORD).arg(folder.join("host.db")).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Self { addr: line.trim().parse().unwrap(), process }
    }

    /// The memory it has, in bytes, where the system tells.
    pub fn memory(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        line.split_whitespace().next()?.parse().ok().map(|kilobytes: u64| kilobytes * 1024)
    }

    /// How long processors have worked for it, where the system tells.
    pub fn processor_time(&self) -> Option<Duration> {
        // Clock ticks of a hundredth of a second, in Linux on any machine.
        const TICK: Duration = Duration::from_millis(10);
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.process.id())).ok()?;
        let (_, fields) = stat.rsplit_once(')')?;
        let ticks = fields.split_whitespace().skip(11).take(2).map(|ticks| ticks.parse::<u32>().ok());
        Some(TICK * ticks.sum::<Option<u32>>()?)
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        // Its input ends, which it takes for the end.
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}

/// Is the host until its input ends.
pub async fn run(file: &str) {
    let config = Config {
        addr: (Ipv4Addr::LOCALHOST, 0).into(),
        database: Database::Sqlite(format!("sqlite:{file}")),
        fsync: Fsync::Always,
        secret: SECRET.into(),
        session: None,
        limits: Limits::default().without_rates(),
        notify: None,
        proxies: folkmoot::server::Proxies::default(),
        allow_origins: Vec::new(),
        checklist: None,
        time_zone: jiff::tz::TimeZone::UTC,
        count_visits: true,
        demo: false,
        assets: Vec::new(),
    };
    let server = Server::bind(config).await.unwrap();
    if server.store().is_empty().await.unwrap() {
        for (id, secrecy) in POLLS {
            server.store().add_poll(&poll(id, secrecy), Timestamp(0)).await.unwrap();
        }
    }
    println!("{}", server.local_addr());
    let over = tokio::task::spawn_blocking(|| std::io::stdin().lines().count());
    server.run(async { drop(over.await) }).await.unwrap();
}

fn poll(id: &str, secrecy: Secrecy) -> NewPoll {
    let option = |id: &str| PollOption::new(OptionId::new(id).unwrap(), &id.to_uppercase());
    let changeable = secrecy != Secrecy::Anonymous;
    let kind = Kind::Choice { min: 1, max: 1 };
    let rules = Rules { secrecy, changeable, retractable: changeable, ..Rules::of(kind) };
    NewPoll::new(PollId::new(id).unwrap(), "Which?", ["a", "b", "c", "d"].map(option).to_vec(), rules)
}
