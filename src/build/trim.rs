//! Step 2: empties functions of libraries whose work the widget does not need, removes their relocations, and lets panics share
//! their source locations. The splitter then leaves out all functions and data that nothing refers to any more.

use std::collections::HashMap;
use std::iter;
use std::ops::Range;

use walrus::{FunctionId, FunctionKind, LocalFunction, Module, ir};
use wasm_encoder::{CustomSection, Encode};
use wasmparser::{
    BinaryReaderError, DataKind, FunctionBody, KnownCustom, Linking, Operator, Parser, Payload,
    RelocSectionReader, SymbolInfo, TypeRef,
};

use super::Error;
use super::module::{function_names, parse, refused, rewrite, with_sections};
use super::split::{SHIM, Split};

/// Implementations of `Debug`, in both of Rust's name manglings. Their output only appears in panic messages, which also have
/// other text.
const DEBUG: [&str; 2] = ["5Debug3fmt", "core..fmt..Debug$GT$3fmt"];

/// Instructions that return 0, which is `Ok(())` for a function that prints.
const PRINTED: [u8; 3] = [0x41, 0, 0x0f];

/// The functions that write `serde`'s messages about invalid values. The widget does not read the messages; it only needs to know
/// that there is an error. Emptied, the functions return 0, which is `Ok(())` or an error: a `JsValue` that is never freed.
const UNREAD: [&str; 4] = [
    "10serde_core2de5Error",
    "serde_core..de..Expected$GT$3fmt",
    "18serde_wasm_bindgen5error5Error",
    "18serde_wasm_bindgen2de12Deserializer13invalid_type_",
];

/// Parts of Yew that the widget does not use: raw HTML, suspense, portals, components in components, text nodes and maps of
/// attributes.
const UNDRAWN: [&str; 9] = [
    "3yew10dom_bundle4braw",
    "3yew10dom_bundle9bsuspense",
    "3yew10dom_bundle7bportal",
    "traits..Reconcilable$u20$for$u20$yew..virtual_dom..vcomp..VComp",
    "traits..Reconcilable$u20$for$u20$yew..virtual_dom..vtext..VText",
    "9lifecycle14ComponentState7suspend",
    "3yew8suspense",
    "5scope8AnyScope17find_parent_scope",
    "8indexmap3map",
];

/// Yew's event listeners. The widget does not use them: it sets the event handlers as properties of its elements.
const UNHEARD: [&str; 5] = [
    "4btag9listeners20ListenerRegistration8register",
    "4btag9listeners8Registry",
    "12subtree_root11SubtreeData12add_listener",
    "12subtree_root8BSubtree14ensure_handled",
    "subtree_root..EventDescriptor$u20$as",
];

/// The panic hook that Yew sets if the program sets none.
const UNHOOKED: &str = "24console_error_panic_hook";

/// Panics on invalid indices, each of which has a message of its own: on an invalid slice of a string, such as one that begins or
/// ends inside a character, on an invalid slice of a list, and on a place in a list where nothing can be removed or inserted. Each
/// stands with the numbers of three of its parameters: an index, a length, and the source location, which is the last one.
const CUTS: [(&str, [usize; 3]); 4] = [
    ("4core3str19slice_error_fail_rt", [2, 1, 4]),
    ("4core5slice5index16slice_index_fail", [1, 2, 3]),
    ("3VecppE6remove13assert_failed", [0, 1, 2]),
    ("3VecppE10insert_mut13assert_failed", [0, 1, 2]),
];

/// The panic on an index out of bounds. The function's parameters: the index, the length, and the source location.
const OUT_OF_BOUNDS: &str = "4core9panicking18panic_bounds_check";

/// The path prefixes of libraries: the standard library, the standard library's dependencies, and the crates that cargo fetched.
const LIBRARIES: [&[u8]; 3] = [b"/rustc/", b"/rust/deps/", b"cargo/"];

/// The file name in the source locations of all libraries.
const LIBRARY: &[u8] = b"library";

/// The instruction `unreachable`, which traps.
const TRAP: u8 = 0;

/// The name of the section with the relocations of the code.
const NOTES: &str = "reloc.CODE";

