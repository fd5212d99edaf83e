//! Step 3: splits off parts, by their names: modules that a page fetches when it needs them.
//!
//! A part has the functions and data that are reached only through functions marked with `#[wasm_split(NAME, …)]`; the linker's
//! relocations tell which these are. What several parts reach, and the main module does not, becomes a chunk: a module that is
//! fetched with the first of these parts.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use walrus::DataKind;
use wasm_encoder::{ExportKind, ExportSection};
use wasmparser::Payload;

use super::module::{bare, function_names, parse, refused, with_sections};
use super::{Error, encode};

/// The modules into which the linked wasm is split.
#[derive(Debug)]
pub(super) struct Split {
    pub(super) main: Vec<u8>,
    pub(super) on_need: Vec<OnNeed>,
}

/// A module that pages fetch on need: that of a part, or a chunk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct OnNeed {
    /// The sorted names of the parts that need the module: one, or several that share a chunk.
    pub(super) parts: Vec<String>,
    pub(super) wasm: Vec<u8>,
}

/// The script from which the main module imports the functions that fetch parts.
pub(super) const LINK: &str = "./part.js";

/// The linker's arguments that the splitter needs.
pub(super) const RELOCATIONS: &str = "-Clink-arg=--emit-relocs";

/// A chunk with fewer bytes, with brotli, goes into the main module, since a request costs more.
const LEAST: usize = 1024;

/// The most requests for a part: its own module and its chunks.
const MOST_REQUESTS: usize = 3;

/// The prefix of exports that keep functions in the main module while it is split.
const KEPT: &str = "__folkmoot_kept_";

/// The splitter's name for a function that calls into another module.
pub(super) const SHIM: &str = " indirect_call_shim";

pub(super) fn split(wasm: &[u8]) -> Result<Split, Error> {
    let mut kept = BTreeSet::new();
    loop {
        let mut split = transform(&keep(wasm, &kept)?)?;
        let mut small = Vec::new();
        for (at, module) in split.on_need.iter().enumerate() {
            if module.parts.len() > 1 && brotli_size(&module.wasm)? < LEAST {
                small.push(at);
            }
        }
        let mut functions = BTreeSet::new();
        for &at in &small {
            let names = function_names(&split.on_need[at].wasm)?.into_values();
            functions.extend(names.filter(|name| !name.ends_with(SHIM)).map(str::to_owned));
        }
        if functions.is_empty() {
            // Only the data of those chunks remains.
            let data: Vec<_> = small.iter().rev().map(|&at| split.on_need.remove(at).wasm).collect();
            split.main = finish(&split.main, &data)?;
            return within_requests(split);
        }
        let before = kept.len();
        kept.extend(functions);
        if kept.len() == before {
            return Err(failed(&"a small chunk cannot be moved into the main module"));
        }
    }
}

fn transform(wasm: &[u8]) -> Result<Split, Error> {
    let folder = tempfile::tempdir().map_err(|source| Error::Write { path: std::env::temp_dir(), source })?;
    let main = folder.path().join("main.wasm");
    let mut options = wasm_split_cli_support::Options::new(wasm);
    options.output_dir = folder.path();
    options.main_out_path = &main;
    options.link_name = LINK;
    let made = wasm_split_cli_support::transform(options);
    let made = made.map_err(|error| failed(&format_args!("{error:#}")))?;
    let mut files: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (part, needed) in made.prefetch_map {
        for file in needed {
            files.entry(file).or_default().insert(part.clone());
        }
    }
    let module = |(file, parts): (String, BTreeSet<String>)| {
        let wasm = read(&folder.path().join(file + ".wasm"))?;
        Ok(OnNeed { parts: parts.into_iter().collect(), wasm })
    };
    Ok(Split { main: read(&main)?, on_need: files.into_iter().map(module).collect::<Result<_, Error>>()? })
}

/// Exports these functions: the splitter leaves exported functions, and what they need, in the main module.
fn keep(wasm: &[u8], functions: &BTreeSet<String>) -> Result<Vec<u8>, Error> {
    let names = function_names(wasm)?;
    with_sections(wasm, |module, payload| {
        let Payload::ExportSection(exports) = payload else { return Ok(false) };
        let mut section = ExportSection::new();
        for export in exports.clone() {
            let export = export.map_err(|error| refused(&error))?;
            section.export(export.name, export.kind.into(), export.index);
        }
        for (function, _) in names.iter().filter(|(_, name)| functions.contains(**name)) {
            section.export(&[KEPT, &function.to_string()].concat(), ExportKind::Func, *function);
        }
        module.section(&section);
        Ok(true)
    })
}

