// Starts the main module. wasm-bindgen's own code for this is longer, since it takes the module in many forms.

/** Compiles the module in this answer, and runs it. */
export async function run(answer) {
  const imports = __wbg_get_imports();
  // Browsers compile a module while it arrives only if it has this media type, which some servers do not send.
  const { instance } = await (answer.headers.get("content-type") === "application/wasm"
    ? WebAssembly.instantiateStreaming(answer, imports)
    : WebAssembly.instantiate(await answer.arrayBuffer(), imports));
  __wbg_finalize_init(instance);
}

