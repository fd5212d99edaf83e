// The widget's second module: what only some polls need. The main one calls for it once it shows such a poll. The build puts
// this into one script with wasm-bindgen's glue, whose `wasm` is what the main module exports.

const parts = {};

/** Fetches the part and links it to the main module, then calls back. The names are what the build's splitter gives. */
parts.__wasm_split_load_kinds = async (callback, data) => {
  let loaded = true;
  try {
    const answer = await fetch(new URL("__FOLKMOOT_PART__", import.meta.url), { integrity: "__FOLKMOOT_PART_INTEGRITY__" });
    const bytes = await answer.arrayBuffer();
    await WebAssembly.instantiate(bytes, { __wasm_split: wasm });
  } catch (error) {
    loaded = false;
    console.error(`Folkmoot: ${error.message}`);
  }
  wasm.__indirect_function_table.get(callback)(data, loaded);
};
