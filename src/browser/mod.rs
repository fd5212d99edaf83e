//! placeholder

use wasm_bindgen::prelude::wasm_bindgen;

/// Something to bind.
#[wasm_bindgen]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}
