//! The cost of each kind of poll: by how many bytes its module would shrink without the functions that only this kind needs.

use serde::{Deserialize, Serialize};
use walrus::{FunctionKind, Module, ir};

use super::module::{parse, refused, rewrite, write_bare};
use super::split::Split;
use super::{Error, encode};

/// The cost of a kind of poll.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cost {
    /// The kind, by its name in the Host API.
    pub kind: String,
    /// The bytes, with brotli, that the kind alone needs.
    pub brotli: u64,
}

/// The kind in the main module, with its Rust modules as they appear in the names of functions.
const MAIN: [(&str, &[&str]); 1] = [("choice", &["4poll6choice", "..poll..choice.."])];

/// The part with the other kinds.
const PART: &str = "kinds";
const IN_PART: [(&str, &[&str]); 5] = [
    ("rating", &["5kinds6rating", "..kinds..rating.."]),
    (
        "ranked",
        &[
            "5kinds6ranked",
            "..kinds..ranked..",
            "5kinds6rounds",
            "..kinds..rounds..",
            "5kinds5steps",
            "..kinds..steps..",
            "5kinds5pairs",
            "..kinds..pairs..",
        ],
    ),
    ("allocation", &["5kinds10allocation", "..kinds..allocation.."]),
    ("availability", &["5kinds12availability", "..kinds..availability..", "5kinds4grid", "..kinds..grid.."]),
    ("proposal", &["5kinds8proposal", "..kinds..proposal..", "5kinds7verdict", "..kinds..verdict.."]),
];

/// The cost of each kind. The modules must still have the names of their functions.
pub(super) fn costs(named: &Split) -> Result<Vec<Cost>, Error> {
    let part = named.on_need.iter().find(|module| module.parts == [PART]);
    let part = part.ok_or_else(|| refused(&format_args!("there is no part called {PART}")))?;
    Ok([costs_in(&named.main, &MAIN)?, costs_in(&part.wasm, &IN_PART)?].concat())
}

fn costs_in(named: &[u8], kinds: &[(&str, &[&str])]) -> Result<Vec<Cost>, Error> {
    let whole = size(parse(named, false)?)?;
    let cost = |(kind, names): &(&str, &[&str])| {
        let mut module = parse(named, false)?;
        if !empty(&mut module, names) {
            return Err(refused(&format_args!(
                "no function is named after the kind {kind}, so its cost is unknown"
            )));
        }
        Ok(Cost { kind: (*kind).into(), brotli: whole.saturating_sub(size(module)?) })
    };
    kinds.iter().map(cost).collect()
}

/// Empties the functions with one of these in their names. Returns whether there were any.
fn empty(module: &mut Module, names: &[&str]) -> bool {
    let ours = |name: &str| names.iter().any(|part| name.contains(part));
    let mut found = false;
    for function in module.funcs.iter_mut().filter(|f| f.name.as_deref().is_some_and(ours)) {
        if let FunctionKind::Local(body) = &mut function.kind {
            rewrite(body, [ir::Unreachable {}.into()]);
            found = true;
        }
    }
    walrus::passes::gc::run(module);
    found
}

fn size(module: Module) -> Result<u64, Error> {
    let bytes = encode::brotli(&write_bare(module)).map_err(|error| refused(&error))?;
    Ok(bytes.len() as u64)
}
