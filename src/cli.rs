//! What the command line says, as written and as meant.

use std::env;
use std::fs;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};
use folkmoot::check::{Access, Options};
use folkmoot::domain::id::{MemberId, PollId};
use folkmoot::server::{CookieSession, Database, Fsync, Limits, Notify};
use rand::TryRng;
use rand::rngs::SysRng;

/// The variable that holds the secret.
const SECRET_VARIABLE: &str = "FOLKMOOT_SECRET";
/// Where a write says its CSRF token, unless told otherwise.
const CSRF_HEADER: &str = "X-CSRF-Token";
/// HS256 is as strong as its key, and a key shorter than its hash weakens it.
const SECRET_BYTES: usize = 32;

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
  folkmoot check https://forum.example/folkmoot/api --poll weekly-dinner
      Say where a site's own API departs from Host API v1.

Environment:
  FOLKMOOT_SECRET   the secret that your forum signs its members' tokens (JWT, HS256) with; 32 bytes or more
  FOLKMOOT_TOKEN    the token of the member as whom `check` asks

Exit codes:
  0  done, or stopped by Ctrl-C or SIGTERM
  1  the build failed, the server failed while it ran, or the API that was checked does not conform
  2  it could not start as asked: bad flags, port taken, database unreadable, secret or files missing, nobody answers";

const CHECK_NOTES: &str = "\
It reads as a guest, and with --token as a member or as one of the staff, too. It writes only with --vote, in the polls \
named: it casts, changes and takes back your ballot, and a guest's where the poll asks guests, follows and lets go, comments, \
adds an option where those wait for staff, and tries edits that change nothing; and puts everything back as it was. Take a \
poll in which nobody else votes or comments meanwhile.

Exit codes: 0 what was looked at conforms, 1 a rule failed, 2 it could not be checked.";

/// The command line as it was written.
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
    #[command(after_help = "Set FOLKMOOT_SECRET or give --secret-file; only --demo goes without.")]
    Serve(Serve),
    /// Build the widget's files and report their sizes.
    Build(Build),
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
    /// A file that holds the secret, in place of `FOLKMOOT_SECRET`.
    #[arg(long, value_name = "PATH")]
    pub secret_file: Option<PathBuf>,
    /// The files that `folkmoot build` wrote.
    #[arg(long, value_name = "DIR", default_value = "dist")]
    pub dist: PathBuf,
}

/// `folkmoot build`.
#[derive(Debug, Args)]
pub struct Build {
    /// Where to write the files.
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
    /// What is meant.
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

/// Why the secret is none.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// Neither the variable nor the file is given.
    #[error(
        "no secret to check members' tokens with: set {SECRET_VARIABLE}, or give --secret-file PATH (or --demo to try it without)"
    )]
    Missing,
    /// Too weak a key.
    #[error(
        "the secret in {place} has {found} bytes, {SECRET_BYTES} or more are needed: make one with `openssl rand -hex 32`"
    )]
    Short {
        /// Where it was found.
        place: String,
        /// How long it is.
        found: usize,
    },
    /// The file cannot be read.
    #[error("cannot read the secret file {}: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The system has no randomness to make the demo's secret from.
    #[error("cannot make a secret for the demo: {0}; set {SECRET_VARIABLE}")]
    NoChance(String),
}