/// The functions to empty, by parts of their names, and the instructions of their new bodies.
const EMPTIED: [(&[&str], &[u8]); 5] =
    [(&DEBUG, &PRINTED), (&UNREAD, &PRINTED), (&UNDRAWN, &[]), (&UNHEARD, &[]), (&[UNHOOKED], &[])];

/// Trims the linked module. Fails if one of the names in [`EMPTIED`] occurs in no function's name, since a library must then have
/// changed.
pub(super) fn trim(wasm: &[u8]) -> Result<Vec<u8>, Error> {
    let names = function_names(wasm)?;
    let functions = functions(wasm).map_err(|error| refused(&error))?;
    let mut trimmed = wasm.to_vec();
    let mut emptied = Vec::new();
    let mut empty_named = |part: &str, instructions| {
        let is_named =
            |of: &&(u32, FunctionBody<'_>)| names.get(&of.0).is_some_and(|name| name.contains(part));
        let before = emptied.len();
        for (_, body) in functions.iter().filter(is_named) {
            empty(&mut trimmed, body, instructions).ok_or_else(broken)?;
            emptied.push(body.range());
        }
        Ok(emptied.len() > before)
    };
    for (parts, instructions) in EMPTIED {
        for part in parts {
            if !empty_named(part, instructions)? {
                return Err(unnamed(part));
            }
        }
    }
    for (name, _) in CUTS {
        // A widget that inserts nothing, for example, lacks one of them.
        empty_named(name, &[])?;
    }
    let same = hide_places(&mut trimmed)?;
    let same = symbols(&trimmed, &same).map_err(|error| refused(&error))?;
    rewrite_notes(&trimmed, &emptied, &same)
}

/// Gives the panics on invalid indices, which [`trim`] emptied, a new body in each module that has them: a call of the panic on an
/// index out of bounds. Fails if no module has one of them, since the names of functions must then have changed.
pub(super) fn redirect(split: &mut Split) -> Result<(), Error> {
    let mut redirected = 0;
    for wasm in iter::once(&mut split.main).chain(split.on_need.iter_mut().map(|module| &mut module.wasm)) {
        let mut module = parse(wasm, true)?;
        for (name, parameters) in CUTS {
            redirected += redirect_all(&mut module, name, parameters)?;
        }
        *wasm = module.emit_wasm();
    }
    if redirected == 0 { Err(unnamed(CUTS[0].0)) } else { Ok(()) }
}

/// Returns how many functions it gave a new body.
fn redirect_all(module: &mut Module, name: &str, parameters: [usize; 3]) -> Result<usize, Error> {
    let cut_away = named(module, name, &|name| !name.ends_with(SHIM));
    for &function in &cut_away {
        let out_of_bounds = named(module, OUT_OF_BOUNDS, &|_| true);
        let out_of_bounds = *out_of_bounds.first().ok_or_else(|| unnamed(OUT_OF_BOUNDS))?;
        let cut = local(module, function)?;
        if cut.args.len() != parameters[2] + 1 {
            return Err(refused(&format_args!("{name} takes other arguments")));
        }
        let arguments = parameters.map(|number| ir::LocalGet { local: cut.args[number] }.into());
        let panic = [ir::Call { func: out_of_bounds }.into(), ir::Unreachable {}.into()];
        rewrite(cut, arguments.into_iter().chain(panic));
    }
    Ok(cut_away.len())
}

/// Removes line and column from the source locations of panics, and replaces the file names of libraries by [`LIBRARY`], since
/// names and numbers hardly compress. A developer finds the panic in the source by its message. Fails if there is no location.
/// Returns a map: from the offset of each location that now equals an earlier one to the offset of the first equal location.
fn hide_places(wasm: &mut [u8]) -> Result<HashMap<usize, usize>, Error> {
    let memory = memory(wasm).map_err(|error| refused(&error))?;
    let mut places = Vec::new();
    for (address, range) in &memory {
        // A location has four numbers of 32 bits: the address of the file's name, the name's length, the line and the column.
        let first = range.start + address.next_multiple_of(4) - address;
        let found = (first..range.end).step_by(4).filter_map(|at| Some((at, place_at(wasm, &memory, at)?)));
        places.extend(found);
    }
    if places.is_empty() {
        return Err(refused(&"no place in a source is where panics have theirs"));
    }
    let is_librarys =
        |name: &Range<usize>| LIBRARIES.iter().any(|folder| wasm[name.clone()].starts_with(folder));
    let names: Vec<_> = places.iter().map(|(_, name)| (!is_librarys(name)).then(|| name.clone())).collect();
    let (mut first, mut same) = (HashMap::new(), HashMap::new());
    for ((at, name), own) in places.into_iter().zip(names) {
        wasm[at + 8..at + 16].fill(0);
        if own.is_none() {
            wasm[name.clone()].fill(0);
            wasm[name.start..name.start + LIBRARY.len()].copy_from_slice(LIBRARY);
            wasm[at + 4..at + 8].copy_from_slice(&to_bytes(LIBRARY.len()));
        }
        match first.get(&own) {
            Some(first) => _ = same.insert(at, *first),
            None => _ = first.insert(own, at),
        }
    }
    Ok(same)
}

/// Translates a map of offsets into a map of the symbols at these offsets. Offsets without a symbol are left out.
fn symbols(wasm: &[u8], same: &HashMap<usize, usize>) -> wasmparser::Result<HashMap<u32, u32>> {
    let memory = memory(wasm)?;
    let mut at = HashMap::new();
    for payload in Parser::new(0).parse_all(wasm) {
        let Payload::CustomSection(section) = payload? else { continue };
        let KnownCustom::Linking(linking) = section.as_known() else { continue };
        for part in linking.subsections() {
            let Linking::SymbolTable(symbols) = part? else { continue };
            for (number, symbol) in (0..).zip(symbols) {
                let SymbolInfo::Data { symbol: Some(data), .. } = symbol? else { continue };
                if let Some((_, segment)) = memory.get(data.index as usize) {
                    at.insert(segment.start + data.offset as usize, number);
                }
            }
        }
    }
    let pair = |(one, other)| Some((*at.get(one)?, *at.get(other)?));
    Ok(same.iter().filter_map(pair).collect())
}

/// The data segments that have a constant address: each one's address in memory, and its range in the module.
fn memory(wasm: &[u8]) -> wasmparser::Result<Vec<(usize, Range<usize>)>> {
    let mut memory = Vec::new();
    for payload in Parser::new(0).parse_all(wasm) {
        let Payload::DataSection(all) = payload? else { continue };
        for data in all {
            let data = data?;
            let DataKind::Active { offset_expr, .. } = data.kind else { continue };
            if let Operator::I32Const { value } = offset_expr.get_operators_reader().read()?
                && let Ok(address) = usize::try_from(value)
            {
                memory.push((address, data.range.end - data.data.len()..data.range.end));
            }
        }
    }
    Ok(memory)
}

/// The range of the file's name in the module, if there is a source location at the offset `at`.
fn place_at(wasm: &[u8], memory: &[(usize, Range<usize>)], at: usize) -> Option<Range<usize>> {
    let [address, length, line, column] = [0, 4, 8, 12].map(|more| number_at(wasm, at + more));
    let (address, length) = (address?, length?);
    let (start, data) = memory.iter().rfind(|(start, _)| *start <= address)?;
    let name = data.start + (address - start)..data.start + (address - start).checked_add(length)?;
    let is_name =
        name.end <= data.end && wasm[name.clone()].is_ascii() && wasm[name.clone()].ends_with(b".rs");
    (is_name && (1..100_000).contains(&line?) && (1..1_000).contains(&column?)).then_some(name)
}

/// Reads a little-endian number of four bytes.
fn number_at(wasm: &[u8], at: usize) -> Option<usize> {
    let bytes = wasm.get(at..at + 4)?.try_into().ok()?;
    usize::try_from(u32::from_le_bytes(bytes)).ok()
}

/// A number as four little-endian bytes.
fn to_bytes(number: usize) -> [u8; 4] {
    u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes()
}

/// The functions whose names contain `part` and meet a condition.
fn named(module: &Module, part: &str, and: &dyn Fn(&str) -> bool) -> Vec<FunctionId> {
    let is_named = |function: &&walrus::Function| {
        function.name.as_deref().is_some_and(|name| name.contains(part) && and(name))
    };
    module.funcs.iter().filter(is_named).map(walrus::Function::id).collect()
}

fn unnamed(part: &str) -> Error {
    refused(&format_args!("no function is named after {part}"))
}

fn local(module: &mut Module, function: FunctionId) -> Result<&mut LocalFunction, Error> {
    match &mut module.funcs.get_mut(function).kind {
        FunctionKind::Local(local) => Ok(local),
        FunctionKind::Import(_) | FunctionKind::Uninitialized(_) => Err(broken()),
    }
}

/// The functions that the module defines, with their indices.
#[expect(clippy::wildcard_enum_match_arm)] // the other kinds of payload do not matter here
fn functions(wasm: &[u8]) -> wasmparser::Result<Vec<(u32, FunctionBody<'_>)>> {
    let mut next = 0;
    let mut functions = Vec::new();
    for payload in Parser::new(0).parse_all(wasm) {
        match payload? {
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    next += u32::from(matches!(import?.ty, TypeRef::Func(_)));
                }
            }
            Payload::CodeSectionEntry(body) => {
                functions.push((next, body));
                next += 1;
            }
            _ => {}
        }
    }
    Ok(functions)
}

