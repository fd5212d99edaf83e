//! The errors of a build. Each says in a line what failed, where, and what to do.

use std::io;
use std::path::PathBuf;

/// Why a build failed or cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The build was started outside the source folder.
    #[error(
        "{} is not Folkmoot's source folder (no Cargo.toml with www/embed.js): run this inside a clone, or serve files built before with `folkmoot serve --dist DIR`",
        folder.display()
    )]
    NotSource {
        /// The folder in which it looked.
        folder: PathBuf,
    },
    /// A file cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The operating system's error.
        source: io::Error,
    },
    /// A file cannot be written.
    #[error("cannot write {}: {source}; is the folder writable, is the disk full?", path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// The operating system's error.
        source: io::Error,
    },
    /// A program that the build needs could not be started.
    #[error("cannot start `{program}`: {source}; install Rust with rustup (https://rustup.rs) and try again")]
    Start {
        /// The program.
        program: String,
        /// The operating system's error.
        source: io::Error,
    },
    /// The wasm target is missing and cannot be installed.
    #[error(
        "the wasm32-unknown-unknown target is missing and could not be installed: run `rustup target add wasm32-unknown-unknown` with a network, then try again"
    )]
    Target,
    /// cargo failed, and said why on stderr.
    #[error("cargo could not compile the widget: see its messages above")]
    Compile,
    /// cargo succeeded but named no wasm file.
    #[error("cargo compiled the widget but named no .wasm file: is `{crate_name}` still the crate's name?")]
    NoArtifact {
        /// The library whose file was expected.
        crate_name: &'static str,
    },
    /// The files of texts have faults.
    #[error("the texts cannot be used:\n{}", faults.join("\n"))]
    Texts {
        /// A line for each fault, with the file and the key.
        faults: Vec<String>,
    },
    /// The module could not be split, or its parts are not those that have budgets.
    #[error("the widget cannot be split in two: {detail}")]
    Split {
        /// Why.
        detail: String,
    },
    /// wasm-bindgen failed, or a module or the glue is not as the build expects it.
    #[error("wasm-bindgen cannot make glue for the widget: {detail}")]
    Bind {
        /// The error, on one line.
        detail: String,
    },
    /// A dependency has JavaScript files of its own, for which the build has no place.
    #[error(
        "the crate `{name}` brings JavaScript files of its own, which the build does not ship: use one that does not"
    )]
    Snippet {
        /// wasm-bindgen's name for it.
        name: String,
    },
    /// A script is not valid JavaScript.
    #[error("{file} is not valid JavaScript: {detail}")]
    Syntax {
        /// The script.
        file: &'static str,
        /// The parser's error.
        detail: String,
    },
    /// A script lacks a placeholder that the build fills in.
    #[error(
        "{file} does not contain {placeholder}, in whose place the build puts what only it knows: put it back"
    )]
    Placeholder {
        /// The script.
        file: &'static str,
        /// The text that was expected.
        placeholder: &'static str,
    },
    /// The folder has no build.
    #[error("{} has no manifest.json: run `folkmoot build --out {}` first", folder.display(), folder.display())]
    NotBuilt {
        /// The folder.
        folder: PathBuf,
    },
    /// The manifest cannot be read.
    #[error("{} is not a manifest of this version: {detail}; run `folkmoot build` again", path.display())]
    Manifest {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        detail: String,
    },
}
