//! Step 4: makes the JavaScript glue with the library of wasm-bindgen's command, which `Cargo.toml` pins to the version of the
//! `wasm-bindgen` crate.

use std::collections::BTreeSet;
use std::ops::Range;

use wasm_bindgen_cli_support::Bindgen;

use super::Error;
use super::imports::{FROM, GLUE, listed};
use super::module::{parse, refused};
use super::shorten::Short;
use super::split::{LINK, OnNeed, Split};

/// The modules, which still have the names of their functions; the glue, without the code that starts the main module; and the
/// parts.
pub(super) struct Bound {
    pub(super) wasm: Split,
    pub(super) glue: String,
    pub(super) parts: Vec<Part>,
}

/// A part, as the glue knows it.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub(super) name: String,
    /// The name under which the main module imports the function that fetches the part.
    pub(super) load: String,
}

/// `link` is the script that defines `parts`, the object from which the main module imports the functions that fetch parts.
/// `literals` are the addresses of constant data in memory.
pub(super) fn bind(split: Split, link: &str, literals: &Range<u32>) -> Result<Bound, Error> {
    let mut bindgen = Bindgen::new();
    bindgen
        .input_bytes("folkmoot", split.main)
        .typescript(false)
        .demangle(false)
        // Parts import the function table.
        .keep_lld_exports(true)
        // The loader fetches the wasm with its integrity, and passes it on.
        .omit_default_module_path(true);
    let made = bindgen.web(true).and_then(Bindgen::generate_output);
    let mut made = made.map_err(|error| refused(&error))?;
    let inline = made.snippets().iter().filter(|(_, scripts)| !scripts.is_empty()).map(|(name, _)| name);
    if let Some(name) = inline.chain(made.local_modules().keys()).next() {
        return Err(Error::Snippet { name: name.clone() });
    }
    let (script, places) = listed(made.js())?;
    let mut short = Short::default();
    let main = made.wasm_mut();
    for import in main.imports.iter_mut() {
        if import.module == GLUE {
            let place = places.get(&import.name);
            import.name =
                place.ok_or_else(|| refused(&format_args!("its glue has no {}", import.name)))?.clone();
            import.module = FROM.into();
        } else {
            import.name = short.name(&import.name);
        }
    }
    // The other exports are called by their names in `www/`.
    for export in main.exports.iter_mut().filter(|export| export.name.starts_with(['_', 'w'])) {
        export.name = short.name(&export.name);
    }
    let main = main.emit_wasm();
    let on_need = split.on_need.into_iter().map(|module| {
        let mut wasm = parse(&module.wasm, true)?;
        // A part imports exports of the main module.
        for import in wasm.imports.iter_mut() {
            import.name = short.known(&import.name);
            import.module = FROM.into();
        }
        Ok(OnNeed { wasm: wasm.emit_wasm(), ..module })
    });
    let on_need = on_need.collect::<Result<Vec<_>, Error>>()?;
    let names = on_need.iter().flat_map(|module| &module.parts).collect::<BTreeSet<_>>();
    let part = |name: &String| {
        let load = short.known(&["__wasm_split_load_", name].concat());
        Part { name: name.clone(), load }
    };
    let parts = names.into_iter().map(part).collect();
    let script = shorter(without_start(&script)?)?;
    let mut script = linked(&literals_once(&script, literals)?, link)?;
    for name in ["createElement", "createElementNS"] {
        script = by_prototype(&script, "Document", name)?;
    }
    Ok(Bound { wasm: Split { main, on_need }, glue: short.script(&script), parts })
}

/// Splits the glue at this text.
fn around<'a>(script: &'a str, text: &str) -> Result<(&'a str, &'a str), Error> {
    script.split_once(text).ok_or_else(|| refused(&format_args!("its glue has no `{text}`")))
}

/// Replaces the imports from [`LINK`], of which there is one for each part, by the script `link`.
fn linked(script: &str, link: &str) -> Result<String, Error> {
    let from = [" from \"", LINK, "\""].concat();
    let name =
        |line: &str| line.strip_prefix("import * as ")?.split_once(&from).map(|(name, _)| name.to_owned());
    let names: Vec<String> = script.lines().filter_map(name).collect();
    if names.is_empty() {
        return Err(refused(&format_args!("its glue imports nothing{from}")));
    }
    let constants = names.iter().flat_map(|name| ["const ", name, " = parts;\n"]);
    let rest = script.lines().filter(|line| name(line).is_none()).flat_map(|line| [line, "\n"]);
    Ok([link, "\n"].into_iter().chain(constants).chain(rest).collect())
}

