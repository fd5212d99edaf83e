//! Step 2: what pages need only sometimes becomes a module of its own, which the main one fetches.
//!
//! What goes there is found from the functions marked with `#[wasm_split(…)]`, by the linker's relocations: all that is
//! reached through them alone.

use std::path::Path;

use super::Error;

/// The linked wasm in two.
pub(super) struct Split {
    pub(super) main: Vec<u8>,
    pub(super) part: Vec<u8>,
}

/// The script from which the main module imports the function that fetches the part.
pub(super) const LINK: &str = "./part.js";

/// How the linker has to be called.
pub(super) const LINKER_FLAG: &str = "-Clink-arg=--emit-relocs";

pub(super) fn split(wasm: &[u8]) -> Result<Split, Error> {
    let folder = tempfile::tempdir().map_err(|source| Error::Write { path: std::env::temp_dir(), source })?;
    let main = folder.path().join("main.wasm");
    let mut options = wasm_split_cli_support::Options::new(wasm);
    options.output_dir = folder.path();
    options.main_out_path = &main;
    options.link_name = LINK;
    let made = wasm_split_cli_support::transform(options);
    let made = made.map_err(|error| Error::Split { detail: format!("{error:#}") })?;
    let [part] = made.split_modules.as_slice() else {
        let detail =
            format!("it has {} parts to be fetched on need instead of one", made.split_modules.len());
        return Err(Error::Split { detail });
    };
    Ok(Split { main: read(&main)?, part: read(part)? })
}

fn read(path: &Path) -> Result<Vec<u8>, Error> {
    std::fs::read(path).map_err(|source| Error::Read { path: path.into(), source })
}
