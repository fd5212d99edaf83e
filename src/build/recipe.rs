//! Cargo runs this before it compiles the crate. It hashes the sources of the build, and the file with the names that the build
//! writes into the loader. By the hash, files that an earlier version of the build has made are recognized and made again.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::path::PathBuf;
use std::{fs, io};

const STEPS: &str = "src/build";
const NAMES: &str = "src/contract.rs";

fn main() -> io::Result<()> {
    let files = fs::read_dir(STEPS)?.map(|entry| entry.map(|entry| entry.path()));
    let mut files: Vec<PathBuf> = files.collect::<io::Result<_>>()?;
    files.push(NAMES.into());
    files.sort();
    // `DefaultHasher::new` has the same keys in every run.
    let mut recipe = DefaultHasher::new();
    for file in files {
        fs::read(&file)?.hash(&mut recipe);
    }
    println!("cargo::rerun-if-changed={STEPS}");
    println!("cargo::rerun-if-changed={NAMES}");
    println!("cargo::rustc-env=FOLKMOOT_RECIPE={:016x}", recipe.finish());
    Ok(())
}