impl Serve {
    /// The demo, as `folkmoot` without a command serves it.
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
            writes_per_minute: None,
            reads_per_minute: None,
            guests_per_hour: None,
            max_live: Limits::default().live,
            secret_file: None,
            dist,
        }
    }

    /// The database that is meant.
    pub fn database(&self) -> Database {
        match (&self.db, self.demo) {
            (Some(url), _) => Database::Sqlite(url.clone()),
            (None, true) => Database::Throwaway,
            (None, false) => Database::Sqlite("sqlite:folkmoot.db".into()),
        }
    }

    /// The session cookie that is meant, if any.
    pub fn session(&self) -> Option<CookieSession> {
        let cookie = self.session_cookie.clone()?;
        Some(CookieSession { cookie, csrf_header: self.csrf_header.clone() })
    }

    /// Where the forum is told of polls that members follow.
    pub fn notify(&self) -> Option<Notify> {
        self.notify.clone().map(|url| Notify { url, patience: Duration::from_secs(30) })
    }

    /// The limits that are meant.
    pub fn limits(&self) -> Limits {
        let usual = if self.demo { Limits::default().without_rates() } else { Limits::default() };
        let rate = |asked: Option<u32>, usual| asked.map_or(usual, NonZeroU32::new);
        Limits {
            writes_per_minute: rate(self.writes_per_minute, usual.writes_per_minute),
            reads_per_minute: rate(self.reads_per_minute, usual.reads_per_minute),
            guests_per_hour: rate(self.guests_per_hour, usual.guests_per_hour),
            live: self.max_live,
            ..usual
        }
    }

    /// The secret: from the file, else from the environment, else, for a demo, one that nobody knows.
    pub fn secret(&self) -> Result<Vec<u8>, SecretError> {
        let (mut secret, place) = if let Some(path) = &self.secret_file {
            let read =
                fs::read(path).map_err(|source| SecretError::Unreadable { path: path.clone(), source })?;
            (read, path.display().to_string())
        } else if let Some(value) = env::var_os(SECRET_VARIABLE) {
            (value.into_encoded_bytes(), SECRET_VARIABLE.to_owned())
        } else if self.demo {
            let mut made = vec![0; SECRET_BYTES];
            SysRng.try_fill_bytes(&mut made).map_err(|error| SecretError::NoChance(error.to_string()))?;
            return Ok(made);
        } else {
            return Err(SecretError::Missing);
        };
        // An editor ends a file with a line break, which is not of the secret.
        secret.truncate(secret.trim_ascii_end().len());
        if secret.len() < SECRET_BYTES {
            return Err(SecretError::Short { place, found: secret.len() });
        }
        Ok(secret)
    }
}

/// A database that this version can open.
fn sqlite_url(text: &str) -> Result<String, String> {
    match text.strip_prefix("sqlite:") {
        Some(path) if !path.is_empty() => Ok(text.into()),
        _ => Err("not a database: write sqlite:PATH, such as sqlite:folkmoot.db".into()),
    }
}

fn poll_id(text: &str) -> Result<PollId, String> {
    PollId::new(text).map_err(|e| e.to_string())
}

fn member_id(text: &str) -> Result<MemberId, String> {
    MemberId::new(text).map_err(|e| e.to_string())
}

fn fsync(text: &str) -> Result<Fsync, String> {
    match text {
        "always" => Ok(Fsync::Always),
        "os" => Ok(Fsync::Os),
        _ => Err("not a moment: write always or os".into()),
    }
}

/// An origin as browsers send it, so that a slip here does not show as a puzzle there.
fn address(text: &str) -> Result<String, String> {
    let uri = text.parse::<ureq::http::Uri>().ok();
    let known = uri.filter(|uri| matches!(uri.scheme_str(), Some("http" | "https")) && uri.host().is_some());
    known
        .map(|_| text.into())
        .ok_or_else(|| "not an address, such as https://forum.example/hooks/folkmoot".into())
}

fn origin(text: &str) -> Result<String, String> {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    match host {
        Some(host) if !host.is_empty() && !host.contains(['/', '?', '#', '@', ' ', '*']) => {
            Ok(text.to_ascii_lowercase())
        }
        _ => Err("not an origin: write scheme and host alone, such as https://forum.example".into()),
    }
}

/// A parse error in one line.
pub fn one_line(error: &clap::Error) -> String {
    let text = error.to_string();
    let told = text.lines().take_while(|line| !line.starts_with("Usage:") && !line.starts_with("For more"));
    let told: Vec<_> = told.flat_map(str::split_whitespace).collect();
    let told = told.join(" ");
    format!("{} (see `folkmoot --help`)", told.strip_prefix("error: ").unwrap_or(&told))
}
