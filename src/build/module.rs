//! Reading and changing wasm modules.

use std::collections::HashMap;
use std::ops::Range;

use walrus::{ConstExpr, DataKind, LocalFunction, Module, ModuleConfig, ir};
use wasm_encoder::RawSection;
use wasmparser::{KnownCustom, Name, Parser, Payload};

use super::Error;

/// Parses a module, to be written with or without the names of its functions.
pub(super) fn parse(wasm: &[u8], named: bool) -> Result<Module, Error> {
    let mut config = ModuleConfig::new();
    config.generate_name_section(named).generate_producers_section(false);
    config.parse(wasm).map_err(|error| refused(&error))
}

/// The addresses of read-only data in memory.
pub(super) fn read_only(wasm: &[u8]) -> Result<Range<u32>, Error> {
    const SEGMENT: &str = ".rodata";
    let module = parse(wasm, true)?;
    let segment = module.data.iter().find(|segment| segment.name.as_deref() == Some(SEGMENT));
    let range = segment.and_then(|segment| match segment.kind {
        DataKind::Active { offset: ConstExpr::Value(ir::Value::I32(start)), .. } => {
            let start = u32::try_from(start).ok()?;
            Some(start..start.checked_add(u32::try_from(segment.value.len()).ok()?)?)
        }
        DataKind::Active { .. } | DataKind::Passive => None,
    });
    range.ok_or_else(|| refused(&format_args!("it has no data called {SEGMENT} at an address")))
}

/// The names of a module's functions, by their indices.
pub(super) fn function_names(wasm: &[u8]) -> Result<HashMap<u32, &str>, Error> {
    let read = || {
        let mut names = HashMap::new();
        for payload in Parser::new(0).parse_all(wasm) {
            let Payload::CustomSection(section) = payload? else { continue };
            let KnownCustom::Name(all) = section.as_known() else { continue };
            for names_of in all {
                let Name::Function(functions) = names_of? else { continue };
                for function in functions {
                    let function = function?;
                    names.insert(function.index, function.name);
                }
            }
        }
        Ok(names)
    };
    read().map_err(|error: wasmparser::BinaryReaderError| refused(&error))
}

/// The module with the sections that `write` writes, for which it returns true. The other sections stay the same byte for byte,
/// since relocations refer to offsets in them.
pub(super) fn with_sections(
    wasm: &[u8],
    mut write: impl FnMut(&mut wasm_encoder::Module, &Payload<'_>) -> Result<bool, Error>,
) -> Result<Vec<u8>, Error> {
    let mut module = wasm_encoder::Module::new();
    for payload in Parser::new(0).parse_all(wasm) {
        let payload = payload.map_err(|error| refused(&error))?;
        if let Some((id, range)) = payload.as_section()
            && !write(&mut module, &payload)?
        {
            module.section(&RawSection { id, data: &wasm[range] });
        }
    }
    Ok(module.finish())
}

/// The module without the names of its functions and without the sections that browsers do not read.
pub(super) fn bare(wasm: &[u8]) -> Result<Vec<u8>, Error> {
    parse(wasm, false).map(write_bare)
}

/// Writes a module without the sections that browsers do not read.
pub(super) fn write_bare(mut module: Module) -> Vec<u8> {
    let sections: Vec<_> = module.customs.iter().map(|(id, _)| id).collect();
    for section in sections {
        module.customs.delete(section);
    }
    module.emit_wasm()
}

/// Replaces a function's body.
pub(super) fn rewrite(function: &mut LocalFunction, instructions: impl IntoIterator<Item = ir::Instr>) {
    let entry = function.entry_block();
    let block = function.block_mut(entry);
    block.instrs.clear();
    block.instrs.extend(instructions.into_iter().map(|instruction| (instruction, ir::InstrLocId::default())));
}

/// The error about an invalid module, on one line.
pub(super) fn refused(error: &dyn std::fmt::Display) -> Error {
    let detail = format!("{error:#}").split_whitespace().collect::<Vec<_>>().join(" ");
    Error::Bind { detail }
}
