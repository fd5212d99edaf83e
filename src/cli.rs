//! The command line: its flags, and the settings that they stand for.

mod poll;
mod render;
mod secret;
mod token;

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};
use folkmoot::check::{Access, Options};
use folkmoot::domain::id::{MemberId, PollId};
use folkmoot::server::{
    CookieSession, Database, Fsync, Limits, Log, LogFormat, Notify, Proxies, levels, network, origin,
};
use ipnet::IpNet;
use jiff::tz::TimeZone;
use tracing_subscriber::filter::Targets;

pub use poll::{Poll, asked_as_staff};
pub use render::{Render, RenderError};
pub use secret::{SecretError, made as made_secret};
pub use token::Token;

/// The default name of the header for the CSRF token.
const CSRF_HEADER: &str = "X-CSRF-Token";

const ABOUT: &str = "Polls, member badges and a belonging checklist on any forum page, with one script tag.

Without a command: builds the widget if it is stale, then serves the demo on a throw-away database. Needs Folkmoot's \
source folder and Rust.";

const NOTES: &str = "\
Examples:
  folkmoot
      See the demo.
  folkmoot build
      Write the widget's files to dist/ and report their sizes.
  FOLKMOOT_SECRET=\"$(cat forum-secret)\" folkmoot serve --db sqlite:/var/lib/folkmoot.db \\
      --allow-origin https://forum.example
      Serve a forum's polls, badges and checklist.
  FOLKMOOT_SECRET=\"$(cat forum-secret)\" folkmoot token --sub ann --role staff --for 1h
      Print a token with which Ann is of the staff for an hour.
  FOLKMOOT_SECRET=\"$(cat forum-secret)\" folkmoot poll create --title \"Where do we eat?\" \\
      --option \"Pizza place\" --option \"Noodle bar\"
      Write a poll on the host at http://127.0.0.1:8080.
  folkmoot render --poll weekly-dinner --lang de --time-zone Europe/Berlin
      Print a poll as plain HTML in German, for a newsletter.
  folkmoot check https://forum.example/folkmoot/api --poll weekly-dinner
      Say where a site's own API departs from Host API v1.

Environment:
  FOLKMOOT_SECRET   the secret that your forum signs its members' tokens (JWT, HS256) with; 32 bytes or more
  FOLKMOOT_TOKEN    the token of the member as whom `check` asks
  FOLKMOOT_LOG      what `serve` logs, as with --log

Exit codes:
  0  done, or stopped by Ctrl-C or SIGTERM
  1  the build failed, the server failed while it ran, or the API that was checked does not conform
  2  it could not start as asked: bad flags, port taken, database unreadable, secret or files missing, nobody answers";

const SERVE_NOTES: &str = "\
Set FOLKMOOT_SECRET or give --secret-file; only --demo goes without.

GET /healthz says whether a vote could be stored now: 200, or 503 with the reason. One host has a database at a time; a \
second one refuses to start. While another process reads the database, ballots of anonymous polls wait.";

const CHECK_NOTES: &str = "\
It reads as a guest, and with --token as a member or as one of the staff, too. It writes only with --vote, in the polls \
named: it casts, changes and takes back your ballot, and a guest's where the poll asks guests, follows and lets go, comments, \
adds an option where those wait for staff, and tries edits that change nothing; and puts everything back as it was, or says in \
a note what it could not. It casts no ballot that it could not put back. Take a poll in which nobody else votes or comments \
meanwhile.

Exit codes: 0 what was looked at conforms, 1 a rule failed, 2 it could not be checked.";

/// The parsed command line.
#[derive(Debug, Parser)]
#[command(name = "folkmoot", version, about = "Polls, badges and a checklist on any forum page.", long_about = ABOUT)]
#[command(after_help = NOTES, disable_help_subcommand = true)]
pub struct Cli {
    /// What to do; the demo when absent.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What can be asked for.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the widget's files and the Host API.
    #[command(after_help = SERVE_NOTES)]
    Serve(Serve),
    /// Build the widget's files and report their sizes.
    Build(Build),
    /// Sign the token of a member or of somebody of the staff, and print it.
    #[command(
        after_help = "Set FOLKMOOT_SECRET or give --secret-file: the secret of the host that is to accept the token."
    )]
    Token(Token),
    /// Write, list, show, close and delete polls on a host that runs.
    #[command(
        after_help = "Set FOLKMOOT_SECRET or give --secret-file, and the command signs its own token; or give --token."
    )]
    Poll(Poll),
    /// Print a poll as plain HTML, as a guest sees it: for newsletters, feeds and reader views.
    Render(Render),
    /// Check, rule by rule, whether an API conforms to Host API v1.
    #[command(after_help = CHECK_NOTES)]
    Check(Check),
}

