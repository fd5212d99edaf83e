//! Step 2: empties functions of libraries that the widget never runs, removes their relocations, and has panics share what they
//! say of their place. The splitter then leaves out all functions and data that nothing refers to any more.

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
use super::split::Split;

/// `Debug` in both manglings of Rust's names. Its output only appears in messages of panics, which have text besides.
const DEBUG: [&str; 2] = ["5Debug3fmt", "core..fmt..Debug$GT$3fmt"];

/// Instructions that return 0, which is `Ok(())`.
const PRINTED: [u8; 3] = [0x41, 0, 0x0f];

/// What `serde` says of a value that is not of the form it reads, which nobody looks at: only that there is an error. Its parts
/// return an error, or whether they were printed. An error is a `JsValue`, and 0 is none that has to be let go of.
const UNREAD: [&str; 4] = [
    "10serde_core2de5Error",
    "serde_core..de..Expected$GT$3fmt",
    "18serde_wasm_bindgen5error5Error",
    "18serde_wasm_bindgen2de12Deserializer13invalid_type_",
];

/// Yew's raw HTML, suspense, portals, components in components, text nodes and maps of attributes, which the widget does not use.
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

/// Yew's listeners, of which the widget has none: properties of its elements hear events.
const UNHEARD: [&str; 5] = [
    "4btag9listeners20ListenerRegistration8register",
    "4btag9listeners8Registry",
    "12subtree_root11SubtreeData12add_listener",
    "12subtree_root8BSubtree14ensure_handled",
    "subtree_root..EventDescriptor$u20$as",
];

/// The hook that Yew has called on a panic, unless there is another one.
const UNHOOKED: &str = "24console_error_panic_hook";

/// The panic on a slice of a string that begins or ends inside a character. Its arguments: the string, its length, the slice's
/// start and end, and the location in the source.
const CUT: &str = "4core3str19slice_error_fail_rt";

/// The panic on an index out of bounds. Its arguments: the index, the length, and the location in the source.
const OUT_OF_BOUNDS: &str = "4core9panicking18panic_bounds_check";

/// The beginnings of the paths of libraries: Rust's own, those that it is built of, and those that cargo fetched.
const LIBRARIES: [&[u8]; 3] = [b"/rustc/", b"/rust/deps/", b"cargo/"];

/// The file name that panics in libraries give.
const LIBRARY: &[u8] = b"library";

/// The instruction that traps.
const TRAP: u8 = 0;

/// The section with the relocations of the code.
const NOTES: &str = "reloc.CODE";

/// The functions to empty, by parts of their names, and the instructions that remain.
const EMPTIED: [(&[&str], &[u8]); 6] = [
    (&DEBUG, &PRINTED),
    (&UNREAD, &PRINTED),
    (&UNDRAWN, &[]),
    (&UNHEARD, &[]),
    (&[UNHOOKED], &[]),
    (&[CUT], &[]),
];