/// Removes the exports that kept functions in the main module, and adds the data of these chunks.
fn finish(main: &[u8], chunks: &[Vec<u8>]) -> Result<Vec<u8>, Error> {
    let mut main = parse(main, true)?;
    let exports: Vec<_> =
        main.exports.iter().filter(|export| export.name.starts_with(KEPT)).map(walrus::Export::id).collect();
    for export in exports {
        main.exports.delete(export);
    }
    let memory = main.memories.iter().next().map(walrus::Memory::id);
    for chunk in chunks {
        for data in parse(chunk, false)?.data.iter().filter(|data| !data.value.is_empty()) {
            let (DataKind::Active { offset, .. }, Some(memory)) = (&data.kind, memory) else {
                return Err(failed(&"a chunk has data without an address"));
            };
            main.data.add(DataKind::Active { memory, offset: offset.clone() }, data.value.clone());
        }
    }
    Ok(main.emit_wasm())
}

fn within_requests(split: Split) -> Result<Split, Error> {
    let mut requests: BTreeMap<&str, usize> = BTreeMap::new();
    for part in split.on_need.iter().flat_map(|module| &module.parts) {
        *requests.entry(part).or_default() += 1;
    }
    if let Some((part, many)) = requests.into_iter().find(|(_, many)| *many > MOST_REQUESTS) {
        return Err(failed(&format_args!(
            "the part {part} shares so much with others that it takes {many} requests instead of {MOST_REQUESTS}: \
             put what they share into the main module, or into one part"
        )));
    }
    Ok(split)
}

fn brotli_size(wasm: &[u8]) -> Result<usize, Error> {
    encode::brotli(&bare(wasm)?).map(|bytes| bytes.len()).map_err(|error| refused(&error))
}

fn failed(detail: &dyn std::fmt::Display) -> Error {
    Error::Split { detail: detail.to_string() }
}

