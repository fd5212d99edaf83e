//! Builds the widget: from the crate to the files in `dist/`, as browsers get them.
//!
//! A chain of steps, one in each file: `compile` → `trim` → `split` → `bind`, which also shortens names → `arrange` → `minify` →
//! `link` → `compress` → `manifest`. There is no wasm-opt: after brotli it changes the size by less than 1 %, and it would be one
//! more program to install.
//!
//! A build has one main module, which every page fetches, and a part for each name that the code marks, which pages fetch on need.
//! Each part has a budget. What several parts share is in chunks.
//! May use: `contract`, `std` and libraries.

mod arrange;
mod bind;
mod compile;
mod compress;
mod cost;
mod encode;
mod error;
mod imports;
pub mod languages;
mod link;
pub mod locales;
mod manifest;
mod minify;
mod module;
pub mod pseudo;
mod report;
mod shorten;
mod split;
mod trim;

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

pub use cost::Cost;
pub use error::Error;
use link::Sources;
pub use manifest::{File, LoadedFile, Manifest, load};
pub use report::{Budget, EMBED_BUDGET, EVERY_KIND_BUDGET, PAGE_BUDGET, PARTS, Report};
use split::OnNeed;

/// The loader, which the page's script tag names.
pub const EMBED: &str = "embed.js";

/// Where to build from and to.
#[derive(Clone, Debug)]
pub struct Options {
    /// Folkmoot's source folder: where `Cargo.toml` and `www/` are.
    pub source: PathBuf,
    /// The folder for the files, which is made if it does not exist.
    pub out: PathBuf,
}

/// A step of the build.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// rustup installs the wasm target, once on a machine.
    AddTarget,
    /// cargo compiles the crate to wasm.
    Compile,
    /// Parts are split off.
    Split,
    /// The JavaScript glue is made.
    Bind,
    /// Glue and loader are minified, and the hashed names are put into them.
    Minify,
    /// The files are compressed.
    Compress,
    /// The files and the manifest are written.
    Write,
    /// Nothing is done: the files were built from the same inputs.
    UpToDate,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AddTarget => "installing the wasm32-unknown-unknown target with rustup",
            Self::Compile => "compiling the widget to WebAssembly (a minute or two the first time)",
            Self::Split => "splitting off what only some pages need",
            Self::Bind => "making the JavaScript glue",
            Self::Minify => "minifying and hashing",
            Self::Compress => "compressing with brotli and gzip",
            Self::Write => "writing",
            Self::UpToDate => "up to date",
        })
    }
}

/// Builds the widget unless it is current. `progress` is called with each step as it starts.
pub fn run(options: &Options, progress: &mut dyn FnMut(Step)) -> Result<Report, Error> {
    let www = options.source.join("www").join(EMBED);
    if !options.source.join("Cargo.toml").is_file() || !www.is_file() {
        return Err(Error::NotSource { folder: options.source.clone() });
    }
    if !compile::target_installed(&options.source)? {
        progress(Step::AddTarget);
        compile::add_target(&options.source)?;
    }
    progress(Step::Compile);
    let wasm = compile::compile(&options.source)?;
    let embed = read_text(&www)?;
    // In one script with the glue: further scripts would cost a round trip, and the glue uses their names.
    let beside = [
        "www/run.js",
        "www/ports.js",
        "www/dom.js",
        "www/look.js",
        "www/guard.js",
        "www/words.js",
        "www/place.js",
    ]
    .map(|name| read_text(&options.source.join(name)));
    let beside = beside.into_iter().collect::<Result<Vec<_>, _>>()?.concat();
    let part = read_text(&options.source.join("www/part.js"))?;
    let reword = read_text(&options.source.join(link::REWORD))?;
    let lock = read_text(&options.source.join("Cargo.lock"))?;
    let faults = |faults| Error::Texts { faults };
    let messages = languages::messages(&options.source).map_err(faults)?;
    let texts = languages::all(&options.source, &messages).map_err(faults)?;
    let all_texts = link::joined(&texts);
    let inputs = [&embed, &beside, &part, &reword, &all_texts, &lock].map(String::as_bytes);
    let inputs = manifest::inputs(&[&wasm[..]].into_iter().chain(inputs).collect::<Vec<_>>());
    if let Some(manifest) = manifest::current(&options.out, &inputs) {
        progress(Step::UpToDate);
        return Ok(manifest.into());
    }

    progress(Step::Split);
    let mut split = split::split(&trim::trim(&wasm)?)?;
    report::budgeted(&split)?;
    trim::redirect(&mut split)?;
    progress(Step::Bind);
    let bound = bind::bind(split, &part, &module::read_only(&wasm)?)?;

    progress(Step::Minify);
    let glue = [bound.glue, beside].concat();
    let arranged = |wasm: &[u8]| arrange::arrange(&module::bare(wasm)?);
    let on_need = bound.wasm.on_need.iter();
    let on_need =
        on_need.map(|module| Ok(OnNeed { parts: module.parts.clone(), wasm: arranged(&module.wasm)? }));
    let on_need = on_need.collect::<Result<Vec<_>, Error>>()?;
    let sources = Sources { embed: &embed, glue: &glue, reword: &reword, messages: &messages, texts: &texts };
    let linked = link::link(&sources, arranged(&bound.wasm.main)?, &bound.parts, on_need)?;
    progress(Step::Compress);
    let files = linked.into_iter().map(compress::compress).collect::<Result<Vec<_>, _>>()?;
    let costs = cost::costs(&bound.wasm)?;
    progress(Step::Write);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    manifest::write(&options.out, inputs, costs, &files, now).map(Report::from)
}

fn read_text(path: &Path) -> Result<String, Error> {
    std::fs::read_to_string(path).map_err(|source| Error::Read { path: path.into(), source })
}