/// Removes wasm-bindgen's code that starts a module, at the end of the script. `www/run.js` starts the module instead.
fn without_start(script: &str) -> Result<&str, Error> {
    around(script, "async function __wbg_load(").map(|(rest, _)| rest)
}

/// Makes the glue shorter where it has code for browsers without APIs that the loader's own code needs, too, and where it writes
/// strings of letters of ASCII faster.
fn shorter(script: &str) -> Result<String, Error> {
    const WRITE: &str = "function passStringToWasm0(arg, malloc, realloc) {
        let ptr = 1;
        WASM_VECTOR_LEN = 0;
        if (arg) {
            const most = arg.length * 3;
            ptr = malloc(most, 1) >>> 0;
            const room = getUint8ArrayMemory0().subarray(ptr, ptr + most);
            WASM_VECTOR_LEN = cachedTextEncoder.encodeInto(arg, room).written;
            ptr = realloc(ptr, most, WASM_VECTOR_LEN, 1) >>> 0;
        }
        return ptr;
    }";
    // Each from the first text on, and before the second. A memory that grows has a new buffer, so that the glue need not also ask
    // whether the old one is detached.
    let replaced = [
        ("function passStringToWasm0(", "\n\nfunction ", WRITE),
        ("(typeof FinalizationRegistry", "new FinalizationRegistry(", ""),
        ("if (!('encodeInto'", "let WASM_VECTOR_LEN", ""),
        (
            "if (cachedDataViewMemory0 === null",
            "{",
            "if (cachedDataViewMemory0?.buffer !== wasm.memory.buffer) ",
        ),
        ("const ret = typeof global === 'undefined'", "}", "return 0;"),
        ("const ret = typeof self === 'undefined'", "}", "return 0;"),
        ("const ret = typeof window === 'undefined'", "}", "return 0;"),
    ];
    let mut script = script.to_owned();
    for (from, until, with) in replaced {
        let (before, rest) = around(&script, from)?;
        let (_, after) = around(rest, until)?;
        script = [before, with, until, after].concat();
    }
    Ok(script)
}

/// Makes the glue decode each string constant, such as the name of an element, once and then find it by its address and length,
/// since a page of many elements uses the same few names.
fn literals_once(script: &str, literals: &Range<u32>) -> Result<String, Error> {
    let (before, after) =
        around(script, "return decodeText(getUint8ArrayMemory0().subarray(ptr, ptr + len));")?;
    let Range { start, end } = literals;
    let once = format!(
        "const key = ptr >= {start} && ptr < {end} && ptr * 65536 + len;
        let text = literals.get(key);
        if (text === undefined) {{
            text = decodeText(getUint8ArrayMemory0().subarray(ptr, ptr + len));
            if (key) literals.set(key, text);
        }}
        return text;"
    );
    Ok(["const literals = new Map();\n", before, &once, after].concat())
}

/// Makes the glue call this method by its prototype, since names in the page, such as that of `<img name=…>`, shadow methods of
/// the document.
fn by_prototype(script: &str, class: &str, method: &str) -> Result<String, Error> {
    let call = [".", method, "("].concat();
    let (before, after) = around(script, &call)?;
    let start = before.rfind(|c: char| !c.is_ascii_alphanumeric()).map_or(0, |at| at + 1);
    let (before, object) = before.split_at(start);
    Ok([before, class, ".prototype", &call[..call.len() - 1], ".call(", object, ", ", after].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_of_the_imports_for_parts_is_the_object_that_fetches_them() {
        let script = "import * as import1 from \"./part.js\"\nimport * as import2 from \"./part.js\"\nuse(import1, import2);";
        let linked = linked(script, "const parts = {};").unwrap();
        assert_eq!(
            linked,
            "const parts = {};\nconst import1 = parts;\nconst import2 = parts;\nuse(import1, import2);\n"
        );
        assert!(super::linked("use();", "").is_err());
    }
}