/// Replaces a function's instructions, and fills the rest of the body with traps, so that its length stays the same. `None` if
/// the body is too short.
fn empty(wasm: &mut [u8], function: &FunctionBody<'_>, instructions: &[u8]) -> Option<()> {
    let start = function.get_operators_reader().ok()?.original_position();
    let (_end, body) = wasm.get_mut(start..function.range().end)?.split_last_mut()?;
    body.fill(TRAP);
    body.get_mut(..instructions.len())?.copy_from_slice(instructions);
    Some(())
}

/// Removes the relocations in the `emptied` ranges. In the others, replaces each symbol that is a key in `same` by its value.
#[expect(clippy::wildcard_enum_match_arm)] // the other kinds of payload do not matter here
fn rewrite_notes(wasm: &[u8], emptied: &[Range<usize>], same: &HashMap<u32, u32>) -> Result<Vec<u8>, Error> {
    let mut code = 0;
    with_sections(wasm, |module, payload| match payload {
        Payload::CodeSectionStart { range, .. } => {
            code = range.start;
            Ok(false)
        }
        Payload::CustomSection(section) if section.name() == NOTES => {
            let KnownCustom::Reloc(notes) = section.as_known() else { return Err(broken()) };
            let is_kept = |place| !emptied.iter().any(|range| range.contains(&(code + place)));
            let data = kept_notes(wasm, &notes, is_kept, same).map_err(|error| refused(&error))?;
            module.section(&CustomSection { name: NOTES.into(), data: data.into() });
            Ok(true)
        }
        _ => Ok(false),
    })
}

