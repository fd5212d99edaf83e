// Stands in until the loader is written: shows that the parts find each other.
const parts = {
  glue: "__FOLKMOOT_GLUE__",
  wasm: "__FOLKMOOT_WASM__",
  integrity: "__FOLKMOOT_INTEGRITY__",
  version: "__FOLKMOOT_VERSION__",
};
const beside = (name) => new URL(name, import.meta.url);
const glue = await import(beside(parts.glue));
await glue.default({ module_or_path: fetch(beside(parts.wasm), { integrity: parts.integrity }) });