fn read(path: &Path) -> Result<Vec<u8>, Error> {
    std::fs::read(path).map_err(|source| Error::Read { path: path.into(), source })
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    /// The macro's output for marked functions: the main module imports them and the function that fetches their part.
    const MARKED: &str = r#"
        #![no_std]
        #[panic_handler]
        fn panic(_: &core::panic::PanicInfo<'_>) -> ! { loop {} }

        macro_rules! marked {
            ($name:ident, $part:literal, $id:literal, $body:expr) => {
                mod $name {
                    #[link(wasm_import_module = "__wasm_split_placeholder__")]
                    extern "C" {
                        #[link_name = concat!("__wasm_split_00", $part, "00_import_", $id, "_f")]
                        pub fn import(of: u32) -> u32;
                        #[link_name = concat!("__wasm_split_load_", $part)]
                        pub fn load(callback: extern "C" fn(u32, bool), data: u32);
                    }
                    #[export_name = concat!("__wasm_split_00", $part, "00_export_", $id, "_f")]
                    pub extern "C" fn export(of: u32) -> u32 { super::call(of, $body) }
                    pub extern "C" fn came(data: u32, _: bool) { unsafe { import(data); } }
                    #[export_name = concat!("use_", $id)]
                    pub extern "C" fn used(of: u32) { unsafe { load(came, of) } }
                }
            };
        }

        fn call(of: u32, body: fn(u32) -> u32) -> u32 { body(of) }

        static TABLE: [u32; LENGTH] = table();
        const fn table() -> [u32; LENGTH] {
            let (mut all, mut at, mut n) = ([0; LENGTH], 0, 1_u32);
            while at < LENGTH { n = n.wrapping_mul(1664525).wrapping_add(1013904223); all[at] = n; at += 1; }
            all
        }
        #[inline(never)]
        fn shared(of: u32) -> u32 { TABLE[of as usize % LENGTH] }
    "#;

    /// A module with a marked function for each part, all of which use a table with this many numbers.
    fn module(length: usize, functions: &str) -> Vec<u8> {
        let folder = tempfile::tempdir().unwrap();
        let (source, wasm) = (folder.path().join("marked.rs"), folder.path().join("marked.wasm"));
        std::fs::write(&source, format!("{MARKED}\nconst LENGTH: usize = {length};\n{functions}")).unwrap();
        let mut rustc = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
        rustc.args([
            "--target",
            "wasm32-unknown-unknown",
            "--edition=2021",
            "--crate-type",
            "cdylib",
            "-Copt-level=1",
        ]);
        rustc.args(["-Cpanic=abort", "-Awarnings", RELOCATIONS, "-o"]).args([&wasm, &source]);
        assert!(rustc.status().unwrap().success());
        std::fs::read(wasm).unwrap()
    }

    /// A function for each of these parts that uses what the parts share.
    fn sharing(parts: &[&str]) -> String {
        let function = |(at, part): (usize, &&str)| {
            format!("marked!(m{at}, {part:?}, \"{at:032x}\", |of| super::shared(of) + {at});\n")
        };
        parts.iter().enumerate().map(function).collect()
    }

    fn parts(split: &Split) -> Vec<String> {
        let mut parts: Vec<_> = split.on_need.iter().map(|module| module.parts.join("+")).collect();
        parts.sort();
        parts
    }

    fn exports(wasm: &[u8]) -> Vec<String> {
        parse(wasm, true).unwrap().exports.iter().map(|export| export.name.clone()).collect()
    }

    #[test]
    fn what_several_parts_share_is_a_chunk_of_theirs() {
        let split = split(&module(1000, &sharing(&["card", "kinds"]))).unwrap();
        assert_eq!(parts(&split), ["card", "card+kinds", "kinds"]);
        let chunk = split.on_need.iter().find(|module| module.parts.len() == 2).unwrap();
        assert!(chunk.wasm.len() > 4000, "the table is there and not in the others");
        assert!(
            split.on_need.iter().filter(|module| module.parts.len() == 1).all(|own| own.wasm.len() < 4000)
        );
    }

    #[test]
    fn a_small_chunk_goes_into_the_main_module() {
        let module = module(4, &sharing(&["card", "kinds"]));
        assert_eq!(parts(&transform(&module).unwrap()), ["card", "card+kinds", "kinds"]);
        let split = split(&module).unwrap();
        assert_eq!(parts(&split), ["card", "kinds"]);
        assert!(function_names(&split.main).unwrap().values().any(|name| name.contains("shared")));
        assert!(exports(&split.main).iter().all(|name| !name.starts_with(KEPT)));
    }

    #[test]
    fn data_alone_that_parts_share_goes_into_the_main_module_too() {
        let functions = "marked!(a, \"card\", \"00000000000000000000000000000000\", |of| super::TABLE[of as usize % 4]);
            marked!(b, \"kinds\", \"00000000000000000000000000000001\", |of| super::TABLE[of as usize % 3] + of);";
        let split = split(&module(4, functions)).unwrap();
        assert_eq!(parts(&split), ["card", "kinds"]);
        let numbers = 1_015_568_748_u32.to_le_bytes();
        assert!(split.main.windows(4).any(|bytes| bytes == numbers), "the first of the table");
    }

    #[test]
    fn a_part_of_too_many_requests_is_refused() {
        let functions =
            [&["a", "b"][..], &["a", "c"], &["a", "d"]].into_iter().enumerate().map(|(at, pair)| {
                let each = pair.iter().map(|part| {
                    let id = format!("{:032x}", at * 2 + usize::from(*part != "a"));
                    format!("marked!(m{at}{part}, {part:?}, \"{id}\", |of| super::shared{at}(of));")
                });
                let shared = format!(
                    "static T{at}: [u32; LENGTH] = {{ let mut all = table(); all[0] = {at}; all }};
                #[inline(never)] fn shared{at}(of: u32) -> u32 {{ T{at}[of as usize % LENGTH] }}"
                );
                [shared, each.collect()].concat()
            });
        let error = split(&module(1000, &functions.collect::<String>())).unwrap_err().to_string();
        assert!(error.contains("the part a") && error.contains("4 requests instead of 3"), "{error}");
    }
}