/// Trims the linked module. Fails where no function has one of the names, since a library must then have other names.
pub(super) fn trim(wasm: &[u8]) -> Result<Vec<u8>, Error> {
    let names = function_names(wasm)?;
    let functions = functions(wasm).map_err(|error| refused(&error))?;
    let mut trimmed = wasm.to_vec();
    let mut emptied = Vec::new();
    for (parts, instructions) in EMPTIED {
        for part in parts {
            let is_named =
                |of: &&(u32, FunctionBody<'_>)| names.get(&of.0).is_some_and(|name| name.contains(part));
            let mut any = false;
            for (_, body) in functions.iter().filter(is_named) {
                empty(&mut trimmed, body, instructions).ok_or_else(broken)?;
                emptied.push(body.range());
                any = true;
            }
            if !any {
                return Err(unnamed(part));
            }
        }
    }
    let same = hide_places(&mut trimmed)?;
    let same = symbols(&trimmed, &same).map_err(|error| refused(&error))?;
    rewrite_notes(&trimmed, &emptied, &same)
}

/// Has the panic on a string slice, in the module that has it, give the location alone, and not the character.
pub(super) fn redirect(split: &mut Split) -> Result<(), Error> {
    let mut redirected = false;
    for wasm in iter::once(&mut split.main).chain(split.on_need.iter_mut().map(|module| &mut module.wasm)) {
        let mut module = parse(wasm, true)?;
        if let Ok(functions) = named(&module, CUT) {
            redirect_all(&mut module, functions)?;
            *wasm = module.emit_wasm();
            redirected = true;
        }
    }
    if redirected { Ok(()) } else { Err(unnamed(CUT)) }
}

fn redirect_all(module: &mut Module, functions: Vec<FunctionId>) -> Result<(), Error> {
    let out_of_bounds = named(module, OUT_OF_BOUNDS)?[0];
    for function in functions {
        let cut = local(module, function)?;
        let [_, length, start, _, place] = cut.args[..] else {
            return Err(refused(&format_args!("{CUT} takes other arguments")));
        };
        let arguments = [start, length, place].map(|local| ir::LocalGet { local }.into());
        let panic = [ir::Call { func: out_of_bounds }.into(), ir::Unreachable {}.into()];
        rewrite(cut, arguments.into_iter().chain(panic));
    }
    Ok(())
}

/// Has panics give the file without line and column, and for libraries only [`LIBRARY`]: the message tells as much to those who
/// have the source, and names and numbers hardly compress. Fails where no panic has a location. Returns, for the offset of each
/// location that now says what an earlier one says, the offset of the first such one.
fn hide_places(wasm: &mut [u8]) -> Result<HashMap<usize, usize>, Error> {
    let memory = memory(wasm).map_err(|error| refused(&error))?;
    let mut places = Vec::new();
    for (address, range) in &memory {
        // A location is the address of the file's name, the name's length, the line and the column.
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

/// For the symbol at each of these offsets the symbol at the other offset.
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

/// A data segment: its address in memory, and its offset in the module.
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

/// The offset of the file's name in the module, if the data `at` this offset is a location.
fn place_at(wasm: &[u8], memory: &[(usize, Range<usize>)], at: usize) -> Option<Range<usize>> {
    let [address, length, line, column] = [0, 4, 8, 12].map(|more| number_at(wasm, at + more));
    let (address, length) = (address?, length?);
    let (start, data) = memory.iter().rfind(|(start, _)| *start <= address)?;
    let name = data.start + (address - start)..data.start + (address - start).checked_add(length)?;
    let is_name =
        name.end <= data.end && wasm[name.clone()].is_ascii() && wasm[name.clone()].ends_with(b".rs");
    (is_name && (1..100_000).contains(&line?) && (1..1_000).contains(&column?)).then_some(name)
}

/// Reads four bytes as a number.
fn number_at(wasm: &[u8], at: usize) -> Option<usize> {
    let bytes = wasm.get(at..at + 4)?.try_into().ok()?;
    usize::try_from(u32::from_le_bytes(bytes)).ok()
}

/// A number in four bytes of memory.
fn to_bytes(number: usize) -> [u8; 4] {
    u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes()
}

/// The functions with this in their names. Fails where there is none.
fn named(module: &Module, part: &str) -> Result<Vec<FunctionId>, Error> {
    let is_named =
        |function: &&walrus::Function| function.name.as_deref().is_some_and(|name| name.contains(part));
    let functions: Vec<_> = module.funcs.iter().filter(is_named).map(walrus::Function::id).collect();
    if functions.is_empty() { Err(unnamed(part)) } else { Ok(functions) }
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

/// The functions that the module defines, by their indices.
#[expect(clippy::wildcard_enum_match_arm)] // the format's, of which most is left as it is
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

/// Replaces a function's body by these instructions, at the same length; `None` where the body is too short.
fn empty(wasm: &mut [u8], function: &FunctionBody<'_>, instructions: &[u8]) -> Option<()> {
    let start = function.get_operators_reader().ok()?.original_position();
    let (_end, body) = wasm.get_mut(start..function.range().end)?.split_last_mut()?;
    body.fill(TRAP);
    body.get_mut(..instructions.len())?.copy_from_slice(instructions);
    Some(())
}

/// The module without the relocations in these ranges, and with others that refer to another symbol, which is the `same`.
#[expect(clippy::wildcard_enum_match_arm)] // the format's, of which most is left as it is
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
            // A type, an offset, the index of a symbol, and what is added, where the type has that.
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

/// The offset after a number of one or more bytes, of which the last is below 128.
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
        // Two locals of a type, then `i32.const 7` and `drop`, both twice, and `end`; in the section from 2 on, and from 13 on.
        let body = [1, 2, 0x7f, 0x41, 7, 0x1a, 0x41, 7, 0x1a, 0x0b];
        code.raw(&body).raw(&body);
        // Of each a place and an address with an offset.
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
        // Names at 32, 40, 64 and 76, their places at 84, and a number behind those that names no place.
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
