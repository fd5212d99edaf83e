//! `folkmoot token`: signs a token as the forum would, for trials and for scripts.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use folkmoot::domain::id::MemberId;
use folkmoot::server::{Claims, Role};
use jiff::{Span, SpanRelativeTo};

use super::{SecretError, member_id, secret};

/// `folkmoot token`.
#[derive(Debug, Args)]
pub struct Token {
    /// The member's id at the forum.
    #[arg(long, value_name = "ID", value_parser = member_id)]
    pub sub: MemberId,
    /// The member's display name; the id when absent.
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// What the member may do: `member` or `staff`.
    #[arg(long, value_name = "ROLE", default_value = "member", value_parser = role)]
    pub role: Role,
    /// A group of the forum that the member is in. Can be given again.
    #[arg(long = "group", value_name = "GROUP")]
    pub groups: Vec<String>,
    /// How long the token is valid, such as 15m, 1h or 7d.
    #[arg(long = "for", value_name = "DURATION", default_value = "1h", value_parser = duration)]
    pub lasts: Duration,
    /// A file that holds the secret, in place of `FOLKMOOT_SECRET`.
    #[arg(long, value_name = "PATH")]
    pub secret_file: Option<PathBuf>,
}

impl Token {
    /// The signed token.
    pub fn sign(&self) -> Result<String, SecretError> {
        let secret = secret::read(self.secret_file.as_deref())?;
        let claims = Claims {
            sub: self.sub.to_string(),
            name: self.name.clone(),
            role: Some(self.role.word().into()),
            groups: self.groups.clone(),
            ..Claims::default()
        };
        Ok(claims.valid_for(self.lasts).sign(&secret))
    }
}

fn role(text: &str) -> Result<Role, String> {
    let known = Role::of(text).filter(|role| *role != Role::Guest);
    known.ok_or_else(|| "not a role: write member or staff".into())
}

/// Reads a duration of at least a second. A day has 24 hours.
fn duration(text: &str) -> Result<Duration, String> {
    let span = text.parse::<Span>().and_then(|span| span.to_duration(SpanRelativeTo::days_are_24_hours()));
    let known = span.ok().and_then(|span| Duration::try_from(span).ok()).filter(|span| span.as_secs() > 0);
    known.ok_or_else(|| "not a duration: write a number and s, m, h or d, such as 15m, 1h or 7d".into())
}