fn kept_notes(
    wasm: &[u8],
    notes: &RelocSectionReader<'_>,
    is_kept: impl Fn(usize) -> bool,
    same: &HashMap<u32, u32>,
) -> Result<Vec<u8>, BinaryReaderError> {
    let all = notes.entries().into_iter_with_offsets().collect::<Result<Vec<_>, _>>()?;
    let ends = all.iter().skip(1).map(|(start, _)| *start).chain([notes.range().end]);
    let (mut kept, mut many) = (Vec::<u8>::new(), 0_u32);
    for ((start, note), end) in all.iter().zip(ends) {
        if is_kept(note.offset as usize) {
            // A relocation has a type, an offset, the index of a symbol and, for some types, an addend.
            let index = after_number(wasm, start + 1);
            kept.extend(&wasm[*start..index]);
            same.get(&note.index).unwrap_or(&note.index).encode(&mut kept);
            kept.extend(&wasm[after_number(wasm, index)..end]);
            many += 1;
        }
    }
    let mut data = Vec::new();
    notes.section_index().encode(&mut data);
    many.encode(&mut data);
    data.extend(kept);
    Ok(data)
}

/// The offset after a number in LEB128, of which only the last byte is below 128.
fn after_number(wasm: &[u8], at: usize) -> usize {
    at + 1 + wasm[at..].iter().take_while(|&&byte| byte >= 128).count()
}

