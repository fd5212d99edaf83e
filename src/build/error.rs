//! What can stop a build, each in one line: what, where, what to do.

use std::io;
use std::path::PathBuf;

/// Why there is no build, or none that can be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Started outside the source folder.
    #[error(
        "{} is not Folkmoot's source folder (no Cargo.toml with www/embed.js): run this inside a clone, or serve files built before with `folkmoot serve --dist DIR`",
        folder.display()
    )]
    NotSource {
        /// Where it looked.
        folder: PathBuf,
    },
    /// A file cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file cannot be written.
    #[error("cannot write {}: {source}; is the folder writable, is the disk full?", path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A program that the build needs does not start.
    #[error("cannot start `{program}`: {source}; install Rust with rustup (https://rustup.rs) and try again")]
    Start {
        /// The program.
        program: String,
        /// What the system said.
        source: io::Error,
    },
    /// The wasm target is not there and cannot be installed.
    #[error(
        "the wasm32-unknown-unknown target is missing and could not be installed: run `rustup target add wasm32-unknown-unknown` with a network, then try again"
    )]
    Target,
    /// cargo said no, and why, on stderr.
    #[error("cargo could not compile the widget: see its messages above")]
    Compile,
    /// cargo said yes but named no wasm file.
    #[error("cargo compiled the widget but named no .wasm file: is `{crate_name}` still the crate's name?")]
    NoArtifact {
        /// The library that was looked for.
        crate_name: &'static str,
    },
    /// The module could not be split.
    #[error("the widget cannot be split in two: {detail}")]
    Split {
        /// Why.
        detail: String,
    },
    /// wasm-bindgen refused the module.
    #[error("wasm-bindgen cannot make glue for the widget: {detail}")]
    Bind {
        /// Its words.
        detail: String,
    },
    /// A dependency brings JavaScript files of its own.
    #[error(
        "the crate `{name}` brings JavaScript files of its own, which the build does not ship: use one that does not"
    )]
    Snippet {
        /// wasm-bindgen's name for it.
        name: String,
    },
    /// A script that is not JavaScript.
    #[error("{file} is not valid JavaScript: {detail}")]
    Syntax {
        /// Which script.
        file: &'static str,
        /// What the parser said.
        detail: String,
    },
    /// A script has no place for something that the build must tell it.
    #[error(
        "{file} does not contain {placeholder}, in whose place the build puts what only it knows: put it back"
    )]
    Placeholder {
        /// The script.
        file: &'static str,
        /// The string literal that is looked for.
        placeholder: &'static str,
    },
    /// Nothing was built into this folder.
    #[error("{} has no manifest.json: run `folkmoot build --out {}` first", folder.display(), folder.display())]
    NotBuilt {
        /// The folder.
        folder: PathBuf,
    },
    /// The manifest is there, but not one of ours.
    #[error("{} is not a manifest of this version: {detail}; run `folkmoot build` again", path.display())]
    Manifest {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        detail: String,
    },
}
