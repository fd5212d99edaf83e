//! Step 2: wasm-bindgen makes the glue, with its own library, whose version the lock file holds equal to the crate's.

use wasm_bindgen_cli_support::Bindgen;

use super::Error;
use super::shorten::Short;

/// What the browser instantiates, and the module that does it.
pub(super) struct Bound {
    pub(super) wasm: Vec<u8>,
    pub(super) glue: String,
}

pub(super) fn bind(wasm: Vec<u8>) -> Result<Bound, Error> {
    let mut bindgen = Bindgen::new();
    bindgen
        .input_bytes("folkmoot", wasm)
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        // The loader fetches the wasm, with its integrity, and hands it over.
        .omit_default_module_path(true);
    let made = bindgen.web(true).and_then(Bindgen::generate_output);
    let mut made = made.map_err(|error| Error::Bind { detail: one_line(&format!("{error:#}")) })?;
    let inline = made.snippets().iter().filter(|(_, scripts)| !scripts.is_empty()).map(|(name, _)| name);
    if let Some(name) = inline.chain(made.local_modules().keys()).next() {
        return Err(Error::Snippet { name: name.clone() });
    }
    let mut short = Short::default();
    let module = made.wasm_mut();
    for import in module.imports.iter_mut() {
        import.name = short.name(&import.name);
    }
    // The others are what the widget itself is asked to do, and called so in `www/`.
    for export in module.exports.iter_mut().filter(|export| export.name.starts_with(['_', 'w'])) {
        export.name = short.name(&export.name);
    }
    let wasm = module.emit_wasm();
    Ok(Bound { glue: short.script(made.js()), wasm })
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
