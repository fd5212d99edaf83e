//! Step 3: wasm-bindgen makes the glue, with its own library, whose version the lock file holds equal to the crate's.

use wasm_bindgen_cli_support::Bindgen;

use super::Error;
use super::module::{parse, refused};
use super::shorten::Short;
use super::split::{LINK, Split};

/// What the browser instantiates, the names of functions still in it, and the script that does it.
pub(super) struct Bound {
    pub(super) wasm: Split,
    pub(super) glue: String,
}

/// `link` is the script that defines `parts`, the object from which the main module imports what fetches the part.
pub(super) fn bind(split: Split, link: &str) -> Result<Bound, Error> {
    let mut bindgen = Bindgen::new();
    bindgen
        .input_bytes("folkmoot", split.main)
        .typescript(false)
        .demangle(false)
        // The part imports the table of functions.
        .keep_lld_exports(true)
        // The loader fetches the wasm, with its integrity, and hands it over.
        .omit_default_module_path(true);
    let made = bindgen.web(true).and_then(Bindgen::generate_output);
    let mut made = made.map_err(|error| refused(&error))?;
    let inline = made.snippets().iter().filter(|(_, scripts)| !scripts.is_empty()).map(|(name, _)| name);
    if let Some(name) = inline.chain(made.local_modules().keys()).next() {
        return Err(Error::Snippet { name: name.clone() });
    }
    let mut short = Short::default();
    let main = made.wasm_mut();
    for import in main.imports.iter_mut() {
        import.name = short.name(&import.name);
    }
    // The others are what the widget itself is asked to do, and called so in `www/`.
    for export in main.exports.iter_mut().filter(|export| export.name.starts_with(['_', 'w'])) {
        export.name = short.name(&export.name);
    }
    let main = main.emit_wasm();
    let mut part = parse(&split.part, true)?;
    // It imports what the main module exports.
    for import in part.imports.iter_mut() {
        import.name = short.known(&import.name);
    }
    let import = format!("import * as import1 from \"{LINK}\"");
    if !made.js().contains(&import) {
        return Err(refused(&format_args!("its glue has no `{import}`")));
    }
    let script = [&made.js().replace(&import, link), "\nconst import1 = parts;\n"].concat();
    Ok(Bound { wasm: Split { main, part: part.emit_wasm() }, glue: short.script(&script) })
}
