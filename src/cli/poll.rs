//! `folkmoot poll`: staff manage polls on a running host.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand};
use folkmoot::domain::id::PollId;
use folkmoot::domain::time::Timestamp;
use folkmoot::server::Claims;
use folkmoot::staff::{self, CallError, Definition, FileError, Host};
use serde_json::Value;
use toml::Table;

use super::{SecretError, poll_id, secret};

/// How long the token that a command signs for itself is valid.
const TOKEN_LASTS: Duration = Duration::from_mins(5);

/// `folkmoot poll`.
#[derive(Debug, Args)]
pub struct Poll {
    /// What to do.
    #[command(subcommand)]
    pub command: PollCommand,
    /// Where the host's API answers.
    #[arg(long, global = true, value_name = "URL", env = "FOLKMOOT_API")]
    #[arg(default_value = "http://127.0.0.1:8080/folkmoot/api", value_parser = super::address)]
    pub api: String,
    /// A database that no host serves now, in place of a host's API.
    #[arg(long, global = true, value_name = "sqlite:PATH", value_parser = super::sqlite_url)]
    pub db: Option<String>,
    /// The token of somebody of the staff; made with the secret when absent.
    #[arg(long, global = true, value_name = "JWT", env = "FOLKMOOT_TOKEN", hide_env_values = true)]
    pub token: Option<String>,
    /// A file that holds the secret, in place of `FOLKMOOT_SECRET`.
    #[arg(long, global = true, value_name = "PATH")]
    pub secret_file: Option<PathBuf>,
    /// Write JSON.
    #[arg(long, global = true)]
    pub json: bool,
}

/// What can be done.
#[derive(Debug, Subcommand)]
pub enum PollCommand {
    /// Write a poll: from a TOML file, or by flags.
    Create(Box<Create>),
    /// List every poll, the newest first.
    List,
    /// Show a poll.
    Show(Which),
    /// Close a poll now.
    Close(Which),
    /// Delete a poll with all its ballots, for good.
    Delete(Which),
}

/// A poll that is there.
#[derive(Debug, Args)]
pub struct Which {
    /// The poll's id.
    #[arg(value_name = "ID", value_parser = poll_id)]
    pub id: PollId,
}

/// `folkmoot poll create`.
#[derive(Debug, Args)]
pub struct Create {
    /// A TOML file with the poll's fields, such as `title`, `options` and `closes_at`.
    #[arg(long, value_name = "FILE", required_unless_present = "title", conflicts_with = "title")]
    pub file: Option<PathBuf>,
    /// The question.
    #[arg(long, value_name = "TEXT", requires = "options", allow_hyphen_values = true)]
    pub title: Option<String>,
    /// What can be chosen. Give it once for each option.
    #[arg(
        long = "option",
        id = "options",
        value_name = "TEXT",
        requires = "title",
        allow_hyphen_values = true
    )]
    pub options: Vec<String>,
    /// The poll's id; made of the title when absent.
    #[arg(long, value_name = "ID", requires = "title")]
    pub id: Option<String>,
    /// A sentence or two.
    #[arg(long, value_name = "TEXT", requires = "title")]
    pub description: Option<String>,
    /// What a ballot is: choice, rating, ranked, allocation, availability or proposal.
    #[arg(long, value_name = "KIND", requires = "title")]
    pub kind: Option<String>,
    /// The most options of one ballot.
    #[arg(long, value_name = "N", requires = "title")]
    pub max: Option<u32>,
    /// When it opens, such as `2026-12-01T09:00:00+01:00`, or without the offset where --time-zone is given.
    #[arg(long, value_name = "TIME", requires = "title")]
    pub opens_at: Option<String>,
    /// When it closes.
    #[arg(long, value_name = "TIME", requires = "title")]
    pub closes_at: Option<String>,
    /// The zone by whose clocks it opens and closes, such as Europe/Berlin.
    #[arg(long, value_name = "ZONE", requires = "title")]
    pub time_zone: Option<String>,
    /// Who sees the result when: always, `after_vote`, `after_close` or staff.
    #[arg(long, value_name = "WHEN", requires = "title")]
    pub results: Option<String>,
    /// Who sees what one chose: public, secret or anonymous.
    #[arg(long, value_name = "HOW", requires = "title")]
    pub secrecy: Option<String>,
}

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub enum PollError {
    /// The definition of a poll cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// The call failed.
    #[error(transparent)]
    Call(#[from] CallError),
}

impl PollError {
    /// Whether the host received the call and refused it.
    pub fn is_refusal(&self) -> bool {
        matches!(self, Self::Call(CallError::Refused(_)))
    }
}

impl Create {
    fn definition(&self) -> Result<Definition, FileError> {
        if let Some(file) = &self.file {
            return Definition::read(file);
        }
        let texts = [
            ("id", &self.id),
            ("title", &self.title),
            ("description", &self.description),
            ("kind", &self.kind),
            ("opens_at", &self.opens_at),
            ("closes_at", &self.closes_at),
            ("time_zone", &self.time_zone),
            ("results", &self.results),
            ("secrecy", &self.secrecy),
        ];
        let said = texts.into_iter().filter_map(|(name, text)| Some((name, text.clone()?)));
        let mut fields: Table = said.map(|(name, text)| (name.into(), text.into())).collect();
        fields.insert("options".into(), self.options.clone().into());
        fields.extend(self.max.map(|max| ("max".into(), max.into())));
        Definition::of(fields)
    }
}

impl Poll {
    /// Runs the command on a host, and returns the text to print.
    pub fn run(&self, host: &Host, now: Timestamp) -> Result<String, PollError> {
        let told = |poll: &Value, people: fn(&Value, Timestamp) -> String| {
            if self.json { format!("{poll:#}\n") } else { people(poll, host.clock_or(now)) }
        };
        Ok(match &self.command {
            PollCommand::Create(create) => {
                let definition = create.definition()?;
                let poll = host.create(&definition.json()?).map_err(|error| match error {
                    CallError::Refused(detail) => CallError::Refused(definition.located(&detail)),
                    CallError::Unreachable { .. } => error,
                })?;
                told(&poll, staff::created)
            }
            PollCommand::List => {
                let polls = host.list()?;
                let people = |polls: &[Value]| staff::list(polls, host.clock_or(now));
                if self.json { format!("{:#}\n", Value::Array(polls)) } else { people(&polls) }
            }
            PollCommand::Show(which) => told(&host.show(&which.id)?, staff::shown),
            PollCommand::Close(which) => told(&host.close(&which.id)?, staff::shown),
            PollCommand::Delete(which) => {
                host.delete(&which.id)?;
                let json = serde_json::json!({ "deleted": which.id.as_str() });
                if self.json { format!("{json:#}\n") } else { format!("Deleted {}.\n", which.id) }
            }
        })
    }

    /// The running host, with the token from the flags or else a token that is signed with the secret.
    pub fn host(&self) -> Result<Host, SecretError> {
        if let Some(token) = self.token.as_ref().filter(|token| !token.is_empty()) {
            return Ok(Host::new(&self.api, Some(token.clone())));
        }
        let secret = secret::read(self.secret_file.as_deref())?;
        Ok(asked_as_staff(&self.api, &secret))
    }
}

/// The host whose API is at this URL, with a staff token that is signed with the host's secret.
pub fn asked_as_staff(api: &str, secret: &[u8]) -> Host {
    let (sub, role) = ("folkmoot".to_owned(), Some("staff".to_owned()));
    let token = Claims { sub, role, ..Claims::default() }.valid_for(TOKEN_LASTS).sign(secret);
    Host::new(api, Some(token))
}
