// How the module starts: instead of what wasm-bindgen would write for every way there is.

/** Runs the module that an answer brings. */
export async function run(answer) {
  const imports = __wbg_get_imports();
  // Some servers have no media type for wasm, and the browser compiles no other while it arrives.
  const { instance } = await (answer.headers.get("content-type") === "application/wasm"
    ? WebAssembly.instantiateStreaming(answer, imports)
    : WebAssembly.instantiate(await answer.arrayBuffer(), imports));
  __wbg_finalize_init(instance);
}