fn broken() -> Error {
    refused(&"the linked module is not of the form that the build reads")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_is_emptied_at_its_length_and_loses_its_notes_alone() {
        let mut types = wasm_encoder::TypeSection::new();
        types.ty().function([], []);
        let mut kinds = wasm_encoder::FunctionSection::new();
        kinds.function(0).function(0);
        let mut code = wasm_encoder::CodeSection::new();
        // Two locals of one type, then twice `i32.const 7` and `drop`, then `end`. In the section, the two bodies begin at the
        // offsets 2 and 13.
        let body = [1, 2, 0x7f, 0x41, 7, 0x1a, 0x41, 7, 0x1a, 0x0b];
        code.raw(&body).raw(&body);
        // Two relocations in each body: type, offset, symbol and addend.
        let notes = |of: &[u8]| {
            let all = [[3, 7, 0, 2], [4, 8, 0, 127], [3, 18, 0, 2], [4, 19, 0, 127]];
            let kept = all.iter().filter(|note| of.contains(&note[1])).copied().collect::<Vec<_>>();
            [&[3, u8::try_from(kept.len()).unwrap()], kept.concat().as_slice()].concat()
        };
        let module = |code: &wasm_encoder::CodeSection, notes: Vec<u8>| {
            let mut module = wasm_encoder::Module::new();
            let notes = CustomSection { name: NOTES.into(), data: notes.into() };
            module.section(&types).section(&kinds).section(code).section(&notes);
            module.finish()
        };
        let mut wasm = module(&code, notes(&[7, 8, 18, 19]));
        let whole = wasm.clone();
        let functions = functions(&whole).unwrap();
        let (number, first) = &functions[0];
        assert_eq!(*number, 0);
        assert_eq!(empty(&mut wasm, first, &PRINTED), Some(()));
        let mut expected = wasm_encoder::CodeSection::new();
        expected.raw(&[1, 2, 0x7f, 0x41, 0, 0x0f, TRAP, TRAP, TRAP, 0x0b]).raw(&body);
        assert_eq!(
            rewrite_notes(&wasm, &[first.range()], &HashMap::new()).unwrap(),
            module(&expected, notes(&[18, 19]))
        );
        assert_eq!(empty(&mut wasm, first, &[0; 7]), None, "too short");
    }

    #[test]
    fn of_places_the_lines_and_columns_go_and_of_libraries_the_files_and_nothing_else() {
        let place =
            |name: u32, length: u32, line: u32| [name, length, line, 9].map(u32::to_le_bytes).concat();
        // Names at the addresses 32, 40, 64 and 76, and locations from 84 on. The last one is no location, since its line is 0.
        let names = |std: &[u8], yew: &[u8]| [&b"src/a.rs"[..], std, yew, b"src/b.rs"].concat();
        let data = [
            names(b"/rustc/0a/library/a.rs\0\0", b"cargo/yew.rs"),
            place(32, 8, 70),
            place(40, 22, 71),
            place(64, 12, 72),
            place(40, 22, 73),
            place(76, 8, 0),
        ]
        .concat();
        let mut all = wasm_encoder::DataSection::new();
        all.active(0, &wasm_encoder::ConstExpr::i32_const(32), data.iter().copied());
        let mut module = wasm_encoder::Module::new();
        module.section(&all);
        let mut wasm = module.finish();
        let rest = wasm.len() - data.len();
        let same = hide_places(&mut wasm).unwrap();
        let at = |place: usize| rest + 52 + place * 16;
        assert_eq!(same, HashMap::from([(at(2), at(1)), (at(3), at(1))]));
        let hidden = |name, length| [&place(name, length, 0)[..12], &[0; 4]].concat();
        let left = [
            names(b"library\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", b"library\0\0\0\0\0"),
            hidden(32, 8),
            hidden(40, 7),
            hidden(64, 7),
            hidden(40, 7),
            place(76, 8, 0),
        ];
        assert_eq!(wasm[rest..], left.concat());
        assert!(hide_places(&mut wasm).is_err(), "there is none any more");
    }
}