/// `folkmoot serve`.
#[derive(Debug, Args)]
pub struct Serve {
    /// Where to listen; port 0 takes a free one.
    #[arg(long, value_name = "IP:PORT", default_value = "127.0.0.1:8080")]
    pub addr: SocketAddr,
    /// The database, made when it is not there [default: `sqlite:folkmoot.db`; with --demo a throw-away one].
    #[arg(long, value_name = "sqlite:PATH", value_parser = sqlite_url)]
    pub db: Option<String>,
    /// When a vote counts as stored: `always` once the disk has it, `os` once the operating system has it, which is
    /// faster and outlives a crash of the host but no power cut.
    #[arg(long, value_name = "WHEN", default_value = "always", value_parser = fsync)]
    pub fsync: Fsync,
    /// Fill an empty database with the demo community and serve the demo's pages.
    #[arg(long)]
    pub demo: bool,
    /// A site whose pages may call the API, such as `https://forum.example`. Can be given again.
    #[arg(long = "allow-origin", value_name = "ORIGIN", value_parser = origin)]
    pub allow_origins: Vec<String>,
    /// The forum's session cookie, where it holds the member's token; writes then need the CSRF header, too.
    #[arg(long, value_name = "NAME")]
    pub session_cookie: Option<String>,
    /// The header in which a write says the CSRF token of `GET /session`.
    #[arg(long, value_name = "NAME", default_value = CSRF_HEADER)]
    pub csrf_header: String,
    /// An address of the forum's that is told when a poll opens or closes that members follow; see the README.
    #[arg(long, value_name = "URL", value_parser = address)]
    pub notify: Option<String>,
    /// A TOML file that defines the checklist, with its steps; taken up when it changes.
    #[arg(long, value_name = "FILE")]
    pub checklist: Option<PathBuf>,
    /// The community's time zone, such as Europe/Berlin: days of visits begin and end by its clocks.
    #[arg(long, value_name = "ZONE", default_value = "UTC", value_parser = time_zone)]
    pub time_zone: TimeZone,
    /// Whether a signed-in member's read counts as a visit, once a day: `on` or `off`.
    #[arg(long, value_name = "WHETHER", default_value = "on", action = clap::ArgAction::Set, value_parser = on_or_off)]
    pub count_visits: bool,
    /// Writes that one member may send in a minute; 0 for any number [default: 60; with --demo 0].
    #[arg(long, value_name = "N")]
    pub writes_per_minute: Option<u32>,
    /// Reads that one member, or a guest's address, may send in a minute; 0 for any number [default: 600; with --demo 0].
    #[arg(long, value_name = "N")]
    pub reads_per_minute: Option<u32>,
    /// Guests who may begin to vote from one address in an hour, in polls that ask guests; 0 for any number [default: 20;
    /// with --demo 0].
    #[arg(long, value_name = "N")]
    pub guests_per_hour: Option<u32>,
    /// Live feeds at the same time.
    #[arg(long, value_name = "N", default_value_t = Limits::default().live)]
    pub max_live: usize,
    /// Live feeds of one member at the same time [default: a tenth of --max-live, 20 at most].
    #[arg(long, value_name = "N")]
    pub live_per_member: Option<usize>,
    /// Live feeds of guests from one address at the same time [default: a tenth of --max-live, 512 at most].
    #[arg(long, value_name = "N")]
    pub live_per_address: Option<usize>,
    /// Connections at the same time. Beyond them a new one takes the place of the one that has been idle for longest
    /// [default: 5000 more than --max-live].
    #[arg(long, value_name = "N")]
    pub max_connections: Option<usize>,
    /// Connections from one address at the same time, unless it is a trusted proxy's.
    #[arg(long, value_name = "N", default_value_t = Limits::default().connections_per_address)]
    pub connections_per_address: usize,
    /// A proxy that writes its client's address into X-Forwarded-For, by address or network, such as `172.16.0.0/12`. Can
    /// be given again. Programs on this machine are trusted, too; `none` is for those that are not.
    #[arg(long = "trusted-proxy", value_name = "CIDR", value_parser = trusted)]
    pub trusted_proxies: Vec<Trusted>,
    /// A file that holds the secret, in place of `FOLKMOOT_SECRET`.
    #[arg(long, value_name = "PATH")]
    pub secret_file: Option<PathBuf>,
    /// What to log on standard error: `error`, `warn`, `info`, `debug` (what the host refuses, too) or `trace` (every call, too), or a
    /// list with levels of parts and libraries, such as `info,sqlx=debug`.
    #[arg(long, value_name = "LEVEL", env = "FOLKMOOT_LOG", default_value = "info", value_parser = levels)]
    pub log: Targets,
    /// How a line of the log looks: `text` or `json`.
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = log_format)]
    pub log_format: LogFormat,
    /// The files that `folkmoot build` wrote.
    #[arg(long, value_name = "DIR", default_value = "dist")]
    pub dist: PathBuf,
}

