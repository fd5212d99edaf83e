//! The secret that the forum and the native host share, to sign and verify members' tokens.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use rand::TryRng;
use rand::rngs::SysRng;

/// The environment variable that holds the secret.
const VARIABLE: &str = "FOLKMOOT_SECRET";

/// HS256 needs a key at least as long as its hash (RFC 7518, section 3.2).
const LEAST_BYTES: usize = 32;

/// Why there is no secret to use.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// Neither the environment variable nor the file is given.
    #[error("no secret to sign and check members' tokens with: set {VARIABLE}, or give --secret-file PATH")]
    Missing,
    /// The secret is shorter than [`LEAST_BYTES`].
    #[error(
        "the secret in {place} has {found} bytes, {LEAST_BYTES} or more are needed: make one with `openssl rand -hex 32`"
    )]
    Short {
        /// The file or the environment variable that has the secret.
        place: String,
        /// The length of the secret, in bytes.
        found: usize,
    },
    /// The file cannot be read.
    #[error("cannot read the secret file {}: {source}", path.display())]
    Unreadable {
        /// The path of the file.
        path: PathBuf,
        /// The error of the operating system.
        source: std::io::Error,
    },
    /// The system's random number generator failed.
    #[error("cannot make a secret for the demo: {0}; set {VARIABLE}")]
    NoChance(String),
}

/// Reads the secret from this file, or else from `FOLKMOOT_SECRET`.
pub fn read(file: Option<&Path>) -> Result<Vec<u8>, SecretError> {
    let (mut secret, place) = if let Some(path) = file {
        let read = fs::read(path).map_err(|source| SecretError::Unreadable { path: path.into(), source })?;
        (read, path.display().to_string())
    } else {
        let value = env::var_os(VARIABLE).ok_or(SecretError::Missing)?;
        (value.into_encoded_bytes(), VARIABLE.to_owned())
    };
    // Editors end a file with a line break, which does not belong to the secret.
    secret.truncate(secret.trim_ascii_end().len());
    if secret.len() < LEAST_BYTES {
        return Err(SecretError::Short { place, found: secret.len() });
    }
    Ok(secret)
}

/// Makes a random secret.
pub fn made() -> Result<Vec<u8>, SecretError> {
    let mut made = vec![0; LEAST_BYTES];
    SysRng.try_fill_bytes(&mut made).map_err(|error| SecretError::NoChance(error.to_string()))?;
    Ok(made)
}
