//! Wasm modules that can be looked into and changed.

use walrus::{Module, ModuleConfig};

use super::Error;

/// Parses a module, to be written again with or without the names of its functions.
pub(super) fn parse(wasm: &[u8], named: bool) -> Result<Module, Error> {
    let mut config = ModuleConfig::new();
    config.generate_name_section(named).generate_producers_section(false);
    config.parse(wasm).map_err(|error| refused(&error))
}

/// What of a module a browser reads.
pub(super) fn bare(wasm: &[u8]) -> Result<Vec<u8>, Error> {
    parse(wasm, false).map(write_bare)
}

/// Writes a module without what a browser does not read.
pub(super) fn write_bare(mut module: Module) -> Vec<u8> {
    let sections: Vec<_> = module.customs.iter().map(|(id, _)| id).collect();
    for section in sections {
        module.customs.delete(section);
    }
    module.emit_wasm()
}

/// Why a module is none, on one line.
pub(super) fn refused(error: &dyn std::fmt::Display) -> Error {
    let detail = format!("{error:#}").split_whitespace().collect::<Vec<_>>().join(" ");
    Error::Bind { detail }
}