/// `folkmoot build`.
#[derive(Debug, Args)]
pub struct Build {
    /// Where to write the files. Those of builds before stay there for 30 days: pages that were opened then still fetch them.
    #[arg(long, value_name = "DIR", default_value = "dist")]
    pub out: PathBuf,
}

/// `folkmoot check`.
#[derive(Debug, Args)]
pub struct Check {
    /// Where the API answers, such as `https://forum.example/folkmoot/api`.
    #[arg(value_name = "URL")]
    pub url: String,
    /// The token of a member, to check members' rules, too.
    #[arg(long, value_name = "JWT", env = "FOLKMOOT_TOKEN", hide_env_values = true)]
    pub token: Option<String>,
    /// In place of a token, the cookie of a member's session, as NAME=VALUE.
    #[arg(long, value_name = "COOKIE", conflicts_with = "token")]
    pub cookie: Option<String>,
    /// The header in which a cookie's writes say the session's CSRF token.
    #[arg(long, value_name = "NAME", default_value = "X-CSRF-Token")]
    pub csrf_header: String,
    /// A poll to look at. Can be given again.
    #[arg(long = "poll", value_name = "ID", value_parser = poll_id)]
    pub polls: Vec<PollId>,
    /// A member to look at, besides the token's. Can be given again.
    #[arg(long = "member", value_name = "ID", value_parser = member_id)]
    pub members: Vec<MemberId>,
    /// Vote, follow, comment and add in the polls named, and put everything back as it was.
    #[arg(long, requires = "polls")]
    pub vote: bool,
    /// A site whose pages are meant to call the API, such as `https://forum.example`.
    #[arg(long, value_name = "ORIGIN", value_parser = origin)]
    pub origin: Option<String>,
    /// Longest wait for one answer.
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = clap::value_parser!(u64).range(1..=300))]
    pub timeout: u64,
    /// Write JSON.
    #[arg(long)]
    pub json: bool,
}

impl Check {
    /// The settings of the check.
    pub fn options(&self) -> Options {
        let access = match (&self.token, &self.cookie) {
            (Some(token), _) if !token.is_empty() => Access::Token(token.clone()),
            (_, Some(cookie)) => Access::Cookie(cookie.clone()),
            _ => Access::Guest,
        };
        Options {
            url: self.url.clone(),
            access,
            polls: self.polls.clone(),
            members: self.members.clone(),
            vote: self.vote,
            csrf_header: self.csrf_header.clone(),
            origin: self.origin.clone(),
            timeout: Duration::from_secs(self.timeout),
        }
    }
}

impl Serve {
    /// A host on a free local port, which serves a database to a single command.
    pub fn alone(db: &str) -> Self {
        let addr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 0);
        let limits = Some(0);
        Self {
            db: Some(db.into()),
            fsync: Fsync::Always,
            demo: false,
            count_visits: false,
            writes_per_minute: limits,
            reads_per_minute: limits,
            ..Self::demo(addr, PathBuf::new())
        }
    }

    /// The demo that `folkmoot` without a command serves.
    pub fn demo(addr: SocketAddr, dist: PathBuf) -> Self {
        Self {
            addr,
            db: None,
            fsync: Fsync::Os,
            demo: true,
            allow_origins: Vec::new(),
            session_cookie: None,
            csrf_header: CSRF_HEADER.into(),
            notify: None,
            checklist: None,
            time_zone: TimeZone::UTC,
            count_visits: true,
            writes_per_minute: None,
            reads_per_minute: None,
            guests_per_hour: None,
            max_live: Limits::default().live,
            live_per_member: None,
            live_per_address: None,
            max_connections: None,
            connections_per_address: Limits::default().connections_per_address,
            trusted_proxies: Vec::new(),
            secret_file: None,
            log: Log::default().levels,
            log_format: LogFormat::default(),
            dist,
        }
    }

    /// The database to open.
    pub fn database(&self) -> Database {
        match (&self.db, self.demo) {
            (Some(url), _) => Database::Sqlite(url.clone()),
            (None, true) => Database::Throwaway,
            (None, false) => Database::Sqlite("sqlite:folkmoot.db".into()),
        }
    }

    /// The session cookie that may hold a member's token.
    pub fn session(&self) -> Option<CookieSession> {
        let cookie = self.session_cookie.clone()?;
        Some(CookieSession { cookie, csrf_header: self.csrf_header.clone() })
    }

    /// Where to send notices about polls that members follow.
    pub fn notify(&self) -> Option<Notify> {
        self.notify.clone().map(|url| Notify { url, patience: Duration::from_secs(30) })
    }

    /// The levels and the format of the log.
    pub fn log(&self) -> Log {
        Log { levels: self.log.clone(), format: self.log_format }
    }

    /// The trusted proxies.
    pub fn proxies(&self) -> Proxies {
        let networks = self.trusted_proxies.iter().filter_map(|trusted| match trusted {
            Trusted::Network(network) => Some(*network),
            Trusted::NotLoopback => None,
        });
        Proxies {
            networks: networks.collect(),
            not_loopback: self.trusted_proxies.contains(&Trusted::NotLoopback),
        }
    }

    /// The limits on calls, feeds and connections.
    pub fn limits(&self) -> Limits {
        let usual = if self.demo { Limits::default().without_rates() } else { Limits::default() };
        let rate = |asked: Option<u32>, usual| asked.map_or(usual, NonZeroU32::new);
        Limits {
            writes_per_minute: rate(self.writes_per_minute, usual.writes_per_minute),
            reads_per_minute: rate(self.reads_per_minute, usual.reads_per_minute),
            guests_per_hour: rate(self.guests_per_hour, usual.guests_per_hour),
            live: self.max_live,
            live_per_member: self.live_per_member,
            live_per_address: self.live_per_address,
            connections: self.max_connections,
            connections_per_address: self.connections_per_address,
            ..usual
        }
    }

    /// The secret, from the file or else from the environment. A demo without either gets a random secret.
    pub fn secret(&self) -> Result<Vec<u8>, SecretError> {
        match secret::read(self.secret_file.as_deref()) {
            Err(SecretError::Missing) if self.demo => secret::made(),
            read => read,
        }
    }
}

/// Checks the URL of a database.
fn sqlite_url(text: &str) -> Result<String, String> {
    match text.strip_prefix("sqlite:") {
        Some(path) if !path.is_empty() => Ok(text.into()),
        _ => Err("not a database: write sqlite:PATH, such as sqlite:folkmoot.db".into()),
    }
}

/// A value of `--trusted-proxy`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trusted {
    /// Proxies in this network are trusted.
    Network(IpNet),
    /// Programs on this machine are not trusted.
    NotLoopback,
}

fn trusted(text: &str) -> Result<Trusted, String> {
    if text == "none" { Ok(Trusted::NotLoopback) } else { network(text).map(Trusted::Network) }
}

fn poll_id(text: &str) -> Result<PollId, String> {
    PollId::new(text).map_err(|e| e.to_string())
}

fn member_id(text: &str) -> Result<MemberId, String> {
    MemberId::new(text).map_err(|e| e.to_string())
}

fn time_zone(text: &str) -> Result<TimeZone, String> {
    TimeZone::get(text).map_err(|_| "not a zone of the IANA database, such as Europe/Berlin".into())
}

fn on_or_off(text: &str) -> Result<bool, String> {
    match text {
        "on" => Ok(true),
        "off" => Ok(false),
        _ => Err("write on or off".into()),
    }
}

fn fsync(text: &str) -> Result<Fsync, String> {
    match text {
        "always" => Ok(Fsync::Always),
        "os" => Ok(Fsync::Os),
        _ => Err("not a moment: write always or os".into()),
    }
}

fn log_format(text: &str) -> Result<LogFormat, String> {
    match text {
        "text" => Ok(LogFormat::Text),
        "json" => Ok(LogFormat::Json),
        _ => Err("write text or json".into()),
    }
}

/// Checks that a URL has the scheme HTTP or HTTPS, and a host.
fn address(text: &str) -> Result<String, String> {
    let uri = text.parse::<ureq::http::Uri>().ok();
    let known = uri.filter(|uri| matches!(uri.scheme_str(), Some("http" | "https")) && uri.host().is_some());
    known
        .map(|_| text.into())
        .ok_or_else(|| "not an address, such as https://forum.example/hooks/folkmoot".into())
}

/// The message of a parse error, on one line.
pub fn one_line(error: &clap::Error) -> String {
    let text = error.to_string();
    let told = text.lines().take_while(|line| !line.starts_with("Usage:") && !line.starts_with("For more"));
    let told: Vec<_> = told.flat_map(str::split_whitespace).collect();
    let told = told.join(" ");
    format!("{} (see `folkmoot --help`)", told.strip_prefix("error: ").unwrap_or(&told))
}
